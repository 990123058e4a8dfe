//! What kills the library is set aside; everything else is opened, once.

use std::time::Duration;

use jiebang_wecom::archive::{ArchiveSdk, Death, Opening, ReturnCode};
use serde_json::json;

use super::{Set, Station, pull_all, told};

#[tokio::test]
async fn b20_a_segfault_every_so_many_messages_loses_nothing_and_doubles_nothing() {
    let station = Station::new().await;
    station.generate(400).await;
    let mut config = station.config();
    config.set("WECOM_SDK_STANDIN_CRASH_EVERY", "37");
    let sdk = ArchiveSdk::new(config).unwrap();
    let rows = pull_all(&sdk, 150).await;
    let mut openings = Vec::new();
    for page in rows.chunks(150) {
        openings.extend(station.open(&sdk, page).await);
    }
    assert_eq!(told(&rows, &openings), station.truth().await);
    let health = sdk.health();
    assert!(health.crashes >= 10, "{health:?}");
    assert_eq!(health.quarantined, 0);
    assert_eq!(health.starts, health.crashes + 2);
}

#[tokio::test]
async fn b20_a_row_that_kills_is_set_aside_and_its_neighbours_are_opened() {
    let station = Station::new().await;
    station.generate(20).await;
    let planted: Vec<_> = ["segv", "abort", "refuse", "segv", "segv", "hang"]
        .into_iter()
        .enumerate()
        .map(|(n, fault)| json!({"json": {"msgid": format!("{n}_1")}, "fault": fault}))
        .collect();
    let ask = json!({ "rows": planted });
    station.control("POST", "archive/rows", ask).await;
    station.generate(20).await;
    let mut config = station.config();
    config.patience.row = Duration::from_secs(3);
    let sdk = ArchiveSdk::new(config).unwrap();
    let rows = pull_all(&sdk, 1_000).await;
    let openings = station.open(&sdk, &rows).await;
    let segv = Opening::Quarantined(Death::Signal(11));
    let expected = [
        segv.clone(),
        Opening::Quarantined(Death::Signal(6)),
        Opening::Refused(ReturnCode(10_008)),
        segv.clone(),
        segv,
        Opening::Quarantined(Death::Hung(Duration::from_secs(3))),
    ];
    assert_eq!(openings[20..26], expected);
    let mut truth = station.truth().await;
    truth.drain(20..26);
    assert_eq!(told(&rows, &openings), truth);
    let health = sdk.health();
    assert_eq!((health.quarantined, health.hangs), (5, 2));
    assert_eq!(health.crashes, 8, "each killed twice");
    let again = station.open(&sdk, &rows[..20]).await;
    assert_eq!(again, openings[..20], "the connector goes on");
}

#[tokio::test]
async fn b20_a_batch_of_nothing_but_killers_ends() {
    let station = Station::new().await;
    let planted: Vec<_> = (0..6)
        .map(|n| json!({"json": {"msgid": format!("{n}_1")}, "fault": "abort"}))
        .collect();
    let ask = json!({ "rows": planted });
    station.control("POST", "archive/rows", ask).await;
    let sdk = station.sdk();
    let rows = pull_all(&sdk, 1_000).await;
    let openings = station.open(&sdk, &rows).await;
    let all = vec![Opening::Quarantined(Death::Signal(6)); 6];
    assert_eq!(openings, all);
}
