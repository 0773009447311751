//! Entry point for fuzzing: takes any bytes and panics if a promise of this crate is broken.

use crate::key::ConversationKey;
use crate::{Inside, Kind, Vault};

const ORIGINALS: [(Kind, &str); 5] = [
    (Kind::Email, "ada@example.org"),
    (Kind::Phone, "+49 30 123"),
    (Kind::Person, "Zoë \"the\\one\"\n\u{2028}"),
    (Kind::TaxId, "12345678901"),
    (Kind::Term, "Email"),
];

const AROUND: [&str; 8] = ["\\", "\"", "é", "İ", "ı", "🙂", "'s", " "];

/// Restores a stream whole and in pieces, both of which the bytes describe; both must give the same text, and no piece
/// may be held for longer than it has to be.
pub fn restore(bytes: &[u8]) {
    let mut vault = Vault::new(ConversationKey::fixed());
    let known: Vec<String> =
        ORIGINALS.iter().map(|(kind, original)| vault.pseudonym(*kind, original)).collect();
    let pieces = script(bytes, &known);
    for inside in [Inside::Text, Inside::JsonString] {
        let mut restorer = vault.restorer(inside);
        let mut joined: String = pieces.iter().map(|piece| restorer.push(piece)).collect();
        joined.push_str(&restorer.finish());
        assert!(joined == vault.restore(&pieces.concat(), inside));
    }
}

/// Two bytes are a step: what to add, and which of them or how much of it.
fn script(bytes: &[u8], known: &[String]) -> Vec<String> {
    let mut pieces = vec![];
    let mut piece = String::new();
    for step in bytes.chunks_exact(2) {
        let &[act, which] = step else { continue };
        let one = known.get(usize::from(which) % known.len()).map_or("", String::as_str);
        match act % 8 {
            0 => pieces.push(std::mem::take(&mut piece)),
            1 => piece.push_str(one),
            2 => piece.push_str(&one.to_uppercase().replace('I', "İ")),
            3 => piece.push_str(&one.to_lowercase()),
            4 => piece.push_str(one.get(..usize::from(which / 8) % one.len()).unwrap_or_default()),
            5 => piece.push_str(one.get(usize::from(which / 8) % one.len()..).unwrap_or_default()),
            6 => piece.push_str(AROUND.get(usize::from(which) % AROUND.len()).copied().unwrap_or_default()),
            _ => piece.push(char::from(which)),
        }
    }
    pieces.push(piece);
    pieces
}
