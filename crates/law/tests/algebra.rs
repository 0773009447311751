//! Properties of rulings over random flows: more safeguards never tighten, more caution never loosens, slicing and the memo
//! change nothing.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

use std::sync::{Arc, LazyLock};

use law::{Edition, Law, Stance};
use proptest::prelude::*;
use terms::{
    Category, Flag, Flow, Form, Operation, PartyKind, Place, PlaceSet, Purpose, Relation, Safeguard,
    SafeguardSet, Token, VolumeWindow,
};

static LAW: LazyLock<Law> = LazyLock::new(|| Law::embedded().unwrap());
const DAYS: [&str; 6] = ["2012-05-01", "2019-01-01", "2022-10-01", "2024-06-01", "2026-11-21", "2027-06-01"];
const PLACES: [&str; 14] =
    ["DE", "FR", "NO", "IN", "US", "US-TX", "CN", "HK", "GB", "CH", "BR", "SG", "RU", "KR"];
const HELD: [&str; 16] = [
    "scc:EU",
    "tia:EU",
    "bcr:EU",
    "dpf_certified",
    "dpf_certified_hr",
    "scc:CN",
    "filing:CN",
    "pia:CN",
    "assessment:CN",
    "cert:CN",
    "cisa_security_requirements",
    "delete_abroad_24h",
    "contract_equivalent",
    "contract_necessity",
    "no_remote_access",
    "license:US",
];

fn edition(day: usize) -> Arc<Edition> {
    LAW.at(DAYS[day % DAYS.len()].parse().unwrap(), None).unwrap()
}

fn place() -> impl Strategy<Value = Place> {
    prop::sample::select(&PLACES[..]).prop_map(|p| p.parse().unwrap())
}
fn places() -> impl Strategy<Value = PlaceSet> {
    prop::collection::vec(place(), 1..3).prop_map(|p| p.into_iter().collect())
}
fn maybe_places() -> impl Strategy<Value = Option<PlaceSet>> {
    prop::option::weighted(0.9, places())
}
fn word<T: Token>() -> impl Strategy<Value = T> {
    prop::sample::select(T::ALL)
}
fn held() -> impl Strategy<Value = SafeguardSet> {
    prop::collection::vec(prop::sample::select(&HELD[..]), 0..6)
        .prop_map(|h| h.iter().map(|s| s.parse().unwrap()).collect())
}

fn facts() -> impl Strategy<Value = terms::Facts> {
    let kinds = (
        prop::option::of(word::<PartyKind>()),
        prop::option::of(word::<PartyKind>()),
        prop::option::of(word::<Relation>()),
    );
    let flags = prop::collection::vec((word::<Flag>(), any::<bool>()), 0..4);
    let rest = (
        prop::option::of(word::<Operation>()),
        prop::option::weighted(0.6, places()),
        prop::option::of(0_u16..=10_000),
    );
    (kinds, flags, rest, prop::option::weighted(0.8, word::<VolumeWindow>())).prop_map(
        |(kinds, flags, rest, window)| {
            let mut facts = terms::Facts {
                exporter_kind: kinds.0,
                importer_kind: kinds.1,
                relation: kinds.2,
                operation: rest.0,
                remote_access_from: rest.1,
                owner_share: rest.2,
                volume_window: window,
                ..Default::default()
            };
            flags
                .into_iter()
                .filter(|(f, _)| *f != Flag::ContainsPersonal)
                .for_each(|(f, v)| facts.flags.set(f, Some(v)));
            facts
        },
    )
}

fn flow() -> impl Strategy<Value = Flow> {
    let sides = (maybe_places(), maybe_places(), maybe_places(), maybe_places(), maybe_places());
    let data = prop::collection::vec(word::<Category>(), 0..3);
    let purposes = prop::collection::vec(word::<Purpose>(), 1..3);
    let volume = prop::option::of(prop::sample::select(
        &[0_u64, 100, 101, 5_000, 10_000, 10_001, 100_000, 100_001, 1_000_000][..],
    ));
    (
        sides,
        data,
        purposes,
        prop::sample::select(&[Form::Raw, Form::Pseudonymised, Form::Anonymised, Form::OpenPublic][..]),
        volume,
        held(),
        facts(),
    )
        .prop_map(|(sides, data, purposes, form, volume, safeguards, facts)| Flow {
            subject_residence: sides.0,
            export_from: sides.1,
            to_location: sides.2,
            vendor_hq: sides.3,
            vendor_ultimate_owner: sides.4,
            data: Some(data.into_iter().collect()),
            purposes: Some(purposes.into_iter().collect()),
            form,
            volume,
            safeguards,
            facts,
            ..Flow::default()
        })
}

