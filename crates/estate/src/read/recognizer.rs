//! The recognizer.

use std::path::PathBuf;

use super::document::Document;
use super::table::{Cell, Table};
use super::value;
use crate::Recognizer;

/// What a model of the BERT family reads at once, which most recognizers are.
const USUAL_TOKENS: usize = 512;

/// The recognizer, if one is stated.
pub(crate) fn recognizer(document: &Document<'_>) -> Option<Recognizer> {
    document.section("recognizer").next().and_then(read)
}

fn read(table: &Table<'_>) -> Option<Recognizer> {
    let library = table.get("library", file);
    let model = table.get("model", file);
    let tokenizer = table.get("tokenizer", file);
    let labels = table.get("labels", file);
    let max_tokens = table.get("max_tokens", tokens).unwrap_or(USUAL_TOKENS);
    Some(Recognizer { library: library?, model: model?, tokenizer: tokenizer?, labels: labels?, max_tokens })
}

fn file(cell: Cell<'_>) -> Option<PathBuf> {
    value::string(cell).map(PathBuf::from)
}

/// Fewer would be taken up by the marks that a tokenizer adds and by what windows share.
fn tokens(cell: Cell<'_>) -> Option<usize> {
    let n = value::whole(cell.clone())?;
    match usize::try_from(n) {
        Ok(n) if (16..=1 << 16).contains(&n) => Some(n),
        _ => cell.bad("`max_tokens` must be from 16 to 65536"),
    }
}
