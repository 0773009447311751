//! Text that gives the model orders which are not its author's to give.
//!
//! A text is folded (NFKD without marks, lower case, what is not seen left out) and searched for the patterns of
//! a table; the same once more where letters are spelled with digits or set apart, and in what long runs of
//! Base64, Base32, hexadecimal and percent signs hold. Each family of patterns counts once, by its heaviest; the
//! families of a text whose sum reaches the threshold of its origin are told. The catalogues behind it are OWASP
//! LLM01:2025 and MITRE ATLAS AML.T0051, T0054, T0056, T0057.

mod disguise;
mod fold;
mod markup;
mod openings;
mod payload;
mod search;
mod table;

use crate::Detail;
use search::{Hits, search};
use table::{TABLE, Table};

/// The weight of a text that was encoded and has a pattern in it, or of a strong piece of markup.
const STRONG: u16 = 60;

/// A pattern in an encoded text must weigh so much that chance does not spell it.
const SELDOM: u16 = 40;

/// How far a text has to go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach {
    pub(crate) threshold: u16,
    /// Whether what is spoken of weighs half.
    pub(crate) spoken_of_halves: bool,
}

/// Room that texts of one request share.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    folded: String,
}

/// Looks at a text and tells the families that it has, if together they weigh enough.
pub(crate) fn look(text: &str, reach: Reach, scratch: &mut Scratch, mut tell: impl FnMut(Detail)) {
    let table: &Table = &TABLE;
    let mut hits = Hits::new(reach.spoken_of_halves);
    fold::fold(text, &mut scratch.folded);
    let folded = scratch.folded.as_str();
    search(table, folded, &mut hits);
    if let Some(plain) = disguise::undone(folded) {
        search(table, &plain, &mut hits);
    }
    if markup::carries_out(folded) {
        hits.add(Detail::Exfiltration, STRONG);
    }
    payload::each(text, |decoded| {
        if orders(table, decoded) {
            hits.add(Detail::EncodedPayload, STRONG);
        }
    });
    if hits.total() >= reach.threshold {
        hits.families().for_each(&mut tell);
    }
}

/// Whether a text that was encoded has orders in it.
fn orders(table: &Table, decoded: &str) -> bool {
    let mut folded = String::new();
    fold::fold(decoded, &mut folded);
    let mut hits = Hits::new(false);
    search(table, &folded, &mut hits);
    hits.total() >= SELDOM
}

#[cfg(test)]
mod tests;
