//! Customers with each follower's notes, page by page.
//!
//! Invariant: memory does not grow with the corp. A page is written before the next but nine is
//! read, and only a batch of existing rows is compared at a time.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt};
use jiebang_domain::id::UserId;
use jiebang_domain::time::Timestamp;
use jiebang_store::customer::{self as store, Customer as CustomerRow, Follow as FollowRow};
use jiebang_wecom::{Batch, CallError, Cursor, ErrKind};

use super::follows::{self, Source};
use super::rows;
use super::run::{Chunk, Run, State};
use crate::Error;

/// Members whose customers one call asks for, at most (section 9.4 of the reference).
const MEMBERS: usize = 100;
/// Chunks read at once; also the fewest a walk is cut into, so that a small staff with many
/// customers is read in parallel too.
const AT_ONCE: usize = 4;
/// Rows a transaction writes at least, but for the last of a chunk.
const BATCH: usize = 1000;

pub(super) async fn read_customers(run: &Run<'_>) -> Result<(), Error> {
    let number = prepare(run).await?;
    let walks: Vec<()> = futures::stream::iter(0..number)
        .map(|index| read_chunk(run, index))
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    drop(walks);
    Ok(())
}

/// Cuts the members into chunks unless an earlier try has.
async fn prepare(run: &Run<'_>) -> Result<usize, Error> {
    let mut state = run.lock().await;
    if let Some(chunks) = &state.progress.chunks {
        return Ok(chunks.len());
    }
    let mut members = run.client.follow_users().await?;
    members.sort();
    members.dedup();
    let size = members.len().div_ceil(AT_ONCE).clamp(1, MEMBERS);
    let chunks: Vec<Chunk> = members
        .chunks(size)
        .map(|members| Chunk {
            members: members.to_vec(),
            size: members.len() as u64,
            cursor: None,
            done: false,
        })
        .collect();
    let number = chunks.len();
    state.progress.total = Some(members.len() as u64);
    state.progress.done = 0;
    state.progress.chunks = Some(chunks);
    let tx = run.begin().await?;
    run.commit(tx, &state).await?;
    Ok(number)
}

async fn chunk(run: &Run<'_>, index: usize) -> Option<Chunk> {
    run.lock()
        .await
        .progress
        .chunks
        .as_ref()?
        .get(index)
        .cloned()
}

async fn read_chunk(run: &Run<'_>, index: usize) -> Result<(), Error> {
    let Some(chunk) = chunk(run, index).await.filter(|chunk| !chunk.done) else {
        return Ok(());
    };
    let start = chunk.cursor.and_then(Cursor::new);
    match read_pages(run, index, &chunk.members, start.clone()).await {
        // How long a cursor is honoured is not documented.
        Err(error) if start.is_some() && kind_of(&error) == Some(ErrKind::Cursor) => {
            read_pages(run, index, &chunk.members, None).await?;
        }
        // One member who left, or lost 客户联系, spoils the call for all hundred.
        Err(error) if is_about_a_member(&error) => {
            let kept = read_alone(run, index, &chunk.members).await?;
            return finish_chunk(run, index, &kept).await;
        }
        other => other?,
    }
    finish_chunk(run, index, &chunk.members).await
}

fn kind_of(error: &Error) -> Option<ErrKind> {
    match error {
        Error::Wecom(error) => error.kind(),
        _ => None,
    }
}

fn is_about_a_member(error: &Error) -> bool {
    let Error::Wecom(CallError::Refused { code, .. }) = error else {
        return false;
    };
    matches!(code.kind(), ErrKind::NotFound | ErrKind::OutOfRange)
        || matches!(code.0, 40003 | 40031 | 84074 | 84083)
}

