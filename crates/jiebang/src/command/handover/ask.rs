//! What is asked for: arguments or a file become a [`Request`].

use std::io::Read;
use std::path::{Path, PathBuf};

use jiebang_app::App;
use jiebang_app::directory::{TagGroup, list_tags};
use jiebang_app::handover::plan::kind_for;
use jiebang_app::rule;
use jiebang_domain::access::Actor;
use jiebang_domain::handover::request::{
    Assignment, Condition, GroupChoice, RecordScope, Request, Rule, RuleSetRef, Share,
};
use jiebang_domain::handover::team::Target;
use jiebang_domain::id::{TagId, UserId};
use jiebang_domain::time::{BeijingDay, DAY, HOUR, Timestamp, civil_days};
use jiebang_server::handover::dto::HandoverInput;
use jiebang_server::handover::request_of;

use crate::out::Failure;

/// Largest request file, in bytes.
const MAX_FILE: u64 = 1 << 20;

#[derive(clap::Args)]
pub struct Args {
    /// Userid of the member whose customers and groups are handed over
    #[arg(long, value_name = "USERID", required_unless_present = "file")]
    leaver: Option<String>,
    /// Who takes them over, evenly if several
    #[arg(long, value_name = "USERID,…", value_delimiter = ',')]
    to: Vec<String>,
    /// Hand over the customers [with neither this nor --groups: both]
    #[arg(long)]
    customers: bool,
    /// Hand over the groups
    #[arg(long)]
    groups: bool,
    /// A rule, first one that holds decides: 'VIP: tag=VIP, region=北京 -> zhangsan, lisi'.
    /// Conditions: tag, not-tag, region, business, added-after, added-before (YYYY-MM-DD),
    /// add-way, last-contact-after, last-contact-before, value-min, value-max, messages-min,
    /// messages-max. Instead of userids: department=ID, skill=LEVEL or leader; add "by affinity"
    /// or "by weighted" to share otherwise than evenly
    #[arg(long = "rule", value_name = "RULE")]
    rules: Vec<String>,
    /// A saved rule set, by name or id
    #[arg(long, value_name = "NAME", conflicts_with_all = ["rules", "to"])]
    rule_set: Option<String>,
    /// Most customers that each successor gets
    #[arg(long, value_name = "NUMBER")]
    cap: Option<u32>,
    /// Who takes the groups, evenly [default: all successors]
    #[arg(long, value_name = "USERID,…", value_delimiter = ',')]
    groups_to: Vec<String>,
    /// How much of the conversation record successors may see: none, all, or a number of days
    #[arg(long, value_name = "SCOPE", default_value = "none")]
    record: String,
    /// Of that record only this type of messages (text, image, …); can be given again.
    #[arg(long, value_name = "TYPE")]
    record_kind: Vec<String>,
    /// Remark for the successors; WeCom does not see it
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
    /// Shown to the customers by WeCom; only when the member is still employed
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,
    /// The whole request as JSON, as the body of POST /api/v1/handovers; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["leaver", "to", "customers", "groups", "rules", "rule_set", "cap"])]
    file: Option<PathBuf>,
}

/// The request that was asked for.
pub async fn request(app: &App, args: Args) -> Result<Request, Failure> {
    if let Some(path) = &args.file {
        return Ok(request_of(app, &Actor::operator(), read(path)?).await?);
    }
    let leaver = member("--leaver", args.leaver.as_deref().unwrap_or_default())?;
    let to = members("--to", &args.to)?;
    let tags = if args.rules.is_empty() {
        Vec::new()
    } else {
        list_tags(app, &Actor::operator()).await?
    };
    let both = !args.customers && !args.groups;
    let (assignment, rule_set) = match &args.rule_set {
        Some(name) => {
            let (assignment, from) = saved_rules(app, name).await?;
            (assignment, Some(from))
        }
        None => (assignment(&args.rules, to, &tags)?, None),
    };
    Ok(Request {
        kind: kind_for(app, &leaver).await?,
        leaver,
        customers: (args.customers || both).then(Condition::default),
        groups: (args.groups || both).then(GroupChoice::default),
        assignment,
        groups_to: members("--groups-to", &args.groups_to)?,
        must: Vec::new(),
        must_not: Vec::new(),
        cap: args.cap,
        rule_set,
        record_scope: record_scope(&args.record)?,
        record_kinds: args.record_kind.into_iter().collect(),
        note: args.note,
        message: args.message,
    })
}

