//! Dictionaries.

use super::document::{Document, own_id};
use super::table::{Cell, Table};
use super::value;
use crate::{Dictionary, WordKind};

/// Every dictionary, by id.
pub(crate) fn dictionaries(document: &Document<'_>) -> Vec<Dictionary> {
    let mut all: Vec<Dictionary> = document.section("dictionary").filter_map(dictionary).collect();
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all
}

fn dictionary(table: &Table<'_>) -> Option<Dictionary> {
    let id = table.get("id", own_id);
    let kind = table.get("kind", |c| value::word(c, &WordKind::WORDS));
    let words = table.get("words", |c| value::each(c, word));
    let category = table.get("category", value::token);
    Some(Dictionary { id: id?, kind: kind?, words: words?, category })
}

/// One letter would be found everywhere.
fn word(cell: Cell<'_>) -> Option<String> {
    let word = value::text(cell.clone())?.trim();
    if word.chars().count() > 1 { Some(word.to_owned()) } else { cell.bad("a word has at least two letters") }
}
