//! Gives every customer and group a successor. The same request over the same customers gives
//! the same plan, so the dry run and what is carried out are one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::request::{Assignment, CustomerSubject, GroupSubject, Request};
use crate::id::UserId;

/// Why a row goes where it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Reason {
    One,
    Evenly,
    /// The first rule that holds: its place, from 0, and name.
    Rule {
        index: usize,
        rule: String,
    },
    Otherwise,
    /// No rule takes it and there is no `otherwise`.
    Nobody,
}

/// Where one customer or group goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    pub successor: Option<UserId>,
    pub reason: Reason,
}

/// Shares out `customers`, which must be in a stable order (oldest first): one entry for each,
/// in the same order. Several successors of one rule differ by at most one customer.
#[must_use]
pub fn assign_customers(request: &Request, customers: &[CustomerSubject]) -> Vec<Assigned> {
    let mut turns: BTreeMap<usize, usize> = BTreeMap::new();
    let mut next_of = |bucket: usize, to: &[UserId]| {
        let turn = turns.entry(bucket).or_insert(0);
        let successor = to.get(*turn % to.len().max(1)).cloned();
        *turn += 1;
        successor
    };
    customers
        .iter()
        .map(|customer| match &request.assignment {
            Assignment::One { to } => Assigned {
                successor: Some(to.clone()),
                reason: Reason::One,
            },
            Assignment::Evenly { to } => Assigned {
                successor: next_of(0, to),
                reason: Reason::Evenly,
            },
            Assignment::Rules { rules, otherwise } => {
                let taken = rules
                    .iter()
                    .enumerate()
                    .find(|(_, rule)| rule.when.holds(customer));
                match (taken, otherwise) {
                    (Some((index, rule)), _) => Assigned {
                        successor: next_of(index, &rule.to),
                        reason: Reason::Rule {
                            index,
                            rule: rule.name.clone(),
                        },
                    },
                    (None, Some(to)) if !to.is_empty() => Assigned {
                        successor: next_of(rules.len(), to),
                        reason: Reason::Otherwise,
                    },
                    (None, _) => Assigned {
                        successor: None,
                        reason: Reason::Nobody,
                    },
                }
            }
        })
        .collect()
}

