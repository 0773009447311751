//! Letters that are spelled with digits or set apart, undone so that a text can be searched as it is read.

use memchr::memchr3_iter;

/// So many digits inside words are a way of writing; fewer are names such as `h2o`.
const DIGITS: usize = 3;

/// So many letters set apart are a word.
const APART: usize = 5;

/// The text without its disguise; none if it has none. Folded in, folded out.
pub(super) fn undone(text: &str) -> Option<String> {
    let apart = has_letters_apart(text.as_bytes());
    let digits = has_digits_for_letters(text.as_bytes());
    if !apart && !digits {
        return None;
    }
    let mut plain = if apart { joined(text) } else { text.to_owned() };
    if digits {
        plain = plain.chars().map(letter).collect();
    }
    Some(plain)
}

fn has_digits_for_letters(text: &[u8]) -> bool {
    let between = |at: &usize| {
        let before = at.checked_sub(1).and_then(|at| text.get(at));
        let after = text.get(at + 1);
        before.is_some_and(u8::is_ascii_lowercase) && after.is_some_and(u8::is_ascii_alphanumeric)
    };
    memchr3_iter(b'0', b'1', b'3', text).filter(between).nth(DIGITS - 1).is_some()
}

fn letter(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        c => c,
    }
}

/// Steps over the text so that a run cannot lie between two looks, and looks closer only where blanks alternate.
fn has_letters_apart(text: &[u8]) -> bool {
    let mut at = 0;
    while let Some([a, b, c, d]) = text.get(at..at + 4) {
        if (a == c && is_apart(*a)) || (b == d && is_apart(*b)) {
            let start = at.saturating_sub(2 * APART);
            if text.get(start..text.len().min(at + 2 * APART)).is_some_and(|near| run(near) >= APART) {
                return true;
            }
        }
        at += APART;
    }
    false
}

fn is_apart(b: u8) -> bool {
    matches!(b, b' ' | b'-' | b'.' | b'_' | b'*' | b'|')
}

/// The longest run of letters each of which is followed by what sets it apart.
fn run(near: &[u8]) -> usize {
    let (mut most, mut length) = (0, 0);
    let mut at = 0;
    while let Some(two) = near.get(at..at + 2) {
        let pair = matches!(two, [letter, apart] if letter.is_ascii_lowercase() && is_apart(*apart));
        length = if pair { length + 1 } else { 0 };
        most = most.max(length);
        at += if pair { 2 } else { 1 };
    }
    most
}

/// The text with letters that are set apart joined; two blanks cannot be told from one here, so words run
/// together with the rest.
fn joined(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut single = false;
    for word in text.split(' ') {
        let one = word.len() == 1 && word.bytes().all(|b| b.is_ascii_lowercase());
        if !(out.is_empty() || single && one) {
            out.push(' ');
        }
        out.push_str(&undotted(word));
        single = one;
    }
    out
}

/// A word such as `i-g-n-o-r-e` without what sets its letters apart.
fn undotted(word: &str) -> String {
    let apart = word.bytes().skip(1).step_by(2).all(is_apart) && word.len() > 2 * APART - 2;
    if apart { word.bytes().step_by(2).map(char::from).collect() } else { word.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disguises_are_undone() {
        assert_eq!(undone("1gn0r3 4ll pr3v10us").as_deref(), Some("ignore all previous"));
        assert_eq!(undone("please i g n o r e that").as_deref(), Some("please ignore that"));
        assert_eq!(undone("please i-g-n-o-r-e that").as_deref(), Some("please ignore that"));
    }

    #[test]
    fn what_is_not_disguised_is_left() {
        assert_eq!(undone("h2o and co2 at 10:30, in 2013 or 1.0.3"), None);
        assert_eq!(undone("a b or c, 1 - 2 - 3 and - - - -"), None);
        assert_eq!(undone(""), None);
    }
}
