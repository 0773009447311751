//! Metrics in the OpenMetrics text format, which Prometheus reads.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{Response, StatusCode};
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::{Metric, Registry};

use crate::body::Body;
use crate::problem::typed_response;

/// A registry of metrics, shared by all who count.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Arc<Mutex<Registry>>,
}

impl Metrics {
    /// An empty registry whose names all begin with `prefix` and an underscore.
    pub fn new(prefix: &str) -> Metrics {
        Metrics { registry: Arc::new(Mutex::new(Registry::with_prefix(prefix))) }
    }

    /// Adds a metric and gives it back, to be counted with. `name` has no unit suffix that the format adds itself,
    /// such as `_total` of a counter.
    pub fn register<M: Metric + Clone>(&self, name: &str, help: &str, metric: M) -> M {
        self.lock().register(name, help, metric.clone());
        metric
    }

    /// All metrics as text; empty if one of them cannot be written.
    pub fn text(&self) -> String {
        let mut text = String::new();
        match encode(&mut text, &self.lock()) {
            Ok(()) => text,
            Err(_) => String::new(),
        }
    }

    /// The answer to `/metrics`.
    pub fn response(&self) -> Response<Body> {
        typed_response(
            StatusCode::OK,
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
            self.text(),
        )
    }

    fn lock(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::metrics::counter::Counter;

    use super::Metrics;

    #[test]
    fn metrics_are_written_as_text() {
        let metrics = Metrics::new("comity");
        let requests: Counter = metrics.register("requests", "Requests answered", Counter::default());
        requests.inc_by(3);
        insta::assert_snapshot!(metrics.text(), @r#"
    # HELP comity_requests Requests answered.
    # TYPE comity_requests counter
    comity_requests_total 3
    # EOF
    "#);
    }
}
