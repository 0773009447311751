//! Screens: what is sought in the texts of requests beside identifiers, and what follows when it is found.

use std::time::Duration;

use crate::{Scope, ScreenId, SystemId};

/// The screens of some systems.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    /// Their id, for people.
    pub id: ScreenId,
    /// The systems whose requests are looked at.
    pub systems: Scope<SystemId>,
    /// Characters that a person does not see.
    pub hidden_text: Act,
    /// Orders to the model that are not their author's to give.
    pub injection: Act,
    /// Sizes and shapes that ordinary requests do not have.
    pub bounds: Act,
    /// Many requests of a key that together copy a model.
    pub extraction: Act,
    /// Most messages of a request; `None` as usual.
    pub max_messages: Option<u32>,
    /// Most bytes of one text; `None` as usual.
    pub max_text: Option<u32>,
    /// Most earlier requests of a key within `window` that are nearly the same; `None` is any number.
    pub near_duplicates: Option<u32>,
    /// How long a request counts as earlier.
    pub window: Duration,
    /// Most requests of a key in a day (UTC); `None` is any number.
    pub requests_per_day: Option<u32>,
    /// Most tokens of answers to a key in a day (UTC); `None` is any number.
    pub output_tokens_per_day: Option<u64>,
}

/// What follows when a screen finds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Act {
    /// It does not look.
    #[default]
    Off,
    /// The request goes on, and its record says what was found.
    Flag,
    /// The request is refused, and the record says why.
    Refuse,
}

impl Screen {
    /// Whether anything is looked at.
    pub fn looks(&self) -> bool {
        [self.hidden_text, self.injection, self.bounds, self.extraction].iter().any(|act| *act != Act::Off)
    }
}
