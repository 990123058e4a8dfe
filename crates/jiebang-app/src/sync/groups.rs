//! Customer groups with their members, those of leavers included.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt};
use jiebang_domain::id::{ChatId, CorpId, UserId};
use jiebang_domain::time::{DAY, HOUR, Timestamp};
use jiebang_store::directory::{self, MemberFilter};
use jiebang_store::group::{self as store, Group as GroupRow, GroupFilter, OWNER_LEFT};
use jiebang_wecom::{Batch, CallError, ErrKind, Group, GroupStatus};

use super::rows;
use super::run::Run;
use crate::Error;

/// Calls for details under way at once (section 1.4 of the reference allows about so many).
const AT_ONCE: usize = 6;
/// Groups a transaction writes.
const BATCH: usize = 50;
const PAGE: u32 = 1000;
/// Status of a group whose inheritance is over.
const INHERITED: i64 = 3;
/// Up to so many groups every reconcile reads all details again.
const FEW: usize = 20_000;

/// What is known of a group, as far as it decides whether to read it again.
struct Known {
    status: i32,
    updated_at: i64,
}

/// Reads every group that is new, changed or has not been read for a while.
pub(super) async fn read_groups(run: &Run<'_>) -> Result<(), Error> {
    let known = known(run).await?;
    let listed = list_all(run).await?;
    let fresh_after = run.started_at.plus(-fresh_for(run, known.len())).seconds();
    let mut to_read = Vec::new();
    let mut unchanged = Vec::new();
    for (chat, status) in &listed {
        let status_now = status.number();
        let is_fresh = known.get(chat.as_str()).is_some_and(|known| {
            i64::from(known.status) == status_now && known.updated_at >= fresh_after
        });
        if is_fresh {
            unchanged.push(chat.clone());
        } else {
            to_read.push((chat.clone(), status_now));
        }
    }
    // What the list does not hold (any more) may be dissolved or only out of its sight.
    let unlisted = known.iter().filter(|(chat, _)| {
        ChatId::parse(chat.as_str()).is_ok_and(|chat| !listed.contains_key(&chat))
    });
    for (chat, known) in unlisted {
        if let Ok(chat) = ChatId::parse(chat.as_str()) {
            to_read.push((chat, i64::from(known.status)));
        }
    }
    begin_counting(run, to_read.len()).await?;
    let mut state = run.lock().await;
    state.count("groups", unchanged.len());
    drop(state);
    read_details(run, to_read).await
}

/// Seconds for which details read before are good enough.
fn fresh_for(run: &Run<'_>, groups: usize) -> i64 {
    match (run.kind.as_str(), groups) {
        ("full", _) => 0,
        (_, ..=FEW) => 20 * HOUR,
        _ => 7 * DAY,
    }
}

/// Reads the groups of leavers, and those that were until now.
pub(super) async fn read_orphaned_groups(run: &Run<'_>) -> Result<(), Error> {
    let mut listed = BTreeMap::new();
    for status in [GroupStatus::OwnerLeft, GroupStatus::Inheriting] {
        match list(run, status, None, &mut listed).await {
            // Too many members for a list without owners: the walk of the night finds them.
            Err(error) if is_too_large(&error) => return Ok(()),
            other => other?,
        }
    }
    let filter = GroupFilter {
        status: Some(OWNER_LEFT),
        ..GroupFilter::default()
    };
    let before = pages(run, &filter).await?;
    let mut to_read = Vec::new();
    let stored: BTreeSet<&str> = before.iter().map(|row| row.chat_id.as_str()).collect();
    for (chat, status) in &listed {
        let is_known = *status == GroupStatus::OwnerLeft && stored.contains(chat.as_str());
        if !is_known {
            to_read.push((chat.clone(), status.number()));
        }
    }
    for row in &before {
        if let Ok(chat) = ChatId::parse(row.chat_id.as_str())
            && !listed.contains_key(&chat)
        {
            to_read.push((chat, INHERITED));
        }
    }
    read_details(run, to_read).await
}

