//! The conversation archive (会话内容存档): what was said, sealed, in the order of its
//! numbers.
//!
//! Invariant: a number is given when a row is put in, so no row ever appears below one that
//! somebody may have read already.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::World;
use super::clock::{DAY, Due};
use crate::callback::event::Event;
use crate::seed::Draw;

/// The archive's callback comes at most so often, in seconds.
const NOTICE_GAP: i64 = 15;
/// Largest page.
pub const LARGEST_PAGE: usize = 1_000;

/// What can be set, at `PUT /sandbox/archive`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Switches {
    /// Bought and not run out; else 301052.
    pub on: bool,
    /// Addresses that may pull; absent: every address. Others get 301042.
    pub trusted_ips: Option<Vec<String>>,
    /// Userids whose messages are archived; absent: everybody's.
    pub scope: Option<Vec<String>>,
    /// Share of numbers that are followed by a hole.
    pub holes: f64,
    /// Share of rows that come again under a later number.
    pub duplicates: f64,
    /// Share of files whose message tells a wrong md5.
    pub wrong_md5: f64,
    /// Bytes that videos are longer; for those that nobody sent yet.
    pub longer_videos: usize,
    /// Seconds rows and files can be pulled.
    pub retention_s: i64,
    /// Calls of `GetChatData` a minute.
    pub pages_per_minute: u64,
    /// Calls of `GetMediaData` a minute.
    pub chunks_per_minute: u64,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            on: false,
            trusted_ips: None,
            scope: None,
            holes: 0.045,
            duplicates: 0.0,
            wrong_md5: 0.02,
            longer_videos: 0,
            retention_s: 5 * DAY,
            pages_per_minute: 4_000,
            chunks_per_minute: 25_000,
        }
    }
}

/// A message that waits to be sealed.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Number among all drafts; decides its random key.
    pub number: u64,
    /// When it was archived, unix seconds.
    pub at: i64,
    pub msgid: String,
    /// Message type, for the truth.
    pub kind: String,
    /// The room, or the two people in order; of planted rows the room only.
    pub chat: String,
    pub plain: Vec<u8>,
    /// Members and customers of those who take part that had refused, where the message does not
    /// say in which room it was.
    pub refused: Vec<(u32, u32)>,
    /// Planted for the stand-in library; 0: nothing goes wrong.
    pub fault: u8,
}

/// A message as it is pulled.
#[derive(Debug, Clone)]
pub struct Row {
    pub seq: u64,
    pub at: i64,
    pub msgid: Arc<str>,
    pub kind: Arc<str>,
    pub chat: Arc<str>,
    pub version: u32,
    pub fault: u8,
    /// As in [`Draft`].
    pub refused: Vec<(u32, u32)>,
    /// Of the plaintext.
    pub sha256: [u8; 32],
    /// The JSON of the row behind `{"seq":…,`.
    pub tail: Arc<str>,
}

/// The bytes of a file, shared by everybody who sent it.
#[derive(Debug)]
pub struct Content {
    pub bytes: Vec<u8>,
    /// Lower-case hexadecimal digits.
    pub md5: String,
    pub sha256: String,
}

/// A file as one message carries it.
#[derive(Debug, Clone)]
pub struct File {
    pub kind: &'static str,
    pub at: i64,
    /// What the message tells; empty if it tells none.
    pub told_md5: String,
    pub content: Arc<Content>,
}

/// What a customer said about being archived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consent {
    pub agreed: bool,
    pub at: i64,
}

/// The archive of the corp.
#[derive(Debug, Default)]
pub struct Archive {
    pub switches: Switches,
    /// Public keys as SPKI DER; version 1 is the first.
    pub keys: Vec<Arc<[u8]>>,
    pub rows: Vec<Row>,
    /// The number before the next one.
    pub last_seq: u64,
    /// Messages composed so far.
    pub drafts: u64,
    /// By file id.
    pub files: HashMap<String, File>,
    pub contents: BTreeMap<(&'static str, u64), Arc<Content>>,
    /// By member and customer; absent: never said anything.
    pub consents: HashMap<(u32, u32), Consent>,
    /// The msgid last sent in a conversation, for recalls.
    pub last_said: HashMap<String, String>,
    last_notice: i64,
    notice_waits: bool,
    pages: (i64, u64),
    chunks: (i64, u64),
}

impl Archive {
    /// Rows that can still be pulled, behind a number.
    pub fn behind(&self, seq: u64, now: i64) -> &[Row] {
        let floor = now - self.switches.retention_s;
        let behind = self.rows.partition_point(|row| row.seq <= seq);
        let kept = self.rows.partition_point(|row| row.at < floor);
        self.rows.get(behind.max(kept)..).unwrap_or_default()
    }

