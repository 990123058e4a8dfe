//! Gives many customers to few successors at the least cost: a minimum-cost flow over the pools
//! of rules, the wishes of customers, the room of successors and fair loads.
//!
//! The cost of an assignment is what its customers' scores fall short of, plus a price of load
//! that grows with every customer a seat takes ([`Pool::price`]), so that nobody gets much more
//! than a fair share without a reason. [`solve`] finds an assignment of least cost; where there
//! is no room for everybody, earlier customers have precedence. [`bound`] proves it: no
//! assignment of the same customers costs less than what it returns, whoever found the prices.

mod bound;
mod flow;

pub use bound::{bound, cost, prices};
pub use flow::solve;

/// Parts of a point in which costs are counted, so that loads of a hundred thousand still differ.
pub const POINT: i64 = 1_000_000;
/// What the last customer of a seat's fair share costs, in points: about the weight of knowing
/// the customer's region. A seat at twice its share pays twice that.
pub const FAIRNESS: i64 = 20;
/// The score of a seat that must not take the customer.
pub const NEVER: i32 = i32::MIN;

/// The successors of one rule, and how they share its customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    pub seats: Vec<Seat>,
    /// Customers of this pool; decides what a fair share is.
    pub customers: u32,
    weights: i64,
}

/// A successor's place in a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// Index into [`Problem::room`].
    pub successor: usize,
    /// Its part of a fair share, from 1.
    pub weight: u32,
}

/// One customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Index into [`Problem::pools`].
    pub pool: usize,
    /// Points for each seat of the pool, [`NEVER`] where it must not go; empty: all the same.
    pub scores: Box<[i32]>,
}

/// What is to be solved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub pools: Vec<Pool>,
    /// How many more customers each successor can take, over all pools.
    pub room: Vec<u32>,
    /// In order of precedence.
    pub wishes: Vec<Wish>,
}

impl Pool {
    #[must_use]
    pub fn new(seats: Vec<Seat>, customers: u32) -> Self {
        let weights: i64 = seats.iter().map(|seat| i64::from(seat.weight)).sum();
        Self {
            seats,
            customers,
            weights: weights.max(1),
        }
    }

    /// What the `nth` customer (from 1) of a seat costs; never falls with `nth`.
    #[must_use]
    pub fn price(&self, seat: usize, nth: u32) -> i64 {
        let weight = i64::from(self.seats.get(seat).map_or(1, |seat| seat.weight.max(1)));
        let share = i64::from(self.customers.max(1)) * weight;
        FAIRNESS * POINT * i64::from(nth) / share * self.weights
    }
}

impl Problem {
    /// What `customer` costs at `seat` of its pool, load apart; `None` where it must not go.
    #[must_use]
    pub fn distance(&self, customer: usize, seat: usize) -> Option<i64> {
        let scores = &self.wishes.get(customer)?.scores;
        match scores.get(seat).copied().unwrap_or(0) {
            NEVER => None,
            points => Some(-i64::from(points) * POINT),
        }
    }
}

