//! What a company has decided about approvals and refusals.

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::handover::approval::Policy;
use jiebang_domain::time::Timestamp;
use jiebang_store::setting::{self, Content};
use serde_json::json;

use crate::audit::{self, Record};
use crate::{App, Change, Error};

/// Name of the setting in the store.
const NAME: &str = "approval";

/// The policy, and since when it has been so.
///
/// # Errors
/// [`Error::Store`], [`Error::Json`].
pub async fn read_approval(app: &App) -> Result<(Policy, Option<Timestamp>), Error> {
    let stored = setting::get(app.store().read(), app.home(), NAME).await?;
    let Some(row) = stored else {
        return Ok((Policy::default(), None));
    };
    let since = Timestamp::from_seconds(row.updated_at);
    let Some(value) = row.value else {
        return Ok((Policy::default(), Some(since)));
    };
    let policy = serde_json::from_value(value).map_err(|source| Error::Json {
        what: "setting",
        source,
    })?;
    Ok((policy, Some(since)))
}

/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn view_approval(app: &App, actor: &Actor) -> Result<Policy, Error> {
    app.allow(actor, Act::HandoverView, Resource::Corp)?;
    Ok(read_approval(app).await?.0)
}

/// # Errors
/// [`Error::Denied`], [`Error::Invalid`], [`Error::Store`].
pub async fn change_approval(app: &App, actor: &Actor, wanted: Policy) -> Result<Policy, Error> {
    app.allow(actor, Act::SettingsChange, Resource::Corp)?;
    wanted.check().map_err(Error::Invalid)?;
    let tx = app.begin().await?;
    let content = Content::Open(json!(wanted));
    setting::put(
        &tx,
        app.home(),
        NAME,
        content,
        &actor.reference(),
        app.now(),
    )
    .await?;
    let entry = Record::done("settings.change", "settings", NAME)
        .detail(json!({ "fields": ["vip", "second_transfer", "next_successor", "tries"] }));
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    app.tell(Change::Settings);
    Ok(wanted)
}
