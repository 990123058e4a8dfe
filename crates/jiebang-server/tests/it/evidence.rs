//! Evidence packages: taken out through the API, verified without this program.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::path::Path;
use std::process::Command;

use jiebang_app::archive::import_lines;
use jiebang_domain::access::{Actor, Role};
use jiebang_domain::archive::conversation::Conversation;
use jiebang_domain::archive::message::Message;
use jiebang_domain::time::Timestamp;
use jiebang_store::archive::conversation_id;
use jiebang_store::directory::{self, MemberFilter};
use serde_json::{Value, json};

use crate::fixture::{Browser, START, Served};

const TEXTS: [&str; 3] = ["合同今天發出😀", "<script>alert(1)</script>", "好的\u{7}"];

/// Three messages of anna and bert, one a day, and one of two others.
async fn with_talk() -> Served {
    let served = Served::with_corp(4, 1).await;
    let said = |number: i64, from: &str, to: &str, text: &str| {
        json!({ "msgid": format!("m{number}"), "action": "send", "from": from, "tolist": [to],
            "roomid": "", "msgtime": (START + number * 86_400) * 1_000, "msgtype": "text",
            "text": { "content": text } })
        .to_string()
        .into_bytes()
    };
    let mut lines = vec![said(9, "carl", "dora", "另一段")];
    for (number, text) in (0..).zip(TEXTS) {
        lines.push(said(number, "anna", "bert", text));
    }
    let told = import_lines(&served.app, &Actor::operator(), &lines).await;
    assert_eq!(told.unwrap().stored, 4);
    served
}

fn path(served: &Served, of: &str) -> String {
    let corp = served.app.corp().unwrap();
    let id = conversation_id(&corp, of);
    format!("/archive/conversations/{id}/evidence")
}

fn anna_and_bert(served: &Served) -> String {
    let line = json!({ "msgid": "m", "action": "send", "from": "anna", "tolist": ["bert"],
        "roomid": "", "msgtime": 1, "msgtype": "text", "text": { "content": "" } });
    let message = Message::parse(line.to_string().as_bytes());
    path(served, &Conversation::of(&message.unwrap()).subject)
}

/// Takes a package out and gives its files by name.
async fn take(browser: &Browser, path: &str, query: &str) -> BTreeMap<String, Vec<u8>> {
    let reason = json!({ "reason": "客户投诉 <1>" });
    let preview = browser.post(path, reason).await.good();
    let reading = preview["reading"].as_str().unwrap();
    let answer = browser
        .get(&format!("{path}?reading={reading}{query}"))
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "application/zip");
    let mut archive = zip::ZipArchive::new(Cursor::new(answer.body.to_vec())).unwrap();
    let read = (0..archive.len()).map(|index| {
        let mut bytes = Vec::new();
        let mut file = archive.by_index(index).unwrap();
        file.read_to_end(&mut bytes).unwrap();
        (file.name().unwrap().into_owned(), bytes)
    });
    read.collect()
}

/// What a tool prints in `folder`, and whether it is content.
fn tool(folder: &Path, command: &str) -> (bool, String) {
    let told = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&told.stdout).into_owned();
    (told.status.success(), printed)
}

const SUMS: &str = "sha256sum -c SHA256SUMS 2>&1";
const SIGNATURE: &str = "openssl pkeyutl -verify -pubin -inkey signing-key.pem -rawin \
     -in SHA256SUMS -sigfile SHA256SUMS.sig";
const FINGERPRINT: &str = "openssl pkey -pubin -in signing-key.pem -outform DER | sha256sum";

