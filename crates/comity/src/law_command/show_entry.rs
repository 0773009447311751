//! `comity law show`: a rulebook, a jurisdiction or a provision, with everything that is known of it.

use std::process::ExitCode;

use law::questions::Entry;
use law::{Book, Kind, Law, Listing, Statement};
use serde_json::{Value, json};
use terms::{Date, Place};

use super::words;
use crate::cli::{Cli, Format, LawShowArgs};
use crate::{loading, show, system};

pub(crate) fn run(cli: &Cli, args: &LawShowArgs) -> anyhow::Result<ExitCode> {
    let law = loading::law(cli)?;
    let day = args.as_of.unwrap_or_else(system::today);
    let entry = law.entry(&args.id, day)?;
    match cli.format {
        Format::Json => show::json(&as_json(&law, &entry))?,
        Format::Text => as_text(&law, &entry, day).into_iter().for_each(show::line),
    }
    Ok(ExitCode::SUCCESS)
}

fn as_text(law: &Law, entry: &Entry<'_>, day: Date) -> Vec<String> {
    match entry {
        Entry::Book(book) => of_book(law, book, day),
        Entry::Statement(statement) => of_statement(law, statement, day),
        Entry::Jurisdiction { place, covered, books } => of_jurisdiction(law, *place, *covered, books, day),
    }
}

