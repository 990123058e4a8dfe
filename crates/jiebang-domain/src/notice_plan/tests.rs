//! The plan against its limits, and against every other plan there is on small cases.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_767_229_200);

fn customers() -> impl Strategy<Value = Vec<Customer>> {
    let one = (any::<bool>(), any::<bool>(), 0_i64..50, 0_u32..4, 0_u8..8);
    prop::collection::vec(one, 0..60).prop_map(|all| {
        all.into_iter()
            .enumerate()
            .map(
                |(index, (important, nobody_else, added, transfers, stuck))| Customer {
                    id: ExternalUserId::parse(format!("wm{index:03}")).unwrap(),
                    important,
                    nobody_else,
                    added_at: NOW.plus(-added * DAY),
                    transfers,
                    stuck: stuck == 0,
                },
            )
            .collect()
    })
}

fn groups() -> impl Strategy<Value = Vec<Group>> {
    prop::collection::vec((0_i64..300, 0_u32..3, 0_u8..8), 0..1000).prop_map(|all| {
        all.into_iter()
            .enumerate()
            .map(|(index, (customers, transfers, stuck))| Group {
                id: ChatId::parse(format!("wr{index:04}")).unwrap(),
                customers,
                transfers,
                stuck: stuck == 0,
            })
            .collect()
    })
}

fn period() -> impl Strategy<Value = Period> {
    let a_day = prop::option::of(1_usize..12);
    (0_i64..86_400, 0_i64..6, a_day, 0_usize..400).prop_map(
        |(second, days, customers_a_day, groups_today)| Period {
            now: NOW.plus(second),
            last_day: NOW.plus(second + days * DAY).beijing_day(),
            customers_a_day,
            groups_today,
        },
    )
}

proptest! {
    #[test]
    fn b8_no_limit_is_ever_broken_and_everybody_is_in_exactly_one_part(
        period in period(),
        customers in customers(),
        groups in groups(),
    ) {
        let plan = plan(&period, &customers, &groups);
        let end_of_work = period.last_day.next().start();
        let find = |id: &ExternalUserId| customers.iter().find(|c| c.id == *id).unwrap();
        let mut seen = BTreeSet::new();
        for day in &plan.days {
            prop_assert!(day.customers.len() <= period.customers_a_day.unwrap_or(usize::MAX));
            let started = if day.place == 0 { period.groups_today } else { 0 };
            prop_assert!(day.groups.is_empty() || day.groups.len() + started <= GROUPS_A_DAY);
            prop_assert!(period.moment(day.place) < end_of_work);
            for id in &day.customers {
                let customer = find(id);
                prop_assert!(customer.important && !customer.stuck && customer.transfers < 2);
                prop_assert!(period.moment(day.place).plus(DAY) < end_of_work);
                prop_assert!(seen.insert(id.clone()));
            }
        }
        for (id, why) in &plan.after {
            prop_assert!(seen.insert(id.clone()));
            prop_assert_eq!(*why == Later::NotImportant, !find(id).important);
        }
        prop_assert_eq!(seen.len(), customers.len());
        let in_service = plan.days.iter().flat_map(|day| &day.groups);
        let all: Vec<_> = in_service.chain(&plan.groups_after).collect();
        let once: BTreeSet<_> = all.iter().collect();
        prop_assert_eq!((all.len(), once.len()), (groups.len(), groups.len()));
        let naive = as_listed(&period, &customers, &groups);
        prop_assert!(plan.figures.important_decided >= naive.important_decided);
        prop_assert!(all_after(&period, &customers, &groups).with_message == 0);
        prop_assert!(plan.figures.finish_at >= period.now);
    }
}

/// What the objective compares of one plan: per customer, the most important first.
type Worth = (Vec<bool>, Vec<bool>, Vec<Reverse<usize>>);

fn worth(ranked: &[&Customer], days: &[Option<usize>], left: usize) -> Worth {
    let message: Vec<bool> = days.iter().map(Option::is_some).collect();
    let again: Vec<bool> = ranked
        .iter()
        .zip(days)
        .map(|(customer, day)| day.is_some_and(|day| day + 2 <= left && customer.transfers == 0))
        .collect();
    let early = days.iter().map(|day| Reverse(day.unwrap_or(usize::MAX)));
    (message, again, early.collect())
}

