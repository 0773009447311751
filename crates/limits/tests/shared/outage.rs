//! The store is down, slow, or never answered.

use std::error::Error;
use std::time::Duration;

use limits::{Limits, Micros, Rule, SharedOptions, WhenDown};
use testkit::Postgres;

use crate::support::{
    NOW, Stored, ask, connect, database, is_over, need, options, stored, until_stored, until_up,
};

#[tokio::test]
async fn closed_refuses_while_the_store_is_down_and_loses_nothing() {
    let mut server = Postgres::start().unwrap();
    let limits = connect(&server, "one").await;
    let asks = [ask("key/web", Rule { spend_per_day: Some(Micros(100)), ..Rule::default() })];
    let held = limits.reserve(&asks, need(0, 60), NOW).await.unwrap();
    server.crash().unwrap();
    let refused = limits.reserve(&asks, need(0, 10), NOW).await.unwrap_err();
    assert_eq!(refused.as_str(), "limits_down");
    assert!(!limits.is_up());
    held.settle(need(0, 20), NOW);
    server.start_again().unwrap();
    until_up(&limits, true).await;
    let database = database(&server).await;
    until_stored(&database, "key/web", Stored { live: 0, spent: 20, reserved: 0 }).await;
    assert!(is_over(&limits.reserve(&asks, need(0, 81), NOW).await));
    limits.reserve(&asks, need(0, 80), NOW).await.unwrap().settle(need(0, 80), NOW);
    limits.close().await;
    assert_eq!(stored(&database, "key/web").await, Stored { live: 0, spent: 100, reserved: 0 });
}

#[tokio::test]
async fn open_goes_by_what_it_knew_and_tells_the_store_later() {
    let mut server = Postgres::start().unwrap();
    let choice = SharedOptions { when_down: WhenDown::Local, ..options(&server, "one") };
    let limits = Limits::connect(choice).await.unwrap();
    let asks =
        [ask("key/web", Rule { spend_per_day: Some(Micros(100)), concurrent: Some(2), ..Rule::default() })];
    let held = limits.reserve(&asks, need(0, 60), NOW).await.unwrap();
    assert!(!held.is_local());
    server.crash().unwrap();
    let local = limits.reserve(&asks, need(0, 30), NOW).await.unwrap();
    assert!(local.is_local());
    assert!(is_over(&limits.reserve(&asks, need(0, 1), NOW).await), "two are under way");
    held.settle(need(0, 50), NOW);
    assert!(is_over(&limits.reserve(&asks, need(0, 21), NOW).await), "80 of 100 are gone");
    local.settle(need(0, 25), NOW);
    // Dropped: charged as estimated.
    drop(limits.reserve(&asks, need(0, 5), NOW).await.unwrap());
    server.start_again().unwrap();
    until_up(&limits, true).await;
    let database = database(&server).await;
    until_stored(&database, "key/web", Stored { live: 0, spent: 80, reserved: 0 }).await;
    assert!(!limits.reserve(&asks, need(0, 20), NOW).await.unwrap().is_local());
    limits.close().await;
    assert_eq!(stored(&database, "key/web").await, Stored { live: 0, spent: 100, reserved: 0 });
}

/// The answer to a reservation never comes: nobody may pay for it for ever.
#[tokio::test]
async fn a_reservation_without_an_answer_is_given_back() {
    let server = Postgres::start().unwrap();
    let hasty = SharedOptions { timeout: Duration::from_secs(2), ..options(&server, "one") };
    let limits = Limits::connect(SharedOptions { lease: Duration::from_millis(300), ..hasty }).await.unwrap();
    let asks = [ask("key/web", Rule { spend_per_day: Some(Micros(100)), ..Rule::default() })];
    limits.reserve(&asks, need(0, 10), NOW).await.unwrap().settle(need(0, 10), NOW);
    let database = database(&server).await;
    until_stored(&database, "key/web", Stored { live: 0, spent: 10, reserved: 0 }).await;

    // What stands in the store after the reservation was made and its answer lost.
    let lost = "SELECT o_granted FROM comity_limits_reserve_1('one', 1, -1, 0, 0, 0, 0, 70, ARRAY['key/web'],
        ARRAY[NULL]::bigint[], ARRAY[NULL]::bigint[], ARRAY[NULL]::bigint[], ARRAY[NULL]::bigint[], ARRAY[NULL]::bigint[])";
    assert!(sqlx::query_scalar::<_, bool>(lost).fetch_one(&database).await.unwrap());
    until_stored(&database, "key/web", Stored { live: 0, spent: 10, reserved: 0 }).await;

    // Somebody holds the account for longer than a request waits.
    let mut holder = database.begin().await.unwrap();
    sqlx::query("SELECT 1 FROM comity_limits_account FOR UPDATE").execute(&mut *holder).await.unwrap();
    assert_eq!(limits.reserve(&asks, need(0, 90), NOW).await.unwrap_err().as_str(), "limits_down");
    holder.commit().await.unwrap();
    until_up(&limits, true).await;
    until_stored(&database, "key/web", Stored { live: 0, spent: 10, reserved: 0 }).await;
    limits.close().await;
}

/// An outage can swallow the answer to a batch of charges, so it is sent again.
#[tokio::test]
async fn charges_that_are_sent_twice_count_once() {
    let server = Postgres::start().unwrap();
    let limits = connect(&server, "one").await;
    let database = database(&server).await;
    for (batch, spent) in [(1_i64, 7), (1, 7), (2, 14), (1, 14), (2, 14)] {
        let charge =
            "SELECT comity_limits_charge_1('one', 1, $1, ARRAY['key/web'], ARRAY[5], ARRAY[1], ARRAY[7])";
        sqlx::query(charge).bind(batch).execute(&database).await.unwrap();
        assert_eq!(stored(&database, "key/web").await, Stored { live: 0, spent, reserved: 0 });
    }
    limits.close().await;
}

#[tokio::test]
async fn no_error_shows_the_password() {
    let folder = tempfile::tempdir().unwrap();
    let host = folder.path().display().to_string().replace('/', "%2F");
    let urls = [
        format!("postgres://comity:hunter2@localhost/postgres?host={host}"),
        "postgres://comity:hunter2@localhost:99999/postgres".to_owned(),
        "nonsense hunter2".to_owned(),
    ];
    for url in urls {
        let options = SharedOptions::new(&url, "one");
        assert!(!format!("{options:?}").contains("hunter2"));
        let error = Limits::connect(options).await.unwrap_err();
        let (mut said, mut cause) = (format!("{error:?}"), Some(&error as &dyn Error));
        while let Some(error) = cause {
            said.push_str(&error.to_string());
            cause = error.source();
        }
        assert!(!said.contains("hunter2"), "{said}");
    }
}
