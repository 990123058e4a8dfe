//! The record: remarks, first contacts, texts to customers, and what a customer went through.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_app::customer::{self, EntryKind, Standing, WantedCustomers};
use jiebang_app::handover::first_contact::{self, ContactState};
use jiebang_app::handover::message::preview_message;
use jiebang_app::handover::note::{NoteRows, write_note};
use jiebang_app::handover::record::{self, StepFilter};
use jiebang_app::handover::view::RowFilter;
use jiebang_app::handover::{act, plan};
use jiebang_app::my::{list_my_handovers, mark_contacted};
use jiebang_app::settings::{SettingsChange, change_settings};
use jiebang_app::{Error, overview, sync};
use jiebang_domain::access::{Actor, Denied, Role, Scope, Who};
use jiebang_domain::handover::Kind;
use jiebang_domain::handover::predict::Prediction;
use jiebang_domain::handover::request::{Assignment, GroupChoice, Request};
use jiebang_domain::id::{ChatId, ExternalUserId, UserId};
use jiebang_store::testing;
use serde_json::json;

use crate::corp::{Corp, Spec};

fn person(role: Role, scope: Scope, userid: Option<UserId>) -> Actor {
    Actor {
        confirmed_at: None,
        who: Who::Account(uuid::Uuid::from_u128(7)),
        role,
        scope,
        userid,
    }
}

fn staff(userid: &UserId) -> Actor {
    person(Role::Staff, Scope::Corp, Some(userid.clone()))
}

fn few(customers: usize, groups: usize, left_days_ago: Option<i64>) -> Spec {
    Spec {
        customers,
        groups,
        left_days_ago,
        ..Spec::default()
    }
}

async fn departments_of(corp: &Corp, userid: &UserId) -> BTreeSet<i64> {
    let id = corp.app.corp().unwrap();
    let found = jiebang_store::directory::member(corp.store.read(), &id, userid);
    found
        .await
        .unwrap()
        .unwrap()
        .departments
        .0
        .into_iter()
        .collect()
}

