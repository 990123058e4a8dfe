//! Jobs against a model of a screenful: whatever is done to them in whatever order, the table
//! holds what the model says, on both databases.

use jiebang_domain::time::Timestamp;
use jiebang_store::Store;
use jiebang_store::job::{self, Job, NewJob};
use jiebang_store::testing::{postgres, sqlite};
use proptest::prelude::*;
use uuid::Uuid;

use crate::fixture::{at, corp};

const LEASE: i64 = 10;

#[derive(Debug, Clone)]
enum Step {
    Enqueue {
        key: Option<u8>,
        delay: i64,
        priority: i32,
    },
    Claim,
    /// What a claimer does with the n-th claim made so far, still held or not.
    Finish(usize),
    Fail(usize),
    Retry(usize, i64, &'static str),
    Beat(usize),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (proptest::option::of(0..3u8), 0..8i64, 0..3i32)
            .prop_map(|(key, delay, priority)| Step::Enqueue { key, delay, priority }),
        5 => Just(Step::Claim),
        2 => (0..6usize).prop_map(Step::Finish),
        1 => (0..6usize).prop_map(Step::Fail),
        2 => (0..6usize, 0..8i64, prop_oneof![Just(""), Just("no")])
            .prop_map(|(n, delay, error)| Step::Retry(n, delay, error)),
        1 => (0..6usize).prop_map(Step::Beat),
        3 => (1..13i64).prop_map(Step::Wait),
    ]
}

#[derive(Debug, Clone, PartialEq)]
struct Modelled {
    id: u128,
    key: Option<u8>,
    state: &'static str,
    run_at: i64,
    again_at: Option<i64>,
    lease_until: i64,
    fence: i64,
    tries: i32,
    priority: i32,
}

#[derive(Default)]
struct Model {
    jobs: Vec<Modelled>,
    /// Id and fence of every claim.
    claims: Vec<(u128, i64)>,
    now: i64,
}

impl Model {
    fn enqueue(&mut self, id: u128, key: Option<u8>, delay: i64, priority: i32) {
        let run_at = self.now + delay;
        let same = self.jobs.iter_mut().find(|job| {
            key.is_some() && job.key == key && matches!(job.state, "queued" | "running")
        });
        match same {
            Some(job) => {
                job.priority = job.priority.max(priority);
                if job.state == "queued" {
                    job.run_at = job.run_at.min(run_at);
                } else {
                    job.again_at = Some(job.again_at.map_or(run_at, |again| again.min(run_at)));
                }
            }
            None => self.jobs.push(Modelled {
                id,
                key,
                state: "queued",
                run_at,
                again_at: None,
                lease_until: 0,
                fence: 0,
                tries: 0,
                priority,
            }),
        }
    }

    fn claim(&mut self) -> Option<(u128, i64)> {
        let now = self.now;
        let due = self.jobs.iter_mut().filter(|job| match job.state {
            "queued" => job.run_at <= now,
            "running" => job.lease_until < now,
            _ => false,
        });
        let job = due.min_by_key(|job| (-job.priority, job.run_at, job.id))?;
        job.state = "running";
        job.lease_until = now + LEASE;
        job.fence += 1;
        job.tries += 1;
        self.claims.push((job.id, job.fence));
        Some((job.id, job.fence))
    }

    /// The job of the n-th claim if it is still held under it.
    fn held(&mut self, claim: usize) -> Option<&mut Modelled> {
        let (id, fence) = *self.claims.get(claim)?;
        self.jobs
            .iter_mut()
            .find(|job| (job.id, job.fence, job.state) == (id, fence, "running"))
    }

    /// A try that went wrong counts; one that only waits does not.
    fn retry(&mut self, claim: usize, delay: i64, error: &str) -> bool {
        let run_at = self.now + delay;
        let Some(job) = self.held(claim) else {
            return false;
        };
        job.state = "queued";
        job.run_at = job
            .again_at
            .take()
            .map_or(run_at, |again| again.min(run_at));
        if error.is_empty() {
            job.tries = 0;
        }
        true
    }

    fn end(&mut self, claim: usize, state: &'static str) -> bool {
        let Some(job) = self.held(claim) else {
            return false;
        };
        match job.again_at.take() {
            Some(again) => {
                job.state = "queued";
                job.run_at = again;
                job.tries = 0;
            }
            None => job.state = state,
        }
        true
    }
}

