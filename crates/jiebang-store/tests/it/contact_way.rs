//! Contact ways, whom they name, and their changes.

use jiebang_domain::contact_way::Kind;
use jiebang_store::contact_way::{self, After, ContactWay, Move, TaskDone, WayFilter};
use jiebang_store::directory;
use jiebang_store::entity::{Numbers, Texts};
use jiebang_store::testing::both;
use jiebang_store::{Store, StoreError};
use serde_json::json;
use uuid::Uuid;

use crate::fixture::{NOW, at, corp, member, other_corp, user, write};

fn way(kind: Kind, id: &str, users: &[&str]) -> ContactWay {
    ContactWay {
        corp_id: corp().to_string(),
        kind: kind.as_str().into(),
        way_id: id.into(),
        single: users.len() == 1,
        name: format!("展会 {id}"),
        channel: format!("CH_{id}"),
        users: users.iter().copied().collect(),
        parties: Numbers::default(),
        raw: json!({ "config_id": id, "remark": "有\0空" }),
        seen_run: 1,
        read_at: NOW,
        gone_at: None,
    }
}

fn a_move(number: u128, id: &str, state: &str) -> Move {
    Move {
        id: Uuid::from_u128(number),
        corp_id: corp().to_string(),
        kind: "code".into(),
        way_id: id.into(),
        leaver: "gone".into(),
        handover_id: None,
        name: "展会".into(),
        state: state.into(),
        wanted: ["b"].into_iter().collect(),
        chosen: false,
        users_before: Texts::default(),
        users_after: Texts::default(),
        before: None,
        after: None,
        changed: Texts::default(),
        errcode: None,
        created_by: "operator".into(),
        created_at: NOW,
        intent_at: None,
        ended_at: None,
    }
}

async fn put(store: &Store, rows: Vec<ContactWay>) {
    write(store, async |tx| contact_way::upsert_ways(tx, rows).await).await;
}

async fn ids(store: &Store, filter: &WayFilter, after: Option<&After>) -> Vec<String> {
    let found = contact_way::ways(store.read(), &corp(), filter, after, 10).await;
    found.unwrap().into_iter().map(|row| row.way_id).collect()
}

#[tokio::test]
async fn b25_ways_are_found_by_whom_they_name_by_text_and_by_who_has_left() {
    both(|store| async move {
        let mut left = member("gone", "走", &[1]);
        left.left_at = Some(NOW);
        let present = member("a", "在", &[1]);
        write(&store, async |tx| {
            directory::upsert_members(tx, vec![left, present]).await
        })
        .await;
        let mut elsewhere = way(Kind::Code, "c9", &["gone"]);
        elsewhere.corp_id = other_corp().to_string();
        let rows = vec![
            way(Kind::Code, "c1", &["a"]),
            way(Kind::Code, "c2", &["a", "gone"]),
            way(Kind::Link, "c1", &["gone"]),
            way(Kind::Code, "c3", &["never_seen"]),
            elsewhere,
        ];
        put(&store, rows).await;
        let all = WayFilter::default;
        assert_eq!(ids(&store, &all(), None).await, ["c1", "c2", "c3", "c1"]);
        let behind = After {
            kind: Kind::Code,
            way_id: "c2".into(),
        };
        assert_eq!(ids(&store, &all(), Some(&behind)).await, ["c3", "c1"]);
        let of_a = WayFilter {
            member: Some(user("A")),
            ..all()
        };
        assert_eq!(ids(&store, &of_a, None).await, ["c1", "c2"]);
        let left = WayFilter {
            names_leaver: true,
            ..all()
        };
        assert_eq!(ids(&store, &left, None).await, ["c2", "c3", "c1"]);
        let count = contact_way::count_ways(store.read(), &corp(), &left).await;
        assert_eq!(count.unwrap(), 3);
        let text = WayFilter {
            text: Some("ch_C2".into()),
            ..all()
        };
        assert_eq!(ids(&store, &text, None).await, ["c2"]);
        let named = contact_way::leavers_named(store.read(), &corp()).await;
        let named = named.unwrap();
        assert_eq!(named, [("gone".into(), 2), ("never_seen".into(), 1)]);
    })
    .await;
}

