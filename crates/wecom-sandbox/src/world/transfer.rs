//! The state machine of customer transfers (reference 9.2) and group moves.
//!
//! ```text
//! start ─▶ Waiting ─accept / 24 h─▶ TakenOver     add(successor), del(old)
//!                 ├─refuse────────▶ Refused       transfer_fail customer_refused
//!                 ├─successor full▶ LimitReached  transfer_fail customer_limit_exceed
//!                 └─had deleted the old member, 24 h ─▶ Refused
//! ```

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::World;
use super::clock::{DAY, Due, Outcome, beijing_day};
use super::customer::{Follow, FollowInfo};
use super::group::GroupState;
use crate::callback::event::Event;
use crate::seed::Draw;

/// Most refused starts the truth remembers.
const ERRORS_KEPT: usize = 1_000_000;

/// Which of the two transfers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The handing member has left.
    Resigned,
    /// The handing member is employed.
    InService,
}

/// Status numbers of the result lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    TakenOver = 1,
    Waiting = 2,
    Refused = 3,
    LimitReached = 4,
}

/// One started transfer; never removed.
#[derive(Debug)]
pub struct Transfer {
    pub customer: u32,
    pub from: u32,
    pub to: u32,
    pub kind: Kind,
    pub started_at: i64,
    pub status: Status,
    /// Time of the takeover, or when it will happen; 0 when it will not.
    pub takeover_time: i64,
    /// When the waiting ended.
    pub ended_at: Option<i64>,
    /// Number of the call that started it.
    pub call_no: u64,
    /// The customer had deleted the old member before: ends refused at 24 h.
    had_deleted: bool,
    /// The leaver's relation, which a start ends.
    kept: Option<Box<Follow>>,
}

/// A start that was refused, kept for the truth.
#[derive(Debug, Clone)]
pub struct StartError {
    pub external_userid: String,
    pub from: u32,
    pub to: u32,
    pub kind: Kind,
    pub at: i64,
    pub errcode: i64,
    pub call_no: u64,
}

/// All transfers with the ways to find them.
#[derive(Debug, Default)]
pub struct Transfers {
    pub all: Vec<Transfer>,
    pub by_pair: HashMap<(Kind, u32, u32), Vec<usize>>,
    pub by_customer: HashMap<u32, Vec<usize>>,
    pub errors: Vec<StartError>,
    /// What customers of an in-service call are told, by the number of the call.
    pub messages: HashMap<u64, String>,
}

/// What customers will do with transfers started from now on.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Behaviour {
    /// Decides who does what.
    pub seed: u64,
    /// Share that taps "not now".
    pub refuse_share: f64,
    /// Share that accepts before 24 hours pass.
    pub early_accept_share: f64,
    /// Share that had deleted the old member already.
    pub deleted_before_share: f64,
    /// Only transfers to this member; absent: all.
    pub takeover_userid: Option<String>,
}

impl World {
    /// The waiting transfer of a customer.
    pub fn waiting_transfer(&self, customer: u32) -> Option<usize> {
        let ids = self.transfers.by_customer.get(&customer)?;
        ids.iter()
            .rev()
            .copied()
            .find(|id| self.transfers.all[*id].status == Status::Waiting)
    }

    /// In-service starts of a customer that count for the 90-day rule.
    pub fn recent_starts(&self, customer: u32) -> usize {
        let today = beijing_day(self.now);
        let Some(ids) = self.transfers.by_customer.get(&customer) else {
            return 0;
        };
        ids.iter()
            .map(|id| &self.transfers.all[*id])
            .filter(|transfer| transfer.kind == Kind::InService)
            .filter(|transfer| today - beijing_day(transfer.started_at) < 90)
            .filter(|transfer| {
                self.knobs.count_refused_transfers
                    || matches!(transfer.status, Status::Waiting | Status::TakenOver)
            })
            .count()
    }

    /// Starts one transfer, or says with which item code it is refused.
    pub fn start_transfer(
        &mut self,
        kind: Kind,
        from: u32,
        to: u32,
        external_userid: &str,
        call_no: u64,
    ) -> i64 {
        let errcode = match self.check_start(kind, from, to, external_userid) {
            Ok(customer) => {
                self.record_start(kind, from, to, customer, call_no);
                return 0;
            }
            Err(errcode) => errcode,
        };
        if self.transfers.errors.len() >= ERRORS_KEPT {
            return errcode;
        }
        let external_userid = external_userid.chars().take(64).collect();
        let at = self.now;
        self.transfers.errors.push(StartError {
            external_userid,
            from,
            to,
            kind,
            at,
            errcode,
            call_no,
        });
        errcode
    }

