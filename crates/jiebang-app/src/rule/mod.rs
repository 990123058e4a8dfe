//! Saved rule sets: named, versioned, ordered. A handover that uses one keeps the rules it was
//! planned with, and says which version they are of.

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::handover::request::{Assignment, Rule, RuleSetRef, check_rules};
use jiebang_domain::id::UserId;
use jiebang_store::rule::{self as store, RuleSet, RuleSetVersion};
use jiebang_store::{StoreError, Tx};
use serde_json::json;
use uuid::Uuid;

use crate::audit::{self, Record};
use crate::{App, Error};

const MAX_NAME: usize = 60;
/// Most rule sets there may be.
const MAX_SETS: usize = 200;

/// What a rule set says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// 1 to 60 characters.
    pub name: String,
    /// Asked in this order; the first that holds decides.
    pub rules: Vec<Rule>,
    /// Who takes what no rule takes; nobody: it is listed.
    pub otherwise: Option<Vec<UserId>>,
}

/// A rule set in one of its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    pub id: Uuid,
    pub version: i32,
    pub content: Content,
    pub saved_by: String,
    pub saved_at: i64,
    pub is_archived: bool,
}

/// The rule sets in use, in their order, each in its latest version.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_rule_sets(app: &App, actor: &Actor) -> Result<Vec<Saved>, Error> {
    app.allow(actor, Act::RuleView, Resource::Corp)?;
    let corp = app.corp()?;
    let mut found = Vec::new();
    for set in store::list(app.store().read(), corp.as_str()).await? {
        let latest = versions(app, &set).await?.into_iter().next();
        found.extend(latest);
    }
    Ok(found)
}

/// A rule set in all its versions, the latest first.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn get_rule_set(app: &App, actor: &Actor, id: Uuid) -> Result<Vec<Saved>, Error> {
    app.allow(actor, Act::RuleView, Resource::Corp)?;
    versions(app, &find(app, id).await?).await
}

async fn find(app: &App, id: Uuid) -> Result<RuleSet, Error> {
    let corp = app.corp()?;
    let found = store::get(app.store().read(), corp.as_str(), id).await?;
    found.ok_or_else(|| Error::not_found("rule set", id))
}

async fn versions(app: &App, set: &RuleSet) -> Result<Vec<Saved>, Error> {
    let all = store::versions(app.store().read(), &set.corp_id, set.id).await?;
    all.into_iter().map(|version| saved(set, version)).collect()
}

fn saved(set: &RuleSet, version: RuleSetVersion) -> Result<Saved, Error> {
    let unreadable = |source| Error::Json {
        what: "rule set",
        source,
    };
    Ok(Saved {
        id: set.id,
        version: version.version,
        content: Content {
            name: version.name,
            rules: serde_json::from_value(version.rules).map_err(unreadable)?,
            otherwise: serde_json::from_value(version.otherwise).map_err(unreadable)?,
        },
        saved_by: version.saved_by,
        saved_at: version.saved_at,
        is_archived: set.archived_at.is_some(),
    })
}

/// Saves a new rule set, as the last of the list.
///
/// # Errors
/// [`Error::Denied`], [`Error::Invalid`], [`Error::Store`].
pub async fn create_rule_set(app: &App, actor: &Actor, content: Content) -> Result<Uuid, Error> {
    app.allow(actor, Act::RuleManage, Resource::Corp)?;
    let corp = app.corp()?;
    let content = checked(content)?;
    let others = store::list(app.store().read(), corp.as_str()).await?;
    if others.len() >= MAX_SETS {
        return Err(Error::Conflict {
            code: "too_many_rule_sets",
        });
    }
    let id = app.new_id();
    let set = RuleSet {
        id,
        corp_id: corp.to_string(),
        name: content.name.clone(),
        version: 1,
        place: others.iter().map(|set| set.place + 1).max().unwrap_or(0),
        created_at: app.now().seconds(),
        archived_at: None,
    };
    let tx = app.begin().await?;
    let first = version_of(app, actor, corp.as_str(), id, 1, &content);
    store::insert(&tx, set, first).await?;
    record(app, &tx, actor, "rule.create", id, content.rules.len()).await?;
    tx.commit().await?;
    Ok(id)
}

