//! From labeled tokens to spans of a text.

use std::ops::Range;

use mask::Kind;

use crate::label::Label;

/// A part of a text and what it is.
pub(crate) type Span = (Range<usize>, Kind);

/// A token of a text with its label.
pub(crate) type Token = (Range<usize>, Option<Label>);

/// The names that the tokens of one window spell. A word is a name whole if any part of it is: models often label its first
/// part only.
pub(crate) fn of_window(text: &str, tokens: &[Token]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut open = false;
    for (word, label) in words(text, tokens) {
        match (label, spans.last_mut()) {
            (Some(label), Some((span, kind))) if open && !label.begins && *kind == label.kind => {
                span.end = word.end;
            }
            (Some(label), _) => spans.push((word, label.kind)),
            (None, _) => {}
        }
        open = label.is_some();
    }
    spans
}

/// The spans of all windows, which overlap: parts of one name are put together, and of two kinds the first keeps what both claim.
pub(crate) fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|(span, _)| (span.start, span.end));
    let mut all: Vec<Span> = Vec::new();
    for (span, kind) in spans {
        match all.last_mut() {
            Some((last, of)) if span.start < last.end && *of == kind => last.end = last.end.max(span.end),
            Some((last, _)) if span.start < last.end => {
                let start = last.end;
                if start < span.end {
                    all.push((start..span.end, kind));
                }
            }
            _ => all.push((span, kind)),
        }
    }
    all
}

/// Tokens joined to words: two belong together where no space and no mark stands between them.
fn words(text: &str, tokens: &[Token]) -> Vec<Token> {
    let mut words: Vec<Token> = Vec::new();
    for (range, label) in tokens {
        let Some(range) = trimmed(text, range.clone()) else { continue };
        match words.last_mut() {
            Some((word, of)) if range.start <= word.end && joined(text, range.start) => {
                word.end = word.end.max(range.end);
                *of = of.or(*label);
            }
            _ => words.push((range, *label)),
        }
    }
    words
}

/// Whether letters or digits stand on both sides of a place.
fn joined(text: &str, at: usize) -> bool {
    let (before, after) = (text.get(..at), text.get(at..));
    let before = before.and_then(|t| t.chars().next_back()).is_some_and(char::is_alphanumeric);
    before && after.and_then(|t| t.chars().next()).is_some_and(char::is_alphanumeric)
}

/// A range without the space around it, since some tokenizers count the space before a word as the word's; widened to whole
/// characters, since some cut them. `None` if nothing is left.
fn trimmed(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let (start, end) = (text.floor_char_boundary(range.start), text.ceil_char_boundary(range.end));
    let token = text.get(start..end)?;
    let start = start + (token.len() - token.trim_start().len());
    let token = token.trim();
    (!token.is_empty()).then(|| start..start + token.len())
}

#[cfg(test)]
mod tests {
    use mask::Kind;

    use super::{Token, merged, of_window};
    use crate::label::Label;

    const B: Option<Label> = Some(Label { kind: Kind::Person, begins: true });
    const I: Option<Label> = Some(Label { kind: Kind::Person, begins: false });
    const ORG: Option<Label> = Some(Label { kind: Kind::Organization, begins: false });

    fn names<'t>(text: &'t str, tokens: &[Token]) -> Vec<&'t str> {
        of_window(text, tokens).into_iter().map(|(span, _)| &text[span]).collect()
    }

    #[test]
    fn a_name_goes_on_until_another_begins() {
        let text = "Ada Byron Jane Acme";
        let tokens = [(0..3, B), (4..9, I), (10..14, B), (15..19, ORG)];
        assert_eq!(names(text, &tokens), ["Ada Byron", "Jane", "Acme"]);
        assert_eq!(names(text, &[(0..3, B), (4..9, None), (10..14, I)]), ["Ada", "Jane"]);
    }

    #[test]
    fn a_word_is_a_name_whole_whichever_of_its_parts_says_so() {
        assert_eq!(names("see Lovelace!", &[(3..8, None), (8..12, B), (12..13, None)]), ["Lovelace"]);
        assert_eq!(names("a Zoé.", &[(1..5, B), (5..6, None)]), ["Zoé"], "a character was cut");
        assert_eq!(names("a ", &[(1..2, B)]), Vec::<&str>::new());
    }

    #[test]
    fn parts_of_a_name_that_windows_cut_are_put_together() {
        let person = |span| (span, Kind::Person);
        assert_eq!(merged(vec![person(4..9), person(0..5)]), [person(0..9)]);
        assert_eq!(merged(vec![person(0..4), person(4..9)]), [person(0..4), person(4..9)]);
        let both = merged(vec![person(0..5), (3..9, Kind::Address), (4..5, Kind::Address)]);
        assert_eq!(both, [person(0..5), (5..9, Kind::Address)]);
    }
}