#[tokio::test]
async fn b25_a_way_names_whom_it_was_last_written_with_and_nobody_once_gone() {
    both(|store| async move {
        put(&store, vec![way(Kind::Code, "c1", &["gone"])]).await;
        put(&store, vec![way(Kind::Code, "c1", &["b", "b"])]).await;
        let of = |name: &str| WayFilter {
            member: Some(user(name)),
            ..WayFilter::default()
        };
        assert!(ids(&store, &of("gone"), None).await.is_empty());
        assert_eq!(ids(&store, &of("b"), None).await, ["c1"]);
        put(&store, vec![way(Kind::Code, "c2", &["b"])]).await;
        write(&store, async |tx| {
            let seen = ["c2".to_owned()];
            contact_way::mark_seen(tx, &corp(), Kind::Code, &seen, 2).await?;
            let gone = contact_way::mark_unseen_gone(tx, &corp(), Kind::Code, 2, at(5)).await?;
            assert_eq!(gone, 1);
            Ok(())
        })
        .await;
        assert_eq!(ids(&store, &of("b"), None).await, ["c2"]);
        let kept = contact_way::way(store.read(), &corp(), Kind::Code, "c1").await;
        assert_eq!(kept.unwrap().unwrap().gone_at, Some(NOW + 5));
    })
    .await;
}

#[tokio::test]
async fn b25_a_way_has_one_open_change_and_an_ended_one_is_not_moved_again() {
    both(|store| async move {
        write(&store, async |tx| {
            let rows = vec![a_move(1, "c1", "planned"), a_move(2, "c2", "done")];
            contact_way::insert_moves(tx, rows).await
        })
        .await;
        let tx = store.begin().await.unwrap();
        let second = contact_way::insert_moves(&tx, vec![a_move(3, "c1", "planned")]).await;
        assert!(second.unwrap_err().is_conflict());
        drop(tx);
        write(&store, async |tx| {
            contact_way::insert_moves(tx, vec![a_move(4, "c2", "planned")]).await?;
            contact_way::set_move(tx, a_move(1, "c1", "done"), &["planned"]).await
        })
        .await;
        let tx = store.begin().await.unwrap();
        let again = contact_way::set_move(&tx, a_move(1, "c1", "failed"), &["planned"]).await;
        assert!(matches!(again, Err(StoreError::RowCount { .. })));
        drop(tx);
        let open = contact_way::open_moves(store.read(), &corp(), &user("gone")).await;
        let open: Vec<Uuid> = open.unwrap().into_iter().map(|row| row.id).collect();
        assert_eq!(open, [Uuid::from_u128(4)]);
    })
    .await;
}

#[tokio::test]
async fn b25_a_tick_says_who_and_when_and_can_be_taken_back() {
    both(|store| async move {
        let done = TaskDone {
            corp_id: corp().to_string(),
            leaver: "gone".into(),
            item: "welcome_message".into(),
            done_at: NOW,
            done_by: "account:1".into(),
        };
        let ticked = done.clone();
        write(&store, async |tx| contact_way::tick(tx, ticked).await).await;
        let found = contact_way::tasks_done(store.read(), &corp(), &user("gone")).await;
        assert_eq!(found.unwrap(), [done]);
        write(&store, async |tx| {
            let (corp, gone) = (corp(), user("gone"));
            assert!(contact_way::untick(tx, &corp, &gone, "welcome_message").await?);
            Ok(())
        })
        .await;
        let found = contact_way::tasks_done(store.read(), &corp(), &user("gone")).await;
        assert!(found.unwrap().is_empty());
    })
    .await;
}
