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
    /// The importer it is with, or about. `None` is any, for what an exporter holds whoever receives: a paper such as a `dpia`.
    pub vendor: Option<VendorId>,
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

/// Safeguards that an exporter holds on its own, whoever receives the data, by the name without the law. Everything else is a
/// promise of one importer, or is about one, and a paper for it names that importer.
pub(crate) const OWN: [&str; 14] = [
    "dpia",
    "fria",
    "art22_safeguards",
    "ai_transparency_notice",
    "ai_act_high_risk_conformity",
    "ai_output_label",
    "human_decision",
    "parental_consent",
    "consent_obtained",
    "opt_out_honoured",
    "local_copy",
    "local_primary_copy",
    "representative",
    "genai_filing",
];

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

    pub(crate) fn is_with(&self, vendor: &VendorId) -> bool {
        self.vendor.as_ref().is_none_or(|v| v == vendor)
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
