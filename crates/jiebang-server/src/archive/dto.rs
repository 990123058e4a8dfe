//! The conversation archive. Ids of messages and conversations are 63 bits: texts, since browsers
//! count to 53.

use jiebang_app::archive as app;
use jiebang_domain::archive::message::Body;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::keeping_dto::Refusal;
use crate::names::{
    ArchiveStanding, ChannelName, ConversationKind, FacetName, FileState, PersonKindName,
    WhyLeftOut, WhyNothing,
};

/// Whether the archive is whole. Moments are Unix seconds.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArchiveStatus {
    pub standing: ArchiveStanding,
    pub library_set: bool,
    pub secret_set: bool,
    /// Hours until the oldest message that may not be here is lost at WeCom.
    pub hours_left: Option<i64>,
    /// Messages ever stored.
    pub messages: u64,
    /// Rows that were delivered, each once, and those that came again.
    pub rows: u64,
    pub rows_again: u64,
    /// Numbers between rows that no row had. They are normal, and no losses.
    pub holes: u64,
    pub first_pull_at: Option<i64>,
    pub last_page_at: Option<i64>,
    /// When WeCom last had nothing more.
    pub caught_up_at: Option<i64>,
    /// `archive.failure.CODE` in the catalogue, or a number of WeCom's.
    pub last_error: Option<String>,
    pub last_error_at: Option<i64>,
    /// Rows that wait to be opened.
    pub new_rows: u64,
    pub oldest_new: Option<i64>,
    pub parked: Vec<ParkedRows>,
    /// Rows that were done without a message.
    pub left_out: Vec<LeftOutRows>,
    pub files: Vec<FilesOfState>,
    pub kinds: Vec<MessageKind>,
    pub gaps: Vec<ArchiveGap>,
    pub library: Option<LibraryHealth>,
    /// The last run of expiry; absent before the first.
    pub retention: Option<RetentionRun>,
}

/// What a run of expiry removed. Moments are Unix seconds.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionRun {
    pub started_at: i64,
    /// Absent while it is under way.
    pub finished_at: Option<i64>,
    pub messages: u64,
    pub files: u64,
    /// Contents that no message showed any more.
    pub contents: u64,
    /// Messages whose time is over and that a hold keeps.
    pub held: u64,
}

impl From<app::RetentionRun> for RetentionRun {
    fn from(run: app::RetentionRun) -> Self {
        Self {
            started_at: run.started_at,
            finished_at: run.finished_at,
            messages: run.messages,
            files: run.files,
            contents: run.contents,
            held: run.held,
        }
    }
}

