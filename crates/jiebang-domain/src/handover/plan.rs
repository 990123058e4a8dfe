//! Gives every customer and group a successor. The same request over the same facts gives the
//! same plan, so the dry run and what is carried out are one.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::affinity::{self, Factor, Tie};
use super::assign::{self, NEVER, Pool, Problem, Seat, Seats, Wish};
use super::request::{Assignment, CustomerSubject, GroupSubject, Pin, Request, Share};
use super::team::{self, Chain, Teammate};
use crate::id::{ExternalUserId, UserId};

/// By what a row goes where it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Mode {
    One,
    Evenly,
    /// The first rule that holds: its place, from 0, and name, and how it shares.
    Rule {
        index: usize,
        rule: String,
        #[serde(default)]
        share: Share,
    },
    Otherwise,
    /// The request names successor and customer together.
    Pinned,
    /// No rule takes it and there is no `otherwise`.
    Nobody,
    /// The rule that takes it stands for nobody who can take customers.
    Empty {
        index: usize,
        rule: String,
    },
    /// Whoever could take it can take no more.
    NoRoom,
}

/// Why a row goes where it goes, in enough detail to compute it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    #[serde(flatten)]
    pub mode: Mode,
    /// Why the successor fits, where the rule shares by affinity. The score is their sum.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub factors: Vec<Factor>,
    /// Who would be next, after a refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runner_up: Option<UserId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runner_up_factors: Vec<Factor>,
}

impl From<Mode> for Reason {
    fn from(mode: Mode) -> Self {
        Self {
            mode,
            factors: Vec::new(),
            runner_up: None,
            runner_up_factors: Vec::new(),
        }
    }
}

/// Where one customer or group goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    pub successor: Option<UserId>,
    pub reason: Reason,
}

/// Everybody a plan may choose from.
#[derive(Debug, Clone)]
pub struct Cast<'a> {
    pub team: &'a [Teammate],
    pub chain: &'a Chain,
    /// Most customers WeCom lets a member have.
    pub limit: u32,
}

/// By customer, in the order of the customers: the members of the team it has had to do with.
pub type Ties = Vec<Vec<(usize, Tie)>>;

/// One place customers can go to: a rule, `otherwise`, or the whole assignment.
struct Group {
    mode: Mode,
    /// Resolved, each with its place in the team if it is known there.
    members: Vec<(UserId, Option<usize>)>,
    share: Share,
}

/// The successors that `request` stands for, by rule, and all of them once.
#[must_use]
pub fn successors(request: &Request, cast: &Cast<'_>) -> Vec<UserId> {
    let mut all: Vec<UserId> = Vec::new();
    let groups = groups_of(request, cast);
    let named = groups.iter().flat_map(|group| &group.members);
    let named = named.map(|(userid, _)| userid);
    for userid in named.chain(&request.all_successors()) {
        if !all.contains(userid) {
            all.push(userid.clone());
        }
    }
    all
}

fn groups_of(request: &Request, cast: &Cast<'_>) -> Vec<Group> {
    let place: HashMap<&UserId, usize> = cast
        .team
        .iter()
        .enumerate()
        .map(|(index, mate)| (&mate.member.userid, index))
        .collect();
    let group = |mode: Mode, members: Vec<UserId>, share: Share| Group {
        mode,
        members: members
            .into_iter()
            .map(|userid| {
                let at = place.get(&userid).copied();
                (userid, at)
            })
            .collect(),
        share,
    };
    match &request.assignment {
        Assignment::One { to } => vec![group(Mode::One, vec![to.clone()], Share::Balanced)],
        Assignment::Evenly { to } => vec![group(Mode::Evenly, to.clone(), Share::Balanced)],
        Assignment::Rules { rules, otherwise } => {
            let of_rules = rules.iter().enumerate().map(|(index, rule)| {
                let mut to = team::resolve(&rule.to, &request.leaver, cast.chain, cast.team);
                to.retain(|userid| !rule.never.contains(userid));
                let mode = Mode::Rule {
                    index,
                    rule: rule.name.clone(),
                    share: rule.share,
                };
                group(mode, to, rule.share)
            });
            let rest = otherwise.iter().filter(|to| !to.is_empty());
            let rest = rest.map(|to| group(Mode::Otherwise, to.clone(), Share::Balanced));
            of_rules.chain(rest).collect()
        }
    }
}

