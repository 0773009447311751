//! The answers of all jurisdictions to one question, ready to be shown.

use law::matrix::Mark;
use terms::{Date, Place};

use super::cell::Cell;

/// The answers to one question.
pub(crate) struct Sheet {
    /// The use of AI, in words.
    pub(crate) title: String,
    /// What was asked, as name and value.
    pub(crate) asked: Vec<(&'static str, String)>,
    /// What was taken as given.
    pub(crate) assumed: Vec<String>,
    /// The day.
    pub(crate) day: Date,
    /// Hash of the edition that ruled.
    pub(crate) edition: String,
    /// One or two ways to do it; the first is what was asked for.
    pub(crate) columns: Vec<Column>,
    /// A jurisdiction each, by name.
    pub(crate) rows: Vec<Row>,
}

/// One way to do it.
pub(crate) struct Column {
    /// Its key in JSON.
    pub(crate) key: &'static str,
    /// Its name for people.
    pub(crate) name: String,
}

/// The answers of one jurisdiction.
pub(crate) struct Row {
    /// The jurisdiction.
    pub(crate) place: Place,
    /// Its name for people.
    pub(crate) name: &'static str,
    /// One for each column.
    pub(crate) cells: Vec<Cell>,
}

impl Row {
    /// The mark in a column.
    pub(crate) fn mark(&self, column: usize) -> Mark {
        self.cells.get(column).map_or(Mark::NotLookedAt, |cell| cell.mark)
    }
}

impl Sheet {
    /// The rows with a mark in the first column.
    pub(crate) fn marked(&self, mark: Mark) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.mark(0) == mark)
    }

    /// How many rows have a mark in a column.
    pub(crate) fn count(&self, column: usize, mark: Mark) -> usize {
        self.rows.iter().filter(|row| row.mark(column) == mark).count()
    }

    /// Sorts the rows by name, and adds to what was taken as given the facts that some ruling took at their default.
    pub(crate) fn settle(mut self) -> Sheet {
        self.rows.sort_by_key(|row| super::place_names::sorting(row.name));
        let cells = self.rows.iter().flat_map(|row| &row.cells);
        let mut facts: Vec<&str> = cells.flat_map(|cell| cell.confirmed()).collect();
        facts.sort_unstable();
        facts.dedup();
        if !facts.is_empty() {
            self.assumed.push(format!("the usual value of {}", facts.join(", ")));
        }
        self
    }
}
