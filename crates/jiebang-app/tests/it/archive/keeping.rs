//! Expiry, holds and erasure, compared with the pure model of what may be kept.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use jiebang_app::archive::{
    activate_policy, erase, give_reason, import_lines, lift_hold, list_holds, list_policies,
    place_hold, preview_erasure, renew_all_conversation_keys, save_policy, simulate_policy,
    view_certificate, view_policy, view_released, view_status,
};
use jiebang_app::settings::connect;
use jiebang_app::{App, Error, job};
use jiebang_domain::access::Actor;
use jiebang_domain::archive::policy::Policy;
use jiebang_domain::archive::retention::{Hold, Kept, Subject, due, released_by};
use jiebang_domain::time::{DAY, HOUR, Timestamp};
use jiebang_store::archive::{conversation, media};
use jiebang_store::setting::{self, Content};
use jiebang_store::testing::{both, keys_in, sqlite_url};
use jiebang_store::{DatabaseUrl, Store};
use serde_json::{Value, json};

use super::station_in;
use crate::corp::{self, Corp};

/// A small generator of its own, so that a case can be repeated by its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[usize::try_from(self.roll(all.len() as u64)).unwrap()]
    }
}

impl Corp {
    pub(super) async fn set_policy(&self, policy: &Value) {
        let tx = self.store.begin().await.unwrap();
        let content = Content::Open(policy.clone());
        setting::put(
            &tx,
            self.app.home(),
            "archive.policy",
            content,
            "test",
            self.clock.now(),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    /// What is stored, as the model sees it.
    pub(super) async fn kept(&self) -> Vec<Kept> {
        let mut people: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
        let mut kept = Vec::new();
        for message in self.messages().await {
            let id = message.conversation_id;
            if let Entry::Vacant(unknown) = people.entry(id) {
                let named = conversation::people_of(self.store.read(), &self.corp, &[id]).await;
                let named = named.unwrap().remove(&id).unwrap_or_default();
                unknown.insert(named.into_iter().collect());
            }
            kept.push(Kept {
                id: message.id,
                conversation: id,
                people: people[&id].clone(),
                expires_at: message.expires_at.map(Timestamp::from_seconds),
            });
        }
        kept
    }

    /// The holds, as the model sees them.
    async fn held(&self) -> Vec<(uuid::Uuid, Hold)> {
        let holds = list_holds(&self.app, &Actor::operator(), false)
            .await
            .unwrap();
        let of = |hold: jiebang_app::archive::HoldView| {
            let at = Timestamp::from_seconds;
            let model = Hold {
                subject: hold.subject,
                placed_at: at(hold.placed_at),
                lifted_at: hold.lifted_at.map(at),
            };
            (hold.id, model)
        };
        holds.into_iter().map(of).collect()
    }

    async fn count(&self, table: &str) -> i64 {
        jiebang_store::testing::count(&self.store, table).await
    }

    /// Everything made of messages that are gone is gone as well.
    async fn assert_nothing_is_left_over(&self, folder: &std::path::Path) {
        let messages = self.messages().await;
        let ids: Vec<i64> = messages.iter().map(|m| m.id).collect();
        assert_eq!(self.count("message_index").await, ids.len() as i64);
        let files = media::of_messages(self.store.read(), &self.corp, &ids)
            .await
            .unwrap();
        assert_eq!(self.count("message_media").await, files.len() as i64);
        let shown: BTreeSet<Vec<u8>> = files.iter().filter_map(|f| f.blob_name.clone()).collect();
        assert_eq!(self.count("media_blob").await, shown.len() as i64);
        assert_eq!(files_in(&folder.join("blobs")), shown.len());
    }
}

fn files_in(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .map(|path| if path.is_dir() { files_in(&path) } else { 1 })
        .sum()
}

fn days(dice: &mut Dice) -> Value {
    let some = [json!(3), json!(8), json!(15), json!(40), Value::Null];
    dice.of(&some).clone()
}

fn some_policy(dice: &mut Dice) -> Value {
    let channel = *dice.of(&["internal", "external"]);
    json!({
        "rules": [{ "name": "one", "when": { "channels": [channel] },
                    "then": { "keep": "keep", "media": true, "days": days(dice) } }],
        "default": { "keep": "mask", "media": true, "days": days(dice) },
    })
}

async fn random_holds(corp: &Corp, dice: &mut Dice) {
    let operator = Actor::operator();
    let kept = corp.kept().await;
    if kept.is_empty() {
        return;
    }
    let one = dice.of(&kept).clone();
    let people: Vec<String> = one.people.into_iter().collect();
    let subject = match dice.roll(9) {
        0 => Subject::Corp,
        1..5 => Subject::Person(dice.of(&people).clone()),
        _ => Subject::Conversation(one.conversation),
    };
    place_hold(&corp.app, &operator, subject, "诉讼")
        .await
        .unwrap();
    let standing = list_holds(&corp.app, &operator, true).await.unwrap();
    let everything = standing.iter().find(|hold| hold.subject == Subject::Corp);
    let lifted = everything.or_else(|| (dice.roll(2) == 0).then(|| dice.of(&standing)));
    if let Some(hold) = lifted {
        lift_hold(&corp.app, &operator, hold.id, "结案")
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn s49_what_is_over_goes_with_its_index_and_files_and_b17_nothing_that_is_held() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        let (mut dice, mut gone, mut held) = (Dice(49), 0, 0);
        for _ in 0..6 {
            corp.set_policy(&some_policy(&mut dice)).await;
            corp.talk(60).await;
            corp.pull().await;
            random_holds(&corp, &mut dice).await;
            corp.advance(i64::try_from(1 + dice.roll(9)).unwrap() * DAY);
            let (before, now) = (corp.kept().await, corp.clock.now());
            let holds: Vec<Hold> = corp.held().await.into_iter().map(|one| one.1).collect();
            let due: BTreeSet<i64> = due(&before, &holds, now).into_iter().collect();
            let over = before
                .iter()
                .filter(|m| m.expires_at.is_some_and(|at| at <= now));
            held += over.count() - due.len();
            gone += due.len();
            while job::run_next(&corp.app).await.unwrap() {}
            let left: BTreeSet<i64> = corp.kept().await.iter().map(|m| m.id).collect();
            let expected: BTreeSet<i64> = before
                .iter()
                .map(|m| m.id)
                .filter(|id| !due.contains(id))
                .collect();
            assert_eq!(left, expected);
            corp.assert_nothing_is_left_over(folder.path()).await;
        }
        assert!(gone > 20 && held > 5, "{gone} went, {held} were held");
        let status = view_status(&corp.app, &Actor::operator()).await.unwrap();
        let run = status.retention.unwrap();
        assert!(run.finished_at.is_some(), "{run:?}");
    })
    .await;
}

#[tokio::test]
async fn b17_what_would_go_if_a_hold_were_lifted_is_what_goes() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        let operator = Actor::operator();
        let mut dice = Dice(17);
        let policy = json!({ "default": { "keep": "keep", "media": true, "days": 9 } });
        corp.set_policy(&policy).await;
        corp.talk(150).await;
        corp.pull().await;
        let nothing = place_hold(&corp.app, &operator, Subject::Corp, " ").await;
        assert!(matches!(nothing, Err(Error::Invalid(_))));
        let kept = corp.kept().await;
        for n in 0..5 {
            let one = dice.of(&kept).clone();
            let people: Vec<String> = one.people.into_iter().collect();
            let subject = if n % 2 == 0 {
                Subject::Person(dice.of(&people).clone())
            } else {
                Subject::Conversation(one.conversation)
            };
            place_hold(&corp.app, &operator, subject, "诉讼")
                .await
                .unwrap();
        }
        corp.advance(11 * DAY);
        while job::run_next(&corp.app).await.unwrap() {}
        let mut released = 0;
        while let Some(place) = corp
            .held()
            .await
            .iter()
            .position(|one| one.1.lifted_at.is_none())
        {
            let (before, holds) = (corp.kept().await, corp.held().await);
            let models: Vec<Hold> = holds.iter().map(|one| one.1.clone()).collect();
            let ids = released_by(&before, &models, place, corp.clock.now());
            let told = view_released(&corp.app, &operator, holds[place].0)
                .await
                .unwrap();
            let files = media::of_messages(corp.store.read(), &corp.corp, &ids)
                .await
                .unwrap();
            assert_eq!(
                (told.messages, told.files),
                (ids.len() as i64, files.len() as i64)
            );
            assert_eq!(told.oldest.is_some(), !ids.is_empty());
            lift_hold(&corp.app, &operator, holds[place].0, "结案")
                .await
                .unwrap();
            while job::run_next(&corp.app).await.unwrap() {}
            let left: BTreeSet<i64> = corp.kept().await.iter().map(|m| m.id).collect();
            let went: Vec<i64> = before
                .iter()
                .map(|m| m.id)
                .filter(|id| !left.contains(id))
                .collect();
            assert_eq!(went.iter().collect::<BTreeSet<_>>(), ids.iter().collect());
            released += went.len();
            corp.advance(1);
        }
        assert!(released > 5, "{released}");
        assert_eq!(corp.kept().await, []);
    })
    .await;
}

