//! What a leaver has: everything a plan is made from.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::StoreError;
use crate::batch::rows_a_statement;
use crate::entity::{corp_tag, customer, customer_group, follow, member, unassigned};
use crate::error::During;

/// The relations of a member to its customers, ended ones included, oldest first.
pub async fn follows_of(
    conn: &impl ConnectionTrait,
    corp: &str,
    userid: &str,
) -> Result<Vec<follow::Model>, StoreError> {
    follow::Entity::find()
        .filter(follow::Column::CorpId.eq(corp))
        .filter(follow::Column::Userid.eq(userid))
        .order_by_asc(follow::Column::AddedAt)
        .order_by_asc(follow::Column::ExternalUserid)
        .all(conn)
        .await
        .during("read the relations of the member")
}

/// A leaver's customers nobody has been assigned to, by id.
pub async fn unassigned_of(
    conn: &impl ConnectionTrait,
    corp: &str,
    userid: &str,
) -> Result<Vec<unassigned::Model>, StoreError> {
    unassigned::Entity::find()
        .filter(unassigned::Column::CorpId.eq(corp))
        .filter(unassigned::Column::HandoverUserid.eq(userid))
        .filter(unassigned::Column::GoneAt.is_null())
        .order_by_asc(unassigned::Column::ExternalUserid)
        .all(conn)
        .await
        .during("read the unassigned customers")
}

/// When a member left, by every row of the unassigned list that ever named it; `None` if none did.
pub async fn dimission_of(
    conn: &impl ConnectionTrait,
    corp: &str,
    userid: &str,
) -> Result<Option<i64>, StoreError> {
    let earliest: Option<Option<i64>> = unassigned::Entity::find()
        .select_only()
        .expr(Expr::col(unassigned::Column::DimissionTime).min())
        .filter(unassigned::Column::CorpId.eq(corp))
        .filter(unassigned::Column::HandoverUserid.eq(userid))
        .into_tuple()
        .one(conn)
        .await
        .during("read when the member left")?;
    Ok(earliest.flatten())
}

/// Names of these customers.
pub async fn customer_names(
    conn: &impl ConnectionTrait,
    corp: &str,
    ids: &[String],
) -> Result<BTreeMap<String, String>, StoreError> {
    let mut names = BTreeMap::new();
    for part in ids.chunks(rows_a_statement(1)) {
        let found: Vec<(String, String)> = customer::Entity::find()
            .select_only()
            .column(customer::Column::ExternalUserid)
            .column(customer::Column::Name)
            .filter(customer::Column::CorpId.eq(corp))
            .filter(customer::Column::ExternalUserid.is_in(part.iter().cloned()))
            .into_tuple()
            .all(conn)
            .await
            .during("read the names of customers")?;
        names.extend(found);
    }
    Ok(names)
}

/// Which of these members follow which of these customers now.
pub async fn followed_by(
    conn: &impl ConnectionTrait,
    corp: &str,
    members: &[String],
    customers: &[String],
) -> Result<BTreeSet<(String, String)>, StoreError> {
    let mut found = BTreeSet::new();
    for part in customers.chunks(rows_a_statement(1)) {
        let pairs: Vec<(String, String)> = follow::Entity::find()
            .select_only()
            .column(follow::Column::Userid)
            .column(follow::Column::ExternalUserid)
            .filter(follow::Column::CorpId.eq(corp))
            .filter(follow::Column::Userid.is_in(members.iter().cloned()))
            .filter(follow::Column::ExternalUserid.is_in(part.iter().cloned()))
            .filter(follow::Column::EndedAt.is_null())
            .into_tuple()
            .all(conn)
            .await
            .during("read who follows the customers")?;
        found.extend(pairs);
    }
    Ok(found)
}

/// Groups of an owner, dismissed ones included, oldest first.
pub async fn groups_of(
    conn: &impl ConnectionTrait,
    corp: &str,
    owner: &str,
) -> Result<Vec<customer_group::Model>, StoreError> {
    customer_group::Entity::find()
        .filter(customer_group::Column::CorpId.eq(corp))
        .filter(customer_group::Column::Owner.eq(owner))
        .order_by_asc(customer_group::Column::CreatedAt)
        .order_by_asc(customer_group::Column::ChatId)
        .all(conn)
        .await
        .during("read the groups of the owner")
}

pub async fn members(
    conn: &impl ConnectionTrait,
    corp: &str,
    userids: &[String],
) -> Result<Vec<member::Model>, StoreError> {
    let mut found = Vec::with_capacity(userids.len());
    for part in userids.chunks(rows_a_statement(1)) {
        let part = member::Entity::find()
            .filter(member::Column::CorpId.eq(corp))
            .filter(member::Column::Userid.is_in(part.iter().cloned()))
            .all(conn)
            .await
            .during("read members")?;
        found.extend(part);
    }
    Ok(found)
}

/// Names of the tags in the tag group of this name, by tag id.
pub async fn tags_in_group(
    conn: &impl ConnectionTrait,
    corp: &str,
    group_name: &str,
) -> Result<BTreeMap<String, String>, StoreError> {
    let tags: Vec<(String, String)> = corp_tag::Entity::find()
        .select_only()
        .column(corp_tag::Column::TagId)
        .column(corp_tag::Column::Name)
        .filter(corp_tag::Column::CorpId.eq(corp))
        .filter(corp_tag::Column::GroupName.eq(group_name))
        .into_tuple()
        .all(conn)
        .await
        .during("read the tags of a tag group")?;
    Ok(tags.into_iter().collect())
}
