//! The notice period: whose customers are moved while the member still works, on which day, and
//! whose after leaving.
//!
//! Only in service (在职继承) does WeCom tell the customer a personal message, and only while the
//! member is employed. So the important ones go in service, the most important first: those
//! nobody else in the corp knows, then the longest known. A customer is decided 24 hours after
//! submitting, so the last day to submit is the day before the last working day, and one day
//! earlier if a refusal is to be asked again. Everybody else follows after leaving (离职继承).
//!
//! The objective, in this order, each compared from the most important customer down: who gets
//! the message at all; who has a day left to be asked again; who is moved earliest.
//!
//! Invariants: no day takes more customers than it may, nor more than 300 groups; nobody is
//! moved in service whose two transfers of 90 days are used; everybody is in exactly one part.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::handover::predict::BUDGET;
use crate::handover::schedule::group_day;
use crate::handover::{BATCH, GROUPS_A_DAY};
use crate::id::{ChatId, ExternalUserId};
use crate::time::{BeijingDay, DAY, HOUR, Timestamp};

/// Longest notice period a plan is made for, in days.
pub const MAX_DAYS: i64 = 120;

/// A customer of the member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    pub id: ExternalUserId,
    /// Meets the condition of the important ones.
    pub important: bool,
    /// No other member who is in the corp follows the customer.
    pub nobody_else: bool,
    pub added_at: Timestamp,
    /// In-service transfers of the last 90 days.
    pub transfers: u32,
    /// A transfer is under way, or the customer has deleted the member: it cannot be moved now.
    pub stuck: bool,
}

impl Customer {
    const fn can_move(&self) -> bool {
        !self.stuck && self.transfers < BUDGET
    }

    /// Whether a refusal could be followed by another attempt in service.
    const fn can_repeat(&self) -> bool {
        self.transfers + 1 < BUDGET
    }

    /// The most important compares least.
    fn rank(&self) -> (bool, Timestamp, &ExternalUserId) {
        (!self.nobody_else, self.added_at, &self.id)
    }
}

/// A group the member owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub id: ChatId,
    /// Customers in it; the largest go first.
    pub customers: i64,
    pub transfers: u32,
    pub stuck: bool,
}

/// When, and under which limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub now: Timestamp,
    pub last_day: BeijingDay,
    /// Most customers to be moved on one day; no limit when absent.
    pub customers_a_day: Option<usize>,
    /// Groups of this member that were started today already.
    pub groups_today: usize,
}

impl Period {
    /// Days from today to the last working day; none if it has passed.
    #[must_use]
    pub fn days_left(&self) -> Option<usize> {
        let seconds = self.last_day.start().since(self.now.beijing_day().start());
        usize::try_from(seconds.div_euclid(DAY)).ok()
    }

    /// Days on which a customer can be submitted and still be decided, with `attempts` of 24
    /// hours each.
    fn days_for(&self, attempts: usize) -> usize {
        self.days_left()
            .map_or(0, |left| (left + 1).saturating_sub(attempts))
    }

    fn capacity(&self, days: usize) -> usize {
        self.customers_a_day
            .map_or(if days == 0 { 0 } else { usize::MAX }, |a_day| {
                a_day.saturating_mul(days)
            })
    }

    /// The first second of the day so many days from today.
    #[must_use]
    pub fn day(&self, place: usize) -> Timestamp {
        let days = i64::try_from(place).unwrap_or(i64::MAX);
        self.now
            .beijing_day()
            .start()
            .plus(days.saturating_mul(DAY))
    }

    /// When what is submitted on that day is submitted: in the morning, today at once.
    fn moment(&self, place: usize) -> Timestamp {
        self.day(place).plus(9 * HOUR).max(self.now)
    }
}

/// Why somebody is moved after leaving only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Later {
    NotImportant,
    /// Both transfers of the last 90 days are used.
    TransferLimit,
    /// A transfer is under way, or the customer has deleted the member.
    Stuck,
    /// Every day until the last is taken by somebody more important.
    NoDayLeft,
}

