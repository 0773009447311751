//! The question that is put to each jurisdiction.

use terms::{Flow, Operation, Place, PlaceSet};

use crate::Law;

/// One use of AI, to be asked of any jurisdiction: a flow whose people and exporter are always there.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    flow: Flow,
    assumed: Vec<&'static str>,
}

impl Question {
    /// The question of a flow, whatever it says of where the people and the exporter are. What a use of AI always is, is taken as
    /// given: the vendor sees the data in clear; and a vendor of whom only the seat is stated is its own owner.
    pub fn new(mut flow: Flow) -> Question {
        let mut assumed = Vec::new();
        flow.subject_residence = None;
        flow.export_from = None;
        if flow.facts.operation.is_none() {
            flow.facts.operation = Some(Operation::ProcessInClear);
            assumed.push("the vendor processes the data in clear");
        }
        if flow.vendor_hq.is_some() && flow.vendor_ultimate_owner.is_none() {
            flow.vendor_ultimate_owner = flow.vendor_hq;
            assumed.push("the vendor has no owner abroad");
        }
        Question { flow, assumed }
    }

    /// What was taken as given, in words.
    pub fn assumed(&self) -> &[&'static str] {
        &self.assumed
    }

    /// The flow, with neither people nor exporter.
    pub fn flow(&self) -> &Flow {
        &self.flow
    }

    /// Whether the flow says where it goes or to whom.
    pub fn goes_somewhere(&self) -> bool {
        self.flow.to_location.is_some() || self.flow.vendor_hq.is_some()
    }

    /// The flow with everything in one jurisdiction: people, exporter, place, vendor and its owner.
    pub fn at_home(&self, place: Place) -> Flow {
        let here = Some(PlaceSet::from(place));
        let mut flow = self.as_given(place);
        flow.to_location = here;
        flow.vendor_hq = here;
        flow.vendor_ultimate_owner = here;
        flow.facts.vendor_organised_in = None;
        flow.facts.remote_access_from = None;
        flow
    }

    /// The flow from one jurisdiction to where it says; where it names no place, to the vendor's seat, and the other way round.
    pub fn as_given(&self, place: Place) -> Flow {
        let here = Some(PlaceSet::from(place));
        let to = self.flow.to_location.or(self.flow.vendor_hq);
        let vendor = self.flow.vendor_hq.or(self.flow.to_location);
        Flow {
            subject_residence: here,
            export_from: here,
            to_location: to,
            vendor_hq: vendor,
            vendor_ultimate_owner: self.flow.vendor_ultimate_owner.or(vendor),
            ..self.flow.clone()
        }
    }
}

/// Whom to ask: every country, every zone with a law of its own, and those parts of a country that some rulebook is about.
pub fn jurisdictions(law: &Law) -> Vec<Place> {
    let hooks = law.books().iter().fold(PlaceSet::EMPTY, |all, book| all.union(&book.hooks));
    let named: PlaceSet = law.statements().iter().flat_map(|s| named(&s.text)).collect();
    let asked =
        |p: &Place| !p.is_bloc() && (p.parent().is_none() || hooks.contains(*p) || named.contains(*p));
    Place::all().filter(asked).collect()
}

/// The places that a condition names.
fn named(text: &str) -> impl Iterator<Item = Place> {
    text.split("Place::\"").skip(1).filter_map(|rest| rest.split('"').next()?.parse().ok())
}
