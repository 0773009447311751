//! The shared store, on a real PostgreSQL server.

mod leftovers;
mod outage;
mod replicas;
mod same_rules;
mod support;
