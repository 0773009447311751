//! What differs in the law, as people and programs read it.

use law::questions::{Aspect, Change, Changes, ListChange, Side, StatementChange, ThresholdChange};
use law::{Kind, Statement};
use serde_json::{Value, json};

use super::words;
use crate::show;

/// Everything that differs, a line each; each line begins with `indent` spaces.
pub(crate) fn lines(
    changes: &Changes<'_>,
    before: &Side<'_>,
    after: &Side<'_>,
    indent: usize,
) -> Vec<String> {
    let mut lines = Vec::new();
    for book in &changes.books {
        lines.push(format!("{}rulebook {}: {}", mark(&book.change), book.book.id, book.book.title));
        lines.extend(aspects(&book.change));
    }
    let folded = Folded::of(changes);
    for change in changes.statements.iter().filter(|c| !folded.hides(c)) {
        lines.extend(of_statement(change, before, after));
    }
    lines.extend(lists(&changes.lists));
    lines.extend(changes.thresholds.iter().map(threshold));
    lines.into_iter().map(|line| words::indented(&line, indent)).collect()
}

fn mark(change: &Change) -> &'static str {
    match change {
        Change::Added => "+ ",
        Change::Gone => "- ",
        Change::Changed(_) => "~ ",
    }
}

/// A way that comes and goes with all its provisions is told with them.
struct Folded<'a> {
    added: Vec<&'a str>,
    gone: Vec<&'a str>,
}

impl<'a> Folded<'a> {
    fn of(changes: &Changes<'a>) -> Folded<'a> {
        let ids = |change: Change| {
            let with = changes.statements.iter().filter(move |c| c.change == change);
            with.map(|c| c.statement.id.as_str()).collect()
        };
        Folded { added: ids(Change::Added), gone: ids(Change::Gone) }
    }

    fn hides(&self, change: &StatementChange<'_>) -> bool {
        let Kind::Way { of, .. } = &change.statement.kind else { return false };
        let within = |ids: &[&str]| of.iter().all(|p| ids.contains(&p.as_str()));
        match change.change {
            Change::Added => within(&self.added),
            Change::Gone => within(&self.gone),
            Change::Changed(_) => false,
        }
    }
}

fn of_statement(change: &StatementChange<'_>, before: &Side<'_>, after: &Side<'_>) -> Vec<String> {
    let s = change.statement;
    let mark = mark(&change.change);
    if let Kind::Way { of, .. } = &s.kind {
        let mut lines = vec![format!("{mark}way to meet {}: {} ({})", of.join(", "), words::way(s), s.cite)];
        lines.extend(aspects(&change.change));
        return lines;
    }
    let status = if s.status == law::Status::Enacted { ", enacted" } else { "" };
    let mut lines = vec![format!("{mark}{} {}{status}: {}", show::bold(&s.id), s.what(), s.cite)];
    match &change.change {
        Change::Added => lines.extend(said(s, after)),
        Change::Gone => lines.extend(said(s, before).into_iter().take(1)),
        changed @ Change::Changed(_) => lines.extend(aspects(changed)),
    }
    lines
}

/// What a provision says, and how it can be met.
fn said(s: &Statement, side: &Side<'_>) -> Vec<String> {
    let ways = side.law.ways_of(&s.id).filter(|w| side.day.is_none_or(|day| w.rules_on(day)));
    let mut ways: Vec<String> = ways.map(words::way_in_brief).collect();
    ways.dedup();
    let mut lines = vec![words::paragraph(&s.summary, 4)];
    if !ways.is_empty() {
        let verb = if s.what() == "duty" { "discharged" } else { "met" };
        lines.push(show::dim(words::paragraph(&format!("{verb} with {}", ways.join("; or ")), 4)));
    }
    lines
}

fn aspects(change: &Change) -> Vec<String> {
    let Change::Changed(aspects) = change else { return Vec::new() };
    let shown = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
    let both = |a: &Aspect| {
        [
            words::paragraph(&format!("{}: {}", a.what, shown(&a.before)), 4),
            words::paragraph(&format!("-> {}", shown(&a.after)), 6),
        ]
    };
    aspects.iter().flat_map(both).collect()
}

/// Rows of one list, one decision and one direction stand on one line.
fn lists(changes: &[ListChange<'_>]) -> Vec<String> {
    let mut sorted: Vec<&ListChange<'_>> = changes.iter().collect();
    sorted.sort_by_key(|c| (&c.row.list, !c.added, &c.row.cite, c.row.place));
    let alike = |a: &&ListChange<'_>, b: &&ListChange<'_>| {
        a.row.list == b.row.list && a.added == b.added && a.row.cite == b.row.cite
    };
    let line = |group: &[&ListChange<'_>]| {
        let first = group.first()?;
        let places: Vec<&str> = group.iter().map(|c| c.row.place.code()).collect();
        let mark = if first.added { "+" } else { "-" };
        Some(format!("{mark} list {}: {} ({})", first.row.list, places.join(", "), first.row.cite))
    };
    sorted.chunk_by(alike).filter_map(line).collect()
}

fn threshold(change: &ThresholdChange<'_>) -> String {
    match (change.before, change.after) {
        (Some(was), Some(is)) => {
            format!(
                "~ threshold {}: {} -> {} ({})",
                is.id,
                words::threshold(was),
                words::threshold(is),
                is.cite
            )
        }
        (None, Some(t)) => format!("+ threshold {}: {} ({})", t.id, words::threshold(t), t.cite),
        (Some(t), None) => format!("- threshold {}: {} ({})", t.id, words::threshold(t), t.cite),
        (None, None) => String::new(),
    }
}

pub(crate) fn as_json(changes: &Changes<'_>) -> Value {
    let with = |mut json: Value, change: &Change| {
        if let Value::Object(map) = &mut json {
            map.insert("change".to_owned(), json!(change_name(change)));
            if let Change::Changed(aspects) = change {
                let aspects =
                    aspects.iter().map(|a| json!({ "what": a.what, "before": a.before, "after": a.after }));
                map.insert("aspects".to_owned(), aspects.collect());
            }
        }
        json
    };
    let books =
        changes.books.iter().map(|c| with(json!({ "id": c.book.id, "title": c.book.title }), &c.change));
    let statements = changes.statements.iter().map(|c| with(words::statement_json(c.statement), &c.change));
    let lists = changes.lists.iter().map(|c| {
        let change = if c.added { Change::Added } else { Change::Gone };
        with(words::listing_json(c.row), &change)
    });
    let thresholds = changes.thresholds.iter().map(|c| {
        json!({ "before": c.before.map(words::threshold_json), "after": c.after.map(words::threshold_json) })
    });
    json!({
        "books": books.collect::<Vec<_>>(), "statements": statements.collect::<Vec<_>>(),
        "lists": lists.collect::<Vec<_>>(), "thresholds": thresholds.collect::<Vec<_>>(),
    })
}

fn change_name(change: &Change) -> &'static str {
    match change {
        Change::Added => "added",
        Change::Gone => "gone",
        Change::Changed(_) => "changed",
    }
}
