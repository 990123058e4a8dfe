//! Customers of leavers that ended with nobody, until somebody follows them or a person settles
//! them.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};

use crate::batch::rows_a_statement;
use crate::entity::handover_row::{Column, Entity, Model as Row};
use crate::entity::orphan_settled::{self, Model as Settled};
use crate::entity::{follow, handover, member};
use crate::error::During;
use crate::{StoreError, Tx};

/// States in which an attempt got the customer nowhere.
const NOWHERE: [&str; 4] = ["refused", "full", "no_relation", "failed"];
/// Predictions that stay true: such a row is blocked for good.
const FOR_GOOD: [&str; 2] = ["leaver_left_over_a_year", "not_followed"];

/// The latest row of each customer of a resigned leaver that ended with nobody, by id of the
/// customer after `after`.
pub async fn orphans(
    conn: &impl ConnectionTrait,
    corp: &str,
    after: &str,
) -> Result<Vec<Row>, StoreError> {
    let nowhere = Condition::any().add(Column::State.is_in(NOWHERE)).add(
        Condition::all()
            .add(Column::State.eq("blocked"))
            .add(Column::Prediction.is_in(FOR_GOOD)),
    );
    let ended = rows_of(conn, corp, nowhere, after).await?;
    let ids: Vec<String> = ended.keys().cloned().collect();
    let mut followed = BTreeSet::new();
    let mut settled = BTreeMap::new();
    let mut later = BTreeMap::new();
    for part in ids.chunks(rows_a_statement(1)) {
        followed.extend(followed_now(conn, corp, part).await?);
        settled.extend(settled_at(conn, corp, part).await?);
        later.extend(latest(conn, corp, part).await?);
    }
    let open = |row: &Row| {
        let id = &row.subject_id;
        let at = row.ended_at.unwrap_or(row.updated_at);
        later.get(id) == Some(&(row.handover_id, row.row_no))
            && !followed.contains(id)
            && settled.get(id).is_none_or(|settled| *settled < at)
    };
    Ok(ended.into_values().filter(open).collect())
}

fn resigned(corp: &str) -> sea_orm::sea_query::SelectStatement {
    handover::Entity::find()
        .select_only()
        .column(handover::Column::Id)
        .filter(handover::Column::CorpId.eq(corp))
        .filter(handover::Column::Kind.eq("resigned"))
        .filter(handover::Column::State.ne("draft"))
        .into_query()
}

async fn rows_of(
    conn: &impl ConnectionTrait,
    corp: &str,
    which: Condition,
    after: &str,
) -> Result<BTreeMap<String, Row>, StoreError> {
    let rows = Entity::find()
        .filter(Column::CorpId.eq(corp))
        .filter(Column::SubjectKind.eq("customer"))
        .filter(Column::SubjectId.gt(after))
        .filter(which)
        .filter(Column::HandoverId.in_subquery(resigned(corp)))
        .order_by_asc(Column::HandoverId)
        .all(conn)
        .await
        .during("look for customers that nobody took")?;
    // Ids of handovers grow with time: the latest stays.
    let by_id = rows.into_iter().map(|row| (row.subject_id.clone(), row));
    Ok(by_id.collect())
}

async fn latest(
    conn: &impl ConnectionTrait,
    corp: &str,
    ids: &[String],
) -> Result<BTreeMap<String, (uuid::Uuid, i32)>, StoreError> {
    let rows: Vec<(String, uuid::Uuid, i32)> = Entity::find()
        .select_only()
        .column(Column::SubjectId)
        .column(Column::HandoverId)
        .column(Column::RowNo)
        .filter(Column::CorpId.eq(corp))
        .filter(Column::SubjectKind.eq("customer"))
        .filter(Column::SubjectId.is_in(ids.iter().cloned()))
        .filter(Column::HandoverId.in_subquery(resigned(corp)))
        .order_by_asc(Column::HandoverId)
        .into_tuple()
        .all(conn)
        .await
        .during("look for later attempts")?;
    let by_id = rows
        .into_iter()
        .map(|(id, handover, no)| (id, (handover, no)));
    Ok(by_id.collect())
}

/// Those that a member who has not left follows.
async fn followed_now(
    conn: &impl ConnectionTrait,
    corp: &str,
    ids: &[String],
) -> Result<BTreeSet<String>, StoreError> {
    // 5: left. Whoever is not in the directory any more is gone as well.
    let here = member::Entity::find()
        .select_only()
        .column(member::Column::Userid)
        .filter(member::Column::CorpId.eq(corp))
        .filter(member::Column::GoneAt.is_null())
        .filter(member::Column::Status.ne(5))
        .into_query();
    let found: Vec<String> = follow::Entity::find()
        .select_only()
        .column(follow::Column::ExternalUserid)
        .filter(follow::Column::CorpId.eq(corp))
        .filter(follow::Column::ExternalUserid.is_in(ids.iter().cloned()))
        .filter(follow::Column::EndedAt.is_null())
        .filter(follow::Column::Userid.in_subquery(here))
        .into_tuple()
        .all(conn)
        .await
        .during("read who follows the customers")?;
    Ok(found.into_iter().collect())
}