/// Saves the next version. `seen` is the version the caller has changed.
///
/// # Errors
/// [`Error::Conflict`] `rule_set_changed` if somebody saved another meanwhile, or archived it;
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`], [`Error::Store`].
pub async fn save_rule_set(
    app: &App,
    actor: &Actor,
    id: Uuid,
    seen: i32,
    content: Content,
) -> Result<(), Error> {
    app.allow(actor, Act::RuleManage, Resource::Corp)?;
    let set = find(app, id).await?;
    let content = checked(content)?;
    let tx = app.begin().await?;
    let next = version_of(
        app,
        actor,
        &set.corp_id,
        id,
        seen.saturating_add(1),
        &content,
    );
    changed(store::save(&tx, seen, next).await)?;
    record(app, &tx, actor, "rule.save", id, content.rules.len()).await?;
    Ok(tx.commit().await?)
}

/// Puts a rule set away. Handovers planned with it keep their rules.
///
/// # Errors
/// As [`save_rule_set`].
pub async fn archive_rule_set(app: &App, actor: &Actor, id: Uuid) -> Result<(), Error> {
    app.allow(actor, Act::RuleManage, Resource::Corp)?;
    let set = find(app, id).await?;
    let tx = app.begin().await?;
    changed(store::archive(&tx, &set.corp_id, id, app.now().seconds()).await)?;
    record(app, &tx, actor, "rule.archive", id, 0).await?;
    Ok(tx.commit().await?)
}

/// Puts the rule sets in this order; `ids` names each of them once.
///
/// # Errors
/// [`Error::Conflict`] if it does not; [`Error::Denied`], [`Error::Store`].
pub async fn order_rule_sets(app: &App, actor: &Actor, ids: &[Uuid]) -> Result<(), Error> {
    app.allow(actor, Act::RuleManage, Resource::Corp)?;
    let corp = app.corp()?;
    let tx = app.begin().await?;
    let known = store::list(tx.conn(), corp.as_str()).await?;
    let mut have: Vec<Uuid> = known.iter().map(|set| set.id).collect();
    let mut want = ids.to_vec();
    have.sort();
    want.sort();
    if have != want {
        return Err(Error::Conflict {
            code: "rule_set_changed",
        });
    }
    store::reorder(&tx, corp.as_str(), ids).await?;
    record(app, &tx, actor, "rule.order", Uuid::nil(), ids.len()).await?;
    Ok(tx.commit().await?)
}

/// The rules of a set as a handover takes them, in its latest version.
///
/// # Errors
/// [`Error::NotFound`] also for one that is archived; [`Error::Denied`], [`Error::Store`].
pub async fn assignment_of(
    app: &App,
    actor: &Actor,
    id: Uuid,
) -> Result<(Assignment, RuleSetRef), Error> {
    let latest = get_rule_set(app, actor, id).await?.into_iter().next();
    let latest = latest
        .filter(|saved| !saved.is_archived)
        .ok_or_else(|| Error::not_found("rule set", id))?;
    let from = RuleSetRef {
        id,
        version: latest.version,
        name: latest.content.name,
    };
    let assignment = Assignment::Rules {
        rules: latest.content.rules,
        otherwise: latest.content.otherwise,
    };
    Ok((assignment, from))
}

fn checked(mut content: Content) -> Result<Content, Error> {
    content.name = content.name.trim().to_owned();
    let length = content.name.chars().count();
    if length == 0 || length > MAX_NAME || content.name.chars().any(char::is_control) {
        return Err(Error::invalid("name", "rule_name"));
    }
    check_rules(&content.rules).map_err(Error::Invalid)?;
    content.otherwise = content.otherwise.filter(|to| !to.is_empty());
    Ok(content)
}

fn version_of(
    app: &App,
    actor: &Actor,
    corp: &str,
    id: Uuid,
    version: i32,
    content: &Content,
) -> RuleSetVersion {
    RuleSetVersion {
        rule_set_id: id,
        version,
        corp_id: corp.to_owned(),
        name: content.name.clone(),
        rules: json!(content.rules),
        otherwise: json!(content.otherwise),
        saved_by: actor.reference(),
        saved_at: app.now().seconds(),
    }
}

fn changed(result: Result<(), StoreError>) -> Result<(), Error> {
    match result {
        Err(StoreError::RowCount { .. } | StoreError::Conflict { .. }) => Err(Error::Conflict {
            code: "rule_set_changed",
        }),
        other => Ok(other?),
    }
}

async fn record(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    act: &'static str,
    id: Uuid,
    rules: usize,
) -> Result<(), Error> {
    let entry = Record::done(act, "rule_set", id.to_string()).detail(json!({ "rules": rules }));
    audit::record(app, tx, actor, entry).await
}
