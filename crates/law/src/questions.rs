//! Questions to the law itself, not of one flow: what is known, what changes when, what differs, how two regimes compare.
//!
//! They judge nothing of their own: whatever is said of a flow here is said by an [`Edition`](crate::Edition).

mod calendar;
mod catalog;
mod changes;
pub mod compare;
mod entry;
mod shift;

pub use calendar::{Calendar, CalendarDay, Review};
pub use catalog::{Catalog, Instrument, Jurisdiction, Restraint};
pub use changes::{Aspect, BookChange, Change, Changes, ListChange, Side, StatementChange, ThresholdChange};
pub use entry::{Entry, NoEntry};
pub use shift::{CaseShift, CaseShifts, Shift, case_shifts};