impl Later {
    pub const ALL: [Self; 4] = [
        Self::NotImportant,
        Self::TransferLimit,
        Self::Stuck,
        Self::NoDayLeft,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotImportant => "not_important",
            Self::TransferLimit => "transfer_limit",
            Self::Stuck => "stuck",
            Self::NoDayLeft => "no_day_left",
        }
    }
}

/// What is moved on one day of the notice period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Day {
    /// Days from today.
    pub place: usize,
    /// The most important first.
    pub customers: Vec<ExternalUserId>,
    /// Of these, those whom a refusal leaves a day and a transfer to be asked again.
    pub repeatable: usize,
    pub groups: Vec<ChatId>,
}

/// How a way of going about it comes out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Customers that get the personal message.
    pub with_message: usize,
    /// Important ones that get it and are decided by the last working day.
    pub important_decided: usize,
    /// Of these, those who can be asked again after a refusal.
    pub important_repeatable: usize,
    pub finish_at: Timestamp,
}

/// The plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Days with something to move, in order.
    pub days: Vec<Day>,
    pub after: Vec<(ExternalUserId, Later)>,
    pub groups_after: Vec<ChatId>,
    pub figures: Figures,
}

impl Plan {
    /// Transfer calls of customers and groups if each day has one successor.
    #[must_use]
    pub fn calls(&self) -> usize {
        let in_service = self
            .days
            .iter()
            .map(|day| day.customers.len().div_ceil(BATCH) + day.groups.len().div_ceil(BATCH));
        in_service.sum::<usize>()
            + self.after.len().div_ceil(BATCH)
            + self.groups_after.len().div_ceil(BATCH)
    }
}

/// Plans the notice period.
#[must_use]
pub fn plan(period: &Period, customers: &[Customer], groups: &[Group]) -> Plan {
    let mut ranked: Vec<&Customer> = customers.iter().collect();
    ranked.sort_by(|a, b| a.rank().cmp(&b.rank()));
    let mut after = Vec::new();
    let mut wanted = Vec::new();
    for customer in ranked {
        match why_later(customer) {
            Some(why) => after.push((customer.id.clone(), why)),
            None => wanted.push(customer),
        }
    }
    let served = wanted.len().min(period.capacity(period.days_for(1)));
    let left_over = wanted.split_off(served);
    after.extend(left_over.iter().map(|c| (c.id.clone(), Later::NoDayLeft)));
    let mut days = spread(period, &wanted);
    let groups_after = spread_groups(period, groups, &mut days);
    days.retain(|day| !day.customers.is_empty() || !day.groups.is_empty());
    let finish_at = finish(period, &days, after.len(), groups_after.len());
    let figures = Figures {
        with_message: served,
        important_decided: served,
        important_repeatable: days.iter().map(|day| day.repeatable).sum(),
        finish_at,
    };
    Plan {
        days,
        after,
        groups_after,
        figures,
    }
}

fn why_later(customer: &Customer) -> Option<Later> {
    if !customer.important {
        Some(Later::NotImportant)
    } else if customer.stuck {
        Some(Later::Stuck)
    } else if !customer.can_move() {
        Some(Later::TransferLimit)
    } else {
        None
    }
}

/// Gives those who are served a day. `served` fits the days; the most important come first.
fn spread(period: &Period, served: &[&Customer]) -> Vec<Day> {
    let early = period.capacity(period.days_for(2));
    let mut to_the_end = served.len().saturating_sub(early);
    // On the day too late for a second attempt: first who could not have one anyway, then the
    // least important.
    let mut is_last = vec![false; served.len()];
    for only_once in [true, false] {
        for (place, customer) in served.iter().enumerate().rev() {
            if to_the_end > 0 && !is_last[place] && (!only_once || !customer.can_repeat()) {
                is_last[place] = true;
                to_the_end -= 1;
            }
        }
    }
    let mut days: Vec<Day> = Vec::new();
    let (mut at_first, mut at_last) = (0_usize, 0_usize);
    let a_day = period.customers_a_day.unwrap_or(usize::MAX).max(1);
    let last_start = period.days_for(2);
    for (customer, is_last) in served.iter().zip(is_last) {
        let place = if is_last {
            at_last += 1;
            last_start + (at_last - 1) / a_day
        } else {
            at_first += 1;
            (at_first - 1) / a_day
        };
        let day = day_at(&mut days, place);
        day.customers.push(customer.id.clone());
        if !is_last && customer.can_repeat() {
            day.repeatable += 1;
        }
    }
    days
}

