//! The worked cases beside the rulebooks: written from the law, apart from the rules, so that the two can disagree.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use law::{Law, Stance};
use serde::Deserialize;
use terms::{Flow, Ruling};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    why: String,
    as_of: terms::Date,
    flow: serde_json::Value,
    expect: String,
    #[serde(default)]
    needs_include: Vec<Vec<String>>,
    #[serde(default)]
    ways_include: Vec<Vec<String>>,
    #[serde(default)]
    missing: Vec<String>,
    #[serde(default)]
    cites: Vec<String>,
    #[serde(default)]
    exposure: Vec<String>,
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.ends_with("cases.toml") {
            found.push(path);
        }
    }
}

fn cases() -> Vec<(String, Case)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebooks");
    let mut found = Vec::new();
    files(&root, &mut found);
    let mut all = Vec::new();
    for path in found {
        let book = path.parent().unwrap().strip_prefix(&root).unwrap().display().to_string();
        let cases: Cases = toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        all.extend(cases.case.into_iter().map(|c| (book.clone(), c)));
    }
    all
}

fn texts<T: ToString>(sets: &[Vec<T>]) -> Vec<BTreeSet<String>> {
    sets.iter().map(|s| s.iter().map(T::to_string).collect()).collect()
}

/// Everything in which a ruling differs from what its case expects.
fn differences(case: &Case, ruling: &Ruling) -> Vec<String> {
    let mut found = Vec::new();
    if ruling.verdict().name() != case.expect {
        found.push(format!("expected {}, ruled {}", case.expect, ruling.verdict()));
    }
    let clauses = texts(ruling.needs.clauses());
    for group in texts(&case.needs_include) {
        if !clauses.iter().any(|c| c.is_superset(&group)) {
            found.push(format!("no clause holds {group:?}"));
        }
    }
    let ways = texts(&ruling.ways());
    for way in texts(&case.ways_include) {
        if !ways.contains(&way) {
            found.push(format!("{way:?} is not a minimal way"));
        }
    }
    let absent = |what: &str, wanted: &[String], has: &dyn Fn(&str) -> bool, found: &mut Vec<String>| {
        found.extend(wanted.iter().filter(|w| !has(w)).map(|w| format!("{what} lacks `{w}`")));
    };
    absent("missing_facts", &case.missing, &|w| ruling.missing.iter().any(|m| m.fact == w), &mut found);
    absent("because", &case.cites, &|w| ruling.because.iter().any(|b| b.cite.contains(w)), &mut found);
    absent("exposure", &case.exposure, &|w| ruling.exposure.iter().any(|e| e.state == w), &mut found);
    found
}

#[test]
fn every_worked_case_is_ruled_as_the_law_says() {
    let law = Law::embedded().unwrap();
    let mut wrong = Vec::new();
    let cases = cases();
    for (book, case) in &cases {
        assert!(!case.why.is_empty());
        let flow = Flow::from_json(&case.flow).unwrap_or_else(|e| panic!("{book}: {}: {e}", case.name));
        let ruling = law.at(case.as_of, None).unwrap().rule(&flow, Stance::Question).unwrap();
        for difference in differences(case, &ruling) {
            wrong.push(format!(
                "{book}: {}: {difference}\n    why: {}\n    {}",
                case.name,
                case.why,
                serde_json::to_string(&ruling).unwrap()
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases differ:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert!(cases.len() >= 400, "only {} cases", cases.len());
}
