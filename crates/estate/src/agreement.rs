//! Agreements: papers that grant safeguards, and only to the party, exporter, data and dates they name.

use terms::{Categories, Date, SafeguardSet};

use crate::{AgreementId, ExporterId, SystemId, VendorId};

/// A paper that grants safeguards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Its id.
    pub id: AgreementId,
    /// What it grants.
    pub grants: SafeguardSet,
    /// The systems it covers.
    pub systems: Scope<SystemId>,
    /// The exporters it covers.
    pub exporters: Scope<ExporterId>,
    /// The importer it is with; a paper of the exporter alone, such as a filing, still names the importer it is about.
    pub vendor: VendorId,
    /// The data it covers, a flow with any other is not covered; `None` is all data.
    pub data: Option<Categories>,
    /// The first day it holds.
    pub from: Date,
    /// The last day it holds; `None` has no end.
    pub until: Option<Date>,
    /// When it was signed.
    pub signed: Date,
    /// The paper.
    pub document: Document,
}

/// What an agreement names: everything, or what is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope<T> {
    /// Everything.
    All,
    /// These.
    Only(Vec<T>),
}

/// A paper that shows an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Where it is filed.
    pub name: String,
    /// Its digest, if it was taken.
    pub sha256: Option<[u8; 32]>,
}

/// What is held for one flow, and by which papers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Held {
    /// The safeguards.
    pub safeguards: SafeguardSet,
    /// The agreements that grant them, sorted.
    pub agreements: Vec<AgreementId>,
}

impl Agreement {
    /// Whether it holds on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|last| day <= last)
    }

    pub(crate) fn covers_data(&self, data: Categories) -> bool {
        self.data.is_none_or(|named| named.contains_all(data))
    }
}

impl<T: PartialEq> Scope<T> {
    /// Whether it names `thing`.
    pub fn names(&self, thing: &T) -> bool {
        match self {
            Scope::All => true,
            Scope::Only(list) => list.contains(thing),
        }
    }
}