fn stance() -> impl Strategy<Value = Stance> {
    prop::sample::select(&[Stance::Question, Stance::Border][..])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn more_safeguards_never_tighten(flow in flow(), more in held(), day in 0_usize..6, stance in stance()) {
        let edition = edition(day);
        let with_more = Flow { safeguards: flow.safeguards.clone().union(&more), ..flow.clone() };
        prop_assert!(edition.rule(&with_more, stance).unwrap().verdict() >= edition.rule(&flow, stance).unwrap().verdict());
    }

    /// Invariant 4: more categories, subjects, purposes, places or volume never turn a ruling milder.
    #[test]
    fn adding_caution_never_loosens(
        flow in flow(), category in word::<Category>(), purpose in word::<Purpose>(), place in place(), volume in 0_u64..2_000_000,
        day in 0_usize..6, stance in stance(),
    ) {
        let edition = edition(day);
        let before = edition.rule(&flow, stance).unwrap();
        let mut cautious = vec![
            Flow { data: flow.data.map(|d| d.with(category)), ..flow.clone() },
            Flow { purposes: flow.purposes.map(|p| p.with(purpose)), ..flow.clone() },
            Flow { subject_residence: flow.subject_residence.map(|p| p.with(place)), ..flow.clone() },
            Flow { to_location: flow.to_location.map(|p| p.with(place)), ..flow.clone() },
            Flow { vendor_hq: flow.vendor_hq.map(|p| p.with(place)), ..flow.clone() },
            Flow { vendor_ultimate_owner: flow.vendor_ultimate_owner.map(|p| p.with(place)), ..flow.clone() },
            Flow { volume: flow.volume.map(|v| v + volume), ..flow.clone() },
        ];
        let mut remote = flow.clone();
        remote.facts.remote_access_from = remote.facts.remote_access_from.map(|p| p.with(place));
        cautious.push(remote);
        for more in cautious {
            let after = edition.rule(&more, stance).unwrap();
            prop_assert!(
                after.verdict() <= before.verdict(),
                "{} became {}\nbefore {}\nafter {}\n{}", before.verdict(), after.verdict(), flow.to_json(), more.to_json(),
                serde_json::to_string_pretty(&before).unwrap(),
            );
        }
    }

    #[test]
    fn a_border_is_never_milder_than_a_question(flow in flow(), day in 0_usize..6) {
        let edition = edition(day);
        let verdict = |stance| edition.rule(&flow, stance).unwrap().verdict();
        prop_assert!(verdict(Stance::Border) <= verdict(Stance::Question));
    }

    #[test]
    fn memo_and_rounding_change_nothing(flow in flow(), day in 0_usize..6, stance in stance()) {
        let edition = edition(day);
        let fresh = edition.find(&Flow { as_of: None, ..flow.without_safeguards() }, stance).unwrap();
        for _ in 0..2 {
            let remembered = edition.findings(&flow, stance).unwrap();
            prop_assert_eq!(&*remembered, &fresh);
            let ruling = remembered.ruling(&flow.safeguards, edition.hash());
            prop_assert_eq!(remembered.verdict(&flow.safeguards), ruling.verdict());
        }
    }

    #[test]
    fn compiled_conditions_answer_as_cedar_does(flow in flow(), day in 0_usize..6) {
        let edition = edition(day);
        let cedar = law::reference::Reference::new(&LAW, &edition).unwrap();
        prop_assert_eq!(cedar.differences(&flow).unwrap(), Vec::<String>::new(), "{}", flow.to_json());
    }

    #[test]
    fn every_way_offered_makes_it_lawful(flow in flow(), day in 0_usize..6, stance in stance()) {
        let edition = edition(day);
        let ruling = edition.rule(&flow, stance).unwrap();
        if ruling.verdict() == terms::Verdict::Conditional {
            for way in ruling.ways() {
                let more: SafeguardSet = way.iter().copied().collect::<SafeguardSet>().union(&flow.safeguards);
                let after = edition.rule(&Flow { safeguards: more, ..flow.clone() }, stance).unwrap();
                prop_assert_eq!(after.verdict(), terms::Verdict::Permit);
            }
        }
    }

    #[test]
    fn arbitrary_text_never_panics_the_loader(book in ".{0,200}", rules in ".{0,200}") {
        let files = [("x/y/book.toml".to_owned(), book), ("x/y/rules.cedar".to_owned(), rules)];
        prop_assert!(Law::from_files(&files, law::LawSource::Embedded).is_err());
    }
}

#[test]
fn held_words_are_real() {
    assert!(HELD.iter().all(|h| h.parse::<Safeguard>().is_ok()));
}
