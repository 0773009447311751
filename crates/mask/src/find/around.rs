//! What stands around a number: the characters that touch it, and the words that say what it is.

use std::cell::{OnceCell, RefCell};
use std::ops::Range;

use super::look::{joins, without_spaces};
use super::topic::{ALL, TRADE, Topic};

/// Characters between an identifier and a word before it that speaks for it.
const BEFORE: usize = 40;
/// Characters of the longest of those words and one more, which decides whether the word is whole.
const WORD: usize = 44;
/// Characters after an identifier in which a word may speak for it.
const AFTER: usize = 24;
/// Digits that may stand between the word and the identifier; with more of them the word belongs to another number.
const DIGITS_BETWEEN: usize = 4;
/// Digits that a word itself may have, as `ahvn13` has.
pub(crate) const DIGITS_WITHIN: usize = 2;
/// Bytes between a number of trade and the word for it, as in `Rechnung Nr. 12`.
const BESIDE: u32 = 6;
/// Bytes of a line that are looked at for commas.
const LINE: usize = 200;
/// What a word after the identifier is farther away than one before it.
const AFTER_PENALTY: u32 = 100;

/// What words speak for, and how far away each is in bytes.
type Distances = Vec<(Topic, u32)>;

/// The surroundings of one word. The words in them are read when they are asked for.
pub(crate) struct Around<'a> {
    text: &'a str,
    span: Range<usize>,
    before: OnceCell<Distances>,
    /// The words after the end that was asked for last.
    after: RefCell<Option<(usize, Distances)>>,
}

impl<'a> Around<'a> {
    pub(crate) fn new(text: &'a str, span: Range<usize>) -> Around<'a> {
        Around { text, span, before: OnceCell::new(), after: RefCell::new(None) }
    }

    /// The text before byte `at`.
    pub(crate) fn before(&self, at: usize) -> &'a str {
        self.text.get(..at).unwrap_or_default()
    }

    /// The text from byte `at` on.
    pub(crate) fn after(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }

    /// How far the nearest word of `topic` is that stands before the word.
    pub(crate) fn near_before(&self, topic: Topic) -> Option<u32> {
        nearest(self.words_before(), topic)
    }

    /// How far a word is that stands right before the word and says that it is a number of trade.
    pub(crate) fn of_trade(&self) -> Option<u32> {
        self.near_before(TRADE).filter(|distance| *distance <= BESIDE)
    }

    /// How far the nearest word of `topic` is from the word, or from the end of the identifier at `end`.
    pub(crate) fn near(&self, topic: Topic, end: usize) -> Option<u32> {
        self.near_before(topic).or_else(|| self.near_after(topic, end))
    }

    fn near_after(&self, topic: Topic, end: usize) -> Option<u32> {
        self.with_words_after(end, |words| nearest(words, topic))
    }

    fn words_before(&self) -> &Distances {
        self.before.get_or_init(|| words_before(self.before(self.span.start)))
    }

    /// Shows `see` the words after `end`; most schemes ask for the same end.
    fn with_words_after<T>(&self, end: usize, see: impl FnOnce(&[(Topic, u32)]) -> T) -> T {
        let mut after = self.after.borrow_mut();
        if after.as_ref().is_none_or(|(at, _)| *at != end) {
            *after = Some((end, words_after(self.after(end))));
        }
        see(after.as_ref().map_or(&[], |(_, words)| words.as_slice()))
    }
}

fn nearest(words: &[(Topic, u32)], topic: Topic) -> Option<u32> {
    words.iter().filter(|(t, _)| *t == topic).map(|(_, distance)| *distance).min()
}

/// Whether a comma before an identifier parts it from another cell of a table rather than a number from its decimals: another
/// comma follows it, or more of them stand before it in a line that it ends.
pub(crate) fn is_cell(before: &str, after: &str) -> bool {
    let line = before.bytes().rev().take(LINE).take_while(|b| *b != b'\n');
    let ends = after.is_empty() || after.starts_with(['\n', '\r']);
    before.ends_with(',') && (after.starts_with(',') || ends && line.filter(|b| *b == b',').count() > 1)
}

/// The topics that words before an identifier speak for, with the bytes between.
fn words_before(text: &str) -> Distances {
    let mut found = Vec::new();
    in_lower_case(window_before(text), |window| {
        each_word(window, |topics, span| {
            let between = window.get(span.end..).unwrap_or_default();
            let digits = between.chars().filter(|c| c.is_numeric()).count();
            if digits <= DIGITS_BETWEEN && between.chars().count() <= BEFORE {
                found.extend(topics.iter().map(|topic| (*topic, between.len() as u32)));
            }
        });
    });
    found
}

