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
        let forms = BY_LENGTH.get(place.length).into_iter().flatten();
        let mut forms = forms.filter(|form| form.fits(&chain.places)).peekable();
        if forms.peek().is_none() {
            continue;
        }
        let after = word.around.after(place.end);
        let in_cell = left == Edge::Attached && is_cell(word.around.before(start), after);
        let left = if in_cell { Edge::Free } else { left };
        let edge = left.max(edge::right(after));
        if edge == Edge::Broken {
            continue;
        }
        for form in forms {
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
    let Seen { chain, place, form, .. } = seen;
    let (compact, separators) = chain.upto(place.length);
    let scheme = SCHEMES.get(usize::from(form.topic))?;
    let listed = form.strength(separators, &chain.places);
    // The check comes before the search for words, which costs more.
    if listed.is_none() && form.needs_a_word() || !(scheme.row.check)(compact) {
        return None;
    }
    let hinted = search.hinted(scheme.country);
    let near = spoken_for(word, seen, (listed, hinted));
    let evidence = match near {
        Some(_) => Evidence::Context,
        None => alone(word, seen, listed?)?,
    };
    let near = near.unwrap_or(NO_WORD);
    // A number that only happens to fit, or that a word for any country's numbers stands beside, does not tell the country.
    let telling = hinted || evidence == Evidence::Shape || near < GENERAL_PENALTY;
    let mut candidate = Candidate::new(0..1, scheme.row.kind, evidence).near(near);
    candidate.hinted = hinted;
    Some(candidate.of(scheme.country.filter(|_| telling)))
}

/// How far the word is that speaks for a number: one of its scheme, or one of a general kind where that is enough.
fn spoken_for(word: &Word<'_>, seen: &Seen<'_>, (listed, hinted): (Option<Strength>, bool)) -> Option<u32> {
    let own = word.around.near(seen.form.topic, seen.place.end);
    let trade = own.and_then(|_| word.around.of_trade());
    own.filter(|near| trade.is_none_or(|t| *near < t)).or_else(|| {
        let enough = listed.is_some_and(|strength| strength != Strength::Word || hinted);
        general(word, seen).filter(|_| enough)
    })
}

/// What a number that fits says without a word, if it is not a part of something else.
fn alone(word: &Word<'_>, seen: &Seen<'_>, strength: Strength) -> Option<Evidence> {
    let Seen { chain, place, edge, .. } = seen;
    if *edge != Edge::Free
        || strength == Strength::Word
        || chain.goes_on(place.length)
        || chain.went_on(word.around.before(word.span.start))
    {
        return None;
    }
    match strength {
        Strength::Word => None,
        Strength::Bare => word.around.of_trade().is_none().then_some(Evidence::Bare),
        Strength::Shape => Some(Evidence::Shape),
    }
}

/// The distance of a word for numbers of this kind in any country.
fn general(word: &Word<'_>, seen: &Seen<'_>) -> Option<u32> {
    let topic: Topic = match SCHEMES.get(usize::from(seen.form.topic))?.row.kind {
        Kind::TaxId => ANY_TAX,
        Kind::NationalId => ANY_NATIONAL,
        _ => return None,
    };
    word.around.near(topic, seen.place.end).map(|distance| distance + GENERAL_PENALTY)
}
