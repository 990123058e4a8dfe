//! Which rows two persons have to say yes to, whether they have, and who comes next when a
//! successor does not get a customer.
//!
//! Invariants:
//! - a vote counts only for the rows it was given for: [`subject`] of other rows is another text;
//! - neither who made the plan nor the leaver counts, and nobody counts twice.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::predict::BUDGET;
use super::request::{Condition, CustomerSubject, Invalid};
use super::row::RowState;
use super::{Kind, Subject};
use crate::id::UserId;

/// How many different persons have to say yes.
pub const APPROVERS: usize = 2;
/// Most rules that say who is important.
pub const MAX_VIP: usize = 50;
/// Most members tried for one row after the planned one.
pub const MAX_TRIES: u32 = 3;
/// Most members the list of next successors may name.
pub const MAX_NEXT: usize = 50;
/// Longest comment of a vote, in characters.
pub const MAX_COMMENT_CHARS: usize = 500;

/// Who is tried when the planned successor does not get a customer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum NextSuccessor {
    /// Nobody: a person decides.
    #[default]
    None,
    /// The runner-up of the plan.
    RunnerUp,
    /// The first of these that was not tried yet.
    List { userids: Vec<UserId> },
}

/// What a company has decided about approvals and refusals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Customers that meet one of these are handed over with approval only.
    pub vip: Vec<Condition>,
    /// So is what would use the second of the in-service transfers that 90 days allow.
    pub second_transfer: bool,
    pub next_successor: NextSuccessor,
    /// Most members tried for one row after the planned one, 1 to [`MAX_TRIES`].
    pub tries: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            vip: Vec::new(),
            second_transfer: true,
            next_successor: NextSuccessor::None,
            tries: 1,
        }
    }
}

impl Policy {
    /// # Errors
    /// All problems found, never an empty list.
    pub fn check(&self) -> Result<(), Vec<Invalid>> {
        let mut found = Vec::new();
        let mut say = |field: &str, problem| {
            found.push(Invalid {
                field: field.to_owned(),
                problem,
            });
        };
        if self.vip.len() > MAX_VIP {
            say("vip", "number_of_rules");
        }
        if self.tries == 0 || self.tries > MAX_TRIES {
            say("tries", "number_of_tries");
        }
        if let NextSuccessor::List { userids } = &self.next_successor {
            if userids.is_empty() {
                say("next_successor.userids", "no_successor");
            }
            if userids.len() > MAX_NEXT {
                say("next_successor.userids", "too_many_successors");
            }
        }
        if found.is_empty() { Ok(()) } else { Err(found) }
    }
}

/// Why a row needs approval. The names are part of the API and the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// The customer meets the rule of that place, from 0.
    Vip { rule: usize },
    /// It would use the last in-service transfer.
    SecondTransfer,
}

/// Whether one more in-service transfer would be the last that the window allows.
#[must_use]
pub fn is_last_transfer(kind: Kind, transfers: u32) -> bool {
    kind == Kind::InService && transfers + 1 == BUDGET
}

/// Why a row of this customer (`None`: of a group) needs approval; not at all if empty.
#[must_use]
pub fn reasons(
    policy: &Policy,
    kind: Kind,
    customer: Option<&CustomerSubject>,
    transfers: u32,
) -> Vec<Why> {
    let vip = customer.and_then(|customer| {
        let rule = policy.vip.iter().position(|rule| rule.holds(customer));
        rule.map(|rule| Why::Vip { rule })
    });
    let second = policy.second_transfer && is_last_transfer(kind, transfers);
    vip.into_iter()
        .chain(second.then_some(Why::SecondTransfer))
        .collect()
}

/// What a vote is about, as text to be hashed: every row that waits, with its successor.
/// `rows` are number, subject and successor, in any order.
#[must_use]
pub fn subject(plan_version: i32, rows: &[(i32, String, String)]) -> String {
    let mut rows: Vec<_> = rows.iter().collect();
    rows.sort();
    let mut text = format!("v{plan_version}\n");
    for (number, subject, successor) in rows {
        // Ids have no line ends.
        let _ = writeln!(text, "{number}\t{subject}\t{successor}");
    }
    text
}