async fn run(store: &Store, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut model = Model::default();
    let mut claims: Vec<Job> = Vec::new();
    for (n, step) in steps.iter().enumerate() {
        let now: Timestamp = at(model.now);
        let tx = store.begin().await.unwrap();
        let (did, should) = match step {
            Step::Wait(seconds) => {
                model.now += seconds;
                continue;
            }
            Step::Enqueue {
                key,
                delay,
                priority,
            } => {
                let id = n as u128;
                model.enqueue(id, *key, *delay, *priority);
                let new = NewJob {
                    id: Uuid::from_u128(id),
                    corp_id: corp(),
                    kind: "k".into(),
                    dedupe_key: key.map(|key| key.to_string()),
                    payload: serde_json::Value::Null,
                    run_at: now.plus(*delay),
                    priority: *priority,
                };
                (job::enqueue(&tx, &new, now).await.is_ok(), true)
            }
            Step::Claim => {
                drop(tx);
                let claimed = job::claim(store, &[], now, LEASE).await.unwrap();
                let got = claimed.as_ref().map(|job| (job.id.as_u128(), job.fence));
                prop_assert_eq!(got, model.claim(), "{:?}", store.kind());
                claims.extend(claimed);
                continue;
            }
            Step::Finish(n) => match claims.get(*n) {
                Some(claim) => (
                    job::finish(&tx, claim, now).await.is_ok(),
                    model.end(*n, "done"),
                ),
                None => continue,
            },
            Step::Fail(n) => match claims.get(*n) {
                Some(claim) => (
                    job::fail(&tx, claim, now, "no").await.is_ok(),
                    model.end(*n, "failed"),
                ),
                None => continue,
            },
            Step::Retry(n, delay, error) => match claims.get(*n) {
                Some(claim) => {
                    let run_at = now.plus(*delay);
                    let again = job::retry_at(&tx, claim, run_at, error).await.is_ok();
                    (again, model.retry(*n, *delay, error))
                }
                None => continue,
            },
            Step::Beat(n) => match claims.get(*n) {
                Some(claim) => {
                    drop(tx);
                    let beat = job::heartbeat(store, claim, now, LEASE).await.is_ok();
                    let until = model.now + LEASE;
                    let held = model.held(*n).map(|job| job.lease_until = until);
                    prop_assert_eq!(beat, held.is_some());
                    continue;
                }
                None => continue,
            },
        };
        prop_assert_eq!(did, should, "step {}: {:?} on {:?}", n, step, store.kind());
        tx.commit().await.unwrap();
    }
    compare(store, &model).await
}

async fn compare(store: &Store, model: &Model) -> Result<(), TestCaseError> {
    let mut listed = job::list(store.read(), &corp(), None, None, 1_000)
        .await
        .unwrap();
    listed.sort_by_key(|job| job.id);
    prop_assert_eq!(listed.len(), model.jobs.len());
    for (job, expected) in listed.iter().zip(&model.jobs) {
        let found = (
            job.id.as_u128(),
            job.state.as_str(),
            job.run_at,
            job.again_at,
        );
        let again_at = expected.again_at.map(|seconds| at(seconds).seconds());
        let run_at = at(expected.run_at).seconds();
        prop_assert_eq!(found, (expected.id, expected.state, run_at, again_at));
        let found = (job.fence, job.tries, job.priority);
        prop_assert_eq!(found, (expected.fence, expected.tries, expected.priority));
    }
    let next = model.jobs.iter().filter_map(|job| match job.state {
        "queued" => Some(job.run_at),
        "running" => Some(job.lease_until + 1),
        _ => None,
    });
    prop_assert_eq!(
        job::next_due(store.read()).await.unwrap(),
        next.min().map(at)
    );
    Ok(())
}

#[test]
fn jobs_behave_like_their_model_in_any_order_of_steps() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let stores = runtime.block_on(async { [sqlite().await, postgres().await] });
    proptest!(ProptestConfig::with_cases(30), |(steps in proptest::collection::vec(step(), 0..50))| {
        for store in &stores {
            runtime.block_on(async {
                let tx = store.begin().await.unwrap();
                sea_orm::ConnectionTrait::execute_unprepared(tx.conn(), "DELETE FROM job")
                    .await
                    .unwrap();
                tx.commit().await.unwrap();
                run(store, &steps).await
            })?;
        }
    });
}
