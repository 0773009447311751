//! Standings of made rulings, and the questions and answers of a small law.

use terms::{Confidence, Duty, Flow, MissingFact, Needs, Place, Ruling};

use super::{Asked, Asking, Mark, Question, Standing, jurisdictions};
use crate::{Law, LawSource, Stance};

fn place(code: &str) -> Place {
    code.parse().unwrap()
}

fn needing(ways: &[&str]) -> Ruling {
    let way = |text: &&str| text.split('&').map(|s| s.parse().unwrap()).collect();
    Ruling { needs: Needs::any_of(&ways.iter().map(way).collect::<Vec<_>>()), ..Ruling::default() }
}

fn duty(provision: &str) -> Ruling {
    let duty = Duty { provision: provision.into(), cite: String::new(), summary: String::new() };
    Ruling { duties: vec![duty], ..Ruling::default() }
}

fn lacking(fact: &str) -> Ruling {
    let missing = MissingFact { fact: fact.into(), provisions: vec![], outcomes: vec![] };
    Ruling { missing: vec![missing], ..Ruling::default() }
}

#[test]
fn each_kind_of_ruling_has_its_standing() {
    let prohibited = Ruling { prohibitions: vec!["xx/a/1".into()], ..Ruling::default() };
    let rows = [
        (Ruling::default(), 'F'),
        (duty("confirm/relation"), 'F'),
        (duty("review/xx/a/1"), 'F'),
        (duty("xx/a/2"), 'H'),
        (needing(&["scc:EU&tia:EU", "approval:EU"]), 'C'),
        (needing(&["approval:CN", "assessment:CN&pia:CN"]), 'A'),
        (lacking("volume_persons"), 'U'),
        (lacking("law:AF"), '.'),
        (lacking("law:AF").meet(&prohibited), 'P'),
        (prohibited, 'P'),
    ];
    for (ruling, code) in rows {
        assert_eq!(Mark::of(&ruling).code(), code, "{ruling:?}");
    }
}

#[test]
fn an_authority_is_needed_only_where_no_way_goes_around_it() {
    // With a second provision that only an approval meets, the contract alone does not help.
    let both = needing(&["scc:EU", "approval:EU"]).meet(&needing(&["license:US"]));
    assert_eq!(Standing::of(&both), Standing::PriorApproval);
    assert_eq!(Standing::of(&needing(&["scc:EU", "approval:EU"])), Standing::Conditional);
}

#[test]
fn marks_have_letters_names_and_ranks_of_their_own() {
    let codes: String = Mark::ALL.iter().map(|m| m.code()).collect();
    assert_eq!(codes, "FHCAUP.");
    let mut ranked = Mark::ALL;
    ranked.sort_by_key(|m| m.rank());
    let ranked: String = ranked.iter().map(|m| m.code()).collect();
    assert_eq!(ranked, "FHCAU.P");
    assert!(Standing::ALL.windows(2).all(|pair| pair[0] < pair[1]));
    assert_eq!(serde_json::to_value(Mark::NotLookedAt).unwrap(), "not_looked_at");
}

const BOOK: &str = r#"
id = "br/ads"
title = "Brazil: advertisements"
instrument = "A law"
source = "https://example.org"
checked = "2026-05-01"
[hook]
places = ["BR"]
axes = ["subject_residence", "export_from"]
[[coverage]]
places = ["BR", "JP"]
scope = "advertisements"
"#;

const RULES: &str = r#"
@id("br/ads/1") @effect("condition") @cite("Art. 1") @summary("Abroad only with consent or a contract.") @checked("2026-03-01")
forbid (principal, action, resource) when { context.export_from in Place::"BR" && !(context.to in Place::"BR") };
@way("br/ads/1") @all("separate_consent") @cite("Art. 1")
forbid (principal, action, resource);
@way("br/ads/1") @all("scc:BR") @cite("Art. 1")
forbid (principal, action, resource);
@id("br/ads/2") @effect("duty") @cite("Art. 2") @summary("Tell people of prices made for them.") @confidence("low")
forbid (principal, action, resource) when { context.purposes.contains("dynamic_pricing") && context.subject_residence == Place::"US-NY" };
@way("br/ads/2") @all("notice_given") @cite("Art. 2")
forbid (principal, action, resource);
@id("br/ads/3") @effect("duty") @cite("Art. 3") @summary("Tell people of prices made for them.") @confidence("low")
forbid (principal, action, resource) when { context.purposes.contains("dynamic_pricing") };
@way("br/ads/3") @all("notice_given") @cite("Art. 3")
forbid (principal, action, resource);
"#;