/// A person's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Approve,
    Decline,
}

impl Decision {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Decline => "decline",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Approve, Self::Decline]
            .into_iter()
            .find(|decision| decision.as_str() == text)
    }
}

/// A vote as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    pub voter: String,
    /// Hash of [`subject`] at the time.
    pub digest: String,
    pub decision: Decision,
    pub withdrawn: bool,
}

/// Where the votes stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Said yes so far: nobody or one.
    Open(BTreeSet<String>),
    Approved(BTreeSet<String>),
    Declined,
}

/// Where `votes` stand on `digest`, if those of `barred` (the makers and the leaver) do not count.
#[must_use]
pub fn standing(votes: &[Vote], digest: &str, barred: &BTreeSet<String>) -> Standing {
    let counted = || {
        votes.iter().filter(|vote| {
            vote.digest == digest && !vote.withdrawn && !barred.contains(&vote.voter)
        })
    };
    if counted().any(|vote| vote.decision == Decision::Decline) {
        return Standing::Declined;
    }
    let yes: BTreeSet<String> = counted().map(|vote| vote.voter.clone()).collect();
    if yes.len() >= APPROVERS {
        Standing::Approved(yes)
    } else {
        Standing::Open(yes)
    }
}

/// How an attempt ended, as far as it matters for whom to try next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    pub state: RowState,
    pub errcode: Option<i64>,
    /// The customer had deleted the leaver: it will refuse everybody.
    pub deleted_leaver: bool,
}

/// Whether another successor might get what this one did not: it was refused, or it failed for a
/// reason of the successor's own. What lies with the customer or the leaver is none.
#[must_use]
pub const fn another_might(ended: Ended) -> bool {
    match ended.state {
        RowState::Full { .. } => true,
        RowState::Refused { .. } => !ended.deleted_leaver,
        RowState::Failed { .. } => matches!(
            ended.errcode,
            Some(40098 | 40099 | 40143 | 40205 | 41054 | 84074)
        ),
        _ => false,
    }
}

/// What is known of a row whose attempt ended.
#[derive(Debug, Clone, Copy)]
pub struct Tried<'a> {
    pub kind: Kind,
    pub subject: Subject,
    pub ended: Ended,
    pub runner_up: Option<&'a UserId>,
    /// Every member that was tried, the planned one included.
    pub tried: &'a BTreeSet<UserId>,
    /// In-service transfers within the window, this attempt included.
    pub transfers: u32,
}

