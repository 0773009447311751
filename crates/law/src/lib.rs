//! Rulebooks to dated editions, and a flow to its ruling. Owns Cedar.
//!
//! It is not a border: it opens nothing, records nothing and has no clock. The law arrives as data (`book.toml`,
//! `rules.cedar`, `cases.toml`), is checked as a whole, and is asked by day: [`Law::at`] gives the [`Edition`] of a day, and
//! [`Edition::rule`] the [`terms::Ruling`] of a flow.
//!
//! Invariants: a provision that fails to evaluate is an error, never a permit; an unknown fact that matters makes the ruling
//! `undecided` and is named; slicing and the memo change nothing but time.
//!
//! ```
//! # use law::{Law, Stance};
//! let law = Law::embedded().unwrap();
//! let edition = law.at("2026-11-21".parse().unwrap(), None).unwrap();
//! let flow = terms::Flow::from_json(&serde_json::json!({
//!     "subject_residence": "DE", "export_from": "DE", "to_location": "FR", "vendor_hq": "FR",
//!     "vendor_ultimate_owner": "FR", "data": ["identity_basic"], "purpose": "inference", "volume_persons": 10,
//! })).unwrap();
//! assert_eq!(edition.rule(&flow, Stance::Question).unwrap().verdict(), terms::Verdict::Permit);
//! ```

mod book;
pub mod cases;
mod condition;
mod edition;
mod equivalence;
mod evaluate;
mod explain;
mod facts;
mod fault;
mod findings;
pub mod golden;
mod leg;
mod library;
mod lint;
pub mod matrix;
mod period;
pub mod questions;
pub mod reference;
mod schema;
mod statement;
mod ways;

pub use book::{Axis, Book, Coverage, Listing, Threshold};
pub use edition::{Edition, RuleError};
pub use equivalence::{Equivalences, Equivalent, Mutual};
pub use explain::{Alternative, Argument, MetBy, Point};
pub use fault::{LawFault, LawFaults};
pub use findings::{Findings, Stance};
pub use library::{File, Law, LawSource, files_of};
pub use period::Period;
pub use schema::text as schema;
pub use statement::{Kind, Statement, Status};
