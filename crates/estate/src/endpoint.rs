//! Endpoints: one host with its place, its hands and its credential, as one value that is never re-assembled.

use std::time::Duration;

use terms::{Date, Flag, Flags, Operation, PartyKind, PlaceSet, Relation, TokenSet};

use crate::{EndpointId, ModelId, Upstream, VendorId};

/// Where a model can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Its id.
    pub id: EndpointId,
    /// The model that answers there.
    pub model: ModelId,
    /// How it is reached.
    pub upstream: Upstream,
    /// Every place where bytes may be processed; lawful only if all are.
    pub places: PlaceSet,
    /// How the place is known.
    pub placed_by: PlacedBy,
    /// What is done with the data there.
    pub operation: Operation,
    /// Every hand on the data.
    pub parties: Vec<Party>,
    /// What it costs, if stated.
    pub price: Option<Price>,
    /// How long to wait for it.
    pub timeouts: Timeouts,
    /// How close its hands are to the organization.
    pub tier: EndpointTier,
    /// Its share of the requests among endpoints that are chosen by weight; at least 1.
    pub weight: u32,
    /// Most requests at once that it can take, if that is known.
    pub capacity: Option<u32>,
}

/// How close the hands of an endpoint are to the organization, closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum EndpointTier {
    /// Its own, or under its own law alone.
    Domestic,
    /// An ally's, under an agreement.
    Allied,
    /// Anyone's on the market; what is not said counts as this.
    #[default]
    Market,
}

impl EndpointTier {
    pub(crate) const WORDS: [(&str, EndpointTier); 3] = [
        ("domestic", EndpointTier::Domestic),
        ("allied", EndpointTier::Allied),
        ("market", EndpointTier::Market),
    ];

    /// The one spelling of the tier.
    pub fn name(self) -> &'static str {
        EndpointTier::WORDS.iter().find(|(_, tier)| *tier == self).map_or("", |(word, _)| word)
    }
}

/// How the place of an endpoint is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlacedBy {
    /// The endpoint runs inside this process; the estate states where that is.
    Stated,
    /// The host names it, by the table of known hosts.
    Host {
        /// The pattern of the table that the host matched.
        pattern: String,
        /// When the table's row was checked.
        checked: Date,
    },
    /// The estate states it, with where that was read and when.
    Checked {
        /// Where it was read.
        source: String,
        /// When.
        checked: Date,
    },
}

/// One hand on the data at an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// What it does there.
    pub role: Role,
    /// Who it is.
    pub vendor: VendorId,
    /// Where it does it; the endpoint's places unless stated.
    pub places: PlaceSet,
    /// What it can see.
    pub access: Access,
    /// Where staff sit who can open the data in clear; known and empty means nobody can from elsewhere, `None` is unknown.
    pub remote_access_from: Option<PlaceSet>,
    /// What kind of body it is.
    pub importer_kind: Option<PartyKind>,
    /// Its relation to the exporter.
    pub relation: Option<Relation>,
    pub(crate) flags: Flags,
}

impl Party {
    /// What is known of the circumstances that concern a party, such as `keys_with_third_party`.
    pub fn flags(&self) -> impl Iterator<Item = (Flag, bool)> + '_ {
        self.flags.iter()
    }

    /// Whether the foreign parent can reach the data.
    pub fn parent_access(&self) -> Option<bool> {
        self.flags.get(Flag::ParentAccess)
    }

    /// What this party does with the data at an endpoint with such an operation.
    pub fn operations(&self, at_endpoint: Operation) -> TokenSet<Operation> {
        match self.access {
            Access::Clear => TokenSet::EMPTY.with(at_endpoint),
            Access::Blind if at_endpoint == Operation::ProcessInClear => {
                TokenSet::EMPTY.with(Operation::ProcessBlind)
            }
            Access::Blind => TokenSet::EMPTY.with(at_endpoint),
            Access::None => TokenSet::EMPTY,
        }
    }
}

/// What a party does at an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Runs the endpoint.
    Operator,
    /// Runs the machines under it.
    Cloud,
    /// Made the model and keeps a hand on it.
    ModelVendor,
    /// Can be called in to help.
    Support,
}

/// What a party can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Access {
    /// The clear text.
    Clear,
    /// The bytes, but never the clear text.
    Blind,
    /// Nothing.
    None,
}

impl Role {
    pub(crate) const WORDS: [(&str, Role); 4] = [
        ("operator", Role::Operator),
        ("cloud", Role::Cloud),
        ("model_vendor", Role::ModelVendor),
        ("support", Role::Support),
    ];

    /// The one spelling of the role.
    pub fn name(self) -> &'static str {
        match self {
            Role::Operator => "operator",
            Role::Cloud => "cloud",
            Role::ModelVendor => "model_vendor",
            Role::Support => "support",
        }
    }
}

impl Access {
    pub(crate) const WORDS: [(&str, Access); 3] =
        [("clear", Access::Clear), ("blind", Access::Blind), ("none", Access::None)];

    /// The one spelling of the access.
    pub fn name(self) -> &'static str {
        match self {
            Access::Clear => "clear",
            Access::Blind => "blind",
            Access::None => "none",
        }
    }
}

/// What a million tokens cost, in millionths of a unit of the currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Price {
    /// A million tokens sent.
    pub input_micros: u64,
    /// A million tokens answered.
    pub output_micros: u64,
    /// The currency, by its ISO 4217 code.
    pub currency: Currency,
}

/// A currency by its ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(pub(crate) [u8; 3]);

impl Currency {
    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("")
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::fmt::Debug for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// How long to wait for an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For the first byte of the answer.
    pub first_byte: Duration,
    /// Between two pieces of a stream.
    pub idle: Duration,
    /// For the whole answer.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts {
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(60),
            idle: Duration::from_secs(30),
            total: Duration::from_secs(600),
        }
    }
}
