//! A server on its own database, with a corp in the sandbox where a test needs one, and
//! browsers that talk to it.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use jiebang_app::settings::{Configured, Given, Source, connect};
use jiebang_app::{App, Parts, access, job};
use jiebang_domain::access::{Actor, Role};
use jiebang_domain::id::{CorpId, UserId};
use jiebang_domain::time::{Clock, Timestamp};
use jiebang_server::{ServerOptions, router};
use jiebang_store::Store;
use jiebang_store::testing::{TestStore, either};
use jiebang_vault::{Entropy, MasterKey};
use jiebang_wecom::Secret;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use wecom_sandbox::{LeaverSpec, Options, Sandbox};

pub const START: i64 = 1_760_000_000;
/// The leaver of [`Served::with_corp`].
pub const LEAVER: &str = "leaver";
/// The own password of everybody who has settled.
pub const PASSWORD: &str = "a long enough password";

pub struct Served {
    pub app: App,
    pub router: Router,
    pub sandbox: Option<Sandbox>,
    _database: Option<TestStore>,
}

impl Served {
    /// Without a connection to WeCom, on SQLite.
    pub async fn new() -> Self {
        let database = either().await;
        let store = (*database).clone();
        let mut served = Self::on(store, Configured::default(), None).await;
        served._database = Some(database);
        served
    }

    pub async fn configured(configured: Configured) -> Self {
        let database = either().await;
        let mut served = Self::on((*database).clone(), configured, None).await;
        served._database = Some(database);
        served
    }

    /// With a corp of which [`LEAVER`] left two days ago, on SQLite.
    pub async fn with_corp(customers: usize, groups: usize) -> Self {
        let database = either().await;
        let store = (*database).clone();
        let mut served = Self::corp_on(store, customers, groups).await;
        served._database = Some(database);
        served
    }

    /// As [`Served::with_corp`], where the others have so many customers.
    pub async fn with_customers_of_others(customers: usize, others: usize) -> Self {
        let database = either().await;
        let mut served = Self::company((*database).clone(), customers, 0, others).await;
        served._database = Some(database);
        served
    }

    pub async fn corp_on(store: Store, customers: usize, groups: usize) -> Self {
        Self::company(store, customers, groups, 40).await
    }

    async fn company(store: Store, customers: usize, groups: usize, others: usize) -> Self {
        let sandbox = Sandbox::start(Options {
            staff: 12,
            customers: customers + others,
            groups: groups + 4,
            start_time: Some(START),
            frozen_clock: true,
            leaver: Some(LeaverSpec {
                userid: Some(LEAVER.to_owned()),
                customers,
                groups,
                ..LeaverSpec::default()
            }),
            ..Options::default()
        })
        .await
        .unwrap();
        let info = sandbox.info();
        let configured = Configured {
            base_url: file(info.base_url.clone()),
            corp_id: file(CorpId::parse(info.corp_id.as_str()).unwrap()),
            agent_id: file(info.agent_id),
            app_secret: file(Secret::new(info.app_secret.clone())),
            contacts_secret: file(Secret::new(info.contacts_secret.clone())),
            callback_token: file(Secret::new(info.callback_token.clone())),
            callback_aes_key: file(Secret::new(info.encoding_aes_key.clone())),
            public_url: file("http://127.0.0.1:1".to_owned()),
            ..Configured::default()
        };
        Self::on(store, configured, Some(sandbox)).await
    }

    async fn on(store: Store, configured: Configured, sandbox: Option<Sandbox>) -> Self {
        let app = App::new(Parts {
            store,
            clock: Clock::manual(Timestamp::from_seconds(START)),
            entropy: Entropy::seeded(5),
            master_key: MasterKey::from_bytes([7; 32]),
            configured,
        })
        .unwrap();
        connect(&app).await.unwrap();
        let options = ServerOptions {
            version: "1.2.3".to_owned(),
            ..ServerOptions::default()
        };
        Self {
            router: router(app.clone(), options),
            app,
            sandbox,
            _database: None,
        }
    }

