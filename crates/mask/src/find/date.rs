//! Dates of birth: a date counts only where a word says that someone was born on it.

mod month;

use super::check::is_birthday;
use super::few::Few;
use super::look::plain;
use super::overlap::Candidate;
use super::scan::{Search, Word};
use super::topic;
use crate::{Evidence, Kind};

/// Characters that a written date may have.
const LIMIT: usize = 36;

/// One part of a date, and where it ends in bytes after its beginning.
#[derive(Debug, Clone, Copy, Default)]
struct Part {
    value: u64,
    digits: usize,
    is_month: bool,
    end: usize,
}

/// The date of birth that begins with `word`, or with the name of a month before it.
pub(crate) fn birth(search: &mut Search<'_>, word: &Word<'_>) {
    if word.look.word() > 8 {
        return;
    }
    let before = word.around.before(word.span.start);
    let (start, named) = match month::ending(before) {
        Some((month, start)) => (start, Some(month)),
        None => (word.span.start, None),
    };
    let Some(end) = date(word.around.after(word.span.start), named) else { return };
    let end = word.span.start + end;
    let joined = before.trim_end_matches(['.', '-', '/', ':']);
    let goes_on = joined.len() < before.len() && joined.ends_with(|c: char| c.is_ascii_digit());
    let Some(near) = word.around.near(topic::BIRTH, end).filter(|_| !goes_on) else { return };
    search.found.push(Candidate::new(start..end, Kind::BirthDate, Evidence::Context).near(near));
}

/// Where the date that `text` begins with ends; `named` is a month that came before.
fn date(text: &str, named: Option<u64>) -> Option<usize> {
    let parts = parts(text, named.is_some());
    let count = 3 - usize::from(named.is_some());
    let parts = parts.get(..count)?;
    let end = parts.last()?.end;
    let end =
        end + text.get(end..)?.chars().next().filter(|c| matches!(c, '日' | '일')).map_or(0, char::len_utf8);
    let is_date = match (named, parts) {
        (Some(month), [day, year]) => {
            day.digits <= 2 && is_year(year) && is_birthday(year.value, month, day.value)
        }
        (None, [a, b, c]) if b.is_month => {
            (is_year(c) && is_birthday(c.value, b.value, a.value))
                || (is_year(a) && is_birthday(a.value, b.value, c.value))
        }
        (None, [a, b, c]) if !a.is_month && !c.is_month && b.digits <= 2 => in_digits(a, b, c),
        _ => false,
    };
    is_date.then_some(end)
}

fn is_year(part: &Part) -> bool {
    part.digits == 4 && !part.is_month
}

/// Year, month and day in the order of ISO 8601, of most countries, or of the United States; years of two digits last only.
fn in_digits(a: &Part, b: &Part, c: &Part) -> bool {
    if is_year(a) {
        return c.digits <= 2 && is_birthday(year(a), b.value, c.value);
    }
    let day_first = is_birthday(year(c), b.value, a.value);
    let month_first = is_birthday(year(c), a.value, b.value);
    a.digits <= 2 && matches!(c.digits, 2 | 4) && (day_first || month_first)
}

/// The year as meant: of the Gregorian calendar, or of the Buddhist one that Thailand writes.
fn year(part: &Part) -> u64 {
    match (part.digits, part.value) {
        (2, short) => 1900 + short,
        (_, thai @ 2440..2600) => thai - 543,
        (_, year) => year,
    }
}

/// The first three numbers and names of months in `text`, if nothing but separators and small words parts them.
fn parts(text: &str, named: bool) -> Few<Part, 3> {
    let mut parts = Few::<Part, 3>::new();
    let limit = text.char_indices().nth(LIMIT).map_or(text.len(), |(at, _)| at);
    let text = text.get(..limit).unwrap_or_default();
    let mut at = 0;
    while parts.len() < 3 {
        let rest = text.get(at..).unwrap_or_default();
        let Some(c) = rest.chars().next() else { break };
        if plain(c).is_ascii_digit() {
            let part = digits(rest, at);
            at = part.end;
            parts.push(part);
        } else if let Some((value, length)) = month::beginning(rest) {
            at += length;
            parts.push(Part { value, digits: 0, is_month: true, end: at });
        } else {
            let bare = !named && c == ' ' && parts.last().is_some_and(|p| p.end == at && !p.is_month);
            // Two numbers with only a space between them are no date.
            if bare && rest.chars().nth(1).is_some_and(|c| plain(c).is_ascii_digit()) {
                break;
            }
            let Some(length) = gap(rest) else { break };
            at += length;
        }
    }
    parts
}

fn digits(text: &str, at: usize) -> Part {
    let digits = text.chars().map(|c| (plain(c), c.len_utf8())).take_while(|(b, _)| b.is_ascii_digit());
    let (value, count, length) = digits.fold((0u64, 0, 0), |(value, count, length), (b, width)| {
        (value.saturating_mul(10).saturating_add(u64::from(b - b'0')), count + 1, length + width)
    });
    Part { value, digits: count, is_month: false, end: at + length }
}

/// Bytes of what may part two parts of a date at the beginning of `text`.
fn gap(text: &str) -> Option<usize> {
    const SMALL: &[&str] =
        &["de ", "del ", "of ", "the ", "st ", "nd ", "rd ", "th ", "er ", "º ", "st, ", "th, ", "a "];
    match text.chars().next()? {
        c @ (' ' | '.' | '-' | '/' | ',' | '\u{a0}' | '\u{2011}' | '\u{2013}' | '\u{202f}' | '年' | '月'
        | '년' | '월') => Some(c.len_utf8()),
        _ => SMALL
            .iter()
            .find(|s| text.get(..s.len()).is_some_and(|t| t.eq_ignore_ascii_case(s)))
            .map(|s| s.len()),
    }
}
