//! Contact ways and acquisition links: what is told, what an update replaces, who may be named.

use serde_json::{Value, json};

use crate::support::{DAY, START, World, list, text};

const ADD: &str = "externalcontact/add_contact_way";
const GET: &str = "externalcontact/get_contact_way";
const LIST: &str = "externalcontact/list_contact_way";
const UPDATE: &str = "externalcontact/update_contact_way";
const LINKS: &str = "externalcontact/customer_acquisition/list_link";
const LINK: &str = "externalcontact/customer_acquisition/get";
const UPDATE_LINK: &str = "externalcontact/customer_acquisition/update_link";

impl World {
    async fn way(&self, id: &str) -> Value {
        let answer = self.post(GET, json!({ "config_id": id })).await;
        assert_eq!(answer["errcode"], 0, "{answer}");
        answer["contact_way"].clone()
    }

    /// Ids of the ways that name a member, as the truth knows them.
    async fn ways_of(&self, userid: &str) -> Vec<Value> {
        let truth = self.truth("?only=contact_ways").await;
        let rows = truth["contact_ways"].as_array().expect("rows").clone();
        rows.into_iter()
            .map(|row| row["way"].clone())
            .filter(|way| list(&way["user"]).contains(&userid.to_owned()))
            .collect()
    }

    async fn listed(&self, limit: i64, from: i64) -> Vec<String> {
        let mut found = Vec::new();
        let mut cursor = String::new();
        loop {
            let body = json!({ "limit": limit, "cursor": cursor, "start_time": from,
                "end_time": START + DAY });
            let page = self.post(LIST, body).await;
            assert_eq!(page["errcode"], 0, "{page}");
            let rows = page["contact_way"].as_array().expect("rows");
            found.extend(rows.iter().map(|row| text(&row["config_id"])));
            cursor = text(&page["next_cursor"]);
            if cursor.is_empty() {
                return found;
            }
        }
    }
}

#[tokio::test]
async fn a_leavers_codes_keep_naming_the_leaver() {
    let world = World::new().await;
    let (leaver, _) = world.cast().await;
    let ways = world.ways_of(&leaver).await;
    let single = ways.iter().filter(|way| way["type"] == 1).count();
    assert!(single >= 3 && ways.len() > single, "{ways:?}");
    for way in ways {
        assert_eq!(world.way(&text(&way["config_id"])).await, way);
    }
}

#[tokio::test]
async fn the_list_is_paged_and_looks_back_90_days_unless_told_otherwise() {
    let world = World::new().await;
    let truth = world.truth("?only=contact_ways").await;
    let all = truth["contact_ways"].as_array().expect("rows").len();
    let long_ago = START - 700 * DAY;
    let pages = world.listed(3, long_ago).await;
    assert_eq!(pages.len(), all);
    assert_eq!(pages, world.listed(1000, long_ago).await);
    let recent = world.post(LIST, json!({})).await;
    let recent = recent["contact_way"].as_array().expect("rows").len();
    assert_eq!(recent, world.listed(100, START - 90 * DAY).await.len());
    assert!(recent < all);
    let wrong = world.post(LIST, json!({ "limit": 1001 })).await;
    assert_eq!(wrong["errcode"], 40_058);
}

#[tokio::test]
async fn an_update_replaces_what_it_names_and_by_knob_drops_the_rest() {
    let world = World::new().await;
    let (leaver, fit) = world.cast().await;
    let way = world.ways_of(&leaver).await.swap_remove(0);
    let id = text(&way["config_id"]);
    let body = json!({ "config_id": id, "user": [fit[0]] });
    assert_eq!(world.post(UPDATE, body.clone()).await["errcode"], 0);
    let mut wanted = way.clone();
    wanted["user"] = json!([fit[0]]);
    assert_eq!(world.way(&id).await, wanted);
    world
        .knobs(json!({ "contact_way_update_drops_absent": true }))
        .await;
    assert_eq!(world.post(UPDATE, body).await["errcode"], 0);
    let after = world.way(&id).await;
    assert_eq!(
        (&after["remark"], &after["state"]),
        (&json!(""), &json!(""))
    );
}

