//! Random deeds of everybody, again and again, and then the truth must hold.

use proptest::prelude::*;
use serde_json::{Value, json};
use wecom_sandbox::{LeaverSpec, Options};

use crate::support::{World, list, small, text};

#[derive(Debug, Clone)]
enum Deed {
    Start {
        resigned: bool,
        from: usize,
        to: usize,
        first: usize,
        count: usize,
    },
    MoveGroups {
        resigned: bool,
        from: usize,
        to: usize,
        count: usize,
    },
    Act {
        act: &'static str,
        first: usize,
    },
    Dismiss(usize),
    Leave(usize),
    Return(usize),
    Advance(i64),
    Fault(&'static str),
}

fn deed() -> impl Strategy<Value = Deed> {
    let acts = prop::sample::select(&["accept", "refuse", "delete_staff", "delete_by_staff"][..]);
    let kinds = prop::sample::select(&["cut_before", "cut_after", "busy", "busy_after"][..]);
    prop_oneof![
        6 => (any::<bool>(), 0..6usize, 0..6usize, 0..40usize, 1..30usize)
            .prop_map(|(resigned, from, to, first, count)| Deed::Start { resigned, from, to, first, count }),
        2 => (any::<bool>(), 0..6usize, 0..6usize, 1..8usize)
            .prop_map(|(resigned, from, to, count)| Deed::MoveGroups { resigned, from, to, count }),
        4 => (acts, 0..40usize).prop_map(|(act, first)| Deed::Act { act, first }),
        1 => (0..6usize).prop_map(Deed::Dismiss),
        1 => (1..6usize).prop_map(Deed::Leave),
        1 => (0..6usize).prop_map(Deed::Return),
        2 => (1..100_000i64).prop_map(Deed::Advance),
        1 => kinds.prop_map(Deed::Fault),
    ]
}

/// Does one deed; what the platform answers is of no interest.
async fn perform(world: &mut World, people: &[String], customers: &[String], deed: &Deed) {
    match deed {
        Deed::Start {
            resigned,
            from,
            to,
            first,
            count,
        } => {
            let ids: Vec<&String> = customers.iter().skip(*first).take(*count).collect();
            let body = json!({
                "handover_userid": people[*from], "takeover_userid": people[*to], "external_userid": ids,
            });
            let path = if *resigned {
                "resigned/transfer_customer"
            } else {
                "transfer_customer"
            };
            let _any = world
                .try_post(&format!("externalcontact/{path}"), body)
                .await;
        }
        Deed::MoveGroups {
            resigned,
            from,
            to,
            count,
        } => {
            let owner = world.truth(&format!("/member/{}", people[*from])).await;
            let ids: Vec<String> = list(&owner["group_ids"]).into_iter().take(*count).collect();
            let body = json!({ "chat_id_list": ids, "new_owner": people[*to] });
            let path = if *resigned {
                "transfer"
            } else {
                "onjob_transfer"
            };
            let _any = world
                .try_post(&format!("externalcontact/groupchat/{path}"), body)
                .await;
        }
        Deed::Act { act, first } => {
            let path = format!("customers/{}/{act}", customers[*first % customers.len()]);
            let _any = world.sandbox.control("POST", &path, json!({})).await;
        }
        Deed::Dismiss(who) => {
            let owner = world.truth(&format!("/member/{}", people[*who])).await;
            if let Some(id) = list(&owner["group_ids"]).first() {
                world
                    .control("POST", &format!("groups/{id}/dismiss"), Value::Null)
                    .await;
            }
        }
        Deed::Leave(who) => {
            let path = format!("members/{}/leave", people[*who]);
            world.control("POST", &path, Value::Null).await;
        }
        Deed::Return(who) => {
            let path = format!("members/{}/return", people[*who]);
            world.control("POST", &path, Value::Null).await;
        }
        Deed::Advance(seconds) => {
            world.advance(*seconds).await;
            world.token = world
                .token_of(&world.sandbox.info().app_secret.clone())
                .await;
        }
        Deed::Fault(kind) => {
            let rule = json!({ "path": "externalcontact/resigned/transfer_customer", "kind": kind, "times": 1 });
            world.control("POST", "faults", rule).await;
        }
    }
}

#[test]
fn whatever_people_do_the_truth_does_not_contradict_itself() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let case = proptest::collection::vec(deed(), 1..60);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(40));
    let outcome = runner.run(&case, |deeds| {
        runtime.block_on(async {
            let leaver = LeaverSpec {
                customers: 60,
                groups: 10,
                ..LeaverSpec::default()
            };
            let mut world = World::with(Options {
                customers: 300,
                leaver: Some(leaver),
                ..small()
            })
            .await;
            let (leaver, fit) = world.cast().await;
            let mut customers = world.unassigned(&leaver).await;
            customers.truncate(30);
            customers.extend(world.customers(&fit[0]).await.into_iter().take(20));
            let mut people = vec![leaver];
            people.extend(fit.into_iter().take(5));
            world
                .control(
                    "POST",
                    "behaviour",
                    json!({ "seed": 1, "refuse_share": 0.3 }),
                )
                .await;
            world
                .knobs(json!({ "failed_returns_to_unassigned": deeds.len() % 2 == 0 }))
                .await;
            for deed in &deeds {
                perform(&mut world, &people, &customers, deed).await;
            }
            let check = world.truth("/check").await;
            prop_assert_eq!(&check["errors"], &json!([]));
            Ok(())
        })
    });
    assert!(outcome.is_ok(), "{outcome:?}");
}

#[tokio::test]
async fn every_started_transfer_is_in_the_truth_and_in_the_results_once() {
    let world = World::new().await;
    let (leaver, fit) = world.cast().await;
    let ids = world.unassigned(&leaver).await;
    let rule = json!([
        { "path": "externalcontact/resigned/transfer_customer", "kind": "cut_after", "probability": 0.4, "seed": 1 },
        { "path": "externalcontact/resigned/transfer_customer", "kind": "cut_before", "probability": 0.4, "seed": 2 },
    ]);
    world.control("POST", "faults", rule).await;
    // A clumsy client that repeats until it is told 0 or 40100.
    for id in &ids {
        loop {
            let body = json!({
                "handover_userid": leaver, "takeover_userid": fit[0], "external_userid": [id],
            });
            let path = "externalcontact/resigned/transfer_customer";
            if let Ok(answer) = world.try_post(path, body).await {
                let code = answer["customer"][0]["errcode"].as_i64();
                assert!(matches!(code, Some(0 | 40_100)), "{answer}");
                break;
            }
        }
    }
    let truth = world.truth(&format!("?handover_userid={leaver}")).await;
    let pair = json!({ "handover_userid": leaver, "takeover_userid": fit[0] });
    let told = world
        .post("externalcontact/resigned/transfer_result", pair)
        .await;
    let ids_of = |rows: &Value| {
        let rows = rows.as_array().expect("rows").iter();
        rows.map(|row| text(&row["external_userid"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(ids_of(&truth["transfers"]), ids);
    assert_eq!(ids_of(&told["customer"]), ids);
    assert!(truth["calls"]["externalcontact/resigned/transfer_customer"].as_u64() > Some(130));
}
