//! What members hold, counted: what would be lost if one of them left, and how well it is written
//! down.

use std::collections::BTreeMap;

use jiebang_domain::departure::{Exposure, Written};
use jiebang_domain::id::{CorpId, ExternalUserId, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use crate::StoreError;
use crate::customer::{Followed, with_customers};
use crate::entity::{customer_group, follow};
use crate::error::During;

/// Holds where no other member who is in the corp follows the customer, by the index
/// follow_customer.
const SINGLE_OWNER: &str = "NOT EXISTS (\
     SELECT 1 FROM follow AS other \
     JOIN member AS m ON m.corp_id = other.corp_id AND m.userid = other.userid \
     WHERE other.corp_id = follow.corp_id AND other.external_userid = follow.external_userid \
     AND other.userid <> follow.userid AND other.ended_at IS NULL \
     AND m.left_at IS NULL AND m.gone_at IS NULL)";
/// Holds where neither a remark nor a corp tag is written down.
const UNDOCUMENTED: &str = "(TRIM(follow.remark) = '' AND follow.tags = '[]')";

/// Which customers of a member to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposed {
    /// No other member who is in the corp follows them.
    SingleOwner,
    /// With neither a remark nor a corp tag.
    Undocumented,
}

impl Exposed {
    const fn sql(self) -> &'static str {
        match self {
            Self::SingleOwner => SINGLE_OWNER,
            Self::Undocumented => UNDOCUMENTED,
        }
    }
}

#[derive(sea_orm::FromQueryResult)]
struct Counted {
    userid: String,
    customers: i64,
    remark: i64,
    note: i64,
    tag: i64,
    phone: i64,
    single_owner: i64,
    undocumented: i64,
}

/// What every member holds, or only `member`; those who hold nothing are absent. One pass over
/// the living relations, by the index follow_member.
pub async fn exposures(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    member: Option<&UserId>,
) -> Result<BTreeMap<String, Exposure>, StoreError> {
    let counted: Vec<Counted> = counting(corp, member)
        .into_model()
        .all(conn)
        .await
        .during("count what members hold")?;
    let mut found: BTreeMap<String, Exposure> = counted
        .into_iter()
        .map(|row| (row.userid.clone(), exposure(&row)))
        .collect();
    for (owner, groups) in groups_by_owner(conn, corp, member).await? {
        found.entry(owner).or_default().groups = count(groups);
    }
    Ok(found)
}

fn counting(corp: &CorpId, member: Option<&UserId>) -> Select<follow::Entity> {
    use follow::Column;
    let parts = [
        ("remark", "TRIM(follow.remark) <> ''"),
        ("note", "TRIM(follow.description) <> ''"),
        ("tag", "follow.tags <> '[]'"),
        ("phone", "follow.remark_mobiles <> '[]'"),
        ("single_owner", SINGLE_OWNER),
        ("undocumented", UNDOCUMENTED),
    ];
    let mut query = follow::Entity::find()
        .select_only()
        .column(Column::Userid)
        .column_as(Column::ExternalUserid.count(), "customers")
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::EndedAt.is_null())
        .group_by(Column::Userid);
    for (name, holds) in parts {
        let sum = format!("SUM(CASE WHEN {holds} THEN 1 ELSE 0 END)");
        query = query.expr_as(Expr::cust(sum), name);
    }
    if let Some(member) = member {
        query = query.filter(Column::Userid.eq(member.as_str()));
    }
    query
}

fn exposure(row: &Counted) -> Exposure {
    Exposure {
        written: Written {
            customers: count(row.customers),
            remark: count(row.remark),
            note: count(row.note),
            tag: count(row.tag),
            phone: count(row.phone),
        },
        groups: 0,
        single_owner: count(row.single_owner),
        undocumented: count(row.undocumented),
    }
}

fn count(rows: i64) -> u64 {
    u64::try_from(rows).unwrap_or_default()
}

async fn groups_by_owner(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    owner: Option<&UserId>,
) -> Result<Vec<(String, i64)>, StoreError> {
    use customer_group::Column;
    let mut query = customer_group::Entity::find()
        .select_only()
        .column(Column::Owner)
        .column_as(Column::ChatId.count(), "groups")
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::DismissedAt.is_null())
        .group_by(Column::Owner);
    if let Some(owner) = owner {
        query = query.filter(Column::Owner.eq(owner.as_str()));
    }
    query
        .into_tuple()
        .all(conn)
        .await
        .during("count groups by owner")
}

fn exposed(corp: &CorpId, member: &UserId, kind: Exposed) -> Condition {
    use follow::Column;
    Condition::all()
        .add(Column::CorpId.eq(corp.as_str()))
        .add(Column::Userid.eq(member.as_str()))
        .add(Column::EndedAt.is_null())
        .add(Expr::cust(kind.sql()))
}

/// Customers of `member` of that kind in the order of their ids, `limit` after `after`.
pub async fn exposed_customers(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    member: &UserId,
    kind: Exposed,
    after: Option<&ExternalUserId>,
    limit: u64,
) -> Result<Vec<Followed>, StoreError> {
    let mut find = follow::Entity::find().filter(exposed(corp, member, kind));
    if let Some(after) = after {
        find = find.filter(follow::Column::ExternalUserid.gt(after.as_str()));
    }
    let page = find
        .order_by_asc(follow::Column::ExternalUserid)
        .limit(limit)
        .all(conn)
        .await
        .during("list exposed customers")?;
    with_customers(conn, corp, page).await
}

/// The ids of all customers of `member` whom no other member who is in the corp follows.
pub async fn single_owner_ids(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    member: &UserId,
) -> Result<Vec<String>, StoreError> {
    follow::Entity::find()
        .select_only()
        .column(follow::Column::ExternalUserid)
        .filter(exposed(corp, member, Exposed::SingleOwner))
        .into_tuple()
        .all(conn)
        .await
        .during("read whom nobody else follows")
}

/// How many customers of `member` are of that kind.
pub async fn count_exposed(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    member: &UserId,
    kind: Exposed,
) -> Result<u64, StoreError> {
    follow::Entity::find()
        .filter(exposed(corp, member, kind))
        .count(conn)
        .await
        .during("count exposed customers")
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, QueryTrait, Statement};

    use super::*;

    #[tokio::test]
    async fn b11_nobody_is_counted_by_reading_all_relations_again_for_each() {
        let store = crate::testing::sqlite().await;
        let corp = CorpId::parse("ww1").unwrap();
        let counted = counting(&corp, None).build(DbBackend::Sqlite);
        let explain = Statement {
            sql: format!("EXPLAIN QUERY PLAN {}", counted.sql),
            ..counted
        };
        let plan = store.read().query_all_raw(explain).await.unwrap();
        let plan: Vec<String> = plan
            .iter()
            .map(|row| row.try_get("", "detail").unwrap())
            .collect();
        let plan = plan.join("\n");
        assert!(plan.contains("follow_customer"), "{plan}");
        assert!(!plan.contains("SCAN other"), "{plan}");
        assert!(!plan.contains("SCAN m"), "{plan}");
    }
}
