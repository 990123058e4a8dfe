use std::collections::BTreeMap;
use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// The samples of a folder in ../shared by file name; none, with a printed reason, without it.
fn samples(folder: &str) -> BTreeMap<String, Vec<u8>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/fixtures/archive/synthetic")
        .join(folder);
    let Ok(entries) = std::fs::read_dir(&path) else {
        println!("skipped: no {folder} in ../shared");
        return BTreeMap::new();
    };
    entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect()
}

fn parsed(value: &Value) -> Message {
    Message::parse(value.to_string().as_bytes()).unwrap()
}

#[test]
fn s50_every_documented_type_is_parsed_as_it_is_known() {
    let all: Vec<String> = samples("messages")
        .into_iter()
        .map(|(name, json)| {
            let message = Message::parse(&json).unwrap();
            assert!(message.is_known(), "{name}");
            let seen = json!({
                "kind": message.kind, "body": message.body, "lines": message.lines(),
                "unknown": message.unknown_kinds(),
            });
            assert_eq!(seen["body"]["is"], message.body.as_str(), "{name}");
            format!("{name} {seen}")
        })
        .collect();
    if !all.is_empty() {
        assert_eq!(all.len(), 57);
        insta::assert_snapshot!("documented", all.join("\n"));
    }
}

/// Every value of `sdkfileid` in a text, at whatever depth of quoting.
fn file_ids(json: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(json);
    let ids = text.split("sdkfileid").skip(1).map(|rest| {
        let rest = rest.trim_start_matches(['\\', '"', ':', ' ']);
        rest.chars().take_while(|c| !"\\\"".contains(*c)).collect()
    });
    ids.collect()
}

#[test]
fn s50_every_file_is_found_however_deep_it_lies() {
    let mut count = 0;
    for folder in ["messages", "edge"] {
        for (name, json) in samples(folder) {
            let Ok(message) = Message::parse(&json) else {
                continue;
            };
            let files = message.files();
            let mut ids: Vec<String> = files.iter().map(|f| f.file_id.clone()).collect();
            for (place, file) in files.iter().enumerate() {
                assert_eq!(file.place as usize, place, "{name}");
                assert!(
                    file.size.is_some() || file.kind == MediaKind::VoiceCall,
                    "{name}"
                );
            }
            let mut expected = file_ids(&json);
            ids.sort();
            expected.sort();
            assert_eq!(ids, expected, "{name}");
            count += ids.len();
        }
    }
    assert!(count == 0 || count > 15, "{count}");
}

#[test]
fn s50_odd_messages_are_read_as_far_as_they_go() {
    let all = samples("edge");
    if all.is_empty() {
        return;
    }
    for (name, json) in &all {
        let read = Message::parse(json);
        match name.as_str() {
            "truncated.json" => assert_eq!(read, Err(Unreadable::NotJson)),
            "not-an-object.json" => assert_eq!(read, Err(Unreadable::NotAnObject)),
            _ => assert!(!read.unwrap().msgid.is_empty(), "{name}"),
        }
    }
    let read = |name: &str| Message::parse(&all[name]).unwrap();
    let content = |name| read(name).search_text();
    assert_eq!(content("raw-control-bytes.json"), "A\u{1}\u{b}\u{1f}\tB\nC");
    assert_eq!(
        content("escaped-control-and-nul.json"),
        "A\0\u{1}\u{85}\u{2028}B"
    );
    assert_eq!(content("invalid-utf8.json"), "A\u{fffd}\u{fffd}\u{fffd}B");
    assert_eq!(content("surrogate-half.json"), "A\u{fffd}B");
    assert_eq!(read("duplicate-keys.json").from, "b");
    assert_eq!(read("missing-roomid.json").room, None);
    assert_eq!(read("tolist-2000.json").to.len(), 2_000);
    assert_eq!(read("msgtime-zero.json").sent_at, 0);
    assert_eq!(read("image-empty-md5.json").files()[0].md5, None);
    let unknown = read("unknown-msgtype.json");
    assert!(!unknown.is_known());
    assert_eq!(unknown.unknown_kinds(), ["brand_new_type"]);
    let Body::Card(card) = read("card-capital-Userid.json").body else {
        panic!("a card")
    };
    assert!(card.userid.starts_with("wm"));
    let Body::Revoke { msgid } = read("revoke-of-unseen-message.json").body else {
        panic!("a revoke")
    };
    assert_eq!(msgid, "1_1_external");
}

