//! What a leaver's waiting customers are like: tags, regions, when and how they were added.

use std::collections::BTreeMap;

use jiebang_domain::id::{CorpId, ExternalUserId, UserId};
use jiebang_domain::time::{DAY, HOUR};
use serde::Serialize;

use super::assets::{Tags, next_assets};
use crate::{App, Error};

/// Assets looked at together when they are counted.
const STEP: u64 = 1000;

#[derive(Debug, Clone, Serialize)]
pub struct TagCount {
    pub id: String,
    pub name: String,
    pub group_name: String,
    pub count: u64,
}

/// How many customers have something in common.
#[derive(Debug, Clone, Serialize)]
pub struct Count<T> {
    pub what: T,
    pub count: u64,
}

/// What waiting customers have in common.
pub(super) struct Kinds {
    pub(super) tags: Vec<TagCount>,
    pub(super) regions: Vec<Count<String>>,
    /// Months in Beijing, the earliest first.
    pub(super) months: Vec<Count<String>>,
    pub(super) add_ways: Vec<Count<i64>>,
}

/// Counts over everything that waits, a page at a time.
pub(super) async fn count_kinds(
    app: &App,
    corp: &CorpId,
    leaver: &UserId,
    has_left: bool,
) -> Result<Kinds, Error> {
    let known = Tags::read(app, corp).await?;
    let mut tags: BTreeMap<String, u64> = BTreeMap::new();
    let mut regions: BTreeMap<String, u64> = BTreeMap::new();
    let mut months: BTreeMap<String, u64> = BTreeMap::new();
    let mut add_ways: BTreeMap<i64, u64> = BTreeMap::new();
    let mut after: Option<ExternalUserId> = None;
    loop {
        let page = next_assets(app, corp, leaver, has_left, after.as_ref(), STEP).await?;
        let Some(last) = page.last() else { break };
        let last = ExternalUserId::parse(last.external_userid.as_str());
        after = Some(last.map_err(|source| Error::Malformed {
            what: "external userid",
            source,
        })?);
        for follow in page.into_iter().filter_map(|asset| asset.follow) {
            for tag in follow.tags.iter() {
                *tags.entry(tag.clone()).or_default() += 1;
            }
            if let Some(region) = known.region(&follow.tags) {
                *regions.entry(region.to_owned()).or_default() += 1;
            }
            *months.entry(month_in_beijing(follow.added_at)).or_default() += 1;
            *add_ways.entry(i64::from(follow.add_way)).or_default() += 1;
        }
    }
    let mut tags: Vec<TagCount> = tags
        .into_iter()
        .map(|(id, count)| {
            let (name, group_name) = known.names.get(&id).cloned().unwrap_or_default();
            TagCount {
                id,
                name,
                group_name,
                count,
            }
        })
        .collect();
    tags.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.id.cmp(&b.id)));
    let months = months
        .into_iter()
        .map(|(what, count)| Count { what, count })
        .collect();
    Ok(Kinds {
        tags,
        regions: ranked(regions),
        months,
        add_ways: ranked(add_ways),
    })
}

/// The most frequent first.
fn ranked<T: Ord + Clone>(counts: BTreeMap<T, u64>) -> Vec<Count<T>> {
    let mut counts: Vec<Count<T>> = counts
        .into_iter()
        .map(|(what, count)| Count { what, count })
        .collect();
    counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.what.cmp(&b.what)));
    counts
}

/// The month a moment lies in, in Beijing: days to a date as by H. Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms".
fn month_in_beijing(seconds: i64) -> String {
    let days = seconds.saturating_add(8 * HOUR).div_euclid(DAY) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_at_midnight_in_beijing() {
        // 2024-02-29 16:00 UTC is 2024-03-01 00:00 in Beijing.
        assert_eq!(month_in_beijing(1_709_222_400), "2024-03");
        assert_eq!(month_in_beijing(1_709_222_399), "2024-02");
        assert_eq!(month_in_beijing(1_704_038_400), "2024-01");
        assert_eq!(month_in_beijing(0), "1970-01");
    }
}
