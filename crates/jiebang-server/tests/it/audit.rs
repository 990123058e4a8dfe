//! Searching the audit log through the API.

use serde_json::json;

use crate::fixture::{Browser, Served};

async fn acts(browser: &Browser, query: &str) -> Vec<String> {
    let found = browser
        .get(&format!("/audit?limit=1000&{query}"))
        .await
        .good();
    let items = found["items"].as_array().unwrap().iter();
    items
        .map(|one| one["act"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_log_is_searched_by_the_name_of_who_did_it_and_by_what_it_was_done_to() {
    let served = Served::new().await;
    let admin = served.admin().await;
    let made = json!({ "login": "liming", "name": "Li Ming (Compliance)", "role": "auditor" });
    let made = admin.post("/accounts", made).await.json();
    let id = made["account"]["id"].as_str().unwrap();
    let of_object = acts(&admin, &format!("object=:{id}")).await;
    assert_eq!(of_object, ["account.create"]);
    assert_eq!(
        acts(&admin, &format!("object=account:{id}")).await,
        of_object
    );
    assert_eq!(
        acts(&admin, &format!("object=handover:{id}")).await,
        [""; 0]
    );

    let session = admin.get("/session").await.good();
    let name = session["account"]["name"].as_str().unwrap();
    let part = name.chars().take(3).collect::<String>().to_uppercase();
    assert!(
        acts(&admin, &format!("actor={part}"))
            .await
            .contains(&of_object[0])
    );
    assert_eq!(acts(&admin, "actor=compliance").await, [""; 0]);
    let everything = acts(&admin, "").await.len();
    let by_operator = acts(&admin, "actor=operator").await.len();
    assert!(
        0 < by_operator && by_operator < everything,
        "{by_operator} of {everything}"
    );
}
