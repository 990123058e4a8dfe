//! Who has left and what of theirs still waits.

use std::collections::BTreeSet;

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::directory::{INHERITANCE_WINDOW, MemberStatus};
use jiebang_domain::id::{CorpId, DepartmentId, UserId};
use jiebang_domain::time::{DAY, Timestamp};
use jiebang_store::contact_way::{self, WayFilter};
use jiebang_store::customer::live_assets;
use jiebang_store::directory::{self as store, Leaver as LeaverRow};
use jiebang_store::entity::member::Model as MemberRow;
use jiebang_store::handover::{self as handovers, Filter};
use serde::Serialize;
use uuid::Uuid;

use super::kinds::{Count, TagCount, count_kinds};
use super::{MAX_PAGE, Names, sees, userid_of};
use crate::handover::view::{self, Summary};
use crate::{App, Error, sync};

/// Handovers of one leaver that are shown.
const HANDOVERS: u64 = 100;

/// Why somebody counts as a leaver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Left,
    Disabled,
    Employed,
}

impl Reason {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Disabled => "disabled",
            Self::Employed => "employed",
        }
    }
}

/// How far the handover of a leaver's assets has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaverState {
    Waiting,
    InProgress,
    Done,
}

impl LeaverState {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::InProgress => "in_progress",
            Self::Done => "done",
        }
    }
}

/// `None`: all.
pub type LeaverStateFilter = Option<LeaverState>;

#[derive(Debug, Clone, Serialize)]
pub struct Leaver {
    pub userid: String,
    /// The userid where the name was never read.
    pub name: String,
    /// False if the member was gone before it could be read.
    pub known: bool,
    pub department_names: Vec<String>,
    pub position: String,
    pub left_at: Option<i64>,
    pub reason: Reason,
    pub state: LeaverState,
    pub customers_waiting: u64,
    pub groups_waiting: u64,
    pub customers_in_transfer: u64,
    pub customers_done: u64,
    pub last_handover_id: Option<Uuid>,
    /// Days until WeCom lets nothing be inherited any more, one year after leaving.
    pub days_left: Option<i64>,
}

/// Which leavers to list.
#[derive(Debug, Clone, Default)]
pub struct WantedLeavers {
    /// Part of the name, or start of the userid.
    pub text: Option<String>,
    pub state: LeaverStateFilter,
    /// How many to leave out at the beginning.
    pub skip: usize,
    pub limit: u64,
}

#[derive(Debug, Clone, Serialize)]
pub struct LeaverPage {
    pub items: Vec<Leaver>,
    pub total: usize,
    /// To be given as `skip` for the next page.
    pub next: Option<usize>,
}

/// Leavers, the latest first.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_leavers(
    app: &App,
    actor: &Actor,
    wanted: WantedLeavers,
) -> Result<LeaverPage, Error> {
    app.allow(actor, Act::LeaverView, Resource::Corp)?;
    let Ok(corp) = app.corp() else {
        return Ok(LeaverPage {
            items: Vec::new(),
            total: 0,
            next: None,
        });
    };
    let limit = usize::try_from(wanted.limit.clamp(1, MAX_PAGE)).unwrap_or(usize::MAX);
    let running = leavers_in_progress(app, &corp).await?;
    let text = wanted.text.as_deref().unwrap_or_default().to_lowercase();
    let all = store::leavers(app.store().read(), &corp).await?;
    let found: Vec<(LeaverRow, LeaverState)> = all
        .into_iter()
        .filter(|row| sees(actor, departments_of(row.member.as_ref())))
        .filter(|row| is_named(row, &text))
        .map(|row| {
            let state = state_of(&row, &running);
            (row, state)
        })
        .filter(|(_, state)| wanted.state.is_none_or(|wanted| wanted == *state))
        .collect();
    let total = found.len();
    let names = Names::read(app, &corp).await?;
    let mut items = Vec::new();
    for (row, state) in found.into_iter().skip(wanted.skip).take(limit) {
        items.push(shown(app, &corp, &names, row, state).await?);
    }
    let end = wanted.skip.saturating_add(items.len());
    Ok(LeaverPage {
        items,
        total,
        next: (end < total).then_some(end),
    })
}

fn departments_of(member: Option<&MemberRow>) -> &[DepartmentId] {
    member.map_or(&[], |member| &*member.departments)
}

fn is_named(row: &LeaverRow, text: &str) -> bool {
    let name = row
        .member
        .as_ref()
        .map(|member| member.name.to_lowercase())
        .unwrap_or_default();
    row.userid.starts_with(text) || name.contains(text)
}

/// How many leavers wait, as far as the actor sees them.
pub(crate) async fn count_waiting(app: &App, actor: &Actor, corp: &CorpId) -> Result<u64, Error> {
    let running = leavers_in_progress(app, corp).await?;
    let all = store::leavers(app.store().read(), corp).await?;
    let now = app.now();
    let is_open = |row: &&LeaverRow| row.left_at <= 0 || days_left(now, row.left_at) > 0;
    let waiting = all
        .iter()
        .filter(|row| sees(actor, departments_of(row.member.as_ref())))
        // Nothing can be done any more about whom WeCom has let go.
        .filter(is_open)
        .filter(|row| state_of(row, &running) == LeaverState::Waiting);
    Ok(waiting.count() as u64)
}

