//! How well a successor fits a customer: a sum of factors, each of which can be shown.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::request::CustomerSubject;
use super::team::Teammate;

macro_rules! factors {
    ($($(#[$doc:meta])* $variant:ident => $name:literal, $points:literal;)*) => {
        /// Why a successor fits. The names are part of the API and the catalogue.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Factor { $($(#[$doc])* $variant,)* }

        impl Factor {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Points the factor adds to a score.
            #[must_use]
            pub const fn points(self) -> i32 {
                match self { $(Self::$variant => $points,)* }
            }
        }
    };
}

factors! {
    /// Has the customer already.
    Follows => "follows", 60;
    /// Had the customer before.
    ServedBefore => "served_before", 30;
    /// Is in a group with the customer.
    SharedGroup => "shared_group", 15;
    /// Is in several groups with the customer.
    SharedGroups => "shared_groups", 25;
    /// Works in the customer's region.
    Region => "region", 20;
    /// Knows the customer's type of business or product.
    Business => "business", 15;
    /// Speaks the customer's language, which is the field `language` of its profile.
    Language => "language", 10;
}

/// The field of a customer's profile that holds its language.
pub const LANGUAGE_FIELD: &str = "language";

/// What one member and one customer have had to do with each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tie {
    pub follows: bool,
    pub served_before: bool,
    /// Groups both are in.
    pub shared_groups: u32,
}

/// The factors that hold for this pair, in the order of [`Factor::ALL`].
pub fn factors(
    mate: &Teammate,
    customer: &CustomerSubject,
    tie: Tie,
) -> impl Iterator<Item = Factor> {
    let is_in = |set: &BTreeSet<String>, value: Option<&String>| {
        value.is_some_and(|value| set.contains(value))
    };
    let profile = &mate.profile;
    let holds = move |factor: Factor| match factor {
        Factor::Follows => tie.follows,
        Factor::ServedBefore => tie.served_before && !tie.follows,
        Factor::SharedGroup => tie.shared_groups == 1,
        Factor::SharedGroups => tie.shared_groups > 1,
        Factor::Region => is_in(&profile.regions, customer.region.as_ref()),
        Factor::Business => is_in(&profile.business, customer.business.as_ref()),
        Factor::Language => is_in(
            &profile.languages,
            customer.profile.fields.get(LANGUAGE_FIELD),
        ),
    };
    Factor::ALL
        .iter()
        .copied()
        .filter(move |factor| holds(*factor))
}

/// The score that `factors` add up to, in points.
pub fn score(factors: impl IntoIterator<Item = Factor>) -> i32 {
    factors.into_iter().map(Factor::points).sum()
}
