//! Ways as the console shows them: all of the corp, and those of one leaver with what would
//! become of them and what has.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::access::{Act, Actor, Resource, Scope};
use jiebang_domain::contact_way::{Decision, Kind};
use jiebang_domain::id::{CorpId, UserId};
use jiebang_store::contact_way::{self as store, After, ContactWay, Move, WayFilter};
use jiebang_store::directory as members;
use jiebang_store::entity::member::Model as Member;
use serde::Serialize;
use uuid::Uuid;

use super::checklist::{self, Item};
use super::heirs;
use crate::handover::view::find as find_handover;
use crate::{App, Error, directory};

/// Most items a page holds.
const MAX_PAGE: u64 = 500;
/// Ways of a leaver that are shown with their proposals.
const SHOWN: u64 = 1_000;

/// Somebody a way names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    pub userid: String,
    /// The userid where no name is known.
    pub name: String,
    /// Not in the corp any more.
    pub left: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct WayView {
    pub kind: Kind,
    pub way_id: String,
    pub single: bool,
    pub name: String,
    pub channel: String,
    pub members: Vec<Named>,
    pub departments: Vec<String>,
    pub read_at: i64,
}

/// What would become of a way.
#[derive(Debug, Clone, Serialize)]
pub struct Proposal {
    /// Who would be named; empty with `nobody`, and where only departments are left.
    pub members: Vec<Named>,
    /// Nobody can take it: a person has to choose.
    pub nobody: bool,
}

/// A change of a way.
#[derive(Debug, Clone, Serialize)]
pub struct MoveView {
    pub id: Uuid,
    pub kind: Kind,
    pub way_id: String,
    pub name: String,
    /// See `contact_way_move.state`.
    pub state: String,
    pub members_before: Vec<Named>,
    pub members_after: Vec<Named>,
    /// Parts that differ besides the members; empty in all cases known.
    pub changed: Vec<String>,
    pub errcode: Option<i32>,
    pub handover_id: Option<Uuid>,
    pub created_at: i64,
    pub ended_at: Option<i64>,
}

#[derive(Debug, Clone, Serialize)]
pub struct LeaverWay {
    pub way: WayView,
    pub proposal: Proposal,
    /// Its change, if one is under way or was the last thing done about it.
    pub last: Option<MoveView>,
}

#[derive(Debug, Clone, Serialize)]
pub struct LeaverWays {
    /// Ways that name the leaver now.
    pub ways: Vec<LeaverWay>,
    pub total: u64,
    /// Changes of ways that do not name the leaver any more, the latest first.
    pub changed: Vec<MoveView>,
    /// Whom the proposals are made of.
    pub successors: Vec<Named>,
    pub by_hand: Vec<Item>,
    /// Whether the member is still in the corp: then nothing is changed.
    pub employed: bool,
    /// Kinds the app may not read.
    pub not_permitted: Vec<Kind>,
}

/// Which ways to list.
#[derive(Debug, Clone, Default)]
pub struct WantedWays {
    /// Names this member.
    pub member: Option<UserId>,
    /// Contained in name or channel.
    pub text: Option<String>,
    /// Names somebody who is not in the corp any more.
    pub names_leaver: bool,
    /// Behind this one.
    pub after: Option<(Kind, String)>,
    pub limit: u64,
}

#[derive(Debug, Clone, Serialize)]
pub struct WayPage {
    pub items: Vec<WayView>,
    /// Known to accounts that are not limited to departments.
    pub total: Option<u64>,
    /// To be given as `after` for the next page.
    pub next: Option<(Kind, String)>,
    pub not_permitted: Vec<Kind>,
}

/// Names of those who are named, by userid.
struct People(BTreeMap<String, Member>);

