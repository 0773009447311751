//! What the gateway counts. Labels come from closed sets and from ids of the estate, never from requests.

use std::sync::atomic::AtomicU64;

use estate::{EndpointId, ShadowId};
use limits::{Spending, Subject};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use screen::Finding;
use serve::Metrics;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Code {
    code: String,
}

/// An id as a label, without a copy for each count.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Label(EndpointId);

impl EncodeLabelValue for Label {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> std::fmt::Result {
        self.0.as_str().encode(encoder)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Crossing {
    endpoint: Label,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct At {
    endpoint: Label,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Taken {
    taken: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Over {
    limit: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Screened {
    screen: &'static str,
    detail: &'static str,
    origin: &'static str,
}

/// A trial of the estate, and what the law would have done.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OnTrial {
    shadow: String,
    instead: &'static str,
}

/// Ids of the estate, and `day` or `month`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Spender {
    subject: String,
    window: &'static str,
}

/// The gateway's metrics.
#[derive(Clone)]
pub struct GatewayMetrics {
    requests: Counter,
    errors: Family<Code, Counter>,
    crossings: Family<Crossing, Counter>,
    mismatches: Family<At, Counter>,
    limited: Family<Over, Counter>,
    spent: Family<Spender, Gauge<f64, AtomicU64>>,
    on_trial: Family<OnTrial, Counter>,
    cached: Counter,
    screened: Family<Screened, Counter>,
    reloads: Family<Taken, Counter>,
    in_flight: Gauge,
    ledger: Gauge<u64, AtomicU64>,
    stale: Gauge,
}

impl GatewayMetrics {
    /// Registers them.
    pub fn register(metrics: &Metrics) -> GatewayMetrics {
        GatewayMetrics {
            requests: metrics.register("requests", "Requests received", Counter::default()),
            errors: metrics.register(
                "errors",
                "Requests answered with an error, by its code",
                Family::default(),
            ),
            crossings: metrics.register("crossings", "Crossings by endpoint and outcome", Family::default()),
            mismatches: metrics.register(
                "place_mismatches",
                "Answers whose vendor says that they ran elsewhere than decided",
                Family::default(),
            ),
            limited: metrics.register(
                "limited",
                "Requests that a limit had no room for, by the kind of limit",
                Family::default(),
            ),
            spent: metrics.register(
                "spent",
                "Money spent in the current day and month (UTC), in units of the estate's currency, where it is limited",
                Family::default(),
            ),
            screened: metrics.register(
                "screened",
                "Requests in which a screen found something, by what it found and where that came from",
                Family::default(),
            ),
            cached: metrics.register(
                "cache_hits",
                "Requests that were given an earlier answer again",
                Counter::default(),
            ),
            on_trial: metrics.register(
                "shadow_crossings",
                "Crossings under a trial, by what the law would have done: `none` other, `elsewhere` or `refused`",
                Family::default(),
            ),
            reloads: metrics.register(
                "reloads",
                "Reloads of law and estate, taken or not",
                Family::default(),
            ),
            in_flight: metrics.register("requests_in_flight", "Requests being answered", Gauge::default()),
            ledger: metrics.register("ledger_entries", "Durable entries of the ledger", Gauge::default()),
            stale: metrics.register("stale", "1 while newer law or estate does not load", Gauge::default()),
        }
    }

    /// Counts a reload.
    pub fn reloaded(&self, taken: bool) {
        self.reloads.get_or_create(&Taken { taken: taken.to_string() }).inc();
        self.stale.set(i64::from(!taken));
    }

    pub(crate) fn begin(&self) -> InFlight {
        self.requests.inc();
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    pub(crate) fn error(&self, code: &str) {
        self.errors.get_or_create(&Code { code: code.to_owned() }).inc();
    }

    pub(crate) fn crossing(&self, endpoint: &EndpointId, outcome: &'static str) {
        self.crossings.get_or_create(&Crossing { endpoint: Label(endpoint.clone()), outcome }).inc();
    }

    pub(crate) fn place_mismatch(&self, endpoint: &EndpointId) {
        self.mismatches.get_or_create(&At { endpoint: Label(endpoint.clone()) }).inc();
    }

    pub(crate) fn limited(&self, limit: &'static str) {
        self.limited.get_or_create(&Over { limit }).inc();
    }

    pub(crate) fn screened(&self, finding: &Finding) {
        let (screen, detail) = (finding.screen.name(), finding.detail.name());
        self.screened.get_or_create(&Screened { screen, detail, origin: finding.origin.name() }).inc();
    }

    pub(crate) fn cached(&self) {
        self.cached.inc();
    }

    pub(crate) fn on_trial(&self, shadow: &ShadowId, instead: &'static str) {
        self.on_trial.get_or_create(&OnTrial { shadow: shadow.to_string(), instead }).inc();
    }

    pub(crate) fn spent(&self, subject: &Subject, spent: &Spending) {
        for (window, micros) in [("day", spent.day), ("month", spent.month)] {
            let spender = Spender { subject: subject.to_string(), window };
            self.spent.get_or_create(&spender).set(micros.0 as f64 / 1e6);
        }
    }

    pub(crate) fn ledger(&self, size: u64) {
        self.ledger.set(size);
    }
}

/// Counts a request as in flight until it is dropped.
pub(crate) struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[cfg(test)]
mod tests;
