//! The order of lawful endpoints: preference, health, capacity, what others lend, and what `explain` says of it.

use serde_json::Value;
use testkit::{Mode, Vendor};

use crate::house::{CHAT, House, Plan, ask, post};
use crate::vendors::{say, to};

/// Two endpoints, of which the second is an ally's and lent.
const SURGE: &str = r#"
[[surge]]
id = "surge-azure"
vendor = "rhein"
endpoints = ["azure"]
from = "2026-01-01"
until = "2026-12-31"
signed = "2025-12-11"
document = { name = "surge.pdf" }
"#;

async fn house(wires: &'static str, more: &'static str) -> House {
    let vendors = vec![("openai", Vendor::OpenAi), ("azure", Vendor::Azure)];
    House::with(Plan { vendors, wires, more, ..Plan::default() }).await
}

#[tokio::test]
async fn an_endpoint_that_keeps_failing_is_left_alone() {
    let house = house("", "").await;
    house.upstream("openai").set(Mode::Status(500));
    for _ in 0..8 {
        let answer = house.send(to(CHAT, &say(CHAT, "all", "Hi", false))).await;
        assert_eq!(answer.header("x-comity-endpoint"), Some("azure"), "{}", answer.text());
    }
    assert_eq!(house.upstream("openai").count(), 5, "the circuit opens after five failures in a row");
    let alone = house.send(to(CHAT, &say(CHAT, "openai", "Hi", false))).await;
    assert_eq!((alone.status.as_u16(), alone.code().as_str()), (503, "no_lawful_endpoint_alive"));
    assert!(alone.header("retry-after").is_some(), "it is known when it will be tried again");
    assert_eq!(house.upstream("openai").count(), 5);
    house.upstream("openai").set(Mode::Instant);
    house.gateway.forget_endpoints();
    let back = house.send(to(CHAT, &say(CHAT, "all", "Hi", false))).await;
    assert_eq!(back.header("x-comity-endpoint"), Some("openai"));
    house.end().await;
}

#[tokio::test]
async fn retry_after_is_honored() {
    let house = house("", "").await;
    house.upstream("openai").then([Mode::Busy { retry_after: 60 }]);
    for _ in 0..3 {
        let answer = house.send(to(CHAT, &say(CHAT, "all", "Hi", false))).await;
        assert_eq!(answer.header("x-comity-endpoint"), Some("azure"));
    }
    assert_eq!(house.upstream("openai").count(), 1, "it asked to be left alone for a minute");
    house.end().await;
}

#[tokio::test]
async fn what_is_lent_is_used_only_while_ones_own_is_short_and_the_record_says_so() {
    let house = house("", SURGE).await;
    let own = house.send(to(CHAT, &say(CHAT, "all", "Hi", false))).await;
    assert_eq!(own.header("x-comity-endpoint"), Some("openai"));
    house.upstream("openai").then([Mode::Busy { retry_after: 60 }]);
    let lent = house.send(to(CHAT, &say(CHAT, "all", "Hi", false))).await;
    assert_eq!(lent.header("x-comity-endpoint"), Some("azure"));
    let surges: Vec<_> = house.admissions().into_iter().map(|a| (a.endpoint, a.surge)).collect();
    let under = Some("surge-azure".to_owned());
    assert_eq!(
        surges,
        [("openai".to_owned(), None), ("openai".to_owned(), None), ("azure".to_owned(), under)]
    );
    // Nothing of one's own is short where nothing of one's own was asked.
    let alone = house.send(to(CHAT, &say(CHAT, "azure", "Hi", false))).await;
    assert_eq!(alone.code(), "no_lawful_endpoint_alive");
    house.end().await;
}

/// Row L1: a name never leads to the endpoints of another.
#[tokio::test]
async fn a_model_name_never_falls_back_to_another() {
    let house = house("", "").await;
    house.upstream("openai").die().await;
    let answer = house.send(to(CHAT, &say(CHAT, "openai", "Hi", false))).await;
    assert_eq!(answer.code(), "no_lawful_endpoint_alive");
    assert_eq!(house.upstream("azure").count(), 0);
    house.end().await;
}

#[tokio::test]
async fn requests_are_shared_out_by_weight() {
    let house = house("order = \"weight\"", "").await;
    let mut met = std::collections::BTreeSet::new();
    for _ in 0..32 {
        let answer = house.send(to(CHAT, &say(CHAT, "all", "Hi", false))).await;
        met.insert(answer.header("x-comity-endpoint").unwrap().to_owned());
    }
    assert_eq!(met.len(), 2, "both have their share");
    house.end().await;
}

#[tokio::test]
async fn explain_tells_the_order_and_why_the_others_fell_out_and_sends_nothing() {
    let house = House::open().await;
    let mut request = post(ask("assistant").to_string());
    *request.uri_mut() = "/v1/comity/explain".parse().unwrap();
    let size = house.border.ledger().size();
    let answer = house.send(request).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let told = answer.json();
    let names = |list: &str| -> Vec<String> {
        let all = told[list].as_array().unwrap();
        all.iter().map(|c| c["endpoint"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("lawful"), ["frankfurt", "paris", "mumbai"]);
    assert_eq!(names("others"), ["shanghai"]);
    assert_eq!(told["lawful"][0]["state"], "ready");
    assert_eq!(told["others"][0]["verdict"], "conditional");
    assert!(told["others"][0]["why"].as_str().unwrap().contains("GDPR Art. 44"), "{told}");
    assert_eq!(told["found"], Value::Array(Vec::new()));
    assert_eq!(house.counts(), [0; 4]);
    assert_eq!(house.border.ledger().size(), size, "nothing is recorded");
    house.end().await;
}
