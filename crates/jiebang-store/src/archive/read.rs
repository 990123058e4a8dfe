//! Reading messages, sealed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use jiebang_domain::id::CorpId;
use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::{among, list, statement};
use crate::StoreError;
use crate::error::During;

/// A message as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Message {
    pub id: i64,
    pub corp_id: String,
    pub conversation_id: i64,
    pub sender: String,
    /// Milliseconds.
    pub sent_at: i64,
    /// A u64 as its bits.
    pub seq: i64,
    pub msgid: String,
    pub kind: String,
    pub flags: i64,
    pub key_no: i32,
    pub body: Vec<u8>,
    pub policy: Option<String>,
    /// Unix seconds.
    pub expires_at: Option<i64>,
    /// The message that recalled it.
    pub recalled_by: Option<i64>,
    /// Milliseconds.
    pub recalled_at: Option<i64>,
    /// Who sent that message, while it is there.
    pub recaller: Option<String>,
}

pub(super) const COLUMNS: &str = "m.id, m.corp_id, m.conversation_id, m.sender, m.sent_at, m.seq, \
     m.msgid, m.kind, m.flags, m.key_no, m.body, m.policy, m.expires_at, r.recalled_by, \
     r.at AS recalled_at, CAST(NULL AS text) AS recaller";
pub(super) const RECALLS: &str =
    "LEFT JOIN message_recall r ON r.corp_id = m.corp_id AND r.msgid = m.msgid";

/// A part of a conversation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Window<'a> {
    /// From this id on.
    pub from: Option<i64>,
    /// Before this id.
    pub before: Option<i64>,
    /// Of this sender only.
    pub sender: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    NewestFirst,
    OldestFirst,
}

/// Messages of a conversation inside `window`, from the end that `order` names. The next page
/// begins at the last id: `before` it, or `from` the one behind it.
pub async fn page(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    conversation: i64,
    window: Window<'_>,
    order: Order,
    limit: u64,
) -> Result<Vec<Message>, StoreError> {
    let sql = page_statement(order, window.sender.is_some());
    let mut values: Vec<Value> = vec![
        corp.as_str().into(),
        conversation.into(),
        window.from.unwrap_or(0).into(),
        // No id is the largest number: the year 2248 has not come.
        window.before.unwrap_or(i64::MAX).into(),
        limit.min(10_000).cast_signed().into(),
    ];
    values.extend(window.sender.map(Value::from));
    all(conn, &sql, values, "read a conversation").await
}

/// A part of a conversation by when it was said and what kinds of messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Ids.
    pub from: i64,
    pub before: i64,
    /// Empty: all.
    pub kinds: BTreeSet<String>,
}

/// How many messages of a conversation are in any of these parts, and the first and the last id
/// among them.
pub async fn measure(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    conversation: i64,
    parts: &[Part],
) -> Result<(u64, Option<(i64, i64)>), StoreError> {
    #[derive(FromQueryResult)]
    struct Measured {
        messages: i64,
        first: Option<i64>,
        last: Option<i64>,
    }
    let mut values: Vec<Value> = vec![corp.as_str().into(), conversation.into()];
    let mut any = Vec::with_capacity(parts.len());
    for part in parts {
        values.extend([part.from.into(), part.before.into()]);
        let place = values.len();
        let mut one = format!("id >= ${} AND id < ${place}", place - 1);
        if !part.kinds.is_empty() {
            let first = values.len() + 1;
            values.extend(part.kinds.iter().map(|kind| Value::from(kind.as_str())));
            let places = (first..=values.len()).map(|place| format!("${place}"));
            let places: Vec<String> = places.collect();
            one = format!("{one} AND kind IN ({})", places.join(", "));
        }
        any.push(format!("({one})"));
    }
    if any.is_empty() {
        return Ok((0, None));
    }
    let sql = format!(
        "SELECT count(*) AS messages, min(id) AS first, max(id) AS last FROM message
         WHERE corp_id = $1 AND conversation_id = $2 AND ({})",
        any.join(" OR ")
    );
    let operation = "measure a part of a conversation";
    let found = Measured::find_by_statement(statement(conn, &sql, values))
        .one(conn)
        .await;
    Ok(found.during(operation)?.map_or((0, None), |found| {
        (
            found.messages.max(0).cast_unsigned(),
            found.first.zip(found.last),
        )
    }))
}

