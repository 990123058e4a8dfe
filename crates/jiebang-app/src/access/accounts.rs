//! Accounts: making, changing, disabling them.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::access::{Act, Actor, Resource, Role, Who};
use jiebang_domain::id::{DepartmentId, UserId};
use jiebang_store::Tx;
use jiebang_store::access::account::{self as store, fold_login};
use jiebang_store::access::{Account, session};
use jiebang_store::entity::Numbers;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::password;
use crate::audit::{self, Record};
use crate::{App, Error};

const MAX_LOGIN: usize = 64;
const MAX_NAME: usize = 64;
const MAX_DEPARTMENTS: usize = 200;

/// An account without its password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountView {
    pub id: Uuid,
    pub login: String,
    pub name: String,
    pub role: &'static str,
    /// The departments it is limited to, without those below them; empty: not limited.
    pub departments: Vec<DepartmentId>,
    pub userid: Option<String>,
    pub created_at: i64,
    pub disabled: bool,
    pub must_change_password: bool,
    /// Until when too many wrong passwords keep it locked.
    pub locked_until: Option<i64>,
}

impl AccountView {
    pub(super) fn of(account: &Account) -> Self {
        Self {
            id: account.id,
            login: account.login.clone(),
            name: account.name.clone(),
            role: role_of(account).as_str(),
            departments: account.departments.0.clone(),
            userid: account.userid.clone(),
            created_at: account.created_at,
            disabled: account.disabled_at.is_some(),
            must_change_password: account.must_change_password,
            locked_until: account.locked_until,
        }
    }
}

/// A role that cannot be read carries the fewest rights.
pub(crate) fn role_of(account: &Account) -> Role {
    Role::parse(&account.role).unwrap_or(Role::Staff)
}

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    pub login: String,
    pub name: String,
    pub role: Role,
    pub departments: Vec<DepartmentId>,
    pub userid: Option<UserId>,
}

/// What to change; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct AccountChange {
    pub name: Option<String>,
    pub role: Option<Role>,
    pub departments: Option<Vec<DepartmentId>>,
    /// `Some(None)` unbinds the account from its member.
    pub userid: Option<Option<UserId>>,
    pub disabled: Option<bool>,
}

/// On an installation without accounts, makes the super administrator `admin` and returns its
/// password, which nobody can read again.
///
/// # Errors
/// [`Error::Store`].
pub async fn first_run(app: &App) -> Result<Option<String>, Error> {
    if store::count(app.store().read(), app.home()).await? > 0 {
        return Ok(None);
    }
    let made_up = password::make_up(app.entropy());
    let hash = password::hash(app.entropy(), &made_up).await?;
    let new = NewAccount {
        login: "admin".to_owned(),
        name: "admin".to_owned(),
        role: Role::SuperAdmin,
        departments: Vec::new(),
        userid: None,
    };
    let account = row(app, new, hash);
    let tx = app.begin().await?;
    if store::count(tx.conn(), app.home()).await? > 0 {
        return Ok(None);
    }
    store::insert(&tx, account.clone()).await?;
    let entry = Record::done("account.first_run", "account", account.id);
    audit::record(app, &tx, &Actor::operator(), entry).await?;
    tx.commit().await?;
    Ok(Some(made_up))
}

/// Makes an account and returns it with its password, which nobody can read again.
///
/// # Errors
/// [`Error::Denied`], [`Error::Invalid`], [`Error::Conflict`] `login_taken`, [`Error::Store`].
pub async fn create_account(
    app: &App,
    actor: &Actor,
    new: NewAccount,
) -> Result<(AccountView, String), Error> {
    app.allow(actor, Act::AccountManage, Resource::Corp)?;
    let new = NewAccount {
        login: checked_login(&new.login)?,
        ..new
    };
    check(&new.name, new.role, &new.departments)?;
    let made_up = password::make_up(app.entropy());
    let hash = password::hash(app.entropy(), &made_up).await?;
    let account = row(app, new, hash);
    let tx = app.begin().await?;
    free_userid(app, &tx, account.userid.as_deref(), account.id).await?;
    if store::by_login(tx.conn(), app.home(), &account.login)
        .await?
        .is_some()
    {
        return Err(Error::Conflict {
            code: "login_taken",
        });
    }
    store::insert(&tx, account.clone()).await?;
    let entry = Record::done("account.create", "account", account.id)
        .detail(json!({ "role": account.role, "departments": account.departments.0 }))
        .personal(
            json!({ "login": account.login, "name": account.name, "userid": account.userid }),
        );
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    Ok((AccountView::of(&account), made_up))
}

