//! Signing in and out.

use axum::http::header;
use jiebang_app::access;
use jiebang_app::settings::{Configured, Given, Source};
use jiebang_domain::time::HOUR;
use serde_json::json;

use crate::fixture::{PASSWORD, Served};

#[tokio::test]
async fn a_session_lives_in_a_cookie_that_scripts_cannot_read() {
    let served = Served::new().await;
    let password = access::first_run(&served.app).await.unwrap().unwrap();
    let mut browser = served.stranger();
    let answer = browser.sign_in("Admin", &password).await;
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("jiebang_session="), "{cookie}");
    assert!(
        cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"),
        "{cookie}"
    );
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    let session = browser.get("/session").await.good();
    assert_eq!(session["account"]["login"], "admin");
    assert_eq!(session["account"]["must_change_password"], true);
    assert_eq!(session["server"]["version"], "1.2.3");
    assert!(
        session["permissions"]
            .as_array()
            .unwrap()
            .contains(&json!("account.manage"))
    );
    // Signing out ends the session itself, not only the cookie.
    let answer = browser.delete("/session").await;
    assert_eq!(answer.status, 204);
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("Max-Age=0"), "{cookie}");
    browser
        .get("/session")
        .await
        .problem(401, "sign_in_required");
}

#[tokio::test]
async fn behind_https_the_cookie_is_secure() {
    let served = Served::configured(Configured {
        public_url: Some(Given::new(
            "https://crm.example.com".to_owned(),
            Source::Env,
        )),
        ..Configured::default()
    })
    .await;
    let password = access::first_run(&served.app).await.unwrap().unwrap();
    let answer = served.stranger().sign_in("admin", &password).await;
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.ends_with("; Secure"), "{cookie}");
    assert!(
        answer
            .headers
            .contains_key(header::STRICT_TRANSPORT_SECURITY)
    );
}

#[tokio::test]
async fn wrong_passwords_lock_the_account_and_say_for_how_long() {
    let served = Served::new().await;
    let password = access::first_run(&served.app).await.unwrap().unwrap();
    let mut browser = served.stranger();
    browser.lang = "zh";
    for _ in 0..10 {
        let problem = browser
            .try_sign_in("admin", "wrong")
            .await
            .problem(401, "bad_credentials");
        assert_eq!(problem["title"], "账号或密码不对");
    }
    let answer = browser.try_sign_in("admin", &password).await;
    let problem = answer.problem(401, "account_locked");
    assert_eq!(answer.headers[header::RETRY_AFTER], "900");
    assert!(
        problem["detail"].as_str().unwrap().contains("900"),
        "{problem}"
    );
    served.advance(901).await;
    browser.sign_in("admin", &password).await;
}

#[tokio::test]
async fn tries_from_one_address_are_limited_whatever_the_login() {
    let served = Served::new().await;
    let browser = served.stranger();
    let mut limited = 0;
    for n in 0..25 {
        let answer = browser.try_sign_in(&format!("nobody{n}"), "wrong").await;
        if answer.status == 429 {
            answer.problem(429, "rate_limited");
            assert!(answer.headers.contains_key(header::RETRY_AFTER));
            limited += 1;
        }
    }
    assert_eq!(limited, 5);
}

#[tokio::test]
async fn a_session_ends_after_two_idle_hours_and_after_twelve_in_all() {
    let served = Served::new().await;
    let admin = served.admin().await;
    for _ in 0..6 {
        served.app.clock().advance(HOUR + 59 * 60);
        admin.get("/session").await.good();
    }
    served.app.clock().advance(10 * 60);
    admin.get("/session").await.problem(401, "sign_in_required");
}

#[tokio::test]
async fn a_cookie_that_stands_twice_is_nobodys() {
    let served = Served::new().await;
    let mut admin = served.admin().await;
    let cookie = admin.cookie.clone().unwrap();
    admin.cookie = Some(format!("{cookie}; jiebang_session=planted"));
    admin.get("/session").await.problem(401, "sign_in_required");
}

#[tokio::test]
async fn signing_in_by_qr_code_needs_the_browser_that_asked() {
    let served = Served::with_corp(3, 0).await;
    let (_, _) = served
        .account(jiebang_domain::access::Role::Staff, vec![], Some("leaver"))
        .await;
    let browser = served.stranger();
    let answer = browser.get("/session/wecom").await;
    let url = answer.good()["url"].as_str().unwrap().to_owned();
    let state = url.split("state=").nth(1).unwrap();
    let cookie = answer.headers[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .to_owned();
    let back = format!("/session/wecom/callback?code=x&state={state}");
    browser.get(&back).await.problem(401, "wecom_login_failed");
    let mut browser = browser.clone();
    browser.cookie = Some(cookie.split(';').next().unwrap().to_owned());
    let other = format!("/session/wecom/callback?code=x&state={state}0");
    browser.get(&other).await.problem(401, "wecom_login_failed");
    // The state fits now, so that the platform is asked; it knows no such code.
    let answer = browser.get(&back).await;
    assert!(
        [401, 502].contains(&answer.status.as_u16()),
        "{}",
        answer.status
    );
}

#[tokio::test]
async fn s9_the_api_asks_for_the_password_again() {
    let served = Served::with_corp(3, 0).await;
    let admin = served.admin().await;
    let draft = crate::handover::planned(&served, &admin).await;
    let path = format!("/handovers/{}", draft["id"].as_str().unwrap());
    let confirm = json!({ "confirm_total": draft["counts"]["planned"], "version": 1 });
    served.app.clock().advance(10 * 60);
    let start = admin.post(&format!("{path}/start"), confirm.clone()).await;
    start.problem(403, "step_up_required");
    let wrong = json!({ "password": "not the password" });
    let tried = admin.post("/session/step-up", wrong).await;
    tried.problem(401, "bad_credentials");
    let start = admin.post(&format!("{path}/start"), confirm.clone()).await;
    start.problem(403, "step_up_required");
    let given = json!({ "password": PASSWORD });
    assert_eq!(admin.post("/session/step-up", given).await.status, 204);
    admin.post(&format!("{path}/start"), confirm).await.good();
    // An act is that act alone.
    for (act, expected) in [
        ("session.step_up", vec!["done", "refused"]),
        ("session.step_up_required", vec!["refused", "refused"]),
    ] {
        let log = admin.get(&format!("/audit?act={act}")).await.good();
        let outcomes: Vec<&str> = log["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["outcome"].as_str().unwrap())
            .collect();
        assert_eq!(outcomes, expected, "{act}");
    }
}
