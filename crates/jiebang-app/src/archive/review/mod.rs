//! Spot checks (抽查): samples of conversation days are drawn, handed to reviewers one item at a
//! time, and counted.
//!
//! Invariants:
//! - what a sample was drawn from and by what seed is stored with it, so that anybody can draw it
//!   again;
//! - what is read of it is read for the sample's name and purpose, and stands in the audit log;
//! - no text of a message is kept here; a note is sealed by the key of its conversation and
//!   erased with it;
//! - nobody judges a conversation it takes part in.

mod batch;
mod count;
mod follow;
mod notes;
mod queue;

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::archive::review::{Category, Filter, ItemState, Verdict};
use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use jiebang_store::archive::review::{self as store, Batch, Item};
use uuid::Uuid;

pub use batch::{
    BatchView, MAX_DAYS, MAX_ITEMS, Plan, WantedBatch, list_batches, make_batch, plan_batch,
    view_batch,
};
pub use count::{ReportView, view_period, view_report};
pub use follow::{CourseView, handle_item, view_course};
pub use queue::{
    HandlingView, ItemView, Which, begin_items_export, category_of, close_item, list_items,
    next_item, open_item, read_item, reopen_item,
};

use super::reader::Sight;
use crate::{App, Error};

/// The sample, for whoever may review.
async fn batch_of(app: &App, actor: &Actor, id: Uuid) -> Result<(CorpId, Batch), Error> {
    app.allow(actor, Act::ArchiveReview, Resource::Corp)?;
    let corp = app.corp()?;
    let found = store::find(app.store().read(), &corp, id).await?;
    let found = found.filter(|batch| reaches(app, actor, batch));
    let batch = found.ok_or_else(|| Error::not_found("review", id))?;
    Ok((corp, batch))
}

/// What the sample is drawn from.
///
/// # Errors
/// [`Error::Json`] for one this program cannot read.
fn filter_of(batch: &Batch) -> Result<Filter, Error> {
    serde_json::from_value(batch.filter.clone()).map_err(|source| Error::Json {
        what: "filter",
        source,
    })
}

/// Whether the sample is the actor's business: one that was drawn within departments is that of who
/// drew it, and of accounts for one of these departments.
fn reaches(app: &App, actor: &Actor, batch: &Batch) -> bool {
    let Ok(filter) = filter_of(batch) else {
        return false;
    };
    let Some(within) = filter.within else {
        return true;
    };
    let within: Vec<_> = within.into_iter().collect();
    batch.made_by == actor.reference()
        || app
            .allow(actor, Act::ArchiveReview, Resource::Departments(&within))
            .is_ok()
}

/// Where a stored item stands.
fn state_of(item: &Item) -> Result<ItemState, Error> {
    let unknown = || Error::Internal(format!("an item is {}", item.state));
    let at = |moment: Option<i64>| Timestamp::from_seconds(moment.unwrap_or_default());
    let by = item.reviewer.clone().unwrap_or_default();
    let closed = |verdict| ItemState::Closed {
        verdict,
        by: by.clone(),
        since: at(item.since),
        at: at(item.closed_at),
    };
    Ok(match item.state.as_str() {
        "open" => ItemState::Open,
        "claimed" => ItemState::Claimed {
            since: at(item.since),
            until: at(item.until),
            by,
        },
        "passed" => closed(Verdict::Passed),
        "skipped" => closed(Verdict::Skipped),
        "flagged" => {
            let category = item.category.as_deref().and_then(Category::parse);
            closed(Verdict::Flagged(category.ok_or_else(unknown)?))
        }
        "gone" => ItemState::Gone {
            at: at(item.closed_at),
        },
        _ => return Err(unknown()),
    })
}

/// Writes where an item stands into its record.
fn put(item: &mut Item, state: &ItemState) {
    item.state = state.as_str().to_owned();
    (item.reviewer, item.since, item.until, item.closed_at) = (None, None, None, None);
    item.category = None;
    // What was done about it goes with what was found.
    (item.measure, item.handled_by, item.handled_at) = (None, None, None);
    (item.handling, item.handling_key_no) = (None, None);
    match state {
        ItemState::Open => {}
        ItemState::Claimed { by, since, until } => {
            item.reviewer = Some(by.clone());
            item.since = Some(since.seconds());
            item.until = Some(until.seconds());
        }
        ItemState::Closed {
            verdict,
            by,
            since,
            at,
        } => {
            item.reviewer = Some(by.clone());
            item.since = Some(since.seconds());
            item.closed_at = Some(at.seconds());
            if let Verdict::Flagged(category) = verdict {
                item.category = Some(category.as_str().to_owned());
            }
        }
        ItemState::Gone { at } => item.closed_at = Some(at.seconds()),
    }
}
