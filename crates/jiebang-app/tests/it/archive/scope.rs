//! Who may read what: one's own talk, what a finished handover granted, and what a role reaches.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_app::archive::{
    MAX_PAGE, Place, Wanted, WantedConversations, give_reason, list_consents, list_conversations,
    list_erasures, list_holds, read_conversation, save_policy, search, why_nothing,
};
use jiebang_app::audit::{Wanted as WantedEntries, list_entries};
use jiebang_app::handover::{act, plan, view};
use jiebang_app::my::{TakenOver, list_my_handovers};
use jiebang_app::{Error, job};
use jiebang_domain::access::{Actor, Role, Scope, Who};
use jiebang_domain::archive::conversation::Kind as ConversationKind;
use jiebang_domain::archive::message::{Body, Message};
use jiebang_domain::archive::policy::Policy;
use jiebang_domain::archive::scope::{Denied, With};
use jiebang_domain::handover::Kind;
use jiebang_domain::handover::request::{Assignment, Condition, GroupChoice, RecordScope, Request};
use jiebang_domain::id::UserId;
use jiebang_domain::time::DAY;
use jiebang_store::archive::{consent, conversation, conversation_id};
use jiebang_store::directory;
use jiebang_store::testing::both;
use serde_json::json;
use wecom_sandbox::{Options, Sandbox};

use super::{configured, station, station_as, station_of};
use crate::corp::{self, Corp, array, hours, user};

pub(super) fn account(role: Role, scope: Scope, userid: Option<&UserId>) -> Actor {
    Actor {
        who: Who::Account(uuid::Uuid::from_u128(9)),
        role,
        scope,
        userid: userid.cloned(),
        confirmed_at: None,
    }
}

/// Every message a search of everything finds.
async fn readable(corp: &Corp, actor: &Actor) -> BTreeSet<i64> {
    let mut ids = BTreeSet::new();
    let mut wanted = Wanted {
        limit: 100,
        ..Wanted::default()
    };
    loop {
        let page = search(&corp.app, actor, &wanted).await.unwrap();
        ids.extend(page.hits.iter().map(|hit| hit.id));
        match page.before {
            Some(before) => wanted.before = Some(before),
            None => return ids,
        }
    }
}

/// Every message that reading every conversation shows.
async fn read_through(corp: &Corp, actor: &Actor) -> BTreeSet<i64> {
    let all: BTreeSet<i64> = corp
        .messages()
        .await
        .iter()
        .map(|m| m.conversation_id)
        .collect();
    let mut ids = BTreeSet::new();
    for conversation in all {
        let mut place = Place::End;
        loop {
            let page = read_conversation(&corp.app, actor, conversation, place, None, 37).await;
            let page = match page {
                Ok(page) => page,
                Err(Error::NotFound { .. }) => break,
                Err(error) => panic!("{error:?}"),
            };
            let here: BTreeSet<i64> = page.items.iter().map(|item| item.id).collect();
            let ends = [page.before, page.after];
            // An id tells when: a page ends at messages that are in it.
            assert!(ends.into_iter().flatten().all(|id| here.contains(&id)));
            ids.extend(here);
            match page.before {
                Some(before) => place = Place::Before(before),
                None => break,
            }
        }
    }
    ids
}

/// What the list of conversations tells of those that are not the reader's own: how many messages,
/// and when the first and the last of them were sent.
async fn figures_of_others(corp: &Corp, actor: &Actor) -> BTreeMap<i64, (u64, i64, i64)> {
    let wanted = WantedConversations {
        limit: 200,
        ..WantedConversations::default()
    };
    let listed = list_conversations(&corp.app, actor, &wanted).await.unwrap();
    assert_eq!(listed.before, None);
    let others = listed.items.into_iter().filter(|one| !one.is_own);
    others
        .map(|one| (one.id, (one.messages, one.first_at, one.last_at)))
        .collect()
}

async fn leaver_and_successor(corp: &Corp) -> (UserId, UserId) {
    let leaver = corp.prominent().await;
    let company = corp.truth("/company").await;
    let mut successors = array(&company["successors"]).map(user);
    let successor = successors.find(|userid| *userid != leaver).unwrap();
    (leaver, successor)
}