#[test]
fn s50_an_unknown_type_keeps_its_words_and_its_files() {
    let message = parsed(&json!({
        "msgid": "1_1", "from": "a", "tolist": ["b"], "msgtype": "hologram",
        "hologram": {"caption": "全息图", "parts": [{"sdkfileid": "ID", "md5sum": "AB", "filesize": 7}]},
    }));
    assert_eq!(message.search_text(), "全息图");
    let files = message.files();
    assert_eq!(
        (files[0].kind, files[0].size),
        (MediaKind::Unknown, Some(7))
    );
    assert_eq!(files[0].md5.as_deref(), Some("ab"));
    // With items as those of records, which hold JSON in a text.
    let image = json!({"sdkfileid": "ID2", "md5sum": "CD", "filesize": 9}).to_string();
    let words = json!({"content": "第二页", "note": "{没有 JSON"}).to_string();
    let message = parsed(&json!({
        "msgid": "1_1", "from": "a", "tolist": ["b"], "msgtype": "album",
        "album": {"item": [{"type": "image", "content": image}, {"type": "text", "content": words}]},
    }));
    let files: Vec<&str> = message
        .files()
        .iter()
        .map(|file| file.file_id.as_str())
        .collect();
    assert_eq!(files, ["ID2"]);
    let text = message.search_text();
    assert!(
        text.contains("第二页") && text.contains("{没有 JSON"),
        "{text}"
    );
    assert!(!text.contains("sdkfileid"), "{text}");
    // However often it is put into a text again.
    let mut deep = json!({"content": "最里面"});
    for _ in 0..14 {
        deep = json!({"content": deep.to_string()});
    }
    let message = parsed(&json!({"msgid": "1_1", "msgtype": "album", "album": deep}));
    assert!(message.search_text().contains("最里面"));
}

#[test]
fn s50_records_in_records_are_bounded_and_nothing_of_them_lost() {
    let mut content = json!({"content": "最深处"}).to_string();
    let mut kind = "ChatRecordText";
    for _ in 0..12 {
        let item = json!({"type": kind, "msgtime": 1_760_000_000, "content": content});
        content = json!({"title": "层", "item": [item]}).to_string();
        kind = "ChatRecord";
    }
    let body: Value = serde_json::from_str(&content).unwrap();
    let message = parsed(&json!({"msgid": "1", "msgtype": "chatrecord", "chatrecord": body}));
    assert!(message.search_text().contains("最深处"));
    assert_eq!(message.body.items()[0].sent_at, Some(1_760_000_000_000));
    let depth = message.lines().iter().map(|line| line.depth).max();
    assert_eq!(depth, Some(u32::try_from(parse::MAX_DEPTH).unwrap() + 1));

    let item = json!({"type": "text", "content": "{\"content\":\"甲乙\"}"});
    let items = vec![item; parse::MAX_ITEMS + 10];
    let message = parsed(&json!({"msgid": "1", "msgtype": "mixed", "mixed": {"item": items}}));
    assert_eq!(message.search_text().matches("甲乙").count(), items.len());
}

/// Every documented field that holds words, as a path from the message.
const FIELDS: &[(&str, &str)] = &[
    ("text", "/text/content"),
    ("markdown", "/info/content"),
    ("file", "/file/filename"),
    ("link", "/link/title"),
    ("link", "/link/description"),
    ("link", "/link/link_url"),
    ("link", "/link/image_url"),
    ("weapp", "/weapp/title"),
    ("weapp", "/weapp/description"),
    ("weapp", "/weapp/username"),
    ("weapp", "/weapp/displayname"),
    ("weapp", "/weapp/appid"),
    ("weapp", "/weapp/pagepath"),
    ("card", "/card/corpname"),
    ("card", "/card/userid"),
    ("card", "/card/Userid"),
    ("location", "/location/title"),
    ("location", "/location/address"),
    ("revoke", "/revoke/pre_msgid"),
    ("agree", "/agree/userid"),
    ("disagree", "/disagree/userid"),
    ("todo", "/todo/title"),
    ("todo", "/todo/content"),
    ("todo", "/title"),
    ("todo", "/content"),
    ("vote", "/vote/votetitle"),
    ("vote", "/vote/voteitem/0"),
    ("vote", "/votetitle"),
    ("vote", "/voteitem/0"),
    ("collect", "/collect/room_name"),
    ("collect", "/collect/creator"),
    ("collect", "/collect/title"),
    ("collect", "/collect/create_time"),
    ("collect", "/collect/details/0/ques"),
    ("redpacket", "/redpacket/wish"),
    ("external_redpacket", "/redpacket/wish"),
    ("external_redpacket", "/external_redpacket/wish"),
    ("meeting", "/meeting/topic"),
    ("meeting", "/meeting/address"),
    ("meeting", "/meeting/remarks"),
    ("meeting_notification", "/info/content"),
    ("meeting_notification", "/time"),
    ("docmsg", "/doc/title"),
    ("docmsg", "/doc/doc_creator"),
    ("docmsg", "/doc/link_url"),
    ("news", "/info/item/0/title"),
    ("news", "/info/item/0/description"),
    ("news", "/info/item/0/url"),
    ("news", "/info/item/0/picurl"),
    ("news", "/info/title"),
    ("news", "/info/description"),
    ("news", "/info/url"),
    ("calendar", "/calendar/title"),
    ("calendar", "/calendar/creatorname"),
    ("calendar", "/calendar/attendeename/0"),
    ("calendar", "/calendar/place"),
    ("calendar", "/calendar/remarks"),
    ("chatrecord", "/chatrecord/title"),
    (
        "meeting_voice_call",
        "/meeting_voice_call/demofiledata/0/filename",
    ),
    (
        "meeting_voice_call",
        "/meeting_voice_call/demofiledata/0/demooperator",
    ),
    (
        "meeting_voice_call",
        "/meeting_voice_call/sharescreendata/0/share",
    ),
    ("voip_doc_share", "/voip_doc_share/filename"),
    ("sphfeed", "/sphfeed/sph_name"),
    ("sphfeed", "/sphfeed/feed_desc"),
    ("qydiskfile", "/info/filename"),
    ("qydiskfile", "/info/url"),
    ("solitaire", "/info/solitaire_content"),
    ("hologram", "/hologram/any/0/thing"),
];

