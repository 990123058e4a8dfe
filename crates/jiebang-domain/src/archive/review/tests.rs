use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::time::BeijingDay;

fn unit(number: i64, members: &[u8], ticket: u128) -> Unit {
    Unit {
        conversation: number,
        day: BeijingDay::from_days(20_000 + number % 7),
        messages: 1,
        members: members.iter().map(|one| format!("m{one}")).collect(),
        ticket,
    }
}

fn population() -> impl Strategy<Value = Vec<Unit>> {
    let one = (proptest::collection::vec(0u8..6, 0..4), any::<u128>());
    proptest::collection::vec(one, 0..60).prop_map(|all| {
        let all = (0..).zip(all);
        all.map(|(number, (members, ticket))| unit(number, &members, ticket))
            .collect()
    })
}

fn method() -> impl Strategy<Value = Method> {
    prop_oneof![
        (0u32..70).prop_map(|items| Method::Count { items }),
        (0u32..=10_000).prop_map(|basis_points| Method::Share { basis_points }),
        (0u32..5).prop_map(|items| Method::PerMember { items }),
    ]
}

/// By asking of each unit alone how many stand before it.
fn reference(population: &[Unit], method: Method) -> BTreeSet<i64> {
    let before = |one: &Unit, member: Option<&String>| {
        let others = population.iter().filter(|other| {
            other.ticket < one.ticket && member.is_none_or(|member| other.members.contains(member))
        });
        others.count() as u64
    };
    let drawn = population.iter().filter(|one| match method {
        Method::Count { items } => before(one, None) < u64::from(items),
        Method::Share { basis_points } => {
            before(one, None) * 10_000 < population.len() as u64 * u64::from(basis_points)
        }
        Method::PerMember { items } => one
            .members
            .iter()
            .any(|member| before(one, Some(member)) < u64::from(items)),
    });
    drawn.map(|one| one.conversation).collect()
}

proptest! {
    #[test]
    fn s45_a_draw_is_the_references_in_whatever_order_the_population_comes(
        population in population(),
        method in method(),
        turn in any::<prop::sample::Index>(),
    ) {
        let drawn = draw(&population, method);
        let numbers: BTreeSet<i64> = drawn.iter().map(|at| population[*at].conversation).collect();
        prop_assert_eq!(numbers.len(), drawn.len());
        prop_assert!(drawn.is_sorted_by_key(|at| population[*at].ticket));
        prop_assert_eq!(&numbers, &reference(&population, method));
        let mut turned = population.clone();
        if !turned.is_empty() {
            turned.rotate_left(turn.index(population.len()));
            turned.reverse();
        }
        let again = draw(&turned, method).into_iter().map(|at| turned[at].conversation);
        prop_assert_eq!(again.collect::<BTreeSet<_>>(), numbers);
    }

    #[test]
    fn s45_a_stratified_draw_covers_everybody(population in population(), items in 1u32..4) {
        let drawn = draw(&population, Method::PerMember { items });
        let everybody: BTreeSet<&String> = population.iter().flat_map(|one| &one.members).collect();
        for member in everybody {
            let of = |places: &mut dyn Iterator<Item = usize>| {
                places.filter(|at| population[*at].members.contains(member)).count()
            };
            let (all, chosen) = (of(&mut (0..population.len())), of(&mut drawn.iter().copied()));
            prop_assert!(chosen >= all.min(items as usize), "{member}: {chosen} of {all}");
        }
    }

    /// The reference keeps who has it, until when, and what was said last, and reads the rules off
    /// the documentation.
    #[test]
    fn s45_an_item_goes_the_way_of_the_reference(
        steps in proptest::collection::vec((0u8..7, 0u8..3, 0i64..1_200), 1..40),
    ) {
        let mut state = ItemState::Open;
        let (mut held, mut word): (Option<(String, i64, i64)>, &str) = (None, "open");
        let mut now = 1_700_000_000;
        for (what, who, pause) in steps {
            now += pause;
            let by = format!("account:{who}");
            let verdict = [Verdict::Passed, Verdict::Flagged(Category::Claim), Verdict::Skipped];
            let event = match what {
                0 => Event::Claim(by.clone()),
                1 => Event::Release(by.clone()),
                2..=4 => Event::Close(by.clone(), verdict[usize::from(what) - 2]),
                5 => Event::Reopen(by.clone()),
                _ => Event::Vanish,
            };
            let at = Timestamp::from_seconds(now);
            let is_closed = ["passed", "flagged", "skipped"].contains(&word);
            let live = held.clone().filter(|(_, _, until)| now < *until);
            let mine = live.as_ref().is_some_and(|(holder, ..)| *holder == by);
            let others = live.is_some() && !mine;
            let expected = if word == "gone" {
                Err(Refused::Gone)
            } else if is_closed && what != 5 {
                Err(Refused::Closed)
            } else {
                match what {
                    0 if others => Err(Refused::Taken),
                    0 => Ok("claimed"),
                    1..=4 if others => Err(Refused::Taken),
                    1..=4 if !mine => Err(Refused::NotClaimed),
                    1 => Ok("open"),
                    2..=4 => Ok(["passed", "flagged", "skipped"][usize::from(what) - 2]),
                    5 if is_closed => Ok("claimed"),
                    5 => Err(Refused::NotClaimed),
                    _ => Ok("gone"),
                }
            };
            let expected = if what == 5 && others && !is_closed && word != "gone" {
                Err(Refused::NotClaimed)
            } else {
                expected
            };
            match (state.clone().next(event, at), expected) {
                (Ok(next), Ok(name)) => {
                    prop_assert_eq!(next.as_str(), name);
                    word = name;
                    let since = live.filter(|_| mine).map_or(now, |(_, since, _)| since);
                    held = (name == "claimed").then(|| (by, since, now + LEASE));
                    if let (ItemState::Claimed { since, until, .. }, Some(held)) = (&next, &held) {
                        prop_assert_eq!((since.seconds(), until.seconds()), (held.1, held.2));
                    }
                    state = next;
                }
                (Err(refused), Err(expected)) => prop_assert_eq!(refused, expected),
                (got, expected) => prop_assert!(false, "{got:?} instead of {expected:?}"),
            }
        }
    }

    #[test]
    fn s45_a_rates_interval_holds_it_and_narrows(reviewed in 1u64..2_000, part in 0u64..=100) {
        let flagged = reviewed * part / 100;
        let rate = Rate::of(flagged, reviewed).unwrap();
        prop_assert!(0.0 <= rate.low && rate.low <= rate.share);
        prop_assert!(rate.share <= rate.high && rate.high <= 1.0);
        // The ends are where the share would just be 1.96 standard errors away (Wilson's own words).
        let n = reviewed as f64;
        for end in [rate.low, rate.high] {
            if end > 0.0 && end < 1.0 {
                let away = (rate.share - end).abs() / (end * (1.0 - end) / n).sqrt();
                prop_assert!((away - 1.959_964).abs() < 1e-5, "{away}");
            }
        }
    }
}