#[tokio::test]
async fn s47_a_package_verifies_with_common_tools_and_a_changed_byte_is_named() {
    let served = with_talk().await;
    let auditor = served.someone(Role::Auditor, vec![]).await;
    let path = anna_and_bert(&served);
    let files = take(&auditor, &path, "").await;
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in &files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let (is_good, told) = tool(folder.path(), SUMS);
    assert!(is_good, "{told}");
    assert_eq!(
        told.lines().count(),
        files.len() - 2,
        "every file has its sum"
    );
    let (is_signed, told) = tool(folder.path(), SIGNATURE);
    assert!(is_signed, "{told}");
    let key = auditor.get("/archive/evidence-key").await.good();
    let (_, printed) = tool(folder.path(), FINGERPRINT);
    assert_eq!(printed.split(' ').next(), key["fingerprint"].as_str());

    // The messages are what was delivered, and nobody else's.
    let lines = String::from_utf8(files["messages.jsonl"].clone()).unwrap();
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let said: Vec<&str> = lines
        .iter()
        .map(|line| line["message"]["text"]["content"].as_str().unwrap())
        .collect();
    assert_eq!(said, TEXTS);
    let record: Value = serde_json::from_slice(&files["record.json"]).unwrap();
    assert_eq!(record["made"]["reason"], "客户投诉 <1>");
    assert_eq!(record["readings"][0]["reason"], "客户投诉 <1>");
    assert_eq!(record["messages"], 3);
    // What was written is no markup and no control character in the page.
    let page = String::from_utf8(files["transcript.html"].clone()).unwrap();
    assert!(page.contains("&lt;script&gt;alert(1)") && page.contains("好的\u{fffd}"));
    assert!(
        page.contains("&lt;1&gt;") && !page.contains("<script"),
        "{page}"
    );

    // A changed byte is named; a list that was made to fit it is not signed.
    let changed = folder.path().join("messages.jsonl");
    let mut bytes = files["messages.jsonl"].clone();
    bytes[40] ^= 1;
    std::fs::write(&changed, &bytes).unwrap();
    let (is_good, told) = tool(folder.path(), SUMS);
    let failed: Vec<&str> = told
        .lines()
        .filter(|line| line.contains("FAILED"))
        .collect();
    assert_eq!(
        (is_good, failed.as_slice()),
        (false, ["messages.jsonl: FAILED"].as_slice())
    );
    let (is_good, _) = tool(
        folder.path(),
        "sha256sum *.* > SHA256SUMS && sha256sum -c SHA256SUMS",
    );
    assert!(is_good);
    assert!(!tool(folder.path(), SIGNATURE).0);
}

