//! Corps, departments and members. What is known of a member is kept after the member is gone.

use std::collections::BTreeMap;

use jiebang_domain::id::{CorpId, DepartmentId, UserId};
use jiebang_domain::time::Timestamp;
use sea_orm::sea_query::{Expr, Func};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
};

use crate::batch::{last_of_each, replace_all_but, rows_a_statement, upsert};
use crate::entity::{corp, customer_group, department, member, unassigned};
use crate::error::During;
use crate::{StoreError, Tx, json, text};

pub use crate::entity::corp::Model as Corp;
pub use crate::entity::department::Model as Department;
pub use crate::entity::member::Model as Member;

/// Stores the corp or its new name.
pub async fn upsert_corp(tx: &Tx, row: Corp) -> Result<(), StoreError> {
    let conflict =
        replace_all_but::<corp::Entity>(&[corp::Column::CorpId], &[corp::Column::CreatedAt]);
    upsert::<corp::Entity>(tx.conn(), vec![row], &conflict, "store a corp").await
}

pub async fn corps(conn: &impl ConnectionTrait) -> Result<Vec<Corp>, StoreError> {
    corp::Entity::find()
        .order_by_asc(corp::Column::CorpId)
        .all(conn)
        .await
        .during("list corps")
}

/// Stores departments, new or changed.
pub async fn upsert_departments(tx: &Tx, mut rows: Vec<Department>) -> Result<(), StoreError> {
    use department::Column;
    for row in &mut rows {
        text::without_nul(&mut row.name);
    }
    let rows = last_of_each(rows, |a, b| {
        (&a.corp_id, a.department_id).cmp(&(&b.corp_id, b.department_id))
    });
    let conflict =
        replace_all_but::<department::Entity>(&[Column::CorpId, Column::DepartmentId], &[]);
    upsert::<department::Entity>(tx.conn(), rows, &conflict, "store departments").await
}

/// Marks departments that are not among `present` as gone. Returns how many.
pub async fn mark_departments_gone(
    tx: &Tx,
    corp: &CorpId,
    present: &[DepartmentId],
    now: Timestamp,
) -> Result<u64, StoreError> {
    use department::Column;
    let known = departments(tx.conn(), corp).await?;
    let gone: Vec<i64> = known
        .iter()
        .map(|d| d.department_id)
        .filter(|id| !present.contains(id))
        .collect();
    let mut touched = 0;
    for ids in gone.chunks(rows_a_statement(1)) {
        touched += department::Entity::update_many()
            .col_expr(Column::GoneAt, Expr::val(now.seconds()))
            .filter(Column::CorpId.eq(corp.as_str()))
            .filter(Column::DepartmentId.is_in(ids.iter().copied()))
            .exec(tx.conn())
            .await
            .during("mark departments gone")?
            .rows_affected;
    }
    Ok(touched)
}

/// The departments there are now.
pub async fn departments(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
) -> Result<Vec<Department>, StoreError> {
    use department::Column;
    department::Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::GoneAt.is_null())
        .order_by_asc(Column::ParentId)
        .order_by_desc(Column::SortOrder)
        .order_by_asc(Column::DepartmentId)
        .all(conn)
        .await
        .during("list departments")
}

/// Stores members, new or changed. `first_seen_at` stays as first stored; so does `left_at`,
/// unless the new row has none: then the member is back.
pub async fn upsert_members(tx: &Tx, mut rows: Vec<Member>) -> Result<(), StoreError> {
    use member::Column;
    for row in &mut rows {
        for field in [&mut row.name, &mut row.position, &mut row.alias] {
            text::without_nul(field);
        }
    }
    let rows = last_of_each(rows, |a, b| {
        (&a.corp_id, &a.userid).cmp(&(&b.corp_id, &b.userid))
    });
    let new_left = || Expr::col(("excluded", Column::LeftAt));
    let left: Expr = Expr::case(new_left().is_null(), Expr::val(None::<i64>))
        .finally(Func::coalesce([
            Expr::col((member::Entity, Column::LeftAt)),
            new_left(),
        ]))
        .into();
    let mut conflict = replace_all_but::<member::Entity>(
        &[Column::CorpId, Column::Userid],
        &[Column::FirstSeenAt, Column::LeftAt],
    );
    conflict.value(Column::LeftAt, left);
    upsert::<member::Entity>(tx.conn(), rows, &conflict, "store members").await
}

/// Marks a member as gone, as a callback tells it. Returns whether the member was known and
/// present.
pub async fn mark_member_left(
    tx: &Tx,
    corp: &CorpId,
    userid: &UserId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    use member::Column;
    let touched = member::Entity::update_many()
        .col_expr(Column::GoneAt, Expr::val(now.seconds()))
        .col_expr(Column::LeftAt, left_or(now))
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::Userid.eq(userid.as_str()))
        .filter(Column::GoneAt.is_null())
        .exec(tx.conn())
        .await
        .during("mark a member as gone")?;
    Ok(touched.rows_affected > 0)
}

fn left_or(now: Timestamp) -> Expr {
    Func::coalesce([Expr::col(member::Column::LeftAt), Expr::val(now.seconds())]).into()
}

/// A member, present or gone.
pub async fn member(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    userid: &UserId,
) -> Result<Option<Member>, StoreError> {
    member::Entity::find_by_id((corp.to_string(), userid.to_string()))
        .one(conn)
        .await
        .during("load a member")
}

/// Those of `userids` that are known, present or gone, in no order.
pub async fn members_by_id(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    userids: &[UserId],
) -> Result<Vec<Member>, StoreError> {
    let mut found = Vec::with_capacity(userids.len());
    for ids in userids.chunks(rows_a_statement(1)) {
        let page = of_corp(corp)
            .filter(member::Column::Userid.is_in(ids.iter().map(UserId::as_str)))
            .all(conn)
            .await
            .during("load members")?;
        found.extend(page);
    }
    Ok(found)
}

