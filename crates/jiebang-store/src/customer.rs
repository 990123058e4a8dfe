//! Customers and who follows them.

use std::collections::HashMap;

use jiebang_domain::id::{CorpId, ExternalUserId, TagId, UserId};
use jiebang_domain::time::Timestamp;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
};

use crate::batch::{last_of_each, replace_all_but, rows_a_statement, upsert};
use crate::entity::{customer, customer_group, follow};
use crate::error::During;
use crate::gather::{Form, gather};
use crate::{StoreError, Tx, json, text};

pub use crate::entity::customer::Model as Customer;
pub use crate::entity::follow::Model as Follow;

/// Why a follow ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    DeletedByMember,
    DeletedByCustomer,
    Transferred,
    /// A complete list no longer held it; the event that would tell why never came.
    GoneFromList,
}

impl EndReason {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DeletedByMember => "deleted_by_member",
            Self::DeletedByCustomer => "deleted_by_customer",
            Self::Transferred => "transferred",
            Self::GoneFromList => "gone_from_list",
        }
    }
}

/// Stores customers, new or changed; `first_seen_at` stays as first stored.
pub async fn upsert_customers(tx: &Tx, mut rows: Vec<Customer>) -> Result<(), StoreError> {
    use customer::Column;
    for row in &mut rows {
        for field in [
            &mut row.name,
            &mut row.position,
            &mut row.corp_name,
            &mut row.corp_full_name,
        ] {
            text::without_nul(field);
        }
    }
    let rows = last_of_each(rows, |a, b| {
        (&a.corp_id, &a.external_userid).cmp(&(&b.corp_id, &b.external_userid))
    });
    let conflict = replace_all_but::<customer::Entity>(
        &[Column::CorpId, Column::ExternalUserid],
        &[Column::FirstSeenAt],
    );
    upsert::<customer::Entity>(tx.conn(), rows, &conflict, "store customers").await
}

/// Stores follows, new or changed. One that had ended is alive again if the row says so.
pub async fn upsert_follows(tx: &Tx, mut rows: Vec<Follow>) -> Result<(), StoreError> {
    use follow::Column;
    for row in &mut rows {
        for field in [
            &mut row.remark,
            &mut row.description,
            &mut row.remark_company,
            &mut row.state,
        ] {
            text::without_nul(field);
        }
        row.remark_mobiles
            .0
            .iter_mut()
            .chain(&mut row.personal_tags.0)
            .for_each(text::without_nul);
    }
    let rows = last_of_each(rows, |a, b| {
        (&a.corp_id, &a.userid, &a.external_userid).cmp(&(
            &b.corp_id,
            &b.userid,
            &b.external_userid,
        ))
    });
    let key = [Column::CorpId, Column::Userid, Column::ExternalUserid];
    let conflict = replace_all_but::<follow::Entity>(&key, &[]);
    upsert::<follow::Entity>(tx.conn(), rows, &conflict, "store follows").await
}

/// Ends follows that sync run `run` did not see: those of `member`, or of all members. Returns
/// how many. Call it after a complete listing only.
pub async fn end_unseen(
    tx: &Tx,
    corp: &CorpId,
    member: Option<&UserId>,
    run: i64,
    now: Timestamp,
) -> Result<u64, StoreError> {
    use follow::Column;
    let mut update = follow::Entity::update_many()
        .col_expr(Column::EndedAt, Expr::val(now.seconds()))
        .col_expr(
            Column::EndReason,
            Expr::val(EndReason::GoneFromList.as_str()),
        )
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::EndedAt.is_null())
        .filter(Column::SeenRun.lt(run));
    if let Some(member) = member {
        update = update.filter(Column::Userid.eq(member.as_str()));
    }
    Ok(update
        .exec(tx.conn())
        .await
        .during("end follows not seen")?
        .rows_affected)
}

/// Ends one follow. Returns whether it was there and alive.
pub async fn end_follow(
    tx: &Tx,
    corp: &CorpId,
    member: &UserId,
    customer: &ExternalUserId,
    reason: EndReason,
    now: Timestamp,
) -> Result<bool, StoreError> {
    use follow::Column;
    let touched = follow::Entity::update_many()
        .col_expr(Column::EndedAt, Expr::val(now.seconds()))
        .col_expr(Column::EndReason, Expr::val(reason.as_str()))
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::Userid.eq(member.as_str()))
        .filter(Column::ExternalUserid.eq(customer.as_str()))
        .filter(Column::EndedAt.is_null())
        .exec(tx.conn())
        .await
        .during("end a follow")?;
    Ok(touched.rows_affected > 0)
}

