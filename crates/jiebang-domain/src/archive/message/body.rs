//! What a message holds, by type. Amounts have no unit conversion: they are as WeCom sends them.
//!
//! Source: the documents 91774 and 90135 of WeCom, and what has been seen in the field where
//! these contradict themselves. Fields that are not there are empty or `None`.

use serde::Serialize;

/// The payload of a message.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Body {
    Text(Text),
    /// Markdown source, from robots.
    Markdown(Text),
    Image(Media),
    /// AMR; the length is in the file.
    Voice(Media),
    Video(Media),
    /// A sticker.
    Emotion(Media),
    File(Media),
    Link(Link),
    Weapp(Weapp),
    /// A contact card.
    Card(Card),
    Location(Location),
    /// Another message was taken back.
    Revoke {
        msgid: String,
    },
    /// A customer agreed to the archive, or did not (`agreed`).
    Consent(ConsentGiven),
    Todo(Titled),
    Vote(Vote),
    Collect(Collect),
    Redpacket(Redpacket),
    /// In a group with people from outside.
    ExternalRedpacket(Redpacket),
    Meeting(Meeting),
    MeetingNotification(MeetingNotification),
    Doc(Doc),
    News {
        articles: Vec<Article>,
    },
    Calendar(Calendar),
    /// Forwarded messages.
    Chatrecord(Items),
    /// Several pieces sent as one.
    Mixed(Items),
    Note(Items),
    /// A recorded call.
    VoiceCall(VoiceCall),
    /// A document shown in a call.
    DocShare(Media),
    /// A post of a video channel (视频号).
    ChannelPost(ChannelPost),
    /// That there was a call.
    Call(Call),
    /// A file of the shared drive (微盘); it is not delivered.
    DriveFile(DriveFile),
    /// 接龙.
    Solitaire(Solitaire),
    /// The member began to use this corp.
    Switch,
    /// A type this program does not know, or a piece that cannot be read.
    Unknown(Unknown),
}

impl Body {
    /// Its type, as it is told in JSON.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Markdown(_) => "markdown",
            Self::Image(_) => "image",
            Self::Voice(_) => "voice",
            Self::Video(_) => "video",
            Self::Emotion(_) => "emotion",
            Self::File(_) => "file",
            Self::Link(_) => "link",
            Self::Weapp(_) => "weapp",
            Self::Card(_) => "card",
            Self::Location(_) => "location",
            Self::Revoke { .. } => "revoke",
            Self::Consent(_) => "consent",
            Self::Todo(_) => "todo",
            Self::Vote(_) => "vote",
            Self::Collect(_) => "collect",
            Self::Redpacket(_) => "redpacket",
            Self::ExternalRedpacket(_) => "external_redpacket",
            Self::Meeting(_) => "meeting",
            Self::MeetingNotification(_) => "meeting_notification",
            Self::Doc(_) => "doc",
            Self::News { .. } => "news",
            Self::Calendar(_) => "calendar",
            Self::Chatrecord(_) => "chatrecord",
            Self::Mixed(_) => "mixed",
            Self::Note(_) => "note",
            Self::VoiceCall(_) => "voice_call",
            Self::DocShare(_) => "doc_share",
            Self::ChannelPost(_) => "channel_post",
            Self::Call(_) => "call",
            Self::DriveFile(_) => "drive_file",
            Self::Solitaire(_) => "solitaire",
            Self::Switch => "switch",
            Self::Unknown(_) => "unknown",
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Text {
    pub content: String,
}

/// A file that WeCom has for a few days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Media {
    /// Its place among the files of the message, from 0.
    pub place: u32,
    pub kind: MediaKind,
    /// WeCom's `sdkfileid`: a secret of the message. Empty if WeCom sent none.
    #[serde(skip)]
    pub file_id: String,
    /// Bytes. WeCom's word, as is `md5`.
    pub size: Option<u64>,
    /// Lower-case hex; stickers often have a wrong one or none.
    pub md5: Option<String>,
    pub name: Option<String>,
    /// Without a dot, in lower case; of documented types the one they have.
    pub extension: Option<String>,
    /// How long it plays.
    pub seconds: Option<u64>,
    /// Pixels.
    pub width: Option<u64>,
    pub height: Option<u64>,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    Image,
    Voice,
    Video,
    EmotionGif,
    EmotionPng,
    File,
    VoiceCall,
    DocShare,
    /// Of a type this program does not know.
    Unknown,
}

