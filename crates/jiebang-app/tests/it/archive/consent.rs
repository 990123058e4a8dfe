//! Whether customers agree to the archive, and what a refusal takes.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_app::archive::{lift_hold, list_consents, place_hold};
use jiebang_app::job;
use jiebang_domain::access::Actor;
use jiebang_domain::archive::consent::Status;
use jiebang_domain::archive::retention::Subject;
use jiebang_domain::time::{DAY, Timestamp};
use jiebang_store::Store;
use jiebang_store::archive::consent::{self, Consent};
use jiebang_store::archive::conversation::{self, Conversation};
use jiebang_store::group;
use jiebang_store::testing::both;
use serde_json::json;

use super::station_in;
use crate::corp::{Corp, START};

/// The conversation of a member and a customer with the most to say, and both of them.
pub(super) async fn the_most_talkative(corp: &Corp) -> (Conversation, String, String) {
    let mut said: BTreeMap<i64, usize> = BTreeMap::new();
    for message in corp.messages().await {
        *said.entry(message.conversation_id).or_default() += 1;
    }
    let mut by_size: Vec<(i64, usize)> = said.into_iter().collect();
    by_size.sort_by_key(|one| std::cmp::Reverse(one.1));
    for (id, _) in by_size {
        let row = conversation::find(corp.store.read(), &corp.corp, id);
        let row = row.await.unwrap().unwrap();
        if row.kind == "single" && row.channel == "external" {
            let (one, other) = row.subject.split_once(' ').unwrap();
            let (member, customer) = match one.starts_with("wm") {
                true => (other.to_owned(), one.to_owned()),
                false => (one.to_owned(), other.to_owned()),
            };
            return (row, member, customer);
        }
    }
    panic!("nobody talks to a customer");
}

/// How many messages of a conversation are stored, besides those that tell of consent.
async fn said_in(corp: &Corp, conversation: i64) -> usize {
    let all = corp.messages().await;
    let theirs = all.iter().filter(|m| m.conversation_id == conversation);
    theirs.filter(|m| !m.kind.contains("agree")).count()
}

/// A refusal since `at`.
fn entry(corp: &Corp, member: &str, customer: &str, at: i64, learned_at: Timestamp) -> Consent {
    Consent {
        corp_id: corp.corp.to_string(),
        userid: member.to_owned(),
        external_userid: customer.to_owned(),
        room_id: String::new(),
        at,
        status: "disagree".to_owned(),
        source: "check".to_owned(),
        learned_at: learned_at.seconds(),
    }
}

async fn learn(corp: &Corp, consents: Vec<Consent>) {
    let tx = corp.store.begin().await.unwrap();
    consent::add(&tx, consents).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn s48_a_refusal_learned_later_takes_what_was_stored_since_and_a_hold_keeps_it() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        corp.talk(300).await;
        corp.pull().await;
        let operator = Actor::operator();
        let (row, member, customer) = the_most_talkative(&corp).await;
        let said = async || said_in(&corp, row.id).await;
        let before = said().await;
        assert!(before > 0);
        // Told by nobody: WeCom knows of it, as of a moment before anything was said.
        let learned = corp.clock.now();
        learn(&corp, vec![entry(&corp, &member, &customer, 1, learned)]).await;
        let hold = place_hold(&corp.app, &operator, Subject::Conversation(row.id), "诉讼")
            .await
            .unwrap();
        corp.advance(700);
        while job::run_next(&corp.app).await.unwrap() {}
        assert_eq!(said().await, before, "held");
        lift_hold(&corp.app, &operator, hold.id, "结案")
            .await
            .unwrap();
        while job::run_next(&corp.app).await.unwrap() {}
        assert_eq!(said().await, 0);
        let told = list_consents(&corp.app, &operator, &customer)
            .await
            .unwrap();
        assert!(told.iter().any(|one| one.at == 1 && one.userid == member));
    })
    .await;
}

#[tokio::test]
async fn s48_wecom_is_asked_who_agreed_and_its_answer_is_kept_with_its_source() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        corp.talk(150).await;
        corp.pull().await;
        let mut asked = BTreeSet::new();
        for message in corp.kept().await {
            asked.extend(message.people.into_iter().filter(|id| id.starts_with("wm")));
        }
        assert!(asked.len() > 5);
        corp.advance(1_300);
        while job::run_next(&corp.app).await.unwrap() {}
        let mut known = 0;
        for customer in &asked {
            let told = list_consents(&corp.app, &Actor::operator(), customer)
                .await
                .unwrap();
            known += usize::from(told.iter().any(|one| one.source == "check"));
        }
        assert_eq!(known, asked.len());
    })
    .await;
}

