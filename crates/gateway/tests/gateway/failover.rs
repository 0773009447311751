//! Endpoints fail, and the next lawful one answers; never an unlawful one, and never for what is about the request itself.

use ledger::OutcomeCode;
use testkit::Mode;

use crate::house::{House, Plan, ask, ask_streamed, stating};

/// How an endpoint may be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Well,
    Dead,
    Busy,
    Broken,
    HangsUp,
}

const STATES: [State; 5] = [State::Well, State::Dead, State::Busy, State::Broken, State::HangsUp];
const LAWFUL: [&str; 3] = ["frankfurt", "paris", "mumbai"];

async fn put(house: &House, name: &str, state: State) {
    let upstream = house.upstream(name);
    if state == State::Dead {
        return upstream.die().await;
    }
    upstream.revive().unwrap();
    upstream.set(match state {
        State::Busy => Mode::Busy { retry_after: 3 },
        State::Broken => Mode::Status(500),
        State::HangsUp => Mode::HangUp,
        State::Well | State::Dead => Mode::Instant,
    });
}

fn outcome_of(state: State) -> OutcomeCode {
    match state {
        State::Well => OutcomeCode::Served,
        State::Dead => OutcomeCode::Unreachable,
        State::Busy | State::Broken | State::HangsUp => OutcomeCode::UpstreamError,
    }
}

/// Every combination of states of the three lawful endpoints, streamed and not. The unlawful one is well all along.
#[tokio::test]
async fn fallback_stays_inside_the_law() {
    let house = House::open().await;
    let (mut combination, mut expected) = (0_usize, Vec::new());
    for first in STATES {
        put(&house, LAWFUL[0], first).await;
        for second in STATES {
            put(&house, LAWFUL[1], second).await;
            for third in STATES {
                put(&house, LAWFUL[2], third).await;
                combination += 1;
                house.gateway.forget_endpoints();
                let streamed = combination % 2 == 0;
                let body = if streamed { ask_streamed("assistant") } else { ask("assistant") };
                let answer = house.chat(&body).await;
                let states = [first, second, third];
                let well = states.iter().position(|s| *s == State::Well);
                let tried = well.map_or(3, |at| at + 1);
                expected.extend(states[..tried].iter().map(|s| outcome_of(*s)));
                match well {
                    Some(at) => {
                        assert_eq!(answer.status, 200, "{states:?} {}", answer.text());
                        assert_eq!(answer.header("x-comity-endpoint"), Some(LAWFUL[at]), "{states:?}");
                    }
                    None if states.contains(&State::Busy) => {
                        assert_eq!(
                            answer.refusal(),
                            (429, "lawful_endpoints_busy".into(), Some("true")),
                            "{states:?}"
                        );
                        assert_eq!(answer.header("retry-after"), Some("3"), "{states:?}");
                    }
                    None => {
                        let refusal = (503, "no_lawful_endpoint_alive".into(), Some("false"));
                        assert_eq!(answer.refusal(), refusal, "{states:?}");
                    }
                }
            }
        }
    }
    assert_eq!(house.upstream("shanghai").count(), 0, "an unlawful endpoint was tried");
    assert!(house.admissions().iter().all(|a| a.endpoint != "shanghai"));
    assert_eq!(house.outcomes(expected.len()).await, expected);
    house.end().await;
}

#[tokio::test]
async fn attempts_are_numbered_and_each_is_on_record() {
    let house = House::open().await;
    house.upstream("frankfurt").set(Mode::Status(503));
    house.upstream("paris").die().await;
    let answer = house.chat(&ask("assistant")).await;
    assert_eq!(
        (answer.header("x-comity-endpoint"), answer.header("x-comity-place")),
        (Some("mumbai"), Some("IN"))
    );
    let admissions = house.admissions();
    let tried: Vec<_> = admissions.iter().map(|a| (a.endpoint.as_str(), a.attempt)).collect();
    assert_eq!(tried, [("frankfurt", 1), ("paris", 2), ("mumbai", 3)]);
    assert!(admissions.iter().all(|a| a.request == admissions[0].request));
    assert_ne!(admissions[0].digest, admissions[1].digest);
    house.end().await;
}

/// What makes an endpoint unlawful for this request takes it out of the fallback too.
#[tokio::test]
async fn fallback_follows_the_facts_of_the_request() {
    let house = House::open().await;
    house.upstream("frankfurt").die().await;
    house.upstream("paris").die().await;
    assert_eq!(house.chat(&ask("assistant")).await.header("x-comity-endpoint"), Some("mumbai"));
    // The agreement with the vendor in Mumbai does not cover health data.
    let answer = house.send(stating(&[("x-comity-data", "health")], "assistant")).await;
    assert_eq!(answer.refusal(), (503, "no_lawful_endpoint_alive".into(), Some("false")));
    assert_eq!(house.counts(), [0, 0, 0, 1]);
    assert_eq!(house.refusals(), ["no_lawful_endpoint_alive"]);
    house.end().await;
}

