//! Clock and randomness of this machine, as the rooms take them.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use border::Entropy;
use ledger::Clock;

/// The wall clock in milliseconds since 1970. `COMITY_CLOCK_MS` freezes it, for tests of the command line.
pub(crate) fn clock() -> Clock {
    match std::env::var("COMITY_CLOCK_MS").ok().and_then(|ms| ms.parse().ok()) {
        Some(frozen) => Arc::new(move || frozen),
        None => Arc::new(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as u64)),
    }
}

/// Today, in UTC.
pub(crate) fn today() -> terms::Date {
    let ms = i64::try_from(clock()()).unwrap_or(i64::MAX);
    let now = jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    jiff::tz::Offset::UTC.to_datetime(now).date()
}

/// The system's randomness. Without it there are no salts, and a process without salts must not go on.
pub(crate) fn entropy() -> Entropy {
    Arc::new(|buffer: &mut [u8]| {
        if let Err(error) = getrandom::fill(buffer) {
            tracing::error!(%error, "the system gives no random bytes");
            std::process::abort();
        }
    })
}