fn row(app: &App, new: NewAccount, hash: String) -> Account {
    Account {
        id: app.new_id(),
        corp_id: app.home().to_string(),
        login: new.login,
        name: new.name.trim().to_owned(),
        password_hash: Some(hash),
        role: new.role.as_str().to_owned(),
        departments: Numbers(new.departments),
        userid: new.userid.map(String::from),
        created_at: app.now().seconds(),
        disabled_at: None,
        must_change_password: true,
        failed_logins: 0,
        locked_until: None,
    }
}

/// Every account, by login.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_accounts(app: &App, actor: &Actor) -> Result<Vec<AccountView>, Error> {
    app.allow(actor, Act::AccountManage, Resource::Corp)?;
    let accounts = store::list(app.store().read(), app.home()).await?;
    Ok(accounts.iter().map(AccountView::of).collect())
}

/// Changes an account. Disabling it, or changing its rights, ends its sessions.
///
/// # Errors
/// [`Error::Denied`], [`Error::NotFound`], [`Error::Invalid`], [`Error::Conflict`]
/// `last_super_admin`, `own_account` or `userid_taken`, [`Error::Store`].
pub async fn update_account(
    app: &App,
    actor: &Actor,
    id: Uuid,
    change: AccountChange,
) -> Result<AccountView, Error> {
    app.allow(actor, Act::AccountManage, Resource::Corp)?;
    let tx = app.begin().await?;
    let before = find(app, &tx, id).await?;
    let mut account = before.clone();
    if let Some(name) = change.name {
        account.name = name.trim().to_owned();
    }
    if let Some(role) = change.role {
        account.role = role.as_str().to_owned();
    }
    if let Some(departments) = change.departments {
        account.departments = Numbers(departments);
    }
    if let Some(userid) = change.userid {
        account.userid = userid.map(String::from);
        free_userid(app, &tx, account.userid.as_deref(), id).await?;
    }
    match change.disabled {
        Some(true) if account.disabled_at.is_none() => {
            account.disabled_at = Some(app.now().seconds());
        }
        Some(false) => account.disabled_at = None,
        _ => {}
    }
    check(&account.name, role_of(&account), &account.departments)?;
    let loses_rights = account.disabled_at != before.disabled_at
        || account.role != before.role
        || account.departments != before.departments;
    if loses_rights && actor.who == Who::Account(id) {
        return Err(Error::Conflict {
            code: "own_account",
        });
    }
    keep_a_super_admin(app, &tx, &account).await?;
    store::update(&tx, account.clone()).await?;
    if loses_rights {
        session::revoke_all(&tx, app.home(), id, None, app.people_now()).await?;
    }
    let entry = Record::done("account.update", "account", id)
        .detail(json!({
            "changed": changed(&before, &account),
            "role": account.role,
            "departments": account.departments.0,
            "disabled": account.disabled_at.is_some(),
        }))
        .personal(json!({ "name": account.name, "userid": account.userid }));
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    Ok(AccountView::of(&account))
}

/// Gives an account a new password and returns it; ends its sessions and unlocks it.
///
/// # Errors
/// [`Error::Denied`], [`Error::NotFound`], [`Error::Store`].
pub async fn reset_password(app: &App, actor: &Actor, id: Uuid) -> Result<String, Error> {
    app.allow(actor, Act::AccountManage, Resource::Corp)?;
    let made_up = password::make_up(app.entropy());
    let hash = password::hash(app.entropy(), &made_up).await?;
    let tx = app.begin().await?;
    let mut account = find(app, &tx, id).await?;
    account.password_hash = Some(hash);
    account.must_change_password = true;
    account.failed_logins = 0;
    account.locked_until = None;
    store::update(&tx, account.clone()).await?;
    session::revoke_all(&tx, app.home(), id, None, app.people_now()).await?;
    let entry = Record::done("account.reset_password", "account", id);
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    Ok(made_up)
}

