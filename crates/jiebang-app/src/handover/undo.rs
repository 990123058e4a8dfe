//! A leaver is back: drafts that move what was taken over back again.
//!
//! Invariant: nothing is started here. What is planned is what this handover moved and the
//! successor still has; what came to the successor otherwise stays.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::directory::{Member, MemberStatus};
use jiebang_domain::handover::Subject;
use jiebang_domain::handover::request::{Assignment, Condition, GroupChoice, RecordScope, Request};
use jiebang_domain::id::{ChatId, CorpId, ExternalUserId, UserId};
use jiebang_store::handover::{self as store, RowFilter, assets};
use uuid::Uuid;

use super::{facts, leaver_of, plan, stored, view};
use crate::{App, Error};

/// Rows read at a time.
const STEP: u64 = 1000;

/// What one successor still has of it.
#[derive(Default)]
struct Held {
    customers: BTreeSet<ExternalUserId>,
    groups: BTreeSet<ChatId>,
}

/// Plans a draft for every successor that moves back to the leaver what this handover moved and
/// the successor still has. Each draft predicts what WeCom's limit of two transfers in 90 days
/// refuses.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`] (also for one of the successors); [`Error::Conflict`]
/// `leaver_not_back` unless the leaver is an active member with 客户联系 again, and
/// `nothing_to_undo`.
pub async fn plan_undo(app: &App, actor: &Actor, id: Uuid) -> Result<Vec<Uuid>, Error> {
    let handover = view::find(app, actor, Act::HandoverPlan, id).await?;
    let corp = app.corp()?;
    let leaver = leaver_of(&handover)?;
    if !is_back(&facts::leaver(app, &corp, &leaver).await?) {
        return Err(Error::Conflict {
            code: "leaver_not_back",
        });
    }
    let held = held(app, &corp, id).await?;
    if held.is_empty() {
        return Err(Error::Conflict {
            code: "nothing_to_undo",
        });
    }
    // All or none: nobody is left with half of the drafts for want of a right.
    for successor in held.keys() {
        let member = facts::leaver(app, &corp, successor).await?;
        let departments = Resource::Departments(&member.departments);
        app.allow(actor, Act::HandoverPlan, departments)?;
    }
    let mut drafts = Vec::with_capacity(held.len());
    for (successor, held) in held {
        let request = request(app, &leaver, successor, held).await?;
        drafts.push(plan::create_handover(app, actor, &request).await?);
    }
    Ok(drafts)
}

fn is_back(member: &Member) -> bool {
    !member.gone
        && member.left_at.is_none()
        && member.status == MemberStatus::Active
        && member.customer_contact
}

/// What was taken over and is still with the successor, by successor.
async fn held(app: &App, corp: &CorpId, id: Uuid) -> Result<BTreeMap<UserId, Held>, Error> {
    let read = app.store().read();
    let filter = RowFilter {
        states: vec!["taken_over".to_owned()],
        ..RowFilter::default()
    };
    let mut taken: BTreeMap<String, [Vec<String>; 2]> = BTreeMap::new();
    let mut after = 0;
    loop {
        let page = store::rows(read, id, &filter, after, STEP).await?;
        let Some(last) = page.last() else { break };
        after = last.row_no;
        for row in page {
            let Some(successor) = row.successor else {
                continue;
            };
            let kind = usize::from(row.subject_kind == Subject::Group.as_str());
            taken.entry(successor).or_default()[kind].push(row.subject_id);
        }
    }
    let mut held = BTreeMap::new();
    for (successor, [customers, groups]) in taken {
        let mut of_one = Held::default();
        let one = [successor.clone()];
        for (_, customer) in assets::followed_by(read, corp.as_str(), &one, &customers).await? {
            let id = stored("external userid", ExternalUserId::parse(customer))?;
            of_one.customers.insert(id);
        }
        let wanted: BTreeSet<String> = groups.into_iter().collect();
        for group in assets::groups_of(read, corp.as_str(), &successor).await? {
            if group.dismissed_at.is_none() && wanted.contains(&group.chat_id) {
                of_one
                    .groups
                    .insert(stored("chat id", ChatId::parse(group.chat_id))?);
            }
        }
        if !of_one.customers.is_empty() || !of_one.groups.is_empty() {
            held.insert(stored("userid", UserId::parse(successor))?, of_one);
        }
    }
    Ok(held)
}

async fn request(app: &App, to: &UserId, successor: UserId, held: Held) -> Result<Request, Error> {
    Ok(Request {
        // A successor who has left meanwhile gives as a leaver does.
        kind: plan::kind_for(app, &successor).await?,
        leaver: successor,
        customers: (!held.customers.is_empty()).then(|| Condition {
            only: Some(held.customers),
            ..Condition::default()
        }),
        groups: (!held.groups.is_empty()).then(|| GroupChoice {
            only: Some(held.groups.into_iter().collect()),
        }),
        assignment: Assignment::One { to: to.clone() },
        groups_to: Vec::new(),
        must: Vec::new(),
        must_not: Vec::new(),
        cap: None,
        rule_set: None,
        record_scope: RecordScope::None,
        record_kinds: BTreeSet::new(),
        note: String::new(),
        message: None,
    })
}
