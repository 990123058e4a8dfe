//! Time: Unix seconds as WeCom gives them, the natural day in Beijing that its limits are
//! counted by, and the clock that is passed to whoever needs the present.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Serialize};

pub const MINUTE: i64 = 60;
pub const HOUR: i64 = 3600;
pub const DAY: i64 = 86_400;

/// Seconds by which Beijing is ahead of UTC. WeCom counts natural days there.
const BEIJING: i64 = 8 * HOUR;

/// A moment: whole seconds since 1970-01-01 UTC.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// This moment moved by `seconds` (negative: earlier); stops at the ends of `i64`.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to this moment; negative if it lies after.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The natural day in Beijing that WeCom's daily limits are counted by.
    #[must_use]
    pub const fn beijing_day(self) -> BeijingDay {
        BeijingDay(self.0.saturating_add(BEIJING).div_euclid(DAY))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A natural day in Beijing, as days since 1970-01-01 there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BeijingDay(i64);

impl BeijingDay {
    /// The day so many days after 1970-01-01.
    #[must_use]
    pub const fn from_days(days: i64) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn days(self) -> i64 {
        self.0
    }

    /// Reads `2026-01-31`; `None` for what is no date of the years 1970 to 2199.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-').map(|part| part.parse::<u16>().ok());
        let mut part = || parts.next().flatten().map(i64::from);
        let (year, month, day) = (part()?, part()?, part()?);
        if !(1970..2200).contains(&year) || !(1..=12).contains(&month) {
            return None;
        }
        let read = Self(civil_days(year, month, day));
        // Days that the month does not have are written as those of the next one.
        (read.to_string() == text).then_some(read)
    }

    /// The first second of the day.
    #[must_use]
    pub const fn start(self) -> Timestamp {
        Timestamp(self.0 * DAY - BEIJING)
    }

    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// `2026-01-31`.
impl fmt::Display for BeijingDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_date(self.0);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// Year, month (1 to 12) and day of the Gregorian calendar, so many days after 1970-01-01
/// (Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`).
#[must_use]
pub const fn civil_date(days: i64) -> (i64, i64, i64) {
    let days = days.saturating_add(719_468);
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year + era * 400 + (month <= 2) as i64;
    (year, month, day)
}

/// Days from 1970-01-01 to a date of the Gregorian calendar: the way back of [`civil_date`].
#[must_use]
pub const fn civil_days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let shifted = (month + 9) % 12;
    let of_year = (153 * shifted + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Tells the present. Clones share the same source.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Source>);

#[derive(Debug)]
enum Source {
    /// The machine's clock moved by so many milliseconds (0 but for demos and tests).
    Shifted(AtomicI64),
    /// Stands still until moved, in milliseconds.
    Manual(AtomicI64),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(Source::Shifted(AtomicI64::new(0))))
    }

    /// A clock that stands still until [`Clock::advance`] or [`Clock::set`] moves it.
    #[must_use]
    pub fn manual(now: Timestamp) -> Self {
        Self(Arc::new(Source::Manual(AtomicI64::new(now.0 * 1000))))
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp(self.now_millis().div_euclid(1000))
    }

    #[must_use]
    pub fn now_millis(&self) -> i64 {
        match &*self.0 {
            Source::Shifted(by) => system_millis().saturating_add(by.load(Ordering::SeqCst)),
            Source::Manual(at) => at.load(Ordering::SeqCst),
        }
    }

    /// Moves the clock by `seconds`.
    pub fn advance(&self, seconds: i64) {
        match &*self.0 {
            Source::Shifted(millis) | Source::Manual(millis) => {
                millis.fetch_add(seconds.saturating_mul(1000), Ordering::SeqCst);
            }
        }
    }

    /// Sets the clock so that it shows `millis` now; a system clock goes on from there.
    pub fn set_millis(&self, millis: i64) {
        match &*self.0 {
            Source::Shifted(by) => by.store(millis - system_millis(), Ordering::SeqCst),
            Source::Manual(at) => at.store(millis, Ordering::SeqCst),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the wall clock"
)]
fn system_millis() -> i64 {
    let elapsed = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_in_beijing_starts_at_four_in_the_afternoon_utc() {
        let noon = Timestamp::from_seconds(1_700_049_600); // 2023-11-15 12:00 UTC
        assert_eq!(
            noon.beijing_day().start(),
            Timestamp::from_seconds(1_699_977_600)
        );
        assert_eq!(noon.plus(4 * HOUR).beijing_day(), noon.beijing_day().next());
        assert_eq!(noon.plus(4 * HOUR - 1).beijing_day(), noon.beijing_day());
    }

    #[test]
    fn a_day_is_written_as_its_date_in_beijing() {
        for (seconds, date) in [
            (0, "1970-01-01"),
            (1_709_222_399, "2024-02-29"),
            (1_709_222_400, "2024-03-01"),
            (1_767_196_800, "2026-01-01"),
        ] {
            let day = Timestamp::from_seconds(seconds).beijing_day();
            assert_eq!(day.to_string(), date);
            assert_eq!(BeijingDay::parse(date), Some(day));
        }
        for wrong in [
            "",
            "2023-02-29",
            "2024-2-9",
            "2024-13-01",
            "99999-01-01",
            "2024-01",
        ] {
            assert_eq!(BeijingDay::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_shifted_clock_goes_on_from_where_it_is_set() {
        let clock = Clock::system();
        clock.set_millis(5_000_000);
        let now = clock.now_millis();
        assert!((5_000_000..5_060_000).contains(&now), "{now}");
    }
}
