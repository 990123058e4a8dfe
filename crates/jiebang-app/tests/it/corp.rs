//! A corp to read: sandbox, store, app, a worker stepped by hand, and a small HTTP receiver for
//! callbacks.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiebang_app::settings::{Configured, Given, Source, connect};
use jiebang_app::sync::{SyncRun, list_runs, start_sync};
use jiebang_app::{App, Parts, callback, job};
use jiebang_domain::access::Actor;
use jiebang_domain::id::{CorpId, UserId};
use jiebang_domain::time::{Clock, HOUR, Timestamp};
use jiebang_store::Store;
use jiebang_store::customer::{self, Follow, FollowCursor, FollowFilter};
use jiebang_vault::{Entropy, MasterKey};
use jiebang_wecom::Secret;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wecom_sandbox::{LeaverSpec, Options, Sandbox};

/// A morning in Beijing.
pub const START: i64 = 1_767_229_200;

pub struct Corp {
    pub sandbox: Sandbox,
    pub app: App,
    pub store: Store,
    pub corp: CorpId,
    pub clock: Clock,
}

/// Parts of an app without a corp.
pub fn parts(store: &Store, clock: &Clock, configured: Configured) -> Parts {
    Parts {
        store: store.clone(),
        clock: clock.clone(),
        entropy: Entropy::seeded(11),
        master_key: MasterKey::from_bytes([7; 32]),
        configured,
    }
}

pub fn unconnected(store: &Store) -> (App, Clock) {
    let clock = Clock::manual(Timestamp::from_seconds(START));
    (
        App::new(parts(store, &clock, Configured::default())).unwrap(),
        clock,
    )
}

pub fn configured(sandbox: &Sandbox) -> Configured {
    let info = sandbox.info().clone();
    let file = Source::File;
    Configured {
        base_url: Some(Given::new(info.base_url, file)),
        corp_id: Some(Given::new(CorpId::parse(info.corp_id).unwrap(), file)),
        agent_id: Some(Given::new(info.agent_id, file)),
        app_secret: Some(Given::new(Secret::new(info.app_secret), file)),
        contacts_secret: Some(Given::new(Secret::new(info.contacts_secret), file)),
        callback_token: Some(Given::new(Secret::new(info.callback_token), file)),
        callback_aes_key: Some(Given::new(Secret::new(info.encoding_aes_key), file)),
        ..Configured::default()
    }
}

pub fn options(seed: u64) -> Options {
    Options {
        seed,
        staff: 24,
        customers: 260,
        groups: 16,
        start_time: Some(START),
        frozen_clock: true,
        leaver: Some(LeaverSpec {
            customers: 60,
            groups: 4,
            left_days_ago: None,
            ..LeaverSpec::default()
        }),
        ..Options::default()
    }
}

impl Corp {
    /// Starts everything; nothing is read yet.
    pub async fn start(store: Store, options: Options) -> Self {
        let sandbox = Sandbox::start(options).await.unwrap();
        let clock = Clock::manual(Timestamp::from_seconds(START));
        let app = App::new(parts(&store, &clock, configured(&sandbox))).unwrap();
        assert!(connect(&app).await.unwrap());
        let corp = app.corp().unwrap();
        Self {
            sandbox,
            app,
            store,
            corp,
            clock,
        }
    }

    /// As [`Corp::start`], and reads the corp.
    pub async fn read(store: Store, seed: u64) -> Self {
        let corp = Self::start(store, options(seed)).await;
        corp.sync().await;
        corp
    }

    pub async fn sync(&self) -> SyncRun {
        let run = start_sync(&self.app, &Actor::operator()).await.unwrap();
        self.work().await;
        let done = self.run(run.id).await;
        assert!(
            done.finished_at.is_some() && done.error.is_none(),
            "{done:?}"
        );
        done
    }

    pub async fn run(&self, id: i64) -> SyncRun {
        let page = list_runs(&self.app, &Actor::operator(), None, 100)
            .await
            .unwrap();
        page.items.into_iter().find(|run| run.id == id).unwrap()
    }

    /// Runs what is due, and what falls due within a few seconds.
    pub async fn work(&self) {
        for _ in 0..8 {
            while job::run_next(&self.app).await.unwrap() {}
            match job::next_due(&self.app).await.unwrap() {
                Some(at) if at.since(self.clock.now()) <= 20 => {
                    let wait = at.since(self.clock.now()).max(0);
                    self.advance(wait);
                }
                _ => return,
            }
        }
    }

    pub fn advance(&self, seconds: i64) {
        self.sandbox.advance(u32::try_from(seconds).unwrap());
        self.clock.set_millis(self.sandbox.now_millis());
    }

    /// Goes to the next nightly run and does it.
    pub async fn sleep_over(&self) -> SyncRun {
        let at = jiebang_app::sync::next_reconcile(self.clock.now());
        self.advance(at.since(self.clock.now()) + 1);
        while job::run_next(&self.app).await.unwrap() {}
        self.work().await;
        let page = list_runs(&self.app, &Actor::operator(), None, 20)
            .await
            .unwrap();
        let run = page
            .items
            .into_iter()
            .find(|run| run.kind == "reconcile")
            .unwrap();
        assert!(run.started_at >= at.seconds(), "{run:?}");
        assert!(run.finished_at.is_some() && run.error.is_none(), "{run:?}");
        run
    }

