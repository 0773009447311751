//! Connecting: the pool, the schema and the epoch of this replica.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Connection};
use thiserror::Error;

use super::calls::{Calls, millis};
use super::options::SharedOptions;

/// A shared store cannot be used. The URL is in no message, as it has the password.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// The URL does not read.
    #[error(
        "the URL of the shared store does not read; it has the form `postgres://user:password@host:port/database`"
    )]
    Url,
    /// The server cannot be reached, or turned us away.
    #[error("the shared store of limits cannot be reached")]
    Unreachable(#[source] sqlx::Error),
    /// Its tables cannot be made or read.
    #[error("the tables of the shared store cannot be prepared")]
    Schema(#[source] sqlx::Error),
    /// A newer version of this program has changed its tables.
    #[error("the tables of the shared store have version {found}, and this program knows {known}; update it")]
    Newer {
        /// The version of the tables.
        found: i32,
        /// The latest that this program knows.
        known: i32,
    },
}

/// The steps that lead to the schema, oldest first. A step is never changed; a new one may only add, and its
/// functions have names of their own.
const STEPS: [&str; 1] = [include_str!("schema.sql")];

/// Held while the schema is looked after, so that replicas which start together do it one by one. Any number that
/// nobody else uses: this is `comity/l` in ASCII.
const LOCK: i64 = 0x636f_6d69_7479_2f6c;

pub(crate) async fn connect(options: SharedOptions) -> Result<Calls, ConnectError> {
    // What the parser has to say could quote the URL.
    let target = PgConnectOptions::from_str(&options.url).map_err(|_| ConnectError::Url)?;
    let target = target.application_name("comity").disable_statement_logging();
    let reach = || PgConnection::connect_with(&target);
    let connection = tokio::time::timeout(options.timeout.max(Duration::from_secs(10)), reach()).await;
    let mut connection =
        connection.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map_err(ConnectError::Unreachable)?;
    prepare(&mut connection).await?;
    let epoch = start(&mut connection, &options).await.map_err(ConnectError::Schema)?;
    // That it did not close in order matters to nobody.
    let _ = connection.close().await;
    Ok(Calls::new(pool(&options, target), epoch, options))
}

/// Sees that the schema is the one this program knows.
async fn prepare(connection: &mut PgConnection) -> Result<(), ConnectError> {
    let mut work = connection.begin().await.map_err(ConnectError::Schema)?;
    let found = version(&mut work).await.map_err(ConnectError::Schema)?;
    let known = i32::try_from(STEPS.len()).unwrap_or(i32::MAX);
    if found > known {
        return Err(ConnectError::Newer { found, known });
    }
    let done = usize::try_from(found).unwrap_or(0);
    for step in STEPS.into_iter().skip(done) {
        sqlx::raw_sql(step).execute(&mut *work).await.map_err(ConnectError::Schema)?;
    }
    let set = sqlx::query("UPDATE comity_limits_schema SET version = $1").bind(known);
    set.execute(&mut *work).await.map_err(ConnectError::Schema)?;
    work.commit().await.map_err(ConnectError::Schema)
}

/// The version of the schema, 0 if there is none; nobody else changes it until the transaction ends.
async fn version(work: &mut PgConnection) -> sqlx::Result<i32> {
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *work).await?;
    let make = "CREATE TABLE IF NOT EXISTS comity_limits_schema (version integer NOT NULL);
        INSERT INTO comity_limits_schema SELECT 0 WHERE NOT EXISTS (SELECT FROM comity_limits_schema)";
    sqlx::raw_sql(make).execute(&mut *work).await?;
    sqlx::query_scalar("SELECT version FROM comity_limits_schema").fetch_one(work).await
}

async fn start(connection: &mut PgConnection, options: &SharedOptions) -> sqlx::Result<i64> {
    let start = sqlx::query_scalar("SELECT comity_limits_start_1($1, $2)");
    start.bind(&options.replica).bind(millis(options.lease)).fetch_one(connection).await
}

fn pool(options: &SharedOptions, target: PgConnectOptions) -> PgPool {
    let timeout = options.timeout;
    PgPoolOptions::new()
        .max_connections(options.connections.max(1))
        .acquire_timeout(timeout)
        // Costs a round trip each time; a request is asked twice instead.
        .test_before_acquire(false)
        .after_connect(move |connection, _| Box::pin(settle_in(connection, timeout)))
        .connect_lazy_with(target)
}

/// The server gives up when we do, so that nothing waits there that nobody waits for here.
async fn settle_in(connection: &mut PgConnection, timeout: Duration) -> sqlx::Result<()> {
    let set = "SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $1, false), \
        set_config('default_transaction_isolation', 'read committed', false)";
    sqlx::query(set).bind(millis(timeout).to_string()).execute(connection).await?;
    Ok(())
}