    /// Counts a pull; false over the limit.
    pub fn count_page(&mut self, now: i64) -> bool {
        counted(&mut self.pages, now, self.switches.pages_per_minute)
    }

    /// Counts a chunk; false over the limit.
    pub fn count_chunk(&mut self, now: i64) -> bool {
        counted(&mut self.chunks, now, self.switches.chunks_per_minute)
    }
}

fn counted(window: &mut (i64, u64), now: i64, most: u64) -> bool {
    if window.0 != now / 60 {
        *window = (now / 60, 0);
    }
    window.1 += 1;
    window.1 <= most
}

impl World {
    /// Whether a member's messages are archived.
    pub fn is_archived(&self, member: u32) -> bool {
        let userid = &self.person(member).userid;
        self.person(member).left_at.is_none()
            && self
                .archive
                .switches
                .scope
                .as_ref()
                .is_none_or(|scope| scope.iter().any(|one| one.eq_ignore_ascii_case(userid)))
    }

    /// Whether a customer forbids the archiving of what they say with a member.
    pub fn has_refused_archive(&self, member: u32, customer: u32) -> bool {
        let consent = self.archive.consents.get(&(member, customer));
        consent.is_some_and(|consent| !consent.agreed)
    }

    /// The pairs among these people of whom the customer forbids it, in no order.
    pub fn refusals_among(&self, people: &[String]) -> Vec<(u32, u32)> {
        let consents = self.archive.consents.iter();
        let refused = consents.filter(|(_, consent)| !consent.agreed);
        let pairs = refused.map(|(pair, _)| *pair).filter(|(member, customer)| {
            people.contains(&self.person(*member).userid)
                && people.contains(&self.customer_id(*customer))
        });
        pairs.collect()
    }

    /// A customer agrees or disagrees at a moment; agreeing is announced.
    pub fn consent(&mut self, member: u32, customer: u32, agreed: bool, at: i64) {
        let consent = Consent { agreed, at };
        self.archive.consents.insert((member, customer), consent);
        if agreed {
            self.announce(&Event::MsgAuditApproved { member, customer });
        }
    }

    /// Puts sealed messages in, in their order, and gives the last number.
    pub fn archive_rows(&mut self, rows: Vec<Row>) -> u64 {
        let Switches {
            holes, duplicates, ..
        } = self.archive.switches;
        self.archive.rows.reserve(rows.len());
        for row in rows {
            let mut draw = Draw::new(self.seed, 0xA5E9, self.archive.last_seq);
            let copies = if draw.chance(duplicates) { 2 } else { 1 };
            // Rows lie in the order of their age, so that the floor is found by halving.
            let oldest = self.archive.rows.last().map_or(i64::MIN, |last| last.at);
            for _ in 0..copies {
                let is_before_hole = draw.chance(holes);
                let hole = if is_before_hole { 1 + draw.below(3) } else { 0 };
                self.archive.last_seq = self.archive.last_seq.saturating_add(1 + hole);
                self.archive.rows.push(Row {
                    seq: self.archive.last_seq,
                    at: row.at.max(oldest),
                    ..row.clone()
                });
            }
        }
        self.notify_archive();
        self.archive.last_seq
    }

    fn notify_archive(&mut self) {
        let due = self.archive.last_notice + NOTICE_GAP;
        if self.archive.notice_waits {
            return;
        }
        if due <= self.now {
            self.send_archive_notice();
        } else {
            self.archive.notice_waits = true;
            self.queue.push(due, Due::ArchiveNotice);
        }
    }

    /// Tells that there are new rows.
    pub fn send_archive_notice(&mut self) {
        self.archive.notice_waits = false;
        self.archive.last_notice = self.now;
        self.announce(&Event::MsgauditNotify);
    }
}
