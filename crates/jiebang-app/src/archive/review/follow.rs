//! What is done about what was found, and how the members went on since.

use std::collections::BTreeMap;

use jiebang_domain::access::Actor;
use jiebang_domain::archive::review::{
    Category, FollowUp, ItemState, LOOK_AHEAD, LOOK_BACK, Measure, Refused, Reviewed, Verdict,
    follow_up,
};
use jiebang_domain::time::{BeijingDay, Timestamp};
use jiebang_store::archive::review as store;
use serde_json::json;
use uuid::Uuid;

use super::batch::{BatchView, checked, view_batch};
use super::notes::{self, Note};
use super::queue::{
    ItemView, MAX_NOTE, category_of, change, item_of, refuse_own, refused, view_of,
};
use super::{Sight, state_of};
use crate::{App, Error};

/// The way of one finding: by which sample it came, what was found, what was done about it, and how
/// it went on.
#[derive(Debug, Clone, PartialEq)]
pub struct CourseView {
    pub batch: BatchView,
    pub item: ItemView,
    /// Of each member who takes part and whom the actor may review: userid, name, figures.
    pub members: Vec<(String, String, FollowUp)>,
}

/// Says what is done about what was found; what was said before is replaced.
///
/// # Errors
/// [`Error::Invalid`] for a note of more than 500 characters; [`Error::Conflict`]
/// `review_not_flagged` where nothing was found, `review_own` where the actor takes part,
/// `review_taken` if somebody else was faster, `review_gone` if the conversation was erased;
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`], [`Error::Vault`].
pub async fn handle_item(
    app: &App,
    actor: &Actor,
    id: Uuid,
    number: i32,
    measure: Measure,
    note: &str,
) -> Result<ItemView, Error> {
    let (corp, _, mut item) = item_of(app, actor, id, number).await?;
    refuse_own(actor, &item)?;
    let note = checked("note", note, 0, MAX_NOTE)?;
    if category_of(&state_of(&item)?).is_none() {
        return Err(Error::Conflict {
            code: "review_not_flagged",
        });
    }
    let sealed = match note.is_empty() {
        true => None,
        false => {
            let sealed = notes::seal(app, &corp, &item, Note::Handling, &note).await?;
            Some(sealed.ok_or_else(|| refused(Refused::Gone))?)
        }
    };
    // What is only said in other words was done when it was done.
    if item.measure.as_deref() != Some(measure.as_str()) {
        item.measure = Some(measure.as_str().to_owned());
        item.handled_by = Some(actor.reference());
        item.handled_at = Some(app.people_now().seconds());
    }
    (item.handling_key_no, item.handling) = sealed.unzip();
    let detail = json!({ "measure": measure.as_str() });
    let done = ("archive_review.handle", detail);
    let sealed = item.handling_key_no;
    if !change(app, actor, &mut item, sealed, done).await? {
        return Err(refused(Refused::Taken));
    }
    view_of(app, actor, &corp, item).await
}

/// The way of a finding.
///
/// # Errors
/// [`Error::Conflict`] `review_not_flagged` where nothing was found, `review_own` where the actor
/// takes part; [`Error::NotFound`], [`Error::Denied`], [`Error::Store`], [`Error::Vault`].
pub async fn view_course(
    app: &App,
    actor: &Actor,
    id: Uuid,
    number: i32,
) -> Result<CourseView, Error> {
    let (corp, batch, item) = item_of(app, actor, id, number).await?;
    refuse_own(actor, &item)?;
    let category = category_of(&state_of(&item)?).ok_or(Error::Conflict {
        code: "review_not_flagged",
    })?;
    let found_on = BeijingDay::from_days(item.day);
    let handled = item.handled_at.map(Timestamp::from_seconds);
    let handled_on = handled.map(Timestamp::beijing_day);
    let first = BeijingDay::from_days(item.day - LOOK_BACK + 1);
    let sight = Sight::of(app, actor, &corp).await?;
    // A conversation day that was drawn twice counts once, as what was found last of it.
    let mut once: BTreeMap<(i64, i64), (Timestamp, Reviewed, Vec<String>)> = BTreeMap::new();
    let days = first..BeijingDay::from_days(item.day + LOOK_AHEAD + 1);
    for one in store::items_on(app.store().read(), &corp, days).await? {
        let ItemState::Closed { verdict, at, .. } = state_of(&one)? else {
            continue;
        };
        let Some(found) = found_of(verdict) else {
            continue;
        };
        let day = BeijingDay::from_days(one.day);
        let of = (
            at,
            Reviewed { day, found },
            one.members.iter().cloned().collect(),
        );
        let unit = once.entry((one.conversation_id, one.day));
        let known = unit.or_insert_with(|| of.clone());
        if known.0 <= at {
            *known = of;
        }
    }
    let shown = view_of(app, actor, &corp, item).await?;
    let members = shown
        .members
        .iter()
        .filter(|(userid, _)| sight.sees(userid));
    let members = members.map(|(userid, name)| {
        let of_member = once
            .values()
            .filter(|(.., members)| members.contains(userid));
        let reviewed = of_member.map(|(_, reviewed, _)| *reviewed);
        let told = follow_up(category, found_on, handled_on, reviewed);
        (userid.clone(), name.clone(), told)
    });
    Ok(CourseView {
        members: members.collect(),
        batch: view_batch(app, actor, batch.id).await?,
        item: shown,
    })
}

/// What a verdict says was found; `None` if it says nothing.
const fn found_of(verdict: Verdict) -> Option<Option<Category>> {
    match verdict {
        Verdict::Passed => Some(None),
        Verdict::Flagged(category) => Some(Some(category)),
        Verdict::Skipped => None,
    }
}
