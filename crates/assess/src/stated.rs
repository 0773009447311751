//! What was said of one request beside what the estate says of every request.

use estate::{MayState, System};
use terms::{Categories, PlaceSet, Purposes};

/// What a caller stated, and what was detected in the content.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Stated {
    /// Whose data, as the caller said.
    pub subject: Option<PlaceSet>,
    /// What kinds of data, as the caller said.
    pub data: Categories,
    /// For what, as the caller said.
    pub purposes: Purposes,
    /// What kinds of data were found in the content.
    pub detected: Categories,
}

/// A caller stated a fact that its system does not let it state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("callers of the system `{system}` may not state the {fact} of a request")]
pub struct NotStatable {
    /// The system.
    pub system: String,
    /// The fact.
    pub fact: &'static str,
}

impl Stated {
    /// Checks that the system lets its callers state what they stated.
    pub fn check(&self, system: &System) -> Result<(), NotStatable> {
        let rows = [
            ("subject", self.subject.is_some(), system.caller.subject),
            ("data", !self.data.is_empty(), system.caller.data),
            ("purpose", !self.purposes.is_empty(), system.caller.purpose),
        ];
        match rows.into_iter().find(|(_, said, may)| *said && *may == MayState::Nothing) {
            Some((fact, ..)) => Err(NotStatable { system: system.id.to_string(), fact }),
            None => Ok(()),
        }
    }

    /// Whose data the request is about.
    pub fn subject_of(&self, system: &System) -> PlaceSet {
        system.subject(self.subject.as_ref())
    }

    /// What kinds of data it carries.
    pub fn data_of(&self, system: &System) -> Categories {
        system.data(self.data.union(self.detected))
    }

    /// What it is for.
    pub fn purposes_of(&self, system: &System) -> Purposes {
        system.purposes(self.purposes)
    }
}