/// Which seat of its pool each customer has, in the order of [`Problem::wishes`].
pub type Seats = Vec<Option<usize>>;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn problems(customers: usize, successors: usize) -> impl Strategy<Value = Problem> {
        let pools = 1..=2usize;
        (pools, 1..=successors).prop_flat_map(move |(pools, successors)| {
            let seats = proptest::collection::vec(
                (
                    proptest::collection::btree_set(0..successors, 1..=successors),
                    1u32..4,
                ),
                pools,
            );
            let rooms = proptest::collection::vec(0u32..5, successors);
            let score = prop_oneof![4 => -3i32..60, 1 => Just(NEVER)];
            let wishes = proptest::collection::vec(
                (
                    0..pools,
                    proptest::collection::vec(score, successors),
                    any::<bool>(),
                ),
                0..=customers,
            );
            (seats, rooms, wishes).prop_map(|(seats, room, wishes)| {
                let mut pools: Vec<Pool> = seats
                    .into_iter()
                    .map(|(members, weight)| {
                        Pool::new(
                            members
                                .into_iter()
                                .map(|successor| Seat {
                                    successor,
                                    weight: weight + u32::from(successor == 0),
                                })
                                .collect(),
                            0,
                        )
                    })
                    .collect();
                let wishes: Vec<Wish> = wishes
                    .into_iter()
                    .map(|(pool, scores, flat)| {
                        pools[pool].customers += 1;
                        let seats = pools[pool].seats.len();
                        let scores = if flat {
                            Box::default()
                        } else {
                            scores[..seats].into()
                        };
                        Wish { pool, scores }
                    })
                    .collect();
                Problem {
                    pools,
                    room,
                    wishes,
                }
            })
        })
    }

    /// Every assignment there is: which customers have a seat comes first, earlier ones before
    /// later ones; then the cost.
    fn by_brute_force(problem: &Problem) -> (Vec<bool>, i64) {
        fn go(
            problem: &Problem,
            seats: &mut Seats,
            room: &mut Vec<u32>,
            best: &mut Option<(Vec<bool>, i64)>,
        ) {
            let next = seats.len();
            if next == problem.wishes.len() {
                let taken: Vec<bool> = seats.iter().map(Option::is_some).collect();
                let found = (taken, cost(problem, seats));
                let better = best.as_ref().is_none_or(|(taken, cost)| {
                    found.0 > *taken || (found.0 == *taken && found.1 < *cost)
                });
                if better {
                    *best = Some(found);
                }
                return;
            }
            let pool = &problem.pools[problem.wishes[next].pool];
            for (seat, at) in pool.seats.iter().enumerate() {
                if room[at.successor] == 0 || problem.distance(next, seat).is_none() {
                    continue;
                }
                room[at.successor] -= 1;
                seats.push(Some(seat));
                go(problem, seats, room, best);
                seats.pop();
                room[at.successor] += 1;
            }
            seats.push(None);
            go(problem, seats, room, best);
            seats.pop();
        }
        let mut best = None;
        go(
            problem,
            &mut Vec::new(),
            &mut problem.room.clone(),
            &mut best,
        );
        best.unwrap()
    }

    fn keeps_the_limits(problem: &Problem, seats: &Seats) {
        let mut used = vec![0u32; problem.room.len()];
        for (customer, seat) in seats.iter().enumerate() {
            if let Some(seat) = seat {
                assert!(problem.distance(customer, *seat).is_some());
                used[problem.pools[problem.wishes[customer].pool].seats[*seat].successor] += 1;
            }
        }
        assert!(
            used.iter()
                .zip(&problem.room)
                .all(|(used, room)| used <= room)
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn b2_the_assignment_costs_as_little_as_the_best_of_all(problem in problems(6, 3)) {
            let seats = solve(&problem);
            keeps_the_limits(&problem, &seats);
            let taken: Vec<bool> = seats.iter().map(Option::is_some).collect();
            prop_assert_eq!((taken, cost(&problem, &seats)), by_brute_force(&problem));
        }

        /// Too many to try them all: the dual prices prove that none is cheaper.
        #[test]
        fn b2_no_assignment_of_many_customers_is_cheaper(problem in problems(60, 6)) {
            let seats = solve(&problem);
            keeps_the_limits(&problem, &seats);
            let prices = prices(&problem, &seats);
            prop_assert_eq!(cost(&problem, &seats), bound(&problem, &seats, &prices));
        }

        /// The bound holds for any prices, so a wrong solver cannot make it agree.
        #[test]
        fn the_bound_is_never_above_the_cost(
            problem in problems(8, 3),
            prices in proptest::collection::vec(proptest::collection::vec(-90i64..90, 3), 2),
        ) {
            let seats = solve(&problem);
            let prices: Vec<Vec<i64>> = prices.iter()
                .map(|pool| pool.iter().map(|points| points * POINT).collect())
                .collect();
            prop_assert!(bound(&problem, &seats, &prices) <= cost(&problem, &seats));
        }
    }

    #[test]
    fn customers_without_a_preference_are_shared_evenly_by_weight() {
        let pool = |weights: &[u32], customers| {
            Pool::new(
                weights
                    .iter()
                    .enumerate()
                    .map(|(successor, weight)| Seat {
                        successor,
                        weight: *weight,
                    })
                    .collect(),
                customers,
            )
        };
        for (weights, expected) in [
            (vec![1, 1, 1], [34u32, 33, 33]),
            (vec![2, 1, 1], [50, 25, 25]),
        ] {
            let problem = Problem {
                pools: vec![pool(&weights, 100)],
                room: vec![1000; 3],
                wishes: vec![
                    Wish {
                        pool: 0,
                        scores: Box::default()
                    };
                    100
                ],
            };
            let mut counts = [0u32; 3];
            for seat in solve(&problem).into_iter().flatten() {
                counts[seat] += 1;
            }
            assert_eq!(counts, expected);
        }
    }
}
