//! Rule sets, the team, and plans made from both.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_app::Error;
use jiebang_app::handover::{act, plan};
use jiebang_app::rule::{self, Content};
use jiebang_app::{settings, team};
use jiebang_domain::access::{Actor, Role, Scope, Who};
use jiebang_domain::handover::affinity::Factor;
use jiebang_domain::handover::plan::Mode;
use jiebang_domain::handover::request::{Assignment, Condition, Pin, Profile, Rule, Share};
use jiebang_domain::handover::team::{MemberProfile, Target, Teammate};
use jiebang_domain::id::{ExternalUserId, TagId, UserId};
use jiebang_domain::time::Timestamp;
use jiebang_store::testing;
use uuid::Uuid;

use crate::corp::{Corp, Spec, assert_ledger_is_truth};

fn everybody(share: Share) -> Rule {
    Rule {
        name: "everybody".to_owned(),
        when: Condition::default(),
        to: Target::Department { department: 1 },
        share,
        never: vec![],
    }
}

fn content(name: &str, rules: Vec<Rule>) -> Content {
    Content {
        name: name.to_owned(),
        rules,
        otherwise: None,
    }
}

fn members(userids: &[UserId]) -> Target {
    Target::Members {
        userids: userids.to_vec(),
    }
}

/// An administrator of this department alone.
fn branch_admin(department: i64) -> Actor {
    Actor {
        who: Who::Account(Uuid::nil()),
        role: Role::ContactAdmin,
        scope: Scope::Departments(BTreeSet::from([department])),
        userid: None,
        confirmed_at: None,
    }
}

#[tokio::test]
async fn s2_a_saved_rule_set_makes_and_starts_a_plan_in_one_call_that_equals_the_dry_run() {
    testing::both(|store| async {
        let corp = Corp::start(store, Spec::default()).await;
        let operator = Actor::operator();
        let saved = content("all", vec![everybody(Share::Balanced)]);
        let set = rule::create_rule_set(&corp.app, &operator, saved)
            .await
            .unwrap();
        let (assignment, from) = rule::assignment_of(&corp.app, &operator, set)
            .await
            .unwrap();
        let mut request = corp.request(1);
        request.assignment = assignment;
        request.rule_set = Some(from);
        let shown = plan::preview_handover(&corp.app, &operator, &request)
            .await
            .unwrap();
        let submitted = shown.fine + shown.with_note;
        // Something else than what was shown is not started, and nothing is left behind.
        let wrong = act::hand_over_now(&corp.app, &operator, &request, submitted + 1).await;
        assert!(matches!(
            wrong,
            Err(Error::Conflict {
                code: "handover_changed"
            })
        ));
        let id = act::hand_over_now(&corp.app, &operator, &request, submitted)
            .await
            .unwrap();
        let detail = corp.detail(id).await;
        assert_eq!(
            detail.request.rule_set.map(|from| (from.id, from.version)),
            Some((set, 1))
        );
        assert_eq!(detail.dry_run, shown);
        corp.work_until_finished(id).await;
        assert_ledger_is_truth(&corp, id, 1).await;
        let rows = corp.rows(id).await;
        for told in &shown.by_successor {
            let of = rows
                .iter()
                .filter(|row| row.successor.as_deref() == Some(told.userid.as_str()));
            assert_eq!(of.count(), told.customers + told.groups);
        }
    })
    .await;
}

