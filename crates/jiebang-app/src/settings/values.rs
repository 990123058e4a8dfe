//! Reading and writing settings in the store, secrets sealed.

use std::collections::BTreeMap;

use jiebang_domain::id::CorpId;
use jiebang_store::Tx;
use jiebang_store::setting::{self, Content, Setting};
use jiebang_wecom::Secret;
use serde_json::Value;

use super::{
    Configured, DEFAULT_BASE_URL, DEFAULT_FIRST_CONTACT_HOURS, DEFAULT_REGION_GROUP, Given, Source,
};
use crate::{App, Error};

/// A setting; the names are those of the API and of the rows in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    BaseUrl,
    CorpId,
    AgentId,
    AppSecret,
    ContactsSecret,
    CallbackToken,
    CallbackAesKey,
    PublicUrl,
    RegionGroup,
    FirstContactHours,
    ArchiveSecret,
}

impl Field {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BaseUrl => "base_url",
            Self::CorpId => "corp_id",
            Self::AgentId => "agent_id",
            Self::AppSecret => "app_secret",
            Self::ContactsSecret => "contacts_secret",
            Self::CallbackToken => "callback_token",
            Self::CallbackAesKey => "callback_aes_key",
            Self::PublicUrl => "public_url",
            Self::RegionGroup => "region_group",
            Self::FirstContactHours => "first_contact_hours",
            Self::ArchiveSecret => "archive_secret",
        }
    }

    const fn is_secret(self) -> bool {
        matches!(
            self,
            Self::AppSecret
                | Self::ContactsSecret
                | Self::CallbackToken
                | Self::CallbackAesKey
                | Self::ArchiveSecret
        )
    }

    /// Ties an envelope to its row, so that one secret cannot be put in place of another.
    pub(super) fn associated_data(self, corp: &CorpId) -> Vec<u8> {
        associated_data(corp, self.as_str())
    }
}

/// What an envelope in the setting `name` is bound to.
pub(super) fn associated_data(corp: &CorpId, name: &str) -> Vec<u8> {
    format!("setting\n{corp}\n{name}").into_bytes()
}

/// The settings in force.
#[derive(Debug, Clone)]
pub struct Values {
    pub base_url: String,
    pub corp_id: Option<CorpId>,
    pub agent_id: Option<i64>,
    pub app_secret: Option<Secret>,
    pub contacts_secret: Option<Secret>,
    pub callback_token: Option<Secret>,
    pub callback_aes_key: Option<Secret>,
    /// The console's own address as browsers and WeCom reach it.
    pub public_url: Option<String>,
    pub region_group: String,
    /// Hours after a takeover within which the successor is to contact the customer.
    pub first_contact_hours: i64,
    /// Of the archive (会话内容存档), not of the app.
    pub archive_secret: Option<Secret>,
    pub sources: BTreeMap<&'static str, Source>,
}

impl Values {
    /// Where WeCom is to send events.
    #[must_use]
    pub fn callback_url(&self) -> Option<String> {
        let public = self.public_url.as_ref()?;
        Some(format!("{}/callback/wecom", public.trim_end_matches('/')))
    }
}

