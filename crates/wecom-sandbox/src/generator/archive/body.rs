//! The bodies of messages, as documented and as seen in the field.

use serde_json::{Map, Value, json};

use super::super::names::PRODUCTS;
use super::content::{self, VARIANTS};
use crate::seed::{Draw, mix};
use crate::world::World;
use crate::world::archive::File;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Stands for raw control bytes until the message is JSON.
pub const CONTROL: char = '\u{e0a7}';

/// What is said beside plain text, in turn.
pub const SPECIALS: &[&str] = &[
    "image",
    "voice",
    "file",
    "link",
    "emotion_gif",
    "video",
    "revoke",
    "quote",
    "image",
    "weapp",
    "card",
    "location",
    "chatrecord",
    "mixed",
    "voice",
    "agree",
    "todo",
    "vote",
    "collect",
    "redpacket",
    "external_redpacket",
    "meeting",
    "image",
    "meeting_notification",
    "docmsg",
    "markdown",
    "news",
    "calendar",
    "file",
    "meeting_voice_call",
    "voip_doc_share",
    "sphfeed",
    "voiptext",
    "qydiskfile",
    "solitaire",
    "note",
    "switch",
    "emotion_png",
    "disagree",
    "quote_b",
    "image",
    "control_bytes",
    "unknown",
    "weapp_appid",
    "meeting_old",
    "vote_flat",
    "todo_flat",
];

const EXCHANGES: &[(&str, &str)] = &[
    (
        "您好，{p}还有现货吗？",
        "您好，{p}目前有现货，三天内可以发出。",
    ),
    (
        "上次的报价能再优惠一点吗？",
        "我向经理申请一下，今天下班前给您答复[微笑]",
    ),
    (
        "{p}的安装师傅什么时候来？",
        "已经预约了，师傅会提前一小时联系您。",
    ),
    (
        "发票开好了吗？抬头按上次的。",
        "开好了，电子发票已经发到您的邮箱。",
    ),
    (
        "合同蓋章後寄到公司就行。",
        "收到，今天用快递寄出，单号稍后发您。",
    ),
    (
        "{p}用着有点问题，屏幕不亮了😥",
        "麻烦您拍张照片，我马上转给售后同事。",
    ),
    (
        "月底我们要再采购ＡＢＣ－２００一批。",
        "好的，我先帮您留货，数量定了告诉我。",
    ),
    ("周三下午方便过来谈吗？", "方便的，周三下午两点我准时到。"),
    ("運費誰出？", "这单包邮，{p}满三件免运费。"),
    (
        "Can you send the spec sheet for model X-500?",
        "Sure，X-500 的规格书我发您邮箱。",
    ),
    (
        "訂單號 A-1001 到哪裡了？",
        "已经到转运中心，预计明天 18:00 前送达。",
    ),
    (
        "退货怎么操作？",
        "七天无理由，您在小程序里点申请，我这边审核。",
    ),
];

const AMONG_COLLEAGUES: &[(&str, &str)] = &[
    ("{p}的库存表更新了吗？", "刚更新，发群里了。"),
    ("明天的周会改到十点。", "收到"),
    ("客户那边催得紧，物流有进展吗？", "刚问过，今晚能到仓。"),
    ("这个月的目标还差多少？", "还差一成，@所有人 这周冲一下。"),
];

/// Where something is said.
pub struct Scene<'a> {
    pub people: &'a [String],
    pub speaker: usize,
    /// What the talk is about.
    pub topic: u64,
    /// Number of the line in this talk.
    pub line: usize,
    pub at_ms: i64,
    /// The msgid said before.
    pub before: Option<String>,
}

/// What is said.
pub struct Said {
    pub action: &'static str,
    pub msgtype: &'static str,
    /// Beside the common fields.
    pub fields: Map<String, Value>,
}

