//! Dates, lists and ways of the law, as people and programs read them.

use law::{Kind, Listing, Period, Statement, Threshold};
use serde_json::{Value, json};
use terms::PlaceSet;

use crate::show;

/// How wide a line of text is.
pub(crate) const WIDTH: usize = 100;

/// A text, broken into lines below one another, each indented.
pub(crate) fn paragraph(text: &str, indent: usize) -> String {
    format!("{}{}", " ".repeat(indent), show::wrapped(text, WIDTH, indent))
}

/// A line that may be broken already, moved to the right.
pub(crate) fn indented(line: &str, indent: usize) -> String {
    let by = " ".repeat(indent);
    format!("{by}{}", line.replace('\n', &format!("\n{by}")))
}

/// A label and its text, with the lines of the text below one another.
pub(crate) fn labeled(label: &str, text: &str) -> String {
    const LABEL: usize = 14;
    format!("  {label:<width$}{}", show::wrapped(text, WIDTH, LABEL), width = LABEL - 2)
}

/// When something holds, in words; empty if always.
pub(crate) fn period(period: &Period) -> String {
    let parts = [("from", period.from), ("until", period.until), ("known", period.known)];
    let said = parts.into_iter().filter_map(|(word, day)| Some(format!("{word} {}", day?)));
    said.collect::<Vec<_>>().join(", ")
}

/// The same with the brackets or nothing.
pub(crate) fn in_brackets(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" ({text})") }
}

/// A number of things.
pub(crate) fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// What a way asks for.
pub(crate) fn way(statement: &Statement) -> String {
    match &statement.kind {
        Kind::Way { all, .. } if all.is_empty() => "nothing".to_owned(),
        Kind::Way { all, .. } => show::way(all),
        Kind::Provision { .. } => statement.id.clone(),
    }
}

/// The same where its condition is not told: a way may hold in some cases only.
pub(crate) fn way_in_brief(statement: &Statement) -> String {
    let in_some = if is_conditional(statement) { " in some cases" } else { "" };
    format!("{}{in_some}", way(statement))
}

/// Whether a statement holds only under a condition of its own.
pub(crate) fn is_conditional(statement: &Statement) -> bool {
    !statement.condition_text().is_empty()
}

/// A number with what it counts.
pub(crate) fn threshold(t: &Threshold) -> String {
    let window = match t.window {
        terms::VolumeWindow::TwelveMonths => "in 12 months",
        terms::VolumeWindow::SinceJan1 => "since 1 January",
        terms::VolumeWindow::SinceJan1PreviousYear => "since 1 January of the year before",
    };
    format!("{} {} {window}", t.value, t.unit)
}

pub(crate) fn threshold_json(t: &Threshold) -> Value {
    json!({
        "id": t.id, "value": t.value, "unit": t.unit.to_string(), "window": t.window.to_string(), "cite": t.cite,
        "from": t.period.from, "until": t.period.until, "known": t.period.known,
    })
}

pub(crate) fn listing_json(row: &Listing) -> Value {
    json!({
        "list": row.list, "place": row.place.code(), "cite": row.cite,
        "from": row.period.from, "until": row.period.until, "known": row.period.known,
    })
}

/// A statement with everything that is said of it, but not its text.
pub(crate) fn statement_json(s: &Statement) -> Value {
    let mut json = json!({
        "id": s.id, "book": s.book, "does": s.what(), "cite": s.cite, "summary": s.summary, "source": s.source,
        "checked": s.checked, "review_by": s.review_by, "from": s.period.from, "until": s.period.until,
        "known": s.period.known, "status": s.status, "confidence": s.confidence,
    });
    let more = match &s.kind {
        Kind::Provision { exposure, ask, .. } => json!({ "exposure": exposure, "ask": ask }),
        Kind::Way { of, all } => {
            json!({ "of": of, "all": all.iter().map(ToString::to_string).collect::<Vec<_>>() })
        }
    };
    if let (Value::Object(json), Value::Object(more)) = (&mut json, more) {
        json.extend(more.into_iter().filter(|(_, value)| !value.is_null()));
    }
    json
}

pub(crate) fn codes(places: &PlaceSet) -> Vec<&'static str> {
    places.iter().map(terms::Place::code).collect()
}
