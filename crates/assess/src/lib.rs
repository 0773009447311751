//! Estate times law: a system's flows at each endpoint, its lawful endpoints in order, and why not the others.
//!
//! It is not a border: it admits nothing and records nothing. The estate states facts and knows no law, the law knows no
//! endpoint; here the two meet. There is no clock, no socket and no async, so the same estate, editions and statements give
//! the same assessment.
//!
//! Invariants: an endpoint is lawful only if every flow to every one of its parties is, under every edition given; a party
//! that nobody described is a missing fact; what a caller states only adds to the floor, or narrows a subject where the
//! estate says among whom.

mod assessment;
mod flows;
mod missing;
mod shifts;
mod stated;

pub use assessment::{Assessment, Bench, Candidate, PartyFlow};
pub use flows::{Leg, flows};
pub use missing::advice;
pub use shifts::{EndpointShift, EstateShifts, SystemShift, shifts};
pub use stated::{Content, NotStatable, Stated};
