use std::collections::BTreeMap;

use proptest::prelude::*;
use terms::{Categories, Facts, Form, Place, PlaceSet, Purposes, TokenSet};

use super::{Caller, FlowFloor, MayState, Order, System};

fn places(codes: &[&str]) -> PlaceSet {
    codes.iter().map(|c| c.parse::<Place>().unwrap()).collect()
}

fn system(subject: MayState) -> System {
    System {
        id: "s".parse().unwrap(),
        name: "S".into(),
        exporter: "x".parse().unwrap(),
        floor: FlowFloor {
            subject_residence: places(&["DE", "FR"]),
            export_from: places(&["DE"]),
            data: Categories::EMPTY,
            form: Form::Raw,
            purposes: Purposes::EMPTY,
            facts: Facts::default(),
        },
        caller: Caller { subject, ..Caller::default() },
        operations: TokenSet::EMPTY,
        endpoints: vec![],
        model_aliases: BTreeMap::new(),
        order: Order::Listed,
        masking: crate::Masking::default(),
        masked_logprobs: crate::MaskedLogprobs::default(),
    }
}

#[test]
fn a_caller_narrows_only_among_the_named_places() {
    let s = system(MayState::Among(places(&["DE", "FR"])));
    assert_eq!(s.subject(None), places(&["DE", "FR"]));
    assert_eq!(s.subject(Some(&PlaceSet::EMPTY)), places(&["DE", "FR"]));
    assert_eq!(s.subject(Some(&places(&["DE"]))), places(&["DE"]));
    assert_eq!(s.subject(Some(&places(&["IN"]))), places(&["DE", "FR", "IN"]));
    assert_eq!(s.subject(Some(&places(&["DE", "IN"]))), places(&["DE", "FR", "IN"]));
}

#[test]
fn a_system_about_other_people_says_all_of_them_and_nothing_else() {
    let mut s = system(MayState::Add);
    s.floor.facts.subject_citizenship = Some(places(&["DE", "FR"]));
    s.floor.facts.collected_in = Some(places(&["DE", "FR"]));
    let there = s.about_people_of("BR".parse().unwrap());
    let brazil = Some(places(&["BR"]));
    assert_eq!(Some(there.subject(None)), brazil);
    assert_eq!(there.floor.facts.subject_citizenship, brazil);
    assert_eq!(there.floor.facts.collected_in, brazil);
    assert_eq!(there.floor.facts.directed_at, None, "what nobody stated stays unknown");
    assert_eq!(there.floor.export_from, s.floor.export_from);
    // Data that were collected elsewhere still were.
    s.floor.facts.collected_in = Some(places(&["CH"]));
    assert_eq!(s.about_people_of("BR".parse().unwrap()).floor.facts.collected_in, Some(places(&["CH"])));
}

#[test]
fn without_leave_a_caller_only_adds() {
    assert_eq!(system(MayState::Add).subject(Some(&places(&["DE"]))), places(&["DE", "FR"]));
    assert_eq!(system(MayState::Nothing).subject(Some(&places(&["IN"]))), places(&["DE", "FR"]));
}

proptest! {
    #[test]
    fn stating_more_never_leaves_fewer(
        less in proptest::collection::vec(0_usize..319, 1..5),
        more in proptest::collection::vec(0_usize..319, 0..5),
    ) {
        let all: Vec<Place> = Place::all().collect();
        let less: PlaceSet = less.into_iter().map(|i| all[i]).collect();
        let more = less.union(&more.into_iter().map(|i| all[i]).collect());
        for leave in [MayState::Add, MayState::Nothing, MayState::Among(places(&["DE", "FR"]))] {
            let s = system(leave);
            prop_assert!(s.subject(Some(&more)).contains_all(&s.subject(Some(&less))));
        }
    }
}
