//! Who is limited, and to what.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::need::Micros;

/// Who is limited: an opaque name such as `key/web` or `system/support`. Cheap to clone; make it once, from the
/// configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Subject(Arc<str>);

impl Subject {
    /// The subject of this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// Its name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Subject {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The limits of a subject; `None` is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// Requests a minute: so many at once, refilled evenly over a minute.
    pub requests_per_minute: Option<u64>,
    /// Tokens a minute, likewise.
    pub tokens_per_minute: Option<u64>,
    /// Requests under way at one time.
    pub concurrent: Option<u64>,
    /// Money per calendar day.
    pub spend_per_day: Option<Micros>,
    /// Money per calendar month.
    pub spend_per_month: Option<Micros>,
}

impl Rule {
    /// What satisfies both.
    #[must_use]
    pub fn meet(self, other: Self) -> Self {
        Self {
            requests_per_minute: tighter(self.requests_per_minute, other.requests_per_minute),
            tokens_per_minute: tighter(self.tokens_per_minute, other.tokens_per_minute),
            concurrent: tighter(self.concurrent, other.concurrent),
            spend_per_day: tighter(self.spend_per_day, other.spend_per_day),
            spend_per_month: tighter(self.spend_per_month, other.spend_per_month),
        }
    }
}

fn tighter<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Subjects in order of their names, each once: the order in which all stores lock them.
pub(crate) type Asks = SmallVec<[(Subject, Rule); 2]>;

/// Puts subjects in order. One that is named twice is asked once, for what satisfies both of its rules.
pub(crate) fn in_order(asks: &[(Subject, Rule)]) -> Asks {
    let mut sorted: Asks = asks.iter().cloned().collect();
    sorted.sort_by(|one, other| one.0.cmp(&other.0));
    sorted.dedup_by(|later, kept| {
        let same = later.0 == kept.0;
        if same {
            kept.1 = kept.1.meet(later.1);
        }
        same
    });
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_named_twice_is_asked_once_for_the_tighter_rule() {
        let rule = |concurrent, tokens| Rule { concurrent, tokens_per_minute: tokens, ..Rule::default() };
        let (a, b) = (Subject::new("a"), Subject::new("b"));
        let asks = [
            (b.clone(), rule(Some(3), None)),
            (a.clone(), rule(None, None)),
            (b.clone(), rule(Some(2), Some(9))),
        ];
        let merged = [(a, rule(None, None)), (b, rule(Some(2), Some(9)))];
        assert_eq!(in_order(&asks).as_slice(), merged);
    }
}
