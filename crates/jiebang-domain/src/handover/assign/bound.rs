//! The proof that an assignment is of least cost, by prices of seats: what every customer would
//! pay at its cheapest seat, less what the prices earn above the price of load, is no more than
//! any assignment of these customers costs (weak duality). With the right prices it is as much.

use super::{Problem, Seats};

/// What an assignment costs, in parts of a point. Customers without a seat cost nothing.
#[must_use]
pub fn cost(problem: &Problem, seats: &Seats) -> i64 {
    let load = loads(problem, seats);
    let paid = seats
        .iter()
        .enumerate()
        .filter_map(|(customer, seat)| problem.distance(customer, (*seat)?));
    let of_load = problem.pools.iter().zip(&load).flat_map(|(pool, load)| {
        load.iter()
            .enumerate()
            .map(|(seat, load)| (1..=*load).map(|nth| pool.price(seat, nth)).sum::<i64>())
    });
    paid.sum::<i64>() + of_load.sum::<i64>()
}

/// No assignment of the customers that have a seat in `seats` costs less than this, whatever
/// `prices` (by pool and seat) are.
#[must_use]
pub fn bound(problem: &Problem, seats: &Seats, prices: &[Vec<i64>]) -> i64 {
    let placed = seats.iter().enumerate().filter(|(_, seat)| seat.is_some());
    let paid: i64 = placed
        .filter_map(|(customer, _)| {
            let pool = problem.wishes[customer].pool;
            let choices = 0..problem.pools[pool].seats.len();
            choices
                .filter_map(|seat| Some(problem.distance(customer, seat)? + prices[pool][seat]))
                .min()
        })
        .sum();
    paid + (0..problem.room.len())
        .map(|successor| earned(problem, prices, successor))
        .sum::<i64>()
}

/// The least that a successor's loads can cost after they have earned their prices: its seats
/// take what pays most first, as long as it pays and there is room.
fn earned(problem: &Problem, prices: &[Vec<i64>], successor: usize) -> i64 {
    let mut next: Vec<(usize, usize, u32)> = Vec::new();
    for (pool, of) in problem.pools.iter().enumerate() {
        let seats = of.seats.iter().enumerate();
        next.extend(
            seats
                .filter(|(_, seat)| seat.successor == successor)
                .map(|(seat, _)| (pool, seat, 0)),
        );
    }
    let mut total = 0;
    for _ in 0..problem.room[successor] {
        let gain = |(pool, seat, load): &(usize, usize, u32)| {
            // More than all customers of the pool never sit there.
            let is_over = *load >= problem.pools[*pool].customers;
            let price = problem.pools[*pool].price(*seat, load + 1) - prices[*pool][*seat];
            if is_over { 0 } else { price }
        };
        let Some(best) = next.iter_mut().min_by_key(|seat| gain(seat)) else {
            break;
        };
        let gained = gain(best);
        if gained >= 0 {
            break;
        }
        total += gained;
        best.2 += 1;
    }
    total
}

/// Prices at which [`bound`] is as high as the cost, if `seats` is of least cost: for each seat
/// what one customer more would cost there after everybody has moved to where it is cheapest.
#[must_use]
pub fn prices(problem: &Problem, seats: &Seats) -> Vec<Vec<i64>> {
    let graph = Graph::of(problem, seats);
    let mut reached = vec![0i64; graph.nodes];
    // Shortest ways end after as many rounds as there are nodes, unless there is a cycle that
    // pays: then the assignment is not of least cost, and the bound stays below it.
    for _ in 0..graph.nodes {
        let mut changed = false;
        for (from, to, cost) in &graph.arcs {
            let over = reached[*from] + cost;
            if over < reached[*to] {
                reached[*to] = over;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    let mut seat = 0..;
    let pools = problem.pools.iter();
    pools
        .map(|pool| {
            seat.by_ref()
                .take(pool.seats.len())
                .map(|node| -reached[node])
                .collect()
        })
        .collect()
}

/// What could still be moved, and what that costs: seats, successors, and one node for all.
struct Graph {
    nodes: usize,
    arcs: Vec<(usize, usize, i64)>,
}

impl Graph {
    fn of(problem: &Problem, seats: &Seats) -> Self {
        let load = loads(problem, seats);
        let total: usize = problem.pools.iter().map(|pool| pool.seats.len()).sum();
        let (everybody, successor_node) =
            (total + problem.room.len(), |index: usize| total + index);
        let mut arcs = Vec::new();
        let mut used = vec![0u32; problem.room.len()];
        let mut first = 0;
        for (index, pool) in problem.pools.iter().enumerate() {
            let moves = cheapest_moves(problem, seats, index);
            for (seat, at) in pool.seats.iter().enumerate() {
                let (node, load, successor) = (
                    first + seat,
                    load[index][seat],
                    successor_node(at.successor),
                );
                used[at.successor] += load;
                if load < pool.customers {
                    arcs.push((node, successor, pool.price(seat, load + 1)));
                }
                if load > 0 {
                    arcs.push((successor, node, -pool.price(seat, load)));
                }
                let others = moves[seat].iter().enumerate();
                arcs.extend(others.filter_map(|(to, cost)| Some((node, first + to, (*cost)?))));
            }
            first += pool.seats.len();
        }
        for (index, used) in used.iter().enumerate() {
            if *used < problem.room[index] {
                arcs.push((successor_node(index), everybody, 0));
            }
            if *used > 0 {
                arcs.push((everybody, successor_node(index), 0));
            }
        }
        Self {
            nodes: everybody + 1,
            arcs,
        }
    }
}

/// By seat and seat, what the cheapest customer to move from one to the other costs.
fn cheapest_moves(problem: &Problem, seats: &Seats, pool: usize) -> Vec<Vec<Option<i64>>> {
    let count = problem.pools[pool].seats.len();
    let mut moves = vec![vec![None; count]; count];
    for (customer, at) in seats.iter().enumerate() {
        let Some(at) = at.filter(|_| problem.wishes[customer].pool == pool) else {
            continue;
        };
        let Some(here) = problem.distance(customer, at) else {
            continue;
        };
        for to in (0..count).filter(|to| *to != at) {
            if let Some(there) = problem.distance(customer, to) {
                let cheapest: &mut Option<i64> = &mut moves[at][to];
                *cheapest = Some(cheapest.map_or(there - here, |known| known.min(there - here)));
            }
        }
    }
    moves
}

fn loads(problem: &Problem, seats: &Seats) -> Vec<Vec<u32>> {
    let mut load: Vec<Vec<u32>> = problem
        .pools
        .iter()
        .map(|pool| vec![0; pool.seats.len()])
        .collect();
    for (customer, seat) in seats.iter().enumerate() {
        if let Some(seat) = seat {
            load[problem.wishes[customer].pool][*seat] += 1;
        }
    }
    load
}
