//! The record, customers, remarks, first contacts and texts to customers through the API.

use std::io::{Cursor, Read as _};

use jiebang_domain::access::Role;
use serde_json::json;

use crate::fixture::{Answer, LEAVER, Served};
use crate::handover::{planned, successors};

fn sheet(answer: &Answer) -> String {
    let kind = answer.headers["content-type"].to_str().unwrap();
    assert!(
        kind.ends_with("spreadsheetml.sheet"),
        "{kind}: {:?}",
        answer.body
    );
    let mut book = zip::ZipArchive::new(Cursor::new(answer.body.to_vec())).unwrap();
    let mut text = String::new();
    let mut part = book.by_name("xl/worksheets/sheet1.xml").unwrap();
    part.read_to_string(&mut text).unwrap();
    text
}

#[tokio::test]
async fn s6_rows_record_and_customers_are_exported_as_csv_and_xlsx_alike() {
    jiebang_store::testing::both(|store| async {
        let served = Served::corp_on(store, 9, 2).await;
        let admin = served.admin().await;
        let handover = planned(&served, &admin).await;
        let id = handover["id"].as_str().unwrap();
        let note = json!({ "rows": [1], "note": "=HYPERLINK(\"http://x\")" });
        admin
            .post(&format!("/handovers/{id}/notes"), note)
            .await
            .good();
        for path in [
            format!("/handovers/{id}/export"),
            format!("/handovers/{id}/record"),
            "/customers/export".to_owned(),
        ] {
            let csv = admin.get(&format!("{path}.csv")).await;
            assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
            let csv = csv.text();
            let lines = csv.matches("\r\n").count();
            assert!(lines > 1, "{csv}");
            let xlsx = sheet(&admin.get(&format!("{path}.xlsx")).await);
            assert_eq!(xlsx.matches("<row ").count(), lines, "{path}");
            assert!(!xlsx.contains("<f>"), "{xlsx}");
            if !path.starts_with("/customers") {
                assert!(csv.contains("\"'=HYPERLINK(\"\"http://x\"\")\""), "{csv}");
                assert!(xlsx.contains("=HYPERLINK("), "{xlsx}");
            }
        }
        let only = admin
            .get(&format!("/handovers/{id}/record.csv?step=none"))
            .await;
        assert_eq!(only.text().matches("\r\n").count(), 1);
        let audit = admin.get("/audit?limit=1000").await.good();
        let acts: Vec<&str> = audit["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|entry| entry["act"].as_str())
            .collect();
        for act in [
            "handover.export",
            "handover.export_record",
            "customer.export",
        ] {
            assert_eq!(
                acts.iter().filter(|one| **one == act).count(),
                match act {
                    "handover.export_record" => 3,
                    _ => 2,
                },
                "{act}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn s6_another_department_gets_neither_the_page_nor_the_file() {
    let served = Served::with_corp(4, 1).await;
    let admin = served.admin().await;
    let handover = planned(&served, &admin).await;
    let id = handover["id"].as_str().unwrap();
    let customers = admin.get("/customers").await.good();
    let customer = customers["items"][0]["external_userid"].as_str().unwrap();
    let far = served.someone(Role::ContactAdmin, vec![9999]).await;
    for path in [
        format!("/handovers/{id}/record"),
        format!("/handovers/{id}/record/values"),
        format!("/handovers/{id}/steps"),
        format!("/handovers/{id}/export.xlsx"),
        format!("/handovers/{id}/record.csv"),
        format!("/handovers/{id}/record.xlsx"),
        format!("/customers/{customer}"),
        format!("/customers/{customer}/timeline"),
    ] {
        far.get(&path).await.problem(403, "forbidden");
    }
    let note = json!({ "note": "x" }).to_string();
    let path = format!("/handovers/{id}/rows/1/note");
    far.with_body("PUT", &path, note)
        .await
        .problem(403, "forbidden");
    let none = far.get("/customers").await.good();
    assert_eq!(none["total"], 0);
    let file = far.get("/customers/export.csv").await;
    assert_eq!(file.text().matches("\r\n").count(), 1, "only the heading");
    admin
        .get("/customers/wmNobody")
        .await
        .problem(404, "not_found");
    admin
        .get("/customers?state=happy")
        .await
        .problem(422, "validation");
    let cursor = customers["next_cursor"].as_str().unwrap_or("x");
    let path = format!("/customers/{customer}/timeline?cursor={cursor}");
    admin.get(&path).await.problem(400, "bad_cursor");
}

#[tokio::test]
async fn s23_a_text_is_saved_chosen_and_previewed() {
    let served = Served::with_corp(4, 0).await;
    let admin = served.admin().await;
    planned(&served, &admin).await;
    let body = json!({ "name_zh": "问候", "name_en": "Greeting", "body": "我是{successor}" });
    let made = admin.post("/message-templates", body.clone()).await;
    assert_eq!(made.status, 201, "{:?}", made.body);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    for (field, value, code) in [
        ("body", json!("{customer}"), "message_per_customer"),
        ("body", json!(" "), "missing_field"),
        ("name_en", json!(""), "template_name"),
    ] {
        let mut wrong = body.clone();
        wrong[field] = value;
        let refused = admin
            .post("/message-templates", wrong)
            .await
            .problem(422, "validation");
        assert_eq!(refused["fields"][0]["code"], code);
    }
    let to = successors(&admin).await;
    let ask = json!({ "message": "{leaver}→{successor}", "leaver": LEAVER, "successors": to });
    let preview = admin.post("/handovers/preview-message", ask).await.good();
    assert_eq!(preview["texts"].as_array().unwrap().len(), 2);
    for text in preview["texts"].as_array().unwrap() {
        let name = text["name"].as_str().unwrap();
        assert!(
            text["text"]
                .as_str()
                .unwrap()
                .ends_with(&format!("→{name}")),
            "{text}"
        );
        assert_eq!(text["fits"], true);
    }
    let wrong = json!({ "message": "{customer}", "leaver": LEAVER, "successors": [] });
    let preview = admin.post("/handovers/preview-message", wrong).await.good();
    assert_eq!(preview["problems"][0]["code"], "message_per_customer");
    let changed = json!({ "name_zh": "新", "name_en": "New", "body": "x" }).to_string();
    let path = format!("/message-templates/{id}");
    let changed = admin.with_body("PUT", &path, changed).await.good();
    assert_eq!(changed["body"], "x");
    assert_eq!(admin.get("/message-templates").await.good()["total"], 1);
    assert_eq!(admin.delete(&path).await.status, 204);
    admin.delete(&path).await.problem(404, "not_found");
}
