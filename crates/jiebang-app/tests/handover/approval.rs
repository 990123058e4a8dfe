//! Two persons say yes to what is important, and the password is asked for before.

use std::collections::BTreeSet;

use jiebang_app::handover::act::{self, RetryRows};
use jiebang_app::handover::record::{StepFilter, list_steps};
use jiebang_app::handover::{approve, orphans, plan};
use jiebang_app::{Error, case, overview, settings};
use jiebang_domain::access::{Actor, Role, Scope, Who};
use jiebang_domain::handover::Kind;
use jiebang_domain::handover::approval::{Decision, NextSuccessor, Policy};
use jiebang_domain::handover::request::Condition;
use jiebang_domain::id::ExternalUserId;
use jiebang_store::testing;
use serde_json::json;
use uuid::Uuid;

use crate::corp::{Corp, Spec, assert_ledger_is_truth, transfers};

/// Somebody who gave the password just now.
fn person(corp: &Corp, number: u128) -> Actor {
    Actor {
        who: Who::Account(Uuid::from_u128(number)),
        role: Role::ContactAdmin,
        scope: Scope::Corp,
        userid: None,
        confirmed_at: Some(corp.app.people_now()),
    }
}

/// The whole portfolio is important.
async fn everybody_is_important(corp: &Corp) {
    policy(
        corp,
        Policy {
            vip: vec![Condition::default()],
            ..Policy::default()
        },
    )
    .await;
}

async fn policy(corp: &Corp, policy: Policy) {
    settings::change_approval(&corp.app, &Actor::operator(), policy)
        .await
        .unwrap();
}

async fn say(
    corp: &Corp,
    actor: &Actor,
    id: Uuid,
    digest: &str,
    decision: Decision,
) -> Result<(), Error> {
    approve::vote(&corp.app, actor, id, digest, decision, "按客户约定").await
}

/// Gives the password, looks at what waits, and says yes.
async fn yes(corp: &Corp, actor: &Actor, id: Uuid) -> Result<(), Error> {
    let digest = digest(corp, id).await;
    let mut actor = actor.clone();
    actor.confirmed_at = Some(corp.app.people_now());
    say(corp, &actor, id, &digest, Decision::Approve).await
}

async fn digest(corp: &Corp, id: Uuid) -> String {
    approve::get_approvals(&corp.app, &Actor::operator(), id)
        .await
        .unwrap()
        .digest
}

async fn count(corp: &Corp, id: Uuid, state: &str) -> i64 {
    corp.detail(id).await.summary.counts[state]
}

fn code(result: Result<(), Error>) -> &'static str {
    match result {
        Err(Error::Conflict { code }) => code,
        Err(Error::Denied { .. }) => "denied",
        Err(Error::StepUpRequired) => "step_up_required",
        other => panic!("{other:?}"),
    }
}

fn small() -> Spec {
    Spec {
        customers: 30,
        ..Spec::default()
    }
}

#[tokio::test]
async fn s19_important_rows_wait_for_two_others_and_the_rest_goes_out_at_once() {
    testing::both(|store| async {
        let spec = Spec {
            customers: 30,
            groups: 3,
            ..Spec::default()
        };
        let corp = Corp::start(store, spec).await;
        everybody_is_important(&corp).await;
        let maker = person(&corp, 1);
        let id = plan::create_handover(&corp.app, &maker, &corp.request(2))
            .await
            .unwrap();
        assert_eq!(corp.detail(id).await.dry_run.awaiting_approval, 30);
        assert_eq!(count(&corp, id, "planned").await, 3);
        corp.confirm(id).await;
        corp.work_for(3 * 3600).await;
        // The groups went; of the customers nothing is at the platform.
        assert_eq!(count(&corp, id, "taken_over").await, 3);
        assert_eq!(transfers(&corp).await.len(), 0);
        assert_eq!(corp.detail(id).await.summary.handover.state, "running");
        // Whom a running handover waits to be allowed to move, no second one takes.
        let beside = corp.plan(&corp.request(2)).await;
        assert_eq!(count(&corp, beside, "blocked").await, 30);
        assert_eq!(count(&corp, beside, "awaiting_approval").await, 0);
        let (first, second) = (person(&corp, 2), person(&corp, 3));
        assert_eq!(code(yes(&corp, &maker, id).await), "approver_is_maker");
        yes(&corp, &first, id).await.unwrap();
        assert_eq!(code(yes(&corp, &first, id).await), "already_approved");
        corp.work_for(3600).await;
        assert_eq!(transfers(&corp).await.len(), 0);
        let decided = || async { approve::list_decided(&corp.app, &maker).await.unwrap() };
        assert!(decided().await.is_empty(), "the second yes is missing");
        yes(&corp, &second, id).await.unwrap();
        assert_eq!(count(&corp, id, "awaiting_approval").await, 0);
        let found = decided().await;
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].handover.id, found[0].decision),
            (id, Decision::Approve)
        );
        let said: Vec<&str> = found[0].votes.iter().map(|vote| &*vote.account).collect();
        assert_eq!(said, [first.reference(), second.reference()]);
        corp.work_until_finished(id).await;
        assert_eq!(count(&corp, id, "taken_over").await, 33);
        assert_ledger_is_truth(&corp, id, 1).await;
    })
    .await;
}