/// Rows parked for one reason.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParkedRows {
    /// `archive.parked.REASON` in the catalogue.
    pub reason: String,
    /// Version of the public key they were sealed for.
    pub version: i64,
    pub rows: u64,
    /// When the one that waits longest was delivered.
    pub oldest: i64,
    /// Somebody said that these are known; none was parked for the reason since.
    pub is_known: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FilesOfState {
    pub state: FileState,
    pub reason: Option<String>,
    pub files: u64,
    /// The nearest moment at which WeCom forgets one of them, where they wait.
    pub nearest_deadline: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LeftOutRows {
    pub reason: WhyLeftOut,
    pub rows: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MessageKind {
    pub kind: String,
    pub known: bool,
    pub messages: u64,
}

/// A time of which messages are lost.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArchiveGap {
    pub from: i64,
    pub to: i64,
    pub found_at: i64,
}

/// What the library's processes went through since this program started.
#[derive(Debug, Serialize, ToSchema)]
pub struct LibraryHealth {
    pub starts: u64,
    pub crashes: u64,
    pub hangs: u64,
    pub garbage: u64,
    pub quarantined: u64,
}

impl From<app::Status> for ArchiveStatus {
    fn from(status: app::Status) -> Self {
        let cursor = status.figures.cursor;
        let number = |of: fn(&app::Cursor) -> i64| {
            cursor
                .as_ref()
                .map_or(0, |cursor| of(cursor).max(0).cast_unsigned())
        };
        let moment = |of: fn(&app::Cursor) -> Option<i64>| cursor.as_ref().and_then(of);
        Self {
            standing: ArchiveStanding::from(status.standing.as_str()),
            library_set: status.library_set,
            secret_set: status.secret_set,
            hours_left: status.hours_left,
            messages: status.messages,
            rows: number(|cursor| cursor.rows_stored),
            rows_again: number(|cursor| cursor.rows_again),
            holes: number(|cursor| cursor.holes),
            first_pull_at: moment(|cursor| cursor.first_pull_at),
            last_page_at: moment(|cursor| cursor.last_page_at),
            caught_up_at: moment(|cursor| cursor.caught_up_at),
            last_error_at: moment(|cursor| cursor.last_error_at),
            last_error: cursor.as_ref().and_then(|cursor| cursor.last_error.clone()),
            new_rows: status.figures.new_rows.max(0).cast_unsigned(),
            oldest_new: status.figures.oldest_new,
            parked: {
                let known = |one: &app::Parked| status.known.contains(&one.reason);
                let parked = status.figures.parked.into_iter();
                parked.map(|one| ParkedRows::of(known(&one), one)).collect()
            },
            files: status.figures.files.into_iter().map(Into::into).collect(),
            left_out: status
                .figures
                .left_out
                .into_iter()
                .map(|some| LeftOutRows {
                    reason: WhyLeftOut::from(some.reason.as_str()),
                    rows: some.rows.max(0).cast_unsigned(),
                })
                .collect(),
            kinds: status.figures.kinds.into_iter().map(Into::into).collect(),
            gaps: status.figures.gaps.into_iter().map(Into::into).collect(),
            library: status.health.map(Into::into),
            retention: status.retention.map(Into::into),
        }
    }
}

impl ParkedRows {
    fn of(is_known: bool, parked: app::Parked) -> Self {
        Self {
            is_known,
            reason: parked.reason,
            version: parked.publickey_ver,
            rows: parked.rows.max(0).cast_unsigned(),
            oldest: parked.oldest,
        }
    }
}

impl From<app::Files> for FilesOfState {
    fn from(files: app::Files) -> Self {
        Self {
            state: FileState::from(files.state),
            reason: files.reason,
            files: files.files.max(0).cast_unsigned(),
            nearest_deadline: files.nearest_deadline,
        }
    }
}

impl From<app::Kind> for MessageKind {
    fn from(kind: app::Kind) -> Self {
        Self {
            kind: kind.kind,
            known: kind.known,
            messages: kind.messages.max(0).cast_unsigned(),
        }
    }
}

impl From<app::Gap> for ArchiveGap {
    fn from(gap: app::Gap) -> Self {
        Self {
            from: gap.from_at,
            to: gap.to_at,
            found_at: gap.found_at,
        }
    }
}

impl From<app::Health> for LibraryHealth {
    fn from(health: app::Health) -> Self {
        Self {
            starts: health.starts,
            crashes: health.crashes,
            hangs: health.hangs,
            garbage: health.garbage,
            quarantined: health.quarantined,
        }
    }
}

/// A key that wraps those of conversations; never the key itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct CorpKey {
    pub number: i32,
    pub created_at: i64,
    /// Keys of conversations it wraps still.
    pub wraps: u64,
}

impl From<app::CorpKeyView> for CorpKey {
    fn from(key: app::CorpKeyView) -> Self {
        Self {
            number: key.number,
            created_at: key.created_at,
            wraps: key.wraps,
        }
    }
}

/// The number of a key that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewKeyNumber {
    pub number: i32,
}

/// A private key of the archive; never the key itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArchiveKey {
    /// The number WeCom shows beside the public key.
    pub version: u32,
    /// SHA-256 of the public half in DER, hex.
    pub fingerprint: String,
    pub added_at: i64,
    /// `account:<id>` or `operator`.
    pub added_by: String,
    /// Rows that wait and were sealed for this version.
    pub parked: u64,
}

impl From<app::KeyView> for ArchiveKey {
    fn from(key: app::KeyView) -> Self {
        Self {
            version: key.version,
            fingerprint: key.fingerprint,
            added_at: key.added_at,
            added_by: key.added_by,
            parked: key.parked,
        }
    }
}

/// Who is archived (存档生效成员).
#[derive(Debug, Serialize, ToSchema)]
pub struct ArchiveRoster {
    /// When WeCom last told it, Unix seconds; absent before it did.
    pub asked_at: Option<i64>,
    /// The errcode with which WeCom refuses to tell it since.
    pub refused: Option<i64>,
    /// Members of the whole corp who are archived.
    pub archived: u64,
    /// Members with customers who are not, as far as the account reaches.
    pub unarchived: u64,
    /// The first 200 of them, those with the most customers first.
    pub first: Vec<UnarchivedMember>,
}

