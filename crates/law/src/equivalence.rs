//! `equivalence.toml`: mechanisms of one law that another accepts. Not law to rule by: only comparisons ask it.

use serde::Deserialize;
use terms::{Confidence, Date, Place, SafeguardSet, Way};

use crate::fault::LawFaults;
use crate::library::File;
use crate::period::Period;
use crate::ways;

/// Where the table lies, below the root of the rulebooks.
const FILE: &str = "equivalence.toml";

/// What is accepted in place of what, and who holds whom adequate.
#[derive(Debug, Clone, Default)]
pub struct Equivalences {
    /// Mechanisms.
    pub mechanisms: Vec<Equivalent>,
    /// Places that hold each other adequate.
    pub mutual: Vec<Mutual>,
}

/// Under one law, what is held counts as something else.
#[derive(Debug, Clone, PartialEq)]
pub struct Equivalent {
    /// The law that accepts it.
    pub under: Place,
    /// What is held.
    pub held: Way,
    /// What it counts as.
    pub counts_as: Way,
    /// When.
    pub period: Period,
    /// Who said so.
    pub cite: String,
    /// How sure we are.
    pub confidence: Confidence,
}

/// Two places that hold each other adequate.
#[derive(Debug, Clone, PartialEq)]
pub struct Mutual {
    /// The places.
    pub between: [Place; 2],
    /// When.
    pub period: Period,
    /// The decisions.
    pub cite: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTable {
    #[serde(default)]
    equivalent: Vec<RawEquivalent>,
    #[serde(default)]
    mutual: Vec<RawMutual>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEquivalent {
    under: String,
    held: String,
    counts_as: String,
    from: Option<Date>,
    until: Option<Date>,
    known: Option<Date>,
    cite: String,
    confidence: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMutual {
    between: [String; 2],
    from: Option<Date>,
    until: Option<Date>,
    known: Option<Date>,
    cite: String,
}

impl Equivalences {
    /// Reads the table, if there is one. Faults go to `faults`.
    pub(crate) fn read(files: &[File], faults: &mut LawFaults) -> Equivalences {
        let Some((_, text)) = files.iter().find(|(name, _)| name == FILE) else {
            return Equivalences::default();
        };
        let raw: RawTable = match toml::from_str(text) {
            Ok(raw) => raw,
            Err(error) => {
                faults.push(FILE, "", error.to_string().trim_end().to_owned());
                return Equivalences::default();
            }
        };
        Equivalences {
            mechanisms: raw.equivalent.into_iter().filter_map(|row| mechanism(row, faults)).collect(),
            mutual: raw.mutual.into_iter().filter_map(|row| mutual(row, faults)).collect(),
        }
    }

    /// What is held under a law on a day, with everything that it counts as there, and the rows that say so.
    pub fn counted(
        &self,
        held: SafeguardSet,
        day: Date,
        under: impl Fn(Place) -> bool,
    ) -> (SafeguardSet, Vec<&Equivalent>) {
        let (mut held, mut used) = (held, Vec::new());
        let applies = |row: &&Equivalent| row.period.holds(day, None) && under(row.under);
        loop {
            let adds = |row: &&Equivalent| {
                row.held.iter().all(|s| held.contains(*s)) && !row.counts_as.iter().all(|s| held.contains(*s))
            };
            let Some(row) = self.mechanisms.iter().filter(applies).find(adds) else { return (held, used) };
            row.counts_as.iter().for_each(|s| held.insert(*s));
            used.push(row);
        }
    }
}

fn mechanism(raw: RawEquivalent, faults: &mut LawFaults) -> Option<Equivalent> {
    let at = format!("{} under {}", raw.held, raw.under);
    let period = period(&at, [raw.from, raw.until, raw.known], faults);
    let mut way = |what: &str, text: &str| match ways::read(text) {
        Ok(way) if way.is_empty() => {
            faults.push(FILE, &at, format!("`{what}` is empty: name the safeguards"));
            None
        }
        Ok(way) => Some(way),
        Err(error) => {
            faults.push(FILE, &at, error.to_string());
            None
        }
    };
    let (held, counts_as) = (way("held", &raw.held), way("counts_as", &raw.counts_as));
    let under = place(&at, &raw.under, faults);
    let confidence = match raw.confidence.as_deref() {
        None => Some(Confidence::High),
        Some(given) => Confidence::read(given).or_else(|| {
            faults.push(FILE, &at, format!("`{given}` is not one of high, medium, low, recheck"));
            None
        }),
    };
    cited(&at, &raw.cite, faults);
    Some(Equivalent {
        under: under?,
        held: held?,
        counts_as: counts_as?,
        period,
        cite: raw.cite,
        confidence: confidence?,
    })
}

fn mutual(raw: RawMutual, faults: &mut LawFaults) -> Option<Mutual> {
    let at = raw.between.join(" and ");
    let period = period(&at, [raw.from, raw.until, raw.known], faults);
    let [a, b] = [0, 1].map(|i| raw.between.get(i).and_then(|code| place(&at, code, faults)));
    cited(&at, &raw.cite, faults);
    Some(Mutual { between: [a?, b?], period, cite: raw.cite })
}

fn place(at: &str, code: &str, faults: &mut LawFaults) -> Option<Place> {
    code.parse().map_err(|error: terms::UnknownPlace| faults.push(FILE, at, error.to_string())).ok()
}

fn period(at: &str, [from, until, known]: [Option<Date>; 3], faults: &mut LawFaults) -> Period {
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        faults.push(FILE, at, "the last day, `until`, is before the first, `from`");
    }
    Period { from, until, known }
}

fn cited(at: &str, cite: &str, faults: &mut LawFaults) {
    if cite.trim().is_empty() {
        faults.push(FILE, at, "`cite` is empty: say who accepts it");
    }
}
