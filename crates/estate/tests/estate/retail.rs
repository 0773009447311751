//! The example estate loads, and this is what it says.

use std::fmt::Write as _;

use estate::Estate;
use terms::Place;

fn retail() -> Estate {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/retail");
    Estate::load(folder.as_ref()).unwrap()
}

#[test]
fn the_example_says_what_its_readers_think_it_says() {
    let estate = retail();
    let mut out = String::new();
    for vendor in estate.vendors() {
        let owner = vendor.ultimate_owner();
        let percent = f64::from(owner.share) / 100.0;
        let (hq, law) = (vendor.hq, vendor.organised_in);
        writeln!(
            out,
            "vendor {}: seat {hq}, law of {law}, owned from {} ({percent} %)",
            vendor.id, owner.place
        )
        .unwrap();
    }
    for endpoint in estate.endpoints() {
        writeln!(out, "endpoint {} in {}: {}", endpoint.id, endpoint.places, endpoint.operation).unwrap();
        for party in &endpoint.parties {
            let (role, access) = (party.role.name(), party.access.name());
            let flags: Vec<String> = party.flags().map(|(f, v)| format!("{f} {v}")).collect();
            writeln!(
                out,
                "  {role} {} in {}, sees {access}: {}",
                party.vendor,
                party.places,
                flags.join(", ")
            )
            .unwrap();
        }
    }
    for system in estate.systems() {
        let floor = system.floor();
        let exporter = floor.facts.exporter_kind.map(|k| k.to_string()).unwrap_or_default();
        writeln!(out, "system {} of {} ({exporter})", system.id, system.exporter).unwrap();
        writeln!(out, "  {} of {} for {}", floor.data, floor.subject_residence, floor.purposes).unwrap();
        writeln!(
            out,
            "  from {}, also {:?}, caller {:?}",
            floor.export_from, system.operations, system.caller
        )
        .unwrap();
        let flags: Vec<String> = floor.facts.flags.iter().map(|(f, v)| format!("{f} {v}")).collect();
        writeln!(out, "  {}", flags.join(", ")).unwrap();
        for (alias, route) in &system.model_aliases {
            let endpoints = &route.endpoints;
            writeln!(out, "  {alias}: {endpoints:?}").unwrap();
        }
    }
    for agreement in estate.agreements() {
        let until = agreement.until.map(|d| d.to_string()).unwrap_or_default();
        writeln!(
            out,
            "agreement {} with {}: {:?} {}..{until}",
            agreement.id,
            agreement.vendor.as_ref().map_or("any", |v| v.as_str()),
            agreement.grants,
            agreement.from
        )
        .unwrap();
    }
    for volume in estate.volumes() {
        writeln!(out, "volume {}: {} {} {}", volume.id, volume.count, volume.unit, volume.window).unwrap();
    }
    insta::assert_snapshot!(out);
}

#[test]
fn three_vendors_in_four_places_serve_from_this_machine() {
    let estate = retail();
    let countries: std::collections::BTreeSet<Place> = estate
        .endpoints()
        .flat_map(|e| e.places.iter().map(|p| p.parent().unwrap_or(p)).collect::<Vec<_>>())
        .collect();
    let vendors: std::collections::BTreeSet<_> = estate
        .endpoints()
        .flat_map(|e| e.parties.iter().map(|p| p.vendor.clone()).collect::<Vec<_>>())
        .collect();
    assert!(estate.endpoints().count() >= 6 && countries.len() >= 4 && vendors.len() >= 3);
    assert!(estate.endpoints().all(|e| e.upstream == estate::Upstream::Embedded));
}

#[test]
fn every_demo_key_is_the_one_its_label_tells() {
    use sha2::Digest;
    let estate = retail();
    for key in estate.keys() {
        let told = key.label.as_deref().unwrap().split('`').nth(1).unwrap();
        assert_eq!(key.sha256, <[u8; 32]>::from(sha2::Sha256::digest(told)));
        assert_eq!(told, format!("demo-{}", key.system));
    }
    assert_eq!(estate.keys().count(), estate.systems().count());
}
