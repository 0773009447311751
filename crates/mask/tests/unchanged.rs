//! What the finder finds in made documents, as a hash: work on its speed must not change it. Where a change is meant, the
//! new hash goes here with it.

#[path = "../examples/bench_mask/chance.rs"]
mod chance;
#[path = "../examples/bench_mask/decoys.rs"]
mod decoys;
#[path = "../examples/bench_mask/documents.rs"]
#[expect(dead_code, reason = "only the bench asks what is planted")]
mod documents;
#[path = "../examples/bench_mask/labels.rs"]
#[expect(dead_code, reason = "only the bench asks what the kinds are called")]
mod labels;
#[path = "../examples/bench_mask/numbers.rs"]
mod numbers;

use chance::Chance;
use mask::{Finder, Hints};
use sha2::{Digest, Sha256};

/// Pieces of random texts, which stand closer than in any document.
const PIECES: &[&str] = &[
    "d",
    "dd",
    "ddd",
    "dddd",
    "ddddd",
    "ddddddddd",
    "dddddddddd",
    "ddddddddddd",
    "ddd-dd-dddd",
    "LLdddddd",
    "dd.dd.dddd",
    " ",
    " ",
    ", ",
    ".",
    "-",
    "/",
    ":",
    "=",
    "(",
    ")",
    "+",
    "\n",
    "tel ",
    "born ",
    "SSN ",
    "Order ",
    "DNI ",
    "née le ",
    "ИНН ",
    "カード",
    "İ",
    "Σ",
    "\u{a0}",
    "٣",
    "lat ",
    "v ",
    "card ",
    " phone",
    "password: ",
    "März ",
    "api_key=",
    "passport ",
];

fn texts() -> Vec<String> {
    let mut chance = Chance::new(7);
    let mut random = || -> String {
        let count = chance.within(1, 40);
        (0..count).map(|_| chance.pick(PIECES)).map(str::to_owned).collect::<Vec<_>>().concat()
    };
    let shapes: Vec<String> = (0..2000).map(|_| random()).collect();
    let mut texts: Vec<String> = shapes.iter().map(|shape| chance.fill(shape)).collect();
    texts.extend(documents::documents(50).into_iter().map(|document| document.text));
    texts
}

fn hash(hints: &Hints) -> String {
    let finder = Finder::default();
    let texts = texts();
    let each = texts.iter().enumerate().flat_map(|(i, text)| {
        let found = finder.find(text, hints).into_iter();
        found.map(move |f| format!("{i} {:?} {} {:?} {:?}\n", f.span, f.kind, f.country, f.evidence))
    });
    let written: String = each.collect();
    Sha256::digest(written).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_same_is_found_as_ever() {
    assert_eq!(hash(&Hints::default()), "c14c1b0fdaff382b");
    let countries = ["US", "DE", "FR", "PL", "SE"].iter().map(|c| c.parse().unwrap()).collect();
    assert_eq!(hash(&Hints { countries }), "20d8a5a87672cb0a");
}
