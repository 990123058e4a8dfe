//! The transfer of customers (离职继承, 在职继承; section 4). A started transfer is not a
//! finished one: code 0 of an item means that the 24 hours have begun.

use jiebang_domain::id::{ExternalUserId, UserId};
use jiebang_domain::time::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use crate::api::Api;
use crate::batch::Batch;
use crate::client::Client;
use crate::errcode::ErrCode;
use crate::error::CallError;
use crate::lenient::{self, Scalar};
use crate::page::{self, Cursor, Page};

/// Rows per page of the unassigned list, its maximum.
const ROWS_PER_PAGE: u32 = 1000;
/// Longest message to a customer, in characters.
const MAX_MESSAGE: usize = 200;

/// Which pair of calls: the giver has left or is still employed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransferKind {
    /// 离职继承
    Resigned,
    /// 在职继承
    InService,
}

impl TransferKind {
    const fn start(self) -> Api {
        match self {
            Self::Resigned => Api::ResignedTransferCustomer,
            Self::InService => Api::TransferCustomer,
        }
    }

    const fn result(self) -> Api {
        match self {
            Self::Resigned => Api::ResignedTransferResult,
            Self::InService => Api::TransferResult,
        }
    }

    pub(crate) const fn group(self) -> Api {
        match self {
            Self::Resigned => Api::GroupTransfer,
            Self::InService => Api::GroupOnjobTransfer,
        }
    }
}

/// What the platform said about each customer of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferAnswer {
    /// 0: the transfer was started. A customer missing here was not answered for, which is a
    /// doubt, see [`TransferAnswer::unanswered`].
    pub items: Vec<(ExternalUserId, ErrCode)>,
}

impl TransferAnswer {
    /// The customers of the batch the answer says nothing about.
    #[must_use]
    pub fn unanswered<'a>(&self, batch: &'a [ExternalUserId]) -> Vec<&'a ExternalUserId> {
        batch
            .iter()
            .filter(|&asked| !self.items.iter().any(|(id, _)| id == asked))
            .collect()
    }
}

/// How a transfer stands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TransferRow {
    pub external_userid: ExternalUserId,
    #[serde(deserialize_with = "status")]
    pub status: TransferStatus,
    /// When it was taken over or, while waiting, when it will be; `None` for the rest.
    #[serde(default, deserialize_with = "takeover_time")]
    pub takeover_time: Option<Timestamp>,
}

/// Open: unknown numbers are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransferStatus {
    TakenOver,
    Waiting,
    Refused,
    /// The successor's number of customers is at its limit.
    SuccessorFull,
    /// No such transfer.
    NoRecord,
    Other(i64),
}

impl TransferStatus {
    /// The platform's number.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::TakenOver => 1,
            Self::Waiting => 2,
            Self::Refused => 3,
            Self::SuccessorFull => 4,
            Self::NoRecord => 5,
            Self::Other(number) => number,
        }
    }
}

impl From<i64> for TransferStatus {
    fn from(number: i64) -> Self {
        match number {
            1 => Self::TakenOver,
            2 => Self::Waiting,
            3 => Self::Refused,
            4 => Self::SuccessorFull,
            5 => Self::NoRecord,
            other => Self::Other(other),
        }
    }
}

fn status<'de, D: Deserializer<'de>>(d: D) -> Result<TransferStatus, D::Error> {
    let number = Scalar::deserialize(d)?.into_int();
    number
        .map(Into::into)
        .ok_or_else(|| serde::de::Error::custom("no status"))
}

fn takeover_time<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Timestamp>, D::Error> {
    Ok(lenient::opt_int(d)?
        .filter(|seconds| *seconds > 0)
        .map(Timestamp::from_seconds))
}

/// A leaver's customer nobody has been assigned to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Unassigned {
    pub handover_userid: UserId,
    pub external_userid: ExternalUserId,
    #[serde(default, rename = "dimission_time", deserialize_with = "lenient::time")]
    pub left_at: Timestamp,
}

#[derive(Serialize)]
struct StartRequest<'a> {
    handover_userid: &'a UserId,
    takeover_userid: &'a UserId,
    external_userid: &'a [ExternalUserId],
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer_success_msg: Option<&'a str>,
}

#[derive(Deserialize)]
struct StartAnswer {
    #[serde(default, deserialize_with = "lenient::list")]
    customer: Vec<StartItem>,
}

#[derive(Deserialize)]
struct StartItem {
    external_userid: ExternalUserId,
    /// An item without a readable code is left out: it must not pass for started.
    #[serde(deserialize_with = "item_code")]
    errcode: ErrCode,
}

