//! The flows of one system to one endpoint: one for each party, each thing it does, and each owner behind it.

use estate::{AgreementId, Endpoint, Estate, FULL, Held, Holding, Party, System, Vendor};
use terms::{Categories, Counts, Date, Flag, Flow, Operation, SafeguardSet};

use crate::Stated;

/// A flow to one party, and the papers that count for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Leg {
    /// The party's vendor.
    pub vendor: String,
    /// What the party does at the endpoint.
    pub role: &'static str,
    /// The agreements in force between exporter and party for these data.
    pub agreements: Vec<AgreementId>,
    /// The flow.
    pub flow: Flow,
}

/// Every flow that a request of `system` to `endpoint` is. An agreement counts only if it holds on every one of `days`; the
/// flow is of the first. None at all means that nobody described who is there.
pub fn flows(
    estate: &Estate,
    system: &System,
    endpoint: &Endpoint,
    stated: &Stated,
    days: &[Date],
) -> Vec<Leg> {
    let mut all = Vec::new();
    for party in &endpoint.parties {
        let Some(vendor) = estate.vendor(&party.vendor) else { continue };
        let side = ExporterSide::of(estate, system, party, stated, days);
        for operation in estate.operations(system, endpoint, party).iter() {
            all.extend(holdings(vendor).iter().map(|holding| side.leg(party, vendor, holding, operation)));
        }
    }
    all
}

/// Everyone who holds the vendor; the vendor itself where nobody else does.
fn holdings(vendor: &Vendor) -> Vec<Holding> {
    match vendor.holdings() {
        [] => vec![Holding { place: vendor.hq, share: FULL, economic: FULL, ultimate: true }],
        holdings => holdings.to_vec(),
    }
}

/// What does not depend on what the party does or who owns it.
struct ExporterSide {
    flow: Flow,
    agreements: Vec<AgreementId>,
}

impl ExporterSide {
    fn of(estate: &Estate, system: &System, party: &Party, stated: &Stated, days: &[Date]) -> Self {
        let floor = system.floor();
        let data = stated.data_of(system);
        let held = held_on_all(estate, system, party, data, days);
        let flow = Flow {
            as_of: days.first().copied(),
            subject_residence: Some(stated.subject_of(system)),
            export_from: Some(floor.export_from),
            data: Some(data),
            form: floor.form,
            purposes: Some(stated.purposes_of(system)),
            volume: None,
            counts: counts(estate, system, party),
            to_location: Some(party.places),
            safeguards: held.safeguards,
            facts: floor.facts.clone(),
            ..Flow::default()
        };
        ExporterSide { flow, agreements: held.agreements }
    }

    fn leg(&self, party: &Party, vendor: &Vendor, holding: &Holding, operation: Operation) -> Leg {
        let mut flow = self.flow.clone();
        flow.vendor_hq = Some(vendor.hq.into());
        flow.vendor_ultimate_owner = Some(holding.place.into());
        flow.facts.operation = Some(operation);
        flow.facts.relation = party.relation.or(flow.facts.relation);
        flow.facts.importer_kind = party.importer_kind;
        flow.facts.vendor_organised_in = Some(vendor.organised_in.into());
        flow.facts.owner_share = Some(holding.share);
        flow.facts.remote_access_from = party.remote_access_from;
        flow.facts.flags.set(Flag::Designated, vendor.designated);
        party.flags().for_each(|(flag, value)| flow.facts.flags.set(flag, value));
        Leg {
            vendor: party.vendor.to_string(),
            role: party.role.name(),
            agreements: self.agreements.clone(),
            flow,
        }
    }
}

fn held_on_all(estate: &Estate, system: &System, party: &Party, data: Categories, days: &[Date]) -> Held {
    let mut each = days.iter().map(|day| estate.agreements_for(system, &party.vendor, data, *day));
    let Some(mut held) = each.next() else { return Held::default() };
    for other in each {
        if other.agreements == held.agreements {
            continue;
        }
        held.agreements.retain(|a| other.agreements.contains(a));
        let granted = |a: &&estate::Agreement| held.agreements.contains(&a.id);
        let grants = estate.agreements().iter().filter(granted).map(|a| &a.grants);
        held.safeguards = grants.fold(SafeguardSet::default(), SafeguardSet::union);
    }
    held
}

fn counts(estate: &Estate, system: &System, party: &Party) -> Counts {
    let mut counts = Counts::default();
    for volume in estate.volumes_for(system, &party.vendor) {
        counts.set(volume.unit, volume.window, volume.count);
    }
    counts
}