    /// A browser without a session.
    pub fn stranger(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            cookie: None,
            csrf: None,
            lang: "en",
        }
    }

    /// The first administrator, signed in, with a password of its own.
    pub async fn admin(&self) -> Browser {
        let password = access::first_run(&self.app).await.unwrap().unwrap();
        let mut browser = self.stranger();
        browser.sign_in("admin", &password).await;
        browser.settle(&password).await;
        browser
    }

    /// An account in `role`, signed in, with a password of its own.
    pub async fn someone(&self, role: Role, departments: Vec<i64>) -> Browser {
        let (login, password) = self.account(role, departments, None).await;
        let mut browser = self.stranger();
        browser.sign_in(&login, &password).await;
        browser.settle(&password).await;
        browser
    }

    /// An account in `role` that was just made: its login and password.
    pub async fn account(
        &self,
        role: Role,
        departments: Vec<i64>,
        userid: Option<&str>,
    ) -> (String, String) {
        let login = format!("{role}{}", departments.len());
        let new = access::NewAccount {
            login: login.clone(),
            name: login.clone(),
            role,
            departments,
            userid: userid.map(|userid| UserId::parse(userid).unwrap()),
        };
        let made = access::create_account(&self.app, &Actor::operator(), new).await;
        (login, made.unwrap().1)
    }

    /// Runs every job that is due.
    pub async fn work(&self) {
        while job::run_next(&self.app).await.unwrap() {}
    }

    /// Moves both clocks.
    pub async fn advance(&self, seconds: u32) {
        self.app.clock().advance(i64::from(seconds));
        if let Some(sandbox) = &self.sandbox {
            sandbox.advance(seconds);
        }
    }
}

fn file<T>(value: T) -> Option<Given<T>> {
    Some(Given::new(value, Source::File))
}

/// Somebody at the other end.
#[derive(Clone)]
pub struct Browser {
    pub router: Router,
    pub cookie: Option<String>,
    pub csrf: Option<String>,
    pub lang: &'static str,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {:?}", self.body))
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    /// The JSON of an answer that must be a success.
    pub fn good(&self) -> Value {
        assert!(self.status.is_success(), "{}: {:?}", self.status, self.body);
        self.json()
    }

    /// Asserts a problem and gives its JSON.
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{:?}", self.body);
        assert_eq!(
            self.headers[header::CONTENT_TYPE],
            "application/problem+json"
        );
        let json = self.json();
        assert_eq!(json["code"], code, "{json}");
        assert_eq!(json["status"], status);
        assert_eq!(json["type"], format!("/problems/{code}"));
        assert_eq!(json["trace_id"].as_str().unwrap().len(), 16);
        for part in ["title", "detail"] {
            let text = json[part].as_str().unwrap();
            assert!(
                !text.contains('{') && !text.starts_with("problem."),
                "{text}"
            );
        }
        json
    }
}

impl Browser {
    /// The same browser before another server.
    pub fn at(self, router: Router) -> Self {
        Self { router, ..self }
    }

    pub async fn sign_in(&mut self, login: &str, password: &str) -> Answer {
        let answer = self.try_sign_in(login, password).await;
        let session = answer.good();
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
        self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        self.csrf = Some(session["csrf_token"].as_str().unwrap().to_owned());
        answer
    }

    pub async fn try_sign_in(&self, login: &str, password: &str) -> Answer {
        let body = json!({ "login": login, "password": password });
        self.post("/session", body).await
    }

    async fn settle(&self, made_up: &str) {
        let body = json!({ "current": made_up, "new": PASSWORD });
        let answer = self.post("/session/password", body).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{:?}", answer.body);
    }

    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header(header::ACCEPT_LANGUAGE, self.lang);
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some(csrf) = &self.csrf {
            request = request.header("x-csrf-token", csrf);
        }
        request
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: axum::body::to_bytes(body, 64 << 20).await.unwrap(),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path).body(Body::empty()).unwrap())
            .await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request("DELETE", path).body(Body::empty()).unwrap())
            .await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.with_body("POST", path, body.to_string()).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.with_body("PUT", path, body.to_string()).await
    }

    pub async fn with_body(&self, method: &str, path: &str, body: impl Into<Body>) -> Answer {
        let request = self
            .request(method, path)
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.into())
            .unwrap();
        self.send(request).await
    }

    pub async fn with_key(&self, key: &str, path: &str, body: &Value) -> Answer {
        let request = self
            .request("POST", path)
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", key)
            .body(Body::from(body.to_string()))
            .unwrap();
        self.send(request).await
    }

    /// The answer's head only: for streams that do not end.
    pub async fn head_of(&self, request: Request<Body>) -> StatusCode {
        self.router.clone().oneshot(request).await.unwrap().status()
    }
}

/// A path template with ids in it that nothing has.
pub fn with_ids(template: &str) -> String {
    template
        .replace("{id}", "01890000-0000-7000-8000-000000000000")
        .replace("{row_no}", "1")
        .replace("{number}", "1")
        .replace("{userid}", "nobody")
        .replace("{external_userid}", "wmNobody")
}