/// A member who serves customers and is not archived.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnarchivedMember {
    pub userid: String,
    pub name: String,
    pub customers: u64,
}

impl From<app::Roster> for ArchiveRoster {
    fn from(roster: app::Roster) -> Self {
        let first = roster.first.into_iter().map(|member| UnarchivedMember {
            userid: member.userid,
            name: member.name,
            customers: member.customers.max(0).cast_unsigned(),
        });
        Self {
            asked_at: roster.asked_at,
            refused: roster.refused,
            archived: roster.archived,
            unarchived: roster.unarchived,
            first: first.collect(),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ParkedInput {
    /// Why they are parked, as the archive's status says it.
    #[schema(max_length = 100)]
    pub reason: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchiveKeyInput {
    #[schema(minimum = 1)]
    pub version: u32,
    /// PEM, PKCS#8 or PKCS#1, without a password.
    #[schema(write_only)]
    pub private_key: String,
}

/// Names the type only, so that no key reaches a log.
impl std::fmt::Debug for ArchiveKeyInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ArchiveKeyInput").finish_non_exhaustive()
    }
}

/// Why somebody reads other people's conversations, and until when that counts.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadingReason {
    pub reason: String,
    pub at: i64,
    pub until: i64,
}

impl From<app::Reading> for ReadingReason {
    fn from(reading: app::Reading) -> Self {
        Self {
            reason: reading.reason,
            at: reading.at,
            until: reading.until,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadingReasonInput {
    #[schema(max_length = 500)]
    pub reason: String,
}

/// The reason that counts now, if one was given and is asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct CurrentReason {
    pub current: Option<ReadingReason>,
}

/// A property by which messages are filtered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FacetInput {
    pub by: FacetName,
    /// An id, a type, a channel; of a department its number as text.
    #[schema(max_length = 500)]
    pub value: String,
}

/// What is looked for. Nothing of it is written to a log.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchInput {
    /// Words; `"a phrase"`, `a OR b`, `-without`, brackets. Empty: every message.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub query: String,
    /// Of one sort any, of different sorts all.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub wanted: Vec<FacetInput>,
    /// None of these.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub unwanted: Vec<FacetInput>,
    /// Sent from then on, milliseconds.
    pub from: Option<i64>,
    /// Sent before then, milliseconds.
    pub to: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    #[schema(minimum = 1, maximum = 200)]
    pub limit: Option<u64>,
}

impl std::fmt::Debug for SearchInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SearchInput").finish_non_exhaustive()
    }
}

/// Messages that were found, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchHits {
    pub items: Vec<Message>,
    /// Those of the messages, in no order.
    pub conversations: Vec<Conversation>,
    /// Give it back as `cursor` for older ones; absent when there is nothing more. A page may be
    /// short and yet have a next one.
    pub next_cursor: Option<String>,
}

/// Somebody in a conversation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArchivePerson)]
pub struct Person {
    pub id: String,
    pub kind: PersonKindName,
    /// Empty if nobody is known by that id.
    pub name: String,
}

