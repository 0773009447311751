//! A trial: requests are ruled on and not held to the ruling, and the record says what the law would have done.

use ledger::Shadowed;

use crate::house::{House, KEY, NOW, Plan, ask};

const TRIAL: &str = "[[shadow]]\nid = \"trial\"\nsystems = [\"support\"]\nmodels = [\"assistant\", \"abroad\"]\n\
    until = \"2026-12-31\"\nby = \"platform team\"\nwhy = \"before it is enforced\"\n";

async fn house(more: &'static str) -> House {
    House::with(Plan { more, ..Plan::default() }).await
}

#[tokio::test]
async fn a_request_under_a_trial_goes_where_it_would_have_gone_and_the_record_says_where_the_law_would_have_had_it()
 {
    let house = house(TRIAL).await;
    let answer = house.chat(&ask("assistant")).await;
    assert_eq!(answer.header("x-comity-endpoint"), Some("shanghai"), "{}", answer.text());
    assert_eq!(answer.header("x-comity-shadow"), Some("trial"));
    let answer = house.chat(&ask("abroad")).await;
    assert_eq!(answer.header("x-comity-endpoint"), Some("shanghai"), "{}", answer.text());
    let shadowed: Vec<Option<Shadowed>> = house.admissions().into_iter().map(|a| a.shadow).collect();
    let trial = |instead: Option<&str>| {
        Some(Shadowed { id: "trial".to_owned(), instead: instead.map(str::to_owned), masked: false })
    };
    assert_eq!(shadowed, [trial(Some("frankfurt")), trial(None)]);
    let counted = house.get(KEY, "/metrics").await.text();
    for instead in ["elsewhere", "refused"] {
        let row = format!("comity_shadow_crossings_total{{shadow=\"trial\",instead=\"{instead}\"}} 1");
        assert!(counted.contains(&row), "{counted}");
    }
    house.end().await;
}

#[tokio::test]
async fn what_a_trial_does_not_name_is_held_to_the_law() {
    let house = house(TRIAL).await;
    let answer = house.chat(&ask("europe")).await;
    assert_eq!(answer.header("x-comity-endpoint"), Some("frankfurt"));
    assert_eq!(answer.header("x-comity-shadow"), None);
    assert_eq!(house.counts(), [0, 1, 0, 0]);
    assert!(house.admissions().iter().all(|a| a.shadow.is_none()));
    house.end().await;
}

#[tokio::test]
async fn a_trial_ends_with_its_day() {
    let house = house(TRIAL).await;
    assert_eq!(house.chat(&ask("abroad")).await.status, 200);
    // 2026-12-31, 16:00 UTC: in New Zealand it is the next year already, and there the trial is over.
    house.clock.set(NOW + 40 * 24 * 60 * 60 * 1000);
    assert_eq!(house.chat(&ask("abroad")).await.code(), "refused_by_law");
    assert_eq!(house.counts(), [1, 0, 0, 0]);
    house.end().await;
}

#[tokio::test]
async fn a_stop_holds_under_a_trial_too() {
    let house = house(TRIAL).await;
    let shanghai = border::Target::Endpoint("shanghai".to_owned());
    house.border.close(shanghai, true, "ops", "drill").await.unwrap();
    let answer = house.chat(&ask("assistant")).await;
    assert_eq!(answer.header("x-comity-endpoint"), Some("frankfurt"));
    assert!(house.admissions().iter().all(|a| a.shadow.is_none()), "that is where the law has it");
    house.end().await;
}
