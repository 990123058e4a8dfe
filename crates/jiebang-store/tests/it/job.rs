//! Jobs: claimed once, fenced, kept through failures.

use std::collections::HashMap;

use jiebang_store::job::{self, Enqueued, Job, NewJob, State};
use jiebang_store::testing::both;
use jiebang_store::{Store, StoreError};
use serde_json::json;
use uuid::Uuid;

use crate::fixture::{at, corp, other_corp};

const LEASE: i64 = 60;

fn new(id: u128, key: Option<&str>, run_at: i64) -> NewJob {
    NewJob {
        id: Uuid::from_u128(id),
        corp_id: corp(),
        kind: "sync".into(),
        dedupe_key: key.map(Into::into),
        payload: json!({"n": 1}),
        run_at: at(run_at),
        priority: 0,
    }
}

async fn enqueue(store: &Store, new: &NewJob) -> Enqueued {
    let tx = store.begin().await.unwrap();
    let enqueued = job::enqueue(&tx, new, at(0)).await.unwrap();
    tx.commit().await.unwrap();
    enqueued
}

async fn claim(store: &Store, now: i64) -> Option<Job> {
    job::claim(store, &[], at(now), LEASE).await.unwrap()
}

async fn finish(store: &Store, job: &Job, now: i64) -> Result<(), StoreError> {
    let tx = store.begin().await.unwrap();
    job::finish(&tx, job, at(now)).await?;
    tx.commit().await
}

async fn find(store: &Store, id: Uuid) -> Job {
    job::find(store.read(), &corp(), id).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_claimers_share_the_jobs_and_none_is_claimed_twice() {
    both(|store| async move {
        for n in 0..40 {
            enqueue(&store, &new(n, None, 0)).await;
        }
        let claimers: Vec<_> = (0..8)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move {
                    let mut mine = Vec::new();
                    while let Some(job) = claim(&store, 1).await {
                        assert_eq!(job.fence, 1);
                        mine.push(job.id);
                    }
                    mine
                })
            })
            .collect();
        let mut claims: HashMap<Uuid, u32> = HashMap::new();
        for claimer in claimers {
            for id in claimer.await.unwrap() {
                *claims.entry(id).or_default() += 1;
            }
        }
        // A claimer may find the last jobs locked by others and go; nothing is claimed twice.
        assert!(claims.values().all(|times| *times == 1), "{claims:?}");
        while let Some(job) = claim(&store, 1).await {
            assert!(claims.insert(job.id, 1).is_none());
        }
        assert_eq!(claims.len(), 40);
    })
    .await;
}

#[tokio::test]
async fn a_job_is_claimed_when_it_is_due_the_urgent_one_first() {
    both(|store| async move {
        enqueue(&store, &new(1, None, 10)).await;
        enqueue(&store, &new(2, None, 5)).await;
        enqueue(
            &store,
            &NewJob {
                priority: 9,
                ..new(3, None, 20)
            },
        )
        .await;
        assert_eq!(job::next_due(store.read()).await.unwrap(), Some(at(5)));
        assert!(claim(&store, 4).await.is_none());
        let order: Vec<u128> = [
            claim(&store, 20).await.unwrap(),
            claim(&store, 20).await.unwrap(),
            claim(&store, 20).await.unwrap(),
        ]
        .map(|job| job.id.as_u128())
        .into();
        assert_eq!(order, [3, 2, 1]);
        assert_eq!(
            job::next_due(store.read()).await.unwrap(),
            Some(at(20 + LEASE + 1))
        );
    })
    .await;
}