/// A customer of whom much is stored, and a conversation it has no part in.
pub(super) async fn a_customer_and_another_conversation(corp: &Corp) -> (String, i64) {
    let mut of_customer: BTreeMap<String, usize> = BTreeMap::new();
    let messages = corp.kept().await;
    for message in &messages {
        for person in message.people.iter().filter(|id| id.starts_with("wm")) {
            *of_customer.entry(person.clone()).or_default() += 1;
        }
    }
    let (customer, _) = of_customer.into_iter().max_by_key(|one| one.1).unwrap();
    let other = messages
        .iter()
        .find(|m| !m.people.contains(&customer))
        .unwrap();
    (customer, other.conversation)
}

/// Bodies by message of everything this person takes part in, or of everything else.
async fn bodies(corp: &Corp, person: &str, theirs: bool) -> BTreeMap<i64, Vec<u8>> {
    let mut bodies = BTreeMap::new();
    for message in corp.messages().await {
        let id = message.conversation_id;
        let people = conversation::people_of(corp.store.read(), &corp.corp, &[id]).await;
        let people = people.unwrap().remove(&id).unwrap_or_default();
        if people.iter().any(|id| id == person) == theirs {
            bodies.insert(message.id, corp.body(&message).await);
        }
    }
    bodies
}

#[tokio::test]
async fn b16_nothing_is_left_of_a_customer_that_was_erased_and_everything_of_the_others() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        corp.talk(200).await;
        corp.pull().await;
        let operator = Actor::operator();
        let (customer, _) = a_customer_and_another_conversation(&corp).await;
        let (theirs, others) = (
            bodies(&corp, &customer, true).await,
            bodies(&corp, &customer, false).await,
        );
        // Rows that came and were not opened yet belong to it as well.
        let mut fresh = corp.new_key().await;
        corp.talk(80).await;
        corp.pull().await;
        let parked = corp.parked().await.values().sum::<i64>();
        assert!(parked > 0);
        let subject = Subject::Person(customer.clone());
        let preview = preview_erasure(&corp.app, &operator, subject.clone())
            .await
            .unwrap();
        assert_eq!(preview.extent.messages, theirs.len() as u64);
        let hold = place_hold(&corp.app, &operator, subject.clone(), "诉讼")
            .await
            .unwrap();
        let refused = erase(&corp.app, &operator, subject.clone(), "客户要求").await;
        assert!(matches!(
            refused,
            Err(Error::Conflict {
                code: "erasure_held"
            })
        ));
        assert_eq!(bodies(&corp, &customer, true).await, theirs);
        lift_hold(&corp.app, &operator, hold.id, "结案")
            .await
            .unwrap();
        let erased = erase(&corp.app, &operator, subject, "客户要求")
            .await
            .unwrap();
        // From now on it does not open, though the rows are still there.
        give_reason(&corp.app, &operator, "核对").await.unwrap();
        while job::run_next(&corp.app).await.unwrap() {}
        assert_eq!(bodies(&corp, &customer, true).await, BTreeMap::new());
        assert_eq!(bodies(&corp, &customer, false).await, others);
        corp.assert_nothing_is_left_over(folder.path()).await;
        let told = view_certificate(&corp.app, &operator, erased.id)
            .await
            .unwrap();
        assert_eq!(told.erasure.messages, theirs.len() as u64);
        assert_eq!(told.keys.len() as u64, erased.conversations);
        assert!(told.keys.iter().all(|key| key.sha256.len() == 64));
        assert!(told.erasure.finished_at.is_some());
        // What waited for its key is known for erased when the key comes.
        jiebang_app::archive::add_private_key(
            &corp.app,
            &operator,
            fresh.0,
            &std::mem::take(&mut fresh.1),
        )
        .await
        .unwrap();
        corp.pull().await;
        assert_eq!(corp.parked().await, BTreeMap::new());
        assert_eq!(bodies(&corp, &customer, true).await, BTreeMap::new());
        assert!(bodies(&corp, &customer, false).await.len() > others.len());
    })
    .await;
}