/// What the store holds, opened.
#[derive(Default)]
struct Typed(BTreeMap<&'static str, String>);

impl Typed {
    fn text(&self, field: Field) -> Option<String> {
        self.0
            .get(field.as_str())
            .filter(|text| !text.is_empty())
            .cloned()
    }

    fn secret(&self, field: Field) -> Option<Secret> {
        self.text(field).map(Secret::new)
    }
}

/// The settings in force: the configuration's, else the console's.
///
/// # Errors
/// [`Error::Store`]; [`Error::Vault`] if a secret was sealed with another master key.
pub async fn read_values(app: &App) -> Result<Values, Error> {
    let typed = read_typed(app).await?;
    let given = app.configured();
    let corp_id = typed
        .text(Field::CorpId)
        .and_then(|text| CorpId::parse(text).ok());
    let agent_id = typed
        .text(Field::AgentId)
        .and_then(|text| text.parse().ok());
    Ok(Values {
        base_url: value(given.base_url.as_ref(), None)
            .unwrap_or_else(|| DEFAULT_BASE_URL.to_owned()),
        corp_id: value(given.corp_id.as_ref(), corp_id),
        agent_id: value(given.agent_id.as_ref(), agent_id),
        app_secret: value(given.app_secret.as_ref(), typed.secret(Field::AppSecret)),
        contacts_secret: value(
            given.contacts_secret.as_ref(),
            typed.secret(Field::ContactsSecret),
        ),
        callback_token: value(
            given.callback_token.as_ref(),
            typed.secret(Field::CallbackToken),
        ),
        callback_aes_key: value(
            given.callback_aes_key.as_ref(),
            typed.secret(Field::CallbackAesKey),
        ),
        public_url: value(given.public_url.as_ref(), typed.text(Field::PublicUrl)),
        region_group: value(given.region_group.as_ref(), typed.text(Field::RegionGroup))
            .unwrap_or_else(|| DEFAULT_REGION_GROUP.to_owned()),
        archive_secret: value(
            given.archive_secret.as_ref(),
            typed.secret(Field::ArchiveSecret),
        ),
        first_contact_hours: typed
            .text(Field::FirstContactHours)
            .and_then(|text| text.parse().ok())
            .unwrap_or(DEFAULT_FIRST_CONTACT_HOURS),
        sources: sources(given, &typed),
    })
}

/// The hours for the first contact, as `tx` sees them.
pub(crate) async fn first_contact_hours(app: &App, tx: &Tx) -> Result<i64, Error> {
    let name = Field::FirstContactHours.as_str();
    let stored = setting::get(tx.conn(), app.home(), name).await?;
    let hours = stored.and_then(|row| row.value?.as_i64());
    Ok(hours.unwrap_or(DEFAULT_FIRST_CONTACT_HOURS))
}

fn value<T: Clone>(given: Option<&Given<T>>, typed: Option<T>) -> Option<T> {
    given.map(|given| given.value.clone()).or(typed)
}

const ALL: [Field; 11] = [
    Field::BaseUrl,
    Field::CorpId,
    Field::AgentId,
    Field::AppSecret,
    Field::ContactsSecret,
    Field::CallbackToken,
    Field::CallbackAesKey,
    Field::PublicUrl,
    Field::RegionGroup,
    Field::FirstContactHours,
    Field::ArchiveSecret,
];

fn sources(given: &Configured, typed: &Typed) -> BTreeMap<&'static str, Source> {
    let source = |field: Field| {
        given
            .source(field)
            .or_else(|| typed.text(field).map(|_| Source::Console))
    };
    ALL.into_iter()
        .filter_map(|field| Some((field.as_str(), source(field)?)))
        .collect()
}

impl Field {
    /// The field that is stored under this name.
    pub(super) fn find(name: &str) -> Option<Self> {
        ALL.into_iter().find(|field| field.as_str() == name)
    }
}

async fn read_typed(app: &App) -> Result<Typed, Error> {
    let rows = setting::list(app.store().read(), app.home()).await?;
    let mut typed = Typed::default();
    for row in rows {
        let Some(field) = ALL.into_iter().find(|field| field.as_str() == row.name) else {
            continue;
        };
        if let Some(text) = open(app, field, &row)? {
            typed.0.insert(field.as_str(), text);
        }
    }
    Ok(typed)
}

fn open(app: &App, field: Field, row: &Setting) -> Result<Option<String>, Error> {
    if let Some(envelope) = &row.sealed {
        // A secret that the configuration overrides need not be readable.
        if app.configured().source(field).is_some() {
            return Ok(None);
        }
        let key = app.master_key();
        let bound = field.associated_data(app.home());
        let opened = jiebang_vault::open(key, key.id(), &bound, envelope)?;
        return Ok(String::from_utf8(opened).ok());
    }
    Ok(row.value.as_ref().map(|value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }))
}

/// Stores a value, or takes it away where it is `None`.
pub(super) async fn write(
    app: &App,
    tx: &Tx,
    field: Field,
    value: Option<&Value>,
    by: &str,
) -> Result<(), Error> {
    let Some(value) = value else {
        setting::remove(tx, app.home(), field.as_str()).await?;
        return Ok(());
    };
    let content = if field.is_secret() {
        super::assert_master_key(app, tx).await?;
        let key = app.master_key();
        let text = value.as_str().unwrap_or_default();
        let bound = field.associated_data(app.home());
        let nonce = app.entropy().bytes();
        Content::Sealed(jiebang_vault::seal(
            key,
            key.id(),
            &bound,
            text.as_bytes(),
            nonce,
        )?)
    } else {
        Content::Open(value.clone())
    };
    setting::put(tx, app.home(), field.as_str(), content, by, app.now()).await?;
    Ok(())
}
