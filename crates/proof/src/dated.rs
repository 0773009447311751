//! A law on one of its days.

use std::sync::Arc;

use law::{Edition, Law, RuleError};
use terms::Date;

/// A law on one of its days: what a question of proof is asked of.
#[derive(Clone)]
pub struct Dated<'a> {
    /// The law of all days.
    pub law: &'a Law,
    /// What of it rules on the day.
    pub edition: Arc<Edition>,
}

impl<'a> Dated<'a> {
    /// The law as of a day, with all that is known of it.
    ///
    /// # Errors
    /// The edition of that day cannot be built.
    pub fn at(law: &'a Law, day: Date) -> Result<Dated<'a>, RuleError> {
        Ok(Dated { law, edition: law.at(day, None)? })
    }
}