#[tokio::test]
async fn only_the_kinds_asked_for_are_claimed() {
    both(|store| async move {
        enqueue(&store, &new(1, None, 0)).await;
        let claim = async |kinds: &[&str]| job::claim(&store, kinds, at(1), LEASE).await.unwrap();
        assert!(claim(&["notice", "carry"]).await.is_none());
        assert!(claim(&["notice", "sync"]).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn who_slept_through_the_lease_writes_nothing_more() {
    both(|store| async move {
        enqueue(&store, &new(1, None, 0)).await;
        let slow = claim(&store, 0).await.unwrap();
        assert!(
            claim(&store, LEASE).await.is_none(),
            "the lease still stands"
        );
        let quick = claim(&store, LEASE + 1).await.unwrap();
        assert_eq!(
            (quick.id, quick.fence, quick.tries),
            (slow.id, slow.fence + 1, 2)
        );

        let tx = store.begin().await.unwrap();
        assert!(matches!(
            job::assert_held(&tx, &slow).await,
            Err(StoreError::Fenced { .. })
        ));
        assert!(matches!(
            job::finish(&tx, &slow, at(70)).await,
            Err(StoreError::Fenced { .. })
        ));
        assert!(matches!(
            job::fail(&tx, &slow, at(70), "x").await,
            Err(StoreError::Fenced { .. })
        ));
        let again = job::retry_at(&tx, &slow, at(70), "x").await;
        assert!(matches!(again, Err(StoreError::Fenced { .. })));
        drop(tx);
        let beat = job::heartbeat(&store, &slow, at(70), LEASE).await;
        assert!(matches!(beat, Err(StoreError::Fenced { .. })));

        let tx = store.begin().await.unwrap();
        job::assert_held(&tx, &quick).await.unwrap();
        job::finish(&tx, &quick, at(71)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(find(&store, quick.id).await.state, State::Done.as_str());
        assert!(finish(&store, &quick, 72).await.is_err(), "finished once");
    })
    .await;
}

#[tokio::test]
async fn a_heartbeat_keeps_the_job() {
    both(|store| async move {
        enqueue(&store, &new(1, None, 0)).await;
        let held = claim(&store, 0).await.unwrap();
        job::heartbeat(&store, &held, at(50), LEASE).await.unwrap();
        assert!(claim(&store, 50 + LEASE).await.is_none());
        assert!(claim(&store, 51 + LEASE).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn the_same_work_is_queued_once_at_the_earlier_time() {
    both(|store| async move {
        let first = enqueue(&store, &new(1, Some("corp-sync"), 100)).await;
        assert_eq!(first, Enqueued::New(Uuid::from_u128(1)));
        for (id, run_at, expected) in [(2, 200, 100), (3, 50, 50)] {
            let merged = enqueue(&store, &new(id, Some("corp-sync"), run_at)).await;
            assert_eq!(merged, Enqueued::Merged(Uuid::from_u128(1)));
            assert_eq!(
                find(&store, Uuid::from_u128(1)).await.run_at,
                at(expected).seconds()
            );
        }
        let elsewhere = NewJob {
            corp_id: other_corp(),
            ..new(4, Some("corp-sync"), 0)
        };
        assert_eq!(
            enqueue(&store, &elsewhere).await,
            Enqueued::New(Uuid::from_u128(4))
        );
    })
    .await;
}

#[tokio::test]
async fn work_asked_for_while_it_runs_runs_once_more() {
    both(|store| async move {
        enqueue(&store, &new(1, Some("k"), 0)).await;
        let running = claim(&store, 0).await.unwrap();
        for (id, run_at) in [(2, 30), (3, 20), (4, 40)] {
            let merged = enqueue(&store, &new(id, Some("k"), run_at)).await;
            assert_eq!(merged, Enqueued::Merged(running.id));
        }
        finish(&store, &running, 10).await.unwrap();
        let again = find(&store, running.id).await;
        assert_eq!(
            (
                again.state.as_str(),
                again.run_at,
                again.tries,
                again.finished_at
            ),
            ("queued", at(20).seconds(), 0, None)
        );
        let last = claim(&store, 20).await.unwrap();
        finish(&store, &last, 21).await.unwrap();
        assert_eq!(find(&store, running.id).await.state, "done");
        let next = enqueue(&store, &new(5, Some("k"), 0)).await;
        assert_eq!(
            next,
            Enqueued::New(Uuid::from_u128(5)),
            "a finished job does not stand in the way"
        );
    })
    .await;
}

#[tokio::test]
async fn a_failed_try_is_kept_with_its_error_and_tried_again_later() {
    both(|store| async move {
        enqueue(&store, &new(1, None, 0)).await;
        let first = claim(&store, 0).await.unwrap();
        let tx = store.begin().await.unwrap();
        job::retry_at(&tx, &first, at(30), &"超时\0".repeat(2_000))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let waiting = find(&store, first.id).await;
        assert_eq!(
            (waiting.state.as_str(), waiting.run_at),
            ("queued", at(30).seconds())
        );
        assert!(
            waiting
                .last_error
                .is_some_and(|e| e.len() <= 2_000 && e.starts_with("超时"))
        );
        let second = claim(&store, 30).await.unwrap();
        let tx = store.begin().await.unwrap();
        job::fail(&tx, &second, at(31), "gone").await.unwrap();
        tx.commit().await.unwrap();
        let failed = find(&store, first.id).await;
        assert_eq!((failed.state.as_str(), failed.tries), ("failed", 2));
        let listed = job::list(store.read(), &corp(), Some(State::Failed), None, 10)
            .await
            .unwrap();
        assert_eq!(listed, [failed]);
    })
    .await;
}

#[tokio::test]
async fn a_job_not_committed_was_never_there() {
    both(|store| async move {
        let tx = store.begin().await.unwrap();
        job::enqueue(&tx, &new(1, None, 0), at(0)).await.unwrap();
        drop(tx);
        assert!(claim(&store, 1).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn old_work_is_forgotten() {
    both(|store| async move {
        enqueue(&store, &new(1, Some("a"), 0)).await;
        let held = claim(&store, 0).await.unwrap();
        finish(&store, &held, 5).await.unwrap();
        let tx = store.begin().await.unwrap();
        assert_eq!(job::prune(&tx, at(5)).await.unwrap(), 0);
        assert_eq!(job::prune(&tx, at(6)).await.unwrap(), 1);
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn jobs_are_listed_newest_first_page_by_page() {
    both(|store| async move {
        for n in 1..=5 {
            enqueue(&store, &new(n, None, 0)).await;
        }
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let page = job::list(store.read(), &corp(), None, after, 2)
                .await
                .unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            seen.extend(page.iter().map(|job| job.id.as_u128()));
        }
        assert_eq!(seen, [5, 4, 3, 2, 1]);
        assert!(
            job::list(store.read(), &other_corp(), None, None, 9)
                .await
                .unwrap()
                .is_empty()
        );
    })
    .await;
}

#[tokio::test]
async fn a_payload_is_read_as_its_type_and_a_huge_one_is_refused() {
    both(|store| async move {
        #[derive(serde::Deserialize)]
        struct Payload {
            n: u32,
        }
        enqueue(&store, &new(1, None, 0)).await;
        let held = claim(&store, 0).await.unwrap();
        assert_eq!(job::payload::<Payload>(&held).unwrap().n, 1);
        assert!(matches!(
            job::payload::<Vec<u8>>(&held),
            Err(StoreError::Damaged { .. })
        ));
        let tx = store.begin().await.unwrap();
        let huge = NewJob {
            payload: json!("x".repeat(70_000)),
            ..new(2, None, 0)
        };
        let refused = job::enqueue(&tx, &huge, at(0)).await;
        assert!(matches!(refused, Err(StoreError::TooLarge { .. })));
    })
    .await;
}