/// The body of a kind; kinds are types, some with a variant.
pub fn body(world: &mut World, kind: &'static str, scene: &Scene<'_>, draw: &mut Draw) -> Said {
    let action = match kind {
        "revoke" => "recall",
        "switch" => "switch",
        _ => "send",
    };
    let msgtype = match kind {
        "quote" | "quote_b" | "control_bytes" => "text",
        "emotion_gif" | "emotion_png" => "emotion",
        "weapp_appid" => "weapp",
        "meeting_old" => "meeting",
        "vote_flat" => "vote",
        "todo_flat" => "todo",
        "unknown" => "hologram",
        other => other,
    };
    let key = match msgtype {
        "external_redpacket" => "redpacket",
        "meeting_notification"
        | "markdown"
        | "news"
        | "voiptext"
        | "qydiskfile"
        | "solitaire"
        | "note" => "info",
        "docmsg" => "doc",
        other => other,
    };
    let body = media(world, kind, scene, draw)
        .or_else(|| nested(world, kind, scene, draw))
        .unwrap_or_else(|| plain(kind, scene, draw));
    let mut fields = Map::new();
    match (kind, body) {
        ("vote_flat" | "todo_flat", Value::Object(flat)) => fields = flat,
        (_, body) => drop(fields.insert(key.to_owned(), body)),
    }
    let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    match kind {
        "meeting_voice_call" => drop(set("voiceid", json!(format!("gr{}", draw.hex(16))))),
        "voip_doc_share" => drop(set("voipid", json!(format!("gr{}", draw.hex(16))))),
        "meeting_notification" => drop(set("time", json!(clock_text(scene.at_ms) + ":880"))),
        _ => {}
    }
    Said {
        action,
        msgtype,
        fields,
    }
}

/// A new use of a file: its id, size and the md5 the message tells, if it tells one.
fn attach(
    world: &mut World,
    kind: &'static str,
    tells_sum: bool,
    at_ms: i64,
    draw: &mut Draw,
) -> (String, u64, String) {
    let number = draw.below(VARIANTS);
    let (seed, longer) = (world.seed, world.archive.switches.longer_videos);
    let made = world.archive.contents.entry((kind, number));
    let content = made
        .or_insert_with(|| content::content(seed, kind, number, longer))
        .clone();
    let mut told_md5 = if draw.chance(world.archive.switches.wrong_md5) {
        draw.hex(32)
    } else {
        content.md5.clone()
    };
    if !tells_sum {
        told_md5.clear();
    }
    let size = content.bytes.len() as u64;
    let id = file_id(kind, draw);
    let file = File {
        kind,
        at: at_ms.div_euclid(1_000),
        told_md5: told_md5.clone(),
        content,
    };
    world.archive.files.insert(id.clone(), file);
    (id, size, told_md5)
}

/// Base64 of three texts with the tags of a protocol buffer, as ids in the field look.
fn file_id(kind: &str, draw: &mut Draw) -> String {
    let mut bytes = Vec::new();
    let name = format!("*0*{kind}-{}", draw.hex(64));
    let token = STANDARD.encode(format!("S9_{}", draw.next()));
    for (tag, text) in [(0x0a, name), (0x12, token), (0x1a, draw.hex(32))] {
        bytes.push(tag);
        bytes.push(u8::try_from(text.len()).unwrap_or(0));
        bytes.extend_from_slice(text.as_bytes());
    }
    STANDARD.encode(bytes)
}

fn media(world: &mut World, kind: &str, scene: &Scene<'_>, draw: &mut Draw) -> Option<Value> {
    let file = match kind {
        "image" | "emotion_png" => "image",
        "voice" => "voice",
        "video" => "video",
        "emotion_gif" => "gif",
        "file" | "voip_doc_share" => "file",
        "meeting_voice_call" => "meeting",
        _ => return None,
    };
    // Stickers sometimes come without a sum, recordings always.
    let tells_sum = !matches!(kind, "emotion_png" | "meeting_voice_call");
    let (id, size, md5) = attach(world, file, tells_sum, scene.at_ms, draw);
    let now = scene.at_ms / 1_000;
    let who = &scene.people[scene.speaker];
    Some(match kind {
        "image" => json!({"md5sum": md5, "filesize": size, "sdkfileid": id}),
        "voice" => {
            let seconds = size.saturating_sub(6) / 32 / 50;
            json!({"md5sum": md5, "voice_size": size, "play_length": seconds, "sdkfileid": id})
        }
        "video" => {
            let seconds = 5 + draw.below(100);
            json!({"md5sum": md5, "filesize": size, "play_length": seconds, "sdkfileid": id})
        }
        "emotion_gif" => json!({"type": 1, "width": 240, "height": 240, "imagesize": size,
            "md5sum": md5, "sdkfileid": id}),
        "emotion_png" => json!({"type": 2, "width": 120, "height": 120, "imagesize": size,
            "md5sum": md5, "sdkfileid": id}),
        "file" => json!({"md5sum": md5, "filename": "报价单 v2（最终）.csv", "fileext": "csv",
            "filesize": size, "sdkfileid": id}),
        "voip_doc_share" => json!({"filename": "方案.csv", "md5sum": md5, "filesize": size,
            "sdkfileid": id}),
        _ => json!({"endtime": now + 600, "sdkfileid": id,
            "demofiledata": [{"filename": "方案.pptx", "demooperator": who, "starttime": now + 10,
                "endtime": now + 300}],
            "sharescreendata": [{"share": who, "starttime": now + 310, "endtime": now + 500}]}),
    })
}

