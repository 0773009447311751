//! The flows of one system to one endpoint: one for each party, each thing it does, and each owner behind it.

use estate::{AgreementId, Endpoint, Estate, FULL, Held, Holding, Party, System, Telemetry, Vendor};
use terms::{Categories, Counts, Date, Flag, Flow, Form, Operation, SafeguardSet};

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
    let (form, people) = (stated.form_of(system), stated.found_people());
    each((estate, system), Towards::from(endpoint), &Side { form, people, stated: stated.clone() }, days)
}

/// The flows that the telemetry of a system is: what its floor says of every request, in the form that the estate states.
pub(crate) fn telemetry_flows(estate: &Estate, system: &System, to: &Telemetry, days: &[Date]) -> Vec<Leg> {
    let stated = Stated::default();
    let form = to.form.unwrap_or_else(|| stated.form_of(system));
    let towards = Towards { parties: &to.parties, operation: to.operation };
    each((estate, system), towards, &Side { form, people: false, stated }, days)
}

/// The flows of a request whose content is masked: what is left, as pseudonymised data; and beside it the system's own floor, so
/// that a mask never makes lawful what the floor is not.
pub(crate) fn masked_flows(
    estate: &Estate,
    system: &System,
    endpoint: &Endpoint,
    stated: &Stated,
    days: &[Date],
) -> Vec<Leg> {
    let floor = Side { form: system.floor().form, people: false, stated: stated.without_findings() };
    // Who has the key can undo a mask: people who were found are still there (GDPR, Art. 4(5) and recital 26).
    let people = stated.found_people();
    let form = match stated.form_of(system) {
        Form::Raw => Form::Pseudonymised,
        other => other,
    };
    let left = Side { form, people, stated: stated.masked() };
    let mut all = each((estate, system), Towards::from(endpoint), &floor, days);
    for leg in each((estate, system), Towards::from(endpoint), &left, days) {
        if !all.contains(&leg) {
            all.push(leg);
        }
    }
    all
}

/// What a request says of itself: the exporter's side of its flows.
struct Side {
    form: Form,
    /// Whether identifiers of people were found.
    people: bool,
    stated: Stated,
}

/// The other side: whose hands are there, and what is done with the data.
#[derive(Clone, Copy)]
struct Towards<'a> {
    parties: &'a [Party],
    operation: Operation,
}

impl<'a> From<&'a Endpoint> for Towards<'a> {
    fn from(endpoint: &'a Endpoint) -> Towards<'a> {
        Towards { parties: &endpoint.parties, operation: endpoint.operation }
    }
}

fn each((estate, system): (&Estate, &System), towards: Towards<'_>, side: &Side, days: &[Date]) -> Vec<Leg> {
    let mut all = Vec::new();
    for party in towards.parties {
        let Some(vendor) = estate.vendor(&party.vendor) else { continue };
        let (flow, agreements) = exporter_side(estate, system, party, side, days);
        for operation in estate.operations_of(system, towards.operation, party).iter() {
            let flows =
                holdings(vendor).into_iter().filter_map(|h| estate.towards(&flow, party, operation, &h));
            all.extend(flows.map(|flow| Leg {
                vendor: party.vendor.to_string(),
                role: party.role.name(),
                agreements: agreements.clone(),
                flow,
            }));
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

/// The exporter's side of every flow to one party, with what is held and counted towards it.
fn exporter_side(
    estate: &Estate,
    system: &System,
    party: &Party,
    side: &Side,
    days: &[Date],
) -> (Flow, Vec<AgreementId>) {
    let stated = &side.stated;
    let data = stated.data_of(system);
    let held = held_on_all(estate, system, party, data, days);
    let mut flow = Flow {
        as_of: days.first().copied(),
        form: side.form,
        subject_residence: Some(stated.subject_of(system)),
        data: Some(data),
        purposes: Some(stated.purposes_of(system)),
        counts: counts(estate, system, party),
        safeguards: held.safeguards,
        ..system.to_flow()
    };
    if side.people && flow.form != Form::Synthetic {
        flow.facts.flags.set(Flag::ContainsPersonal, Some(true));
    }
    (flow, held.agreements)
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