#[tokio::test]
async fn s6_the_record_of_a_row_names_both_who_approved_it() {
    testing::both(|store| async {
        let corp = Corp::start(store, small()).await;
        everybody_is_important(&corp).await;
        let id = plan::create_handover(&corp.app, &person(&corp, 1), &corp.request(2))
            .await
            .unwrap();
        let (first, second) = (person(&corp, 2), person(&corp, 3));
        yes(&corp, &first, id).await.unwrap();
        approve::withdraw(&corp.app, &first, id).await.unwrap();
        yes(&corp, &second, id).await.unwrap();
        yes(&corp, &first, id).await.unwrap();
        let filter = StepFilter {
            row_no: Some(1),
            ..StepFilter::default()
        };
        let (mut steps, _) = list_steps(&corp.app, &Actor::operator(), id, &filter, None, 9)
            .await
            .unwrap();
        steps.reverse();
        let said: Vec<(&str, &str, &str)> = steps
            .iter()
            .filter(|one| one.step.contains("appro"))
            .map(|one| (&*one.step, &*one.actor, &*one.outcome))
            .collect();
        let [first, second] = [first.reference(), second.reference()];
        assert_eq!(
            said,
            [
                ("approve", &*first, "awaiting_approval"),
                ("withdraw_approval", &*first, "awaiting_approval"),
                ("approve", &*second, "awaiting_approval"),
                ("approve", &*first, "planned"),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn s19_neither_leaver_nor_operator_nor_another_department_counts() {
    testing::both(|store| async {
        let corp = Corp::start(store, small()).await;
        everybody_is_important(&corp).await;
        let id = corp.plan(&corp.request(2)).await;
        let mut leaver = person(&corp, 2);
        leaver.userid = Some(corp.leaver.clone());
        assert_eq!(code(yes(&corp, &leaver, id).await), "approver_is_leaver");
        let operator = Actor::operator();
        assert_eq!(code(yes(&corp, &operator, id).await), "approver_unknown");
        let mut far = person(&corp, 3);
        far.scope = Scope::Departments(BTreeSet::from([987_654]));
        assert_eq!(code(yes(&corp, &far, id).await), "denied");
        let mut reader = person(&corp, 4);
        reader.role = Role::Auditor;
        assert_eq!(code(yes(&corp, &reader, id).await), "denied");
    })
    .await;
}

#[tokio::test]
async fn s19_a_changed_plan_or_a_withdrawn_word_needs_saying_again() {
    testing::both(|store| async {
        let corp = Corp::start(store, small()).await;
        everybody_is_important(&corp).await;
        let (first, second) = (person(&corp, 2), person(&corp, 3));
        let id = corp.plan(&corp.request(2)).await;
        let old = digest(&corp, id).await;
        yes(&corp, &first, id).await.unwrap();
        plan::replan_handover(&corp.app, &Actor::operator(), id, 1, &corp.request(1))
            .await
            .unwrap();
        let stale = say(&corp, &second, id, &old, Decision::Approve).await;
        assert_eq!(code(stale), "approval_changed");
        yes(&corp, &second, id).await.unwrap();
        assert_eq!(count(&corp, id, "awaiting_approval").await, 30);
        approve::withdraw(&corp.app, &second, id).await.unwrap();
        yes(&corp, &first, id).await.unwrap();
        assert_eq!(count(&corp, id, "awaiting_approval").await, 30);
        // Starting changes nothing of what was said.
        corp.confirm(id).await;
        yes(&corp, &second, id).await.unwrap();
        assert_eq!(count(&corp, id, "awaiting_approval").await, 0);
        let late = approve::withdraw(&corp.app, &second, id).await;
        assert_eq!(code(late), "nothing_to_withdraw");
        corp.work_until_finished(id).await;
        assert_eq!(count(&corp, id, "taken_over").await, 30);
    })
    .await;
}

#[tokio::test]
async fn s19_a_no_ends_the_rows_and_a_retry_asks_again() {
    testing::both(|store| async {
        let corp = Corp::start(store, small()).await;
        everybody_is_important(&corp).await;
        let (first, second, third) = (person(&corp, 2), person(&corp, 3), person(&corp, 4));
        let id = corp.plan(&corp.request(2)).await;
        corp.confirm(id).await;
        let now = digest(&corp, id).await;
        let unexplained = approve::vote(&corp.app, &first, id, &now, Decision::Decline, " ").await;
        assert!(matches!(unexplained, Err(Error::Invalid(_))));
        say(&corp, &first, id, &now, Decision::Decline)
            .await
            .unwrap();
        assert_eq!(count(&corp, id, "cancelled").await, 30);
        assert_eq!(corp.detail(id).await.summary.handover.state, "finished");
        let all = RetryRows::Numbers((1..=30).collect());
        act::retry_rows(&corp.app, &second, id, &all, None)
            .await
            .unwrap();
        assert_eq!(count(&corp, id, "awaiting_approval").await, 30);
        // Whoever put them back is their maker now.
        assert_eq!(code(yes(&corp, &second, id).await), "approver_is_maker");
        corp.work_for(3600).await;
        assert_eq!(transfers(&corp).await.len(), 0);
        // The no was about the attempt before.
        yes(&corp, &first, id).await.unwrap();
        yes(&corp, &third, id).await.unwrap();
        corp.work_until_finished(id).await;
        assert_eq!(count(&corp, id, "taken_over").await, 30);
    })
    .await;
}

#[tokio::test]
async fn s19_no_call_of_the_api_goes_round_it() {
    testing::both(|store| async {
        let corp = Corp::start(store, small()).await;
        // Planned before the policy: what it says now is looked at when it starts.
        let early = corp.plan(&corp.request(2)).await;
        corp.advance(5);
        everybody_is_important(&corp).await;
        let started = act::start_handover(&corp.app, &person(&corp, 1), early, 1, 30).await;
        assert_eq!(code(started), "handover_changed");
        // In one call: nothing may be submitted, and thirty are not nothing.
        let run = act::hand_over_now(&corp.app, &person(&corp, 1), &corp.request(2), 30).await;
        assert_eq!(code(run.map(drop)), "handover_changed");
        let id = act::hand_over_now(&corp.app, &person(&corp, 1), &corp.request(2), 0)
            .await
            .unwrap();
        let all = RetryRows::Numbers((1..=30).collect());
        let retried = act::retry_rows(&corp.app, &person(&corp, 1), id, &all, None).await;
        assert_eq!(code(retried.map(drop)), "row_not_ended");
        let third = corp.successors[2].clone();
        let retried = act::retry_rows(&corp.app, &person(&corp, 1), id, &all, Some(&third)).await;
        assert_eq!(code(retried.map(drop)), "row_not_ended");
        corp.work_for(2 * 86_400).await;
        assert_eq!(count(&corp, id, "awaiting_approval").await, 30);
        assert_eq!(transfers(&corp).await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn s19_the_second_yes_and_a_cancel_at_once_come_one_after_the_other() {
    testing::both(|store| async {
        let corp = Corp::start(store, small()).await;
        everybody_is_important(&corp).await;
        let id = corp.plan(&corp.request(2)).await;
        corp.confirm(id).await;
        yes(&corp, &person(&corp, 2), id).await.unwrap();
        let (second, operator) = (person(&corp, 3), Actor::operator());
        let now = digest(&corp, id).await;
        let (said, cancelled) = tokio::join!(
            say(&corp, &second, id, &now, Decision::Approve),
            act::cancel_handover(&corp.app, &operator, id)
        );
        cancelled.unwrap();
        if let Err(error) = said {
            assert_eq!(code(Err(error)), "approval_changed");
        }
        corp.work_for(2 * 86_400).await;
        assert_eq!(count(&corp, id, "cancelled").await, 30);
        assert_eq!(transfers(&corp).await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn s9_what_cannot_be_undone_asks_for_the_password_of_the_last_ten_minutes() {
    testing::both(|store| async {
        let corp = Corp::start(store, small()).await;
        everybody_is_important(&corp).await;
        let operator = Actor::operator();
        let early = person(&corp, 1);
        let mut never = early.clone();
        never.confirmed_at = None;
        let id = corp.plan(&corp.request(2)).await;
        let now = digest(&corp, id).await;
        corp.advance(9 * 60);
        say(&corp, &early, id, &now, Decision::Approve)
            .await
            .unwrap();
        corp.advance(60);
        let all = RetryRows::States(vec!["refused".into()]);
        for actor in [&early, &never] {
            let start = act::start_handover(&corp.app, actor, id, 1, 0).await;
            assert_eq!(code(start), "step_up_required");
            let run = act::hand_over_now(&corp.app, actor, &corp.request(1), 30).await;
            assert_eq!(code(run.map(drop)), "step_up_required");
            let retry = act::retry_rows(&corp.app, actor, id, &all, None).await;
            assert_eq!(code(retry.map(drop)), "step_up_required");
            let vote = say(&corp, actor, id, &now, Decision::Approve).await;
            assert_eq!(code(vote), "step_up_required");
        }
        let wanted = jiebang_app::audit::Wanted {
            act: Some("session.step_up_required".to_owned()),
            limit: 100,
            ..jiebang_app::audit::Wanted::default()
        };
        let log = jiebang_app::audit::list_entries(&corp.app, &operator, wanted).await;
        let refused = log.unwrap().items;
        assert_eq!(refused.len(), 8);
        assert!(refused.iter().all(|entry| entry.outcome == "refused"));
        act::start_handover(&corp.app, &person(&corp, 1), id, 1, 0)
            .await
            .unwrap();
    })
    .await;
}

/// Whoever refuses one refuses half of the others.
async fn many_refuse(corp: &Corp, share: f64) {
    let behaviour = json!({ "seed": 5, "refuse_share": share, "early_accept_share": 0.2,
        "deleted_before_share": 0.0 });
    corp.control("POST", "behaviour", behaviour).await;
}

#[tokio::test]
async fn b6_the_next_successor_is_tried_by_policy_and_nobody_twice() {
    testing::both(|store| async {
        let spec = Spec {
            left_days_ago: None,
            ..small()
        };
        let corp = Corp::start(store, spec).await;
        many_refuse(&corp, 0.6).await;
        let next = Policy {
            next_successor: NextSuccessor::List {
                userids: corp.successors[..4].to_vec(),
            },
            second_transfer: false,
            tries: 3,
            ..Policy::default()
        };
        policy(&corp, next).await;
        corp.advance(1);
        let mut request = corp.request(1);
        request.kind = Kind::InService;
        request.groups = None;
        let id = corp.start_handover(&request).await;
        corp.work_until_finished(id).await;
        let truth = transfers(&corp).await;
        let mut tried_again = 0;
        for row in corp.rows(id).await {
            let started = &truth[&row.subject_id];
            let order: Vec<&str> = started.iter().map(|(_, to)| to.as_str()).collect();
            let planned: Vec<&str> = corp.successors[..2].iter().map(|to| to.as_str()).collect();
            assert_eq!(order, planned[..order.len()], "{}", row.subject_id);
            // Each refusal stands with the attempt it belongs to.
            let last = started.last().unwrap();
            tried_again += usize::from(started.len() > 1);
            let before = &started[..started.len() - 1];
            assert!(before.iter().all(|(status, _)| *status == 3));
            let ended = if row.state == "taken_over" { 1 } else { 3 };
            assert_eq!(row.successor.as_deref(), Some(last.1.as_str()));
            assert_eq!(last.0, ended);
            assert!(ended == 1 || started.len() == 2, "{}", row.state);
        }
        assert!(tried_again > 5, "{tried_again}");
    })
    .await;
}

#[tokio::test]
async fn b7_the_budget_is_what_a_recount_says_and_its_rest_is_spent_with_approval_only() {
    testing::both(|store| async {
        let spec = Spec {
            left_days_ago: None,
            ..small()
        };
        let corp = Corp::start(store, spec).await;
        many_refuse(&corp, 1.0).await;
        let next = Policy {
            next_successor: NextSuccessor::List {
                userids: corp.successors[..4].to_vec(),
            },
            tries: 3,
            ..Policy::default()
        };
        policy(&corp, next).await;
        corp.advance(1);
        let mut request = corp.request(1);
        request.kind = Kind::InService;
        request.groups = None;
        let id = corp.start_handover(&request).await;
        corp.work_for(3 * 86_400).await;
        // One refusal each; the second transfer waits for two persons.
        assert_eq!(count(&corp, id, "awaiting_approval").await, 30);
        yes(&corp, &person(&corp, 2), id).await.unwrap();
        yes(&corp, &person(&corp, 3), id).await.unwrap();
        corp.work_until_finished(id).await;
        // Nobody is left to be tried within the budget.
        assert_eq!(count(&corp, id, "refused").await, 30);
        recount(&corp, &request, 2).await;
        // The first of the two was more than 90 days ago, then both.
        corp.advance(86 * 86_400 + 43_200);
        recount(&corp, &request, 1).await;
        corp.advance(5 * 86_400);
        recount(&corp, &request, 0).await;
    })
    .await;
}

/// Whether a plan of the moment knows as many transfers of the last 90 days as the platform has
/// started.
async fn recount(corp: &Corp, request: &jiebang_domain::handover::request::Request, within: usize) {
    let truth = transfers(corp).await;
    let id = corp.plan(request).await;
    for row in corp.rows(id).await {
        let detail = row.prediction_detail.unwrap_or_default();
        let known = detail["transfers"].as_u64().unwrap_or_default();
        assert_eq!(usize::try_from(known).unwrap(), within);
        assert!(truth[&row.subject_id].len() >= within);
        let expected = match within {
            0 => "planned",
            1 => "awaiting_approval",
            _ => "blocked",
        };
        assert_eq!(row.state, expected, "{}", row.prediction);
    }
    let dry_run = corp.detail(id).await.dry_run;
    assert_eq!(dry_run.second_transfers, if within == 1 { 30 } else { 0 });
    plan::delete_draft(&corp.app, &Actor::operator(), id)
        .await
        .unwrap();
}

#[tokio::test]
async fn b6_customers_that_ended_with_nobody_stay_an_alarm_until_they_are_settled() {
    testing::both(|store| async {
        let corp = Corp::start(store, small()).await;
        many_refuse(&corp, 1.0).await;
        let operator = Actor::operator();
        let open = async || {
            let found = orphans::list_orphans(&corp.app, &operator, "", None).await;
            found.unwrap()
        };
        let id = corp.start_handover(&corp.request(2)).await;
        assert_eq!(open().await.len(), 0);
        corp.work_until_finished(id).await;
        let refused = count(&corp, id, "refused").await;
        assert_eq!(i64::try_from(open().await.len()).unwrap(), refused);
        // They are on the list of those without a successor again: a case counts them once.
        let case = case::open_case(&corp.app, &operator, &corp.leaver).await;
        let case = case::get_case(&corp.app, &operator, case.unwrap()).await;
        let case = case.unwrap();
        let waiting = usize::try_from(case.facts.customers_waiting).unwrap();
        assert_eq!((waiting, refused > 0), (small().customers, true));
        let seen = overview::view_overview(&corp.app, &operator).await.unwrap();
        let told = |kind| seen.todo.iter().find(|todo| todo.kind == kind);
        let alone = told("orphans").map(|todo| todo.count);
        assert_eq!(alone, Some(u64::try_from(refused).unwrap()));
        assert!(told("refusals").is_none(), "each customer once");
        corp.advance(30 * 86_400);
        let found = open().await;
        assert_eq!(i64::try_from(found.len()).unwrap(), refused);
        let first = ExternalUserId::parse(found[0].row.subject_id.clone()).unwrap();
        let silent = orphans::settle_orphan(&corp.app, &operator, &first, "  ").await;
        assert!(matches!(silent, Err(Error::Invalid(_))));
        orphans::settle_orphan(&corp.app, &operator, &first, "客户已注销")
            .await
            .unwrap();
        assert_eq!(open().await.len(), found.len() - 1);
        // Then nothing is to be done about it any more, wherever it is counted.
        let case = case::get_case(&corp.app, &operator, case.view.case.id).await;
        let now = usize::try_from(case.unwrap().facts.customers_waiting).unwrap();
        assert_eq!(now, waiting - 1);
        let seen = overview::view_overview(&corp.app, &operator).await.unwrap();
        assert!(seen.todo.iter().all(|todo| todo.kind != "refusals"));
        let again = orphans::settle_orphan(&corp.app, &operator, &first, "再次").await;
        assert!(matches!(again, Err(Error::NotFound { .. })));
        // Nobody took it again: the alarm is back.
        let row = RetryRows::Numbers(vec![found[0].row.row_no]);
        act::retry_rows(&corp.app, &operator, id, &row, Some(&corp.successors[2]))
            .await
            .unwrap();
        corp.work_until_finished(id).await;
        assert_eq!(open().await.len(), found.len());
    })
    .await;
}