/// Bodies that hold other bodies as JSON texts.
fn nested(world: &mut World, kind: &str, scene: &Scene<'_>, draw: &mut Draw) -> Option<Value> {
    if !matches!(kind, "chatrecord" | "mixed" | "note") {
        return None;
    }
    let text = json!({ "content": line(scene, draw) }).to_string();
    let image = media(world, "image", scene, draw)?.to_string();
    let link = plain("link", scene, draw).to_string();
    let at = scene.at_ms / 1_000;
    Some(match kind {
        "mixed" => json!({"item": [
            {"type": "text", "content": text}, {"type": "image", "content": image},
            {"type": "link", "content": link}]}),
        "note" => json!({"items": [
            {"msg_type": "text", "content": text}, {"msg_type": "image", "content": image}]}),
        _ => {
            let file = media(world, "file", scene, draw)?.to_string();
            let video = media(world, "video", scene, draw)?.to_string();
            let place = plain("location", scene, draw).to_string();
            let both = json!({"item": [{"type": "text", "content": text}]}).to_string();
            let items: Vec<Value> = [
                ("ChatRecordText", text),
                ("ChatRecordImage", image),
                ("ChatRecordFile", file),
                ("ChatRecordVideo", video),
                ("ChatRecordLink", link),
                ("ChatRecordLocation", place),
                ("ChatRecordMixed", both),
            ]
            .into_iter()
            .zip(0..)
            .map(|((kind, content), n)| {
                json!({"type": kind, "msgtime": at - 600 + n, "content": content,
                    "from_chatroom": false})
            })
            .collect();
            json!({"title": "群聊的聊天记录", "item": items})
        }
    })
}

/// A line of the talk: question and answer alternate.
fn line(scene: &Scene<'_>, draw: &mut Draw) -> String {
    let colleagues = scene.people.iter().all(|id| !id.starts_with('w'));
    let list = if colleagues {
        AMONG_COLLEAGUES
    } else {
        EXCHANGES
    };
    let mut about = Draw::new(scene.topic, 0x70C, scene.line as u64 / 2);
    let (question, answer) = list[about.index(list.len())];
    let text = if scene.line.is_multiple_of(2) {
        question
    } else {
        answer
    };
    let product = Draw::new(scene.topic, 0x70D, 0).pick(PRODUCTS);
    let text = text.replace("{p}", product);
    if draw.chance(0.2) {
        format!("{text} 编号{}", 1_000 + draw.below(9_000))
    } else {
        text
    }
}

