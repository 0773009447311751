//! Small laws of which the answers are known, the false ones too.

use std::time::Duration;

use law::{Law, LawSource};
use terms::{Flow, Verdict};

use crate::{Claim, Dated, Method, Prover, Scope};

const BOOK: &str = r#"
id = "xx/law"
title = "A law"
instrument = "Act 1"
source = "https://example.org"
checked = "2026-01-01"
[hook]
places = ["DE"]
axes = ["export_from"]
[[coverage]]
places = ["DE", "FR"]
scope = "all"
[[list]]
id = "xx/free"
member = [{ place = "FR", cite = "1" }, { place = "US", until = "2025-12-31", cite = "1" }]
[[threshold]]
id = "xx/many"
value = 1000
unit = "persons"
window = "12_months"
cite = "2"
"#;

/// A transfer that leaves Germany and the free places is bound to a contract.
const BOUND: &str = r#"
@id("xx/law/1") @effect("condition") @cite("1") @summary("Bound.")
forbid (principal, action, resource) when {
    context.export_from == Place::"DE" && context.to != Place::"DE" && !(context.to in List::"xx/free")
    && context.persons_12_months > Threshold::"xx/many".value
};
"#;

const CONTRACT: &str = r#"
@way("xx/law/1") @all("scc:EU & tia:EU") @cite("2")
forbid (principal, action, resource);
"#;

fn law(rules: &[&str]) -> Law {
    with(BOOK, rules)
}

fn with(book: &str, rules: &[&str]) -> Law {
    let files = [("xx/law/book.toml", book.to_owned()), ("xx/law/rules.cedar", rules.concat())];
    let files: Vec<(String, String)> = files.map(|(name, text)| (name.to_owned(), text)).into();
    Law::from_files(&files, LawSource::Embedded).unwrap_or_else(|faults| panic!("{faults}"))
}

fn today() -> terms::Date {
    "2026-11-21".parse().unwrap()
}

fn dated(law: &Law) -> Dated<'_> {
    Dated::at(law, today()).unwrap()
}

/// The solver; these tests mean nothing without it.
fn solver() -> Prover {
    let prover = Prover::new("cvc5", Duration::from_secs(20), Vec::new());
    assert!(matches!(prover.method(), Method::Solver { .. }), "the program `cvc5` is not installed");
    prover
}

fn names(found: &[crate::Finding]) -> Vec<&str> {
    found.iter().map(|f| f.statement.as_str()).collect()
}

fn counterexample(claim: &Claim) -> &crate::Counterexample {
    match claim {
        Claim::Refuted(example) => example,
        other => panic!("expected a counterexample, got {other:?}"),
    }
}

