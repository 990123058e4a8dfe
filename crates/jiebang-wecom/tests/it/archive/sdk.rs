//! Pulling and opening: everything comes, nothing twice, and refusals are no empty pages.

use std::time::Duration;

use jiebang_wecom::Secret;
use jiebang_wecom::archive::{
    ArchiveSdk, Death, Locked, Opening, RefusalKind, ReturnCode, SdkError, Unfit,
};
use serde_json::{Value, json};

use super::{Set, Station, pull_all, told};

#[tokio::test]
async fn everything_archived_is_pulled_and_opened_over_two_versions_of_the_key() {
    let mut station = Station::new().await;
    let first = json!({ "first_seq": (1_u64 << 63) + 5 });
    station.control("PUT", "archive", first).await;
    station.generate(260).await;
    station.new_key().await;
    station.generate(90).await;
    let sdk = station.sdk();
    let rows = pull_all(&sdk, 100).await;
    let versions: std::collections::BTreeSet<u32> =
        rows.iter().map(|row| row.publickey_ver).collect();
    assert_eq!(versions.into_iter().collect::<Vec<_>>(), [1, 2]);
    let openings = station.open(&sdk, &rows).await;
    assert_eq!(told(&rows, &openings), station.truth().await);
    let health = sdk.health();
    assert_eq!(
        (health.starts, health.crashes),
        (2, 0),
        "a child of each kind"
    );
}

#[tokio::test]
async fn the_wrong_key_is_10008_and_what_is_no_message_stays_outside() {
    let station = Station::new().await;
    station.generate(3).await;
    let sdk = station.sdk();
    let rows = pull_all(&sdk, 100).await;
    let right = station.unseal(&rows[0]);
    let wrong = station.unseal(&rows[1]);
    let message = rows[0].encrypt_chat_msg.as_str();
    let locked = |key, message| Locked { key, message };
    let asked = [
        locked(&right, message),
        locked(&wrong, message),
        locked(&right, "short"),
        locked(&[], message),
        locked(&right, message),
    ];
    let openings = sdk.open(&asked).await.unwrap();
    assert!(matches!(openings[0], Opening::Opened(_)));
    assert_eq!(openings[1], Opening::Refused(ReturnCode(10_008)));
    assert_eq!(openings[2], Opening::Unfit(Unfit::Short));
    assert_eq!(openings[3], Opening::Unfit(Unfit::Key));
    assert_eq!(openings[4], openings[0]);
    assert_eq!(sdk.health().crashes, 0);
}

#[tokio::test]
async fn each_refusal_is_told_in_the_operators_terms() {
    let station = Station::new().await;
    station.generate(5).await;
    let kind = async |sdk: &ArchiveSdk| match sdk.page(0, 10).await {
        Err(SdkError::Refused(refusal)) => refusal.kind,
        other => panic!("{other:?}"),
    };
    let with_secret = |secret: &str| {
        let mut config = station.config();
        config.secret = Secret::new(secret);
        ArchiveSdk::new(config).unwrap()
    };
    let info = station.sandbox.info();
    let app = with_secret(&info.app_secret);
    assert_eq!(kind(&app).await, RefusalKind::NotArchiveSecret);
    assert_eq!(kind(&with_secret("wrong")).await, RefusalKind::Credential);
    let sdk = station.sdk();
    for (switches, expected) in [
        (
            json!({ "trusted_ips": ["203.0.113.1"] }),
            RefusalKind::IpNotTrusted {
                ip: "127.0.0.1".parse().ok(),
            },
        ),
        (
            json!({ "trusted_ips": null, "on": false }),
            RefusalKind::Expired,
        ),
        (
            json!({ "on": true, "pages_per_minute": 0 }),
            RefusalKind::RateLimited,
        ),
    ] {
        station.control("PUT", "archive", switches).await;
        assert_eq!(kind(&sdk).await, expected);
    }
}

