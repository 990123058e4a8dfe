//! Lists: pages with an opaque cursor to the next one.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Items a page holds when the request does not say.
pub const DEFAULT_LIMIT: u64 = 50;
/// Most items of one page.
pub const MAX_LIMIT: u64 = 1000;

/// One page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Give it back as `cursor` to get the next page; absent on the last one.
    pub next_cursor: Option<String>,
    /// Items of the whole list under the same filter, where it is counted.
    pub total: Option<u64>,
}

impl<T> Page<T> {
    /// A list that is given whole.
    #[must_use]
    pub fn whole(items: Vec<T>) -> Self {
        let total = u64::try_from(items.len()).ok();
        Self {
            items,
            next_cursor: None,
            total,
        }
    }
}

/// Which page of a list that has no filter.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Items on the page, 1 to 1000.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u64>,
}
