//! Checklists by role. A case copies the items of its template, so a change of the template
//! changes no case.

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::case::{
    self, ItemKind, MAX_DAYS, MAX_ITEMS, MAX_TITLE, Template, TemplateItem,
};
use jiebang_store::setting::{self, Content};
use serde_json::json;

use crate::audit::{self, Record};
use crate::{App, Error};

/// Name of the setting in the store.
const NAME: &str = "case_templates";
const MAX_TEMPLATES: usize = 50;

/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_templates(app: &App, actor: &Actor) -> Result<Vec<Template>, Error> {
    app.allow(actor, Act::CaseView, Resource::Corp)?;
    read_templates(app).await
}

pub(super) async fn read_templates(app: &App) -> Result<Vec<Template>, Error> {
    let stored = crate::settings::read_stored(app, NAME).await?;
    Ok(stored.unwrap_or_else(built_in))
}

/// Writes all templates anew.
///
/// # Errors
/// [`Error::Denied`], [`Error::Invalid`], [`Error::Store`].
pub async fn put_templates(app: &App, actor: &Actor, wanted: Vec<Template>) -> Result<(), Error> {
    app.allow(actor, Act::SettingsChange, Resource::Corp)?;
    if wanted.is_empty() || wanted.len() > MAX_TEMPLATES {
        return Err(Error::invalid("templates", "number_of_items"));
    }
    for (at, template) in wanted.iter().enumerate() {
        let field = |rest: &str| format!("templates[{at}].{rest}");
        if !is_text(&template.name) {
            return Err(Error::invalid(field("name"), "case_title"));
        }
        if template.items.is_empty() || template.items.len() > MAX_ITEMS {
            return Err(Error::invalid(field("items"), "number_of_items"));
        }
        for item in &template.items {
            if !is_text(&item.title) {
                return Err(Error::invalid(field("items"), "case_title"));
            }
            if !(0..=MAX_DAYS).contains(&item.due_days) {
                return Err(Error::invalid(field("items"), "days_out_of_range"));
            }
        }
    }
    let tx = app.begin().await?;
    let (content, by) = (Content::Open(json!(wanted)), actor.reference());
    setting::put(&tx, app.home(), NAME, content, &by, app.now()).await?;
    let entry = Record::done("case.templates", "settings", NAME)
        .detail(json!({ "templates": wanted.len() }));
    audit::record(app, &tx, actor, entry).await?;
    Ok(tx.commit().await?)
}

pub(super) fn is_text(text: &str) -> bool {
    let length = text.trim().chars().count();
    length > 0 && length <= MAX_TITLE && !text.chars().any(char::is_control)
}

/// The checklists a corp begins with, told to each reader in their language.
fn built_in() -> Vec<Template> {
    let item = |title: &str, mandatory, kind, due_days| TemplateItem {
        title: case::built_in(title),
        mandatory,
        kind,
        due_days,
    };
    let always = || {
        vec![
            item("access_ended", true, ItemKind::AccessEnded, 0),
            item(
                "customers_handed_over",
                true,
                ItemKind::CustomersHandedOver,
                3,
            ),
            item("groups_handed_over", true, ItemKind::GroupsHandedOver, 3),
            item("things_returned", true, ItemKind::Manual, 7),
        ]
    };
    let with = |name: &str, positions: &[&str], more: Vec<TemplateItem>| Template {
        name: case::built_in(name),
        positions: positions.iter().map(|text| (*text).to_owned()).collect(),
        items: always().into_iter().chain(more).collect(),
    };
    vec![
        with(
            "lead",
            &["主管", "经理助理", "总监", "负责人"],
            vec![
                item("team_passed_on", true, ItemKind::Manual, 3),
                item("promises_told", true, ItemKind::Manual, 3),
            ],
        ),
        with(
            "sales",
            &["销售", "客户经理", "顾问"],
            vec![
                item("deals_told", true, ItemKind::Manual, 3),
                item("contracts_checked", false, ItemKind::Manual, 7),
            ],
        ),
        with("general", &[], Vec::new()),
    ]
}