const TWO_DAYS: RecordScope = RecordScope::Days { days: 2 };

/// A text of today and of four days ago, and a link, with every customer.
async fn talk_to_everybody(corp: &Corp, member: &UserId) {
    let now = corp.clock.now().seconds();
    let customers = corp.follows().await.into_iter();
    let customers = customers.filter(|f| f.userid == member.as_str() && f.ended_at.is_none());
    let rows: Vec<serde_json::Value> = customers
        .zip(1..)
        .flat_map(|(follow, number)| {
            let said = |no: i64, at: i64, kind: &str| {
                json!({ "json": { "msgid": format!("{number}_{no}_external"), "action": "send",
                    "from": member.as_str(), "tolist": [&follow.external_userid], "roomid": "",
                    "msgtime": at * 1_000, "msgtype": kind,
                    "text": { "content": "您好" }, "link": { "title": "报价" } } })
            };
            [
                said(1, now - 600, "text"),
                said(2, now - 4 * DAY, "text"),
                said(3, now - 300, "link"),
            ]
        })
        .collect();
    corp.control("POST", "archive/rows", json!({ "rows": rows }))
        .await;
}

async fn hand_over(corp: &Corp, leaver: &UserId, to: Vec<UserId>, record_scope: RecordScope) {
    let request = Request {
        leaver: leaver.clone(),
        kind: Kind::Resigned,
        customers: Some(Condition::default()),
        groups: Some(GroupChoice::default()),
        assignment: Assignment::Evenly { to },
        groups_to: vec![],
        must: vec![],
        must_not: vec![],
        cap: None,
        rule_set: None,
        record_scope,
        record_kinds: ["text", "image"].map(str::to_owned).into(),
        note: String::new(),
        message: None,
    };
    let operator = Actor::operator();
    let id = plan::create_handover(&corp.app, &operator, &request)
        .await
        .unwrap();
    let detail = view::get_handover(&corp.app, &operator, id).await.unwrap();
    let planned = usize::try_from(detail.summary.counts["planned"]).unwrap();
    let version = detail.summary.handover.version;
    act::start_handover(&corp.app, &operator, id, version, planned)
        .await
        .unwrap();
    while job::run_next(&corp.app).await.unwrap() {}
}

/// What `me` may read by the rules, and what of it is its own talk: told by the bodies and by what
/// was taken over of `leaver`, without asking the archive.
async fn by_the_rules(
    corp: &Corp,
    me: &UserId,
    leaver: &UserId,
    taken: &[TakenOver],
) -> (BTreeSet<i64>, BTreeSet<i64>) {
    let (mut expected, mut own) = (BTreeSet::new(), BTreeSet::new());
    let mine = me.as_str();
    for message in corp.messages().await {
        let read = Message::parse(&corp.body(&message).await).unwrap();
        let people: BTreeSet<String> = std::iter::once(&read.from)
            .chain(&read.to)
            .map(|id| {
                if id.starts_with('w') {
                    id.clone()
                } else {
                    id.to_lowercase()
                }
            })
            .collect();
        if people.contains(mine) {
            own.insert(message.id);
            expected.insert(message.id);
        }
        let is_granted = taken.iter().any(|row| {
            let until = row.taken_over_at * 1_000;
            let is_about = match row.subject_kind.as_str() {
                "group" => read.room.as_deref() == Some(&row.external_userid),
                _ => {
                    read.room.is_none()
                        && people.len() == 2
                        && people.contains(leaver.as_str())
                        && people.contains(&row.external_userid)
                }
            };
            is_about
                && message.sent_at < until
                && message.sent_at >= until - 2 * DAY * 1_000
                && ["text", "image"].contains(&message.kind.as_str())
        });
        if is_granted {
            expected.insert(message.id);
        }
    }
    (expected, own)
}

