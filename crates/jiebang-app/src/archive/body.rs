//! Opening what is stored, for readers.

use std::collections::{BTreeMap, BTreeSet};

use futures::TryFutureExt as _;
use jiebang_domain::archive::conversation::{Conversation, PersonKind};
use jiebang_domain::archive::message::{Body, Message};
use jiebang_domain::id::{CorpId, UserId};
use jiebang_store::archive::media::{self, File};
use jiebang_store::archive::message as messages;
use jiebang_store::archive::read::Message as Stored;
use jiebang_store::archive::roster;
use jiebang_store::{customer, directory};
use jiebang_vault::archive::Record;
use zeroize::Zeroizing;

use super::keys::{ConversationKeys, Keys};
use crate::{App, Error};

/// A stored message with its body open.
pub(super) struct Opened {
    pub stored: Stored,
    pub message: Message,
    pub conversation: Conversation,
}

/// Opens bodies. One whose key was destroyed is left out; one that does not open is an error.
///
/// # Errors
/// [`Error::Vault`], [`Error::Store`].
pub(super) async fn open_all(
    app: &App,
    corp: &CorpId,
    keys: &Keys,
    messages: Vec<Stored>,
) -> Result<Vec<Opened>, Error> {
    let (opened, lacking) = open_raw(app, corp, keys, messages).await?;
    if lacking > 0 {
        tracing::warn!(
            messages = lacking,
            "messages are not shown: the key store lacks shares of their keys"
        );
    }
    Ok(opened.into_iter().map(|(one, _)| one).collect())
}

/// As [`open_all`], with each body as it was given, and how many were left out since their key
/// lacks its share.
pub(super) async fn open_raw(
    app: &App,
    corp: &CorpId,
    keys: &Keys,
    messages: Vec<Stored>,
) -> Result<(Vec<WithJson>, u64), Error> {
    let mut ids: Vec<i64> = messages.iter().map(|m| m.conversation_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let known = keys.of_conversations(app, &ids).await?;
    let lacks = |m: &&Stored| known.is_lacking(m.conversation_id, m.key_no);
    let lacking = messages.iter().filter(lacks).count() as u64;
    let opened = messages.into_iter().filter_map(|m| open(corp, &known, m));
    Ok((opened.collect::<Result<_, _>>()?, lacking))
}

pub(super) type WithJson = (Opened, Zeroizing<Vec<u8>>);

fn open(corp: &CorpId, keys: &ConversationKeys, stored: Stored) -> Option<Result<WithJson, Error>> {
    let key = keys.get(stored.conversation_id, stored.key_no)?;
    let record = Record::Body {
        corp: corp.as_str(),
        conversation: stored.conversation_id,
        message: stored.id,
    };
    let json = match key.open(&record, &stored.body) {
        Ok(json) => json,
        Err(error) => return Some(Err(error.into())),
    };
    let Ok(mut message) = Message::parse(&json) else {
        let text = "a stored message is no message";
        return Some(Err(Error::Internal(text.to_owned())));
    };
    message.msgid.clone_from(&stored.msgid);
    let opened = Opened {
        conversation: Conversation::of(&message),
        message,
        stored,
    };
    Some(Ok((opened, json)))
}

/// Somebody in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: String,
    pub kind: PersonKind,
    /// Empty if nobody is known by that id.
    pub name: String,
}

/// That a message was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recalled {
    /// Who did it, while the message that says so is kept.
    pub by: Option<Person>,
    /// Milliseconds.
    pub at: i64,
}

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileView {
    pub place: i32,
    /// `image`, `voice`, …
    pub kind: String,
    pub name: Option<String>,
    pub extension: Option<String>,
    pub size: Option<i64>,
    /// How long it plays.
    pub seconds: Option<u64>,
    /// `waiting`, `stored`, `missing`, `skipped`.
    pub state: String,
    /// Why it is missing.
    pub reason: Option<String>,
}