fn page_statement(order: Order, by_sender: bool) -> String {
    let direction = match order {
        Order::NewestFirst => "DESC",
        Order::OldestFirst => "ASC",
    };
    let sender = if by_sender { "AND m.sender = $6" } else { "" };
    // By the index message_conversation.
    format!(
        "SELECT {COLUMNS} FROM message m {RECALLS}
         WHERE m.corp_id = $1 AND m.conversation_id = $2 AND m.id >= $3 AND m.id < $4 {sender}
         ORDER BY m.id {direction} LIMIT $5"
    )
}

/// The messages with these ids, oldest first; those that are not there are left out.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    ids: &[i64],
) -> Result<Vec<Message>, StoreError> {
    let (Some(first), Some(last)) = (ids.iter().min(), ids.iter().max()) else {
        return Ok(Vec::new());
    };
    // By the primary key.
    let sql = format!(
        "SELECT {COLUMNS} FROM message m {RECALLS}
         WHERE m.corp_id = $1 AND m.id >= $2 AND m.id <= $3 AND {} ORDER BY m.id",
        among(conn, "m.id", 4)
    );
    let values = vec![
        corp.as_str().into(),
        (*first).into(),
        (*last).into(),
        list(conn, ids),
    ];
    all(conn, &sql, values, "load messages").await
}

/// Messages of a corp over all conversations, `limit` after the one with id `after`, oldest
/// first: for whatever is made anew of all of them.
pub async fn sweep(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    after: i64,
    limit: u64,
) -> Result<Vec<Message>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM message m {RECALLS}
         WHERE m.corp_id = $1 AND m.id > $2 ORDER BY m.id LIMIT $3"
    );
    let values = vec![
        corp.as_str().into(),
        after.into(),
        limit.min(10_000).cast_signed().into(),
    ];
    all(conn, &sql, values, "read messages").await
}

/// The messages that a statement over [`COLUMNS`] finds.
pub(super) async fn all(
    conn: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
    operation: &'static str,
) -> Result<Vec<Message>, StoreError> {
    let found = Message::find_by_statement(statement(conn, sql, values));
    let mut messages = found.all(conn).await.during(operation)?;
    // Few are recalled: asked for in the statement, every partition would be planned for each time.
    let by: Vec<i64> = messages.iter().filter_map(|m| m.recalled_by).collect();
    if let (Some(first), Some(last)) = (by.iter().min(), by.iter().max()) {
        let senders = senders(conn, &by, *first..=*last).await?;
        for message in &mut messages {
            let by = message.recalled_by.and_then(|id| senders.get(&id));
            message.recaller = by.cloned();
        }
    }
    Ok(messages)
}

/// Who sent the messages with these ids, of those that are there.
async fn senders(
    conn: &impl ConnectionTrait,
    ids: &[i64],
    span: RangeInclusive<i64>,
) -> Result<BTreeMap<i64, String>, StoreError> {
    const OPERATION: &str = "look who recalled messages";
    // By the primary key.
    let sql = format!(
        "SELECT m.id, m.sender FROM message m WHERE m.id >= $1 AND m.id <= $2 AND {}",
        among(conn, "m.id", 3)
    );
    let values = vec![
        (*span.start()).into(),
        (*span.end()).into(),
        list(conn, ids),
    ];
    let rows = conn.query_all_raw(statement(conn, &sql, values)).await;
    let senders = rows.during(OPERATION)?.into_iter().map(|row| {
        let id = row.try_get("", "id").during(OPERATION)?;
        Ok((id, row.try_get("", "sender").during(OPERATION)?))
    });
    senders.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_page_goes_by_the_index_of_its_conversation_in_both_directions() {
        let store = crate::testing::sqlite().await;
        for order in [Order::NewestFirst, Order::OldestFirst] {
            let one: Value = 1_i64.into();
            let values = ["c".into(), one.clone(), one.clone(), one.clone(), one];
            let sql = page_statement(order, false);
            let plan = crate::archive::tests::plan(store.read(), &sql, values).await;
            assert!(plan.contains("message_conversation"), "{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        }
    }
}
