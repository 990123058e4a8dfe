//! Cases (交接案件): opened by an event or a person, worked through by a checklist, closed when
//! nothing mandatory is left.
//!
//! Invariants:
//! - a member has one open case at most, whatever events come, in whatever order;
//! - access ends, the snapshot is kept and the case opens in one transaction ([`protect`]);
//! - whether an automatic item is done is computed from the facts, never stored.

mod facts;
mod protect;
mod templates;

use std::collections::BTreeMap;

use jiebang_domain::access::{Act, Actor, Resource, Scope};
use jiebang_domain::case::{self as domain, Facts, ItemKind, Reason};
use jiebang_domain::id::{DepartmentId, UserId};
use jiebang_domain::time::Timestamp;
use jiebang_store::access::{Account, account};
use jiebang_store::case::{self as store};
pub use jiebang_store::case::{Case, Comment, Filter, Item};
use jiebang_store::handover::{self as handovers};
use jiebang_store::{Tx, directory};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) use protect::{protect, reason_of};
pub use templates::{list_templates, put_templates};

use crate::audit::{self, Record};
use crate::directory::allow_leaver;
use crate::handover::view::{self, Summary};
use crate::{App, Change, Error};

/// Longest comment, note and closing remark, in characters.
const MAX_TEXT: usize = 2_000;
const MAX_PAGE: u64 = 200;
/// Handovers of one member that are shown.
const HANDOVERS: u64 = 50;

/// An item with what is true of it now.
#[derive(Debug, Clone)]
pub struct ItemView {
    pub item: Item,
    pub is_done: bool,
    pub is_overdue: bool,
}

/// A case in a list.
#[derive(Debug, Clone)]
pub struct CaseView {
    pub case: Case,
    pub items: Vec<ItemView>,
    pub owner_name: Option<String>,
}

/// A case with everything its page shows.
#[derive(Debug, Clone)]
pub struct CaseDetail {
    pub view: CaseView,
    pub comments: Vec<Comment>,
    pub handovers: Vec<Summary>,
    pub facts: Facts,
    /// Names of the accounts that appear, by `account:<id>`.
    pub names: BTreeMap<String, String>,
    /// The member is in the corp and active again.
    pub is_back: bool,
}

/// Opens a case for somebody by hand.
///
/// # Errors
/// [`Error::Conflict`] `case_open` if there is an open one; [`Error::NotFound`],
/// [`Error::Denied`], [`Error::Store`].
pub async fn open_case(app: &App, actor: &Actor, userid: &UserId) -> Result<Uuid, Error> {
    app.allow(actor, Act::CaseManage, Resource::Corp)?;
    // Also for a leaver who was gone before it could be read.
    let corp = allow_leaver(app, actor, Act::CaseManage, userid).await?;
    let tx = app.begin().await?;
    let why = (Reason::Manual, app.now());
    let opened = protect::open(app, &tx, &corp, userid, why, actor).await?;
    let Some(id) = opened else {
        return Err(Error::Conflict { code: "case_open" });
    };
    record(app, &tx, actor, "case.open", id, json!({})).await?;
    tx.commit().await?;
    app.tell(Change::Directory);
    Ok(id)
}

/// Cases, the latest first, narrowed to the departments of the actor. The second part is the
/// cursor of the next page.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_cases(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    before: Option<Uuid>,
    limit: u64,
) -> Result<(Vec<CaseView>, Option<Uuid>), Error> {
    app.allow(actor, Act::CaseView, Resource::Corp)?;
    let Ok(corp) = app.corp() else {
        return Ok((Vec::new(), None));
    };
    let (limit, mut before) = (limit.clamp(1, MAX_PAGE), before);
    let alone = facts::nobody_took(app).await?;
    let mut found = Vec::new();
    loop {
        let read = app.store().read();
        let page = store::list(read, corp.as_str(), filter, before, limit + 1).await?;
        let more = page.len() as u64 > limit;
        for case in page {
            if found.len() as u64 == limit {
                return Ok((found, before));
            }
            before = Some(case.id);
            if sees(app, actor, Act::CaseView, &case).await? {
                let facts = facts::of(app, &case, &alone).await?;
                found.push(view_with(app, case, facts).await?);
            }
        }
        if !more {
            return Ok((found, None));
        }
    }
}

