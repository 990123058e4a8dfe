//! The connection to WeCom: its ids and secrets, from the configuration or typed into the
//! console, and the client and receiver made of them.
//!
//! Invariants:
//! - what the configuration file or the environment says overrides the console, field by field;
//! - a secret typed into the console is stored sealed under the master key and never given out;
//! - the audit log names the fields that were changed, never their values.

mod approval;
mod configured;
mod connect;
mod key_store;
mod master_key;
mod planning;
mod stored;
mod values;

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::id::CorpId;
use serde::Serialize;
use serde_json::json;

pub use approval::{change_approval, read_approval, view_approval};
pub use configured::{ArchiveLibrary, Configured, Given, MediaPlace, MediaStore, S3, Source};
pub use connect::connect;
pub(crate) use key_store::note_key_store;
pub use key_store::{accept_key_store, count_newest_lacking, has_its_key_store};
pub use master_key::{
    Exchanged, check_master_key, exchange_master_key, has_sealed, master_key_in_force,
};
pub(crate) use master_key::{assert_master_key, corp_of};
pub use planning::{Planning, change_planning, read_planning, view_planning};
pub(crate) use stored::{note_sealed, note_stored, open_sealed, parse_stored, read_stored};
pub(crate) use values::first_contact_hours;
pub use values::{Field, Values, read_values};

use crate::audit::{self, Record};
use crate::{App, Change, Error};

/// Where WeCom answers unless the configuration says otherwise.
pub const DEFAULT_BASE_URL: &str = "https://qyapi.weixin.qq.com";
/// The tag group that stands for regions unless the settings name another.
pub const DEFAULT_REGION_GROUP: &str = "地区";

/// Hours for the first contact unless the settings say otherwise.
pub const DEFAULT_FIRST_CONTACT_HOURS: i64 = 24;
/// Most hours the first contact may be given: a month.
const MAX_FIRST_CONTACT_HOURS: i64 = 720;

const MAX_SECRET: usize = 256;
const MAX_URL: usize = 300;
const MAX_NAME: usize = 60;
/// Length of an `EncodingAESKey` (section 5.3 of the reference).
const AES_KEY_CHARS: usize = 43;
const MAX_TOKEN: usize = 32;

/// The settings as the console shows them: which secrets are set, not what they are.
#[derive(Debug, Clone, Serialize)]
pub struct SettingsView {
    pub corp_id: Option<String>,
    pub agent_id: Option<i64>,
    pub base_url: String,
    pub app_secret_set: bool,
    pub contacts_secret_set: bool,
    pub archive_secret_set: bool,
    /// Whether the configuration names a library for the archive.
    pub archive_library_set: bool,
    pub callback: CallbackView,
    pub public_url: Option<String>,
    pub region_group: String,
    pub first_contact_hours: i64,
    /// Where each field that is set comes from.
    pub source: std::collections::BTreeMap<&'static str, Source>,
}

#[derive(Debug, Clone, Serialize)]
pub struct CallbackView {
    /// What to type into WeCom's console; absent while the console's own address is not known.
    pub url: Option<String>,
    pub token_set: bool,
    pub aes_key_set: bool,
}

/// What to change. `None` leaves a field as it is, an empty text takes it away.
#[derive(Clone, Default)]
pub struct SettingsChange {
    pub corp_id: Option<String>,
    pub agent_id: Option<i64>,
    pub app_secret: Option<String>,
    pub contacts_secret: Option<String>,
    pub callback_token: Option<String>,
    pub callback_aes_key: Option<String>,
    pub public_url: Option<String>,
    pub region_group: Option<String>,
    pub first_contact_hours: Option<i64>,
    pub archive_secret: Option<String>,
}

/// # Errors
/// [`Error::Denied`], [`Error::Store`], [`Error::Vault`].
pub async fn view_settings(app: &App, actor: &Actor) -> Result<SettingsView, Error> {
    app.allow(actor, Act::SettingsView, Resource::Corp)?;
    Ok(view(app, &read_values(app).await?))
}

fn view(app: &App, values: &Values) -> SettingsView {
    SettingsView {
        archive_secret_set: values.archive_secret.is_some(),
        archive_library_set: app.configured().archive_library.is_some(),
        corp_id: values.corp_id.as_ref().map(ToString::to_string),
        agent_id: values.agent_id,
        base_url: values.base_url.clone(),
        app_secret_set: values.app_secret.is_some(),
        contacts_secret_set: values.contacts_secret.is_some(),
        callback: CallbackView {
            url: values.callback_url(),
            token_set: values.callback_token.is_some(),
            aes_key_set: values.callback_aes_key.is_some(),
        },
        public_url: values.public_url.clone(),
        region_group: values.region_group.clone(),
        first_contact_hours: values.first_contact_hours,
        source: values.sources.clone(),
    }
}

