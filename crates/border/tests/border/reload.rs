//! Law and estate change under requests.

use border::{Refused, Reload};
use ledger::{Entry, OutcomeCode};

use crate::house::{ESTATE, House, crossing, estate, poll_once};

/// The same estate, but for the floor of the system `support`, which now exports from where nobody looked at the law.
fn stricter() -> String {
    ESTATE.replace(
        "id = \"support\"\nname = \"Support\"\nexporter = \"eu\"",
        "id = \"support\"\nname = \"Support\"\nexporter = \"kp\"",
    )
}

async fn reload(house: &House, text: &str) -> Reload {
    house.border.reload(Ok((house.law.clone(), estate(text)))).await.unwrap()
}

#[tokio::test]
async fn one_snapshot_per_decision() {
    let house = House::open().await;
    let before = house.border.latest();
    let judged = house.judge("support", "assistant");
    drop(house.admit(&judged, "frankfurt").await.unwrap());
    let other = ESTATE.replace("Test House SE", "Test House AG");
    assert_eq!(reload(&house, &other).await, Reload { taken: true, reason: None });
    let refused = house.admit(&judged, "frankfurt").await.unwrap_err();
    assert!(matches!(refused, Refused::Outdated), "{refused}");
    let judged = house.border.judge_again(&judged).unwrap();
    drop(house.admit(&judged, "frankfurt").await.unwrap());

    let decided: Vec<_> = house.decisions().into_iter().map(|d| (d.edition, d.estate)).collect();
    let after = house.border.latest();
    assert_ne!(before.estate().hash(), after.estate().hash());
    let hashes = |s: &border::Snapshot| (s.edition_hash(), s.estate().hash().to_owned());
    assert_eq!(decided, [hashes(&before), hashes(&after)]);
    let report = house.end().await;
    assert_eq!((report.configs, report.admissions), (2, 2));
}

#[tokio::test]
async fn a_reload_while_an_admission_is_written_outdates_it() {
    let house = House::open().await;
    let judged = house.judge("support", "assistant");
    drop(house.permit().await);
    house.store.hold();
    let endpoint = "frankfurt".parse().unwrap();
    let mut admitting = Box::pin(house.border.admit(crossing(&judged, &endpoint)));
    assert!(poll_once(&mut admitting).is_pending());
    let stricter = estate(&stricter());
    let mut reloading = Box::pin(house.border.reload(Ok((house.law.clone(), stricter))));
    assert!(poll_once(&mut reloading).is_pending());
    house.store.release();
    assert!(reloading.await.unwrap().taken);
    let refused = admitting.await.unwrap_err();
    assert!(matches!(refused, Refused::Outdated), "{refused}");
    assert_eq!(house.end().await.outcomes.into_iter().collect::<Vec<_>>(), [(OutcomeCode::NotSent, 2)]);
}

#[tokio::test]
async fn a_system_is_judged_as_the_new_estate_has_it() {
    let house = House::open().await;
    // Known before the reload, judged after it: the caller's system must not bring its old floor along.
    let request = house.request("support", "assistant");
    assert!(reload(&house, &stricter()).await.taken);
    let judged = house.border.judge(request.clone()).unwrap();
    assert_eq!(judged.lawful().count(), 0);
    // Nor may it be remembered for those who come later.
    assert_eq!(house.judge("support", "assistant").lawful().count(), 0);
    assert_eq!(judged.request().system.exporter.as_str(), "kp");
    assert_eq!(house.end().await.admissions, 0);
}

#[tokio::test]
async fn a_system_that_the_new_estate_lacks_is_not_judged() {
    let house = House::open().await;
    let request = house.request("support", "assistant");
    let judged = house.judge("support", "assistant");
    let renamed = ESTATE
        .replace("id = \"support\"", "id = \"care\"")
        .replace("system = \"support\"", "system = \"care\"");
    assert!(reload(&house, &renamed).await.taken);
    assert!(matches!(house.border.judge(request).err(), Some(Refused::Revoked { .. })));
    assert!(matches!(house.border.judge_again(&judged).err(), Some(Refused::Revoked { .. })));
    house.end().await;
}

#[tokio::test]
async fn a_key_that_the_new_estate_lacks_is_good_for_nothing() {
    for change in [
        ("id = \"key-of-the-test\"", "id = \"another-key\""),
        ("system = \"support\"", "system = \"clinic\""),
    ] {
        let house = House::open().await;
        let judged = house.judge("support", "assistant");
        assert!(reload(&house, &ESTATE.replace(change.0, change.1)).await.taken);
        assert_eq!(house.border.judge_again(&judged).err().unwrap().code(), "key_revoked");
        assert_eq!(house.border.judge(judged.request().clone()).err().unwrap().code(), "key_revoked");
        house.end().await;
    }
}

#[tokio::test]
async fn the_last_good_snapshot_serves_until_max_stale() {
    let house = House::open().await;
    let judged = house.judge("support", "assistant");
    let fault = "endpoints.toml:3: unknown key `plaace`".to_owned();
    let reload = house.border.reload(Err(fault.clone())).await.unwrap();
    assert_eq!(reload, Reload { taken: false, reason: Some(fault.clone()) });
    assert_eq!(house.border.stale_reason(), Some(fault));
    drop(house.admit(&judged, "frankfurt").await.unwrap());

    house.clock.advance(600_000);
    drop(house.admit(&judged, "frankfurt").await.unwrap());
    // A second failure does not begin the time anew.
    house.border.reload(Err("again".into())).await.unwrap();
    house.clock.advance(1_000);
    let refused = house.admit(&judged, "frankfurt").await.unwrap_err();
    assert_eq!(refused.code(), "stale");
    assert!(matches!(refused, Refused::Stale { age_s: 601, allowed_s: 600, .. }), "{refused}");
    assert_eq!(house.border.judge(house.request("support", "assistant")).err().unwrap().code(), "stale");
    assert_eq!(house.border.snapshot().err().unwrap().code(), "stale");

    assert!(house.border.reload(Ok((house.law.clone(), estate(ESTATE)))).await.unwrap().taken);
    assert_eq!(house.border.stale_reason(), None);
    drop(house.permit().await);
    let configs: Vec<bool> = house
        .entries()
        .iter()
        .filter_map(|e| if let Entry::Config(c) = e { Some(c.ok) } else { None })
        .collect();
    assert_eq!(configs, [true, false, false, true]);
    assert_eq!(house.end().await.admissions, 3);
}