    pub async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.sandbox.control(method, path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    pub async fn truth(&self, path: &str) -> Value {
        self.control("GET", &format!("truth{path}"), Value::Null)
            .await
    }

    /// The userid of the member with exactly 60 customers.
    pub async fn prominent(&self) -> UserId {
        user(&self.truth("/company").await["prominent"])
    }

    /// Relations as WeCom has them, of those who serve customers in sight.
    pub async fn true_follows(&self) -> BTreeMap<(String, String), Value> {
        let truth = self.truth("?only=follows,staff").await;
        let serving: BTreeSet<String> = array(&truth["staff"])
            .filter(|member| {
                member["left_at"].is_null()
                    && member["customer_contact"] == json!(true)
                    && member["in_visible_range"] == json!(true)
            })
            .map(|member| text(&member["userid"]).to_lowercase())
            .collect();
        array(&truth["follows"])
            .map(|row| {
                let userid = text(&row["userid"]).to_lowercase();
                let mut tags: Vec<String> = array(&row["tag_id"]).map(text).collect();
                tags.sort();
                let key = (userid, text(&row["external_userid"]));
                let value = json!({
                    "remark": row["remark"],
                    "description": row["description"],
                    "company": row["remark_corp_name"],
                    "mobiles": row["remark_mobiles"],
                    "tags": tags,
                    "add_way": row["add_way"],
                    "added_at": row["createtime"],
                    "one_way": row["deleted_by_customer"],
                });
                (key, value)
            })
            .filter(|((userid, _), _)| serving.contains(userid))
            .collect()
    }

    pub async fn follows(&self) -> Vec<Follow> {
        let mut all: Vec<Follow> = Vec::new();
        let mut after: Option<FollowCursor> = None;
        let filter = FollowFilter {
            with_ended: true,
            ..FollowFilter::default()
        };
        loop {
            let conn = self.store.read();
            let page = customer::follows(conn, &self.corp, &filter, after.as_ref(), 500)
                .await
                .unwrap();
            let Some(last) = page.last() else { return all };
            after = Some(FollowCursor {
                member: UserId::parse(last.follow.userid.clone()).unwrap(),
                customer: last.follow.external_userid.parse().unwrap(),
            });
            all.extend(page.into_iter().map(|row| row.follow));
        }
    }

    /// Compares what is stored of those who serve customers with what WeCom has.
    pub async fn assert_follows_are_true(&self) {
        let truth = self.true_follows().await;
        let serving: BTreeSet<&str> = truth.keys().map(|(userid, _)| userid.as_str()).collect();
        let mut stored = BTreeMap::new();
        for row in self.follows().await {
            let one_way = row.end_reason.as_deref() == Some("deleted_by_customer");
            if !serving.contains(row.userid.as_str()) || (row.ended_at.is_some() && !one_way) {
                continue;
            }
            let value = json!({
                "remark": row.remark,
                "description": row.description,
                "company": row.remark_company,
                "mobiles": row.remark_mobiles,
                "tags": row.tags,
                "add_way": row.add_way,
                "added_at": row.added_at,
                "one_way": one_way,
            });
            stored.insert((row.userid, row.external_userid), value);
        }
        let missing: Vec<_> = truth
            .keys()
            .filter(|key| !stored.contains_key(*key))
            .collect();
        let surplus: Vec<_> = stored
            .keys()
            .filter(|key| !truth.contains_key(*key))
            .collect();
        assert!(
            missing.is_empty() && surplus.is_empty(),
            "missing {missing:?}, surplus {surplus:?}"
        );
        for (key, expected) in &truth {
            assert_eq!(&stored[key], expected, "{key:?}");
        }
    }

    /// Where callbacks are received, by an own small server; the sandbox is told.
    pub async fn receive_callbacks(&self, faults: Value) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/callback/wecom", listener.local_addr().unwrap());
        let app = self.app.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(app.clone(), stream));
            }
        });
        let body = json!({ "url": url, "faults": faults, "parallel": 4 });
        self.control("POST", "callback", body).await;
    }

    /// Waits until every event was delivered or lost, moving the clock for those that are late.
    pub async fn callbacks_are_out(&self) {
        for _ in 0..400 {
            if self.control("GET", "callback", Value::Null).await["waiting"] == json!(0) {
                return;
            }
            self.advance(1);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("callbacks do not get out");
    }

    /// Delivers and handles all events.
    pub async fn settle(&self) {
        self.callbacks_are_out().await;
        self.work().await;
    }
}

/// Everything a test needs of HTTP: one request a connection.
async fn answer(app: App, mut stream: TcpStream) {
    let mut bytes = Vec::new();
    let mut part = [0; 8192];
    loop {
        let Ok(read) = stream.read(&mut part).await else {
            return;
        };
        bytes.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            if read == 0 {
                return;
            }
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| {
                line.to_lowercase()
                    .strip_prefix("content-length:")?
                    .trim()
                    .parse()
                    .ok()
            })
            .unwrap_or(0usize);
        if body.len() < length {
            continue;
        }
        let target = head.split(' ').nth(1).unwrap_or_default();
        let query = target
            .split_once('?')
            .map(|(_, query)| query)
            .unwrap_or_default();
        let (status, text) = if head.starts_with("GET") {
            match callback::verify_url(&app, query) {
                Ok(echo) => (200, echo),
                Err(_) => (403, String::new()),
            }
        } else {
            match callback::receive(&app, query, body.as_bytes()).await {
                Ok(()) => (200, String::new()),
                Err(_) => (500, String::new()),
            }
        };
        let length = text.len();
        let answer = format!(
            "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{text}"
        );
        let _ = stream.write_all(answer.as_bytes()).await;
        return;
    }
}

pub fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().unwrap().iter()
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

pub fn user(value: &Value) -> UserId {
    UserId::parse(value.as_str().unwrap()).unwrap()
}

pub fn hours(number: i64) -> i64 {
    number * HOUR
}