#[tokio::test]
async fn b16_a_backup_from_before_an_erasure_is_restored_and_brings_nothing_back() {
    let (url, folder) = sqlite_url();
    let store = Store::open(&url, &keys_in(folder.path())).await.unwrap();
    let corp = station_in(store, &[], folder.path()).await;
    corp.add_key().await;
    corp.talk(160).await;
    corp.pull().await;
    let operator = Actor::operator();
    let (customer, _) = a_customer_and_another_conversation(&corp).await;
    let others = bodies(&corp, &customer, false).await;
    corp.store.close().await.unwrap();
    let backup = folder.path().join("backup.db");
    std::fs::copy(folder.path().join("test.db"), &backup).unwrap();
    let corp = reopened(corp, &url, folder.path()).await;
    corp.advance(HOUR);
    corp.talk(60).await;
    corp.pull().await;
    erase(
        &corp.app,
        &operator,
        Subject::Person(customer.clone()),
        "客户要求",
    )
    .await
    .unwrap();
    while job::run_next(&corp.app).await.unwrap() {}
    corp.store.close().await.unwrap();

    let corp = reopened(corp, &DatabaseUrl::sqlite(&backup), folder.path()).await;
    assert!(keys_of(&corp, &customer).await.iter().all(|there| !there));
    corp.pull().await;
    assert_eq!(bodies(&corp, &customer, true).await, BTreeMap::new());
    let now = bodies(&corp, &customer, false).await;
    assert!(others.iter().all(|(id, body)| now.get(id) == Some(body)));
    assert!(now.len() > others.len(), "WeCom's later rows came again");
    // What is said from now on is kept, under keys that the next start leaves alone.
    corp.advance(HOUR);
    corp.talk(120).await;
    corp.pull().await;
    let later = bodies(&corp, &customer, true).await;
    assert!(connect(&corp.app).await.unwrap());
    while job::run_next(&corp.app).await.unwrap() {}
    assert_eq!(bodies(&corp, &customer, true).await, later);
}

