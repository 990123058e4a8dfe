//! The list of customers whose member has left and who have no successor yet.

use std::collections::HashMap;

use jiebang_domain::id::{CorpId, ExternalUserId, UserId};
use jiebang_domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::batch::{last_of_each, replace_all_but, upsert};
use crate::customer::{Customer, Follow, customers_by_id, follows_by_id};
use crate::entity::unassigned::{self, Column};
use crate::error::During;
use crate::{StoreError, Tx};

pub use crate::entity::unassigned::Model as Unassigned;

/// Stores rows of the list, new or changed. One that had gone is back if the row says so.
pub async fn upsert_unassigned(tx: &Tx, rows: Vec<Unassigned>) -> Result<(), StoreError> {
    let rows = last_of_each(rows, |a, b| {
        (&a.corp_id, &a.handover_userid, &a.external_userid).cmp(&(
            &b.corp_id,
            &b.handover_userid,
            &b.external_userid,
        ))
    });
    let key = [
        Column::CorpId,
        Column::HandoverUserid,
        Column::ExternalUserid,
    ];
    let conflict = replace_all_but::<unassigned::Entity>(&key, &[]);
    upsert::<unassigned::Entity>(tx.conn(), rows, &conflict, "store the unassigned list").await
}

/// Marks rows that sync run `run` did not see as gone. Returns how many. Call it after a
/// complete listing only.
pub async fn mark_unseen_gone(
    tx: &Tx,
    corp: &CorpId,
    run: i64,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let touched = unassigned::Entity::update_many()
        .col_expr(Column::GoneAt, Expr::val(now.seconds()))
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::GoneAt.is_null())
        .filter(Column::SeenRun.lt(run))
        .exec(tx.conn())
        .await
        .during("mark unassigned customers gone")?;
    Ok(touched.rows_affected)
}

/// Marks one row as gone. Returns whether it was there.
pub async fn mark_gone(
    tx: &Tx,
    corp: &CorpId,
    leaver: &UserId,
    customer: &ExternalUserId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let touched = unassigned::Entity::update_many()
        .col_expr(Column::GoneAt, Expr::val(now.seconds()))
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::HandoverUserid.eq(leaver.as_str()))
        .filter(Column::ExternalUserid.eq(customer.as_str()))
        .filter(Column::GoneAt.is_null())
        .exec(tx.conn())
        .await
        .during("mark an unassigned customer gone")?;
    Ok(touched.rows_affected > 0)
}

/// A row of the list with what was known of it before the member left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnassignedCustomer {
    pub unassigned: Unassigned,
    pub follow: Option<Follow>,
    pub customer: Option<Customer>,
}

/// The ids of the customers that wait of `leaver`.
pub async fn unassigned_ids(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    leaver: &UserId,
) -> Result<Vec<String>, StoreError> {
    unassigned::Entity::find()
        .select_only()
        .column(Column::ExternalUserid)
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::HandoverUserid.eq(leaver.as_str()))
        .filter(Column::GoneAt.is_null())
        .into_tuple()
        .all(conn)
        .await
        .during("list the ids of unassigned customers")
}

/// What waits of `leaver`, in the order of customer ids, `limit` after `after`.
pub async fn unassigned_of(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    leaver: &UserId,
    after: Option<&ExternalUserId>,
    limit: u64,
) -> Result<Vec<UnassignedCustomer>, StoreError> {
    let mut find = unassigned::Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::HandoverUserid.eq(leaver.as_str()))
        .filter(Column::GoneAt.is_null());
    if let Some(after) = after {
        find = find.filter(Column::ExternalUserid.gt(after.as_str()));
    }
    let page = find
        .order_by_asc(Column::ExternalUserid)
        .limit(limit)
        .all(conn)
        .await
        .during("list unassigned customers")?;
    let ids = || page.iter().map(|row| row.external_userid.as_str());
    let mut customers: HashMap<String, Customer> = customers_by_id(conn, corp, ids())
        .await?
        .into_iter()
        .map(|row| (row.external_userid.clone(), row))
        .collect();
    let mut follows: HashMap<String, Follow> = follows_by_id(conn, corp, leaver, ids())
        .await?
        .into_iter()
        .map(|row| (row.external_userid.clone(), row))
        .collect();
    let known = page.into_iter().map(|unassigned| UnassignedCustomer {
        follow: follows.remove(&unassigned.external_userid),
        customer: customers.remove(&unassigned.external_userid),
        unassigned,
    });
    Ok(known.collect())
}
