//! The first page: what waits for the administrator, and how things stand.

use std::collections::BTreeMap;

use jiebang_domain::access::{Act, Actor, Resource, Scope};
use jiebang_domain::id::CorpId;
use jiebang_domain::time::HOUR;
use jiebang_store::handover::{Filter, done_with};
use jiebang_store::setting::{self, Content};
use jiebang_store::{Tx, stats};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::case;
use crate::contact_way::count_leavers_named;
use crate::directory::count_waiting;
use crate::handover::first_contact;
use crate::handover::view::{self, Summary};
use crate::handover::{approve, orphans};
use crate::sync::{self, SyncRun};
use crate::{App, Error, doctor};

/// After so many seconds without a complete reading the data counts as stale.
const STALE: i64 = 36 * HOUR;
/// Handovers whose refusals are told of, the newest.
const RECENT: u64 = 50;
/// Running handovers that are shown.
const SHOWN: u64 = 20;
/// Days of figures that are kept.
const DAYS: usize = 90;
/// The setting that holds them.
const HISTORY: &str = "overview.figures";

/// Something that waits.
#[derive(Debug, Clone, Serialize)]
pub struct Todo {
    /// `leaver_waiting`, `contact_ways`, `refusals`, `doctor`, `sync_stale`, `first_sync`, `connect`,
    /// `row_failed`, `cases`, `first_contact`, `approvals` or `orphans`.
    pub kind: &'static str,
    pub count: u64,
    /// Values for the places of the text.
    pub title_params: BTreeMap<&'static str, String>,
    /// Path in the console.
    pub link: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    /// `customers`, `groups`, `leavers_waiting` or `in_handover`.
    pub key: &'static str,
    pub value: u64,
    /// One point a day, oldest first.
    pub series: Vec<Point>,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct Point {
    pub at: i64,
    pub value: u64,
}

#[derive(Debug, Clone, Serialize)]
pub struct SyncState {
    pub last_finished_at: Option<i64>,
    pub running: Option<SyncRun>,
    /// Things the last run repaired that callbacks had lost.
    pub repaired_last: u64,
}

#[derive(Debug, Clone)]
pub struct Overview {
    pub todo: Vec<Todo>,
    pub figures: Vec<Figure>,
    pub running: Vec<Summary>,
    pub sync: SyncState,
    pub connected: bool,
}

/// The figures of one moment.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Figures {
    at: i64,
    customers: u64,
    groups: u64,
    leavers_waiting: u64,
    in_handover: u64,
}

/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn view_overview(app: &App, actor: &Actor) -> Result<Overview, Error> {
    app.allow(actor, Act::OverviewView, Resource::Corp)?;
    let Ok(corp) = app.corp() else {
        return Ok(Overview {
            todo: vec![todo("connect", 1, "/settings/wecom")],
            figures: Vec::new(),
            running: Vec::new(),
            sync: SyncState {
                last_finished_at: None,
                running: None,
                repaired_last: 0,
            },
            connected: false,
        });
    };
    let last = sync::last_walk(app, &corp).await?;
    let (recent, _) = view::list_handovers(app, actor, &Filter::default(), None, RECENT).await?;
    let now = figures(app, actor, &corp, &recent).await?;
    let running = |one: &Summary| one.handover.state == "running";
    Ok(Overview {
        todo: todos(app, actor, &corp, &now, last.as_ref(), &recent).await?,
        figures: with_series(app, actor, now).await?,
        running: recent
            .into_iter()
            .filter(running)
            .take(SHOWN as usize)
            .collect(),
        sync: SyncState {
            last_finished_at: last.as_ref().and_then(|run| run.finished_at),
            running: sync::running(app, &corp).await?,
            repaired_last: last.map_or(0, |run| run.repaired.values().sum()),
        },
        connected: true,
    })
}

fn todo(kind: &'static str, count: u64, link: &str) -> Todo {
    let title_params = BTreeMap::from([("count", count.to_string())]);
    Todo {
        kind,
        count,
        title_params,
        link: link.to_owned(),
    }
}

async fn figures(
    app: &App,
    actor: &Actor,
    corp: &CorpId,
    recent: &[Summary],
) -> Result<Figures, Error> {
    let counts = stats::counts(app.store().read(), corp).await?;
    let pending = ["intended", "unsure", "waiting", "postponed"];
    let in_handover: i64 = recent
        .iter()
        .flat_map(|one| pending.iter().filter_map(|state| one.counts.get(state)))
        .sum();
    Ok(Figures {
        at: app.now().seconds(),
        customers: counts.customers,
        groups: counts.groups,
        leavers_waiting: count_waiting(app, actor, corp).await?,
        in_handover: u64::try_from(in_handover).unwrap_or_default(),
    })
}

