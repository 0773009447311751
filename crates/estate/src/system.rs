//! Systems: a use of AI with the floor of its facts, and what its callers may say about them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use terms::{Categories, Facts, Form, Operation, PartyKind, Place, PlaceSet, Purposes, TokenSet};

use crate::{EndpointId, ExporterId, SystemId};

/// A use of AI: whose data, of what kind, for what, by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    /// Its id.
    pub id: SystemId,
    /// Its name for people.
    pub name: Arc<str>,
    /// Who exports when data leave it.
    pub exporter: ExporterId,
    /// What is true of every one of its requests.
    pub(crate) floor: FlowFloor,
    /// What a caller may state.
    pub caller: Caller,
    /// What is done with its data beside what the endpoint does, such as `store`.
    pub operations: TokenSet<Operation>,
    /// The endpoints that it may use, in the order of preference.
    pub endpoints: Vec<EndpointId>,
    /// The model names that its callers may ask for.
    pub model_aliases: BTreeMap<Arc<str>, Route>,
    /// What the order of endpoints follows.
    pub order: Order,
    /// What is done about identifiers in the content of requests.
    pub masking: Masking,
    /// What is done about `logprobs` where content is masked.
    pub masked_logprobs: MaskedLogprobs,
}

/// The endpoints behind a model name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The endpoints; already in order where the order does not change from one request to the next.
    pub endpoints: Vec<EndpointId>,
    /// What their order follows.
    pub order: Order,
    /// The versions of the name, the first as long as nobody has promoted another; each has a route of its own, which callers cannot
    /// name. Empty if the name has none.
    pub versions: Vec<Arc<str>>,
    /// Whose version this route is, if it is one.
    pub version: Option<VersionOf>,
    /// How long an answer may be given again to the same request, where nobody can be meant; `None` is never.
    pub cache: Option<Duration>,
}

/// A version of a model name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionOf {
    /// The model name.
    pub alias: Arc<str>,
    /// The version.
    pub id: Arc<str>,
}

impl Route {
    pub(crate) fn of(endpoints: Vec<EndpointId>, order: Order) -> Route {
        Route { endpoints, order, versions: Vec::new(), version: None, cache: None }
    }
}

/// What is done about identifiers in the content of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Masking {
    /// Content is not read.
    Off,
    /// What is found adds to the categories of the request, and content crosses as it is.
    #[default]
    Detect,
    /// The same; and where an endpoint is lawful only for content without what was found, that is masked.
    Needed,
    /// What is found is masked at every endpoint, and what cannot be read does not cross.
    Always,
}

impl Masking {
    pub(crate) const WORDS: [(&str, Masking); 4] = [
        ("off", Masking::Off),
        ("detect", Masking::Detect),
        ("needed", Masking::Needed),
        ("always", Masking::Always),
    ];

    /// Whether content is searched for identifiers.
    pub fn reads(self) -> bool {
        self != Masking::Off
    }

    /// Whether identifiers may be replaced.
    pub fn may_mask(self) -> bool {
        matches!(self, Masking::Needed | Masking::Always)
    }
}

/// What is done about `logprobs` where content is masked: they would tell the tokens of pseudonyms, and of what stood there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MaskedLogprobs {
    /// They are taken out of the answer.
    #[default]
    Drop,
    /// The request is refused.
    Refuse,
}

/// What is true of every request of a system: the exporter's side of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowFloor {
    /// Where the people live that the data are about.
    pub subject_residence: PlaceSet,
    /// Where the exporter makes the data available from.
    pub export_from: PlaceSet,
    /// What kinds of data.
    pub data: Categories,
    /// In which form.
    pub form: Form,
    /// For what.
    pub purposes: Purposes,
    /// The exporter's side of the circumstances; those of the importer are left unknown here.
    pub facts: Facts,
}

