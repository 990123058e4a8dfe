//! Callbacks: what happened is told to one address, encrypted and signed, with
//! three tries, and on demand lost, doubled or late.

pub mod crypt;
pub mod deliver;
pub mod event;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// Most records kept; older ones make room.
const LOG_LIMIT: usize = 100_000;

/// Where callbacks go.
#[derive(Clone)]
pub struct Target {
    pub url: reqwest::Url,
    pub token: String,
    pub key: crypt::Key,
    /// How many are under way at once; 1 keeps their order.
    pub parallel: usize,
}

/// What goes wrong on the way.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeliveryFaults {
    /// Share of events that are never posted.
    pub loss: f64,
    /// Share of events that are posted twice.
    pub duplication: f64,
    /// Each event is late by 0 to so many seconds, which changes their order.
    pub jitter_s: u64,
    /// Decides which.
    pub seed: u64,
}

/// One event and what became of it.
#[derive(Debug, Clone, Serialize)]
pub struct Record {
    pub at: i64,
    pub xml: String,
    /// `waiting`, `delivered`, `lost` (by fault) or `failed` (after three tries).
    pub state: &'static str,
    /// Outcome of each try: HTTP status or why there was none.
    pub tries: Vec<String>,
    /// How often the receiver answered 200.
    pub delivered: u32,
}

/// The address, the faults and the log.
#[derive(Default)]
pub struct Callbacks {
    pub target: Option<Target>,
    pub faults: DeliveryFaults,
    pub log: VecDeque<Record>,
    /// Number of the first record in the log.
    pub first: usize,
    /// Events to post now, with the number of the try.
    pub outbox: VecDeque<(usize, u8)>,
    /// Posts under way.
    pub under_way: usize,
    /// Random choices made so far.
    pub draws: u64,
}

impl Callbacks {
    /// Hands a stored event to the delivery task.
    pub fn post(&mut self, event: usize, attempt: u8) {
        self.outbox.push_back((event, attempt));
    }

    /// Stores an event and gives its number.
    pub fn store(&mut self, at: i64, xml: String) -> usize {
        if self.log.len() >= LOG_LIMIT {
            self.log.pop_front();
            self.first += 1;
        }
        self.log.push_back(Record {
            at,
            xml,
            state: "waiting",
            tries: Vec::new(),
            delivered: 0,
        });
        self.first + self.log.len() - 1
    }

    /// A stored event, unless it had to make room.
    pub fn record(&mut self, event: usize) -> Option<&mut Record> {
        self.log.get_mut(event.checked_sub(self.first)?)
    }
}
