//! Finding the patterns of a table in a folded text.

use memchr::memmem;

use super::table::{Pattern, Slot, Table, Word};
use crate::Detail;

/// How far back it is seen whether something is spoken of.
const SPOKEN_OF: usize = 96;

/// How far back a line may begin; marks without end must not make each word after them slow.
const INDENT_MOST: usize = 32;

/// Words before what somebody speaks of.
const SPEAKING: [&str; 17] = [
    "phrase",
    "sentence",
    "such as",
    "for example",
    "e.g.",
    "what does",
    "what is ",
    "why does",
    "why do ",
    "how do ",
    "how does",
    "how can ",
    "detect",
    "says ",
    "said ",
    "wrote",
    "meaning of",
];

/// The families that were found, each with its weight.
#[derive(Debug)]
pub(super) struct Hits {
    found: Vec<(Detail, u16)>,
    spoken_of_halves: bool,
}

impl Hits {
    pub(super) fn new(spoken_of_halves: bool) -> Hits {
        Hits { found: Vec::new(), spoken_of_halves }
    }

    pub(super) fn add(&mut self, family: Detail, weight: u16) {
        match self.found.iter_mut().find(|(found, _)| *found == family) {
            Some((_, most)) => *most = weight.max(*most),
            None => self.found.push((family, weight)),
        }
    }

    fn weight(&self, family: Detail) -> u16 {
        self.found.iter().find(|(found, _)| *found == family).map_or(0, |(_, weight)| *weight)
    }

    pub(super) fn total(&self) -> u16 {
        self.found.iter().map(|(_, weight)| weight).sum()
    }

    pub(super) fn families(&self) -> impl Iterator<Item = Detail> {
        self.found.iter().map(|(family, _)| *family)
    }
}

/// Adds what a folded text has. A pattern that could add nothing is not looked for again.
pub(super) fn search(table: &Table, text: &str, hits: &mut Hits) {
    let bytes = text.as_bytes();
    table.openings.each(bytes, |at, number| {
        let Some((pattern, word)) = table.opened.get(number) else { return };
        let Some(pattern) = table.patterns.get(*pattern) else { return };
        if pattern.weight > hits.weight(pattern.family)
            && stands(bytes, at, word)
            && goes_on(bytes, at + word.text.len(), &pattern.rest)
        {
            hits.add(pattern.family, worth(pattern, bytes, at, hits.spoken_of_halves));
        }
    });
}

fn worth(pattern: &Pattern, text: &[u8], at: usize, halves: bool) -> u16 {
    if halves && is_spoken_of(text, at) { pattern.weight / 2 } else { pattern.weight }
}

/// Whether the rest of a pattern follows.
fn goes_on(text: &[u8], from: usize, slots: &[Slot]) -> bool {
    let Some((slot, rest)) = slots.split_first() else { return true };
    let window = text.get(from..text.len().min(from + slot.gap + 1)).unwrap_or_default();
    let window = if slot.past_sentence { window } else { sentence(window) };
    let begins = window.iter().enumerate().filter(|(_, byte)| slot.begins_with(**byte));
    let mut places = begins.map(|(ahead, byte)| (from + ahead, *byte));
    places.any(|(at, first)| {
        let here = text.get(at..).unwrap_or_default();
        let mut words = slot.words.iter().filter(|word| word.text.as_bytes().first() == Some(&first));
        !(slot.all_begin && is_inside(text, at))
            && words.any(|word| {
                here.starts_with(word.text.as_bytes())
                    && stands(text, at, word)
                    && goes_on(text, at + word.text.len(), rest)
            })
    })
}

/// Whether a letter or digit of ASCII stands before here.
fn is_inside(text: &[u8], at: usize) -> bool {
    at.checked_sub(1).and_then(|before| text.get(before)).is_some_and(u8::is_ascii_alphanumeric)
}

/// A text up to where its sentence ends.
fn sentence(text: &[u8]) -> &[u8] {
    let ends =
        text.windows(2).position(|two| matches!(two, [b'.' | b'!' | b'?', b' ' | b'\n'] | [b'\n', b'\n']));
    ends.and_then(|at| text.get(..at)).unwrap_or(text)
}

/// Whether a word stands as it must: at the beginning of a line or of a word, and whole.
fn stands(text: &[u8], at: usize, word: &Word) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let after = text.get(at + word.text.len());
    let begins =
        !word.begins || !before.last().is_some_and(|b| b.is_ascii_alphanumeric() || continues(*b, word));
    let whole = !word.whole || !after.is_some_and(|b| b.is_ascii_alphanumeric() || *b >= 0x80);
    begins && whole && (!word.at_line || begins_line(before))
}

/// Whether a byte before a Cyrillic letter is the end of another letter.
fn continues(before: u8, word: &Word) -> bool {
    before >= 0x80 && !word.text.is_ascii()
}

/// Whether nothing but marks of quotation and lists stands between the last line break and here, or at least not close by.
fn begins_line(before: &[u8]) -> bool {
    let before = before.get(before.len().saturating_sub(INDENT_MOST)..).unwrap_or_default();
    let mark = before.iter().rev().find(|b| !b" \t>*#[-_(=`\"".contains(b));
    mark.is_none_or(|b| *b == b'\n')
}

/// Whether a text speaks of what stands here: behind an opening quotation mark, or after words that announce it.
fn is_spoken_of(text: &[u8], at: usize) -> bool {
    let before = text.get(at.saturating_sub(SPOKEN_OF)..at).unwrap_or_default();
    let start = before.iter().rposition(|b| matches!(b, b'\n' | b'?' | b'!')).map_or(0, |at| at + 1);
    let before = before.get(start..).unwrap_or_default();
    let quoted = before.iter().filter(|b| matches!(b, b'"' | b'`')).count() % 2 == 1;
    let opened = ["\u{201c}", "\u{ab}", "\u{201e}", " '"]
        .iter()
        .any(|mark| memmem::find(before, mark.as_bytes()).is_some());
    quoted || opened || SPEAKING.iter().any(|words| memmem::find(before, words.as_bytes()).is_some())
}
