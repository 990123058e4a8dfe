//! Sizes and repeatability.

use serde_json::{Value, json};
use wecom_sandbox::{LeaverSpec, Options};

use crate::support::{START, World, small, text};

#[tokio::test]
async fn the_same_seed_makes_the_same_company_and_another_seed_another() {
    let mut seen = Vec::new();
    for seed in [1, 1, 2] {
        let world = World::with(Options { seed, ..small() }).await;
        let company = world.truth("/company").await;
        let (leaver, _) = world.cast().await;
        let ids = world.unassigned(&leaver).await;
        let customer = world.truth(&format!("/customer/{}", ids[0])).await;
        let dialogue = format!("dialogues?external_userid={}", ids[0]);
        let dialogue = world.control("GET", &dialogue, Value::Null).await;
        seen.push(json!([company, ids, customer, dialogue, world.token]));
    }
    assert_eq!(seen[0], seen[1]);
    assert_ne!(seen[0], seen[2]);
}

#[tokio::test]
async fn the_company_has_leavers_of_every_sort_and_awkward_colleagues() {
    let world = World::with(Options {
        start_time: Some(START),
        frozen_clock: true,
        ..Options::default()
    })
    .await;
    let company = world.truth("/company").await;
    let leavers = company["leavers"].as_array().expect("rows");
    assert!(leavers.len() >= 4);
    assert!(
        leavers
            .iter()
            .any(|row| row["customers"] == 0 && row["groups"].as_u64() > Some(0))
    );
    assert!(leavers.iter().any(|row| row["transferable"] == false));
    assert!(company["awkward"].as_array().expect("rows").len() >= 3);
    assert_eq!(company["customers"], 3_000);
    assert_eq!(company["groups"], 120);
}

#[tokio::test]
async fn tiny_worlds_stand() {
    for (staff, customers, groups) in [(0, 0, 0), (1, 0, 0), (1, 5, 5), (2, 10, 3), (7, 50, 9)] {
        for leaver in [
            None,
            Some(LeaverSpec {
                customers: 3,
                groups: 2,
                ..LeaverSpec::default()
            }),
        ] {
            let world = World::with(Options {
                staff,
                customers,
                groups,
                leaver,
                ..small()
            })
            .await;
            assert_eq!(world.get("department/list").await["errcode"], 0);
            assert_eq!(world.truth("/company").await["members"], staff);
        }
    }
}

#[tokio::test]
async fn a_million_customers_stand_and_pages_reach_all_of_a_leavers() {
    let leaver = LeaverSpec {
        customers: 20_000,
        groups: 450,
        ..LeaverSpec::default()
    };
    let world = World::with(Options {
        staff: 2_000,
        customers: 1_000_000,
        groups: 20_000,
        leaver: Some(leaver),
        ..small()
    })
    .await;
    let company = world.truth("/company").await;
    assert_eq!(company["customers"], 1_000_000);
    let leaver = text(&company["prominent"]);
    assert_eq!(world.unassigned(&leaver).await.len(), 20_000);
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS"))
            .unwrap_or_default();
        println!("memory with a million customers: {line}");
    }
}