/// Which of the groups takes the customer: the first rule that holds.
fn group_for(request: &Request, customer: &CustomerSubject, groups: usize) -> Option<usize> {
    let Assignment::Rules { rules, .. } = &request.assignment else {
        return Some(0);
    };
    let taken = rules.iter().position(|rule| rule.when.holds(customer));
    taken.or_else(|| (groups > rules.len()).then_some(rules.len()))
}

/// Shares out `customers`, which must be in a stable order (oldest first): one entry for each,
/// in the same order.
#[must_use]
pub fn assign_customers(
    request: &Request,
    cast: &Cast<'_>,
    customers: &[CustomerSubject],
    ties: &Ties,
) -> Vec<Assigned> {
    let groups = groups_of(request, cast);
    let (draft, mut result) = draft(request, cast, &groups, customers, ties);
    draft.settle(customers, ties, &mut result);
    result
}

/// The problem that [`assign_customers`] solves, for those who want to check its solution.
#[must_use]
pub fn problem_of(
    request: &Request,
    cast: &Cast<'_>,
    customers: &[CustomerSubject],
    ties: &Ties,
) -> Problem {
    let groups = groups_of(request, cast);
    draft(request, cast, &groups, customers, ties).0.problem
}

/// What can be said without solving anything, and the problem that is left.
fn draft<'a>(
    request: &'a Request,
    cast: &'a Cast<'a>,
    groups: &'a [Group],
    customers: &[CustomerSubject],
    ties: &Ties,
) -> (Draft<'a>, Vec<Assigned>) {
    let pinned: BTreeMap<&ExternalUserId, &UserId> = request
        .must
        .iter()
        .map(|pin| (&pin.customer, &pin.member))
        .collect();
    let mut plan = Draft::new(request, cast, groups);
    let mut result: Vec<Assigned> = Vec::with_capacity(customers.len());
    for (index, customer) in customers.iter().enumerate() {
        let group = group_for(request, customer, groups.len());
        let (successor, mode) = match (pinned.get(&customer.external_userid), group) {
            (Some(member), _) => {
                let takes_none = customer.stays || customer.followers.contains(*member);
                let mode = if takes_none || plan.take_room(member) {
                    Mode::Pinned
                } else {
                    Mode::NoRoom
                };
                (Some((*member).clone()), mode)
            }
            (None, None) => (None, Mode::Nobody),
            (None, Some(group)) => {
                let is_empty = groups[group].members.is_empty();
                match &groups[group].mode {
                    Mode::Rule { index, rule, .. } if is_empty => {
                        let (index, rule) = (*index, rule.clone());
                        (None, Mode::Empty { index, rule })
                    }
                    _ if is_empty => (None, Mode::Nobody),
                    mode => {
                        plan.wish(index, group, customer, ties.get(index));
                        (None, mode.clone())
                    }
                }
            }
        };
        let reason = Reason::from(mode);
        result.push(Assigned { successor, reason });
    }
    (plan, result)
}

/// Scores without ties, by group and the three values they depend on.
type PlainScores = HashMap<(usize, [Option<String>; 3]), Box<[i32]>>;

/// The problem while it is put together.
struct Draft<'a> {
    cast: &'a Cast<'a>,
    groups: &'a [Group],
    cap: Option<u32>,
    must_not: &'a [Pin],
    /// Every successor once, as [`Problem::room`] counts them.
    people: HashMap<&'a UserId, usize>,
    problem: Problem,
    /// By wish, which customer it is of.
    customer_of: Vec<usize>,
    /// Customers who take no room, with their group and scores.
    idle: Vec<(usize, usize, Box<[i32]>)>,
    plain: PlainScores,
}

