//! Many requests at once, while law, estate and endpoints change under them.

use std::sync::Arc;

use border::Target;
use ledger::OutcomeCode;
use testkit::Mode;
use tokio::task::JoinSet;

use crate::house::{GUARD, House, Plan, ask, ask_streamed, post};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rush_under_reloads_and_closures_keeps_the_books() {
    let house = Arc::new(House::with(Plan { max_requests: "256", ..Plan::default() }).await);
    house.upstream("frankfurt").then((0..60).map(|n| match n % 6 {
        0 => Mode::Status(500),
        1 => Mode::Busy { retry_after: 1 },
        2 => Mode::Cut { after: 2 },
        3 => Mode::HangUp,
        _ => Mode::Paced,
    }));
    let mut rush = JoinSet::new();
    for number in 0..120 {
        let house = house.clone();
        rush.spawn(async move {
            let body = if number % 2 == 0 { ask("assistant") } else { ask_streamed("assistant") };
            if number % 10 == 3 {
                house.begin(post(body.to_string())).await.hang_up();
                return;
            }
            let answer = house.chat(&body).await;
            let fine = matches!(answer.status.as_u16(), 200 | 502)
                || answer.text().contains("\"outdated\"")
                || answer.text().contains("\"no_lawful_endpoint_alive\"");
            assert!(fine, "{} {}", answer.status, answer.text());
        });
    }
    let changing = {
        let house = house.clone();
        tokio::spawn(async move {
            for round in 0..12 {
                let same = house.border.latest().estate().clone();
                house.border.reload(Ok((house.law.clone(), same))).await.unwrap();
                let frankfurt = Target::Endpoint("frankfurt".into());
                house.border.close(frankfurt, round % 2 == 0, "role", "drill").await.unwrap();
            }
        })
    };
    tokio::time::timeout(GUARD, rush.join_all()).await.expect("the rush ends");
    changing.await.unwrap();
    assert_eq!(house.upstream("shanghai").count(), 0);
    let metrics = house.get("", "/metrics").await.text();
    assert!(metrics.contains("comity_requests_in_flight 0"), "{metrics}");
    let house = Arc::into_inner(house).expect("nobody else has the house");
    let report = house.end().await;
    assert!(report.admissions >= 100, "{report:?}");
    assert_eq!((report.stops, report.reopens, report.configs), (6, 6, 13));
}

#[tokio::test]
async fn more_requests_than_allowed_are_told_to_wait() {
    let house = House::with(Plan { max_requests: "1", ..Plan::default() }).await;
    let upstream = house.upstream("frankfurt");
    upstream.set(Mode::Gated);
    upstream.open(2);
    let first = house.begin(post(ask_streamed("assistant").to_string())).await;
    // Its stream is still under way.
    let second = house.chat(&ask("assistant")).await;
    assert_eq!(second.refusal(), (503, "too_busy".into(), Some("true")));
    assert_eq!(second.header("retry-after"), Some("1"));
    first.hang_up();
    assert_eq!(house.outcomes(1).await, [OutcomeCode::ClientGone]);
    upstream.set(Mode::Instant);
    // Whoever left has left its place too.
    let third = async {
        loop {
            let answer = house.chat(&ask("assistant")).await;
            if answer.status != 503 {
                return answer.status;
            }
        }
    };
    assert_eq!(tokio::time::timeout(GUARD, third).await.expect("a place becomes free"), 200);
    house.end().await;
}
