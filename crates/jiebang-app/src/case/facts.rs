//! What the stored lists tell of a member's assets and access.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::access::Actor;
use jiebang_domain::case::{Facts, Reason};
use jiebang_domain::time::Timestamp;
use jiebang_store::access::{account, session};
use jiebang_store::case::Case;
use jiebang_store::customer::live_assets;
use jiebang_store::handover::{customers_under_way, settled_among};
use jiebang_store::{directory, unassigned};

use super::userid_of;
use crate::callback::LOOK_FOR_CUSTOMERS;
use crate::handover::orphans::open_alarms;
use crate::{App, Error, sync};

/// The customers of each leaver.
pub(super) type ByLeaver = BTreeMap<String, BTreeSet<String>>;

/// Whose customers ended with nobody, and nobody settled it.
pub(super) async fn nobody_took(app: &App) -> Result<ByLeaver, Error> {
    let mut found = ByLeaver::new();
    for orphan in open_alarms(app, &Actor::system(), "", None).await? {
        let of = found.entry(orphan.handover.leaver).or_default();
        of.insert(orphan.row.subject_id);
    }
    Ok(found)
}

/// What is true of the member of a case now.
///
/// Of somebody who is there, everything that is followed and owned waits, as a reading of the
/// whole corp begun after the case was opened knows it. Of somebody who left, what the list of
/// customers without a successor holds, what is in transfer and what nobody took, each customer
/// counted once and none of whom somebody said what has become, and the groups still owned, as a look begun after the leaving knows it.
pub(super) async fn of(app: &App, case: &Case, nobody_took: &ByLeaver) -> Result<Facts, Error> {
    let (corp, read, userid) = (app.corp()?, app.store().read(), userid_of(case)?);
    let member = directory::member(read, &corp, &userid).await?;
    let has_left = member
        .as_ref()
        .is_none_or(|row| row.left_at.is_some() || row.gone_at.is_some());
    let assets = live_assets(read, &corp, &userid).await?;
    let (customers, since) = if has_left {
        let mut waiting = nobody_took.get(&case.userid).cloned().unwrap_or_default();
        let unassigned = unassigned::unassigned_ids(read, &corp, &userid).await?;
        let settled = settled_among(read, corp.as_str(), &unassigned).await?;
        waiting.extend(unassigned.into_iter().filter(|id| !settled.contains(id)));
        waiting.extend(customers_under_way(read, corp.as_str(), &case.userid).await?);
        let left_at = member.and_then(|row| row.left_at.or(row.gone_at));
        let by_event = (case.reason != Reason::Manual.as_str()).then_some(case.event_at);
        let since = left_at.max(by_event).unwrap_or(case.opened_at);
        (
            waiting.len() as u64,
            since.saturating_add(LOOK_FOR_CUSTOMERS),
        )
    } else {
        (assets.customers, case.opened_at)
    };
    let since = Timestamp::from_seconds(since);
    let access = match account::by_member(read, app.home(), &userid).await? {
        Some(account) => {
            let open = session::list(read, app.home(), account.id, app.people_now()).await?;
            1 + open.len() as u64
        }
        None => 0,
    };
    Ok(Facts {
        assets_known: sync::was_read_since(app, &corp, since, has_left).await?,
        customers_waiting: customers,
        groups_waiting: assets.groups,
        access,
    })
}
