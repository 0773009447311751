//! Cost of masking a text whose findings are known, and of restoring it whole and as it streams.

use divan::Bencher;
use mask::{ConversationKey, Evidence, Finding, Inside, Kind, MaskKey, Vault};

fn main() {
    divan::main();
}

fn key() -> ConversationKey {
    let bytes = std::array::from_fn(|at| at as u8);
    MaskKey::from_bytes(bytes).unwrap_or_else(|_| unreachable!("the bytes differ")).conversation(&[b"bench"])
}

/// A text of `size` bytes with `count` addresses spread over it.
fn text(size: usize, count: usize) -> (String, Vec<Finding>) {
    let (mut text, mut findings) = (String::new(), Vec::new());
    for number in 0..count {
        text += &"Please write the report of 2024 to the people. ".repeat(size / count / 47);
        let start = text.len();
        text += &format!("ada.{number}@example.org");
        findings.push(Finding {
            span: start..text.len(),
            kind: Kind::Email,
            country: None,
            category: Kind::Email.category(),
            evidence: Evidence::Shape,
        });
    }
    (text, findings)
}

/// A vault and the text it masked.
fn masked(size: usize, count: usize) -> (Vault, String) {
    let (text, findings) = text(size, count);
    let mut vault = Vault::new(key());
    let masked = vault.mask(&text, &findings).into_owned();
    (vault, masked)
}

/// A text in pieces of about a token.
fn pieces(text: &str) -> Vec<&str> {
    text.as_bytes().chunks(4).filter_map(|piece| std::str::from_utf8(piece).ok()).collect()
}

#[divan::bench]
fn derive_conversation(bencher: Bencher) {
    bencher.bench(key);
}

#[divan::bench(args = [(1 << 10, 0), (1 << 10, 5), (16 << 10, 80)])]
fn mask(bencher: Bencher, (size, count): (usize, usize)) {
    let (text, findings) = text(size, count.max(1));
    let findings = if count == 0 { Vec::new() } else { findings };
    bencher
        .with_inputs(|| Vault::new(key()))
        .bench_values(|mut vault| (vault.mask(&text, &findings).len(), vault));
}

#[divan::bench(args = [(1 << 10, 5), (16 << 10, 80), (1 << 20, 5)])]
fn restore_whole(bencher: Bencher, (size, count): (usize, usize)) {
    let (vault, masked) = masked(size, count);
    bencher.bench(|| vault.restore(&masked, Inside::Text).len());
}

/// All pieces of a text of 1 KiB, some 260.
#[divan::bench(args = [1, 5, 20])]
fn restore_pieces_of_1_kib(bencher: Bencher, count: usize) {
    let (vault, masked) = masked(1 << 10, count);
    let pieces = pieces(&masked);
    bencher.bench(|| {
        let mut restorer = vault.restorer(Inside::Text);
        pieces.iter().map(|piece| restorer.push(piece).len()).sum::<usize>() + restorer.finish().len()
    });
}

/// The same of a vault with so many originals of all kinds.
#[divan::bench(args = [0, 20, 1000])]
fn restore_pieces_with_a_vault_of(bencher: Bencher, count: usize) {
    let (_, masked) = masked(1 << 10, 5);
    let pieces = pieces(&masked);
    let mut vault = Vault::new(key());
    for (number, kind) in (0..count).zip(Kind::ALL.iter().cycle()) {
        vault.pseudonym(*kind, &number.to_string());
    }
    bencher.bench(|| {
        let mut restorer = vault.restorer(Inside::JsonString);
        pieces.iter().map(|piece| restorer.push(piece).len()).sum::<usize>() + restorer.finish().len()
    });
}
