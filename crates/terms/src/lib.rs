//! The words of Comity: jurisdictions, categories, safeguards, flows and rulings, as plain data.
//!
//! It is not the law and knows no rule: it gives every room the same vocabulary and nothing else. There is no I/O, no
//! async and no clock here, so the same input always gives the same value.
//!
//! A [`Flow`] is a proposed crossing: whose data, of what kind, from where, to whom and where, for what, how much, when.
//! A [`Ruling`] holds what the law says of it: prohibitions, missing facts, clauses still unmet, duties and exposure; its
//! [`Verdict`] is derived from them and never stored apart.
//!
//! ```
//! use terms::Flow;
//! let flow = Flow::from_json(&serde_json::json!({
//!     "subject_residence": "DE", "export_from": "DE", "to_location": "IN",
//!     "data": ["identity_basic"], "purpose": "inference", "volume_persons": null,
//! })).unwrap();
//! assert_eq!(flow.to_location.unwrap().to_string(), "IN");
//! ```

mod facts;
mod flow;
mod nearest;
mod needs;
mod place;
mod ruling;
mod safeguard;
mod token;
mod vocabulary;

pub use facts::{Facts, Flag, Flags};
pub use flow::{Counts, Flow, FlowFault, FlowFaults, fact_key};
pub use nearest::nearest;
pub use needs::{Clause, Needs, Way};
pub use place::{Place, PlaceSet, UnknownPlace};
pub use ruling::{Because, Confidence, Duty, Effect, Exposure, MissingFact, Outcome, Ruling, Verdict};
pub use safeguard::{Safeguard, SafeguardSet};
pub use token::{Token, TokenSet, UnknownToken};
pub use vocabulary::{
    Categories, Category, Form, Operation, PartyKind, Purpose, Purposes, Relation, VolumeUnit, VolumeWindow,
};

/// A calendar day, as law counts them (ISO 8601, no time zone).
pub type Date = jiff::civil::Date;
