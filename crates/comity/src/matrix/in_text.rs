//! The matrix for people, a line a jurisdiction.

use law::matrix::{Asking, Mark};

use super::sheet::{Row, Sheet};
use crate::show;

/// How wide the lines of running text are.
const WIDTH: usize = 110;

/// The longest a line says what is needed; the rest is in the JSON and on the page.
const NEEDED: usize = 150;

pub(crate) fn sheet(sheet: &Sheet) -> Vec<String> {
    let mut lines = vec![show::bold(&sheet.title)];
    lines.push(format!("{}, for people of each jurisdiction, as of {}", first_column(sheet), sheet.day));
    let asked: Vec<String> = sheet.asked.iter().map(|(name, value)| format!("{name} {value}")).collect();
    lines.push(show::wrapped(&format!("asked: {}", asked.join("; ")), WIDTH, 0));
    if !sheet.assumed.is_empty() {
        lines.push(show::wrapped(&format!("taken as given: {}", sheet.assumed.join("; ")), WIDTH, 0));
    }
    lines.push(counts(sheet));
    Mark::ALL.iter().for_each(|mark| lines.extend(group(sheet, *mark)));
    lines.push(String::new());
    lines.push(show::dim(format!("edition {}", show::short(&sheet.edition))));
    lines
}

/// How many jurisdictions have each mark.
pub(crate) fn counts(sheet: &Sheet) -> String {
    let some = Mark::ALL.iter().map(|m| (m, sheet.count(0, *m))).filter(|(_, n)| *n > 0);
    some.map(|(mark, n)| format!("{mark} {n}")).collect::<Vec<_>>().join(" · ")
}

fn first_column(sheet: &Sheet) -> &str {
    sheet.columns.first().map_or("", |c| c.name.as_str())
}

fn group(sheet: &Sheet, mark: Mark) -> Vec<String> {
    let rows: Vec<&Row> = sheet.marked(mark).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), show::bold(format!("{mark}: {}", rows.len()))];
    if mark == Mark::NotLookedAt {
        let names: Vec<&str> = rows.iter().map(|r| r.name).collect();
        lines.push(format!("  {}", show::wrapped(&names.join(", "), WIDTH, 2)));
        return lines;
    }
    let width =
        sheet.rows.iter().filter(|r| r.mark(0) != Mark::NotLookedAt).map(|r| r.name.chars().count()).max();
    lines.extend(rows.iter().map(|row| line(sheet, row, width.unwrap_or_default())));
    lines
}

fn line(sheet: &Sheet, row: &Row, width: usize) -> String {
    let Some(cell) = row.cells.first() else { return String::new() };
    let name = format!("{}{}", row.name, " ".repeat(width.saturating_sub(row.name.chars().count())));
    let on = cell.endpoint.iter().map(|e| format!("on {e}: ")).collect::<String>();
    let mut notes: Vec<String> = Vec::new();
    let asks = [("consent", cell.asked.consent), ("notice", cell.asked.notice)];
    notes.extend(asks.iter().filter(|(_, a)| *a == Asking::Needed).map(|(what, _)| format!("{what} needed")));
    // The other way to do it is worth a word where it is otherwise.
    let other = sheet.columns.get(1).map(|column| (column.key.replace('_', " "), row.mark(1)));
    notes.extend(other.filter(|(_, mark)| *mark != cell.mark).map(|(key, mark)| format!("{key}: {mark}")));
    if cell.asked.confidence != terms::Confidence::High {
        notes.push(format!("confidence {}", cell.asked.confidence.name()));
    }
    notes.extend(cell.asked.checked.map(|day| format!("checked {day}")));
    format!("  {name}  {on}{} {}", shortened(&cell.needed()), show::dim(format!("[{}]", notes.join("; "))))
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(NEEDED) {
        Some((at, _)) => format!("{}...", text.get(..at).unwrap_or(text).trim_end()),
        None => text.to_owned(),
    }
}
