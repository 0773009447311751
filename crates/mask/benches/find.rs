//! Cost of searching a text: prose with an identifier every 500 bytes, and the same without any.
//!
//! Figures are in `docs/performance.md`.

use divan::Bencher;
use divan::counter::BytesCount;
use mask::{Dictionary, Finder, Hints, Kind};

fn main() {
    divan::main();
}

const SIZE: usize = 1 << 20;
const PROSE: &str = "The committee met on the second floor and agreed that the matter should rest until spring, when \
    the river falls and the road over the pass is open again. Nobody objected; the minutes were read and signed. ";
const IDENTIFIERS: &[&str] = &[
    "Write to jane.doe@example.com. ",
    "Pay to DE44 5001 0517 5407 3249 31. ",
    "Card 4111 1111 1111 1111 was used. ",
    "The host 203.0.113.7 answered. ",
    "Her Steuer-ID is 86 095 742 719. ",
    "Call +49 30 1234567 today. ",
    "Born 12 March 1985 in Ghent. ",
    "His BSN 111222333 is on file. ",
    "CPF 111.444.777-35 was given. ",
    "Order 2024-000123 of 12.50 EUR. ",
    "Ref 7f3a9c2e-1b4d-4c6f-8a9b-0c1d2e3f4a5b. ",
];

fn mixed() -> String {
    let mut text = String::new();
    for identifier in IDENTIFIERS.iter().cycle() {
        text.push_str(PROSE);
        text.push_str(PROSE);
        text.push_str(identifier);
        text.push_str(&PROSE[..90]);
        if text.len() >= SIZE {
            return text;
        }
    }
    text
}

#[divan::bench]
fn prose_with_identifiers(bencher: Bencher) {
    let (finder, text) = (Finder::default(), mixed());
    bencher.counter(BytesCount::of_str(&text)).bench(|| finder.find(&text, &Hints::default()).len());
}

#[divan::bench]
fn prose_without(bencher: Bencher) {
    let (finder, text) = (Finder::default(), PROSE.repeat(SIZE / PROSE.len()));
    bencher.counter(BytesCount::of_str(&text)).bench(|| finder.find(&text, &Hints::default()).len());
}

#[divan::bench]
fn prose_and_a_dictionary(bencher: Bencher) {
    let words = (0..1000).map(|i| format!("Project{i} Falcon")).collect();
    let finder = Finder::new(vec![Dictionary { kind: Kind::Term, words, category: None }]);
    let text = mixed();
    bencher.counter(BytesCount::of_str(&text)).bench(|| finder.find(&text, &Hints::default()).len());
}

/// The worst that was thought of; it is slower, and as slow for ten times as much.
#[divan::bench(sample_count = 10, args = ["1", "@", "a@", "1.1.1.1.", "4111 ", "aa:", "://a:b@", "+1 ", "1a-", "٣", "sk-1"])]
fn hostile(bencher: Bencher, piece: &str) {
    let (finder, text) = (Finder::default(), piece.repeat(SIZE / piece.len() / 8));
    bencher.counter(BytesCount::of_str(&text)).bench(|| finder.find(&text, &Hints::default()).len());
}
