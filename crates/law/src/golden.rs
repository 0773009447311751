//! The golden matrix: committed questions and their committed answers, so that a change of law is reviewed as a diff.
//!
//! It is not a test of what is right, which the worked cases are: it shows what a change of a rule changes elsewhere.

use std::fmt::Write;

use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use terms::{Date, Flow, Place, PlaceSet, Ruling};

use crate::cases::Case;
use crate::matrix::{Mark, jurisdictions};
use crate::{Edition, Law, RuleError, Stance};

/// What the matrix asks: the values of `golden/axes.toml`.
#[derive(Debug, Clone)]
pub struct Axes {
    days: Vec<Date>,
    destinations: Vec<Destination>,
    uses: Vec<Use>,
}

/// Where data go: home where nothing is said.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Destination {
    name: String,
    to: Option<String>,
    vendor: Option<String>,
}

#[derive(Debug, Clone)]
struct Use {
    name: String,
    flow: Flow,
}

/// Why the axes cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AxesError {
    /// The file is no TOML of the shape expected.
    #[error("the axes of the golden matrix cannot be read: {0}")]
    Shape(String),
    /// A use is no flow.
    #[error("the use `{0}` of the golden matrix is no flow: {1}")]
    Use(String, String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAxes {
    days: Vec<Date>,
    destination: Vec<Destination>,
    base: Map<String, Value>,
    #[serde(rename = "use")]
    uses: Vec<Map<String, Value>>,
}

impl Axes {
    /// Reads `axes.toml`.
    ///
    /// # Errors
    /// Its first fault.
    pub fn read(text: &str) -> Result<Axes, AxesError> {
        let raw: RawAxes = toml::from_str(text).map_err(|e| AxesError::Shape(e.to_string()))?;
        for place in raw.destination.iter().flat_map(|d| d.to.iter().chain(&d.vendor)) {
            place.parse::<Place>().map_err(|e| AxesError::Shape(e.to_string()))?;
        }
        let uses = raw.uses.into_iter().map(|over| Use::read(&raw.base, over)).collect::<Result<_, _>>()?;
        Ok(Axes { days: raw.days, destinations: raw.destination, uses })
    }
}

impl Use {
    fn read(base: &Map<String, Value>, over: Map<String, Value>) -> Result<Use, AxesError> {
        let mut flow = base.clone();
        let mut name = String::new();
        for (key, value) in over {
            match (key.as_str(), value) {
                ("name", Value::String(text)) => name = text,
                ("facts", Value::Object(facts)) => {
                    let all = flow.entry("facts").or_insert_with(|| Value::Object(Map::new()));
                    all.as_object_mut().into_iter().for_each(|all| all.extend(facts.clone()));
                }
                (_, value) => drop(flow.insert(key, value)),
            }
        }
        let read =
            Flow::from_json(&Value::Object(flow)).map_err(|e| AxesError::Use(name.clone(), e.to_string()));
        read.map(|flow| Use { name, flow })
    }

    fn from(&self, home: Place, destination: &Destination) -> Flow {
        let home = PlaceSet::from(home);
        let place = |code: &Option<String>| {
            code.as_ref().and_then(|c| c.parse::<Place>().ok()).map_or(home, PlaceSet::from)
        };
        Flow {
            subject_residence: Some(home),
            export_from: Some(home),
            to_location: Some(place(&destination.to)),
            vendor_hq: Some(place(&destination.vendor)),
            vendor_ultimate_owner: Some(place(&destination.vendor)),
            ..self.flow.clone()
        }
    }
}

/// The answers to every question of the axes, one letter each: a block for each day, a row for each jurisdiction, a group for each
/// use, a letter for each destination. Jurisdictions that stand like another are on its row.
///
/// # Errors
/// An edition cannot be built.
pub fn matrix(law: &Law, axes: &Axes) -> Result<String, RuleError> {
    let mut text = String::new();
    let names: Vec<&str> = axes.destinations.iter().map(|d| d.name.as_str()).collect();
    let legend: Vec<String> = Mark::ALL.iter().map(|m| format!("{} {m}", m.code())).collect();
    let _ = writeln!(text, "# {}", legend.join(", "));
    let _ = writeln!(text, "# one letter a destination: {}", names.join(", "));
    for (number, asked) in axes.uses.iter().enumerate() {
        let _ = writeln!(text, "# use {}: {}", number + 1, asked.name);
    }
    for day in &axes.days {
        let edition = law.at(*day, None)?;
        let _ = writeln!(text, "\n[{day}]");
        let mut rows: Vec<(String, Vec<&str>)> = Vec::new();
        for place in looked_at(law, &edition) {
            let row = row(&edition, axes, place)?;
            match rows.iter_mut().find(|(known, _)| *known == row) {
                Some((_, places)) => places.push(place.code()),
                None => rows.push((row, vec![place.code()])),
            }
        }
        for (row, places) in rows {
            let _ = writeln!(text, "{}\n  {row}", places.join(" "));
        }
    }
    Ok(text)
}

/// The jurisdictions that somebody looked at: elsewhere every letter would be a dot.
fn looked_at<'a>(law: &Law, edition: &'a Edition) -> impl Iterator<Item = Place> + 'a {
    let covered = edition.covered();
    jurisdictions(law)
        .into_iter()
        .filter(|p| covered.contains(*p) || p.parent().is_some_and(|p| covered.contains(p)))
}