/// How many open cases the actor sees, and how many of these are overdue.
pub(crate) async fn count_open(app: &App, actor: &Actor) -> Result<u64, Error> {
    let filter = Filter {
        state: Some("open".to_owned()),
        ..Filter::default()
    };
    if app.allow(actor, Act::CaseView, Resource::Corp).is_err() {
        return Ok(0);
    }
    if actor.scope == Scope::Corp {
        let corp = app.corp()?;
        return Ok(store::count(app.store().read(), corp.as_str(), &filter).await?);
    }
    let (found, _) = list_cases(app, actor, &filter, None, MAX_PAGE).await?;
    Ok(found.len() as u64)
}

async fn departments_of(app: &App, case: &Case) -> Result<Vec<DepartmentId>, Error> {
    let corp = app.corp()?;
    let userid = userid_of(case)?;
    let member = directory::member(app.store().read(), &corp, &userid).await?;
    Ok(member
        .map(|member| member.departments.to_vec())
        .unwrap_or_default())
}

async fn sees(app: &App, actor: &Actor, act: Act, case: &Case) -> Result<bool, Error> {
    if actor.scope == Scope::Corp {
        return Ok(true);
    }
    let departments = departments_of(app, case).await?;
    let resource = Resource::Departments(&departments);
    Ok(app.allow(actor, act, resource).is_ok())
}

fn userid_of(case: &Case) -> Result<UserId, Error> {
    UserId::parse(case.userid.clone()).map_err(|source| Error::Malformed {
        what: "userid",
        source,
    })
}

async fn find(app: &App, actor: &Actor, act: Act, id: Uuid) -> Result<Case, Error> {
    app.allow(actor, act, Resource::Corp)?;
    let corp = app.corp()?;
    let case = store::get(app.store().read(), corp.as_str(), id).await?;
    let case = case.ok_or_else(|| Error::not_found("case", id))?;
    if actor.scope != Scope::Corp {
        let departments = departments_of(app, &case).await?;
        app.allow(actor, act, Resource::Departments(&departments))?;
    }
    Ok(case)
}

fn item_of(item: &Item) -> domain::Item {
    domain::Item {
        mandatory: item.mandatory,
        kind: ItemKind::parse(&item.kind).unwrap_or_default(),
        due_at: Timestamp::from_seconds(item.due_at),
        ticked: item.done_at.is_some(),
    }
}

async fn view_with(app: &App, case: Case, facts: Facts) -> Result<CaseView, Error> {
    let items = store::items(app.store().read(), case.id).await?;
    let shown = |item: Item| {
        let known = item_of(&item);
        ItemView {
            is_done: known.is_done(facts),
            is_overdue: known.is_overdue(facts, app.now()),
            item,
        }
    };
    let owner_name = match case.owner {
        Some(owner) => account::by_id(app.store().read(), app.home(), owner)
            .await?
            .map(|account| account.name),
        None => None,
    };
    Ok(CaseView {
        items: items.into_iter().map(shown).collect(),
        owner_name,
        case,
    })
}

/// A case with its checklist, comments and handovers.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn get_case(app: &App, actor: &Actor, id: Uuid) -> Result<CaseDetail, Error> {
    let case = find(app, actor, Act::CaseView, id).await?;
    let read = app.store().read();
    let facts = facts::of(app, &case, &facts::nobody_took(app).await?).await?;
    let comments = store::comments(read, id).await?;
    let filter = handovers::Filter {
        leaver: Some(case.userid.clone()),
        state: None,
    };
    let system = Actor::system();
    let (handovers, _) = view::list_handovers(app, &system, &filter, None, HANDOVERS).await?;
    let member = directory::member(read, &app.corp()?, &userid_of(&case)?).await?;
    let is_back = case.reason != Reason::Manual.as_str()
        && member.is_some_and(|member| member.gone_at.is_none() && member.status == 1);
    let accounts = account::list(read, app.home()).await?;
    let names = accounts
        .into_iter()
        .map(|account| (format!("account:{}", account.id), account.name));
    Ok(CaseDetail {
        view: view_with(app, case, facts).await?,
        comments,
        handovers,
        facts,
        names: names.collect(),
        is_back,
    })
}