#[tokio::test]
async fn s4_s32_a_successor_reads_its_own_and_exactly_what_the_handover_granted() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.control("PUT", "archive", json!({ "retention_s": 100 * DAY }))
            .await;
        corp.add_key().await;
        let leaver = corp.prominent().await;
        let company = corp.truth("/company").await;
        let successors: Vec<UserId> = array(&company["successors"])
            .map(user)
            .filter(|userid| *userid != leaver)
            .take(2)
            .collect();
        let ask = json!({ "messages": 1_200, "span_s": 5 * DAY });
        corp.control("POST", "archive/generate", ask).await;
        talk_to_everybody(&corp, &leaver).await;
        corp.control("POST", &format!("members/{leaver}/leave"), json!({}))
            .await;
        corp.sync().await;
        hand_over(&corp, &leaver, successors.clone(), TWO_DAYS).await;
        corp.pull().await;
        let said = corp.stored_bodies().await;
        let me = account(Role::Staff, Scope::Corp, Some(&successors[0]));
        let before: BTreeSet<i64> = readable(&corp, &me).await;
        for _ in 0..56 {
            corp.advance(hours(1) / 2);
            while job::run_next(&corp.app).await.unwrap() {}
        }
        // Said after the takeover in the leaver's name, delivered late.
        let customer = corp.follows().await.into_iter();
        let customer = customer
            .rev()
            .find(|f| f.userid == successors[0].as_str() && f.ended_at.is_none())
            .unwrap()
            .external_userid;
        let late = json!({ "json": { "msgid": "99_1_external", "action": "send", "from": customer,
            "tolist": [leaver.as_str()], "roomid": "", "msgtype": "text",
            "msgtime": corp.clock.now().seconds() * 1_000, "text": { "content": "还在吗" } } });
        corp.control("POST", "archive/rows", json!({ "rows": [late] }))
            .await;
        corp.pull().await;
        let taken = list_my_handovers(&corp.app, &me, None, None, 1_000)
            .await
            .unwrap()
            .items;
        assert!(taken.len() > 20, "{}", taken.len());
        let (expected, own) = by_the_rules(&corp, &successors[0], &leaver, &taken).await;
        assert!(
            expected.len() > own.len() + 10,
            "{} {}",
            expected.len(),
            own.len()
        );
        assert_eq!(readable(&corp, &me).await, expected);
        assert_eq!(read_through(&corp, &me).await, expected);
        let mut figures: BTreeMap<i64, (u64, i64, i64)> = BTreeMap::new();
        let mine: BTreeSet<i64> = corp
            .messages()
            .await
            .iter()
            .filter(|message| own.contains(&message.id))
            .map(|message| message.conversation_id)
            .collect();
        for message in corp.messages().await {
            if expected.contains(&message.id) && !mine.contains(&message.conversation_id) {
                let first = (0, i64::MAX, 0);
                let one = figures.entry(message.conversation_id).or_insert(first);
                *one = (
                    one.0 + 1,
                    one.1.min(message.sent_at),
                    one.2.max(message.sent_at),
                );
            }
        }
        let mut told = figures_of_others(&corp, &me).await;
        told.retain(|_, figures| figures.0 > 0);
        assert_eq!(told, figures);
        assert!(
            before.is_subset(&own),
            "nothing of the leaver's before the takeover"
        );
        let after = corp.stored_bodies().await;
        let is_kept = |(id, sum): (&String, &String)| after.get(id) == Some(sum);
        assert!(
            said.len() > 1_200 && said.iter().all(is_kept),
            "nothing of it changed"
        );
        // Somebody who has nothing to do with it reads nothing, and an account of nobody neither.
        let stranger = account(Role::Staff, Scope::Corp, None);
        assert_eq!(readable(&corp, &stranger).await, BTreeSet::new());
        assert_eq!(read_through(&corp, &stranger).await, BTreeSet::new());
    })
    .await;
}

