//! A client of the server's own API, signed in as the administrator.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Error, Server, pause};

/// Tries of a request while the server is being started again.
const TRIES: u32 = 40;

/// A signed-in client. Signs in again when its session has ended.
pub struct Api {
    http: reqwest::Client,
    url: String,
    login: String,
    password: String,
    session: String,
    csrf: String,
}

impl Api {
    /// Signs in with the password of the first start and replaces it, as a person must.
    pub(super) async fn sign_in_first(server: &Server) -> Result<Self, Error> {
        let (login, first) = server
            .first_login()
            .cloned()
            .ok_or_else(|| Error::Server("it has an administrator already".to_owned()))?;
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(60))
            .build()
            .map_err(|source| Error::Http {
                what: "a client".to_owned(),
                source,
            })?;
        let mut api = Self {
            http,
            url: server.url(),
            login,
            password: first.clone(),
            session: String::new(),
            csrf: String::new(),
        };
        api.sign_in().await?;
        let password = format!("{first}-demo");
        let change = json!({ "current": first, "new": password });
        api.send("POST", "session/password", Some(&change)).await?;
        api.password = password;
        api.sign_in().await?;
        Ok(api)
    }

    /// Login and password of the administrator.
    #[must_use]
    pub fn credentials(&self) -> (&str, &str) {
        (&self.login, &self.password)
    }

    async fn sign_in(&mut self) -> Result<(), Error> {
        let what = "POST session";
        let answer = self
            .http
            .post(format!("{}/api/v1/session", self.url))
            .json(&json!({ "login": self.login, "password": self.password }))
            .send()
            .await
            .map_err(|source| Error::Http {
                what: what.to_owned(),
                source,
            })?;
        let cookie = answer
            .headers()
            .get_all("set-cookie")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .find_map(|value| value.split(';').next())
            .unwrap_or_default()
            .to_owned();
        let body = read(what, answer).await?;
        self.session = cookie;
        body["csrf_token"]
            .as_str()
            .unwrap_or_default()
            .clone_into(&mut self.csrf);
        Ok(())
    }

    /// # Errors
    /// [`Error::Refused`] with the server's problem, [`Error::Http`] if it stays away.
    pub async fn get(&mut self, path: &str) -> Result<Value, Error> {
        self.send("GET", path, None).await
    }

    /// # Errors
    /// As [`Api::get`].
    pub async fn post(&mut self, path: &str, body: &Value) -> Result<Value, Error> {
        self.send("POST", path, Some(body)).await
    }

    /// The bytes of an answer that is no JSON.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub async fn bytes(&self, path: &str) -> Result<Vec<u8>, Error> {
        let what = format!("GET {path}");
        let url = format!("{}/api/v1/{path}", self.url);
        let request = self.http.get(url).header("cookie", &self.session);
        let failed = |source| Error::Http {
            what: what.clone(),
            source,
        };
        let answer = request.send().await.map_err(failed)?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(failed)?;
        if status.is_success() {
            return Ok(body.to_vec());
        }
        Err(Error::Refused {
            what,
            status: status.as_u16(),
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }

    async fn send(
        &mut self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Error> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.send_once(method, path, body).await {
                Err(Error::Refused { status: 401, .. }) if tries < 3 => self.sign_in().await?,
                // The password was given too long ago.
                Err(Error::Refused {
                    status: 403, body, ..
                }) if tries < 3 && body.contains("step_up_required") => self.sign_in().await?,
                // Only reads are repeated here: a person would look before acting again.
                Err(Error::Http { .. }) if method == "GET" && tries < TRIES => pause(100).await,
                other => return other,
            }
        }
    }

    async fn send_once(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Error> {
        let what = format!("{method} {path}");
        let url = format!("{}/api/v1/{path}", self.url);
        let mut request = match method {
            "GET" => self.http.get(url),
            _ => self.http.post(url),
        };
        request = request
            .header("cookie", &self.session)
            .header("x-csrf-token", &self.csrf);
        if let Some(body) = body {
            request = request.json(body);
        }
        match request.send().await {
            Ok(answer) => read(&what, answer).await,
            Err(source) => Err(Error::Http { what, source }),
        }
    }
}

async fn read(what: &str, answer: reqwest::Response) -> Result<Value, Error> {
    let status = answer.status();
    let body = answer.text().await.map_err(|source| Error::Http {
        what: what.to_owned(),
        source,
    })?;
    if !status.is_success() {
        return Err(Error::Refused {
            what: what.to_owned(),
            status: status.as_u16(),
            body,
        });
    }
    Ok(serde_json::from_str(&body).unwrap_or(Value::Null))
}