impl People {
    async fn read<'a>(
        app: &App,
        corp: &CorpId,
        userids: impl Iterator<Item = &'a String>,
    ) -> Result<Self, Error> {
        let wanted: BTreeSet<&String> = userids.collect();
        let wanted: Vec<UserId> = wanted
            .into_iter()
            .filter_map(|id| UserId::parse(id.as_str()).ok())
            .collect();
        let found = members::members_by_id(app.store().read(), corp, &wanted).await?;
        Ok(Self(
            found
                .into_iter()
                .map(|row| (row.userid.clone(), row))
                .collect(),
        ))
    }

    fn named<'a>(&self, userids: impl IntoIterator<Item = &'a str>) -> Vec<Named> {
        let named = userids.into_iter().map(|userid| {
            let row = self.0.get(userid);
            let name = row.map(|row| row.name.clone());
            Named {
                userid: userid.to_owned(),
                name: name
                    .filter(|name| !name.is_empty())
                    .unwrap_or_else(|| userid.to_owned()),
                left: !row.is_some_and(heirs::is_present),
            }
        });
        named.collect()
    }

    fn sees(&self, actor: &Actor, way: &ContactWay) -> bool {
        actor.scope == Scope::Corp
            || way.users.iter().any(|userid| {
                let row = self.0.get(userid);
                row.is_some_and(|row| directory::sees(actor, &row.departments))
            })
    }
}

fn way_view(way: &ContactWay, people: &People, departments: &directory::Names) -> WayView {
    WayView {
        kind: Kind::parse(&way.kind).unwrap_or(Kind::Code),
        way_id: way.way_id.clone(),
        single: way.single,
        name: way.name.clone(),
        channel: way.channel.clone(),
        members: people.named(way.users.iter().map(String::as_str)),
        departments: departments.of(&way.parties),
        read_at: way.read_at,
    }
}

fn move_view(row: &Move, people: &People) -> MoveView {
    MoveView {
        id: row.id,
        kind: Kind::parse(&row.kind).unwrap_or(Kind::Code),
        way_id: row.way_id.clone(),
        name: row.name.clone(),
        state: row.state.clone(),
        members_before: people.named(row.users_before.iter().map(String::as_str)),
        members_after: people.named(row.users_after.iter().map(String::as_str)),
        changed: row.changed.to_vec(),
        errcode: row.errcode,
        handover_id: row.handover_id,
        created_at: row.created_at,
        ended_at: row.ended_at,
    }
}

/// Ways of the corp, a page at a time; an account limited to departments sees those that name
/// somebody of these departments.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_ways(app: &App, actor: &Actor, wanted: WantedWays) -> Result<WayPage, Error> {
    app.allow(actor, Act::ContactWayView, Resource::Corp)?;
    let mut page = WayPage {
        items: Vec::new(),
        total: None,
        next: None,
        not_permitted: Vec::new(),
    };
    let Ok(corp) = app.corp() else {
        return Ok(page);
    };
    let conn = app.store().read();
    let limit = wanted.limit.clamp(1, MAX_PAGE);
    let filter = WayFilter {
        member: wanted.member,
        text: wanted.text,
        names_leaver: wanted.names_leaver,
    };
    let departments = directory::Names::read(app, &corp).await?;
    if actor.scope == Scope::Corp {
        page.total = Some(store::count_ways(conn, &corp, &filter).await?);
    }
    page.not_permitted = not_permitted(app).await?;
    let mut after = wanted.after.map(|(kind, way_id)| After { kind, way_id });
    loop {
        let rows = store::ways(conn, &corp, &filter, after.as_ref(), limit).await?;
        let is_last = (rows.len() as u64) < limit;
        let people = People::read(app, &corp, rows.iter().flat_map(|row| row.users.iter())).await?;
        for (index, row) in rows.iter().enumerate() {
            after = Some(After {
                kind: Kind::parse(&row.kind).unwrap_or(Kind::Code),
                way_id: row.way_id.clone(),
            });
            if people.sees(actor, row) {
                page.items.push(way_view(row, &people, &departments));
            }
            let is_end = is_last && index + 1 == rows.len();
            if page.items.len() as u64 == limit && !is_end {
                page.next = after.map(|after| (after.kind, after.way_id));
                return Ok(page);
            }
        }
        if is_last {
            return Ok(page);
        }
    }
}

async fn not_permitted(app: &App) -> Result<Vec<Kind>, Error> {
    let mut kinds = Vec::new();
    for kind in [Kind::Code, Kind::Link] {
        if heirs::not_permitted(app, kind).await? {
            kinds.push(kind);
        }
    }
    Ok(kinds)
}

