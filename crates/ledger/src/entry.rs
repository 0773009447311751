//! Entries: what a ledger can say, one line of canonical JSON each.
//!
//! Keys stand in a fixed order, nothing optional is written when it is absent, and reading takes exactly what writing
//! gives. Admissions and outcomes, of which there are many, have one-letter keys. No entry holds personal data or
//! content: parties are named by the ids of the estate, content by salted digests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::digest::Digest;

/// The version of these forms; a [`Start`] names it.
pub const SCHEMA: u32 = 1;

/// One line of a ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum Entry {
    /// A writer opened the ledger.
    Start(Start),
    /// Law and estate were loaded, or failed to.
    Config(Config),
    /// What the law says of a flow; written once per edition, estate and flow signature.
    Decision(Decision),
    /// A crossing was let through.
    #[serde(rename = "a")]
    Admission(Admission),
    /// How an admitted crossing ended.
    #[serde(rename = "o")]
    Outcome(Outcome),
    /// A request was refused.
    #[serde(rename = "r")]
    Refusal(Refusal),
    /// An endpoint or a system was closed by hand.
    Stop(Closure),
    /// It was opened again.
    Reopen(Closure),
    /// Another version of a model name serves.
    Version(Version),
    /// Something that must not happen did.
    Alarm(Alarm),
    /// Whether telemetry of a system may leave was ruled on; written once per system under each law and estate in force.
    Telemetry(Telemetry),
}

/// See [`Entry::Start`]. Written by the ledger itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// [`SCHEMA`].
    pub v: u32,
    /// Milliseconds since 1970.
    pub ms: u64,
    /// The log's name.
    pub origin: String,
    /// Name and version of the writing program.
    pub software: String,
    /// Entries that were there before this one.
    pub size: u64,
    /// Root hash of those entries, in base64.
    pub root: String,
}

/// See [`Entry::Config`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Milliseconds since 1970.
    pub ms: u64,
    /// Hashes of the editions of the law in force; two on the day of a change.
    pub editions: Vec<String>,
    /// Hash of the estate.
    pub estate: String,
    /// What caused the loading.
    pub by: By,
    /// Whether it was taken; if not, the last good one stays.
    pub ok: bool,
}

/// What caused a configuration to be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The program started.
    Start,
    /// It was told to reload.
    Reload,
}

/// See [`Entry::Decision`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Hash of the edition of the law.
    pub edition: String,
    /// Hash of the estate.
    pub estate: String,
    /// Signature of the flow, in hex.
    pub signature: String,
    /// The flow, in its JSON form.
    pub flow: Value,
    /// The ruling, in its JSON form.
    pub ruling: Value,
}

/// See [`Entry::Admission`]. At most 256 bytes with names of usual length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Admission {
    /// Milliseconds since 1970.
    pub ms: u64,
    /// Indices of the decisions, one for each party's flow.
    #[serde(rename = "d")]
    pub decisions: Vec<u64>,
    /// Endpoint id.
    #[serde(rename = "e")]
    pub endpoint: String,
    /// System id.
    #[serde(rename = "s")]
    pub system: String,
    /// Id of the API key; never the key.
    #[serde(rename = "k")]
    pub key: String,
    /// Request id.
    #[serde(rename = "r")]
    pub request: String,
    /// Attempt number, from 1.
    #[serde(rename = "n")]
    pub attempt: u32,
    /// Digest of the bytes that cross.
    #[serde(rename = "h")]
    pub digest: Digest,
    /// Who stated a fact, for facts that are not from the estate.
    #[serde(rename = "f", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<String, Source>,
    /// Whether identifiers in the content were masked.
    #[serde(rename = "m", default, skip_serializing_if = "is_false")]
    pub masked: bool,
    /// The agreement to lend capacity under which the endpoint was used, if it was used under one.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub surge: Option<String>,
    /// The trial under which it crossed although the law would have had it otherwise; absent where the law was followed.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub shadow: Option<Shadowed>,
    /// What screens found in it, as `screen/detail/origin`.
    #[serde(rename = "x", default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// What it may cost at most, in millionths of a unit of the estate's currency; absent where money is not limited.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub price: Option<u64>,
}