#[tokio::test]
async fn a_slow_first_byte_moves_the_request_on() {
    let house = House::with(Plan { timeouts: "{ first_byte = \"200ms\" }", ..Plan::default() }).await;
    house.upstream("frankfurt").set(Mode::Gated);
    let answer = house.chat(&ask("assistant")).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("x-comity-endpoint")),
        (200, Some("paris")),
        "{}",
        answer.text()
    );
    assert_eq!(house.counts(), [0, 1, 1, 0]);
    assert_eq!(house.ended().await, [(OutcomeCode::Served, 1), (OutcomeCode::Timeout, 1)]);
}

#[tokio::test]
async fn a_refusal_of_the_model_counts_as_served() {
    let house = House::open().await;
    house.upstream("frankfurt").set(Mode::Refusal);
    for body in [ask("assistant"), ask_streamed("assistant")] {
        let answer = house.chat(&body).await;
        assert_eq!((answer.status.as_u16(), answer.header("x-comity-endpoint")), (200, Some("frankfurt")));
        assert!(answer.text().contains("I cannot help with that."));
    }
    assert_eq!(house.counts(), [0, 2, 0, 0]);
    assert_eq!(house.ended().await, [(OutcomeCode::Served, 2)]);
}

/// What an endpoint says of the request, of our credential or of another address is not a reason to try the next one.
#[tokio::test]
async fn what_is_no_outage_does_not_fall_back() {
    let house = House::open().await;
    for (status, seen) in [
        (400, 400),
        (404, 404),
        (408, 408),
        (409, 409),
        (413, 413),
        (422, 422),
        // Ours to solve, not the caller's.
        (401, 502),
        (402, 502),
        (403, 502),
        // Not followed.
        (301, 502),
        (307, 502),
        (308, 502),
        (204, 502),
        (206, 502),
    ] {
        house.upstream("frankfurt").set(Mode::Status(status));
        let answer = house.chat(&ask("assistant")).await;
        assert_eq!(answer.refusal(), (seen, "upstream_rejected".into(), Some("false")), "{status}");
        assert_eq!(answer.text().contains("as told"), seen < 500, "{status}: {}", answer.text());
        assert!(answer.header("x-comity-receipt").is_some());
    }
    assert_eq!(house.counts(), [0, 14, 0, 0]);
    assert_eq!(house.ended().await, [(OutcomeCode::UpstreamError, 14)]);
}

#[tokio::test]
async fn an_endpoint_closed_by_hand_is_passed_over() {
    let house = House::open().await;
    let frankfurt = border::Target::Endpoint("frankfurt".into());
    house.border.close(frankfurt, true, "role:duty-officer", "drill").await.unwrap();
    assert_eq!(house.chat(&ask("assistant")).await.header("x-comity-endpoint"), Some("paris"));
    house.border.close(border::Target::System("support".into()), true, "role", "drill").await.unwrap();
    assert_eq!(house.chat(&ask("assistant")).await.refusal(), (503, "system_closed".into(), Some("false")));
    assert_eq!(house.counts(), [0, 0, 1, 0]);
    house.end().await;
}

#[tokio::test]
async fn every_lawful_endpoint_closed_is_none_alive() {
    let house = House::open().await;
    for name in LAWFUL {
        house.border.close(border::Target::Endpoint(name.into()), true, "role", "drill").await.unwrap();
    }
    assert_eq!(
        house.chat(&ask("assistant")).await.refusal(),
        (503, "no_lawful_endpoint_alive".into(), Some("false"))
    );
    assert_eq!(house.counts(), [0, 0, 0, 0]);
    assert_eq!(house.end().await.admissions, 0);
}

#[tokio::test]
async fn a_request_tries_no_further_when_its_time_is_over() {
    let plan = Plan { timeouts: "{ first_byte = \"600ms\" }", request_deadline: "1s", ..Plan::default() };
    let house = House::with(plan).await;
    house.upstream("frankfurt").set(Mode::Gated);
    house.upstream("paris").set(Mode::Gated);
    let answer = house.chat(&ask("assistant")).await;
    assert_eq!(answer.refusal(), (504, "request_timeout".into(), Some("false")));
    assert_eq!((house.upstream("mumbai").count(), house.upstream("shanghai").count()), (0, 0));
    assert_eq!(house.refusals(), ["request_timeout"]);
    assert!(house.ended().await.iter().all(|(code, _)| *code == OutcomeCode::Timeout));
}
