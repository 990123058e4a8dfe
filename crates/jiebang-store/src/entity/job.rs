//! Work to be done once, later, by whoever claims it.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// While a job with this key is queued or running there is no second one.
    #[sea_orm(column_type = "Text", nullable)]
    pub dedupe_key: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub payload: Json,
    /// One of [`crate::job::State`].
    #[sea_orm(column_type = "Text")]
    pub state: String,
    pub run_at: i64,
    /// Asked for again while it was running: it is queued for then when it finishes.
    pub again_at: Option<i64>,
    pub lease_until: Option<i64>,
    /// Raised by every claim; only the holder of the current number may finish the job.
    pub fence: i64,
    pub tries: i32,
    #[sea_orm(column_type = "Text", nullable)]
    pub last_error: Option<String>,
    pub created_at: i64,
    pub finished_at: Option<i64>,
    /// Higher first.
    pub priority: i32,
}

super::stands_alone!();