#[tokio::test]
async fn s2_versions_stay_and_nobody_overwrites_what_they_have_not_seen() {
    testing::both(|store| async {
        let corp = Corp::start(
            store,
            Spec {
                customers: 1,
                ..Spec::default()
            },
        )
        .await;
        let operator = Actor::operator();
        let first = content("a", vec![everybody(Share::Balanced)]);
        let set = rule::create_rule_set(&corp.app, &operator, first.clone())
            .await
            .unwrap();
        let second = content("b", vec![everybody(Share::Affinity)]);
        rule::save_rule_set(&corp.app, &operator, set, 1, second.clone())
            .await
            .unwrap();
        let stale = rule::save_rule_set(&corp.app, &operator, set, 1, first.clone()).await;
        assert!(matches!(
            stale,
            Err(Error::Conflict {
                code: "rule_set_changed"
            })
        ));
        let versions = rule::get_rule_set(&corp.app, &operator, set).await.unwrap();
        let contents: Vec<_> = versions.into_iter().map(|saved| saved.content).collect();
        assert_eq!(contents, [second, first.clone()]);
        let other = rule::create_rule_set(&corp.app, &operator, first)
            .await
            .unwrap();
        rule::order_rule_sets(&corp.app, &operator, &[other, set])
            .await
            .unwrap();
        let order = async || -> Vec<Uuid> {
            let all = rule::list_rule_sets(&corp.app, &operator).await.unwrap();
            all.into_iter().map(|saved| saved.id).collect()
        };
        assert_eq!(order().await, [other, set]);
        let half = rule::order_rule_sets(&corp.app, &operator, &[set]).await;
        assert!(matches!(half, Err(Error::Conflict { .. })));
        rule::archive_rule_set(&corp.app, &operator, set)
            .await
            .unwrap();
        assert_eq!(order().await, [other]);
        let gone = rule::assignment_of(&corp.app, &operator, set).await;
        assert!(matches!(gone, Err(Error::NotFound { .. })));
        // A branch uses rule sets, it does not change those of all.
        let branch = branch_admin(2);
        assert!(rule::list_rule_sets(&corp.app, &branch).await.is_ok());
        let denied = rule::create_rule_set(
            &corp.app,
            &branch,
            content("c", vec![everybody(Share::Balanced)]),
        )
        .await;
        assert!(matches!(denied, Err(Error::Denied { .. })));
        let empty = rule::create_rule_set(&corp.app, &operator, content("c", vec![])).await;
        assert!(matches!(empty, Err(Error::Invalid(_))));
    })
    .await;
}

/// These customers speak English, the first four are worth much.
async fn know(corp: &Corp, customers: &[String]) {
    let profile = |(index, id): (usize, &String)| {
        let profile = Profile {
            value: Some(if index < 4 { 1_000 } else { 10 }),
            fields: BTreeMap::from([("language".to_owned(), "en".to_owned())]),
            ..Profile::default()
        };
        (ExternalUserId::parse(id.clone()).unwrap(), profile)
    };
    let profiles = customers.iter().enumerate().map(profile).collect();
    team::put_customer_profiles(&corp.app, &Actor::operator(), profiles)
        .await
        .unwrap();
}

/// The member is skilled, and can take this many more customers.
async fn leave_room(corp: &Corp, member: &UserId, room: u32) {
    let operator = Actor::operator();
    let all = team::list_team(&corp.app, &operator).await.unwrap();
    let mate = all
        .iter()
        .find(|mate| mate.member.userid == *member)
        .unwrap();
    let profile = MemberProfile {
        skill: 5,
        cap: Some(mate.load + room),
        ..MemberProfile::default()
    };
    team::put_member_profile(&corp.app, &operator, member, profile)
        .await
        .unwrap();
}

