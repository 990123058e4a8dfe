//! Whether a customer agreed to the archive, since when, and whether a message may be stored.
//!
//! Source: WeCom's documents 91782 (`check_single_agree`, `check_room_agree`) and 91774 (the
//! messages `agree` and `disagree`). WeCom does not deliver what falls into a refusal; this holds
//! also for what it delivers late, or for a refusal that is learned of later.

use std::collections::BTreeMap;

use serde::Serialize;

use super::conversation::{Channel, Conversation, PersonKind};
use super::message::{Body, Message};
use crate::time::Timestamp;

/// What a customer said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Agree,
    /// Nothing yet, in a corp where that means yes.
    DefaultAgree,
    // The last, so that it wins over others of the same second.
    Disagree,
}

impl Status {
    pub const ALL: [Self; 3] = [Self::Agree, Self::DefaultAgree, Self::Disagree];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::DefaultAgree => "default_agree",
            Self::Disagree => "disagree",
        }
    }

    /// Of our own name or of WeCom's (`Agree`, `Default_Agree`, `Disagree`).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is = |status: &Self| status.as_str().eq_ignore_ascii_case(text);
        Self::ALL.into_iter().find(is)
    }
}

/// Whose consent it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Pair {
    /// The member; empty for a room.
    pub userid: String,
    pub external_userid: String,
    /// Empty for two people.
    pub room_id: String,
}

/// What held from a moment on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub at: Timestamp,
    pub status: Status,
}

/// What a customer said to a member (or in a room) over time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History(BTreeMap<Timestamp, Status>);

impl FromIterator<Entry> for History {
    fn from_iter<T: IntoIterator<Item = Entry>>(entries: T) -> Self {
        let mut history = Self::default();
        entries.into_iter().for_each(|entry| history.add(entry));
        history
    }
}

impl History {
    /// Adds what was learned, in any order. Of one second a refusal wins.
    pub fn add(&mut self, entry: Entry) {
        let status = self.0.entry(entry.at).or_insert(entry.status);
        *status = (*status).max(entry.status);
    }

    /// What held at that moment; `None`: nothing is known of that time.
    #[must_use]
    pub fn at(&self, moment: Timestamp) -> Option<Status> {
        self.0
            .range(..=moment)
            .next_back()
            .map(|(_, status)| *status)
    }

    /// The periods of refusal, oldest first: from a moment on to before another, or without end.
    #[must_use]
    pub fn refused(&self) -> Vec<(Timestamp, Option<Timestamp>)> {
        let mut periods: Vec<(Timestamp, Option<Timestamp>)> = Vec::new();
        for (at, status) in &self.0 {
            let open = periods.last_mut().filter(|(_, end)| end.is_none());
            match (status, open) {
                (Status::Disagree, None) => periods.push((*at, None)),
                (Status::Agree | Status::DefaultAgree, Some(period)) => period.1 = Some(*at),
                _ => {}
            }
        }
        periods
    }
}

/// What a message of type `agree` or `disagree` tells. A refusal counts from the second it falls
/// into, an agreement from the next: in doubt nothing is stored.
#[must_use]
pub fn entries_of_message(message: &Message) -> Vec<(Pair, Entry)> {
    let Body::Consent(given) = &message.body else {
        return vec![];
    };
    let millis = given.at.unwrap_or(message.sent_at);
    let (seconds, status) = if given.agreed {
        let up = millis.saturating_add(999).div_euclid(1_000);
        (up, Status::Agree)
    } else {
        (millis.div_euclid(1_000), Status::Disagree)
    };
    let entry = Entry {
        at: Timestamp::from_seconds(seconds),
        status,
    };
    let customer = if given.userid.is_empty() {
        &message.from
    } else {
        &given.userid
    };
    let pair = |userid: String, room_id: String| Pair {
        userid,
        external_userid: customer.clone(),
        room_id,
    };
    if let Some(room) = &message.room {
        return vec![(pair(String::new(), room.clone()), entry)];
    }
    let people = std::iter::once(&message.from).chain(&message.to);
    let members = people.filter(|id| *id != customer && !id.is_empty());
    members
        .map(|id| (pair(id.to_ascii_lowercase(), String::new()), entry))
        .collect()
}

/// Whose consent a message needs: of two people the customer's, in a room that of a customer who
/// speaks. Words of members in a room, and talk inside the corp, need nobody's.
#[must_use]
pub fn asked_of(conversation: &Conversation) -> Vec<Pair> {
    if conversation.channel == Channel::Internal {
        return vec![];
    }
    if let Some(room) = &conversation.room {
        let sender = &conversation.sender;
        let outside = PersonKind::of(sender) == PersonKind::Customer;
        let pair = outside.then(|| Pair {
            userid: String::new(),
            external_userid: sender.clone(),
            room_id: room.clone(),
        });
        return pair.into_iter().collect();
    }
    let pairs = conversation.members.iter().flat_map(|member| {
        conversation.customers.iter().map(|customer| Pair {
            userid: member.clone(),
            external_userid: customer.clone(),
            room_id: String::new(),
        })
    });
    pairs.collect()
}

