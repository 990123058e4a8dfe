//! What would be lost if a member left today, and how well it is written down.
//!
//! The hygiene score is what a successor finds of the average customer, out of 100: 30 for a
//! remark, 30 for a description, 30 for a corp tag, 10 for a phone number. Invariant: it falls
//! whenever one of these is blanked for any customer, and nothing that is blanked makes it rise.

use serde::{Deserialize, Serialize};

/// What each part of the record is worth of 100.
pub const REMARK: u64 = 30;
pub const NOTE: u64 = 30;
pub const TAG: u64 = 30;
pub const PHONE: u64 = 10;

/// How many of a member's customers have what written down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    pub customers: u64,
    pub remark: u64,
    /// A description.
    pub note: u64,
    /// At least one corp tag.
    pub tag: u64,
    pub phone: u64,
}

impl Written {
    /// The hygiene score, 0 to 100; `None` without customers.
    #[must_use]
    pub fn score(&self) -> Option<f64> {
        if self.customers == 0 {
            return None;
        }
        let points = REMARK * self.remark + NOTE * self.note + TAG * self.tag + PHONE * self.phone;
        #[expect(
            clippy::cast_precision_loss,
            reason = "nobody has 2^45 customers; below that the division is exact enough"
        )]
        let score = points as f64 / self.customers as f64;
        Some(score)
    }
}

/// What a member holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposure {
    pub written: Written,
    /// Groups the member owns that are not dismissed.
    pub groups: u64,
    /// Customers that no other member who is in the corp follows.
    pub single_owner: u64,
    /// Customers with neither a remark nor a corp tag.
    pub undocumented: u64,
}

impl Exposure {
    /// Whether anything would need a successor.
    #[must_use]
    pub const fn is_anything(&self) -> bool {
        self.written.customers > 0 || self.groups > 0
    }

    /// By which members are ranked: who would take the most out of everybody's sight first.
    #[must_use]
    pub const fn rank(&self) -> (u64, u64, u64) {
        (self.single_owner, self.written.customers, self.groups)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One customer's record: remark, note, tag, phone.
    type Record = [bool; 4];

    fn written(records: &[Record]) -> Written {
        let count = |part: usize| records.iter().filter(|record| record[part]).count() as u64;
        Written {
            customers: records.len() as u64,
            remark: count(0),
            note: count(1),
            tag: count(2),
            phone: count(3),
        }
    }

    proptest! {
        #[test]
        fn s31_the_score_falls_when_a_field_is_blanked(
            records in prop::collection::vec(any::<Record>(), 1..200),
            customer: prop::sample::Index,
            part in 0_usize..4,
        ) {
            let before = written(&records).score().unwrap();
            prop_assert!((0.0..=100.0).contains(&before));
            let mut blanked = records;
            let field = &mut customer.get_mut(&mut blanked)[part];
            let was_there = std::mem::replace(field, false);
            let after = written(&blanked).score().unwrap();
            prop_assert_eq!(after < before, was_there, "{} to {}", before, after);
            prop_assert!(after <= before);
        }
    }

    #[test]
    fn s31_everything_written_down_is_a_hundred_and_nothing_is_zero() {
        assert_eq!(written(&[[true; 4]; 3]).score(), Some(100.0));
        assert_eq!(written(&[[false; 4]; 3]).score(), Some(0.0));
        assert_eq!(written(&[[true, false, true, false]]).score(), Some(60.0));
        assert_eq!(written(&[]).score(), None);
    }
}