fn day_at(days: &mut Vec<Day>, place: usize) -> &mut Day {
    while days.len() <= place {
        days.push(Day {
            place: days.len(),
            ..Day::default()
        });
    }
    &mut days[place]
}

/// Puts the groups on days, the largest first; gives those that are moved after leaving.
fn spread_groups(period: &Period, groups: &[Group], days: &mut Vec<Day>) -> Vec<ChatId> {
    let mut ranked: Vec<&Group> = groups.iter().collect();
    ranked.sort_by(|a, b| b.customers.cmp(&a.customers).then_with(|| a.id.cmp(&b.id)));
    let mut after = Vec::new();
    let mut moved = 0;
    for group in ranked {
        let place = group_day(moved, period.groups_today);
        let fits = period.days_left().is_some_and(|left| place <= left);
        if group.stuck || group.transfers >= BUDGET || !fits {
            after.push(group.id.clone());
        } else {
            moved += 1;
            day_at(days, place).groups.push(group.id.clone());
        }
    }
    after
}

/// When the last one is decided.
fn finish(period: &Period, days: &[Day], after: usize, groups_after: usize) -> Timestamp {
    let in_service = days.iter().map(|day| {
        let wait = if day.customers.is_empty() { 0 } else { DAY };
        period.moment(day.place).plus(wait)
    });
    let left = period.days_left().unwrap_or(0) + 1;
    let customers = (after > 0).then(|| period.moment(left).plus(DAY));
    let group_days = groups_after.div_ceil(GROUPS_A_DAY);
    let groups = (group_days > 0).then(|| period.moment(left + group_days - 1).plus(HOUR));
    in_service
        .chain(customers)
        .chain(groups)
        .max()
        .unwrap_or(period.now)
}

/// Everybody after leaving, as it is done without a plan.
#[must_use]
pub fn all_after(period: &Period, customers: &[Customer], groups: &[Group]) -> Figures {
    Figures {
        finish_at: finish(period, &[], customers.len(), groups.len()),
        ..Figures::default()
    }
}

/// In service in the order customers were added, the newest first, as WeCom's own console lists
/// them, under the same limits: who is important is not asked, and neither is whose transfers
/// are used. What does not fit follows after leaving.
#[must_use]
pub fn as_listed(period: &Period, customers: &[Customer], groups: &[Group]) -> Figures {
    let mut listed: Vec<&Customer> = customers.iter().collect();
    listed.sort_by(|a, b| (b.added_at, &b.id).cmp(&(a.added_at, &a.id)));
    let fits = listed.len().min(period.capacity(period.days_for(1)));
    let early = period.capacity(period.days_for(2));
    let a_day = period.customers_a_day.unwrap_or(usize::MAX).max(1);
    let mut figures = Figures::default();
    let mut days = Vec::new();
    for (place, customer) in listed.iter().take(fits).enumerate() {
        if !customer.can_move() {
            continue;
        }
        figures.with_message += 1;
        day_at(&mut days, place / a_day)
            .customers
            .push(customer.id.clone());
        if customer.important {
            figures.important_decided += 1;
            if place < early && customer.can_repeat() {
                figures.important_repeatable += 1;
            }
        }
    }
    let groups_after = spread_groups(period, groups, &mut days);
    let after = customers.len() - figures.with_message;
    days.retain(|day| !day.customers.is_empty() || !day.groups.is_empty());
    figures.finish_at = finish(period, &days, after, groups_after.len());
    figures
}
