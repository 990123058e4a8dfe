//! Customer strategy groups (客户规则组, section 3.5), read only. An app sees the groups it
//! created itself, not those of the administrators' console.

use std::collections::BTreeMap;

use jiebang_domain::id::{DepartmentId, UserId};
use jiebang_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::api::Api;
use crate::client::Client;
use crate::error::CallError;
use crate::lenient;
use crate::page::{self, Cursor, Page};

/// Rows per page, the maximum.
const ROWS_PER_PAGE: u32 = 1000;

/// A strategy group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Strategy {
    #[serde(rename = "strategy_id", deserialize_with = "lenient::int")]
    pub id: i64,
    /// 0 for the first level.
    #[serde(default, rename = "parent_id", deserialize_with = "lenient::int")]
    pub parent: i64,
    #[serde(default, rename = "strategy_name", deserialize_with = "lenient::text")]
    pub name: String,
    #[serde(default, rename = "create_time", deserialize_with = "lenient::time")]
    pub created_at: Timestamp,
    #[serde(default, rename = "admin_list", deserialize_with = "lenient::ids")]
    pub admins: Vec<UserId>,
    /// By the platform's names, `oper_resign_customer` and so on; new ones are kept.
    #[serde(default, deserialize_with = "lenient::object")]
    pub privilege: BTreeMap<String, bool>,
}

/// Whom a strategy group covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RangeEntry {
    Member(UserId),
    Department(DepartmentId),
}

#[derive(Serialize)]
struct ListRequest<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    strategy_id: Option<i64>,
    #[serde(skip_serializing_if = "str::is_empty")]
    cursor: &'a str,
    limit: u32,
}

#[derive(Deserialize)]
struct ListAnswer {
    #[serde(default, deserialize_with = "lenient::list")]
    strategy: Vec<StrategyRef>,
    #[serde(default, deserialize_with = "page::next_cursor")]
    next_cursor: Option<Cursor>,
}

#[derive(Deserialize)]
struct StrategyRef {
    strategy_id: i64,
}

#[derive(Serialize)]
struct GetRequest {
    strategy_id: i64,
}

#[derive(Deserialize)]
struct GetAnswer {
    strategy: Strategy,
}

#[derive(Deserialize)]
struct RangeAnswer {
    #[serde(default, deserialize_with = "lenient::list")]
    range: Vec<RangeRow>,
    #[serde(default, deserialize_with = "page::next_cursor")]
    next_cursor: Option<Cursor>,
}

#[derive(Deserialize)]
struct RangeRow {
    #[serde(default, deserialize_with = "lenient::opt_id")]
    userid: Option<UserId>,
    #[serde(default, deserialize_with = "lenient::opt_int")]
    partyid: Option<i64>,
}

impl Client {
    /// A page of the ids of the app's strategy groups.
    pub async fn strategies(&self, cursor: Option<Cursor>) -> Result<Page<i64>, CallError> {
        let api = Api::StrategyList;
        let request = ListRequest {
            strategy_id: None,
            cursor: page::sent(cursor.as_ref()),
            limit: ROWS_PER_PAGE,
        };
        let answer: ListAnswer = self.post(api, &request).await?;
        let ids = answer
            .strategy
            .into_iter()
            .map(|row| row.strategy_id)
            .collect();
        page::page(api, cursor.as_ref(), ids, answer.next_cursor)
    }

    /// A strategy group.
    pub async fn strategy(&self, id: i64) -> Result<Strategy, CallError> {
        let request = GetRequest { strategy_id: id };
        Ok(self
            .post::<GetAnswer>(Api::StrategyGet, &request)
            .await?
            .strategy)
    }

    /// A page of the members and departments a strategy group covers.
    pub async fn strategy_range(
        &self,
        id: i64,
        cursor: Option<Cursor>,
    ) -> Result<Page<RangeEntry>, CallError> {
        let api = Api::StrategyRange;
        let request = ListRequest {
            strategy_id: Some(id),
            cursor: page::sent(cursor.as_ref()),
            limit: ROWS_PER_PAGE,
        };
        let answer: RangeAnswer = self.post(api, &request).await?;
        let entry = |row: RangeRow| match (row.userid, row.partyid) {
            (Some(userid), _) => Some(RangeEntry::Member(userid)),
            (None, Some(department)) => Some(RangeEntry::Department(department)),
            (None, None) => None,
        };
        let entries = answer.range.into_iter().filter_map(entry).collect();
        page::page(api, cursor.as_ref(), entries, answer.next_cursor)
    }
}