/// Which members to list; empty: all.
#[derive(Debug, Clone, Default)]
pub struct MemberFilter {
    /// Begins the name, alias or userid, in any case.
    pub text: Option<String>,
    /// In any of these departments. Sub-departments are the caller's to name.
    pub departments: Option<Vec<DepartmentId>>,
    /// Only those who are in the corp now.
    pub present: bool,
    /// Only those who may serve customers.
    pub customer_contact: bool,
}

/// Members in the order of their userids, `limit` after `after`.
pub async fn members(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    filter: &MemberFilter,
    after: Option<&UserId>,
    limit: u64,
) -> Result<Vec<Member>, StoreError> {
    use member::Column;
    let mut find = of_corp(corp);
    if let Some(wanted) = filter.text.as_deref().filter(|t| !t.is_empty()) {
        let begins =
            |column: Column| text::begins_with(Expr::col((member::Entity, column)), wanted);
        find = find.filter(
            begins(Column::Name)
                .or(begins(Column::Alias))
                .or(begins(Column::Userid)),
        );
    }
    if let Some(departments) = &filter.departments {
        find = find.filter(json::holds_number(
            conn,
            "member",
            "departments",
            departments,
        ));
    }
    if filter.present {
        find = find
            .filter(Column::LeftAt.is_null())
            .filter(Column::GoneAt.is_null());
    }
    if filter.customer_contact {
        find = find.filter(Column::CustomerContact.eq(true));
    }
    if let Some(after) = after {
        find = find.filter(Column::Userid.gt(after.as_str()));
    }
    find.order_by_asc(Column::Userid)
        .limit(limit)
        .all(conn)
        .await
        .during("list members")
}

fn of_corp(corp: &CorpId) -> Select<member::Entity> {
    member::Entity::find().filter(member::Column::CorpId.eq(corp.as_str()))
}

/// Somebody who has left, or of whom WeCom says so, with what still waits for a successor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaver {
    pub userid: String,
    /// None for who left before the first sync.
    pub member: Option<Member>,
    /// When WeCom or the sync first said so, Unix seconds; 0 where neither did.
    pub left_at: i64,
    /// Customers on the unassigned list.
    pub customers: i64,
    /// Groups whose owner has left.
    pub groups: i64,
}

/// All leavers, the latest first: members who have left, members named by the unassigned list,
/// and owners of orphaned groups who are not present any more. There are as many as people ever
/// left, which fits memory.
pub async fn leavers(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
) -> Result<Vec<Leaver>, StoreError> {
    let mut found: BTreeMap<String, Leaver> = BTreeMap::new();
    let entry = |userid: &str| Leaver {
        userid: userid.to_owned(),
        member: None,
        left_at: 0,
        customers: 0,
        groups: 0,
    };
    for (userid, customers, since) in unassigned_counts(conn, corp).await? {
        let mut leaver = entry(&userid);
        leaver.customers = customers;
        leaver.left_at = since;
        found.insert(userid, leaver);
    }
    let orphaned = orphaned_groups(conn, corp).await?;
    for (owner, groups) in &orphaned {
        found
            .entry(owner.clone())
            .or_insert_with(|| entry(owner))
            .groups = *groups;
    }
    let gone = of_corp(corp)
        .filter(member::Column::LeftAt.is_not_null())
        .all(conn)
        .await
        .during("list members who have left")?;
    for row in gone {
        let leaver = found
            .entry(row.userid.clone())
            .or_insert_with(|| entry(&row.userid));
        leaver.left_at = row.left_at.unwrap_or(leaver.left_at);
        leaver.member = Some(row);
    }
    let unknown: Vec<UserId> = found
        .values()
        .filter(|leaver| leaver.member.is_none())
        .filter_map(|leaver| UserId::parse(leaver.userid.as_str()).ok())
        .collect();
    for row in members_by_id(conn, corp, &unknown).await? {
        // Present. A group may still be marked as orphaned for a while after its owner is back.
        let Some(leaver) = found.get_mut(&row.userid) else {
            continue;
        };
        if leaver.customers == 0 {
            found.remove(&row.userid);
        } else {
            leaver.member = Some(row);
        }
    }
    let mut leavers: Vec<Leaver> = found.into_values().collect();
    leavers.sort_by(|a, b| {
        b.left_at
            .cmp(&a.left_at)
            .then_with(|| a.userid.cmp(&b.userid))
    });
    Ok(leavers)
}

/// Userid, customers and the latest leave, by the index unassigned_leaver.
async fn unassigned_counts(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
) -> Result<Vec<(String, i64, i64)>, StoreError> {
    use unassigned::Column;
    unassigned::Entity::find()
        .select_only()
        .column(Column::HandoverUserid)
        .column_as(Column::ExternalUserid.count(), "customers")
        .column_as(Column::DimissionTime.max(), "since")
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::GoneAt.is_null())
        .group_by(Column::HandoverUserid)
        .into_tuple()
        .all(conn)
        .await
        .during("count unassigned customers")
}

async fn orphaned_groups(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
) -> Result<Vec<(String, i64)>, StoreError> {
    use customer_group::Column;
    customer_group::Entity::find()
        .select_only()
        .column(Column::Owner)
        .column_as(Column::ChatId.count(), "groups")
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::Status.eq(crate::group::OWNER_LEFT))
        .filter(Column::DismissedAt.is_null())
        .group_by(Column::Owner)
        .into_tuple()
        .all(conn)
        .await
        .during("count orphaned groups")
}
