//! Switches for what the reference calls unconfirmed, and for limits that a
//! test wants lower. Read and written at `/sandbox/knobs`.

use serde::{Deserialize, Serialize};

/// How the end of a paged list looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CursorEnd {
    /// `"next_cursor":""`.
    Empty,
    /// No `next_cursor` at all.
    Absent,
    /// `"next_cursor":null`.
    Null,
}

/// Form of `MemChangeList` in group events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberListForm {
    /// `<Item>id</Item>` children.
    Items,
    /// One comma-separated CDATA.
    Comma,
    /// Empty element.
    Empty,
    /// No element.
    Absent,
}

/// All switches with their defaults.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Knobs {
    /// Edits by API come back as events.
    pub event_echo: bool,
    /// Corp tags move with an accepted customer.
    pub carry_over_tags: bool,
    /// Remark, description, company and phones move with an accepted customer.
    pub carry_over_remark: bool,
    /// Seconds before a started transfer shows in the result list.
    pub result_delay_s: i64,
    /// How the end of a paged list looks.
    pub empty_vs_absent_cursor: CursorEnd,
    /// Largest page of any list, whatever was asked for (0: no cap).
    pub page_cap: usize,
    /// Form of `MemChangeList`.
    pub mem_change_list_form: MemberListForm,
    /// 40014 or 42001.
    pub expired_token_code: i64,
    /// Seconds a token lives.
    pub token_lifetime_s: i64,
    /// Item code over 300 groups a day (UNCONFIRMED).
    pub group_limit_errcode: i64,
    /// Groups a day out of one person's hands.
    pub groups_per_day: usize,
    /// Item code of a group's third move in 90 days (UNCONFIRMED).
    pub group_repeat_errcode: i64,
    /// Refused and failed starts count for the 2-in-90-days rule.
    pub count_refused_transfers: bool,
    /// 40097 as top-level code instead of per item.
    pub not_left_is_top: bool,
    /// Top-level code for a leaver who left more than a year ago (UNCONFIRMED).
    pub left_long_ago_errcode: i64,
    /// A failed resigned transfer returns to the unassigned list.
    pub failed_returns_to_unassigned: bool,
    /// Seconds from a member's leaving to the rows of the unassigned list.
    pub unassigned_lag_s: i64,
    /// Seconds a leaver's group is in status 2.
    pub group_transfer_s: i64,
    /// Seconds customers of in-service and resigned transfers wait.
    pub waiting_s: i64,
    /// Omit `failed_chat_list` when no group failed.
    pub failed_chat_list_absent: bool,
    /// The app may use contact ways.
    pub contact_way_permitted: bool,
    /// The app may use acquisition links.
    pub acquisition_permitted: bool,
    /// An update may name a leaver whom the contact way names already (UNCONFIRMED).
    pub contact_way_keeps_leavers: bool,
    /// An update puts what it does not name back to its default (UNCONFIRMED).
    pub contact_way_update_drops_absent: bool,
    /// Trusted addresses; absent: every address.
    pub trusted_ips: Option<Vec<String>>,
    /// The app is in the callable list of 客户联系.
    pub app_callable: bool,
    /// Contacts-sync may read details (its address is an old one).
    pub contacts_may_read: bool,
    /// Redirect host of web login; absent: any.
    pub redirect_domain: Option<String>,
    /// Largest number of concurrent calls per API.
    pub concurrency_limit: usize,
    /// Enforce calls per minute and hour.
    pub frequency_limits: bool,
    /// Calls per API and minute.
    pub calls_per_minute: u64,
    /// Calls per API and hour.
    pub calls_per_hour: u64,
    /// Wrong secrets an hour before the address is blocked.
    pub wrong_secrets_per_hour: u64,
    /// Members in the visible range above which group lists need an owner filter.
    pub owner_filter_above: usize,
    /// Milliseconds every answer takes on top.
    pub latency_ms: u64,
    /// Seconds between two tries of one callback.
    pub callback_retry_s: i64,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            event_echo: false,
            carry_over_tags: false,
            carry_over_remark: false,
            result_delay_s: 0,
            empty_vs_absent_cursor: CursorEnd::Empty,
            page_cap: 0,
            mem_change_list_form: MemberListForm::Items,
            expired_token_code: 42_001,
            token_lifetime_s: 7_200,
            group_limit_errcode: 45_009,
            groups_per_day: 300,
            group_repeat_errcode: 40_128,
            count_refused_transfers: true,
            not_left_is_top: false,
            left_long_ago_errcode: 40_205,
            failed_returns_to_unassigned: false,
            unassigned_lag_s: 0,
            group_transfer_s: 120,
            waiting_s: 86_400,
            failed_chat_list_absent: false,
            contact_way_permitted: true,
            acquisition_permitted: true,
            contact_way_keeps_leavers: true,
            contact_way_update_drops_absent: false,
            trusted_ips: None,
            app_callable: true,
            contacts_may_read: false,
            redirect_domain: None,
            concurrency_limit: 64,
            frequency_limits: true,
            calls_per_minute: 10_000,
            calls_per_hour: 150_000,
            wrong_secrets_per_hour: 2_000,
            owner_filter_above: 1_000,
            latency_ms: 0,
            callback_retry_s: 1,
        }
    }
}