/// One that is stored while a round is under way is learned of before the round has ended.
#[tokio::test]
async fn s48_a_refusal_that_a_round_passed_by_is_followed_by_the_next() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        corp.talk(200).await;
        corp.pull().await;
        let (row, member, customer) = the_most_talkative(&corp).await;
        assert!(said_in(&corp, row.id).await > 0);
        let before_the_round = corp.clock.now();
        corp.advance(700);
        while job::run_next(&corp.app).await.unwrap() {}
        learn(
            &corp,
            vec![entry(&corp, &member, &customer, 1, before_the_round)],
        )
        .await;
        corp.advance(700);
        while job::run_next(&corp.app).await.unwrap() {}
        assert_eq!(said_in(&corp, row.id).await, 0);
    })
    .await;
}

/// What every customer WeCom was asked about agrees to, in two rounds beside these faults.
async fn assert_all_are_asked(store: Store, fault: serde_json::Value) {
    let folder = tempfile::tempdir().unwrap();
    let corp = station_in(store, &[], folder.path()).await;
    corp.add_key().await;
    corp.talk(150).await;
    corp.pull().await;
    let mut asked = BTreeSet::new();
    for message in corp.kept().await {
        asked.extend(message.people.into_iter().filter(|id| id.starts_with("wm")));
    }
    assert!(asked.len() > 5);
    corp.control("POST", "faults", fault).await;
    corp.advance(700);
    while job::run_next(&corp.app).await.unwrap() {}
    corp.control("DELETE", "faults", json!(null)).await;
    corp.advance(700);
    while job::run_next(&corp.app).await.unwrap() {}
    let operator = Actor::operator();
    for customer in &asked {
        let told = list_consents(&corp.app, &operator, customer);
        let is_told = told.await.unwrap().iter().any(|one| one.source == "check");
        assert!(is_told, "{customer}");
    }
}

#[tokio::test]
async fn s48_a_pair_wecom_does_not_tell_of_keeps_no_other_from_being_asked_about() {
    both(|store| async move {
        let path = "msgaudit/check_single_agree";
        let refused = json!({ "path": path, "kind": "top_errcode", "code": 84_061, "times": 2 });
        assert_all_are_asked(store, refused).await;
    })
    .await;
}

#[tokio::test]
async fn s48_a_round_that_wecom_does_not_answer_is_asked_again() {
    both(|store| async move {
        let busy = json!({ "path": "msgaudit/check_single_agree", "kind": "busy" });
        assert_all_are_asked(store, busy).await;
    })
    .await;
}

#[tokio::test]
async fn s48_a_refusal_without_a_date_counts_from_when_it_is_learned() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        corp.talk(300).await;
        corp.pull().await;
        let (row, member, customer) = the_most_talkative(&corp).await;
        let before = said_in(&corp, row.id).await;
        let no = json!({ "userid": member, "external_userid": customer, "agree": false, "at": 0 });
        corp.control("POST", "archive/consent", no).await;
        for _ in 0..3 {
            corp.advance(700);
            while job::run_next(&corp.app).await.unwrap() {}
        }
        let told = list_consents(&corp.app, &Actor::operator(), &customer).await;
        let told = told.unwrap();
        let refusals = told.iter().filter(|one| {
            one.userid == member && one.status == Status::Disagree && one.source == "check"
        });
        let at: Vec<i64> = refusals.map(|one| one.at).collect();
        assert_eq!(at.len(), 1, "once, however often it is asked: {told:?}");
        assert!(at[0] > START, "{at:?}");
        assert_eq!(
            said_in(&corp, row.id).await,
            before,
            "what was said before stays"
        );
    })
    .await;
}

#[tokio::test]
async fn s48_of_one_second_a_refusal_wins() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        let now = corp.clock.now();
        let said = |at: i64, status: &str| Consent {
            status: status.to_owned(),
            ..entry(&corp, "anna", "wmSYNTH0000000000000000000000001", at, now)
        };
        learn(&corp, vec![said(11, "agree"), said(12, "disagree")]).await;
        learn(&corp, vec![said(11, "disagree"), said(12, "agree")]).await;
        learn(&corp, vec![said(13, "disagree"), said(13, "agree")]).await;
        let customer = "wmSYNTH0000000000000000000000001";
        let told = consent::of_customer(corp.store.read(), &corp.corp, customer).await;
        let told: Vec<(i64, String)> = told
            .unwrap()
            .into_iter()
            .map(|c| (c.at, c.status))
            .collect();
        let refused = |at: i64| (at, "disagree".to_owned());
        assert_eq!(told, [refused(11), refused(12), refused(13)]);
    })
    .await;
}

