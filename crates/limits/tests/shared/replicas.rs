//! Several replicas at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use limits::{Calendar, ConnectError, Limits, Micros, Rule, SharedOptions, Subject};
use testkit::Postgres;
use tokio::task::JoinSet;

use crate::support::{
    Dice, NOW, Stored, ask, connect, database, is_over, need, options, stored, until_stored,
};

const BUDGET: u64 = 20_000;

/// Spends until the budget refuses, and never sees more spent and reserved than there is.
async fn spend(limits: Arc<Limits>, held: Arc<AtomicU64>, spent: Arc<AtomicU64>, seed: u64) {
    let mut dice = Dice::new(seed);
    let rule = Rule { spend_per_day: Some(Micros(BUDGET)), concurrent: Some(5), ..Rule::default() };
    let asks = [ask("key/web", rule), ask("system/support", Rule::default())];
    for _ in 0..60 {
        let estimate = 1 + dice.below(400);
        let answer = limits.reserve(&asks, need(0, estimate), NOW).await;
        if is_over(&answer) {
            continue;
        }
        let reservation = answer.unwrap();
        assert!(held.fetch_add(estimate, Ordering::SeqCst) + estimate <= BUDGET);
        let used = dice.below(estimate + 1);
        spent.fetch_add(used, Ordering::SeqCst);
        held.fetch_sub(estimate - used, Ordering::SeqCst);
        reservation.settle(need(0, used), NOW);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_never_overspend_one_budget() {
    let server = Postgres::start().unwrap();
    // The schema is made by whoever comes first.
    let (one, other) = tokio::join!(connect(&server, "one"), connect(&server, "other"));
    let replicas = [Arc::new(one), Arc::new(other)];
    let (held, spent) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let mut tasks = JoinSet::new();
    for seed in 0..8 {
        let limits = Arc::clone(&replicas[seed as usize % 2]);
        tasks.spawn(spend(limits, Arc::clone(&held), Arc::clone(&spent), seed));
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
    for limits in replicas {
        Arc::into_inner(limits).unwrap().close().await;
    }
    let spent = i64::try_from(spent.load(Ordering::SeqCst)).unwrap();
    assert!(spent > 0);
    let database = database(&server).await;
    for subject in ["key/web", "system/support"] {
        assert_eq!(stored(&database, subject).await, Stored { live: 0, spent, reserved: 0 });
    }
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM comity_limits_reservation")
        .fetch_one(&database)
        .await
        .unwrap();
    assert_eq!(left, 0);
}

/// Requests of random subjects in random order, all at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_for_another_in_a_circle() {
    let server = Postgres::start().unwrap();
    let replicas = [Arc::new(connect(&server, "one").await), Arc::new(connect(&server, "other").await)];
    let mut tasks = JoinSet::new();
    for seed in 0..12 {
        let limits = Arc::clone(&replicas[seed as usize % 2]);
        tasks.spawn(async move {
            let mut dice = Dice::new(seed);
            for _ in 0..30 {
                let mut pick = || ask(&format!("key/{}", dice.below(6)), Rule::default());
                let asks = [pick(), pick(), pick()];
                limits.reserve(&asks, need(5, 1), NOW).await.unwrap().settle(need(5, 1), NOW);
                limits.charge(&[Subject::new(&format!("key/{}", dice.below(6)))], Micros(1), NOW);
            }
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
    for limits in replicas {
        Arc::into_inner(limits).unwrap().close().await;
    }
    let database = database(&server).await;
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(sqlx::query_scalar::<_, i64>(deadlocks).fetch_one(&database).await.unwrap(), 0);
}

#[tokio::test]
async fn the_schema_is_made_once_and_an_older_program_does_not_touch_a_newer_one() {
    let server = Postgres::start().unwrap();
    let mut starts = JoinSet::new();
    for replica in 0..6 {
        starts.spawn(Limits::connect(options(&server, &format!("replica-{replica}"))));
    }
    while let Some(started) = starts.join_next().await {
        started.unwrap().unwrap();
    }
    let database = database(&server).await;
    let newer = "UPDATE comity_limits_schema SET version = 99 RETURNING version";
    assert_eq!(sqlx::query_scalar::<_, i32>(newer).fetch_all(&database).await.unwrap(), [99]);
    let refused = Limits::connect(options(&server, "late")).await;
    assert!(matches!(refused, Err(ConnectError::Newer { found: 99, known: 1 })));
}

#[tokio::test]
async fn a_process_under_a_name_in_use_takes_over() {
    let server = Postgres::start().unwrap();
    let first = connect(&server, "same").await;
    let asks = [ask("key/web", Rule::default())];
    let held = first.reserve(&asks, need(0, 7), NOW).await.unwrap();
    let second = connect(&server, "same").await;
    let database = database(&server).await;
    until_stored(&database, "key/web", Stored { live: 0, spent: 7, reserved: 0 }).await;
    let refused = first.reserve(&asks, need(0, 7), NOW).await.unwrap_err();
    assert_eq!(refused.as_str(), "limits_superseded");
    held.settle(need(0, 1), NOW);
    second.reserve(&asks, need(0, 2), NOW).await.unwrap().settle(need(0, 2), NOW);
    until_stored(&database, "key/web", Stored { live: 0, spent: 9, reserved: 0 }).await;
    second.close().await;
}

#[tokio::test]
async fn days_begin_where_the_options_say() {
    let server = Postgres::start().unwrap();
    let calendar = Calendar::ahead_of_utc(12 * 60).unwrap();
    let limits = Limits::connect(SharedOptions { calendar, ..options(&server, "ahead") }).await.unwrap();
    let asks = [ask("key/web", Rule { spend_per_day: Some(Micros(10)), ..Rule::default() })];
    // Noon in UTC is midnight here.
    limits.reserve(&asks, need(0, 10), NOW - 1).await.unwrap().settle(need(0, 10), NOW - 1);
    assert!(is_over(&limits.reserve(&asks, need(0, 10), NOW - 1).await));
    limits.reserve(&asks, need(0, 10), NOW).await.unwrap().settle(need(0, 10), NOW);
    // A replica whose clock is behind counts for the new day, too.
    assert!(is_over(&limits.reserve(&asks, need(0, 10), NOW - 1).await));
    limits.close().await;
}