/// Stores what was typed and connects anew.
///
/// # Errors
/// [`Error::Denied`], [`Error::Invalid`] (also `set_by_configuration` for a field that the
/// configuration overrides), [`Error::Store`], [`Error::Vault`].
pub async fn change_settings(
    app: &App,
    actor: &Actor,
    change: SettingsChange,
) -> Result<SettingsView, Error> {
    app.allow(actor, Act::SettingsChange, Resource::Corp)?;
    let wanted = checked(app, change)?;
    let tx = app.begin().await?;
    let mut names = Vec::new();
    for (field, value) in &wanted {
        values::write(app, &tx, *field, value.as_ref(), &actor.reference()).await?;
        names.push(field.as_str());
    }
    let entry =
        Record::done("settings.change", "settings", "wecom").detail(json!({ "fields": names }));
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    connect(app).await?;
    app.tell(Change::Settings);
    Ok(view(app, &read_values(app).await?))
}

type Wanted = Vec<(Field, Option<serde_json::Value>)>;

/// Every problem is reported, not only the first.
fn checked(app: &App, change: SettingsChange) -> Result<Wanted, Error> {
    let mut wanted: Wanted = Vec::new();
    let mut problems = Vec::new();
    let texts = [
        (Field::CorpId, change.corp_id),
        (Field::AppSecret, change.app_secret),
        (Field::ContactsSecret, change.contacts_secret),
        (Field::CallbackToken, change.callback_token),
        (Field::CallbackAesKey, change.callback_aes_key),
        (Field::PublicUrl, change.public_url),
        (Field::RegionGroup, change.region_group),
        (Field::ArchiveSecret, change.archive_secret),
    ];
    for (field, text) in texts {
        let Some(text) = text else { continue };
        let text = text.trim().to_owned();
        match problem_of(field, &text) {
            Some(problem) => problems.push((field, problem)),
            None if text.is_empty() => wanted.push((field, None)),
            None => wanted.push((field, Some(json!(text)))),
        }
    }
    if let Some(agent_id) = change.agent_id {
        if agent_id < 0 {
            problems.push((Field::AgentId, "agent_id"));
        }
        wanted.push((Field::AgentId, Some(json!(agent_id))));
    }
    if let Some(hours) = change.first_contact_hours {
        if !(1..=MAX_FIRST_CONTACT_HOURS).contains(&hours) {
            problems.push((Field::FirstContactHours, "first_contact_hours"));
        }
        wanted.push((Field::FirstContactHours, Some(json!(hours))));
    }
    for (field, _) in &wanted {
        if app.configured().source(*field).is_some() {
            problems.push((*field, "set_by_configuration"));
        }
    }
    if problems.is_empty() {
        return Ok(wanted);
    }
    let invalid = |(field, problem): (Field, _)| jiebang_domain::handover::request::Invalid {
        field: field.as_str().to_owned(),
        problem,
    };
    Err(Error::Invalid(problems.into_iter().map(invalid).collect()))
}

fn problem_of(field: Field, text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return None;
    }
    let is_alphanumeric = text.chars().all(|c| c.is_ascii_alphanumeric());
    let is_plain = text.chars().all(|c| c.is_ascii_graphic());
    match field {
        Field::CorpId => CorpId::parse(text).is_err().then_some("corp_id"),
        Field::AppSecret | Field::ContactsSecret | Field::ArchiveSecret => {
            (text.len() > MAX_SECRET || !is_plain).then_some("secret")
        }
        Field::CallbackToken => {
            (text.len() > MAX_TOKEN || !is_alphanumeric).then_some("callback_token")
        }
        Field::CallbackAesKey => {
            (text.len() != AES_KEY_CHARS || !is_alphanumeric).then_some("callback_aes_key")
        }
        Field::PublicUrl => {
            let has_scheme = ["https://", "http://"].iter().any(|scheme| {
                text.strip_prefix(scheme)
                    .is_some_and(|host| !host.is_empty())
            });
            let fits = text.len() <= MAX_URL && is_plain && !text.contains(['?', '#']);
            (!has_scheme || !fits).then_some("public_url")
        }
        Field::RegionGroup => {
            let fits = text.chars().count() <= MAX_NAME && !text.chars().any(char::is_control);
            (!fits).then_some("region_group")
        }
        Field::BaseUrl | Field::AgentId | Field::FirstContactHours => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_a_key_or_an_address_is_refused() {
        assert_eq!(
            problem_of(Field::CallbackAesKey, "short"),
            Some("callback_aes_key")
        );
        assert_eq!(problem_of(Field::CallbackAesKey, &"a".repeat(43)), None);
        assert_eq!(problem_of(Field::PublicUrl, "ftp://x"), Some("public_url"));
        assert_eq!(problem_of(Field::PublicUrl, "https://"), Some("public_url"));
        assert_eq!(
            problem_of(Field::PublicUrl, "https://crm.example.com"),
            None
        );
        assert_eq!(problem_of(Field::CorpId, "w w"), Some("corp_id"));
        assert_eq!(problem_of(Field::AppSecret, "a\u{7}b"), Some("secret"));
    }
}
