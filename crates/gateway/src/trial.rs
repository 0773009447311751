//! A request under a trial: where the law would have had it, beside where it goes.

use assess::Candidate;
use border::Instead;
use terms::Verdict;

use crate::routing::Ranked;

/// What the law would have had of a request.
pub(crate) struct Trial {
    /// The candidate that would have been asked first, if any is lawful.
    by_law: Option<Candidate>,
}

impl Trial {
    /// With the lawful candidates, best first.
    pub(crate) fn of(lawful: &[Ranked<'_>]) -> Trial {
        Trial { by_law: lawful.first().map(|first| first.candidate.clone()) }
    }

    /// Where the law would have had it, if not at this candidate; `made` attempts came before.
    pub(crate) fn instead(&self, candidate: &Candidate, made: u32) -> Option<Instead> {
        match &self.by_law {
            None => Some(Instead::Refused),
            Some(c) if (&c.endpoint.id, c.content) == (&candidate.endpoint.id, candidate.content) => None,
            // What answers in the place of a lawful endpoint that failed is compared with nothing.
            Some(_) if made > 0 && candidate.verdict == Verdict::Permit => None,
            Some(c) => Some(Instead::At(c.endpoint.id.clone(), c.content)),
        }
    }
}

/// What the law would have done, as a label.
pub(crate) fn difference(instead: Option<&Instead>) -> &'static str {
    match instead {
        None => "none",
        Some(Instead::Refused) => "refused",
        Some(Instead::At(..)) => "elsewhere",
    }
}
