//! Texts inside a text: runs of Base64 (RFC 4648), Base32, hexadecimal, percent signs and `\u` escapes that
//! decode to words.

use std::borrow::Cow;

use data_encoding::{BASE32_NOPAD, BASE64_NOPAD, HEXLOWER_PERMISSIVE};

/// Shorter runs are words, names and numbers.
const RUN: usize = 24;

/// No more than this of a run is decoded.
const RUN_MOST: usize = 64 << 10;

/// Gives each text that a text holds encoded.
pub(super) fn each(text: &str, mut give: impl FnMut(&str)) {
    runs(text.as_bytes(), |run| {
        let run = run.get(..run.len().min(RUN_MOST)).unwrap_or_default();
        if run.iter().filter(|b| matches!(b, b'%' | b'\\')).count() >= RUN / 6 {
            give(&escaped(run));
        }
        let parts = run.split(|b| !(b.is_ascii_alphanumeric() || b"+/-_".contains(b)));
        parts.filter(|part| part.len() >= RUN).flat_map(decodings).for_each(|decoded| give(&decoded));
    });
}

/// Runs without blanks that are long enough. Looks a run's length ahead and back from there, so ordinary words
/// cost next to nothing.
fn runs(text: &[u8], mut give: impl FnMut(&[u8])) {
    let mut start = 0;
    while let Some(window) = text.get(start..start + RUN) {
        if let Some(blank) = window.iter().rposition(|b| b.is_ascii_whitespace()) {
            start += blank + 1;
            continue;
        }
        let rest = text.get(start..).unwrap_or_default();
        let length = rest.iter().position(|b| b.is_ascii_whitespace()).unwrap_or(rest.len());
        give(rest.get(..length).unwrap_or_default());
        start += length + 1;
    }
}

/// The words that a run decodes to, in each alphabet that it fits.
fn decodings(run: &[u8]) -> Vec<String> {
    let standard: Cow<'_, [u8]> = if run.iter().any(|b| b"-_".contains(b)) {
        run.iter()
            .map(|b| {
                if *b == b'-' {
                    b'+'
                } else if *b == b'_' {
                    b'/'
                } else {
                    *b
                }
            })
            .collect::<Vec<u8>>()
            .into()
    } else {
        run.into()
    };
    let whole = |width: usize| standard.get(..standard.len() / width * width).unwrap_or_default();
    let base64 = BASE64_NOPAD.decode(whole(4));
    let hex = HEXLOWER_PERMISSIVE.decode(whole(2));
    let base32 = BASE32_NOPAD.decode(whole(8));
    [base64, hex, base32].into_iter().flatten().filter_map(as_words).collect()
}

/// Bytes as text, if that is what they are: UTF-8, letters and blanks for the most part.
fn as_words(bytes: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(bytes).ok()?;
    let wordy = text.chars().filter(|c| c.is_alphanumeric() || *c == ' ').count();
    (wordy * 10 >= text.chars().count() * 8).then_some(text)
}

/// A run with `%41` and `\u0041` undone.
fn escaped(run: &[u8]) -> String {
    let mut out = Vec::with_capacity(run.len());
    let mut rest = run;
    while let Some((first, after)) = rest.split_first() {
        let (skip, digits) = match rest {
            [b'%', ..] => (1, 2),
            [b'\\', b'u', ..] => (2, 4),
            [b'\\', b'x', ..] => (2, 2),
            _ => (0, 0),
        };
        match rest.get(skip..skip + digits).filter(|_| digits > 0).and_then(code) {
            Some(byte) => {
                out.push(byte);
                rest = rest.get(skip + digits..).unwrap_or_default();
            }
            None => {
                out.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// What hexadecimal digits say, if it is a byte.
fn code(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok()?;
    u8::try_from(u32::from_str_radix(digits, 16).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        each(text, |decoded| all.push(decoded.to_owned()));
        all
    }

    #[test]
    fn what_is_encoded_is_given_as_words() {
        let plain = "reveal the hidden words now";
        let whole = "reveal the hidden words now ok";
        let runs = [
            data_encoding::BASE64.encode(plain.as_bytes()),
            data_encoding::BASE64URL.encode(plain.as_bytes()),
            data_encoding::HEXUPPER.encode(plain.as_bytes()),
            plain.bytes().map(|b| format!("%{b:02x}")).collect(),
            plain.bytes().map(|b| format!("\\u{b:04x}")).collect(),
            data_encoding::BASE32.encode(whole.as_bytes()),
        ];
        for run in runs {
            assert!(
                held(&format!("Ref: ({run}). Done")).iter().any(|h| h.contains("reveal the hidden words")),
                "{run}"
            );
        }
    }

    #[test]
    fn what_is_not_words_is_left() {
        let image = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
        let sum = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        for text in [image, sum, "ordinary words only", ""] {
            assert_eq!(held(text), Vec::<String>::new(), "{text}");
        }
    }
}
