//! Customers and follows.

use jiebang_domain::id::TagId;
use jiebang_store::Store;
use jiebang_store::customer::{
    self, EndReason, Follow, FollowCursor, FollowFilter, LiveAssets, upsert_customers,
    upsert_follows,
};
use jiebang_store::entity::Texts;
use jiebang_store::group::upsert_groups;
use jiebang_store::testing::{both, postgres, sqlite};
use jiebang_store::unassigned::upsert_unassigned;
use proptest::prelude::*;

use crate::fixture::{
    NOW, a_customer, a_follow, a_group, an_unassigned, at, corp, customer as ext, other_corp, tag,
    user, write,
};

async fn store_follows(store: &Store, rows: Vec<Follow>) {
    write(store, async |tx| upsert_follows(tx, rows).await).await;
}

async fn find(store: &Store, member: &str, customer: &str) -> Follow {
    customer::follow(store.read(), &corp(), &user(member), &ext(customer))
        .await
        .unwrap()
        .unwrap()
}

async fn keys(store: &Store, filter: &FollowFilter) -> Vec<String> {
    let found = customer::follows(store.read(), &corp(), filter, None, 100)
        .await
        .unwrap();
    found
        .iter()
        .map(|f| format!("{}/{}", f.follow.userid, f.follow.external_userid))
        .collect()
}

#[tokio::test]
async fn a_follow_keeps_every_field_it_was_stored_with() {
    both(|store| async move {
        let full = Follow {
            remark: "王总 😀".into(),
            description: "多行\n描述".into(),
            remark_company: "公司".into(),
            remark_mobiles: Texts::from_iter(["13800000000", "13900000000"]),
            add_way: 202,
            state: "channel=1".into(),
            tags: Texts::from_iter(["et1", "st2"]),
            personal_tags: Texts::from_iter(["自己\"的\\"]),
            ..a_follow("a", "wmA")
        };
        store_follows(&store, vec![full.clone()]).await;
        assert_eq!(find(&store, "a", "wmA").await, full);
    })
    .await;
}

#[tokio::test]
async fn ids_of_customers_differ_by_case() {
    both(|store| async move {
        let rows = vec![a_customer("wmA", "大"), a_customer("wma", "小")];
        write(&store, async |tx| upsert_customers(tx, rows).await).await;
        for (id, name) in [("wmA", "大"), ("wma", "小")] {
            let found = customer::customer(store.read(), &corp(), &ext(id))
                .await
                .unwrap();
            assert_eq!(found.unwrap().name, name);
        }
    })
    .await;
}

#[tokio::test]
async fn a_second_sight_changes_a_customer_but_not_the_first() {
    both(|store| async move {
        let first = a_customer("wmA", "旧");
        let mut second = a_customer("wmA", "新");
        second.first_seen_at = NOW + 10;
        second.updated_at = NOW + 10;
        write(&store, async |tx| upsert_customers(tx, vec![first]).await).await;
        write(&store, async |tx| upsert_customers(tx, vec![second]).await).await;
        let found = customer::customer(store.read(), &corp(), &ext("wmA"))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (found.name.as_str(), found.first_seen_at, found.updated_at),
            ("新", NOW, NOW + 10)
        );
    })
    .await;
}

#[tokio::test]
async fn what_a_complete_list_no_longer_holds_has_ended_and_may_come_back() {
    both(|store| async move {
        let rows = vec![
            a_follow("a", "wm1"),
            a_follow("a", "wm2"),
            a_follow("b", "wm1"),
        ];
        store_follows(&store, rows).await;
        let again = Follow {
            seen_run: 2,
            ..a_follow("a", "wm1")
        };
        store_follows(&store, vec![again.clone()]).await;
        let end = async |member: Option<&str>| {
            let member = member.map(user);
            write(&store, async |tx| {
                customer::end_unseen(tx, &corp(), member.as_ref(), 2, at(9)).await
            })
            .await
        };
        assert_eq!(end(Some("a")).await, 1);
        let ended = find(&store, "a", "wm2").await;
        assert_eq!(
            (ended.ended_at, ended.end_reason.as_deref()),
            (Some(NOW + 9), Some("gone_from_list"))
        );
        assert_eq!(
            find(&store, "b", "wm1").await.ended_at,
            None,
            "another member's list"
        );
        assert_eq!(end(None).await, 1);
        assert_eq!(end(None).await, 0);
        store_follows(
            &store,
            vec![Follow {
                seen_run: 3,
                ..a_follow("a", "wm2")
            }],
        )
        .await;
        assert_eq!(find(&store, "a", "wm2").await.ended_at, None);
    })
    .await;
}