#[tokio::test]
async fn who_cannot_serve_is_refused_and_nothing_changes() {
    let world = World::new().await;
    let (leaver, fit) = world.cast().await;
    let way = world.ways_of(&leaver).await.swap_remove(0);
    let id = text(&way["config_id"]);
    let set = |user: Value| json!({ "config_id": id, "user": user });
    for (patch, code) in [
        (json!({ "activated": false }), 41_054),
        (json!({ "activated": true, "real_name": false }), 40_098),
        (
            json!({ "real_name": true, "customer_contact": false }),
            84_074,
        ),
    ] {
        let path = format!("members/{}", fit[0]);
        world.control("PATCH", &path, patch).await;
        assert_eq!(
            world.post(UPDATE, set(json!([fit[0]]))).await["errcode"],
            code
        );
    }
    // A single code names one member; nobody and 101 are refused too.
    assert_eq!(world.post(UPDATE, set(json!([]))).await["errcode"], 40_058);
    let two = json!([fit[1], fit[2]]);
    assert_eq!(world.post(UPDATE, set(two)).await["errcode"], 40_058);
    let many: Vec<&String> = std::iter::repeat_n(&fit[1], 101).collect();
    assert_eq!(
        world.post(UPDATE, set(json!(many))).await["errcode"],
        40_058
    );
    assert_eq!(world.way(&id).await, way);
    let unknown = json!({ "config_id": "0", "user": [fit[1]] });
    assert_eq!(world.post(UPDATE, unknown).await["errcode"], 41_044);
    world.knobs(json!({ "contact_way_permitted": false })).await;
    assert_eq!(world.post(LIST, json!({})).await["errcode"], 48_002);
}

#[tokio::test]
async fn a_leaver_can_stay_named_or_not_as_the_knob_says() {
    let world = World::new().await;
    let (leaver, fit) = world.cast().await;
    let new = json!({ "type": 2, "scene": 2, "user": [fit[0], fit[1]], "state": "x" });
    let added = world.post(ADD, new).await;
    let id = text(&added["config_id"]);
    let path = format!("members/{}/leave", fit[1]);
    world.control("POST", &path, json!({})).await;
    let with = |other: &str| json!({ "config_id": id, "user": [fit[0], other] });
    assert_eq!(world.post(UPDATE, with(&fit[1])).await["errcode"], 0);
    // Never one whom it did not name.
    assert_eq!(world.post(UPDATE, with(&leaver)).await["errcode"], 60_111);
    world
        .knobs(json!({ "contact_way_keeps_leavers": false }))
        .await;
    assert_eq!(world.post(UPDATE, with(&fit[1])).await["errcode"], 60_111);
}

#[tokio::test]
async fn faults_strike_updates_like_everything_else() {
    let world = World::new().await;
    let (leaver, fit) = world.cast().await;
    let ways = world.ways_of(&leaver).await;
    for (kind, takes_effect) in [("busy", false), ("busy_after", true)] {
        let way = &ways[usize::from(takes_effect)];
        let id = text(&way["config_id"]);
        let fault = json!({ "path": UPDATE, "kind": kind, "times": 1 });
        world.control("POST", "faults", fault).await;
        let body = json!({ "config_id": id, "user": [fit[0]] });
        assert_eq!(world.post(UPDATE, body).await["errcode"], -1);
        let users = list(&world.way(&id).await["user"]);
        assert_eq!(users == [fit[0].clone()], takes_effect, "{kind}");
    }
}

#[tokio::test]
async fn an_acquisition_links_range_is_replaced_as_a_whole() {
    let world = World::new().await;
    let (leaver, fit) = world.cast().await;
    let ids = list(&world.post(LINKS, json!({ "limit": 100 })).await["link_id_list"]);
    let before = world.post(LINK, json!({ "link_id": ids[0] })).await;
    assert!(list(&before["range"]["user_list"]).contains(&leaver));
    assert_eq!(
        before["priority_option"]["priority_userid_list"],
        json!([leaver])
    );
    // Who comes first must be in the range.
    let body = json!({ "link_id": ids[0], "range": { "user_list": [fit[0]] } });
    assert_eq!(world.post(UPDATE_LINK, body).await["errcode"], 40_058);
    let body = json!({ "link_id": ids[0], "range": { "user_list": [fit[0]] },
        "priority_option": { "priority_type": 2, "priority_userid_list": [fit[0]] } });
    assert_eq!(world.post(UPDATE_LINK, body).await["errcode"], 0);
    let after = world.post(LINK, json!({ "link_id": ids[0] })).await;
    assert_eq!(after["link"], before["link"]);
    assert_eq!(after["range"]["user_list"], json!([fit[0]]));
    world.knobs(json!({ "acquisition_permitted": false })).await;
    assert_eq!(world.post(LINKS, json!({})).await["errcode"], 48_002);
}