#[tokio::test]
async fn s21_rules_use_what_the_company_knows_and_each_row_says_which_decided() {
    testing::both(|store| async {
        let corp = Corp::start(
            store,
            Spec {
                customers: 40,
                ..Spec::default()
            },
        )
        .await;
        let plain = corp.plan(&corp.request(1)).await;
        let customers: Vec<String> = corp
            .rows(plain)
            .await
            .into_iter()
            .map(|row| row.subject_id)
            .collect();
        know(&corp, &customers[..10]).await;
        let (senior, skilled) = (corp.successors[0].clone(), corp.successors[1].clone());
        leave_room(&corp, &skilled, 3).await;
        let rules = vec![
            Rule {
                name: "valuable".to_owned(),
                when: Condition {
                    value_min: Some(1_000),
                    ..Condition::default()
                },
                to: members(std::slice::from_ref(&senior)),
                ..everybody(Share::Balanced)
            },
            Rule {
                name: "english".to_owned(),
                when: Condition {
                    fields: BTreeMap::from([("language".to_owned(), vec!["en".to_owned()])]),
                    ..Condition::default()
                },
                to: Target::Skill {
                    at_least: 5,
                    department: None,
                },
                ..everybody(Share::Balanced)
            },
        ];
        let mut request = corp.request(1);
        request.assignment = Assignment::Rules {
            rules,
            otherwise: None,
        };
        let rows = corp.rows(corp.plan(&request).await).await;
        let of = |wanted: &str| {
            rows.iter().filter(|row| {
            matches!(plan::reason_of(row).mode, Mode::Rule { rule, .. } if rule == wanted)
        }).collect::<Vec<_>>()
        };
        assert_eq!(of("valuable").len(), 4);
        assert!(
            of("valuable")
                .iter()
                .all(|row| row.successor.as_deref() == Some(senior.as_str()))
        );
        // The skilled one has room for three of the six; the others are said to have no room.
        assert_eq!(of("english").len(), 3);
        let full: Vec<_> = rows
            .iter()
            .filter(|row| row.prediction == "successor_full")
            .collect();
        assert_eq!(full.len(), 3);
        assert!(
            full.iter()
                .all(|row| row.state == "blocked" && plan::reason_of(row).mode == Mode::NoRoom)
        );
        assert_eq!(
            rows.iter().filter(|row| row.state == "unassigned").count(),
            30
        );
    })
    .await;
}

#[tokio::test]
async fn b2_affinity_sends_customers_to_those_who_had_them_and_pins_hold() {
    testing::both(|store| async {
        let corp = Corp::start(
            store,
            Spec {
                customers: 60,
                ..Spec::default()
            },
        )
        .await;
        let operator = Actor::operator();
        let mut request = corp.request(1);
        request.groups = None;
        request.assignment = Assignment::Rules {
            rules: vec![Rule {
                never: vec![corp.successors[0].clone()],
                ..everybody(Share::Affinity)
            }],
            otherwise: None,
        };
        let rows = corp.rows(corp.plan(&request).await).await;
        assert!(
            rows.iter()
                .all(|row| row.successor.as_deref() != Some(corp.successors[0].as_str()))
        );
        // The reference looks at the directory of customers itself.
        let known: Vec<_> = rows
            .iter()
            .filter(|row| plan::reason_of(row).factors.contains(&Factor::Follows))
            .collect();
        assert!(
            !known.is_empty(),
            "the generated company has shared customers"
        );
        assert!(known.iter().all(|row| row.prediction == "already_contact"));
        assert!(
            rows.iter()
                .filter(|row| row.prediction == "already_contact")
                .count()
                == known.len()
        );
        assert!(
            rows.iter()
                .all(|row| plan::reason_of(row).runner_up.is_some())
        );
        let customer = |at: usize| ExternalUserId::parse(rows[at].subject_id.clone()).unwrap();
        request.must = vec![Pin {
            customer: customer(0),
            member: corp.successors[0].clone(),
        }];
        let next = UserId::parse(rows[1].successor.clone().unwrap()).unwrap();
        request.must_not = vec![Pin {
            customer: customer(1),
            member: next.clone(),
        }];
        let rows = corp.rows(corp.plan(&request).await).await;
        assert_eq!(
            rows[0].successor.as_deref(),
            Some(corp.successors[0].as_str())
        );
        assert_ne!(rows[1].successor.as_deref(), Some(next.as_str()));
        request.must_not.clone_from(&request.must);
        assert!(matches!(
            plan::preview_handover(&corp.app, &operator, &request).await,
            Err(Error::Invalid(_))
        ));
    })
    .await;
}