#[tokio::test]
async fn codes_of_the_library_and_nonsense_of_the_platform_are_told_apart() {
    let station = Station::new().await;
    station.generate(20).await;
    let sdk = station.sdk();
    for code in [10_001, 10_002, 10_003, 10_009, 77] {
        station
            .fault(
                json!({"path": "archive/chatdata", "kind": "sdk_return", "code": code, "times": 1}),
            )
            .await;
        let Err(SdkError::Returned { code: told, .. }) = sdk.page(0, 10).await else {
            panic!("{code} was not told");
        };
        assert_eq!(told, ReturnCode(code));
    }
    for (variant, passing) in [("half", true), ("html", true)] {
        station
            .fault(json!({"path": "archive/chatdata", "kind": "malformed", "variant": variant, "times": 1}))
            .await;
        let error = sdk.page(0, 10).await.unwrap_err();
        assert_eq!(error.is_passing(), passing, "{variant}: {error:?}");
    }
    station
        .fault(json!({"path": "archive/chatdata", "kind": "cut_after", "times": 1}))
        .await;
    let cut = sdk.page(0, 10).await;
    assert!(matches!(
        cut,
        Err(SdkError::Returned {
            code: ReturnCode(10_001),
            ..
        })
    ));
    station
        .fault(json!({"path": "archive/chatdata", "kind": "empty_page", "times": 1}))
        .await;
    assert!(sdk.page(0, 10).await.unwrap().is_empty());
    station
        .fault(json!({"path": "archive/chatdata", "kind": "short_page", "times": 1}))
        .await;
    assert_eq!(sdk.page(0, 9).await.unwrap().rows.len(), 3);
    assert_eq!(sdk.page(0, 10).await.unwrap().rows.len(), 10);
    assert_eq!(sdk.health().starts, 1, "nothing of this costs a process");
}

#[tokio::test]
async fn a_crash_or_hang_of_a_pull_is_told_and_the_next_pull_works() {
    let station = Station::new().await;
    station.generate(4).await;
    let mut config = station.config();
    config.patience.page = Duration::from_secs(3);
    config.patience.grace = Duration::from_millis(500);
    let sdk = ArchiveSdk::new(config).unwrap();
    for (variant, expected) in [
        ("segv", Death::Signal(11)),
        ("abort", Death::Signal(6)),
        ("hang", Death::Hung(Duration::from_millis(3_500))),
    ] {
        station
            .fault(json!({"path": "archive/chatdata", "kind": "sdk_crash", "variant": variant, "times": 1}))
            .await;
        let Err(SdkError::Died { death, .. }) = sdk.page(0, 10).await else {
            panic!("{variant} was not told");
        };
        assert_eq!(death, expected);
        assert_eq!(sdk.page(0, 10).await.unwrap().rows.len(), 4);
    }
    let health = sdk.health();
    assert_eq!((health.crashes, health.hangs, health.starts), (2, 1, 4));
}

#[tokio::test]
async fn a_platform_that_does_not_answer_ends_in_the_librarys_own_time_out() {
    let station = Station::new().await;
    let mut config = station.config();
    config.patience.page = Duration::from_secs(1);
    let sdk = ArchiveSdk::new(config).unwrap();
    station
        .fault(json!({"path": "archive/chatdata", "kind": "slow", "millis": 4_000, "times": 1}))
        .await;
    let slow = sdk.page(0, 10).await;
    assert!(matches!(
        slow,
        Err(SdkError::Returned {
            code: ReturnCode(10_001),
            ..
        })
    ));
    assert_eq!(sdk.health().hangs, 0);
}

#[tokio::test]
async fn who_gives_up_in_the_middle_leaves_no_answer_to_the_next() {
    let station = Station::new().await;
    station.generate(10).await;
    let sdk = station.sdk();
    station
        .fault(json!({"path": "archive/chatdata", "kind": "slow", "millis": 700, "times": 1}))
        .await;
    let given_up = tokio::time::timeout(Duration::from_millis(300), sdk.page(0, 10)).await;
    assert!(given_up.is_err());
    let truth = station.truth().await;
    let behind = sdk.page(truth[6].0, 10).await.unwrap();
    let numbers: Vec<u64> = behind.rows.iter().map(|row| row.seq).collect();
    let expected: Vec<u64> = truth[7..].iter().map(|row| row.0).collect();
    assert_eq!(numbers, expected);
}