    fn check_start(&self, kind: Kind, from: u32, to: u32, id: &str) -> Result<u32, i64> {
        let customer = self.customer(id).ok_or(40_096)?;
        if kind == Kind::Resigned && self.person(from).left_at.is_none() {
            return Err(40_097);
        }
        if self.waiting_transfer(customer).is_some() {
            return Err(40_100);
        }
        let place = &self.customers[customer as usize];
        if place.follow(from).is_none() {
            return Err(40_131);
        }
        if kind == Kind::InService && self.recent_starts(customer) >= 2 {
            return Err(40_128);
        }
        let successor = self.person(to);
        if place.follow(to).is_none() && successor.customers.len() >= successor.customer_limit {
            return Err(40_099);
        }
        Ok(customer)
    }

    fn record_start(&mut self, kind: Kind, from: u32, to: u32, customer: u32, call_no: u64) {
        let id = self.transfers.all.len();
        let attempt = self
            .transfers
            .by_customer
            .get(&customer)
            .map_or(0, Vec::len);
        let mut had_deleted = self.customers[customer as usize]
            .follow(from)
            .is_some_and(|follow| follow.deleted_by_customer);
        let kept = match kind {
            Kind::Resigned => self.unrelate(customer, from).map(Box::new),
            Kind::InService => None,
        };
        let due = self.now + self.knobs.waiting_s;
        self.queue.push(
            due,
            Due::Transfer {
                id,
                outcome: Outcome::Expire,
            },
        );
        had_deleted |= self.plan_answer(id, customer, to, attempt);
        self.transfers.all.push(Transfer {
            customer,
            from,
            to,
            kind,
            started_at: self.now,
            status: Status::Waiting,
            takeover_time: due,
            ended_at: None,
            call_no,
            had_deleted,
            kept,
        });
        self.transfers
            .by_pair
            .entry((kind, from, to))
            .or_default()
            .push(id);
        self.transfers
            .by_customer
            .entry(customer)
            .or_default()
            .push(id);
    }

    /// Plans what the customer does; true if it had deleted the old member.
    fn plan_answer(&mut self, id: usize, customer: u32, to: u32, attempt: usize) -> bool {
        let plan = &self.behaviour;
        if let Some(only) = &plan.takeover_userid
            && !only.eq_ignore_ascii_case(&self.person(to).userid)
        {
            return false;
        }
        let mut draw = Draw::new(plan.seed, u64::from(customer), attempt as u64);
        let choice = draw.unit();
        // Answers come between one minute and shortly before the waiting ends.
        let room = u64::try_from(self.knobs.waiting_s - 120).unwrap_or(0);
        let delay = 60 + i64::try_from(draw.below(room)).unwrap_or(0);
        let refuses = plan.refuse_share;
        let accepts = refuses + plan.early_accept_share;
        let had_deleted = accepts + plan.deleted_before_share;
        let outcome = if choice < refuses {
            Outcome::Refuse
        } else if choice < accepts {
            Outcome::Accept
        } else {
            return choice < had_deleted;
        };
        self.queue
            .push(self.now + delay, Due::Transfer { id, outcome });
        false
    }

    /// Ends a waiting transfer; one that has ended already stays as it is.
    pub fn resolve_transfer(&mut self, id: usize, outcome: Outcome) {
        let Some(transfer) = self.transfers.all.get(id) else {
            return;
        };
        if transfer.status != Status::Waiting {
            return;
        }
        let (customer, from, to, kind) =
            (transfer.customer, transfer.from, transfer.to, transfer.kind);
        let relation_lost = kind == Kind::InService
            && self.customers[customer as usize]
                .follow(from)
                .is_none_or(|f| f.deleted_by_customer);
        let silent_failure = outcome == Outcome::Expire && (transfer.had_deleted || relation_lost)
            || self.person(to).left_at.is_some();
        let friends = self.customers[customer as usize].follow(to).is_some();
        let successor = self.person(to);
        if silent_failure {
            self.end_transfer(id, Status::Refused, 0);
        } else if outcome == Outcome::Refuse {
            self.end_transfer(id, Status::Refused, 0);
            self.announce(&Event::TransferFail {
                to,
                customer,
                limit: false,
            });
        } else if !friends && successor.customers.len() >= successor.customer_limit {
            self.end_transfer(id, Status::LimitReached, 0);
            self.announce(&Event::TransferFail {
                to,
                customer,
                limit: true,
            });
        } else {
            self.take_over(id, friends);
        }
    }

    fn end_transfer(&mut self, id: usize, status: Status, takeover_time: i64) {
        let now = self.now;
        let transfer = &mut self.transfers.all[id];
        transfer.ended_at = Some(now);
        transfer.status = status;
        transfer.takeover_time = takeover_time;
        let (customer, from) = (transfer.customer, transfer.from);
        let kept = transfer.kept.take();
        let failed = status != Status::TakenOver;
        if failed
            && self.knobs.failed_returns_to_unassigned
            && let Some(follow) = kept
            && self.customers[customer as usize].follow(from).is_none()
        {
            self.customers[customer as usize].follows.push(*follow);
            self.person_mut(from).customers.insert(customer);
        }
    }