/// What a caller may state about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Caller {
    /// Whose data.
    pub subject: MayState,
    /// What kinds of data.
    pub data: MayState,
    /// For what.
    pub purpose: MayState,
}

/// How far a caller may go with one fact. There is no way to take anything from the floor but to choose among places that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MayState {
    /// More may be added to the floor.
    #[default]
    Add,
    /// Places inside this set narrow the floor to them; a statement that goes outside is added to the floor.
    Among(PlaceSet),
    /// The caller may not state it; a border refuses the attempt.
    Nothing,
}

/// What the order of endpoints follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// As listed.
    #[default]
    Listed,
    /// The cheapest first; all prices are known and in one currency.
    Price,
    /// Domestic, then allied, then market; within a tier as listed.
    Tier,
    /// The one that answered fastest of late.
    Latency,
    /// By chance, each in proportion to its weight.
    Weight,
}

impl Order {
    pub(crate) const WORDS: [(&str, Order); 5] = [
        ("listed", Order::Listed),
        ("price", Order::Price),
        ("tier", Order::Tier),
        ("latency", Order::Latency),
        ("weight", Order::Weight),
    ];
}

/// Who exports: the body that the data leave from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exporter {
    /// Its id.
    pub id: ExporterId,
    /// Its name.
    pub name: Arc<str>,
    /// Where it makes the data available from.
    pub place: Place,
    /// What kind of body it is; `None` is unknown.
    pub kind: Option<PartyKind>,
}

/// The organization that the estate belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its name.
    pub name: Arc<str>,
    /// Where it has its seat.
    pub seat: Place,
}

impl System {
    /// The route of a name that callers may ask for.
    pub fn route(&self, name: &str) -> Option<&Route> {
        self.model_aliases.get(name).filter(|route| route.version.is_none())
    }

    /// The names that callers may ask for.
    pub fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.model_aliases.iter().filter(|(_, route)| route.version.is_none()).map(|(name, _)| name)
    }

    /// The name of the route of one version of a name.
    pub fn version_route(&self, alias: &str, version: &str) -> Option<&Arc<str>> {
        let is = |of: &VersionOf| *of.alias == *alias && *of.id == *version;
        self.model_aliases.iter().find(|(_, r)| r.version.as_ref().is_some_and(is)).map(|(name, _)| name)
    }

    /// What is true of every request before its caller says anything.
    pub fn floor(&self) -> &FlowFloor {
        &self.floor
    }

    /// Whose data a request is about, after what its caller stated.
    pub fn subject(&self, stated: Option<&PlaceSet>) -> PlaceSet {
        let floor = self.floor.subject_residence;
        match (stated.filter(|s| !s.is_empty()), self.caller.subject) {
            (None, _) | (Some(_), MayState::Nothing) => floor,
            (Some(stated), MayState::Among(set)) if set.contains_all(stated) => *stated,
            (Some(stated), _) => floor.union(stated),
        }
    }

    /// The system as it would be, were it about people of one place: what its floor says of people is said of those. Data that were
    /// collected where the people live are then collected there.
    #[must_use]
    pub fn about_people_of(&self, place: Place) -> System {
        let mut system = self.clone();
        let (here, floor) = (PlaceSet::from(place), &mut system.floor);
        let facts = &mut floor.facts;
        if facts.collected_in == Some(floor.subject_residence) {
            facts.collected_in = Some(here);
        }
        facts.subject_citizenship = facts.subject_citizenship.map(|_| here);
        facts.directed_at = facts.directed_at.map(|_| here);
        floor.subject_residence = here;
        system
    }

    /// What kinds of data a request carries, after what its caller stated or a detector found.
    pub fn data(&self, more: Categories) -> Categories {
        self.floor.data.union(more)
    }

    /// What a request is for, after what its caller stated.
    pub fn purposes(&self, more: Purposes) -> Purposes {
        self.floor.purposes.union(more)
    }
}

#[cfg(test)]
mod tests;