#[tokio::test]
async fn what_is_known_of_a_member_is_written_within_ones_departments_only() {
    testing::both(|store| async {
        let corp = Corp::start(
            store,
            Spec {
                customers: 1,
                ..Spec::default()
            },
        )
        .await;
        let all = team::list_team(&corp.app, &Actor::operator())
            .await
            .unwrap();
        // A department that some of the team belong to.
        let department = all[0].member.departments[0];
        let branch = branch_admin(department);
        let mine = team::list_team(&corp.app, &branch).await.unwrap();
        let expected: Vec<_> = all
            .iter()
            .filter(|mate| mate.within.contains(&department))
            .collect();
        assert_eq!(mine.iter().collect::<Vec<_>>(), expected);
        let inside = &mine[0].member.userid;
        let is_outside = |mate: &&Teammate| !mate.within.contains(&department);
        let outside = all
            .iter()
            .find(is_outside)
            .expect("there is another department");
        let profile = MemberProfile::default();
        let write = async |userid: &UserId, profile: MemberProfile| {
            team::put_member_profile(&corp.app, &branch, userid, profile).await
        };
        write(inside, profile.clone()).await.unwrap();
        assert!(matches!(
            write(&outside.member.userid, profile.clone()).await,
            Err(Error::Denied { .. })
        ));
        let heavy = MemberProfile {
            weight: 101,
            ..profile
        };
        let invalid = team::put_member_profile(&corp.app, &Actor::operator(), inside, heavy).await;
        assert!(matches!(invalid, Err(Error::Invalid(_))));
        let none = settings::Planning {
            customer_limit: 0,
            ..settings::Planning::default()
        };
        let invalid = settings::change_planning(&corp.app, &Actor::operator(), none).await;
        assert!(matches!(invalid, Err(Error::Invalid(_))));
    })
    .await;
}

/// The leaver's customers that SQL finds by tags and add time.
async fn by_sql(corp: &Corp, when: &Condition) -> BTreeSet<String> {
    use jiebang_store::customer::{FollowFilter, follows};
    let filter = FollowFilter {
        members: Some(vec![corp.leaver.clone()]),
        tags: (!when.tags_any.is_empty()).then(|| when.tags_any.clone()),
        added_from: when.added_after,
        added_until: when.added_before,
        with_ended: true,
        ..FollowFilter::default()
    };
    let (read, home) = (corp.app.store().read(), corp.app.corp().unwrap());
    let found = follows(read, &home, &filter, None, 10_000).await.unwrap();
    found
        .into_iter()
        .map(|one| one.follow.external_userid)
        .collect()
}

/// The customers of a plan by the rule that took them; those that none took under "".
fn by_rule(
    rows: &[jiebang_store::entity::handover_row::Model],
) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.subject_kind == "customer") {
        let rule = match plan::reason_of(row).mode {
            Mode::Rule { rule, .. } => rule,
            _ => String::new(),
        };
        assert_eq!(rule.is_empty(), row.state == "unassigned", "{row:?}");
        found
            .entry(rule)
            .or_default()
            .insert(row.subject_id.clone());
    }
    found
}

/// What the customers have: their tags, most frequent first, and when they were added, in order.
async fn tags_and_times(corp: &Corp) -> (Vec<TagId>, Vec<Timestamp>) {
    use jiebang_store::customer::{FollowFilter, follows};
    let filter = FollowFilter {
        members: Some(vec![corp.leaver.clone()]),
        with_ended: true,
        ..FollowFilter::default()
    };
    let (read, home) = (corp.app.store().read(), corp.app.corp().unwrap());
    let all = follows(read, &home, &filter, None, 10_000).await.unwrap();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut times = Vec::new();
    for one in &all {
        for tag in &one.follow.tags.0 {
            *counts.entry(tag.clone()).or_default() += 1;
        }
        times.push(Timestamp::from_seconds(one.follow.added_at));
    }
    times.sort_unstable();
    let mut tags: Vec<(usize, String)> = counts.into_iter().map(|(tag, n)| (n, tag)).collect();
    tags.sort_unstable_by(|a, b| b.cmp(a));
    let parse = |(_, tag): (usize, String)| TagId::parse(tag).unwrap();
    (tags.into_iter().map(parse).collect(), times)
}