#[tokio::test]
async fn a_follow_ends_once_with_its_reason() {
    both(|store| async move {
        store_follows(&store, vec![a_follow("a", "wm1")]).await;
        let end = async |customer: &str, reason| {
            let customer = ext(customer);
            write(&store, async |tx| {
                customer::end_follow(tx, &corp(), &user("a"), &customer, reason, at(1)).await
            })
            .await
        };
        assert!(end("wm1", EndReason::DeletedByCustomer).await);
        assert!(!end("wm1", EndReason::Transferred).await);
        assert!(!end("wm9", EndReason::Transferred).await);
        let ended = find(&store, "a", "wm1").await;
        assert_eq!(ended.end_reason.as_deref(), Some("deleted_by_customer"));
        let followers = customer::followers(store.read(), &corp(), &ext("wm1"))
            .await
            .unwrap();
        assert_eq!(followers, [ended]);
    })
    .await;
}

#[tokio::test]
async fn follows_are_found_by_member_tag_text_way_and_time() {
    both(|store| async move {
        let rows = vec![
            Follow {
                tags: Texts::from_iter(["et1", "et2"]),
                ..a_follow("a", "wm1")
            },
            Follow {
                tags: Texts::from_iter(["et12"]),
                remark: "VIP王".into(),
                ..a_follow("a", "wm2")
            },
            Follow {
                add_way: 3,
                added_at: NOW - 50,
                ..a_follow("b", "wm1")
            },
            Follow {
                ended_at: Some(NOW),
                ..a_follow("b", "wm3")
            },
        ];
        let names = vec![a_customer("wm1", "李_雷"), a_customer("wm2", "韩梅梅")];
        write(&store, async |tx| upsert_customers(tx, names).await).await;
        store_follows(&store, rows).await;
        let all = FollowFilter::default;
        let tagged = |ids: &[&str]| FollowFilter {
            tags: Some(ids.iter().map(|id| tag(id)).collect::<Vec<TagId>>()),
            ..all()
        };
        let text = |text: &str| FollowFilter {
            text: Some(text.into()),
            ..all()
        };
        for (filter, expected) in [
            (all(), vec!["a/wm1", "a/wm2", "b/wm1"]),
            (
                FollowFilter {
                    with_ended: true,
                    ..all()
                },
                vec!["a/wm1", "a/wm2", "b/wm1", "b/wm3"],
            ),
            (
                FollowFilter {
                    members: Some(vec![user("B")]),
                    ..all()
                },
                vec!["b/wm1"],
            ),
            (
                FollowFilter {
                    members: Some(vec![]),
                    ..all()
                },
                vec![],
            ),
            (tagged(&["et1"]), vec!["a/wm1"]),
            (tagged(&["et2", "et12"]), vec!["a/wm1", "a/wm2"]),
            (tagged(&["et"]), vec![]),
            (tagged(&[]), vec![]),
            (text("_"), vec!["a/wm1", "b/wm1"]),
            (text("vip"), vec!["a/wm2"]),
            (text("梅"), vec!["a/wm2"]),
            (
                FollowFilter {
                    add_ways: Some(vec![3]),
                    ..all()
                },
                vec!["b/wm1"],
            ),
            (
                FollowFilter {
                    added_from: Some(at(0)),
                    ..all()
                },
                vec!["a/wm1", "a/wm2"],
            ),
            (
                FollowFilter {
                    added_until: Some(at(0)),
                    ..all()
                },
                vec!["b/wm1"],
            ),
        ] {
            assert_eq!(keys(&store, &filter).await, expected, "{filter:?}");
        }
        let found = customer::follows(store.read(), &corp(), &all(), None, 9)
            .await
            .unwrap();
        let names: Vec<_> = found
            .iter()
            .map(|f| f.customer.as_ref().map(|c| c.name.as_str()))
            .collect();
        assert_eq!(names, [Some("李_雷"), Some("韩梅梅"), Some("李_雷")]);
    })
    .await;
}