/// The same corp with another database, as after a restart.
pub(super) async fn reopened(corp: Corp, url: &DatabaseUrl, folder: &std::path::Path) -> Corp {
    let store = Store::open(url, &keys_in(folder)).await.unwrap();
    let configured = super::configured(&corp.sandbox, &[], folder);
    let app = App::new(corp::parts(&store, &corp.clock, configured)).unwrap();
    assert!(connect(&app).await.unwrap());
    Corp { app, store, ..corp }
}

/// For every key of this person's conversations, whether it is there.
pub(super) async fn keys_of(corp: &Corp, person: &str) -> Vec<bool> {
    use jiebang_store::archive::{Subject, key};
    let read = corp.store.read();
    let covered = conversation::covered(read, &corp.corp, Subject::Person, person)
        .await
        .unwrap();
    let keys = key::of_conversations(read, &corp.corp, &covered)
        .await
        .unwrap();
    assert!(!keys.is_empty());
    keys.into_iter().map(|key| key.wrapped.is_some()).collect()
}

fn some_rule(dice: &mut Dice, n: usize) -> Value {
    let when = match dice.roll(4) {
        0 => json!({ "channels": ["internal"] }),
        1 => json!({ "customer_types": ["wecom"] }),
        2 => json!({ "departments": [1 + dice.roll(6)] }),
        _ => json!({ "channels": ["external"], "customer_types": ["wechat"] }),
    };
    let keep = *dice.of(&["keep", "mask", "skip"]);
    let media = dice.roll(2) == 0;
    json!({ "name": format!("rule {n}"), "when": when,
            "then": { "keep": keep, "media": media, "days": days(dice) } })
}

/// Files that are here or to be fetched, by message.
async fn files_here(corp: &Corp) -> BTreeMap<i64, u64> {
    let ids: Vec<i64> = corp.messages().await.iter().map(|m| m.id).collect();
    let mut files = BTreeMap::new();
    for file in media::of_messages(corp.store.read(), &corp.corp, &ids)
        .await
        .unwrap()
    {
        let is_here = file.state == "stored" || file.state == "waiting";
        *files.entry(file.message_id).or_default() += u64::from(is_here);
    }
    files
}

