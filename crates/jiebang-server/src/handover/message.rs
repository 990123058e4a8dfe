//! Texts to customers who pass on in service: saved ones, and what each successor's customers
//! would read.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiebang_app::handover::message::{self, TemplateInput};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::dto::{
    MessagePreview, MessagePreviewInput, MessageTemplate, MessageTemplateInput, MessageText,
};
use crate::boundary::Trace;
use crate::extract::{At, Body, Signed};
use crate::page::Page;
use crate::problem::{FieldProblem, Problem};
use crate::state::Web;

/// What the customers of each successor would read.
#[utoipa::path(
    post,
    path = "/handovers/preview-message",
    tag = "handover",
    request_body = MessagePreviewInput,
    responses((status = 200, body = MessagePreview))
)]
pub async fn preview_message(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    Body(input): Body<MessagePreviewInput>,
) -> Result<Json<MessagePreview>, Problem> {
    let (app, actor) = (web.app(), &signed.actor);
    let (text, to) = (&input.message, &input.successors);
    let found = message::preview_message(app, actor, text, &input.leaver, to).await?;
    let problem = |code| {
        let path = "message".to_owned();
        FieldProblem { path, code }.details(trace.lang)
    };
    let text = |one: message::MessageText| MessageText {
        userid: one.userid,
        name: one.name,
        text: one.text,
        chars: one.chars as u64,
        fits: one.fits,
    };
    Ok(Json(MessagePreview {
        texts: found.texts.into_iter().map(text).collect(),
        problems: found.problems.into_iter().map(problem).collect(),
    }))
}

/// Saved texts, oldest first.
#[utoipa::path(
    get,
    path = "/message-templates",
    tag = "handover",
    responses((status = 200, body = Page<MessageTemplate>))
)]
pub async fn list_templates(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<Json<Page<MessageTemplate>>, Problem> {
    let found = message::list_templates(web.app(), &signed.actor).await?;
    let items = found.into_iter().map(MessageTemplate::from).collect();
    Ok(Json(Page::whole(items)))
}

/// Saves a text.
#[utoipa::path(
    post,
    path = "/message-templates",
    tag = "handover",
    request_body = MessageTemplateInput,
    responses((status = 201, body = MessageTemplate))
)]
pub async fn create_template(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(input): Body<MessageTemplateInput>,
) -> Result<(StatusCode, Json<MessageTemplate>), Problem> {
    let input = TemplateInput::from(input);
    let made = message::create_template(web.app(), &signed.actor, input).await?;
    Ok((StatusCode::CREATED, Json(MessageTemplate::from(made))))
}

/// Changes a saved text.
#[utoipa::path(
    put,
    path = "/message-templates/{id}",
    tag = "handover",
    params(("id" = Uuid, Path)),
    request_body = MessageTemplateInput,
    responses((status = 200, body = MessageTemplate))
)]
pub async fn change_template(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
    Body(input): Body<MessageTemplateInput>,
) -> Result<Json<MessageTemplate>, Problem> {
    let input = TemplateInput::from(input);
    let changed = message::change_template(web.app(), &signed.actor, id, input).await?;
    Ok(Json(MessageTemplate::from(changed)))
}

/// Deletes a saved text.
#[utoipa::path(
    delete,
    path = "/message-templates/{id}",
    tag = "handover",
    params(("id" = Uuid, Path)),
    responses((status = 204))
)]
pub async fn delete_template(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
) -> Result<StatusCode, Problem> {
    message::delete_template(web.app(), &signed.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<MessageTemplateInput> for TemplateInput {
    fn from(input: MessageTemplateInput) -> Self {
        Self {
            name_zh: input.name_zh,
            name_en: input.name_en,
            body: input.body,
        }
    }
}

impl From<message::Template> for MessageTemplate {
    fn from(row: message::Template) -> Self {
        Self {
            id: row.id,
            name_zh: row.name_zh,
            name_en: row.name_en,
            body: row.body,
            updated_at: row.updated_at,
        }
    }
}

/// The routes of this room.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(preview_message))
        .routes(routes!(list_templates, create_template))
        .routes(routes!(change_template, delete_template))
}
