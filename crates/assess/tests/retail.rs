//! The example estate under the law of one day: where each of its systems may run, and why not elsewhere.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::sync::{Arc, LazyLock};

use assess::{Bench, Stated};
use estate::Estate;
use law::{Edition, Law, Stance};
use terms::Verdict;

/// The law takes a while to read.
static EDITION: LazyLock<Arc<Edition>> =
    LazyLock::new(|| Law::embedded().unwrap().at(DAY.parse().unwrap(), None).unwrap());
const DAY: &str = "2026-11-21";

/// Each endpoint with its verdict and what that stands on: provisions, not their ways, which change with every law.
fn told(system: &str, stated: &Stated) -> String {
    let estate = Estate::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/retail")).unwrap();
    let day = DAY.parse().unwrap();
    let editions = [EDITION.clone()];
    let bench = Bench { estate: &estate, editions: &editions, days: &[day], stance: Stance::Border };
    let system = estate.system(&system.parse().unwrap()).unwrap();
    let found = bench.assess(system, None, stated).unwrap().unwrap();
    let mut lines = Vec::new();
    for candidate in &found.candidates {
        let ruling = candidate.ruling();
        let missing: Vec<&str> = ruling.missing.iter().map(|m| m.fact.as_str()).collect();
        let why = match ruling.verdict() {
            Verdict::Permit => String::new(),
            Verdict::Conditional => ruling.unmet.join(", "),
            Verdict::Undecided => missing.join(", "),
            Verdict::Deny => ruling.prohibitions.join(", "),
        };
        lines.push(
            format!("{:<20} {:<12} {why}", candidate.endpoint.id.as_str(), ruling.verdict())
                .trim_end()
                .to_owned(),
        );
    }
    lines.join("\n")
}

#[test]
fn every_system_of_the_example() {
    let mut all = Vec::new();
    for system in [
        "support-eu",
        "support-us",
        "support-cn",
        "campaign-cn",
        "support-in",
        "payments-in-archive",
        "payments-in-scoring",
    ] {
        all.push(format!("{system}\n{}", told(system, &Stated::default())));
    }
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn a_caller_adds_caution_and_never_takes_it() {
    let less =
        Stated { data: ["behavioural"].iter().map(|c| c.parse().unwrap()).collect(), ..Stated::default() };
    assert_eq!(told("support-eu", &less), told("support-eu", &Stated::default()));
    let more = Stated { data: ["health"].iter().map(|c| c.parse().unwrap()).collect(), ..Stated::default() };
    insta::assert_snapshot!(told("support-eu", &more));
}
