//! The conversation archive: rows, numbers, consent, and what the platform says about it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::{DAY, World, text};

/// A world whose archive is on and has a key.
async fn archived() -> World {
    let mut world = World::new().await;
    world.control("PUT", "archive", json!({ "on": true })).await;
    world
        .control("POST", "archive/keys", json!({ "generate": true }))
        .await;
    let secret = world.sandbox.info().archive_secret.clone();
    world.token = world.token_of(&secret).await;
    world
}

async fn generate(world: &World, messages: u64) {
    let ask = json!({ "messages": messages, "span_s": 3_600 });
    world.control("POST", "archive/generate", ask).await;
}

async fn rows(world: &World) -> Vec<Value> {
    let truth = world.truth("/archive").await;
    truth["rows"].as_array().expect("rows").clone()
}

fn hexed(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// A page as the stand-in library gets it, with the code the call returns.
async fn page(world: &World, secret: &str, seq: u64, limit: u64) -> (String, Value) {
    let info = world.sandbox.info();
    let (corp, secret) = (hexed(&info.corp_id), hexed(secret));
    let base = &info.base_url;
    let url = format!(
        "{base}/sandbox-archive/chatdata?corp={corp}&secret={secret}&seq={seq}&limit={limit}"
    );
    let answer = world.client.get(url).send().await.expect("an answer");
    let code = answer.headers()["x-sdk-return"].to_str().expect("a code");
    let code = code.to_owned();
    (code, answer.json().await.unwrap_or_default())
}

async fn own_page(world: &World, seq: u64, limit: u64) -> Value {
    let secret = world.sandbox.info().archive_secret.clone();
    let (code, page) = page(world, &secret, seq, limit).await;
    assert_eq!(code, "0");
    page
}

#[tokio::test]
async fn every_documented_message_type_appears_within_250_messages() {
    let world = archived().await;
    generate(&world, 250).await;
    let found: BTreeSet<String> = rows(&world)
        .await
        .iter()
        .map(|row| text(&row["msgtype"]))
        .collect();
    for kind in [
        "text",
        "image",
        "revoke",
        "agree",
        "disagree",
        "voice",
        "video",
        "card",
        "location",
        "emotion",
        "file",
        "link",
        "weapp",
        "chatrecord",
        "todo",
        "vote",
        "collect",
        "redpacket",
        "external_redpacket",
        "meeting",
        "meeting_notification",
        "docmsg",
        "markdown",
        "news",
        "calendar",
        "mixed",
        "meeting_voice_call",
        "voip_doc_share",
        "sphfeed",
        "voiptext",
        "qydiskfile",
        "solitaire",
        "note",
        "switch",
        "hologram",
    ] {
        // Consent is said where there is a customer to say it, which is a matter of luck.
        if !matches!(kind, "agree" | "disagree") {
            assert!(found.contains(kind), "{kind} is missing in {found:?}");
        }
    }
}

#[tokio::test]
async fn pages_follow_the_number_and_numbers_have_holes() {
    let world = archived().await;
    world
        .control("PUT", "archive", json!({ "first_seq": (1_u64 << 63) + 9 }))
        .await;
    generate(&world, 300).await;
    let truth = rows(&world).await;
    let (mut seq, mut got) = (0, Vec::new());
    loop {
        let page = own_page(&world, seq, 70).await;
        let part = page["chatdata"].as_array().expect("rows").clone();
        assert!(part.len() <= 70);
        let Some(last) = part.last() else { break };
        seq = last["seq"].as_u64().expect("a number");
        got.extend(part);
    }
    let numbers = |rows: &[Value]| -> Vec<u64> {
        rows.iter().filter_map(|row| row["seq"].as_u64()).collect()
    };
    assert_eq!(numbers(&got), numbers(&truth));
    assert_eq!(got.len(), 300);
    assert!(seq > (1 << 63) + 309, "some numbers are left out");
    let key = text(&got[0]["encrypt_random_key"]);
    assert_eq!(key.len(), 344);
}

#[tokio::test]
async fn what_is_older_than_five_days_is_gone_and_an_old_number_starts_at_the_oldest() {
    let world = archived().await;
    generate(&world, 40).await;
    world.advance(4 * DAY).await;
    generate(&world, 30).await;
    world.advance(2 * DAY).await;
    let page = own_page(&world, 0, 1_000).await;
    assert_eq!(page["chatdata"].as_array().expect("rows").len(), 30);
    let expired = rows(&world).await;
    assert_eq!(
        expired.iter().filter(|row| row["expired"] == true).count(),
        40
    );
}

#[tokio::test]
async fn refusals_come_as_errcodes_of_a_call_that_went_well() {
    let world = archived().await;
    generate(&world, 5).await;
    let info = world.sandbox.info().clone();
    let code = |page: &Value| page["errcode"].as_i64().expect("a code");
    let (rc, refused) = page(&world, &info.app_secret, 0, 10).await;
    assert_eq!((rc.as_str(), code(&refused)), ("0", 48_002));
    assert_eq!(refused["chatdata"], json!([]));
    assert_eq!(code(&page(&world, "wrong", 0, 10).await.1), 40_001);
    let untrusted = json!({ "trusted_ips": ["203.0.113.1"] });
    world.control("PUT", "archive", untrusted).await;
    assert_eq!(code(&own_page(&world, 0, 10).await), 301_042);
    let off = json!({ "trusted_ips": null, "on": false });
    world.control("PUT", "archive", off).await;
    assert_eq!(code(&own_page(&world, 0, 10).await), 301_052);
    assert_eq!(
        world.post("msgaudit/get_permit_user_list", json!({})).await["errcode"],
        301_052
    );
    let limits = json!({ "on": true, "pages_per_minute": 1 });
    world.control("PUT", "archive", limits).await;
    assert_eq!(code(&own_page(&world, 0, 10).await), 0);
    assert_eq!(code(&own_page(&world, 0, 10).await), 45_009);
}

#[tokio::test]
async fn a_new_key_seals_what_comes_later_only() {
    let world = archived().await;
    generate(&world, 20).await;
    let second = world
        .control("POST", "archive/keys", json!({ "generate": true }))
        .await;
    assert_eq!(second["version"], 2);
    assert!(second["private_key"].as_str().expect("a key").len() > 1_000);
    generate(&world, 20).await;
    let versions: Vec<_> = rows(&world)
        .await
        .iter()
        .map(|row| row["publickey_ver"].as_u64().expect("a version"))
        .collect();
    assert_eq!(versions[..20], [1; 20]);
    assert_eq!(versions[20..], [2; 20]);
}

#[tokio::test]
async fn a_repeated_row_has_the_same_msgid_under_a_later_number() {
    let world = archived().await;
    world
        .control("PUT", "archive", json!({ "duplicates": 0.5 }))
        .await;
    generate(&world, 100).await;
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let all = rows(&world).await;
    for row in &all {
        *times.entry(text(&row["msgid"])).or_default() += 1;
    }
    assert_eq!(times.len(), 100);
    assert!(all.len() > 120, "{}", all.len());
    assert!(times.values().all(|count| *count <= 2));
}

#[tokio::test]
async fn after_a_refusal_nothing_of_the_pair_is_archived() {
    let world = archived().await;
    let (_, members) = world.cast().await;
    let scope = json!({ "scope": members[..2] });
    world.control("PUT", "archive", scope).await;
    let app = world
        .token_of(&world.sandbox.info().app_secret.clone())
        .await;
    let path = format!(
        "externalcontact/list?userid={}&access_token={app}",
        members[0]
    );
    let customers = world.raw("GET", &path, None).await;
    let customers = crate::support::list(&customers["external_userid"]);
    let with_customers = |rows: &[Value]| {
        let alone = |row: &&Value| {
            let chat = text(&row["conversation"]);
            let kind = text(&row["msgtype"]);
            // Agreeing ends a refusal.
            chat.contains(&*members[0]) && chat.contains(" wm") && kind != "agree"
        };
        rows.iter().filter(alone).count()
    };
    generate(&world, 100).await;
    let before = rows(&world).await;
    assert!(with_customers(&before) > 0);
    for customer in &customers {
        let refusal = json!({ "userid": members[0], "external_userid": customer, "agree": false });
        world.control("POST", "archive/consent", refusal).await;
    }
    let pair = json!({ "info": [{ "userid": members[0], "exteranalopenid": customers[0] }] });
    let answer = world.post("msgaudit/check_single_agree", pair).await;
    assert_eq!(answer["agreeinfo"][0]["agree_status"], "Disagree");
    generate(&world, 100).await;
    assert_eq!(with_customers(&rows(&world).await[before.len()..]), 0);
    let permitted = world.post("msgaudit/get_permit_user_list", json!({})).await;
    assert_eq!(permitted["ids"].as_array().expect("ids").len(), 2);
}

#[tokio::test]
async fn rooms_among_colleagues_and_bots_can_be_asked_for() {
    let world = archived().await;
    let state = world.control("GET", "archive", Value::Null).await;
    let rooms = crate::support::list(&state["rooms"]);
    let mut people = 0;
    for id in &rooms {
        let room = world
            .post("msgaudit/groupchat/get", json!({ "roomid": id }))
            .await;
        assert_eq!(room["errcode"], 0, "{room}");
        people += room["members"].as_array().expect("members").len();
    }
    assert!(people > 10);
    let wrong = json!({ "roomid": "wrOfNobody" });
    let wrong = world.post("msgaudit/groupchat/get", wrong).await;
    assert_eq!(wrong["errcode"], 90_500);
    let id = text(&state["robots"][1]);
    let robot = world
        .get(&format!("msgaudit/get_robot_info?robot_id={id}"))
        .await;
    assert_eq!(robot["data"]["robot_id"], id.as_str());
    let robot = world.get("msgaudit/get_robot_info?robot_id=wbnone").await;
    assert_eq!(robot["errcode"], 40_058);
}

#[tokio::test]
async fn files_have_the_sums_the_truth_tells() {
    let world = archived().await;
    world
        .control("PUT", "archive", json!({ "wrong_md5": 0.5 }))
        .await;
    generate(&world, 250).await;
    let files = world.truth("/archive/files").await;
    let files = files["files"].as_array().expect("files");
    let wrong = files.iter().filter(|file| file["md5"] != file["told_md5"]);
    let wrong = wrong.count();
    assert!(
        wrong > 0 && wrong < files.len(),
        "{wrong} of {}",
        files.len()
    );
    assert!(
        files
            .iter()
            .any(|file| file["size"].as_u64() > Some(524_288))
    );
}

#[tokio::test]
async fn planted_rows_are_taken_as_they_are() {
    let world = archived().await;
    let rows_asked = json!({ "rows": [
        { "json": { "msgid": "1_1_external", "msgtype": "text" } },
        { "base64": "bm90IGpzb24=", "msgid": "1_2", "fault": "segv", "age_s": 60 },
    ]});
    world.control("POST", "archive/rows", rows_asked).await;
    let truth = rows(&world).await;
    assert_eq!(truth[0]["msgid"], "1_1_external");
    assert_eq!(truth[1]["fault"], 1);
    let wrong = json!({ "rows": [{ "json": {} }], "version": 9 });
    let (status, _) = world.sandbox.control("POST", "archive/rows", wrong).await;
    assert_eq!(status, 400, "there is no ninth key");
}
