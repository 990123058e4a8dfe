//! Tags.

use jiebang_store::tag::{self, Tag};
use jiebang_store::testing::both;

use crate::fixture::{NOW, at, corp, tag as id, write};

fn a_tag(id: &str, group: &str, order: i64) -> Tag {
    Tag {
        corp_id: corp().to_string(),
        tag_id: id.into(),
        name: format!("标签{id}"),
        group_id: group.into(),
        group_name: "组".into(),
        sort_order: order,
        created_at: NOW,
        deleted_at: None,
        strategy_id: None,
    }
}

#[tokio::test]
async fn tags_are_listed_as_wecom_orders_them_and_deleted_ones_are_kept() {
    both(|store| async move {
        write(&store, async |tx| {
            let rows = vec![
                a_tag("et1", "g1", 1),
                a_tag("et2", "g1", 2),
                a_tag("et3", "g2", 0),
                a_tag("et4", "g3", 0),
            ];
            tag::upsert_tags(tx, rows).await?;
            let gone = ["et3", "et4", "none"];
            assert_eq!(tag::mark_deleted(tx, &corp(), gone, at(1)).await?, 2);
            Ok(())
        })
        .await;
        let list = async |with_deleted| -> Vec<String> {
            let tags = tag::tags(store.read(), &corp(), with_deleted)
                .await
                .unwrap();
            tags.into_iter().map(|tag| tag.tag_id).collect()
        };
        assert_eq!(list(false).await, ["et2", "et1"]);
        assert_eq!(list(true).await, ["et2", "et1", "et3", "et4"]);
        let others = write(&store, async |tx| {
            tag::mark_others_deleted(tx, &corp(), &[id("et1")], at(2)).await
        })
        .await;
        assert_eq!(others, 1);
        assert_eq!(list(false).await, ["et1"]);
    })
    .await;
}