/// What a policy does to messages, and a refusal does not undo.
#[tokio::test]
async fn s48_a_policy_that_is_applied_leaves_what_was_refused_as_it_is() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        corp.talk(60).await;
        corp.pull().await;
        let ids: Vec<i64> = corp.messages().await.iter().map(|m| m.id).collect();
        let tx = corp.store.begin().await.unwrap();
        let now = corp.clock.now();
        let message = jiebang_store::archive::message::refuse(&tx, &corp.corp, &ids, now);
        assert_eq!(message.await.unwrap(), ids.len() as u64);
        let set =
            jiebang_store::archive::message::set_expiry(&tx, &corp.corp, &ids, None, None).await;
        assert_eq!(set.unwrap(), 0);
    })
    .await;
}

/// WeCom announces no refusal: it is learned by asking, of a pair and of a room.
#[tokio::test]
async fn s48_a_refusal_learned_by_asking_takes_what_was_said_since_between_two_and_in_a_room() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        corp.talk(400).await;
        corp.pull().await;
        corp.advance(700);
        while job::run_next(&corp.app).await.unwrap() {}
        let (row, member, customer) = the_most_talkative(&corp).await;
        let (room, owner, speaker) = a_room_where_a_customer_speaks(&corp).await;
        let refuse = async |userid: &str, customer: &str| {
            let no = json!({ "userid": userid, "external_userid": customer, "agree": false });
            corp.control("POST", "archive/consent", no).await;
        };
        refuse(&member, &customer).await;
        refuse(&owner, &speaker).await;
        let before: BTreeSet<i64> = corp.messages().await.iter().map(|m| m.id).collect();
        corp.advance(5);
        let at = corp.clock.now().seconds() * 1_000;
        let said = |msgid: &str, from: &str, to: &str, room: &str| {
            json!({ "json": { "msgid": msgid, "action": "send", "from": from, "tolist": [to],
                "roomid": room, "msgtime": at, "msgtype": "text", "text": { "content": "在吗" } } })
        };
        let rows = [
            said("1_1_external", &customer, &member, ""),
            said("2_1_external", &member, &customer, ""),
            said("3_1_external", &speaker, &owner, &room),
            said("4_1_external", &owner, &speaker, &room),
            // Among several, as calls are, of which the room is not told.
            json!({ "json": { "msgid": "5_1_external", "action": "send", "from": "colleague",
                "tolist": [member, customer], "msgtime": at, "msgtype": "text",
                "text": { "content": "在吗" } } }),
        ];
        corp.control("POST", "archive/rows", json!({ "rows": rows }))
            .await;
        corp.pull().await;
        let fresh = async || {
            let all = corp.messages().await;
            let new = all.iter().filter(|m| !before.contains(&m.id));
            new.map(|m| m.msgid.clone()).collect::<BTreeSet<String>>()
        };
        assert_eq!(fresh().await.len(), 5, "nobody knows yet");
        for _ in 0..3 {
            corp.advance(700);
            while job::run_next(&corp.app).await.unwrap() {}
        }
        assert_eq!(fresh().await, ["4_1_external".to_owned()].into());
        let left: BTreeSet<i64> = corp.messages().await.iter().map(|m| m.id).collect();
        assert!(left.is_superset(&before), "what was said before stays");
        let told = list_consents(&corp.app, &Actor::operator(), &customer).await;
        let told = told.unwrap();
        let newest = told.iter().find(|one| one.userid == member).unwrap();
        assert_eq!(newest.status, Status::Disagree);
        assert_eq!(
            (newest.source.as_str(), row.kind.as_str()),
            ("check", "single")
        );
    })
    .await;
}