/// Members of whom a handover is running.
async fn leavers_in_progress(app: &App, corp: &CorpId) -> Result<BTreeSet<String>, Error> {
    let filter = Filter {
        state: Some("running".to_owned()),
        leaver: None,
    };
    let mut found = BTreeSet::new();
    let mut before = None;
    loop {
        let conn = app.store().read();
        let page = handovers::list(conn, corp.as_str(), &filter, before, MAX_PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(found);
        };
        before = Some(last.id);
        found.extend(page.into_iter().map(|handover| handover.leaver));
    }
}

fn state_of(row: &LeaverRow, running: &BTreeSet<String>) -> LeaverState {
    if running.contains(&row.userid) {
        LeaverState::InProgress
    } else if row.customers > 0 || row.groups > 0 {
        LeaverState::Waiting
    } else {
        LeaverState::Done
    }
}

async fn shown(
    app: &App,
    corp: &CorpId,
    names: &Names,
    row: LeaverRow,
    state: LeaverState,
) -> Result<Leaver, Error> {
    let moved = moved(app, corp, &row.userid).await?;
    let known = row.member.as_ref().filter(|member| !member.name.is_empty());
    let left_at = Some(row.left_at).filter(|at| *at > 0);
    Ok(Leaver {
        name: known.map_or_else(|| row.userid.clone(), |member| member.name.clone()),
        known: known.is_some(),
        department_names: names.of(departments_of(row.member.as_ref())),
        position: known
            .map(|member| member.position.clone())
            .unwrap_or_default(),
        left_at,
        reason: Reason::Left,
        state,
        customers_waiting: u64::try_from(row.customers).unwrap_or_default(),
        groups_waiting: u64::try_from(row.groups).unwrap_or_default(),
        customers_in_transfer: moved.under_way,
        customers_done: moved.done,
        last_handover_id: moved.last,
        days_left: left_at.map(|at| days_left(app.now(), at)),
        userid: row.userid,
    })
}

fn days_left(now: Timestamp, left_at: i64) -> i64 {
    let end = left_at.saturating_add(INHERITANCE_WINDOW);
    end.saturating_sub(now.seconds()).div_euclid(DAY).max(0)
}

/// What handovers have moved of one leaver.
struct Moved {
    under_way: u64,
    done: u64,
    last: Option<Uuid>,
}

async fn moved(app: &App, corp: &CorpId, leaver: &str) -> Result<Moved, Error> {
    let conn = app.store().read();
    let filter = Filter {
        state: None,
        leaver: Some(leaver.to_owned()),
    };
    let found = handovers::list(conn, corp.as_str(), &filter, None, HANDOVERS).await?;
    let started: Vec<Uuid> = found
        .iter()
        .filter(|handover| handover.started_at.is_some())
        .map(|handover| handover.id)
        .collect();
    let tally = handovers::tally(conn, &started).await?;
    let rows = |states: &[&str]| {
        let of = tally.iter().filter(|one| one.subject_kind == "customer");
        let sum: i64 = of
            .filter(|one| states.contains(&one.state.as_str()))
            .map(|one| one.rows)
            .sum();
        u64::try_from(sum).unwrap_or_default()
    };
    Ok(Moved {
        under_way: rows(&["intended", "unsure", "waiting", "postponed"]),
        done: rows(&["taken_over"]),
        last: found.first().map(|handover| handover.id),
    })
}

/// A member whose assets are looked at.
pub(super) struct Found {
    pub(super) row: LeaverRow,
    pub(super) has_left: bool,
}

/// Finds somebody who has left, or is still employed, if the actor may do `act` with them.
pub(super) async fn find(
    app: &App,
    actor: &Actor,
    act: Act,
    userid: &UserId,
) -> Result<(CorpId, Found), Error> {
    let corp = app.corp()?;
    let conn = app.store().read();
    let member = store::member(conn, &corp, userid).await?;
    let has_left = member
        .as_ref()
        .is_none_or(|row| row.left_at.is_some() || row.gone_at.is_some());
    let row = if has_left {
        let all = store::leavers(conn, &corp).await?;
        all.into_iter().find(|row| row.userid == userid.as_str())
    } else {
        let assets = live_assets(conn, &corp, userid).await?;
        Some(LeaverRow {
            userid: userid.to_string(),
            member,
            left_at: 0,
            customers: i64::try_from(assets.customers).unwrap_or(i64::MAX),
            groups: i64::try_from(assets.groups).unwrap_or(i64::MAX),
        })
    };
    let row = match row {
        Some(row) => row,
        None => named_only(app, &corp, userid).await?,
    };
    app.allow(
        actor,
        act,
        Resource::Departments(departments_of(row.member.as_ref())),
    )?;
    Ok((corp, Found { row, has_left }))
}

