//! Compares what the server says became of every customer and group with what really happened.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::ways::Ways;
use super::{Error, World};

/// Rows asked for at a time.
const PAGE: usize = 1000;

/// The outcome of a handover, and how far it is from the truth.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Ledger {
    pub customers: usize,
    pub groups: usize,
    /// Customers taken over.
    pub accepted: usize,
    pub refused: usize,
    /// Rows that ended in another way.
    pub failed: usize,
    pub groups_moved: usize,
    /// Customers and groups of the leaver of which the ledger says something else than what
    /// happened, or nothing.
    pub lost: usize,
    /// Customers and groups whose transfer was started more often than the ledger says.
    pub duplicated: usize,
    /// Customers taken over whose remark, phones or tags are not the leaver's.
    pub carried_wrong: usize,
    pub notices: usize,
    /// Successors told more often than once, or not at all.
    pub notices_wrong: usize,
    /// Contact codes and acquisition links that named the leaver.
    pub ways: usize,
    /// Codes and links that name the leaver still, or changed in something else.
    pub ways_wrong: usize,
    /// What differs, in words; the first ones.
    pub differences: Vec<String>,
}

/// What is known of the leaver's assets before anything happens.
pub struct Before {
    customers: BTreeMap<String, Value>,
    groups: BTreeSet<String>,
    ways: Ways,
}

impl Before {
    /// Asks the sandbox.
    ///
    /// # Errors
    /// [`Error::Control`].
    pub async fn read(world: &World, leaver: &str) -> Result<Self, Error> {
        let path = format!("truth?only=follows&handover_userid={leaver}");
        let truth = world.control("GET", &path, Value::Null).await?;
        let customers = list(&truth["follows"])
            .into_iter()
            .map(|follow| (text(&follow, "external_userid"), follow))
            .collect();
        let member = world
            .control("GET", &format!("truth/member/{leaver}"), Value::Null)
            .await?;
        let groups = list(&member["groups"])
            .iter()
            .filter_map(|group| {
                group
                    .as_str()
                    .or_else(|| group["chat_id"].as_str())
                    .map(str::to_owned)
            })
            .collect();
        let ways = Ways::read(world).await?;
        Ok(Self {
            customers,
            groups,
            ways,
        })
    }
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

/// Compares the handover `id` of `leaver` with the sandbox's truth.
///
/// # Errors
/// [`Error`] if one of the two cannot be asked.
pub async fn compare(
    world: &mut World,
    id: &str,
    leaver: &str,
    before: &Before,
) -> Result<Ledger, Error> {
    let rows = all_rows(world, id).await?;
    let path = format!("truth?only=transfers,group_transfers,messages&handover_userid={leaver}");
    let truth = world.control("GET", &path, Value::Null).await?;
    let mut ledger = Ledger::default();
    let of_kind = |kind: &str| -> BTreeMap<String, &Value> {
        rows.iter()
            .filter(|row| row["subject_kind"] == kind)
            .map(|row| (text(row, "subject_id"), row))
            .collect()
    };
    let (customers, groups) = (of_kind("customer"), of_kind("group"));
    ledger.customers = customers.len();
    ledger.groups = groups.len();
    compare_customers(&mut ledger, &customers, &truth, before);
    compare_groups(&mut ledger, &groups, &truth, before);
    compare_notices(&mut ledger, &rows, &truth);
    compare_carried(world, &mut ledger, &customers, before).await?;
    ledger.ways = before.ways.that_name(leaver);
    let wrong = before.ways.differences(&Ways::read(world).await?, leaver);
    ledger.ways_wrong = wrong.len();
    for what in wrong {
        ledger.differs(what);
    }
    Ok(ledger)
}

async fn all_rows(world: &mut World, id: &str) -> Result<Vec<Value>, Error> {
    let mut rows = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = world
            .api
            .get(&format!("handovers/{id}/rows?limit={PAGE}{cursor}"))
            .await?;
        rows.extend(list(&page["items"]));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(rows),
        }
    }
}

impl Ledger {
    fn differs(&mut self, what: String) {
        if self.differences.len() < 20 {
            self.differences.push(what);
        }
    }
}