async fn begin_counting(run: &Run<'_>, total: usize) -> Result<(), Error> {
    let mut state = run.lock().await;
    state.progress.done = 0;
    state.progress.total = Some(total as u64);
    let tx = run.begin().await?;
    run.commit(tx, &state).await
}

async fn known(run: &Run<'_>) -> Result<BTreeMap<String, Known>, Error> {
    let mut known = BTreeMap::new();
    let mut after: Option<ChatId> = None;
    loop {
        let conn = run.app.store().read();
        let filter = GroupFilter::default();
        let page = store::groups(conn, &run.corp, &filter, after.as_ref(), u64::from(PAGE)).await?;
        let Some(last) = page.last() else {
            return Ok(known);
        };
        after = Some(chat_id(last)?);
        for row in page {
            let what = Known {
                status: row.status,
                updated_at: row.updated_at,
            };
            known.insert(row.chat_id, what);
        }
    }
}

async fn pages(run: &Run<'_>, filter: &GroupFilter) -> Result<Vec<GroupRow>, Error> {
    let mut all = Vec::new();
    let mut after: Option<ChatId> = None;
    loop {
        let conn = run.app.store().read();
        let page = store::groups(conn, &run.corp, filter, after.as_ref(), u64::from(PAGE)).await?;
        let Some(last) = page.last() else {
            return Ok(all);
        };
        after = Some(chat_id(last)?);
        all.extend(page);
    }
}

fn chat_id(row: &GroupRow) -> Result<ChatId, Error> {
    ChatId::parse(row.chat_id.as_str()).map_err(|source| Error::Malformed {
        what: "chat id",
        source,
    })
}

type Listed = BTreeMap<ChatId, GroupStatus>;

/// Every group in sight: in one list or, where the corp is too large for that, by owners. A
/// leaver cannot be named as owner, so leavers' groups are asked for by their status.
async fn list_all(run: &Run<'_>) -> Result<Listed, Error> {
    let mut listed = Listed::new();
    match list(run, GroupStatus::Normal, None, &mut listed).await {
        Err(error) if is_too_large(&error) => {}
        other => return other.map(|()| listed),
    }
    for owners in Batch::split(owners(run).await?) {
        match list(run, GroupStatus::Normal, Some(&owners), &mut listed).await {
            Err(error) if is_about_an_owner(&error) => {
                for owner in owners.iter() {
                    let alone = Batch::from(owner.clone());
                    match list(run, GroupStatus::Normal, Some(&alone), &mut listed).await {
                        Err(error) if is_about_an_owner(&error) => {}
                        other => other?,
                    }
                }
            }
            other => other?,
        }
    }
    for status in [GroupStatus::OwnerLeft, GroupStatus::Inheriting] {
        match list(run, status, None, &mut listed).await {
            Err(error) if is_too_large(&error) => {
                tracing::warn!("WeCom does not list the groups of leavers of a corp this large");
            }
            other => other?,
        }
    }
    Ok(listed)
}

async fn owners(run: &Run<'_>) -> Result<Vec<UserId>, Error> {
    let mut owners = Vec::new();
    let filter = MemberFilter {
        present: true,
        customer_contact: true,
        ..MemberFilter::default()
    };
    loop {
        let conn = run.app.store().read();
        let page =
            directory::members(conn, &run.corp, &filter, owners.last(), u64::from(PAGE)).await?;
        if page.is_empty() {
            return Ok(owners);
        }
        for row in page {
            let userid = UserId::parse(row.userid);
            owners.push(userid.map_err(|source| Error::Malformed {
                what: "userid",
                source,
            })?);
        }
    }
}

