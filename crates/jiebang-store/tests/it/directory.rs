//! Departments, members, leavers.

use jiebang_store::Store;
use jiebang_store::customer::upsert_customers;
use jiebang_store::directory::{self, Department, Member, MemberFilter};
use jiebang_store::entity::Texts;
use jiebang_store::group::{OWNER_LEFT, upsert_groups};
use jiebang_store::testing::both;
use jiebang_store::unassigned::upsert_unassigned;

use crate::fixture::{
    NOW, a_customer, a_group, an_unassigned, at, corp, member, other_corp, user, write,
};

async fn store_members(store: &Store, rows: Vec<Member>) {
    write(store, async |tx| directory::upsert_members(tx, rows).await).await;
}

async fn find(store: &Store, id: &str) -> Member {
    directory::member(store.read(), &corp(), &user(id))
        .await
        .unwrap()
        .unwrap()
}

fn ids(rows: &[Member]) -> Vec<&str> {
    rows.iter().map(|row| row.userid.as_str()).collect()
}

fn department(id: i64, parent: i64) -> Department {
    Department {
        corp_id: corp().to_string(),
        department_id: id,
        name: format!("部门{id}"),
        parent_id: parent,
        sort_order: 100 - id,
        leaders: Texts::from_iter(["lead"]),
        gone_at: None,
    }
}

#[tokio::test]
async fn a_department_that_is_no_longer_listed_is_gone_but_kept() {
    both(|store| async move {
        let rows = (1..=5).map(|id| department(id, 1)).collect();
        write(&store, async |tx| {
            directory::upsert_departments(tx, rows).await
        })
        .await;
        let gone = write(&store, async |tx| {
            directory::mark_departments_gone(tx, &corp(), &[1, 2, 5], at(9)).await
        })
        .await;
        assert_eq!(gone, 2);
        let left = directory::departments(store.read(), &corp()).await.unwrap();
        let left: Vec<i64> = left.iter().map(|d| d.department_id).collect();
        assert_eq!(left, [1, 2, 5]);
        write(&store, async |tx| {
            directory::upsert_departments(tx, vec![department(3, 1)]).await
        })
        .await;
        assert_eq!(
            directory::departments(store.read(), &corp())
                .await
                .unwrap()
                .len(),
            4
        );
    })
    .await;
}

