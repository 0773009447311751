//! The visitor that a request's texts are shown to.

use crate::finding::Tally;
use crate::injection::Scratch;
use crate::{Detail, Finding, Origin, Policy, bounds, hidden_text, injection};

/// Looks at the texts of one request.
#[derive(Debug)]
pub struct Screen<'p> {
    policy: &'p Policy,
    tally: Tally,
    scratch: Scratch,
}

impl<'p> Screen<'p> {
    /// For one request.
    pub fn new(policy: &'p Policy) -> Screen<'p> {
        Screen { policy, tally: Tally::default(), scratch: Scratch::default() }
    }

    /// Looks at one text.
    pub fn look(&mut self, origin: Origin, text: &str) {
        let hidden = self.policy.hidden_text && !text.is_ascii();
        if hidden {
            hidden_text::look(text, |detail, count| self.tally.add(origin, detail, count));
        }
        if let Some(threshold) = self.policy.injection.and_then(|all| all.of(origin)) {
            let reach = injection::Reach { threshold, spoken_of_halves: is_speech(origin) };
            injection::look(text, reach, &mut self.scratch, |detail| self.tally.add(origin, detail, 1));
        }
        if let Some(most) = &self.policy.bounds {
            bounds::look(text, most, |detail, measure| self.tally.most(origin, detail, measure));
        }
    }

    /// Tells how many messages the request has, as its format counts them.
    pub fn messages(&mut self, count: usize) {
        let most = self.policy.bounds.map(|bounds| bounds.messages);
        if most.is_some_and(|most| count > most as usize) {
            self.tally.most(Origin::Other, Detail::Messages, count);
        }
    }

    /// What was found, in the order of screens, origins and details.
    pub fn finish(self) -> Vec<Finding> {
        self.tally.finish()
    }
}

/// Whether a text is somebody's turn in a conversation, who may speak of attacks without making one.
fn is_speech(origin: Origin) -> bool {
    matches!(origin, Origin::User | Origin::Assistant)
}
