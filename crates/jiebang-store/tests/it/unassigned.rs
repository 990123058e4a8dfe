//! The unassigned list.

use jiebang_store::customer::{upsert_customers, upsert_follows};
use jiebang_store::testing::both;
use jiebang_store::unassigned::{self, Unassigned};

use crate::fixture::{a_customer, a_follow, an_unassigned, at, corp, customer, user, write};

#[tokio::test]
async fn what_waits_of_a_leaver_comes_with_what_was_known_of_it() {
    both(|store| async move {
        write(&store, async |tx| {
            let rows = ["wm3", "wm1", "wm2"].map(|id| an_unassigned("Left", id));
            unassigned::upsert_unassigned(tx, rows.into()).await?;
            unassigned::upsert_unassigned(tx, vec![an_unassigned("other", "wm1")]).await?;
            upsert_customers(tx, vec![a_customer("wm1", "甲"), a_customer("wm2", "乙")]).await?;
            upsert_follows(tx, vec![a_follow("left", "wm1"), a_follow("other", "wm2")]).await
        })
        .await;
        let page = async |after: Option<&str>| {
            let after = after.map(customer);
            unassigned::unassigned_of(store.read(), &corp(), &user("left"), after.as_ref(), 2)
                .await
                .unwrap()
                .into_iter()
                .map(|row| {
                    let name = row.customer.map(|c| c.name);
                    (row.unassigned.external_userid, name, row.follow.is_some())
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(
            page(None).await,
            [
                ("wm1".to_owned(), Some("甲".to_owned()), true),
                ("wm2".to_owned(), Some("乙".to_owned()), false)
            ]
        );
        assert_eq!(page(Some("wm2")).await, [("wm3".to_owned(), None, false)]);
    })
    .await;
}

#[tokio::test]
async fn a_row_no_longer_listed_is_gone_and_may_come_back() {
    both(|store| async move {
        write(&store, async |tx| {
            let seen = Unassigned {
                seen_run: 2,
                ..an_unassigned("left", "wm1")
            };
            let rows = vec![
                seen,
                an_unassigned("left", "wm2"),
                an_unassigned("left", "wm3"),
            ];
            unassigned::upsert_unassigned(tx, rows).await?;
            assert!(
                unassigned::mark_gone(tx, &corp(), &user("left"), &customer("wm3"), at(1)).await?
            );
            assert!(
                !unassigned::mark_gone(tx, &corp(), &user("left"), &customer("wm3"), at(1)).await?
            );
            assert_eq!(
                unassigned::mark_unseen_gone(tx, &corp(), 2, at(2)).await?,
                1
            );
            Ok(())
        })
        .await;
        let waiting = async || {
            unassigned::unassigned_of(store.read(), &corp(), &user("left"), None, 9)
                .await
                .unwrap()
                .len()
        };
        assert_eq!(waiting().await, 1);
        write(&store, async |tx| {
            unassigned::upsert_unassigned(tx, vec![an_unassigned("left", "wm2")]).await
        })
        .await;
        assert_eq!(waiting().await, 2);
    })
    .await;
}