#[tokio::test]
async fn a_member_is_known_in_any_case_and_only_in_its_corp() {
    both(|store| async move {
        store_members(&store, vec![member("ZhangSan", "张三", &[1])]).await;
        assert_eq!(find(&store, "zhangSAN").await.name, "张三");
        let other = directory::member(store.read(), &other_corp(), &user("zhangsan")).await;
        assert_eq!(other.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn what_is_known_of_a_member_survives_the_member() {
    both(|store| async move {
        store_members(
            &store,
            vec![member("a", "甲", &[1]), member("b", "乙", &[2])],
        )
        .await;
        let is_gone = write(&store, async |tx| {
            directory::mark_member_left(tx, &corp(), &user("a"), at(60)).await
        })
        .await;
        assert!(is_gone);
        let kept = find(&store, "a").await;
        assert_eq!((kept.name.as_str(), kept.left_at), ("甲", Some(NOW + 60)));
        assert_eq!(find(&store, "b").await.left_at, None);
    })
    .await;
}

#[tokio::test]
async fn the_first_sight_and_the_first_leave_of_a_member_stay_until_the_member_is_back() {
    both(|store| async move {
        store_members(&store, vec![member("a", "甲", &[1])]).await;
        let left = |at| Member {
            status: 5,
            left_at: Some(at),
            first_seen_at: at,
            ..member("a", "甲", &[1])
        };
        store_members(&store, vec![left(NOW + 10)]).await;
        store_members(&store, vec![left(NOW + 20)]).await;
        let row = find(&store, "a").await;
        assert_eq!(
            (row.left_at, row.first_seen_at, row.status),
            (Some(NOW + 10), NOW, 5)
        );
        assert!(
            write(&store, async |tx| {
                directory::mark_member_left(tx, &corp(), &user("a"), at(30)).await
            })
            .await
        );
        assert_eq!(find(&store, "a").await.left_at, Some(NOW + 10));
        store_members(&store, vec![member("a", "甲", &[1])]).await;
        let row = find(&store, "a").await;
        assert_eq!((row.left_at, row.gone_at), (None, None));
    })
    .await;
}

#[tokio::test]
async fn members_are_found_by_the_beginning_of_a_name_and_by_department() {
    both(|store| async move {
        let mut rows = vec![
            member("a1", "张三", &[2, 3]),
            member("a2", "张%", &[3]),
            member("a3", "李张", &[4]),
            member("b1", "Zhao", &[23]),
        ];
        rows[2].left_at = Some(NOW);
        rows[3].customer_contact = false;
        store_members(&store, rows).await;
        let found = async |filter: MemberFilter| -> Vec<String> {
            let rows = directory::members(store.read(), &corp(), &filter, None, 9)
                .await
                .unwrap();
            rows.into_iter().map(|row| row.userid).collect()
        };
        let text = |text: &str| MemberFilter {
            text: Some(text.into()),
            ..Default::default()
        };
        let departments = |ids: &[i64]| MemberFilter {
            departments: Some(ids.into()),
            ..Default::default()
        };
        assert_eq!(
            found(MemberFilter::default()).await,
            ["a1", "a2", "a3", "b1"]
        );
        assert_eq!(found(text("张")).await, ["a1", "a2"]);
        assert_eq!(found(text("张%")).await, ["a2"]);
        assert_eq!(found(text("ZH")).await, ["b1"]);
        assert_eq!(found(text("A")).await, ["a1", "a2", "a3"]);
        assert_eq!(found(text("")).await.len(), 4);
        assert_eq!(found(departments(&[3])).await, ["a1", "a2"]);
        assert_eq!(found(departments(&[2, 4])).await, ["a1", "a3"]);
        assert_eq!(found(departments(&[])).await, [""; 0]);
        let present = MemberFilter {
            present: true,
            ..Default::default()
        };
        assert_eq!(found(present).await, ["a1", "a2", "b1"]);
        let serving = MemberFilter {
            customer_contact: true,
            ..Default::default()
        };
        assert_eq!(found(serving).await, ["a1", "a2", "a3"]);
    })
    .await;
}

#[tokio::test]
async fn members_come_page_by_page_without_a_gap() {
    both(|store| async move {
        let rows = (0..25)
            .map(|n| member(&format!("u{n:02}"), "名", &[1]))
            .collect();
        store_members(&store, rows).await;
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let filter = MemberFilter::default();
            let page = directory::members(store.read(), &corp(), &filter, after.as_ref(), 10)
                .await
                .unwrap();
            let Some(last) = page.last() else { break };
            after = Some(user(&last.userid));
            seen.extend(page.into_iter().map(|row| row.userid));
        }
        let all: Vec<String> = (0..25).map(|n| format!("u{n:02}")).collect();
        assert_eq!(seen, all);
        let some = [user("u03"), user("nobody"), user("u07")];
        let mut some = directory::members_by_id(store.read(), &corp(), &some)
            .await
            .unwrap();
        some.sort_by(|a, b| a.userid.cmp(&b.userid));
        assert_eq!(ids(&some), ["u03", "u07"]);
    })
    .await;
}

#[tokio::test]
async fn leavers_are_those_who_left_those_wecom_names_and_owners_of_orphaned_groups() {
    both(|store| async move {
        let mut left = member("left", "离职者", &[1]);
        left.left_at = Some(NOW + 5);
        let mut orphaned = a_group("wr1", "unknown");
        orphaned.status = OWNER_LEFT;
        let mut lagging = a_group("wr2", "present");
        lagging.status = OWNER_LEFT;
        let mut dismissed = a_group("wr3", "long-gone");
        dismissed.status = OWNER_LEFT;
        dismissed.dismissed_at = Some(NOW);
        write(&store, async |tx| {
            directory::upsert_members(tx, vec![left, member("present", "在职", &[1])]).await?;
            upsert_groups(
                tx,
                vec![orphaned, lagging, dismissed, a_group("wr4", "present")],
            )
            .await?;
            upsert_customers(tx, vec![a_customer("wmA", "客户")]).await?;
            let mut gone = an_unassigned("past", "wmA");
            gone.gone_at = Some(NOW);
            let named = ["wmA", "wmB"].map(|id| an_unassigned("named", id));
            upsert_unassigned(tx, named.into_iter().chain([gone]).collect()).await
        })
        .await;
        let leavers = directory::leavers(store.read(), &corp()).await.unwrap();
        let seen: Vec<(&str, i64, i64, i64, bool)> = leavers
            .iter()
            .map(|l| {
                (
                    l.userid.as_str(),
                    l.left_at,
                    l.customers,
                    l.groups,
                    l.member.is_some(),
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("left", NOW + 5, 0, 0, true),
                ("named", NOW - 100, 2, 0, false),
                ("unknown", 0, 0, 1, false),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn text_that_postgresql_cannot_hold_is_stored_without_what_it_cannot() {
    both(|store| async move {
        store_members(&store, vec![member("a", "张\0三", &[1])]).await;
        assert_eq!(find(&store, "a").await.name, "张三");
    })
    .await;
}
