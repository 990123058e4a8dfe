//! Who is archived (存档生效成员), and what WeCom calls rooms among colleagues and bots.

use std::collections::BTreeMap;

use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
};

use super::statement;
use crate::bulk::{self, Column};
use crate::entity::{archive_member, archive_name};
use crate::error::During;
use crate::{StoreError, Tx};

/// Somebody who serves customers and is not archived.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Unarchived {
    pub userid: String,
    pub name: String,
    pub customers: i64,
}

/// Notes whom WeCom names as archived now. Who was and is not named any more is kept.
pub async fn set_members(
    tx: &Tx,
    corp: &CorpId,
    userids: Vec<String>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let count = userids.len();
    let columns = vec![
        Column::Texts("corp_id", vec![corp.to_string(); count]),
        Column::Texts("userid", userids),
        Column::Numbers("since", vec![now.seconds(); count]),
        Column::Numbers("seen_at", vec![now.seconds(); count]),
    ];
    let known = "ON CONFLICT (corp_id, userid) DO UPDATE SET
                     seen_at = excluded.seen_at, until = NULL";
    let operation = "note who is archived";
    bulk::insert(tx.conn(), "archive_member", columns, known, operation).await?;
    let sql = "UPDATE archive_member SET until = $2
               WHERE corp_id = $1 AND until IS NULL AND seen_at < $2";
    let values = [corp.as_str().into(), now.seconds().into()];
    tx.conn()
        .execute_raw(statement(tx.conn(), sql, values))
        .await
        .during("note who is archived no more")?;
    Ok(())
}

/// How many members are archived now.
pub async fn count_members(conn: &impl ConnectionTrait, corp: &CorpId) -> Result<u64, StoreError> {
    archive_member::Entity::find()
        .filter(archive_member::Column::CorpId.eq(corp.as_str()))
        .filter(archive_member::Column::Until.is_null())
        .count(conn)
        .await
        .during("count who is archived")
}

/// Whether WeCom ever named this member as archived.
pub async fn was_archived(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    userid: &str,
) -> Result<bool, StoreError> {
    let key = (corp.to_string(), userid.to_owned());
    let found = archive_member::Entity::find_by_id(key).one(conn).await;
    Ok(found
        .during("look whether a member was archived")?
        .is_some())
}

/// Members of the corp with customers who are not archived, those with the most first.
pub async fn unarchived(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
) -> Result<Vec<Unarchived>, StoreError> {
    let sql = "SELECT m.userid, m.name, count(*) AS customers
               FROM follow f
               JOIN member m ON m.corp_id = f.corp_id AND m.userid = f.userid
               LEFT JOIN archive_member a
                   ON a.corp_id = f.corp_id AND a.userid = f.userid AND a.until IS NULL
               WHERE f.corp_id = $1 AND f.ended_at IS NULL AND a.userid IS NULL
                   AND m.left_at IS NULL AND m.gone_at IS NULL
               GROUP BY m.userid, m.name ORDER BY customers DESC, m.userid";
    Unarchived::find_by_statement(statement(conn, sql, [corp.as_str().into()]))
        .all(conn)
        .await
        .during("list who serves customers and is not archived")
}

/// Rooms among colleagues (not calls, which tell of no room), and bots, that WeCom was not asked about since `before`, those never
/// asked about first.
pub async fn to_be_named(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    before: Timestamp,
    limit: u64,
) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT t.id FROM (
                   SELECT c.subject AS id FROM conversation c
                   WHERE c.corp_id = $1 AND c.kind = 'room' AND c.channel = 'internal'
                       AND c.messages > 0 AND c.subject NOT LIKE '% %'
                   UNION
                   SELECT p.person AS id FROM conversation_person p
                   WHERE p.corp_id = $1 AND p.person >= 'wb' AND p.person < 'wc'
               ) t
               LEFT JOIN archive_name n ON n.corp_id = $1 AND n.id = t.id
               WHERE coalesce(n.asked_at, -1) < $2
               ORDER BY coalesce(n.asked_at, -1), t.id LIMIT $3";
    let values = [
        corp.as_str().into(),
        before.seconds().into(),
        limit.cast_signed().into(),
    ];
    let operation = "list rooms and bots without a name";
    let rows = conn.query_all_raw(statement(conn, sql, values)).await;
    rows.during(operation)?
        .iter()
        .map(|row| row.try_get("", "id").during(operation))
        .collect()
}

/// Notes what rooms and bots are called, by id. An empty name forgets none: it is what WeCom tells
/// of those that are gone.
pub async fn set_names(
    tx: &Tx,
    corp: &CorpId,
    names: Vec<(String, String)>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let count = names.len();
    let (ids, names): (Vec<_>, Vec<_>) = names.into_iter().unzip();
    let columns = vec![
        Column::Texts("corp_id", vec![corp.to_string(); count]),
        Column::Texts("id", ids),
        Column::Texts("name", names),
        Column::Numbers("asked_at", vec![now.seconds(); count]),
    ];
    let known = "ON CONFLICT (corp_id, id) DO UPDATE SET
                     name = CASE WHEN excluded.name = '' THEN archive_name.name
                                 ELSE excluded.name END,
                     asked_at = excluded.asked_at";
    let operation = "note what rooms and bots are called";
    bulk::insert(tx.conn(), "archive_name", columns, known, operation).await?;
    Ok(())
}

/// What rooms among colleagues and bots are called, by id, as far as WeCom has told.
pub async fn names(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    ids: &[&str],
) -> Result<BTreeMap<String, String>, StoreError> {
    let mut names = BTreeMap::new();
    for some in ids.chunks(1_000) {
        let rows = archive_name::Entity::find()
            .filter(archive_name::Column::CorpId.eq(corp.as_str()))
            .filter(archive_name::Column::Id.is_in(some.iter().copied()))
            .all(conn)
            .await
            .during("load what rooms and bots are called")?;
        names.extend(rows.into_iter().map(|row| (row.id, row.name)));
    }
    names.retain(|_, name| !name.is_empty());
    Ok(names)
}
