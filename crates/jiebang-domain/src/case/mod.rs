//! Cases (交接案件): what has to be done when somebody leaves, is disabled or moves, as a checklist
//! whose mandatory items keep the case open.

use serde::{Deserialize, Serialize};

use crate::text::{Lang, text};
use crate::time::{DAY, Timestamp};

/// Most items of a checklist, and longest title, in characters.
pub const MAX_ITEMS: usize = 50;
pub const MAX_TITLE: usize = 120;
/// Longest time an item may take, in days.
pub const MAX_DAYS: i64 = 365;

/// Why a case was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The member has left the corp.
    Left,
    /// The member was disabled.
    Disabled,
    /// A person opened it.
    Manual,
}

impl Reason {
    pub const ALL: [Self; 3] = [Self::Left, Self::Disabled, Self::Manual];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Disabled => "disabled",
            Self::Manual => "manual",
        }
    }
}

/// How an item is done: by a person, or by the facts themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    #[default]
    Manual,
    /// No customer of the member waits for a successor any more.
    CustomersHandedOver,
    /// No group of the member waits for a new owner any more.
    GroupsHandedOver,
    /// No account of the member can sign in any more.
    AccessEnded,
}

impl ItemKind {
    pub const ALL: [Self; 4] = [
        Self::Manual,
        Self::CustomersHandedOver,
        Self::GroupsHandedOver,
        Self::AccessEnded,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::CustomersHandedOver => "customers_handed_over",
            Self::GroupsHandedOver => "groups_handed_over",
            Self::AccessEnded => "access_ended",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Names and titles of the checklists a corp begins with: `case.built_in.` in the catalogue.
const BUILT_IN: [&str; 11] = [
    "access_ended",
    "customers_handed_over",
    "groups_handed_over",
    "things_returned",
    "team_passed_on",
    "promises_told",
    "deals_told",
    "contracts_checked",
    "lead",
    "sales",
    "general",
];

/// What is stored for a built-in name or title.
#[must_use]
pub fn built_in(name: &str) -> String {
    text(Lang::default(), &format!("case.built_in.{name}"), &[])
}

/// A stored name or title for a reader of `lang`: a built-in one in that language, any other as
/// it was written.
#[must_use]
pub fn title_in(lang: Lang, title: &str) -> String {
    let of = |lang, name: &str| text(lang, &format!("case.built_in.{name}"), &[]);
    let known = BUILT_IN
        .iter()
        .find(|name| Lang::ALL.iter().any(|lang| of(*lang, name) == title));
    known.map_or_else(|| title.to_owned(), |name| of(lang, name))
}

/// An item of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateItem {
    pub title: String,
    #[serde(default)]
    pub mandatory: bool,
    #[serde(default)]
    pub kind: ItemKind,
    /// Days after the opening of the case by which it is due.
    pub due_days: i64,
}

/// A checklist for the members of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    pub name: String,
    /// Members whose position holds one of these texts; a template without any is for all others.
    #[serde(default)]
    pub positions: Vec<String>,
    pub items: Vec<TemplateItem>,
}

/// The template for somebody of this position: the first that names it, else the first for all.
#[must_use]
pub fn template_for<'a>(templates: &'a [Template], position: &str) -> Option<&'a Template> {
    let names = |template: &&Template| {
        let mut positions = template.positions.iter();
        positions.any(|text| !text.is_empty() && position.contains(text.as_str()))
    };
    let for_all = |template: &&Template| template.positions.is_empty();
    templates
        .iter()
        .find(names)
        .or_else(|| templates.iter().find(for_all))
}

/// What is known of the member's assets and access now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// The lists of what the member has were read since it matters, so that what they do not hold
    /// is not there.
    pub assets_known: bool,
    /// Without a successor, or on the way to one.
    pub customers_waiting: u64,
    pub groups_waiting: u64,
    /// Accounts that can sign in, and sessions that are open.
    pub access: u64,
}

/// An item of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    pub mandatory: bool,
    pub kind: ItemKind,
    pub due_at: Timestamp,
    /// A person has ticked it; says nothing of an automatic one.
    pub ticked: bool,
}

