//! Days and months, as money is counted by.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

/// Where days and months begin: at a fixed offset from UTC. There is no summer time in it, so every day has 24 hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    minutes: i32,
}

const DAY_MS: i64 = 86_400_000;
const MINUTE_MS: i64 = 60_000;

/// The day and the month of a moment, counted from 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Windows {
    pub(crate) day: i32,
    pub(crate) month: i32,
}

impl Calendar {
    /// Days begin at midnight UTC.
    pub const UTC: Self = Self { minutes: 0 };

    /// Days begin so many minutes before midnight UTC; `None` beyond 18 hours, which no clock on earth shows.
    #[must_use]
    pub const fn ahead_of_utc(minutes: i32) -> Option<Self> {
        match minutes {
            -1080..=1080 => Some(Self { minutes }),
            _ => None,
        }
    }

    /// How many minutes its clock is ahead of UTC.
    #[must_use]
    pub const fn minutes(self) -> i32 {
        self.minutes
    }

    pub(crate) fn windows(self, now_ms: u64) -> Windows {
        let ms = self.local(now_ms);
        let moment = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX);
        let date = Offset::UTC.to_datetime(moment).date();
        let day = i32::try_from(moment.as_millisecond().div_euclid(DAY_MS)).unwrap_or(i32::MAX);
        Windows { day, month: (i32::from(date.year()) - 1970) * 12 + i32::from(date.month()) - 1 }
    }

    /// The first millisecond since 1970 after that day.
    pub(crate) fn day_ends(self, day: i32) -> u64 {
        self.utc((i64::from(day) + 1) * DAY_MS)
    }

    /// The first millisecond since 1970 after that month.
    pub(crate) fn month_ends(self, month: i32) -> u64 {
        let next = month.saturating_add(1);
        let (year, month) = (1970 + next.div_euclid(12), next.rem_euclid(12) + 1);
        let first = i16::try_from(year).ok().zip(i8::try_from(month).ok());
        let first = first.and_then(|(year, month)| Date::new(year, month, 1).ok()).unwrap_or(Date::MAX);
        let moment = Offset::UTC.to_timestamp(DateTime::from(first)).unwrap_or(Timestamp::MAX);
        self.utc(moment.as_millisecond())
    }

    fn local(self, ms: u64) -> i64 {
        i64::try_from(ms).unwrap_or(i64::MAX).saturating_add(i64::from(self.minutes) * MINUTE_MS)
    }

    fn utc(self, local_ms: i64) -> u64 {
        u64::try_from(local_ms - i64::from(self.minutes) * MINUTE_MS).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_day_begins_where_the_calendar_says() {
        let (utc, ahead) = (Calendar::UTC, Calendar::ahead_of_utc(120).unwrap());
        // 2024-02-29T22:30:00Z
        let moment = 1_709_245_800_000;
        assert_eq!(utc.windows(moment), Windows { day: 19_782, month: 649 });
        assert_eq!(ahead.windows(moment), Windows { day: 19_783, month: 650 });
        assert_eq!(utc.month_ends(649), 1_709_251_200_000);
        assert_eq!(ahead.month_ends(649), 1_709_244_000_000);
        assert_eq!(Calendar::ahead_of_utc(1081), None);
    }

    proptest! {
        #[test]
        fn a_window_ends_where_the_next_begins(ms in 100_000_000..4_102_444_800_000_u64, minutes in -1080..=1080) {
            let calendar = Calendar::ahead_of_utc(minutes).unwrap();
            let now = calendar.windows(ms);
            for (end, of) in [(calendar.day_ends(now.day), 0), (calendar.month_ends(now.month), 1)] {
                let pick = |w: Windows| if of == 0 { w.day } else { w.month };
                prop_assert!(end > ms);
                prop_assert_eq!(pick(calendar.windows(end)), pick(now) + 1);
                prop_assert_eq!(pick(calendar.windows(end - 1)), pick(now));
            }
        }

        #[test]
        fn no_time_is_too_far(ms: u64, minutes in -1080..=1080, day: i32, month: i32) {
            let calendar = Calendar::ahead_of_utc(minutes).unwrap();
            let _ = (calendar.windows(ms), calendar.day_ends(day), calendar.month_ends(month));
        }
    }
}