/// The end of `text` in which a word may begin that stands before an identifier: back to a digit that is one too many.
fn window_before(text: &str) -> &str {
    let bytes = text.as_bytes();
    let from = bytes.len().saturating_sub(BEFORE + WORD);
    let near = bytes.get(from..).unwrap_or_default();
    let start = if near.is_ascii() {
        let digits = near.iter().enumerate().rev().filter(|(_, b)| b.is_ascii_digit());
        from + digits.map(|(at, _)| at).nth(DIGITS_BETWEEN + DIGITS_WITHIN).unwrap_or(0)
    } else {
        let mut digits = 0;
        let chars = text.char_indices().rev().take(BEFORE + WORD);
        let within = chars.take_while(|(_, c)| {
            let free = digits <= DIGITS_BETWEEN + DIGITS_WITHIN;
            digits += usize::from(c.is_numeric());
            free
        });
        within.last().map_or(0, |(at, _)| at)
    };
    text.get(start..).unwrap_or_default()
}

/// Shows `text` in lower case to `see`; a short one of ASCII, as most are, without taking memory for it.
fn in_lower_case(text: &str, see: impl FnOnce(&str)) {
    let mut buffer = [0; BEFORE + WORD];
    match buffer.get_mut(..text.len()).filter(|_| text.is_ascii()) {
        Some(lower) => {
            lower.copy_from_slice(text.as_bytes());
            lower.make_ascii_lowercase();
            see(str::from_utf8(lower).unwrap_or_default());
        }
        None => see(&text.to_lowercase()),
    }
}

/// The same for words after it. A word that leads to another number belongs to that.
fn words_after(text: &str) -> Distances {
    let mut found = Vec::new();
    in_lower_case(window_after(text), |window| {
        each_word(window, |topics, span| {
            let between = window.get(..span.start).unwrap_or_default();
            let beyond =
                window.get(span.end..).unwrap_or_default().trim_start_matches(|c: char| !c.is_alphanumeric());
            let leads_on =
                beyond.starts_with(|c: char| c.is_numeric()) || between.contains(|c: char| c.is_numeric());
            if !leads_on {
                found.extend(topics.iter().map(|topic| (*topic, AFTER_PENALTY + between.len() as u32)));
            }
        });
    });
    found
}

/// The beginning of `text` in which a word may stand that speaks for an identifier before it.
fn window_after(text: &str) -> &str {
    let near = text.as_bytes().get(..text.len().min(AFTER)).unwrap_or_default();
    let length = if near.is_ascii() {
        near.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(near.len())
    } else {
        let short = text.chars().take(AFTER).take_while(|c| !matches!(c, '\n' | '\r'));
        short.map(char::len_utf8).sum()
    };
    text.get(..length).unwrap_or_default()
}

/// Calls `see` with every whole word of a topic in `window`, which is in lower case.
fn each_word(window: &str, mut see: impl FnMut(&[Topic], Range<usize>)) {
    let words = &*ALL;
    let mut before = false;
    for (at, first) in window.bytes().enumerate() {
        let joins = first.wrapping_sub(b'a') < 26 || first.wrapping_sub(b'0') < 10;
        // Within a word of ASCII no other begins, and none with a space.
        let may_begin = !(before && joins) && first != b' ';
        before = joins;
        if !may_begin {
            continue;
        }
        for (topics, length) in words.at(window.as_bytes().get(at..).unwrap_or_default()) {
            let span = at..at + length;
            if is_whole(window, &span) {
                see(topics, span);
            }
        }
    }
}

/// Whether no letter or digit touches `span` that would make it a part of a longer word.
pub(crate) fn is_whole(text: &str, span: &Range<usize>) -> bool {
    let word = text.get(span.clone()).unwrap_or_default();
    let before = text.get(..span.start).and_then(|t| t.chars().next_back());
    let after = text.get(span.end..).and_then(|t| t.chars().next());
    !touches(before, word.chars().next()) && !touches(word.chars().next_back(), after)
}

fn touches(left: Option<char>, right: Option<char>) -> bool {
    let (Some(left), Some(right)) = (left, right) else { return false };
    // `cardNumber` and `birth_date` are said in code; in lower case only the underscore shows.
    let free = |c: char| c == '_' || without_spaces(c);
    !free(left) && !free(right) && joins(left) && joins(right)
}
