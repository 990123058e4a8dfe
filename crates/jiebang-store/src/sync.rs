//! Runs of syncs and reconciles: where they stand, what they found, what they repaired.

use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value;

use crate::entity::sync_run::{self, Column};
use crate::error::{During, assert_rows};
use crate::{StoreError, Tx};

pub use crate::entity::sync_run::Model as SyncRun;

/// Begins a run. Its id is the run number that rows seen by it carry.
pub async fn begin(
    tx: &Tx,
    corp: &CorpId,
    kind: &str,
    now: Timestamp,
) -> Result<SyncRun, StoreError> {
    let row = sync_run::ActiveModel {
        id: ActiveValue::NotSet,
        corp_id: ActiveValue::Set(corp.to_string()),
        kind: ActiveValue::Set(kind.to_owned()),
        started_at: ActiveValue::Set(now.seconds()),
        finished_at: ActiveValue::Set(None),
        progress: ActiveValue::Set(Value::Object(serde_json::Map::new())),
        counts: ActiveValue::Set(Value::Object(serde_json::Map::new())),
        repaired: ActiveValue::Set(Value::Object(serde_json::Map::new())),
        error: ActiveValue::Set(None),
    };
    sync_run::Entity::insert(row)
        .exec_with_returning(tx.conn())
        .await
        .during("begin a sync run")
}

/// Records where an unfinished run stands.
pub async fn progress(
    tx: &Tx,
    corp: &CorpId,
    run: i64,
    progress: &Value,
    counts: &Value,
) -> Result<(), StoreError> {
    const OPERATION: &str = "record the progress of a sync run";
    let touched = sync_run::Entity::update_many()
        .col_expr(Column::Progress, Expr::val(progress.clone()))
        .col_expr(Column::Counts, Expr::val(counts.clone()))
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::Id.eq(run))
        .filter(Column::FinishedAt.is_null())
        .exec(tx.conn())
        .await
        .during(OPERATION)?;
    assert_rows(OPERATION, 1, touched.rows_affected)
}

/// What a run came to.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    pub counts: Value,
    pub repaired: Value,
    pub error: Option<String>,
}

/// Ends a run, once.
pub async fn finish(
    tx: &Tx,
    corp: &CorpId,
    run: i64,
    now: Timestamp,
    outcome: Outcome,
) -> Result<(), StoreError> {
    const OPERATION: &str = "finish a sync run";
    let touched = sync_run::Entity::update_many()
        .col_expr(Column::FinishedAt, Expr::val(now.seconds()))
        .col_expr(Column::Counts, Expr::val(outcome.counts))
        .col_expr(Column::Repaired, Expr::val(outcome.repaired))
        .col_expr(Column::Error, Expr::val(outcome.error))
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::Id.eq(run))
        .filter(Column::FinishedAt.is_null())
        .exec(tx.conn())
        .await
        .during(OPERATION)?;
    assert_rows(OPERATION, 1, touched.rows_affected)
}

pub async fn run(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    id: i64,
) -> Result<Option<SyncRun>, StoreError> {
    of_corp(corp)
        .filter(Column::Id.eq(id))
        .one(conn)
        .await
        .during("load a sync run")
}

/// The latest run of `kind` that is still going, to be resumed.
pub async fn unfinished(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    kind: &str,
) -> Result<Option<SyncRun>, StoreError> {
    of_corp(corp)
        .filter(Column::Kind.eq(kind))
        .filter(Column::FinishedAt.is_null())
        .order_by_desc(Column::Id)
        .limit(1)
        .one(conn)
        .await
        .during("look for an unfinished sync run")
}

/// The latest run of `kind` that ended without an error.
pub async fn last_good(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    kind: &str,
) -> Result<Option<SyncRun>, StoreError> {
    of_corp(corp)
        .filter(Column::Kind.eq(kind))
        .filter(Column::FinishedAt.is_not_null())
        .filter(Column::Error.is_null())
        .order_by_desc(Column::Id)
        .limit(1)
        .one(conn)
        .await
        .during("look for the last good sync run")
}

/// Runs newest first, `limit` before the one numbered `before`.
pub async fn runs(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<SyncRun>, StoreError> {
    of_corp(corp)
        .filter(Column::Id.lt(before.unwrap_or(i64::MAX)))
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(conn)
        .await
        .during("list sync runs")
}

fn of_corp(corp: &CorpId) -> sea_orm::Select<sync_run::Entity> {
    sync_run::Entity::find().filter(Column::CorpId.eq(corp.as_str()))
}