async fn list(
    run: &Run<'_>,
    status: GroupStatus,
    owners: Option<&Batch<UserId>>,
    listed: &mut Listed,
) -> Result<(), Error> {
    let mut cursor = None;
    let mut seen = BTreeSet::new();
    loop {
        let page = run.client.groups(status, owners, cursor, PAGE).await?;
        listed.extend(page.items.into_iter().map(|row| (row.chat_id, row.status)));
        cursor = page.next;
        let Some(next) = &cursor else { return Ok(()) };
        if !seen.insert(next.as_str().to_owned()) {
            return Err(Error::Internal("the list of groups never ends".to_owned()));
        }
    }
}

fn is_too_large(error: &Error) -> bool {
    matches!(error, Error::Wecom(error) if error.kind() == Some(ErrKind::TooLarge))
}

fn is_about_an_owner(error: &Error) -> bool {
    let Error::Wecom(CallError::Refused { code, .. }) = error else {
        return false;
    };
    code.0 == 40003 || matches!(code.kind(), ErrKind::NotFound | ErrKind::OutOfRange)
}

async fn read_details(run: &Run<'_>, to_read: Vec<(ChatId, i64)>) -> Result<(), Error> {
    let mut details = futures::stream::iter(to_read)
        .map(|(chat, status)| async move {
            let group = run.client.group(&chat).await?;
            Ok::<_, CallError>((chat, status, group))
        })
        .buffer_unordered(AT_ONCE);
    let mut waiting = Vec::with_capacity(BATCH);
    while let Some(detail) = details.try_next().await? {
        waiting.push(detail);
        if waiting.len() == BATCH {
            write(run, std::mem::take(&mut waiting)).await?;
        }
    }
    write(run, waiting).await
}

async fn write(run: &Run<'_>, read: Vec<(ChatId, i64, Option<Group>)>) -> Result<(), Error> {
    if read.is_empty() {
        return Ok(());
    }
    let mut state = run.lock().await;
    let now = run.app.now();
    let tx = run.begin().await?;
    let (mut added, mut changed) = (0, 0);
    let number = read.len();
    for (chat, status, group) in read {
        let before = store::group(tx.conn(), &run.corp, &chat).await?;
        let Some(group) = group else {
            changed += usize::from(store::mark_dismissed(&tx, &run.corp, &chat, now).await?);
            continue;
        };
        match &before {
            None => added += 1,
            Some(before) => {
                changed += usize::from(differs(before, &group, status));
            }
        }
        write_group(&tx, &run.corp, &group, status, run.id, now).await?;
    }
    state.count("groups", number);
    state.repair("groups_added", added);
    state.repair("groups_changed", changed);
    state.progress.done = state.progress.done.saturating_add(number as u64);
    run.commit(tx, &state).await
}

fn differs(before: &GroupRow, now: &Group, status: i64) -> bool {
    let owner = now.owner.as_ref().map(UserId::as_str).unwrap_or_default();
    before.dismissed_at.is_some()
        || before.name != now.name
        || before.owner != owner
        || before.notice != now.notice
        || i64::from(before.status) != status
        || usize::try_from(before.member_count).ok() != Some(now.members.len())
}

/// Stores a group with its members in place of what was known.
pub(crate) async fn write_group(
    tx: &jiebang_store::Tx,
    corp: &CorpId,
    group: &Group,
    status: i64,
    run: i64,
    now: Timestamp,
) -> Result<(), Error> {
    let row = rows::group(corp, group, status, run, now);
    store::upsert_groups(tx, vec![row]).await?;
    store::replace_members(tx, corp, &group.chat_id, rows::group_members(corp, group)).await?;
    Ok(())
}

/// The status of a group that was read alone, which does not tell it.
pub(crate) fn status_alone(before: Option<&GroupRow>, owner_is_present: bool) -> i64 {
    match (before.map(|row| i64::from(row.status)), owner_is_present) {
        (Some(1 | 2), true) => INHERITED,
        (Some(status), true) => status,
        (None, true) => 0,
        (Some(2), false) => 2,
        (_, false) => 1,
    }
}
