//! Planning that a leaver's ways lead to others.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::contact_way::Kind;
use jiebang_domain::id::{CorpId, UserId};
use jiebang_store::contact_way::{self as store, ContactWay, Move, WayFilter};
use jiebang_store::entity::Texts;
use jiebang_store::entity::handover::Model as Handover;
use jiebang_store::entity::handover_row::Model as HandoverRow;
use jiebang_store::{StoreError, Tx};
use serde_json::json;
use uuid::Uuid;

use super::heirs;
use crate::access::step_up;
use crate::audit::{self, Record};
use crate::job::{self, Task};
use crate::{App, Change, Error, directory};

/// Most ways one request changes; the rest follows with the next.
const MAX_WAYS: u64 = 5_000;

/// Which way a choice is for.
pub type WayKey = (Kind, String);

/// What a person wants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Who takes the leaver's place, where the person chose.
    pub to: BTreeMap<WayKey, Vec<UserId>>,
    /// Only the ways in `to`; else all that name the leaver.
    pub only_chosen: bool,
}

/// Points a leaver's ways to others: as chosen, else to the successors of the latest handover. A
/// team's code keeps its other members. Returns how many changes are planned; a job carries them
/// out.
///
/// # Errors
/// [`Error::Conflict`]: `member_not_left`, `no_contact_ways` if there is nothing to change;
/// [`Error::Invalid`] if somebody chosen cannot serve customers; [`Error::StepUpRequired`] without
/// the password of a short while ago.
pub async fn point_ways(
    app: &App,
    actor: &Actor,
    leaver: &UserId,
    wanted: &Wanted,
) -> Result<usize, Error> {
    app.allow(actor, Act::HandoverExecute, Resource::Corp)?;
    let corp = directory::allow_leaver(app, actor, Act::HandoverExecute, leaver).await?;
    step_up::require(app, actor, Act::HandoverExecute, ("handover", Uuid::nil())).await?;
    let is_gone = heirs::gone(app, &corp, std::slice::from_ref(leaver)).await?;
    if is_gone.is_empty() {
        return Err(Error::Conflict {
            code: "member_not_left",
        });
    }
    check_chosen(app, &corp, leaver, wanted).await?;
    let default = heirs::of_latest_handover(app, &corp, leaver).await?;
    let tx = app.begin().await?;
    let mut ways = ways_of(&tx, &corp, leaver).await?;
    if wanted.only_chosen {
        ways.retain(|way| key(way).is_some_and(|key| wanted.to.contains_key(&key)));
    }
    let plan = Plan {
        leaver,
        handover: None,
        by: &actor.reference(),
        default: &default,
        chosen: &wanted.to,
    };
    let planned = insert(app, &tx, &corp, &plan, ways).await?;
    if planned == 0 {
        return Err(Error::Conflict {
            code: "no_contact_ways",
        });
    }
    enqueue(app, &tx, leaver).await?;
    let entry = Record::done("contact_way.point", "member", leaver)
        .detail(json!({ "ways": planned, "chosen": wanted.to.len() }));
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    app.tell(Change::Directory);
    Ok(planned)
}

async fn check_chosen(
    app: &App,
    corp: &CorpId,
    leaver: &UserId,
    wanted: &Wanted,
) -> Result<(), Error> {
    let all: BTreeSet<&UserId> = wanted.to.values().flatten().collect();
    let all: Vec<UserId> = all.into_iter().cloned().collect();
    let able = heirs::able(app, corp, &all).await?;
    if all
        .iter()
        .any(|user| user == leaver || !able.contains(user))
    {
        return Err(Error::invalid("to", "cannot_serve"));
    }
    let too_many = wanted
        .to
        .iter()
        .any(|((kind, _), users)| users.len() > kind.most_users());
    if too_many {
        return Err(Error::invalid("to", "too_many"));
    }
    Ok(())
}