fn of_jurisdiction(law: &Law, place: Place, covered: bool, books: &[&Book], day: Date) -> Vec<String> {
    let mut lines = Vec::new();
    if !covered {
        let help = "a flow whose law this is cannot be decided";
        lines.push(format!("{} nobody has looked at its law; {help}", show::bold(format!("{place}:"))));
    }
    let (own, around): (Vec<&Book>, Vec<&Book>) = books.iter().partition(|b| b.jurisdiction() == Some(place));
    lines.extend(own.into_iter().flat_map(|b| of_book(law, b, day).into_iter().chain([String::new()])));
    if !around.is_empty() {
        lines.push(format!("{} holds there too:", show::bold("law of a wider reach")));
        lines.extend(around.into_iter().map(|b| format!("  {}  {}", b.id, b.title)));
    }
    if lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

fn of_book(law: &Law, book: &Book, day: Date) -> Vec<String> {
    let mut lines = vec![format!("{}  {}", show::bold(&book.id), book.title)];
    lines.push(words::labeled("instrument", &book.instrument));
    lines.push(words::labeled("source", &book.source));
    lines.push(words::labeled("checked", &checked(book.checked, book.review_by, day)));
    lines.push(words::labeled(
        "confidence",
        &format!("{}, unless a statement says otherwise", book.confidence.name()),
    ));
    let axes: Vec<&str> = book.axes.iter().map(|a| a.name()).collect();
    if !book.hooks.is_empty() {
        lines.push(words::labeled("reaches", &format!("{} by {}", book.hooks, axes.join(", "))));
    }
    for coverage in &book.coverage {
        lines.push(words::labeled("covers", &format!("{}: {}", coverage.places, coverage.scope)));
    }
    lines.extend(book.lists.iter().flat_map(|list| of_list(book, list)));
    for t in &book.thresholds {
        let when = words::in_brackets(&words::period(&t.period));
        lines.push(format!("  threshold {}: {}{when}", t.id, words::threshold(t)));
        lines.push(show::dim(words::paragraph(&t.cite, 4)));
    }
    let provisions = law.statements_of(&book.id).filter(|s| matches!(s.kind, Kind::Provision { .. }));
    lines.extend(provisions.flat_map(|s| [String::new()].into_iter().chain(of_provision(law, s, day))));
    lines
}

fn checked(checked: Date, review_by: Option<Date>, day: Date) -> String {
    match review_by {
        None => checked.to_string(),
        Some(by) if by < day => format!("{checked}; review by {by}: overdue"),
        Some(by) => format!("{checked}; review by {by}"),
    }
}

/// The members of a list; those of one decision stand on one line.
fn of_list(book: &Book, list: &str) -> Vec<String> {
    let rows: Vec<&Listing> = book.listings.iter().filter(|l| l.list == list).collect();
    let mut lines = vec![format!("  list {list}{}", if rows.is_empty() { ": no members" } else { "" })];
    for group in rows.chunk_by(|a, b| a.period == b.period && a.cite == b.cite) {
        let Some(first) = group.first() else { continue };
        let places: Vec<&str> = group.iter().map(|l| l.place.code()).collect();
        let when = words::in_brackets(&words::period(&first.period));
        lines.push(words::paragraph(&format!("{}{when}: {}", places.join(", "), first.cite), 4));
    }
    lines
}

/// A provision with its ways, as a rulebook shows it.
fn of_provision(law: &Law, s: &Statement, day: Date) -> Vec<String> {
    let mut lines = vec![format!("  {} {}: {}", show::bold(&s.id), s.what(), s.cite)];
    lines.push(words::paragraph(&s.summary, 4));
    lines.push(show::dim(words::paragraph(&standing(s, day), 4)));
    if let Kind::Provision { exposure: Some((state, power)), .. } = &s.kind {
        lines.push(words::paragraph(&format!("exposed to {state}: {power}"), 4));
    }
    lines.extend(law.ways_of(&s.id).map(|way| words::paragraph(&of_way(way, s, day), 4)));
    lines
}

/// Dates, status and confidence.
fn standing(s: &Statement, day: Date) -> String {
    let state = match s.status {
        law::Status::Proposed => "proposed, not law",
        _ if s.rules_on(day) => "in force",
        _ if s.period.until.is_some_and(|d| d < day) => "no longer in force",
        _ => "not yet in force",
    };
    let parts = [state.to_owned(), words::period(&s.period), format!("confidence {}", s.confidence.name())];
    let parts: Vec<String> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    parts.join("; ")
}

/// A way in one line: what it asks, and what sets it apart from its provision.
fn of_way(way: &Statement, provision: &Statement, day: Date) -> String {
    let verb = if provision.what() == "duty" { "discharged" } else { "met" };
    let under = if words::is_conditional(way) { ", where its own condition holds" } else { "" };
    let mut notes = vec![way.cite.clone(), words::period(&way.period)];
    if !way.rules_on(day) && provision.rules_on(day) {
        notes.push("not in force".to_owned());
    }
    if way.confidence != provision.confidence {
        notes.push(format!("confidence {}", way.confidence.name()));
    }
    notes.retain(|n| !n.is_empty());
    format!("{verb} with {}{under} ({})", words::way(way), notes.join("; "))
}

/// One provision or way in full, with what it says in Cedar.
fn of_statement(law: &Law, s: &Statement, day: Date) -> Vec<String> {
    let mut lines = vec![format!("{} {}: {}", show::bold(&s.id), s.what(), s.cite)];
    if let Kind::Way { of, .. } = &s.kind {
        lines.push(words::labeled("asks", &words::way(s)));
        lines.push(words::labeled("meets", &of.join(", ")));
    }
    if !s.summary.is_empty() {
        lines.push(words::paragraph(&s.summary, 2));
    }
    lines.push(words::labeled("standing", &standing(s, day)));
    lines.push(words::labeled("source", &s.source));
    lines.push(words::labeled("checked", &checked(s.checked, s.review_by, day)));
    for statement in std::iter::once(s).chain(law.ways_of(&s.id)) {
        lines.push(String::new());
        if statement.id != s.id {
            lines.push(show::dim(format!("  {}", statement.id)));
        }
        lines.extend(statement.written.lines().map(|l| format!("  {l}")));
    }
    lines
}

fn as_json(law: &Law, entry: &Entry<'_>) -> Value {
    match entry {
        Entry::Book(book) => book_json(law, book),
        Entry::Statement(statement) => {
            let mut json = provision_json(law, statement);
            if let Value::Object(map) = &mut json {
                map.insert("cedar".to_owned(), json!(statement.written));
            }
            json
        }
        Entry::Jurisdiction { place, covered, books } => {
            let (own, around): (Vec<&Book>, Vec<&Book>) =
                books.iter().partition(|b| b.jurisdiction() == Some(*place));
            json!({
                "jurisdiction": place.code(), "covered": covered,
                "books": own.iter().map(|b| book_json(law, b)).collect::<Vec<_>>(),
                "also": around.iter().map(|b| &b.id).collect::<Vec<_>>(),
            })
        }
    }
}

fn book_json(law: &Law, book: &Book) -> Value {
    let provisions = law.statements_of(&book.id).filter(|s| matches!(s.kind, Kind::Provision { .. }));
    let coverage =
        book.coverage.iter().map(|c| json!({ "places": words::codes(&c.places), "scope": c.scope }));
    json!({
        "id": book.id, "title": book.title, "instrument": book.instrument, "source": book.source,
        "checked": book.checked, "review_by": book.review_by, "confidence": book.confidence,
        "reaches": words::codes(&book.hooks), "by": book.axes.iter().map(|a| a.name()).collect::<Vec<_>>(),
        "coverage": coverage.collect::<Vec<_>>(),
        "lists": book.lists,
        "members": book.listings.iter().map(words::listing_json).collect::<Vec<_>>(),
        "thresholds": book.thresholds.iter().map(words::threshold_json).collect::<Vec<_>>(),
        "provisions": provisions.map(|s| provision_json(law, s)).collect::<Vec<_>>(),
    })
}

fn provision_json(law: &Law, s: &Statement) -> Value {
    let mut json = words::statement_json(s);
    if let (Value::Object(map), Kind::Provision { .. }) = (&mut json, &s.kind) {
        map.insert("ways".to_owned(), law.ways_of(&s.id).map(words::statement_json).collect());
    }
    json
}
