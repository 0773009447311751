//! What was said of one request beside what the estate says of every request.

use estate::{MayState, System};
use terms::{Categories, Category, Form, PlaceSet, Purposes};

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
    /// Those of them that a mask would take away whole: nothing of the kind is left, and nothing in the content is unreadable.
    pub replaceable: Categories,
    /// Whether a mask would replace anything, be it of a kind that raises no category.
    pub maskable: bool,
}

/// In what state content crosses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Content {
    /// As it came.
    #[default]
    AsItCame,
    /// With what was found masked.
    Masked,
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

    /// The same without what was found in the content: the floor, and what the caller added to it.
    #[must_use]
    pub fn without_findings(&self) -> Stated {
        Stated {
            detected: Categories::EMPTY,
            replaceable: Categories::EMPTY,
            maskable: false,
            ..self.clone()
        }
    }

    /// The same after a mask. What the floor or the caller names stays, whatever the mask took away.
    #[must_use]
    pub fn masked(&self) -> Stated {
        let left = self.detected.minus(self.replaceable);
        Stated { detected: left, replaceable: Categories::EMPTY, maskable: false, ..self.clone() }
    }

    /// What kinds of data it carries.
    pub fn data_of(&self, system: &System) -> Categories {
        system.data(self.data.union(self.detected))
    }

    /// In which form. Data in which people were found are not anonymous, whatever the estate says.
    pub fn form_of(&self, system: &System) -> Form {
        let form = system.floor().form;
        if self.contradicts(form) { Form::Raw } else { form }
    }

    /// Whether identifiers of people were found where there cannot be any. Synthetic data have them too, of nobody.
    fn contradicts(&self, form: Form) -> bool {
        matches!(form, Form::Anonymised | Form::Aggregated) && self.found_people()
    }

    /// Whether identifiers of people were found.
    pub fn found_people(&self) -> bool {
        self.detected.iter().any(Category::describes_people)
    }

    /// What it is for.
    pub fn purposes_of(&self, system: &System) -> Purposes {
        system.purposes(self.purposes)
    }
}
