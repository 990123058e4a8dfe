//! Counts over the rows of handovers.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    QueryTrait,
};
use uuid::Uuid;

use crate::StoreError;
use crate::batch::rows_a_statement;
use crate::entity::handover;
use crate::entity::handover_row::{Column, Entity};
use crate::error::During;

/// How many rows of a handover are alike in these respects.
#[derive(Debug, Clone, PartialEq, Eq, sea_orm::FromQueryResult)]
pub struct Tally {
    pub handover_id: Uuid,
    pub successor: Option<String>,
    pub subject_kind: String,
    pub state: String,
    pub prediction: String,
    pub carry: String,
    pub rows: i64,
}

/// Counts the rows of these handovers, grouped by what pages and summaries ask for.
pub async fn tally(
    conn: &impl ConnectionTrait,
    handovers: &[Uuid],
) -> Result<Vec<Tally>, StoreError> {
    let columns = [
        Column::HandoverId,
        Column::Successor,
        Column::SubjectKind,
        Column::State,
        Column::Prediction,
        Column::Carry,
    ];
    let mut query = Entity::find().select_only();
    for column in columns {
        query = query.column(column).group_by(column);
    }
    query
        .expr_as(Expr::col(Column::RowNo).count(), "rows")
        .filter(Column::HandoverId.is_in(handovers.iter().copied()))
        .into_model()
        .all(conn)
        .await
        .during("count the rows")
}

/// Groups of one owner that were started, or may have been, at `since` or later.
pub async fn groups_started_since(
    conn: &impl ConnectionTrait,
    corp: &str,
    leaver: &str,
    since: i64,
) -> Result<u64, StoreError> {
    let handovers = handover::Entity::find()
        .select_only()
        .column(handover::Column::Id)
        .filter(handover::Column::CorpId.eq(corp))
        .filter(handover::Column::Leaver.eq(leaver));
    Entity::find()
        .filter(Column::HandoverId.in_subquery(handovers.into_query()))
        .filter(Column::SubjectKind.eq("group"))
        .filter(Column::StartedAt.gte(since))
        .count(conn)
        .await
        .during("count the groups started today")
}

/// In-service transfers of each subject that were started, or may have been, at `since` or later,
/// those of earlier attempts of a row included. What the platform refused to start is none.
pub async fn transfers_since(
    conn: &impl ConnectionTrait,
    corp: &str,
    subject_kind: &str,
    subjects: &[String],
    since: i64,
) -> Result<BTreeMap<String, u32>, StoreError> {
    use crate::entity::handover_attempt as attempt;
    let started = ["intended", "unsure", "waiting", "taken_over", "refused"];
    let in_service = in_service(corp);
    let mut counts = BTreeMap::new();
    for part in subjects.chunks(rows_a_statement(1)) {
        // "Full" without a code was read from the result pages: started before.
        let present: Vec<(String, i64)> = Entity::find()
            .select_only()
            .column(Column::SubjectId)
            .expr(Expr::col(Column::RowNo).count())
            .filter(Column::CorpId.eq(corp))
            .filter(Column::SubjectKind.eq(subject_kind))
            .filter(Column::SubjectId.is_in(part.iter().cloned()))
            .filter(Column::StartedAt.gte(since))
            .filter(
                Condition::any().add(Column::State.is_in(started)).add(
                    Condition::all()
                        .add(Column::State.eq("full"))
                        .add(Column::Errcode.is_null()),
                ),
            )
            .filter(Column::HandoverId.in_subquery(in_service.clone()))
            .group_by(Column::SubjectId)
            .into_tuple()
            .all(conn)
            .await
            .during("count earlier transfers")?;
        let earlier: Vec<(String, i64)> = attempt::Entity::find()
            .select_only()
            .column(attempt::Column::SubjectId)
            .expr(Expr::col(attempt::Column::Id).count())
            .filter(attempt::Column::CorpId.eq(corp))
            .filter(attempt::Column::SubjectKind.eq(subject_kind))
            .filter(attempt::Column::SubjectId.is_in(part.iter().cloned()))
            .filter(attempt::Column::StartedAt.gte(since))
            .filter(
                Condition::any()
                    .add(attempt::Column::State.is_in(started))
                    .add(
                        Condition::all()
                            .add(attempt::Column::State.eq("full"))
                            .add(attempt::Column::Errcode.is_null()),
                    ),
            )
            .filter(attempt::Column::HandoverId.in_subquery(in_service.clone()))
            .group_by(attempt::Column::SubjectId)
            .into_tuple()
            .all(conn)
            .await
            .during("count earlier attempts")?;
        for (subject, count) in present.into_iter().chain(earlier) {
            let all: &mut u32 = counts.entry(subject).or_default();
            *all = all.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
        }
    }
    Ok(counts)
}

fn in_service(corp: &str) -> SelectStatement {
    handover::Entity::find()
        .select_only()
        .column(handover::Column::Id)
        .filter(handover::Column::CorpId.eq(corp))
        .filter(handover::Column::Kind.eq("in_service"))
        .into_query()
}

/// Those of `subjects` of which the platform answered `errcode` to an in-service attempt at
/// `since` or later.
pub async fn limit_answers_since(
    conn: &impl ConnectionTrait,
    corp: &str,
    subject_kind: &str,
    subjects: &[String],
    errcode: i32,
    since: i64,
) -> Result<BTreeSet<String>, StoreError> {
    use crate::entity::handover_attempt as attempt;
    let in_service = in_service(corp);
    let mut found = BTreeSet::new();
    for part in subjects.chunks(rows_a_statement(1)) {
        let present: Vec<String> = Entity::find()
            .select_only()
            .column(Column::SubjectId)
            .filter(Column::CorpId.eq(corp))
            .filter(Column::SubjectKind.eq(subject_kind))
            .filter(Column::SubjectId.is_in(part.iter().cloned()))
            .filter(Column::Errcode.eq(errcode))
            .filter(Column::StartedAt.gte(since))
            .filter(Column::HandoverId.in_subquery(in_service.clone()))
            .into_tuple()
            .all(conn)
            .await
            .during("look for answers about the limit")?;
        let earlier: Vec<String> = attempt::Entity::find()
            .select_only()
            .column(attempt::Column::SubjectId)
            .filter(attempt::Column::CorpId.eq(corp))
            .filter(attempt::Column::SubjectKind.eq(subject_kind))
            .filter(attempt::Column::SubjectId.is_in(part.iter().cloned()))
            .filter(attempt::Column::Errcode.eq(errcode))
            .filter(attempt::Column::StartedAt.gte(since))
            .filter(attempt::Column::HandoverId.in_subquery(in_service.clone()))
            .into_tuple()
            .all(conn)
            .await
            .during("look for earlier answers about the limit")?;
        found.extend(present.into_iter().chain(earlier));
    }
    Ok(found)
}
