//! The plan of a notice period and the drafts that are made of it.

use std::collections::BTreeSet;

use jiebang_app::Error;
use jiebang_app::departure::{
    Exposed, Order, WantedDepartures, export_departures, get_departure, list_departures,
    list_exposed_customers,
};
use jiebang_app::handover::notice_period::{
    NoticeDrafts, NoticePeriod, draft_notice_period, plan_notice_period,
};
use jiebang_domain::access::{Actor, Role, Scope};
use jiebang_domain::handover::request::Condition;
use jiebang_domain::id::TagId;
use jiebang_domain::time::DAY;
use jiebang_store::{customer, testing};

use crate::corp::{Corp, Spec};

async fn employed(store: jiebang_store::Store) -> Corp {
    let spec = Spec {
        customers: 60,
        groups: 5,
        left_days_ago: None,
        ..Spec::default()
    };
    Corp::start(store, spec).await
}

/// The tag most of the member's customers have, and who has it.
async fn a_tag(corp: &Corp) -> (TagId, BTreeSet<String>) {
    let id = corp.app.corp().unwrap();
    let filter = customer::FollowFilter {
        members: Some(vec![corp.leaver.clone()]),
        ..Default::default()
    };
    let all = customer::follows(corp.store.read(), &id, &filter, None, 1000)
        .await
        .unwrap();
    let tags: BTreeSet<String> = all
        .iter()
        .flat_map(|one| one.follow.tags.iter().cloned())
        .collect();
    let having = |tag: &String| -> BTreeSet<String> {
        let of = all.iter().filter(|one| one.follow.tags.contains(tag));
        of.map(|one| one.follow.external_userid.clone()).collect()
    };
    let best = tags.iter().max_by_key(|tag| having(tag).len()).unwrap();
    (TagId::parse(best.as_str()).unwrap(), having(best))
}

#[tokio::test]
async fn b8_the_important_are_drafted_in_service_and_nothing_is_started() {
    testing::both(|store| async {
        let corp = employed(store).await;
        let operator = Actor::operator();
        let (tag, vips) = a_tag(&corp).await;
        let wanted = NoticePeriod {
            last_day: corp.app.now().plus(10 * DAY),
            vip: Condition {
                tags_any: vec![tag],
                ..Condition::default()
            },
            customers_a_day: Some(4),
        };
        let made = plan_notice_period(&corp.app, &operator, &corp.leaver, &wanted)
            .await
            .unwrap();
        assert_eq!((made.customers, made.groups), (60, 5));
        assert_eq!(made.important, vips.len());
        assert!(made.plan.figures.important_decided >= made.as_listed.important_decided);
        assert_eq!(made.plan.figures.with_message, vips.len().min(4 * 10));
        assert_eq!(made.all_after.with_message, 0);
        let drafts = NoticeDrafts {
            to: corp.successors[..2].to_vec(),
            message: "以后由同事为您服务".into(),
            note: "交接期计划".into(),
        };
        let made_drafts = draft_notice_period(&corp.app, &operator, &corp.leaver, &wanted, &drafts)
            .await
            .unwrap();
        assert_eq!(made_drafts.len(), made.plan.days.len());
        let mut seen = BTreeSet::new();
        for draft in made_drafts {
            let detail = corp.detail(draft.handover).await;
            let handover = &detail.summary.handover;
            assert_eq!(
                (handover.state.as_str(), handover.kind.as_str()),
                ("draft", "in_service")
            );
            assert_eq!(handover.message.as_deref(), Some("以后由同事为您服务"));
            assert!(
                handover.note.starts_with("交接期计划 20"),
                "{}",
                handover.note
            );
            let rows = corp.rows(draft.handover).await;
            let customers = rows.iter().filter(|row| row.subject_kind == "customer");
            assert!(customers.count() <= 4);
            for row in rows {
                assert!(row.subject_kind == "group" || vips.contains(&row.subject_id));
                assert!(seen.insert(row.subject_id));
            }
        }
        assert_eq!(seen.len(), made.plan.figures.with_message + 5);
        let moved = crate::corp::transfers(&corp).await;
        assert!(moved.is_empty(), "nothing reached WeCom");
    })
    .await;
}

#[tokio::test]
async fn b8_a_day_that_has_passed_and_somebody_elses_member_are_refused() {
    testing::both(|store| async {
        let corp = employed(store).await;
        let wanted = |days: i64| NoticePeriod {
            last_day: corp.app.now().plus(days * DAY),
            vip: Condition::default(),
            customers_a_day: None,
        };
        for days in [-1, 200] {
            let period = wanted(days);
            let refused =
                plan_notice_period(&corp.app, &Actor::operator(), &corp.leaver, &period).await;
            assert!(matches!(refused, Err(Error::Invalid(_))), "{days}");
        }
        let elsewhere = Scope::Departments([987_654].into());
        for (role, scope) in [
            (Role::ContactAdmin, elsewhere),
            (Role::Auditor, Scope::Corp),
        ] {
            let actor = Actor {
                role,
                scope,
                ..Actor::operator()
            };
            let period = wanted(5);
            let denied = plan_notice_period(&corp.app, &actor, &corp.leaver, &period).await;
            assert!(matches!(denied, Err(Error::Denied { .. })), "{role}");
        }
    })
    .await;
}

#[tokio::test]
async fn b11_the_list_is_ranked_paged_and_narrowed_to_departments() {
    testing::both(|store| async {
        let corp = employed(store).await;
        let operator = Actor::operator();
        let wanted = WantedDepartures {
            limit: 7,
            ..WantedDepartures::default()
        };
        let mut all = Vec::new();
        let mut skip = Some(0);
        while let Some(from) = skip {
            let page = WantedDepartures {
                skip: from,
                ..wanted.clone()
            };
            let page = list_departures(&corp.app, &operator, &page).await.unwrap();
            skip = page.next;
            all.extend(page.items);
        }
        let ranks: Vec<_> = all.iter().map(|one| one.exposure.rank()).collect();
        assert!(ranks.is_sorted_by(|a, b| a >= b), "{ranks:?}");
        let worst = WantedDepartures {
            order: Order::Hygiene,
            ..wanted.clone()
        };
        let file = export_departures(&corp.app, &operator, &worst)
            .await
            .unwrap();
        assert_eq!(file.len(), all.len());
        let scores = file.iter().filter_map(|one| one.exposure.written.score());
        assert!(scores.collect::<Vec<_>>().is_sorted());
        let one = get_departure(&corp.app, &operator, &corp.leaver)
            .await
            .unwrap();
        assert_eq!(one.exposure.written.customers, 60);
        let page = list_exposed_customers(
            &corp.app,
            &operator,
            &corp.leaver,
            Exposed::SingleOwner,
            None,
            9,
        );
        let page = page.await.unwrap();
        assert_eq!(page.total, one.exposure.single_owner);
        assert!(page.items.iter().all(|row| row.other_followers == 0));
        let limited = Actor {
            role: Role::Auditor,
            scope: Scope::Departments([987_654].into()),
            ..operator
        };
        let none = list_departures(&corp.app, &limited, &wanted).await.unwrap();
        assert_eq!(none.total, 0);
        let denied = get_departure(&corp.app, &limited, &corp.leaver).await;
        assert!(matches!(denied, Err(Error::Denied { .. })));
    })
    .await;
}
