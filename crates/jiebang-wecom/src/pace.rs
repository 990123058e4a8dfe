//! How fast an endpoint may be called: the documented limits per minute and hour, the block
//! the platform imposes with 45009, and the number of calls in flight, lowered on 45033
//! (section 1.4 of the reference).
//!
//! Invariant: windows are counted by the [`Clock`], so that a moved clock moves them; a
//! clock set back never closes an endpoint for longer than an hour.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiebang_domain::time::{Clock, HOUR, MINUTE, Timestamp};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::RateLimits;

/// Longest real time between two looks at the clock while waiting for it.
const LOOK: Duration = Duration::from_millis(100);
/// Answers without 45033 after which one more call in flight is tried.
const CALM: u32 = 200;

/// The pace of one endpoint.
#[derive(Debug)]
pub(crate) struct Pace {
    windows: Mutex<Windows>,
    gate: Arc<Gate>,
}

impl Pace {
    pub(crate) fn new(limits: Option<RateLimits>, max_in_flight: usize) -> Self {
        Self {
            windows: Mutex::new(Windows::new(limits)),
            gate: Arc::new(Gate::new(max_in_flight)),
        }
    }

    /// Waits for a place among the calls in flight and under the rate limits. `Err` tells
    /// when the limit ends, if that is more than `max_wait` seconds of the clock away.
    pub(crate) async fn enter(&self, clock: &Clock, max_wait: i64) -> Result<Permit, Timestamp> {
        let deadline = clock.now().plus(max_wait);
        loop {
            // A call that waits for the clock must not hold a place in flight.
            let closed_until = locked(&self.windows).closed_until(clock.now());
            if let Some(until) = closed_until {
                if until > deadline {
                    return Err(until);
                }
                wait_until(clock, until).await;
                continue;
            }
            let permit = self.gate.enter().await;
            if locked(&self.windows).take(clock.now()) {
                return Ok(permit);
            }
        }
    }

    /// Learns from 45009: the endpoint is closed until the window ends.
    pub(crate) fn blocked(&self, now: Timestamp) -> Timestamp {
        locked(&self.windows).block(now)
    }
}

/// Waits for the clock to show `until`. Looks again and again because the clock may be moved.
async fn wait_until(clock: &Clock, until: Timestamp) {
    loop {
        let left = until
            .seconds()
            .saturating_mul(1000)
            .saturating_sub(clock.now_millis());
        let Ok(millis @ 1..) = u64::try_from(left) else {
            return;
        };
        tokio::time::sleep(LOOK.min(Duration::from_millis(millis))).await;
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Debug)]
struct Windows {
    counts: Vec<Window>,
    blocked_until: Option<Timestamp>,
    /// When the last block began, to tell a minute's from an hour's.
    last_block: Option<Timestamp>,
}

impl Windows {
    fn new(limits: Option<RateLimits>) -> Self {
        let counts = limits.map_or_else(Vec::new, |limits| {
            vec![
                Window::new(MINUTE, 1, limits.per_minute),
                Window::new(HOUR, 30, limits.per_hour),
            ]
        });
        Self {
            counts,
            blocked_until: None,
            last_block: None,
        }
    }

    fn closed_until(&mut self, now: Timestamp) -> Option<Timestamp> {
        // Beyond an hour the clock was set back: no window is longer.
        self.blocked_until = self
            .blocked_until
            .filter(|&u| u > now && u.since(now) <= HOUR);
        let full = self
            .counts
            .iter_mut()
            .filter_map(|window| window.full_until(now))
            .max();
        self.blocked_until.max(full)
    }

    /// Counts a call if there is room for one.
    fn take(&mut self, now: Timestamp) -> bool {
        if self.closed_until(now).is_some() {
            return false;
        }
        for window in &mut self.counts {
            window.count(now);
        }
        true
    }

    /// The platform does not say which window was exceeded. The first time it is taken for
    /// the minute's; if calls are still refused after that wait, it was the hour's.
    fn block(&mut self, now: Timestamp) -> Timestamp {
        if let Some(until) = self.blocked_until.filter(|&until| until > now) {
            return until;
        }
        let again = self
            .last_block
            .is_some_and(|last| (0..2 * MINUTE).contains(&now.since(last)));
        let until = now.plus(if again { HOUR } else { MINUTE });
        self.last_block = Some(now);
        self.blocked_until = Some(until);
        until
    }
}

/// Calls of the last `span` seconds, counted in slots of `slot` seconds, so that no stretch
/// of `span` seconds sees more than `limit`, wherever the platform begins its own.
#[derive(Debug)]
struct Window {
    span: i64,
    slot: i64,
    limit: u32,
    slots: VecDeque<(i64, u32)>,
    sum: u32,
}

impl Window {
    const fn new(span: i64, slot: i64, limit: u32) -> Self {
        Self {
            span,
            slot,
            limit,
            slots: VecDeque::new(),
            sum: 0,
        }
    }

    const fn leaves_at(&self, slot: i64) -> i64 {
        (slot + 1) * self.slot + self.span
    }

