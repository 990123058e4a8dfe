//! Spot checks: what samples are drawn from, samples, and where their items stand.
//!
//! Invariants: an item changes only if it is as it was when it was looked at ([`change`]), so that
//! two reviewers never get the same; nothing here stands in the way of what removes messages.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiebang_domain::id::CorpId;
use jiebang_domain::time::BeijingDay;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Value,
};
use uuid::Uuid;

use super::{among, first_id_at, is_of_corp, list as numbers, of_corp, statement};
use crate::entity::{review_batch, review_item, review_member};
use crate::error::During;
use crate::{StoreError, Tx};

pub use crate::entity::Texts;
pub use crate::entity::review_batch::Model as Batch;
pub use crate::entity::review_item::Model as Item;
pub use crate::entity::review_member::Model as OfMember;

/// Rows written by one statement.
const ROWS: usize = 500;
/// Conversations whose people are asked for at once.
const CONVERSATIONS: usize = 5_000;

/// A conversation on one day.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct ConversationDay {
    pub conversation_id: i64,
    /// `internal`, `external` or `updown`.
    pub channel: String,
    /// Days since 1970-01-01 in Beijing.
    pub day: i64,
    pub messages: i64,
}

/// What narrows a population.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Narrow<'a> {
    /// `single` or `room`.
    pub kind: Option<&'a str>,
    pub channel: Option<&'a str>,
    pub person: Option<&'a str>,
    /// Days with a message of this type.
    pub message_kind: Option<&'a str>,
    /// Days with a message that was recalled.
    pub recalled: bool,
}

/// The ids that messages of these days have.
#[must_use]
pub fn ids_of(days: Range<BeijingDay>) -> Range<i64> {
    let at = |day: BeijingDay| first_id_at(day.start().seconds().saturating_mul(1_000));
    at(days.start)..at(days.end)
}

/// The conversation days of a period, up to `limit`, in the order of conversations and days.
pub async fn population(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    days: Range<BeijingDay>,
    narrow: Narrow<'_>,
    limit: u64,
) -> Result<Vec<ConversationDay>, StoreError> {
    let (sql, values) = population_statement(corp, ids_of(days), narrow, limit);
    ConversationDay::find_by_statement(statement(conn, &sql, values))
        .all(conn)
        .await
        .during("count conversation days")
}

fn population_statement(
    corp: &CorpId,
    ids: Range<i64>,
    narrow: Narrow<'_>,
    limit: u64,
) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = vec![corp.as_str().into(), ids.start.into(), ids.end.into()];
    let (mut wanted, mut having) = (String::new(), String::new());
    let mut by = |text: &mut String, form: &str, value: &str| {
        values.push(value.into());
        text.push_str(&form.replace('?', &format!("${}", values.len())));
    };
    if let Some(kind) = narrow.kind {
        by(&mut wanted, " AND c.kind = ?", kind);
    }
    if let Some(channel) = narrow.channel {
        by(&mut wanted, " AND c.channel = ?", channel);
    }
    if let Some(person) = narrow.person {
        let form = " AND EXISTS (SELECT 1 FROM conversation_person p WHERE p.corp_id = $1
                     AND p.person = ? AND p.conversation_id = m.conversation_id)";
        by(&mut wanted, form, person);
    }
    if let Some(kind) = narrow.message_kind {
        let form = " AND sum(CASE WHEN m.kind = ? THEN 1 ELSE 0 END) > 0";
        by(&mut having, form, kind);
    }
    let mut recalls = "";
    if narrow.recalled {
        recalls = "LEFT JOIN message_recall r ON r.corp_id = m.corp_id AND r.msgid = m.msgid";
        having.push_str(" AND count(r.msgid) > 0");
    }
    values.push(limit.min(10_000_000).cast_signed().into());
    let last = values.len();
    // The time is in the id: a range of the primary key. 2^20 milliseconds' numbers, and Beijing's
    // eight hours.
    let sql = format!(
        "SELECT m.conversation_id, (m.id / 1048576 + 28800000) / 86400000 AS day,
                min(c.channel) AS channel, count(*) AS messages
         FROM message m
         JOIN conversation c ON c.id = m.conversation_id AND c.corp_id = $1
         {recalls}
         WHERE m.corp_id = $1 AND m.id >= $2 AND m.id < $3{wanted}
         GROUP BY 1, 2 HAVING count(*) > 0{having} ORDER BY 1, 2 LIMIT ${last}"
    );
    (sql, values)
}