async fn saved_rules(app: &App, name: &str) -> Result<(Assignment, RuleSetRef), Failure> {
    let operator = Actor::operator();
    let all = rule::list_rule_sets(app, &operator).await?;
    let is_meant =
        |saved: &&rule::Saved| saved.content.name == name || saved.id.to_string() == name;
    let Some(found) = all.iter().find(is_meant) else {
        let names: Vec<&str> = all
            .iter()
            .map(|saved| saved.content.name.as_str())
            .collect();
        return Err(Failure::usage(format!("there is no rule set {name:?}"))
            .with_remedy(format!("There are: {}.", names.join(", "))));
    };
    Ok(rule::assignment_of(app, &operator, found.id).await?)
}

fn read(path: &Path) -> Result<HandoverInput, Failure> {
    let shown = path.display();
    let unreadable =
        |error: std::io::Error| Failure::of(&format!("{shown} cannot be read"), &error);
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin()
            .take(MAX_FILE + 1)
            .read_to_string(&mut text)
    } else {
        std::fs::File::open(path)
            .map_err(unreadable)?
            .take(MAX_FILE + 1)
            .read_to_string(&mut text)
    };
    if read.map_err(unreadable)? as u64 > MAX_FILE {
        return Err(Failure::usage(format!("{shown} is larger than 1 MB")));
    }
    serde_json::from_str(&text).map_err(|error| {
        Failure::usage(format!("{shown} is not a handover request: {error}"))
            .with_remedy("See HandoverInput in the output of `jiebang openapi`.")
    })
}

fn member(argument: &str, text: &str) -> Result<UserId, Failure> {
    let parsed = UserId::parse(text.trim().to_owned());
    parsed.map_err(|error| Failure::usage(format!("{argument}: {text:?} is not a userid: {error}")))
}

fn members(argument: &str, texts: &[String]) -> Result<Vec<UserId>, Failure> {
    texts.iter().map(|text| member(argument, text)).collect()
}

fn assignment(
    rules: &[String],
    mut to: Vec<UserId>,
    tags: &[TagGroup],
) -> Result<Assignment, Failure> {
    if !rules.is_empty() {
        let rules = rules
            .iter()
            .map(|text| rule(text, tags))
            .collect::<Result<_, _>>()?;
        let otherwise = (!to.is_empty()).then_some(to);
        return Ok(Assignment::Rules { rules, otherwise });
    }
    match to.len() {
        0 => Err(Failure::usage(
            "name the successors with --to, or rules with --rule",
        )),
        1 => Ok(Assignment::One { to: to.remove(0) }),
        _ => Ok(Assignment::Evenly { to }),
    }
}

fn record_scope(text: &str) -> Result<RecordScope, Failure> {
    match text {
        "none" => Ok(RecordScope::None),
        "all" => Ok(RecordScope::All),
        days => days
            .parse()
            .map(|days| RecordScope::Days { days })
            .map_err(|_| {
                Failure::usage(format!(
                    "--record {text:?}: say none, all or a number of days"
                ))
            }),
    }
}

/// `NAME: CONDITION, CONDITION -> USERID, USERID`.
fn rule(text: &str, tags: &[TagGroup]) -> Result<Rule, Failure> {
    let malformed = || {
        Failure::usage(format!("--rule {text:?} cannot be understood"))
            .with_remedy("Write it as: 'NAME: tag=VIP, region=北京 -> zhangsan, lisi'")
    };
    let (head, to) = text.split_once("->").ok_or_else(malformed)?;
    let (name, conditions) = head.split_once(':').ok_or_else(malformed)?;
    let mut when = Condition::default();
    for condition in conditions
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let (key, value) = condition.split_once('=').ok_or_else(malformed)?;
        apply(&mut when, key.trim(), value.trim(), tags)?;
    }
    let (to, share) = shared(to.trim());
    Ok(Rule {
        name: name.trim().to_owned(),
        when,
        to: target(to)?,
        share,
        never: Vec::new(),
    })
}

