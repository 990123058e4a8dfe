//! Who agreed to the archive, and since when.

use std::collections::BTreeMap;

use jiebang_domain::archive::consent::Status;
use jiebang_domain::id::CorpId;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder,
};

use crate::entity::consent;
use crate::error::During;
use crate::gather::{Form, gather};
use crate::{StoreError, Tx};

pub use crate::entity::consent::Model as Consent;

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