impl From<app::Person> for Person {
    fn from(person: app::Person) -> Self {
        Self {
            id: person.id,
            kind: PersonKindName::from(person.kind.as_str()),
            name: person.name,
        }
    }
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
pub struct Message {
    pub id: String,
    pub conversation: String,
    pub msgid: String,
    pub sender: Person,
    /// Milliseconds.
    pub sent_at: i64,
    /// WeCom's msgtype.
    pub kind: String,
    /// Its content by type.
    #[schema(value_type = Object)]
    pub body: Body,
    /// Everything to read in it.
    pub text: String,
    /// Where the words stand in `text`, in characters (Unicode scalar values).
    pub highlights: Vec<Highlight>,
    pub files: Vec<MessageFile>,
    /// Null unless it was taken back.
    pub recalled: Option<Recalled>,
    /// Whether numbers in it were made unreadable by policy.
    pub is_masked: bool,
    /// Whether its type is one this program knows.
    pub is_known: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Highlight {
    pub from: u64,
    /// Before this one.
    pub to: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MessageFile {
    pub place: i64,
    /// `image`, `voice`, …
    pub kind: String,
    pub name: Option<String>,
    /// Without a dot.
    pub extension: Option<String>,
    /// Bytes.
    pub size: Option<i64>,
    /// How long it plays.
    pub seconds: Option<u64>,
    pub state: FileState,
    /// Why it is missing, or what of it is not as the message says.
    pub reason: Option<String>,
}

impl From<app::MessageView> for Message {
    fn from(message: app::MessageView) -> Self {
        let files = message.files.into_iter().map(|file| MessageFile {
            place: file.place.into(),
            kind: file.kind,
            name: file.name,
            extension: file.extension,
            size: file.size,
            seconds: file.seconds,
            state: FileState::from(file.state),
            reason: file.reason,
        });
        let highlights = message.highlights.into_iter().map(|(from, to)| Highlight {
            from: from as u64,
            to: to as u64,
        });
        Self {
            id: message.id.to_string(),
            conversation: message.conversation.to_string(),
            msgid: message.msgid,
            sender: message.sender.into(),
            sent_at: message.sent_at,
            kind: message.kind,
            body: message.body,
            text: message.text,
            highlights: highlights.collect(),
            files: files.collect(),
            recalled: message.recalled.map(|recalled| Recalled {
                by: recalled.by.map(Person::from),
                at: recalled.at,
            }),
            is_masked: message.is_masked,
            is_known: message.is_known,
        }
    }
}

/// That a message was taken back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecalledMessage)]
pub struct Recalled {
    /// Who did it; null where it is not known any more.
    pub by: Option<Person>,
    /// Milliseconds.
    pub at: i64,
}

/// A conversation.
#[derive(Debug, Serialize, ToSchema)]
pub struct Conversation {
    pub id: String,
    pub kind: ConversationKind,
    pub channel: ChannelName,
    /// The room's name; empty for two people, and where it is not known.
    pub name: String,
    pub room: Option<String>,
    /// What the facet `conversation` calls it.
    pub subject: String,
    pub people: Vec<Person>,
    pub messages: u64,
    /// Milliseconds.
    pub first_at: i64,
    pub last_at: i64,
    /// Whether the reader takes part.
    pub is_own: bool,
    /// Whether a standing hold covers it.
    pub is_held: bool,
    /// The customers who refuse the archive now.
    pub refusals: Vec<Refusal>,
}

impl From<app::ConversationView> for Conversation {
    fn from(view: app::ConversationView) -> Self {
        Self {
            id: view.id.to_string(),
            kind: ConversationKind::from(view.kind.as_str()),
            channel: ChannelName::from(view.channel.as_str()),
            name: view.name,
            room: view.room,
            subject: view.subject,
            people: view.people.into_iter().map(Person::from).collect(),
            messages: view.messages,
            first_at: view.first_at,
            last_at: view.last_at,
            is_own: view.is_own,
            is_held: view.is_held,
            refusals: view.refusals.into_iter().map(Refusal::from).collect(),
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConversationQuery {
    /// Id of a member or customer who takes part.
    pub person: Option<String>,
    /// Id of a room; then nothing else is asked for.
    pub room: Option<String>,
    pub kind: Option<ConversationKind>,
    pub channel: Option<ChannelName>,
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u64>,
}

/// Whose history is missed: one of the two.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NothingQuery {
    /// Id of a customer.
    pub customer: Option<String>,
    /// Id of a room.
    pub room: Option<String>,
}

/// Why there is nothing to read.
#[derive(Debug, Serialize, ToSchema)]
pub struct Nothing {
    /// Null: nothing was said that is still kept.
    pub why: Option<WhyNothing>,
}

/// Which part of a conversation: the newest messages, or those before, after or around one.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MessageQuery {
    /// Id of a message.
    pub before: Option<String>,
    pub after: Option<String>,
    pub around: Option<String>,
    /// Only what this person said.
    pub sender: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u64>,
}

/// Messages of a conversation, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessagePage {
    pub conversation: Conversation,
    pub items: Vec<Message>,
    /// Ask `before` this message for older ones; absent at the beginning.
    pub before: Option<String>,
    /// Ask `after` this message for newer ones; absent at the end.
    pub after: Option<String>,
}

impl From<app::MessagePage> for MessagePage {
    fn from(page: app::MessagePage) -> Self {
        Self {
            conversation: page.conversation.into(),
            items: page.items.into_iter().map(Message::from).collect(),
            before: page.before.map(|id| id.to_string()),
            after: page.after.map(|id| id.to_string()),
        }
    }
}

/// How a file is asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FileQuery {
    /// Have browsers show what was sent as a file, where they can; else it is saved.
    pub view: Option<bool>,
}
