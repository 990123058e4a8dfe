//! Who agreed to the archive, and since when.

use std::collections::BTreeMap;

use jiebang_domain::archive::consent::Status;
use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::entity::consent;
use crate::error::During;
use crate::gather::{Form, gather};
use crate::{StoreError, Tx};

pub use crate::entity::consent::Model as Consent;

/// Whose consent: a member and a customer, or a customer in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair<'a> {
    /// Empty for a room.
    pub userid: &'a str,
    pub external_userid: &'a str,
    /// Empty for two people.
    pub room_id: &'a str,
}

/// Adds to the history. What is known of the same moment stays, but for a refusal, which wins, other
/// than at the moment 0: that is none.
pub async fn add(tx: &Tx, consents: Vec<Consent>) -> Result<(), StoreError> {
    use consent::Column;
    let key = [
        Column::CorpId,
        Column::Userid,
        Column::ExternalUserid,
        Column::RoomId,
        Column::At,
    ];
    let disagree = Status::Disagree.as_str();
    let mut told: BTreeMap<_, Consent> = BTreeMap::new();
    for one in consents {
        let pair = (one.userid.clone(), one.external_userid.clone());
        let moment = (pair, one.room_id.clone(), one.at);
        let known = told.entry(moment).or_insert_with(|| one.clone());
        if one.status == disagree {
            *known = one;
        }
    }
    let refusal_wins = OnConflict::columns(key)
        .update_columns([Column::Status, Column::Source, Column::LearnedAt])
        .action_and_where(Expr::cust(format!(
            "excluded.status = '{disagree}' AND consent.status <> '{disagree}' AND consent.at > 0"
        )))
        .to_owned();
    let consents: Vec<Consent> = told.into_values().collect();
    for some in consents.chunks(1_000) {
        let rows = some
            .iter()
            .map(|consent| consent.clone().into_active_model().reset_all());
        consent::Entity::insert_many(rows)
            .on_conflict(refusal_wins.clone())
            .exec_without_returning(tx.conn())
            .await
            .during("store consents")?;
    }
    Ok(())
}

/// What held at `at`: the newest entry up to then. `None` if nothing is known of that time.
pub async fn at(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    pair: Pair<'_>,
    at: Timestamp,
) -> Result<Option<Consent>, StoreError> {
    // By the primary key.
    of_pair(corp, pair)
        .filter(consent::Column::At.lte(at.seconds()))
        .order_by_desc(consent::Column::At)
        .limit(1)
        .one(conn)
        .await
        .during("look for a consent")
}

/// The history of a pair, oldest first.
pub async fn history(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    pair: Pair<'_>,
) -> Result<Vec<Consent>, StoreError> {
    of_pair(corp, pair)
        .order_by_asc(consent::Column::At)
        .all(conn)
        .await
        .during("load the history of a consent")
}

/// Everything known of a customer, oldest first.
pub async fn of_customer(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    external_userid: &str,
) -> Result<Vec<Consent>, StoreError> {
    // By the index consent_customer.
    consent::Entity::find()
        .filter(consent::Column::CorpId.eq(corp.as_str()))
        .filter(consent::Column::ExternalUserid.eq(external_userid))
        .order_by_asc(consent::Column::At)
        .all(conn)
        .await
        .during("load the consents of a customer")
}

/// Everything known of these customers, in no order.
pub async fn of_customers(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    external_userids: &[&str],
) -> Result<Vec<Consent>, StoreError> {
    type Given = (String, String, String, i64, String, String, i64);
    let columns = [
        consent::Column::Userid,
        consent::Column::ExternalUserid,
        consent::Column::RoomId,
        consent::Column::At,
        consent::Column::Status,
        consent::Column::Source,
        consent::Column::LearnedAt,
    ];
    let columns = columns.map(|column| (column, Form::Plain));
    let mut found = Vec::new();
    for some in external_userids.chunks(1_000) {
        // By the index consent_customer.
        let select = consent::Entity::find()
            .filter(consent::Column::CorpId.eq(corp.as_str()))
            .filter(consent::Column::ExternalUserid.is_in(some.iter().copied()));
        let rows: Vec<Given> =
            gather(conn, select, &columns, "load the consents of customers").await?;
        found.extend(rows.into_iter().map(
            |(userid, external_userid, room_id, at, status, source, learned_at)| Consent {
                corp_id: corp.to_string(),
                userid,
                external_userid,
                room_id,
                at,
                status,
                source,
                learned_at,
            },
        ));
    }
    Ok(found)
}

/// Refusals that were learned from that moment on (Unix seconds), in no order.
pub async fn refused_since(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    learned_at: i64,
) -> Result<Vec<Consent>, StoreError> {
    consent::Entity::find()
        .filter(consent::Column::CorpId.eq(corp.as_str()))
        .filter(consent::Column::LearnedAt.gte(learned_at))
        .filter(consent::Column::Status.eq("disagree"))
        .all(conn)
        .await
        .during("list refusals")
}

fn of_pair(corp: &CorpId, pair: Pair<'_>) -> sea_orm::Select<consent::Entity> {
    use consent::Column;
    consent::Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::Userid.eq(pair.userid))
        .filter(Column::ExternalUserid.eq(pair.external_userid))
        .filter(Column::RoomId.eq(pair.room_id))
}
