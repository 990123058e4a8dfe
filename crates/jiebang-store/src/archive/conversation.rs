//! Conversations and who takes part.

use std::collections::BTreeMap;

use jiebang_domain::id::CorpId;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

use super::message::{NewMessage, span};
use super::{is_among, is_of_corp, is_postgres};
use crate::bulk::{self, Column};
use crate::entity::{conversation, conversation_person};
use crate::error::During;
use crate::{StoreError, Tx};

pub use crate::entity::conversation::Model as Conversation;

/// A conversation as a batch of messages tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenConversation {
    /// [`super::conversation_id`] of `subject`.
    pub id: i64,
    /// `single` or `room`.
    pub kind: &'static str,
    /// `internal`, `external` or `updown`.
    pub channel: &'static str,
    pub subject: String,
    /// Who takes part, as far as these messages tell.
    pub people: Vec<String>,
}

/// Counts the messages into their conversations, and adds conversations and people that are new.
pub(super) async fn see(
    tx: &Tx,
    corp: &CorpId,
    seen: Vec<SeenConversation>,
    messages: &[NewMessage],
) -> Result<(), StoreError> {
    add_people(tx, corp, &seen).await?;
    let mut by_conversation: BTreeMap<i64, Vec<&NewMessage>> = BTreeMap::new();
    for message in messages {
        by_conversation
            .entry(message.conversation_id)
            .or_default()
            .push(message);
    }
    let of = |seen: &SeenConversation| by_conversation.get(&seen.id).map_or(&[][..], Vec::as_slice);
    let count = seen.len();
    let numbers = |of_messages: &dyn Fn(&[&NewMessage]) -> i64| {
        seen.iter().map(|c| of_messages(of(c))).collect::<Vec<_>>()
    };
    let moments = |of_messages: &[&NewMessage]| span(of_messages.iter().copied());
    let columns = vec![
        Column::Numbers("id", seen.iter().map(|c| c.id).collect()),
        Column::Texts("corp_id", vec![corp.to_string(); count]),
        Column::Texts("kind", seen.iter().map(|c| c.kind.to_owned()).collect()),
        Column::Texts(
            "channel",
            seen.iter().map(|c| c.channel.to_owned()).collect(),
        ),
        Column::Texts("subject", seen.iter().map(|c| c.subject.clone()).collect()),
        Column::Numbers("messages", numbers(&|m| m.len() as i64)),
        Column::Numbers(
            "first_at",
            numbers(&|m| moments(m).map_or(i64::MAX, |span| span.0)),
        ),
        Column::Numbers("last_at", numbers(&|m| moments(m).map_or(0, |span| span.1))),
        Column::Numbers(
            "last_id",
            numbers(&|m| m.iter().map(|m| m.id).max().unwrap_or(0)),
        ),
    ];
    let (least, greatest) = if is_postgres(tx.conn()) {
        ("least", "greatest")
    } else {
        ("min", "max")
    };
    let add = format!(
        "ON CONFLICT (id) DO UPDATE SET
            channel = CASE conversation.channel WHEN 'internal' THEN excluded.channel
                      ELSE conversation.channel END,
            messages = conversation.messages + excluded.messages,
            first_at = {least}(conversation.first_at, excluded.first_at),
            last_at = {greatest}(conversation.last_at, excluded.last_at),
            last_id = {greatest}(conversation.last_id, excluded.last_id)"
    );
    bulk::insert(
        tx.conn(),
        "conversation",
        columns,
        &add,
        "store conversations",
    )
    .await?;
    Ok(())
}

async fn add_people(tx: &Tx, corp: &CorpId, seen: &[SeenConversation]) -> Result<(), StoreError> {
    let mut ids = Vec::new();
    let mut people = Vec::new();
    for conversation in seen {
        for person in &conversation.people {
            ids.push(conversation.id);
            people.push(person.clone());
        }
    }
    let columns = vec![
        Column::Texts("corp_id", vec![corp.to_string(); ids.len()]),
        Column::Texts("person", people),
        Column::Numbers("conversation_id", ids),
    ];
    let known = "ON CONFLICT (corp_id, person, conversation_id) DO NOTHING";
    let operation = "note who takes part in conversations";
    bulk::insert(tx.conn(), "conversation_person", columns, known, operation).await?;
    Ok(())
}

pub async fn find(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    id: i64,
) -> Result<Option<Conversation>, StoreError> {
    conversation::Entity::find_by_id(id)
        .filter(conversation::Column::CorpId.eq(corp.as_str()))
        .one(conn)
        .await
        .during("load a conversation")
}

/// These conversations, in no order.
pub async fn find_all(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    ids: &[i64],
) -> Result<Vec<Conversation>, StoreError> {
    let mut found = Vec::new();
    for some in ids.chunks(1_000) {
        let some = conversation::Entity::find()
            .filter(conversation::Column::Id.is_in(some.iter().copied()))
            .filter(is_of_corp(conn, "conversation.corp_id", corp))
            .all(conn)
            .await
            .during("load conversations")?;
        found.extend(some);
    }
    Ok(found)
}

/// The people of these conversations, by id.
pub async fn people_of(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    ids: &[i64],
) -> Result<BTreeMap<i64, Vec<String>>, StoreError> {
    let mut found: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for some in ids.chunks(1_000) {
        let rows: Vec<(i64, String)> = conversation_person::Entity::find()
            .select_only()
            .column(conversation_person::Column::ConversationId)
            .column(conversation_person::Column::Person)
            .filter(conversation_person::Column::ConversationId.is_in(some.iter().copied()))
            .filter(is_of_corp(conn, "conversation_person.corp_id", corp))
            .order_by_asc(conversation_person::Column::Person)
            .into_tuple()
            .all(conn)
            .await
            .during("list the people of conversations")?;
        for (id, person) in rows {
            found.entry(id).or_default().push(person);
        }
    }
    Ok(found)
}

