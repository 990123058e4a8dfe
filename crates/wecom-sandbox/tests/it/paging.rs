//! Paging (reference 9.3) and the type traps (9.5).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{World, list, text};

impl World {
    /// All rows of a paged list and the number of pages.
    async fn pages(&self, path: &str, mut body: Value, rows: &str) -> (Vec<Value>, usize) {
        let (mut found, mut pages) = (Vec::new(), 0);
        loop {
            let page = self.post(path, body.clone()).await;
            assert_eq!(page["errcode"], 0, "{page}");
            found.extend(page[rows].as_array().expect("rows").iter().cloned());
            pages += 1;
            match page.get("next_cursor").and_then(Value::as_str) {
                Some(cursor) if !cursor.is_empty() => body["cursor"] = json!(cursor),
                _ => return (found, pages),
            }
        }
    }
}

#[tokio::test]
async fn every_page_size_gives_the_same_customers_once() {
    let world = World::new().await;
    let follow = world.get("externalcontact/get_follow_user_list").await;
    let users = list(&follow["follow_user"]);
    let path = "externalcontact/batch/get_by_user";
    let key = |row: &Value| {
        let customer = text(&row["external_contact"]["external_userid"]);
        (text(&row["follow_info"]["userid"]), customer)
    };
    let mut seen: Vec<BTreeSet<(String, String)>> = Vec::new();
    for limit in [100, 37, 500] {
        let body = json!({ "userid_list": users, "limit": limit });
        let (rows, pages) = world.pages(path, body, "external_contact_list").await;
        let keys: BTreeSet<_> = rows.iter().map(key).collect();
        assert_eq!(keys.len(), rows.len(), "no row twice");
        assert_eq!(pages, rows.len().div_ceil(limit.min(100)));
        seen.push(keys);
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
    // The other way to the same customers.
    let mut listed = BTreeSet::new();
    for user in &users {
        let answer = world
            .get(&format!("externalcontact/list?userid={user}"))
            .await;
        if answer["errcode"] == 84_061 {
            assert_eq!(answer["external_userid"], json!([]));
            continue;
        }
        listed.extend(
            list(&answer["external_userid"])
                .into_iter()
                .map(|id| (user.clone(), id)),
        );
    }
    assert_eq!(listed, seen[0]);
}

#[tokio::test]
async fn the_unassigned_list_pages_by_cursor_and_by_number() {
    let world = World::new().await;
    let path = "externalcontact/get_unassigned_list";
    let (by_cursor, pages) = world.pages(path, json!({ "page_size": 50 }), "info").await;
    assert!(pages >= 3);
    let mut by_number = Vec::new();
    for page in 0.. {
        let answer = world
            .post(path, json!({ "page_id": page, "page_size": 50 }))
            .await;
        assert!(answer.get("next_cursor").is_none());
        by_number.extend(answer["info"].as_array().expect("rows").iter().cloned());
        if answer["is_last"] == true {
            break;
        }
    }
    assert_eq!(by_cursor, by_number);
    let far = world
        .post(path, json!({ "page_id": 1_000, "page_size": 50 }))
        .await;
    assert_eq!(far["errcode"], 40_058);
    let bad = world.post(path, json!({ "cursor": "made-up" })).await;
    assert_eq!(bad["errcode"], 50_100);
}

#[tokio::test]
async fn the_end_of_a_list_looks_as_the_knob_says() {
    let world = World::new().await;
    let body = json!({ "status_filter": 0, "limit": 1000 });
    let path = "externalcontact/groupchat/list";
    for (form, expected) in [
        ("empty", Some(json!(""))),
        ("absent", None),
        ("null", Some(Value::Null)),
    ] {
        world.knobs(json!({ "empty_vs_absent_cursor": form })).await;
        let page = world.post(path, body.clone()).await;
        assert_eq!(page.get("next_cursor").cloned(), expected);
    }
    world.knobs(json!({ "page_cap": 7 })).await;
    let (rows, pages) = world.pages(path, body, "group_chat_list").await;
    assert_eq!(pages, rows.len().div_ceil(7));
}

#[tokio::test]
async fn members_are_listed_once_per_department() {
    let world = World::new().await;
    let token = world
        .token_of(&world.sandbox.info().contacts_secret.clone())
        .await;
    let world = World { token, ..world };
    let body = json!({ "userid": "two.homes", "name": "双部门", "department": [1, 2] });
    assert_eq!(world.post("user/create", body).await["errmsg"], "created");
    let (rows, pages) = world
        .pages("user/list_id", json!({ "limit": 9 }), "dept_user")
        .await;
    assert_eq!(pages, rows.len().div_ceil(9));
    let mine = rows
        .iter()
        .filter(|row| row["userid"] == "two.homes")
        .count();
    assert_eq!(mine, 2);
    assert!(rows.iter().all(|row| row["department"].is_i64()));
    let gone = world.get("user/delete?userid=TWO.homes").await;
    assert_eq!(gone["errmsg"], "deleted", "userids do not care about case");
}

#[tokio::test]
async fn types_differ_where_the_platforms_do() {
    let world = World::new().await;
    let (_, fit) = world.cast().await;
    let member = world.get(&format!("user/get?userid={}", fit[0])).await;
    assert!(member["gender"].is_string());
    assert!(member["department"].is_array());
    let body = json!({ "userid_list": [fit[0]], "limit": 100 });
    let page = world.post("externalcontact/batch/get_by_user", body).await;
    let rows = page["external_contact_list"].as_array().expect("rows");
    assert!(rows[0]["external_contact"]["gender"].is_i64());
    let tagged = rows
        .iter()
        .find(|row| row["follow_info"]["tag_id"] != json!([]))
        .expect("a customer with tags");
    let tag = &tagged["follow_info"]["tag_id"][0];
    let id = text(&tagged["external_contact"]["external_userid"]);
    let one = world
        .get(&format!("externalcontact/get?external_userid={id}"))
        .await;
    let follow = one["follow_user"].as_array().expect("followers");
    let follow = follow
        .iter()
        .find(|f| f["userid"] == fit[0].as_str())
        .expect("the follower");
    assert_eq!(&follow["tags"][0]["tag_id"], tag);
    assert!(follow.get("tag_id").is_none());
    assert!(one.get("next_cursor").is_none());
}

#[tokio::test]
async fn remarks_and_tags_are_written_per_follower() {
    let world = World::new().await;
    let (_, fit) = world.cast().await;
    let id = world.customers(&fit[0]).await.remove(0);
    let pair = |extra: Value| {
        let mut body = json!({ "userid": fit[0], "external_userid": id });
        body.as_object_mut()
            .expect("object")
            .extend(extra.as_object().expect("object").clone());
        body
    };
    let remark = "externalcontact/remark";
    let change =
        json!({ "remark": "新备注", "description": "说明", "remark_mobiles": ["13800001234"] });
    assert_eq!(world.post(remark, pair(change)).await["errcode"], 0);
    assert_eq!(world.post(remark, pair(json!({}))).await["errcode"], 40_058);
    let long = json!({ "remark": "字".repeat(21) });
    assert_eq!(world.post(remark, pair(long)).await["errcode"], 40_058);
    let tags = world
        .post("externalcontact/get_corp_tag_list", json!({}))
        .await;
    let tag = text(&tags["tag_group"][0]["tag"][0]["id"]);
    let mark = "externalcontact/mark_tag";
    assert_eq!(
        world.post(mark, pair(json!({ "add_tag": [tag] }))).await["errcode"],
        0
    );
    assert_eq!(
        world.post(mark, pair(json!({ "add_tag": ["etNo"] }))).await["errcode"],
        40_068
    );
    let truth = world.truth(&format!("/customer/{id}")).await;
    let rows = truth["followers"].as_array().expect("rows");
    let row = rows
        .iter()
        .find(|row| row["userid"] == fit[0].as_str())
        .expect("the row");
    assert_eq!(row["remark"], "新备注");
    assert_eq!(row["remark_mobiles"], json!(["13800001234"]));
    assert!(list(&row["tag_id"]).contains(&tag));
    assert_eq!(
        world
            .post(remark, pair(json!({ "remark_mobiles": [""] })))
            .await["errcode"],
        0
    );
    let stranger = json!({ "userid": fit[1], "external_userid": id, "remark": "x" });
    assert_eq!(world.post(remark, stranger).await["errcode"], 84_061);
}

#[tokio::test]
async fn corp_tags_are_made_renamed_and_deleted() {
    let world = World::new().await;
    let add = json!({ "group_name": "交接", "tag": [{ "name": "甲" }, { "name": "乙" }, { "name": "甲" }] });
    let made = world.post("externalcontact/add_corp_tag", add).await;
    let tags = made["tag_group"]["tag"].as_array().expect("tags").clone();
    assert_eq!(tags.len(), 2);
    let edit = json!({ "id": tags[0]["id"], "name": "乙" });
    assert_eq!(
        world.post("externalcontact/edit_corp_tag", edit).await["errcode"],
        40_071
    );
    let delete = json!({ "tag_id": [tags[0]["id"], tags[1]["id"]] });
    assert_eq!(
        world.post("externalcontact/del_corp_tag", delete).await["errcode"],
        0
    );
    let only = json!({ "group_id": [made["tag_group"]["group_id"]] });
    let rest = world.post("externalcontact/get_corp_tag_list", only).await;
    assert_eq!(rest["tag_group"], json!([]), "a group without tags is gone");
}
