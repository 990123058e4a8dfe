//! A corp to hand over in: sandbox, store, app, and a worker that is stepped by hand.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use jiebang_app::handover::view::Detail;
use jiebang_app::handover::{act, plan, view};
use jiebang_app::settings::{Configured, Given, Source, connect};
use jiebang_app::{App, Parts, job, settings, sync};
use jiebang_domain::access::Actor;
use jiebang_domain::handover::Kind;
use jiebang_domain::handover::approval::Policy;
use jiebang_domain::handover::request::{Assignment, Condition, GroupChoice, RecordScope, Request};
use jiebang_domain::id::{CorpId, UserId};
use jiebang_domain::time::{Clock, Timestamp};
use jiebang_store::Store;
use jiebang_store::entity::handover_row::Model as Row;
use jiebang_store::handover::{self as stored, RowFilter};
use jiebang_vault::{Entropy, MasterKey};
use jiebang_wecom::Secret;
use serde_json::{Value, json};
use uuid::Uuid;
use wecom_sandbox::{LeaverSpec, Options, Sandbox};

/// A morning in Beijing, so that a day's limit is not cut by midnight.
const START: i64 = 1_767_229_200;

pub struct Corp {
    pub sandbox: Sandbox,
    pub app: App,
    pub store: Store,
    pub leaver: UserId,
    pub successors: Vec<UserId>,
    clock: Clock,
}

pub struct Spec {
    pub customers: usize,
    pub groups: usize,
    /// Days since the leaver left; `None`: still employed.
    pub left_days_ago: Option<i64>,
    pub seed: u64,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            customers: 120,
            groups: 0,
            left_days_ago: Some(2),
            seed: 3,
        }
    }
}

impl Corp {
    /// Starts everything and reads the corp.
    pub async fn start(store: Store, spec: Spec) -> Self {
        let sandbox = Sandbox::start(Options {
            seed: spec.seed,
            staff: 30,
            customers: spec.customers + 200,
            groups: spec.groups + 10,
            start_time: Some(START),
            frozen_clock: true,
            leaver: Some(LeaverSpec {
                customers: spec.customers,
                groups: spec.groups,
                left_days_ago: spec.left_days_ago,
                ..LeaverSpec::default()
            }),
            ..Options::default()
        })
        .await
        .unwrap();
        let clock = Clock::manual(Timestamp::from_seconds(START));
        let app = app(&store, &sandbox, &clock);
        assert!(connect(&app).await.unwrap());
        let (_, company) = sandbox.control("GET", "truth/company", Value::Null).await;
        let user = |value: &Value| UserId::parse(value.as_str().unwrap()).unwrap();
        let leaver = user(&company["prominent"]);
        let successors: Vec<UserId> = company["successors"]
            .as_array()
            .unwrap()
            .iter()
            .map(user)
            .collect();
        let successors = successors.into_iter().filter(|s| *s != leaver).collect();
        let corp = Self {
            sandbox,
            app,
            store,
            leaver,
            successors,
            clock,
        };
        sync::start_sync(&corp.app, &Actor::operator())
            .await
            .unwrap();
        corp.work_for(60).await;
        corp
    }

    /// Nothing needs approval, second transfers included.
    pub async fn ask_nobody(&self) {
        let policy = Policy {
            second_transfer: false,
            ..Policy::default()
        };
        settings::change_approval(&self.app, &Actor::operator(), policy)
            .await
            .unwrap();
    }

    /// The leaver leaves, and the corp is read again.
    pub async fn leave(&self) {
        self.control("POST", &format!("members/{}/leave", self.leaver), json!({}))
            .await;
        self.advance(120);
        sync::start_sync(&self.app, &Actor::operator())
            .await
            .unwrap();
        self.work_for(60).await;
    }

    /// The app as it comes up again after a crash: nothing is remembered but what is stored.
    pub async fn reborn(&self) -> App {
        let app = app(&self.store, &self.sandbox, &self.clock);
        assert!(connect(&app).await.unwrap());
        app
    }