/// The names of all accounts by id, to show who did what.
pub(crate) async fn account_names(app: &App) -> Result<BTreeMap<String, String>, Error> {
    let accounts = store::list(app.store().read(), app.home()).await?;
    Ok(accounts
        .into_iter()
        .map(|account| (account.id.to_string(), account.name))
        .collect())
}

/// Names of the accounts behind `account:…`, by that reference.
pub type ActorNames = BTreeMap<String, String>;

/// The names behind these references. The program itself and the operator have none.
///
/// # Errors
/// [`Error::Store`].
pub async fn actor_names<'a>(
    app: &App,
    references: impl IntoIterator<Item = &'a str>,
) -> Result<ActorNames, Error> {
    let ids = references.into_iter();
    let ids: BTreeSet<&str> = ids.filter_map(|one| one.strip_prefix("account:")).collect();
    if ids.is_empty() {
        return Ok(ActorNames::new());
    }
    let names = account_names(app).await?.into_iter();
    Ok(names
        .filter(|(id, _)| ids.contains(id.as_str()))
        .map(|(id, name)| (format!("account:{id}"), name))
        .collect())
}

async fn find(app: &App, tx: &Tx, id: Uuid) -> Result<Account, Error> {
    let found = store::by_id(tx.conn(), app.home(), id).await?;
    found.ok_or_else(|| Error::not_found("account", id))
}

async fn free_userid(app: &App, tx: &Tx, userid: Option<&str>, own: Uuid) -> Result<(), Error> {
    let Some(userid) = userid else { return Ok(()) };
    let all = store::list(tx.conn(), app.home()).await?;
    let is_taken = all
        .iter()
        .any(|one| one.id != own && one.userid.as_deref() == Some(userid));
    if is_taken {
        Err(Error::Conflict {
            code: "userid_taken",
        })
    } else {
        Ok(())
    }
}

async fn keep_a_super_admin(app: &App, tx: &Tx, changed: &Account) -> Result<(), Error> {
    let can_administrate =
        |one: &Account| role_of(one) == Role::SuperAdmin && one.disabled_at.is_none();
    let all = store::list(tx.conn(), app.home()).await?;
    let others = all
        .iter()
        .any(|one| one.id != changed.id && can_administrate(one));
    if others || can_administrate(changed) {
        Ok(())
    } else {
        Err(Error::Conflict {
            code: "last_super_admin",
        })
    }
}

fn changed(before: &Account, after: &Account) -> Vec<&'static str> {
    let mut fields = Vec::new();
    let mut note = |name, differs: bool| {
        if differs {
            fields.push(name);
        }
    };
    note("name", before.name != after.name);
    note("role", before.role != after.role);
    note("departments", before.departments != after.departments);
    note("userid", before.userid != after.userid);
    note(
        "disabled",
        before.disabled_at.is_some() != after.disabled_at.is_some(),
    );
    fields
}

fn checked_login(login: &str) -> Result<String, Error> {
    let login = fold_login(login);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '@');
    if login.is_empty() || login.len() > MAX_LOGIN || !login.chars().all(is_plain) {
        return Err(Error::invalid("login", "login_characters"));
    }
    Ok(login)
}

fn check(name: &str, role: Role, departments: &[DepartmentId]) -> Result<(), Error> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", "name_length"));
    }
    if departments.len() > MAX_DEPARTMENTS {
        return Err(Error::invalid("departments", "too_many_departments"));
    }
    if role == Role::SuperAdmin && !departments.is_empty() {
        return Err(Error::invalid("departments", "super_admin_is_not_limited"));
    }
    Ok(())
}
