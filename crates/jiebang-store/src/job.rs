//! Jobs: work that is done once, later, by whoever claims it.
//!
//! A job is enqueued in the transaction of the facts it follows from. A worker claims it for a
//! lease and gets a number (the fence); every claim raises it. Whoever writes an effect calls
//! [`assert_held`] in the same transaction, so a worker that slept through its lease finds out
//! before it writes, and only the holder of the current number finishes the job.
//!
//! ```text
//! queued ──claim──▶ running ──finish──▶ done        (asked for again meanwhile: ▶ queued)
//!   ▲                │  │ └───fail────▶ failed
//!   └────retry_at────┘  └─lease over──▶ claimed by the next
//! ```

use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement, Value,
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::entity::job;
use crate::error::During;
use crate::{Store, StoreError, Tx, text};

pub use crate::entity::job::Model as Job;

/// Longest error text kept of a try, in bytes.
const MAX_ERROR_BYTES: usize = 2_000;
/// Longest payload, in bytes of JSON. Jobs name records, they do not carry them.
const MAX_PAYLOAD_BYTES: usize = 64 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Queued,
    Running,
    Done,
    Failed,
}

impl State {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

/// A job to be enqueued.
#[derive(Debug, Clone)]
pub struct NewJob {
    pub id: Uuid,
    pub corp_id: CorpId,
    pub kind: String,
    /// At most one job with this key is queued or running in the corp.
    pub dedupe_key: Option<String>,
    pub payload: serde_json::Value,
    pub run_at: Timestamp,
    /// Higher first; 0 for most.
    pub priority: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    New(Uuid),
    /// The same work was queued or running already; see [`enqueue`].
    Merged(Uuid),
}

/// Enqueues `new`. Where the same key is queued already that job stays, with the earlier of
/// both times; where it is running it runs once more after it has finished, because what it was
/// asked for now it may have looked past already.
pub async fn enqueue(tx: &Tx, new: &NewJob, now: Timestamp) -> Result<Enqueued, StoreError> {
    const OPERATION: &str = "enqueue a job";
    let bytes = new.payload.to_string().len();
    if bytes > MAX_PAYLOAD_BYTES {
        let limit = MAX_PAYLOAD_BYTES;
        return Err(StoreError::TooLarge {
            operation: OPERATION,
            bytes,
            limit,
        });
    }
    // By the partial unique index job_one_of_a_kind.
    let sql = r"
        INSERT INTO job (id, corp_id, kind, dedupe_key, payload, state, run_at, fence, tries,
                         created_at, priority)
        VALUES ($1, $2, $3, $4, $5, 'queued', $6, 0, 0, $7, $8)
        ON CONFLICT (corp_id, dedupe_key) WHERE state IN ('queued', 'running') DO UPDATE SET
            run_at = CASE WHEN job.state = 'queued' AND excluded.run_at < job.run_at
                          THEN excluded.run_at ELSE job.run_at END,
            again_at = CASE WHEN job.state <> 'running' THEN NULL
                            WHEN job.again_at < excluded.run_at THEN job.again_at
                            ELSE excluded.run_at END,
            priority = CASE WHEN job.priority < excluded.priority
                            THEN excluded.priority ELSE job.priority END
        RETURNING id";
    let values: [Value; 8] = [
        new.id.into(),
        new.corp_id.as_str().into(),
        new.kind.as_str().into(),
        new.dedupe_key.clone().into(),
        new.payload.clone().into(),
        new.run_at.seconds().into(),
        now.seconds().into(),
        new.priority.into(),
    ];
    let row = tx
        .conn()
        .query_one_raw(statement(tx.conn(), sql, values))
        .await
        .during(OPERATION)?
        .ok_or(StoreError::RowCount {
            operation: OPERATION,
            expected: 1,
            found: 0,
        })?;
    let id: Uuid = row.try_get("", "id").during(OPERATION)?;
    Ok(if id == new.id {
        Enqueued::New(id)
    } else {
        Enqueued::Merged(id)
    })
}

/// Claims the most urgent job that is due (or whose lease is over) for `lease_seconds`; of
/// `kinds` only, unless that is empty. Two claimers never get the same job with the same fence.
pub async fn claim(
    store: &Store,
    kinds: &[&str],
    now: Timestamp,
    lease_seconds: i64,
) -> Result<Option<Job>, StoreError> {
    const OPERATION: &str = "claim a job";
    // An idle worker asks often; do not take SQLite's writer for that.
    if !any_due(store.read(), kinds, now).await? {
        return Ok(None);
    }
    let tx = store.begin().await?;
    let sql = claim_statement(tx.conn().get_database_backend(), kinds.len());
    let mut values: Vec<Value> = vec![
        now.plus(lease_seconds).seconds().into(),
        now.seconds().into(),
    ];
    values.extend(kinds.iter().map(|kind| Value::from(*kind)));
    let job = job::Entity::find()
        .from_raw_sql(statement(tx.conn(), &sql, values))
        .one(tx.conn())
        .await
        .during(OPERATION)?;
    tx.commit().await?;
    Ok(job)
}

fn claim_statement(backend: DbBackend, kinds: usize) -> String {
    let lock = match backend {
        DbBackend::Postgres => "FOR UPDATE SKIP LOCKED",
        _ => "",
    };
    let of_kinds = among(kinds, 3);
    // By the index job_due.
    format!(
        r"
        UPDATE job SET state = 'running', lease_until = $1, fence = fence + 1, tries = tries + 1
        WHERE id = (
            SELECT id FROM job
            WHERE ((state = 'queued' AND run_at <= $2) OR (state = 'running' AND lease_until < $2))
                  {of_kinds}
            ORDER BY priority DESC, run_at, id
            LIMIT 1 {lock})
        RETURNING *"
    )
}

async fn any_due(
    conn: &impl ConnectionTrait,
    kinds: &[&str],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let queued = job::Column::State
        .eq(State::Queued.as_str())
        .and(job::Column::RunAt.lte(now.seconds()));
    let over = job::Column::State
        .eq(State::Running.as_str())
        .and(job::Column::LeaseUntil.lt(now.seconds()));
    let mut find = job::Entity::find()
        .select_only()
        .column(job::Column::Id)
        .filter(queued.or(over));
    if !kinds.is_empty() {
        find = find.filter(job::Column::Kind.is_in(kinds.iter().copied()));
    }
    let id: Option<Uuid> = find
        .limit(1)
        .into_tuple()
        .one(conn)
        .await
        .during("look for due jobs")?;
    Ok(id.is_some())
}

/// Lengthens the lease to `lease_seconds` from `now`.
pub async fn heartbeat(
    store: &Store,
    job: &Job,
    now: Timestamp,
    lease_seconds: i64,
) -> Result<(), StoreError> {
    let tx = store.begin().await?;
    let changes = [(
        job::Column::LeaseUntil,
        Expr::val(now.plus(lease_seconds).seconds()),
    )];
    change_held(&tx, job, changes, "lengthen the lease of a job").await?;
    tx.commit().await
}

/// Errs with [`StoreError::Fenced`] unless `job` is still held; on success it stays so until
/// `tx` ends. Call it in every transaction that stores an effect of the job.
pub async fn assert_held(tx: &Tx, job: &Job) -> Result<(), StoreError> {
    let held: Option<Uuid> = job::Entity::find()
        .select_only()
        .column(job::Column::Id)
        .filter(held(job))
        .lock_exclusive()
        .into_tuple()
        .one(tx.conn())
        .await
        .during("check that a job is held")?;
    held.map(drop).ok_or(StoreError::Fenced {
        job: job.id,
        fence: job.fence,
    })
}

/// Ends the job well.
pub async fn finish(tx: &Tx, job: &Job, now: Timestamp) -> Result<(), StoreError> {
    end(tx, job, State::Done, now, None, "finish a job").await
}

/// Ends the job for good without success; it stays visible.
pub async fn fail(tx: &Tx, job: &Job, now: Timestamp, error: &str) -> Result<(), StoreError> {
    end(tx, job, State::Failed, now, Some(error), "fail a job").await
}

/// Gives the job back to be tried again at `run_at`, or earlier if it was asked for earlier while
/// it ran. `error` is empty where nothing went wrong (a job that waits for something): then the
/// count of tries begins anew.
pub async fn retry_at(
    tx: &Tx,
    job: &Job,
    run_at: Timestamp,
    error: &str,
) -> Result<(), StoreError> {
    let at = run_at.seconds();
    let earlier = Expr::case(
        Expr::col(job::Column::AgainAt).lt(at),
        Expr::col(job::Column::AgainAt),
    )
    .finally(Expr::val(at));
    let tries = if error.is_empty() { 0 } else { job.tries };
    let changes = [
        (job::Column::State, Expr::val(State::Queued.as_str())),
        (job::Column::RunAt, earlier.into()),
        (job::Column::AgainAt, Expr::val(None::<i64>)),
        (job::Column::LeaseUntil, Expr::val(None::<i64>)),
        (job::Column::LastError, Expr::val(error_text(error))),
        (job::Column::Tries, Expr::val(tries)),
    ];
    change_held(tx, job, changes, "give a job back").await
}

/// Forgets jobs that ended before `before`. Returns how many.
pub async fn prune(tx: &Tx, before: Timestamp) -> Result<u64, StoreError> {
    let result = job::Entity::delete_many()
        .filter(job::Column::State.is_in([State::Done.as_str(), State::Failed.as_str()]))
        .filter(job::Column::FinishedAt.lt(before.seconds()))
        .exec(tx.conn())
        .await
        .during("forget old jobs")?;
    Ok(result.rows_affected)
}

/// When the next job is due or the next lease is over.
pub async fn next_due(conn: &impl ConnectionTrait) -> Result<Option<Timestamp>, StoreError> {
    const OPERATION: &str = "look for the next job";
    let earliest = |state: State, column: job::Column| {
        job::Entity::find()
            .select_only()
            .column_as(column.min(), "at")
            .filter(job::Column::State.eq(state.as_str()))
            .into_tuple::<Option<i64>>()
    };
    let queued = earliest(State::Queued, job::Column::RunAt)
        .one(conn)
        .await
        .during(OPERATION)?
        .flatten();
    let running = earliest(State::Running, job::Column::LeaseUntil)
        .one(conn)
        .await
        .during(OPERATION)?
        .flatten()
        // A lease is over in the second after its last.
        .map(|at| at.saturating_add(1));
    Ok([queued, running]
        .into_iter()
        .flatten()
        .min()
        .map(Timestamp::from_seconds))
}

pub async fn find(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    id: Uuid,
) -> Result<Option<Job>, StoreError> {
    job::Entity::find_by_id(id)
        .filter(job::Column::CorpId.eq(corp.as_str()))
        .one(conn)
        .await
        .during("load a job")
}

/// Jobs of a corp, newest first, `limit` after the one with id `after`.
pub async fn list(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    state: Option<State>,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Job>, StoreError> {
    let mut find = job::Entity::find().filter(job::Column::CorpId.eq(corp.as_str()));
    if let Some(state) = state {
        find = find.filter(job::Column::State.eq(state.as_str()));
    }
    if let Some(after) = after {
        find = find.filter(job::Column::Id.lt(after));
    }
    find.order_by_desc(job::Column::Id)
        .limit(limit)
        .all(conn)
        .await
        .during("list jobs")
}

/// The payload as the type its kind stands for.
pub fn payload<T: DeserializeOwned>(job: &Job) -> Result<T, StoreError> {
    T::deserialize(&job.payload).map_err(|source| StoreError::Damaged {
        what: "payload of a job",
        source,
    })
}

async fn end(
    tx: &Tx,
    job: &Job,
    state: State,
    now: Timestamp,
    error: Option<&str>,
    operation: &'static str,
) -> Result<(), StoreError> {
    let again = || Expr::col(job::Column::AgainAt).is_not_null();
    let if_again = |yes: Expr, no: Expr| Expr::case(again(), yes).finally(no).into();
    let changes: [(job::Column, Expr); 7] = [
        (
            job::Column::State,
            if_again(Expr::val(State::Queued.as_str()), Expr::val(state.as_str())),
        ),
        (
            job::Column::RunAt,
            if_again(
                Expr::col(job::Column::AgainAt),
                Expr::col(job::Column::RunAt),
            ),
        ),
        (
            job::Column::Tries,
            if_again(Expr::val(0), Expr::col(job::Column::Tries)),
        ),
        (
            job::Column::FinishedAt,
            if_again(Expr::col(job::Column::FinishedAt), Expr::val(now.seconds())),
        ),
        (job::Column::AgainAt, Expr::val(None::<i64>)),
        (job::Column::LeaseUntil, Expr::val(None::<i64>)),
        (
            job::Column::LastError,
            Expr::val(error.and_then(error_text)),
        ),
    ];
    change_held(tx, job, changes, operation).await
}

async fn change_held(
    tx: &Tx,
    job: &Job,
    changes: impl IntoIterator<Item = (job::Column, Expr)>,
    operation: &'static str,
) -> Result<(), StoreError> {
    let mut update = job::Entity::update_many().filter(held(job));
    for (column, value) in changes {
        update = update.col_expr(column, value);
    }
    let touched = update
        .exec(tx.conn())
        .await
        .during(operation)?
        .rows_affected;
    if touched == 1 {
        Ok(())
    } else {
        Err(StoreError::Fenced {
            job: job.id,
            fence: job.fence,
        })
    }
}

fn held(job: &Job) -> Expr {
    job::Column::Id
        .eq(job.id)
        .and(job::Column::Fence.eq(job.fence))
        .and(job::Column::State.eq(State::Running.as_str()))
}

fn error_text(error: &str) -> Option<String> {
    let mut kept = text::at_most(error, MAX_ERROR_BYTES).to_owned();
    text::without_nul(&mut kept);
    (!kept.is_empty()).then_some(kept)
}

fn among(kinds: usize, first: usize) -> String {
    if kinds == 0 {
        return String::new();
    }
    let places: Vec<String> = (first..first + kinds).map(|n| format!("${n}")).collect();
    format!("AND kind IN ({})", places.join(", "))
}

/// `$1` is understood by both databases.
fn statement(
    conn: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    Statement::from_sql_and_values(conn.get_database_backend(), sql, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_claim_goes_by_the_index_of_due_jobs() {
        let store = crate::testing::sqlite().await;
        let sql = format!(
            "EXPLAIN QUERY PLAN {}",
            claim_statement(DbBackend::Sqlite, 2)
        );
        let values: [Value; 4] = [1_i64.into(), 2_i64.into(), "a".into(), "b".into()];
        let tx = store.begin().await.unwrap();
        let plan = tx
            .conn()
            .query_all_raw(statement(tx.conn(), &sql, values))
            .await
            .unwrap();
        let plan: Vec<String> = plan
            .iter()
            .map(|row| row.try_get("", "detail").unwrap())
            .collect();
        let plan = plan.join("\n");
        assert!(plan.contains("job_due"), "{plan}");
        assert!(!plan.contains("SCAN job"), "{plan}");
    }
}
