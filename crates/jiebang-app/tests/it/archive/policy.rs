//! Rules by level, tag and channel, compared with what WeCom knows of the people.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_app::archive::{activate_policy, save_policy, simulate_policy};
use jiebang_app::job;
use jiebang_domain::access::Actor;
use jiebang_domain::archive::policy::Policy;
use jiebang_domain::time::DAY;
use jiebang_store::archive::media;
use jiebang_store::testing::both;
use serde_json::{Value, json};

use super::station;
use crate::corp::{Corp, array, text};

/// What stands in every text, and what masking leaves of it.
const SAID: &str = "我的电话是13912345678";
const MASKED: &str = "我的电话是139****5678";

/// A conversation of two that is to be had.
#[derive(Debug)]
struct Talk {
    people: [String; 2],
    levels: BTreeSet<String>,
    tags: BTreeSet<String>,
    is_internal: bool,
}

/// Every member with every customer of theirs, and members with each other.
async fn talks(corp: &Corp) -> Vec<Talk> {
    let truth = corp.truth("?only=staff").await;
    let staff = array(&truth["staff"])
        .filter(|one| one["left_at"].is_null() && one["in_visible_range"] == json!(true));
    let level_of: BTreeMap<String, String> = staff
        .map(|one| (text(&one["userid"]).to_lowercase(), text(&one["position"])))
        .collect();
    let follows = corp.true_follows().await;
    let mut tags_of: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for ((_, customer), follow) in &follows {
        if follow["one_way"] == json!(false) {
            let tags = array(&follow["tags"]).map(text);
            tags_of.entry(customer).or_default().extend(tags);
        }
    }
    let with_customers = follows.keys().map(|(userid, customer)| Talk {
        people: [userid.clone(), customer.clone()],
        levels: [level_of[userid].clone()].into(),
        tags: tags_of.get(&**customer).cloned().unwrap_or_default(),
        is_internal: false,
    });
    let members: Vec<&String> = level_of.keys().collect();
    let among_themselves = members.windows(2).map(|two| Talk {
        people: [two[0].clone(), two[1].clone()],
        levels: two.iter().map(|userid| level_of[*userid].clone()).collect(),
        tags: BTreeSet::new(),
        is_internal: true,
    });
    with_customers.chain(among_themselves).collect()
}

/// The value that the fewest talks have, but some.
fn rarest(talks: &[Talk], of: fn(&Talk) -> &BTreeSet<String>) -> &String {
    let mut count: BTreeMap<&String, usize> = BTreeMap::new();
    for value in talks.iter().filter(|talk| !talk.is_internal).flat_map(of) {
        *count.entry(value).or_default() += 1;
    }
    let some = count.into_iter().filter(|(_, count)| *count >= 5);
    some.min_by_key(|(_, count)| *count).unwrap().0
}

/// A text and a picture in every conversation, named by its place.
async fn talk(corp: &Corp, talks: &[Talk]) {
    let at = corp.clock.now().seconds() * 1_000;
    let mut rows = Vec::new();
    for (place, talk) in talks.iter().enumerate() {
        let [one, other] = &talk.people;
        let end = if talk.is_internal { "" } else { "_external" };
        for (kind, body) in [
            ("text", json!({ "content": SAID })),
            (
                "image",
                json!({ "md5sum": "", "filesize": 9, "sdkfileid": "somewhere" }),
            ),
        ] {
            rows.push(json!({ "json": { "msgid": format!("{place}_{kind}{end}"),
                "action": "send", "from": one, "tolist": [other], "roomid": "",
                "msgtime": at, "msgtype": kind, kind: body } }));
        }
    }
    corp.control("POST", "archive/rows", json!({ "rows": rows }))
        .await;
}

