//! Geographic coordinates (ISO 6709): decimal degrees in pairs or beside a word, and degrees with minutes and seconds.

use super::look::{Look, run};
use super::overlap::Candidate;
use super::scan::{Search, Word};
use super::topic;
use crate::{Evidence, Kind};

/// Decimals of a degree from which a pair looks like a place: the fourth tells eleven meters apart.
const PRECISE: usize = 4;
/// Bytes between a word and a single value, as in `"latitude": 48.85`.
const BESIDE: u32 = 6;

/// A decimal number: its value without sign, its decimals, and where it ends in characters.
struct Degrees {
    value: f64,
    decimals: usize,
    end: usize,
}

/// Coordinates that begin with `word`.
pub(crate) fn pair(search: &mut Search<'_>, word: &Word<'_>) {
    let before = word.around.before(word.span.start);
    if word.look.word() > 3 {
        return;
    }
    let signed = before.ends_with(['-', '\u{2212}']);
    let sign = if signed { before.chars().next_back().map_or(0, char::len_utf8) } else { 0 };
    let outside = before.get(..before.len() - sign).unwrap_or_default();
    if outside.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '/' | '-')) {
        return;
    }
    let start = word.span.start - sign;
    let found = sexagesimal(word).or_else(|| decimal(word));
    if let Some((end, evidence)) =
        found.filter(|(end, _)| !word.around.after(*end).starts_with(char::is_alphanumeric))
    {
        search.found.push(Candidate::new(start..end, Kind::Coordinates, evidence));
    }
}

/// A pair of decimal degrees, or one beside a word.
fn decimal(word: &Word<'_>) -> Option<(usize, Evidence)> {
    let look = &word.look;
    let first = degrees(look, 0).filter(|d| d.value <= 180.0)?;
    let named = word.around.near_before(topic::COORDINATES);
    let second = second(look, first.end);
    let Some((second, marked)) = second.filter(|(d, _)| d.value <= 180.0 && first.value <= 90.0) else {
        let beside = named.is_some_and(|distance| distance <= BESIDE) && first.decimals >= 3;
        return beside.then(|| (look.place(first.end), Evidence::Context));
    };
    let decimals = first.decimals.min(second.decimals);
    let in_a_list = matches!(look.at(second.end), b',' | b';')
        && look.from(second.end + 1).iter().take(2).any(u8::is_ascii_digit);
    let end = look.place(second.end);
    match (named, marked) {
        (_, true) => Some((end, Evidence::Shape)),
        (Some(_), _) if decimals >= 2 => Some((end, Evidence::Context)),
        _ if decimals >= PRECISE && !in_a_list => Some((end, Evidence::Bare)),
        _ => None,
    }
}

/// The second of a pair after the `at`-th character, and whether both name the point of the compass.
fn second(look: &Look, at: usize) -> Option<(Degrees, bool)> {
    let (at, north) = compass(look, at, b"NSns");
    let gap = run(look.from(at), |b| matches!(b, b' ' | b',' | b';' | b'/'));
    let sign = usize::from(look.at(at + gap) == b'-');
    if gap == 0 || gap > 2 {
        return None;
    }
    let mut second = degrees(look, at + gap + sign)?;
    let (end, east) = compass(look, second.end, b"EWew");
    if north && east {
        second.end = end;
    }
    Some((second, north && east))
}

/// Skips a degree sign, a space and one of `points`; says whether the point was there.
fn compass(look: &Look, at: usize, points: &[u8]) -> (usize, bool) {
    let mark = usize::from(look.at(at) == 0 && !look.from(at).is_empty());
    let space = usize::from(look.at(at + mark) == b' ');
    let next = look.at(at + mark + space);
    let named = points.contains(&next) && !look.at(at + mark + space + 1).is_ascii_alphanumeric();
    if named { (at + mark + space + 1, true) } else { (at + mark, false) }
}

fn degrees(look: &Look, at: usize) -> Option<Degrees> {
    let whole = run(look.from(at), u8::is_ascii_digit);
    let decimals = run(look.from(at + whole + 1), u8::is_ascii_digit);
    if !(1..=3).contains(&whole) || look.at(at + whole) != b'.' || !(2..=15).contains(&decimals) {
        return None;
    }
    let end = at + whole + 1 + decimals;
    let written = str::from_utf8(look.from(at).get(..end - at)?).ok()?;
    let goes_on = look.at(end) == b'.' && look.at(end + 1).is_ascii_digit();
    written.parse().ok().filter(|_| !goes_on).map(|value| Degrees { value, decimals, end })
}

/// `48°51'24"N`, and a second one after it.
fn sexagesimal(word: &Word<'_>) -> Option<(usize, Evidence)> {
    let text = word.around.after(word.span.start);
    let first = angle(text)?;
    let gap: usize = text
        .get(first..)?
        .chars()
        .take(3)
        .take_while(|c| matches!(c, ' ' | ',' | ';'))
        .map(char::len_utf8)
        .sum();
    let second = text.get(first + gap..).and_then(angle).map_or(0, |length| gap + length);
    Some((word.span.start + first + second, Evidence::Shape))
}

/// Bytes of degrees, minutes and, if given, seconds with a point of the compass, in the manner of ISO 6709 annex D.
fn angle(text: &str) -> Option<usize> {
    let mut rest = number(text).and_then(|n| n.trim_start().strip_prefix(['°', 'º']))?;
    rest = number(rest.trim_start())?.trim_start().strip_prefix(['\'', '′', '’'])?;
    if let Some(seconds) = number(rest.trim_start()) {
        rest = seconds.trim_start().trim_start_matches(['"', '″', '”', '\'', '′']);
    }
    let rest = rest.trim_start().strip_prefix(['N', 'S', 'E', 'W', 'O'])?;
    Some(text.len() - rest.len())
}

/// What follows a number of up to three digits and some decimals.
fn number(text: &str) -> Option<&str> {
    let whole = text.bytes().take(4).take_while(u8::is_ascii_digit).count();
    let rest = text.get(whole..).filter(|_| (1..=3).contains(&whole))?;
    let decimals =
        rest.bytes().take(12).take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b',')).count();
    rest.get(decimals..)
}