fn compare_customers(
    ledger: &mut Ledger,
    rows: &BTreeMap<String, &Value>,
    truth: &Value,
    before: &Before,
) {
    let mut started: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for transfer in list(&truth["transfers"]) {
        started
            .entry(text(&transfer, "external_userid"))
            .or_default()
            .push(transfer);
    }
    for id in before.customers.keys().filter(|id| !rows.contains_key(*id)) {
        ledger.lost += 1;
        ledger.differs(format!("customer {id} has no row"));
    }
    for (id, row) in rows {
        let transfers = started.get(id).map_or(&[][..], Vec::as_slice);
        if transfers.len() > 1 {
            ledger.duplicated += 1;
            ledger.differs(format!(
                "customer {id} was started {} times",
                transfers.len()
            ));
        }
        let really = match transfers.last().and_then(|t| t["status"].as_i64()) {
            Some(1) => "taken_over",
            Some(3) => "refused",
            Some(4) => "full",
            Some(_) => "waiting",
            None => "not started",
        };
        let state = text(row, "state");
        match state.as_str() {
            "taken_over" => ledger.accepted += 1,
            "refused" => ledger.refused += 1,
            _ => ledger.failed += 1,
        }
        let to = transfers.last().map(|t| text(t, "takeover_userid"));
        let same_person = to.is_none() || to.as_deref() == row["successor"].as_str();
        let not_started = matches!(
            state.as_str(),
            "blocked" | "unassigned" | "failed" | "no_relation" | "cancelled" | "full"
        );
        let same = state == really || (really == "not started" && not_started);
        if !same || !same_person {
            ledger.lost += 1;
            ledger.differs(format!(
                "customer {id}: the ledger says {state}, it is {really}"
            ));
        }
    }
}

fn compare_groups(
    ledger: &mut Ledger,
    rows: &BTreeMap<String, &Value>,
    truth: &Value,
    before: &Before,
) {
    let mut started: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for transfer in list(&truth["group_transfers"]) {
        started
            .entry(text(&transfer, "chat_id"))
            .or_default()
            .push(transfer);
    }
    for id in before.groups.iter().filter(|id| !rows.contains_key(*id)) {
        ledger.lost += 1;
        ledger.differs(format!("group {id} has no row"));
    }
    for (id, row) in rows {
        let transfers = started.get(id).map_or(&[][..], Vec::as_slice);
        if transfers.len() > 1 {
            ledger.duplicated += 1;
            ledger.differs(format!("group {id} was started {} times", transfers.len()));
        }
        let finished = transfers
            .last()
            .is_some_and(|t| !t["finished_at"].is_null());
        let to = transfers.last().map(|t| text(t, "to"));
        let moved = row["state"] == "taken_over";
        ledger.groups_moved += usize::from(moved);
        ledger.failed += usize::from(!moved);
        let same_person = to.is_none() || to.as_deref() == row["successor"].as_str();
        if moved != finished || !same_person {
            ledger.lost += 1;
            let state = text(row, "state");
            ledger.differs(format!(
                "group {id}: the ledger says {state}, finished is {finished}"
            ));
        }
    }
}

fn compare_notices(ledger: &mut Ledger, rows: &[Value], truth: &Value) {
    let told: BTreeSet<String> = rows
        .iter()
        .filter(|row| matches!(row["state"].as_str(), Some("taken_over" | "refused")))
        .map(|row| text(row, "successor"))
        .collect();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for message in list(&truth["messages"]) {
        if message["duplicate"] != true && message["dropped"] != true {
            *seen.entry(text(&message, "touser")).or_default() += 1;
        }
    }
    ledger.notices = seen.values().sum();
    let wrong = told
        .iter()
        .filter(|userid| seen.get(*userid).copied() != Some(1))
        .count();
    let strangers = seen.keys().filter(|userid| !told.contains(*userid)).count();
    ledger.notices_wrong = wrong + strangers;
    if ledger.notices_wrong > 0 {
        ledger.differs(format!("notices: {seen:?}"));
    }
}

/// Remark, description, company, phones and corp tags must be the leaver's, unless the successor
/// knew the customer before.
async fn compare_carried(
    world: &World,
    ledger: &mut Ledger,
    rows: &BTreeMap<String, &Value>,
    before: &Before,
) -> Result<(), Error> {
    let successors: BTreeSet<String> = rows.values().map(|row| text(row, "successor")).collect();
    let mut now: BTreeMap<(String, String), Value> = BTreeMap::new();
    for successor in successors.iter().filter(|userid| !userid.is_empty()) {
        let path = format!("truth?only=follows&takeover_userid={successor}");
        let truth = world.control("GET", &path, Value::Null).await?;
        for follow in list(&truth["follows"]) {
            now.insert(
                (successor.clone(), text(&follow, "external_userid")),
                follow,
            );
        }
    }
    for (id, row) in rows {
        let knew = row["prediction"] == "already_contact";
        if row["state"] != "taken_over" || knew {
            continue;
        }
        let Some(had) = before.customers.get(id) else {
            continue;
        };
        let has = now.get(&(text(row, "successor"), id.clone()));
        let same = has.is_some_and(|has| {
            let texts = ["remark", "description", "remark_corp_name"];
            let same_text = texts
                .iter()
                .all(|f| text(had, f).is_empty() || had[f] == has[f]);
            let inside = |field: &str| {
                let all = list(&has[field]);
                list(&had[field]).iter().all(|value| all.contains(value))
            };
            same_text && inside("tag_id") && inside("remark_mobiles")
        });
        if !same {
            ledger.carried_wrong += 1;
            ledger.differs(format!(
                "customer {id}: remark or tags are not the leaver's"
            ));
        }
    }
    Ok(())
}