/// Who had refused when a message was sent, which may not be stored then; `history` tells what is
/// known of a pair. What is not known is not refused: WeCom delivers what it may. The messages
/// that say yes or no hold no talk and are kept.
pub fn refusing<'a>(
    message: &Message,
    conversation: &Conversation,
    history: impl Fn(&Pair) -> Option<&'a History>,
) -> Vec<Pair> {
    if matches!(message.body, Body::Consent(_)) {
        return vec![];
    }
    let moment = Timestamp::from_seconds(message.sent_at.div_euclid(1_000));
    let refuses = |pair: &Pair| {
        let status = history(pair).and_then(|history| history.at(moment));
        status == Some(Status::Disagree)
    };
    asked_of(conversation).into_iter().filter(refuses).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    const CUSTOMER: &str = "wmSYNTH0000000000000000000000001";

    fn message(kind: &str, from: &str, to: &str, room: &str, at: i64, body: &Value) -> Message {
        let json = json!({"msgid": "1_1_external", "action": "send", "from": from, "tolist": [to],
            "roomid": room, "msgtime": at, "msgtype": kind, kind: body});
        Message::parse(json.to_string().as_bytes()).unwrap()
    }

    fn text(from: &str, to: &str, room: &str, at: i64) -> Message {
        message("text", from, to, room, at, &json!({"content": "x"}))
    }

    #[test]
    fn s48_a_refusal_is_taken_from_its_message_and_ends_with_the_next_yes() {
        let told = |kind: &str, at: i64| {
            let body = json!({"userid": CUSTOMER, format!("{kind}_time"): at});
            entries_of_message(&message(kind, CUSTOMER, "Zhang.San", "", at, &body))
        };
        let (no, yes) = (told("disagree", 10_500), told("agree", 20_001));
        let pair = Pair {
            userid: "zhang.san".into(),
            external_userid: CUSTOMER.into(),
            room_id: String::new(),
        };
        assert_eq!((&no[0].0, &yes[0].0), (&pair, &pair));
        let history: History = [no[0].1, yes[0].1].into_iter().collect();
        let second = Timestamp::from_seconds;
        assert_eq!(history.refused(), [(second(10), Some(second(21)))]);
        let refusing_then = |from: &str, to: &str, at| {
            let message = text(from, to, "", at);
            let of = |asked: &Pair| (*asked == pair).then_some(&history);
            refusing(&message, &Conversation::of(&message), of)
        };
        assert_eq!(refusing_then("zhang.san", CUSTOMER, 9_999), []);
        assert_eq!(
            refusing_then("zhang.san", CUSTOMER, 10_100),
            std::slice::from_ref(&pair)
        );
        assert_eq!(
            refusing_then(CUSTOMER, "ZHANG.SAN", 20_500),
            std::slice::from_ref(&pair)
        );
        assert_eq!(refusing_then(CUSTOMER, "zhang.san", 21_000), []);
        assert_eq!(
            refusing_then(CUSTOMER, "li_si", 15_000),
            [],
            "said to another"
        );
    }

    #[test]
    fn s48_in_a_room_the_one_who_speaks_is_asked() {
        let no = json!({"userid": CUSTOMER, "disagree_time": 10_000});
        let entries = entries_of_message(&message("disagree", CUSTOMER, "a", "wrA", 10_000, &no));
        assert_eq!(
            (entries[0].0.userid.as_str(), entries[0].0.room_id.as_str()),
            ("", "wrA")
        );
        let history: History = entries.iter().map(|(_, entry)| *entry).collect();
        let stored = |from: &str, room: &str| {
            let message = text(from, "b", room, 11_000);
            let of = |asked: &Pair| (*asked == entries[0].0).then_some(&history);
            refusing(&message, &Conversation::of(&message), of).is_empty()
        };
        assert!(!stored(CUSTOMER, "wrA"));
        assert!(stored(CUSTOMER, "wrB"));
        assert!(stored("a", "wrA"));
    }

    proptest! {
        /// The reference goes through all entries for every message.
        #[test]
        fn s48_nothing_is_stored_of_a_refused_period(
            entries in prop::collection::vec((0i64..30, 0usize..3), 0..8), at in 0i64..30_000, out in any::<bool>(),
        ) {
            let of = |(at, status): &(i64, usize)| Entry { at: Timestamp::from_seconds(*at), status: Status::ALL[*status] };
            let history: History = entries.iter().map(of).collect();
            let (from, to) = if out { ("a", CUSTOMER) } else { (CUSTOMER, "a") };
            let message = text(from, to, "", at);
            let stored = refusing(&message, &Conversation::of(&message), |_| Some(&history)).is_empty();
            let before = entries.iter().filter(|(since, _)| *since <= at / 1_000);
            let newest = before.clone().map(|(since, _)| since).max();
            let refused = before.clone().any(|(since, status)| Some(since) == newest && Status::ALL[*status] == Status::Disagree);
            prop_assert_eq!(stored, !refused);
            let in_a_period = history.refused().iter().any(|(from, to)| {
                from.seconds() <= at / 1_000 && to.is_none_or(|to| at / 1_000 < to.seconds())
            });
            prop_assert_eq!(in_a_period, refused);
        }
    }
}
