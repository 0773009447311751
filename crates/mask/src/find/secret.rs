//! Keys, tokens and private keys.

use std::ops::Range;

use memchr::memmem;

use super::look::run;
use super::overlap::Candidate;
use super::scan::Search;
use crate::{Evidence, Kind};

/// Bytes before a token in which its name is sought, as in `api_key = "..."`.
const NAME_LIMIT: usize = 32;
/// Bytes before the first digit of a token at which it may begin.
const HEAD_LIMIT: usize = 256;
/// Bytes of a private key in which its end is sought; an RSA key of 8192 bits has 6.4 kB.
const PEM_LIMIT: usize = 16 << 10;

const BEGIN: &str = "-----BEGIN ";

/// First letters of tokens and the fewest characters after them, as the vendors' documentation gives them; GitHub lists most
/// of them in "Supported secret scanning patterns".
#[rustfmt::skip]
const PREFIXES: &[(&str, usize)] = &[
    ("sk-ant-", 20), ("sk-proj-", 20), ("sk-or-v1-", 20), ("sk-svcacct-", 20), ("sk-", 20), // Anthropic, OpenAI, OpenRouter
    ("AKIA", 16), ("ASIA", 16), ("AIza", 30), ("ya29.", 20), ("GOCSPX-", 20), // AWS, Google
    ("ghp_", 30), ("gho_", 30), ("ghu_", 30), ("ghs_", 30), ("ghr_", 30), ("github_pat_", 30), ("glpat-", 20), // GitHub, GitLab
    ("xoxb-", 10), ("xoxp-", 10), ("xoxa-", 10), ("xoxr-", 10), ("xoxs-", 10), ("xapp-", 10), // Slack
    ("sk_live_", 16), ("sk_test_", 16), ("rk_live_", 16), ("rk_test_", 16), ("pk_live_", 16), ("whsec_", 20), // Stripe
    ("hf_", 30), ("npm_", 36), ("pypi-", 30), ("dckr_pat_", 20), ("SG.", 40), ("shpat_", 32), ("shpss_", 32), // and others
    ("dop_v1_", 60), ("NRAK-", 20), ("lin_api_", 30), ("ntn_", 30), ("gsk_", 40), ("pplx-", 40), ("r8_", 30), ("tvly-", 20),
    ("hvs.", 20), ("sq0csp-", 30), ("sq0atp-", 20), ("EAAA", 50), ("AGE-SECRET-KEY-1", 50), ("dapi", 32), ("xai-", 40),
];

/// Names whose value is a secret, in lower case with `_` for every separator.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "api_key", "apikey", "api_token", "access_key", "secret_key", "secret", "client_secret", "access_token", "auth_token", "refresh_token",
    "token", "bearer", "authorization", "password", "passwd", "pwd", "passphrase", "private_key", "x_api_key", "passwort", "contraseña",
    "mot de passe", "account_key", "sharedaccesskey", "accountkey",
];

/// A key or token that `word` is a part of.
pub(crate) fn token(search: &mut Search<'_>, word: &Range<usize>) {
    if word.start < search.token_end {
        return;
    }
    let span = token_around(search.text, word, search.token_end);
    search.token_end = span.end;
    let token = search.text.get(span.clone()).unwrap_or_default();
    let before = search.text.get(..span.start).unwrap_or_default();
    let evidence = if has_prefix(token) || is_jwt(token) {
        Evidence::Shape
    } else if (looks_random(token) && is_named(before)) || is_password(before, token) {
        Evidence::Context
    } else {
        return;
    };
    search.found.push(Candidate::new(span, Kind::ApiKey, evidence));
}

/// The run of characters of tokens around `word`, without what punctuation ends it.
fn token_around(text: &str, word: &Range<usize>, floor: usize) -> Range<usize> {
    let fits = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'~' | b'+' | b'/');
    let before = text.as_bytes().get(floor..word.start).unwrap_or_default();
    let head = before.iter().rev().take(HEAD_LIMIT).take_while(|b| fits(b)).count();
    let after = text.as_bytes().get(word.end..).unwrap_or_default();
    let tail = after.iter().take_while(|b| fits(b)).count();
    let padding = after.get(tail..).unwrap_or_default().iter().take(2).take_while(|b| **b == b'=').count();
    let dots = after.get(..tail).unwrap_or_default().iter().rev().take_while(|b| **b == b'.').count();
    let end = if padding > 0 { word.end + tail + padding } else { word.end + tail - dots };
    word.start - head..end
}

