//! Which messages of the archive somebody may read: its own, what a finished handover granted,
//! and what its role reaches.
//!
//! A search asks for [`Windows`], so that nothing else is even looked at; whoever has opened a
//! message asks [`may_read`] again. Both say the same.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::conversation::{Conversation, Kind};
use super::search::{Alternatives, Facet, Token};
use crate::id::DepartmentId;
use crate::time::{DAY, Timestamp};

/// Most days of history a handover grants; more is everything.
pub const MAX_DAYS: u32 = 36_500;

/// How much of the predecessor's conversations the successor may read (聊天记录继承范围).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reach", content = "days", rename_all = "snake_case")]
pub enum History {
    #[default]
    None,
    /// The days of 24 hours before the takeover.
    Last(u32),
    All,
}

/// What a handover grants of the past.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Part {
    pub history: History,
    /// Types of messages (`text`, `image`, …); empty: all.
    pub kinds: BTreeSet<String>,
}

/// Whom or what a handed-over conversation was with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum With {
    /// The predecessor's own conversation with this customer.
    Customer(String),
    /// This group.
    Room(String),
}

/// A row of a handover that was taken over. Rows that were not are no grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub predecessor: String,
    pub successor: String,
    pub with: With,
    pub taken_over_at: Timestamp,
    pub part: Part,
}

/// What a role reaches, beyond one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    Own,
    /// Messages in which a member of these departments took part; those below are in the set.
    Departments(BTreeSet<DepartmentId>),
    Corp,
}

/// Who reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// The member behind the account, folded; `None` for an account without one.
    pub userid: Option<String>,
    pub reach: Reach,
}

/// A message as far as reading it is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub conversation: Conversation,
    /// WeCom's msgtype.
    pub kind: String,
    /// Milliseconds.
    pub sent_at: i64,
    /// Of the members who take part, at the time, with those above.
    pub departments: BTreeSet<DepartmentId>,
}

/// Why a message may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "by", content = "grant", rename_all = "snake_case")]
pub enum Why {
    /// The reader took part.
    Own,
    /// The grant at this place.
    Granted(usize),
    Department,
    Corp,
}

/// Why a message, or a whole conversation, is not shown; the most telling reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Denied {
    /// Nothing of it was handed over to the reader.
    NotGranted,
    /// The handover grants no history.
    NoHistory,
    /// Sent after the takeover, in the predecessor's own conversation.
    AfterTakeover,
    /// Sent before the days that were granted.
    TooOld,
    /// A type that was not granted.
    OtherKind,
    /// It will be granted when the customer is taken over.
    NotTakenOver,
    /// The customer did not agree to the archive.
    Refused,
    /// The corp has no archive, or the predecessor was not in it.
    ArchiveOff,
}

impl Denied {
    pub const ALL: [Self; 8] = [
        Self::NotGranted,
        Self::NoHistory,
        Self::AfterTakeover,
        Self::TooOld,
        Self::OtherKind,
        Self::NotTakenOver,
        Self::Refused,
        Self::ArchiveOff,
    ];

    /// Its name in the text catalogue.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotGranted => "not_granted",
            Self::NoHistory => "no_history",
            Self::AfterTakeover => "after_takeover",
            Self::TooOld => "too_old",
            Self::OtherKind => "other_kind",
            Self::NotTakenOver => "not_taken_over",
            Self::Refused => "refused",
            Self::ArchiveOff => "archive_off",
        }
    }
}

/// A part of the archive: messages with this facet, sent from `from` to before `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    pub facet: Facet,
    /// Milliseconds; `None`: from the beginning.
    pub from: Option<i64>,
    /// Milliseconds; `None`: without end.
    pub to: Option<i64>,
    /// Types of messages; empty: all.
    pub kinds: BTreeSet<String>,
}

/// Everything a reader may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Windows {
    Everything,
    /// What is in any of them.
    These(Vec<Window>),
}

impl Grant {
    /// From when to before when messages are granted, in milliseconds; `None` without history, or
    /// before the takeover.
    #[must_use]
    pub fn span(&self, now: Timestamp) -> Option<(Option<i64>, i64)> {
        if now < self.taken_over_at {
            return None;
        }
        let to = self.taken_over_at.seconds().saturating_mul(1_000);
        match self.part.history {
            History::None => None,
            History::Last(days) => {
                let from = to.saturating_sub(i64::from(days) * DAY * 1_000);
                Some((Some(from), to))
            }
            History::All => Some((None, to)),
        }
    }

    /// The subject of the conversation that is handed over.
    #[must_use]
    pub fn subject(&self) -> String {
        match &self.with {
            With::Customer(id) => Conversation::subject_of_pair(&self.predecessor, id),
            With::Room(id) => Conversation::subject_of_room(id),
        }
    }

