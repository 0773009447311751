//! What no vendor, or not this one, has a word for: checks that several vendors share.

use serde_json::value::RawValue;

use crate::dialog::{Dialog, Untranslatable};

/// Where in the caller's request something stands, in the words of OpenAI's chat. The system's texts are counted as
/// messages that come first, as most callers send them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At {
    pub(crate) to: &'static str,
    message: usize,
    part: usize,
}

impl At {
    pub(crate) fn new(dialog: &Dialog, to: &'static str, turn: usize, part: usize) -> At {
        At { to, message: dialog.system.len() + turn, part }
    }

    /// Refuses a part of a message's content.
    pub(crate) fn part(&self, word: &str, why: &str) -> Untranslatable {
        Untranslatable::new(format!("messages[{}].content[{}].{word}", self.message, self.part), self.to, why)
    }

    /// Refuses a field of a message.
    pub(crate) fn message(&self, word: &str, why: &str) -> Untranslatable {
        Untranslatable::new(format!("messages[{}].{word}", self.message), self.to, why)
    }

    /// The arguments of a call as the object that vendors other than OpenAI want; none is an empty one.
    pub(crate) fn arguments<'a>(&self, text: &'a str) -> Result<&'a RawValue, Untranslatable> {
        let text = if text.trim_ascii().is_empty() { "{}" } else { text };
        match serde_json::from_str::<&RawValue>(text) {
            Ok(raw) if raw.get().starts_with('{') => Ok(raw),
            _ => Err(self.message("tool_calls.function.arguments", "the arguments are not a JSON object")),
        }
    }
}

/// Refuses a field of the request if `said`.
pub(crate) fn refuse_if(said: bool, field: &str, to: &'static str, why: &str) -> Result<(), Untranslatable> {
    if said { Err(Untranslatable::new(field, to, why)) } else { Ok(()) }
}

/// Log probabilities have no place in a [`crate::dialog::Reply`], so no vendor can be asked for them across wires.
pub(crate) fn no_logprobs(dialog: &Dialog, to: &'static str) -> Result<(), Untranslatable> {
    let why = "log probabilities are only passed on between equal wires";
    refuse_if(dialog.logprobs.is_some(), "logprobs", to, why)
}

/// For vendors that give one answer.
pub(crate) fn one_choice(dialog: &Dialog, to: &'static str) -> Result<(), Untranslatable> {
    refuse_if(dialog.choices.is_some_and(|n| n > 1), "n", to, "it gives one answer; ask several times")
}

/// For vendors without a seed and penalties. A penalty of 0 is none.
pub(crate) fn no_seed_or_penalties(dialog: &Dialog, to: &'static str) -> Result<(), Untranslatable> {
    let sampling = &dialog.sampling;
    refuse_if(sampling.seed.is_some(), "seed", to, "it has no seed")?;
    let penalized = |penalty: Option<f64>| penalty.is_some_and(|penalty| penalty != 0.0);
    refuse_if(penalized(sampling.frequency_penalty), "frequency_penalty", to, "it has no such penalty")?;
    refuse_if(penalized(sampling.presence_penalty), "presence_penalty", to, "it has no such penalty")
}
