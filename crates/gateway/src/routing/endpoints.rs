//! How each endpoint has answered of late, how fast, and how many requests it has now.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use estate::{Endpoint, EndpointId};
use tokio::time::Instant;

use super::circuit::{Circuit, Readiness, Wait};

/// What is known of endpoints, by id; it outlives a reload.
#[derive(Default)]
pub(crate) struct Endpoints(RwLock<HashMap<EndpointId, Arc<Track>>>);

#[derive(Default)]
struct Track {
    circuit: Mutex<Circuit>,
    in_flight: AtomicU32,
    /// Time to the first byte, in microseconds: a moving average of the latest answers; 0 is unknown.
    first_byte_us: AtomicU64,
}

/// What came of a request, as far as it says how the endpoint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It began to answer after this time.
    Answered(Duration),
    /// It failed.
    Failed,
    /// It asked to be left alone for this time.
    Busy(Duration),
    /// Neither: the request itself was at fault, or nothing was sent.
    Unknown,
}

impl Endpoints {
    fn track(&self, id: &EndpointId) -> Arc<Track> {
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(id) {
            return known.clone();
        }
        self.0.write().unwrap_or_else(PoisonError::into_inner).entry(id.clone()).or_default().clone()
    }

    /// Forgets how they answered: the next requests try each of them anew. What they have under way still counts.
    pub(crate) fn forget(&self) {
        for track in self.0.read().unwrap_or_else(PoisonError::into_inner).values() {
            *track.circuit() = Circuit::default();
            track.first_byte_us.store(0, Ordering::Relaxed);
        }
    }

    /// Whether an endpoint may be tried: one that has all the requests it can take may soon.
    pub(crate) fn readiness(&self, endpoint: &Endpoint, now: Instant) -> Readiness {
        let track = self.track(&endpoint.id);
        if endpoint.capacity.is_some_and(|most| track.in_flight.load(Ordering::Relaxed) >= most) {
            return Readiness::Not(full(now));
        }
        track.circuit().readiness(now)
    }

    /// The time to its first byte of late, in microseconds; 0 if it is not known.
    pub(crate) fn first_byte_us(&self, id: &EndpointId) -> u64 {
        self.track(id).first_byte_us.load(Ordering::Relaxed)
    }

    /// A request to an endpoint begins, if the endpoint may be tried and has room; it counts until the lease is dropped.
    pub(crate) fn lease(&self, endpoint: &Endpoint, now: Instant) -> Result<Lease, Wait> {
        let track = self.track(&endpoint.id);
        let before = track.in_flight.fetch_add(1, Ordering::Relaxed);
        let lease = Lease { track, told: false };
        if endpoint.capacity.is_some_and(|most| before >= most) {
            return Err(full(now));
        }
        let mut circuit = lease.track.circuit();
        if let Readiness::Not(wait) = circuit.readiness(now) {
            return Err(wait);
        }
        circuit.begin();
        drop(circuit);
        Ok(lease)
    }
}

/// Places become free with every answer that ends.
fn full(now: Instant) -> Wait {
    Wait { until: now + Duration::from_secs(1), busy: true }
}

impl Track {
    fn circuit(&self) -> std::sync::MutexGuard<'_, Circuit> {
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn was_fast(&self, first_byte: Duration) {
        let new = u64::try_from(first_byte.as_micros()).unwrap_or(u64::MAX).max(1);
        let old = self.first_byte_us.load(Ordering::Relaxed);
        let average = if old == 0 { new } else { old - old / 8 + new / 8 };
        self.first_byte_us.store(average.max(1), Ordering::Relaxed);
    }
}

/// A request that an endpoint has.
pub(crate) struct Lease {
    track: Arc<Track>,
    told: bool,
}

impl Lease {
    /// What came of it. The request still counts until the lease is dropped, when its answer is over.
    pub(crate) fn tell(&mut self, outcome: Outcome, now: Instant) {
        self.told = true;
        let mut circuit = self.track.circuit();
        match outcome {
            Outcome::Answered(first_byte) => {
                circuit.succeeded();
                self.track.was_fast(first_byte);
            }
            Outcome::Failed => circuit.failed(now),
            Outcome::Busy(wait) => circuit.rest(now, wait),
            Outcome::Unknown => circuit.unknown(),
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.track.in_flight.fetch_sub(1, Ordering::Relaxed);
        if !self.told {
            self.track.circuit().unknown();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use estate::{Endpoint, EndpointTier, PlacedBy, Timeouts, Upstream};
    use terms::{Operation, PlaceSet};
    use tokio::time::Instant;

    use super::{Endpoints, Outcome, Readiness};

    fn endpoint(capacity: Option<u32>) -> Endpoint {
        Endpoint {
            id: "narrow".parse().unwrap(),
            model: "m".parse().unwrap(),
            upstream: Upstream::Embedded,
            places: PlaceSet::EMPTY,
            placed_by: PlacedBy::Stated,
            operation: Operation::ProcessInClear,
            parties: Vec::new(),
            price: None,
            timeouts: Timeouts::default(),
            tier: EndpointTier::Market,
            weight: 1,
            capacity,
        }
    }

    #[test]
    fn an_endpoint_has_no_more_requests_than_it_can_take() {
        let (endpoints, now) = (Endpoints::default(), Instant::now());
        let narrow = endpoint(Some(1));
        let Ok(mut lease) = endpoints.lease(&narrow, now) else { panic!("it has room") };
        // Its answer has begun, and it is not over.
        lease.tell(Outcome::Answered(Duration::from_millis(3)), now);
        assert!(matches!(endpoints.readiness(&narrow, now), Readiness::Not(wait) if wait.busy));
        assert!(endpoints.lease(&narrow, now).is_err_and(|wait| wait.busy));
        drop(lease);
        assert_eq!(endpoints.readiness(&narrow, now), Readiness::Ready);
        assert!(endpoints.lease(&narrow, now).is_ok());
    }

    #[test]
    fn the_time_to_the_first_byte_is_an_average_of_late() {
        let (endpoints, now) = (Endpoints::default(), Instant::now());
        let one = endpoint(None);
        assert_eq!(endpoints.first_byte_us(&one.id), 0);
        for ms in [8, 16] {
            let Ok(mut lease) = endpoints.lease(&one, now) else { panic!("it is ready") };
            lease.tell(Outcome::Answered(Duration::from_millis(ms)), now);
        }
        assert_eq!(endpoints.first_byte_us(&one.id), 9_000);
        endpoints.forget();
        assert_eq!(endpoints.first_byte_us(&one.id), 0);
    }
}
