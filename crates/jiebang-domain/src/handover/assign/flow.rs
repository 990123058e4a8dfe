//! The solver: customers are placed one after the other, each along the shortest path of
//! displacements, so that after each the assignment of those placed is of least cost
//! (successive shortest paths over the seats, which are few; Ahuja, Magnanti, Orlin, *Network
//! Flows*, 9.7, with the convex prices of load as in 14.4).
//!
//! A node of the search is a seat that one customer too many has come to. From there the seat
//! keeps it, if its successor has room; or another customer of the seat moves to another seat of
//! its pool; or, where the successor is full, one of its customers of another pool has to move.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::{Problem, Seats};

const UNREACHED: i64 = i64::MAX;

/// Customers that could move from one seat to another, the cheapest move first. Those that have
/// left the seat meanwhile are dropped when they come up.
type Moves = BinaryHeap<Reverse<(i64, u32)>>;

/// How the search came to a node.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// The new customer takes this seat.
    First,
    /// That customer moved here from that node.
    Moved { from: usize, customer: u32 },
    /// Another pool's customer took the successor's room.
    Crowded { from: usize },
}

struct Solver<'a> {
    problem: &'a Problem,
    /// First node of each pool; node = first + seat.
    first: Vec<usize>,
    pool_of: Vec<usize>,
    /// Nodes of each successor.
    nodes_of: Vec<Vec<usize>>,
    load: Vec<u32>,
    used: Vec<u32>,
    /// Node of each customer.
    at: Vec<Option<usize>>,
    /// By node, then by the seat moved to.
    moves: Vec<Vec<Moves>>,
    dist: Vec<i64>,
    came: Vec<Step>,
    queued: Vec<bool>,
}

/// An assignment of least cost; where there is no room for all, of the customers that
/// precedence gives a seat.
#[must_use]
pub fn solve(problem: &Problem) -> Seats {
    let mut solver = Solver::new(problem);
    for customer in 0..problem.wishes.len() {
        solver.place(customer);
    }
    solver.seats()
}

impl<'a> Solver<'a> {
    fn new(problem: &'a Problem) -> Self {
        let mut first = Vec::new();
        let mut pool_of = Vec::new();
        let mut nodes_of = vec![Vec::new(); problem.room.len()];
        for (pool, seats) in problem.pools.iter().map(|pool| &pool.seats).enumerate() {
            first.push(pool_of.len());
            for seat in seats {
                nodes_of[seat.successor].push(pool_of.len());
                pool_of.push(pool);
            }
        }
        let nodes = pool_of.len();
        let moves = |node: usize| vec![Moves::new(); problem.pools[pool_of[node]].seats.len()];
        Self {
            problem,
            load: vec![0; nodes],
            used: vec![0; problem.room.len()],
            at: vec![None; problem.wishes.len()],
            moves: (0..nodes).map(moves).collect(),
            dist: vec![UNREACHED; nodes],
            came: vec![Step::First; nodes],
            queued: vec![false; nodes],
            first,
            pool_of,
            nodes_of,
        }
    }

    fn seats(self) -> Seats {
        let first = |node: usize| self.first[self.pool_of[node]];
        self.at
            .iter()
            .map(|at| at.map(|node| node - first(node)))
            .collect()
    }

    fn successor(&self, node: usize) -> usize {
        let pool = self.pool_of[node];
        self.problem.pools[pool].seats[node - self.first[pool]].successor
    }

    /// What one customer more than `load` costs at the node.
    fn price(&self, node: usize, nth: u32) -> i64 {
        let pool = self.pool_of[node];
        self.problem.pools[pool].price(node - self.first[pool], nth)
    }

    fn has_room(&self, node: usize) -> bool {
        let successor = self.successor(node);
        self.used[successor] < self.problem.room[successor]
    }

