//! What plans are made by, for the whole corp.

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_store::setting::{self, Content};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::audit::{self, Record};
use crate::{App, Change, Error};

/// Name of the setting in the store.
const NAME: &str = "planning";
/// Most customers WeCom lets a member have, after it was expanded (section 4.6 of the reference).
pub const CUSTOMER_LIMIT: u32 = 20_000;
const MAX_NAME: usize = 60;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Planning {
    /// The tag group that stands for types of business or products.
    pub business_group: String,
    /// Most customers a member can have; above it a successor counts as full.
    pub customer_limit: u32,
}

impl Default for Planning {
    fn default() -> Self {
        Self {
            business_group: "产品".to_owned(),
            customer_limit: CUSTOMER_LIMIT,
        }
    }
}

/// # Errors
/// [`Error::Store`], [`Error::Json`].
pub async fn read_planning(app: &App) -> Result<Planning, Error> {
    Ok(super::read_stored(app, NAME).await?.unwrap_or_default())
}

/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn view_planning(app: &App, actor: &Actor) -> Result<Planning, Error> {
    app.allow(actor, Act::RuleView, Resource::Corp)?;
    read_planning(app).await
}

/// # Errors
/// [`Error::Denied`], [`Error::Invalid`], [`Error::Store`].
pub async fn change_planning(
    app: &App,
    actor: &Actor,
    wanted: Planning,
) -> Result<Planning, Error> {
    app.allow(actor, Act::SettingsChange, Resource::Corp)?;
    let name = wanted.business_group.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        return Err(Error::invalid("business_group", "tag_group"));
    }
    if wanted.customer_limit == 0 || wanted.customer_limit > CUSTOMER_LIMIT {
        return Err(Error::invalid("customer_limit", "customer_limit"));
    }
    let wanted = Planning {
        business_group: name.to_owned(),
        ..wanted
    };
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
        .detail(json!({ "fields": ["business_group", "customer_limit"] }));
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    app.tell(Change::Settings);
    Ok(wanted)
}
