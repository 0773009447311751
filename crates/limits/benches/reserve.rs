//! What limits add to a request: reserving and settling in the embedded store, alone and from several threads.
#![expect(clippy::expect_used, reason = "a bench that cannot go on says so and ends")]

use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use divan::Bencher;
use limits::{Calendar, Limits, Micros, Need, Reservation, Rule, Subject};

const NOW: u64 = 1_763_766_260_000;

fn main() {
    divan::main();
}

fn rule() -> Rule {
    Rule {
        requests_per_minute: Some(u64::MAX),
        tokens_per_minute: Some(u64::MAX),
        concurrent: Some(u64::MAX),
        spend_per_day: Some(Micros(u64::MAX)),
        spend_per_month: Some(Micros(u64::MAX)),
    }
}

fn asks(key: usize) -> [(Subject, Rule); 2] {
    [(Subject::new(&format!("key/{key}")), rule()), (Subject::new("system/support"), rule())]
}

/// The embedded store answers at once, so no runtime is in the figures.
fn reserve(limits: &Limits, asks: &[(Subject, Rule)]) -> Reservation {
    let future = pin!(limits.reserve(asks, Need { tokens: 900, cost: Micros(40) }, NOW));
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer.expect("room"),
        Poll::Pending => unreachable!("the embedded store never waits"),
    }
}

/// A key and a system, every limit set; reserved and settled.
#[divan::bench(threads = [1, 2, 8])]
fn key_and_system(bencher: Bencher) {
    let limits = Limits::embedded(Calendar::UTC);
    let (next, keys) = (AtomicUsize::new(0), [0, 1, 2, 3, 4, 5, 6, 7].map(asks));
    bencher.with_inputs(|| next.fetch_add(1, Ordering::Relaxed) % keys.len()).bench_values(|key| {
        let asks = keys.get(key).expect("a key");
        reserve(&limits, asks).settle(Need { tokens: 500, cost: Micros(20) }, NOW);
    });
}

/// The same where no limit is set: what a gateway without limits pays if it asks all the same.
#[divan::bench]
fn one_without_limits(bencher: Bencher) {
    let limits = Limits::embedded(Calendar::UTC);
    let asks = [(Subject::new("key/web"), Rule::default())];
    bencher.bench(|| reserve(&limits, &asks).settle(Need::default(), NOW));
}