    /// Places one more customer, if there is any way to.
    fn place(&mut self, customer: usize) {
        self.search(customer);
        let end = (0..self.dist.len())
            .filter(|node| self.dist[*node] != UNREACHED && self.has_room(*node))
            .min_by_key(|node| {
                (
                    self.dist[*node] + self.price(*node, self.load[*node] + 1),
                    *node,
                )
            });
        if let Some(end) = end {
            self.walk(customer, end);
        }
    }

    /// The shortest way of the new customer to every node. Costs may be negative, cycles are
    /// not, since what is placed already is of least cost.
    fn search(&mut self, customer: usize) {
        self.dist.fill(UNREACHED);
        let mut queue = VecDeque::new();
        let pool = self.problem.wishes[customer].pool;
        for seat in 0..self.problem.pools[pool].seats.len() {
            if let Some(distance) = self.problem.distance(customer, seat) {
                self.reach(self.first[pool] + seat, distance, Step::First, &mut queue);
            }
        }
        while let Some(node) = queue.pop_front() {
            self.queued[node] = false;
            let so_far = self.dist[node];
            let start = self.first[self.pool_of[node]];
            for seat in 0..self.moves[node].len() {
                if let Some((more, moved)) = self.cheapest_move(node, seat) {
                    let step = Step::Moved {
                        from: node,
                        customer: moved,
                    };
                    self.reach(start + seat, so_far + more, step, &mut queue);
                }
            }
            if !self.has_room(node) {
                self.crowd(node, so_far, &mut queue);
            }
        }
    }

    /// The successor is full: a customer it has from another pool may have to go instead.
    fn crowd(&mut self, node: usize, so_far: i64, queue: &mut VecDeque<usize>) {
        let gained = self.price(node, self.load[node] + 1);
        let successor = self.successor(node);
        for index in 0..self.nodes_of[successor].len() {
            let other = self.nodes_of[successor][index];
            if other != node && self.load[other] > 0 {
                let saved = self.price(other, self.load[other]);
                let step = Step::Crowded { from: node };
                self.reach(other, so_far + gained - saved, step, queue);
            }
        }
    }

    fn reach(&mut self, node: usize, distance: i64, step: Step, queue: &mut VecDeque<usize>) {
        if distance < self.dist[node] {
            self.dist[node] = distance;
            self.came[node] = step;
            if !self.queued[node] {
                self.queued[node] = true;
                queue.push_back(node);
            }
        }
    }

    fn cheapest_move(&mut self, node: usize, seat: usize) -> Option<(i64, u32)> {
        let heap = &mut self.moves[node][seat];
        while let Some(Reverse((more, customer))) = heap.peek().copied() {
            if self.at[customer as usize] == Some(node) {
                return Some((more, customer));
            }
            heap.pop();
        }
        None
    }

    /// Goes the way back from `end`, moving everybody who is to move.
    fn walk(&mut self, customer: usize, end: usize) {
        let mut node = end;
        loop {
            match self.came[node] {
                Step::Moved { from, customer } => {
                    self.leave(from);
                    self.arrive(customer as usize, node);
                    node = from;
                }
                Step::Crowded { from } => node = from,
                Step::First => return self.arrive(customer, node),
            }
        }
    }

    fn leave(&mut self, node: usize) {
        let successor = self.successor(node);
        self.load[node] -= 1;
        self.used[successor] -= 1;
    }

    fn arrive(&mut self, customer: usize, node: usize) {
        let successor = self.successor(node);
        self.load[node] += 1;
        self.used[successor] += 1;
        self.at[customer] = Some(node);
        let here = node - self.first[self.pool_of[node]];
        let Some(cost) = self.problem.distance(customer, here) else {
            return;
        };
        let number = u32::try_from(customer).unwrap_or(u32::MAX);
        for seat in (0..self.moves[node].len()).filter(|seat| *seat != here) {
            if let Some(other) = self.problem.distance(customer, seat) {
                self.moves[node][seat].push(Reverse((other - cost, number)));
            }
        }
    }
}
