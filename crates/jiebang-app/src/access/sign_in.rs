//! Signing in, with a password or by scanning WeCom's QR code.
//!
//! Invariants: every attempt is in the audit log; ten wrong passwords in a row lock the account
//! for a quarter of an hour; a login that does not exist answers as slowly as one that does.

use jiebang_domain::access::{Actor, Scope, Who};
use jiebang_domain::time::MINUTE;
use jiebang_store::Tx;
use jiebang_store::access::Account;
use jiebang_store::access::account as store;
use jiebang_wecom::Login;
use serde_json::json;
use uuid::Uuid;

use super::accounts::role_of;
use super::password;
use super::sessions::{SessionInfo, open_session};
use crate::audit::{self, Record};
use crate::{App, Error, settings};

/// Wrong passwords in a row that lock an account.
const MAX_FAILURES: i32 = 10;
/// How long it stays locked, in seconds.
const LOCKED_FOR: i64 = 15 * MINUTE;

/// A session that was just opened.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// For the cookie; not stored.
    pub token: String,
    pub session: SessionInfo,
}

/// Signs in with login and password.
///
/// # Errors
/// [`Error::BadCredentials`], [`Error::AccountLocked`], [`Error::Store`].
pub async fn sign_in(
    app: &App,
    login: &str,
    given: &str,
    user_agent: &str,
) -> Result<SignedIn, Error> {
    let found = store::by_login(app.store().read(), app.home(), login).await?;
    let usable = found.filter(|account| account.disabled_at.is_none());
    if let Some(account) = &usable {
        still_open(app, account)?;
    }
    let hash = usable
        .as_ref()
        .and_then(|account| account.password_hash.clone());
    let fits = password::verify(hash, given).await?;
    let Some(account) = usable else {
        refuse_stranger(app, "password").await?;
        return Err(Error::BadCredentials);
    };
    let tx = app.begin().await?;
    // Again within the transaction: others may have tried in the meantime.
    let account = store::by_id(tx.conn(), app.home(), account.id)
        .await?
        .filter(|account| account.disabled_at.is_none())
        .ok_or(Error::BadCredentials)?;
    still_open(app, &account)?;
    if !fits {
        let is_locked = note_failure(app, &tx, account.id).await?;
        let entry = Record::done("session.create", "account", account.id)
            .outcome("refused")
            .detail(json!({ "by": "password", "locked": is_locked }));
        audit::record(app, &tx, &actor_of(&account), entry).await?;
        tx.commit().await?;
        return Err(Error::BadCredentials);
    }
    store::record_success(&tx, app.home(), account.id).await?;
    let signed_in = open_session(app, &tx, &account, user_agent).await?;
    let entry =
        Record::done("session.create", "account", account.id).detail(json!({ "by": "password" }));
    audit::record(app, &tx, &actor_of(&account), entry).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// Signs in the account bound to the member behind a code from WeCom's login page. Whether the
/// `state` belongs to this browser must have been checked before.
///
/// # Errors
/// [`Error::BadCredentials`] if the person has no usable account, [`Error::NotConnected`],
/// [`Error::Wecom`], [`Error::Store`].
pub async fn sign_in_by_wecom(app: &App, code: &str, user_agent: &str) -> Result<SignedIn, Error> {
    let connection = app.connection()?;
    let account = match connection.client.user_of_code(code).await? {
        Login::Member { userid, .. } => {
            store::by_member(app.store().read(), app.home(), &userid).await?
        }
        Login::Outsider { .. } => None,
    };
    let Some(account) = account.filter(|account| account.disabled_at.is_none()) else {
        refuse_stranger(app, "wecom").await?;
        return Err(Error::BadCredentials);
    };
    let tx = app.begin().await?;
    let signed_in = open_session(app, &tx, &account, user_agent).await?;
    let entry =
        Record::done("session.create", "account", account.id).detail(json!({ "by": "wecom" }));
    audit::record(app, &tx, &actor_of(&account), entry).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// What ties a login page to the browser it was opened in: goes into the URL and a cookie.
#[must_use]
pub fn new_login_state(app: &App) -> String {
    hex::encode(app.entropy().bytes::<16>())
}

/// Where a browser signs in by QR code (section 7 of the reference); `None` unless the corp is
/// connected and the console's own address is known.
///
/// # Errors
/// [`Error::Store`].
pub async fn wecom_login_url(app: &App, state: &str) -> Result<Option<String>, Error> {
    let Ok(connection) = app.connection() else {
        return Ok(None);
    };
    let settings = settings::read_values(app).await?;
    let Some(public_url) = settings.public_url else {
        return Ok(None);
    };
    let back = format!(
        "{}/api/v1/session/wecom/callback",
        public_url.trim_end_matches('/')
    );
    Ok(Some(format!(
        "{}?login_type=CorpApp&appid={}&agentid={}&redirect_uri={}&state={state}",
        login_page(&settings.base_url),
        connection.corp,
        connection.agent_id,
        query_encoded(&back),
    )))
}

/// The real platform has its login page on another host; a sandbox has it on its own.
fn login_page(base_url: &str) -> String {
    if base_url == settings::DEFAULT_BASE_URL {
        "https://login.work.weixin.qq.com/wwlogin/sso/login".to_owned()
    } else {
        format!("{}/wwlogin/sso/login", base_url.trim_end_matches('/'))
    }
}

fn query_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes()
        .fold(String::with_capacity(text.len() * 3), |mut out, byte| {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
                out.push(char::from(byte));
            } else {
                let _ = write!(out, "%{byte:02X}");
            }
            out
        })
}

/// Counts a wrong password. True if it locks the account.
pub(super) async fn note_failure(app: &App, tx: &Tx, account: Uuid) -> Result<bool, Error> {
    let mut is_locked = false;
    let lock = |failures: i32| {
        is_locked = failures % MAX_FAILURES == 0;
        is_locked.then(|| app.people_now().plus(LOCKED_FOR))
    };
    store::record_failure(tx, app.home(), account, lock).await?;
    Ok(is_locked)
}

pub(super) fn still_open(app: &App, account: &Account) -> Result<(), Error> {
    match account.locked_until {
        Some(until) if until > app.people_now().seconds() => Err(Error::AccountLocked {
            seconds: until - app.people_now().seconds(),
        }),
        _ => Ok(()),
    }
}

fn actor_of(account: &Account) -> Actor {
    Actor {
        who: Who::Account(account.id),
        role: role_of(account),
        scope: Scope::Corp,
        userid: None,
        confirmed_at: None,
    }
}

/// Who it was is not known; what was typed may be a password, so it is not recorded.
async fn refuse_stranger(app: &App, by: &'static str) -> Result<(), Error> {
    let tx = app.begin().await?;
    let entry = Record::done("session.create", "account", Uuid::nil())
        .outcome("refused")
        .detail(json!({ "by": by, "unknown": true }));
    audit::record(app, &tx, &Actor::system(), entry).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_survives_a_query() {
        assert_eq!(
            query_encoded("https://a.b/c?d=é"),
            "https%3A%2F%2Fa.b%2Fc%3Fd%3D%C3%A9"
        );
    }
}
