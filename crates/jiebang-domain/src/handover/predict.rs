//! The dry run: what the platform will answer for each row, from facts known beforehand.

use serde::{Deserialize, Serialize};

use super::schedule::group_day;
use super::{BATCH, Kind};
use crate::directory::{INHERITANCE_WINDOW, Member, MemberStatus};
use crate::time::{DAY, HOUR, Timestamp};

/// Transfers of one in-service customer or group within [`BUDGET_WINDOW`].
pub const BUDGET: u32 = 2;
pub const BUDGET_WINDOW: i64 = 90 * DAY;

macro_rules! predictions {
    ($($(#[$doc:meta])* $variant:ident => $name:literal,)*) => {
        /// What will happen to a row. The names are part of the API and the catalogue.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Prediction { $($(#[$doc])* $variant,)* }

        impl Prediction {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

predictions! {
    Fine => "fine",
    /// The successor has this customer already; it works, but no event will come.
    AlreadyContact => "already_contact",
    /// Over 300 groups a day: it waits for a later day.
    LaterDay => "later_day",
    /// The customer deleted the leaver: started, but refused after 24 h.
    CustomerDeletedLeaver => "customer_deleted_leaver",
    NoSuccessor => "no_successor",
    SamePerson => "same_person",
    SuccessorGone => "successor_gone",
    SuccessorDisabled => "successor_disabled",
    SuccessorNotActivated => "successor_not_activated",
    SuccessorNoContactFeature => "successor_no_contact_feature",
    LeaverLeftOverAYear => "leaver_left_over_a_year",
    LeaverStillEmployed => "leaver_still_employed",
    NotFollowed => "not_followed",
    InTransfer => "in_transfer",
    TransferLimit => "transfer_limit",
    /// The successor can take no more customers.
    SuccessorFull => "successor_full",
    GroupNotWaiting => "group_not_waiting",
    GroupDismissed => "group_dismissed",
}

impl Prediction {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|prediction| prediction.as_str() == text)
    }

    /// Whether the row is submitted; the rest is listed and stays.
    #[must_use]
    pub const fn is_submitted(self) -> bool {
        matches!(
            self,
            Self::Fine | Self::AlreadyContact | Self::LaterDay | Self::CustomerDeletedLeaver
        )
    }
}

/// What is known of the leaver and the moment.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    pub kind: Kind,
    pub leaver: &'a Member,
    pub now: Timestamp,
}

/// What is known of one customer beforehand.
#[derive(Debug, Clone, Copy, Default)]
pub struct CustomerFacts {
    /// The leaver follows it (in-service), or it stands in the unassigned list (resigned).
    pub followed: bool,
    pub deleted_leaver: bool,
    pub successor_follows: bool,
    /// The successor will have as many customers as it can take.
    pub no_room: bool,
    /// Another handover has a transfer of it under way.
    pub in_transfer: bool,
    /// In-service transfers started within [`BUDGET_WINDOW`].
    pub transfers: u32,
}

impl CustomerFacts {
    /// Whether the customer will stay where it is, whoever the successor.
    #[must_use]
    pub const fn stays(&self, kind: Kind) -> bool {
        let spent = matches!(kind, Kind::InService) && self.transfers >= BUDGET;
        !self.followed || self.deleted_leaver || self.in_transfer || spent
    }
}

/// What is known of one group beforehand.
#[derive(Debug, Clone, Copy, Default)]
pub struct GroupFacts {
    /// `status` of the group: 0 followed, 1 owner left, 2 inheriting, 3 inherited.
    pub status: i64,
    pub owned_by_leaver: bool,
    pub dismissed: bool,
    pub in_transfer: bool,
    pub transfers: u32,
}

fn about_people(setting: Setting<'_>, successor: Option<&Member>) -> Option<Prediction> {
    let Some(successor) = successor else {
        return Some(Prediction::SuccessorGone);
    };
    let leaver_left = setting.leaver.gone || setting.leaver.status == MemberStatus::Left;
    let over_a_year = setting
        .leaver
        .left_at
        .is_some_and(|left| setting.now.since(left) > INHERITANCE_WINDOW);
    if successor.userid == setting.leaver.userid {
        Some(Prediction::SamePerson)
    } else if successor.gone || successor.status == MemberStatus::Left {
        Some(Prediction::SuccessorGone)
    } else if successor.status == MemberStatus::NotActivated {
        Some(Prediction::SuccessorNotActivated)
    } else if successor.status == MemberStatus::Disabled {
        Some(Prediction::SuccessorDisabled)
    } else if !successor.customer_contact {
        Some(Prediction::SuccessorNoContactFeature)
    } else if setting.kind == Kind::Resigned && !leaver_left {
        Some(Prediction::LeaverStillEmployed)
    } else if setting.kind == Kind::Resigned && over_a_year {
        Some(Prediction::LeaverLeftOverAYear)
    } else {
        None
    }
}

/// What the platform will answer for a customer; `successor` is what is known of that member.
#[must_use]
pub fn predict_customer(
    setting: Setting<'_>,
    successor: Option<&Member>,
    facts: CustomerFacts,
) -> Prediction {
    if let Some(prediction) = about_people(setting, successor) {
        return prediction;
    }
    if facts.in_transfer {
        Prediction::InTransfer
    } else if !facts.followed {
        Prediction::NotFollowed
    } else if setting.kind == Kind::InService && facts.transfers >= BUDGET {
        Prediction::TransferLimit
    } else if facts.no_room && !facts.successor_follows {
        Prediction::SuccessorFull
    } else if facts.deleted_leaver {
        Prediction::CustomerDeletedLeaver
    } else if facts.successor_follows {
        Prediction::AlreadyContact
    } else {
        Prediction::Fine
    }
}

/// What the platform will answer for a group.
#[must_use]
pub fn predict_group(
    setting: Setting<'_>,
    successor: Option<&Member>,
    facts: GroupFacts,
) -> Prediction {
    if let Some(prediction) = about_people(setting, successor) {
        return prediction;
    }
    if facts.dismissed {
        Prediction::GroupDismissed
    } else if facts.in_transfer || facts.status == 2 {
        Prediction::InTransfer
    } else if !facts.owned_by_leaver || (setting.kind == Kind::Resigned && facts.status == 3) {
        Prediction::GroupNotWaiting
    } else if setting.kind == Kind::InService && facts.transfers >= BUDGET {
        Prediction::TransferLimit
    } else {
        Prediction::Fine
    }
}

/// What carrying out a plan costs and when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    /// Transfer calls needed: full batches per successor.
    pub calls: usize,
    /// Natural days over which the groups are spread.
    pub groups_days: usize,
    pub submit_done_at: Timestamp,
    /// When the last row should be decided, if nobody accepts early.
    pub finish_at: Timestamp,
}

/// Forecasts a plan with so many submitted customers for each successor, and so many groups of
/// which `groups_today` of the same person have been started today already.
#[must_use]
pub fn forecast(
    kind: Kind,
    customers: &[usize],
    groups: &[usize],
    groups_today: usize,
    now: Timestamp,
) -> Forecast {
    let calls = customers
        .iter()
        .chain(groups)
        .map(|rows| rows.div_ceil(BATCH))
        .sum();
    let groups_total: usize = groups.iter().sum();
    let groups_days = if groups_total == 0 {
        0
    } else {
        group_day(groups_total - 1, groups_today) + 1
    };
    let mut submit_done_at = now;
    for _ in 1..groups_days {
        submit_done_at = submit_done_at.beijing_day().next().start();
    }
    let customers_done = if customers.iter().any(|rows| *rows > 0) {
        now.plus(24 * HOUR)
    } else {
        now
    };
    let groups_wait = if kind == Kind::Resigned && groups_total > 0 {
        HOUR
    } else {
        0
    };
    Forecast {
        calls,
        groups_days,
        submit_done_at,
        finish_at: customers_done.max(submit_done_at.plus(groups_wait)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::UserId;

    fn member(name: &str) -> Member {
        Member {
            userid: UserId::parse(name).unwrap(),
            name: name.into(),
            departments: vec![1],
            status: MemberStatus::Active,
            customer_contact: true,
            left_at: None,
            gone: false,
        }
    }

    const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

    #[test]
    fn every_reason_not_to_submit_is_named() {
        let left = Member {
            gone: true,
            left_at: Some(NOW.plus(-DAY)),
            ..member("leaver")
        };
        let setting = Setting {
            kind: Kind::Resigned,
            leaver: &left,
            now: NOW,
        };
        let fine = CustomerFacts {
            followed: true,
            ..Default::default()
        };
        let good = member("s");
        let ask = |successor: Option<&Member>, facts| predict_customer(setting, successor, facts);
        assert_eq!(ask(Some(&good), fine), Prediction::Fine);
        assert_eq!(ask(None, fine), Prediction::SuccessorGone);
        assert_eq!(ask(Some(&member("leaver")), fine), Prediction::SamePerson);
        let inactive = Member {
            status: MemberStatus::NotActivated,
            ..member("s")
        };
        assert_eq!(
            ask(Some(&inactive), fine),
            Prediction::SuccessorNotActivated
        );
        let no_feature = Member {
            customer_contact: false,
            ..member("s")
        };
        assert_eq!(
            ask(Some(&no_feature), fine),
            Prediction::SuccessorNoContactFeature
        );
        assert_eq!(
            ask(Some(&good), CustomerFacts::default()),
            Prediction::NotFollowed
        );
        let pending = CustomerFacts {
            in_transfer: true,
            ..fine
        };
        assert_eq!(ask(Some(&good), pending), Prediction::InTransfer);
        let deleted = CustomerFacts {
            deleted_leaver: true,
            ..fine
        };
        assert_eq!(ask(Some(&good), deleted), Prediction::CustomerDeletedLeaver);
        let long_gone = Member {
            left_at: Some(NOW.plus(-366 * DAY)),
            ..left.clone()
        };
        let late = Setting {
            leaver: &long_gone,
            ..setting
        };
        assert_eq!(
            predict_customer(late, Some(&good), fine),
            Prediction::LeaverLeftOverAYear
        );
        let employed = member("leaver");
        let wrong = Setting {
            leaver: &employed,
            ..setting
        };
        assert_eq!(
            predict_customer(wrong, Some(&good), fine),
            Prediction::LeaverStillEmployed
        );
    }

    #[test]
    fn s37_the_third_transfer_within_ninety_days_is_predicted_refused() {
        let employed = member("leaver");
        let setting = Setting {
            kind: Kind::InService,
            leaver: &employed,
            now: NOW,
        };
        let facts = |transfers| CustomerFacts {
            followed: true,
            transfers,
            ..Default::default()
        };
        let good = member("s");
        assert_eq!(
            predict_customer(setting, Some(&good), facts(1)),
            Prediction::Fine
        );
        assert_eq!(
            predict_customer(setting, Some(&good), facts(2)),
            Prediction::TransferLimit
        );
    }

    #[test]
    fn the_forecast_counts_full_batches_and_days() {
        let forecast = forecast(Kind::Resigned, &[2500, 2500], &[225, 225], 0, NOW);
        assert_eq!(forecast.calls, 50 + 6);
        assert_eq!(forecast.groups_days, 2);
        assert!(forecast.finish_at >= NOW.plus(24 * HOUR));
    }
}