#[tokio::test]
async fn b23_what_was_said_before_somebody_came_into_a_room_is_read_for_a_reason() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        let (one, late) = leaver_and_successor(&corp).await;
        let at = corp.clock.now().seconds() - 900;
        let said = |no: i64, to: &[&str]| {
            json!({ "json": { "msgid": format!("{no}_1_external"), "action": "send",
                "from": one.as_str(), "tolist": to, "roomid": "wrRoomOfACustomer0001",
                "msgtime": (at + no) * 1_000, "msgtype": "text",
                "text": { "content": "您好" } } })
        };
        let customer = "wmCustomerOfARoom00001";
        let rows = json!({ "rows": [said(1, &[customer]), said(2, &[customer, late.as_str()])] });
        corp.control("POST", "archive/rows", rows).await;
        corp.pull().await;
        let room = corp.messages().await[0].conversation_id;
        let read = async |actor: &Actor, place: Place, limit: u64| {
            let page = read_conversation(&corp.app, actor, room, place, None, limit).await;
            page.map(|page| page.items.len())
        };
        let auditor = account(Role::Auditor, Scope::Corp, Some(&late));
        // Its own alone, then what was said without it as well.
        assert_eq!(read(&auditor, Place::End, 1).await.unwrap(), 1);
        let all = read(&auditor, Place::End, 10).await;
        assert!(matches!(all, Err(Error::ReasonRequired)), "{all:?}");
        give_reason(&corp.app, &auditor, "投诉").await.unwrap();
        assert_eq!(read(&auditor, Place::End, 10).await.unwrap(), 2);
        // Staff read what was said in their presence.
        let staff = account(Role::Staff, Scope::Corp, Some(&late));
        assert_eq!(read(&staff, Place::End, 10).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn s4_a_successor_who_was_granted_nothing_is_not_even_told_when_was_talked() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        let (leaver, successor) = leaver_and_successor(&corp).await;
        talk_to_everybody(&corp, &leaver).await;
        corp.pull().await;
        corp.control("POST", &format!("members/{leaver}/leave"), json!({}))
            .await;
        corp.sync().await;
        let to = vec![successor.clone()];
        hand_over(&corp, &leaver, to, RecordScope::None).await;
        for _ in 0..56 {
            corp.advance(hours(1) / 2);
            while job::run_next(&corp.app).await.unwrap() {}
        }
        let me = account(Role::Staff, Scope::Corp, Some(&successor));
        let taken = list_my_handovers(&corp.app, &me, None, None, 1_000).await;
        let taken = taken.unwrap().items;
        assert!(taken.iter().any(|row| row.subject_kind == "customer"));
        let wanted = WantedConversations {
            limit: 200,
            ..WantedConversations::default()
        };
        let listed = list_conversations(&corp.app, &me, &wanted).await.unwrap();
        let others = listed.items.iter().filter(|one| !one.is_own);
        assert_eq!(others.count(), 0);
    })
    .await;
}

