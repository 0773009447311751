//! The disk fails in the middle of traffic.

use std::sync::Arc;

use ledger::OutcomeCode;
use testkit::store::{Lie, LyingStore, Operation, Persisted, Reported};

use crate::house::{GUARD, House, KEY, Plan, ask, ask_streamed};

fn full(store: &LyingStore) {
    store.lie(Lie {
        on: Operation::Append,
        path: "journal/".into(),
        after: 0,
        reported: Reported::NoSpace,
        persisted: Persisted::First(7),
    });
}

#[tokio::test]
async fn a_full_disk_lets_nothing_cross() {
    let store = LyingStore::new();
    let house = House::with(Plan { storage: Some(Arc::new(store.clone())), ..Plan::default() }).await;
    assert_eq!(house.chat(&ask("assistant")).await.status, 200);
    let before = house.outcomes(1).await.len();
    full(&store);
    for body in [ask("assistant"), ask_streamed("assistant"), ask("europe"), ask("abroad")] {
        let answer = house.chat(&body).await;
        assert_eq!(answer.refusal(), (503, "no_record".into(), Some("false")));
        assert!(answer.header("x-comity-receipt").is_none());
        // What the disk says is for the operator.
        assert!(!answer.text().contains("os error"), "{}", answer.text());
    }
    assert_eq!(house.counts(), [0, 1, 0, 0], "something crossed without a record");
    assert_eq!(before, 1);
    assert!(house.border.ledger().health().is_err());
    // What is on record stays readable.
    let models = house.get(KEY, "/v1/models").await;
    assert_eq!(models.status, 200);
}

#[tokio::test]
async fn a_disk_that_comes_too_late_holds_everything_back() {
    let store = LyingStore::new();
    let house = House::with(Plan { storage: Some(Arc::new(store.clone())), ..Plan::default() }).await;
    assert_eq!(house.chat(&ask("assistant")).await.status, 200);
    house.outcomes(1).await;
    store.hold();
    {
        let asking = house.begin(crate::house::post(ask("assistant").to_string()));
        let mut asking = std::pin::pin!(asking);
        // Long enough for the request to arrive and wait: every task has had many turns.
        for _ in 0..2_000 {
            tokio::select! {
                biased;
                _ = &mut asking => panic!("an answer without a record"),
                () = tokio::task::yield_now() => {}
            }
        }
        assert_eq!(house.counts(), [0, 1, 0, 0], "something crossed before its record was durable");
    }
    // The caller has left. Once that is noticed, the disk wakes: the record of what did not happen is completed.
    let noticed =
        async { while !house.get("", "/metrics").await.text().contains("comity_requests_in_flight 0") {} };
    tokio::time::timeout(GUARD, noticed).await.expect("the gateway notices");
    store.release();
    assert_eq!(house.outcomes(2).await, [OutcomeCode::Served, OutcomeCode::NotSent]);
    assert_eq!(house.counts(), [0, 1, 0, 0]);
    house.end().await;
}