/// Customers of whom a refusal is known agree again, of which only WeCom can tell; what is said
/// then, to a member and in a room, and what was said before.
async fn agree_again(corp: &Corp) {
    let (_, member, customer) = the_most_talkative(corp).await;
    let (room, owner, speaker) = a_room_where_a_customer_speaks(corp).await;
    let says = async |userid: &str, customer: &str, agree: bool| {
        let says = json!({ "userid": userid, "external_userid": customer, "agree": agree });
        corp.control("POST", "archive/consent", says).await;
    };
    for agree in [false, true] {
        says(&member, &customer, agree).await;
        says(&owner, &speaker, agree).await;
        if !agree {
            corp.advance(700);
            while job::run_next(&corp.app).await.unwrap() {}
        }
    }
    let now = corp.clock.now().seconds() * 1_000;
    let said = |msgid: &str, from: &str, to: &str, room: &str, at: i64| {
        json!({ "json": { "msgid": msgid, "action": "send", "from": from, "tolist": [to],
            "roomid": room, "msgtime": at, "msgtype": "text", "text": { "content": "在吗" } } })
    };
    let rows = [
        said("again1_external", &customer, &member, "", now + 1_000),
        said("again2_external", &member, &customer, "", now + 2_000),
        said("again3_external", &speaker, &owner, &room, now + 3_000),
        said("late1_external", &customer, &member, "", now - 60_000),
        said("late2_external", &speaker, &owner, &room, now - 60_000),
    ];
    corp.control("POST", "archive/rows", json!({ "rows": rows }))
        .await;
}

/// What of [`agree_again`] is stored.
async fn stored_again(corp: &Corp) -> BTreeSet<String> {
    let all = corp.messages().await.into_iter().map(|m| m.msgid);
    all.filter(|id| id.starts_with("again") || id.starts_with("late"))
        .collect()
}

#[tokio::test]
async fn s48_who_is_known_to_have_refused_is_asked_about_before_a_message_is_left_out() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        corp.talk(400).await;
        corp.pull().await;
        agree_again(&corp).await;
        corp.pull().await;
        let since = ["again1_external", "again2_external", "again3_external"];
        assert_eq!(stored_again(&corp).await, since.map(str::to_owned).into());
        assert_eq!(corp.parked().await, BTreeMap::new());
    })
    .await;
}

#[tokio::test]
async fn s48_while_wecom_does_not_tell_who_agreed_again_what_they_say_waits() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        corp.talk(400).await;
        corp.pull().await;
        agree_again(&corp).await;
        let busy = json!({ "path": "msgaudit/check_single_agree", "kind": "busy" });
        corp.control("POST", "faults", busy).await;
        corp.pull().await;
        assert_eq!(stored_again(&corp).await, [].into());
        assert_eq!(
            corp.parked().await,
            [("consent_not_told".to_owned(), 5)].into()
        );
        corp.control("DELETE", "faults", json!(null)).await;
        for _ in 0..2 {
            corp.advance(700);
            while job::run_next(&corp.app).await.unwrap() {}
        }
        let since = ["again1_external", "again2_external", "again3_external"];
        assert_eq!(stored_again(&corp).await, since.map(str::to_owned).into());
        assert_eq!(corp.parked().await, BTreeMap::new());
    })
    .await;
}

#[tokio::test]
async fn s48_of_whom_wecom_tells_nothing_what_they_say_waits_for_five_days() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        corp.talk(400).await;
        corp.pull().await;
        agree_again(&corp).await;
        let unknown = json!({ "path": "msgaudit/check_single_agree", "kind": "top_errcode",
            "code": 84_061 });
        corp.control("POST", "faults", unknown).await;
        corp.pull().await;
        assert_eq!(
            stored_again(&corp).await,
            ["again3_external".to_owned()].into()
        );
        assert_eq!(
            corp.parked().await,
            [("consent_not_told".to_owned(), 3)].into()
        );
        // What somebody who refused said is kept for no longer than WeCom does.
        for _ in 0..12 {
            corp.advance(DAY / 2);
            while job::run_next(&corp.app).await.unwrap() {}
        }
        assert_eq!(corp.parked().await, BTreeMap::new());
        let stored = stored_again(&corp).await;
        assert_eq!(stored, ["again3_external".to_owned()].into());
    })
    .await;
}

/// A room with customers, its owner, and one of those who spoke in it.
async fn a_room_where_a_customer_speaks(corp: &Corp) -> (String, String, String) {
    for message in corp.messages().await {
        let row = conversation::find(corp.store.read(), &corp.corp, message.conversation_id);
        let row = row.await.unwrap().unwrap();
        if row.kind != "room" || !message.sender.starts_with("wm") {
            continue;
        }
        let room = [row.subject];
        let groups = group::groups_by_id(corp.store.read(), &corp.corp, &room);
        if let Some(group) = groups.await.unwrap().pop() {
            return (group.chat_id, group.owner, message.sender);
        }
    }
    panic!("no customer speaks in a room");
}
