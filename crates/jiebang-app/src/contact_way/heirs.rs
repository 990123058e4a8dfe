//! Who can take a leaver's place in a way, and what would become of the way.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::contact_way::{Decision, Heirs, Kind, Way, point};
use jiebang_domain::directory::MemberStatus;
use jiebang_domain::id::{CorpId, UserId};
use jiebang_store::contact_way::ContactWay as Row;
use jiebang_store::directory;
use jiebang_store::entity::handover_row::Model as HandoverRow;
use jiebang_store::entity::member::Model as Member;
use jiebang_store::handover::{self as handovers, Filter};
use jiebang_store::setting;

use crate::{App, Error};

/// Handovers of a leaver that are looked at for successors.
const LATEST: u64 = 20;

pub(super) fn is_present(member: &Member) -> bool {
    member.left_at.is_none() && member.gone_at.is_none()
}

/// Whether WeCom lets a code name the member.
fn can_serve(member: &Member) -> bool {
    let is_active = MemberStatus::from(i64::from(member.status)) == MemberStatus::Active;
    is_present(member) && is_active && member.customer_contact
}

/// Those of `users` who can serve customers now.
pub(super) async fn able(
    app: &App,
    corp: &CorpId,
    users: &[UserId],
) -> Result<BTreeSet<UserId>, Error> {
    let found = directory::members_by_id(app.store().read(), corp, users).await?;
    let able = found.iter().filter(|member| can_serve(member));
    Ok(able
        .filter_map(|member| UserId::parse(member.userid.as_str()).ok())
        .collect())
}

/// Those of `users` who are not in the corp any more.
pub(super) async fn gone(
    app: &App,
    corp: &CorpId,
    users: &[UserId],
) -> Result<BTreeSet<UserId>, Error> {
    let found = directory::members_by_id(app.store().read(), corp, users).await?;
    let present: BTreeSet<&str> = found
        .iter()
        .filter(|member| is_present(member))
        .map(|member| member.userid.as_str())
        .collect();
    let gone = users
        .iter()
        .filter(|user| !present.contains(user.as_str()))
        .cloned();
    Ok(gone.collect())
}

/// The successors of handover rows, the one with most rows first.
pub(super) fn by_rows(rows: &[HandoverRow]) -> Vec<UserId> {
    let successors = rows.iter().filter_map(|row| row.successor.as_deref());
    ranked(successors.map(|successor| (successor, 1)))
}

/// Who has most rows first; among equals by userid.
fn ranked<'a>(rows: impl Iterator<Item = (&'a str, i64)>) -> Vec<UserId> {
    let mut counts = BTreeMap::<&str, i64>::new();
    for (successor, number) in rows {
        *counts.entry(successor).or_default() += number;
    }
    let mut ranked: Vec<(&str, i64)> = counts.into_iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    ranked
        .into_iter()
        .filter_map(|(userid, _)| UserId::parse(userid).ok())
        .collect()
}

/// The successors of the leaver's latest started handover, the one with most rows first; nobody
/// without one.
pub(super) async fn of_latest_handover(
    app: &App,
    corp: &CorpId,
    leaver: &UserId,
) -> Result<Vec<UserId>, Error> {
    let filter = Filter {
        state: None,
        leaver: Some(leaver.to_string()),
    };
    let conn = app.store().read();
    let found = handovers::list(conn, corp.as_str(), &filter, None, LATEST).await?;
    let Some(latest) = found.into_iter().find(|one| one.started_at.is_some()) else {
        return Ok(Vec::new());
    };
    let tally = handovers::tally(conn, &[latest.id]).await?;
    let rows = tally
        .iter()
        .filter_map(|one| Some((one.successor.as_deref()?, one.rows)));
    Ok(ranked(rows))
}

/// What would become of a stored way if nobody chooses.
pub(super) fn proposal(
    row: &Row,
    leaver: &UserId,
    wanted: &[UserId],
    able: &BTreeSet<UserId>,
    left: &BTreeSet<UserId>,
) -> Decision {
    let users: Vec<UserId> = row
        .users
        .iter()
        .filter_map(|user| UserId::parse(user.as_str()).ok())
        .collect();
    let way = Way {
        kind: Kind::parse(&row.kind).unwrap_or(Kind::Code),
        single: row.single,
        users: &users,
        has_parties: !row.parties.is_empty(),
        left,
    };
    let heirs = Heirs {
        wanted,
        chosen: false,
        able,
    };
    point(way, leaver, heirs, &BTreeSet::new())
}

/// Whether the last reading of a kind was refused for want of the right.
pub(crate) async fn not_permitted(app: &App, kind: Kind) -> Result<bool, Error> {
    let name = permission_note(kind);
    let stored = setting::get(app.store().read(), app.home(), name).await?;
    let value = stored.and_then(|row| row.value);
    Ok(value.is_some_and(|value| value.as_bool() == Some(false)))
}

/// The setting that notes whether a kind can be read.
pub(crate) const fn permission_note(kind: Kind) -> &'static str {
    match kind {
        Kind::Code => "contact_way.codes_permitted",
        Kind::Link => "contact_way.links_permitted",
    }
}