/// Plans the leaver's ways with the handover that is being started; a member who stays keeps its
/// own. Returns how many.
pub(crate) async fn plan_for_handover(
    app: &App,
    tx: &Tx,
    handover: &Handover,
    leaver: &UserId,
    rows: &[HandoverRow],
    by: &str,
) -> Result<usize, Error> {
    let corp = app.corp()?;
    if heirs::gone(app, &corp, std::slice::from_ref(leaver))
        .await?
        .is_empty()
    {
        return Ok(0);
    }
    let ways = ways_of(tx, &corp, leaver).await?;
    let plan = Plan {
        leaver,
        handover: Some(handover.id),
        by,
        default: &heirs::by_rows(rows),
        chosen: &BTreeMap::new(),
    };
    let planned = insert(app, tx, &corp, &plan, ways).await?;
    if planned > 0 {
        enqueue(app, tx, leaver).await?;
    }
    Ok(planned)
}

struct Plan<'a> {
    leaver: &'a UserId,
    handover: Option<Uuid>,
    by: &'a str,
    default: &'a [UserId],
    chosen: &'a BTreeMap<WayKey, Vec<UserId>>,
}

async fn ways_of(tx: &Tx, corp: &CorpId, leaver: &UserId) -> Result<Vec<ContactWay>, Error> {
    let filter = WayFilter {
        member: Some(leaver.clone()),
        ..WayFilter::default()
    };
    Ok(store::ways(tx.conn(), corp, &filter, None, MAX_WAYS).await?)
}

fn key(way: &ContactWay) -> Option<WayKey> {
    Some((Kind::parse(&way.kind)?, way.way_id.clone()))
}

/// Stores a planned change for each way that has none under way.
async fn insert(
    app: &App,
    tx: &Tx,
    corp: &CorpId,
    plan: &Plan<'_>,
    ways: Vec<ContactWay>,
) -> Result<usize, Error> {
    let mut busy = BTreeSet::new();
    for kind in [Kind::Code, Kind::Link] {
        let of_kind = ways.iter().filter(|way| way.kind == kind.as_str());
        let ids: Vec<String> = of_kind.map(|way| way.way_id.clone()).collect();
        let open = store::open_of_ways(tx.conn(), corp, kind, &ids).await?;
        busy.extend(open.into_iter().map(|row| (kind, row.way_id)));
    }
    let rows: Vec<Move> = ways
        .into_iter()
        .filter_map(|way| key(&way).map(|key| (key, way)))
        .filter(|(key, _)| !busy.contains(key))
        .map(|(key, way)| planned(app, plan, &key, way))
        .collect();
    let number = rows.len();
    match store::insert_moves(tx, rows).await {
        Err(StoreError::Conflict { .. }) => Err(Error::Conflict {
            code: "handover_changed",
        }),
        other => other.map(|()| number).map_err(Error::from),
    }
}

fn planned(app: &App, plan: &Plan<'_>, key: &WayKey, way: ContactWay) -> Move {
    let chosen = plan.chosen.get(key).filter(|users| !users.is_empty());
    let wanted = chosen.map_or(plan.default, Vec::as_slice);
    Move {
        id: app.new_id(),
        corp_id: way.corp_id,
        kind: way.kind,
        way_id: way.way_id,
        leaver: plan.leaver.to_string(),
        handover_id: plan.handover,
        name: way.name,
        state: "planned".to_owned(),
        wanted: wanted.iter().map(ToString::to_string).collect(),
        chosen: chosen.is_some(),
        users_before: way.users,
        users_after: Texts::default(),
        before: None,
        after: None,
        changed: Texts::default(),
        errcode: None,
        created_by: plan.by.to_owned(),
        created_at: app.now().seconds(),
        intent_at: None,
        ended_at: None,
    }
}

async fn enqueue(app: &App, tx: &Tx, leaver: &UserId) -> Result<(), Error> {
    let task = Task::PointContactWays {
        leaver: leaver.to_string(),
    };
    job::enqueue(app, tx, &task, app.now()).await
}