/// `zhangsan, lisi by affinity`: the target and how it shares.
fn shared(to: &str) -> (&str, Share) {
    [Share::Balanced, Share::Weighted, Share::Affinity]
        .into_iter()
        .find_map(|share| Some((to.strip_suffix(share.as_str())?, share)))
        .and_then(|(rest, share)| Some((rest.trim_end().strip_suffix(" by")?.trim_end(), share)))
        .unwrap_or((to, Share::Balanced))
}

/// Userids, `department=ID`, `skill=LEVEL` or `leader`.
fn target(text: &str) -> Result<Target, Failure> {
    let number = |key: &str, text: &str| {
        let number = text.trim().parse();
        number.map_err(|_| Failure::usage(format!("--rule {key}={text} is no number")))
    };
    if text == "leader" {
        return Ok(Target::Leader);
    }
    match text.split_once('=') {
        Some(("department", id)) => Ok(Target::Department {
            department: number("department", id)?,
        }),
        Some(("skill", level)) => Ok(Target::Skill {
            at_least: u8::try_from(number("skill", level)?).unwrap_or(u8::MAX),
            department: None,
        }),
        Some((key, _)) => Err(Failure::usage(format!("a rule cannot go to {key:?}"))
            .with_remedy("Name userids, department=ID, skill=LEVEL or leader.")),
        None => {
            let to: Vec<String> = text.split(',').map(|part| part.trim().to_owned()).collect();
            Ok(Target::Members {
                userids: members("--rule", &to)?,
            })
        }
    }
}

fn apply(when: &mut Condition, key: &str, value: &str, tags: &[TagGroup]) -> Result<(), Failure> {
    match key {
        "tag" => when.tags_any.push(tag(value, tags)?),
        "not-tag" => when.tags_none.push(tag(value, tags)?),
        "region" => when.regions.push(value.to_owned()),
        "added-after" => when.added_after = Some(day(value)?),
        "added-before" => when.added_before = Some(day(value)?),
        "business" => when.business.push(value.to_owned()),
        "last-contact-after" => when.last_contact_after = Some(day(value)?),
        "last-contact-before" => when.last_contact_before = Some(day(value)?),
        "value-min" => when.value_min = Some(whole(key, value)?),
        "value-max" => when.value_max = Some(whole(key, value)?),
        "messages-min" => when.messages_min = Some(whole(key, value)?),
        "messages-max" => when.messages_max = Some(whole(key, value)?),
        "add-way" => {
            when.add_ways.push(whole(key, value)?);
        }
        _ => {
            let known = [
                "tag",
                "not-tag",
                "region",
                "added-after",
                "added-before",
                "add-way",
                "business",
                "last-contact-after",
                "last-contact-before",
                "value-min",
                "value-max",
                "messages-min",
                "messages-max",
            ];
            return Err(Failure::usage(format!("there is no condition {key:?}"))
                .with_remedy(format!("There are: {}.", known.join(", "))));
        }
    }
    Ok(())
}

fn whole(key: &str, value: &str) -> Result<i64, Failure> {
    let number = value.parse();
    number.map_err(|_| Failure::usage(format!("{key}={value} is no number")))
}

