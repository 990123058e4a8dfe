//! Departments, members and who may serve customers.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt};
use jiebang_domain::case::Reason;
use jiebang_domain::id::{DepartmentId, UserId};
use jiebang_domain::time::Timestamp;
use jiebang_store::directory::{self as store, Member as MemberRow, MemberFilter};
use jiebang_store::unassigned;
use jiebang_wecom::{CallError, ErrKind, Member};

use super::rows;
use super::run::Run;
use crate::{Error, case};

/// Calls under way at once.
const AT_ONCE: usize = 4;
/// Rows a transaction writes.
const BATCH: usize = 1000;

/// Reads departments and members. A member who is listed no more and cannot be read alone
/// either has left; what is known of them is kept.
pub(super) async fn read_directory(run: &Run<'_>) -> Result<(), Error> {
    let departments = run.client.departments().await?;
    let ids: Vec<DepartmentId> = departments.iter().map(|department| department.id).collect();
    let serving: BTreeSet<UserId> = run.client.follow_users().await?.into_iter().collect();
    write_departments(run, departments).await?;
    let mut found = members_of(run, &ids).await?;
    let unlisted: Vec<UserId> = serving
        .iter()
        .filter(|userid| !found.contains_key(*userid))
        .cloned()
        .collect();
    found.extend(one_by_one(run, unlisted).await?);

    let before = all_members(run).await?;
    let missing: Vec<UserId> = before
        .iter()
        .filter(|row| row.gone_at.is_none())
        .filter_map(|row| UserId::parse(row.userid.clone()).ok())
        .filter(|userid| !found.contains_key(userid))
        .collect();
    let still_there = one_by_one(run, missing.clone()).await?;
    let left: Vec<UserId> = missing
        .into_iter()
        .filter(|userid| !still_there.contains_key(userid))
        .collect();
    found.extend(still_there);
    write_members(run, found, &serving, &before).await?;
    mark_left(run, &left).await
}

async fn write_departments(
    run: &Run<'_>,
    departments: Vec<jiebang_wecom::Department>,
) -> Result<(), Error> {
    let mut state = run.lock().await;
    let now = run.app.now();
    let mut seen = BTreeSet::new();
    let rows: Vec<_> = departments
        .into_iter()
        .filter(|department| seen.insert(department.id))
        .map(|department| rows::department(&run.corp, department))
        .collect();
    let present: Vec<DepartmentId> = rows.iter().map(|row| row.department_id).collect();
    let tx = run.begin().await?;
    state.count("departments", rows.len());
    store::upsert_departments(&tx, rows).await?;
    store::mark_departments_gone(&tx, &run.corp, &present, now).await?;
    run.commit(tx, &state).await
}

/// Every member ever known.
async fn all_members(run: &Run<'_>) -> Result<Vec<MemberRow>, Error> {
    let mut all = Vec::new();
    let mut after: Option<UserId> = None;
    loop {
        let filter = MemberFilter::default();
        let conn = run.app.store().read();
        let page = store::members(conn, &run.corp, &filter, after.as_ref(), BATCH as u64).await?;
        let Some(last) = page.last() else {
            return Ok(all);
        };
        let last = UserId::parse(last.userid.clone());
        after = Some(last.map_err(|source| Error::Malformed {
            what: "userid",
            source,
        })?);
        all.extend(page);
    }
}

/// The members of the departments, each once.
async fn members_of(
    run: &Run<'_>,
    departments: &[DepartmentId],
) -> Result<BTreeMap<UserId, Member>, Error> {
    let lists: Vec<Vec<Member>> = futures::stream::iter(departments.to_vec())
        .map(|department| async move {
            let list = run.client.members_of(department).await;
            // A department that has gone meanwhile, or may be listed but not read.
            or_default(list)
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    let all = lists.into_iter().flatten();
    Ok(all.map(|member| (member.userid.clone(), member)).collect())
}

fn or_default<T: Default>(answer: Result<T, CallError>) -> Result<T, CallError> {
    match answer {
        Err(error) if matches!(error.kind(), Some(ErrKind::OutOfRange | ErrKind::NotFound)) => {
            Ok(T::default())
        }
        other => other,
    }
}

/// Reads members alone; those who are not there (any more) are left out.
async fn one_by_one(
    run: &Run<'_>,
    userids: Vec<UserId>,
) -> Result<BTreeMap<UserId, Member>, Error> {
    let found: Vec<Option<Member>> = futures::stream::iter(userids)
        .map(|userid| async move { or_default(run.client.member(&userid).await) })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    Ok(found
        .into_iter()
        .flatten()
        .map(|member| (member.userid.clone(), member))
        .collect())
}

async fn write_members(
    run: &Run<'_>,
    found: BTreeMap<UserId, Member>,
    serving: &BTreeSet<UserId>,
    before: &[MemberRow],
) -> Result<(), Error> {
    let known: BTreeMap<&str, &MemberRow> = before
        .iter()
        .map(|row| (row.userid.as_str(), row))
        .collect();
    let now = run.app.now();
    let members: Vec<MemberRow> = found
        .into_iter()
        .map(|(userid, member)| {
            let serves = serving.contains(&userid);
            rows::member(&run.corp, member, serves, now)
        })
        .collect();
    for batch in members.chunks(BATCH) {
        let mut state = run.lock().await;
        let (mut added, mut changed) = (0, 0);
        for row in batch {
            match known.get(row.userid.as_str()) {
                None => added += 1,
                Some(old) if old.gone_at.is_some() => added += 1,
                Some(old) if differs(old, row) => changed += 1,
                Some(_) => {}
            }
        }
        state.count("members", batch.len());
        state.repair("members_added", added);
        state.repair("members_changed", changed);
        let tx = run.begin().await?;
        store::upsert_members(&tx, batch.to_vec()).await?;
        for row in batch {
            let before = known.get(row.userid.as_str()).copied();
            if let Some(reason) = case::reason_of(before, row) {
                let userid =
                    UserId::parse(row.userid.clone()).map_err(|source| Error::Malformed {
                        what: "userid",
                        source,
                    })?;
                case::protect(run.app, &tx, &run.corp, &userid, reason, now).await?;
            }
        }
        run.commit(tx, &state).await?;
    }
    Ok(())
}

fn differs(before: &MemberRow, after: &MemberRow) -> bool {
    before.name != after.name
        || before.departments != after.departments
        || before.leads_in != after.leads_in
        || before.status != after.status
        || before.position != after.position
}

/// Notes that members have left: when the unassigned list says, or else now. What callbacks told
/// before stays.
async fn mark_left(run: &Run<'_>, left: &[UserId]) -> Result<(), Error> {
    if left.is_empty() {
        return Ok(());
    }
    let mut state = run.lock().await;
    let now = run.app.now();
    let tx = run.begin().await?;
    let mut found = 0;
    for userid in left {
        let waiting = unassigned::unassigned_of(tx.conn(), &run.corp, userid, None, 1).await?;
        let left_at = waiting
            .first()
            .map_or(now.seconds(), |row| row.unassigned.dimission_time);
        let left_at = Timestamp::from_seconds(left_at);
        if store::mark_member_left(&tx, &run.corp, userid, left_at).await? {
            found += 1;
            case::protect(run.app, &tx, &run.corp, userid, Reason::Left, left_at).await?;
        }
    }
    state.repair("members_left", found);
    run.commit(tx, &state).await
}
