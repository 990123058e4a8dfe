//! The result pages of one pair of leaver and successor, as evidence.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::handover::Kind;
use jiebang_domain::handover::evidence::{Outcome, ResultRow};
use jiebang_domain::id::UserId;
use jiebang_wecom::{Client, Cursor};

use super::transfer_kind;
use crate::Error;

/// What the pages show, by customer.
pub(super) type Results = BTreeMap<String, Vec<ResultRow>>;

/// Reads every page for the pair.
pub(super) async fn read(
    client: &Client,
    kind: Kind,
    from: &UserId,
    to: &UserId,
) -> Result<Results, Error> {
    let mut results = Results::new();
    let mut cursor: Option<Cursor> = None;
    loop {
        let page = client
            .transfer_results(transfer_kind(kind), from, to, cursor)
            .await?;
        for row in page.items {
            results
                .entry(row.external_userid.into())
                .or_default()
                .push(ResultRow {
                    status: row.status.number(),
                    takeover_time: row.takeover_time.map_or(0, |time| time.seconds()),
                });
        }
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(results),
        }
    }
}

/// Part of `results` about these customers, as it is stored with a call. A transfer that is under
/// way already is left out: the platform will not start a second one beside it, so whatever comes
/// of it is what comes of the row (it may be an earlier attempt that showed up late).
pub(super) fn baseline(results: &Results, customers: &[String]) -> Results {
    let ended = |id: &String| {
        let mut rows = results.get(id)?.clone();
        rows.retain(|row| !matches!(Outcome::of(*row), Outcome::Waiting { .. }));
        Some((id.clone(), rows))
    };
    customers.iter().filter_map(ended).collect()
}

/// Those customers of a leaver that still stand in the unassigned list.
pub(super) async fn unassigned_of(
    client: &Client,
    leaver: &UserId,
) -> Result<BTreeSet<String>, Error> {
    let mut open = BTreeSet::new();
    let mut cursor: Option<Cursor> = None;
    loop {
        let page = client.unassigned(cursor).await?;
        open.extend(
            page.items
                .into_iter()
                .filter(|row| row.handover_userid == *leaver)
                .map(|row| String::from(row.external_userid)),
        );
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(open),
        }
    }
}
