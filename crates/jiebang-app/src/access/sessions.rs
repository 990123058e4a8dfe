//! Sessions of browsers.
//!
//! Invariants: a token is 32 random bytes and only its hash is stored; a session ends twelve
//! hours after it was opened, two hours after it was last used, when it is revoked, or when its
//! account is disabled.

use jiebang_domain::access::{Act, Actor, Denied, Who};
use jiebang_domain::id::UserId;
use jiebang_domain::time::{HOUR, MINUTE, Timestamp};
use jiebang_store::Tx;
use jiebang_store::access::{Account, Session, account as accounts, session as store};
use serde_json::json;

use super::accounts::{AccountView, role_of};
use super::password;
use super::scope::scope_of;
use super::sign_in::SignedIn;
use crate::audit::{self, Record};
use crate::{App, Error};

/// A session's longest life, in seconds.
const ABSOLUTE: i64 = 12 * HOUR;
/// Seconds without use after which it ends.
const IDLE: i64 = 2 * HOUR;
/// How exactly its last use is kept, in seconds.
const TOUCH: i64 = MINUTE;
/// Longest token looked up; ours have 64 characters.
const MAX_TOKEN: usize = 128;
const MAX_USER_AGENT: usize = 200;

/// Whose session it is and what it may.
#[derive(Debug, Clone)]
pub struct SessionInfo {
    pub actor: Actor,
    pub account: AccountView,
    /// What a write must carry in `X-CSRF-Token`; compare in constant time.
    pub csrf: String,
    /// Names the session in [`revoke_session`]: the hash of its token.
    pub id: String,
    pub expires_at: i64,
}

/// The rights of a role, as the console asks for them.
#[must_use]
pub fn permissions(actor: &Actor) -> Vec<&'static str> {
    Act::ALL
        .iter()
        .filter(|act| actor.role.may(**act))
        .map(|act| act.as_str())
        .collect()
}

/// Opens a session within the transaction of the sign-in.
pub(super) async fn open_session(
    app: &App,
    tx: &Tx,
    account: &Account,
    user_agent: &str,
) -> Result<SignedIn, Error> {
    let token = hex::encode(app.entropy().bytes::<32>());
    let now = app.people_now();
    let session = Session {
        token_hash: jiebang_vault::token_hash(&token),
        corp_id: app.home().to_string(),
        account_id: account.id,
        csrf_token: hex::encode(app.entropy().bytes::<16>()),
        created_at: now.seconds(),
        last_seen_at: now.seconds(),
        expires_at: now.plus(IDLE).seconds(),
        revoked_at: None,
        step_up_at: Some(now.seconds()),
        user_agent: user_agent
            .chars()
            .filter(|c| !c.is_control())
            .take(MAX_USER_AGENT)
            .collect(),
    };
    store::insert(tx, session.clone()).await?;
    Ok(SignedIn {
        token,
        session: info(app, &session, account).await?,
    })
}

async fn info(app: &App, session: &Session, account: &Account) -> Result<SessionInfo, Error> {
    let userid = account.userid.as_deref().map(UserId::parse).transpose();
    let actor = Actor {
        who: Who::Account(account.id),
        role: role_of(account),
        scope: scope_of(app, &account.departments).await?,
        userid: userid.map_err(|source| Error::Malformed {
            what: "userid",
            source,
        })?,
        confirmed_at: session.step_up_at.map(Timestamp::from_seconds),
    };
    Ok(SessionInfo {
        actor,
        account: AccountView::of(account),
        csrf: session.csrf_token.clone(),
        id: session.token_hash.clone(),
        expires_at: session.expires_at,
    })
}

