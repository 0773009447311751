//! E-mail addresses (RFC 5321 section 4.1.2, RFC 6531 for letters of other scripts).

use super::look::{joins, without_spaces};
use super::overlap::Candidate;
use super::scan::Search;
use crate::{Evidence, Kind};

/// RFC 5321 section 4.5.3.1.1, in bytes.
const LOCAL_LIMIT: usize = 64;
/// RFC 5321 section 4.5.3.1.2, in bytes.
const DOMAIN_LIMIT: usize = 255;

/// Endings of file names that follow an `@` in names such as `logo@2x.png`, and are no top-level domains.
const FILES: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "webp", "css", "js", "ts", "json", "html", "txt", "pdf", "xml", "yaml",
    "yml", "service", "timer", "socket", "target", "mount", "conf",
];

/// The address around the `@` at byte `at`.
pub(crate) fn address(search: &mut Search<'_>, at: usize) {
    let text = search.text;
    let before = text.get(..at).unwrap_or_default();
    let after = text.get(at + 1..).unwrap_or_default();
    let (local, domain) = (local_part(before), domain_part(after));
    let start = at - local;
    if local == 0
        || local > LOCAL_LIMIT
        || domain == 0
        || is_part_of_a_url(before.get(..start), after.get(domain..))
    {
        return;
    }
    search.found.push(Candidate::new(start..at + 1 + domain, Kind::Email, Evidence::Shape));
}

/// Bytes of the local part that ends with `before`.
fn local_part(before: &str) -> usize {
    let mut length = 0;
    for c in before.chars().rev() {
        let fits = c.is_ascii_alphanumeric()
            || "!#$%&'*+-/=?^_`{|}~.".contains(c)
            || (joins(c) && !without_spaces(c));
        if !fits || length > LOCAL_LIMIT {
            break;
        }
        length += c.len_utf8();
    }
    // What quotes, delimits or assigns in prose and code is not meant, though RFC 5322 would let it stand.
    let local = before.get(before.len() - length..).unwrap_or_default();
    let cut = local
        .rfind(['=', '/', '`', '\'', '|', '{', '}', '?', '!', '*', '&', '#', '$', '%', '^'])
        .map_or(0, |i| i + 1);
    let local = local.get(cut..).unwrap_or_default().trim_start_matches(['.', '-', '+', '_']);
    if local.ends_with('.') || local.contains("..") { 0 } else { local.len() }
}

/// Bytes of the domain that `after` begins with, if it is one.
fn domain_part(after: &str) -> usize {
    let fits = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-') || (joins(*c) && *c != '_');
    let mut length = 0;
    for c in after.chars().take_while(fits) {
        length += c.len_utf8();
        if length > DOMAIN_LIMIT {
            return 0;
        }
    }
    let domain = after.get(..length).unwrap_or_default().trim_end_matches(['.', '-']);
    let Some((host, top)) = domain.rsplit_once('.') else { return 0 };
    let top_fits =
        top.starts_with("xn--") || (top.chars().count() >= 2 && top.chars().all(char::is_alphabetic));
    let labels_fit =
        host.split('.').all(|l| !l.is_empty() && l.len() < 64 && !l.starts_with('-') && !l.ends_with('-'));
    if top_fits && labels_fit && !FILES.contains(&top.to_ascii_lowercase().as_str()) {
        domain.len()
    } else {
        0
    }
}

/// Whether the address is the user and host of `ssh://git@host` or `git@host:path`.
fn is_part_of_a_url(before: Option<&str>, after: Option<&str>) -> bool {
    let path = after.unwrap_or_default().strip_prefix(':');
    let is_path =
        path.is_some_and(|p| p.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/' || c == '~'));
    before.unwrap_or_default().ends_with("://") || is_path
}
