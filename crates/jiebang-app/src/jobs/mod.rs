//! Jobs as the console shows them.

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_store::job::{self, State};
use serde::Serialize;
use uuid::Uuid;

use crate::{App, Error};

const MAX_PAGE: u64 = 1000;

#[derive(Debug, Clone, Serialize)]
pub struct JobView {
    pub id: Uuid,
    pub kind: String,
    /// `queued`, `running`, `done` or `failed`.
    pub state: String,
    pub run_at: i64,
    pub tries: i64,
    pub last_error: Option<String>,
    pub lease_until: Option<i64>,
}

#[derive(Debug, Clone, Serialize)]
pub struct JobPage {
    pub items: Vec<JobView>,
    /// To be given as `after` for the next page.
    pub next: Option<Uuid>,
}

/// Jobs, newest first.
///
/// # Errors
/// [`Error::Denied`], [`Error::Invalid`] for a state there is not, [`Error::Store`].
pub async fn list_jobs(
    app: &App,
    actor: &Actor,
    state: Option<&str>,
    after: Option<Uuid>,
    limit: u64,
) -> Result<JobPage, Error> {
    app.allow(actor, Act::JobView, Resource::Corp)?;
    let states = [State::Queued, State::Running, State::Done, State::Failed];
    let state = match state {
        None => None,
        Some(text) => Some(
            states
                .into_iter()
                .find(|state| state.as_str() == text)
                .ok_or_else(|| Error::invalid("state", "unknown_value"))?,
        ),
    };
    let limit = limit.clamp(1, MAX_PAGE);
    let rows = job::list(app.store().read(), app.home(), state, after, limit).await?;
    let full = rows.len() as u64 == limit;
    let next = rows.last().filter(|_| full).map(|row| row.id);
    let items = rows
        .into_iter()
        .map(|row| JobView {
            id: row.id,
            kind: row.kind,
            state: row.state,
            run_at: row.run_at,
            tries: i64::from(row.tries),
            last_error: row.last_error,
            lease_until: row.lease_until,
        })
        .collect();
    Ok(JobPage { items, next })
}