impl MediaKind {
    pub const ALL: [Self; 9] = [
        Self::Image,
        Self::Voice,
        Self::Video,
        Self::EmotionGif,
        Self::EmotionPng,
        Self::File,
        Self::VoiceCall,
        Self::DocShare,
        Self::Unknown,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
            Self::EmotionGif => "emotion_gif",
            Self::EmotionPng => "emotion_png",
            Self::File => "file",
            Self::VoiceCall => "voice_call",
            Self::DocShare => "doc_share",
            Self::Unknown => "unknown",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The extension of files of this kind, where there is only one.
    #[must_use]
    pub const fn extension(self) -> Option<&'static str> {
        match self {
            Self::Image => Some("jpg"),
            Self::Voice => Some("amr"),
            Self::Video => Some("mp4"),
            Self::EmotionGif => Some("gif"),
            Self::EmotionPng => Some("png"),
            Self::File | Self::VoiceCall | Self::DocShare | Self::Unknown => None,
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Link {
    pub title: String,
    pub description: String,
    pub url: String,
    pub image_url: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Weapp {
    pub title: String,
    pub description: String,
    pub username: String,
    pub display_name: String,
    pub appid: Option<String>,
    pub page_path: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Card {
    pub corp_name: String,
    pub userid: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Location {
    /// Degrees.
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
    pub title: String,
    pub address: String,
    pub zoom: Option<u64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ConsentGiven {
    pub agreed: bool,
    pub userid: String,
    /// Milliseconds.
    pub at: Option<i64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Titled {
    pub title: String,
    pub content: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Vote {
    pub title: String,
    pub items: Vec<String>,
    /// 101: started, 102: taken part.
    pub vote_type: Option<u64>,
    pub id: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Collect {
    pub room_name: String,
    pub creator: String,
    /// `YYYY-MM-DD HH:MM:SS` in Beijing.
    pub created_at: String,
    pub title: String,
    pub questions: Vec<Question>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Question {
    /// A number of 64 bits, as text.
    pub id: String,
    pub question: String,
    /// `Text`, `Number`, `Date` or `Time`.
    pub answer_type: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Redpacket {
    /// 1: normal, 2: lucky, 3: incentive.
    pub packet_type: Option<u64>,
    pub wish: String,
    pub count: Option<u64>,
    /// Fen.
    pub amount: Option<u64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Meeting {
    pub topic: String,
    /// Unix seconds.
    pub starts_at: Option<i64>,
    pub ends_at: Option<i64>,
    pub address: String,
    pub remarks: String,
    /// A number of 64 bits, as text.
    pub id: String,
    /// 101: invitation, 102: answer; older messages only.
    pub meeting_type: Option<u64>,
    /// 1 attends, 2 declines, 3 undecided, 4 not invited, 5 cancelled, 6 expired, 7 not in the room.
    pub status: Option<u64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct MeetingNotification {
    /// A number of 64 bits, as text.
    pub id: String,
    /// 1 or 2; WeCom does not say what they mean.
    pub notification_type: Option<u64>,
    pub content: String,
    /// `YYYY-MM-DD HH:MM:SS:mmm` in Beijing.
    pub time: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Doc {
    pub title: String,
    pub creator: String,
    pub url: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Article {
    pub title: String,
    pub description: String,
    pub url: String,
    pub image_url: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Calendar {
    pub title: String,
    pub creator: String,
    pub attendees: Vec<String>,
    /// Unix seconds.
    pub starts_at: Option<i64>,
    pub ends_at: Option<i64>,
    pub place: String,
    pub remarks: String,
}

/// Messages inside a message.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Items {
    /// Of a chat record.
    pub title: String,
    pub items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Item {
    /// As WeCom names it: `ChatRecordText`, `text`, …
    pub kind: String,
    /// Milliseconds.
    pub sent_at: Option<i64>,
    pub from_room: bool,
    pub body: Body,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VoiceCall {
    /// WeCom's id of the call.
    pub id: String,
    /// Unix seconds.
    pub ended_at: Option<i64>,
    pub recording: Option<Media>,
    /// Documents shown, and by whom.
    pub documents: Vec<Shown>,
    /// Screens shown, and by whom.
    pub screens: Vec<Shown>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Of a document.
    pub name: String,
    pub by: String,
    /// Unix seconds.
    pub from: Option<i64>,
    pub to: Option<i64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ChannelPost {
    /// 2: pictures, 4: video, 9: live.
    pub feed_type: Option<u64>,
    pub channel: String,
    pub description: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Call {
    pub seconds: Option<u64>,
    /// 1: video, 2: voice, 3: video of several people, 4: voice of several people.
    pub invite_type: Option<u64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DriveFile {
    pub name: String,
    pub url: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Solitaire {
    /// 101: started, 102: taken part.
    pub solitaire_type: Option<u64>,
    pub content: String,
}

/// What can be told of a body of an unknown type.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Unknown {
    /// Every text in it, but for ids of files and their sums.
    pub texts: Vec<String>,
    pub files: Vec<Media>,
}
