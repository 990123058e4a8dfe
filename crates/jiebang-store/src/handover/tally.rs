//! Counts over the rows of handovers.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait,
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

/// In-service transfers of each subject that were started, or may have been, at `since` or later.
/// What the platform refused to start is none.
pub async fn transfers_since(
    conn: &impl ConnectionTrait,
    corp: &str,
    subject_kind: &str,
    subjects: &[String],
    since: i64,
) -> Result<BTreeMap<String, u32>, StoreError> {
    let in_service = handover::Entity::find()
        .select_only()
        .column(handover::Column::Id)
        .filter(handover::Column::CorpId.eq(corp))
        .filter(handover::Column::Kind.eq("in_service"));
    let mut counts = BTreeMap::new();
    for part in subjects.chunks(rows_a_statement(1)) {
        let found: Vec<(String, i64)> = Entity::find()
            .select_only()
            .column(Column::SubjectId)
            .expr(Expr::col(Column::RowNo).count())
            .filter(Column::CorpId.eq(corp))
            .filter(Column::SubjectKind.eq(subject_kind))
            .filter(Column::SubjectId.is_in(part.iter().cloned()))
            .filter(Column::StartedAt.gte(since))
            .filter(Column::State.is_in(["intended", "unsure", "waiting", "taken_over", "refused"]))
            .filter(Column::HandoverId.in_subquery(in_service.clone().into_query()))
            .group_by(Column::SubjectId)
            .into_tuple()
            .all(conn)
            .await
            .during("count earlier transfers")?;
        for (subject, count) in found {
            counts.insert(subject, u32::try_from(count).unwrap_or(u32::MAX));
        }
    }
    Ok(counts)
}
