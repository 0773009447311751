//! What must hold for any text, for the fuzzer and for property tests.

use crate::{Origin, Policy, Screen, Seed, Sketch};

/// Looks at any bytes as text of every origin; whatever is found twice is the same, and is counted.
///
/// # Panics
/// If a promise is broken.
#[expect(clippy::panic, reason = "the fuzzer is told by a panic")]
pub fn look(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let policy = Policy::default();
    let found = |_| {
        let mut screen = Screen::new(&policy);
        Origin::ALL.into_iter().for_each(|origin| screen.look(origin, &text));
        screen.finish()
    };
    let [first, second] = [0, 1].map(found);
    if first != second || first.iter().any(|f| f.count == 0 || f.screen != f.detail.screen()) {
        panic!("a finding is not repeated, or is of nothing");
    }
    let sketch = Sketch::of(&text, &Seed::from_bytes([7; 16]));
    if sketch.similarity(&sketch) < 1.0 {
        panic!("a text is not like itself");
    }
}