impl Item {
    /// Whether the item is done: ticked, or true by the facts.
    #[must_use]
    pub const fn is_done(&self, facts: Facts) -> bool {
        match self.kind {
            ItemKind::Manual => self.ticked,
            ItemKind::CustomersHandedOver => facts.assets_known && facts.customers_waiting == 0,
            ItemKind::GroupsHandedOver => facts.assets_known && facts.groups_waiting == 0,
            ItemKind::AccessEnded => facts.access == 0,
        }
    }

    #[must_use]
    pub fn is_overdue(&self, facts: Facts, now: Timestamp) -> bool {
        !self.is_done(facts) && now > self.due_at
    }
}

/// The mandatory items that keep the case from being closed, by their place.
#[must_use]
pub fn blocking(items: &[Item], facts: Facts) -> Vec<usize> {
    let open = |item: &Item| item.mandatory && !item.is_done(facts);
    (0..items.len()).filter(|at| open(&items[*at])).collect()
}

/// When an item of a case opened at `opened` is due.
#[must_use]
pub const fn due_at(opened: Timestamp, due_days: i64) -> Timestamp {
    opened.plus(due_days * DAY)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn template(name: &str, positions: &[&str]) -> Template {
        Template {
            name: name.to_owned(),
            positions: positions.iter().map(|text| (*text).to_owned()).collect(),
            items: vec![],
        }
    }

    #[test]
    fn s17_a_built_in_title_is_read_in_the_readers_language_and_any_other_as_written() {
        for name in BUILT_IN {
            let (stored, english) = (built_in(name), title_in(Lang::En, &built_in(name)));
            assert!(english.is_ascii() && !english.contains("case."), "{name}");
            assert_eq!(title_in(Lang::Zh, &stored), stored);
            assert_eq!(
                title_in(Lang::Zh, &english),
                stored,
                "saved by an English reader"
            );
        }
        assert_eq!(title_in(Lang::En, "钥匙已交"), "钥匙已交");
    }

    #[test]
    fn s17_a_template_is_chosen_by_the_role() {
        let all = [
            template("all", &[]),
            template("sales", &["销售", "客户经理"]),
            template("lead", &["主管"]),
        ];
        let of = |position| template_for(&all, position).unwrap().name.as_str();
        assert_eq!(of("高级客户经理"), "sales");
        assert_eq!(of("销售主管"), "sales");
        assert_eq!(of("客服主管"), "lead");
        assert_eq!(of("会计"), "all");
        assert_eq!(template_for(&all[1..], "会计"), None);
    }

    proptest! {
        /// The reference asks in words, item by item.
        #[test]
        fn s17_a_case_cannot_close_with_an_open_mandatory_item(
            items in proptest::collection::vec((any::<bool>(), 0usize..4, any::<bool>(), 0i64..100), 0..10),
            facts in (0u64..2, 0u64..2, 0u64..2, any::<bool>()),
            now in 0i64..100,
        ) {
            let facts = Facts {
                customers_waiting: facts.0, groups_waiting: facts.1, access: facts.2, assets_known: facts.3,
            };
            let list: Vec<Item> = items.iter().map(|(mandatory, kind, ticked, due)| Item {
                mandatory: *mandatory, kind: ItemKind::ALL[*kind], ticked: *ticked,
                due_at: Timestamp::from_seconds(*due),
            }).collect();
            let mut expected = vec![];
            for (at, (mandatory, kind, ticked, due)) in items.iter().enumerate() {
                let nothing = |waiting: u64| facts.assets_known && waiting < 1;
                let done = [
                    *ticked, nothing(facts.customers_waiting), nothing(facts.groups_waiting), facts.access < 1,
                ][*kind];
                if *mandatory && !done { expected.push(at); }
                prop_assert_eq!(list[at].is_overdue(facts, Timestamp::from_seconds(now)), !done && now > *due);
            }
            prop_assert_eq!(blocking(&list, facts), expected);
        }
    }
}
