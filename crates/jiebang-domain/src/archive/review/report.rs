//! What spot checks covered, what they found, and how fast they went.

use std::collections::{BTreeMap, BTreeSet};

use super::{Category, ItemState, LEASE, Verdict};
use crate::time::Timestamp;

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// An item as far as it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    pub state: ItemState,
    pub members: BTreeSet<String>,
    pub messages: u64,
}

/// How many items stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub sampled: u64,
    /// Not decided: open or with a reviewer.
    pub open: u64,
    pub passed: u64,
    pub flagged: u64,
    pub skipped: u64,
    pub gone: u64,
}

impl Tally {
    /// Passed or flagged.
    #[must_use]
    pub const fn reviewed(&self) -> u64 {
        self.passed + self.flagged
    }

    pub fn count(&mut self, state: &ItemState) {
        self.sampled += 1;
        *match state {
            ItemState::Open | ItemState::Claimed { .. } => &mut self.open,
            ItemState::Gone { .. } => &mut self.gone,
            ItemState::Closed { verdict, .. } => match verdict {
                Verdict::Passed => &mut self.passed,
                Verdict::Flagged(_) => &mut self.flagged,
                Verdict::Skipped => &mut self.skipped,
            },
        } += 1;
    }
}

/// A share of the reviewed, with the 95 % interval of E. B. Wilson (Journal of the American
/// Statistical Association 22, 1927): where the share of the population lies, if the reviewed are
/// a simple random sample of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    pub share: f64,
    pub low: f64,
    pub high: f64,
}

impl Rate {
    /// `None` where nothing was reviewed.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn of(flagged: u64, reviewed: u64) -> Option<Self> {
        if reviewed == 0 {
            return None;
        }
        let (n, share) = (reviewed as f64, flagged as f64 / reviewed as f64);
        let z2 = Z * Z;
        let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = Z / (1.0 + z2 / n) * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
        Some(Self {
            share,
            low: if flagged == 0 { 0.0 } else { middle - half },
            high: if flagged == reviewed {
                1.0
            } else {
                middle + half
            },
        })
    }
}

/// What was looked at of one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberLine {
    pub userid: String,
    /// Conversation days in which the member takes part.
    pub population: u64,
    pub sampled: u64,
    pub reviewed: u64,
    pub flagged: u64,
}

/// How a reviewer went on. Passed and flagged items count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewerLine {
    pub by: String,
    pub items: u64,
    pub messages: u64,
    /// Seconds from when each item was handed out to what was said of it: 1 at least, [`LEASE`]
    /// at most.
    pub active_seconds: u64,
    /// The middle one of those, the lower of two.
    pub median_seconds: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CategoryLine {
    pub category: Category,
    pub items: u64,
}

/// Everything that is counted of one sample, or of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub population: u64,
    pub tally: Tally,
    /// The least looked at first.
    pub members: Vec<MemberLine>,
    /// By name of the reviewer.
    pub reviewers: Vec<ReviewerLine>,
    /// The most frequent first.
    pub categories: Vec<CategoryLine>,
}

/// Counts the items of a population of so many conversation days, of which so many were each
/// member's.
#[must_use]
pub fn report<'a>(
    population: u64,
    of_members: BTreeMap<String, u64>,
    items: impl IntoIterator<Item = &'a Checked>,
) -> Report {
    let mut tally = Tally::default();
    let blank = |userid: &str, population| MemberLine {
        userid: userid.to_owned(),
        population,
        sampled: 0,
        reviewed: 0,
        flagged: 0,
    };
    let mut members: BTreeMap<String, MemberLine> = of_members
        .into_iter()
        .map(|(userid, population)| (userid.clone(), blank(&userid, population)))
        .collect();
    let mut spans: BTreeMap<&str, (u64, Vec<u64>)> = BTreeMap::new();
    let mut categories: BTreeMap<Category, u64> = BTreeMap::new();
    for item in items {
        tally.count(&item.state);
        let reviewed = reviewed(&item.state);
        let is_flagged = matches!(reviewed, Some((Verdict::Flagged(_), ..)));
        for userid in &item.members {
            let line = members.entry(userid.clone());
            let line = line.or_insert_with(|| blank(userid, 0));
            line.sampled += 1;
            line.reviewed += u64::from(reviewed.is_some());
            line.flagged += u64::from(is_flagged);
        }
        if let Some((verdict, by, seconds)) = reviewed {
            let (messages, of_reviewer) = spans.entry(by).or_default();
            *messages += item.messages;
            of_reviewer.push(seconds);
            if let Verdict::Flagged(category) = verdict {
                *categories.entry(category).or_default() += 1;
            }
        }
    }
    let mut members: Vec<MemberLine> = members.into_values().collect();
    members.sort_by(|a, b| {
        let key = |line: &MemberLine| (line.reviewed, u64::MAX - line.population);
        key(a).cmp(&key(b)).then_with(|| a.userid.cmp(&b.userid))
    });
    let mut categories: Vec<CategoryLine> = categories
        .into_iter()
        .map(|(category, items)| CategoryLine { category, items })
        .collect();
    categories.sort_by_key(|line| (u64::MAX - line.items, line.category));
    Report {
        population,
        tally,
        members,
        reviewers: spans.into_iter().map(reviewer).collect(),
        categories,
    }
}

/// What was found, by whom, and in how many seconds.
fn reviewed(state: &ItemState) -> Option<(Verdict, &str, u64)> {
    match state {
        ItemState::Closed {
            verdict: verdict @ (Verdict::Passed | Verdict::Flagged(_)),
            by,
            since,
            at,
        } => Some((*verdict, by, active(*since, *at))),
        _ => None,
    }
}

fn active(since: Timestamp, at: Timestamp) -> u64 {
    at.since(since).clamp(1, LEASE).cast_unsigned()
}

fn reviewer((by, (messages, mut spans)): (&str, (u64, Vec<u64>))) -> ReviewerLine {
    spans.sort_unstable();
    let middle = spans.len().saturating_sub(1) / 2;
    ReviewerLine {
        by: by.to_owned(),
        items: spans.len() as u64,
        messages,
        active_seconds: spans.iter().sum(),
        median_seconds: spans.get(middle).copied().unwrap_or_default(),
    }
}
