//! Precision and recall of the finder beside Microsoft Presidio's on the same made texts, and how fast both are.
//!
//! It judges nothing: it prints what each found, missed and made up. `cargo xtask bench mask` runs it with an environment of
//! its own. What Presidio is given and how findings are counted stands in `presidio.py` and `score.rs`.
//!
//! ```text
//! cargo run --release -p mask --example bench_mask -- PYTHON RESULTS.json [DOCUMENTS] [ROUNDS]
//! ```
#![expect(clippy::print_stdout, reason = "a bench prints its result")]

mod chance;
mod decoys;
mod documents;
mod labels;
mod numbers;
mod peer;
mod report;
mod score;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use mask::{Finder, Finding, Hints, Kind};

use documents::{Document, documents};
use labels::LABELS;
use peer::{Pass, Peer};
use report::{Side, Speed};
use score::{Found, by_sort, exactly, score};

/// Countries of the documents' languages and of what is planted, for the run that gives hints. Presidio's search for telephone
/// numbers always has the like.
const COUNTRIES: [&str; 17] =
    ["US", "GB", "DE", "FR", "ES", "IT", "NL", "PL", "PT", "AT", "IN", "AU", "SG", "KR", "FI", "CA", "SE"];
/// Thresholds that are tried for Presidio, whose default is 0.
const THRESHOLDS: [f64; 7] = [0.0, 0.3, 0.35, 0.4, 0.5, 0.6, 0.85];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let python = arguments.next().map(PathBuf::from).ok_or("name the Python that has Presidio")?;
    let json = arguments.next().map(PathBuf::from).ok_or("name the file for the results")?;
    let count = arguments.next().map_or(Ok(1000), |n| n.parse())?;
    let rounds: usize = arguments.next().map_or(Ok(3), |n| n.parse())?;
    let documents = documents(count);
    if let Some(truth) = documents.iter().flat_map(|d| &d.truth).find(|t| t.span.is_empty()) {
        return Err(format!("no number was made for label {}", truth.label).into());
    }
    let file = json.with_extension("documents.jsonl");
    write(&documents, &file)?;
    let mut peer = Peer::start(&python, &file)?;
    let mut speeds =
        vec![Speed::new("comity"), Speed::new("Presidio"), Speed::new("Presidio, told what is sought")];
    let finder = Finder::default();
    let mut context = peer.pass("context")?;
    let bare = peer.pass("bare")?;
    finder.find("4111 1111 1111 1111", &Hints::default());
    for _ in 0..rounds {
        let start = Instant::now();
        let found: usize = documents.iter().map(|d| finder.find(&d.text, &Hints::default()).len()).sum();
        let ours = start.elapsed().as_secs_f64();
        std::hint::black_box(found);
        context = peer.pass("context")?;
        let sought = peer.pass("sought")?.seconds;
        for (speed, seconds) in speeds.iter_mut().zip([ours, context.seconds, sought]) {
            speed.seconds.push(seconds);
        }
    }
    let recognizers = std::mem::take(&mut peer.recognizers);
    peer.stop()?;
    let sides = sides(&finder, &documents, &context, &bare);
    println!("{}", report::tables(&documents, &sides, &speeds)?);
    let results = report::json(&documents, &sides, &speeds, recognizers);
    std::fs::write(&json, serde_json::to_string_pretty(&results)?)?;
    Ok(())
}

/// One document a line, as a JSON string.
fn write(documents: &[Document], file: &Path) -> Result<(), Box<dyn Error>> {
    let mut lines = String::new();
    for document in documents {
        writeln!(lines, "{}", serde_json::to_string(&document.text)?)?;
    }
    Ok(std::fs::write(file, lines)?)
}

/// Ours thrice, and Presidio in each manner with the thresholds at which it does best.
fn sides(finder: &Finder, documents: &[Document], context: &Pass, bare: &Pass) -> Vec<Side> {
    let hints = Hints { countries: COUNTRIES.iter().filter_map(|c| c.parse().ok()).collect() };
    let side = |name: &str, found: Vec<Vec<Found>>| {
        Side::new(name, score(documents, &found, exactly), score(documents, &found, by_sort))
    };
    let ours = |name: &str, hints: &Hints, keep: fn(&Finding) -> bool| {
        side(name, documents.iter().map(|d| found(finder, d, hints, keep)).collect())
    };
    let tuned = |name: &str, pass: &Pass, only_sought: bool| {
        let found = pass.found(documents, 0.0, only_sought);
        side(name, tune(documents, &found))
    };
    vec![
        ours("comity, what raises", &Hints::default(), Finding::raises),
        ours("comity, all", &Hints::default(), |_| true),
        ours("comity, all, with the countries", &hints, |_| true),
        tuned("Presidio, best thresholds, context", context, false),
        tuned("Presidio, best thresholds, no context", bare, false),
        tuned("Presidio, the same, told what is sought, context", context, true),
        tuned("Presidio, the same, told what is sought, no context", bare, true),
        side("Presidio, its default threshold 0, context", context.found(documents, 0.0, false)),
    ]
}

/// What is left of Presidio's findings at the threshold for each kind at which it does best on these very documents, which
/// nobody can know beforehand: first one for all kinds, then one for each.
fn tune(documents: &[Document], found: &[Vec<Found>]) -> Vec<Vec<Found>> {
    let kinds: BTreeSet<Kind> = LABELS.iter().map(|l| l.kind).collect();
    let at = |thresholds: &BTreeMap<Kind, f64>| -> Vec<Vec<Found>> {
        let kept = |f: &&Found| thresholds.get(&f.kind).is_none_or(|t| f.score >= *t);
        found.iter().map(|each| each.iter().filter(kept).cloned().collect()).collect()
    };
    let f1 = |thresholds: &BTreeMap<Kind, f64>| score(documents, &at(thresholds), exactly).total().f1();
    let all = THRESHOLDS.map(|t| kinds.iter().map(|k| (*k, t)).collect::<BTreeMap<Kind, f64>>());
    let best = all.into_iter().max_by(|a, b| f1(a).total_cmp(&f1(b))).unwrap_or_default();
    let better = |mut best: BTreeMap<Kind, f64>, kind: &Kind| {
        for threshold in THRESHOLDS {
            let mut tried = best.clone();
            tried.insert(*kind, threshold);
            if f1(&tried) > f1(&best) {
                best = tried;
            }
        }
        best
    };
    at(&kinds.iter().fold(best, better))
}

/// What our finder finds of the kinds that are planted.
fn found(finder: &Finder, document: &Document, hints: &Hints, keep: fn(&Finding) -> bool) -> Vec<Found> {
    let found = finder.find(&document.text, hints).into_iter().filter(keep);
    let planted = |kind| LABELS.iter().any(|label| label.kind == kind);
    let found = found.filter(|f| planted(f.kind));
    found.map(|f| Found { span: f.span, kind: f.kind, score: f64::from(f.evidence as u8) }).collect()
}
