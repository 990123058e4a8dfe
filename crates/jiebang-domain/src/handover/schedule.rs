//! When to ask the platform again, and how many groups a day may still be moved.

use super::GROUPS_A_DAY;
use crate::time::{HOUR, MINUTE, Timestamp};

/// Slack after the announced moment of takeover before it is asked for.
pub const SLACK: i64 = MINUTE;
/// A row that is still waiting this long after its start is flagged.
pub const OVERDUE: i64 = 48 * HOUR;

/// When to read the result pages of a pair next (Appendix C, 6): one minute after the start,
/// every 15 minutes in the first two hours, every hour after, and right after the moment at
/// which the earliest waiting row is due. Past [`OVERDUE`] every six hours.
///
/// `started` is the start of the youngest waiting row, `due` the earliest announced takeover.
#[must_use]
pub fn next_poll(started: Timestamp, due: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let age = now.since(started);
    // A start in the future is a clock that was set back: as if it had been a while ago.
    let regular = if (0..MINUTE).contains(&age) {
        started.plus(MINUTE)
    } else if age < 2 * HOUR {
        now.plus(15 * MINUTE)
    } else if age < OVERDUE {
        now.plus(HOUR)
    } else {
        now.plus(6 * HOUR)
    };
    match due.map(|due| due.plus(SLACK)) {
        Some(due) if due > now => regular.min(due),
        _ => regular,
    }
}

/// Groups that may still be moved from one person today.
#[must_use]
pub const fn groups_left_today(started_today: usize) -> usize {
    GROUPS_A_DAY.saturating_sub(started_today)
}

/// The day on which the group at `place` (from 0) of those still to be moved has its turn, as
/// days from today, when `started_today` were moved already.
#[must_use]
pub const fn group_day(place: usize, started_today: usize) -> usize {
    let today = groups_left_today(started_today);
    if place < today {
        0
    } else {
        1 + (place - today) / GROUPS_A_DAY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s39_polls_go_on_until_the_announced_moment_and_then_right_after_it() {
        let start = Timestamp::from_seconds(1_700_000_000);
        let due = start.plus(24 * HOUR);
        let mut now = start;
        let mut polls = vec![];
        while now < due.plus(SLACK) {
            now = next_poll(start, Some(due), now);
            polls.push(now.since(start));
        }
        assert_eq!(polls[0], MINUTE);
        assert_eq!(*polls.last().unwrap(), 24 * HOUR + SLACK);
        assert!(polls.windows(2).all(|w| w[0] < w[1] && w[1] - w[0] <= HOUR));
        assert!(polls.len() < 40, "{} polls", polls.len());
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_put_off_the_next_look() {
        let now = Timestamp::from_seconds(1_700_000_000);
        let next = next_poll(now.plus(400 * HOUR), Some(now.plus(424 * HOUR)), now);
        assert!(next > now && next <= now.plus(HOUR));
    }

    #[test]
    fn s29_no_day_gets_more_than_three_hundred_groups() {
        for already in [0usize, 1, 299, 300, 450] {
            let days: Vec<usize> = (0..1000).map(|place| group_day(place, already)).collect();
            for day in 0..=*days.last().unwrap() {
                let moved = days.iter().filter(|d| **d == day).count();
                let before = if day == 0 {
                    already.min(GROUPS_A_DAY)
                } else {
                    0
                };
                assert!(moved + before <= GROUPS_A_DAY, "day {day}: {moved}");
            }
            assert!(days.windows(2).all(|w| w[0] <= w[1] && w[1] - w[0] <= 1));
        }
    }
}