fn has_prefix(token: &str) -> bool {
    // No prefix asks for less.
    if token.len() < 14 {
        return false;
    }
    let first = token.as_bytes().first();
    PREFIXES.iter().filter(|(prefix, _)| prefix.as_bytes().first() == first).any(|(prefix, fewest)| {
        token.strip_prefix(prefix).is_some_and(|rest| {
            rest.len() >= *fewest
                && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.=/+".contains(&b))
                && looks_random(rest)
        })
    })
}

/// RFC 7519: two parts of JSON in base64url, which begin with `{"`, and a signature.
fn is_jwt(token: &str) -> bool {
    let mut parts = token.strip_prefix("eyJ").into_iter().flat_map(|rest| rest.split('.'));
    let (head, body, signature) = (parts.next(), parts.next(), parts.next());
    head.is_some_and(|head| head.len() > 7)
        && body.is_some_and(|body| body.starts_with("eyJ"))
        && signature.is_some()
        && parts.next().is_none()
}

/// Whether the text before a token ends with a name and a sign that assigns, as in `"api_key": "` or `Bearer `.
fn is_named(before: &str) -> bool {
    let (name, sign) = name_before(before);
    let assigns = sign.contains([':', '=']) || name.ends_with("bearer");
    assigns && NAMES.iter().any(|n| name.ends_with(n))
}

fn name_before(before: &str) -> (String, &str) {
    let from = before.char_indices().rev().take(NAME_LIMIT).last().map_or(0, |(at, _)| at);
    let near = before.get(from..).unwrap_or_default();
    let name = near.trim_end_matches(|c: char| c.is_whitespace() || ":='\"`>".contains(c));
    let sign = near.get(name.len()..).unwrap_or_default();
    // A sign that assigns has one of these, or follows `bearer`.
    let assigns = sign.bytes().any(|b| matches!(b, b':' | b'=')) || name.ends_with(['r', 'R']);
    let name = if sign.contains('\n') || !assigns {
        String::new()
    } else {
        name.to_lowercase().replace(['-', ' ', '.'], "_")
    };
    (name, sign)
}

/// At least 16 characters with digits and letters that change often enough to be no word, number or path.
fn looks_random(token: &str) -> bool {
    if token.len() < 16 {
        return false;
    }
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    let letters = token.bytes().filter(u8::is_ascii_alphabetic).count();
    let mut seen = [false; 256];
    token.bytes().for_each(|b| seen.get_mut(usize::from(b)).into_iter().for_each(|s| *s = true));
    let distinct = seen.iter().filter(|s| **s).count();
    digits >= 2 && letters >= 2 && distinct >= 8 && token.matches('/').count() < 3
}

/// A password given by its name: shorter, but still of letters and digits.
fn is_password(before: &str, token: &str) -> bool {
    if token.len() < 6 || !token.bytes().any(|b| b.is_ascii_alphabetic()) {
        return false;
    }
    let (name, sign) = name_before(before);
    let named = ["password", "passwd", "pwd", "passphrase", "passwort"].iter().any(|n| name.ends_with(n));
    named && !sign.contains('>') && sign.contains([':', '='])
}

/// A private key in PEM (RFC 7468), or of OpenSSH, PGP and the like in the same frame, whose frame begins at byte `at`.
pub(crate) fn private_key(search: &mut Search<'_>, at: usize) {
    let rest = search.text.get(at + BEGIN.len()..).unwrap_or_default();
    let label: String = rest.chars().take(40).take_while(|c| *c != '-').collect();
    if at < search.token_end || !label.contains("PRIVATE KEY") {
        return;
    }
    let end = at + BEGIN.len() + label.len() + key_length(rest.get(label.len()..).unwrap_or_default());
    search.token_end = end;
    search.found.push(Candidate::new(at..end, Kind::PrivateKey, Evidence::Shape));
}

/// Bytes from the dashes after the label to the end of the frame, or to the last line of the key if the frame is cut off.
fn key_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let near = bytes.get(..bytes.len().min(PEM_LIMIT)).unwrap_or_default();
    let Some(end) = memmem::find(near, b"-----END ") else {
        return run(bytes, |b| b.is_ascii_alphanumeric() || b"+/=-\r\n\\".contains(b));
    };
    let after = bytes.get(end + 5..).unwrap_or_default();
    let label = run(after, |b| b.is_ascii_uppercase() || *b == b' ');
    end + 5 + label + run(after.get(label..).unwrap_or_default(), |b| *b == b'-').min(5)
}
