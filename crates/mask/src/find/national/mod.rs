//! National numbers: one row of a table for each scheme, with its shapes, its check and the words for it.

mod africa;
mod americas;
mod asia;
mod baltic;
mod chain;
mod chinese;
mod document;
mod edge;
mod emso;
mod europe;
mod gulf;
mod iberia;
mod islands;
mod nordic;
mod oceania;
mod scheme;
mod slavic;
#[cfg(test)]
mod tests;

use super::around::is_cell;
use super::overlap::{Candidate, NO_WORD};
use super::scan::{Search, Word};
use super::topic::{ANY_NATIONAL, ANY_TAX, Topic};
use crate::{Evidence, Kind};
use chain::Chain;
use edge::Edge;
use scheme::{BY_LENGTH, Form};
pub(crate) use scheme::{SCHEMES, Strength};

/// What a word of a general kind, such as `tax id`, is farther away than one of the scheme's own.
const GENERAL_PENALTY: u32 = 500;
/// Letters that may come before the first digit as a group of their own.
const LETTERS_BEFORE: usize = 4;

/// A national number that begins with `word`, or with a short group of letters before it.
pub(crate) fn number(search: &mut Search<'_>, word: &Word<'_>) {
    from(search, word, word.span.start);
    let before = word.around.before(word.span.start);
    let Some(head) = before.strip_suffix([' ', '-', '.']) else { return };
    let letters = head.bytes().rev().take(LETTERS_BEFORE + 1).take_while(u8::is_ascii_alphabetic).count();
    if (1..=LETTERS_BEFORE).contains(&letters) {
        from(search, word, head.len() - letters);
    }
}

fn from(search: &mut Search<'_>, word: &Word<'_>, start: usize) {
    let left = edge::left(word.around.before(start));
    if left == Edge::Broken {
        return;
    }
    let chain =
        if start == word.span.start { Chain::read(&word.look) } else { Chain::at(search.text, start) };
    for place in &*chain.ends {
        let after = word.around.after(place.end);
        let in_cell = left == Edge::Attached && is_cell(word.around.before(start), after);
        let left = if in_cell { Edge::Free } else { left };
        let edge = left.max(edge::right(after));
        if edge == Edge::Broken {
            continue;
        }
        let forms = BY_LENGTH.get(place.length).into_iter().flatten();
        for form in forms.filter(|form| form.fits(&chain.places)) {
            let seen = Seen { chain: &chain, place, edge, form };
            if let Some(candidate) = judge(search, word, &seen) {
                search.found.push(Candidate {
                    finding: crate::Finding { span: start..place.end, ..candidate.finding },
                    ..candidate
                });
            }
        }
    }
}

/// Letters and digits held against one form of one scheme.
struct Seen<'a> {
    chain: &'a Chain,
    place: &'a chain::End,
    edge: Edge,
    form: &'a Form,
}

fn judge(search: &Search<'_>, word: &Word<'_>, seen: &Seen<'_>) -> Option<Candidate> {
    let Seen { chain, place, edge, form } = seen;
    let (compact, separators) = chain.upto(place.length);
    let scheme = SCHEMES.get(usize::from(form.topic))?;
    let listed = form.strength(separators, &chain.places);
    // The check comes before the search for words, which costs more.
    if listed.is_none() && form.needs_a_word() || !(scheme.row.check)(compact) {
        return None;
    }
    let trade = word.around.of_trade();
    let own = || word.around.near(form.topic, place.end).filter(|near| trade.is_none_or(|t| *near < t));
    let hinted = search.hinted(scheme.country);
    let goes_on = || chain.goes_on(place.length) || chain.went_on(word.around.before(word.span.start));
    let (evidence, near) = match listed {
        None => (Evidence::Context, own()?),
        Some(strength) => {
            let near = own().or_else(|| {
                general(word, seen, scheme.row.kind).filter(|_| strength != Strength::Word || hinted)
            });
            match (near, strength) {
                (Some(near), _) => (Evidence::Context, near),
                (None, Strength::Word) => return None,
                (None, _) if *edge != Edge::Free || goes_on() => return None,
                (None, Strength::Bare) if trade.is_some() => return None,
                (None, Strength::Bare) => (Evidence::Bare, NO_WORD),
                (None, Strength::Shape) => (Evidence::Shape, NO_WORD),
            }
        }
    };
    // A number that only happens to fit, or that a word for any country's numbers stands beside, does not tell the country.
    let telling = hinted || evidence == Evidence::Shape || near < GENERAL_PENALTY;
    let mut candidate = Candidate::new(0..1, scheme.row.kind, evidence).near(near);
    candidate.hinted = hinted;
    Some(candidate.of(scheme.country.filter(|_| telling)))
}

/// The distance of a word for numbers of this kind in any country.
fn general(word: &Word<'_>, seen: &Seen<'_>, kind: Kind) -> Option<u32> {
    let topic: Topic = match kind {
        Kind::TaxId => ANY_TAX,
        Kind::NationalId => ANY_NATIONAL,
        _ => return None,
    };
    word.around.near(topic, seen.place.end).map(|distance| distance + GENERAL_PENALTY)
}