/// Which conversations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter<'a> {
    /// In which this person takes part.
    pub person: Option<&'a str>,
    /// With `person`: or which are among these.
    pub or_ids: Option<&'a [i64]>,
    pub kind: Option<&'a str>,
    pub channel: Option<&'a str>,
    /// Whose newest message is older than that one: the `last_id` of the page before.
    pub before: Option<i64>,
}

/// Conversations, the one with the newest message first.
pub async fn list(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    filter: &Filter<'_>,
    limit: u64,
) -> Result<Vec<Conversation>, StoreError> {
    use conversation::Column;
    let mut find = conversation::Entity::find().filter(Column::Messages.gt(0));
    find = match filter.person {
        None => find.filter(Column::CorpId.eq(corp.as_str())),
        // By theirs, not by all in their order.
        Some(_) => find.filter(is_of_corp(conn, "conversation.corp_id", corp)),
    };
    if let Some(person) = filter.person {
        let mut theirs = Condition::any().add(Column::Id.in_subquery(of_person(corp, person)));
        if let Some(ids) = filter.or_ids {
            theirs = theirs.add(is_among(conn, "conversation.id", ids));
        }
        find = find.filter(theirs);
    }
    if let Some(kind) = filter.kind {
        find = find.filter(Column::Kind.eq(kind));
    }
    if let Some(channel) = filter.channel {
        find = find.filter(Column::Channel.eq(channel));
    }
    if let Some(before) = filter.before {
        find = find.filter(Column::LastId.lt(before));
    }
    find.order_by_desc(Column::LastId)
        .limit(limit)
        .all(conn)
        .await
        .during("list conversations")
}

/// The ids of conversations a subject covers.
pub async fn covered(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    subject: super::Subject,
    id: &str,
) -> Result<Vec<i64>, StoreError> {
    let mut find = conversation::Entity::find()
        .select_only()
        .column(conversation::Column::Id);
    match subject {
        super::Subject::Corp => find = find.filter(conversation::Column::CorpId.eq(corp.as_str())),
        super::Subject::Conversation => {
            find = find.filter(conversation::Column::CorpId.eq(corp.as_str()));
            let Ok(id) = id.parse::<i64>() else {
                return Ok(Vec::new());
            };
            find = find.filter(conversation::Column::Id.eq(id));
        }
        super::Subject::Person => {
            find = find
                .filter(is_of_corp(conn, "conversation.corp_id", corp))
                .filter(conversation::Column::Id.in_subquery(of_person(corp, id)));
        }
    }
    find.order_by_asc(conversation::Column::Id)
        .into_tuple()
        .all(conn)
        .await
        .during("list the conversations of a subject")
}

/// The ids of conversations in which both take part and that are of no room: of the two, and calls
/// among several.
pub async fn without_room(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    both: [&str; 2],
) -> Result<Vec<i64>, StoreError> {
    // Only subjects that list people have a blank.
    let mut find = conversation::Entity::find()
        .select_only()
        .column(conversation::Column::Id)
        .filter(is_of_corp(conn, "conversation.corp_id", corp))
        .filter(conversation::Column::Subject.contains(" "));
    for person in both {
        find = find.filter(conversation::Column::Id.in_subquery(of_person(corp, person)));
    }
    find.order_by_asc(conversation::Column::Id)
        .into_tuple()
        .all(conn)
        .await
        .during("list the conversations of two people without a room")
}

fn of_person(corp: &CorpId, person: &str) -> SelectStatement {
    conversation_person::Entity::find()
        .select_only()
        .column(conversation_person::Column::ConversationId)
        .filter(conversation_person::Column::CorpId.eq(corp.as_str()))
        .filter(conversation_person::Column::Person.eq(person))
        .into_query()
}

/// Conversations with people outside that have messages, by id, `limit` after this one.
pub async fn outside(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    after: i64,
    limit: u64,
) -> Result<Vec<Conversation>, StoreError> {
    conversation::Entity::find()
        .filter(conversation::Column::CorpId.eq(corp.as_str()))
        .filter(conversation::Column::Id.gt(after))
        .filter(conversation::Column::Channel.eq("external"))
        .filter(conversation::Column::Messages.gt(0))
        .order_by_asc(conversation::Column::Id)
        .limit(limit)
        .all(conn)
        .await
        .during("list conversations with people outside")
}

/// What a subject's conversations hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// With a message in them.
    pub conversations: u64,
    /// Those of them that are rooms.
    pub rooms: u64,
    pub messages: u64,
    /// When the first and the last were sent, in milliseconds.
    pub oldest: Option<i64>,
    pub newest: Option<i64>,
}

/// What these conversations hold now, and which of them hold something.
pub async fn extent(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    ids: &[i64],
) -> Result<(Extent, Vec<i64>), StoreError> {
    let (mut extent, mut filled) = (Extent::default(), Vec::new());
    for some in ids.chunks(1_000) {
        let found = conversation::Entity::find()
            .filter(is_of_corp(conn, "conversation.corp_id", corp))
            .filter(conversation::Column::Id.is_in(some.iter().copied()))
            .filter(conversation::Column::Messages.gt(0))
            .all(conn)
            .await
            .during("measure conversations")?;
        for one in found {
            extent.conversations += 1;
            extent.rooms += u64::from(one.kind == "room");
            extent.messages += one.messages.max(0).cast_unsigned();
            extent.oldest = Some(
                extent
                    .oldest
                    .map_or(one.first_at, |at| at.min(one.first_at)),
            );
            extent.newest = extent.newest.max(Some(one.last_at));
            filled.push(one.id);
        }
    }
    Ok((extent, filled))
}
