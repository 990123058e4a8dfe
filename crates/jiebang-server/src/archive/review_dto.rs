//! Spot checks in the API. Days are civil days in Beijing, `2026-01-31`; moments are Unix seconds;
//! ids of conversations are texts.

use jiebang_app::archive::review as app;
use jiebang_domain::archive::conversation::{Channel, Kind};
use jiebang_domain::archive::review as domain;
use jiebang_domain::archive::review::{Category, ItemState, Measure, Method, Verdict};
use jiebang_domain::id::UserId;
use jiebang_domain::time::BeijingDay;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::names::{
    ChannelName, ConversationKind, ReviewCategory, ReviewItemState, ReviewMeasure, ReviewVerdict,
};
use crate::problem::Problem;

/// Which conversation days are drawn from; what is absent does not narrow.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReviewFilter {
    /// Userid of a member who takes part.
    pub staff: Option<String>,
    /// Id of a department of which, or of one below, a member takes part.
    pub department: Option<i64>,
    pub kind: Option<ConversationKind>,
    pub channel: Option<ChannelName>,
    /// Days with a message of this type (WeCom's msgtype).
    #[schema(max_length = 60)]
    pub message_kind: Option<String>,
    /// Days on which something was sent that was recalled.
    pub recalled: bool,
}

/// How many are drawn: exactly one of these.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReviewMethod {
    /// Simple random: so many conversation days.
    #[schema(minimum = 1, maximum = 5000)]
    pub count: Option<u32>,
    /// Simple random: this share in percent, to two places, rounded up to whole conversation days.
    #[schema(minimum = 0.01, maximum = 100.0)]
    pub percent: Option<f64>,
    /// So many of each member's, or all where there are fewer.
    #[schema(minimum = 1, maximum = 1000)]
    pub per_member: Option<u32>,
}

/// What a sample is to be drawn of.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewInput {
    #[schema(max_length = 80)]
    pub name: String,
    /// With the name the reason for which its conversations are read.
    #[serde(default)]
    #[schema(max_length = 400)]
    pub purpose: String,
    pub first_day: String,
    /// In the period as well.
    pub last_day: String,
    #[serde(default)]
    pub filter: ReviewFilter,
    pub method: ReviewMethod,
    /// Drawn at random unless given.
    #[serde(default)]
    #[schema(max_length = 64)]
    pub seed: Option<String>,
}

/// A civil day of a request.
///
/// # Errors
/// 422 for what is no date.
pub fn day(field: &str, text: &str) -> Result<BeijingDay, Problem> {
    BeijingDay::parse(text).ok_or_else(|| Problem::validation(field, "day"))
}

impl TryFrom<ReviewInput> for app::WantedBatch {
    type Error = Problem;
    fn try_from(input: ReviewInput) -> Result<Self, Problem> {
        Ok(Self {
            first: day("first_day", &input.first_day)?,
            last: day("last_day", &input.last_day)?,
            filter: input.filter.try_into()?,
            method: method(&input.method)?,
            name: input.name,
            purpose: input.purpose,
            seed: input.seed,
        })
    }
}

impl TryFrom<ReviewFilter> for domain::Filter {
    type Error = Problem;
    fn try_from(filter: ReviewFilter) -> Result<Self, Problem> {
        let unknown = |field: &str| Problem::validation(field, "unknown_value");
        let filled = |text: &String| !text.trim().is_empty();
        let staff = filter.staff.filter(filled).map(UserId::parse).transpose();
        let kind = match filter.kind {
            None => None,
            Some(name) => Some(Kind::parse(&name.0).ok_or_else(|| unknown("filter.kind"))?),
        };
        let channel = match filter.channel {
            None => None,
            Some(name) => Some(Channel::parse(&name.0).ok_or_else(|| unknown("filter.channel"))?),
        };
        let message_kind = filter.message_kind.filter(filled);
        if message_kind.as_ref().is_some_and(|kind| kind.len() > 60) {
            return Err(Problem::validation("filter.message_kind", "too_long"));
        }
        Ok(Self {
            staff: staff.map_err(|_| unknown("filter.staff"))?,
            department: filter.department,
            kind,
            channel,
            message_kind,
            recalled: filter.recalled,
            within: None,
        })
    }
}

impl From<domain::Filter> for ReviewFilter {
    fn from(filter: domain::Filter) -> Self {
        Self {
            staff: filter.staff.map(Into::into),
            department: filter.department,
            kind: filter
                .kind
                .map(|kind| ConversationKind::from(kind.as_str())),
            channel: filter.channel.map(|one| ChannelName::from(one.as_str())),
            message_kind: filter.message_kind,
            recalled: filter.recalled,
        }
    }
}