fn item_code<'de, D: Deserializer<'de>>(d: D) -> Result<ErrCode, D::Error> {
    let code = Scalar::deserialize(d)?.into_int();
    code.map(ErrCode)
        .ok_or_else(|| serde::de::Error::custom("no errcode"))
}

#[derive(Serialize)]
struct ResultRequest<'a> {
    handover_userid: &'a UserId,
    takeover_userid: &'a UserId,
    cursor: &'a str,
}

#[derive(Deserialize)]
struct ResultAnswer {
    #[serde(default, deserialize_with = "lenient::list")]
    customer: Vec<TransferRow>,
    #[serde(default, deserialize_with = "page::next_cursor")]
    next_cursor: Option<Cursor>,
}

#[derive(Serialize)]
struct UnassignedRequest<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    cursor: &'a str,
    page_size: u32,
}

#[derive(Deserialize)]
struct UnassignedAnswer {
    #[serde(default, deserialize_with = "lenient::list")]
    info: Vec<Unassigned>,
    #[serde(default, deserialize_with = "lenient::flag")]
    is_last: bool,
    #[serde(default, deserialize_with = "page::next_cursor")]
    next_cursor: Option<Cursor>,
}

impl Client {
    /// Starts the transfer of up to 100 customers. Never repeated after a doubt. `message`
    /// goes to the customer when the takeover succeeds; the platform takes one for members
    /// in service only. Calls for one pair of people go one after the other.
    pub async fn transfer_customers(
        &self,
        kind: TransferKind,
        from: &UserId,
        to: &UserId,
        customers: &Batch<ExternalUserId>,
        message: Option<&str>,
    ) -> Result<TransferAnswer, CallError> {
        let api = kind.start();
        let message = message.filter(|message| !message.is_empty());
        if message.is_some() && kind == TransferKind::Resigned {
            return Err(CallError::input(
                api,
                "the transfer of a leaver's customers has no message",
            ));
        }
        if message.is_some_and(|message| message.chars().count() > MAX_MESSAGE) {
            let what = format!("the message is longer than {MAX_MESSAGE} characters");
            return Err(CallError::input(api, what));
        }
        let request = StartRequest {
            handover_userid: from,
            takeover_userid: to,
            external_userid: customers,
            transfer_success_msg: message,
        };
        let _turn = self.lane((api, from, to)).await;
        let answer: StartAnswer = self.post(api, &request).await?;
        let items = answer
            .customer
            .into_iter()
            .map(|item| (item.external_userid, item.errcode));
        Ok(TransferAnswer {
            items: items.collect(),
        })
    }

    /// A page of up to 1,000 transfers between two people, old ones included: a customer
    /// transferred twice between them appears twice, in no documented order.
    pub async fn transfer_results(
        &self,
        kind: TransferKind,
        from: &UserId,
        to: &UserId,
        cursor: Option<Cursor>,
    ) -> Result<Page<TransferRow>, CallError> {
        let api = kind.result();
        let request = ResultRequest {
            handover_userid: from,
            takeover_userid: to,
            cursor: page::sent(cursor.as_ref()),
        };
        let answer: ResultAnswer = self.post(api, &request).await?;
        page::page(api, cursor.as_ref(), answer.customer, answer.next_cursor)
    }

    /// A page of the leavers' customers of the whole corp that wait for an assignment. A
    /// leaver with groups only is not listed.
    pub async fn unassigned(&self, cursor: Option<Cursor>) -> Result<Page<Unassigned>, CallError> {
        let api = Api::UnassignedList;
        let request = UnassignedRequest {
            cursor: page::sent(cursor.as_ref()),
            page_size: ROWS_PER_PAGE,
        };
        let answer: UnassignedAnswer = self.post(api, &request).await?;
        let next = answer.next_cursor.filter(|_| !answer.is_last);
        page::page(api, cursor.as_ref(), answer.info, next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_without_a_code_does_not_pass_for_started() {
        let answer: StartAnswer = serde_json::from_str(
            r#"{"customer":[{"external_userid":"wmA1","errcode":0},{"external_userid":"wmA2"},
                {"external_userid":"wmA3","errcode":null},{"external_userid":"wmA4","errcode":"40128"}]}"#,
        )
        .unwrap();
        let codes: Vec<_> = answer.customer.iter().map(|item| item.errcode.0).collect();
        assert_eq!(codes, [0, 40128]);
    }

    #[test]
    fn an_unknown_status_is_kept() {
        let row: TransferRow =
            serde_json::from_str(r#"{"external_userid":"wmA1","status":9,"takeover_time":0}"#)
                .unwrap();
        assert_eq!(row.status, TransferStatus::Other(9));
        assert_eq!(row.status.number(), 9);
        assert_eq!(row.takeover_time, None);
    }
}