async fn todos(
    app: &App,
    actor: &Actor,
    corp: &CorpId,
    now: &Figures,
    last: Option<&SyncRun>,
    recent: &[Summary],
) -> Result<Vec<Todo>, Error> {
    let mut todos = Vec::new();
    match last.and_then(|run| run.finished_at) {
        None => todos.push(todo("first_sync", 1, "/settings/sync")),
        Some(at) if now.at - at > STALE => {
            let hours = u64::try_from((now.at - at) / HOUR).unwrap_or_default();
            todos.push(todo("sync_stale", hours, "/settings/sync"));
        }
        Some(_) => {}
    }
    if now.leavers_waiting > 0 {
        todos.push(todo(
            "leaver_waiting",
            now.leavers_waiting,
            "/leavers?state=waiting",
        ));
    }
    let to_decide: [(&str, &[&str]); 2] = [
        ("refusals", &["refused", "full", "no_relation"]),
        ("row_failed", &["failed"]),
    ];
    let named = count_leavers_named(app, actor, corp).await?;
    if named > 0 {
        todos.push(todo("contact_ways", named, "/contact-ways?left=true"));
    }
    // Whom nobody took is told of once, by the alarm, and not among the refusals as well.
    let alone = orphans::open_alarms(app, actor, "", None).await?;
    let mut told: BTreeMap<(Uuid, &str), i64> = BTreeMap::new();
    for one in &alone {
        *told.entry((one.handover.id, &*one.row.state)).or_default() += 1;
    }
    // Nor what went on in a later handover, or was settled.
    let ids: Vec<Uuid> = recent.iter().map(|one| one.handover.id).collect();
    let done = done_with(app.store().read(), corp.as_str(), &ids).await?;
    for (id, state, count) in &done {
        *told.entry((*id, state)).or_default() += count;
    }
    for (kind, states) in to_decide {
        let of = |one: &Summary, state: &str| {
            let all = one.counts.get(state).copied().unwrap_or_default();
            let told = told.get(&(one.handover.id, state));
            (all - told.copied().unwrap_or_default()).max(0)
        };
        let pairs = || {
            recent
                .iter()
                .flat_map(|one| states.iter().map(move |state| (one, *state)))
        };
        let sum: i64 = pairs().map(|(one, state)| of(one, state)).sum();
        if let Some((first, state)) = pairs().find(|(one, state)| of(one, state) > 0) {
            let link = format!("/handovers/{}?state={state}", first.handover.id);
            todos.push(todo(kind, u64::try_from(sum).unwrap_or_default(), &link));
        }
    }
    let cases = case::count_open(app, actor).await?;
    if cases > 0 {
        todos.push(todo("cases", cases, "/cases?state=open"));
    }
    let late = first_contact::count_overdue(app, actor).await?;
    if late > 0 {
        todos.push(todo("first_contact", late, "/first-contacts"));
    }
    let waiting = approve::count_approvals(app, actor).await?;
    if waiting > 0 {
        todos.push(todo("approvals", waiting, "/approvals"));
    }
    if !alone.is_empty() {
        todos.insert(0, todo("orphans", alone.len() as u64, "/orphans"));
    }
    todos.extend(archive_todos(app, actor).await?);
    let failed = doctor::last_report(app)
        .await?
        .map_or(0, |report| report.failed());
    if failed > 0 {
        todos.push(todo("doctor", failed, "/settings/doctor"));
    }
    Ok(todos)
}

/// That messages will be or are lost at WeCom comes first; then what waits for somebody.
async fn archive_todos(app: &App, actor: &Actor) -> Result<Vec<Todo>, Error> {
    use crate::archive::{Standing, alarms};
    if app
        .allow(actor, Act::ArchiveStatus, Resource::Corp)
        .is_err()
    {
        return Ok(Vec::new());
    }
    let alarms = alarms(app, actor).await?;
    let mut todos = Vec::new();
    let kind = match alarms.standing {
        Standing::Losing => Some("archive_losing"),
        Standing::Urgent => Some("archive_urgent"),
        _ => None,
    };
    let left = alarms.hours_left.unwrap_or_default().max(0);
    todos.extend(kind.map(|kind| todo(kind, left.cast_unsigned(), "/archive")));
    for (kind, count) in [
        ("archive_not_begun", u64::from(alarms.is_not_begun)),
        ("archive_gap", alarms.gaps),
        ("archive_behind", alarms.hours_behind),
        ("archive_refused", u64::from(alarms.is_refused)),
        ("archive_unopened", alarms.unopened),
        ("archive_files", alarms.files),
        ("archive_parked", alarms.parked),
    ] {
        if count > 0 {
            todos.push(todo(kind, count, "/archive"));
        }
    }
    Ok(todos)
}

/// The course is that of the whole corp, so an account limited to departments sees none.
async fn with_series(app: &App, actor: &Actor, now: Figures) -> Result<Vec<Figure>, Error> {
    let mut past = if actor.scope == Scope::Corp {
        history(app).await?
    } else {
        Vec::new()
    };
    past.push(now);
    let figure = |key, value: fn(&Figures) -> u64| Figure {
        key,
        value: value(&now),
        series: past
            .iter()
            .map(|one| Point {
                at: one.at,
                value: value(one),
            })
            .collect(),
    };
    Ok(vec![
        figure("customers", |one| one.customers),
        figure("groups", |one| one.groups),
        figure("leavers_waiting", |one| one.leavers_waiting),
        figure("in_handover", |one| one.in_handover),
    ])
}

async fn history(app: &App) -> Result<Vec<Figures>, Error> {
    let stored = setting::get(app.store().read(), app.home(), HISTORY).await?;
    let value = stored.and_then(|row| row.value);
    Ok(value
        .and_then(|value| serde_json::from_value(value).ok())
        .unwrap_or_default())
}

/// Adds today's figures to the course, in place of earlier ones of the same day in Beijing.
pub(crate) async fn note_figures(app: &App, tx: &Tx, corp: &CorpId) -> Result<(), Error> {
    let actor = Actor::system();
    let (recent, _) = view::list_handovers(app, &actor, &Filter::default(), None, RECENT).await?;
    let now = figures(app, &actor, corp, &recent).await?;
    let today = app.now().beijing_day().start().seconds();
    let mut past = history(app).await?;
    past.retain(|one| one.at < today);
    past.push(now);
    let kept = past.split_off(past.len().saturating_sub(DAYS));
    let value = serde_json::to_value(kept).map_err(|source| Error::Json {
        what: "figures",
        source,
    })?;
    setting::put(
        tx,
        app.home(),
        HISTORY,
        Content::Open(value),
        "system",
        app.now(),
    )
    .await?;
    Ok(())
}
