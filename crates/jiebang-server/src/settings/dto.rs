//! The connection to WeCom and its check.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::names::{CheckState, SettingSource};

/// The connection as it is set. Secrets are never given out, only whether they are set.
#[derive(Debug, Serialize, ToSchema)]
pub struct WecomSettings {
    pub corp_id: Option<String>,
    pub agent_id: Option<i64>,
    pub base_url: String,
    pub app_secret_set: bool,
    pub contacts_secret_set: bool,
    pub archive_secret_set: bool,
    /// Whether the configuration names the archive's library; it cannot be named here.
    pub archive_library_set: bool,
    pub callback: CallbackSettings,
    /// Where people reach this server.
    pub public_url: Option<String>,
    /// Name of the tag group that stands for regions.
    pub region_group: String,
    /// Hours after a takeover within which the successor is to contact the customer.
    pub first_contact_hours: i64,
    /// Where each field comes from; what file and environment say cannot be changed here.
    pub source: BTreeMap<String, SettingSource>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CallbackSettings {
    /// The URL to enter at WeCom.
    pub url: Option<String>,
    pub token_set: bool,
    pub aes_key_set: bool,
}

/// What is to be changed; absent fields stay as they are. Secrets go in and never out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WecomSettingsInput {
    pub corp_id: Option<String>,
    pub agent_id: Option<i64>,
    #[schema(write_only)]
    pub app_secret: Option<String>,
    #[schema(write_only)]
    pub contacts_secret: Option<String>,
    #[schema(write_only)]
    pub archive_secret: Option<String>,
    #[schema(write_only)]
    pub callback_token: Option<String>,
    #[schema(write_only)]
    pub callback_aes_key: Option<String>,
    pub public_url: Option<String>,
    pub region_group: Option<String>,
    #[schema(minimum = 1, maximum = 720)]
    pub first_contact_hours: Option<i64>,
}

/// Names the type only, so that no secret reaches a log.
impl fmt::Debug for WecomSettingsInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WecomSettingsInput").finish_non_exhaustive()
    }
}

/// What the connection check found.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct DoctorReport {
    /// Absent if it was never run.
    pub checked_at: Option<i64>,
    pub lines: Vec<DoctorLine>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DoctorLine {
    /// `corp_id`, `app_secret`, `trusted_ip`, `callable_api_list`, `contacts_secret`,
    /// `visible_range`, `customer_contact_members`, `callback`, `callback_recent`,
    /// `token_quota`, `clock`, `database` or `master_key`.
    pub check: String,
    /// What is checked, in the reader's language.
    pub title: String,
    pub state: CheckState,
    /// What was found.
    pub detail: String,
    /// What to do, where something is to be done.
    pub fix: Option<String>,
    /// Anchor in the guide to connecting a corp.
    pub docs_anchor: String,
    /// WeCom's error code, where one was the cause.
    pub errcode: Option<i64>,
}
