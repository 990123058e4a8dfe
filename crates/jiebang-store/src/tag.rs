//! Corp tags and strategy tags.

use jiebang_domain::id::{CorpId, TagId};
use jiebang_domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::batch::{last_of_each, replace_all_but, rows_a_statement, upsert};
use crate::entity::corp_tag::{self, Column};
use crate::error::During;
use crate::{StoreError, Tx, text};

pub use crate::entity::corp_tag::Model as Tag;

/// Stores tags, new or changed.
pub async fn upsert_tags(tx: &Tx, mut rows: Vec<Tag>) -> Result<(), StoreError> {
    for row in &mut rows {
        text::without_nul(&mut row.name);
        text::without_nul(&mut row.group_name);
    }
    let rows = last_of_each(rows, |a, b| {
        (&a.corp_id, &a.tag_id).cmp(&(&b.corp_id, &b.tag_id))
    });
    let conflict = replace_all_but::<corp_tag::Entity>(&[Column::CorpId, Column::TagId], &[]);
    upsert::<corp_tag::Entity>(tx.conn(), rows, &conflict, "store tags").await
}

/// Marks tags as deleted. Returns how many were not yet.
pub async fn mark_deleted<'a>(
    tx: &Tx,
    corp: &CorpId,
    ids: impl IntoIterator<Item = &'a str>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let ids: Vec<&str> = ids.into_iter().collect();
    let mut touched = 0;
    for ids in ids.chunks(rows_a_statement(1)) {
        touched += corp_tag::Entity::update_many()
            .col_expr(Column::DeletedAt, Expr::val(now.seconds()))
            .filter(Column::CorpId.eq(corp.as_str()))
            .filter(Column::TagId.is_in(ids.iter().copied()))
            .filter(Column::DeletedAt.is_null())
            .exec(tx.conn())
            .await
            .during("mark tags deleted")?
            .rows_affected;
    }
    Ok(touched)
}

/// Marks tags that are not among `present` as deleted. Returns how many. Call it after a
/// complete listing only.
pub async fn mark_others_deleted(
    tx: &Tx,
    corp: &CorpId,
    present: &[TagId],
    now: Timestamp,
) -> Result<u64, StoreError> {
    let known = tags(tx.conn(), corp, false).await?;
    let deleted = known
        .iter()
        .map(|tag| tag.tag_id.as_str())
        .filter(|id| !present.iter().any(|tag| tag.as_str() == *id));
    mark_deleted(tx, corp, deleted, now).await
}

/// The corp's tags in the order WeCom shows them.
pub async fn tags(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    with_deleted: bool,
) -> Result<Vec<Tag>, StoreError> {
    let mut find = corp_tag::Entity::find().filter(Column::CorpId.eq(corp.as_str()));
    if !with_deleted {
        find = find.filter(Column::DeletedAt.is_null());
    }
    find.order_by_asc(Column::GroupId)
        .order_by_desc(Column::SortOrder)
        .order_by_asc(Column::TagId)
        .all(conn)
        .await
        .during("list tags")
}
