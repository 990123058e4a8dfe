//! Asking for the password again before what cannot be undone.
//!
//! Invariant: wrong passwords here count against the account like those of a sign-in.

use jiebang_domain::access::{Act, Actor};
use jiebang_store::access::{account as accounts, session as store};
use serde_json::json;
use uuid::Uuid;

use super::password;
use super::sessions::SessionInfo;
use super::sign_in::{note_failure, still_open};
use crate::audit::{self, Record};
use crate::{App, Error};

/// Takes the password of whoever is signed in, so that acts that ask for it are possible for a
/// while.
///
/// # Errors
/// [`Error::BadCredentials`], also for accounts that have no password and sign in by WeCom;
/// [`Error::AccountLocked`], [`Error::Store`].
pub async fn step_up(app: &App, session: &SessionInfo, given: &str) -> Result<(), Error> {
    let id = session.account.id;
    let account = accounts::by_id(app.store().read(), app.home(), id)
        .await?
        .filter(|account| account.disabled_at.is_none())
        .ok_or(Error::BadCredentials)?;
    still_open(app, &account)?;
    let fits = password::verify(account.password_hash, given).await?;
    let tx = app.begin().await?;
    // Again within the transaction: others may have tried in the meantime.
    let account = accounts::by_id(tx.conn(), app.home(), id)
        .await?
        .filter(|account| account.disabled_at.is_none())
        .ok_or(Error::BadCredentials)?;
    still_open(app, &account)?;
    if !fits {
        let locked = note_failure(app, &tx, id).await?;
        let entry = Record::done("session.step_up", "account", id)
            .outcome("refused")
            .detail(json!({ "locked": locked }));
        audit::record(app, &tx, &session.actor, entry).await?;
        tx.commit().await?;
        return Err(Error::BadCredentials);
    }
    accounts::record_success(&tx, app.home(), id).await?;
    store::step_up(&tx, &session.id, app.people_now()).await?;
    let entry = Record::done("session.step_up", "account", id);
    audit::record(app, &tx, &session.actor, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes sure that the person behind `actor` gave the password a short while ago. What is refused
/// is in the audit log.
///
/// # Errors
/// [`Error::StepUpRequired`], [`Error::Store`].
pub(crate) async fn require(
    app: &App,
    actor: &Actor,
    act: Act,
    (kind, object): (&'static str, Uuid),
) -> Result<(), Error> {
    if actor.is_confirmed(app.people_now()) {
        return Ok(());
    }
    let tx = app.begin().await?;
    let entry = Record::done("session.step_up_required", kind, object)
        .outcome("refused")
        .detail(json!({ "act": act.as_str() }));
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    Err(Error::StepUpRequired)
}
