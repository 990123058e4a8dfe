//! What customers are told when they pass on in service: saved texts, the preview, and the text of
//! a call.

use std::collections::BTreeMap;

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::handover::MAX_MESSAGE_CHARS;
use jiebang_domain::handover::message::{self, Names};
use jiebang_domain::handover::request::Invalid;
use jiebang_domain::id::{CorpId, UserId};
use jiebang_store::directory;
use jiebang_store::entity::handover::Model as Handover;
pub use jiebang_store::entity::message_template::Model as Template;
use jiebang_store::handover as store;
use uuid::Uuid;

use super::facts;
use crate::audit::{self, Record};
use crate::{App, Error};

/// Most successors one preview shows.
const MAX_PREVIEW: usize = 500;
/// Most texts that are kept.
const MAX_TEMPLATES: usize = 200;
/// Longest name of a saved text, in characters.
const MAX_NAME: usize = 60;

/// What the customers of one successor would read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageText {
    pub userid: String,
    pub name: String,
    pub text: String,
    pub chars: usize,
    /// Whether WeCom takes it.
    pub fits: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessagePreview {
    pub texts: Vec<MessageText>,
    /// What is wrong with the text whoever is named in it; `invalid.CODE` in the catalogue.
    pub problems: Vec<&'static str>,
}

/// The company as customers know it: the name of the root department.
async fn company(app: &App, corp: &CorpId) -> Result<String, Error> {
    let all = directory::departments(app.store().read(), corp).await?;
    let ids: Vec<i64> = all.iter().map(|row| row.department_id).collect();
    let root = all.iter().find(|row| !ids.contains(&row.parent_id));
    Ok(root.map(|row| row.name.clone()).unwrap_or_default())
}

async fn member_names(
    app: &App,
    corp: &CorpId,
    userids: &[UserId],
) -> Result<BTreeMap<String, String>, Error> {
    let found = directory::members_by_id(app.store().read(), corp, userids).await?;
    Ok(found
        .into_iter()
        .map(|row| (row.userid, row.name))
        .collect())
}

async fn texts(
    app: &App,
    corp: &CorpId,
    template: &str,
    leaver: &str,
    successors: &[UserId],
) -> Result<Vec<MessageText>, Error> {
    let company = company(app, corp).await?;
    let names = member_names(app, corp, successors).await?;
    let text_of = |userid: &UserId| {
        let name = names.get(userid.as_str()).cloned().unwrap_or_default();
        let named = Names {
            leaver,
            successor: &name,
            company: &company,
        };
        let text = message::render(template, named);
        MessageText {
            userid: userid.to_string(),
            chars: text.chars().count(),
            fits: message::fits(&text),
            text,
            name,
        }
    };
    Ok(successors.iter().map(text_of).collect())
}

/// What the customers of each successor would read.
///
/// # Errors
/// [`Error::Denied`], [`Error::NotFound`] for a leaver nothing is known of, [`Error::Invalid`] for
/// more than 500 successors.
pub async fn preview_message(
    app: &App,
    actor: &Actor,
    template: &str,
    leaver: &UserId,
    successors: &[UserId],
) -> Result<MessagePreview, Error> {
    app.allow(actor, Act::HandoverPlan, Resource::Corp)?;
    if successors.len() > MAX_PREVIEW {
        return Err(Error::invalid("successors", "too_many_successors"));
    }
    let corp = app.corp()?;
    let leaver = facts::leaver(app, &corp, leaver).await?;
    let departments = Resource::Departments(&leaver.departments);
    app.allow(actor, Act::HandoverPlan, departments)?;
    Ok(MessagePreview {
        texts: texts(app, &corp, template, &leaver.name, successors).await?,
        problems: message::problems(template),
    })
}

/// Checks that a text is short enough for every one of these successors.
pub(super) async fn check(
    app: &App,
    corp: &CorpId,
    template: Option<&str>,
    leaver: &str,
    successors: &[UserId],
) -> Result<(), Error> {
    let Some(template) = template else {
        return Ok(());
    };
    let texts = texts(app, corp, template, leaver, successors).await?;
    if texts.iter().all(|text| text.fits) {
        return Ok(());
    }
    Err(Error::invalid("message", "message_too_long"))
}