/// A tag by its id, or by its name where only one tag has it.
fn tag(value: &str, tags: &[TagGroup]) -> Result<TagId, Failure> {
    let all = || tags.iter().flat_map(|group| &group.tags);
    let named: Vec<_> = all()
        .filter(|tag| tag.id == value || tag.name == value)
        .collect();
    match named.as_slice() {
        [one] => TagId::parse(one.id.clone()).map_err(|error| {
            Failure::failed(format!("the stored tag {value} is not valid: {error}"))
        }),
        [] => Err(Failure::usage(format!("there is no tag {value:?}"))
            .with_remedy("Run `jiebang sync` if it is new.")),
        several => {
            let ids: Vec<&str> = several.iter().map(|tag| tag.id.as_str()).collect();
            Err(Failure::usage(format!("several tags are called {value:?}"))
                .with_remedy(format!("Name one by its id: {}", ids.join(", "))))
        }
    }
}

/// Midnight in Beijing at the beginning of a date.
fn day(text: &str) -> Result<Timestamp, Failure> {
    let parts: Vec<i64> = text
        .split('-')
        .filter_map(|part| part.parse().ok())
        .collect();
    match parts.as_slice() {
        &[year @ 1970..=9999, month @ 1..=12, day @ 1..=31] => {
            let start = Timestamp::from_seconds(civil_days(year, month, day) * DAY - 8 * HOUR);
            debug_assert_eq!(BeijingDay::start(start.beijing_day()), start);
            Ok(start)
        }
        _ => Err(Failure::usage(format!(
            "{text:?} is not a date such as 2026-01-31"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use jiebang_app::directory::TagName;

    use super::*;

    fn tags() -> Vec<TagGroup> {
        let tag = |id: &str, name: &str| TagName {
            id: id.to_owned(),
            name: name.to_owned(),
        };
        vec![TagGroup {
            group_id: "etg".to_owned(),
            name: "等级".to_owned(),
            tags: vec![tag("et1", "VIP"), tag("et2", "普通"), tag("et3", "普通")],
        }]
    }

    #[test]
    fn a_rule_is_read_with_its_name_conditions_and_successors() {
        let read = rule(
            "大客户: tag=VIP, region=北京, added-after=2026-01-01 -> Zhang, li",
            &tags(),
        );
        let read = read.unwrap();
        assert_eq!(read.name, "大客户");
        assert_eq!(
            read.when.tags_any,
            [TagId::parse("et1".to_owned()).unwrap()]
        );
        assert_eq!(read.when.regions, ["北京"]);
        assert_eq!(
            read.when.added_after,
            Some(Timestamp::from_seconds(1_767_196_800))
        );
        let userids = ["zhang", "li"].map(|id| UserId::parse(id.to_owned()).unwrap());
        assert_eq!(
            read.to,
            Target::Members {
                userids: userids.into()
            }
        );
        assert_eq!(read.share, Share::Balanced);
        let read = rule("全部: -> department=3 by affinity", &tags()).unwrap();
        assert_eq!(read.to, Target::Department { department: 3 });
        assert_eq!(read.share, Share::Affinity);
        assert_eq!(rule("A: -> leader", &tags()).unwrap().to, Target::Leader);
        assert!(rule("A: -> skill=high", &tags()).is_err());
    }

    #[test]
    fn a_rule_that_cannot_be_understood_says_how_to_write_it() {
        for text in ["VIP", "VIP -> a", "VIP: tag -> a", "VIP: colour=red -> a"] {
            let failure = rule(text, &tags()).unwrap_err();
            assert_eq!(failure.status, 2, "{text}");
            assert!(failure.remedy.is_some(), "{text}");
        }
        assert!(rule("VIP: tag=none -> a", &tags()).is_err());
        let several = rule("VIP: tag=普通 -> a", &tags()).unwrap_err();
        assert!(several.remedy.unwrap().contains("et2, et3"));
        assert!(rule("VIP: added-after=1.1.2026 -> a", &tags()).is_err());
    }

    #[test]
    fn dates_are_days_in_beijing() {
        assert_eq!(day("1970-01-01").unwrap().seconds(), -8 * HOUR);
        assert_eq!(day("2000-03-01").unwrap().seconds(), 951_840_000);
        assert_eq!(day("2024-02-29").unwrap().seconds(), 1_709_136_000);
    }
}
