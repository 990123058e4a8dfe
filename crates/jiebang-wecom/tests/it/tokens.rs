//! Tokens: fetched once for all, renewed in time, never asked for in a loop.

use jiebang_wecom::{CallError, ConfigProblem, ErrCode, NotSent};

use crate::stub::{Reply, Stub, customer, token, user};

#[tokio::test]
async fn a_hundred_calls_at_once_fetch_one_token() {
    let stub = Stub::start(|_, _| None).await;
    let client = stub.client();
    let calls = (0..100).map(|_| client.follow_users());
    for result in futures::future::join_all(calls).await {
        result.unwrap();
    }
    assert_eq!(stub.hits("gettoken").len(), 1);
    assert_eq!(client.calls()["gettoken"], 1);
    assert_eq!(client.calls()["externalcontact/get_follow_user_list"], 100);
}

#[tokio::test]
async fn a_token_is_renewed_at_nine_tenths_of_its_life() {
    let stub = Stub::start(|_, _| None).await;
    let client = stub.client();
    client.follow_users().await.unwrap();
    stub.clock.advance(6479);
    client.follow_users().await.unwrap();
    assert_eq!(stub.hits("gettoken").len(), 1);
    stub.clock.advance(1);
    client.follow_users().await.unwrap();
    assert_eq!(stub.hits("gettoken").len(), 2);
}

#[tokio::test]
async fn an_old_token_serves_to_its_end_when_a_new_one_cannot_be_had() {
    let stub = Stub::start(|hit, before| match hit.path.as_str() {
        "gettoken" if before > 0 => Reply::status(502, ""),
        _ => None,
    })
    .await;
    let client = stub.client();
    client.follow_users().await.unwrap();
    stub.clock.advance(7000);
    client.follow_users().await.unwrap();
    stub.clock.advance(201);
    let error = client.follow_users().await.unwrap_err();
    assert!(
        matches!(
            error,
            CallError::NotSent {
                why: NotSent::NoToken(_),
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_ended_token_is_fetched_again_once_for_either_code() {
    for code in [40014, 42001] {
        let stub = Stub::start(move |hit, _| {
            (hit.path != "gettoken" && hit.token() == "T0").then(|| Reply::code(code))?
        })
        .await;
        let client = stub.client();
        let reads = (0..50).map(|_| client.follow_users());
        for result in futures::future::join_all(reads).await {
            result.unwrap();
        }
        assert_eq!(stub.hits("gettoken").len(), 2, "{code}");
    }
}

#[tokio::test]
async fn an_effect_is_repeated_after_an_ended_token() {
    let stub = Stub::start(|hit, _| {
        (hit.path != "gettoken" && hit.token() == "T0").then(|| Reply::code(42001))?
    })
    .await;
    let tags = [jiebang_domain::id::TagId::parse("etX").unwrap()];
    stub.client()
        .mark_tags(&user("amy"), &customer("wmA1"), &tags, &[])
        .await
        .unwrap();
    assert_eq!(stub.hits("externalcontact/mark_tag").len(), 2);
}

#[tokio::test]
async fn a_token_never_accepted_is_renewed_once_per_call_and_given_up() {
    for same in [false, true] {
        let stub = Stub::start(move |hit, _| match hit.path.as_str() {
            "gettoken" if same => Reply::json(token("SAME")),
            "gettoken" => None,
            _ => Reply::code(40014),
        })
        .await;
        let client = stub.client();
        let error = client.follow_users().await.unwrap_err();
        assert_eq!(error.code(), Some(ErrCode(40014)));
        assert!(!error.is_unsure());
        assert_eq!(stub.hits("gettoken").len(), 2);
        assert_eq!(stub.hits("externalcontact/get_follow_user_list").len(), 2);
    }
}

#[tokio::test]
async fn a_rejected_secret_is_answered_from_memory_for_some_minutes() {
    let stub = Stub::start(|hit, _| (hit.path == "gettoken").then(|| Reply::code(40001))?).await;
    let client = stub.client();
    for _ in 0..20 {
        let error = client.follow_users().await.unwrap_err();
        assert_eq!(error.config_problem(), Some(ConfigProblem::Secret));
        assert!(!error.is_unsure());
    }
    assert_eq!(stub.hits("gettoken").len(), 1);
    stub.clock.advance(301);
    client.follow_users().await.unwrap_err();
    assert_eq!(stub.hits("gettoken").len(), 2);
    assert!(stub.hits("externalcontact/get_follow_user_list").is_empty());
}

#[tokio::test]
async fn those_who_wait_for_a_token_that_fails_do_not_each_try_again() {
    let stub = Stub::start(|hit, _| {
        let mut reply = Reply::status(500, "")?;
        reply.delay = std::time::Duration::from_millis(50);
        (hit.path == "gettoken").then_some(reply)
    })
    .await;
    let mut config = stub.config();
    config.retry.max_retries = 0;
    let client = stub.client_of(config);
    let calls = (0..50).map(|_| client.follow_users());
    let results = futures::future::join_all(calls).await;
    assert!(results.iter().all(Result::is_err));
    assert_eq!(stub.hits("gettoken").len(), 1);
}

#[tokio::test]
async fn each_secret_has_its_own_token() {
    let stub = Stub::start(|_, _| None).await;
    let client = stub.client();
    client.follow_users().await.unwrap();
    client.member_ids(None).await.unwrap();
    let secrets: Vec<_> = stub
        .hits("gettoken")
        .iter()
        .map(|hit| hit.query["corpsecret"].clone())
        .collect();
    assert_eq!(secrets, ["hush-hush", "contacts-hush"]);
    assert_eq!(stub.hits("user/list_id")[0].token(), "T1");
}

#[tokio::test]
async fn without_a_contacts_secret_nothing_is_sent() {
    let stub = Stub::start(|_, _| None).await;
    let mut config = stub.config();
    config.contacts_secret = None;
    let error = stub.client_of(config).member_ids(None).await.unwrap_err();
    assert!(matches!(
        error,
        CallError::NotSent {
            why: NotSent::NoSecret,
            ..
        }
    ));
    assert!(stub.hits("gettoken").is_empty());
}

#[tokio::test]
async fn an_administrator_who_checks_again_is_not_answered_from_memory() {
    let stub = Stub::start(|hit, before| {
        (hit.path == "gettoken" && before == 0).then(|| Reply::code(40001))?
    })
    .await;
    let client = stub.client();
    client.follow_users().await.unwrap_err();
    client.follow_users().await.unwrap_err();
    assert_eq!(stub.hits("gettoken").len(), 1);
    client.check_app_secret().await.unwrap();
    client.follow_users().await.unwrap();
    assert_eq!(stub.hits("gettoken").len(), 2);
}

#[tokio::test]
async fn a_clock_that_is_corrected_a_little_keeps_the_token() {
    let stub = Stub::start(|_, _| None).await;
    let client = stub.client();
    client.follow_users().await.unwrap();
    stub.clock.advance(-2);
    client.follow_users().await.unwrap();
    assert_eq!(stub.hits("gettoken").len(), 1);
    stub.clock.advance(-86_400);
    client.follow_users().await.unwrap();
    assert_eq!(stub.hits("gettoken").len(), 2);
}
