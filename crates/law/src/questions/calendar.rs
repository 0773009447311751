//! What changes when, and what has to be looked at again by when.

use std::collections::BTreeSet;

use terms::Date;

use super::{Changes, Side};
use crate::{Law, Statement, Status};

/// What changes between two days.
#[derive(Debug, Clone)]
pub struct Calendar<'a> {
    /// The days on which something changes or is due, in order.
    pub days: Vec<CalendarDay<'a>>,
    /// What would change if it were adopted: provisions and ways that are only proposed, by their day if they have one.
    pub proposed: Vec<&'a Statement>,
}

/// One day of the calendar.
#[derive(Debug, Clone)]
pub struct CalendarDay<'a> {
    /// The day.
    pub date: Date,
    /// What holds from this day on, or no longer.
    pub changes: Changes<'a>,
    /// What has to be looked at again by this day.
    pub reviews: Vec<Review<'a>>,
}

/// Something that has to be looked at again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Review<'a> {
    /// The rulebook.
    pub book: &'a str,
    /// The statements of it that have this date of their own; empty if it is the book's date.
    pub statements: Vec<&'a str>,
}

impl Law {
    /// What changes from `from` until `until`, both included.
    pub fn calendar(&self, from: Date, until: Date) -> Calendar<'_> {
        let within = |d: &Date| from <= *d && *d <= until;
        let reviews = self.books().iter().filter_map(|b| b.review_by);
        let reviews = reviews.chain(self.statements().iter().filter_map(|s| s.review_by));
        let dates: BTreeSet<Date> = self.dates().iter().copied().chain(reviews).filter(within).collect();
        let days = dates.into_iter().map(|date| self.day(date));
        Calendar {
            days: days.filter(|d| !d.changes.is_empty() || !d.reviews.is_empty()).collect(),
            proposed: self.proposed(within),
        }
    }

    fn day(&self, date: Date) -> CalendarDay<'_> {
        let side = |day: Option<Date>| Side { law: self, day };
        let changes = date
            .yesterday()
            .map_or_else(|_| Changes::default(), |before| side(Some(before)).changes(&side(Some(date))));
        CalendarDay { date, changes, reviews: self.reviews(date) }
    }

    fn reviews(&self, date: Date) -> Vec<Review<'_>> {
        let mut due = Vec::new();
        for book in self.books() {
            let whole = book.review_by == Some(date);
            let own = |s: &&Statement| s.review_by == Some(date) && s.review_by != book.review_by;
            let statements: Vec<&str> =
                self.statements_of(&book.id).filter(own).map(|s| s.id.as_str()).collect();
            if whole || !statements.is_empty() {
                due.push(Review { book: &book.id, statements });
            }
        }
        due
    }

    fn proposed(&self, within: impl Fn(&Date) -> bool) -> Vec<&Statement> {
        let proposed = self.statements().iter().map(AsRef::as_ref).filter(|s| s.status == Status::Proposed);
        let mut proposed: Vec<&Statement> =
            proposed.filter(|s| s.period.from.as_ref().is_none_or(&within)).collect();
        proposed.sort_by_key(|s| (s.period.from.is_none(), s.period.from));
        proposed
    }
}