/// The ways of a leaver with what would become of them, what has become of others, and what is
/// left for a person.
///
/// # Errors
/// [`Error::Denied`], [`Error::NotFound`], [`Error::NotConnected`], [`Error::Store`].
pub async fn leaver_ways(app: &App, actor: &Actor, leaver: &UserId) -> Result<LeaverWays, Error> {
    app.allow(actor, Act::ContactWayView, Resource::Corp)?;
    let corp = directory::allow_leaver(app, actor, Act::ContactWayView, leaver).await?;
    let conn = app.store().read();
    let filter = WayFilter {
        member: Some(leaver.clone()),
        ..WayFilter::default()
    };
    let rows = store::ways(conn, &corp, &filter, None, SHOWN).await?;
    let moves = store::moves_of_leaver(conn, &corp, leaver, SHOWN).await?;
    let wanted = heirs::of_latest_handover(app, &corp, leaver).await?;
    let able = heirs::able(app, &corp, &wanted).await?;
    let wanted_texts: Vec<String> = wanted.iter().map(ToString::to_string).collect();
    let named = rows
        .iter()
        .flat_map(|row| row.users.iter())
        .chain(moves.iter().flat_map(|row| row.users_before.iter()))
        .chain(moves.iter().flat_map(|row| row.users_after.iter()))
        .chain(&wanted_texts);
    let people = People::read(app, &corp, named).await?;
    let departments = directory::Names::read(app, &corp).await?;
    let named: BTreeSet<UserId> = rows
        .iter()
        .flat_map(|row| row.users.iter())
        .filter_map(|id| UserId::parse(id.as_str()).ok())
        .collect();
    let named: Vec<UserId> = named.into_iter().collect();
    let left = heirs::gone(app, &corp, &named).await?;
    let ways: Vec<LeaverWay> = rows
        .iter()
        .map(|row| {
            let is_of = |one: &&Move| one.kind == row.kind && one.way_id == row.way_id;
            let decision = heirs::proposal(row, leaver, &wanted, &able, &left);
            LeaverWay {
                way: way_view(row, &people, &departments),
                proposal: proposal(&people, decision),
                last: moves.iter().find(is_of).map(|one| move_view(one, &people)),
            }
        })
        .collect();
    let still: BTreeSet<(&str, &str)> = rows
        .iter()
        .map(|row| (row.kind.as_str(), row.way_id.as_str()))
        .collect();
    let changed = moves
        .iter()
        .filter(|row| !still.contains(&(row.kind.as_str(), row.way_id.as_str())));
    let gone = heirs::gone(app, &corp, std::slice::from_ref(leaver)).await?;
    Ok(LeaverWays {
        total: store::count_ways(conn, &corp, &filter).await?,
        changed: changed.map(|row| move_view(row, &people)).collect(),
        successors: people.named(able.iter().map(UserId::as_str)),
        by_hand: checklist::items(app, &corp, leaver).await?,
        employed: gone.is_empty(),
        not_permitted: not_permitted(app).await?,
        ways,
    })
}

fn proposal(people: &People, decision: Decision) -> Proposal {
    match decision {
        Decision::Users(users) => Proposal {
            members: people.named(users.iter().map(UserId::as_str)),
            nobody: false,
        },
        Decision::Nobody | Decision::Nothing => Proposal {
            members: Vec::new(),
            nobody: true,
        },
    }
}

/// How many changes of ways a handover brought, by state.
///
/// # Errors
/// [`Error::Denied`], [`Error::NotFound`], [`Error::Store`].
pub async fn handover_ways(
    app: &App,
    actor: &Actor,
    handover: Uuid,
) -> Result<BTreeMap<String, i64>, Error> {
    let found = find_handover(app, actor, Act::ContactWayView, handover).await?;
    let counts = store::moves_of_handover(app.store().read(), found.id).await?;
    Ok(counts.into_iter().collect())
}

/// How many leavers are still named, as far as the actor sees them. One whose ways are being
/// changed is counted until they are.
pub(crate) async fn count_leavers_named(
    app: &App,
    actor: &Actor,
    corp: &CorpId,
) -> Result<u64, Error> {
    let named = store::leavers_named(app.store().read(), corp).await?;
    if actor.scope == Scope::Corp {
        return Ok(named.len() as u64);
    }
    let userids: Vec<String> = named.into_iter().map(|(userid, _)| userid).collect();
    let people = People::read(app, corp, userids.iter()).await?;
    let seen = people
        .0
        .values()
        .filter(|row| directory::sees(actor, &row.departments));
    Ok(seen.count() as u64)
}
