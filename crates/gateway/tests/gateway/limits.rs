//! What keys and systems may ask for: refused before anything crosses, settled by what was used, and as the record says.

use http_body_util::Full;
use ledger::{Entry, OutcomeCode};
use serde_json::{Value, json};
use testkit::Mode;

use crate::house::{House, KEY, Plan, ask, ask_streamed, post, post_with};

const OTHER: &str = "another-key-of-support";

async fn house(more: &'static str) -> House {
    House::with(Plan { more, ..Plan::default() }).await
}

fn asked_by(key: &str, body: &Value) -> http::Request<Full<bytes::Bytes>> {
    post_with(&[("authorization", &format!("Bearer {key}"))], body.to_string())
}

#[tokio::test]
async fn requests_a_minute_are_a_keys_own() {
    let house = house("[[limit]]\nid = \"pace\"\nkey = \"support-key\"\nrequests_per_minute = 2\n").await;
    for left in ["1", "0"] {
        let answer = house.chat(&ask("europe")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("x-ratelimit-limit-requests"), Some("2"));
        assert_eq!(answer.header("x-ratelimit-remaining-requests"), Some(left));
    }
    let refused = house.chat(&ask("europe")).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (429, "rate_limit_exceeded"));
    assert_eq!(refused.header("retry-after"), Some("30"), "one of two comes back in half a minute");
    assert_eq!(refused.header("x-ratelimit-remaining-requests"), Some("0"));
    assert_eq!(refused.header("x-ratelimit-reset-requests"), Some("1m0s"));
    assert!(refused.text().contains("`key/support-key` has reached its limit of 2 requests a minute"));
    let other = house.send(asked_by(OTHER, &ask("europe"))).await;
    assert_eq!(other.status, 200, "another key has no limit");
    assert_eq!(other.header("x-ratelimit-limit-requests"), None);
    house.clock.advance(30_000);
    assert_eq!(house.chat(&ask("europe")).await.status, 200, "the bucket refills");
    let counted = house.get(KEY, "/metrics").await.text();
    assert!(counted.contains("comity_limited_total{limit=\"requests_per_minute\"} 1"), "{counted}");
    house.end().await;
}

#[tokio::test]
async fn a_system_is_limited_with_all_of_its_keys() {
    let house = house("[[limit]]\nid = \"pace\"\nsystem = \"support\"\nrequests_per_minute = 2\n").await;
    assert_eq!(house.chat(&ask("europe")).await.status, 200);
    assert_eq!(house.send(asked_by(OTHER, &ask("europe"))).await.status, 200);
    assert_eq!(house.chat(&ask("europe")).await.status, 429);
    assert_eq!(house.send(asked_by(OTHER, &ask("europe"))).await.status, 429);
    house.end().await;
}

#[tokio::test]
async fn tokens_are_set_aside_by_estimate_and_settled_by_the_vendors_count() {
    let house = house("[[limit]]\nid = \"pace\"\nkey = \"support-key\"\ntokens_per_minute = 1100\n").await;
    let mut body = ask("europe");
    body["max_tokens"] = json!(1000);
    let first = house.chat(&body).await;
    assert_eq!(first.status, 200, "{}", first.text());
    let used = first.json()["usage"]["total_tokens"].as_u64().unwrap();
    house.outcomes(1).await;
    let second = house.chat(&body).await;
    let left = |answer: &crate::house::Answer| -> u64 {
        answer.header("x-ratelimit-remaining-tokens").unwrap().parse().unwrap()
    };
    assert_eq!(second.status, 200, "what the first one did not use is free again: {}", second.text());
    assert_eq!(left(&first) - left(&second), used);
    house.end().await;
}

#[tokio::test]
async fn requests_at_one_time_end_with_their_answers() {
    let house = house("[[limit]]\nid = \"few\"\nkey = \"support-key\"\nconcurrent = 1\n").await;
    house.upstream("frankfurt").set(Mode::Gated);
    house.upstream("frankfurt").open(2);
    let call = house.begin(post(ask_streamed("europe").to_string())).await;
    assert_eq!(call.response.status(), 200);
    let refused = house.chat(&ask("europe")).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (429, "rate_limit_exceeded"));
    house.upstream("frankfurt").open(1_000);
    call.whole().await;
    house.outcomes(1).await;
    assert_eq!(house.chat(&ask("europe")).await.status, 200);
    // A caller that leaves frees its place too.
    house.upstream("frankfurt").set(Mode::Stall { after: 1 });
    let call = house.begin(post(ask_streamed("europe").to_string())).await;
    call.hang_up();
    house.outcomes(3).await;
    house.upstream("frankfurt").set(Mode::Instant);
    assert_eq!(house.chat(&ask("europe")).await.status, 200);
    house.end().await;
}

