//! Who has left: the list of customers without a successor, and leavers with groups only.

use std::collections::BTreeSet;

use jiebang_store::unassigned::{self as store, Unassigned as UnassignedRow};

use super::run::Run;
use crate::Error;

/// Reads every page of the unassigned list; what it holds no more has been assigned.
pub(super) async fn read_unassigned(run: &Run<'_>) -> Result<(), Error> {
    let mut cursor = None;
    let mut seen = BTreeSet::new();
    loop {
        let page = run.client.unassigned(cursor).await?;
        let now = run.app.now();
        let rows: Vec<UnassignedRow> = page
            .items
            .into_iter()
            .map(|item| UnassignedRow {
                corp_id: run.corp.to_string(),
                handover_userid: item.handover_userid.to_string(),
                external_userid: item.external_userid.to_string(),
                dimission_time: item.left_at.seconds(),
                seen_run: run.id,
                seen_at: now.seconds(),
                gone_at: None,
            })
            .collect();
        let mut state = run.lock().await;
        let tx = run.begin().await?;
        state.count("unassigned", rows.len());
        state.progress.done = state.progress.done.saturating_add(rows.len() as u64);
        store::upsert_unassigned(&tx, rows).await?;
        cursor = page.next;
        if cursor.is_none() {
            store::mark_unseen_gone(&tx, &run.corp, run.id, now).await?;
        }
        run.commit(tx, &state).await?;
        let Some(next) = &cursor else { return Ok(()) };
        if !seen.insert(next.as_str().to_owned()) {
            return Err(Error::Internal("the unassigned list never ends".to_owned()));
        }
    }
}
