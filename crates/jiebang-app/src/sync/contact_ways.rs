//! Contact ways and acquisition links: up to 500,000 of them, listed by id and read one by one.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt};
use jiebang_domain::contact_way::Kind;
use jiebang_domain::time::{DAY, HOUR, Timestamp};
use jiebang_store::contact_way::{self as store, ContactWay, WayFilter};
use jiebang_store::setting::{self, Content};
use jiebang_wecom::{CallError, Cursor, ErrKind, Page};
use serde_json::json;

use super::run::Run;
use crate::Error;
use crate::contact_way::{permission_note, read};

/// Ways made before are in no list: 2021-07-10 in Beijing.
const LISTED_SINCE: i64 = 1_625_846_400;
/// Calls for details under way at once.
const AT_ONCE: usize = 6;
/// Ways a page holds, which are one transaction.
const PAGE: u32 = 100;
/// Up to so many ways every reconcile reads all of them again.
const FEW: u64 = 20_000;

/// Reads every way; what the app may not read is skipped and noted.
pub(super) async fn read_contact_ways(run: &Run<'_>) -> Result<(), Error> {
    let filter = WayFilter::default();
    let known = store::count_ways(run.app.store().read(), &run.corp, &filter).await?;
    let good_for = match (run.kind.as_str(), known) {
        ("full", _) => 0,
        (_, ..=FEW) => 20 * HOUR,
        _ => 7 * DAY,
    };
    let fresh_after = run.started_at.plus(-good_for);
    for kind in [Kind::Code, Kind::Link] {
        read_kind(run, kind, fresh_after).await?;
    }
    Ok(())
}

const fn counted_as(kind: Kind) -> &'static str {
    match kind {
        Kind::Code => "contact_ways",
        Kind::Link => "acquisition_links",
    }
}

async fn read_kind(run: &Run<'_>, kind: Kind, fresh_after: Timestamp) -> Result<(), Error> {
    let mut cursor = None;
    let mut seen = BTreeSet::new();
    loop {
        let page = match list(run, kind, cursor).await {
            Ok(page) => page,
            Err(error) if is_refused(&error) => return note(run, kind, false).await,
            Err(error) => return Err(error.into()),
        };
        write_page(run, kind, page.items, fresh_after, page.next.is_none()).await?;
        cursor = page.next;
        let Some(next) = &cursor else {
            return note(run, kind, true).await;
        };
        if !seen.insert(next.as_str().to_owned()) {
            return Err(Error::Internal(
                "a list of contact ways never ends".to_owned(),
            ));
        }
    }
}

async fn list(
    run: &Run<'_>,
    kind: Kind,
    cursor: Option<Cursor>,
) -> Result<Page<String>, CallError> {
    match kind {
        Kind::Code => {
            let since = Timestamp::from_seconds(LISTED_SINCE);
            let until = run.app.now().plus(DAY);
            run.client.contact_ways(since, until, cursor, PAGE).await
        }
        Kind::Link => run.client.acquisition_links(cursor).await,
    }
}

/// Whether the platform said no for good: the app has not the right, or the corp not the thing.
fn is_refused(error: &CallError) -> bool {
    let passes = matches!(
        error.kind(),
        Some(ErrKind::Frequency { .. } | ErrKind::Concurrency | ErrKind::Token | ErrKind::Cursor)
    );
    matches!(error, CallError::Refused { .. }) && !passes
}

/// Notes whether a kind could be read.
async fn note(run: &Run<'_>, kind: Kind, permitted: bool) -> Result<(), Error> {
    if !permitted {
        tracing::warn!(
            kind = kind.as_str(),
            "contact ways of this kind cannot be read"
        );
    }
    let content = Content::Open(json!(permitted));
    let (home, name) = (run.app.home(), permission_note(kind));
    let state = run.lock().await;
    let tx = run.begin().await?;
    setting::put(&tx, home, name, content, "system", run.app.now()).await?;
    run.commit(tx, &state).await
}

async fn write_page(
    run: &Run<'_>,
    kind: Kind,
    ids: Vec<String>,
    fresh_after: Timestamp,
    is_last: bool,
) -> Result<(), Error> {
    let conn = run.app.store().read();
    let stored = store::ways_by_id(conn, &run.corp, kind, &ids).await?;
    let stored: BTreeMap<&str, &ContactWay> = stored
        .iter()
        .map(|row| (row.way_id.as_str(), row))
        .collect();
    // Read in this run already, before it was broken off, or not long ago.
    let is_fresh = |id: &String| {
        stored.get(id.as_str()).is_some_and(|row| {
            row.gone_at.is_none()
                && (row.seen_run == run.id || row.read_at >= fresh_after.seconds())
        })
    };
    let (fresh, to_read): (Vec<String>, Vec<String>) = ids.into_iter().partition(is_fresh);
    let client = &run.client;
    let readings: Vec<_> = futures::stream::iter(to_read)
        .map(|id| async move { read(client, kind, &id).await })
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    let now = run.app.now();
    let rows: Vec<ContactWay> = readings
        .into_iter()
        .flatten()
        .map(|reading| reading.row(&run.corp, run.id, now))
        .collect();
    let mut state = run.lock().await;
    let tx = run.begin().await?;
    let number = rows.len() + fresh.len();
    state.count(counted_as(kind), number);
    state.progress.done = state.progress.done.saturating_add(number as u64);
    store::upsert_ways(&tx, rows).await?;
    store::mark_seen(&tx, &run.corp, kind, &fresh, run.id).await?;
    if is_last {
        store::mark_unseen_gone(&tx, &run.corp, kind, run.id, now).await?;
    }
    run.commit(tx, &state).await
}
