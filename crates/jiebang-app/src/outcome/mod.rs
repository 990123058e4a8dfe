//! Whether the customers that were handed over stayed, by leaver, successor and rule.
//!
//! Invariant: an account limited to departments counts handovers whose leaver belongs there.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::access::{Act, Actor, Resource, Scope};
use jiebang_domain::id::{CorpId, UserId};
use jiebang_domain::outcome::{Counted, DAYS, Fate, Retention, Taken, fate};
use jiebang_domain::time::Timestamp;
use jiebang_store::directory as members;
use jiebang_store::handover::assets;
use jiebang_store::outcome::{self as store, TakenOver, Within};
use uuid::Uuid;

use crate::audit::{Record, record};
use crate::directory::sees;
use crate::{App, Error};

/// Rows read at a time.
const STEP: u64 = 2000;

/// By what outcomes are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Leaver,
    Successor,
    /// The rule that chose the successor, or the way of sharing out.
    Rule,
}

/// Which handovers are looked at: customers taken over, and handovers started, within this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: Timestamp,
    /// Not included.
    pub to: Timestamp,
}

impl Period {
    const fn within(self) -> Within {
        Within {
            from: self.from.seconds(),
            to: self.to.seconds(),
        }
    }
}

/// Retention of one leaver, successor or rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// A userid; by rule: the way of sharing out, `rule` among them.
    pub key: String,
    /// The person's or the rule's name; empty for a way of sharing out.
    pub name: String,
    pub retention: Retention,
    /// The handover the last of these customers came by.
    pub last_handover: Uuid,
}

/// How many customers stand in a state, and with which of WeCom's codes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing {
    pub state: String,
    pub errcode: Option<i32>,
    pub customers: u64,
}

/// What became of the handovers of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub all: Retention,
    /// The most customers first.
    pub lines: Vec<Line>,
    /// Of the customers of handovers started in the period.
    pub standings: Vec<Standing>,
}

/// Counts what became of the handovers of a period. Reads the rows in pages; memory grows with
/// the number of people and rules only.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn view_outcome(
    app: &App,
    actor: &Actor,
    by: By,
    period: Period,
) -> Result<Outcome, Error> {
    app.allow(actor, Act::OutcomeView, Resource::Corp)?;
    let now = app.now();
    let mut counted: Counted<(String, String)> = Counted::default();
    let mut last: BTreeMap<(String, String), Uuid> = BTreeMap::new();
    let mut standings = Vec::new();
    if let Ok(corp) = app.corp() {
        let mut scope = Leavers::new(app, actor, &corp);
        let mut after = (Uuid::nil(), 0);
        loop {
            let page = page(app, &corp, period, &mut after).await?;
            if page.is_empty() {
                break;
            }
            for row in page {
                if scope.sees(&row.leaver).await? {
                    let key = key_of(by, &row);
                    last.insert(key.clone(), row.handover_id);
                    counted.add(key, &taken(&row), now);
                }
            }
        }
        standings = standings_of(app, &corp, period, &mut scope).await?;
    }
    let lines = lines(app, by, counted.by, &last).await?;
    Ok(Outcome {
        all: counted.all,
        lines,
        standings,
    })
}

async fn page(
    app: &App,
    corp: &CorpId,
    period: Period,
    after: &mut (Uuid, i32),
) -> Result<Vec<TakenOver>, Error> {
    let conn = app.store().read();
    let page = store::taken_over(conn, corp.as_str(), period.within(), *after, STEP).await?;
    if let Some(row) = page.last() {
        *after = (row.handover_id, row.row_no);
    }
    Ok(page)
}

fn taken(row: &TakenOver) -> Taken {
    let moment = Timestamp::from_seconds;
    Taken {
        at: moment(row.taken_at),
        relation: row
            .relation_began_at
            .map(|began| (moment(began), row.relation_ended_at.map(moment))),
        passed_on_at: row.passed_on_at.map(moment),
    }
}

/// The key and, as far as the row has it, the name.
fn key_of(by: By, row: &TakenOver) -> (String, String) {
    match by {
        By::Leaver => (row.leaver.clone(), String::new()),
        By::Successor => (row.successor.clone(), String::new()),
        By::Rule => {
            let word = |name: &str| row.reason.get(name).and_then(serde_json::Value::as_str);
            // A row no rule took was given to somebody by hand.
            let mode = word("mode").filter(|mode| *mode != "nobody");
            let rule = word("rule").filter(|_| mode == Some("rule"));
            let mode = mode.unwrap_or("none").to_owned();
            (mode, rule.unwrap_or_default().to_owned())
        }
    }
}

