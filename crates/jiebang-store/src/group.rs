//! Customer groups and who is in them.

use jiebang_domain::id::{ChatId, CorpId, UserId};
use jiebang_domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use crate::batch::{last_of_each, replace_all_but, upsert};
use crate::entity::{customer_group, group_member};
use crate::error::During;
use crate::{StoreError, Tx, text};

pub use crate::entity::customer_group::Model as Group;
pub use crate::entity::group_member::Model as GroupMember;

/// `status` of a group whose owner has left (跟进人离职).
pub const OWNER_LEFT: i32 = 1;

/// Stores groups, new or changed.
pub async fn upsert_groups(tx: &Tx, mut rows: Vec<Group>) -> Result<(), StoreError> {
    use customer_group::Column;
    for row in &mut rows {
        text::without_nul(&mut row.name);
        text::without_nul(&mut row.notice);
    }
    let rows = last_of_each(rows, |a, b| {
        (&a.corp_id, &a.chat_id).cmp(&(&b.corp_id, &b.chat_id))
    });
    let key = [Column::CorpId, Column::ChatId];
    let conflict = replace_all_but::<customer_group::Entity>(&key, &[]);
    upsert::<customer_group::Entity>(tx.conn(), rows, &conflict, "store groups").await
}

/// Stores who is in the group, in place of who was. Rows of another group are refused.
pub async fn replace_members(
    tx: &Tx,
    corp: &CorpId,
    chat: &ChatId,
    mut rows: Vec<GroupMember>,
) -> Result<(), StoreError> {
    use group_member::Column;
    const OPERATION: &str = "store the members of a group";
    for row in &mut rows {
        corp.as_str().clone_into(&mut row.corp_id);
        chat.as_str().clone_into(&mut row.chat_id);
        text::without_nul(&mut row.name);
        text::without_nul(&mut row.group_nickname);
    }
    group_member::Entity::delete_many()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::ChatId.eq(chat.as_str()))
        .exec(tx.conn())
        .await
        .during(OPERATION)?;
    let rows = last_of_each(rows, |a, b| a.member_id.cmp(&b.member_id));
    let key = [Column::CorpId, Column::ChatId, Column::MemberId];
    let conflict = replace_all_but::<group_member::Entity>(&key, &[]);
    upsert::<group_member::Entity>(tx.conn(), rows, &conflict, OPERATION).await
}

/// Marks a group as dismissed. Returns whether it was known and not dismissed yet.
pub async fn mark_dismissed(
    tx: &Tx,
    corp: &CorpId,
    chat: &ChatId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    use customer_group::Column;
    let touched = customer_group::Entity::update_many()
        .col_expr(Column::DismissedAt, Expr::val(now.seconds()))
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::ChatId.eq(chat.as_str()))
        .filter(Column::DismissedAt.is_null())
        .exec(tx.conn())
        .await
        .during("mark a group dismissed")?;
    Ok(touched.rows_affected > 0)
}

/// A group, dismissed or not.
pub async fn group(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    chat: &ChatId,
) -> Result<Option<Group>, StoreError> {
    customer_group::Entity::find_by_id((corp.to_string(), chat.to_string()))
        .one(conn)
        .await
        .during("load a group")
}

/// These groups, dismissed or not, in no order.
pub async fn groups_by_id(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    chats: &[String],
) -> Result<Vec<Group>, StoreError> {
    use customer_group::Column;
    let mut found = Vec::new();
    for some in chats.chunks(1_000) {
        let some = customer_group::Entity::find()
            .filter(Column::CorpId.eq(corp.as_str()))
            .filter(Column::ChatId.is_in(some.iter().cloned()))
            .all(conn)
            .await
            .during("load groups")?;
        found.extend(some);
    }
    Ok(found)
}

pub async fn members(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    chat: &ChatId,
) -> Result<Vec<GroupMember>, StoreError> {
    use group_member::Column;
    group_member::Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::ChatId.eq(chat.as_str()))
        .order_by_asc(Column::JoinTime)
        .order_by_asc(Column::MemberId)
        .all(conn)
        .await
        .during("list the members of a group")
}

/// Which groups to list; empty: all that are not dismissed.
#[derive(Debug, Clone, Default)]
pub struct GroupFilter {
    pub owners: Option<Vec<UserId>>,
    pub status: Option<i32>,
    /// Contained in the name, in any case.
    pub text: Option<String>,
    pub with_dismissed: bool,
}

/// Groups in the order of their chat ids, `limit` after `after`.
pub async fn groups(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    filter: &GroupFilter,
    after: Option<&ChatId>,
    limit: u64,
) -> Result<Vec<Group>, StoreError> {
    use customer_group::Column;
    let mut find = filtered(corp, filter);
    if let Some(after) = after {
        find = find.filter(Column::ChatId.gt(after.as_str()));
    }
    find.order_by_asc(Column::ChatId)
        .limit(limit)
        .all(conn)
        .await
        .during("list groups")
}

/// How many groups `filter` lets through.
pub async fn count_groups(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    filter: &GroupFilter,
) -> Result<u64, StoreError> {
    filtered(corp, filter)
        .count(conn)
        .await
        .during("count groups")
}

fn filtered(corp: &CorpId, filter: &GroupFilter) -> Select<customer_group::Entity> {
    use customer_group::Column;
    let mut find = customer_group::Entity::find().filter(Column::CorpId.eq(corp.as_str()));
    if !filter.with_dismissed {
        find = find.filter(Column::DismissedAt.is_null());
    }
    if let Some(owners) = &filter.owners {
        find = find.filter(Column::Owner.is_in(owners.iter().map(UserId::as_str)));
    }
    if let Some(status) = filter.status {
        find = find.filter(Column::Status.eq(status));
    }
    if let Some(wanted) = filter.text.as_deref().filter(|t| !t.is_empty()) {
        find = find.filter(text::holds(Expr::col(Column::Name), wanted));
    }
    find
}