fn method(input: &ReviewMethod) -> Result<Method, Problem> {
    let wrong = || Problem::validation("method", "out_of_range");
    match (input.count, input.percent, input.per_member) {
        (Some(items), None, None) => Ok(Method::Count { items }),
        (None, Some(percent), None) if (0.01..=100.0).contains(&percent) => {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 1 and 10,000"
            )]
            let basis_points = (percent * 100.0).round() as u32;
            Ok(Method::Share { basis_points })
        }
        (None, None, Some(items)) => Ok(Method::PerMember { items }),
        _ => Err(wrong()),
    }
}

impl From<Method> for ReviewMethod {
    fn from(method: Method) -> Self {
        match method {
            Method::Count { items } => Self {
                count: Some(items),
                ..Self::default()
            },
            Method::Share { basis_points } => Self {
                percent: Some(f64::from(basis_points) / 100.0),
                ..Self::default()
            },
            Method::PerMember { items } => Self {
                per_member: Some(items),
                ..Self::default()
            },
        }
    }
}

/// What would be drawn.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewPlan {
    /// Conversation days to draw from.
    pub population: u64,
    /// Messages in them.
    pub messages: u64,
    /// Members who take part in them.
    pub members: u64,
    /// Conversation days that would be drawn.
    pub items: u64,
    pub items_messages: u64,
    pub items_members: u64,
    /// Give it back to draw exactly these.
    pub seed: String,
}

impl From<app::Plan> for ReviewPlan {
    fn from(plan: app::Plan) -> Self {
        Self {
            population: plan.population,
            messages: plan.messages,
            members: plan.members,
            items: plan.items,
            items_messages: plan.items_messages,
            items_members: plan.items_members,
            seed: plan.seed,
        }
    }
}

/// How many items stand where.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewTally {
    pub sampled: u64,
    /// Passed or flagged.
    pub reviewed: u64,
    /// Undecided.
    pub open: u64,
    pub passed: u64,
    pub flagged: u64,
    pub skipped: u64,
    /// Their messages expired or were erased before they were reviewed.
    pub gone: u64,
}

impl From<domain::Tally> for ReviewTally {
    fn from(tally: domain::Tally) -> Self {
        Self {
            sampled: tally.sampled,
            reviewed: tally.reviewed(),
            open: tally.open,
            passed: tally.passed,
            flagged: tally.flagged,
            skipped: tally.skipped,
            gone: tally.gone,
        }
    }
}

/// A sample, and all that is needed to draw it again.
#[derive(Debug, Serialize, ToSchema)]
pub struct Review {
    pub id: Uuid,
    pub name: String,
    pub purpose: String,
    /// Name of the account, or `account:ID`, `operator`.
    pub made_by: String,
    pub made_at: i64,
    pub first_day: String,
    pub last_day: String,
    pub filter: ReviewFilter,
    pub method: ReviewMethod,
    pub seed: String,
    pub population: u64,
    /// SHA-256 of the population's list, hex.
    pub population_sha256: String,
    pub tally: ReviewTally,
}

impl From<app::BatchView> for Review {
    fn from(view: app::BatchView) -> Self {
        Self {
            id: view.id,
            name: view.name,
            purpose: view.purpose,
            made_by: view.made_by_name.unwrap_or(view.made_by),
            made_at: view.made_at,
            first_day: view.first.to_string(),
            last_day: view.last.to_string(),
            filter: view.filter.into(),
            method: view.method.into(),
            seed: view.seed,
            population: view.population,
            population_sha256: view.population_sha256,
            tally: view.tally.into(),
        }
    }
}

/// A member by id and name.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewMember {
    pub userid: String,
    /// Empty if nobody is known by that id.
    pub name: String,
}

/// A conversation day of a sample.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewItem {
    /// From 1, in the order of the draw.
    pub number: i32,
    pub conversation: String,
    pub day: String,
    /// At the time of the draw.
    pub messages: u64,
    pub members: Vec<ReviewMember>,
    /// The group's name; empty for two people, and where it is not known.
    pub group: String,
    /// The others who take part, as of now and the first 20.
    pub others: Vec<ReviewOther>,
    pub state: ReviewItemState,
    /// Name of the account that has it or closed it.
    pub reviewer: Option<String>,
    /// Until when it is kept for its reviewer.
    pub until: Option<i64>,
    pub closed_at: Option<i64>,
    pub category: Option<ReviewCategory>,
    /// Empty without one, and where it was erased with its conversation.
    pub note: String,
    /// Whether a message of it can still be read.
    pub is_there: bool,
    /// Whether one takes part, and so must not judge it.
    pub is_own: bool,
    /// Absent while nothing was done about what was found.
    pub handling: Option<ReviewHandling>,
}

