//! What the overview says.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::handover::dto::HandoverSummary;
use crate::names::{FigureKey, TodoKind};
use crate::sync::dto::SyncRun;

/// The first page: what waits, how things stand.
#[derive(Debug, Serialize, ToSchema)]
pub struct Overview {
    pub todo: Vec<Todo>,
    pub figures: Vec<Figure>,
    pub running: Vec<HandoverSummary>,
    pub sync: SyncState,
    /// Whether WeCom's ids and secrets are set.
    pub connected: bool,
}

/// Something that waits for the administrator.
#[derive(Debug, Serialize, ToSchema)]
pub struct Todo {
    pub kind: TodoKind,
    pub count: u64,
    /// Values for the places of the text.
    pub title_params: BTreeMap<String, String>,
    /// Path in the console.
    pub link: String,
}

/// A number with its course.
#[derive(Debug, Serialize, ToSchema)]
pub struct Figure {
    pub key: FigureKey,
    pub value: u64,
    pub series: Vec<FigurePoint>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FigurePoint {
    pub at: i64,
    pub value: u64,
}

/// How fresh the data is.
#[derive(Debug, Serialize, ToSchema)]
pub struct SyncState {
    pub last_finished_at: Option<i64>,
    pub running: Option<SyncRun>,
    /// Things the last run repaired that callbacks had lost.
    pub repaired_last: u64,
}
