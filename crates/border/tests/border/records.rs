//! Every admission ends on record, however its holder ends.

use std::time::Duration;

use border::{Expired, Spent};
use ledger::{Entry, OutcomeCode};

use crate::house::{House, NOW, crossing, outcomes, poll_once};

#[tokio::test]
async fn a_permit_expires() {
    let house = House::open().await;
    let permit = house.permit().await;
    house.clock.advance(10_001);
    assert_eq!(permit.spend().err(), Some(Expired { late_ms: 1 }));
    let permit = house.permit().await;
    house.clock.advance(10_000);
    permit.spend().unwrap().record.close(OutcomeCode::Served);
    let report = house.end().await;
    assert_eq!(
        report.outcomes.into_iter().collect::<Vec<_>>(),
        [(OutcomeCode::Served, 1), (OutcomeCode::NotSent, 1)]
    );
}

#[tokio::test]
async fn a_clock_that_is_set_back_makes_no_permit_last() {
    let house = House::open().await;
    let permit = house.permit().await;
    house.clock.set(NOW - 86_400_000);
    assert!(permit.spend().is_err());
    assert_eq!(house.end().await.outcomes.into_iter().collect::<Vec<_>>(), [(OutcomeCode::NotSent, 1)]);
}

#[tokio::test]
async fn whoever_drops_it_leaves_an_end() {
    let house = House::open().await;
    drop(house.permit().await);
    drop(house.permit().await.spend().unwrap());
    let Spent { mut record, .. } = house.permit().await.spend().unwrap();
    record.if_dropped(OutcomeCode::ClientGone);
    drop(record);
    let Spent { record, .. } = house.permit().await.spend().unwrap();
    record.close(OutcomeCode::Served);
    let report = house.end().await;
    let ends: Vec<_> = report.outcomes.into_iter().collect();
    assert_eq!(
        ends,
        [
            (OutcomeCode::Served, 1),
            (OutcomeCode::ClientGone, 1),
            (OutcomeCode::NotSent, 1),
            (OutcomeCode::Abandoned, 1)
        ]
    );
}

#[tokio::test]
async fn a_caller_that_leaves_while_its_admission_is_written_leaves_an_end() {
    let house = House::open().await;
    let judged = house.judge("support", "assistant");
    drop(house.permit().await);
    house.recorded(5).await;
    house.store.hold();
    let endpoint = "frankfurt".parse().unwrap();
    let mut admitting = Box::pin(house.border.admit(crossing(&judged, &endpoint)));
    assert!(poll_once(&mut admitting).is_pending());
    drop(admitting);
    house.store.release();
    house.recorded(7).await;
    assert_eq!(house.end().await.outcomes.into_iter().collect::<Vec<_>>(), [(OutcomeCode::NotSent, 2)]);
}

#[tokio::test]
async fn decisions_are_written_once_a_flow() {
    let house = House::open().await;
    for _ in 0..3 {
        drop(house.permit().await);
        drop(house.admit(&house.judge("support", "assistant"), "paris").await.unwrap());
    }
    assert_eq!(house.decisions().len(), 2);
    // A refusal cites the decision of each endpoint that fell out, and writes it once as well.
    let judged = house.judge("support", "abroad");
    for _ in 0..2 {
        house.border.refuse(judged.request(), Some(&judged), b"{}", "refused_by_law").await.unwrap();
    }
    assert_eq!(house.decisions().len(), 3);
    let report = house.end().await;
    assert_eq!((report.decisions, report.admissions, report.refusals), (3, 6, 2));
}

#[tokio::test]
async fn a_caller_that_leaves_while_its_decision_is_written_leaves_it_to_the_next() {
    let house = House::open().await;
    let judged = house.judge("support", "assistant");
    house.store.hold();
    let endpoint = "frankfurt".parse().unwrap();
    let mut admitting = Box::pin(house.border.admit(crossing(&judged, &endpoint)));
    assert!(poll_once(&mut admitting).is_pending());
    // Lets the task that writes begin.
    tokio::task::yield_now().await;
    drop(admitting);
    house.store.release();
    drop(house.permit().await);
    let report = house.end().await;
    assert_eq!((report.decisions, report.admissions), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decisions_are_written_once_under_a_rush() {
    let house = House::open().await;
    let judged = house.judge("support", "assistant");
    let mut rush = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let (border, judged) = (house.border.clone(), judged.clone());
        rush.spawn(async move {
            let endpoint = "frankfurt".parse().unwrap();
            let permit = border.admit(crossing(&judged, &endpoint)).await.unwrap();
            permit.spend().unwrap().record.close(OutcomeCode::Served);
        });
    }
    tokio::time::timeout(Duration::from_secs(20), rush.join_all()).await.expect("the rush ends");
    let report = house.end().await;
    assert_eq!((report.decisions, report.admissions), (1, 64));
    assert_eq!(report.outcomes.into_iter().collect::<Vec<_>>(), [(OutcomeCode::Served, 64)]);
}

#[tokio::test]
async fn an_entry_holds_no_content_and_no_salt() {
    let house = House::open().await;
    let permit = house.permit().await;
    let receipt = permit.receipt().clone();
    drop(permit);
    let entries = house.entries();
    let Some(Entry::Admission(admission)) = entries.get(receipt.index as usize) else {
        panic!("{entries:?}")
    };
    assert_eq!(admission.digest, ledger::Digest::salted(&receipt.salt, b"{\"model\":\"m\"}"));
    assert_ne!(admission.digest, ledger::Digest::salted(&[0; 16], b"{\"model\":\"m\"}"));
    assert!(outcomes(&entries).len() <= 1);
    let salt = [3_u8; 16];
    for path in house.store.paths() {
        let bytes = ledger::storage::Storage::read(&house.store, &path).unwrap();
        assert!(!bytes.windows(16).any(|w| w == salt), "{path} holds the salt");
    }
    house.end().await;
}
