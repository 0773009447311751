//! What the tests of the shared store have in common.

use std::time::Duration;

use limits::{Limits, Micros, Need, Refused, Rule, SharedOptions, Subject};
use sqlx::postgres::PgPool;
use testkit::Postgres;

/// 2024-02-29T12:00:00Z
pub(crate) const NOW: u64 = 1_709_208_000_000;

/// Longer than anything here takes, so that a test that would hang fails instead.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn options(server: &Postgres, replica: &str) -> SharedOptions {
    // Generous, as the machine may be busy: a test that wants less says so.
    SharedOptions { timeout: Duration::from_secs(20), ..SharedOptions::new(&server.url(), replica) }
}

pub(crate) async fn connect(server: &Postgres, replica: &str) -> Limits {
    Limits::connect(options(server, replica)).await.unwrap()
}

pub(crate) async fn database(server: &Postgres) -> PgPool {
    PgPool::connect(&server.url()).await.unwrap()
}

pub(crate) fn need(tokens: u64, cost: u64) -> Need {
    Need { tokens, cost: Micros(cost) }
}

pub(crate) fn ask(name: &str, rule: Rule) -> (Subject, Rule) {
    (Subject::new(name), rule)
}

/// An account, as it stands in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) live: i64,
    pub(crate) spent: i64,
    pub(crate) reserved: i64,
}

pub(crate) async fn stored(database: &PgPool, subject: &str) -> Stored {
    let query = "SELECT live, month_spent, month_reserved FROM comity_limits_account WHERE subject = $1";
    let row: Option<(i64, i64, i64)> =
        sqlx::query_as(query).bind(subject).fetch_optional(database).await.unwrap();
    let (live, spent, reserved) = row.unwrap_or_default();
    Stored { live, spent, reserved }
}

/// Asks again and again until the account stands like this.
pub(crate) async fn until_stored(database: &PgPool, subject: &str, expected: Stored) {
    let wait = async {
        while stored(database, subject).await != expected {
            tokio::task::yield_now().await;
        }
    };
    if tokio::time::timeout(PATIENCE, wait).await.is_err() {
        panic!("{:?} never became {expected:?}", stored(database, subject).await);
    }
}

/// Asks again and again until the store is up or down.
pub(crate) async fn until_up(limits: &Limits, up: bool) {
    let wait = async {
        while limits.is_up() != up {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("the store changes");
}

pub(crate) fn is_over<T>(answer: &Result<T, Refused>) -> bool {
    match answer {
        Ok(_) => false,
        Err(Refused::Over(_)) => true,
        Err(Refused::Unavailable(why)) => panic!("{why}"),
    }
}

/// Numbers that look random and are the same each time.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed * 2 + 1)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}