impl<'a> Draft<'a> {
    fn new(request: &'a Request, cast: &'a Cast<'a>, groups: &'a [Group]) -> Self {
        let mut draft = Self {
            cast,
            groups,
            cap: request.cap,
            must_not: &request.must_not,
            people: HashMap::new(),
            problem: Problem {
                pools: Vec::new(),
                room: Vec::new(),
                wishes: Vec::new(),
            },
            customer_of: Vec::new(),
            idle: Vec::new(),
            plain: HashMap::new(),
        };
        for group in groups {
            let mut seats = Vec::new();
            for (userid, at) in &group.members {
                let mate = at.map(|at| &cast.team[at]);
                let successor = draft.seat_of(userid, mate);
                let weight = match group.share {
                    Share::Weighted => mate.map_or(1, |mate| mate.profile.weight),
                    Share::Balanced | Share::Affinity => 1,
                };
                seats.push(Seat { successor, weight });
            }
            draft.problem.pools.push(Pool::new(seats, 0));
        }
        draft
    }

    /// Somebody gets a customer without being asked; false if there is no room left.
    fn take_room(&mut self, member: &'a UserId) -> bool {
        let mate = self
            .cast
            .team
            .iter()
            .find(|mate| mate.member.userid == *member);
        let index = self.seat_of(member, mate);
        let room = &mut self.problem.room[index];
        let has_room = *room > 0;
        *room = room.saturating_sub(1);
        has_room
    }

    /// Where the member stands in [`Problem::room`].
    fn seat_of(&mut self, member: &'a UserId, mate: Option<&Teammate>) -> usize {
        let (limit, cap) = (self.cast.limit, self.cap);
        let room = &mut self.problem.room;
        *self.people.entry(member).or_insert_with(|| {
            let left = mate.map_or(limit, |mate| mate.room(limit));
            room.push(cap.map_or(left, |cap| cap.min(left)));
            room.len() - 1
        })
    }

    fn wish(
        &mut self,
        index: usize,
        group: usize,
        customer: &CustomerSubject,
        ties: Option<&Vec<(usize, Tie)>>,
    ) {
        let of = &self.groups[group];
        let mut scores = match of.share {
            Share::Affinity => self.scores(group, customer, ties),
            Share::Balanced | Share::Weighted => Box::default(),
        };
        if customer.stays {
            self.idle.push((index, group, scores));
            return;
        }
        let barred = self.must_not.iter();
        for pin in barred.filter(|pin| pin.customer == customer.external_userid) {
            if scores.is_empty() {
                scores = vec![0; of.members.len()].into();
            }
            let at = of
                .members
                .iter()
                .position(|(userid, _)| *userid == pin.member);
            if let Some(score) = at.and_then(|at| scores.get_mut(at)) {
                *score = NEVER;
            }
        }
        self.problem.pools[group].customers += 1;
        self.problem.wishes.push(Wish {
            pool: group,
            scores,
        });
        self.customer_of.push(index);
    }

    /// Points of each seat. Most customers have had to do with few of them: what else there is
    /// depends on three values only and is computed once for each.
    fn scores(
        &mut self,
        group: usize,
        customer: &CustomerSubject,
        ties: Option<&Vec<(usize, Tie)>>,
    ) -> Box<[i32]> {
        let members = &self.groups[group].members;
        let team = self.cast.team;
        let points = |at: Option<usize>, tie: Tie| {
            at.map_or(0, |at| {
                affinity::score(affinity::factors(&team[at], customer, tie))
            })
        };
        let language = customer.profile.fields.get(affinity::LANGUAGE_FIELD);
        let key = [
            customer.region.clone(),
            customer.business.clone(),
            language.cloned(),
        ];
        let plain = self.plain.entry((group, key)).or_insert_with(|| {
            let all = members.iter();
            all.map(|(_, at)| points(*at, Tie::default())).collect()
        });
        let mut scores = plain.clone();
        for (at, tie) in ties.into_iter().flatten() {
            let seat = members.iter().position(|(_, place)| *place == Some(*at));
            if let Some(score) = seat.and_then(|seat| scores.get_mut(seat)) {
                *score = points(Some(*at), *tie);
            }
        }
        scores
    }