/// A message as readers see it.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageView {
    pub id: i64,
    pub conversation: i64,
    pub msgid: String,
    pub sender: Person,
    /// Milliseconds.
    pub sent_at: i64,
    /// WeCom's msgtype.
    pub kind: String,
    /// Its content by type.
    pub body: Body,
    /// Everything to read in it.
    pub text: String,
    /// Where the words that were looked for stand in `text`, in characters (Unicode scalar
    /// values): from, to before.
    pub highlights: Vec<(usize, usize)>,
    pub files: Vec<FileView>,
    pub recalled: Option<Recalled>,
    /// Whether numbers in it were made unreadable by policy.
    pub is_masked: bool,
    /// Whether its type is one this program knows.
    pub is_known: bool,
}

/// Names by id, of members and customers.
pub(super) async fn names(
    app: &App,
    corp: &CorpId,
    people: &BTreeSet<(String, PersonKind)>,
) -> Result<BTreeMap<String, String>, Error> {
    let read = app.store().read();
    let of = |kind: PersonKind| people.iter().filter(move |one| one.1 == kind);
    let members: Vec<UserId> = of(PersonKind::Member)
        .filter_map(|(id, _)| UserId::parse(id.as_str()).ok())
        .collect();
    let customers = of(PersonKind::Customer).map(|(id, _)| id.as_str());
    let robots: Vec<&str> = of(PersonKind::Robot).map(|(id, _)| id.as_str()).collect();
    let (members, customers, robots) = tokio::try_join!(
        directory::members_by_id(read, corp, &members),
        customer::customers_by_id(read, corp, customers),
        roster::names(read, corp, &robots),
    )?;
    let members = members.into_iter().map(|one| (one.userid, one.name));
    let customers = customers
        .into_iter()
        .map(|one| (one.external_userid, one.name));
    Ok(members.chain(customers).chain(robots).collect())
}

/// Who the id stands for.
pub(super) fn person(id: &str, names: &BTreeMap<String, String>) -> Person {
    Person {
        kind: PersonKind::of(id),
        name: names.get(id).cloned().unwrap_or_default(),
        id: id.to_owned(),
    }
}

/// The messages as readers see them.
///
/// # Errors
/// [`Error::Store`].
pub(super) async fn views(
    app: &App,
    corp: &CorpId,
    opened: Vec<Opened>,
) -> Result<Vec<MessageView>, Error> {
    let people = opened.iter().flat_map(|one| {
        let senders = [&one.conversation.sender]
            .into_iter()
            .chain(&one.stored.recaller);
        senders.map(|id| (id.clone(), PersonKind::of(id)))
    });
    let people = people.collect();
    let ids: Vec<i64> = opened.iter().map(|one| one.stored.id).collect();
    let found = media::of_messages(app.store().read(), corp, &ids);
    let found = found.map_err(Error::from);
    let (names, found) = tokio::try_join!(names(app, corp, &people), found)?;
    let mut files: BTreeMap<i64, Vec<File>> = BTreeMap::new();
    for file in found {
        files.entry(file.message_id).or_default().push(file);
    }
    opened
        .into_iter()
        .map(|one| {
            let files = files.remove(&one.stored.id).unwrap_or_default();
            view(one, &names, files)
        })
        .collect()
}

fn view(
    one: Opened,
    names: &BTreeMap<String, String>,
    files: Vec<File>,
) -> Result<MessageView, Error> {
    let Opened {
        stored,
        message,
        conversation,
    } = one;
    let told = message.files();
    let files = files
        .into_iter()
        .map(|file| {
            let told = told
                .iter()
                .find(|m| i64::from(m.place) == i64::from(file.place));
            FileView {
                place: file.place,
                kind: file.kind,
                name: told.and_then(|media| media.name.clone()),
                extension: told.and_then(|media| media.extension.clone()),
                seconds: told.and_then(|media| media.seconds),
                size: file.size,
                state: file.state,
                reason: file.reason,
            }
        })
        .collect();
    Ok(MessageView {
        id: stored.id,
        conversation: stored.conversation_id,
        sender: person(&conversation.sender, names),
        sent_at: stored.sent_at,
        kind: stored.kind,
        text: message.search_text(),
        is_known: message.is_known(),
        body: message.body,
        highlights: Vec::new(),
        files,
        recalled: stored.recalled_at.map(|at| Recalled {
            by: stored.recaller.map(|id| person(&id, names)),
            at,
        }),
        is_masked: stored.flags & messages::MASKED != 0,
        msgid: stored.msgid,
    })
}