/// Reads members one after the other; returns those who could be read.
async fn read_alone(run: &Run<'_>, index: usize, members: &[UserId]) -> Result<Vec<UserId>, Error> {
    let mut kept = Vec::new();
    for member in members {
        match read_pages(run, index, std::slice::from_ref(member), None).await {
            Ok(()) => kept.push(member.clone()),
            Err(error) if is_about_a_member(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(kept)
}

async fn read_pages(
    run: &Run<'_>,
    index: usize,
    members: &[UserId],
    start: Option<Cursor>,
) -> Result<(), Error> {
    let Ok(batch) = Batch::<UserId>::new(members.to_vec()) else {
        return Ok(());
    };
    let mut cursor = start;
    let mut seen = BTreeSet::new();
    let mut waiting = Vec::new();
    loop {
        let page = run.client.customers_by_members(&batch, cursor).await?;
        waiting.extend(page.rows.items);
        cursor = page.rows.next;
        let is_last = cursor.is_none();
        if waiting.len() >= BATCH || is_last {
            let rows = std::mem::take(&mut waiting);
            write(run, index, rows, cursor.as_ref()).await?;
        }
        let Some(next) = &cursor else { return Ok(()) };
        if !seen.insert(next.as_str().to_owned()) {
            return Err(Error::Internal(
                "the list of customers never ends".to_owned(),
            ));
        }
    }
}

async fn write(
    run: &Run<'_>,
    index: usize,
    read: Vec<jiebang_wecom::CustomerRow>,
    cursor: Option<&Cursor>,
) -> Result<(), Error> {
    let now = run.app.now();
    let mut customers: BTreeMap<String, CustomerRow> = BTreeMap::new();
    let mut follows: BTreeMap<(String, String), FollowRow> = BTreeMap::new();
    for row in read {
        let id = row.contact.external_userid.to_string();
        let follow = rows::follow(&run.corp, &id, row.follow, run.id, now);
        customers
            .entry(id.clone())
            .or_insert_with(|| rows::customer(&run.corp, row.contact, now));
        follows.insert((follow.userid.clone(), id), follow);
    }
    let mut state = run.lock().await;
    let follows = reconciled(run, &mut state, follows, now).await?;
    state.count("customers", follows.len());
    if let Some(chunk) = state
        .progress
        .chunks
        .as_mut()
        .and_then(|chunks| chunks.get_mut(index))
    {
        chunk.cursor = cursor.map(|cursor| cursor.as_str().to_owned());
    }
    let tx = run.begin().await?;
    store::upsert_customers(&tx, customers.into_values().collect()).await?;
    store::upsert_follows(&tx, follows).await?;
    run.commit(tx, &state).await
}

/// The rows as they are to be stored, with what is known and not in the list, and a count of
/// what callbacks should have told.
async fn reconciled(
    run: &Run<'_>,
    state: &mut State,
    read: BTreeMap<(String, String), FollowRow>,
    now: Timestamp,
) -> Result<Vec<FollowRow>, Error> {
    let mut by_member: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (userid, customer) in read.keys() {
        by_member.entry(userid).or_default().push(customer);
    }
    let mut known: BTreeMap<(String, String), FollowRow> = BTreeMap::new();
    for (userid, customers) in by_member {
        let member = UserId::parse(userid).map_err(|source| Error::Malformed {
            what: "userid",
            source,
        })?;
        let conn = run.app.store().read();
        for row in store::follows_by_id(conn, &run.corp, &member, customers).await? {
            known.insert((row.userid.clone(), row.external_userid.clone()), row);
        }
    }
    let (mut added, mut changed) = (0, 0);
    let mut rows = Vec::with_capacity(read.len());
    for (key, row) in read {
        let before = known.get(&key);
        let row = follows::settled(before, row, Source::List, now);
        match before {
            None => added += 1,
            Some(old) if old.ended_at.is_some() && row.ended_at.is_none() => added += 1,
            Some(old) if follows::differs(old, &row) => changed += 1,
            Some(_) => {}
        }
        rows.push(row);
    }
    state.repair("relations_added", added);
    state.repair("relations_changed", changed);
    Ok(rows)
}

/// Ends the relations that a complete read of `members` has not seen.
async fn finish_chunk(run: &Run<'_>, index: usize, members: &[UserId]) -> Result<(), Error> {
    let mut state = run.lock().await;
    let now = run.app.now();
    let tx = run.begin().await?;
    let mut ended = 0;
    for member in members {
        ended += store::end_unseen(&tx, &run.corp, Some(member), run.id, now).await?;
    }
    state.repair(
        "relations_ended",
        usize::try_from(ended).unwrap_or(usize::MAX),
    );
    let mut size = 0;
    if let Some(chunk) = state
        .progress
        .chunks
        .as_mut()
        .and_then(|chunks| chunks.get_mut(index))
    {
        chunk.done = true;
        chunk.cursor = None;
        size = chunk.size;
        chunk.members.clear();
    }
    state.progress.done = state.progress.done.saturating_add(size);
    run.commit(tx, &state).await
}
