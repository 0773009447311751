//! Why nothing crosses: each cause with a stable code, a message for the caller and what would open it.

use std::sync::Arc;

use assess::{Assessment, NotStatable};
use law::RuleError;
use ledger::AppendError;

/// Why nothing crosses.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Refused {
    /// No endpoint that the request may use is lawful for it.
    #[error("the law lets this request run at none of its endpoints")]
    ByLaw(Arc<Assessment>),
    /// An earlier estate knew the system and its key, the one in force does not.
    #[error("the key `{key}` of the system `{system}` is not in the estate any more")]
    Revoked {
        /// The system.
        system: String,
        /// The key's id.
        key: String,
    },
    /// The system has no such model name.
    #[error("the model `{0}` does not exist for this system")]
    UnknownModel(String),
    /// The caller stated what it may not.
    #[error(transparent)]
    NotStatable(#[from] NotStatable),
    /// A person closed the system.
    #[error("the system `{0}` was closed by hand; `comity stop --reopen {0}` opens it again")]
    SystemClosed(String),
    /// A person closed the endpoint.
    #[error("the endpoint `{0}` was closed by hand; `comity stop --reopen {0}` opens it again")]
    EndpointClosed(String),
    /// The endpoint is not lawful for this request, or not one of its candidates.
    #[error("the endpoint `{0}` is not a lawful candidate of this request")]
    NotACandidate(String),
    /// Law or estate changed since the request was judged; judge it again.
    #[error("law or estate changed while the request was under way")]
    Outdated,
    /// The record could not be made durable.
    #[error("the record cannot be written, so nothing crosses: {0}")]
    NoRecord(AppendError),
    /// The last good law and estate are too old.
    #[error(
        "law and estate are {age_s} s past a failed reload, more than the {allowed_s} s of max_stale: {reason}"
    )]
    Stale {
        /// Seconds since the reload failed.
        age_s: u64,
        /// Seconds allowed.
        allowed_s: u64,
        /// Why it failed.
        reason: String,
    },
    /// The clock went back.
    #[error("the clock went back by {back_s} s; set it right, or nothing can be dated")]
    Clock {
        /// Seconds.
        back_s: u64,
    },
    /// The law could not be asked.
    #[error("the law could not be evaluated, so nothing crosses: {0}")]
    Law(RuleError),
}

impl Refused {
    /// The stable code, for answers, entries and metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Refused::ByLaw(_) | Refused::NotACandidate(_) => "refused_by_law",
            Refused::Revoked { .. } => "key_revoked",
            Refused::UnknownModel(_) => "model_not_found",
            Refused::NotStatable(_) => "fact_not_statable",
            Refused::SystemClosed(_) => "system_closed",
            Refused::EndpointClosed(_) => "endpoint_closed",
            Refused::Outdated => "outdated",
            Refused::NoRecord(_) => "no_record",
            Refused::Stale { .. } => "stale",
            Refused::Clock { .. } => "clock_went_back",
            Refused::Law(_) => "law_failed",
        }
    }
}