/// The session a cookie's token stands for; `None` if there is none (any more). Keeps it alive.
///
/// # Errors
/// [`Error::Store`].
pub async fn actor_of_session(app: &App, token: &str) -> Result<Option<SessionInfo>, Error> {
    if token.is_empty() || token.len() > MAX_TOKEN {
        return Ok(None);
    }
    let hash = jiebang_vault::token_hash(token);
    let conn = app.store().read();
    let now = app.people_now();
    let Some(mut session) = store::live(conn, &hash, now).await? else {
        tell_refused(app, &hash).await?;
        return Ok(None);
    };
    let account = accounts::by_id(conn, app.home(), session.account_id).await?;
    let Some(account) = account.filter(|account| account.disabled_at.is_none()) else {
        return Ok(None);
    };
    if now.seconds() - session.last_seen_at >= TOUCH {
        let last = session.created_at.saturating_add(ABSOLUTE);
        session.expires_at = now.plus(IDLE).seconds().min(last);
        let tx = app.begin().await?;
        let until = Timestamp::from_seconds(session.expires_at);
        store::touch(&tx, &hash, now, until).await?;
        tx.commit().await?;
    }
    Ok(Some(info(app, &session, &account).await?))
}

/// A session that was ended is tried again: that is recorded, once.
async fn tell_refused(app: &App, hash: &str) -> Result<(), Error> {
    let Some(session) = store::revoked(app.store().read(), hash).await? else {
        return Ok(());
    };
    let tx = app.begin().await?;
    if store::note_refused(&tx, hash, app.people_now()).await? {
        let entry = Record::done("session.refused", "account", session.account_id);
        audit::record(app, &tx, &Actor::system(), entry.outcome("refused")).await?;
        tx.commit().await?;
        tracing::warn!(account = %session.account_id, "a session that was ended is tried again");
    }
    Ok(())
}

/// The session's actor as it is now, for what takes long: with the rights the account has by now.
///
/// # Errors
/// [`Error::Denied`] if the session has ended or the account is disabled, [`Error::Store`].
pub async fn still_there(app: &App, session: &SessionInfo, act: Act) -> Result<Actor, Error> {
    let conn = app.store().read();
    let denied = || Error::Denied {
        act,
        reason: Denied::Role,
    };
    let open = store::live(conn, &session.id, app.people_now()).await?;
    let open = open.ok_or_else(denied)?;
    let account = accounts::by_id(conn, app.home(), open.account_id).await?;
    let account = account.filter(|account| account.disabled_at.is_none());
    Ok(info(app, &open, &account.ok_or_else(denied)?).await?.actor)
}

/// Ends a session (sign-out). Ending one that has ended is fine.
///
/// # Errors
/// [`Error::Store`].
pub async fn revoke_session(app: &App, session: &SessionInfo) -> Result<(), Error> {
    let tx = app.begin().await?;
    store::revoke(&tx, &session.id, app.people_now()).await?;
    let entry = Record::done("session.end", "account", session.account.id);
    audit::record(app, &tx, &session.actor, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Changes one's own password; ends all other sessions of the account.
///
/// # Errors
/// [`Error::BadCredentials`] if `current` is wrong, [`Error::Invalid`], [`Error::Store`].
pub async fn change_password(
    app: &App,
    session: &SessionInfo,
    current: &str,
    new: &str,
) -> Result<(), Error> {
    password::check("new", new)?;
    if current == new {
        return Err(Error::invalid("new", "password_unchanged"));
    }
    let id = session.account.id;
    let account = accounts::by_id(app.store().read(), app.home(), id).await?;
    let stored = account.and_then(|account| account.password_hash);
    let fits = password::verify(stored.clone(), current).await?;
    if !fits {
        let tx = app.begin().await?;
        let entry = Record::done("account.change_password", "account", id).outcome("refused");
        audit::record(app, &tx, &session.actor, entry).await?;
        tx.commit().await?;
        return Err(Error::BadCredentials);
    }
    let hash = password::hash(app.entropy(), new).await?;
    let tx = app.begin().await?;
    let account = accounts::by_id(tx.conn(), app.home(), id)
        .await?
        .filter(|account| account.password_hash == stored)
        .ok_or(Error::Conflict {
            code: "password_changed_meanwhile",
        })?;
    accounts::set_password(&tx, app.home(), account.id, &hash, false).await?;
    let ended = store::revoke_all(&tx, app.home(), id, Some(&session.id), app.people_now()).await?;
    let entry = Record::done("account.change_password", "account", id)
        .detail(json!({ "sessions_ended": ended }));
    audit::record(app, &tx, &session.actor, entry).await?;
    tx.commit().await?;
    Ok(())
}
