use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::directory::{Member, MemberStatus};
use crate::handover::Kind;
use crate::handover::request::{Condition, Profile, Rule};
use crate::handover::team::{MemberProfile, Target};
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
        business: None,
        added_at: Timestamp::from_seconds(1_000 + i64::try_from(index).unwrap()),
        add_way: 1,
        groups: BTreeSet::new(),
        profile: Profile::default(),
        followers: BTreeSet::new(),
        stays: false,
    }
}

fn members(names: &[&str]) -> Target {
    Target::Members {
        userids: names.iter().map(|name| user(name)).collect(),
    }
}

fn rule(name: &str, when: Condition, to: Target) -> Rule {
    Rule {
        name: name.to_owned(),
        when,
        to,
        share: Share::Balanced,
        never: vec![],
    }
}

fn mate(name: &str, profile: MemberProfile) -> Teammate {
    Teammate {
        member: Member {
            userid: user(name),
            name: name.to_owned(),
            departments: vec![1],
            status: MemberStatus::Active,
            customer_contact: true,
            left_at: None,
            gone: false,
        },
        profile,
        within: BTreeSet::from([1]),
        leads: BTreeSet::new(),
        load: 0,
    }
}

fn assign(request: &Request, customers: &[CustomerSubject]) -> Vec<Assigned> {
    let cast = Cast {
        team: &[],
        chain: &Chain::default(),
        limit: 20_000,
    };
    assign_customers(request, &cast, customers, &Ties::new())
}

