//! What a company knows of its members and customers beyond WeCom, and what plans ask of both.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JsonValue, QueryFilter, QueryOrder, QuerySelect,
};

use crate::batch::{last_of_each, replace_all_but, rows_a_statement, upsert};
pub use crate::entity::customer_profile::Model as CustomerProfile;
pub use crate::entity::member_profile::Model as MemberProfile;
use crate::entity::{customer_profile, follow, group_member, member, member_profile};
use crate::error::During;
use crate::{StoreError, Tx};

/// Stores profiles of members, new or changed.
pub async fn put_members(tx: &Tx, rows: Vec<MemberProfile>) -> Result<(), StoreError> {
    use member_profile::Column;
    let rows = last_of_each(rows, |a, b| {
        (&a.corp_id, &a.userid).cmp(&(&b.corp_id, &b.userid))
    });
    let conflict =
        replace_all_but::<member_profile::Entity>(&[Column::CorpId, Column::Userid], &[]);
    let operation = "store profiles of members";
    upsert::<member_profile::Entity>(tx.conn(), rows, &conflict, operation).await
}

/// Stores profiles of customers, new or changed.
pub async fn put_customers(tx: &Tx, rows: Vec<CustomerProfile>) -> Result<(), StoreError> {
    use customer_profile::Column;
    let rows = last_of_each(rows, |a, b| {
        (&a.corp_id, &a.external_userid).cmp(&(&b.corp_id, &b.external_userid))
    });
    let key = [Column::CorpId, Column::ExternalUserid];
    let conflict = replace_all_but::<customer_profile::Entity>(&key, &[]);
    let operation = "store profiles of customers";
    upsert::<customer_profile::Entity>(tx.conn(), rows, &conflict, operation).await
}

/// The profiles of members, by userid.
pub async fn member_profiles(
    conn: &impl ConnectionTrait,
    corp: &str,
) -> Result<BTreeMap<String, JsonValue>, StoreError> {
    let rows = member_profile::Entity::find()
        .filter(member_profile::Column::CorpId.eq(corp))
        .all(conn)
        .await
        .during("read the profiles of members")?;
    Ok(rows
        .into_iter()
        .map(|row| (row.userid, row.profile))
        .collect())
}

/// The profiles of these customers, by external userid.
pub async fn customer_profiles(
    conn: &impl ConnectionTrait,
    corp: &str,
    customers: &[String],
) -> Result<BTreeMap<String, JsonValue>, StoreError> {
    use customer_profile::Column;
    let mut found = BTreeMap::new();
    for part in customers.chunks(rows_a_statement(1)) {
        let rows = customer_profile::Entity::find()
            .filter(Column::CorpId.eq(corp))
            .filter(Column::ExternalUserid.is_in(part.iter().cloned()))
            .all(conn)
            .await
            .during("read the profiles of customers")?;
        found.extend(
            rows.into_iter()
                .map(|row| (row.external_userid, row.profile)),
        );
    }
    Ok(found)
}

/// Members of the directory who may serve customers and are active, by userid.
pub async fn active_members(
    conn: &impl ConnectionTrait,
    corp: &str,
) -> Result<Vec<member::Model>, StoreError> {
    use member::Column;
    member::Entity::find()
        .filter(Column::CorpId.eq(corp))
        .filter(Column::GoneAt.is_null())
        .filter(Column::Status.eq(1))
        .filter(Column::CustomerContact.eq(true))
        .order_by_asc(Column::Userid)
        .all(conn)
        .await
        .during("read the members who serve customers")
}

/// How many customers each member follows now.
pub async fn loads(
    conn: &impl ConnectionTrait,
    corp: &str,
) -> Result<BTreeMap<String, i64>, StoreError> {
    use follow::Column;
    let rows: Vec<(String, i64)> = follow::Entity::find()
        .select_only()
        .column(Column::Userid)
        .expr(Expr::col(Column::ExternalUserid).count())
        .filter(Column::CorpId.eq(corp))
        .filter(Column::EndedAt.is_null())
        .group_by(Column::Userid)
        .into_tuple()
        .all(conn)
        .await
        .during("count the customers of each member")?;
    Ok(rows.into_iter().collect())
}

/// Everybody who follows or has followed these customers: member, customer, and whether it
/// still does.
pub async fn followers(
    conn: &impl ConnectionTrait,
    corp: &str,
    customers: &[String],
) -> Result<Vec<(String, String, bool)>, StoreError> {
    use follow::Column;
    let mut found = Vec::new();
    for part in customers.chunks(rows_a_statement(1)) {
        let rows: Vec<(String, String, Option<i64>)> = follow::Entity::find()
            .select_only()
            .column(Column::Userid)
            .column(Column::ExternalUserid)
            .column(Column::EndedAt)
            .filter(Column::CorpId.eq(corp))
            .filter(Column::ExternalUserid.is_in(part.iter().cloned()))
            .into_tuple()
            .all(conn)
            .await
            .during("read who has followed the customers")?;
        let rows = rows.into_iter();
        found.extend(rows.map(|(member, customer, ended)| (member, customer, ended.is_none())));
    }
    Ok(found)
}

/// The groups these customers or members are in: member of the group, and chat id.
pub async fn groups_with(
    conn: &impl ConnectionTrait,
    corp: &str,
    ids: &[String],
) -> Result<Vec<(String, String)>, StoreError> {
    use group_member::Column;
    let mut found = Vec::new();
    for part in ids.chunks(rows_a_statement(1)) {
        let rows: Vec<(String, String)> = group_member::Entity::find()
            .select_only()
            .column(Column::MemberId)
            .column(Column::ChatId)
            .filter(Column::CorpId.eq(corp))
            .filter(Column::MemberId.is_in(part.iter().cloned()))
            .into_tuple()
            .all(conn)
            .await
            .during("read the groups of members and customers")?;
        found.extend(rows);
    }
    Ok(found)
}