async fn lines(
    app: &App,
    by: By,
    counted: BTreeMap<(String, String), Retention>,
    last: &BTreeMap<(String, String), Uuid>,
) -> Result<Vec<Line>, Error> {
    let mut names = BTreeMap::new();
    if by != By::Rule && !counted.is_empty() {
        let ids: Vec<String> = counted.keys().map(|(key, _)| key.clone()).collect();
        let corp = app.corp()?;
        for row in assets::members(app.store().read(), corp.as_str(), &ids).await? {
            names.insert(row.userid, row.name);
        }
    }
    let mut lines: Vec<Line> = counted
        .into_iter()
        .map(|(key, retention)| Line {
            last_handover: last.get(&key).copied().unwrap_or_default(),
            name: names.get(&key.0).cloned().unwrap_or(key.1),
            key: key.0,
            retention,
        })
        .collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.retention.taken_over));
    Ok(lines)
}

async fn standings_of(
    app: &App,
    corp: &CorpId,
    period: Period,
    scope: &mut Leavers<'_>,
) -> Result<Vec<Standing>, Error> {
    let mut sums: BTreeMap<(String, Option<i32>), u64> = BTreeMap::new();
    let conn = app.store().read();
    for row in store::standings(conn, corp.as_str(), period.within()).await? {
        if scope.sees(&row.leaver).await? {
            *sums.entry((row.state, row.errcode)).or_default() +=
                u64::try_from(row.rows).unwrap_or_default();
        }
    }
    let standing = |((state, errcode), customers)| Standing {
        state,
        errcode,
        customers,
    };
    Ok(sums.into_iter().map(standing).collect())
}

/// Which leavers the actor may see; each is looked up once.
struct Leavers<'a> {
    app: &'a App,
    actor: &'a Actor,
    corp: &'a CorpId,
    seen: BTreeSet<String>,
    hidden: BTreeSet<String>,
}

impl<'a> Leavers<'a> {
    const fn new(app: &'a App, actor: &'a Actor, corp: &'a CorpId) -> Self {
        Self {
            app,
            actor,
            corp,
            seen: BTreeSet::new(),
            hidden: BTreeSet::new(),
        }
    }

    async fn sees(&mut self, leaver: &str) -> Result<bool, Error> {
        if self.actor.scope == Scope::Corp || self.seen.contains(leaver) {
            return Ok(true);
        }
        if self.hidden.contains(leaver) {
            return Ok(false);
        }
        let userid = UserId::parse(leaver).map_err(|source| Error::Malformed {
            what: "userid",
            source,
        })?;
        let row = members::member(self.app.store().read(), self.corp, &userid).await?;
        let visible = row.is_some_and(|row| sees(self.actor, &row.departments));
        let known = if visible {
            &mut self.seen
        } else {
            &mut self.hidden
        };
        known.insert(leaver.to_owned());
        Ok(visible)
    }
}

/// One customer that was taken over, with its fate at each of [`DAYS`].
#[derive(Debug, Clone)]
pub struct Exported {
    pub row: TakenOver,
    pub fates: [Fate; DAYS.len()],
}

/// A page of the customers behind the counts, for a file. `after` is the last row that was
/// given, and is moved on; the export is recorded once, with the first page. Empty at the end.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn export_outcome(
    app: &App,
    actor: &Actor,
    period: Period,
    after: &mut (Uuid, i32),
) -> Result<Vec<Exported>, Error> {
    app.allow(actor, Act::HandoverExport, Resource::Corp)?;
    app.allow(actor, Act::OutcomeView, Resource::Corp)?;
    if after.0.is_nil() {
        let tx = app.begin().await?;
        let detail = serde_json::json!({
            "from": period.from.seconds(),
            "to": period.to.seconds(),
        });
        let entry = Record::done("outcome.export", "outcome", "all").detail(detail);
        record(app, &tx, actor, entry).await?;
        tx.commit().await?;
    }
    let Ok(corp) = app.corp() else {
        return Ok(Vec::new());
    };
    let mut scope = Leavers::new(app, actor, &corp);
    let now = app.now();
    loop {
        let rows = page(app, &corp, period, after).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            if scope.sees(&row.leaver).await? {
                let fates = DAYS.map(|days| fate(&taken(&row), days, now));
                found.push(Exported { row, fates });
            }
        }
        if !found.is_empty() {
            return Ok(found);
        }
    }
}
