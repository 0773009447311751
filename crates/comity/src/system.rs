//! Clock and randomness of this machine, as the rooms take them.

use std::cell::RefCell;
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
///
/// Each thread takes it in larger pieces, since every request needs a little. What was given out is not kept.
pub(crate) fn entropy() -> Entropy {
    Arc::new(|buffer: &mut [u8]| POOL.with_borrow_mut(|pool| pool.give(buffer)))
}

/// Random bytes that a thread takes at once.
const PIECE: usize = 1 << 10;

thread_local! {
    static POOL: RefCell<Pool> = const { RefCell::new(Pool { piece: [0; PIECE], given: PIECE }) };
}

struct Pool {
    piece: [u8; PIECE],
    given: usize,
}

impl Pool {
    fn give(&mut self, buffer: &mut [u8]) {
        if buffer.len() > PIECE - self.given {
            fill(&mut self.piece);
            self.given = 0;
        }
        match self.piece.get_mut(self.given..self.given + buffer.len()) {
            Some(next) => {
                buffer.copy_from_slice(next);
                next.fill(0);
                self.given += buffer.len();
            }
            // More than a whole piece.
            None => fill(buffer),
        }
    }
}

fn fill(buffer: &mut [u8]) {
    if let Err(error) = getrandom::fill(buffer) {
        tracing::error!(%error, "the system gives no random bytes");
        std::process::abort();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{PIECE, entropy};

    #[test]
    fn no_bytes_are_given_twice() {
        let entropy = entropy();
        let mut seen = HashSet::new();
        for _ in 0..PIECE {
            let mut salt = [0; 16];
            entropy(&mut salt);
            assert!(salt != [0; 16] && seen.insert(salt));
        }
        let mut long = vec![0; PIECE + 1];
        entropy(&mut long);
        assert!(long.iter().any(|byte| *byte != 0));
    }
}