/// The people of these conversations, by id.
pub async fn people_of(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    conversations: &BTreeSet<i64>,
) -> Result<BTreeMap<i64, Vec<String>>, StoreError> {
    #[derive(FromQueryResult)]
    struct Takes {
        conversation_id: i64,
        person: String,
    }
    let ids: Vec<i64> = conversations.iter().copied().collect();
    let mut found: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for some in ids.chunks(CONVERSATIONS) {
        let sql = format!(
            "SELECT p.conversation_id, p.person FROM conversation_person p
             WHERE {} AND {} ORDER BY p.person",
            of_corp(conn, "p.corp_id", 1),
            among(conn, "p.conversation_id", 2)
        );
        let values = [corp.as_str().into(), numbers(conn, some)];
        let rows = Takes::find_by_statement(statement(conn, &sql, values))
            .all(conn)
            .await
            .during("list the people of conversations")?;
        for row in rows {
            found
                .entry(row.conversation_id)
                .or_default()
                .push(row.person);
        }
    }
    Ok(found)
}

/// Stores a sample with its items and how much of the population was whose.
pub async fn add(
    tx: &Tx,
    batch: Batch,
    items: Vec<Item>,
    members: Vec<OfMember>,
) -> Result<(), StoreError> {
    const OPERATION: &str = "store a sample";
    review_batch::Entity::insert(batch.into_active_model().reset_all())
        .exec_without_returning(tx.conn())
        .await
        .during(OPERATION)?;
    for some in items.chunks(ROWS) {
        let rows = some.iter().cloned().map(IntoActiveModel::into_active_model);
        review_item::Entity::insert_many(rows)
            .exec_without_returning(tx.conn())
            .await
            .during(OPERATION)?;
    }
    for some in members.chunks(ROWS) {
        let rows = some.iter().cloned().map(IntoActiveModel::into_active_model);
        review_member::Entity::insert_many(rows)
            .exec_without_returning(tx.conn())
            .await
            .during(OPERATION)?;
    }
    Ok(())
}

pub async fn find(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    id: Uuid,
) -> Result<Option<Batch>, StoreError> {
    review_batch::Entity::find_by_id(id)
        .filter(review_batch::Column::CorpId.eq(corp.as_str()))
        .one(conn)
        .await
        .during("load a sample")
}

/// Samples, newest first, `limit` before the one with id `before`.
pub async fn list(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Batch>, StoreError> {
    use review_batch::Column;
    let mut find = review_batch::Entity::find().filter(Column::CorpId.eq(corp.as_str()));
    if let Some(before) = before {
        find = find.filter(Column::Id.lt(before));
    }
    find.order_by_desc(Column::Id)
        .limit(limit)
        .all(conn)
        .await
        .during("list samples")
}

/// How many of the population of a sample were each member's.
pub async fn of_members(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    batch: Uuid,
) -> Result<Vec<OfMember>, StoreError> {
    review_member::Entity::find()
        .filter(review_member::Column::BatchId.eq(batch))
        .filter(review_member::Column::CorpId.eq(corp.as_str()))
        .all(conn)
        .await
        .during("list whose a population was")
}

/// Which items of a sample; the default: all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Which<'a> {
    pub state: Option<&'a str>,
    /// Whether something was done about what was found.
    pub handled: Option<bool>,
}

/// Items of a sample by number, `limit` after this number.
pub async fn items(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    batch: Uuid,
    which: Which<'_>,
    after: i32,
    limit: u64,
) -> Result<Vec<Item>, StoreError> {
    use review_item::Column;
    // By the primary key, or the index review_item_state.
    let mut find = review_item::Entity::find()
        .filter(Column::BatchId.eq(batch))
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::Number.gt(after));
    if let Some(state) = which.state {
        find = find.filter(Column::State.eq(state));
    }
    find = match which.handled {
        Some(true) => find.filter(Column::Measure.is_not_null()),
        Some(false) => find.filter(Column::Measure.is_null()),
        None => find,
    };
    find.order_by_asc(Column::Number)
        .limit(limit)
        .all(conn)
        .await
        .during("list the items of a sample")
}