#[tokio::test]
async fn s41_what_comes_is_treated_by_level_tag_and_channel_in_the_order_of_the_rules() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        let operator = Actor::operator();
        let talks = talks(&corp).await;
        let (tag, level) = (rarest(&talks, |t| &t.tags), rarest(&talks, |t| &t.levels));
        let policy: Policy = serde_json::from_value(json!({
            "rules": [
                { "name": "标签", "when": { "tags": [tag] },
                  "then": { "keep": "mask", "media": false, "days": 30 } },
                { "name": "职级", "when": { "levels": [level] },
                  "then": { "keep": "keep", "media": true, "days": 90 } },
                { "name": "内部", "when": { "channels": ["internal"] },
                  "then": { "keep": "skip", "media": false } },
            ],
            "default": { "keep": "keep", "media": false },
        }))
        .unwrap();
        let saved = save_policy(&corp.app, &operator, "一", &policy)
            .await
            .unwrap();
        simulate_policy(&corp.app, &operator, saved.id)
            .await
            .unwrap();
        while job::run_next(&corp.app).await.unwrap() {}
        activate_policy(&corp.app, &operator, saved.id)
            .await
            .unwrap();
        talk(&corp, &talks).await;
        corp.pull().await;
        assert_eq!(corp.parked().await, BTreeMap::new());
        let mut stored = BTreeMap::new();
        for message in corp.messages().await {
            stored.insert(message.msgid.clone(), message);
        }
        let mut seen: BTreeMap<(&str, bool), u32> = BTreeMap::new();
        for (place, talk) in talks.iter().enumerate() {
            let (rule, said, days, media) = match talk {
                _ if talk.tags.contains(tag) => (Some("标签"), MASKED, Some(30), false),
                _ if talk.levels.contains(level) => (Some("职级"), SAID, Some(90), true),
                _ if talk.is_internal => (Some("内部"), "", None, false),
                _ => (None, SAID, None, false),
            };
            *seen
                .entry((rule.unwrap_or("其他"), talk.is_internal))
                .or_default() += 1;
            let end = if talk.is_internal { "" } else { "_external" };
            let text = stored.remove(&format!("{place}_text{end}"));
            let image = stored.remove(&format!("{place}_image{end}"));
            if said.is_empty() {
                assert_eq!((text, image), (None, None), "{talk:?}");
                continue;
            }
            let (text, image) = (text.unwrap(), image.unwrap());
            let body: Value = serde_json::from_slice(&corp.body(&text).await).unwrap();
            assert_eq!(body["text"]["content"], said, "{talk:?}");
            for message in [&text, &image] {
                let day = |days| message.sent_at.div_euclid(1_000) + days * DAY;
                assert_eq!(message.policy.as_deref(), rule, "{talk:?}");
                assert_eq!(message.expires_at, days.map(day), "{talk:?}");
            }
            let read = corp.store.read();
            let files = media::of_messages(read, &corp.corp, &[image.id])
                .await
                .unwrap();
            let state = if media { "waiting" } else { "skipped" };
            assert_eq!((files.len(), &*files[0].state), (1, state), "{talk:?}");
        }
        assert!(stored.is_empty(), "nothing else is there");
        for case in [
            ("标签", false),
            ("职级", false),
            ("职级", true),
            ("内部", true),
            ("其他", false),
        ] {
            assert!(seen.get(&case) >= Some(&2), "{case:?} of {seen:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn b19_what_a_policy_leaves_out_is_counted() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        corp.set_policy(&json!({ "default": { "keep": "skip", "media": false } }))
            .await;
        corp.talk(30).await;
        corp.pull().await;
        let told = corp.completeness().await;
        let rows = told.cursor.unwrap().rows_stored;
        assert!(rows >= 30 && told.kinds.is_empty(), "{:?}", told.kinds);
        let left_out: Vec<(String, i64)> = told
            .left_out
            .into_iter()
            .map(|some| (some.reason, some.rows))
            .collect();
        assert_eq!(left_out, [("policy".to_owned(), rows)]);
    })
    .await;
}
