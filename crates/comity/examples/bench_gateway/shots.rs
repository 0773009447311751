//! One measurement of one process, and many of them.

use std::time::Duration;

use testkit::load::Report;

/// What one measurement gave.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shot {
    /// Answers a second.
    pub(crate) requests: f64,
    /// Events of streams a second.
    pub(crate) events: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
    /// Median time to the first piece of the body.
    pub(crate) first: Duration,
    /// Processor time of the measured process for one request; none for the upstream, which shares this process.
    pub(crate) processor: Option<Duration>,
    /// Answers that were no success.
    pub(crate) failures: u64,
}

impl Shot {
    pub(crate) fn new(report: &Report, used: Option<Duration>) -> Shot {
        let count = u32::try_from(report.requests).unwrap_or(u32::MAX).max(1);
        Shot {
            requests: report.requests_per_second(),
            events: report.events_per_second(),
            p50: report.latency(0.5),
            p99: report.latency(0.99),
            first: report.first_chunk(0.5),
            processor: used.map(|time| time / count),
            failures: report.failures,
        }
    }
}

/// The median and the bounds of some figures.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

impl Spread {
    pub(crate) fn of(figures: impl IntoIterator<Item = f64>) -> Spread {
        let mut figures: Vec<f64> = figures.into_iter().collect();
        figures.sort_by(f64::total_cmp);
        let at = |index: usize| figures.get(index).copied().unwrap_or_default();
        Spread { median: at(figures.len() / 2), least: at(0), most: at(figures.len().saturating_sub(1)) }
    }
}