async fn settled_at(
    conn: &impl ConnectionTrait,
    corp: &str,
    ids: &[String],
) -> Result<BTreeMap<String, i64>, StoreError> {
    use orphan_settled::Column;
    let found: Vec<(String, i64)> = orphan_settled::Entity::find()
        .select_only()
        .column(Column::ExternalUserid)
        .column(Column::EndedAt)
        .filter(Column::CorpId.eq(corp))
        .filter(Column::ExternalUserid.is_in(ids.iter().cloned()))
        .into_tuple()
        .all(conn)
        .await
        .during("read what was settled")?;
    Ok(found.into_iter().collect())
}

/// Which of these customers somebody settled.
pub async fn settled_among(
    conn: &impl ConnectionTrait,
    corp: &str,
    ids: &[String],
) -> Result<BTreeSet<String>, StoreError> {
    let mut found = BTreeSet::new();
    for part in ids.chunks(rows_a_statement(1)) {
        found.extend(settled_at(conn, corp, part).await?.into_keys());
    }
    Ok(found)
}

/// Rows of these handovers by state that ended elsewhere or are settled: their customer is in a
/// later handover that was started and tried it, or somebody said what has become of it.
pub async fn done_with(
    conn: &impl ConnectionTrait,
    corp: &str,
    handovers: &[uuid::Uuid],
) -> Result<Vec<(uuid::Uuid, String, i64)>, StoreError> {
    const LATER: &str = "later";
    let later = |column: Column| Expr::col((LATER, column));
    let mut in_later = Query::select();
    in_later
        .expr(Expr::val(1))
        .from_as(Entity, LATER)
        .and_where(later(Column::CorpId).equals((Entity, Column::CorpId)))
        .and_where(later(Column::SubjectKind).equals((Entity, Column::SubjectKind)))
        .and_where(later(Column::SubjectId).equals((Entity, Column::SubjectId)))
        .and_where(later(Column::HandoverId).gt(Expr::col((Entity, Column::HandoverId))))
        .and_where(later(Column::HandoverId).in_subquery(started(corp)))
        .and_where(later(Column::State).is_not_in(["blocked", "unassigned", "cancelled"]));
    let mut settled = Query::select();
    let of_settled = |column| Expr::col((orphan_settled::Entity, column));
    settled
        .expr(Expr::val(1))
        .from(orphan_settled::Entity)
        .and_where(of_settled(orphan_settled::Column::CorpId).equals((Entity, Column::CorpId)))
        .and_where(
            of_settled(orphan_settled::Column::ExternalUserid).equals((Entity, Column::SubjectId)),
        )
        .and_where(
            of_settled(orphan_settled::Column::EndedAt).gte(Expr::col((Entity, Column::EndedAt))),
        );
    let is_done = Condition::any()
        .add(Expr::exists(in_later))
        .add(Expr::exists(settled));
    Entity::find()
        .select_only()
        .column(Column::HandoverId)
        .column(Column::State)
        .expr(Expr::col((Entity, Column::RowNo)).count())
        .filter(Column::CorpId.eq(corp))
        .filter(Column::HandoverId.is_in(handovers.iter().copied()))
        .filter(Column::State.is_in(["refused", "full", "no_relation", "failed"]))
        .filter(is_done)
        .group_by(Column::HandoverId)
        .group_by(Column::State)
        .into_tuple()
        .all(conn)
        .await
        .during("count what is done with elsewhere")
}

fn started(corp: &str) -> sea_orm::sea_query::SelectStatement {
    handover::Entity::find()
        .select_only()
        .column(handover::Column::Id)
        .filter(handover::Column::CorpId.eq(corp))
        .filter(handover::Column::StartedAt.is_not_null())
        .into_query()
}

/// Settles a customer that nobody took, or settles it anew after a later attempt.
pub async fn settle_orphan(tx: &Tx, settled: Settled) -> Result<(), StoreError> {
    use orphan_settled::Column;
    let on_conflict = OnConflict::columns([Column::CorpId, Column::ExternalUserid])
        .update_columns([
            Column::EndedAt,
            Column::Reason,
            Column::SettledBy,
            Column::SettledAt,
        ])
        .to_owned();
    orphan_settled::Entity::insert(settled.into_active_model())
        .on_conflict(on_conflict)
        .exec_without_returning(tx.conn())
        .await
        .during("settle a customer that nobody took")
        .map(drop)
}