#[test]
fn a_dead_rule_is_found_and_a_living_one_is_not() {
    let dead = r#"
@id("xx/law/2") @effect("forbid") @cite("2") @summary("Never.")
forbid (principal, action, resource) when { context.to in Place::"US" && ["DE", "FR"].contains("GB") && context.personal };
"#;
    let dead = dead.replace(r#"["DE", "FR"].contains("GB")"#, r#"context.to in List::"xx/free""#);
    let found = solver().soundness(&law(&[BOUND, CONTRACT, &dead]), today(), &Scope::default()).unwrap();
    assert_eq!(names(&found.resting), ["xx/law/2"], "until the end of 2025 the list had it");
    let never = dead.replace(r#"context.to in Place::"US""#, r#"context.to == Place::"GB""#);
    let found = solver().soundness(&law(&[BOUND, CONTRACT, &never]), today(), &Scope::default()).unwrap();
    assert_eq!(names(&found.dead), ["xx/law/2"]);
    assert!(!found.is_clean() && found.wrong.is_empty() && found.open.is_empty());
    let found = solver().soundness(&law(&[BOUND, CONTRACT]), today(), &Scope::default()).unwrap();
    assert!(found.is_clean(), "{found:?}");
}

#[test]
fn a_day_without_a_number_that_a_rule_needs_is_found() {
    let ends = BOOK.replace("window = \"12_months\"", "window = \"12_months\"\nuntil = \"2027-12-31\"");
    let found = solver().soundness(&with(&ends, &[BOUND, CONTRACT]), today(), &Scope::default()).unwrap();
    assert_eq!(names(&found.can_fail), ["the law of 2028-01-01"]);
}

#[test]
fn what_the_evaluator_does_not_confirm_is_an_error_of_the_proof() {
    let law = law(&[BOUND, CONTRACT]);
    let rules = crate::rules::Rules::of(&dated(&law)).unwrap();
    let formula = rules.provisions["xx/law/1"].bites();
    let claim = solver().example(&formula, &rules.world, &|_| Ok(false)).unwrap().unwrap_err();
    assert!(matches!(claim, Claim::Wrong { .. }), "{claim:?}");
}

#[test]
fn a_book_that_reaches_less_than_its_statements_is_told() {
    let beyond = r#"
@id("xx/law/4") @effect("forbid") @cite("4") @summary("Of the French too.")
forbid (principal, action, resource) when { context.export_from in [Place::"DE", Place::"FR"] && context.designated };
"#;
    let found = solver().soundness(&law(&[BOUND, CONTRACT, beyond]), today(), &Scope::default()).unwrap();
    assert_eq!(names(&found.unreached), ["xx/law/4"]);
}

#[test]
fn the_same_law_is_neither_looser_nor_stricter() {
    let reworded = BOUND.replace(r#"context.to != Place::"DE""#, r#"!([Place::"DE"].contains(context.to))"#);
    let (before, after) = (law(&[BOUND, CONTRACT]), law(&[&reworded, CONTRACT]));
    let (before, after) = (dated(&before), dated(&after));
    let found = solver().compare(&before, &after, &Scope::default()).unwrap();
    assert_eq!((found.whole.not_looser, found.whole.not_stricter), (Claim::Proven, Claim::Proven));
    assert!(found.provisions.is_empty());
}

#[test]
fn a_looser_change_is_shown_by_a_flow_that_the_evaluator_confirms() {
    let lowered = with(&BOOK.replace("value = 1000", "value = 5000"), &[BOUND, CONTRACT]);
    let former = law(&[BOUND, CONTRACT]);
    let (before, after) = (dated(&former), dated(&lowered));
    let found = solver().compare(&before, &after, &Scope::default()).unwrap();
    let example = counterexample(&found.whole.not_looser);
    assert_eq!((example.before, example.after), (Verdict::Conditional, Verdict::Permit));
    assert_eq!(found.whole.not_stricter, Claim::Proven);
    assert_eq!(found.provisions.len(), 1);
    assert_eq!(found.provisions[0].not_stricter, Claim::Proven);
    counterexample(&found.provisions[0].not_looser);
}

#[test]
fn asking_for_less_is_looser_and_another_way_out_too() {
    let former = law(&[BOUND, CONTRACT]);
    let before = dated(&former);
    let cheaper = CONTRACT.replace(" & tia:EU", "");
    let further = CONTRACT.replace("scc:EU & tia:EU", "bcr:EU");
    for rules in [vec![BOUND, cheaper.as_str()], vec![BOUND, CONTRACT, further.as_str()]] {
        let later = law(&rules);
        let after = dated(&later);
        let found = solver().compare(&before, &after, &Scope::default()).unwrap();
        let example = counterexample(&found.whole.not_looser);
        assert!(!example.flow.safeguards.is_empty(), "{example:?}");
        assert_eq!(found.whole.not_stricter, Claim::Proven);
    }
}

#[test]
fn a_list_that_loses_a_member_is_stricter() {
    let law = law(&[BOUND, CONTRACT]);
    let (before, after) = ("2025-12-31".parse().unwrap(), "2026-01-01".parse().unwrap());
    let (before, after) = (Dated::at(&law, before).unwrap(), Dated::at(&law, after).unwrap());
    let found = solver().compare(&before, &after, &Scope(vec!["xx".to_owned()])).unwrap();
    assert_eq!(found.whole.not_looser, Claim::Proven);
    let example = counterexample(&found.whole.not_stricter);
    assert!(example.flow.to_location.unwrap().to_string().starts_with("US"));
}

#[test]
fn without_the_solver_it_searches_and_says_so() {
    let shown = Flow::from_json(&serde_json::json!({
        "subject_residence": "DE", "export_from": "DE", "to_location": "IN", "vendor_hq": "IN", "vendor_ultimate_owner": "IN",
        "data": ["health"], "purpose": "inference", "counts": {"persons over 12_months": 3000},
    }))
    .unwrap();
    let mut prover = Prover::new("no-such-solver", Duration::from_secs(1), vec![shown]);
    assert_eq!(prover.method(), Method::Search { flows: 1 });
    let lowered = with(&BOOK.replace("value = 1000", "value = 5000"), &[BOUND, CONTRACT]);
    let former = law(&[BOUND, CONTRACT]);
    let (before, after) = (dated(&former), dated(&lowered));
    let found = prover.compare(&before, &after, &Scope::default()).unwrap();
    counterexample(&found.whole.not_looser);
    assert!(matches!(found.whole.not_stricter, Claim::Open { .. }), "a search proves nothing");
    let found = prover.soundness(&law(&[BOUND, CONTRACT]), today(), &Scope::default()).unwrap();
    assert!(found.is_clean() && found.shown == 2);
}

mod regimes {
    use super::*;

    const SECOND: &str = r#"
id = "yy/law"
title = "Another law"
instrument = "Act 2"
source = "https://example.org"
checked = "2026-01-01"
[hook]
places = ["FR"]
axes = ["subject_residence"]
"#;

    /// Two laws, each a hook and rules.
    fn both(first: &[&str], second: &[&str]) -> Law {
        let files = [
            ("xx/law/book.toml", BOOK.to_owned()),
            ("xx/law/rules.cedar", first.concat()),
            ("yy/law/book.toml", SECOND.to_owned()),
            ("yy/law/rules.cedar", second.concat()),
        ];
        let files: Vec<(String, String)> = files.map(|(name, text)| (name.to_owned(), text)).into();
        Law::from_files(&files, LawSource::Embedded).unwrap_or_else(|faults| panic!("{faults}"))
    }

    fn home(id: &str, side: &str, place: &str) -> String {
        format!(
            r#"@id("{id}") @effect("forbid") @cite("1") @summary("At home.")
            forbid (principal, action, resource) when {{ context.{side} in Place::"{place}" && !(context.to in Place::"{place}") }};"#
        )
    }

    fn scopes() -> (Scope, Scope) {
        (Scope(vec!["xx".to_owned()]), Scope(vec!["yy/law".to_owned()]))
    }

    #[test]
    fn two_laws_that_keep_data_at_home_conflict() {
        let law =
            both(&[&home("xx/law/9", "export_from", "DE")], &[&home("yy/law/9", "subject_residence", "FR")]);
        let (x, y) = scopes();
        let found = solver().conflict(&dated(&law), &x, &y).unwrap();
        let flow = &counterexample(&found.compatible).flow;
        assert_eq!(flow.export_from.unwrap().to_string(), "DE");
        assert_eq!((found.first_allows, found.second_allows), (vec!["DE".to_owned()], vec!["FR".to_owned()]));
        let law =
            both(&[&home("xx/law/9", "export_from", "DE")], &[&home("yy/law/9", "subject_residence", "DE")]);
        let found = solver().conflict(&dated(&law), &x, &y).unwrap();
        assert_eq!(found.compatible, Claim::Proven);
    }

    #[test]
    fn one_law_satisfies_another_only_with_equivalent_mechanisms() {
        let second = r#"
@id("yy/law/1") @effect("condition") @cite("1") @summary("Bound.")
forbid (principal, action, resource) when { context.to in Place::"US" };
@way("yy/law/1") @all("scc:CH") @cite("2")
forbid (principal, action, resource);"#;
        let first = BOUND.replace("\n    && context.persons_12_months > Threshold::\"xx/many\".value", "");
        let law = both(&[&first, CONTRACT], &[second]);
        let edition = dated(&law);
        let (x, y) = scopes();
        let alone = solver().recognizes(&edition, &x, &y, &[]).unwrap();
        counterexample(&alone);
        let alike = [("scc:EU".parse().unwrap(), "scc:CH".parse().unwrap())];
        assert_eq!(solver().recognizes(&edition, &x, &y, &alike).unwrap(), Claim::Proven);
        // The other way round it asks for an assessment that the second law does not know.
        counterexample(&solver().recognizes(&edition, &y, &x, &alike).unwrap());
    }
}
