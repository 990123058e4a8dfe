//! The connection to WeCom and its check.

pub mod doctor;
pub mod dto;

use axum::Json;
use axum::extract::State;
use jiebang_app::settings::{self as connection, SettingsChange, SettingsView, Source};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::dto::{CallbackSettings, WecomSettings, WecomSettingsInput};
use crate::extract::{Body, Signed};
use crate::names::SettingSource;
use crate::problem::Problem;
use crate::state::Web;

/// The connection to WeCom, without its secrets.
#[utoipa::path(
    get,
    path = "/settings/wecom",
    tag = "settings",
    responses((status = 200, body = WecomSettings))
)]
pub async fn show_wecom_settings(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<Json<WecomSettings>, Problem> {
    let view = connection::view_settings(web.app(), &signed.actor).await?;
    Ok(Json(WecomSettings::from(view)))
}

/// Changes the connection and connects again.
#[utoipa::path(
    put,
    path = "/settings/wecom",
    tag = "settings",
    request_body = WecomSettingsInput,
    responses((status = 200, body = WecomSettings))
)]
pub async fn change_wecom_settings(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(input): Body<WecomSettingsInput>,
) -> Result<Json<WecomSettings>, Problem> {
    let change = SettingsChange {
        corp_id: input.corp_id,
        agent_id: input.agent_id,
        app_secret: input.app_secret,
        contacts_secret: input.contacts_secret,
        archive_secret: input.archive_secret,
        callback_token: input.callback_token,
        callback_aes_key: input.callback_aes_key,
        public_url: input.public_url,
        region_group: input.region_group,
        first_contact_hours: input.first_contact_hours,
    };
    let view = connection::change_settings(web.app(), &signed.actor, change).await?;
    Ok(Json(WecomSettings::from(view)))
}

impl From<SettingsView> for WecomSettings {
    fn from(view: SettingsView) -> Self {
        let source = |source| {
            SettingSource::from(match source {
                Source::File => "file",
                Source::Env => "env",
                Source::Console => "console",
            })
        };
        let sources = view.source.into_iter();
        Self {
            corp_id: view.corp_id,
            agent_id: view.agent_id,
            base_url: view.base_url,
            app_secret_set: view.app_secret_set,
            contacts_secret_set: view.contacts_secret_set,
            archive_secret_set: view.archive_secret_set,
            archive_library_set: view.archive_library_set,
            callback: CallbackSettings {
                url: view.callback.url,
                token_set: view.callback.token_set,
                aes_key_set: view.callback.aes_key_set,
            },
            public_url: view.public_url,
            region_group: view.region_group,
            first_contact_hours: view.first_contact_hours,
            source: sources
                .map(|(field, from)| (field.to_owned(), source(from)))
                .collect(),
        }
    }
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(show_wecom_settings, change_wecom_settings))
        .merge(doctor::routes())
}
