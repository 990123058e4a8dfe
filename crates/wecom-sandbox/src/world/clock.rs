//! The virtual clock and what waits for it.
//!
//! Invariant: waiting work is done in the order of its due time, and in order
//! of creation where two are due in the same second.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::callback::event::Event;

/// One day in seconds.
pub const DAY: i64 = 86_400;
/// China has one time zone, eight hours ahead, without summer time.
const BEIJING: i64 = 8 * 3_600;

/// The number of the Beijing calendar day of a time.
pub fn beijing_day(seconds: i64) -> i64 {
    (seconds + BEIJING).div_euclid(DAY)
}

/// The first second of the Beijing calendar day of a time.
pub fn beijing_midnight(seconds: i64) -> i64 {
    beijing_day(seconds) * DAY - BEIJING
}

/// Time that goes on by itself and can be moved ahead.
#[derive(Debug)]
pub struct Clock {
    base_millis: i64,
    started: Option<Instant>,
}

impl Clock {
    /// A clock that shows `start` now (the machine's time if absent).
    pub fn new(start: Option<i64>, frozen: bool) -> Self {
        // Between 1970 and 2286 nothing that is computed from a time overflows.
        let base_millis = start.map_or_else(machine_millis, |seconds| {
            seconds.clamp(0, 10_000_000_000) * 1_000
        });
        Self {
            base_millis,
            started: (!frozen).then(Instant::now),
        }
    }

    /// Unix milliseconds.
    pub fn millis(&self) -> i64 {
        let run = self
            .started
            .map_or(0, |started| started.elapsed().as_millis());
        self.base_millis
            .saturating_add(i64::try_from(run).unwrap_or(0))
    }

    /// Unix seconds.
    pub fn seconds(&self) -> i64 {
        self.millis().div_euclid(1_000)
    }

    /// Moves ahead.
    pub fn advance(&mut self, millis: i64) {
        self.base_millis = self.base_millis.saturating_add(millis);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks what time it is: a sandbox started by hand begins today"
)]
fn machine_millis() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(0)
}

/// How a waiting transfer ends when its time comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The customer accepted.
    Accept,
    /// The customer tapped "not now".
    Refuse,
    /// 24 hours passed without an answer.
    Expire,
}

/// Work that waits for the clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// The customer answers, or the waiting time ends.
    Transfer { id: usize, outcome: Outcome },
    /// The move of a leaver's group ends.
    GroupMove { id: usize },
    /// An event becomes visible.
    Announce(Event),
    /// The archive's callback may come again.
    ArchiveNotice,
    /// A stored event is posted to the callback address.
    Deliver { event: usize, attempt: u8 },
}

#[derive(Debug, PartialEq, Eq)]
struct Entry {
    due: i64,
    number: u64,
    work: Due,
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.due, self.number).cmp(&(other.due, other.number))
    }
}

/// Waiting work in time order.
#[derive(Debug, Default)]
pub struct Queue {
    heap: BinaryHeap<Reverse<Entry>>,
    count: u64,
}

impl Queue {
    /// Adds work for a time.
    pub fn push(&mut self, due: i64, work: Due) {
        self.count += 1;
        self.heap.push(Reverse(Entry {
            due,
            number: self.count,
            work,
        }));
    }

    /// Takes the next piece of work that is due by `now`.
    pub fn pop(&mut self, now: i64) -> Option<(i64, Due)> {
        if self.heap.peek()?.0.due > now {
            return None;
        }
        self.heap.pop().map(|entry| (entry.0.due, entry.0.work))
    }

    /// How many posts of events wait for their time.
    pub fn deliveries(&self) -> usize {
        let waits = |entry: &&Reverse<Entry>| matches!(entry.0.work, Due::Deliver { .. });
        self.heap.iter().filter(waits).count()
    }

    /// How much waits.
    pub fn len(&self) -> usize {
        self.heap.len()
    }
}