/// A crossing that was ruled on and not held to the ruling, under a trial that the estate states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shadowed {
    /// Id of the trial.
    pub id: String,
    /// The endpoint that the law would have had instead; absent if it would have refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
    /// Whether identifiers would have been masked there.
    #[serde(default, skip_serializing_if = "is_false")]
    pub masked: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_false(value: &bool) -> bool {
    !value
}

/// Where a fact of a flow comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The inventory.
    Estate,
    /// The request.
    Caller,
    /// Found in the content.
    Detected,
}

/// See [`Entry::Outcome`]. At most 128 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Index of the admission.
    #[serde(rename = "a")]
    pub admission: u64,
    /// How it ended.
    #[serde(rename = "c")]
    pub code: OutcomeCode,
    /// Milliseconds since 1970.
    pub ms: u64,
    /// Bytes of the answer that reached the caller.
    #[serde(rename = "b")]
    pub bytes: u64,
    /// Tokens in, if the endpoint said so.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub tokens_in: Option<u64>,
    /// Tokens out, if the endpoint said so.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub tokens_out: Option<u64>,
    /// What it cost, in millionths of a unit of the estate's currency; absent where the admission has no price, and where
    /// nobody knows: then [`OutcomeCode::cost`] tells.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub price: Option<u64>,
}

/// How an admitted crossing ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeCode {
    /// Answered in full.
    Served,
    /// The endpoint ended the answer early.
    Truncated,
    /// The caller left.
    ClientGone,
    /// The endpoint answered with an error.
    UpstreamError,
    /// No connection to the endpoint; surely nothing was sent.
    Unreachable,
    /// Surely nothing was sent, for another reason.
    NotSent,
    /// The endpoint took too long.
    Timeout,
    /// Sent or possibly sent; the end is not known. Written at recovery.
    Abandoned,
}

impl OutcomeCode {
    /// What a crossing that ended so is taken to have cost, where nobody counted: all that was set aside if an endpoint may
    /// have worked on it, and nothing if it was surely not sent or refused.
    #[must_use]
    pub const fn cost(self, set_aside: u64) -> u64 {
        match self {
            Self::Unreachable | Self::NotSent | Self::UpstreamError => 0,
            Self::Served | Self::Truncated | Self::ClientGone | Self::Timeout | Self::Abandoned => set_aside,
        }
    }

    /// The code as it stands in entries and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Served => "served",
            Self::Truncated => "truncated",
            Self::ClientGone => "client_gone",
            Self::UpstreamError => "upstream_error",
            Self::Unreachable => "unreachable",
            Self::NotSent => "not_sent",
            Self::Timeout => "timeout",
            Self::Abandoned => "abandoned",
        }
    }
}

/// See [`Entry::Refusal`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Milliseconds since 1970.
    pub ms: u64,
    /// Indices of the decisions that led to it; empty if none was reached.
    #[serde(rename = "d")]
    pub decisions: Vec<u64>,
    /// System id.
    #[serde(rename = "s")]
    pub system: String,
    /// Id of the API key; never the key.
    #[serde(rename = "k")]
    pub key: String,
    /// Request id.
    #[serde(rename = "r")]
    pub request: String,
    /// The stable code that the caller saw.
    #[serde(rename = "c")]
    pub code: String,
    /// Digest of the request's bytes.
    #[serde(rename = "h")]
    pub digest: Digest,
    /// What screens found in it, as `screen/detail/origin`.
    #[serde(rename = "x", default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
}

/// See [`Entry::Stop`] and [`Entry::Reopen`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closure {
    /// Milliseconds since 1970.
    pub ms: u64,
    /// What `id` names.
    pub kind: ClosureKind,
    /// Endpoint or system id.
    pub id: String,
    /// The role or account that did it.
    pub by: String,
    /// The reason, without personal data.
    pub why: String,
}