/// Shares out `groups` evenly over `groups_to`, or over every successor of the assignment.
#[must_use]
pub fn assign_groups(request: &Request, groups: &[GroupSubject]) -> Vec<Assigned> {
    let to = if request.groups_to.is_empty() {
        request.assignment.successors()
    } else {
        request.groups_to.clone()
    };
    let reason = if to.len() == 1 {
        Reason::One
    } else {
        Reason::Evenly
    };
    (0..groups.len())
        .map(|index| Assigned {
            successor: to.get(index % to.len().max(1)).cloned(),
            reason: reason.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::handover::Kind;
    use crate::handover::request::{Condition, Rule};
    use crate::id::{ExternalUserId, TagId};
    use crate::time::Timestamp;

    fn user(name: &str) -> UserId {
        UserId::parse(name).unwrap()
    }

    fn customer(index: usize, tags: &[&str], region: Option<&str>) -> CustomerSubject {
        CustomerSubject {
            external_userid: ExternalUserId::parse(format!("wm{index}")).unwrap(),
            name: String::new(),
            tags: tags.iter().map(|tag| TagId::parse(*tag).unwrap()).collect(),
            region: region.map(str::to_owned),
            added_at: Timestamp::from_seconds(1_000 + i64::try_from(index).unwrap()),
            add_way: 1,
        }
    }

    fn request(assignment: Assignment) -> Request {
        Request {
            leaver: user("leaver"),
            kind: Kind::Resigned,
            customers: Some(Condition::default()),
            groups: None,
            assignment,
            groups_to: vec![],
            record_scope: Default::default(),
            note: String::new(),
            message: None,
        }
    }

    #[test]
    fn s26_vip_customers_go_to_senior_staff_and_unmatched_rows_are_listed() {
        let vip = Condition {
            tags_any: vec![TagId::parse("etVIP").unwrap()],
            ..Default::default()
        };
        let east = Condition {
            regions: vec!["华东".into()],
            ..Default::default()
        };
        let plan = request(Assignment::Rules {
            rules: vec![
                Rule {
                    name: "VIP".into(),
                    when: vip,
                    to: vec![user("senior")],
                },
                Rule {
                    name: "East".into(),
                    when: east,
                    to: vec![user("e1"), user("e2")],
                },
            ],
            otherwise: None,
        });
        let customers = [
            customer(0, &["etVIP"], Some("华东")),
            customer(1, &[], Some("华东")),
            customer(2, &[], Some("华北")),
            customer(3, &["etX"], Some("华东")),
        ];
        let got: Vec<_> = assign_customers(&plan, &customers)
            .into_iter()
            .map(|a| a.successor.map(|u| u.to_string()))
            .collect();
        let expected = [Some("senior"), Some("e1"), None, Some("e2")];
        assert_eq!(got, expected.map(|e| e.map(str::to_owned)));
    }

    proptest! {
        #[test]
        fn evenly_differs_by_at_most_one_and_loses_nobody(n in 0usize..400, k in 1usize..12) {
            let to: Vec<UserId> = (0..k).map(|i| user(&format!("s{i}"))).collect();
            let customers: Vec<_> = (0..n).map(|i| customer(i, &[], None)).collect();
            let rows = assign_customers(&request(Assignment::Evenly { to: to.clone() }), &customers);
            prop_assert_eq!(rows.len(), n);
            let counts: Vec<usize> = to.iter()
                .map(|s| rows.iter().filter(|r| r.successor.as_ref() == Some(s)).count())
                .collect();
            prop_assert_eq!(counts.iter().sum::<usize>(), n);
            prop_assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1);
        }

        /// The reference is a plain loop that asks each rule in turn.
        #[test]
        fn s21_the_first_rule_that_holds_decides(
            marks in proptest::collection::vec((0u8..4, 0u8..3), 0..60),
            rules in proptest::collection::vec((0u8..4, proptest::option::of(0u8..3)), 1..6),
            otherwise in any::<bool>(),
        ) {
            let tag = |n: u8| TagId::parse(format!("et{n}")).unwrap();
            let customers: Vec<_> = marks.iter().enumerate()
                .map(|(i, (t, r))| customer(i, &[&format!("et{t}")], Some(&format!("r{r}"))))
                .collect();
            let list: Vec<Rule> = rules.iter().enumerate().map(|(i, (t, r))| Rule {
                name: format!("rule {i}"),
                when: Condition {
                    tags_any: vec![tag(*t)],
                    regions: r.iter().map(|r| format!("r{r}")).collect(),
                    ..Default::default()
                },
                to: vec![user(&format!("s{i}"))],
            }).collect();
            let rest = otherwise.then(|| vec![user("rest")]);
            let plan = request(Assignment::Rules { rules: list, otherwise: rest });
            for ((t, r), row) in marks.iter().zip(assign_customers(&plan, &customers)) {
                let mut expected = otherwise.then(|| "rest".to_owned());
                for (i, (rt, rr)) in rules.iter().enumerate().rev() {
                    if rt == t && rr.is_none_or(|rr| rr == *r) {
                        expected = Some(format!("s{i}"));
                    }
                }
                prop_assert_eq!(row.successor.map(|u| u.to_string()), expected);
            }
        }

        #[test]
        fn s25_a_filter_equals_its_reference(
            marks in proptest::collection::vec((proptest::collection::btree_set(0u8..5, 0..4), 0i64..100, 0i64..4), 0..50),
            any_of in proptest::collection::vec(0u8..5, 0..3),
            none_of in proptest::collection::vec(0u8..5, 0..2),
            after in proptest::option::of(0i64..100),
            before in proptest::option::of(0i64..100),
            ways in proptest::collection::vec(0i64..4, 0..3),
        ) {
            let tag = |n: &u8| TagId::parse(format!("et{n}")).unwrap();
            let condition = Condition {
                tags_any: any_of.iter().map(tag).collect(),
                tags_none: none_of.iter().map(tag).collect(),
                added_after: after.map(Timestamp::from_seconds),
                added_before: before.map(Timestamp::from_seconds),
                add_ways: ways.clone(),
                ..Default::default()
            };
            for (tags, added, way) in marks {
                let subject = CustomerSubject {
                    tags: tags.iter().map(tag).collect(),
                    added_at: Timestamp::from_seconds(added),
                    add_way: way,
                    ..customer(0, &[], None)
                };
                let wanted: BTreeSet<u8> = any_of.iter().copied().collect();
                let unwanted: BTreeSet<u8> = none_of.iter().copied().collect();
                let mut expected = wanted.is_empty() || !wanted.is_disjoint(&tags);
                expected &= unwanted.is_disjoint(&tags);
                if let Some(after) = after { expected &= added >= after; }
                if let Some(before) = before { expected &= added < before; }
                if !ways.is_empty() { expected &= ways.contains(&way); }
                prop_assert_eq!(condition.holds(&subject), expected);
            }
        }
    }
}
