//! Which conversation a message belongs to.
//!
//! Source: WeCom's document 91774. Whether somebody is from outside stands in the message's id
//! (`_external`, `_updown_stream`); messages of the first years lack it, and then the form of the
//! ids tells.

use std::collections::BTreeSet;

use serde::Serialize;

use super::message::Message;

/// Longest subject, in bytes, that lists everybody; a longer list is shortened.
const MAX_SUBJECT_BYTES: usize = 400;
/// Ids of people from outside and of bots have 32 characters, drawn of letters of both cases, digits,
/// `_` and `-`; a member's own id that begins like one is hardly as long as this.
const SHORTEST_EXTERNAL_ID: usize = 20;

/// Between two people, or in a room.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Single,
    Room,
}

impl Kind {
    pub const ALL: [Self; 2] = [Self::Single, Self::Room];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Room => "room",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Who is on the other side.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Only members of the corp, and robots.
    Internal,
    /// Customers or members of other corps.
    External,
    /// 上下游.
    Updown,
}

impl Channel {
    pub const ALL: [Self; 3] = [Self::Internal, Self::External, Self::Updown];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::External => "external",
            Self::Updown => "updown",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|channel| channel.as_str() == text)
    }
}

/// Somebody who takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonKind {
    Member,
    /// `wm…` of WeChat or `wo…` of another corp.
    Customer,
    /// `wb…`
    Robot,
}

impl PersonKind {
    pub const ALL: [Self; 3] = [Self::Member, Self::Customer, Self::Robot];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Customer => "customer",
            Self::Robot => "robot",
        }
    }

    /// What an id stands for, by its form: one that begins so is a member's if it is short, has other
    /// characters (an address, a name with a dot) or no capital letter.
    #[must_use]
    pub fn of(id: &str) -> Self {
        let is_drawn = |id: &str| {
            id.bytes().any(|byte| byte.is_ascii_uppercase())
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        };
        match id.get(..2) {
            _ if id.len() < SHORTEST_EXTERNAL_ID || !is_drawn(id) => Self::Member,
            Some("wm" | "wo") => Self::Customer,
            Some("wb") => Self::Robot,
            _ => Self::Member,
        }
    }
}

/// The conversation of a message, as far as the message tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conversation {
    pub kind: Kind,
    pub channel: Channel,
    /// What the conversation is known by: the room's id, or both ids in order with a blank
    /// between. No two conversations of a corp have the same.
    pub subject: String,
    pub room: Option<String>,
    /// Members of the corp, folded as `UserId` is.
    pub members: BTreeSet<String>,
    /// Customers and other people from outside.
    pub customers: BTreeSet<String>,
    pub robots: BTreeSet<String>,
    /// The sender, folded if a member.
    pub sender: String,
}

impl Conversation {
    #[must_use]
    pub fn of(message: &Message) -> Self {
        let channel = channel_of(message);
        let mut people = [const { BTreeSet::new() }; 3];
        let ids = std::iter::once(&message.from).chain(&message.to);
        for id in ids.filter(|id| !id.is_empty()) {
            let set = &mut people[PersonKind::of(id) as usize];
            set.insert(folded(id));
        }
        let [members, customers, robots] = people;
        let everybody: BTreeSet<&String> =
            members.iter().chain(&customers).chain(&robots).collect();
        let kind = if message.room.is_some() || everybody.len() > 2 {
            Kind::Room
        } else {
            Kind::Single
        };
        let subject = match &message.room {
            Some(room) => escaped(room),
            None => subject_of(&everybody),
        };
        Self {
            kind,
            channel,
            subject,
            room: message.room.clone(),
            sender: folded(&message.from),
            members,
            customers,
            robots,
        }
    }

    /// The subject of the conversation between two people.
    #[must_use]
    pub fn subject_of_pair(a: &str, b: &str) -> String {
        let (a, b) = (folded(a), folded(b));
        subject_of(&BTreeSet::from([&a, &b]))
    }

    /// The subject of a room.
    #[must_use]
    pub fn subject_of_room(room: &str) -> String {
        escaped(room)
    }

    /// Everybody who takes part, sorted.
    #[must_use]
    pub fn people(&self) -> BTreeSet<&str> {
        let all = self
            .members
            .iter()
            .chain(&self.customers)
            .chain(&self.robots);
        all.map(String::as_str).collect()
    }
}

fn channel_of(message: &Message) -> Channel {
    // Something may follow the word.
    if message.msgid.contains("_updown_stream") {
        return Channel::Updown;
    }
    let outside = |id: &String| PersonKind::of(id) == PersonKind::Customer;
    let somebody = outside(&message.from) || message.to.iter().any(outside);
    if message.msgid.contains("_external") || somebody {
        Channel::External
    } else {
        Channel::Internal
    }
}

/// Ids of members are the same in any case.
fn folded(id: &str) -> String {
    match PersonKind::of(id) {
        PersonKind::Member => id.to_ascii_lowercase(),
        PersonKind::Customer | PersonKind::Robot => id.to_owned(),
    }
}

/// Everybody in order with blanks between; somebody alone is followed by one, so that it is no
/// room. Calls among several people have no room: of many the first are named, and a sum of all.
fn subject_of(people: &BTreeSet<&String>) -> String {
    let ids: Vec<String> = people.iter().map(|id| escaped(id)).collect();
    let mut subject = ids.join(" ");
    if ids.len() < 2 {
        subject.push(' ');
    }
    if ids.len() > 2 && subject.len() > MAX_SUBJECT_BYTES {
        let first = ids[..2].join(" ");
        return format!(
            "{first} +{} {:032x}",
            ids.len() - 2,
            fnv1a(subject.as_bytes())
        );
    }
    subject
}