/// The text that goes with a call for one successor, in the names of the moment. A name that grew
/// since the plan cuts the text at WeCom's limit rather than failing the call.
pub(super) async fn text_of_call(
    app: &App,
    handover: &Handover,
    successor: &UserId,
) -> Result<Option<String>, Error> {
    let Some(template) = handover.message.as_deref().filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let corp = app.corp()?;
    let only = std::slice::from_ref(successor);
    let texts = texts(app, &corp, template, &handover.leaver_name, only).await?;
    let text = texts.into_iter().next().map(|one| one.text);
    Ok(text.map(|text| text.chars().take(MAX_MESSAGE_CHARS).collect()))
}

/// A saved text as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateInput {
    pub name_zh: String,
    pub name_en: String,
    pub body: String,
}

fn checked(input: &TemplateInput) -> Result<TemplateInput, Error> {
    let input = TemplateInput {
        name_zh: input.name_zh.trim().to_owned(),
        name_en: input.name_en.trim().to_owned(),
        body: input.body.trim().to_owned(),
    };
    let mut found = Vec::new();
    let mut say = |field: &str, problem| {
        found.push(Invalid {
            field: field.to_owned(),
            problem,
        });
    };
    for (field, name) in [("name_zh", &input.name_zh), ("name_en", &input.name_en)] {
        if name.is_empty() || name.chars().count() > MAX_NAME {
            say(field, "template_name");
        }
    }
    if input.body.is_empty() {
        say("body", "missing_field");
    }
    for problem in message::problems(&input.body) {
        say("body", problem);
    }
    if found.is_empty() {
        Ok(input)
    } else {
        Err(Error::Invalid(found))
    }
}

/// Every saved text, oldest first.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_templates(app: &App, actor: &Actor) -> Result<Vec<Template>, Error> {
    app.allow(actor, Act::HandoverPlan, Resource::Corp)?;
    let Ok(corp) = app.corp() else {
        return Ok(Vec::new());
    };
    Ok(store::templates(app.store().read(), &corp).await?)
}

/// Saves a text.
///
/// # Errors
/// [`Error::Denied`], [`Error::Invalid`], [`Error::Conflict`] if 200 are kept already.
pub async fn create_template(
    app: &App,
    actor: &Actor,
    input: TemplateInput,
) -> Result<Template, Error> {
    app.allow(actor, Act::HandoverPlan, Resource::Corp)?;
    let (corp, input) = (app.corp()?, checked(&input)?);
    let now = app.now().seconds();
    let template = Template {
        id: app.new_id(),
        corp_id: corp.to_string(),
        name_zh: input.name_zh,
        name_en: input.name_en,
        body: input.body,
        created_by: actor.reference(),
        created_at: now,
        updated_at: now,
    };
    let tx = app.begin().await?;
    if store::templates(tx.conn(), &corp).await?.len() >= MAX_TEMPLATES {
        return Err(Error::Conflict {
            code: "too_many_templates",
        });
    }
    store::insert_template(&tx, template.clone()).await?;
    let entry = Record::done("message_template.create", "message_template", template.id);
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    Ok(template)
}

/// Changes a saved text. Handovers that were planned with it keep what they were planned with.
///
/// # Errors
/// [`Error::Denied`], [`Error::Invalid`], [`Error::NotFound`].
pub async fn change_template(
    app: &App,
    actor: &Actor,
    id: Uuid,
    input: TemplateInput,
) -> Result<Template, Error> {
    app.allow(actor, Act::HandoverPlan, Resource::Corp)?;
    let (corp, input) = (app.corp()?, checked(&input)?);
    let not_found = || Error::not_found("message template", id);
    let tx = app.begin().await?;
    let mut template = store::template(tx.conn(), &corp, id)
        .await?
        .ok_or_else(not_found)?;
    template.name_zh = input.name_zh;
    template.name_en = input.name_en;
    template.body = input.body;
    template.updated_at = app.now().seconds();
    if !store::update_template(&tx, template.clone()).await? {
        return Err(not_found());
    }
    let entry = Record::done("message_template.change", "message_template", id);
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    Ok(template)
}

/// Deletes a saved text.
///
/// # Errors
/// [`Error::Denied`], [`Error::NotFound`].
pub async fn delete_template(app: &App, actor: &Actor, id: Uuid) -> Result<(), Error> {
    app.allow(actor, Act::HandoverPlan, Resource::Corp)?;
    let corp = app.corp()?;
    let tx = app.begin().await?;
    if !store::delete_template(&tx, &corp, id).await? {
        return Err(Error::not_found("message template", id));
    }
    let entry = Record::done("message_template.delete", "message_template", id);
    audit::record(app, &tx, actor, entry).await?;
    Ok(tx.commit().await?)
}
