//! Worked cases: flows with the ruling that the law asks for, written apart from the rules so that the two can disagree.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;
use terms::{Date, Flow, Ruling};

use crate::fault::LawFaults;
use crate::library::{self, File};

mod coverage;

pub use coverage::{Untested, untested};

/// One worked case of a rulebook's `cases.toml`.
#[derive(Debug, Clone)]
pub struct Case {
    /// The rulebook beside whose rules it stands.
    pub book: String,
    /// What it shows.
    pub name: String,
    /// Why the law asks for this ruling.
    pub why: String,
    /// The day.
    pub as_of: Date,
    /// What was known then, where that matters.
    pub known_at: Option<Date>,
    /// The flow.
    pub flow: Flow,
    expected: Expected,
}

#[derive(Debug, Clone)]
struct Expected {
    verdict: String,
    needs: Vec<Vec<String>>,
    ways: Vec<Vec<String>>,
    missing: Vec<String>,
    cites: Vec<String>,
    duties: Vec<String>,
    exposure: Vec<String>,
    spares: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCases {
    #[serde(default)]
    case: Vec<RawCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCase {
    name: String,
    why: String,
    as_of: Date,
    known_at: Option<Date>,
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
    duties: Vec<String>,
    #[serde(default)]
    exposure: Vec<String>,
    #[serde(default)]
    spares: Vec<String>,
}

/// The worked cases that were built in.
///
/// # Errors
/// Every file and case that cannot be read.
pub fn embedded() -> Result<Vec<Case>, LawFaults> {
    read(&library::embedded_files())
}

/// The worked cases of a folder of rulebooks.
///
/// # Errors
/// Every file and case that cannot be read.
pub fn open(folder: &Path) -> Result<Vec<Case>, LawFaults> {
    read(&library::files_of(folder)?)
}

/// The cases of one `cases.toml`, of the rulebook `book`.
///
/// # Errors
/// Everything in it that cannot be read.
pub fn parse(book: &str, text: &str) -> Result<Vec<Case>, LawFaults> {
    read(&[(format!("{book}/cases.toml"), text.to_owned())])
}

fn read(files: &[File]) -> Result<Vec<Case>, LawFaults> {
    let mut faults = LawFaults::default();
    let mut files: Vec<&File> = files.iter().filter(|(name, _)| name.ends_with("/cases.toml")).collect();
    files.sort();
    let mut cases = Vec::new();
    for (name, text) in files {
        let book = name.trim_end_matches("/cases.toml");
        match toml::from_str::<RawCases>(text) {
            Ok(raw) => cases.extend(raw.case.into_iter().filter_map(|c| c.read(name, book, &mut faults))),
            Err(error) => faults.push(name, "", error.to_string().trim_end().to_owned()),
        }
    }
    if faults.0.is_empty() { Ok(cases) } else { Err(faults) }
}

impl RawCase {
    fn read(self, file: &str, book: &str, faults: &mut LawFaults) -> Option<Case> {
        if self.why.trim().is_empty() {
            faults.push(file, &self.name, "`why` is empty: say which law asks for this ruling");
        }
        if !["permit", "conditional", "undecided", "deny"].contains(&self.expect.as_str()) {
            let message = format!("`{}` is not one of permit, conditional, undecided, deny", self.expect);
            faults.push(file, &self.name, message);
        }
        let flow = match Flow::from_json(&self.flow) {
            Ok(flow) => flow,
            Err(error) => {
                faults.push(file, &self.name, error.to_string());
                return None;
            }
        };
        Some(Case {
            book: book.to_owned(),
            name: self.name,
            why: self.why,
            as_of: self.as_of,
            known_at: self.known_at,
            flow,
            expected: Expected {
                verdict: self.expect,
                needs: self.needs_include,
                ways: self.ways_include,
                missing: self.missing,
                cites: self.cites,
                duties: self.duties,
                exposure: self.exposure,
                spares: self.spares,
            },
        })
    }
}

impl Case {
    /// Everything in which a ruling differs from what the case asks for; empty if it agrees.
    pub fn differences(&self, ruling: &Ruling) -> Vec<String> {
        let asked = &self.expected;
        let mut found = Vec::new();
        if ruling.verdict().name() != asked.verdict {
            found.push(format!("expected {}, ruled {}", asked.verdict, ruling.verdict()));
        }
        let clauses = texts(ruling.needs.clauses());
        let lacking =
            texts(&asked.needs).into_iter().filter(|group| !clauses.iter().any(|c| c.is_superset(group)));
        found.extend(lacking.map(|group| format!("no clause holds {group:?}")));
        let ways = texts(&ruling.ways());
        let lacking = texts(&asked.ways).into_iter().filter(|way| !ways.contains(way));
        found.extend(lacking.map(|way| format!("{way:?} is not a minimal way")));
        let mut lacks = |what: &str, wanted: &[String], has: &dyn Fn(&str) -> bool| {
            found.extend(wanted.iter().filter(|w| !has(w)).map(|w| format!("{what} lacks `{w}`")));
        };
        lacks("missing_facts", &asked.missing, &|w| ruling.missing.iter().any(|m| m.fact == w));
        lacks("because", &asked.cites, &|w| ruling.because.iter().any(|b| b.cite.contains(w)));
        lacks("duties", &asked.duties, &|w| ruling.duties.iter().any(|d| d.cite.contains(w)));
        lacks("exposure", &asked.exposure, &|w| {
            ruling.exposure.iter().any(|e| e.state == w || e.power.contains(w))
        });
        let cites = || ruling.because.iter().map(|b| &b.cite).chain(ruling.duties.iter().map(|d| &d.cite));
        let bites = asked.spares.iter().filter(|s| cites().any(|c| c.contains(s.as_str())));
        found.extend(bites.map(|s| format!("`{s}` bites and should not")));
        found
    }
}

fn texts<T: ToString>(sets: &[Vec<T>]) -> Vec<BTreeSet<String>> {
    sets.iter().map(|s| s.iter().map(T::to_string).collect()).collect()
}