    fn full_until(&mut self, now: Timestamp) -> Option<Timestamp> {
        let current = now.seconds().div_euclid(self.slot);
        while let Some(&(slot, count)) = self.slots.front() {
            // A slot in the future was counted before the clock was set back.
            if self.leaves_at(slot) > now.seconds() && slot <= current {
                break;
            }
            self.sum = self.sum.saturating_sub(count);
            self.slots.pop_front();
        }
        let &(oldest, _) = self.slots.front()?;
        (self.sum >= self.limit).then(|| Timestamp::from_seconds(self.leaves_at(oldest)))
    }

    fn count(&mut self, now: Timestamp) {
        let current = now.seconds().div_euclid(self.slot);
        self.sum = self.sum.saturating_add(1);
        match self.slots.back_mut() {
            Some((slot, count)) if *slot == current => *count += 1,
            _ => self.slots.push_back((current, 1)),
        }
    }
}

/// The number of calls in flight: halved once when the platform complains, raised by one
/// after a calm stretch.
#[derive(Debug)]
struct Gate {
    places: Arc<Semaphore>,
    state: Mutex<GateState>,
}

#[derive(Debug)]
struct GateState {
    limit: usize,
    max: usize,
    /// Places still held by calls that must not be given out again.
    debt: usize,
    calm: u32,
    /// Raised with every lowering, so that the calls that were in flight together count as
    /// one complaint.
    epoch: u64,
}

impl Gate {
    fn new(max: usize) -> Self {
        let state = GateState {
            limit: max,
            max,
            debt: 0,
            calm: 0,
            epoch: 0,
        };
        Self {
            places: Arc::new(Semaphore::new(max)),
            state: Mutex::new(state),
        }
    }

    async fn enter(self: &Arc<Self>) -> Permit {
        // The semaphore is never closed, so acquiring cannot fail; a permit without a place
        // would only mean one call more in flight.
        let place = Arc::clone(&self.places).acquire_owned().await.ok();
        let epoch = locked(&self.state).epoch;
        Permit {
            gate: Arc::clone(self),
            place,
            epoch,
        }
    }
}

/// A place among the calls in flight, given back when dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    gate: Arc<Gate>,
    place: Option<OwnedSemaphorePermit>,
    epoch: u64,
}

impl Permit {
    /// Learns from 45033: fewer at once.
    pub(crate) fn crowded(&self) {
        let mut state = locked(&self.gate.state);
        if state.epoch != self.epoch {
            return;
        }
        let lowered = (state.limit / 2).max(1);
        let surplus = state.limit - lowered;
        state.debt += surplus - self.gate.places.forget_permits(surplus);
        state.limit = lowered;
        state.epoch += 1;
        state.calm = 0;
    }

    /// Learns from an answer without complaint.
    pub(crate) fn fine(&self) {
        let mut state = locked(&self.gate.state);
        if state.limit >= state.max {
            return;
        }
        state.calm += 1;
        if state.calm < CALM {
            return;
        }
        state.calm = 0;
        state.limit += 1;
        if state.debt > 0 {
            state.debt -= 1;
        } else {
            self.gate.places.add_permits(1);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = locked(&self.gate.state);
        if state.debt > 0
            && let Some(place) = self.place.take()
        {
            place.forget();
            state.debt -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn no_stretch_of_a_minute_sees_more_than_the_limit() {
        let mut windows = Windows::new(Some(RateLimits {
            per_minute: 3,
            per_hour: 1000,
        }));
        let mut taken = Vec::new();
        for second in 0..600 {
            while windows.take(at(second)) {
                taken.push(second);
            }
        }
        for &start in &taken {
            assert!(
                taken
                    .iter()
                    .filter(|&&t| (start..start + 60).contains(&t))
                    .count()
                    <= 3
            );
        }
        assert!(taken.len() >= 27, "{}", taken.len());
    }

    #[test]
    fn a_clock_set_back_does_not_close_an_endpoint() {
        let mut windows = Windows::new(Some(RateLimits {
            per_minute: 1,
            per_hour: 1,
        }));
        assert!(windows.take(at(1_000_000)));
        windows.block(at(1_000_000));
        assert!(windows.take(at(5000)));
    }

    #[test]
    fn a_second_block_right_after_the_first_lasts_an_hour() {
        let mut windows = Windows::new(None);
        assert_eq!(windows.block(at(1000)), at(1060));
        assert_eq!(windows.block(at(1030)), at(1060));
        assert_eq!(windows.block(at(1061)), at(1061 + 3600));
        assert_eq!(windows.block(at(9000)), at(9060));
    }

    #[tokio::test]
    async fn one_crowd_halves_the_calls_in_flight_once() {
        let pace = Pace::new(None, 6);
        let clock = Clock::manual(at(0));
        let mut permits = Vec::new();
        for _ in 0..6 {
            permits.push(pace.enter(&clock, 0).await.unwrap());
        }
        for permit in &permits {
            permit.crowded();
        }
        assert_eq!(locked(&pace.gate.state).limit, 3);
        drop(permits);
        assert_eq!(pace.gate.places.available_permits(), 3);
        for _ in 0..3 * CALM {
            pace.enter(&clock, 0).await.unwrap().fine();
        }
        assert_eq!(locked(&pace.gate.state).limit, 6);
        assert_eq!(pace.gate.places.available_permits(), 6);
    }
}