#[tokio::test]
async fn s32_a_successor_who_finds_nothing_is_told_why() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let nobody = json!({ "on": true, "scope": [] });
        let configured = |sandbox: &Sandbox| configured(sandbox, &[], folder.path());
        let corp = station_as(store, corp::options(61), nobody, configured).await;
        corp.add_key().await;
        let (leaver, successor) = leaver_and_successor(&corp).await;
        let customers: Vec<String> = corp
            .follows()
            .await
            .into_iter()
            .filter(|f| f.userid == leaver.as_str() && f.ended_at.is_none())
            .map(|f| f.external_userid)
            .collect();
        let [spoke, refused, silent] = &customers[..3] else {
            panic!("too few customers");
        };
        corp.control("POST", &format!("members/{leaver}/leave"), json!({}))
            .await;
        corp.sync().await;
        hand_over(&corp, &leaver, vec![successor.clone()], TWO_DAYS).await;
        let me = account(Role::Staff, Scope::Corp, Some(&successor));
        let why = async |id: &str| {
            why_nothing(&corp.app, &me, With::Customer(id.to_owned()))
                .await
                .unwrap()
        };
        // The leaver was not archived.
        assert_eq!(why(silent).await, Some(Denied::ArchiveOff));
        let everybody = json!({ "scope": null });
        corp.control("PUT", "archive", everybody).await;
        let at = corp.clock.now().seconds() - 600;
        let row = |no: i64, from: &str, kind: &str, what: serde_json::Value| {
            json!({ "json": { "msgid": format!("{no}_1_external"), "action": "send", "from": from,
                "tolist": [leaver.as_str()], "roomid": "", "msgtime": at * 1_000,
                "msgtype": kind, kind: what } })
        };
        let no = json!({ "userid": refused, "disagree_time": at * 1_000 });
        let rows = json!({ "rows": [row(1, spoke, "text", json!({ "content": "您好" })),
            row(2, refused, "disagree", no)] });
        corp.control("POST", "archive/rows", rows).await;
        corp.pull().await;
        assert_eq!(why(silent).await, Some(Denied::NotTakenOver));
        assert_eq!(why(refused).await, Some(Denied::Refused));
        assert_eq!(why("wmNobody").await, Some(Denied::NotGranted));
        for _ in 0..56 {
            corp.advance(hours(1) / 2);
            while job::run_next(&corp.app).await.unwrap() {}
        }
        assert_eq!(why(silent).await, None);
        assert_eq!(why(refused).await, Some(Denied::Refused));
        // Who has nothing to do with it learns nothing.
        let stranger = account(Role::Staff, Scope::Corp, None);
        let told = why_nothing(&corp.app, &stranger, With::Customer(refused.clone())).await;
        assert_eq!(told.unwrap(), Some(Denied::NotGranted));
        // A room is looked for by itself.
        let wanted = |room: &str| WantedConversations {
            room: Some(room.to_owned()),
            limit: 10,
            ..WantedConversations::default()
        };
        corp.talk(300).await;
        corp.pull().await;
        let auditor = account(Role::Auditor, Scope::Corp, None);
        let rooms = WantedConversations {
            kind: Some(ConversationKind::Room),
            limit: 1,
            ..WantedConversations::default()
        };
        let rooms = list_conversations(&corp.app, &auditor, &rooms)
            .await
            .unwrap();
        let room = rooms.items[0].room.clone().unwrap();
        let found = list_conversations(&corp.app, &auditor, &wanted(&room)).await;
        assert_eq!(found.unwrap().items, rooms.items);
        let found = list_conversations(&corp.app, &stranger, &wanted(&room)).await;
        assert_eq!(found.unwrap().items, []);
    })
    .await;
}

/// Of every message that was taken back it is told who did it and when, and of no other.
async fn assert_recalls_are_told(corp: &Corp, reader: &Actor) {
    let everything = Wanted {
        limit: 100,
        ..Wanted::default()
    };
    let hits = search(&corp.app, reader, &everything).await.unwrap().hits;
    let (mut told, mut expected) = (BTreeSet::new(), BTreeSet::new());
    for hit in &hits {
        if let Some(recalled) = &hit.recalled {
            let by = recalled.by.as_ref().map(|person| person.id.clone());
            told.insert((hit.msgid.clone(), by, recalled.at));
        }
        if let Body::Revoke { msgid } = &hit.body {
            let by = Some(hit.sender.id.clone());
            expected.insert((msgid.clone(), by, hit.sent_at));
        }
    }
    let shown: BTreeSet<&str> = hits.iter().map(|hit| &*hit.msgid).collect();
    expected.retain(|(msgid, ..)| shown.contains(&**msgid));
    assert!(!expected.is_empty(), "something was recalled");
    assert!(expected.is_subset(&told), "{expected:?} {told:?}");
}

