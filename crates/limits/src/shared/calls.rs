//! The functions of the schema, as functions here.

use std::time::Duration;

use smallvec::SmallVec;
use sqlx::postgres::PgPool;
use thiserror::Error;

use super::options::SharedOptions;
use super::queue::{Batch, Settled};
use crate::account::Account;
use crate::bucket::{Bucket, MAX_DRAINED, MAX_UNITS};
use crate::calendar::Windows;
use crate::need::{Micros, Need};
use crate::rule::{Rule, Subject};
use crate::window::Window;

/// What `reserve` says: whether it is granted, and the accounts as they were found.
pub(crate) struct Answer {
    pub(crate) granted: bool,
    pub(crate) accounts: SmallVec<[Account; 2]>,
}

/// A call has no answer.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    #[error("it is busy")]
    Busy(#[source] sqlx::Error),
    #[error("it does not answer: {0}")]
    Down(sqlx::Error),
    #[error("another process has started under the name of this replica")]
    Superseded,
}

/// A column of `reserve` each: granted, the buckets, the number under way, the windows.
type Row = (bool, i64, i64, i64, i64, i64, i32, i64, i64, i32, i64, i64);

pub(crate) struct Calls {
    pool: PgPool,
    replica: String,
    epoch: i64,
    timeout: Duration,
    lease: Duration,
}

impl Calls {
    pub(crate) fn new(pool: PgPool, epoch: i64, options: SharedOptions) -> Self {
        let SharedOptions { replica, timeout, lease, .. } = options;
        Self { pool, replica, epoch, timeout, lease }
    }

    pub(crate) fn lease(&self) -> Duration {
        self.lease
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }

    pub(crate) async fn reserve(
        &self,
        id: i64,
        asks: &[(Subject, Rule)],
        need: Need,
        (now_ms, windows): (u64, Windows),
    ) -> Result<Answer, Failure> {
        let call = sqlx::query_as(
            "SELECT * FROM comity_limits_reserve_1($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        );
        let call = call.bind(&self.replica).bind(self.epoch).bind(id);
        let call = call.bind(time(now_ms)).bind(windows.day).bind(windows.month);
        let call = call.bind(units(need.tokens)).bind(money(need.cost));
        let call = call.bind(asks.iter().map(|(subject, _)| subject.as_str()).collect::<Vec<_>>());
        let call = call.bind(limits(asks, |rule| rule.requests_per_minute.map(units)));
        let call = call.bind(limits(asks, |rule| rule.tokens_per_minute.map(units)));
        let call = call.bind(limits(asks, |rule| rule.concurrent.map(units)));
        let call = call.bind(limits(asks, |rule| rule.spend_per_day.map(money)));
        let call = call.bind(limits(asks, |rule| rule.spend_per_month.map(money)));
        let rows: Vec<Row> = self.within(call.fetch_all(&self.pool)).await?;
        let granted = rows.first().is_some_and(|row| row.0);
        Ok(Answer { granted, accounts: rows.iter().map(account).collect() })
    }

    pub(crate) async fn settle(&self, settled: &[Settled]) -> Result<(), Failure> {
        let call = sqlx::query("SELECT comity_limits_settle_1($1, $2, $3, $4, $5, $6, $7)");
        let call = call.bind(&self.replica).bind(self.epoch);
        let call = call.bind(settled.iter().map(|s| s.id).collect::<Vec<_>>());
        let call = call.bind(settled.iter().map(|s| units(s.used.tokens)).collect::<Vec<_>>());
        let call = call.bind(settled.iter().map(|s| money(s.used.cost)).collect::<Vec<_>>());
        let call = call.bind(settled.iter().map(|s| s.void).collect::<Vec<_>>());
        let call = call.bind(settled.iter().map(|s| time(s.at_ms)).collect::<Vec<_>>());
        self.within(call.execute(&self.pool)).await.map(|_| ())
    }

    pub(crate) async fn charge(&self, batch: &Batch) -> Result<(), Failure> {
        let call = sqlx::query("SELECT comity_limits_charge_1($1, $2, $3, $4, $5, $6, $7)");
        let call = call.bind(&self.replica).bind(self.epoch).bind(batch.number);
        let call = call.bind(batch.charges.keys().map(|(subject, ..)| subject.as_str()).collect::<Vec<_>>());
        let call = call.bind(batch.charges.keys().map(|(_, day, _)| *day).collect::<Vec<_>>());
        let call = call.bind(batch.charges.keys().map(|(.., month)| *month).collect::<Vec<_>>());
        let call = call.bind(batch.charges.values().map(|cost| money(*cost)).collect::<Vec<_>>());
        self.within(call.execute(&self.pool)).await.map(|_| ())
    }

    /// A sign of life; `held` are the ids below `below` that are under way.
    pub(crate) async fn beat(&self, below: i64, held: &[i64]) -> Result<(), Failure> {
        let call = sqlx::query("SELECT comity_limits_beat_1($1, $2, $3, $4, $5)");
        let call = call.bind(&self.replica).bind(self.epoch).bind(millis(self.lease)).bind(below).bind(held);
        self.within(call.execute(&self.pool)).await.map(|_| ())
    }

    async fn within<T>(&self, call: impl Future<Output = sqlx::Result<T>>) -> Result<T, Failure> {
        let answer = tokio::time::timeout(self.timeout, call).await;
        answer.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map_err(Failure::of)
    }
}

impl Failure {
    /// Whether only the connection may be gone, and another may do.
    pub(crate) const fn is_broken(&self) -> bool {
        matches!(self, Self::Down(error) if !matches!(error, sqlx::Error::PoolTimedOut))
    }

    fn of(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|error| error.code());
        match code.as_deref() {
            Some("CL001") => Self::Superseded,
            // Waited too long for a lock or was cancelled; the next call may do better.
            // PostgreSQL, appendix A: 40 is transaction rollback, 55P03 lock not available, 57014 query canceled.
            Some("55P03" | "57014") => Self::Busy(error),
            Some(code) if code.starts_with("40") => Self::Busy(error),
            _ => Self::Down(error),
        }
    }
}

fn account(row: &Row) -> Account {
    let (
        _,
        requests,
        requests_at,
        tokens,
        tokens_at,
        live,
        day,
        d_spent,
        d_reserved,
        month,
        m_spent,
        m_reserved,
    ) = *row;
    let bucket = |drained, at| Bucket { drained: count(drained), at: count(at) };
    let window = |index, spent, reserved| Window { index, spent: count(spent), reserved: count(reserved) };
    Account {
        requests: bucket(requests, requests_at),
        tokens: bucket(tokens, tokens_at),
        live: count(live),
        day: window(day, d_spent, d_reserved),
        month: window(month, m_spent, m_reserved),
    }
}

fn limits(asks: &[(Subject, Rule)], of: impl Fn(&Rule) -> Option<i64>) -> Vec<Option<i64>> {
    asks.iter().map(|(_, rule)| of(rule)).collect()
}

fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// Units of a limit, within what the store adds up.
fn units(value: u64) -> i64 {
    i64::try_from(value.min(MAX_UNITS)).unwrap_or(i64::MAX)
}

fn money(value: Micros) -> i64 {
    i64::try_from(value.0.min(MAX_DRAINED)).unwrap_or(i64::MAX)
}

/// A time, in milliseconds since 1970.
fn time(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

/// A duration in milliseconds, as settings take it.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX).clamp(1, i64::from(i32::MAX))
}
