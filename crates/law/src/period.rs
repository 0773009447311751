//! The days on which something holds, and from when it was known.

use serde::Deserialize;
use terms::Date;

/// From a day, inclusive, to a last day, inclusive; open at either end where absent. `known` is the day we learned of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub struct Period {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
    /// Since when it is known to us; always, where absent.
    pub known: Option<Date>,
}

impl Period {
    /// Whether it holds on `valid`, as known on `known` (everything we know, where absent).
    pub fn holds(&self, valid: Date, known: Option<Date>) -> bool {
        self.from.is_none_or(|d| d <= valid)
            && self.until.is_none_or(|d| valid <= d)
            && known.is_none_or(|k| self.known.is_none_or(|d| d <= k))
    }

    /// The days on which the answer of [`Period::holds`] changes.
    pub fn changes(&self) -> impl Iterator<Item = Date> {
        let after = self.until.and_then(|d| d.tomorrow().ok());
        [self.from, after].into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::Period;

    #[test]
    fn both_ends_belong_to_the_period() {
        let day = |text: &str| text.parse().unwrap();
        let period = Period {
            from: Some(day("2020-01-01")),
            until: Some(day("2020-12-31")),
            known: Some(day("2021-06-01")),
        };
        let holds = |d: &str| period.holds(day(d), None);
        assert_eq!(
            ["2019-12-31", "2020-01-01", "2020-12-31", "2021-01-01"].map(holds),
            [false, true, true, false]
        );
        assert!(!period.holds(day("2020-06-01"), Some(day("2020-06-01"))));
        assert_eq!(period.changes().map(|d| d.to_string()).collect::<Vec<_>>(), ["2020-01-01", "2021-01-01"]);
    }
}