#[test]
fn s45_wilsons_interval_is_the_published_one() {
    // 81 of 263 (Newcombe, Statistics in Medicine 17, 1998, table I: 0.2553 to 0.3662).
    let rate = Rate::of(81, 263).unwrap();
    assert!((rate.low - 0.2553).abs() < 5e-5, "{rate:?}");
    assert!((rate.high - 0.3662).abs() < 5e-5, "{rate:?}");
    let none = Rate::of(0, 20).unwrap();
    assert!((none.low, none.share) == (0.0, 0.0) && (none.high - 0.1611).abs() < 5e-5);
    assert_eq!(Rate::of(0, 0), None);
}

#[test]
fn s45_a_report_counts_what_was_reviewed_and_nothing_else() {
    let at = Timestamp::from_seconds;
    let closed = |verdict, by: &str, seconds: i64| ItemState::Closed {
        verdict,
        by: by.to_owned(),
        since: at(1_000),
        at: at(1_000 + seconds),
    };
    let item = |members: &[&str], messages, state| Checked {
        state,
        members: members.iter().map(ToString::to_string).collect(),
        messages,
    };
    let items = [
        item(&["amy"], 3, closed(Verdict::Passed, "r1", 40)),
        item(
            &["amy", "bob"],
            5,
            closed(Verdict::Flagged(Category::Claim), "r1", 0),
        ),
        item(&["bob"], 7, closed(Verdict::Passed, "r1", 9_999)),
        item(&["bob"], 9, closed(Verdict::Skipped, "r2", 5)),
        item(&["cat"], 2, ItemState::Gone { at: at(5) }),
        item(&["amy"], 1, ItemState::Open),
    ];
    let of = BTreeMap::from([
        ("amy".to_owned(), 10),
        ("bob".to_owned(), 4),
        ("cat".to_owned(), 1),
        ("dan".to_owned(), 2),
    ]);
    let told = report(15, of, &items);
    let tally = Tally {
        sampled: 6,
        open: 1,
        passed: 2,
        flagged: 1,
        skipped: 1,
        gone: 1,
    };
    assert_eq!((told.tally, told.tally.reviewed()), (tally, 3));
    let lines: Vec<_> = told
        .members
        .iter()
        .map(|m| (&*m.userid, m.population, m.sampled, m.reviewed, m.flagged))
        .collect();
    // Who was never looked at comes first.
    let expected = [
        ("dan", 2, 0, 0, 0),
        ("cat", 1, 1, 0, 0),
        ("amy", 10, 3, 2, 1),
    ];
    assert_eq!(lines, [&expected[..], &[("bob", 4, 3, 2, 1)]].concat());
    let speed = ReviewerLine {
        by: "r1".to_owned(),
        items: 3,
        messages: 15,
        active_seconds: 40 + 1 + 900,
        median_seconds: 40,
    };
    assert_eq!(told.reviewers, [speed]);
    let claims = CategoryLine {
        category: Category::Claim,
        items: 1,
    };
    assert_eq!(told.categories, [claims]);
}