/// Somebody of whom nothing is known but that a contact way names or named them.
async fn named_only(app: &App, corp: &CorpId, userid: &UserId) -> Result<LeaverRow, Error> {
    let filter = WayFilter {
        member: Some(userid.clone()),
        ..WayFilter::default()
    };
    let conn = app.store().read();
    let found = contact_way::ways(conn, corp, &filter, None, 1).await?;
    let moved = contact_way::moves_of_leaver(conn, corp, userid, 1).await?;
    if found.is_empty() && moved.is_empty() {
        return Err(Error::not_found("member", userid));
    }
    Ok(LeaverRow {
        userid: userid.to_string(),
        member: None,
        left_at: 0,
        customers: 0,
        groups: 0,
    })
}

/// Makes sure that the actor may do `act` with a member, who may have left; returns the corp.
pub(crate) async fn allow_leaver(
    app: &App,
    actor: &Actor,
    act: Act,
    userid: &UserId,
) -> Result<CorpId, Error> {
    Ok(find(app, actor, act, userid).await?.0)
}

#[derive(Debug, Clone, Serialize)]
pub struct Person {
    pub userid: String,
    pub name: String,
}

/// A leaver with what the waiting customers are like.
#[derive(Debug, Clone)]
pub struct LeaverDetail {
    pub leaver: Leaver,
    /// The direct leader, or the first of the department's.
    pub leader: Option<Person>,
    /// The most frequent first.
    pub tags: Vec<TagCount>,
    pub regions: Vec<Count<String>>,
    /// Months in Beijing, `2026-01`, the earliest first.
    pub added_by_month: Vec<Count<String>>,
    pub add_ways: Vec<Count<i64>>,
    pub handovers: Vec<Summary>,
    /// When the lists were read that this is made of.
    pub assets_checked_at: Option<i64>,
}

/// Everything the page of a leaver shows; also of somebody still employed.
///
/// # Errors
/// [`Error::Denied`], [`Error::NotFound`], [`Error::NotConnected`], [`Error::Store`].
pub async fn get_leaver(app: &App, actor: &Actor, userid: &UserId) -> Result<LeaverDetail, Error> {
    app.allow(actor, Act::LeaverView, Resource::Corp)?;
    let (corp, found) = find(app, actor, Act::LeaverView, userid).await?;
    let running = leavers_in_progress(app, &corp).await?;
    let state = state_of(&found.row, &running);
    let names = Names::read(app, &corp).await?;
    let leader = leader(app, &corp, found.row.member.as_ref()).await?;
    let kinds = count_kinds(app, &corp, userid, found.has_left).await?;
    let status = found
        .row
        .member
        .as_ref()
        .map(|row| MemberStatus::from(i64::from(row.status)));
    let mut leaver = shown(app, &corp, &names, found.row, state).await?;
    leaver.reason = match status {
        _ if found.has_left => Reason::Left,
        Some(MemberStatus::Disabled) => Reason::Disabled,
        _ => Reason::Employed,
    };
    let handovers = if actor.role.may(Act::HandoverView) {
        let filter = Filter {
            state: None,
            leaver: Some(userid.to_string()),
        };
        view::list_handovers(app, actor, &filter, None, HANDOVERS)
            .await?
            .0
    } else {
        Vec::new()
    };
    Ok(LeaverDetail {
        leaver,
        leader,
        tags: kinds.tags,
        regions: kinds.regions,
        added_by_month: kinds.months,
        add_ways: kinds.add_ways,
        handovers,
        assets_checked_at: sync::last_look(app, &corp).await?,
    })
}

async fn leader(
    app: &App,
    corp: &CorpId,
    member: Option<&MemberRow>,
) -> Result<Option<Person>, Error> {
    let Some(member) = member else {
        return Ok(None);
    };
    let departments = store::departments(app.store().read(), corp).await?;
    let of_department = departments
        .iter()
        .filter(|row| member.departments.contains(&row.department_id))
        .flat_map(|row| row.leaders.iter());
    let candidates = member.direct_leader.iter().chain(of_department);
    for candidate in candidates.filter(|userid| **userid != member.userid) {
        let Ok(userid) = UserId::parse(candidate.as_str()) else {
            continue;
        };
        let found = store::member(app.store().read(), corp, &userid).await?;
        if let Some(row) = found.filter(|row| row.left_at.is_none() && row.gone_at.is_none()) {
            let userid = userid_of(&row)?.to_string();
            return Ok(Some(Person {
                userid,
                name: row.name,
            }));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_of_a_year_is_counted_in_whole_days() {
        let left = 1_700_000_000;
        let at = |seconds| Timestamp::from_seconds(left + seconds);
        assert_eq!(days_left(at(0), left), 365);
        assert_eq!(days_left(at(1), left), 364);
        assert_eq!(days_left(at(500 * DAY), left), 0);
    }
}
