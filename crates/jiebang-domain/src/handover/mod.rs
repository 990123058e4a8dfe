//! Handover (离职继承, 在职继承): who takes over whom, what will happen, what happened.
//!
//! The order of things: [`request`] says what is wanted, [`plan`] gives every customer and group
//! a successor, [`predict`] says beforehand what the platform will answer, [`row`] is the state
//! machine each of them goes through, [`answer`] reads the platform's codes, [`evidence`] turns
//! the platform's result pages into facts about one attempt, [`schedule`] says when to ask
//! again, [`approval`] which rows need a second look, [`carry`] what of the relation is to be
//! written for the successor, [`message`] what the customers of somebody employed are told.

pub mod affinity;
pub mod answer;
pub mod approval;
pub mod assign;
pub mod carry;
pub mod evidence;
pub mod message;
pub mod plan;
pub mod predict;
pub mod request;
pub mod row;
pub mod schedule;
pub mod team;

use serde::{Deserialize, Serialize};

/// Which of WeCom's two families of transfer calls a handover uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 离职继承: the member has left.
    Resigned,
    /// 在职继承: the member is still employed.
    InService,
}

impl Kind {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resigned => "resigned",
            Self::InService => "in_service",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Resigned, Self::InService]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// What a row hands over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Customer,
    Group,
}

impl Subject {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Group => "group",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Customer, Self::Group]
            .into_iter()
            .find(|subject| subject.as_str() == text)
    }
}

/// Most ids WeCom takes in one transfer call, of customers and of groups.
pub const BATCH: usize = 100;
/// Most groups that may be handed over from one person on one natural day.
pub const GROUPS_A_DAY: usize = 300;
/// Longest `transfer_success_msg`, in characters.
pub const MAX_MESSAGE_CHARS: usize = 200;
/// Longest remark for the successors kept here, in characters.
pub const MAX_NOTE_CHARS: usize = 500;