/// What can be closed by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosureKind {
    /// One endpoint, for all systems.
    Endpoint,
    /// One system, for all endpoints.
    System,
}

/// See [`Entry::Version`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// Milliseconds since 1970.
    pub ms: u64,
    /// What was done.
    pub act: VersionAct,
    /// System id.
    pub system: String,
    /// The model name.
    pub alias: String,
    /// The version that serves.
    pub live: String,
    /// The version that serves a share beside it, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canary: Option<String>,
    /// Its share in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<u8>,
    /// The role or account that did it.
    pub by: String,
    /// The reason, without personal data.
    pub why: String,
}

/// What was done with the versions of a model name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionAct {
    /// A version was put in service, for all or for a share.
    Promote,
    /// The one before was put back.
    Rollback,
}

/// See [`Entry::Alarm`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alarm {
    /// Milliseconds since 1970.
    pub ms: u64,
    /// What happened.
    pub what: String,
    /// Index of the admission on which it happened, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admission: Option<u64>,
}

/// See [`Entry::Telemetry`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    /// Milliseconds since 1970.
    pub ms: u64,
    /// System id.
    pub system: String,
    /// Indices of the decisions on its flows to the telemetry endpoint; empty if nobody described who is there.
    pub decisions: Vec<u64>,
    /// Whether it may leave.
    pub permit: bool,
}

impl Entry {
    /// The line, without a newline.
    ///
    /// # Errors
    /// [`EntryError`] if it is longer than 65,535 bytes, or a decision holds a number that JSON readers round.
    pub fn to_line(&self) -> Result<String, EntryError> {
        let line = serde_json::to_string(self).map_err(|why| EntryError::Malformed(why.to_string()))?;
        if line.len() > tlog::ENTRY_MAX {
            return Err(EntryError::TooLong(line.len()));
        }
        // Only a decision holds JSON that we did not lay out, and decisions are few.
        if matches!(self, Self::Decision(_)) {
            Self::parse(&line)?;
        }
        Ok(line)
    }

    /// Reads a line.
    ///
    /// # Errors
    /// [`EntryError`] if it is not exactly what [`Entry::to_line`] writes for some entry.
    pub fn parse(line: &str) -> Result<Self, EntryError> {
        let entry: Self = serde_json::from_str(line).map_err(|why| EntryError::Malformed(why.to_string()))?;
        let written = serde_json::to_string(&entry).map_err(|why| EntryError::Malformed(why.to_string()))?;
        if written == line { Ok(entry) } else { Err(EntryError::NotCanonical) }
    }

    /// When it was written, in milliseconds since 1970; a decision does not say.
    #[must_use]
    pub const fn ms(&self) -> Option<u64> {
        match self {
            Self::Start(entry) => Some(entry.ms),
            Self::Config(entry) => Some(entry.ms),
            Self::Decision(_) => None,
            Self::Admission(entry) => Some(entry.ms),
            Self::Outcome(entry) => Some(entry.ms),
            Self::Refusal(entry) => Some(entry.ms),
            Self::Stop(entry) | Self::Reopen(entry) => Some(entry.ms),
            Self::Version(entry) => Some(entry.ms),
            Self::Alarm(entry) => Some(entry.ms),
            Self::Telemetry(entry) => Some(entry.ms),
        }
    }

    /// Indices of the decisions that this entry refers to.
    #[must_use]
    pub fn decisions(&self) -> &[u64] {
        match self {
            Self::Admission(admission) => &admission.decisions,
            Self::Refusal(refusal) => &refusal.decisions,
            Self::Telemetry(telemetry) => &telemetry.decisions,
            _ => &[],
        }
    }
}

/// Why a line is not an entry, or an entry has no line.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum EntryError {
    /// Not JSON of a known type and with its keys.
    #[error("not an entry: {0}")]
    Malformed(String),
    /// The same meaning could be written, but not like this.
    #[error("the entry is not in canonical form")]
    NotCanonical,
    /// Too long for an entry bundle.
    #[error("an entry of {0} bytes is longer than 65535")]
    TooLong(usize),
}

#[cfg(test)]
mod tests;
