//! Remark, description, phones and tags of the leaver's relation, written again for the
//! successor. Whether WeCom moves them is not documented, so what is missing is computed from
//! what the successor has after the takeover, written, and read again.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::customer::FollowRecord;
use crate::id::TagId;

/// What is to be written for the successor. `None` and empty: nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    pub remark: Option<String>,
    pub description: Option<String>,
    pub remark_company: Option<String>,
    pub remark_mobiles: Option<Vec<String>>,
    pub tags: BTreeSet<TagId>,
}

impl Missing {
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    #[must_use]
    pub const fn has_remark_part(&self) -> bool {
        self.remark.is_some()
            || self.description.is_some()
            || self.remark_company.is_some()
            || self.remark_mobiles.is_some()
    }
}

/// What the successor lacks of what the leaver had. Where the successor knew the customer before
/// (`knew_before`), its own words stay and only what it has left empty is filled.
#[must_use]
pub fn missing(leaver: &FollowRecord, successor: &FollowRecord, knew_before: bool) -> Missing {
    let text = |from: &String, to: &String| {
        let wanted = !from.is_empty() && from != to && (!knew_before || to.is_empty());
        wanted.then(|| from.clone())
    };
    let phones: Vec<String> = leaver
        .remark_mobiles
        .iter()
        .filter(|phone| !phone.is_empty())
        .cloned()
        .collect();
    let lacks_phone = phones
        .iter()
        .any(|phone| !successor.remark_mobiles.contains(phone));
    // The call replaces all phones, so the successor's own are sent along.
    let mut all = successor.remark_mobiles.clone();
    all.extend(
        phones
            .iter()
            .filter(|phone| !successor.remark_mobiles.contains(phone))
            .cloned(),
    );
    Missing {
        remark: text(&leaver.remark, &successor.remark),
        description: text(&leaver.description, &successor.description),
        remark_company: text(&leaver.remark_company, &successor.remark_company),
        remark_mobiles: lacks_phone.then_some(all),
        tags: leaver.tags.difference(&successor.tags).cloned().collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record() -> impl Strategy<Value = FollowRecord> {
        (
            "[a-c]{0,2}",
            "[a-c]{0,2}",
            "[a-c]{0,2}",
            proptest::collection::vec("[12]{1,2}", 0..3),
            proptest::collection::btree_set("et[a-d]", 0..4),
        )
            .prop_map(
                |(remark, description, remark_company, remark_mobiles, tags)| FollowRecord {
                    remark,
                    description,
                    remark_company,
                    remark_mobiles,
                    tags: tags
                        .into_iter()
                        .map(|tag| TagId::parse(tag).unwrap())
                        .collect(),
                    personal_tags: BTreeSet::new(),
                },
            )
    }

    /// What WeCom does with the calls that `missing` leads to.
    fn written(mut to: FollowRecord, missing: &Missing) -> FollowRecord {
        if let Some(remark) = &missing.remark {
            to.remark.clone_from(remark);
        }
        if let Some(description) = &missing.description {
            to.description.clone_from(description);
        }
        if let Some(company) = &missing.remark_company {
            to.remark_company.clone_from(company);
        }
        if let Some(mobiles) = &missing.remark_mobiles {
            to.remark_mobiles.clone_from(mobiles);
        }
        to.tags.extend(missing.tags.iter().cloned());
        to
    }

    proptest! {
        #[test]
        fn s33_after_writing_nothing_is_missing(
            leaver in record(), successor in record(), knew_before in any::<bool>(),
        ) {
            let after = written(successor.clone(), &missing(&leaver, &successor, knew_before));
            prop_assert!(missing(&leaver, &after, knew_before).is_nothing());
            prop_assert!(leaver.tags.is_subset(&after.tags));
            prop_assert!(leaver.remark_mobiles.iter().all(|p| after.remark_mobiles.contains(p)));
            prop_assert!(successor.remark_mobiles.iter().all(|p| after.remark_mobiles.contains(p)));
            if knew_before && !successor.remark.is_empty() {
                prop_assert_eq!(&after.remark, &successor.remark);
            }
            if !knew_before && !leaver.remark.is_empty() {
                prop_assert_eq!(&after.remark, &leaver.remark);
            }
        }
    }
}
