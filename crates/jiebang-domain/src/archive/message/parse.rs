//! From JSON to [`Body`].

use serde_json::{Map, Value};

use super::body::{
    Article, Body, Calendar, Call, Card, ChannelPost, Collect, ConsentGiven, Doc, DriveFile, Item,
    Items, Link, Location, Media, MediaKind, Meeting, MeetingNotification, Question, Redpacket,
    Shown, Solitaire, Text, Titled, Unknown, VoiceCall, Vote, Weapp,
};
use super::json::{self, Fields, text_of};

/// Deepest nesting of messages in messages that is taken apart. WeCom's own client shows three.
pub(super) const MAX_DEPTH: usize = 8;
/// Most messages inside one message that are taken apart.
pub(super) const MAX_ITEMS: usize = 5_000;
/// Most texts, and most files, that are taken out of a body of an unknown type.
const MAX_UNKNOWN: usize = 1_000;
/// Chat records have seconds although the documentation once said milliseconds: what is smaller
/// is seconds (the year 5138), what is larger milliseconds (since 1973).
const SECONDS_BELOW: i64 = 100_000_000_000;

/// What one message may hold, and how many files it holds so far.
pub(super) struct Reader {
    depth: usize,
    items_left: usize,
    next_place: u32,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            depth: 0,
            items_left: MAX_ITEMS,
            next_place: 0,
        }
    }
}

/// Where the payload stands: `None` for a type that is not known.
fn body_keys(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "docmsg" => &["doc"],
        "external_redpacket" => &["redpacket"],
        "meeting_voice_call" => &["meeting_voice_call", "meetingvoicecall", "audio_archive"],
        "meeting_notification"
        | "markdown"
        | "news"
        | "voiptext"
        | "qydiskfile"
        | "solitaire"
        | "note" => &["info"],
        "text" | "image" | "revoke" | "agree" | "disagree" | "voice" | "video" | "card"
        | "location" | "emotion" | "file" | "link" | "weapp" | "chatrecord" | "todo" | "vote"
        | "collect" | "redpacket" | "meeting" | "calendar" | "mixed" | "voip_doc_share"
        | "sphfeed" => &[],
        _ => return None,
    })
}

impl Reader {
    /// The body of a message (or of a piece in one) of type `kind`. The payload is looked for
    /// under the key of the type, under the type's own name, under `info`, and last beside the
    /// common fields.
    pub fn body(&mut self, kind: &str, message: Fields<'_>) -> Body {
        let Some(keys) = body_keys(kind) else {
            return self.unknown(message);
        };
        let mut names = keys.iter().copied().chain([kind, "info"]);
        let payload = names.find_map(|name| message.0.get(name)?.as_object());
        let body = Fields(payload.unwrap_or(message.0));
        match kind {
            "text" => Body::Text(text(body)),
            "markdown" => Body::Markdown(text(body)),
            "image" => Body::Image(self.media(MediaKind::Image, body)),
            "voice" => Body::Voice(self.media(MediaKind::Voice, body)),
            "video" => Body::Video(self.media(MediaKind::Video, body)),
            "emotion" => {
                let png = body.number(&["type"]) == Some(2);
                let kind = if png {
                    MediaKind::EmotionPng
                } else {
                    MediaKind::EmotionGif
                };
                Body::Emotion(self.media(kind, body))
            }
            "file" => Body::File(self.media(MediaKind::File, body)),
            "voip_doc_share" => Body::DocShare(self.media(MediaKind::DocShare, body)),
            "meeting_voice_call" => Body::VoiceCall(self.voice_call(body, message)),
            "chatrecord" => Body::Chatrecord(self.items(body)),
            "mixed" => Body::Mixed(self.items(body)),
            "note" => Body::Note(self.items(body)),
            "meeting_notification" => Body::MeetingNotification(MeetingNotification {
                time: message.text(&["time"]),
                ..meeting_notification(body)
            }),
            _ => plain(kind, body),
        }
    }

