//! Files: part by part, and on from where a failure was.

use jiebang_wecom::archive::{ArchiveSdk, ReturnCode, SdkError};
use serde_json::{Value, json};

use super::{Station, sum};

/// A whole file; a part that fails is asked for again by the same index.
async fn download(sdk: &ArchiveSdk, id: &str) -> (Vec<u8>, usize) {
    let (mut bytes, mut index, mut failures) = (Vec::new(), None, 0);
    loop {
        match sdk.chunk(id, index.as_deref()).await {
            Ok(chunk) => {
                bytes.extend(chunk.data);
                match chunk.next {
                    Some(next) => index = Some(next),
                    None => return (bytes, failures),
                }
            }
            Err(error) => {
                assert!(error.is_passing() && failures < 20, "{error:?}");
                failures += 1;
            }
        }
    }
}

async fn files(station: &Station) -> Vec<Value> {
    let truth = station
        .control("GET", "truth/archive/files", Value::Null)
        .await;
    truth["files"].as_array().unwrap().clone()
}

#[tokio::test]
async fn every_kind_of_file_arrives_as_it_was_sent() {
    let station = Station::new().await;
    station.generate(250).await;
    let sdk = station.sdk();
    let (mut parted, all) = (0, files(&station).await);
    for file in &all {
        let (bytes, _) = download(&sdk, file["sdkfileid"].as_str().unwrap()).await;
        assert_eq!(Some(bytes.len() as u64), file["size"].as_u64());
        assert_eq!(sum(&bytes), file["sha256"].as_str().unwrap());
        parted += usize::from(bytes.len() > 524_288);
    }
    assert!(parted > 0 && all.len() > 15, "{parted} of {}", all.len());
}

#[tokio::test]
async fn a_failure_in_the_middle_costs_one_part() {
    let station = Station::new().await;
    station.generate(250).await;
    let sdk = station.sdk();
    let all = files(&station).await;
    let large = |file: &&Value| file["size"].as_u64() > Some(600_000);
    let file = all.iter().find(large).unwrap();
    for fault in [
        json!({"kind": "sdk_return", "code": 10_001}),
        json!({"kind": "sdk_return", "code": 10_003}),
        json!({"kind": "cut_after"}),
        json!({"kind": "sdk_crash", "variant": "segv"}),
    ] {
        let mut rule = fault;
        rule["path"] = json!("archive/media");
        rule["skip"] = json!(1);
        rule["times"] = json!(1);
        station.control("DELETE", "faults", Value::Null).await;
        station.fault(rule.clone()).await;
        let (bytes, failures) = download(&sdk, file["sdkfileid"].as_str().unwrap()).await;
        assert_eq!(failures, 1, "{rule}");
        assert_eq!(sum(&bytes), file["sha256"].as_str().unwrap(), "{rule}");
    }
    assert_eq!(sdk.health().crashes, 1);
}

#[tokio::test]
async fn what_is_gone_and_what_never_was_are_told_apart() {
    let station = Station::new().await;
    station.generate(50).await;
    let sdk = station.sdk();
    let code = async |id: &str, index: Option<&str>| match sdk.chunk(id, index).await {
        Err(SdkError::Returned { code, .. }) => code,
        other => panic!("{other:?}"),
    };
    assert_eq!(code("never", None).await, ReturnCode(10_005));
    let id = files(&station).await[0]["sdkfileid"].clone();
    let id = id.as_str().unwrap();
    assert_eq!(code(id, Some("nonsense")).await, ReturnCode(10_000));
    station.sandbox.advance(6 * 86_400);
    assert_eq!(code(id, None).await, ReturnCode(10_010));
}

#[tokio::test]
async fn files_are_downloaded_beside_each_other() {
    let station = Station::new().await;
    station.generate(100).await;
    let sdk = station.sdk();
    let all = files(&station).await;
    station
        .fault(json!({"path": "archive/media", "kind": "slow", "millis": 600}))
        .await;
    let small = |file: &&Value| file["size"].as_u64() < Some(500_000);
    let two: Vec<&str> = all
        .iter()
        .filter(small)
        .take(2)
        .map(|file| file["sdkfileid"].as_str().unwrap())
        .collect();
    let (one, other) = tokio::join!(sdk.chunk(two[0], None), sdk.chunk(two[1], None));
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(sdk.health().starts, 2, "one waits for nobody");
}