/// FNV-1a of 128 bits (draft-eastlake-fnv): the same on every machine, in every version.
fn fnv1a(bytes: &[u8]) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    bytes.iter().fold(BASIS, |hash, byte| {
        (hash ^ u128::from(*byte)).wrapping_mul(PRIME)
    })
}

/// Ids have no blanks; should one have, it must not look like two.
fn escaped(id: &str) -> String {
    if id.contains(['%', ' ', '\0']) {
        id.replace('%', "%25")
            .replace(' ', "%20")
            .replace('\0', "%00")
    } else {
        id.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const CUSTOMER: &str = "wmSYNTH0000000000000000000000001";
    const OTHER_CORP: &str = "woSYNTH0000000000000000000000002";
    const ROBOT: &str = "wbSYNTH0000000000000000000000003";

    fn said(msgid: &str, from: &str, to: &[&str], room: &str) -> Conversation {
        let json = json!({"msgid": msgid, "action": "send", "from": from, "tolist": to,
            "roomid": room, "msgtype": "text", "text": {"content": "x"}});
        Conversation::of(&Message::parse(json.to_string().as_bytes()).unwrap())
    }

    #[test]
    fn s50_a_members_long_id_that_begins_like_one_from_outside_is_a_members() {
        for id in [
            "wolfgang.li@example.com",
            "womanufacturing_department7",
            "wm.of.the.eastern.Region",
            "wmShort",
        ] {
            assert_eq!(PersonKind::of(id), PersonKind::Member, "{id}");
        }
        assert_eq!(PersonKind::of(CUSTOMER), PersonKind::Customer);
        assert_eq!(PersonKind::of(OTHER_CORP), PersonKind::Customer);
        assert_eq!(PersonKind::of(ROBOT), PersonKind::Robot);
        let there = said("1_1", "wolfgang.li@example.com", &["amy"], "");
        assert_eq!(there.channel, Channel::Internal);
    }

    #[test]
    fn s50_both_directions_of_two_people_are_one_conversation() {
        let there = said("1_1_external", "Zhang.San", &[CUSTOMER], "");
        let back = said("2_1_external", CUSTOMER, &["zhang.san"], "");
        assert_eq!(there.subject, format!("{CUSTOMER} zhang.san"));
        assert_eq!(there.subject, back.subject);
        assert_eq!(
            there.subject,
            Conversation::subject_of_pair("ZHANG.san", CUSTOMER)
        );
        assert_eq!(
            (there.kind, there.channel),
            (Kind::Single, Channel::External)
        );
        assert_eq!(there.people(), BTreeSet::from([CUSTOMER, "zhang.san"]));
        assert_eq!(
            (there.sender.as_str(), back.sender.as_str()),
            ("zhang.san", CUSTOMER)
        );
    }

    #[test]
    fn s50_a_room_is_one_conversation_whoever_speaks() {
        let one = said(
            "1_1_external",
            "zhangsan",
            &["li_si", CUSTOMER, OTHER_CORP],
            "wrA",
        );
        let two = said("2_1_external", CUSTOMER, &["zhangsan", ROBOT], "wrA");
        assert_eq!((one.kind, one.subject.as_str()), (Kind::Room, "wrA"));
        assert_eq!(two.subject, one.subject);
        assert_eq!(one.customers.len(), 2);
        assert_eq!(two.robots, BTreeSet::from([ROBOT.to_owned()]));
        assert_ne!(
            said("3_1", "wra", &[], "").subject,
            said("4_1", "a", &["b"], "wra").subject
        );
    }

    #[test]
    fn s50_inside_outside_and_up_and_downstream_are_told_apart() {
        let channel = |msgid, from, to: &[&str]| said(msgid, from, to, "").channel;
        assert_eq!(channel("1_1", "a", &["b"]), Channel::Internal);
        assert_eq!(channel("1_1_external", "a", &["12345"]), Channel::External);
        assert_eq!(channel("1_1_updown_stream", "a", &["b"]), Channel::Updown);
        assert_eq!(
            channel("CAQQ=", "a", &[CUSTOMER]),
            Channel::External,
            "before there were suffixes"
        );
        assert_eq!(
            channel("1_1", "woody", &["wmiller"]),
            Channel::Internal,
            "members may be called so"
        );
        let talk = said("1_1_external", "wmin", &[CUSTOMER], "");
        assert_eq!(talk.members, BTreeSet::from(["wmin".to_owned()]));
        assert_eq!(talk.customers, BTreeSet::from([CUSTOMER.to_owned()]));
    }

    #[test]
    fn s50_calls_of_many_without_a_room_have_a_short_subject_of_their_own() {
        let ids: Vec<String> = (0..300).map(|n| format!("member{n:03}")).collect();
        let to: Vec<&str> = ids.iter().map(String::as_str).collect();
        let all = said("1_1", "a", &to, "");
        let fewer = said("1_1", "a", &to[..299], "");
        assert_eq!(all.kind, Kind::Room);
        assert!(all.subject.len() < 200, "{}", all.subject);
        assert_ne!(all.subject, fewer.subject);
        assert_eq!(
            said("1_1", to[5], &[&["a"], &to[..5], &to[6..]].concat(), "").subject,
            all.subject
        );
    }

    proptest! {
        #[test]
        fn s50_different_pairs_never_share_a_conversation(
            a in "[a-c %]{1,3}", b in "[a-c %]{1,3}", c in "[a-c %]{1,3}", d in "[a-c %]{1,3}",
        ) {
            let same = BTreeSet::from([&a, &b]) == BTreeSet::from([&c, &d]);
            let subject = |x: &str, y: &str| said("1_1", x, &[y], "").subject;
            prop_assert_eq!(subject(&a, &b) == subject(&c, &d), same);
        }
    }
}
