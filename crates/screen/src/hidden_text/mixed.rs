//! Words in which letters of Cyrillic, Greek, Armenian or Cherokee stand for Latin ones (UTS #39, sections 4 and
//! 5.1).
//!
//! Conservative: words of two scripts are ordinary where one is a suffix to the other (`SMSка`), in units and in
//! formulas. So a word counts where every foreign letter passes for a Latin one, and then only if it goes back
//! and forth or has company.

use unicode_security::skeleton;

/// Shorter words are symbols.
const LETTERS_LEAST: usize = 4;

/// A word that changes script once may be an accident of the keyboard; so many are not.
const ONCE_CHANGED: usize = 3;

/// The words that are mixed.
pub(super) fn count(text: &str) -> usize {
    if !touches(text) {
        return 0;
    }
    let words = text
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| word.len() >= LETTERS_LEAST && !word.is_ascii());
    let (mut back_and_forth, mut once) = (0, 0);
    for changes in words.filter_map(changes) {
        if changes > 1 { back_and_forth += 1 } else { once += 1 }
    }
    back_and_forth + if back_and_forth > 0 || once >= ONCE_CHANGED { once } else { 0 }
}

/// Whether letters of two scripts touch, as they do in a word of both; told without a look at what is a letter elsewhere.
pub(crate) fn touches(text: &str) -> bool {
    let mut before = ' ';
    text.chars().any(|c| {
        let latin_first = before.is_ascii_alphabetic() && may_pass_for_latin(c);
        let touch = latin_first || (c.is_ascii_alphabetic() && may_pass_for_latin(before));
        before = c;
        touch
    })
}

/// Whether a letter is of a script that has letters like Latin ones.
pub(crate) fn may_pass_for_latin(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{58f}' | '\u{13a0}'..='\u{13fd}' | '\u{1c80}'..='\u{1c8f}' | '\u{1f00}'..='\u{1fff}')
        || matches!(c, '\u{a640}'..='\u{a69f}')
}

/// How often a word goes from Latin to letters that pass for it or back; none if it does not, or has others.
fn changes(word: &str) -> Option<usize> {
    if word.chars().count() < LETTERS_LEAST || !word.chars().any(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let mut changes = 0;
    let mut before = None;
    for c in word.chars() {
        let foreign = may_pass_for_latin(c);
        if foreign && latin_like(c).is_none() {
            return None;
        }
        changes += usize::from(before.is_some_and(|before| before != foreign));
        before = Some(foreign);
    }
    (changes > 0).then_some(changes)
}

/// The Latin letter that a letter passes for.
pub(crate) fn latin_like(c: char) -> Option<char> {
    let mut buffer = [0; 4];
    let mut like = skeleton(c.encode_utf8(&mut buffer));
    let first = like.next().filter(char::is_ascii_alphabetic)?;
    like.next().is_none().then(|| first.to_ascii_lowercase())
}
