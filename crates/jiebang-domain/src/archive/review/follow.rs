//! What became of what was found (处置), and whether it was found less often since (事后).
//!
//! A finding is handled by a measure. Whether that helped is told by the conversation days of the
//! member that were reviewed: those up to the day of the finding against those behind the day on
//! which it was handled. Days between are neither: nobody knew.

use super::Category;
use crate::time::BeijingDay;

/// Days up to the finding that are looked at, the day itself included.
pub const LOOK_BACK: i64 = 90;
/// Days behind the finding that are looked at.
pub const LOOK_AHEAD: i64 = 365;

/// What was done about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Measure {
    /// 谈话提醒.
    Talk,
    /// 培训.
    Training,
    /// 书面警告.
    Warning,
    /// 移交: somebody else decides (personnel, legal).
    Referral,
    /// 无需处理: looked at, and nothing needs to be done.
    Nothing,
}

impl Measure {
    pub const ALL: [Self; 5] = [
        Self::Talk,
        Self::Training,
        Self::Warning,
        Self::Referral,
        Self::Nothing,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Talk => "talk",
            Self::Training => "training",
            Self::Warning => "warning",
            Self::Referral => "referral",
            Self::Nothing => "nothing",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// A conversation day of the member that was reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reviewed {
    pub day: BeijingDay,
    /// What was found, if anything was.
    pub found: Option<Category>,
}

/// Conversation days that were reviewed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Course {
    pub reviewed: u64,
    /// Whatever was found.
    pub flagged: u64,
    /// Found as in the finding.
    pub again: u64,
}

impl Course {
    fn count(&mut self, one: Reviewed, category: Category) {
        self.reviewed += 1;
        self.flagged += u64::from(one.found.is_some());
        self.again += u64::from(one.found == Some(category));
    }
}

/// How a member went on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FollowUp {
    /// Of [`LOOK_BACK`] days up to the finding.
    pub before: Course,
    /// Behind the day it was handled on, up to [`LOOK_AHEAD`] days from the finding; nothing while it
    /// is not handled.
    pub since: Course,
}

/// Counts a member's reviewed conversation days before and since a finding of this category.
#[must_use]
pub fn follow_up(
    category: Category,
    found_on: BeijingDay,
    handled_on: Option<BeijingDay>,
    reviewed: impl IntoIterator<Item = Reviewed>,
) -> FollowUp {
    let mut told = FollowUp::default();
    for one in reviewed {
        let back = found_on.days() - one.day.days();
        if (0..LOOK_BACK).contains(&back) {
            told.before.count(one, category);
        } else if back >= -LOOK_AHEAD
            && handled_on.is_some_and(|handled| handled < one.day && found_on < one.day)
        {
            told.since.count(one, category);
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> BeijingDay {
        BeijingDay::parse(text).unwrap()
    }

    #[test]
    fn s46_days_count_before_the_finding_and_behind_its_handling() {
        let found = |text: &str, found| Reviewed {
            day: day(text),
            found,
        };
        let (claim, other) = (Some(Category::Claim), Some(Category::Other));
        let days = [
            found("2025-12-02", claim), // longer ago
            found("2025-12-03", claim),
            found("2026-02-01", None),
            found("2026-03-02", claim), // the finding
            found("2026-03-03", claim), // nobody knew
            found("2026-03-05", other), // the day of the talk
            found("2026-03-06", other),
            found("2026-04-01", claim),
            found("2027-01-01", None),
            found("2027-03-03", claim), // a year is over
        ];
        let told = |handled: Option<&str>| {
            let handled = handled.map(day);
            follow_up(Category::Claim, day("2026-03-02"), handled, days)
        };
        let of = |reviewed, flagged, again| Course {
            reviewed,
            flagged,
            again,
        };
        let before = of(3, 2, 2);
        let since = of(3, 2, 1);
        assert_eq!(told(Some("2026-03-05")), FollowUp { before, since });
        let since = Course::default();
        assert_eq!(told(None), FollowUp { before, since });
        // Whoever is handled on the day of the finding is followed from the next day on.
        assert_eq!(told(Some("2026-03-02")).since, of(5, 4, 2));
    }
}