/// Somebody who takes part and is no member.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewOther {
    pub id: String,
    /// Empty if nobody is known by that id.
    pub name: String,
}

/// What was done about what was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewHandling {
    pub measure: ReviewMeasure,
    /// Name of the account, or `account:ID`, `operator`.
    pub by: String,
    pub at: i64,
    /// Empty without one, and where it was erased with its conversation.
    pub note: String,
}

impl From<app::HandlingView> for ReviewHandling {
    fn from(view: app::HandlingView) -> Self {
        Self {
            measure: view.measure.as_str().into(),
            by: view.by_name.unwrap_or(view.by),
            at: view.at,
            note: view.note,
        }
    }
}

/// What is done about what was found.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewHandlingInput {
    pub measure: ReviewMeasure,
    #[serde(default)]
    #[schema(max_length = 500)]
    pub note: String,
}

impl ReviewHandlingInput {
    /// # Errors
    /// 422 for an unknown word.
    pub fn measure(&self) -> Result<Measure, Problem> {
        let unknown = || Problem::validation("measure", "unknown_value");
        Measure::parse(&self.measure.0).ok_or_else(unknown)
    }
}

/// Conversation days that were reviewed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewedDays {
    pub reviewed: u64,
    /// Whatever was found.
    pub flagged: u64,
    /// Found as in the finding.
    pub again: u64,
}

impl From<domain::Course> for ReviewedDays {
    fn from(course: domain::Course) -> Self {
        Self {
            reviewed: course.reviewed,
            flagged: course.flagged,
            again: course.again,
        }
    }
}

/// How a member went on.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewMemberCourse {
    pub userid: String,
    /// Empty if nobody is known by that id.
    pub name: String,
    /// Of 90 days up to the finding, its day included.
    pub before: ReviewedDays,
    /// Behind the day it was handled on; nothing while it is not.
    pub since: ReviewedDays,
}

/// The way of a finding: by which sample it came, what was found, what was done, and how it went
/// on.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewCourse {
    pub review: Review,
    pub item: ReviewItem,
    pub members: Vec<ReviewMemberCourse>,
}

impl From<app::CourseView> for ReviewCourse {
    fn from(view: app::CourseView) -> Self {
        let members = view
            .members
            .into_iter()
            .map(|(userid, name, told)| ReviewMemberCourse {
                userid,
                name,
                before: told.before.into(),
                since: told.since.into(),
            });
        Self {
            members: members.collect(),
            review: view.batch.into(),
            item: view.item.into(),
        }
    }
}

impl From<app::ItemView> for ReviewItem {
    fn from(view: app::ItemView) -> Self {
        let (by, until, closed_at) = match &view.state {
            ItemState::Open => (None, None, None),
            ItemState::Claimed { by, until, .. } => (Some(by.clone()), Some(until.seconds()), None),
            ItemState::Closed { by, at, .. } => (Some(by.clone()), None, Some(at.seconds())),
            ItemState::Gone { at } => (None, None, Some(at.seconds())),
        };
        let named = |(userid, name)| ReviewMember { userid, name };
        let others = view.others.into_iter();
        let others = others.map(|(id, name)| ReviewOther { id, name });
        Self {
            number: view.number,
            conversation: view.conversation.to_string(),
            day: view.day.to_string(),
            messages: view.messages,
            members: view.members.into_iter().map(named).collect(),
            group: view.group,
            others: others.collect(),
            category: app::category_of(&view.state).map(|one| one.as_str().into()),
            state: ReviewItemState::from(view.state.as_str()),
            reviewer: view.reviewer_name.or(by),
            until,
            closed_at,
            note: view.note,
            is_there: view.is_there,
            is_own: view.is_own,
            handling: view.handling.map(Into::into),
        }
    }
}

