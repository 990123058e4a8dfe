//! A sandbox with a client, as short to use as possible.

use serde_json::{Value, json};
use wecom_sandbox::{LeaverSpec, Options, Sandbox};

/// Monday 2026-03-02, 09:00 in Beijing.
pub const START: i64 = 1_772_413_200;
pub const DAY: i64 = 86_400;

pub struct World {
    pub sandbox: Sandbox,
    pub client: reqwest::Client,
    pub token: String,
}

pub fn small() -> Options {
    Options {
        staff: 40,
        customers: 800,
        groups: 60,
        start_time: Some(START),
        frozen_clock: true,
        leaver: Some(LeaverSpec {
            customers: 120,
            groups: 12,
            ..LeaverSpec::default()
        }),
        ..Options::default()
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with(small()).await
    }

    pub async fn with(options: Options) -> Self {
        let sandbox = Sandbox::start(options).await.expect("the sandbox starts");
        let client = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("a client");
        let mut world = Self {
            sandbox,
            client,
            token: String::new(),
        };
        world.token = world
            .token_of(&world.sandbox.info().app_secret.clone())
            .await;
        world
    }

    pub async fn token_of(&self, secret: &str) -> String {
        let corp = self.sandbox.info().corp_id.clone();
        let path = format!("gettoken?corpid={corp}&corpsecret={secret}");
        let answer = self.raw("GET", &path, None).await;
        answer["access_token"].as_str().expect("a token").to_owned()
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}/cgi-bin/{path}", self.sandbox.info().base_url)
    }

    pub async fn raw(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        self.try_raw(method, path, body).await.expect("an answer")
    }

    pub async fn try_raw(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, reqwest::Error> {
        let url = self.url(path);
        let request = match (method, body) {
            ("GET", _) => self.client.get(url),
            (_, Some(body)) => self.client.post(url).json(body),
            (_, None) => self.client.post(url),
        };
        request.send().await?.json().await
    }

    fn with_token(&self, path: &str) -> String {
        let join = if path.contains('?') { '&' } else { '?' };
        format!("{path}{join}access_token={}", self.token)
    }

    pub async fn get(&self, path: &str) -> Value {
        self.raw("GET", &self.with_token(path), None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        self.raw("POST", &self.with_token(path), Some(&body)).await
    }

    pub async fn try_post(&self, path: &str, body: Value) -> Result<Value, reqwest::Error> {
        self.try_raw("POST", &self.with_token(path), Some(&body))
            .await
    }

    /// A control call that must work.
    pub async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.sandbox.control(method, path, body).await;
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answer
    }

    pub async fn advance(&self, seconds: i64) {
        self.control("POST", "clock", json!({ "advance_s": seconds }))
            .await;
    }

    pub async fn truth(&self, path: &str) -> Value {
        self.control("GET", &format!("truth{path}"), Value::Null)
            .await
    }

    pub async fn knobs(&self, knobs: Value) {
        self.control("PUT", "knobs", knobs).await;
    }

    /// The prominent leaver and members fit to succeed.
    pub async fn cast(&self) -> (String, Vec<String>) {
        let company = self.truth("/company").await;
        let leaver = text(&company["leavers"][0]["userid"]);
        let successors = list(&company["successors"]);
        (leaver, successors)
    }

    /// Unassigned customers of a leaver.
    pub async fn unassigned(&self, leaver: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self
                .post(
                    "externalcontact/get_unassigned_list",
                    json!({ "cursor": cursor }),
                )
                .await;
            assert_eq!(page["errcode"], 0, "{page}");
            let rows = page["info"].as_array().expect("rows");
            let mine = rows.iter().filter(|row| row["handover_userid"] == leaver);
            found.extend(mine.map(|row| text(&row["external_userid"])));
            if page["is_last"] == true {
                return found;
            }
            cursor = text(&page["next_cursor"]);
        }
    }

    /// Customers of a member in service; empty on 84061.
    pub async fn customers(&self, userid: &str) -> Vec<String> {
        let answer = self
            .get(&format!("externalcontact/list?userid={userid}"))
            .await;
        list(&answer["external_userid"])
    }
}

pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("a text, not {value}"))
        .to_owned()
}

pub fn list(value: &Value) -> Vec<String> {
    value.as_array().expect("a list").iter().map(text).collect()
}