/// 2 EUR a million tokens sent and 8 EUR a million answered, in the estate of the tests.
const BUDGET: &str =
    "[limits]\ncurrency = \"EUR\"\n[[limit]]\nid = \"daily\"\nsystem = \"support\"\nspend_per_day = 0.01\n";

fn spent(house: &House) -> u64 {
    let price = |e: &Entry| if let Entry::Outcome(o) = e { o.price } else { None };
    house.entries().iter().filter_map(price).sum()
}

#[tokio::test]
async fn money_is_never_spent_beyond_the_budget_and_the_record_says_what_was() {
    let house = house(BUDGET).await;
    let mut body = ask("europe");
    body["max_tokens"] = json!(1000);
    let mut answered = 0;
    let refused = loop {
        let answer = house.chat(&body).await;
        if answer.status != 200 {
            break answer;
        }
        answered += 1;
        house.outcomes(answered).await;
    };
    assert_eq!(refused.refusal(), (429, "insufficient_quota".to_owned(), Some("false")));
    assert!(refused.text().contains("its limit of 0.01 a day"), "{}", refused.text());
    assert!(answered > 1, "what was set aside and not used is free again");
    let spent = spent(&house);
    assert!(spent <= 10_000 && spent > 10_000 - 8_100, "{spent} millionths of 10,000");
    let set_aside: Vec<Option<u64>> = house.admissions().iter().map(|a| a.price).collect();
    assert!(set_aside.iter().all(|price| price.is_some_and(|p| p > 8_000)), "{set_aside:?}");
    let counted = house.get(KEY, "/metrics").await.text();
    let shown =
        counted.lines().find(|l| l.starts_with("comity_spent{subject=\"system/support\",window=\"day\"}"));
    let shown: f64 = shown.unwrap().rsplit_once(' ').unwrap().1.parse().unwrap();
    assert!((shown * 1e6 - spent as f64).abs() < 0.5, "{shown} is what the record says, {spent}");
    house.clock.advance(8 * 60 * 60 * 1000);
    assert_eq!(house.chat(&body).await.status, 200, "a new day");
    house.end().await;
}

#[tokio::test]
async fn an_endpoint_that_surely_did_not_work_costs_nothing() {
    let house = house(BUDGET).await;
    house.upstream("frankfurt").set(Mode::Status(500));
    let mut body = ask("europe");
    body["max_tokens"] = json!(1000);
    let answer = house.chat(&body).await;
    assert_eq!(answer.header("x-comity-endpoint"), Some("paris"), "{}", answer.text());
    house.outcomes(2).await;
    let prices: Vec<(OutcomeCode, Option<u64>)> = house
        .entries()
        .iter()
        .filter_map(|e| if let Entry::Outcome(o) = e { Some((o.code, o.price)) } else { None })
        .collect();
    assert_eq!(prices[0], (OutcomeCode::UpstreamError, None));
    assert_eq!(OutcomeCode::UpstreamError.cost(8_000), 0);
    assert!(prices[1].1.is_some_and(|price| price < 1_000), "{prices:?}");
    house.end().await;
}

#[tokio::test]
async fn a_refusal_by_law_and_a_question_take_no_room() {
    let house = house("[[limit]]\nid = \"pace\"\nkey = \"support-key\"\nrequests_per_minute = 1\n").await;
    for _ in 0..3 {
        assert_eq!(house.chat(&ask("abroad")).await.code(), "refused_by_law");
        let question =
            http::Request::post("/v1/comity/explain").header("authorization", format!("Bearer {KEY}"));
        let answer = house.send(question.body(Full::from(ask("europe").to_string())).unwrap()).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    assert_eq!(house.chat(&ask("europe")).await.status, 200);
    house.end().await;
}

#[tokio::test]
async fn a_request_that_nobody_could_be_asked_gives_its_room_back() {
    let house = house("[[limit]]\nid = \"pace\"\nkey = \"support-key\"\nrequests_per_minute = 1\n").await;
    house
        .border
        .close(border::Target::Endpoint("mumbai".parse().unwrap()), true, "ops", "drill")
        .await
        .unwrap();
    for _ in 0..2 {
        assert_eq!(house.chat(&ask("mumbai")).await.code(), "no_lawful_endpoint_alive");
    }
    assert_eq!(house.chat(&ask("europe")).await.status, 200);
    assert_eq!(house.send(asked_by(KEY, &ask("europe"))).await.status, 429);

    house.end().await;
}

#[tokio::test]
async fn many_at_once_never_spend_more_than_the_budget() {
    let house = house(BUDGET).await;
    let mut body = ask("europe");
    body["max_tokens"] = json!(100);
    let calls = (0..60).map(|_| house.chat(&body));
    let answers = futures_util::future::join_all(calls).await;
    let served = answers.iter().filter(|a| a.status == 200).count();
    house.outcomes(served).await;
    assert!(served >= 1 && spent(&house) <= 10_000, "{served} for {}", spent(&house));
    house.end().await;
}
