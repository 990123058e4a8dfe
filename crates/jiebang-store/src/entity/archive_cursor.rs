//! How far a corp's archive was pulled. Times are Unix seconds.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "archive_cursor")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub corp_id: String,
    /// The largest seq that is stored, a u64 as its bits ([`u64::cast_signed`]); 0 before the first.
    pub seq: i64,
    /// Rows stored, each once.
    pub rows_stored: i64,
    /// Rows that came once more and were known.
    pub rows_again: i64,
    /// Numbers between stored rows that no row had. They are normal, and no losses.
    pub holes: i64,
    pub first_pull_at: Option<i64>,
    /// When a page was last answered, full or not.
    pub last_page_at: Option<i64>,
    /// When WeCom last had nothing more: everything sent before is here.
    pub caught_up_at: Option<i64>,
    /// A code, never a text of WeCom; cleared by the next page.
    #[sea_orm(column_type = "Text", nullable)]
    pub last_error: Option<String>,
    pub last_error_at: Option<i64>,
}

super::stands_alone!();
