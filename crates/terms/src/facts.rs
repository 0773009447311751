//! The circumstances of a flow on which some law turns.
//!
//! Every fact may be unknown. What an unknown fact is taken to be, if anything, is decided where the flow is judged: a
//! question may use a default, a border may not use one in the exporter's favor.

use crate::token::tokens;
use crate::{Operation, PartyKind, PlaceSet, Relation, Safeguard, Token, TokenSet, VolumeUnit, VolumeWindow};

tokens! {
    /// A yes-or-no circumstance.
    Flag, "fact", {
        ContainsPersonal = "contains_personal",
        HipaaCovered = "hipaa_covered",
        AddsLocalPersonalData = "adds_local_personal_data",
        ParentAccess = "parent_access",
        Designated = "designated",
        KeysWithThirdParty = "keys_with_third_party",
        Occasional = "occasional",
        ToldAi = "told_ai",
        ObviousAi = "obvious_ai",
        MedicalOrSafetyReason = "medical_or_safety_reason",
        LabourRulesOrCollectiveContract = "labour_rules_or_collective_contract",
        RegisteredOperator = "registered_operator",
        TechnologyUnavailableFinding = "technology_unavailable_finding",
        Exception512021 = "exception_51_2021",
        ImporterAdequateLaw = "importer_adequate_law",
        OfferedToPublic = "offered_to_public",
        LocalisationOrder = "localisation_order",
        SyntheticContentPublished = "synthetic_content_published",
        MarketedBefore20260802 = "marketed_before_2026_08_02",
        MarketedBefore20250802 = "marketed_before_2025_08_02",
    }
}

impl Flag {
    /// What an absent flag is taken to be when a question is asked; `None` where it follows from other facts.
    pub fn default_value(self) -> Option<bool> {
        match self {
            Flag::ContainsPersonal | Flag::HipaaCovered => None,
            Flag::ToldAi => Some(true),
            _ => Some(false),
        }
    }

    /// Whether the default favors the exporter, so that a question must be told to confirm it and a border may not use it.
    pub fn default_favors_exporter(self) -> bool {
        use Flag as F;
        matches!(
            self,
            F::AddsLocalPersonalData
                | F::ParentAccess
                | F::Designated
                | F::KeysWithThirdParty
                | F::ToldAi
                | F::HipaaCovered
                | F::RegisteredOperator
                | F::OfferedToPublic
                | F::LocalisationOrder
                | F::SyntheticContentPublished
        )
    }
}

/// The circumstances of a flow, each known or unknown.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Facts {
    /// What is done with the data on the other side.
    pub operation: Option<Operation>,
    /// The relation between exporter and importer.
    pub relation: Option<Relation>,
    /// What kind of body the exporter is.
    pub exporter_kind: Option<PartyKind>,
    /// What kind of body the importer is.
    pub importer_kind: Option<PartyKind>,
    /// Citizenship of the data subjects.
    pub subject_citizenship: Option<PlaceSet>,
    /// Where the data were first collected.
    pub collected_in: Option<PlaceSet>,
    /// At which public the service is aimed.
    pub directed_at: Option<PlaceSet>,
    /// Where staff sit who can open the data in clear; known and empty means nobody can from elsewhere.
    pub remote_access_from: Option<PlaceSet>,
    /// Under which law the vendor is organized.
    pub vendor_organised_in: Option<PlaceSet>,
    /// Where the data came from in an earlier transfer.
    pub origin: Option<PlaceSet>,
    /// Under which mechanism they came from there.
    pub received_under: Option<Safeguard>,
    /// Share of the ultimate owner, in hundredths of a percent.
    pub owner_share: Option<u16>,
    /// What the volume counts.
    pub volume_unit: Option<VolumeUnit>,
    /// Over which time the volume counts.
    pub volume_window: Option<VolumeWindow>,
    /// The yes-or-no circumstances.
    pub flags: Flags,
}

/// Yes-or-no circumstances, each known or unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags {
    known: TokenSet<Flag>,
    yes: TokenSet<Flag>,
}

impl Facts {
    /// The value of a flag, if it is known.
    pub fn flag(&self, flag: Flag) -> Option<bool> {
        self.flags.get(flag)
    }
}

impl Flags {
    /// The value of a flag, if it is known.
    pub fn get(&self, flag: Flag) -> Option<bool> {
        self.known.contains(flag).then(|| self.yes.contains(flag))
    }

    /// Sets a flag; `None` makes it unknown.
    pub fn set(&mut self, flag: Flag, value: Option<bool>) {
        let only = TokenSet::EMPTY.with(flag);
        self.known = if value.is_some() { self.known.union(only) } else { self.known.minus(only) };
        self.yes = if value == Some(true) { self.yes.union(only) } else { self.yes.minus(only) };
    }

    /// The flags that are known, with their values.
    pub fn iter(&self) -> impl Iterator<Item = (Flag, bool)> + '_ {
        Flag::ALL.iter().filter_map(|f| self.get(*f).map(|v| (*f, v)))
    }
}
