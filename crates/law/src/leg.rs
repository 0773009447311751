//! A flow with sets of places, taken apart into legs with one place on each side.
//!
//! A set of places means each of them, so the ruling of a flow is the meet over its legs. A bloc stands for its members on
//! the day. Staff who can open the data from elsewhere make a leg of their own: remote viewing is a transfer.

use terms::{Flow, Place, PlaceSet};

/// One combination of places. `None` is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Leg {
    pub(crate) subject_residence: Option<Place>,
    pub(crate) subject_citizenship: Option<Place>,
    pub(crate) export_from: Option<Place>,
    pub(crate) collected_in: Option<Place>,
    pub(crate) directed_at: Option<Place>,
    pub(crate) to: Option<Place>,
    pub(crate) vendor_hq: Option<Place>,
    pub(crate) vendor_organised_in: Option<Place>,
    pub(crate) vendor_ultimate_owner: Option<Place>,
    pub(crate) origin: Option<Place>,
    pub(crate) access: Access,
}

/// How the importer's side reaches the data on a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Access {
    /// At the place where the data are sent.
    Sent,
    /// From a place where staff can open the data.
    Remote,
    /// From a place that nobody has stated.
    RemoteUnknown,
}

/// More combinations than this are refused rather than tried.
pub(crate) const MOST_LEGS: usize = 20_000;

/// The legs of a flow, or `None` if there are more than [`MOST_LEGS`].
pub(crate) fn legs(flow: &Flow, members: &impl Fn(Place) -> Option<PlaceSet>) -> Option<Vec<Leg>> {
    let spread = |set: &Option<PlaceSet>| -> Vec<Option<Place>> {
        match set {
            None => vec![None],
            Some(set) => expand(set, members).iter().map(Some).collect(),
        }
    };
    let facts = &flow.facts;
    let mut legs: Vec<Leg> = destinations(flow, &spread);
    cross(&mut legs, &spread(&flow.subject_residence), |l, p| l.subject_residence = p)?;
    cross(&mut legs, &spread(&flow.export_from), |l, p| l.export_from = p)?;
    cross(&mut legs, &spread(&flow.vendor_hq), |l, p| l.vendor_hq = p)?;
    cross(&mut legs, &spread(&flow.vendor_ultimate_owner), |l, p| l.vendor_ultimate_owner = p)?;
    let or = |set: &Option<PlaceSet>| if set.is_some() { spread(set) } else { Vec::new() };
    cross_or(
        &mut legs,
        &or(&facts.subject_citizenship),
        |l, p| l.subject_citizenship = p,
        |l| l.subject_residence,
    )?;
    cross_or(&mut legs, &or(&facts.collected_in), |l, p| l.collected_in = p, |l| l.export_from)?;
    cross_or(&mut legs, &or(&facts.directed_at), |l, p| l.directed_at = p, |l| l.subject_residence)?;
    cross_or(&mut legs, &or(&facts.vendor_organised_in), |l, p| l.vendor_organised_in = p, |l| l.vendor_hq)?;
    cross_or(&mut legs, &or(&facts.origin), |l, p| l.origin = p, |_| None)?;
    Some(legs)
}

/// A bloc's members on the day; anything else is itself.
pub(crate) fn expand(set: &PlaceSet, members: &impl Fn(Place) -> Option<PlaceSet>) -> PlaceSet {
    let each = |p: Place| if p.is_bloc() { members(p) } else { None }.unwrap_or_else(|| p.into());
    set.iter().map(each).fold(PlaceSet::EMPTY, |all, one| all.union(&one))
}

fn destinations(flow: &Flow, spread: &impl Fn(&Option<PlaceSet>) -> Vec<Option<Place>>) -> Vec<Leg> {
    let sent = spread(&flow.to_location).into_iter().map(|p| (p, Access::Sent));
    let remote = match &flow.facts.remote_access_from {
        None => vec![(None, Access::RemoteUnknown)],
        Some(from) => spread(&Some(*from)).into_iter().map(|p| (p, Access::Remote)).collect(),
    };
    sent.chain(remote).map(|(to, access)| leg_to(to, access)).collect()
}

fn leg_to(to: Option<Place>, access: Access) -> Leg {
    Leg {
        subject_residence: None,
        subject_citizenship: None,
        export_from: None,
        collected_in: None,
        directed_at: None,
        to,
        vendor_hq: None,
        vendor_organised_in: None,
        vendor_ultimate_owner: None,
        origin: None,
        access,
    }
}

fn cross(legs: &mut Vec<Leg>, places: &[Option<Place>], set: impl Fn(&mut Leg, Option<Place>)) -> Option<()> {
    if legs.len().saturating_mul(places.len()) > MOST_LEGS {
        return None;
    }
    let crossed = legs.iter().flat_map(|leg| {
        places.iter().map(|p| {
            let mut leg = leg.clone();
            set(&mut leg, *p);
            leg
        })
    });
    *legs = crossed.collect();
    Some(())
}

/// Like [`cross`], but with no places given each leg takes its own default.
fn cross_or(
    legs: &mut Vec<Leg>,
    places: &[Option<Place>],
    set: impl Fn(&mut Leg, Option<Place>),
    default: impl Fn(&Leg) -> Option<Place>,
) -> Option<()> {
    if places.is_empty() {
        legs.iter_mut().for_each(|leg| {
            let place = default(leg);
            set(leg, place);
        });
        return Some(());
    }
    cross(legs, places, set)
}
