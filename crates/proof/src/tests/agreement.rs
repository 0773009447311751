//! The derivation and the evaluator agree, flow by flow: what a proof says of formulas holds of rulings.

use std::sync::{Arc, LazyLock};

use law::{Edition, Law, Stance};
use proptest::prelude::*;

use crate::formula::{Assignment, Name};
use crate::rules::{Rules, Scope};
use crate::world::{Sort, World, no_place};
use crate::{Dated, claim, witness};

/// Any possible facts, drawn from a seed: mostly values that rules name, so that something bites.
fn facts(world: &World, rules: &Rules, seed: u64) -> Assignment {
    let mut state = seed;
    let mut draw = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below.max(1)
    };
    let mut facts = Assignment::new();
    let often = ["DE", "FR", "US", "CN", "IN", "GB", "CH", "JP", "RU", "BR", "HK", "US-TX"];
    let place = |draw: &mut dyn FnMut(u64) -> u64| match draw(3) {
        0 => i64::from(world.places().nth(draw(317) as usize).unwrap().index()),
        _ => {
            let code = often[draw(often.len() as u64) as usize];
            i64::from(code.parse::<terms::Place>().unwrap().index())
        }
    };
    let purpose = draw(5);
    for (name, sort) in world.sorts() {
        let mut put = |name: String, value: i64| {
            facts.insert(Name::from(name), value);
        };
        match sort {
            Sort::Place if name == "origin" && draw(2) == 0 => put(name.to_owned(), no_place()),
            Sort::Place => put(name.to_owned(), place(&mut draw)),
            Sort::Word(words) => put(name.to_owned(), draw(words.words().len() as u64) as i64),
            Sort::Flag => put(name.to_owned(), draw(2) as i64),
            Sort::Number if name == "owner_share" => put(name.to_owned(), draw(10_001) as i64),
            Sort::Number => put(name.to_owned(), draw(2_000_000) as i64 * draw(2) as i64),
            Sort::Set(words) => {
                let words = words.words();
                let chosen =
                    if name == "purposes" { purpose as usize } else { draw(words.len() as u64) as usize };
                for (at, word) in words.iter().enumerate() {
                    put(format!("{name}:{word}"), i64::from(at == chosen || draw(8) == 0));
                }
            }
        }
    }
    for safeguard in rules.ways.values().flat_map(|w| w.asks()).collect::<Vec<_>>() {
        facts.insert(format!("held:{safeguard}").into(), i64::from(draw(4) == 0));
    }
    facts
}

/// The law on days that differ much; made once, since that is the slow part.
static DAYS: LazyLock<Vec<(Arc<Edition>, Rules)>> = LazyLock::new(|| {
    let law = Law::embedded().unwrap();
    let at = |day: &str| {
        let dated = Dated::at(&law, day.parse().unwrap()).unwrap();
        let rules = Rules::of(&dated).unwrap();
        (dated.edition, rules)
    };
    ["2017-01-15", "2022-11-15", "2024-03-21", "2026-11-21"].map(at).into()
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn formulas_say_what_the_evaluator_rules(seed: u64) {
        for (edition, rules) in DAYS.iter() {
            agree(edition, rules, seed)?;
        }
    }
}

fn agree(edition: &Edition, rules: &Rules, seed: u64) -> Result<(), TestCaseError> {
    prop_assert!(rules.underivable.is_empty(), "{:?}", rules.underivable);
    let facts = facts(&rules.world, rules, seed);
    let flow = witness::flow(&facts, &rules.world).unwrap();
    let findings = edition.findings(&flow, Stance::Question).unwrap();
    let applying = findings.statements();
    let meant = |_: &str| true;
    for (id, provision) in &rules.provisions {
        let bites = provision.bites().eval(&facts);
        prop_assert_eq!(bites, applying.contains(id.as_str()), "{} bites: {}", id, flow.to_json());
        let unmet = Some(rules.unmet(provision).eval(&facts));
        prop_assert_eq!(
            unmet,
            claim::applies(edition, &flow, id).unwrap(),
            "{} unmet: {}",
            id,
            flow.to_json()
        );
    }
    let stands = claim::stands_against(edition, &flow, &meant, true).unwrap();
    prop_assert_eq!(Some(rules.stands_against(&Scope::default()).eval(&facts)), stands, "{}", flow.to_json());
    Ok(())
}
