//! Which of the lawful endpoints comes first: by the route's preference, and by how each has answered of late.
//!
//! It is not a judge: it orders what the border found lawful, and adds nothing to it. What it knows of endpoints is
//! kept in memory, by id, and says nothing of requests.

mod circuit;
mod endpoints;
mod order;

pub(crate) use circuit::{Readiness, Wait};
pub(crate) use endpoints::{Endpoints, Lease, Outcome};
pub(crate) use order::{Ranked, on_trial, ranked};
