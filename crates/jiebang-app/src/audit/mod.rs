//! The audit log: writing an entry in the transaction of the act, listing and verifying.
//!
//! Invariant: `detail` holds no personal data and no secret; names, logins and addresses go into
//! `personal`, which can be erased without breaking the chain.

use std::collections::BTreeMap;

use jiebang_domain::access::{Act, Actor, Resource, Who};
use jiebang_domain::time::Timestamp;
use jiebang_store::Tx;
use jiebang_store::audit::{self, Filter, NewEntry};
use serde::Serialize;
use serde_json::Value;

use crate::{App, Error};

/// Most entries one page holds.
const MAX_PAGE: u64 = 1000;

/// What was done, to what, and how it ended.
#[derive(Debug, Clone)]
pub struct Record {
    /// `account.create`, `sync.start` … The texts are in the catalogue under `audit.`.
    pub act: &'static str,
    pub object_kind: &'static str,
    pub object_id: String,
    /// `done`, `refused` or `failed`.
    pub outcome: &'static str,
    /// No personal data.
    pub detail: Value,
    pub personal: Option<Value>,
}

impl Record {
    /// Something that was done.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "ids and numbers are small, and the call reads better"
    )]
    pub fn done(act: &'static str, object_kind: &'static str, object_id: impl ToString) -> Self {
        Self {
            act,
            object_kind,
            object_id: object_id.to_string(),
            outcome: "done",
            detail: Value::Object(serde_json::Map::new()),
            personal: None,
        }
    }

    #[must_use]
    pub fn outcome(mut self, outcome: &'static str) -> Self {
        self.outcome = outcome;
        self
    }

    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }

    #[must_use]
    pub fn personal(mut self, personal: Value) -> Self {
        self.personal = Some(personal);
        self
    }
}

/// Appends an entry in the transaction of the act it tells of.
///
/// # Errors
/// [`Error::Store`].
pub async fn record(app: &App, tx: &Tx, actor: &Actor, record: Record) -> Result<(), Error> {
    let (actor_kind, actor_id) = match &actor.who {
        Who::Account(id) => ("account", id.to_string()),
        Who::Operator => ("operator", String::new()),
        Who::System => ("system", String::new()),
    };
    let entry = NewEntry {
        at: app.now(),
        actor_kind: actor_kind.to_owned(),
        actor_id,
        act: record.act.to_owned(),
        object_kind: record.object_kind.to_owned(),
        object_id: record.object_id,
        outcome: record.outcome.to_owned(),
        detail: record.detail,
        personal: record.personal,
    };
    audit::append(tx, app.home(), &entry, app.entropy()).await?;
    Ok(())
}

/// Which entries to list; empty fields: all.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// An act (`handover.start`), or all of an area (`handover`).
    pub act: Option<String>,
    /// An account by its id or a part of its name; `operator` or `system`.
    pub actor: Option<String>,
    /// `kind`, `kind:id` or `:id`.
    pub object: Option<String>,
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub to: Option<Timestamp>,
    /// Entries before this number.
    pub before: Option<i64>,
    pub limit: u64,
}

/// A line of the log.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    pub seq: i64,
    pub at: i64,
    pub actor: EntryActor,
    pub act: String,
    pub object: EntryObject,
    pub outcome: String,
    pub detail: Value,
    /// Absent once erased.
    pub personal: Option<Value>,
    /// SHA-256, hex.
    pub leaf_hash: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct EntryActor {
    /// `account`, `operator` or `system`.
    pub kind: String,
    pub id: String,
    /// The account's name today, if it is one.
    pub name: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct EntryObject {
    pub kind: String,
    pub id: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct EntryPage {
    pub items: Vec<Entry>,
    /// To be given as `before` for the next page.
    pub next: Option<i64>,
}

/// Lists entries, newest first.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_entries(app: &App, actor: &Actor, wanted: Wanted) -> Result<EntryPage, Error> {
    app.allow(actor, Act::AuditView, Resource::Corp)?;
    let limit = wanted.limit.clamp(1, MAX_PAGE);
    let names = crate::access::account_names(app).await?;
    let (actor_kind, actors) = match wanted.actor.filter(|called| !called.is_empty()) {
        Some(kind) if ["operator", "system"].contains(&&*kind) => (Some(kind), None),
        Some(called) => (None, Some(accounts_called(&names, &called))),
        None => (None, None),
    };
    let (object_kind, object_id) = match wanted.object.as_deref().map(|text| text.split_once(':')) {
        Some(Some((kind, id))) => (
            Some(kind.to_owned()).filter(|kind| !kind.is_empty()),
            Some(id.to_owned()),
        ),
        Some(None) => (wanted.object, None),
        None => (None, None),
    };
    let filter = Filter {
        actor_kind,
        actors,
        act: wanted.act,
        object_kind,
        object_id,
        from: wanted.from,
        until: wanted.to,
    };
    let conn = app.store().read();
    let rows = audit::list(conn, app.home(), &filter, wanted.before, limit).await?;
    let full = u64::try_from(rows.len()).is_ok_and(|found| found == limit);
    let next = rows.last().filter(|_| full).map(|row| row.seq);
    let items = rows
        .into_iter()
        .map(|row| Entry {
            seq: row.seq,
            at: row.at,
            actor: EntryActor {
                name: names.get(&row.actor_id).cloned(),
                kind: row.actor_kind,
                id: row.actor_id,
            },
            act: row.act,
            object: EntryObject {
                kind: row.object_kind,
                id: row.object_id,
            },
            outcome: row.outcome,
            detail: serde_json::from_str(&row.detail).unwrap_or(Value::Null),
            personal: row
                .personal
                .and_then(|text| serde_json::from_str(&text).ok()),
            leaf_hash: hex::encode(&row.leaf_hash),
        })
        .collect();
    Ok(EntryPage { items, next })
}

/// This id, and those of accounts with this in their name.
fn accounts_called(names: &BTreeMap<String, String>, called: &str) -> Vec<String> {
    let part = called.to_lowercase();
    let found = names
        .iter()
        .filter(|(_, name)| name.to_lowercase().contains(&part))
        .map(|(id, _)| id.clone());
    found.chain([called.to_owned()]).collect()
}

/// What deriving the chain again found.
#[derive(Debug, Clone, Serialize)]
pub struct Verification {
    /// Entries that are as they were written, from the first on.
    pub entries: i64,
    pub ok: bool,
    pub first_bad_seq: Option<i64>,
    /// `missing`, `changed`, `personal_changed`, `not_in_chain`, `beyond_head` or `head_changed`.
    pub fault: Option<&'static str>,
}

/// Derives the whole chain again and compares.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn verify_log(app: &App, actor: &Actor) -> Result<Verification, Error> {
    app.allow(actor, Act::AuditView, Resource::Corp)?;
    let verdict = audit::verify(app.store(), app.home()).await?;
    Ok(Verification {
        entries: verdict.good,
        ok: verdict.first_bad.is_none(),
        first_bad_seq: verdict.first_bad.map(|(seq, _)| seq),
        fault: verdict.first_bad.map(|(_, fault)| fault_name(fault)),
    })
}

const fn fault_name(fault: audit::Fault) -> &'static str {
    match fault {
        audit::Fault::Missing => "missing",
        audit::Fault::Changed => "changed",
        audit::Fault::PersonalChanged => "personal_changed",
        audit::Fault::NotInChain => "not_in_chain",
        audit::Fault::BeyondHead => "beyond_head",
        audit::Fault::HeadChanged => "head_changed",
    }
}