    pub async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.sandbox.control(method, path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    pub fn request(&self, successors: usize) -> Request {
        Request {
            leaver: self.leaver.clone(),
            kind: Kind::Resigned,
            customers: Some(Condition::default()),
            groups: Some(GroupChoice::default()),
            assignment: Assignment::Evenly {
                to: self.successors[..successors].to_vec(),
            },
            groups_to: vec![],
            must: vec![],
            must_not: vec![],
            cap: None,
            rule_set: None,
            record_scope: RecordScope::None,
            record_kinds: std::collections::BTreeSet::new(),
            note: "请先打招呼".to_owned(),
            message: None,
        }
    }

    pub async fn plan(&self, request: &Request) -> Uuid {
        plan::create_handover(&self.app, &Actor::operator(), request)
            .await
            .unwrap()
    }

    /// Plans and starts.
    pub async fn start_handover(&self, request: &Request) -> Uuid {
        let id = self.plan(request).await;
        self.confirm(id).await;
        id
    }

    pub async fn confirm(&self, id: Uuid) {
        let detail = self.detail(id).await;
        let planned = usize::try_from(detail.summary.counts["planned"]).unwrap();
        let version = detail.summary.handover.version;
        act::start_handover(&self.app, &Actor::operator(), id, version, planned)
            .await
            .unwrap();
    }

    pub async fn detail(&self, id: Uuid) -> Detail {
        view::get_handover(&self.app, &Actor::operator(), id)
            .await
            .unwrap()
    }

    pub async fn rows(&self, id: Uuid) -> Vec<Row> {
        stored::rows(self.store.read(), id, &RowFilter::default(), 0, 100_000)
            .await
            .unwrap()
    }

    pub fn advance(&self, seconds: i64) {
        self.sandbox.advance(u32::try_from(seconds).unwrap());
        self.clock.set_millis(self.sandbox.now_millis());
    }

    /// Runs everything that falls due within `seconds` of the clock.
    pub async fn work_for(&self, seconds: i64) {
        let end = self.clock.now().plus(seconds);
        loop {
            if job::run_next(&self.app).await.unwrap() {
                continue;
            }
            let left = end.since(self.clock.now());
            if left <= 0 {
                return;
            }
            let next = job::next_due(&self.app).await.unwrap();
            let wait = next.map_or(left, |at| at.since(self.clock.now()));
            self.advance(wait.clamp(1, left));
        }
    }

    /// Works until the handover has finished; at most ten days of the clock.
    pub async fn work_until_finished(&self, id: Uuid) {
        let began = self.clock.now();
        while self.clock.now().since(began) < 10 * 86_400 {
            if self.detail(id).await.summary.handover.state != "running" {
                return;
            }
            if !job::run_next(&self.app).await.unwrap() {
                let next = job::next_due(&self.app)
                    .await
                    .unwrap()
                    .expect("something is due");
                self.advance(next.since(self.clock.now()).clamp(1, 3600));
            }
        }
        panic!("not finished: {:?}", self.detail(id).await.summary.counts);
    }

    /// The same with four workers side by side; none of them may wait for another in a circle.
    pub async fn four_work_until_finished(&self, id: Uuid) {
        let began = self.clock.now();
        while self.clock.now().since(began) < 10 * 86_400 {
            if self.detail(id).await.summary.handover.state != "running" {
                return;
            }
            let one = || job::run_next(&self.app);
            let ran: [_; 4] = tokio::join!(one(), one(), one(), one()).into();
            if ran.into_iter().any(|ran| ran.unwrap()) {
                let jobs =
                    jiebang_store::job::list(self.store.read(), self.app.home(), None, None, 1000);
                for job in jobs.await.unwrap() {
                    let error = job.last_error.unwrap_or_default();
                    assert!(!error.contains("deadlock"), "{}: {error}", job.kind);
                }
                continue;
            }
            let next = job::next_due(&self.app)
                .await
                .unwrap()
                .expect("something is due");
            self.advance(next.since(self.clock.now()).clamp(1, 3600));
        }
        panic!("not finished: {:?}", self.detail(id).await.summary.counts);
    }

    /// One step of the worker that is dropped at its `polls`-th pause, as a crash would. False if
    /// it came to its end before.
    pub async fn crash_after(&self, app: &App, polls: usize) -> bool {
        let step = Box::pin(job::run_next(app));
        match (Fuse {
            inner: step,
            left: polls,
        })
        .await
        {
            Some(ran) => {
                // An error of the connection to the database is part of what may happen.
                if !ran.unwrap_or(false) {
                    let next = job::next_due(app).await.unwrap();
                    let wait = next.map_or(60, |at| at.since(self.clock.now()));
                    self.advance(wait.clamp(1, 3600));
                }
                false
            }
            None => true,
        }
    }
}

fn app(store: &Store, sandbox: &Sandbox, clock: &Clock) -> App {
    let info = sandbox.info();
    let secret = |text: &str| Some(Given::new(Secret::new(text), Source::Env));
    let configured = Configured {
        base_url: Some(Given::new(info.base_url.clone(), Source::Env)),
        corp_id: Some(Given::new(
            CorpId::parse(info.corp_id.clone()).unwrap(),
            Source::Env,
        )),
        agent_id: Some(Given::new(info.agent_id, Source::Env)),
        app_secret: secret(&info.app_secret),
        contacts_secret: secret(&info.contacts_secret),
        callback_token: secret(&info.callback_token),
        callback_aes_key: secret(&info.encoding_aes_key),
        ..Configured::default()
    };
    let entropy = Entropy::system();
    App::new(Parts {
        store: store.clone(),
        clock: clock.clone(),
        master_key: MasterKey::from_bytes(entropy.bytes()),
        entropy,
        configured,
    })
    .unwrap()
}

/// A future that is given up when it has paused `left` times.
struct Fuse<F> {
    inner: F,
    left: usize,
}

impl<F: Future + Unpin> Future for Fuse<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match Pin::new(&mut self.inner).poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if self.left == 0 => Poll::Ready(None),
            Poll::Pending => {
                self.left -= 1;
                Poll::Pending
            }
        }
    }
}

