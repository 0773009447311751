//! A clock that jumps, and the day on which the law changes.

use std::sync::{Arc, Barrier};

use border::Refused;
use terms::Verdict;

use crate::house::{ESTATE, HOUR, House, NOW, estate};

/// 2027-05-13, midnight UTC: from this day on, health data leave India without conditions.
const CHANGE: u64 = 1_810_166_400_000;

#[tokio::test]
async fn a_clock_that_went_back_decides_nothing() {
    let house = House::open().await;
    let judged = house.judge("support", "assistant");
    house.clock.set(NOW - 59_000);
    drop(house.admit(&judged, "frankfurt").await.unwrap());
    house.clock.set(NOW - 61_000);
    let refused = house.admit(&judged, "frankfurt").await.unwrap_err();
    assert!(matches!(refused, Refused::Clock { back_s: 61 }), "{refused}");
    assert_eq!(refused.code(), "clock_went_back");
    assert_eq!(
        house.border.judge(house.request("support", "assistant")).err().unwrap().code(),
        "clock_went_back"
    );
    house.clock.set(NOW);
    drop(house.admit(&judged, "frankfurt").await.unwrap());
    assert_eq!(house.end().await.admissions, 2);
}

#[tokio::test]
async fn a_new_day_brings_its_law() {
    let house = House::at(CHANGE - 12 * HOUR, ESTATE).await;
    let verdict = |house: &House| house.judge("clinic", "assistant").assessment().candidates[0].verdict;
    assert_eq!(verdict(&house), Verdict::Conditional);
    // It is the new day in UTC, but not everywhere: both sides rule, and the stricter one wins.
    for hours in [1, 13, 23] {
        house.clock.set(CHANGE - 12 * HOUR + hours * HOUR);
        assert_eq!(verdict(&house), Verdict::Conditional, "{hours} h later");
        assert_eq!(house.border.latest().editions().len(), 2, "{hours} h later");
    }
    let judged = house.judge("clinic", "assistant");
    assert!(house.admit(&judged, "virginia").await.is_err());
    house.border.refuse(judged.request(), Some(&judged), b"{}", "refused_by_law").await.unwrap();
    let both = house.border.latest().edition_hash();
    assert!(both.contains('+'), "{both}");
    assert!(house.decisions().iter().all(|d| d.edition == both));

    house.clock.set(CHANGE + 12 * HOUR);
    assert_eq!(verdict(&house), Verdict::Permit);
    assert_eq!(house.border.latest().editions().len(), 1);
    let refused = house.admit(&judged, "virginia").await.unwrap_err();
    assert!(matches!(refused, Refused::Outdated), "{refused}");
    drop(house.admit(&house.judge("clinic", "assistant"), "virginia").await.unwrap());
    let editions: Vec<String> = house.decisions().into_iter().map(|d| d.edition).collect();
    assert_eq!(editions, [both, house.border.latest().edition_hash()]);
    assert_eq!(house.end().await.admissions, 1);
}

#[tokio::test]
async fn a_new_day_does_not_undo_a_reload() {
    let renamed = ESTATE.replace("Test House SE", "Test House AG");
    let estates = [estate(ESTATE), estate(&renamed)];
    let house = House::open().await;
    for (day, next) in (1..=60).zip(estates.iter().cycle().skip(1)) {
        house.clock.set(NOW + day * 24 * HOUR);
        let both = Arc::new(Barrier::new(2));
        let judging = std::thread::spawn({
            let (border, both) = (house.border.clone(), both.clone());
            move || {
                both.wait();
                drop(border.snapshot());
            }
        });
        let loaded = (house.law.clone(), next.clone());
        both.wait();
        house.border.reload(Ok(loaded)).await.unwrap();
        judging.join().unwrap();
        assert_eq!(house.border.snapshot().unwrap().estate().hash(), next.hash(), "day {day}");
    }
    house.end().await;
}

#[tokio::test]
async fn a_clock_set_back_while_nothing_ran_decides_nothing() {
    let house = House::open().await;
    let (store, clock, law) = (house.store.clone(), house.clock.clone(), house.law.clone());
    house.end().await;
    clock.set(NOW - HOUR);
    let border = crate::house::open(&store, &clock, law, ESTATE).await.unwrap();
    assert_eq!(border.snapshot().err().unwrap().code(), "clock_went_back");
    clock.set(NOW);
    assert!(border.snapshot().is_ok());
    border.ledger().clone().close().await.unwrap();
}
