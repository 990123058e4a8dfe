//! Customer groups and their members.

use jiebang_store::Store;
use jiebang_store::group::{self, Group, GroupFilter, GroupMember, OWNER_LEFT};
use jiebang_store::testing::both;

use crate::fixture::{NOW, a_group, at, chat, corp, user, write};

async fn store_groups(store: &Store, rows: Vec<Group>) {
    write(store, async |tx| group::upsert_groups(tx, rows).await).await;
}

fn in_group(id: &str, kind: i32) -> GroupMember {
    GroupMember {
        corp_id: corp().to_string(),
        chat_id: "wr1".into(),
        member_id: id.into(),
        kind,
        join_time: NOW,
        join_scene: 1,
        name: "名".into(),
        group_nickname: "群\0名".into(),
        invitor: String::new(),
    }
}

#[tokio::test]
async fn groups_are_found_by_owner_status_and_name() {
    both(|store| async move {
        let mut left = a_group("wr2", "a");
        left.status = OWNER_LEFT;
        let mut dismissed = a_group("wr3", "a");
        dismissed.dismissed_at = Some(NOW);
        store_groups(
            &store,
            vec![a_group("wr1", "a"), left, dismissed, a_group("wr4", "b")],
        )
        .await;
        let all = GroupFilter::default;
        for (filter, expected) in [
            (all(), vec!["wr1", "wr2", "wr4"]),
            (
                GroupFilter {
                    owners: Some(vec![user("A")]),
                    ..all()
                },
                vec!["wr1", "wr2"],
            ),
            (
                GroupFilter {
                    status: Some(OWNER_LEFT),
                    ..all()
                },
                vec!["wr2"],
            ),
            (
                GroupFilter {
                    text: Some("WR4".into()),
                    ..all()
                },
                vec!["wr4"],
            ),
            (
                GroupFilter {
                    with_dismissed: true,
                    ..all()
                },
                vec!["wr1", "wr2", "wr3", "wr4"],
            ),
        ] {
            let found = group::groups(store.read(), &corp(), &filter, None, 9)
                .await
                .unwrap();
            let ids: Vec<&str> = found.iter().map(|g| g.chat_id.as_str()).collect();
            assert_eq!(ids, expected, "{filter:?}");
            let count = group::count_groups(store.read(), &corp(), &filter)
                .await
                .unwrap();
            assert_eq!(count, expected.len() as u64);
        }
        let after = chat("wr1");
        let page = group::groups(store.read(), &corp(), &all(), Some(&after), 1)
            .await
            .unwrap();
        assert_eq!(page[0].chat_id, "wr2");
    })
    .await;
}

#[tokio::test]
async fn the_members_of_a_group_are_replaced_together() {
    both(|store| async move {
        let put = async |rows: Vec<GroupMember>| {
            write(&store, async |tx| {
                group::replace_members(tx, &corp(), &chat("wr1"), rows).await
            })
            .await;
        };
        put((0..2_500)
            .map(|n| in_group(&format!("wm{n:04}"), 2))
            .collect())
        .await;
        let found = group::members(store.read(), &corp(), &chat("wr1"))
            .await
            .unwrap();
        assert_eq!(
            (found.len(), found[0].group_nickname.as_str()),
            (2_500, "群名")
        );
        put(vec![
            in_group("a", 1),
            in_group("wm1", 2),
            in_group("wm1", 2),
        ])
        .await;
        let found = group::members(store.read(), &corp(), &chat("wr1"))
            .await
            .unwrap();
        let ids: Vec<&str> = found.iter().map(|m| m.member_id.as_str()).collect();
        assert_eq!(ids, ["a", "wm1"]);
        assert_eq!(
            group::members(store.read(), &corp(), &chat("wr2"))
                .await
                .unwrap(),
            []
        );
    })
    .await;
}

#[tokio::test]
async fn a_group_that_is_dismissed_is_kept_as_dismissed() {
    both(|store| async move {
        store_groups(&store, vec![a_group("wr1", "a"), a_group("wr2", "a")]).await;
        assert!(
            write(&store, async |tx| {
                group::mark_dismissed(tx, &corp(), &chat("wr1"), at(1)).await
            })
            .await
        );
        assert!(
            !write(&store, async |tx| {
                group::mark_dismissed(tx, &corp(), &chat("wr1"), at(2)).await
            })
            .await
        );
        for (id, dismissed) in [("wr1", Some(NOW + 1)), ("wr2", None)] {
            let found = group::group(store.read(), &corp(), &chat(id))
                .await
                .unwrap()
                .unwrap();
            assert_eq!(found.dismissed_at, dismissed, "{id}");
        }
    })
    .await;
}
