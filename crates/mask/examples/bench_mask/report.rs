//! The results, for people and for programs.

use std::collections::BTreeSet;
use std::fmt::{Error, Write as _};

use mask::Kind;
use serde_json::{Value, json};

use crate::documents::Document;
use crate::labels::LABELS;
use crate::score::{Score, Tally};

/// One finder in one manner, with its score.
pub(crate) struct Side {
    name: String,
    score: Score,
    /// Without telling national, tax and health numbers apart.
    by_sort: Score,
}

/// How long a finder took for all documents, once a round.
pub(crate) struct Speed {
    name: &'static str,
    pub(crate) seconds: Vec<f64>,
}

impl Side {
    pub(crate) fn new(name: &str, score: Score, by_sort: Score) -> Side {
        Side { name: name.to_owned(), score, by_sort }
    }
}

impl Speed {
    pub(crate) fn new(name: &'static str) -> Speed {
        Speed { name, seconds: Vec::new() }
    }

    fn median(&self) -> f64 {
        let mut sorted = self.seconds.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// Tables of all sides: the totals, each kind, the recall of each planted identifier, and the speeds.
pub(crate) fn tables(documents: &[Document], sides: &[Side], speeds: &[Speed]) -> Result<String, Error> {
    let mut out = String::new();
    let planted: usize = documents.iter().map(|d| d.truth.len()).sum();
    writeln!(out, "{} documents, {} bytes, {planted} identifiers", documents.len(), bytes(documents))?;
    for (place, side) in (b'A'..).zip(sides) {
        writeln!(out, "{}  {:52} {}", char::from(place), side.name, figures(side.score.total()))?;
    }
    writeln!(out, "\nthe same without telling national, tax and health numbers apart")?;
    for (place, side) in (b'A'..).zip(sides) {
        writeln!(out, "{}  {:52} {}", char::from(place), side.name, figures(side.by_sort.total()))?;
    }
    writeln!(out, "\nprecision / recall / F1 in percent")?;
    heading(&mut out, sides, 16)?;
    let kinds: BTreeSet<Kind> = LABELS.iter().map(|l| l.kind).collect();
    for kind in kinds {
        write!(out, "{:20}", kind.name())?;
        for side in sides {
            let tally = side.score.kinds.get(&kind).copied().unwrap_or_default();
            let [p, r, f] = [tally.precision(), tally.recall(), tally.f1()].map(|n| n * 100.0);
            write!(out, " {p:5.1}{r:5.1}{f:6.1}")?;
        }
        writeln!(out)?;
    }
    writeln!(out, "\nrecall in percent, with a word before it / without")?;
    heading(&mut out, sides, 16)?;
    for (label, planted) in LABELS.iter().enumerate() {
        write!(out, "{:20}", planted.name)?;
        for side in sides {
            let of =
                |named| side.score.labels.get(&(label, named)).copied().unwrap_or_default().recall() * 100.0;
            write!(out, "      {:5.1}{:6.1}", of(true), of(false))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "\nmedian speed, one core")?;
    for speed in speeds {
        let (each, size) =
            (documents.len() as f64 / speed.median(), bytes(documents) as f64 / 1e6 / speed.median());
        writeln!(out, "{:32} {each:12.1} documents/s {size:10.4} MB/s", speed.name)?;
    }
    Ok(out)
}

fn heading(out: &mut String, sides: &[Side], width: usize) -> Result<(), Error> {
    write!(out, "{:20}", "")?;
    for (place, _) in (b'A'..).zip(sides) {
        write!(out, " {:>width$}", char::from(place))?;
    }
    writeln!(out)
}

fn figures(tally: Tally) -> String {
    let [p, r, f] = [tally.precision(), tally.recall(), tally.f1()].map(|n| n * 100.0);
    format!("precision {p:5.1} %  recall {r:5.1} %  F1 {f:5.1} %")
}

fn bytes(documents: &[Document]) -> usize {
    documents.iter().map(|d| d.text.len()).sum()
}

/// The same, and the recognizers that Presidio had.
pub(crate) fn json(documents: &[Document], sides: &[Side], speeds: &[Speed], recognizers: Value) -> Value {
    let sides: Vec<Value> = sides.iter().map(side).collect();
    let speeds: Vec<Value> = speeds
        .iter()
        .map(|s| json!({ "name": s.name, "seconds": s.seconds, "median": s.median() }))
        .collect();
    json!({
        "documents": documents.len(), "bytes": bytes(documents), "sides": sides, "speeds": speeds,
        "recognizers_of_presidio": recognizers,
    })
}

fn side(side: &Side) -> Value {
    let kinds = side.score.kinds.iter().map(|(kind, t)| (kind.name().to_owned(), tally(*t)));
    let labels = side.score.labels.iter().map(|((label, named), t)| {
        let name = LABELS.get(*label).map_or("", |l| l.name);
        (format!("{name}, {}", if *named { "named" } else { "unnamed" }), json!(t.recall()))
    });
    let wrong: Vec<Value> = side.score.wrong.iter().map(|(kind, text)| json!([kind.name(), text])).collect();
    json!({
        "name": side.name, "total": tally(side.score.total()), "total_by_sort": tally(side.by_sort.total()), "kinds": kinds.collect::<serde_json::Map<_, _>>(),
        "recall": labels.collect::<serde_json::Map<_, _>>(), "false": wrong,
    })
}

fn tally(tally: Tally) -> Value {
    let Tally { right, wrong, missed } = tally;
    json!({
        "right": right, "false": wrong, "missed": missed,
        "precision": tally.precision(), "recall": tally.recall(), "f1": tally.f1(),
    })
}
