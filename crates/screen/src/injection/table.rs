//! The table of patterns, compiled once.
//!
//! A row is `family weight languages source pattern`, set apart by tabs. A pattern is a sequence of slots with
//! gaps between: `a|b 30 c|d` is one of `a` and `b`, and within 30 bytes after it, in the same sentence, one of
//! `c` and `d`. `>30` goes on past the end of a sentence. In a word `_` is a blank or a line break (`{low}` is
//! `_`, `{bar}` is `|`), `^` before it the beginning of a line, and `$` after it the end of a word; before an
//! ASCII or Cyrillic letter a word always begins. The first slots of all rows are sought at once.

use std::sync::LazyLock;

use super::fold::fold;
use super::openings::Openings;
use crate::Detail;

const ROWS: &str = include_str!("patterns.tsv");

/// The table that is compiled in.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(ROWS));

#[derive(Debug)]
pub(super) struct Table {
    pub(super) patterns: Vec<Pattern>,
    /// The words of all first slots.
    pub(super) openings: Openings,
    /// By their numbers, the patterns that they open, and how they have to stand.
    pub(super) opened: Vec<(usize, Word)>,
}

/// A row.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) family: Detail,
    pub(super) weight: u16,
    pub(super) rest: Vec<Slot>,
}

/// What has to follow.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) gap: usize,
    pub(super) past_sentence: bool,
    pub(super) words: Vec<Word>,
    /// Whether each of them has to begin a word.
    pub(super) all_begin: bool,
    /// The bytes that a word of it begins with, as bits.
    first: [u64; 4],
}

impl Slot {
    fn new(gap: &str, words: Vec<Word>) -> Option<Slot> {
        let mut first = [0; 4];
        for byte in words.iter().filter_map(|word| word.text.bytes().next()) {
            if let Some(bits) = first.get_mut(usize::from(byte >> 6)) {
                *bits |= 1 << (byte & 63);
            }
        }
        let (past_sentence, all_begin) = (gap.starts_with('>'), words.iter().all(|word| word.begins));
        Some(Slot { gap: gap.trim_start_matches('>').parse().ok()?, past_sentence, words, all_begin, first })
    }

    /// Whether a word of it begins with this byte.
    pub(super) fn begins_with(&self, byte: u8) -> bool {
        self.first.get(usize::from(byte >> 6)).is_some_and(|bits| (bits >> (byte & 63)) & 1 == 1)
    }
}

/// One word or phrase of a slot.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) at_line: bool,
    pub(super) whole: bool,
    /// Whether it has to begin a word.
    pub(super) begins: bool,
}

impl Table {
    fn read(rows: &str) -> Table {
        let (mut patterns, mut opened) = (Vec::new(), Vec::new());
        for (first, pattern) in rows.lines().filter_map(row) {
            opened.extend(first.into_iter().map(|word| (patterns.len(), word)));
            patterns.push(pattern);
        }
        let words = opened.iter().enumerate();
        let openings =
            Openings::new(words.map(|(number, (_, word))| (word.text.as_str(), number, word.begins)));
        Table { patterns, openings, opened }
    }
}

/// The first slot of a row, and the rest of it.
fn row(line: &str) -> Option<(Vec<Word>, Pattern)> {
    let mut fields = line.split('\t');
    let family = family(fields.next()?)?;
    let weight = fields.next()?.parse().ok()?;
    let mut tokens = fields.nth(2)?.split(' ');
    let first = words(tokens.next()?);
    let mut rest = Vec::new();
    while let Some(gap) = tokens.next() {
        rest.push(Slot::new(gap, words(tokens.next()?))?);
    }
    Some((first, Pattern { family, weight, rest }))
}

fn family(name: &str) -> Option<Detail> {
    Some(match name {
        "override" => Detail::InstructionOverride,
        "role" => Detail::RoleMarker,
        "persona" => Detail::Persona,
        "extract" => Detail::PromptExtraction,
        "exfil" => Detail::Exfiltration,
        "encoded" => Detail::EncodedPayload,
        "model" => Detail::AddressedToModel,
        _ => return None,
    })
}

fn words(slot: &str) -> Vec<Word> {
    slot.split('|').flat_map(word).collect()
}

/// A word, and where it is a phrase the same broken at one of its blanks.
fn word(written: &str) -> Vec<Word> {
    let (at_line, written) = written.strip_prefix('^').map_or((false, written), |rest| (true, rest));
    let (whole, written) = written.strip_suffix('$').map_or((false, written), |rest| (true, rest));
    let mut text = String::new();
    fold(&written.replace('_', " ").replace("{low}", "_").replace("{bar}", "|"), &mut text);
    let begins = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, 0xd0..=0xd3));
    let broken = text.match_indices(' ').map(|(at, _)| {
        let (before, after) = text.split_at(at);
        format!("{before}\n{}", after.trim_start())
    });
    let spellings: Vec<String> = std::iter::once(text.clone()).chain(broken).collect();
    spellings.into_iter().map(|text| Word { text, at_line, whole, begins }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_can_be_found() {
        let rows = ROWS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        for line in rows.clone() {
            let (first, pattern) = row(line).unwrap_or_else(|| panic!("not a row: {line}"));
            let mut rest = pattern.rest.iter().flat_map(|slot| &slot.words);
            assert!(first.iter().all(|word| word.text.len() > 1), "{line}");
            assert!(rest.all(|word| !word.text.is_empty()), "{line}");
            assert!([25, 40, 60].contains(&pattern.weight), "{line}");
            assert_eq!(line.split('\t').count(), 5, "{line}");
        }
        assert_eq!(TABLE.patterns.len(), rows.count());
    }

    #[test]
    fn every_language_that_is_promised_has_rows_to_override_with() {
        let of = |language: &str| {
            let rows = ROWS.lines().filter(|line| line.starts_with("override\t"));
            rows.filter(|line| {
                line.split('\t').nth(2).is_some_and(|all| all.split(',').any(|l| l == language))
            })
            .count()
        };
        for language in ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "zh", "ja", "ko", "ru", "ar", "tr"] {
            assert!(of(language) > 0, "{language}");
        }
    }
}