fn row(edition: &Edition, axes: &Axes, place: Place) -> Result<String, RuleError> {
    let mut groups = Vec::with_capacity(axes.uses.len());
    for asked in &axes.uses {
        let mark = |d: &Destination| {
            let ruling = edition.rule(&asked.from(place, d), Stance::Question)?;
            Ok(Mark::of(&ruling).code())
        };
        groups.push(axes.destinations.iter().map(mark).collect::<Result<String, RuleError>>()?);
    }
    Ok(groups.join(" "))
}

/// The ruling of every worked case: a letter, a short digest of everything else in it, and its name; a block for each rulebook.
///
/// # Errors
/// An edition cannot be built.
pub fn cases(law: &Law, cases: &[Case]) -> Result<String, RuleError> {
    let mut text = String::new();
    let mut book = "";
    for case in cases {
        if case.book != book {
            let _ = writeln!(text, "\n[{}]", case.book);
            book = &case.book;
        }
        let ruling = law.at(case.as_of, case.known_at)?.rule(&case.flow, Stance::Question)?;
        let _ = writeln!(text, "{} {} {}", Mark::of(&ruling).code(), digest(&ruling), case.name);
    }
    Ok(text.trim_start().to_owned())
}

/// Four letters of a digest of what a ruling holds, without texts and edition: they change as rules do, not as words do.
fn digest(ruling: &Ruling) -> String {
    let mut parts: Vec<String> = ruling.because.iter().map(|b| b.provision.clone()).collect();
    parts.extend(ruling.duties.iter().map(|d| d.provision.clone()));
    parts.extend(ruling.missing.iter().map(|m| m.fact.clone()));
    parts.extend(ruling.exposure.iter().map(|e| format!("{} {}", e.state, e.power)));
    parts.push(format!("{:?}", ruling.needs.clauses()));
    data_encoding::HEXLOWER.encode(&Sha256::digest(parts.join("\n"))).chars().take(4).collect()
}

/// The rulebooks of which no statement bites anywhere in the matrix: the axes lack a value for them.
///
/// # Errors
/// An edition cannot be built.
pub fn unseen<'a>(law: &'a Law, axes: &Axes) -> Result<Vec<&'a str>, RuleError> {
    let mut seen = std::collections::HashSet::new();
    for day in &axes.days {
        let edition = law.at(*day, None)?;
        for place in looked_at(law, &edition) {
            for (asked, destination) in
                axes.uses.iter().flat_map(|u| axes.destinations.iter().map(move |d| (u, d)))
            {
                let findings = edition.findings(&asked.from(place, destination), Stance::Question)?;
                seen.extend(findings.books().map(str::to_owned));
            }
        }
    }
    let says =
        |book: &str| law.statements().iter().any(|s| s.book == book && s.status != crate::Status::Proposed);
    let unseen = law.books().iter().map(|b| b.id.as_str()).filter(|b| !seen.contains(*b) && says(b));
    Ok(unseen.collect())
}