#[tokio::test]
async fn s32_b23_reading_other_peoples_talk_takes_a_reason_and_is_in_the_audit_log() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        corp.talk(120).await;
        corp.pull().await;
        let auditor = account(Role::Auditor, Scope::Corp, None);
        let wanted = WantedConversations {
            limit: MAX_PAGE,
            ..WantedConversations::default()
        };
        let page = list_conversations(&corp.app, &auditor, &wanted)
            .await
            .unwrap();
        let told: BTreeSet<i64> = page.items.iter().map(|one| one.id).collect();
        let messages = corp.messages().await;
        let all: BTreeSet<i64> = messages.iter().map(|m| m.conversation_id).collect();
        assert_eq!(told, all);
        assert!(page.items.is_sorted_by(|a, b| a.last_at >= b.last_at));
        let id = page.items[0].id;
        let read = async || read_conversation(&corp.app, &auditor, id, Place::End, None, 50).await;
        assert!(matches!(read().await, Err(Error::ReasonRequired)));
        assert!(matches!(
            give_reason(&corp.app, &auditor, "  ").await,
            Err(Error::Invalid(_))
        ));
        give_reason(&corp.app, &auditor, "季度抽查").await.unwrap();
        let shown = read().await.unwrap();
        assert!(!shown.items.is_empty());
        read().await.unwrap();
        let entries = async |act: &str| {
            let wanted = WantedEntries {
                act: Some(act.to_owned()),
                limit: 1_000,
                ..WantedEntries::default()
            };
            let operator = Actor::operator();
            list_entries(&corp.app, &operator, wanted)
                .await
                .unwrap()
                .items
        };
        let reads = entries("archive.read").await;
        assert_eq!(reads.len(), 1, "once a reading");
        assert_eq!(reads[0].object.id, id.to_string());
        assert_eq!(entries("archive.reason").await.len(), 1);
        // What a search shows is read as well.
        let wanted = Wanted {
            limit: 100,
            ..Wanted::default()
        };
        let found = search(&corp.app, &auditor, &wanted).await.unwrap();
        let seen: BTreeSet<i64> = found.hits.iter().map(|hit| hit.conversation).collect();
        let reads = entries("archive.read_several").await;
        assert_eq!(reads.len(), 1, "one for the search");
        let logged: BTreeSet<i64> = array(&reads[0].detail["conversations"])
            .map(|id| corp::text(id).parse().unwrap())
            .chain([id])
            .collect();
        assert!(seen.len() > 2 && seen.is_subset(&logged));
        assert_recalls_are_told(&corp, &auditor).await;
        // The reason counts for an hour.
        corp.advance(3_601);
        assert!(matches!(read().await, Err(Error::ReasonRequired)));
    })
    .await;
}

#[tokio::test]
async fn s4_an_account_of_a_department_reads_what_its_members_took_part_in_and_nothing_else() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        corp.talk(700).await;
        corp.pull().await;
        let truth = corp.truth("?only=staff,departments").await;
        let member = array(&truth["staff"])
            .find(|m| m["left_at"].is_null())
            .unwrap();
        let department = member["departments"][0].as_i64().unwrap();
        let scope = jiebang_app::access::scope_of(&corp.app, &[department])
            .await
            .unwrap();
        let Scope::Departments(below) = scope.clone() else {
            panic!("{scope:?}");
        };
        let inside: BTreeSet<String> = array(&truth["staff"])
            .filter(|m| array(&m["departments"]).any(|d| below.contains(&d.as_i64().unwrap())))
            .map(|m| m["userid"].as_str().unwrap().to_lowercase())
            .collect();
        let admin = account(Role::ContactAdmin, scope, None);
        give_reason(&corp.app, &admin, "部门检查").await.unwrap();
        let said = who_took_part(&corp).await;
        let expected = with_any(&said, &inside);
        let all = said.len();
        assert!(
            expected.len() > 10 && expected.len() < all,
            "{} of {all}",
            expected.len()
        );
        assert_eq!(readable(&corp, &admin).await, expected);
        assert_eq!(read_through(&corp, &admin).await, expected);
    })
    .await;
}

/// Who takes part in each message, members in lower case, told by the bodies.
async fn who_took_part(corp: &Corp) -> BTreeMap<i64, BTreeSet<String>> {
    let mut said = BTreeMap::new();
    for message in corp.messages().await {
        let read = Message::parse(&corp.body(&message).await).unwrap();
        let people = std::iter::once(&read.from).chain(&read.to);
        said.insert(message.id, people.map(|id| id.to_lowercase()).collect());
    }
    said
}

fn with_any(said: &BTreeMap<i64, BTreeSet<String>>, people: &BTreeSet<String>) -> BTreeSet<i64> {
    let with = said.iter().filter(|(_, who)| !who.is_disjoint(people));
    with.map(|(id, _)| *id).collect()
}

