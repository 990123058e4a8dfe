//! Between the API's words for cases and those of the use cases.

use std::collections::BTreeMap;

use jiebang_app::case::{CaseDetail, CaseView, ItemView};
use jiebang_domain::case::{ItemKind, Template, TemplateItem, title_in};
use jiebang_domain::text::Lang;
use uuid::Uuid;

use super::dto::{
    Case, CaseComment, CaseItem, CaseSummary, CaseTemplate, CaseTemplateItem, CaseTemplates,
};
use crate::handover::dto::HandoverSummary;
use crate::names::{CaseItemKind, CaseReason, CaseState};
use crate::problem::Problem;

impl CaseSummary {
    /// For a reader of `lang`.
    pub(super) fn of(lang: Lang, view: &CaseView) -> Self {
        let count = |wanted: &dyn Fn(&ItemView) -> bool| {
            view.items.iter().filter(|item| wanted(item)).count() as u64
        };
        let case = &view.case;
        Self {
            id: case.id,
            userid: case.userid.clone(),
            name: case.name.clone(),
            reason: CaseReason::from(case.reason.as_str()),
            state: CaseState::from(case.state.as_str()),
            template: title_in(lang, &case.template),
            opened_by: case.opened_by.clone(),
            opened_at: case.opened_at,
            due_at: case.due_at,
            owner: case.owner,
            owner_name: view.owner_name.clone(),
            closed_at: case.closed_at,
            closed_by: case.closed_by.clone(),
            closing: case.closing.clone(),
            customers: case.customers,
            groups: case.groups,
            items_total: view.items.len() as u64,
            items_done: count(&|item| item.is_done),
            items_blocking: count(&|item| item.item.mandatory && !item.is_done),
            items_overdue: count(&|item| item.is_overdue),
        }
    }
}

impl Case {
    /// For a reader of `lang`.
    pub(super) fn of(lang: Lang, detail: CaseDetail) -> Self {
        let names = &detail.names;
        let items = detail
            .view
            .items
            .iter()
            .map(|item| shown(lang, item, names));
        let comments = detail.comments.into_iter().map(|comment| CaseComment {
            id: comment.id,
            at: comment.at,
            by_name: names.get(&comment.by).cloned(),
            by: comment.by,
            body: comment.body,
        });
        Self {
            summary: CaseSummary::of(lang, &detail.view),
            items: items.collect(),
            comments: comments.collect(),
            handovers: detail
                .handovers
                .into_iter()
                .map(HandoverSummary::from)
                .collect(),
            assets_known: detail.facts.assets_known,
            customers_waiting: detail.facts.customers_waiting,
            groups_waiting: detail.facts.groups_waiting,
            access: detail.facts.access,
            is_back: detail.is_back,
        }
    }
}

fn shown(lang: Lang, view: &ItemView, names: &BTreeMap<String, String>) -> CaseItem {
    let item = &view.item;
    let name_of = |who: &str| names.get(who).cloned();
    CaseItem {
        number: i64::from(item.number),
        title: title_in(lang, &item.title),
        mandatory: item.mandatory,
        kind: CaseItemKind::from(item.kind.as_str()),
        is_done: view.is_done,
        is_overdue: view.is_overdue,
        due_at: item.due_at,
        owner: item.owner,
        owner_name: item.owner.and_then(|id| name_of(&format!("account:{id}"))),
        done_at: item.done_at,
        done_by: item.done_by.clone(),
        done_by_name: item.done_by.as_deref().and_then(name_of),
        note: item.note.clone(),
    }
}

impl CaseTemplates {
    /// For a reader of `lang`.
    pub(super) fn of(lang: Lang, templates: Vec<Template>) -> Self {
        let item = |item: TemplateItem| CaseTemplateItem {
            title: title_in(lang, &item.title),
            mandatory: item.mandatory,
            kind: CaseItemKind::from(item.kind.as_str()),
            due_days: item.due_days,
        };
        let template = |template: Template| CaseTemplate {
            name: title_in(lang, &template.name),
            positions: template.positions,
            items: template.items.into_iter().map(item).collect(),
        };
        Self {
            templates: templates.into_iter().map(template).collect(),
        }
    }
}

/// The templates as the use case takes them.
pub(super) fn templates_of(input: CaseTemplates) -> Result<Vec<Template>, Problem> {
    let item = |item: CaseTemplateItem| {
        let unknown = || Problem::validation("templates", "unknown_value");
        Ok(TemplateItem {
            kind: ItemKind::parse(&item.kind.0).ok_or_else(unknown)?,
            title: item.title,
            mandatory: item.mandatory,
            due_days: item.due_days,
        })
    };
    let template = |template: CaseTemplate| {
        let items = template.items.into_iter().map(item);
        Ok(Template {
            name: template.name,
            positions: template.positions,
            items: items.collect::<Result<_, Problem>>()?,
        })
    };
    input.templates.into_iter().map(template).collect()
}

/// An account to see to something: an id, or nobody for an empty text.
pub(super) fn owner_of(text: Option<String>) -> Result<Option<Option<Uuid>>, Problem> {
    let Some(text) = text else {
        return Ok(None);
    };
    if text.is_empty() {
        return Ok(Some(None));
    }
    let id = Uuid::parse_str(&text);
    id.map(|id| Some(Some(id)))
        .map_err(|_| Problem::validation("owner", "type"))
}