#[tokio::test]
async fn s28_a_customers_timeline_says_who_when_why_and_what_came_of_it() {
    testing::both(|store| async {
        let corp = Corp::start(store, few(30, 0, Some(2))).await;
        let operator = Actor::operator();
        let id = corp.start_handover(&corp.request(2)).await;
        let row = corp.rows(id).await[3].clone();
        let numbers = NoteRows::Numbers(vec![row.row_no]);
        write_note(&corp.app, &operator, id, &numbers, "爱喝茶")
            .await
            .unwrap();
        corp.work_until_finished(id).await;
        sync::start_sync(&corp.app, &operator).await.unwrap();
        corp.work_for(60).await;
        let customer = ExternalUserId::parse(row.subject_id.as_str()).unwrap();
        let read = async |kinds: &[EntryKind], limit| {
            let (mut all, mut after) = (Vec::new(), None);
            loop {
                let (app, who) = (&corp.app, &operator);
                let page = customer::list_timeline(app, who, &customer, kinds, after, limit)
                    .await
                    .unwrap();
                assert!(page.items.len() <= limit);
                all.extend(page.items);
                after = page.next;
                if after.is_none() {
                    assert_eq!(all.len(), page.total);
                    return all;
                }
            }
        };
        let all = read(&[], 1000).await;
        assert!(all.windows(2).all(|pair| pair[0].at >= pair[1].at));
        // However small the pages, nothing is lost or shown twice.
        let one_by_one = read(&[], 1).await;
        let key = |entries: &[customer::Entry]| {
            entries
                .iter()
                .map(|e| (e.at, e.event.clone(), e.outcome.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(key(&all), key(&one_by_one));
        assert_eq!(key(&all), key(&read(&[], 2).await));
        let steps: Vec<&str> = all
            .iter()
            .rev()
            .filter(|entry| entry.kind == EntryKind::Handover)
            .map(|entry| entry.event.as_str())
            .collect();
        for wanted in [
            "plan", "start", "note", "submit", "answer", "result", "carry",
        ] {
            assert!(steps.contains(&wanted), "{wanted} is not in {steps:?}");
        }
        let planned = all.iter().find(|entry| entry.event == "plan").unwrap();
        assert_eq!(planned.actor.as_deref(), Some("operator"));
        let to = planned.successor.as_ref().unwrap();
        assert_eq!(Some(&to.userid), row.successor.as_ref());
        assert!(planned.reason.is_some() && planned.handover == Some(id));
        let result = all.iter().find(|entry| entry.event == "result").unwrap();
        assert_eq!(result.outcome.as_deref(), Some("taken_over"));
        let relations = read(&[EntryKind::Relation], 10).await;
        let added = relations.iter().filter(|entry| entry.event == "added");
        let whose: BTreeSet<String> = added
            .filter_map(|e| Some(e.member.clone()?.userid))
            .collect();
        assert!(whose.contains(row.successor.as_ref().unwrap()), "{whose:?}");
        let detail = customer::get_customer(&corp.app, &operator, &customer)
            .await
            .unwrap();
        assert_eq!(detail.standing, Standing::Served);
        assert_eq!(detail.handovers[0].note.as_deref(), Some("爱喝茶"));
        assert_eq!(detail.handovers[0].state, "taken_over");
    })
    .await;
}

#[tokio::test]
async fn s6_a_customer_is_seen_by_the_departments_that_have_to_do_with_it_and_no_other() {
    testing::both(|store| async {
        // Known while employed, so that its departments are.
        let corp = Corp::start(store, few(12, 0, None)).await;
        corp.leave().await;
        let id = corp.start_handover(&corp.request(1)).await;
        corp.work_until_finished(id).await;
        let every = WantedCustomers::default();
        let operator = Actor::operator();
        // Leavers' customers are read when somebody serves them.
        sync::start_sync(&corp.app, &operator).await.unwrap();
        corp.work_for(120).await;
        let (all, total) = customer::list_customers(&corp.app, &operator, &every, None, 1000)
            .await
            .unwrap();
        assert_eq!(all.len() as u64, total);
        let passed = WantedCustomers {
            passed_on: Some(true),
            ..WantedCustomers::default()
        };
        let (passed, _) = customer::list_customers(&corp.app, &operator, &passed, None, 1000)
            .await
            .unwrap();
        assert_eq!(passed.len(), 12);
        assert!(passed.iter().all(|one| one.passed_on == 1));
        // The list and the single page decide by two ways; they must agree for every department.
        let mut seen_by_some = 0;
        for department in 1..=12_i64 {
            let scope = Scope::Departments(BTreeSet::from([department]));
            let limited = person(Role::Auditor, scope, None);
            let (list, counted) = customer::list_customers(&corp.app, &limited, &every, None, 1000)
                .await
                .unwrap();
            assert_eq!(list.len() as u64, counted);
            seen_by_some += list.len();
            let listed: BTreeSet<&str> = list.iter().map(|one| &*one.external_userid).collect();
            for one in all.iter().step_by(5) {
                let of = ExternalUserId::parse(one.external_userid.as_str()).unwrap();
                let found = customer::get_customer(&corp.app, &limited, &of).await;
                let is_seen = listed.contains(one.external_userid.as_str());
                assert_eq!(
                    found.is_ok(),
                    is_seen,
                    "{department}: {}",
                    one.external_userid
                );
                if !is_seen {
                    let denied = matches!(
                        found,
                        Err(Error::Denied {
                            reason: Denied::Scope,
                            ..
                        })
                    );
                    assert!(denied);
                    let none =
                        customer::list_timeline(&corp.app, &limited, &of, &[], None, 10).await;
                    assert!(none.is_err());
                }
            }
        }
        assert!(seen_by_some > 0);
        // The leaver's department still sees what it handed over.
        let theirs = departments_of(&corp, &corp.leaver).await;
        let before = person(Role::ContactAdmin, Scope::Departments(theirs), None);
        let (list, _) = customer::list_customers(&corp.app, &before, &every, None, 1000)
            .await
            .unwrap();
        let list: BTreeSet<String> = list.into_iter().map(|one| one.external_userid).collect();
        assert!(passed.iter().all(|one| list.contains(&one.external_userid)));
        // Nobody without the right sees any.
        let me = staff(&corp.successors[0]);
        let refused = customer::list_customers(&corp.app, &me, &every, None, 10).await;
        assert!(matches!(
            refused,
            Err(Error::Denied {
                reason: Denied::Role,
                ..
            })
        ));
    })
    .await;
}

#[tokio::test]
async fn s6_the_record_of_many_rows_is_one_line_that_opens() {
    testing::both(|store| async {
        let corp = Corp::start(store, few(250, 3, Some(2))).await;
        let id = corp.start_handover(&corp.request(2)).await;
        corp.work_until_finished(id).await;
        let operator = Actor::operator();
        let every = StepFilter::default();
        let (steps, total) = record::list_steps(&corp.app, &operator, id, &every, None, 100_000)
            .await
            .unwrap();
        assert_eq!(steps.len() as u64, total);
        // The reference groups in memory.
        let mut groups: BTreeMap<(i64, &str, &str, &str), usize> = BTreeMap::new();
        for step in &steps {
            let key = (step.at / 60, &*step.actor, &*step.step, &*step.outcome);
            *groups.entry(key).or_default() += 1;
        }
        for limit in [1, 3, 1000] {
            let (mut lines, mut after) = (Vec::new(), None);
            loop {
                let page = record::list_lines(&corp.app, &operator, id, &every, after, limit)
                    .await
                    .unwrap();
                let Some(last) = page.last() else { break };
                after = Some((last.minute, last.last_id));
                lines.extend(page);
            }
            assert_eq!(lines.len(), groups.len());
            for line in &lines {
                let key = (line.minute, &*line.actor, &*line.step, &*line.outcome);
                assert_eq!(usize::try_from(line.steps).unwrap(), groups[&key]);
            }
        }
        let lines = record::list_lines(&corp.app, &operator, id, &every, None, 1000)
            .await
            .unwrap();
        let most = lines.iter().max_by_key(|line| line.steps).unwrap();
        assert!(most.steps >= 100, "{}", most.steps);
        // What the line stands for is found by what the line says.
        let opened = StepFilter {
            step: Some(most.step.clone()),
            outcome: Some(most.outcome.clone()),
            actor: Some(most.actor.clone()),
            from: Some(most.minute * 60),
            until: Some(most.minute * 60 + 60),
            row_no: None,
        };
        let (_, found) = record::list_steps(&corp.app, &operator, id, &opened, None, 1)
            .await
            .unwrap();
        assert_eq!(i64::try_from(found).unwrap(), most.steps);
    })
    .await;
}

#[tokio::test]
async fn s27_a_remark_reaches_its_successor_and_stays_in_the_record() {
    testing::both(|store| async {
        let corp = Corp::start(store, few(20, 2, Some(2))).await;
        let operator = Actor::operator();
        let id = corp.plan(&corp.request(2)).await;
        let rows = corp.rows(id).await;
        let to = corp.successors[0].clone();
        let theirs = RowFilter {
            successor: Some(to.to_string()),
            ..RowFilter::default()
        };
        let all = NoteRows::Filter(theirs);
        let app = &corp.app;
        let written = write_note(app, &operator, id, &all, " 先打电话 ")
            .await
            .unwrap();
        let of_them = |row: &&jiebang_store::entity::handover_row::Model| {
            row.successor.as_deref() == Some(to.as_str())
        };
        assert_eq!(written, rows.iter().filter(of_them).count());
        // Said again, nothing changes and nothing is recorded.
        assert_eq!(
            write_note(app, &operator, id, &all, "先打电话")
                .await
                .unwrap(),
            0
        );
        let one = NoteRows::Numbers(vec![rows.iter().find(of_them).unwrap().row_no]);
        assert_eq!(write_note(app, &operator, id, &one, "").await.unwrap(), 1);
        let too_long = write_note(app, &operator, id, &one, &"长".repeat(501)).await;
        assert!(matches!(too_long, Err(Error::Invalid(_))));
        let missing = NoteRows::Numbers(vec![1, 9999]);
        let missing = write_note(app, &operator, id, &missing, "x").await;
        assert!(matches!(missing, Err(Error::NotFound { .. })));
        let auditor = person(Role::Auditor, Scope::Corp, None);
        assert!(write_note(app, &auditor, id, &one, "x").await.is_err());
        // Planned anew, the same customers keep their remarks.
        let version = corp.detail(id).await.summary.handover.version;
        let request = corp.request(2);
        plan::replan_handover(app, &operator, id, version, &request)
            .await
            .unwrap();
        let kept = corp
            .rows(id)
            .await
            .into_iter()
            .filter(|row| row.note.is_some());
        assert_eq!(kept.count(), written - 1);
        corp.confirm(id).await;
        corp.work_until_finished(id).await;
        let mine = list_my_handovers(app, &staff(&to), None, None, 1000)
            .await
            .unwrap();
        let noted = mine
            .items
            .iter()
            .filter(|one| one.row_note.as_deref() == Some("先打电话"));
        assert_eq!(noted.count(), written - 1);
        let other = list_my_handovers(app, &staff(&corp.successors[1]), None, None, 1000).await;
        assert!(
            other
                .unwrap()
                .items
                .iter()
                .all(|one| one.row_note.is_none())
        );
        let filter = StepFilter {
            step: Some("note".to_owned()),
            ..StepFilter::default()
        };
        let (_, steps) = record::list_steps(app, &operator, id, &filter, None, 1)
            .await
            .unwrap();
        assert_eq!(steps as usize, written + 1);
        let entries = jiebang_app::audit::Wanted {
            act: Some("handover.note".to_owned()),
            limit: 100,
            ..jiebang_app::audit::Wanted::default()
        };
        let page = jiebang_app::audit::list_entries(app, &operator, entries)
            .await
            .unwrap();
        assert_eq!(page.items.len(), 2);
        let told = format!("{:?}", page.items);
        assert!(!told.contains("打电话"), "{told}");
    })
    .await;
}

/// The seven overdue ones are seen by an administrator of the successor's departments, and not by
/// one of others.
async fn seen_by_their_administrators(corp: &Corp, to: &UserId) {
    let app = &corp.app;
    let theirs = Scope::Departments(departments_of(corp, to).await);
    let near = person(Role::ContactAdmin, theirs, None);
    let far = person(
        Role::ContactAdmin,
        Scope::Departments(BTreeSet::from([9999])),
        None,
    );
    for (who, count) in [(near, 7), (far, 0)] {
        let overdue = ContactState::Overdue;
        let (_, total) = first_contact::list_first_contacts(app, &who, overdue, None, 9)
            .await
            .unwrap();
        assert_eq!(total, count);
        let todo = overview::view_overview(app, &who).await.unwrap().todo;
        assert_eq!(
            todo.iter().any(|one| one.kind == "first_contact"),
            count > 0
        );
    }
}

#[tokio::test]
async fn s36_the_first_contact_is_owed_from_the_takeover_and_watched() {
    testing::both(|store| async {
        let corp = Corp::start(store, few(8, 1, Some(2))).await;
        let (app, operator) = (&corp.app, Actor::operator());
        let hours = SettingsChange {
            first_contact_hours: Some(5),
            ..SettingsChange::default()
        };
        change_settings(app, &operator, hours).await.unwrap();
        let id = corp.start_handover(&corp.request(1)).await;
        let to = corp.successors[0].clone();
        let me = staff(&to);
        let of_state = async |state| {
            first_contact::list_first_contacts(app, &operator, state, None, 100)
                .await
                .unwrap()
        };
        assert_eq!(
            of_state(ContactState::Open).await.1,
            0,
            "nothing is taken over yet"
        );
        while corp.detail(id).await.summary.counts["taken_over"] < 9 {
            corp.work_for(1800).await;
        }
        let (owed, total) = of_state(ContactState::Open).await;
        assert_eq!(total, 8, "groups owe none");
        for one in &owed {
            assert_eq!(
                Some(one.contact.due_at),
                one.row.ended_at.map(|at| at + 5 * 3600)
            );
            assert_eq!(one.contact.userid, to.as_str());
        }
        let number = owed[2].row.row_no;
        // Only whom it was handed to can say it; for others it does not exist.
        let stranger = staff(&corp.successors[1]);
        let refused = mark_contacted(app, &stranger, id, number, true).await;
        assert!(matches!(refused, Err(Error::NotFound { .. })));
        let nobody = person(Role::SuperAdmin, Scope::Corp, None);
        assert!(
            mark_contacted(app, &nobody, id, number, true)
                .await
                .is_err()
        );
        mark_contacted(app, &me, id, number, true).await.unwrap();
        mark_contacted(app, &me, id, number, true).await.unwrap();
        let state = |state| list_my_handovers(app, &me, Some(state), None, 3);
        let done = state(ContactState::Contacted).await.unwrap();
        assert_eq!(done.items.len(), 1);
        mark_contacted(app, &me, id, number, false).await.unwrap();
        assert!(
            state(ContactState::Contacted)
                .await
                .unwrap()
                .items
                .is_empty()
        );
        mark_contacted(app, &me, id, number, true).await.unwrap();
        let contact = StepFilter {
            step: Some("contact".to_owned()),
            ..StepFilter::default()
        };
        let (_, steps) = record::list_steps(app, &operator, id, &contact, None, 9)
            .await
            .unwrap();
        assert_eq!(steps, 3, "said twice is one step");
        corp.advance(6 * 3600);
        let (late, total) = of_state(ContactState::Overdue).await;
        assert_eq!((late.len(), total), (7, 7));
        assert!(late.iter().all(|one| one.row.row_no != number));
        // Page by page, those to contact first.
        let (mut mine, mut after) = (Vec::new(), None);
        loop {
            let open = Some(ContactState::Open);
            let page = list_my_handovers(app, &me, open, after, 3).await.unwrap();
            mine.extend(page.items);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(mine.len(), 7);
        let due = |one: &jiebang_app::my::TakenOver| one.contact.unwrap().due_at;
        assert!(mine.windows(2).all(|pair| due(&pair[0]) <= due(&pair[1])));
        let todo = overview::view_overview(app, &operator).await.unwrap().todo;
        let told = todo.iter().find(|one| one.kind == "first_contact").unwrap();
        assert_eq!(told.count, 7);
        seen_by_their_administrators(&corp, &to).await;
    })
    .await;
}

#[tokio::test]
async fn s23_each_customer_reads_exactly_what_the_preview_shows() {
    testing::both(|store| async {
        let corp = Corp::start(store, few(130, 0, None)).await;
        let (app, operator) = (&corp.app, Actor::operator());
        let template = "您好，{company}的{leaver}已把您介绍给{successor}，{ 请放心 }";
        let mut request = corp.request(2);
        request.kind = Kind::InService;
        request.message = Some(template.to_owned());
        let to = corp.successors[..2].to_vec();
        let preview = preview_message(app, &operator, template, &corp.leaver, &to)
            .await
            .unwrap();
        assert!(preview.problems.is_empty());
        let texts: BTreeMap<String, String> = preview
            .texts
            .into_iter()
            .map(|one| {
                assert!(one.fits && one.chars == one.text.chars().count());
                assert!(!one.text.contains("{successor}") && one.text.contains(&one.name));
                (one.userid, one.text)
            })
            .collect();
        let id = corp.start_handover(&request).await;
        corp.work_until_finished(id).await;
        let path = format!("truth?only=transfers&handover_userid={}", corp.leaver);
        let truth = corp.control("GET", &path, json!(null)).await;
        let transfers = truth["transfers"].as_array().unwrap();
        assert_eq!(transfers.len(), 130);
        for one in transfers {
            let to = one["takeover_userid"].as_str().unwrap();
            assert_eq!(one["message"].as_str(), Some(texts[to].as_str()));
        }
        // The names cost no calls: 65 customers each are one call each.
        assert_eq!(corp.detail(id).await.calls, 2);
    })
    .await;
}

#[tokio::test]
async fn s37_a_text_that_is_too_long_with_the_names_in_place_is_refused_before_anything_is_sent() {
    testing::both(|store| async {
        let corp = Corp::start(store, few(5, 0, None)).await;
        let (app, operator) = (&corp.app, Actor::operator());
        let mut request = corp.request(1);
        request.kind = Kind::InService;
        let problem = async |text: String| {
            let request = Request {
                message: Some(text),
                ..request.clone()
            };
            match plan::create_handover(app, &operator, &request).await {
                Ok(_) => None,
                Err(Error::Invalid(found)) => Some((found[0].field.clone(), found[0].problem)),
                Err(error) => panic!("{error}"),
            }
        };
        let wrong = |problem| Some(("message".to_owned(), problem));
        assert_eq!(problem("接".repeat(200)).await, None);
        assert_eq!(problem("接".repeat(201)).await, wrong("message_too_long"));
        let grows = format!("{}{{successor}}", "接".repeat(199));
        assert_eq!(problem(grows).await, wrong("message_too_long"));
        assert_eq!(
            problem("{customer}".into()).await,
            wrong("message_per_customer")
        );
        assert_eq!(
            problem("{phone}".into()).await,
            wrong("message_unknown_place")
        );
        // An account of other departments learns nothing of the leaver's name.
        let far = person(
            Role::ContactAdmin,
            Scope::Departments(BTreeSet::from([9999])),
            None,
        );
        let (leaver, to) = (&corp.leaver, &corp.successors[..1]);
        let denied = preview_message(app, &far, "{leaver}", leaver, to).await;
        assert!(matches!(denied, Err(Error::Denied { .. })));
    })
    .await;
}

async fn hand_groups_over(
    corp: &Corp,
    from: &UserId,
    to: &UserId,
    only: Vec<ChatId>,
) -> uuid::Uuid {
    let request = Request {
        leaver: from.clone(),
        kind: Kind::InService,
        customers: None,
        groups: Some(GroupChoice { only: Some(only) }),
        assignment: Assignment::One { to: to.clone() },
        ..corp.request(1)
    };
    corp.plan(&request).await
}

#[tokio::test]
async fn s37_groups_of_an_employed_member_pass_in_service() {
    testing::both(|store| async {
        let corp = Corp::start(store, few(3, 6, None)).await;
        corp.ask_nobody().await;
        let operator = Actor::operator();
        let mut request = corp.request(1);
        request.kind = Kind::InService;
        request.customers = None;
        let first = corp.plan(&request).await;
        let chats: Vec<ChatId> = corp
            .rows(first)
            .await
            .iter()
            .map(|row| ChatId::parse(row.subject_id.as_str()).unwrap())
            .collect();
        assert_eq!(chats.len(), 6);
        corp.confirm(first).await;
        corp.work_until_finished(first).await;
        assert_eq!(corp.detail(first).await.summary.counts["taken_over"], 6);
        let read_again = async || {
            corp.advance(300);
            sync::start_sync(&corp.app, &operator).await.unwrap();
            corp.work_for(120).await;
        };
        read_again().await;
        let members = &corp.successors;
        let second = hand_groups_over(&corp, &members[0], &members[1], chats.clone()).await;
        corp.confirm(second).await;
        corp.work_until_finished(second).await;
        assert_eq!(corp.detail(second).await.summary.counts["taken_over"], 6);
        read_again().await;
        // Twice in ninety days is all WeCom allows: known before anything is sent.
        let third = hand_groups_over(&corp, &members[1], &members[2], chats.clone()).await;
        let rows = corp.rows(third).await;
        assert_eq!(rows.len(), 6);
        for row in &rows {
            assert_eq!(row.prediction, Prediction::TransferLimit.as_str());
            assert_eq!(row.state, "blocked");
        }
        let version = corp.detail(third).await.summary.handover.version;
        let started = act::start_handover(&corp.app, &operator, third, version, 0).await;
        assert!(matches!(
            started,
            Err(Error::Conflict {
                code: "handover_empty"
            })
        ));
        let truth = corp
            .control("GET", "truth?only=group_transfers", json!(null))
            .await;
        let moved = truth["group_transfers"].as_array().unwrap();
        let ours = |id: &str| chats.iter().any(|chat| chat.as_str() == id);
        let moves = moved
            .iter()
            .filter(|one| ours(one["chat_id"].as_str().unwrap()));
        assert_eq!(moves.count(), 12);
    })
    .await;
}
