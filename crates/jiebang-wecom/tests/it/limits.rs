//! Limits: blocks by the clock, learned concurrency, own windows.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiebang_domain::id::TagId;
use jiebang_domain::time::Timestamp;
use jiebang_wecom::{CallError, RateLimits};

use crate::stub::{Reply, START, Stub, customer, moving, user};

const FOLLOW: &str = "externalcontact/get_follow_user_list";

fn tags() -> [TagId; 1] {
    [TagId::parse("etX").unwrap()]
}

#[tokio::test]
async fn an_endpoint_refused_with_45009_is_left_alone_for_its_window() {
    let stub = Stub::start(|hit, before| {
        (hit.path == FOLLOW && before == 0).then(|| Reply::code(45009))?
    })
    .await;
    let client = stub.client();
    moving(&stub.clock, 5, client.follow_users()).await.unwrap();
    let hits = stub.hits(FOLLOW);
    assert_eq!(hits.len(), 2);
    assert!(hits[1].at.since(hits[0].at) >= 60, "{hits:?}");
}

#[tokio::test]
async fn a_block_holds_one_endpoint_and_not_the_others() {
    let stub = Stub::start(|hit, _| (hit.path == FOLLOW).then(|| Reply::code(45009))?).await;
    let mut config = stub.config();
    config.retry.max_limit_wait = 0;
    let client = stub.client_of(config);
    let error = client.follow_users().await.unwrap_err();
    assert_eq!(
        error.limited_until(),
        Some(Timestamp::from_seconds(START + 60))
    );
    client.follow_users().await.unwrap_err();
    assert_eq!(stub.hits(FOLLOW).len(), 1);
    client.customers_of(&user("amy")).await.unwrap();
    stub.clock.advance(60);
    let error = client.follow_users().await.unwrap_err();
    assert_eq!(stub.hits(FOLLOW).len(), 2);
    // Refused again right after the minute: it was the hour that was exceeded.
    assert_eq!(
        error.limited_until(),
        Some(Timestamp::from_seconds(START + 60 + 3600))
    );
}

#[tokio::test]
async fn an_effect_is_repeated_after_45009_because_nothing_happened() {
    let stub = Stub::start(|hit, before| {
        (hit.path == "externalcontact/mark_tag" && before == 0).then(|| Reply::code(45009))?
    })
    .await;
    let client = stub.client();
    let (amy, li, tags) = (user("amy"), customer("wmA1"), tags());
    moving(&stub.clock, 5, client.mark_tags(&amy, &li, &tags, &[]))
        .await
        .unwrap();
    assert_eq!(stub.hits("externalcontact/mark_tag").len(), 2);
}

#[tokio::test]
async fn fewer_calls_are_made_at_once_after_45033() {
    let (now, refused) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (n, r) = (Arc::clone(&now), Arc::clone(&refused));
    let stub = Stub::start(move |hit, _| {
        if hit.path == "gettoken" {
            return None;
        }
        // Counts those the delay below keeps in flight.
        let in_flight = n.fetch_add(1, Ordering::SeqCst) + 1;
        let n = Arc::clone(&n);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(30)).await;
            n.fetch_sub(1, Ordering::SeqCst);
        });
        let mut reply = if in_flight > 2 {
            r.fetch_add(1, Ordering::SeqCst);
            Reply::code(45033)?
        } else {
            Reply::ok()?
        };
        reply.delay = Duration::from_millis(35);
        Some(reply)
    })
    .await;
    let client = stub.client();
    let call_all = || futures::future::join_all((0..12).map(|_| client.follow_users()));
    for result in call_all().await {
        result.unwrap();
    }
    let learning = refused.swap(0, Ordering::SeqCst);
    assert!(learning > 0);
    for result in call_all().await {
        result.unwrap();
    }
    assert_eq!(
        refused.load(Ordering::SeqCst),
        0,
        "learned after {learning} refusals"
    );
}

#[tokio::test]
async fn own_windows_keep_the_documented_limits_and_tell_when_they_end() {
    let stub = Stub::start(|_, _| None).await;
    let mut config = stub.config();
    config.limits = RateLimits {
        per_minute: 10,
        per_hour: 25,
    };
    config.retry.max_limit_wait = 0;
    let client = stub.client_of(config);
    let call_all = || futures::future::join_all((0..12).map(|_| client.follow_users()));
    let ends = |results: Vec<Result<_, CallError>>| {
        let limited = results.into_iter().filter_map(Result::err);
        limited
            .map(|error| error.limited_until().unwrap().since(stub.clock.now()))
            .collect()
    };
    // A second more than the window: the calls are counted by whole seconds.
    assert_eq!(ends(call_all().await), vec![61; 2]);
    stub.clock.advance(61);
    assert_eq!(ends(call_all().await), vec![61; 2]);
    stub.clock.advance(61);
    let last: Vec<i64> = ends(call_all().await);
    assert_eq!(last.len(), 7);
    assert!(
        last.iter().all(|seconds| (3400..3600).contains(seconds)),
        "{last:?}"
    );
    assert_eq!(stub.hits(FOLLOW).len(), 25);
    // The limits are per endpoint.
    client.customers_of(&user("amy")).await.unwrap();
    stub.clock.advance(3600);
    client.follow_users().await.unwrap();
}

#[tokio::test]
async fn tags_of_one_member_are_marked_one_after_the_other() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (n, m) = (Arc::clone(&now), Arc::clone(&most));
    let stub = Stub::start(move |hit, _| {
        if hit.path == "gettoken" {
            return None;
        }
        m.fetch_max(n.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let n = Arc::clone(&n);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            n.fetch_sub(1, Ordering::SeqCst);
        });
        let mut reply = Reply::ok()?;
        reply.delay = Duration::from_millis(15);
        Some(reply)
    })
    .await;
    let client = stub.client();
    let (amy, li, tags) = (user("amy"), customer("wmA1"), tags());
    let calls = (0..6).map(|_| client.mark_tags(&amy, &li, &tags, &[]));
    for result in futures::future::join_all(calls).await {
        result.unwrap();
    }
    assert_eq!(most.load(Ordering::SeqCst), 1);
}