pub async fn customer(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    id: &ExternalUserId,
) -> Result<Option<Customer>, StoreError> {
    customer::Entity::find_by_id((corp.to_string(), id.to_string()))
        .one(conn)
        .await
        .during("load a customer")
}

/// Those of `ids` that are known, in no order.
pub async fn customers_by_id<'a>(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    ids: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<Customer>, StoreError> {
    let ids: Vec<&str> = ids.into_iter().collect();
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(rows_a_statement(1)) {
        let page = customer::Entity::find()
            .filter(customer::Column::CorpId.eq(corp.as_str()))
            .filter(customer::Column::ExternalUserid.is_in(ids.iter().copied()))
            .all(conn)
            .await
            .during("load customers")?;
        found.extend(page);
    }
    Ok(found)
}

/// A member's relation to a customer, alive or ended.
pub async fn follow(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    member: &UserId,
    customer: &ExternalUserId,
) -> Result<Option<Follow>, StoreError> {
    follow::Entity::find_by_id((corp.to_string(), member.to_string(), customer.to_string()))
        .one(conn)
        .await
        .during("load a follow")
}

/// The follows `member` has or had with any of `customers`, in no order.
pub async fn follows_by_id<'a>(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    member: &UserId,
    customers: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<Follow>, StoreError> {
    let ids: Vec<&str> = customers.into_iter().collect();
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(rows_a_statement(1)) {
        let page = follow::Entity::find()
            .filter(follow::Column::CorpId.eq(corp.as_str()))
            .filter(follow::Column::Userid.eq(member.as_str()))
            .filter(follow::Column::ExternalUserid.is_in(ids.iter().copied()))
            .all(conn)
            .await
            .during("load follows")?;
        found.extend(page);
    }
    Ok(found)
}

/// The corp tags on these customers, a row for each present follow, in no order.
pub async fn tags_of_customers(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    customers: &[&str],
) -> Result<Vec<(String, Vec<String>)>, StoreError> {
    let columns = [
        (follow::Column::ExternalUserid, Form::Plain),
        (follow::Column::Tags, Form::Json),
    ];
    let mut found = Vec::with_capacity(customers.len());
    for ids in customers.chunks(rows_a_statement(1)) {
        let select = follow::Entity::find()
            .filter(follow::Column::CorpId.eq(corp.as_str()))
            .filter(follow::Column::ExternalUserid.is_in(ids.iter().copied()))
            .filter(follow::Column::EndedAt.is_null());
        let rows = gather(conn, select, &columns, "load the tags of customers").await?;
        found.extend::<Vec<(String, Vec<String>)>>(rows);
    }
    Ok(found)
}

/// WeCom's `type` of those of these customers that are known, in no order.
pub async fn kinds_of_customers(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    customers: &[&str],
) -> Result<Vec<(String, i32)>, StoreError> {
    let columns = [customer::Column::ExternalUserid, customer::Column::Kind];
    let columns = columns.map(|column| (column, Form::Plain));
    let mut found = Vec::with_capacity(customers.len());
    for ids in customers.chunks(rows_a_statement(1)) {
        let select = customer::Entity::find()
            .filter(customer::Column::CorpId.eq(corp.as_str()))
            .filter(customer::Column::ExternalUserid.is_in(ids.iter().copied()));
        let rows = gather(conn, select, &columns, "load the types of customers").await?;
        found.extend::<Vec<(String, i32)>>(rows);
    }
    Ok(found)
}

/// Everybody who follows or followed the customer.
pub async fn followers(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    customer: &ExternalUserId,
) -> Result<Vec<Follow>, StoreError> {
    follow::Entity::find()
        .filter(follow::Column::CorpId.eq(corp.as_str()))
        .filter(follow::Column::ExternalUserid.eq(customer.as_str()))
        .order_by_asc(follow::Column::Userid)
        .all(conn)
        .await
        .during("list followers of a customer")
}

/// A follow with the customer it is of. The customer is None while only the relation is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    pub follow: Follow,
    pub customer: Option<Customer>,
}

/// Which follows to list; empty: all that are alive.
#[derive(Debug, Clone, Default)]
pub struct FollowFilter {
    /// Of any of these members.
    pub members: Option<Vec<UserId>>,
    /// With any of these tags.
    pub tags: Option<Vec<TagId>>,
    /// Contained in the customer's name or the member's remark, in any case.
    pub text: Option<String>,
    pub add_ways: Option<Vec<i32>>,
    pub added_from: Option<Timestamp>,
    /// Added before this moment.
    pub added_until: Option<Timestamp>,
    /// Ended ones too.
    pub with_ended: bool,
}

/// Where a list of follows goes on: after this member and customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowCursor {
    pub member: UserId,
    pub customer: ExternalUserId,
}

