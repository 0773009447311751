//! Addresses in networks: IPv4, IPv6, MAC, and URLs that carry a secret.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::look::{joins, run};
use super::overlap::Candidate;
use super::scan::{Search, Word};
use super::topic;
use crate::{Evidence, Kind};

/// Bytes of a URL in which a secret is sought.
const URL_LIMIT: usize = 2048;

/// An IPv4, IPv6 or MAC address that begins with `word` or around it.
pub(crate) fn address(search: &mut Search<'_>, word: &Word<'_>) {
    let next = word.look.at(word.look.word());
    let before = word.around.before(word.span.start);
    match next {
        // RFC 4291 section 2.5.5.2: an IPv4 address at the end of an IPv6 address.
        b'.' if before.ends_with("::") || before.ends_with("ffff:") => hexadecimal(search, word, ':'),
        b'.' if word.look.word() <= 3 => ipv4(search, word),
        b'.' if word.look.word() == 4 => hexadecimal(search, word, '.'),
        b'-' if word.look.word() == 2 => hexadecimal(search, word, '-'),
        b':' => hexadecimal(search, word, ':'),
        _ if before.ends_with(':') => hexadecimal(search, word, ':'),
        _ => {}
    }
}

fn ipv4(search: &mut Search<'_>, word: &Word<'_>) {
    let look = &word.look;
    let length = run(look.from(0), |b| b.is_ascii_digit() || *b == b'.');
    let length = length - usize::from(length > 0 && look.at(length - 1) == b'.');
    let digits = look.from(0).get(..length).and_then(|digits| str::from_utf8(digits).ok());
    let Ok(ip) = digits.unwrap_or_default().parse::<Ipv4Addr>() else { return };
    let (start, end) = (word.span.start, look.place(length));
    let (before, after) = (word.around.before(start), word.around.after(end));
    let part_of_more = before.ends_with(|c| joins(c) || matches!(c, '.' | '-'))
        || after.starts_with(joins)
        || (after.starts_with(['-', '.']) && after.chars().nth(1).is_some_and(char::is_alphanumeric));
    let is_version = word.around.near_before(topic::VERSION).is_some_and(|distance| distance < 12);
    let of_a_host =
        !ip.is_unspecified() && !ip.is_loopback() && !ip.is_broadcast() && ip.octets().first() != Some(&255);
    if !part_of_more && !is_version && of_a_host && ip.octets().first() != Some(&0) {
        search.found.push(Candidate::new(start..end, Kind::Ip, Evidence::Shape));
    }
}

/// A MAC or IPv6 address: hexadecimal groups around `word`, parted by `separator`.
fn hexadecimal(search: &mut Search<'_>, word: &Word<'_>, separator: char) {
    let fits = |c: &char| c.is_ascii_hexdigit() || *c == separator;
    let before = word.around.before(word.span.start);
    let back = before.chars().rev().take(40).take_while(fits).count();
    let start = word.span.start - back;
    let rest = word.around.after(start);
    let is_mapped = |c: &char| fits(c) || (separator == ':' && *c == '.');
    // All of them are of one byte.
    let length = rest.chars().take(64).take_while(is_mapped).count();
    let written = rest.get(..length).unwrap_or_default().trim_end_matches('.');
    let written = if written.ends_with("::") { written } else { written.trim_end_matches(separator) };
    let (outside, beyond) =
        (before.get(..start).unwrap_or_default(), rest.get(written.len()..).unwrap_or_default());
    let seen = search.found.last().is_some_and(|c| c.finding.span.start == start);
    if seen
        || outside.ends_with(|c| joins(c) || matches!(c, ':' | '-' | '.'))
        || beyond.starts_with(|c| joins(c) || c == separator)
    {
        return;
    }
    let span = start..start + written.len();
    if is_mac(written, separator) {
        search.found.push(Candidate::new(span, Kind::Mac, Evidence::Shape));
    } else if separator == ':' && is_ipv6(written) {
        search.found.push(Candidate::new(span, Kind::Ip, Evidence::Shape));
    }
}

/// IEEE 802: six groups of two, or three of four as some vendors write them.
fn is_mac(written: &str, separator: char) -> bool {
    let (count, width) = if separator == '.' { (3, 4) } else { (6, 2) };
    let shaped =
        written.len() == count * (width + 1) - 1 && written.split(separator).all(|g| g.len() == width);
    let of_a_device = written.bytes().any(|b| b != b'0' && b != separator as u8)
        && written.bytes().any(|b| !matches!(b, b'f' | b'F') && b != separator as u8);
    shaped && of_a_device && (separator != '.' || written.bytes().any(|b| b.is_ascii_alphabetic()))
}

/// RFC 4291: eight groups, or fewer in a block that is in use, so that `dead::beef` in code is not taken for one.
fn is_ipv6(written: &str) -> bool {
    let Ok(ip) = written.parse::<Ipv6Addr>() else { return false };
    let head = written.split(':').next().unwrap_or_default();
    let in_use = head.len() == 4
        && matches!(
            ip.segments().first(),
            Some(0x2000..=0x3fff | 0xfc00..=0xfdff | 0xfe80..=0xfebf | 0xff00..)
        );
    let whole = written.matches(':').count() == 7 && !written.contains("::");
    (in_use || whole || (ip.to_ipv4_mapped().is_some())) && !ip.is_loopback() && !ip.is_unspecified()
}

/// A URL with a password before its host, or a secret in its query, around the `://` at byte `at`.
pub(crate) fn url(search: &mut Search<'_>, at: usize) {
    if at < search.url_end {
        return;
    }
    let text = search.text;
    let scheme = text.get(..at).unwrap_or_default().bytes().rev().take(16);
    let scheme = scheme.take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.')).count();
    let rest = text.get(at + 3..).unwrap_or_default();
    let mut length = 0;
    for c in rest.chars().take_while(|c| !c.is_whitespace() && !"\"'<>`|)]}".contains(*c)) {
        length += c.len_utf8();
        if length > URL_LIMIT {
            break;
        }
    }
    search.url_end = at + 3 + length;
    let url = rest.get(..length).unwrap_or_default().trim_end_matches(['.', ',', ';', ':', '!', '?']);
    if scheme > 0 && (has_password(url) || has_secret(url)) {
        search.found.push(Candidate::new(
            at - scheme..at + 3 + url.len(),
            Kind::UrlCredential,
            Evidence::Shape,
        ));
    }
}

/// RFC 3986 section 3.2.1: `user:password@` before the host.
fn has_password(url: &str) -> bool {
    let authority = url.split(['/', '?', '#']).next().unwrap_or_default();
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    user.split_once(':').is_some_and(|(_, password)| {
        !password.is_empty() && !password.starts_with(['$', '{', '<', '*']) && password != "password"
    })
}

fn has_secret(url: &str) -> bool {
    const NAMES: &[&str] = &[
        "token",
        "access_token",
        "api_key",
        "apikey",
        "key",
        "secret",
        "client_secret",
        "password",
        "passwd",
        "sig",
        "signature",
        "x-amz-signature",
        "auth",
        "sessionid",
        "jwt",
    ];
    let query = url.split_once('?').map_or("", |(_, query)| query);
    query.split(['&', '#']).filter_map(|pair| pair.split_once('=')).any(|(name, value)| {
        NAMES.contains(&name.to_ascii_lowercase().as_str())
            && value.len() >= 8
            && value.bytes().any(|b| b.is_ascii_digit())
    })
}
