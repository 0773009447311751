use std::collections::BTreeMap;

use super::resolve;
use crate::{FULL, Holding, Owner, OwnerName, Vendor, VendorId};

fn id(text: &str) -> VendorId {
    text.parse().unwrap()
}

fn vendor(name: &str, hq: &str, owners: &[(&str, u16)]) -> Vendor {
    let owner = |(who, percent): &(&str, u16)| Owner {
        who: match who.parse() {
            Ok(place) => OwnerName::Other { name: "somebody".into(), place },
            Err(_) => OwnerName::Vendor(id(who)),
        },
        share: percent * 100,
    };
    let hq = hq.parse().unwrap();
    Vendor {
        id: id(name),
        name: name.into(),
        hq,
        organised_in: hq,
        owners: owners.iter().map(owner).collect(),
        dispersed: 0,
        holdings: vec![],
        designated: None,
        source: None,
        checked: None,
    }
}

fn resolved(vendors: &[Vendor]) -> (BTreeMap<VendorId, Vendor>, Vec<Vec<VendorId>>) {
    let mut vendors = vendors.iter().map(|v| (v.id.clone(), v.clone())).collect();
    let circles = resolve(&mut vendors);
    (vendors, circles)
}

fn held(vendors: &[Vendor], name: &str) -> Vec<(String, u16, u16, bool)> {
    let (vendors, circles) = resolved(vendors);
    assert!(circles.is_empty());
    let row = |h: &Holding| (h.place.to_string(), h.share / 100, h.economic / 100, h.ultimate);
    vendors[name].holdings().iter().map(row).collect()
}

fn row(place: &str, share: u16, economic: u16, ultimate: bool) -> (String, u16, u16, bool) {
    (place.to_owned(), share, economic, ultimate)
}

#[test]
fn a_vendor_without_owners_owns_itself() {
    let (vendors, _) = resolved(&[vendor("a", "DE", &[])]);
    let owner = vendors["a"].ultimate_owner();
    assert_eq!((owner.place.code(), owner.share), ("DE", FULL));
    assert!(!vendors["a"].has_foreign_owner());
}

#[test]
fn below_half_shares_multiply_and_from_half_on_control_counts_in_full() {
    let minority =
        [vendor("a", "US", &[("b", 60), ("US", 40)]), vendor("b", "US", &[("CN", 40), ("US", 60)])];
    assert_eq!(held(&minority, "a"), [row("US", 100, 76, true), row("CN", 24, 24, true)]);
    let control = [vendor("a", "US", &[("b", 60), ("US", 40)]), vendor("b", "US", &[("CN", 50), ("US", 50)])];
    assert_eq!(held(&control, "a"), [row("US", 100, 70, true), row("CN", 60, 30, true)]);
}

#[test]
fn holders_of_one_place_count_together() {
    let vendors = [vendor("a", "IN", &[("CN", 30), ("CN", 25), ("IN", 45)])];
    assert_eq!(held(&vendors, "a"), [row("CN", 55, 55, true), row("IN", 45, 45, true)]);
}

#[test]
fn the_seat_of_a_company_in_between_is_not_lost() {
    let vendors = [vendor("a", "DE", &[("b", 100)]), vendor("b", "CN", &[("US", 100)])];
    assert_eq!(held(&vendors, "a"), [row("US", 100, 100, true), row("CN", 100, 100, false)]);
    let deeper = [
        vendor("a", "DE", &[("b", 100)]),
        vendor("b", "FR", &[("c", 100)]),
        vendor("c", "CN", &[("US", 100)]),
    ];
    let seats: Vec<String> = held(&deeper, "a").into_iter().filter(|h| !h.3).map(|h| h.0).collect();
    assert_eq!(seats, ["CN", "FR"]);
}

#[test]
fn a_part_of_the_home_country_is_not_foreign() {
    let (vendors, _) = resolved(&[vendor("a", "US-VA", &[("US", 100)])]);
    assert!(!vendors["a"].has_foreign_owner());
}

#[test]
fn each_circle_is_found_once_and_what_hangs_on_it_is_not_blamed() {
    let (_, circles) = resolved(&[
        vendor("a", "DE", &[("b", 100)]),
        vendor("b", "DE", &[("c", 100)]),
        vendor("c", "DE", &[("b", 100)]),
        vendor("d", "DE", &[("d", 100)]),
    ]);
    assert_eq!(circles, [vec![id("b"), id("c")], vec![id("d")]]);
}

#[test]
fn a_very_long_chain_is_followed_to_its_end() {
    let names: Vec<String> = (0..5000).map(|i| format!("v{i}")).collect();
    let mut vendors: Vec<Vendor> =
        names.windows(2).map(|w| vendor(&w[0], "DE", &[(w[1].as_str(), 100)])).collect();
    vendors.push(vendor(&names[4999], "DE", &[("CN", 100)]));
    assert_eq!(held(&vendors, "v0")[0], row("CN", 100, 100, true));
}
