//! What WeCom pushes: stored raw and once before it is answered, handled after.
//!
//! Invariants:
//! - a delivery is answered after it is stored, and only then; handling may fail and is tried
//!   again, the event is never lost;
//! - handling is idempotent and tolerates any order: an event says where to look, and what is
//!   found there is stored;
//! - one event that cannot be handled does not hold up the others;
//! - that somebody left or was disabled takes effect before anything else is done ([`urgent`]).

mod customers;
mod handle;
mod urgent;

use jiebang_store::callback::{self as store, NewCallback};
use jiebang_wecom::callback::event::{self, EventKind};
use jiebang_wecom::callback::{CallbackError, Query};

use crate::job::{self, Task};
use crate::{App, Change, Error};

pub(crate) use handle::LOOK_FOR_CUSTOMERS;
pub use handle::handle_callbacks;
pub use jiebang_wecom::callback::MAX_BODY;

/// What events about members and departments are called.
const DIRECTORY: &str = "change_contact";

/// Why a delivery or a check of the URL is turned away.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// No token and EncodingAESKey are set, so nothing can be believed.
    #[error("callbacks are not configured")]
    NotConfigured,
    #[error("the delivery is not genuine")]
    NotGenuine(#[source] CallbackError),
    /// WeCom sends it again if it is not answered with 200.
    #[error("the delivery could not be stored")]
    NotStored(#[source] Error),
}

/// Answers the check WeCom makes when the URL is saved: the text to send back, bare.
///
/// # Errors
/// [`Refused`].
pub fn verify_url(app: &App, raw_query: &str) -> Result<String, Refused> {
    let receiver = receiver(app)?;
    let query = Query::parse(raw_query).map_err(Refused::NotGenuine)?;
    receiver.verify_url(&query).map_err(Refused::NotGenuine)
}

fn receiver(app: &App) -> Result<std::sync::Arc<jiebang_wecom::callback::Receiver>, Refused> {
    let connection = app.connection().map_err(|_| Refused::NotConfigured)?;
    connection.receiver.ok_or(Refused::NotConfigured)
}

/// Verifies a delivery, opens it, and stores it together with the job that handles it.
///
/// # Errors
/// [`Refused`].
pub async fn receive(app: &App, raw_query: &str, body: &[u8]) -> Result<(), Refused> {
    let receiver = receiver(app)?;
    let query = Query::parse(raw_query).map_err(Refused::NotGenuine)?;
    let raw = receiver.open(&query, body).map_err(Refused::NotGenuine)?;
    store_event(app, raw.xml, &raw.hash)
        .await
        .map_err(Refused::NotStored)
}

async fn store_event(app: &App, xml: String, hash: &[u8]) -> Result<(), Error> {
    let corp = app.corp()?;
    let parsed = event::parse(&xml).ok();
    let (event, change_type) = names(parsed.as_ref().map(|event| &event.kind));
    let new = NewCallback {
        corp_id: corp.clone(),
        hash: hex::encode(hash),
        received_at: app.now(),
        xml,
        event,
        change_type,
    };
    let tx = app.begin().await?;
    let stored = store::store_once(&tx, new).await?;
    if stored.new {
        job::enqueue(app, &tx, &Task::HandleCallbacks, app.now()).await?;
    }
    tx.commit().await?;
    if let Some(event) = parsed.filter(|_| stored.new)
        && let Err(error) = urgent::protect(app, &corp, &event).await
    {
        // The event is stored: the job protects before it does anything else.
        tracing::error!(
            error = job::chain(&error),
            "nobody's access could be ended yet"
        );
    }
    if stored.new {
        app.tell(Change::Directory);
    }
    Ok(())
}

/// What the event is called, for lists; the XML is what counts.
fn names(kind: Option<&EventKind>) -> (String, String) {
    let short = |text: String| text.chars().take(64).collect();
    let (event, change) = match kind {
        Some(EventKind::ChangeContact(_)) => (DIRECTORY.to_owned(), String::new()),
        Some(EventKind::ExternalContact { .. }) => {
            ("change_external_contact".to_owned(), String::new())
        }
        Some(EventKind::ExternalChat { .. }) => ("change_external_chat".to_owned(), String::new()),
        Some(EventKind::ExternalTag(_)) => ("change_external_tag".to_owned(), String::new()),
        Some(EventKind::MsgauditNotify) => ("msgaudit_notify".to_owned(), String::new()),
        Some(EventKind::TemplateCard(_)) => ("template_card_event".to_owned(), String::new()),
        Some(EventKind::Unknown { event, change_type }) => (event.clone(), change_type.clone()),
        _ => (String::new(), String::new()),
    };
    (short(event), short(change))
}
