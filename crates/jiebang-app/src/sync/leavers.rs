//! Who has left: the list of customers without a successor, and leavers with groups only.

use std::collections::BTreeSet;

use jiebang_domain::id::UserId;
use jiebang_store::directory;
use jiebang_store::unassigned::{self as store, Unassigned as UnassignedRow};

use super::directory::mark_left;
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

/// Looks at members whom the lists call leavers although no event has: they are asked for, and
/// who is not there any more has left.
pub(super) async fn notice_leavers(run: &Run<'_>) -> Result<(), Error> {
    let leavers = directory::leavers(run.app.store().read(), &run.corp).await?;
    let mut left = Vec::new();
    for leaver in leavers {
        let is_present = leaver.member.is_some_and(|member| member.gone_at.is_none());
        let Some(userid) = UserId::parse(leaver.userid).ok().filter(|_| is_present) else {
            continue;
        };
        if run.client.member(&userid).await?.is_none() {
            left.push(userid);
        }
    }
    mark_left(run, &left).await
}