/// `text` at the end of a path.
fn at(path: &str, text: &str) -> Value {
    let steps: Vec<&str> = path.split('/').skip(1).collect();
    steps
        .iter()
        .rev()
        .fold(json!(text), |value, step| match *step {
            "0" => json!([value]),
            name => json!({ name: value }),
        })
}

fn with_type(kind: &str, mut fields: Value) -> Value {
    fields["msgid"] = json!("1_1_external");
    fields["action"] = json!("send");
    fields["msgtype"] = json!(kind);
    fields
}

fn shows(message: &Message, text: &str) -> bool {
    message.lines().iter().any(|line| line.text == text)
}

/// JSON of any shape that uses the documented names.
fn any_json() -> impl Strategy<Value = Value> {
    let names = "msgtype|info|item|items|content|type|text|mixed|chatrecord|note|sdkfileid|from|tolist|details|time|x";
    let kinds =
        "text|mixed|note|news|vote|collect|chatrecord|ChatRecordMixed|meeting_voice_call|hologram";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        kinds.prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            inner
                .clone()
                .prop_map(|value| Value::from(value.to_string())),
            prop::collection::hash_map(names, inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn s50_text_in_any_documented_field_is_shown(text in "\\PC{1,12}|[\\x01-\\x7f]{1,8}") {
        for (kind, path) in FIELDS {
            let message = parsed(&with_type(kind, at(path, &text)));
            prop_assert!(shows(&message, &text), "{} {}", kind, path);
            if kind.starts_with("meeting_voice") || *kind == "voip_doc_share" || *kind == "hologram" {
                continue;
            }
            // The same as a piece of a message, its body as JSON inside a text.
            let flat = ["/title", "/content", "/votetitle", "/voteitem/0", "/time"].contains(path);
            let inner = path[1..].split_once('/').filter(|_| !flat).map_or(&path[1..], |(_, rest)| rest);
            let content = at(&format!("/{inner}"), &text).to_string();
            for (of, list, named) in [("mixed", "item", "type"), ("note", "items", "msg_type")] {
                let piece = json!({ named: kind, "content": content });
                let key = if of == "note" { "info" } else { of };
                let message = parsed(&with_type(of, json!({ key: { list: [piece] } })));
                prop_assert!(shows(&message, &text), "{} in {}: {}", path, of, content);
            }
        }
    }

    #[test]
    fn s50_raw_control_bytes_in_nested_texts_survive(text in "[\\x01-\\x1f甲乙a]{1,8}") {
        // Neither the outer nor the inner text is escaped as it should be.
        let raw = text.replace(['\n', '\r'], "\t");
        let inner = format!("{{\\\"content\\\":\\\"{raw}\\\"}}");
        let json = format!(
            "{{\"msgid\":\"1\",\"msgtype\":\"mixed\",\"mixed\":{{\"item\":[{{\"type\":\"text\",\"content\":\"{inner}\"}}]}}}}"
        );
        let message = Message::parse(json.as_bytes()).unwrap();
        prop_assert!(shows(&message, &raw), "{:?}", message);
    }

    #[test]
    fn s50_no_json_brings_the_parser_down(value in any_json()) {
        if let Ok(message) = Message::parse(value.to_string().as_bytes()) {
            let _ = (message.lines(), message.files(), message.search_text(), message.unknown_kinds());
        }
    }

    #[test]
    fn s50_no_bytes_bring_the_parser_down(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let _ = Message::parse(&bytes);
    }
}
