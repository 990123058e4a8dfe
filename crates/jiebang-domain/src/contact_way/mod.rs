//! Contact ways (联系我) and acquisition links (获客链接) that name somebody who has left: whom they
//! lead to instead, and what an update may change.
//!
//! Invariant: of a way only the members change, and of these only the leaver goes (and whom the
//! platform does not let stay); a way never ends up without anybody.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::id::UserId;

/// What a way is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A contact way (联系我, 渠道活码).
    Code,
    /// An acquisition link (获客链接).
    Link,
}

impl Kind {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Link => "link",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Code, Self::Link]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }

    /// Most members one of the kind names (92228, path/97297).
    #[must_use]
    pub const fn most_users(self) -> usize {
        match self {
            Self::Code => 100,
            Self::Link => 500,
        }
    }
}

/// Whom a way leads to.
#[derive(Debug, Clone, Copy)]
pub struct Way<'a> {
    pub kind: Kind,
    /// One member and no more (单人).
    pub single: bool,
    pub users: &'a [UserId],
    /// Whether it leads to departments too.
    pub has_parties: bool,
    /// Of the members, those known to have left.
    pub left: &'a BTreeSet<UserId>,
}

/// Who may take a leaver's place.
#[derive(Debug, Clone, Copy)]
pub struct Heirs<'a> {
    /// In the order of preference.
    pub wanted: &'a [UserId],
    /// A person chose them for this way: a team gets them although others stay.
    pub chosen: bool,
    /// Of them, those who can serve customers now.
    pub able: &'a BTreeSet<UserId>,
}

/// What is to be done with a way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It does not name the leaver.
    Nothing,
    /// It leads to these from now on.
    Users(Vec<UserId>),
    /// It would lead to nobody, and nobody can take it: a person has to choose.
    Nobody,
}

/// Decides whom `way` leads to without `leaver`. `dropped` are others whom the platform does not
/// let stay, as they have left too.
#[must_use]
pub fn point(
    way: Way<'_>,
    leaver: &UserId,
    heirs: Heirs<'_>,
    dropped: &BTreeSet<UserId>,
) -> Decision {
    if !way.users.contains(leaver) {
        return Decision::Nothing;
    }
    let mut users: Vec<UserId> = Vec::new();
    for user in way.users {
        if user != leaver && !dropped.contains(user) && !users.contains(user) {
            users.push(user.clone());
        }
    }
    let most = if way.single { 1 } else { way.kind.most_users() };
    let nobody_answers = users.iter().all(|user| way.left.contains(user)) && !way.has_parties;
    if heirs.chosen || nobody_answers {
        for heir in heirs.wanted.iter().filter(|heir| *heir != leaver) {
            let is_new = heirs.able.contains(heir) && !users.contains(heir);
            if is_new && users.len() < most {
                users.push(heir.clone());
            }
        }
    }
    if users.is_empty() && !way.has_parties {
        Decision::Nobody
    } else {
        Decision::Users(users)
    }
}

/// Who gets new customers first after `leaver`: those who did and stay, and whoever came in.
#[must_use]
pub fn first_after(first: &[UserId], before: &[UserId], users: &[UserId]) -> Vec<UserId> {
    let mut after: Vec<UserId> = first
        .iter()
        .filter(|user| users.contains(user))
        .cloned()
        .collect();
    if after.len() < first.len() {
        let new = users.iter().filter(|user| !before.contains(user));
        after.extend(new.cloned());
    }
    after
}

/// What reading a way again says of an update whose answer is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// It took effect.
    Done,
    /// It did not: the leaver is still named.
    NotDone,
    /// Somebody else has changed the way; the leaver is not named any more.
    Elsewhere,
}

/// Decides by what the platform has now, never by what was answered.
#[must_use]
pub fn settle(now: &[UserId], leaver: &UserId, intended: &[UserId]) -> Settled {
    if now.contains(leaver) {
        return Settled::NotDone;
    }
    let set = |users: &[UserId]| users.iter().cloned().collect::<BTreeSet<UserId>>();
    if set(now) == set(intended) {
        Settled::Done
    } else {
        Settled::Elsewhere
    }
}