/// The item that is handed out.
#[derive(Debug, Serialize, ToSchema)]
pub struct NextReviewItem {
    /// Absent when nothing is left that one could take.
    pub item: Option<ReviewItem>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReviewItemsQuery {
    pub state: Option<ReviewItemState>,
    /// Whether something was done about what was found.
    pub handled: Option<bool>,
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u64>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NextReviewItemInput {
    /// The first free one behind this number, then from the beginning; absent: the one that one
    /// has, or the first free one.
    pub after: Option<i32>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReviewMessagesQuery {
    /// `after` of the page before.
    pub after: Option<String>,
}

/// What a reviewer says of an item.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewVerdictInput {
    pub verdict: ReviewVerdict,
    /// Of what was found; with `flagged` only.
    #[serde(default)]
    pub category: Option<ReviewCategory>,
    #[serde(default)]
    #[schema(max_length = 500)]
    pub note: String,
}

impl ReviewVerdictInput {
    /// # Errors
    /// 422 for an unknown word, and for a category where there must be one or none.
    pub fn verdict(&self) -> Result<Verdict, Problem> {
        let wrong = |field: &str| Problem::validation(field, "unknown_value");
        let category = self.category.as_ref();
        match (self.verdict.0.as_str(), category) {
            ("passed", None) => Ok(Verdict::Passed),
            ("skipped", None) => Ok(Verdict::Skipped),
            ("flagged", Some(name)) => {
                let category = Category::parse(&name.0).ok_or_else(|| wrong("category"))?;
                Ok(Verdict::Flagged(category))
            }
            ("passed" | "skipped" | "flagged", _) => Err(wrong("category")),
            _ => Err(wrong("verdict")),
        }
    }
}

/// A share with its 95 % interval (Wilson), 0 to 1.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewRate {
    pub share: f64,
    pub low: f64,
    pub high: f64,
}

/// What was looked at of a member.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewMemberLine {
    pub userid: String,
    pub name: String,
    /// Conversation days in which the member takes part.
    pub population: u64,
    pub sampled: u64,
    pub reviewed: u64,
    pub flagged: u64,
}

/// How fast a reviewer was, over passed and flagged items.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewerLine {
    /// Name of the account, or `account:ID`, `operator`.
    pub reviewer: String,
    pub items: u64,
    pub messages: u64,
    /// From when each item was handed out to what was said of it, 1 to 900 seconds each.
    pub active_seconds: u64,
    pub median_seconds: u64,
    /// Per hour of active time.
    pub items_per_hour: f64,
    pub messages_per_hour: f64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewCategoryLine {
    pub category: ReviewCategory,
    pub items: u64,
}

/// What was covered, what was found, and how fast it went.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewReport {
    /// Conversation days.
    pub population: u64,
    pub tally: ReviewTally,
    /// The flagged of the reviewed; absent where that says nothing of the population.
    pub rate: Option<ReviewRate>,
    /// The least looked at first.
    pub members: Vec<ReviewMemberLine>,
    /// Of `members`, those of whom nothing was reviewed.
    pub members_unseen: u64,
    pub reviewers: Vec<ReviewerLine>,
    pub categories: Vec<ReviewCategoryLine>,
}

impl From<app::ReportView> for ReviewReport {
    fn from(view: app::ReportView) -> Self {
        let app::ReportView {
            report,
            rate,
            members: names,
            reviewers,
        } = view;
        let member = |line: domain::MemberLine| ReviewMemberLine {
            name: names.get(&line.userid).cloned().unwrap_or_default(),
            userid: line.userid,
            population: line.population,
            sampled: line.sampled,
            reviewed: line.reviewed,
            flagged: line.flagged,
        };
        let reviewer = |line: domain::ReviewerLine| ReviewerLine {
            items_per_hour: an_hour(line.items, line.active_seconds),
            messages_per_hour: an_hour(line.messages, line.active_seconds),
            reviewer: reviewers.get(&line.by).cloned().unwrap_or(line.by),
            items: line.items,
            messages: line.messages,
            active_seconds: line.active_seconds,
            median_seconds: line.median_seconds,
        };
        let category = |line: domain::CategoryLine| ReviewCategoryLine {
            category: ReviewCategory::from(line.category.as_str()),
            items: line.items,
        };
        let unseen = report.members.iter().filter(|line| line.reviewed == 0);
        Self {
            population: report.population,
            tally: report.tally.into(),
            rate: rate.map(|rate| ReviewRate {
                share: rate.share,
                low: rate.low,
                high: rate.high,
            }),
            members_unseen: unseen.count() as u64,
            members: report.members.into_iter().map(member).collect(),
            reviewers: report.reviewers.into_iter().map(reviewer).collect(),
            categories: report.categories.into_iter().map(category).collect(),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn an_hour(number: u64, seconds: u64) -> f64 {
    number as f64 * 3_600.0 / seconds.max(1) as f64
}

/// A period of civil days, both in it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReviewPeriod {
    pub first_day: String,
    pub last_day: String,
}
