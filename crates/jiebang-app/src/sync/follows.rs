//! What to believe of a relation when a list, an event and the store say different things.
//!
//! The list keeps a customer who has deleted the member: the relation is one-way then, and a
//! transfer will probably be refused (sections 3.1 and 4.2 of the reference). Right after a
//! deletion it may also still hold what an event has ended. So an ending told by an event stands
//! unless the list shows that the relation was made anew after it.

use jiebang_domain::time::{MINUTE, Timestamp};
use jiebang_store::customer::{EndReason, Follow};

/// How long a list may lag behind an event, in seconds. Not documented; generous.
const LAG: i64 = 5 * MINUTE;

/// Where a row was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// `batch/get_by_user`, which does not tell personal tags.
    List,
    /// `externalcontact/get`.
    Detail,
}

/// The row to be stored for what was read, given what is stored.
#[must_use]
pub fn settled(
    before: Option<&Follow>,
    mut read: Follow,
    source: Source,
    now: Timestamp,
) -> Follow {
    let Some(before) = before else { return read };
    if source == Source::List {
        read.personal_tags.clone_from(&before.personal_tags);
    }
    if let (Some(ended_at), Some(reason)) = (before.ended_at, before.end_reason.as_deref()) {
        let made_anew = read.added_at >= ended_at || read.added_at > before.added_at;
        let one_way = reason == EndReason::DeletedByCustomer.as_str();
        let lags = reason != EndReason::GoneFromList.as_str() && now.seconds() - ended_at < LAG;
        if !made_anew && (one_way || lags) {
            read.ended_at = Some(ended_at);
            read.end_reason = Some(reason.to_owned());
        }
    }
    read
}

/// Whether an event that a relation ended at `at` is about the relation as it is stored, not
/// about one before it: events come late and out of order.
#[must_use]
pub fn ends(stored: &Follow, at: Timestamp) -> bool {
    stored.ended_at.is_none() && stored.added_at <= at.seconds()
}

/// Whether what a successor should find again has changed.
#[must_use]
pub fn differs(before: &Follow, after: &Follow) -> bool {
    before.remark != after.remark
        || before.description != after.description
        || before.remark_company != after.remark_company
        || before.remark_mobiles != after.remark_mobiles
        || before.tags != after.tags
}

#[cfg(test)]
mod tests {
    use jiebang_store::entity::Texts;

    use super::*;

    fn row(added_at: i64, ended: Option<(i64, EndReason)>) -> Follow {
        Follow {
            corp_id: "ww1".to_owned(),
            userid: "amy".to_owned(),
            external_userid: "wmA".to_owned(),
            remark: String::new(),
            description: String::new(),
            remark_company: String::new(),
            remark_mobiles: Texts::default(),
            add_way: 1,
            oper_userid: String::new(),
            state: String::new(),
            added_at,
            tags: Texts::default(),
            personal_tags: Texts(vec!["mine".to_owned()]),
            seen_run: 1,
            seen_at: 1,
            ended_at: ended.map(|(at, _)| at),
            end_reason: ended.map(|(_, reason)| reason.as_str().to_owned()),
        }
    }

    fn ended_after(before: &Follow, added_at: i64, now: i64) -> Option<i64> {
        let now = Timestamp::from_seconds(now);
        settled(Some(before), row(added_at, None), Source::List, now).ended_at
    }

    #[test]
    fn a_customer_who_deleted_the_member_stays_in_the_list_and_stays_ended() {
        let before = row(100, Some((500, EndReason::DeletedByCustomer)));
        assert_eq!(ended_after(&before, 100, 1_000_000), Some(500));
        assert_eq!(ended_after(&before, 600, 1_000_000), None, "added again");
    }

    #[test]
    fn a_list_that_lags_does_not_bring_a_relation_back() {
        let before = row(100, Some((500, EndReason::DeletedByMember)));
        assert_eq!(ended_after(&before, 100, 510), Some(500));
        assert_eq!(
            ended_after(&before, 100, 500 + LAG),
            None,
            "the list has caught up"
        );
        let unexplained = row(100, Some((500, EndReason::GoneFromList)));
        assert_eq!(ended_after(&unexplained, 100, 510), None);
    }

    #[test]
    fn an_old_deletion_does_not_end_a_newer_relation() {
        assert!(!ends(&row(600, None), Timestamp::from_seconds(500)));
        assert!(ends(&row(100, None), Timestamp::from_seconds(500)));
    }

    #[test]
    fn personal_tags_survive_a_list_that_does_not_tell_them() {
        let before = row(100, None);
        let mut read = row(100, None);
        read.personal_tags = Texts::default();
        let now = Timestamp::from_seconds(1000);
        let kept = settled(Some(&before), read.clone(), Source::List, now);
        assert_eq!(kept.personal_tags.0, ["mine"]);
        assert!(
            settled(Some(&before), read, Source::Detail, now)
                .personal_tags
                .is_empty()
        );
    }
}