/// Names of the parts of a way that differ between two readings, other than its members.
#[must_use]
pub fn changed_parts(kind: Kind, before: &Value, after: &Value) -> Vec<String> {
    let (before, after) = (without_users(kind, before), without_users(kind, after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .cloned()
        .collect()
}

fn without_users(kind: Kind, raw: &Value) -> Map<String, Value> {
    let mut map = raw.as_object().cloned().unwrap_or_default();
    match kind {
        Kind::Code => {
            map.remove("user");
        }
        Kind::Link => {
            if let Some(range) = map.get_mut("range").and_then(Value::as_object_mut) {
                range.remove("user_list");
            }
            map.remove("priority_option");
        }
    }
    map
}

/// What WeCom lets nobody change by API, so a person has to look at it in its console.
pub const BY_HAND: [&str; 4] = [
    "welcome_message",
    "group_welcome",
    "console_codes",
    "group_codes",
];

/// The item that takes the place of acquisition links where the app may not change them.
pub const LINKS_BY_HAND: &str = "acquisition_links";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn user(name: &str) -> UserId {
        UserId::parse(name).unwrap()
    }

    fn users(names: &[u16]) -> Vec<UserId> {
        names.iter().map(|n| user(&format!("u{n}"))).collect()
    }

    fn decide(single: bool, has: &[UserId], wanted: &[UserId], chosen: bool) -> Decision {
        let able = wanted.iter().cloned().collect();
        let way = Way {
            kind: Kind::Code,
            single,
            users: has,
            has_parties: false,
            left: &users(&[0, 9]).into_iter().collect(),
        };
        let heirs = Heirs {
            wanted,
            chosen,
            able: &able,
        };
        point(way, &user("u0"), heirs, &BTreeSet::new())
    }

    #[test]
    fn b25_a_single_code_goes_to_the_first_who_can_and_a_team_keeps_its_others() {
        let two = users(&[5, 6]);
        let single = decide(true, &users(&[0]), &two, false);
        assert_eq!(single, Decision::Users(users(&[5])));
        let team = decide(false, &users(&[1, 0, 2]), &two, false);
        assert_eq!(team, Decision::Users(users(&[1, 2])));
        let chosen = decide(false, &users(&[1, 0, 2]), &two, true);
        assert_eq!(chosen, Decision::Users(users(&[1, 2, 5, 6])));
        assert_eq!(decide(true, &users(&[0]), &[], false), Decision::Nobody);
        // Where only another leaver would be left, new customers would still run into the void.
        let left = decide(false, &users(&[0, 9]), &two, false);
        assert_eq!(left, Decision::Users(users(&[9, 5, 6])));
        let alone = decide(false, &users(&[0]), &two, false);
        assert_eq!(alone, Decision::Users(two));
    }

    #[test]
    fn b25_what_the_platform_has_decides_and_not_what_it_answered() {
        let (leaver, intended) = (user("u0"), users(&[1, 2]));
        assert_eq!(settle(&users(&[2, 1]), &leaver, &intended), Settled::Done);
        let before = users(&[0, 1, 2]);
        assert_eq!(settle(&before, &leaver, &intended), Settled::NotDone);
        let other = users(&[7]);
        assert_eq!(settle(&other, &leaver, &intended), Settled::Elsewhere);
    }

    #[test]
    fn b25_whoever_comes_in_takes_the_leavers_place_at_the_front() {
        let before = users(&[0, 1]);
        assert_eq!(first_after(&users(&[0]), &before, &users(&[1])), []);
        let after = first_after(&users(&[0]), &before, &users(&[1, 5]));
        assert_eq!(after, users(&[5]));
        assert_eq!(first_after(&[], &before, &users(&[1, 5])), []);
    }

    #[test]
    fn b25_a_part_that_changed_besides_the_members_is_named() {
        let before = json!({ "user": ["a"], "remark": "x", "state": "s" });
        let after = json!({ "user": ["b"], "remark": "", "party": [] });
        let parts = changed_parts(Kind::Code, &before, &after);
        assert_eq!(parts, ["party", "remark", "state"]);
        let link = |name: &str, to: &str| {
            json!({ "link": { "link_name": name },
            "range": { "user_list": [to], "department_list": [1] } })
        };
        let none = changed_parts(Kind::Link, &link("n", "a"), &link("n", "b"));
        assert!(none.is_empty(), "{none:?}");
        let renamed = changed_parts(Kind::Link, &link("n", "a"), &link("m", "b"));
        assert_eq!(renamed, ["link"]);
    }

    proptest! {
        #[test]
        fn b25_the_leaver_goes_the_others_stay_and_nobody_is_never_the_answer_of_an_update(
            has in proptest::collection::vec(0u16..130, 0..130),
            wanted in proptest::collection::vec(0u16..200, 0..130),
            able in proptest::collection::btree_set(0u16..200, 0..130),
            dropped in proptest::collection::btree_set(1u16..130, 0..4),
            shape in (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()),
        ) {
            let (single, has_parties, chosen, link) = shape;
            let has = users(if single { &has[..has.len().min(1)] } else { &has });
            let has_parties = has_parties && !single;
            let kind = if link { Kind::Link } else { Kind::Code };
            let has: Vec<UserId> = has.into_iter().take(kind.most_users()).collect();
            let wanted = users(&wanted);
            let able: BTreeSet<UserId> = users(&able.into_iter().collect::<Vec<_>>()).into_iter().collect();
            let dropped: BTreeSet<UserId> = users(&dropped.into_iter().collect::<Vec<_>>()).into_iter().collect();
            let leaver = user("u0");
            let left = dropped.iter().cloned().chain([leaver.clone()]).collect();
            let way = Way { kind, single, users: &has, has_parties, left: &left };
            let heirs = Heirs { wanted: &wanted, chosen, able: &able };
            match point(way, &leaver, heirs, &dropped) {
                Decision::Nothing => prop_assert!(!has.contains(&leaver)),
                Decision::Nobody => {
                    prop_assert!(!has_parties);
                    prop_assert!(has.iter().all(|u| *u == leaver || dropped.contains(u)));
                    prop_assert!(wanted.iter().all(|u| *u == leaver || !able.contains(u)));
                }
                Decision::Users(after) => {
                    prop_assert!(!after.contains(&leaver));
                    prop_assert!(!after.is_empty() || has_parties);
                    let most = if single { 1 } else { kind.most_users() };
                    prop_assert!(after.len() <= most);
                    let unique: BTreeSet<&UserId> = after.iter().collect();
                    prop_assert_eq!(unique.len(), after.len());
                    for one in &has {
                        let stays = *one != leaver && !dropped.contains(one);
                        prop_assert!(!stays || after.contains(one));
                    }
                    for one in &after {
                        prop_assert!(has.contains(one) || (wanted.contains(one) && able.contains(one)));
                    }
                    // Done once, there is nothing left to do.
                    let again = Way { users: &after, ..way };
                    prop_assert_eq!(point(again, &leaver, heirs, &dropped), Decision::Nothing);
                }
            }
        }
    }
}
