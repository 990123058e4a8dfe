//! What WeCom pushes: stored raw and once before it is answered, handled after.
//!
//! Invariants:
//! - a delivery is answered after it is stored, and only then; handling may fail and is tried
//!   again, the event is never lost;
//! - handling is idempotent and tolerates any order: an event says where to look, and what is
//!   found there is stored;
//! - one event that cannot be handled does not hold up the others.

mod customers;
mod handle;

use jiebang_store::callback::{self as store, NewCallback};
use jiebang_wecom::callback::event::{self, EventKind};
use jiebang_wecom::callback::{CallbackError, Query};

use crate::job::{self, Task};
use crate::{App, Change, Error};

pub use handle::handle_callbacks;
pub use jiebang_wecom::callback::MAX_BODY;

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
    let (event, change_type) = names(&xml);
    let new = NewCallback {
        corp_id: corp,
        hash: crate::audit::hex(hash),
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
    if stored.new {
        app.tell(Change::Directory);
    }
    Ok(())
}

/// What the event is called, for lists; the XML is what counts.
fn names(xml: &str) -> (String, String) {
    let short = |text: String| text.chars().take(64).collect();
    let kind = event::parse(xml).map(|event| event.kind);
    let (event, change) = match kind {
        Ok(EventKind::ChangeContact(_)) => ("change_contact".to_owned(), String::new()),
        Ok(EventKind::ExternalContact { .. }) => {
            ("change_external_contact".to_owned(), String::new())
        }
        Ok(EventKind::ExternalChat { .. }) => ("change_external_chat".to_owned(), String::new()),
        Ok(EventKind::ExternalTag(_)) => ("change_external_tag".to_owned(), String::new()),
        Ok(EventKind::MsgauditNotify) => ("msgaudit_notify".to_owned(), String::new()),
        Ok(EventKind::TemplateCard(_)) => ("template_card_event".to_owned(), String::new()),
        Ok(EventKind::Unknown { event, change_type }) => (event, change_type),
        Ok(_) | Err(_) => (String::new(), String::new()),
    };
    (short(event), short(change))
}
