//! An opened message: its common fields, its typed body, its words and its files.
//!
//! Source: WeCom's documents 91774 and 91361 (会话内容存档). The raw JSON is kept beside what is made
//! of it here, so that a later version can make more.

mod body;
pub(super) mod json;
mod parse;
mod render;

#[cfg(test)]
mod tests;

use serde::Serialize;

pub use body::{
    Article, Body, Calendar, Call, Card, ChannelPost, Collect, ConsentGiven, Doc, DriveFile, Item,
    Items, Link, Location, Media, MediaKind, Meeting, MeetingNotification, Question, Redpacket,
    Shown, Solitaire, Text, Titled, Unknown, VoiceCall, Vote, Weapp,
};
pub use json::Unreadable;
pub(super) use parse::msgtype_of;
pub use render::{Label, Line};

use json::Fields;

/// A message as WeCom tells it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Message {
    /// The key by which a message is known again.
    pub msgid: String,
    /// Id of the sender; of a switch the member.
    pub from: String,
    /// Ids of the receivers; in a room those who were members, without the sender.
    pub to: Vec<String>,
    /// Id of the room, if it was said in one.
    pub room: Option<String>,
    /// Milliseconds since 1970 UTC; 0 if WeCom did not say. Not always in the order of `seq`.
    pub sent_at: i64,
    /// WeCom's `msgtype`; `switch` for a switch, which has none.
    pub kind: String,
    pub body: Body,
}

impl Message {
    /// Reads a decrypted message. Fields that are missing are empty, fields that are not known
    /// are passed over, a type that is not known is [`Body::Unknown`].
    ///
    /// # Errors
    /// [`Unreadable`] if it is no JSON object even after mending: then the row stays parked.
    pub fn parse(json: &[u8]) -> Result<Self, Unreadable> {
        let fields = json::read(json)?;
        let fields = Fields(&fields);
        let mut kind = fields.text(&["msgtype"]);
        let is_switch = fields.text(&["action"]) == "switch" && kind.is_empty();
        if is_switch {
            "switch".clone_into(&mut kind);
        }
        let body = if is_switch {
            Body::Switch
        } else {
            parse::Reader::default().body(&kind, fields)
        };
        Ok(Self {
            msgid: fields.text(&["msgid"]),
            from: fields.text(&["from", "user"]),
            to: fields.texts(&["tolist"]),
            room: fields.some_text(&["roomid"]),
            sent_at: fields.signed(&["msgtime", "time"]).unwrap_or(0),
            kind,
            body,
        })
    }

    /// Whether the type is one this program knows.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        !matches!(self.body, Body::Unknown(_))
    }

    /// Every file of the message, nested ones included, in the order of their `place`. Those
    /// without a file id are left out: there is nothing to fetch.
    #[must_use]
    pub fn files(&self) -> Vec<&Media> {
        let mut files = Vec::new();
        self.body.collect_files(&mut files);
        files.retain(|media| !media.file_id.is_empty());
        files.sort_by_key(|media| media.place);
        files
    }

    /// The types of this message and of those in it that are not known, as WeCom names them.
    #[must_use]
    pub fn unknown_kinds(&self) -> Vec<&str> {
        let mut kinds = Vec::new();
        collect_unknown(&self.kind, &self.body, &mut kinds);
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }
}

fn collect_unknown<'a>(kind: &'a str, body: &'a Body, into: &mut Vec<&'a str>) {
    if matches!(body, Body::Unknown(_)) {
        into.push(kind);
    }
    for item in body.items() {
        collect_unknown(&item.kind, &item.body, into);
    }
}

impl Body {
    /// The messages in this one.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        match self {
            Self::Chatrecord(items) | Self::Mixed(items) | Self::Note(items) => &items.items,
            _ => &[],
        }
    }

    /// The files of this one, without those of the messages in it.
    #[must_use]
    pub fn own_files(&self) -> &[Media] {
        match self {
            Self::Image(media)
            | Self::Voice(media)
            | Self::Video(media)
            | Self::Emotion(media)
            | Self::File(media)
            | Self::DocShare(media) => std::slice::from_ref(media),
            Self::VoiceCall(call) => call.recording.as_slice(),
            Self::Unknown(unknown) => &unknown.files,
            _ => &[],
        }
    }

    fn collect_files<'a>(&'a self, into: &mut Vec<&'a Media>) {
        into.extend(self.own_files());
        for item in self.items() {
            item.body.collect_files(into);
        }
    }
}