fn request(assignment: Assignment) -> Request {
    Request {
        leaver: user("leaver"),
        kind: Kind::Resigned,
        customers: Some(Condition::default()),
        groups: None,
        assignment,
        groups_to: vec![],
        must: vec![],
        must_not: vec![],
        cap: None,
        rule_set: None,
        record_scope: Default::default(),
        record_kinds: Default::default(),
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
            rule("VIP", vip, members(&["senior"])),
            rule("East", east, members(&["e1", "e2"])),
        ],
        otherwise: None,
    });
    let customers = [
        customer(0, &["etVIP"], Some("华东")),
        customer(1, &[], Some("华东")),
        customer(2, &[], Some("华北")),
        customer(3, &["etX"], Some("华东")),
    ];
    let got: Vec<_> = assign(&plan, &customers)
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
        let rows = assign(&request(Assignment::Evenly { to: to.clone() }), &customers);
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
        let list: Vec<Rule> = rules.iter().enumerate().map(|(i, (t, r))| {
            let when = Condition {
                tags_any: vec![tag(*t)],
                regions: r.iter().map(|r| format!("r{r}")).collect(),
                ..Default::default()
            };
            rule(&format!("rule {i}"), when, members(&[&format!("s{i}")]))
        }).collect();
        let rest = otherwise.then(|| vec![user("rest")]);
        let plan = request(Assignment::Rules { rules: list, otherwise: rest });
        for ((t, r), row) in marks.iter().zip(assign(&plan, &customers)) {
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

fn languages(names: &[&str]) -> MemberProfile {
    MemberProfile {
        languages: names.iter().map(|name| (*name).to_owned()).collect(),
        ..MemberProfile::default()
    }
}

#[test]
fn b2_each_row_lists_its_factors_and_the_runner_up() {
    let team = [
        mate("knows", MemberProfile::default()),
        mate("speaks", languages(&["en"])),
        mate("other", MemberProfile::default()),
    ];
    let cast = Cast {
        team: &team,
        chain: &Chain::default(),
        limit: 100,
    };
    let mut wish = request(Assignment::Rules {
        rules: vec![Rule {
            share: Share::Affinity,
            ..rule(
                "all",
                Condition::default(),
                Target::Department { department: 1 },
            )
        }],
        otherwise: None,
    });
    let mut customers = vec![customer(0, &[], None), customer(1, &[], None)];
    customers[0]
        .profile
        .fields
        .insert("language".into(), "en".into());
    let tie = Tie {
        served_before: true,
        ..Tie::default()
    };
    let ties: Ties = vec![vec![(0, tie)], vec![]];
    let rows = assign_customers(&wish, &cast, &customers[..1], &ties);
    assert_eq!(rows[0].successor, Some(user("knows")));
    assert_eq!(rows[0].reason.factors, [Factor::ServedBefore]);
    assert_eq!(rows[0].reason.runner_up, Some(user("speaks")));
    assert_eq!(rows[0].reason.runner_up_factors, [Factor::Language]);
    let rows = assign_customers(&wish, &cast, &customers, &ties);
    assert_ne!(rows[1].successor, Some(user("knows")), "the load is shared");
    // Somebody who must not take it does not, however well it fits.
    let pin = |member| Pin {
        customer: customers[0].external_userid.clone(),
        member: user(member),
    };
    wish.must_not = vec![pin("knows")];
    let rows = assign_customers(&wish, &cast, &customers, &ties);
    assert_eq!(rows[0].successor, Some(user("speaks")));
    assert_ne!(rows[0].reason.runner_up, Some(user("knows")));
    wish.must_not.clear();
    wish.must = vec![pin("outsider")];
    let rows = assign_customers(&wish, &cast, &customers, &ties);
    assert_eq!(rows[0].successor, Some(user("outsider")));
    assert_eq!(rows[0].reason.mode, Mode::Pinned);
}

#[test]
fn s21_where_there_is_no_room_or_nobody_the_row_says_so() {
    let mut full = mate("full", MemberProfile::default());
    full.load = 99;
    let team = [full];
    let cast = Cast {
        team: &team,
        chain: &Chain::default(),
        limit: 100,
    };
    let only = |to| {
        request(Assignment::Rules {
            rules: vec![rule("all", Condition::default(), to)],
            otherwise: None,
        })
    };
    let customers = [customer(0, &[], None), customer(1, &[], None)];
    let rows = assign_customers(&only(members(&["full"])), &cast, &customers, &Ties::new());
    assert!(matches!(rows[0].reason.mode, Mode::Rule { .. }));
    assert_eq!(rows[1].reason.mode, Mode::NoRoom);
    let nobody = only(Target::Skill {
        at_least: 5,
        department: None,
    });
    let rows = assign_customers(&nobody, &cast, &customers, &Ties::new());
    assert_eq!(rows[0].successor, None);
    assert!(matches!(rows[0].reason.mode, Mode::Empty { .. }));
    let mut capped = request(Assignment::Evenly {
        to: vec![user("a"), user("b")],
    });
    capped.cap = Some(1);
    let three: Vec<_> = (0..3).map(|index| customer(index, &[], None)).collect();
    let rows = assign_customers(&capped, &cast, &three, &Ties::new());
    let no_room = |rows: &[Assigned]| {
        let without = rows.iter().filter(|row| row.reason.mode == Mode::NoRoom);
        without.count()
    };
    assert_eq!(no_room(&rows), 1);
    // One that will not move anyway leaves its room to another.
    let mut three = three;
    three[0].stays = true;
    let rows = assign_customers(&capped, &cast, &three, &Ties::new());
    assert_eq!(no_room(&rows), 0);
    assert!(rows.iter().all(|row| row.successor.is_some()));
}

proptest! {
    /// The score of every row recomputes from what the row lists, and no other seat of the
    /// rule that has room would have been a better second.
    #[test]
    fn b2_an_explanation_recomputes_to_the_same_score(
        known in proptest::collection::vec(proptest::collection::btree_map(0usize..4, (any::<bool>(), any::<bool>(), 0u32..3), 0..4), 1..25),
        english in proptest::collection::vec(any::<bool>(), 4),
    ) {
        let team: Vec<Teammate> = english.iter().enumerate()
            .map(|(i, english)| mate(&format!("m{i}"), languages(if *english { &["en"] } else { &[] })))
            .collect();
        let customers: Vec<_> = (0..known.len()).map(|i| {
            let mut one = customer(i, &[], None);
            one.profile.fields.insert("language".into(), if i % 2 == 0 { "en" } else { "fr" }.into());
            one
        }).collect();
        let ties: Ties = known.iter().map(|of| of.iter().map(|(mate, (follows, served_before, shared_groups))| {
            (*mate, Tie { follows: *follows, served_before: *served_before, shared_groups: *shared_groups })
        }).collect()).collect();
        let cast = Cast { team: &team, chain: &Chain::default(), limit: 100 };
        let wish = request(Assignment::Rules {
            rules: vec![Rule {
                share: Share::Affinity,
                ..rule("all", Condition::default(), Target::Department { department: 1 })
            }],
            otherwise: None,
        });
        for (index, row) in assign_customers(&wish, &cast, &customers, &ties).iter().enumerate() {
            let expected = |userid: &UserId| {
                let at = team.iter().position(|mate| mate.member.userid == *userid).unwrap();
                let (follows, served, groups) = known[index].get(&at).copied().unwrap_or_default();
                let mut points = if follows { 60 } else if served { 30 } else { 0 };
                points += match groups { 0 => 0, 1 => 15, _ => 25 };
                if english[at] && index % 2 == 0 { points += 10; }
                points
            };
            let of = |factors: &[Factor]| affinity::score(factors.iter().copied());
            prop_assert_eq!(of(&row.reason.factors), expected(row.successor.as_ref().unwrap()));
            let next = row.reason.runner_up.as_ref().unwrap();
            prop_assert!(Some(next) != row.successor.as_ref());
            prop_assert_eq!(of(&row.reason.runner_up_factors), expected(next));
        }
    }

    /// The reference asks each condition by itself, in words.
    #[test]
    fn s21_conditions_on_what_the_company_knows_equal_their_reference(
        known in (proptest::option::of(0i64..10), proptest::option::of(0i64..10), proptest::option::of(0i64..10), proptest::option::of(0u8..3)),
        bounds in (proptest::option::of(0i64..10), proptest::option::of(0i64..10), proptest::option::of(0i64..10), proptest::option::of(0i64..10)),
        last in (proptest::option::of(0i64..10), proptest::option::of(0i64..10)),
        wanted in proptest::collection::vec(0u8..3, 0..3),
    ) {
        let condition = Condition {
            messages_min: bounds.0, messages_max: bounds.1,
            value_min: bounds.2, value_max: bounds.3,
            last_contact_after: last.0.map(Timestamp::from_seconds),
            last_contact_before: last.1.map(Timestamp::from_seconds),
            fields: if wanted.is_empty() { BTreeMap::new() } else {
                BTreeMap::from([("level".to_owned(), wanted.iter().map(u8::to_string).collect())])
            },
            ..Condition::default()
        };
        let mut one = customer(0, &[], None);
        one.profile = Profile {
            messages: known.0, value: known.1,
            last_contact: known.2.map(Timestamp::from_seconds),
            fields: known.3.map(|level| ("level".to_owned(), level.to_string())).into_iter().collect(),
        };
        let mut expected = true;
        for (bound, number, ok) in [
            (bounds.0, known.0, i64::ge as fn(&i64, &i64) -> bool), (bounds.1, known.0, i64::le),
            (bounds.2, known.1, i64::ge), (bounds.3, known.1, i64::le),
            (last.0, known.2, i64::ge), (last.1, known.2, i64::lt),
        ] {
            if let Some(bound) = bound {
                expected &= match number { Some(number) => ok(&number, &bound), None => false };
            }
        }
        if !wanted.is_empty() { expected &= known.3.is_some_and(|level| wanted.contains(&level)); }
        prop_assert_eq!(condition.holds(&one), expected);
    }
}
