//! Endpoints and systems that a person has closed.

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};

use ledger::ClosureKind;

/// What can be closed: an endpoint for all systems, or a system for all endpoints.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// An endpoint, by id.
    Endpoint(String),
    /// A system, by id.
    System(String),
}

impl Target {
    /// The id.
    pub fn id(&self) -> &str {
        match self {
            Target::Endpoint(id) | Target::System(id) => id,
        }
    }

    /// The kind, as entries write it.
    pub fn kind(&self) -> ClosureKind {
        match self {
            Target::Endpoint(_) => ClosureKind::Endpoint,
            Target::System(_) => ClosureKind::System,
        }
    }
}

/// What is closed now. A closure holds at once, for requests under way too: each admission looks here.
#[derive(Debug, Default)]
pub struct Closures(RwLock<BTreeSet<Target>>);

impl Closures {
    /// These are closed from the start.
    pub fn starting_with(closed: impl IntoIterator<Item = Target>) -> Closures {
        Closures(RwLock::new(closed.into_iter().collect()))
    }

    /// Everything that is closed.
    pub fn all(&self) -> Vec<Target> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Whether nothing is closed.
    pub fn is_empty(&self) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Whether an endpoint is closed.
    pub fn endpoint_is_closed(&self, id: &str) -> bool {
        self.has(|t| matches!(t, Target::Endpoint(closed) if closed == id))
    }

    pub(crate) fn system_is_closed(&self, id: &str) -> bool {
        self.has(|t| matches!(t, Target::System(closed) if closed == id))
    }

    fn has(&self, wanted: impl Fn(&Target) -> bool) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).iter().any(wanted)
    }

    pub(crate) fn set(&self, target: Target, closed: bool) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if closed {
            all.insert(target);
        } else {
            all.remove(&target);
        }
    }
}