#[tokio::test]
async fn b18_what_a_policy_is_foretold_to_do_is_what_it_does() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        let operator = Actor::operator();
        let (mut dice, mut deleted, mut let_go) = (Dice(18), 0, 0);
        for n in 0..6 {
            corp.talk(90).await;
            corp.pull().await;
            random_holds(&corp, &mut dice).await;
            corp.advance(i64::try_from(1 + dice.roll(5)).unwrap() * DAY);
            while job::run_next(&corp.app).await.unwrap() {}
            let policy: Policy = serde_json::from_value(json!({
                "rules": [some_rule(&mut dice, 0), some_rule(&mut dice, 1)],
                "default": { "keep": "keep", "media": dice.roll(2) == 0, "days": days(&mut dice) },
            }))
            .unwrap();
            let name = format!("version {n}");
            let saved = save_policy(&corp.app, &operator, &name, &policy)
                .await
                .unwrap();
            let early = activate_policy(&corp.app, &operator, saved.id).await;
            assert!(matches!(
                early,
                Err(Error::Conflict {
                    code: "policy_not_simulated"
                })
            ));
            simulate_policy(&corp.app, &operator, saved.id)
                .await
                .unwrap();
            while job::run_next(&corp.app).await.unwrap() {}
            let (before, had) = (corp.messages().await, files_here(&corp).await);
            let told = view_policy(&corp.app, &operator, saved.id).await.unwrap();
            let all = told.simulation.unwrap().forecast.all;
            assert_eq!(all.messages, before.len() as u64);
            assert_eq!(all.files, had.values().sum::<u64>());
            assert_eq!(
                corp.messages().await.len(),
                before.len(),
                "nothing was changed"
            );

            let active = activate_policy(&corp.app, &operator, saved.id)
                .await
                .unwrap();
            assert!(active.is_active && active.is_being_applied);
            while job::run_next(&corp.app).await.unwrap() {}
            let (after, has) = (corp.messages().await, files_here(&corp).await);
            let gone = before.len() - after.len();
            assert_eq!(gone as u64, all.skipped + all.expired);
            let lost = had.values().sum::<u64>() - has.values().sum::<u64>();
            assert_eq!(lost, all.files_deleted);
            let stay = all.kept + all.masked + all.masked_from_now_on + all.held;
            assert_eq!(after.len() as u64, stay);
            let now = corp.clock.now();
            let over_in = |ahead: i64| {
                let over = after.iter().filter_map(|m| m.expires_at);
                over.filter(|at| *at > now.seconds() && *at <= now.plus(ahead * DAY).seconds())
                    .count()
            };
            assert_eq!(
                all.over_later,
                [30, 90, 365].map(|ahead| over_in(ahead) as u64)
            );
            corp.assert_nothing_is_left_over(folder.path()).await;
            (deleted, let_go) = (deleted + gone, let_go + lost);
            let listed = list_policies(&corp.app, &operator).await.unwrap();
            let in_force: Vec<i32> = listed
                .iter()
                .filter(|p| p.is_active)
                .map(|p| p.version)
                .collect();
            assert_eq!(in_force, [n + 1]);
            assert!(!listed[0].is_being_applied);
        }
        assert!(
            deleted > 20 && let_go > 5,
            "{deleted} deleted, {let_go} files let go"
        );
    })
    .await;
}

/// Rounds of a policy that is put in force while another one is applied, each a little later.
const CHANGES: u64 = 12;

#[tokio::test(flavor = "multi_thread")]
async fn s41_a_policy_put_in_force_while_another_is_applied_is_applied_to_everything() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        let (app, operator) = (&corp.app, Actor::operator());
        let said = corp.clock.now().seconds();
        let bring_in = async |numbers: std::ops::Range<u64>| {
            let lines = numbers.map(|number| {
                let message = json!({ "msgid": format!("1_{number}"), "action": "send",
                    "from": "anna", "tolist": ["bert"], "roomid": "", "msgtime": said * 1_000,
                    "msgtype": "text", "text": { "content": "您好" } });
                message.to_string().into_bytes()
            });
            let lines: Vec<Vec<u8>> = lines.collect();
            // Refused where another policy has come into force since they were judged.
            if import_lines(app, &operator, &lines).await.is_err() {
                import_lines(app, &operator, &lines).await.unwrap();
            }
        };
        for thousand in 0..3 {
            bring_in(thousand * 1_000..(thousand + 1) * 1_000).await;
        }
        let mut versions = Vec::new();
        for days in [300, 400] {
            let policy = json!({ "rules": [],
                "default": { "keep": "keep", "media": true, "days": days } });
            let policy: Policy = serde_json::from_value(policy).unwrap();
            let name = format!("{days} days");
            let saved = save_policy(app, &operator, &name, &policy).await.unwrap();
            simulate_policy(app, &operator, saved.id).await.unwrap();
            while job::run_next(app).await.unwrap() {}
            versions.push((saved.id, days));
        }
        for round in 0..CHANGES {
            let [first, (second, days)] = versions[..] else {
                panic!("two versions")
            };
            activate_policy(app, &operator, first.0).await.unwrap();
            let changed = async {
                tokio::time::sleep(std::time::Duration::from_millis(round * 4)).await;
                activate_policy(app, &operator, second).await.unwrap();
            };
            let applied = async { while job::run_next(app).await.unwrap() {} };
            let fresh = 3_000 + round * 300;
            tokio::join!(applied, changed, bring_in(fresh..fresh + 300));
            while job::run_next(app).await.unwrap() {}
            let expires_at = Some(said + days * DAY);
            let all = corp.messages().await;
            let other = all.iter().filter(|m| m.expires_at != expires_at).count();
            assert_eq!((all.len() as u64, other), (fresh + 300, 0), "round {round}");
            versions.reverse();
            corp.clock.advance(5);
        }
    })
    .await;
}