pub async fn item(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    batch: Uuid,
    number: i32,
) -> Result<Option<Item>, StoreError> {
    review_item::Entity::find_by_id((batch, number))
        .filter(review_item::Column::CorpId.eq(corp.as_str()))
        .one(conn)
        .await
        .during("load an item of a sample")
}

/// The items of all samples on these days.
pub async fn items_on(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    days: Range<BeijingDay>,
) -> Result<Vec<Item>, StoreError> {
    use review_item::Column;
    // By the index review_item_day.
    review_item::Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::Day.gte(days.start.days()))
        .filter(Column::Day.lt(days.end.days()))
        .order_by_asc(Column::BatchId)
        .order_by_asc(Column::Number)
        .all(conn)
        .await
        .during("list the items of a period")
}

/// The items of a sample that a reviewer can take: open, of its own, or of one whose time is over.
pub async fn free(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    batch: Uuid,
    (reviewer, now): (&str, i64),
    after: i32,
    limit: u64,
) -> Result<Vec<Item>, StoreError> {
    use review_item::Column;
    let mine_or_over = Condition::any()
        .add(Column::Reviewer.eq(reviewer))
        .add(Column::Until.lte(now));
    let claimed = Condition::all()
        .add(Column::State.eq("claimed"))
        .add(mine_or_over);
    review_item::Entity::find()
        .filter(Column::BatchId.eq(batch))
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::Number.gt(after))
        .filter(Condition::any().add(Column::State.eq("open")).add(claimed))
        .order_by_asc(Column::Number)
        .limit(limit)
        .all(conn)
        .await
        .during("look for the next item")
}

/// The items of a sample that a reviewer has.
pub async fn with_reviewer(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    batch: Uuid,
    reviewer: &str,
    now: i64,
) -> Result<Vec<Item>, StoreError> {
    use review_item::Column;
    review_item::Entity::find()
        .filter(Column::BatchId.eq(batch))
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::State.eq("claimed"))
        .filter(Column::Reviewer.eq(reviewer))
        .filter(Column::Until.gt(now))
        .order_by_asc(Column::Number)
        .all(conn)
        .await
        .during("look for a reviewer's items")
}

/// Stores what has become of an item, unless it has changed since it was loaded; the version is
/// counted on here. Returns whether it did.
pub async fn change(tx: &Tx, item: &Item) -> Result<bool, StoreError> {
    use review_item::Column;
    let result = review_item::Entity::update_many()
        .col_expr(Column::State, Expr::val(item.state.as_str()))
        .col_expr(Column::Reviewer, Expr::val(item.reviewer.clone()))
        .col_expr(Column::Since, Expr::val(item.since))
        .col_expr(Column::Until, Expr::val(item.until))
        .col_expr(Column::ClosedAt, Expr::val(item.closed_at))
        .col_expr(Column::Category, Expr::val(item.category.clone()))
        .col_expr(Column::Note, Expr::val(item.note.clone()))
        .col_expr(Column::NoteKeyNo, Expr::val(item.note_key_no))
        .col_expr(Column::Measure, Expr::val(item.measure.clone()))
        .col_expr(Column::HandledBy, Expr::val(item.handled_by.clone()))
        .col_expr(Column::HandledAt, Expr::val(item.handled_at))
        .col_expr(Column::Handling, Expr::val(item.handling.clone()))
        .col_expr(Column::HandlingKeyNo, Expr::val(item.handling_key_no))
        .col_expr(Column::Version, Expr::val(item.version + 1))
        .filter(Column::BatchId.eq(item.batch_id))
        .filter(Column::Number.eq(item.number))
        .filter(Column::CorpId.eq(item.corp_id.as_str()))
        .filter(Column::Version.eq(item.version))
        .exec(tx.conn())
        .await
        .during("note what has become of an item")?;
    Ok(result.rows_affected == 1)
}

