//! Telephone numbers: international ones by ITU-T E.164, national ones by a word beside them or by a shape of their own.

mod plan;

use std::cell::OnceCell;
use std::sync::LazyLock;

use terms::Place;

use super::Hints;
use super::around::is_cell;
use super::few::Few;
use super::look::{Look, WIDTH, joins, run};
use super::overlap::{Candidate, NO_WORD};
use super::scan::{Search, Word};
use super::topic;
use crate::{Evidence, Kind};
use plan::{PLANS, Plan};

/// ITU-T E.164: at most 15 digits; a trunk zero in parentheses comes on top.
const DIGITS_LIMIT: usize = 16;

/// The plans with the country of each.
static PLACES: LazyLock<Vec<(&'static Plan, Option<Place>)>> =
    LazyLock::new(|| PLANS.iter().map(|plan| (plan, plan.country.parse().ok())).collect());

/// The plans of the countries that a text has to do with, found once for all of its numbers.
#[derive(Default)]
pub(crate) struct HintedPlans(OnceCell<Vec<&'static Plan>>);

impl HintedPlans {
    fn of(&self, hints: &Hints) -> &[&'static Plan] {
        self.0.get_or_init(|| {
            let hinted = |place: &Option<Place>| place.is_some_and(|place| hints.countries.contains(&place));
            let plans = PLACES.iter().filter(|(_, place)| !hints.countries.is_empty() && hinted(place));
            plans.map(|(plan, _)| *plan).collect()
        })
    }
}

/// Digits of a number as they are written, and after which of them it may end.
struct Dialed {
    digits: Few<u8, WIDTH>,
    /// Digits so far and characters so far, after each group.
    ends: Few<(usize, usize), DIGITS_LIMIT>,
    /// The separators between groups.
    separators: Few<u8, DIGITS_LIMIT>,
}

/// A telephone number that begins with `word`.
pub(crate) fn number(search: &mut Search<'_>, word: &Word<'_>) {
    let before = word.around.before(word.span.start);
    if word.span.start < search.phone_end || word.look.word() > DIGITS_LIMIT {
        return;
    }
    let plus = before.ends_with(['+', '\u{ff0b}']);
    let outside = if plus { before.get(..before.len() - 1).unwrap_or(before) } else { before };
    let after_comma = !plus && is_after_comma(outside);
    if !after_comma && is_attached(outside) {
        return;
    }
    let dialed = Dialed::read(&word.look);
    let found =
        if plus { international(&dialed, 0) } else { international_or_national(search, word, &dialed) };
    let Some(Found { end, evidence, near, plan }) = found else { return };
    let end = word.look.place(end);
    if goes_on(word.around.after(end)) || after_comma && !is_cell(outside, word.around.after(end)) {
        return;
    }
    search.phone_end = end;
    let opened = before.strip_suffix('+').unwrap_or(before).ends_with('(');
    let closes =
        word.around.before(end).get(word.span.start..).is_some_and(|n| n.contains(')') && !n.contains('('));
    let start = word.span.start - usize::from(plus) - usize::from(opened && closes);
    let start = (0..=start).rev().find(|s| search.text.is_char_boundary(*s)).unwrap_or(0);
    let country = plan.and_then(|p| p.country.parse().ok());
    let mut candidate = Candidate::new(start..end, Kind::Phone, evidence).of(country).near(near);
    candidate.hinted = search.hinted(country);
    search.found.push(candidate);
}

struct Found {
    end: usize,
    evidence: Evidence,
    near: u32,
    plan: Option<&'static Plan>,
}

/// A number whose country code begins at the `skip`-th digit.
fn international(dialed: &Dialed, skip: usize) -> Option<Found> {
    let digits = dialed.digits.get(skip..)?;
    let plan = PLANS.iter().find(|p| digits.starts_with(p.code.as_bytes()))?;
    let code = plan.code.len();
    // `+49 (0) 30`: the zero is dialed within the country only.
    let zero = usize::from(digits.get(code) == Some(&b'0') && plan.trunk_zero);
    let fits = |length: usize| {
        length.checked_sub(skip + code + zero).is_some_and(|n| (plan.shortest..=plan.longest).contains(&n))
    };
    let (_, end) = dialed.ends.iter().rev().find(|(length, _)| fits(*length))?;
    Some(Found { end: *end, evidence: Evidence::Shape, near: NO_WORD, plan: Some(plan) })
}

fn international_or_national(search: &Search<'_>, word: &Word<'_>, dialed: &Dialed) -> Option<Found> {
    let any = dialed.ends.iter().rev().find(|(length, _)| (7..=12).contains(length)).copied();
    let local = local_plan(search, dialed);
    // Most numbers are none in any country, and need no search for words.
    if any.is_none() && local.is_none() && !dialed.digits.starts_with(b"00") {
        return None;
    }
    let near = word.around.near_before(topic::PHONE).or_else(|| {
        let end = dialed.ends.last().map_or(word.span.end, |(_, end)| word.look.place(*end));
        word.around.near(topic::PHONE, end)
    });
    let trade = word.around.of_trade();
    let near = near.filter(|near| trade.is_none_or(|t| *near < t));
    if dialed.digits.starts_with(b"00") {
        let mut found = international(dialed, 2)?;
        let grouped = dialed.ends.len() > 1;
        found.evidence = if near.is_some() { Evidence::Context } else { found.evidence };
        return Some(found).filter(|_| grouped || near.is_some());
    }
    if is_date_or_decimal(dialed) {
        return None;
    }
    let plan = local.map(|(plan, _)| plan);
    if let Some(near) = near {
        let (_, end) = local.map(|(_, end)| end).or(any)?;
        return Some(Found { end, evidence: Evidence::Context, near, plan });
    }
    if trade.is_some() {
        return None;
    }
    if let Some((end, country)) = distinctive(&word.look, dialed) {
        let plan = PLANS.iter().find(|p| p.country == country);
        return Some(Found { end, evidence: Evidence::Shape, near: NO_WORD, plan });
    }
    let (plan, (_, end)) = local.filter(|_| dialed.ends.len() > 1)?;
    Some(Found { end, evidence: Evidence::Bare, near: NO_WORD, plan: Some(plan) })
}

/// The plan of a hinted country that the number fits as it is dialed there, and where the number ends.
fn local_plan(search: &Search<'_>, dialed: &Dialed) -> Option<(&'static Plan, (usize, usize))> {
    search.plans.of(search.hints).iter().copied().find_map(|plan| {
        let zero = usize::from(plan.trunk_zero);
        let begins = zero == 0 || dialed.digits.starts_with(b"0");
        let fits = |length: usize| (plan.shortest + zero..=plan.longest + zero).contains(&length);
        let end = dialed.ends.iter().rev().find(|(length, _)| begins && fits(*length));
        end.map(|end| (plan, *end))
    })
}

/// Shapes that are written for nothing else: `(212) 555-0187` and `212-555-0187` of the North American plan, and the five
/// pairs of France.
fn distinctive(look: &Look, dialed: &Dialed) -> Option<(usize, &'static str)> {
    let groups = dialed.group_lengths();
    let separators = &*dialed.separators;
    let american = |from: usize| {
        let first = |i: usize| dialed.digits.get(from + i).is_some_and(|d| (b'2'..=b'9').contains(d));
        first(0) && first(3)
    };
    let end = |n: usize| dialed.ends.get(n - 1).map(|(_, end)| *end);
    match (&*groups, separators) {
        ([3, 3, 4], [b'-' | b')', b'-'] | [b'.', b'.']) if american(0) => Some((end(3)?, "US")),
        ([1, 3, 3, 4], [_, b'-' | b')', b'-']) if look.at(0) == b'1' && american(1) => Some((end(4)?, "US")),
        ([2, 2, 2, 2, 2], [a, b, c, d])
            if a == b && b == c && c == d && look.at(0) == b'0' && (b'1'..=b'9').contains(&look.at(1)) =>
        {
            Some((end(5)?, "FR"))
        }
        _ => None,
    }
}

fn is_date_or_decimal(dialed: &Dialed) -> bool {
    let groups = dialed.group_lengths();
    let dotted = dialed.separators.iter().all(|s| matches!(s, b'.' | b'-' | b'/'));
    dotted
        && matches!(
            &*groups,
            [1 | 2, 1 | 2, 2 | 4] | [4, 1 | 2, 1 | 2] | [_, 1..=3] | [1..=3, 1..=3, 1..=3, 1..=3]
        )
}

impl Dialed {
    fn read(look: &Look) -> Dialed {
        let mut dialed = Dialed { digits: Few::new(), ends: Few::new(), separators: Few::new() };
        let mut at = 0;
        while dialed.digits.len() <= DIGITS_LIMIT {
            let group = run(look.from(at), u8::is_ascii_digit);
            dialed.digits.extend(look.from(at).iter().take(group).copied());
            at += group;
            if look.at(at).is_ascii_alphabetic() || dialed.digits.len() > DIGITS_LIMIT {
                break;
            }
            dialed.ends.push((dialed.digits.len(), at));
            let gap = run(look.from(at), |b| b" -./()".contains(b));
            let written: &[u8] = look.from(at).get(..gap).unwrap_or_default();
            let Some(separator) = separator(written).filter(|_| look.at(at + gap).is_ascii_digit()) else {
                break;
            };
            dialed.separators.push(separator);
            at += gap;
        }
        dialed
    }

    fn group_lengths(&self) -> Few<usize, DIGITS_LIMIT> {
        let mut before = 0;
        self.ends.iter().map(|(length, _)| length - std::mem::replace(&mut before, *length)).collect()
    }
}

/// The separator that a gap between groups stands for.
fn separator(gap: &[u8]) -> Option<u8> {
    match gap {
        [one] => Some(*one),
        [b')', b' ' | b'-'] => Some(b')'),
        [b' ', b'('] => Some(b'('),
        [b' ', b'-' | b'/', b' '] | [b'/', b' '] | [b' ', b'/'] => gap.iter().copied().find(|b| *b != b' '),
        _ => None,
    }
}

/// Whether what stands before makes the number a part of something else.
fn is_attached(before: &str) -> bool {
    let mut chars = before.chars().rev();
    match (chars.next(), chars.next()) {
        (Some('-' | '.' | '/' | ':'), Some(c)) if c.is_ascii_digit() => true,
        (Some('-' | '/' | '_' | '#' | '$' | '€' | '£' | '¥' | '%' | '@' | '^' | '*' | '\\'), _) => true,
        (Some(c), _) => joins(c),
        (None, _) => false,
    }
}

/// Whether it may be the decimals of a number, or a cell after one.
fn is_after_comma(before: &str) -> bool {
    before.strip_suffix(',').is_some_and(|b| b.ends_with(|c: char| c.is_ascii_digit()))
}

fn goes_on(after: &str) -> bool {
    let mut chars = after.chars();
    match (chars.next(), chars.next()) {
        (Some('.' | ',' | ':' | '/' | '-'), Some(c)) => c.is_ascii_digit(),
        (Some('%' | '€' | '$' | '@'), _) => true,
        (Some(c), _) => joins(c),
        (None, _) => false,
    }
}
