//! Entry points for fuzzing: each takes any bytes and panics if a promise of this crate is broken.

use crate::{Dictionary, Finder, Hints, Kind};

/// Searches a text with and without an operator's words; findings are sorted, disjoint, whole characters and within the text.
pub fn find(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let words = text.split_whitespace().take(8).map(str::to_owned).collect();
    let dictionary = Dictionary { kind: Kind::Term, words, category: None };
    for finder in [Finder::default(), Finder::new(vec![dictionary])] {
        let hints = Hints { countries: terms::Place::all().take(64).collect() };
        let found = finder.find(&text, &hints);
        assert!(found.iter().all(|f| !f.span.is_empty() && text.get(f.span.clone()).is_some()));
        assert!(found.windows(2).all(|pair| matches!(pair, [a, b] if a.span.end <= b.span.start)));
        assert!(found == finder.find(&text, &hints));
    }
}