/// Those of these items of one sample of which a message is there that can be opened.
pub async fn there(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    items: &[Item],
) -> Result<BTreeSet<(Uuid, i32)>, StoreError> {
    #[derive(FromQueryResult)]
    struct There {
        batch_id: Uuid,
        number: i32,
    }
    let mut found = BTreeSet::new();
    let mut by_batch: BTreeMap<Uuid, Vec<i64>> = BTreeMap::new();
    for item in items {
        by_batch
            .entry(item.batch_id)
            .or_default()
            .push(item.number.into());
    }
    let sql = there_statement(conn);
    for (batch, of_batch) in by_batch {
        let values = [corp.as_str().into(), batch.into(), numbers(conn, &of_batch)];
        let rows = There::find_by_statement(statement(conn, &sql, values))
            .all(conn)
            .await
            .during("look whether items are still there")?;
        found.extend(rows.into_iter().map(|row| (row.batch_id, row.number)));
    }
    Ok(found)
}

fn there_statement(conn: &impl ConnectionTrait) -> String {
    let these = among(conn, "CAST(i.number AS bigint)", 3);
    let corps = of_corp(conn, "i.corp_id", 1);
    // By the indexes of the primary keys and message_conversation. The bounds are those of
    // `ids_of`.
    format!(
        "SELECT i.batch_id, i.number FROM review_item i
         WHERE {corps} AND i.batch_id = $2 AND {these} AND EXISTS (
             SELECT 1 FROM message m
             JOIN conversation_key k ON k.conversation_id = m.conversation_id
                  AND k.number = m.key_no AND k.corp_id = $1 AND k.wrapped IS NOT NULL
             WHERE m.corp_id = $1 AND m.conversation_id = i.conversation_id
                   AND m.id >= (i.day * 86400000 - 28800000) * 1048576
                   AND m.id < (i.day * 86400000 + 57600000) * 1048576)"
    )
}

/// The states of the items of these samples, and how many are in each.
pub async fn tallies(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    batches: &[Uuid],
) -> Result<BTreeMap<Uuid, BTreeMap<String, u64>>, StoreError> {
    use review_item::Column;
    let rows: Vec<(Uuid, String, i64)> = review_item::Entity::find()
        .select_only()
        .column(Column::BatchId)
        .column(Column::State)
        .column_as(Column::Number.count(), "items")
        .filter(is_of_corp(conn, "review_item.corp_id", corp))
        .filter(Column::BatchId.is_in(batches.iter().copied()))
        .group_by(Column::BatchId)
        .group_by(Column::State)
        .into_tuple()
        .all(conn)
        .await
        .during("count the items of samples")?;
    let mut tallies: BTreeMap<Uuid, BTreeMap<String, u64>> = BTreeMap::new();
    for (batch, state, items) in rows {
        let items = items.max(0).cast_unsigned();
        tallies.entry(batch).or_default().insert(state, items);
    }
    Ok(tallies)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::tests::plan;

    #[tokio::test]
    async fn s45_a_population_is_a_range_of_messages_and_an_item_a_look_into_one() {
        let store = crate::testing::sqlite().await;
        let corp = CorpId::parse("ww1").unwrap();
        let (sql, values) = population_statement(&corp, 1..2, Narrow::default(), 9);
        let told = plan(store.read(), &sql, values).await;
        assert!(told.contains("SEARCH m USING"), "{told}");
        assert!(!told.contains("SCAN m"), "{told}");
        let values: [Value; 3] = ["ww1".into(), Uuid::nil().into(), "[1]".into()];
        let told = plan(store.read(), &there_statement(store.read()), values).await;
        assert!(
            told.contains("message_conversation (conversation_id=? AND id>? AND id<?)"),
            "{told}"
        );
        assert!(!told.contains("SCAN i"), "{told}");
    }

    #[test]
    fn s45_the_ids_of_a_day_are_those_the_statements_reckon_with() {
        let day = BeijingDay::parse("2026-01-31").unwrap();
        let ids = ids_of(day..day.next());
        let days = day.days();
        assert_eq!(ids.start, (days * 86_400_000 - 28_800_000) * 1_048_576);
        assert_eq!(ids.end, (days * 86_400_000 + 57_600_000) * 1_048_576);
        for (id, of) in [
            (ids.start - 1, days - 1),
            (ids.start, days),
            (ids.end - 1, days),
        ] {
            assert_eq!((id / 1_048_576 + 28_800_000) / 86_400_000, of);
        }
    }
}