    fn is_about(&self, conversation: &Conversation) -> bool {
        match &self.with {
            With::Room(id) => conversation.room.as_ref() == Some(id),
            With::Customer(id) => {
                conversation.kind == Kind::Single
                    && conversation.customers.contains(id)
                    && conversation.members.contains(&self.predecessor)
            }
        }
    }

    fn decide(&self, said: &Said, now: Timestamp) -> Result<(), Denied> {
        if !self.is_about(&said.conversation) {
            return Err(Denied::NotGranted);
        }
        if now < self.taken_over_at {
            return Err(Denied::NotTakenOver);
        }
        let Some((from, to)) = self.span(now) else {
            return Err(Denied::NoHistory);
        };
        if said.sent_at >= to {
            return Err(Denied::AfterTakeover);
        }
        if from.is_some_and(|from| said.sent_at < from) {
            return Err(Denied::TooOld);
        }
        if !self.part.kinds.is_empty() && !self.part.kinds.contains(&said.kind) {
            return Err(Denied::OtherKind);
        }
        Ok(())
    }
}

/// Whether the reader may read a message now, and by what.
///
/// # Errors
/// The most telling reason why not.
pub fn may_read(
    reader: &Reader,
    grants: &[Grant],
    said: &Said,
    now: Timestamp,
) -> Result<Why, Denied> {
    match &reader.reach {
        Reach::Corp => return Ok(Why::Corp),
        Reach::Departments(departments) if !departments.is_disjoint(&said.departments) => {
            return Ok(Why::Department);
        }
        Reach::Departments(_) | Reach::Own => {}
    }
    let Some(userid) = &reader.userid else {
        return Err(Denied::NotGranted);
    };
    if said.conversation.members.contains(userid) {
        return Ok(Why::Own);
    }
    let mut reason = Denied::NotGranted;
    for (place, grant) in grants.iter().enumerate() {
        if grant.successor != *userid {
            continue;
        }
        match grant.decide(said, now) {
            Ok(()) => return Ok(Why::Granted(place)),
            Err(why) => reason = reason.max(why),
        }
    }
    Err(reason)
}

/// Everything the reader may read now.
#[must_use]
pub fn windows(reader: &Reader, grants: &[Grant], now: Timestamp) -> Windows {
    let whole = |facet: Facet| Window {
        facet,
        from: None,
        to: None,
        kinds: BTreeSet::new(),
    };
    let mut windows = Vec::new();
    match &reader.reach {
        Reach::Corp => return Windows::Everything,
        Reach::Departments(departments) => {
            windows.extend(
                departments
                    .iter()
                    .copied()
                    .map(Facet::Department)
                    .map(whole),
            );
        }
        Reach::Own => {}
    }
    let Some(userid) = &reader.userid else {
        return Windows::These(windows);
    };
    windows.push(whole(Facet::Staff(userid.clone())));
    for grant in grants.iter().filter(|grant| grant.successor == *userid) {
        if let Some((from, to)) = grant.span(now) {
            windows.push(Window {
                facet: Facet::Conversation(grant.subject()),
                from,
                to: Some(to),
                kinds: grant.part.kinds.clone(),
            });
        }
    }
    Windows::These(windows)
}

impl Windows {
    /// What a search has to ask for besides: one of these. `None`: nothing; an empty list: there
    /// is nothing to read. Times are not in it: [`may_read`] is asked of every candidate.
    #[must_use]
    pub fn alternatives(&self) -> Option<Alternatives> {
        let Self::These(windows) = self else {
            return None;
        };
        let mut alternatives = Alternatives::new();
        for window in windows {
            let facet = Token::Facet(window.facet.clone());
            if window.kinds.is_empty() {
                alternatives.push(vec![facet.clone()]);
            }
            for kind in &window.kinds {
                let kind = Token::Facet(Facet::Kind(kind.clone()));
                alternatives.push(vec![facet.clone(), kind]);
            }
        }
        Some(alternatives)
    }
}

/// What is known of a conversation that shows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Empty {
    /// The corp has an archive, and the predecessor was in it.
    pub is_archived: bool,
    /// The customer has refused, as far as is known.
    pub is_refused: bool,
    /// The handover's row is finished.
    pub is_taken_over: bool,
}

/// Why a successor finds nothing of a conversation: what is said in the place of its messages.
/// `None`: there is nothing that was said in it.
#[must_use]
pub const fn why_empty(history: History, empty: Empty) -> Option<Denied> {
    if !empty.is_archived {
        Some(Denied::ArchiveOff)
    } else if empty.is_refused {
        Some(Denied::Refused)
    } else if !empty.is_taken_over {
        Some(Denied::NotTakenOver)
    } else if matches!(history, History::None) {
        Some(Denied::NoHistory)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