fn law() -> Law {
    let files = [
        ("br/ads/book.toml".to_owned(), BOOK.to_owned()),
        ("br/ads/rules.cedar".to_owned(), RULES.to_owned()),
    ];
    Law::from_files(&files, LawSource::Embedded).unwrap()
}

fn pricing(more: serde_json::Value) -> Question {
    let mut flow =
        serde_json::json!({ "data": ["behavioural"], "purpose": "dynamic_pricing", "volume_persons": 10 });
    flow.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Question::new(Flow::from_json(&flow).unwrap())
}

#[test]
fn countries_zones_and_named_parts_are_asked() {
    let asked = jurisdictions(&law());
    let has = |code: &str| asked.contains(&place(code));
    assert!(has("BR") && has("AF") && has("AE-DIFC") && has("US-NY"));
    assert!(!has("EU") && !has("US-CA"));
}

#[test]
fn at_home_nothing_leaves_and_as_given_goes_where_it_says() {
    let question = pricing(serde_json::json!({
        "subject_residence": "DE", "to_location": "US", "vendor_hq": "US", "facts": {"remote_access_from": "IN"},
    }));
    let (home, given) = (question.at_home(place("BR")), question.as_given(place("BR")));
    let here = Some(place("BR").into());
    assert_eq!((home.subject_residence, home.export_from, home.to_location), (here, here, here));
    assert_eq!((home.vendor_hq, home.vendor_ultimate_owner), (here, here));
    assert_eq!((given.subject_residence, given.export_from), (here, here));
    assert_eq!(given.to_location, Some(place("US").into()));
    assert_eq!(given.vendor_ultimate_owner, Some(place("US").into()), "its own owner, as was assumed");
    assert!(home.facts.remote_access_from.is_none() && given.facts.remote_access_from.is_some());
    assert_eq!(question.assumed().len(), 2);
    assert!(question.goes_somewhere() && !pricing(serde_json::json!({})).goes_somewhere());
}

#[test]
fn what_is_asked_says_consent_notice_and_how_fresh_it_is() {
    let law = law();
    let edition = law.at("2026-11-21".parse().unwrap(), None).unwrap();
    let question = pricing(serde_json::json!({ "to_location": "US", "vendor_hq": "US" }));
    let ruled = |flow: &Flow| edition.rule(flow, Stance::Question).unwrap();

    let abroad = ruled(&question.as_given(place("BR")));
    let asked = Asked::of(&law, &edition, place("BR"), &abroad);
    assert_eq!(Mark::of(&abroad).code(), 'C');
    assert_eq!((asked.consent, asked.notice), (Asking::OneWay, Asking::Needed));
    assert_eq!(asked.checked, Some("2026-03-01".parse().unwrap()), "the oldest of what bites");
    assert_eq!(asked.confidence, Confidence::Low);
    assert_eq!(asked.duties.len(), 1);

    let home = ruled(&question.at_home(place("BR")));
    assert_eq!(Mark::of(&home).code(), 'H');
    assert_eq!(Asked::of(&law, &edition, place("BR"), &home).consent, Asking::No);

    let japan = ruled(&question.at_home(place("JP")));
    assert_eq!(Mark::of(&japan).code(), 'F', "looked at, and nothing found");
    assert_eq!(Asked::of(&law, &edition, place("JP"), &japan).checked, Some("2026-05-01".parse().unwrap()));

    let afghanistan = ruled(&question.at_home(place("AF")));
    assert_eq!(Mark::of(&afghanistan), Mark::NotLookedAt);
    assert_eq!(Asked::of(&law, &edition, place("AF"), &afghanistan).checked, None);
}
