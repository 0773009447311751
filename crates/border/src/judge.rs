//! A request with everything that was worked out about it, by one snapshot.

use std::sync::Arc;

use assess::{Assessment, Candidate};
use estate::Shadow;

use crate::snapshot::Assessed;
use crate::{Request, Snapshot};

/// A judged request: its candidates in order, under one snapshot. Made only by [`crate::Border::judge`].
#[derive(Clone)]
pub struct Judged {
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) request: Arc<Request>,
    pub(crate) assessed: Arc<Assessed>,
}

impl Judged {
    /// The candidates.
    pub fn assessment(&self) -> &Arc<Assessment> {
        &self.assessed.assessment
    }

    /// The endpoints on which the request may run, in order.
    pub fn lawful(&self) -> impl Iterator<Item = &Candidate> {
        self.assessment().lawful()
    }

    /// The trial that the request is under: it is ruled on and not held to the ruling. Only what the estate states, on every day
    /// that it may be.
    pub fn shadow(&self) -> Option<&Shadow> {
        let (system, model) = (&self.request.system.id, self.request.alias());
        let days = self.snapshot.days();
        let holds = |shadow: &&Shadow| days.iter().all(|day| shadow.covers(system, model, *day));
        self.snapshot.estate().shadows().iter().find(holds)
    }

    /// The request.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The snapshot that judged it.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }
}