/// What to change of an item; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub struct ItemChange {
    pub done: Option<bool>,
    pub note: Option<String>,
    pub due_at: Option<Timestamp>,
    /// The account that sees to it; inner `None`: nobody.
    pub owner: Option<Option<Uuid>>,
}

/// Ticks an item, or changes its note, deadline or owner.
///
/// # Errors
/// [`Error::Conflict`] for a closed case, or an automatic item that is to be ticked;
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`], [`Error::Store`].
pub async fn change_item(
    app: &App,
    actor: &Actor,
    id: Uuid,
    number: i32,
    change: ItemChange,
) -> Result<(), Error> {
    let case = find(app, actor, Act::CaseManage, id).await?;
    if let Some(note) = &change.note {
        check_text("note", note, true)?;
    }
    let tx = app.begin().await?;
    let case = open_one(&tx, &case).await?;
    let items = store::items(tx.conn(), case.id).await?;
    let mut item = items
        .into_iter()
        .find(|item| item.number == number)
        .ok_or_else(|| Error::not_found("item", number))?;
    if let Some(done) = change.done {
        if item.kind != ItemKind::Manual.as_str() {
            return Err(Error::Conflict {
                code: "case_item_automatic",
            });
        }
        item.done_at = done.then(|| app.now().seconds());
        item.done_by = done.then(|| actor.reference());
    }
    item.note = change.note.unwrap_or(item.note);
    item.due_at = change.due_at.map_or(item.due_at, Timestamp::seconds);
    item.owner = known_owner(app, change.owner, item.owner).await?;
    store::update_item(&tx, item).await?;
    let detail = json!({ "item": number, "done": change.done });
    record(app, &tx, actor, "case.item", id, detail).await?;
    Ok(tx.commit().await?)
}

/// The account a change names, which must be one of [`list_owners`].
async fn known_owner(
    app: &App,
    wanted: Option<Option<Uuid>>,
    before: Option<Uuid>,
) -> Result<Option<Uuid>, Error> {
    let Some(wanted) = wanted else {
        return Ok(before);
    };
    if let Some(owner) = wanted
        && !owners(app).await?.iter().any(|one| one.id == owner)
    {
        return Err(Error::invalid("owner", "unknown_value"));
    }
    Ok(wanted)
}

/// Somebody who can see to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    pub id: Uuid,
    pub name: String,
}

/// Who can see to a case: accounts that are not disabled, in a role that may.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_owners(app: &App, actor: &Actor) -> Result<Vec<Owner>, Error> {
    app.allow(actor, Act::CaseManage, Resource::Corp)?;
    owners(app).await
}

async fn owners(app: &App) -> Result<Vec<Owner>, Error> {
    let accounts = account::list(app.store().read(), app.home()).await?;
    let able = accounts.into_iter().filter(|account| {
        account.disabled_at.is_none() && crate::access::role_of(account).may(Act::CaseManage)
    });
    let owner = |account: Account| Owner {
        id: account.id,
        name: if account.name.is_empty() {
            account.login
        } else {
            account.name
        },
    };
    Ok(able.map(owner).collect())
}

/// Changes who sees to the case and when it is due.
///
/// # Errors
/// As [`change_item`].
pub async fn change_case(
    app: &App,
    actor: &Actor,
    id: Uuid,
    owner: Option<Option<Uuid>>,
    due_at: Option<Timestamp>,
) -> Result<(), Error> {
    let case = find(app, actor, Act::CaseManage, id).await?;
    let tx = app.begin().await?;
    let mut case = open_one(&tx, &case).await?;
    case.owner = known_owner(app, owner, case.owner).await?;
    case.due_at = due_at.map_or(case.due_at, Timestamp::seconds);
    store::update(&tx, case).await?;
    record(app, &tx, actor, "case.change", id, json!({})).await?;
    Ok(tx.commit().await?)
}

/// Writes a comment, also on a closed case.
///
/// # Errors
/// As [`change_item`].
pub async fn comment(app: &App, actor: &Actor, id: Uuid, body: &str) -> Result<(), Error> {
    let case = find(app, actor, Act::CaseManage, id).await?;
    check_text("body", body, false)?;
    let comment = Comment {
        id: app.new_id(),
        corp_id: case.corp_id,
        case_id: id,
        at: app.now().seconds(),
        by: actor.reference(),
        body: body.trim().to_owned(),
    };
    let tx = app.begin().await?;
    store::comment(&tx, comment).await?;
    record(app, &tx, actor, "case.comment", id, json!({})).await?;
    Ok(tx.commit().await?)
}

/// Closes a case. While a mandatory item is open it needs the member to be back.
///
/// # Errors
/// [`Error::Conflict`] `case_items_open` while a mandatory item is open; else as [`change_item`].
pub async fn close_case(app: &App, actor: &Actor, id: Uuid, closing: &str) -> Result<(), Error> {
    let detail = get_case(app, actor, id).await?;
    find(app, actor, Act::CaseManage, id).await?;
    check_text("closing", closing, !detail.is_back)?;
    let tx = app.begin().await?;
    let mut case = open_one(&tx, &detail.view.case).await?;
    let items = store::items(tx.conn(), id).await?;
    let known: Vec<domain::Item> = items.iter().map(item_of).collect();
    if !detail.is_back && !domain::blocking(&known, detail.facts).is_empty() {
        return Err(Error::Conflict {
            code: "case_items_open",
        });
    }
    "closed".clone_into(&mut case.state);
    case.closed_at = Some(app.now().seconds());
    case.closed_by = Some(actor.reference());
    closing.trim().clone_into(&mut case.closing);
    store::update(&tx, case).await?;
    let how = json!({ "withdrawn": detail.is_back });
    record(app, &tx, actor, "case.close", id, how).await?;
    tx.commit().await?;
    app.tell(Change::Directory);
    Ok(())
}

/// Opens a closed case again.
///
/// # Errors
/// [`Error::Conflict`] `case_open` if the member has another open one; else as [`change_item`].
pub async fn reopen_case(app: &App, actor: &Actor, id: Uuid) -> Result<(), Error> {
    let case = find(app, actor, Act::CaseManage, id).await?;
    let tx = app.begin().await?;
    let mut case = store::lock(&tx, &case.corp_id, id)
        .await?
        .ok_or_else(|| Error::not_found("case", id))?;
    if case.state == "open" {
        return Err(Error::Conflict { code: "case_open" });
    }
    "open".clone_into(&mut case.state);
    case.closed_at = None;
    case.closed_by = None;
    crate::handover::plan::conflict("case_open", store::update(&tx, case).await)?;
    record(app, &tx, actor, "case.reopen", id, json!({})).await?;
    Ok(tx.commit().await?)
}

/// The case, locked, if it is open.
async fn open_one(tx: &Tx, case: &Case) -> Result<Case, Error> {
    let locked = store::lock(tx, &case.corp_id, case.id).await?;
    locked
        .filter(|case| case.state == "open")
        .ok_or(Error::Conflict {
            code: "case_closed",
        })
}

fn check_text(field: &str, text: &str, may_be_empty: bool) -> Result<(), Error> {
    let length = text.trim().chars().count();
    if length > MAX_TEXT || (length == 0 && !may_be_empty) {
        return Err(Error::invalid(field, "case_text"));
    }
    Ok(())
}

async fn record(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    act: &'static str,
    id: Uuid,
    detail: Value,
) -> Result<(), Error> {
    audit::record(app, tx, actor, Record::done(act, "case", id).detail(detail)).await
}
