//! What dead replicas leave is charged once.

use std::time::Duration;

use limits::{Limits, Rule, SharedOptions};
use testkit::Postgres;

use crate::support::{NOW, Stored, ask, connect, database, need, options, stored, until_stored};

#[tokio::test]
async fn a_replica_charges_what_it_left_itself_once() {
    let server = Postgres::start().unwrap();
    let asks = [ask("key/web", Rule::default()), ask("system/support", Rule::default())];
    let crashed = connect(&server, "one").await;
    std::mem::forget(crashed.reserve(&asks, need(0, 40), NOW).await.unwrap());
    crashed.reserve(&asks, need(0, 9), NOW).await.unwrap().settle(need(0, 2), NOW);
    let database = database(&server).await;
    until_stored(&database, "key/web", Stored { live: 1, spent: 2, reserved: 40 }).await;
    drop(crashed);
    for _ in 0..2 {
        let limits = connect(&server, "one").await;
        for subject in ["key/web", "system/support"] {
            assert_eq!(stored(&database, subject).await, Stored { live: 0, spent: 42, reserved: 0 });
        }
        limits.close().await;
    }
}

#[tokio::test]
async fn others_charge_it_when_its_lease_has_run_out_and_it_may_still_correct_them() {
    let server = Postgres::start().unwrap();
    let asks = [ask("key/web", Rule::default())];
    let lease = Duration::from_millis(30);
    let silent = Limits::connect(SharedOptions { lease, ..options(&server, "silent") }).await.unwrap();
    std::mem::forget(silent.reserve(&asks, need(0, 40), NOW).await.unwrap());
    std::mem::forget(silent.reserve(&asks, need(0, 50), NOW).await.unwrap());
    // It gives no sign of life any more.
    drop(silent);
    let others = [
        Limits::connect(SharedOptions { lease, ..options(&server, "a") }).await.unwrap(),
        Limits::connect(SharedOptions { lease, ..options(&server, "b") }).await.unwrap(),
    ];
    let database = database(&server).await;
    until_stored(&database, "key/web", Stored { live: 0, spent: 90, reserved: 0 }).await;
    // It lived after all: what it says replaces the estimate, once.
    let settle = "SELECT comity_limits_settle_1('silent', 1, ARRAY[0]::bigint[], ARRAY[0]::bigint[], ARRAY[15]::bigint[],
        ARRAY[false], ARRAY[0]::bigint[])";
    for _ in 0..2 {
        sqlx::query(settle).execute(&database).await.unwrap();
        assert_eq!(stored(&database, "key/web").await, Stored { live: 0, spent: 65, reserved: 0 });
    }
    for limits in others {
        limits.close().await;
    }
    assert_eq!(stored(&database, "key/web").await, Stored { live: 0, spent: 65, reserved: 0 });
}

/// Both have seen the same leftovers before either could charge them.
#[tokio::test]
async fn two_that_find_the_same_leftovers_charge_them_once() {
    let server = Postgres::start().unwrap();
    let crashed = connect(&server, "one").await;
    std::mem::forget(crashed.reserve(&[ask("key/web", Rule::default())], need(0, 40), NOW).await.unwrap());
    drop(crashed);
    let database = database(&server).await;
    sqlx::query("UPDATE comity_limits_replica SET until = 'epoch'").execute(&database).await.unwrap();
    let mut holder = database.begin().await.unwrap();
    sqlx::query("SELECT 1 FROM comity_limits_account FOR UPDATE").execute(&mut *holder).await.unwrap();
    let mut finders = tokio::task::JoinSet::new();
    for _ in 0..3 {
        let database = database.clone();
        finders.spawn(async move { sqlx::query("SELECT comity_limits_reap_1()").execute(&database).await });
    }
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'reap_1'";
    while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut *holder).await.unwrap() < 3 {
        // The view is read once a transaction unless it is told to read anew (PostgreSQL, section 28.2.2).
        sqlx::query("SELECT pg_stat_clear_snapshot()").execute(&mut *holder).await.unwrap();
    }
    holder.commit().await.unwrap();
    while let Some(found) = finders.join_next().await {
        found.unwrap().unwrap();
    }
    assert_eq!(stored(&database, "key/web").await, Stored { live: 0, spent: 40, reserved: 0 });
}