fn plain(kind: &str, scene: &Scene<'_>, draw: &mut Draw) -> Value {
    match kind {
        "text" => json!({"content": line(scene, draw)}),
        "quote" => json!({"content": format!(
            "这是一条引用/回复消息：\n\"客户：\n{}\"\n------\n好的，马上处理", line(scene, draw))}),
        "quote_b" => json!({"content": format!(
            "「客户：{}」\n- - - - - - - - - - - - - - -\n收到", line(scene, draw))}),
        "control_bytes" => json!({"content": format!("粘贴的内容{CONTROL}{}", line(scene, draw))}),
        "revoke" => json!({"pre_msgid": scene.before.clone().unwrap_or_else(|| "1_1".to_owned())}),
        "agree" => json!({"userid": scene.people[scene.speaker], "agree_time": scene.at_ms}),
        // Later than anything said before, whatever the senders' clocks say.
        "disagree" => json!({"userid": scene.people[scene.speaker],
            "disagree_time": scene.at_ms + 1_500}),
        "card" => json!({"corpname": "微信联系人", "userid": scene.people[scene.speaker]}),
        "location" => json!({"longitude": 121.4737 + draw.unit() / 10.0,
            "latitude": 31.2304 + draw.unit() / 10.0, "address": "示例市示例区云帆路1号",
            "title": "云帆大厦", "zoom": 15}),
        "link" => json!({"title": "新品手册", "description": "十月上新",
            "link_url": format!("https://shop.example.invalid/p?id={}&from=chat", draw.below(999)),
            "image_url": ""}),
        "weapp" | "weapp_appid" => {
            let mut app = json!({"title": "商城下单", "description": "示例商城",
                "username": "gh_0123456789ab@app", "displayname": "示例商城"});
            if kind == "weapp_appid" {
                app["appid"] = json!("wx0123456789abcdef");
                app["pagepath"] = json!("pages/index.html?x=1");
            }
            app
        }
        "redpacket" => json!({"type": 1, "wish": "恭喜发财", "totalcnt": 3, "totalamount": 3_000}),
        "external_redpacket" => json!({"type": 2, "wish": "大吉大利", "totalcnt": 2,
            "totalamount": 20}),
        "sphfeed" => json!({"feed_type": 4, "sph_name": "示例云帆", "feed_desc": "新品上手"}),
        "voiptext" => {
            json!({"callduration": 10 + draw.below(600), "invitetype": 1 + draw.below(4)})
        }
        "unknown" => json!({"shape": "cube", "weight": u64::MAX}),
        _ => work(kind, scene, draw),
    }
}

/// What colleagues send each other for work.
fn work(kind: &str, scene: &Scene<'_>, draw: &mut Draw) -> Value {
    let now = scene.at_ms / 1_000;
    let who = &scene.people[scene.speaker];
    // Numbers beyond what fits into a double or a signed number occur.
    let large = mix(draw.next(), 1) | 1 << 63;
    match kind {
        "todo" | "todo_flat" => json!({"title": "待办", "content": "跟进客户，确认交期"}),
        "vote" | "vote_flat" => json!({"votetitle": "团建去哪", "voteitem": ["爬山", "露营"],
            "votetype": 101, "voteid": draw.alphanumeric(32)}),
        "collect" => json!({"room_name": "项目群", "creator": who,
            "create_time": clock_text(scene.at_ms), "title": "尺码登记",
            "details": [{"id": 1, "ques": "姓名", "type": "Text"},
                {"id": large, "ques": "件数", "type": "Number"},
                {"id": 3, "ques": "日期", "type": "Date"}, {"id": 4, "ques": "几点", "type": "Time"}]}),
        "meeting" => json!({"topic": "周会", "starttime": now + 3_600, "endtime": now + 7_200,
            "address": "三楼会议室", "remarks": "", "meetingid": large}),
        "meeting_old" => json!({"topic": "周会", "starttime": now + 3_600, "endtime": "",
            "meetingtype": 102, "meetingid": 1_210_342_560, "status": 1}),
        "meeting_notification" => json!({"meeting_id": large, "notification_type": 1,
            "content": "会议开始"}),
        "docmsg" => json!({"title": "在线表格", "doc_creator": who,
            "link_url": "https://doc.example.invalid/x"}),
        "markdown" => json!({"content": "**库存预警** <font color=\"warning\">低于 10 件</font>"}),
        "news" => json!({"item": [{"title": "早报", "description": "", "picurl": "",
            "url": "https://news.example.invalid/1"}]}),
        "calendar" => json!({"title": "复盘", "creatorname": who, "attendeename": ["李四", "王五"],
            "starttime": now + 3_600, "endtime": now + 7_200, "place": "", "remarks": ""}),
        "qydiskfile" => json!({"filename": "年度方案.pdf"}),
        "solitaire" => json!({"solitaire_type": 101, "solitaire_content": "#接龙\n1. 张三 2 件"}),
        _ => json!({}),
    }
}

/// `YYYY-MM-DD HH:MM:SS` in Beijing (days to civil date: Howard Hinnant, public domain).
fn clock_text(at_ms: i64) -> String {
    let local = at_ms.div_euclid(1_000) + 8 * 3_600;
    let (days, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

#[cfg(test)]
mod tests {
    use super::clock_text;

    #[test]
    fn a_time_is_written_as_in_beijing() {
        assert_eq!(clock_text(1_760_000_000_000), "2025-10-09 16:53:20");
        assert_eq!(clock_text(1_709_222_399_000), "2024-02-29 23:59:59");
    }
}