    fn take_over(&mut self, id: usize, friends: bool) {
        let transfer = &mut self.transfers.all[id];
        let (customer, from, to, kind) =
            (transfer.customer, transfer.from, transfer.to, transfer.kind);
        let kept = transfer.kept.take();
        let had_before = self.transfers.by_customer[&customer].iter().any(|other| {
            let other = &self.transfers.all[*other];
            other.from == to && other.status == Status::TakenOver
        });
        let info = self.carried_info(customer, from, kept.as_deref());
        let old = match kind {
            Kind::InService => self.unrelate(customer, from),
            Kind::Resigned => None,
        };
        self.relate(customer, to, 202, info);
        self.end_transfer(id, Status::TakenOver, self.now);
        if !friends && !had_before {
            self.announce(&Event::AddContact {
                member: to,
                customer,
            });
        }
        if old.is_some() {
            let event = Event::DelContact {
                member: from,
                customer,
                by_transfer: true,
            };
            self.queue.push(self.now + 2, Due::Announce(event));
        }
    }

    /// What the successor finds written about the customer.
    fn carried_info(&self, customer: u32, from: u32, kept: Option<&Follow>) -> FollowInfo {
        let old = kept
            .or_else(|| self.customers[customer as usize].follow(from))
            .map(|follow| self.follow_info(customer, follow).into_owned())
            .unwrap_or_default();
        let mut info = FollowInfo {
            remark: crate::generator::people::customer_name(self, customer),
            ..FollowInfo::default()
        };
        if self.knobs.carry_over_remark {
            info = FollowInfo {
                tags: Vec::new(),
                state: None,
                ..old.clone()
            };
        }
        if self.knobs.carry_over_tags {
            info.tags = old.tags;
        }
        info
    }

    /// Item code that forbids moving a group, if any.
    pub fn check_group_move(&self, group: u32, to: u32, resigned: bool) -> Option<i64> {
        let place = &self.groups[group as usize];
        let owner = self.person(place.owner);
        if place.dismissed {
            return Some(49_008);
        }
        if place.state == GroupState::Moving {
            return Some(90_507);
        }
        match (resigned, owner.left_at) {
            (true, None) if place.state == GroupState::Inherited => return Some(90_508),
            (true, None) => return Some(90_500),
            (false, Some(_)) => return Some(90_502),
            (true, Some(left)) if self.now - left > 365 * DAY => {
                return Some(self.knobs.left_long_ago_errcode);
            }
            _ => {}
        }
        if place.owner == to {
            return Some(90_504);
        }
        if !owner.login_is_fresh(self.now) {
            return Some(40_205);
        }
        let today = beijing_day(self.now);
        let repeats = place
            .moved_at
            .iter()
            .filter(|at| today - beijing_day(**at) < 90)
            .count();
        if !resigned && repeats >= 2 {
            return Some(self.knobs.group_repeat_errcode);
        }
        let given = self
            .groups_given
            .get(&(place.owner, today))
            .copied()
            .unwrap_or(0);
        (given >= self.knobs.groups_per_day).then_some(self.knobs.group_limit_errcode)
    }

    /// Starts a group's move, which must have been checked.
    pub fn start_group_move(&mut self, group: u32, to: u32, resigned: bool, call_no: u64) {
        let from = self.groups[group as usize].owner;
        *self
            .groups_given
            .entry((from, beijing_day(self.now)))
            .or_default() += 1;
        let id = self.group_moves.len();
        self.group_moves.push(super::group::GroupMove {
            group,
            from,
            to,
            resigned,
            started_at: self.now,
            finished_at: None,
            call_no,
        });
        if resigned {
            self.groups[group as usize].state = GroupState::Moving;
            self.queue.push(
                self.now + self.knobs.group_transfer_s,
                Due::GroupMove { id },
            );
        } else {
            let now = self.now;
            self.groups[group as usize].moved_at.push(now);
            self.finish_group_move(id);
        }
    }

    /// The new owner owns the group.
    pub fn finish_group_move(&mut self, id: usize) {
        let now = self.now;
        let Some(step) = self.group_moves.get_mut(id) else {
            return;
        };
        // A group that was dismissed on the way arrives nowhere.
        if step.finished_at.is_some() || self.groups[step.group as usize].dismissed {
            return;
        }
        step.finished_at = Some(now);
        let (group, from, to, resigned) = (step.group, step.from, step.to, step.resigned);
        let place = &mut self.groups[group as usize];
        place.owner = to;
        place.version += 1;
        place.state = if resigned {
            GroupState::Inherited
        } else {
            GroupState::Followed
        };
        if resigned {
            place.staff.retain(|member| *member != from);
        }
        if !place.staff.contains(&to) {
            place.staff.push(to);
        }
        self.person_mut(from).groups.remove(&group);
        self.person_mut(to).groups.insert(group);
        self.announce(&Event::ChatUpdate {
            group,
            detail: "change_owner",
            changed: Vec::new(),
        });
    }
}