/// Follows in the order of member and customer, `limit` after `after`. Memory is that of a
/// page, however many there are.
pub async fn follows(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    filter: &FollowFilter,
    after: Option<&FollowCursor>,
    limit: u64,
) -> Result<Vec<Followed>, StoreError> {
    use follow::Column;
    let mut find = filtered(conn, corp, filter);
    if let Some(FollowCursor { member, customer }) = after {
        let later_customer = Column::Userid
            .eq(member.as_str())
            .and(Column::ExternalUserid.gt(customer.as_str()));
        // The first condition lets both databases go straight to the place in the key.
        find = find
            .filter(Column::Userid.gte(member.as_str()))
            .filter(Column::Userid.gt(member.as_str()).or(later_customer));
    }
    let page = find
        .order_by_asc(Column::Userid)
        .order_by_asc(Column::ExternalUserid)
        .limit(limit)
        .all(conn)
        .await
        .during("list follows")?;
    with_customers(conn, corp, page).await
}

pub(crate) async fn with_customers(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    follows: Vec<Follow>,
) -> Result<Vec<Followed>, StoreError> {
    let ids = follows.iter().map(|row| row.external_userid.as_str());
    let mut customers: HashMap<String, Customer> = customers_by_id(conn, corp, ids)
        .await?
        .into_iter()
        .map(|row| (row.external_userid.clone(), row))
        .collect();
    // A customer with several followers on one page is handed to each.
    let mut left: HashMap<String, usize> = HashMap::new();
    for row in &follows {
        *left.entry(row.external_userid.clone()).or_default() += 1;
    }
    let followed = follows.into_iter().map(|follow| {
        let uses = left.entry(follow.external_userid.clone()).or_default();
        *uses = uses.saturating_sub(1);
        let customer = if *uses == 0 {
            customers.remove(&follow.external_userid)
        } else {
            customers.get(&follow.external_userid).cloned()
        };
        Followed { follow, customer }
    });
    Ok(followed.collect())
}

fn filtered(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    filter: &FollowFilter,
) -> Select<follow::Entity> {
    use follow::Column;
    let mut find = follow::Entity::find().filter(Column::CorpId.eq(corp.as_str()));
    if !filter.with_ended {
        find = find.filter(Column::EndedAt.is_null());
    }
    if let Some(members) = &filter.members {
        find = find.filter(Column::Userid.is_in(members.iter().map(UserId::as_str)));
    }
    if let Some(tags) = &filter.tags {
        let wanted = tags.iter().map(TagId::as_str);
        find = find.filter(json::holds_text(conn, "follow", "tags", wanted));
    }
    if let Some(wanted) = filter.text.as_deref().filter(|t| !t.is_empty()) {
        find = find.filter(named(corp, wanted));
    }
    if let Some(ways) = &filter.add_ways {
        find = find.filter(Column::AddWay.is_in(ways.iter().copied()));
    }
    if let Some(from) = filter.added_from {
        find = find.filter(Column::AddedAt.gte(from.seconds()));
    }
    if let Some(until) = filter.added_until {
        find = find.filter(Column::AddedAt.lt(until.seconds()));
    }
    find
}

fn named(corp: &CorpId, wanted: &str) -> Condition {
    let of_that_name = Query::select()
        .column(customer::Column::ExternalUserid)
        .from(customer::Entity)
        .and_where(customer::Column::CorpId.eq(corp.as_str()))
        .and_where(text::holds(Expr::col(customer::Column::Name), wanted))
        .to_owned();
    Condition::any()
        .add(text::holds(
            Expr::col((follow::Entity, follow::Column::Remark)),
            wanted,
        ))
        .add(follow::Column::ExternalUserid.in_subquery(of_that_name))
}

/// What a member holds that would need a successor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LiveAssets {
    /// Living follows.
    pub customers: u64,
    /// Groups the member owns that are not dismissed.
    pub groups: u64,
}

pub async fn live_assets(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    member: &UserId,
) -> Result<LiveAssets, StoreError> {
    const OPERATION: &str = "count what a member holds";
    let customers = follow::Entity::find()
        .filter(follow::Column::CorpId.eq(corp.as_str()))
        .filter(follow::Column::Userid.eq(member.as_str()))
        .filter(follow::Column::EndedAt.is_null())
        .count(conn)
        .await
        .during(OPERATION)?;
    let groups = customer_group::Entity::find()
        .filter(customer_group::Column::CorpId.eq(corp.as_str()))
        .filter(customer_group::Column::Owner.eq(member.as_str()))
        .filter(customer_group::Column::DismissedAt.is_null())
        .count(conn)
        .await
        .during(OPERATION)?;
    Ok(LiveAssets { customers, groups })
}