#[tokio::test]
async fn what_a_member_holds_is_counted() {
    both(|store| async move {
        write(&store, async |tx| {
            let ended = Follow {
                ended_at: Some(NOW),
                ..a_follow("a", "wm3")
            };
            upsert_follows(tx, vec![a_follow("a", "wm1"), a_follow("a", "wm2"), ended]).await?;
            upsert_follows(tx, vec![a_follow("b", "wm1")]).await?;
            let mut dismissed = a_group("wr2", "a");
            dismissed.dismissed_at = Some(NOW);
            upsert_groups(tx, vec![a_group("wr1", "a"), dismissed]).await?;
            upsert_unassigned(tx, vec![an_unassigned("a", "wm4")]).await
        })
        .await;
        let assets = customer::live_assets(store.read(), &corp(), &user("A"))
            .await
            .unwrap();
        assert_eq!(
            assets,
            LiveAssets {
                customers: 2,
                groups: 1
            }
        );
        let none = customer::live_assets(store.read(), &other_corp(), &user("A"))
            .await
            .unwrap();
        assert_eq!(none, LiveAssets::default());
        let counts = jiebang_store::stats::counts(store.read(), &corp())
            .await
            .unwrap();
        assert_eq!(
            (counts.follows, counts.groups, counts.unassigned),
            (3, 1, 1)
        );
    })
    .await;
}

/// Every page of every filter, on both databases, is what sorting and cutting a list gives.
#[test]
fn pages_of_follows_are_what_sorting_and_cutting_would_give() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let stores = runtime.block_on(async { [sqlite().await, postgres().await] });
    let rows = proptest::collection::vec(
        ("[a-cA-C]{1,2}", "wm[_%a-cA-C0-2-]{1,2}", any::<bool>()),
        0..40,
    );
    let case = std::cell::Cell::new(0);
    proptest!(ProptestConfig::with_cases(40), |(rows in rows, limit in 1..9u64)| {
        case.set(case.get() + 1);
        let here = jiebang_domain::id::CorpId::parse(format!("ww{}", case.get())).unwrap();
        let rows: Vec<Follow> = rows
            .into_iter()
            .map(|(member, customer, ended)| Follow {
                corp_id: here.to_string(),
                ended_at: ended.then_some(NOW),
                ..a_follow(&member, &customer)
            })
            .collect();
        let mut model = std::collections::BTreeMap::new();
        for row in &rows {
            model.insert((row.userid.clone(), row.external_userid.clone()), row.ended_at);
        }
        let expected: Vec<_> =
            model.iter().filter(|(_, ended)| ended.is_none()).map(|(key, _)| key.clone()).collect();
        for store in &stores {
            let found = runtime.block_on(async {
                let rows = rows.clone();
                write(store, async |tx| upsert_follows(tx, rows).await).await;
                let mut found = Vec::new();
                let mut after: Option<FollowCursor> = None;
                loop {
                    let filter = FollowFilter::default();
                    let page = customer::follows(store.read(), &here, &filter, after.as_ref(), limit)
                        .await
                        .unwrap();
                    let Some(last) = page.last() else { break };
                    after = Some(FollowCursor {
                        member: user(&last.follow.userid),
                        customer: ext(&last.follow.external_userid),
                    });
                    found.extend(
                        page.into_iter().map(|f| (f.follow.userid, f.follow.external_userid)),
                    );
                }
                found
            });
            prop_assert_eq!(&found, &expected, "{:?}", store.kind());
        }
    });
}