/// Each entry of every customer's consent, with the members it concerns.
async fn consents(corp: &Corp) -> Vec<(String, BTreeSet<String>)> {
    let (read, of) = (corp.store.read(), &corp.corp);
    let mut people: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for message in corp.messages().await {
        let id = message.conversation_id;
        if !people.contains_key(&id) {
            people.extend(conversation::people_of(read, of, &[id]).await.unwrap());
        }
    }
    let customers: BTreeSet<&String> = people.values().flatten().collect();
    let mut told = Vec::new();
    for customer in customers {
        for one in consent::of_customer(read, of, customer).await.unwrap() {
            let room = people.get(&conversation_id(of, &one.room_id));
            let members = room.cloned().unwrap_or_else(|| vec![one.userid]);
            told.push((customer.clone(), members.into_iter().collect()));
        }
    }
    told
}

/// A branch is told of the consents of its members and of rooms where one is, and of no holds and
/// erasures.
async fn assert_tells_of_its_own(
    corp: &Corp,
    admin: &Actor,
    inside: &BTreeSet<String>,
    all: &[(String, BTreeSet<String>)],
) {
    let held = list_holds(&corp.app, admin, false).await;
    assert!(matches!(held, Err(Error::Denied { .. })));
    let erased = list_erasures(&corp.app, admin, None, 10).await;
    assert!(matches!(erased, Err(Error::Denied { .. })));
    let mut expected: BTreeMap<&String, usize> = BTreeMap::new();
    for (customer, members) in all {
        let seen = usize::from(!members.is_disjoint(inside));
        *expected.entry(customer).or_default() += seen;
    }
    for (customer, entries) in expected {
        let told = list_consents(&corp.app, admin, customer).await.unwrap();
        assert_eq!(told.len(), entries, "{customer}");
    }
}

#[tokio::test]
async fn s44_every_branch_reads_its_own_and_no_other_and_none_changes_what_holds_for_all() {
    both(|store| async move {
        // A branch for every 25 members.
        let options = Options {
            staff: 500,
            ..corp::options(61)
        };
        let folder = tempfile::tempdir().unwrap();
        let corp = station_of(store, options, &[], folder.path()).await;
        corp.add_key().await;
        corp.talk(500).await;
        corp.pull().await;
        let truth = corp.truth("?only=staff").await;
        let said = who_took_part(&corp).await;
        let ids: BTreeSet<i64> = array(&truth["staff"])
            .flat_map(|member| array(&member["departments"]))
            .map(|id| id.as_i64().unwrap())
            .filter(|id| *id != 1)
            .collect();
        let known = directory::departments(corp.store.read(), &corp.corp).await;
        let is_branch = |one: &&directory::Department| one.name.ends_with("分公司");
        let branches = known.unwrap().iter().filter(is_branch).count();
        corp.advance(700);
        while job::run_next(&corp.app).await.unwrap() {}
        let agreed = consents(&corp).await;
        assert!(agreed.len() > 20, "{}", agreed.len());
        let mut read = BTreeSet::new();
        for department in &ids {
            let scope = jiebang_app::access::scope_of(&corp.app, &[*department]).await;
            let scope = scope.unwrap();
            let Scope::Departments(below) = scope.clone() else {
                panic!("{scope:?}");
            };
            let is_inside = |m: &&serde_json::Value| {
                array(&m["departments"]).any(|d| below.contains(&d.as_i64().unwrap()))
            };
            let inside: BTreeSet<String> = array(&truth["staff"])
                .filter(is_inside)
                .map(|m| m["userid"].as_str().unwrap().to_lowercase())
                .collect();
            let admin = account(Role::ContactAdmin, scope, None);
            give_reason(&corp.app, &admin, "分公司检查").await.unwrap();
            let found = readable(&corp, &admin).await;
            assert_eq!(found, with_any(&said, &inside), "{department}");
            read.extend(found);
            let own = json!({ "rules": [], "default": { "keep": "keep", "media": false } });
            let own: Policy = serde_json::from_value(own).unwrap();
            let changed = save_policy(&corp.app, &admin, "分公司", &own).await;
            assert!(matches!(changed, Err(Error::Denied { .. })));
            assert_tells_of_its_own(&corp, &admin, &inside, &agreed).await;
        }
        assert!(
            branches >= 20 && read.len() > 300,
            "{branches} {}",
            read.len()
        );
    })
    .await;
}
