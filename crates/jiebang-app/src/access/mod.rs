//! Who may sign in, sessions, and what an account may do where.
//!
//! Invariants:
//! - of a session's token only the hash is stored, of a password only argon2id's;
//! - an act of an account is decided by [`jiebang_domain::access::decide`] with the scope made
//!   here, every department of the account with all departments below;
//! - there is always a super administrator who can sign in.

mod accounts;
mod idempotency;
mod password;
mod scope;
mod sessions;
mod sign_in;
pub(crate) mod step_up;

use jiebang_domain::time::{DAY, HOUR};

use crate::job::{Held, Next};
use crate::{App, Error};

pub use accounts::{
    AccountChange, AccountView, ActorNames, NewAccount, actor_names, create_account, first_run,
    list_accounts, reset_password, update_account,
};
pub(crate) use accounts::{account_names, role_of};
pub use idempotency::{Begun, abandon, begin, finish};
pub use scope::scope_of;
pub use sessions::{
    SessionInfo, actor_of_session, change_password, permissions, revoke_session, still_there,
};
pub use sign_in::{SignedIn, new_login_state, sign_in, sign_in_by_wecom, wecom_login_url};
pub use step_up::step_up;

/// How long finished jobs are kept for the console, in seconds.
const KEEP_JOBS: i64 = 7 * DAY;
/// How long handled callbacks are kept, in seconds.
const KEEP_CALLBACKS: i64 = 90 * DAY;
/// How long answers of writes are kept for a repetition of the request, in seconds.
const KEEP_ANSWERS: i64 = DAY;

/// Removes ended sessions, old idempotency keys and finished jobs, every hour.
///
/// # Errors
/// [`Error::Store`].
pub async fn tidy(app: &App, held: &Held) -> Result<Next, Error> {
    let now = app.now();
    let tx = app.begin().await?;
    held.assert(&tx).await?;
    jiebang_store::access::session::prune(&tx, app.people_now().plus(-DAY)).await?;
    jiebang_store::access::idempotency::prune(&tx, now.plus(-KEEP_ANSWERS)).await?;
    if let Ok(corp) = app.corp() {
        jiebang_store::callback::prune(&tx, &corp, now.plus(-KEEP_CALLBACKS)).await?;
    }
    jiebang_store::job::prune(&tx, now.plus(-KEEP_JOBS)).await?;
    tx.commit().await?;
    Ok(Next::Again(now.plus(HOUR)))
}