#[tokio::test]
async fn limits_are_kept_before_anybody_is_asked() {
    let station = Station::new().await;
    let sdk = station.sdk();
    for limit in [0, 1_001] {
        assert!(matches!(
            sdk.page(0, limit).await,
            Err(SdkError::Input { .. })
        ));
    }
    assert!(matches!(
        sdk.chunk("", None).await,
        Err(SdkError::Input { .. })
    ));
    assert_eq!(sdk.health().starts, 0);
    let mut config = station.config();
    config.patience.page = Duration::ZERO;
    assert!(matches!(ArchiveSdk::new(config), Err(SdkError::Config(_))));
}

#[tokio::test]
async fn after_every_kind_of_failure_nothing_of_the_library_is_left_alive() {
    let station = Station::new().await;
    station.generate(40).await;
    let dir = tempfile::tempdir().unwrap();
    let ledger = dir.path().join("ledger");
    let mut config = station.config();
    config.downloaders = 1;
    config.set("WECOM_SDK_STANDIN_LEDGER", ledger.to_str().unwrap());
    let sdk = ArchiveSdk::new(config).unwrap();
    for code in [10_001, 10_002] {
        let rule =
            json!({"path": "archive/chatdata", "kind": "sdk_return", "code": code, "times": 1});
        station.fault(rule).await;
        assert!(sdk.page(0, 10).await.is_err());
    }
    station
        .control("PUT", "archive", json!({ "on": false }))
        .await;
    assert!(sdk.page(0, 10).await.is_err());
    station
        .control("PUT", "archive", json!({ "on": true }))
        .await;
    let rows = pull_all(&sdk, 7).await;
    station.open(&sdk, &rows).await;
    assert!(sdk.chunk("no such file", None).await.is_err());
    sdk.close().await;
    let text = std::fs::read_to_string(ledger).unwrap();
    for line in text.lines().filter(|line| !line.starts_with("decrypts")) {
        assert!(line.ends_with(" 0"), "{text}");
    }
    assert!(text.contains("shared_uses 0"));
    assert!(matches!(sdk.page(0, 10).await, Err(SdkError::Config(_))));
}

#[tokio::test]
async fn a_proxy_is_used_with_its_password() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let station = Station::new().await;
    station.generate(2).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let proxy = tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(client.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        let target = head.split(' ').nth(1).unwrap().to_owned();
        let mut server = tokio::net::TcpStream::connect(target).await.unwrap();
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let _ended = tokio::io::copy_bidirectional(&mut client, &mut server).await;
        head
    });
    let mut config = station.config();
    config.proxy = Some(jiebang_wecom::archive::Proxy {
        address: format!("http://{address}"),
        password: Secret::new("user:pass"),
    });
    let sdk = ArchiveSdk::new(config).unwrap();
    assert_eq!(sdk.page(0, 10).await.unwrap().rows.len(), 2);
    let head = proxy.await.unwrap();
    assert!(head.starts_with("CONNECT 127.0.0.1:"), "{head}");
    assert!(
        head.contains("Proxy-Authorization: Basic dXNlcjpwYXNz"),
        "{head}"
    );
}

#[tokio::test]
async fn a_repeated_row_and_the_five_day_floor_reach_the_caller_as_they_are() {
    let station = Station::new().await;
    station
        .control("PUT", "archive", json!({ "duplicates": 1.0 }))
        .await;
    station.generate(10).await;
    let sdk = station.sdk();
    let rows = pull_all(&sdk, 1_000).await;
    assert_eq!(rows.len(), 20);
    assert_eq!(rows[0].msgid, rows[1].msgid);
    assert_ne!(rows[0].seq, rows[1].seq);
    station.sandbox.advance(6 * 86_400);
    station
        .control("PUT", "archive", json!({ "duplicates": 0.0 }))
        .await;
    station.generate(3).await;
    let page = sdk.page(rows[4].seq, 1_000).await.unwrap();
    assert_eq!(
        page.rows.len(),
        3,
        "what is older is lost, without an error"
    );
    let state = station.control("GET", "archive", Value::Null).await;
    assert_eq!(state["rows"], 23);
}
