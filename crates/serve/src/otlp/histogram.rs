//! Histograms with explicit bounds, cumulative since the start, each series with the subject that it is of.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::span::Attribute;

/// Most series of one instrument: attributes are ids of the operator's own and words of closed lists, so this is never reached
/// but by a mistake.
const MOST_SERIES: usize = 4_096;

/// What is measured.
#[derive(Debug)]
pub struct Instrument {
    /// Its name.
    pub name: &'static str,
    /// The unit, as UCUM writes it.
    pub unit: &'static str,
    /// What it tells.
    pub about: &'static str,
    /// The upper bounds of its buckets, ascending; one more has no bound.
    pub bounds: &'static [f64],
}

/// Everything that was measured.
pub(crate) struct Histograms {
    pub(crate) since_ms: u64,
    known: Mutex<HashMap<&'static str, Known>>,
}

struct Known {
    instrument: &'static Instrument,
    series: HashMap<Key, Counts>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    subject: Arc<str>,
    attributes: Vec<Attribute>,
}

/// One series as it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Series {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) counts: Counts,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Counts {
    pub(crate) buckets: Vec<u64>,
    pub(crate) sum: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Histograms {
    pub(crate) fn since(since_ms: u64) -> Histograms {
        Histograms { since_ms, known: Mutex::default() }
    }

    /// Counts a value; gives whether there was room for its series.
    pub(crate) fn record(
        &self,
        subject: &str,
        instrument: &'static Instrument,
        value: f64,
        attributes: Vec<Attribute>,
    ) -> bool {
        let mut known = self.lock();
        let known =
            known.entry(instrument.name).or_insert_with(|| Known { instrument, series: HashMap::new() });
        let key = Key { subject: subject.into(), attributes };
        if known.series.len() >= MOST_SERIES && !known.series.contains_key(&key) {
            return false;
        }
        known.series.entry(key).or_insert_with(|| Counts::none(instrument)).add(instrument, value);
        true
    }

    /// What may leave, by instrument.
    pub(crate) fn leaving(&self, leave: impl Fn(&str) -> bool) -> Vec<(&'static Instrument, Vec<Series>)> {
        let known = self.lock();
        let all = known.values().map(|Known { instrument, series }| {
            let may = series.iter().filter(|(key, _)| leave(&key.subject));
            let copied = may
                .map(|(key, c)| Series { attributes: key.attributes.clone(), counts: c.clone() })
                .collect();
            (*instrument, copied)
        });
        let mut all: Vec<(_, Vec<_>)> = all.filter(|(_, series): &(_, Vec<_>)| !series.is_empty()).collect();
        all.sort_by_key(|(instrument, _)| instrument.name);
        all
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<&'static str, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn none(of: &Instrument) -> Counts {
        Counts { buckets: vec![0; of.bounds.len() + 1], sum: 0.0, min: f64::INFINITY, max: f64::NEG_INFINITY }
    }

    /// A bucket has the values up to and with its bound (OpenTelemetry, metrics data model).
    fn add(&mut self, of: &Instrument, value: f64) {
        let at = of.bounds.partition_point(|bound| *bound < value);
        if let Some(count) = self.buckets.get_mut(at) {
            *count += 1;
        }
        self.sum += value;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }
}

#[cfg(test)]
mod tests {
    use super::{Histograms, Instrument};

    static SIZES: Instrument =
        Instrument { name: "sizes", unit: "1", about: "sizes", bounds: &[1.0, 4.0, 16.0] };

    #[test]
    fn a_value_at_a_bound_is_below_it() {
        let histograms = Histograms::since(0);
        for value in [0.0, 1.0, 1.5, 4.0, 17.0] {
            assert!(histograms.record("support", &SIZES, value, vec![]));
        }
        let all = histograms.leaving(|_| true);
        let counts = &all[0].1[0].counts;
        assert_eq!((counts.buckets.as_slice(), counts.sum), ([2, 2, 0, 1].as_slice(), 23.5));
        assert_eq!((counts.min, counts.max), (0.0, 17.0));
    }

    #[test]
    fn nothing_leaves_of_whom_may_not() {
        let histograms = Histograms::since(0);
        for subject in ["support", "hr"] {
            histograms.record(subject, &SIZES, 1.0, vec![("comity.system", subject.into())]);
        }
        let all = histograms.leaving(|subject| subject == "support");
        assert_eq!(all[0].1.len(), 1);
        assert_eq!(all[0].1[0].attributes, [("comity.system", "support".into())]);
        assert!(histograms.leaving(|_| false).is_empty());
    }
}
