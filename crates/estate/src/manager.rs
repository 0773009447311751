//! Who may manage running gateways from afar, and where those are.

use terms::Date;

use crate::{BaseUrl, ManagerId, ReplicaId};

/// A management key, by its digest; the key itself is nowhere in an estate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manager {
    /// Its id, which the record of an act names.
    pub id: ManagerId,
    /// SHA-256 of the key.
    pub sha256: [u8; 32],
    /// What it may do, and nothing else.
    pub scopes: Vec<ManagementScope>,
    /// The last day it is good for; `None` has no end.
    pub until: Option<Date>,
}

/// What a management key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ManagementScope {
    /// Ask how a gateway stands.
    Status,
    /// Close endpoints and systems.
    Stop,
    /// Open them again.
    Reopen,
    /// Promote versions of model names.
    Promote,
    /// Roll them back.
    Rollback,
}

impl ManagementScope {
    /// Every scope by its word.
    pub const WORDS: [(&'static str, ManagementScope); 5] = [
        ("status", ManagementScope::Status),
        ("stop", ManagementScope::Stop),
        ("reopen", ManagementScope::Reopen),
        ("promote", ManagementScope::Promote),
        ("rollback", ManagementScope::Rollback),
    ];

    /// The word for it.
    pub fn name(self) -> &'static str {
        Self::WORDS.iter().find(|(_, scope)| *scope == self).map_or("", |(word, _)| word)
    }
}

/// A running gateway of this estate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replica {
    /// Its id.
    pub id: ReplicaId,
    /// Where it listens.
    pub url: BaseUrl,
}
