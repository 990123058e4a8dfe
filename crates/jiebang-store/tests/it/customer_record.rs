//! Customers across members, narrowed to departments by the query.

use std::collections::BTreeSet;

use jiebang_domain::id::ExternalUserId;
use jiebang_store::Store;
use jiebang_store::customer::{upsert_customers, upsert_follows};
use jiebang_store::customer_record::{CustomerFilter, Standing, count_customers, customers};
use jiebang_store::directory::upsert_members;
use jiebang_store::handover as handovers;
use jiebang_store::testing::both;
use jiebang_store::unassigned::upsert_unassigned;
use uuid::Uuid;

use crate::fixture::*;
use crate::record::{a_handover, a_row};

/// Amy is in department 1, Bob in 2, Eve in 3; Eve has left.
async fn some(store: &Store) {
    write(store, async |tx| {
        let members = vec![
            member("amy", "Amy", &[1]),
            member("bob", "Bob", &[2, 5]),
            member("eve", "Eve", &[3]),
        ];
        let mut members = members;
        members[2].left_at = Some(NOW);
        upsert_members(tx, members).await?;
        let names = ["served", "former", "moved", "moving", "waits", "lost"];
        let known = names.iter().map(|id| a_customer(id, &format!("客户 {id}")));
        upsert_customers(tx, known.collect()).await?;
        let ended = |mut follow: jiebang_store::customer::Follow| {
            follow.ended_at = Some(NOW);
            follow
        };
        let mut tagged = a_follow("amy", "served");
        tagged.tags = ["t1"].into_iter().collect();
        tagged.remark = "老友".into();
        let follows = vec![
            tagged,
            ended(a_follow("bob", "former")),
            a_follow("amy", "former"),
            a_follow("bob", "moved"),
            a_follow("amy", "moving"),
            ended(a_follow("amy", "lost")),
            // WeCom's list still has it, but Eve serves nobody any more.
            a_follow("eve", "waits"),
        ];
        upsert_follows(tx, follows).await?;
        upsert_unassigned(tx, vec![an_unassigned("eve", "waits")]).await?;
        let id = Uuid::from_u128(1);
        handovers::insert(tx, a_handover(id, "eve")).await?;
        let mut moved = a_row(id, 1, "moved");
        moved.state = "taken_over".into();
        let mut moving = a_row(id, 2, "moving");
        moving.state = "waiting".into();
        handovers::insert_rows(tx, vec![moved, moving]).await
    })
    .await;
}

async fn found(store: &Store, filter: &CustomerFilter) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut after: Option<ExternalUserId> = None;
    loop {
        let page = customers(store.read(), &corp(), filter, after.as_ref(), 2)
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        after = Some(customer(&last.external_userid));
        all.extend(page.into_iter().map(|one| one.external_userid));
    }
    let counted = count_customers(store.read(), &corp(), filter)
        .await
        .unwrap();
    assert_eq!(counted, all.len() as u64);
    all
}

fn set(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn s6_departments_see_followers_former_ones_leavers_and_what_waits() {
    both(|store| async move {
        some(&store).await;
        for (departments, expected) in [
            (vec![1], set(&["served", "former", "moving", "lost"])),
            (vec![2], set(&["former", "moved"])),
            (vec![5], set(&["former", "moved"])),
            (vec![3], set(&["moved", "moving", "waits"])),
            (vec![2, 3], set(&["former", "moved", "moving", "waits"])),
            (vec![4], set(&[])),
            (vec![], set(&[])),
        ] {
            let filter = CustomerFilter {
                departments: Some(departments.clone()),
                ..CustomerFilter::default()
            };
            assert_eq!(found(&store, &filter).await, expected, "{departments:?}");
        }
        let (read, other, every) = (store.read(), other_corp(), CustomerFilter::default());
        let other = customers(read, &other, &every, None, 9).await.unwrap();
        assert!(other.is_empty());
    })
    .await;
}

#[tokio::test]
async fn s6_each_customer_stands_in_one_place_and_filters_hold_together() {
    both(|store| async move {
        some(&store).await;
        let stands = async |standing| {
            let filter = CustomerFilter {
                standing: Some(standing),
                ..CustomerFilter::default()
            };
            found(&store, &filter).await
        };
        assert_eq!(
            stands(Standing::Served).await,
            set(&["served", "former", "moved"])
        );
        assert_eq!(stands(Standing::InTransfer).await, set(&["moving"]));
        assert_eq!(stands(Standing::Waiting).await, set(&["waits"]));
        assert_eq!(stands(Standing::Lost).await, set(&["lost"]));
        let text = |text: &str| CustomerFilter {
            text: Some(text.into()),
            ..CustomerFilter::default()
        };
        assert_eq!(found(&store, &text("老友")).await, set(&["served"]));
        assert_eq!(
            found(&store, &text("客户 m")).await,
            set(&["moved", "moving"])
        );
        assert_eq!(found(&store, &text("waits")).await, set(&["waits"]));
        assert_eq!(found(&store, &text("%")).await, set(&[]));
        let mut filter = CustomerFilter {
            member: Some(user("amy")),
            ..CustomerFilter::default()
        };
        assert_eq!(
            found(&store, &filter).await,
            set(&["served", "former", "moving"])
        );
        filter.tag = Some(tag("t1"));
        assert_eq!(found(&store, &filter).await, set(&["served"]));
        filter.departments = Some(vec![2]);
        assert_eq!(found(&store, &filter).await, set(&[]));
        for (passed_on, expected) in [
            (true, set(&["moved"])),
            (false, set(&["served", "former", "moving", "waits", "lost"])),
        ] {
            let filter = CustomerFilter {
                passed_on: Some(passed_on),
                ..CustomerFilter::default()
            };
            assert_eq!(found(&store, &filter).await, expected);
        }
    })
    .await;
}
