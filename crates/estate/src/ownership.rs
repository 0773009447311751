//! Ownership through chains of companies: who stands at the end, with which share, and whose seats lie in between.
//!
//! Laws that look at owners mostly follow control: who holds half of a company or more is taken to hold all that it holds. A
//! plain product of shares would let a chain of 60 % holdings hide its end, so both figures are kept and the larger leads.

use std::collections::{BTreeMap, VecDeque};

use terms::Place;

use crate::{FULL, Holding, Owner, OwnerName, Vendor, VendorId};

const HALF: u16 = FULL / 2;

/// Fills in the holdings of every vendor; gives the circles, each as the ids along it, the least first.
pub(crate) fn resolve(vendors: &mut BTreeMap<VendorId, Vendor>) -> Vec<Vec<VendorId>> {
    let mut waiting: BTreeMap<VendorId, usize> = BTreeMap::new();
    let mut owned_by: BTreeMap<VendorId, Vec<VendorId>> = BTreeMap::new();
    for vendor in vendors.values() {
        let parents = parents(vendor).filter(|p| vendors.contains_key(*p));
        let parents: Vec<&VendorId> = parents.collect();
        waiting.insert(vendor.id.clone(), parents.len());
        for parent in parents {
            owned_by.entry(parent.clone()).or_default().push(vendor.id.clone());
        }
    }
    let mut ready: VecDeque<VendorId> =
        waiting.iter().filter(|(_, n)| **n == 0).map(|(id, _)| id.clone()).collect();
    while let Some(id) = ready.pop_front() {
        waiting.remove(&id);
        let holdings = vendors.get(&id).map(|v| holdings(v, vendors)).unwrap_or_default();
        if let Some(vendor) = vendors.get_mut(&id) {
            vendor.holdings = holdings;
        }
        for child in owned_by.get(&id).into_iter().flatten() {
            if let Some(open) = waiting.get_mut(child) {
                *open = open.saturating_sub(1);
                if *open == 0 {
                    ready.push_back(child.clone());
                }
            }
        }
    }
    circles(&waiting, vendors)
}

fn parents(vendor: &Vendor) -> impl Iterator<Item = &VendorId> {
    vendor.owners.iter().filter_map(|o| match &o.who {
        OwnerName::Vendor(id) => Some(id),
        OwnerName::Other { .. } => None,
    })
}

/// What is still waiting stands on a circle or is owned through one: follow the owners until one comes again.
fn circles(waiting: &BTreeMap<VendorId, usize>, vendors: &BTreeMap<VendorId, Vendor>) -> Vec<Vec<VendorId>> {
    let mut seen: BTreeMap<&VendorId, &VendorId> = BTreeMap::new();
    let mut circles = Vec::new();
    for start in waiting.keys() {
        let (mut path, mut at) = (Vec::new(), Some(start));
        while let Some(id) = at.filter(|id| !seen.contains_key(id)) {
            seen.insert(id, start);
            path.push(id);
            at = vendors.get(id).and_then(|v| parents(v).find(|p| waiting.contains_key(*p)));
        }
        let closed = at.filter(|id| seen.get(id) == Some(&start));
        if let Some(from) = closed.and_then(|id| path.iter().position(|p| *p == id)) {
            let mut circle: Vec<VendorId> = path.iter().skip(from).map(|id| (*id).clone()).collect();
            let least = circle.iter().enumerate().min_by_key(|(_, id)| *id).map_or(0, |(i, _)| i);
            circle.rotate_left(least);
            circles.push(circle);
        }
    }
    circles
}

/// Shares by place and by whether the owner stands at the end, while they are summed up.
type Sums = BTreeMap<(bool, Place), (u32, u32)>;

fn holdings(vendor: &Vendor, vendors: &BTreeMap<VendorId, Vendor>) -> Vec<Holding> {
    let mut sums = Sums::new();
    for Owner { who, share } in &vendor.owners {
        match who {
            OwnerName::Other { place, .. } => add(&mut sums, true, *place, (*share).into(), (*share).into()),
            OwnerName::Vendor(id) => {
                if let Some(parent) = vendors.get(id) {
                    through(&mut sums, parent, *share);
                }
            }
        }
    }
    if vendor.owners.is_empty() {
        add(&mut sums, true, vendor.hq, FULL.into(), FULL.into());
    }
    let capped = |sum: u32| u16::try_from(sum).unwrap_or(FULL).min(FULL);
    let holding = |((ultimate, place), (share, economic)): ((bool, Place), (u32, u32))| Holding {
        place,
        share: capped(share),
        economic: capped(economic),
        ultimate,
    };
    let mut holdings: Vec<Holding> = sums.into_iter().map(holding).collect();
    holdings.sort_by_key(|h| (!h.ultimate, std::cmp::Reverse(h.share), h.place));
    holdings
}

/// Adds what is held through `parent`, and the parent's own seats as those of a company in between.
fn through(sums: &mut Sums, parent: &Vendor, share: u16) {
    let part = |of: u16| (u32::from(share) * u32::from(of)).div_ceil(FULL.into());
    let attributed = |held: u16| if held >= HALF { u32::from(share) } else { part(held) };
    let mut seats: Vec<Place> = vec![parent.hq, parent.organised_in];
    seats.dedup();
    for held in &parent.holdings {
        if !held.ultimate && seats.contains(&held.place) {
            continue;
        }
        add(sums, held.ultimate, held.place, attributed(held.share), part(held.economic));
    }
    let at_the_end =
        |p: &Place| parent.holdings.iter().any(|h| h.ultimate && h.place == *p && h.share >= HALF);
    for seat in seats.into_iter().filter(|p| !at_the_end(p)) {
        add(sums, false, seat, share.into(), share.into());
    }
}

fn add(sums: &mut Sums, ultimate: bool, place: Place, share: u32, economic: u32) {
    let sum = sums.entry((ultimate, place)).or_default();
    sum.0 += share;
    sum.1 += economic;
}

#[cfg(test)]
mod tests;