#[tokio::test]
async fn s47_what_is_taken_out_is_noted_with_its_sum_and_can_be_brought_in() {
    let served = with_talk().await;
    let admin = served.admin().await;
    let path = anna_and_bert(&served);
    let (since, until) = ((START + 86_400) * 1_000, (START + 2 * 86_400) * 1_000);
    let query = format!("&since={since}&until={until}");
    let files = take(&admin, &path, &query).await;
    let record: Value = serde_json::from_slice(&files["record.json"]).unwrap();
    assert_eq!(record["messages"], 1);
    for (name, at) in [("since", since), ("until", until)] {
        let day = Timestamp::from_seconds(at / 1_000)
            .beijing_day()
            .to_string();
        let told = record["period"][name].as_str().unwrap();
        assert!(told.starts_with(&day) && told.ends_with("+08:00"), "{told}");
    }

    let audit = admin
        .get("/audit?act=archive.&object=conversation&limit=100")
        .await
        .good();
    let entries: Vec<&Value> = audit["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["act"].as_str().unwrap().starts_with("archive.evidence"))
        .collect();
    let acts: Vec<&str> = entries
        .iter()
        .map(|one| one["act"].as_str().unwrap())
        .collect();
    assert_eq!(acts, ["archive.evidence_signed", "archive.evidence"]);
    let sum = jiebang_vault::token_hash(std::str::from_utf8(&files["SHA256SUMS"]).unwrap());
    assert_eq!(entries[0]["detail"]["sha256"], json!(sum));
    assert_eq!(entries[0]["detail"]["messages"], 1);

    let other = Served::with_corp(1, 1).await;
    let lines = files["messages.jsonl"].split(|byte| *byte == b'\n');
    let lines: Vec<Vec<u8>> = lines
        .filter(|line| !line.is_empty())
        .map(Into::into)
        .collect();
    let told = import_lines(&other.app, &Actor::operator(), &lines).await;
    assert_eq!(told.unwrap().stored, 1);
}

#[tokio::test]
async fn s47_evidence_is_given_to_nobody_else_and_not_without_reason() {
    let served = with_talk().await;
    let admin = served.admin().await;
    let path = anna_and_bert(&served);
    let with = |reading: &str| format!("{path}?reading={reading}");
    let nobodys = "00000000-0000-0000-0000-000000000000";
    admin
        .get(&with(nobodys))
        .await
        .problem(403, "reason_required");
    admin.get(&path).await.problem(400, "malformed");
    let empty = json!({ "reason": " " });
    admin.post(&path, empty).await.problem(422, "validation");
    let reversed = json!({ "reason": "投诉", "since": 5, "until": 5 });
    admin.post(&path, reversed).await.problem(422, "validation");
    let unknown = "/archive/conversations/5/evidence";
    let reason = json!({ "reason": "投诉" });
    admin
        .post(unknown, reason.clone())
        .await
        .problem(404, "not_found");
    for role in [Role::ContactAdmin, Role::Staff] {
        let other = served.someone(role, vec![]).await;
        other
            .post(&path, reason.clone())
            .await
            .problem(403, "forbidden");
        other.get(&with(nobodys)).await.problem(403, "forbidden");
    }
    // Of departments in which neither of the two is.
    let elsewhere = served.someone(Role::Auditor, vec![99]).await;
    elsewhere
        .post(&path, reason.clone())
        .await
        .problem(404, "not_found");
    // Nor by asking for a time in which nothing was said.
    let nothing = json!({ "reason": "投诉", "since": 0, "until": 1 });
    elsewhere
        .post(&path, nothing)
        .await
        .problem(404, "not_found");
    let given = elsewhere.post("/archive/reason", reason.clone()).await;
    assert!(given.status.is_success());
    // The reason is the one that was given for it, and one's own.
    let preview = admin.post(&path, reason).await.good();
    let reading = preview["reading"].as_str().unwrap();
    let other = served.someone(Role::SuperAdmin, vec![]).await;
    other
        .get(&with(reading))
        .await
        .problem(403, "reason_required");
    assert_eq!(admin.get(&with(reading)).await.status, 200);
    // The password was given too long ago.
    served.advance(3_000).await;
    admin
        .get(&with(reading))
        .await
        .problem(403, "step_up_required");
}

#[tokio::test]
async fn s47_whoever_is_limited_to_departments_is_not_told_who_else_reads() {
    let served = Served::with_corp(4, 1).await;
    let (operator, corp) = (Actor::operator(), served.app.corp().unwrap());
    jiebang_app::sync::start_sync(&served.app, &operator)
        .await
        .unwrap();
    served.work().await;
    let (read, all) = (served.app.store().read(), MemberFilter::default());
    let members = directory::members(read, &corp, &all, None, 100).await;
    let members = members.unwrap();
    let member = members
        .iter()
        .find(|one| !one.departments.contains(&1))
        .unwrap();
    let message = json!({ "msgid": "m", "action": "send", "from": member.userid,
        "tolist": ["bert"], "roomid": "", "msgtime": START * 1_000, "msgtype": "text",
        "text": { "content": "好的" } });
    let line = message.to_string().into_bytes();
    let parsed = Message::parse(&line).unwrap();
    import_lines(&served.app, &operator, &[line]).await.unwrap();
    let path = path(&served, &Conversation::of(&parsed).subject);
    let record = async |browser: &Browser| -> Value {
        let files = take(browser, &path, "").await;
        serde_json::from_slice(&files["record.json"]).unwrap()
    };
    let admin = served.admin().await;
    let all = record(&admin).await;
    assert_eq!(all["readings"].as_array().unwrap().len(), 1);
    assert_eq!(all["left_out"]["readings_of_others"], 0);
    let branch = served
        .someone(Role::Auditor, member.departments.to_vec())
        .await;
    let own = record(&branch).await;
    assert_eq!(own["messages"], 1);
    assert_eq!(own["readings"].as_array().unwrap().len(), 1);
    assert_eq!(own["left_out"]["readings_of_others"], 1);
}