/// What happened at the platform, by customer: status and receiver of each started transfer.
pub async fn transfers(corp: &Corp) -> std::collections::BTreeMap<String, Vec<(i64, String)>> {
    let path = format!("truth?only=transfers&handover_userid={}", corp.leaver);
    let truth = corp.control("GET", &path, json!(null)).await;
    let mut found = std::collections::BTreeMap::<String, Vec<(i64, String)>>::new();
    for row in truth["transfers"].as_array().unwrap() {
        let id = row["external_userid"].as_str().unwrap().to_owned();
        let to = row["takeover_userid"].as_str().unwrap().to_owned();
        found
            .entry(id)
            .or_default()
            .push((row["status"].as_i64().unwrap(), to));
    }
    found
}

/// The ledger's customers must be what happened at the platform: each started at most `starts`
/// times, to the successor of the row, ended as the row says.
pub async fn assert_ledger_is_truth(corp: &Corp, id: Uuid, starts: usize) {
    let truth = transfers(corp).await;
    for row in corp
        .rows(id)
        .await
        .iter()
        .filter(|row| row.subject_kind == "customer")
    {
        let started = truth.get(&row.subject_id).map_or(&[][..], Vec::as_slice);
        assert!(
            started.len() <= starts,
            "{} started {} times",
            row.subject_id,
            started.len()
        );
        let really = match started.last() {
            Some((1, _)) => "taken_over",
            Some((3, _)) => "refused",
            Some((4, _)) => "full",
            Some((_, _)) => "waiting",
            None => "not started",
        };
        let same = row.state == really
            || (started.is_empty()
                && [
                    "blocked",
                    "unassigned",
                    "failed",
                    "no_relation",
                    "cancelled",
                    "full",
                ]
                .contains(&row.state.as_str()));
        assert!(
            same,
            "{}: ledger {}, truth {really}",
            row.subject_id, row.state
        );
        if let Some((_, to)) = started.last() {
            assert_eq!(row.successor.as_ref(), Some(to), "{}", row.subject_id);
        }
    }
}

/// The same for groups.
pub async fn assert_groups_are_truth(corp: &Corp, id: Uuid) {
    let path = format!("truth?only=group_transfers&handover_userid={}", corp.leaver);
    let truth = corp.control("GET", &path, json!(null)).await;
    let moved = truth["group_transfers"].as_array().unwrap().clone();
    let rows = corp.rows(id).await;
    let groups: Vec<&Row> = rows
        .iter()
        .filter(|row| row.subject_kind == "group")
        .collect();
    for row in &groups {
        let of_row: Vec<&Value> = moved
            .iter()
            .filter(|m| m["chat_id"] == row.subject_id.as_str())
            .collect();
        assert!(
            of_row.len() <= 1,
            "{} started {} times",
            row.subject_id,
            of_row.len()
        );
        let finished = of_row.first().is_some_and(|m| !m["finished_at"].is_null());
        assert_eq!(
            row.state == "taken_over",
            finished,
            "{} is {}",
            row.subject_id,
            row.state
        );
    }
    let mut by_day = std::collections::BTreeMap::<i64, usize>::new();
    for m in &moved {
        *by_day
            .entry((m["started_at"].as_i64().unwrap() + 8 * 3600) / 86_400)
            .or_default() += 1;
    }
    assert!(by_day.values().all(|count| *count <= 300), "{by_day:?}");
}