    /// Solves it and writes who gets whom, and why, into `result`.
    fn settle(self, customers: &[CustomerSubject], ties: &Ties, result: &mut [Assigned]) {
        // Shown with who fits best; nobody's load is the heavier for it.
        for (index, group, scores) in &self.idle {
            let members = &self.groups[*group].members;
            let best = (0..members.len())
                .max_by_key(|seat| (scores.get(*seat).copied(), std::cmp::Reverse(*seat)));
            result[*index].successor = best.map(|seat| members[seat].0.clone());
        }
        let seats = assign::solve(&self.problem);
        let next = NextBest::new(&self.problem, &seats);
        for (wish, seat) in seats.iter().enumerate() {
            let index = self.customer_of[wish];
            let group = &self.groups[self.problem.wishes[wish].pool];
            let why = |seat: usize| {
                let (Share::Affinity, Some(at)) = (group.share, group.members[seat].1) else {
                    return Vec::new();
                };
                let known = ties.get(index).into_iter().flatten();
                let tie = known
                    .filter(|(mate, _)| *mate == at)
                    .map(|(_, tie)| *tie)
                    .next();
                let mate = &self.cast.team[at];
                affinity::factors(mate, &customers[index], tie.unwrap_or_default()).collect()
            };
            let assigned = &mut result[index];
            let Some(seat) = *seat else {
                // Shown with whom it would have gone to.
                let first = (0..group.members.len())
                    .find(|seat| self.problem.distance(wish, *seat).is_some());
                assigned.successor = first.map(|seat| group.members[seat].0.clone());
                assigned.reason = Mode::NoRoom.into();
                continue;
            };
            assigned.successor = Some(group.members[seat].0.clone());
            assigned.reason.factors = why(seat);
            if let Some(other) = next.after(&self.problem, wish, seat) {
                assigned.reason.runner_up = Some(group.members[other].0.clone());
                assigned.reason.runner_up_factors = why(other);
            }
        }
    }
}

/// Who would be next: of the seats that still have room, the cheapest one for one customer more.
struct NextBest {
    /// By pool and seat, what one customer more costs; `None` where there is no room.
    prices: Vec<Vec<Option<i64>>>,
}

impl NextBest {
    fn new(problem: &Problem, seats: &Seats) -> Self {
        let mut used = vec![0u32; problem.room.len()];
        let mut load: Vec<Vec<u32>> = problem
            .pools
            .iter()
            .map(|pool| vec![0; pool.seats.len()])
            .collect();
        for (wish, seat) in problem.wishes.iter().zip(seats) {
            if let Some(seat) = seat {
                load[wish.pool][*seat] += 1;
                used[problem.pools[wish.pool].seats[*seat].successor] += 1;
            }
        }
        let price = |pool: usize, seat: usize| {
            let successor = problem.pools[pool].seats[seat].successor;
            let has_room = used[successor] < problem.room[successor];
            has_room.then(|| problem.pools[pool].price(seat, load[pool][seat] + 1))
        };
        let of_pool = |pool: usize| {
            let seats = 0..problem.pools[pool].seats.len();
            seats.map(|seat| price(pool, seat)).collect()
        };
        Self {
            prices: (0..problem.pools.len()).map(of_pool).collect(),
        }
    }

    fn after(&self, problem: &Problem, wish: usize, seat: usize) -> Option<usize> {
        let prices = &self.prices[problem.wishes[wish].pool];
        let others = (0..prices.len()).filter(|other| *other != seat);
        let costs = others
            .filter_map(|other| Some((problem.distance(wish, other)? + prices[other]?, other)));
        costs.min().map(|(_, other)| other)
    }
}

/// Shares out `groups` evenly over `groups_to`, or over `successors`.
#[must_use]
pub fn assign_groups(
    request: &Request,
    successors: &[UserId],
    groups: &[GroupSubject],
) -> Vec<Assigned> {
    let to = if request.groups_to.is_empty() {
        successors
    } else {
        &request.groups_to
    };
    let mode = match to.len() {
        0 => Mode::Nobody,
        1 => Mode::One,
        _ => Mode::Evenly,
    };
    (0..groups.len())
        .map(|index| Assigned {
            successor: to.get(index % to.len().max(1)).cloned(),
            reason: mode.clone().into(),
        })
        .collect()
}

#[cfg(test)]
mod tests;