#[tokio::test]
async fn s41_what_comes_is_treated_by_the_first_rule_that_fits_the_department() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        let operator = Actor::operator();
        let save = async |policy: Value| {
            let policy: Policy = serde_json::from_value(policy).unwrap();
            let saved = save_policy(&corp.app, &operator, "一", &policy).await?;
            simulate_policy(&corp.app, &operator, saved.id).await.unwrap();
            while job::run_next(&corp.app).await.unwrap() {}
            activate_policy(&corp.app, &operator, saved.id).await
        };
        let nameless = json!({ "rules": [{ "name": " ", "then": { "keep": "keep", "media": true } }],
                               "default": { "keep": "keep", "media": true } });
        assert!(matches!(save(nameless).await, Err(Error::Invalid(_))));
        save(json!({
            "rules": [
                { "name": "内部", "when": { "channels": ["internal"] },
                  "then": { "keep": "skip", "media": false } },
                { "name": "全公司", "when": { "departments": [1] },
                  "then": { "keep": "keep", "media": false, "days": 7 } },
            ],
            "default": { "keep": "skip", "media": false },
        }))
        .await
        .unwrap();
        corp.talk(120).await;
        corp.pull().await;
        let messages = corp.messages().await;
        assert!(messages.len() > 20, "{}", messages.len());
        for message in &messages {
            let day = message.sent_at.div_euclid(1_000) + 7 * DAY;
            assert_eq!((message.policy.as_deref(), message.expires_at), (Some("全公司"), Some(day)));
        }
        assert_eq!(files_here(&corp).await.values().sum::<u64>(), 0);
        let inside = corp.store.read();
        for one in &messages {
            let row = conversation::find(inside, &corp.corp, one.conversation_id).await.unwrap();
            assert_ne!(row.unwrap().channel, "internal");
        }
    })
    .await;
}

/// Rounds of an erasure beside messages that come in, each a little later than the one before.
const RACES: i64 = 40;

#[tokio::test(flavor = "multi_thread")]
async fn b16_what_comes_in_while_it_is_erased_goes_as_well() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        let (app, operator) = (&corp.app, Actor::operator());
        for round in 0..RACES {
            let said = corp.clock.now().seconds();
            let lines = |numbers: std::ops::Range<i64>| -> Vec<Vec<u8>> {
                let line = |number: i64| {
                    let message = json!({ "msgid": format!("{round}_{number}"), "action": "send",
                        "from": "anna", "tolist": ["bert"], "roomid": "", "msgtime": said * 1_000,
                        "msgtype": "text", "text": { "content": "您好" } });
                    message.to_string().into_bytes()
                };
                numbers.map(line).collect()
            };
            let first = lines(0..1);
            import_lines(app, &operator, &first).await.unwrap();
            let stored = corp.messages().await;
            let conversation = stored.last().unwrap().conversation_id;
            corp.clock.advance(2);
            // What comes now comes under a new key.
            renew_all_conversation_keys(app, &operator).await.unwrap();
            corp.clock.advance(2);
            let more = lines(1..30);
            let subject = Subject::Conversation(conversation);
            let erased = async {
                let wait = u64::try_from(round).unwrap() * 200;
                tokio::time::sleep(std::time::Duration::from_micros(wait)).await;
                erase(app, &operator, subject, "客户要求").await
            };
            let (brought, erased) = tokio::join!(import_lines(app, &operator, &more), erased);
            brought.unwrap();
            erased.unwrap();
            while job::run_next(app).await.unwrap() {}
            assert_eq!(corp.messages().await, [], "round {round}");
            corp.clock.advance(5);
        }
    })
    .await;
}