    fn media(&mut self, kind: MediaKind, body: Fields<'_>) -> Media {
        let place = self.next_place;
        self.next_place = place.saturating_add(1);
        let lower = |text: String| text.to_ascii_lowercase();
        let named = body.some_text(&["filename"]);
        let of_name = || {
            let (stem, ending) = named.as_deref()?.rsplit_once('.')?;
            let short = !stem.is_empty() && (1..=10).contains(&ending.len());
            (short && ending.bytes().all(|b| b.is_ascii_alphanumeric())).then(|| ending.to_owned())
        };
        let extension = match kind.extension() {
            Some(extension) => Some(extension.to_owned()),
            None => body.some_text(&["fileext"]).or_else(of_name).map(lower),
        };
        Media {
            place,
            kind,
            file_id: body.text(&["sdkfileid"]),
            size: body.number(&["filesize", "voice_size", "imagesize"]),
            md5: body.some_text(&["md5sum"]).map(lower),
            extension,
            name: named,
            seconds: body.number(&["play_length"]),
            width: body.number(&["width"]),
            height: body.number(&["height"]),
        }
    }

    fn voice_call(&mut self, body: Fields<'_>, message: Fields<'_>) -> VoiceCall {
        let recorded = body.some_text(&["sdkfileid"]).is_some();
        let shown = |fields: Fields<'_>| Shown {
            name: fields.text(&["filename"]),
            by: fields.text(&["demooperator", "share"]),
            from: fields.signed(&["starttime"]),
            to: fields.signed(&["endtime"]),
        };
        VoiceCall {
            id: message.text(&["voiceid"]),
            ended_at: body.signed(&["endtime"]),
            recording: recorded.then(|| self.media(MediaKind::VoiceCall, body)),
            documents: body.objects(&["demofiledata"]).map(shown).collect(),
            screens: body.objects(&["sharescreendata"]).map(shown).collect(),
        }
    }

    fn items(&mut self, body: Fields<'_>) -> Items {
        let items = body.list(&["item", "items"]);
        Items {
            title: body.text(&["title"]),
            items: items.iter().map(|item| self.item(item)).collect(),
        }
    }

    fn item(&mut self, item: &Value) -> Item {
        let empty = Map::new();
        let fields = Fields(item.as_object().unwrap_or(&empty));
        let kind = fields.text(&["type", "msg_type", "msgtype"]);
        let millis = |at: i64| {
            if at < SECONDS_BELOW {
                at.saturating_mul(1_000)
            } else {
                at
            }
        };
        Item {
            sent_at: fields.signed(&["msgtime"]).map(millis),
            from_room: fields.yes(&["from_chatroom"]),
            body: self.item_body(&msgtype_of(&kind), fields.get(&["content"]), item),
            kind,
        }
    }

    /// The content of a piece is JSON inside a text; what is neither stays as it is.
    fn item_body(&mut self, kind: &str, content: Option<&Value>, item: &Value) -> Body {
        let opaque = |text: String| {
            if kind == "text" {
                return Body::Text(Text { content: text });
            }
            let texts = if text.is_empty() { vec![] } else { vec![text] };
            Body::Unknown(Unknown {
                texts,
                files: vec![],
            })
        };
        let may_go_on = self.depth < MAX_DEPTH && self.items_left > 0;
        self.items_left = self.items_left.saturating_sub(1);
        match content {
            Some(Value::String(text)) => match json::read(text.as_bytes()) {
                Ok(fields) if may_go_on => self.deeper(kind, Fields(&fields)),
                _ => opaque(text.clone()),
            },
            Some(Value::Object(fields)) if may_go_on => self.deeper(kind, Fields(fields)),
            Some(value @ (Value::Object(_) | Value::Array(_))) => opaque(value.to_string()),
            Some(value) => opaque(text_of(value)),
            None => opaque(match item {
                Value::Object(_) => String::new(),
                other => text_of(other),
            }),
        }
    }

    fn deeper(&mut self, kind: &str, fields: Fields<'_>) -> Body {
        self.depth += 1;
        let body = self.body(kind, fields);
        self.depth -= 1;
        body
    }

    fn unknown(&mut self, message: Fields<'_>) -> Body {
        let mut unknown = Unknown::default();
        for (name, value) in message.0 {
            if !COMMON.contains(&name.as_str()) {
                self.collect(name, value, &mut unknown);
            }
        }
        Body::Unknown(unknown)
    }

    fn collect(&mut self, name: &str, value: &Value, into: &mut Unknown) {
        match value {
            Value::String(text) => {
                // As in records: what an item holds may be JSON in a text.
                if self.depth < MAX_DEPTH
                    && let Some(value) = nested(text)
                {
                    let found = |into: &Unknown| into.texts.len() + into.files.len();
                    let before = found(into);
                    self.depth += 1;
                    self.collect(name, &value, into);
                    self.depth -= 1;
                    if found(into) > before {
                        return;
                    }
                }
                let hidden = matches!(name, "sdkfileid" | "md5sum") || text.is_empty();
                if !hidden && into.texts.len() < MAX_UNKNOWN {
                    into.texts.push(text.clone());
                }
            }
            Value::Array(list) => list.iter().for_each(|value| self.collect("", value, into)),
            Value::Object(fields) => {
                let of = Fields(fields);
                let has_file = of.some_text(&["sdkfileid"]).is_some();
                if has_file && into.files.len() < MAX_UNKNOWN {
                    into.files.push(self.media(MediaKind::Unknown, of));
                }
                for (name, value) in fields {
                    self.collect(name, value, into);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// The list or object that a text holds.
fn nested(text: &str) -> Option<Value> {
    let is_nested = text.trim_start().starts_with(['{', '[']);
    is_nested.then(|| serde_json::from_str(text).ok())?
}

/// Fields of a message that are not its payload.
const COMMON: [&str; 10] = [
    "msgid", "action", "from", "tolist", "roomid", "msgtime", "msgtype", "seq", "voiceid", "voipid",
];

/// The msgtype of a piece: `ChatRecordVoipDocShare` is a `voip_doc_share`.
pub(in crate::archive) fn msgtype_of(piece: &str) -> String {
    match piece {
        "ChatRecord" => return "chatrecord".to_owned(),
        "ChatRecordVoipDocShare" => return "voip_doc_share".to_owned(),
        "ChatRecordMeetingVoiceCall" => return "meeting_voice_call".to_owned(),
        _ => {}
    }
    piece
        .strip_prefix("ChatRecord")
        .unwrap_or(piece)
        .to_ascii_lowercase()
}

fn text(body: Fields<'_>) -> Text {
    Text {
        content: body.text(&["content"]),
    }
}

fn meeting_notification(body: Fields<'_>) -> MeetingNotification {
    MeetingNotification {
        id: body.text(&["meeting_id"]),
        notification_type: body.number(&["notification_type"]),
        content: body.text(&["content"]),
        time: String::new(),
    }
}

/// Bodies without files and without other messages.
fn plain(kind: &str, body: Fields<'_>) -> Body {
    match kind {
        "link" => Body::Link(Link {
            title: body.text(&["title"]),
            description: body.text(&["description"]),
            url: body.text(&["link_url"]),
            image_url: body.text(&["image_url"]),
        }),
        "weapp" => Body::Weapp(Weapp {
            title: body.text(&["title"]),
            description: body.text(&["description"]),
            username: body.text(&["username"]),
            display_name: body.text(&["displayname"]),
            appid: body.some_text(&["appid"]),
            page_path: body.some_text(&["pagepath"]),
        }),
        "card" => Body::Card(Card {
            corp_name: body.text(&["corpname"]),
            userid: body.text(&["userid", "Userid"]),
        }),
        "location" => Body::Location(Location {
            longitude: body.float(&["longitude"]),
            latitude: body.float(&["latitude"]),
            title: body.text(&["title"]),
            address: body.text(&["address"]),
            zoom: body.number(&["zoom"]),
        }),
        "revoke" => Body::Revoke {
            msgid: body.text(&["pre_msgid"]),
        },
        "agree" | "disagree" => Body::Consent(ConsentGiven {
            agreed: kind == "agree",
            userid: body.text(&["userid"]),
            at: body.signed(&["disagree_time", "agree_time"]),
        }),
        "redpacket" => Body::Redpacket(redpacket(body)),
        "external_redpacket" => Body::ExternalRedpacket(redpacket(body)),
        "voiptext" => Body::Call(Call {
            seconds: body.number(&["callduration"]),
            invite_type: body.number(&["invitetype"]),
        }),
        "sphfeed" => Body::ChannelPost(ChannelPost {
            feed_type: body.number(&["feed_type"]),
            channel: body.text(&["sph_name"]),
            description: body.text(&["feed_desc"]),
        }),
        _ => work(kind, body),
    }
}

fn redpacket(body: Fields<'_>) -> Redpacket {
    Redpacket {
        packet_type: body.number(&["type"]),
        wish: body.text(&["wish"]),
        count: body.number(&["totalcnt"]),
        amount: body.number(&["totalamount"]),
    }
}

/// What colleagues send each other for work.
fn work(kind: &str, body: Fields<'_>) -> Body {
    match kind {
        "todo" => Body::Todo(Titled {
            title: body.text(&["title"]),
            content: body.text(&["content"]),
        }),
        "vote" => Body::Vote(Vote {
            title: body.text(&["votetitle"]),
            items: body.texts(&["voteitem"]),
            vote_type: body.number(&["votetype"]),
            id: body.text(&["voteid"]),
        }),
        "collect" => Body::Collect(Collect {
            room_name: body.text(&["room_name"]),
            creator: body.text(&["creator"]),
            created_at: body.text(&["create_time"]),
            title: body.text(&["title"]),
            questions: body.objects(&["details"]).map(question).collect(),
        }),
        "meeting" => Body::Meeting(Meeting {
            topic: body.text(&["topic"]),
            starts_at: body.signed(&["starttime"]),
            ends_at: body.signed(&["endtime"]),
            address: body.text(&["address"]),
            remarks: body.text(&["remarks"]),
            id: body.text(&["meetingid"]),
            meeting_type: body.number(&["meetingtype"]),
            status: body.number(&["status"]),
        }),
        "docmsg" => Body::Doc(Doc {
            title: body.text(&["title"]),
            creator: body.text(&["doc_creator"]),
            url: body.text(&["link_url"]),
        }),
        "news" => Body::News {
            articles: articles(body),
        },
        "calendar" => Body::Calendar(Calendar {
            title: body.text(&["title"]),
            creator: body.text(&["creatorname"]),
            attendees: body.texts(&["attendeename"]),
            starts_at: body.signed(&["starttime"]),
            ends_at: body.signed(&["endtime"]),
            place: body.text(&["place"]),
            remarks: body.text(&["remarks"]),
        }),
        "qydiskfile" => Body::DriveFile(DriveFile {
            name: body.text(&["filename"]),
            url: body.text(&["url"]),
        }),
        _ => Body::Solitaire(Solitaire {
            solitaire_type: body.number(&["solitaire_type"]),
            content: body.text(&["solitaire_content"]),
        }),
    }
}

fn question(fields: Fields<'_>) -> Question {
    Question {
        id: fields.text(&["id"]),
        question: fields.text(&["ques"]),
        answer_type: fields.text(&["type"]),
    }
}

/// Older messages have the one article without a list.
fn articles(body: Fields<'_>) -> Vec<Article> {
    let article = |fields: Fields<'_>| Article {
        title: fields.text(&["title"]),
        description: fields.text(&["description"]),
        url: fields.text(&["url"]),
        image_url: fields.text(&["picurl"]),
    };
    if body.get(&["item"]).is_some() {
        body.objects(&["item"]).map(article).collect()
    } else {
        vec![article(body)]
    }
}