/// The best worth there is, by trying everything.
fn best(ranked: &[&Customer], left: usize, a_day: usize) -> Worth {
    let mut best = worth(ranked, &vec![None; ranked.len()], left);
    let choices = left + 1;
    for mut code in 0..choices.pow(u32::try_from(ranked.len()).unwrap()) {
        let mut days = Vec::new();
        for _ in ranked {
            // The last choice is: after leaving.
            days.push(Some(code % choices).filter(|day| *day < left));
            code /= choices;
        }
        let fits = (0..left).all(|day| days.iter().filter(|d| **d == Some(day)).count() <= a_day);
        if fits {
            best = best.max(worth(ranked, &days, left));
        }
    }
    best
}

proptest! {
    #[test]
    fn b8_small_plans_are_the_best_there_is(
        all in customers(),
        left in 0_usize..4,
        a_day in 1_usize..3,
    ) {
        let mut ranked: Vec<&Customer> = all
            .iter()
            .filter(|c| c.important && !c.stuck && c.transfers < 2)
            .take(6)
            .collect();
        ranked.sort_by(|a, b| a.rank().cmp(&b.rank()));
        let customers: Vec<Customer> = ranked.iter().map(|c| (*c).clone()).collect();
        let period = Period {
            now: NOW,
            last_day: NOW.plus(i64::try_from(left).unwrap() * DAY).beijing_day(),
            customers_a_day: Some(a_day),
            groups_today: 0,
        };
        let plan = plan(&period, &customers, &[]);
        let day_of = |customer: &Customer| {
            let mut days = plan.days.iter();
            days.find(|day| day.customers.contains(&customer.id)).map(|day| day.place)
        };
        let days: Vec<_> = ranked.iter().map(|customer| day_of(customer)).collect();
        let is = worth(&ranked, &days, left);
        prop_assert_eq!(plan.figures.important_repeatable, is.1.iter().filter(|a| **a).count());
        prop_assert_eq!(is, best(&ranked, left, a_day));
    }
}

#[test]
fn b8_the_important_are_moved_with_a_message_and_the_rest_after_leaving() {
    let customer = |index: usize, important| Customer {
        id: ExternalUserId::parse(format!("wm{index:03}")).unwrap(),
        important,
        nobody_else: index.is_multiple_of(2),
        added_at: NOW.plus(-(index as i64) * DAY),
        transfers: 0,
        stuck: false,
    };
    let customers: Vec<Customer> = (0..100).map(|index| customer(index, index >= 90)).collect();
    let period = Period {
        now: NOW,
        last_day: NOW.plus(5 * DAY).beijing_day(),
        customers_a_day: Some(2),
        groups_today: 0,
    };
    let plan = plan(&period, &customers, &[]);
    assert_eq!(plan.figures.with_message, 10);
    assert_eq!(plan.figures.important_repeatable, 8);
    assert_eq!(plan.after.len(), 90);
    assert_eq!(plan.days.len(), 5);
    // As listed, the newest ten are moved, and no important one among them.
    let listed = as_listed(&period, &customers, &[]);
    assert_eq!((listed.with_message, listed.important_decided), (10, 0));
}

#[test]
fn b8_on_the_last_day_itself_nobody_is_moved_in_service_but_groups_are() {
    let period = Period {
        now: NOW,
        last_day: NOW.beijing_day(),
        customers_a_day: None,
        groups_today: 299,
    };
    let customer = Customer {
        id: ExternalUserId::parse("wm1").unwrap(),
        important: true,
        nobody_else: true,
        added_at: NOW,
        transfers: 0,
        stuck: false,
    };
    let group = |id: &str| Group {
        id: ChatId::parse(id).unwrap(),
        customers: 1,
        transfers: 0,
        stuck: false,
    };
    let plan = plan(&period, &[customer], &[group("wr1"), group("wr2")]);
    assert_eq!(plan.after[0].1, Later::NoDayLeft);
    assert_eq!(plan.days[0].groups.len(), 1);
    assert_eq!(plan.groups_after.len(), 1);
}