/// Whom the policy says to try next.
#[must_use]
pub fn next_successor(policy: &Policy, row: Tried<'_>, leaver: &UserId) -> Option<UserId> {
    let tries = u32::try_from(row.tried.len().saturating_sub(1)).unwrap_or(u32::MAX);
    let spent = row.kind == Kind::InService && row.transfers >= BUDGET;
    if row.subject != Subject::Customer
        || tries >= policy.tries
        || spent
        || !another_might(row.ended)
    {
        return None;
    }
    let fits = |userid: &&UserId| *userid != leaver && !row.tried.contains(*userid);
    match &policy.next_successor {
        NextSuccessor::None => None,
        NextSuccessor::RunnerUp => row.runner_up.filter(fits).cloned(),
        NextSuccessor::List { userids } => userids.iter().find(fits).cloned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::Timestamp;

    #[derive(Debug, Clone)]
    enum Move {
        Vote(u8, Decision),
        Withdraw(u8),
        /// The plan is another one from here on.
        Replan(u8),
    }

    fn moves() -> impl Strategy<Value = Move> {
        prop_oneof![
            4 => (0u8..5).prop_map(|who| Move::Vote(who, Decision::Approve)),
            1 => (0u8..5).prop_map(|who| Move::Vote(who, Decision::Decline)),
            1 => (0u8..5).prop_map(Move::Withdraw),
            1 => (0u8..3).prop_map(Move::Replan),
        ]
    }

    proptest! {
        /// The reference goes over all pairs of persons and asks of each: do both stand by a yes
        /// to what is planned now, and may both?
        #[test]
        fn s19_two_different_persons_say_yes_to_the_present_plan(
            story in proptest::collection::vec(moves(), 0..24),
            barred in proptest::collection::btree_set(0u8..5, 0..3),
        ) {
            let name = |who: u8| format!("account:{who}");
            let mut votes: Vec<Vote> = Vec::new();
            let mut plan = 0u8;
            for event in story {
                match event {
                    Move::Vote(who, decision) => votes.push(Vote {
                        voter: name(who), digest: plan.to_string(), decision, withdrawn: false,
                    }),
                    Move::Withdraw(who) => for vote in &mut votes {
                        if vote.voter == name(who) { vote.withdrawn = true; }
                    },
                    Move::Replan(next) => plan = next,
                }
            }
            let says = |who: u8, decision| !barred.contains(&who) && votes.iter().any(|vote| {
                !vote.withdrawn && vote.voter == name(who)
                    && vote.decision == decision && vote.digest == plan.to_string()
            });
            let declined = (0..5).any(|who| says(who, Decision::Decline));
            let two = (0..5).any(|a| (0..a).any(|b| {
                says(a, Decision::Approve) && says(b, Decision::Approve)
            }));
            let names = barred.iter().map(|who| name(*who)).collect();
            let found = standing(&votes, &plan.to_string(), &names);
            prop_assert_eq!(found == Standing::Declined, declined);
            prop_assert_eq!(matches!(found, Standing::Approved(_)), two && !declined);
        }
    }

    #[test]
    fn s19_other_rows_or_successors_are_another_subject() {
        let row = |number, to: &str| (number, "customer:wm1".to_owned(), to.to_owned());
        let one = subject(1, &[row(1, "amy"), row(2, "bob")]);
        assert_eq!(one, subject(1, &[row(2, "bob"), row(1, "amy")]));
        for other in [
            subject(2, &[row(1, "amy"), row(2, "bob")]),
            subject(1, &[row(1, "bob"), row(2, "amy")]),
            subject(1, &[row(1, "amy")]),
            subject(1, &[row(1, "amy"), row(3, "bob")]),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn b6_nobody_is_tried_twice_nor_beyond_the_budget() {
        let id = |name: &str| UserId::parse(name).unwrap();
        let at = Timestamp::from_seconds(1);
        let policy = Policy {
            next_successor: NextSuccessor::List {
                userids: vec![id("amy"), id("lee"), id("bob"), id("cat")],
            },
            tries: 2,
            ..Policy::default()
        };
        let mut tried = BTreeSet::from([id("amy")]);
        let ended = |state, errcode| Ended {
            state,
            errcode,
            deleted_leaver: false,
        };
        let next = |tried: &BTreeSet<UserId>, ended, kind, transfers| {
            let row = Tried {
                kind,
                subject: Subject::Customer,
                ended,
                runner_up: None,
                tried,
                transfers,
            };
            next_successor(&policy, row, &id("lee"))
        };
        let refused = ended(RowState::Refused { at }, None);
        assert_eq!(next(&tried, refused, Kind::Resigned, 9), Some(id("bob")));
        assert_eq!(next(&tried, refused, Kind::InService, 1), Some(id("bob")));
        assert_eq!(next(&tried, refused, Kind::InService, 2), None);
        let failed = |code| ended(RowState::Failed { at }, Some(code));
        assert_eq!(
            next(&tried, failed(84074), Kind::Resigned, 0),
            Some(id("bob"))
        );
        assert_eq!(next(&tried, failed(40130), Kind::Resigned, 0), None);
        let gone = ended(RowState::NoRelation { at }, None);
        assert_eq!(next(&tried, gone, Kind::Resigned, 0), None);
        tried.insert(id("bob"));
        assert_eq!(next(&tried, refused, Kind::Resigned, 0), Some(id("cat")));
        tried.insert(id("cat"));
        assert_eq!(next(&tried, refused, Kind::Resigned, 0), None);
    }
}
