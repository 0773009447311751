//! The parts of a statement or rulebook, as text, so that two of them can be held against each other.

use terms::{Date, Safeguard};

use super::Aspect;
use crate::{Book, Kind, Statement};

/// A part and what it says.
type Field = (&'static str, String);

/// The parts that say otherwise.
pub(super) fn differing(before: Vec<Field>, after: Vec<Field>) -> Vec<Aspect> {
    let pairs = before.into_iter().zip(after);
    let differing = pairs.filter(|((_, was), (_, is))| was != is);
    differing.map(|((what, before), (_, after))| Aspect { what, before, after }).collect()
}

/// Whether two statements say the same, whatever their position.
pub(super) fn alike(a: &Statement, b: &Statement) -> bool {
    std::ptr::eq(a, b) || of_statement(a) == of_statement(b)
}

fn day(day: Option<Date>) -> String {
    day.map(|d| d.to_string()).unwrap_or_default()
}

/// The parts of a statement.
pub(super) fn of_statement(s: &Statement) -> Vec<Field> {
    let (of, all, exposure, ask) = match &s.kind {
        Kind::Way { of, all } => (of.join(", "), joined(all), String::new(), String::new()),
        Kind::Provision { exposure, ask, .. } => {
            let exposure = exposure.as_ref().map(|(state, power)| format!("{state}: {power}"));
            (
                String::new(),
                String::new(),
                exposure.unwrap_or_default(),
                ask.map(str::to_owned).unwrap_or_default(),
            )
        }
    };
    vec![
        ("effect", s.what().to_owned()),
        ("of", of),
        ("all", all),
        ("condition", s.condition_text()),
        ("exposure", exposure),
        ("ask", ask),
        ("cite", s.cite.clone()),
        ("summary", s.summary.clone()),
        ("from", day(s.period.from)),
        ("until", day(s.period.until)),
        ("known", day(s.period.known)),
        ("status", s.status.name().to_owned()),
        ("confidence", s.confidence.name().to_owned()),
        ("source", s.source.clone()),
        ("checked", s.checked.to_string()),
        ("review_by", day(s.review_by)),
    ]
}

fn joined(all: &[Safeguard]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" & ")
}

/// The parts of a rulebook that are not statements, rows or numbers.
pub(super) fn of_book(b: &Book) -> Vec<Field> {
    let coverage = b.coverage.iter().map(|c| format!("{}: {}", c.places, c.scope));
    vec![
        ("title", b.title.clone()),
        ("instrument", b.instrument.clone()),
        ("source", b.source.clone()),
        ("checked", b.checked.to_string()),
        ("review_by", day(b.review_by)),
        ("confidence", b.confidence.name().to_owned()),
        (
            "hook",
            format!("{} by {}", b.hooks, b.axes.iter().map(|a| a.name()).collect::<Vec<_>>().join(", ")),
        ),
        ("coverage", coverage.collect::<Vec<_>>().join("; ")),
    ]
}