#[tokio::test]
async fn s25_a_saved_filter_takes_exactly_the_customers_that_sql_finds() {
    testing::both(|store| async {
        let corp = Corp::start(
            store,
            Spec {
                customers: 80,
                left_days_ago: None,
                ..Spec::default()
            },
        )
        .await;
        corp.leave().await;
        let operator = Actor::operator();
        let (tags, times) = tags_and_times(&corp).await;
        let filters = [
            (&tags[..1], 0, times.len()),
            (&tags[1..4], 0, times.len()),
            (&tags[..0], 10, 50),
            (&tags[..3], 20, 70),
            (&tags[2..3], 5, 40),
        ];
        for (number, (tags, from, to)) in filters.into_iter().enumerate() {
            let when = Condition {
                tags_any: tags.to_vec(),
                added_after: (from > 0).then(|| times[from]),
                added_before: times.get(to).copied(),
                ..Condition::default()
            };
            let expected = by_sql(&corp, &when).await;
            let rule = Rule {
                name: "chosen".to_owned(),
                when,
                ..everybody(Share::Balanced)
            };
            let saved = content(&format!("filter {number}"), vec![rule]);
            let set = rule::create_rule_set(&corp.app, &operator, saved).await;
            let from = rule::assignment_of(&corp.app, &operator, set.unwrap()).await;
            let mut request = corp.request(1);
            (request.assignment, request.rule_set) = from.map(|(a, b)| (a, Some(b))).unwrap();
            let rows = corp.rows(corp.plan(&request).await).await;
            let found = by_rule(&rows);
            assert_eq!(found.get("chosen").cloned().unwrap_or_default(), expected);
            assert!(
                !expected.is_empty() && expected.len() < times.len(),
                "{number}"
            );
            let all: usize = found.values().map(BTreeSet::len).sum();
            assert_eq!(all, times.len(), "nobody is dropped");
        }
    })
    .await;
}

#[tokio::test]
async fn s26_vip_customers_go_to_senior_staff_the_rest_to_the_team_and_whom_no_rule_took_is_listed()
{
    testing::both(|store| async {
        let corp = Corp::start(
            store,
            Spec {
                customers: 60,
                left_days_ago: None,
                ..Spec::default()
            },
        )
        .await;
        corp.leave().await;
        let (tags, times) = tags_and_times(&corp).await;
        let senior = corp.successors[0].clone();
        leave_room(&corp, &senior, 1_000).await;
        let vip = Condition {
            tags_any: tags[..1].to_vec(),
            ..Condition::default()
        };
        let early = Condition {
            added_before: Some(times[40]),
            ..Condition::default()
        };
        let rules = vec![
            Rule {
                name: "vip".to_owned(),
                when: vip.clone(),
                to: Target::Skill {
                    at_least: 5,
                    department: None,
                },
                ..everybody(Share::Balanced)
            },
            Rule {
                name: "team".to_owned(),
                when: early.clone(),
                to: members(&corp.successors[1..3]),
                ..everybody(Share::Balanced)
            },
        ];
        let mut request = corp.request(1);
        request.assignment = Assignment::Rules {
            rules,
            otherwise: None,
        };
        let rows = corp.rows(corp.plan(&request).await).await;
        let found = by_rule(&rows);
        let (important, early) = (by_sql(&corp, &vip).await, by_sql(&corp, &early).await);
        let everybody = by_sql(&corp, &Condition::default()).await;
        let ordinary: BTreeSet<String> = early.difference(&important).cloned().collect();
        let left: BTreeSet<String> = &(&everybody - &important) - &ordinary;
        assert!(!important.is_empty() && !ordinary.is_empty() && !left.is_empty());
        assert_eq!(
            (&found["vip"], &found["team"], &found[""]),
            (&important, &ordinary, &left)
        );
        for row in rows.iter().filter(|row| row.subject_kind == "customer") {
            let to = row.successor.as_deref();
            let fits = if important.contains(&row.subject_id) {
                to == Some(senior.as_str())
            } else if ordinary.contains(&row.subject_id) {
                to.is_some_and(|to| corp.successors[1..3].iter().any(|one| one.as_str() == to))
            } else {
                to.is_none()
            };
            assert!(fits, "{row:?}");
        }
    })
    .await;
}
