//! Customers (外部联系人) and what their followers noted about them (section 3).

use jiebang_domain::id::{ExternalUserId, TagId, UserId};
use jiebang_domain::time::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use crate::api::Api;
use crate::batch::Batch;
use crate::client::{Client, Done, NO_RELATION};
use crate::error::{CallError, absent_on};
use crate::lenient;
use crate::page::{self, Cursor, Page, Seen};

/// Customers per page of `batch/get_by_user`, its maximum.
const ROWS_PER_PAGE: u32 = 100;

/// A customer as everybody sees them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Contact {
    pub external_userid: ExternalUserId,
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: String,
    #[serde(default, rename = "type", deserialize_with = "contact_type")]
    pub kind: ContactType,
    /// 0 unknown, 1 male, 2 female.
    #[serde(default, deserialize_with = "lenient::int")]
    pub gender: i64,
    #[serde(default, deserialize_with = "lenient::text")]
    pub avatar: String,
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub unionid: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub position: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub corp_name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub corp_full_name: String,
}

/// Where a customer is at home. Open: unknown numbers are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ContactType {
    #[default]
    WeChat,
    WeCom,
    Other(i64),
}

fn contact_type<'de, D: Deserializer<'de>>(d: D) -> Result<ContactType, D::Error> {
    Ok(match lenient::int(d)? {
        1 => ContactType::WeChat,
        2 => ContactType::WeCom,
        other => ContactType::Other(other),
    })
}

/// A member's relation to a customer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Follow {
    pub userid: UserId,
    #[serde(default, deserialize_with = "lenient::text")]
    pub remark: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub description: String,
    /// When this member added the customer.
    #[serde(default, rename = "createtime", deserialize_with = "lenient::time")]
    pub added_at: Timestamp,
    /// Table in section 3.1; 202 is "assigned by an administrator".
    #[serde(default, deserialize_with = "lenient::int")]
    pub add_way: i64,
    /// A member's or the customer's id, whoever began.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub oper_userid: Option<String>,
    /// The channel the customer came by.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub state: Option<String>,
    #[serde(
        default,
        rename = "remark_corp_name",
        deserialize_with = "lenient::text"
    )]
    pub remark_company: String,
    #[serde(
        default,
        rename = "remark_mobiles",
        deserialize_with = "lenient::texts"
    )]
    pub mobiles: Vec<String>,
    /// With names and the personal ones; only from [`Client::customer`].
    #[serde(default, deserialize_with = "lenient::list")]
    pub tags: Vec<FollowTag>,
    /// Corp and strategy tags; only from [`Client::customers_by_members`]. Read both through
    /// [`Follow::tag_ids`].
    #[serde(default, rename = "tag_id", deserialize_with = "lenient::ids")]
    pub batch_tags: Vec<TagId>,
}

impl Follow {
    /// The corp and strategy tags, whichever call the entry came from.
    #[must_use]
    pub fn tag_ids(&self) -> Vec<TagId> {
        let named = self.tags.iter().filter_map(|tag| tag.tag_id.clone());
        let mut ids: Vec<_> = named.chain(self.batch_tags.iter().cloned()).collect();
        ids.sort();
        ids.dedup();
        ids
    }
}

/// A tag on a customer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FollowTag {
    /// `None` for a personal tag, which has no id.
    #[serde(default, deserialize_with = "lenient::opt_id")]
    pub tag_id: Option<TagId>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub group_name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub tag_name: String,
    /// 1 corp, 2 personal, 3 strategy.
    #[serde(default, rename = "type", deserialize_with = "lenient::int")]
    pub kind: i64,
}

/// A customer with every follower in the visible range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerDetail {
    pub contact: Contact,
    pub follows: Vec<Follow>,
}

/// A customer with one of their followers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CustomerRow {
    #[serde(rename = "external_contact")]
    pub contact: Contact,
    #[serde(rename = "follow_info")]
    pub follow: Follow,
}

/// A page of [`Client::customers_by_members`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerPage {
    pub rows: Page<CustomerRow>,
    /// Members left out because they hold no interop licence.
    pub unlicensed: Vec<UserId>,
}

/// What to write into a member's notes about a customer. `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remark {
    /// ≤ 20 characters.
    pub remark: Option<String>,
    /// ≤ 150 characters.
    pub description: Option<String>,
    /// ≤ 20 characters; WeChat users only.
    pub company: Option<String>,
    /// Replaces all; an empty list clears them.
    pub mobiles: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct FollowUsersAnswer {
    #[serde(default, deserialize_with = "lenient::ids")]
    follow_user: Vec<UserId>,
}

#[derive(Deserialize)]
struct CustomersAnswer {
    #[serde(default, deserialize_with = "lenient::ids")]
    external_userid: Vec<ExternalUserId>,
}

#[derive(Deserialize)]
struct CustomerAnswer {
    external_contact: Contact,
    #[serde(default, deserialize_with = "lenient::list")]
    follow_user: Vec<Follow>,
    #[serde(default, deserialize_with = "page::next_cursor")]
    next_cursor: Option<Cursor>,
}

#[derive(Serialize)]
struct BatchRequest<'a> {
    userid_list: &'a [UserId],
    cursor: &'a str,
    limit: u32,
}

#[derive(Deserialize)]
struct BatchAnswer {
    #[serde(default, deserialize_with = "lenient::list")]
    external_contact_list: Vec<CustomerRow>,
    #[serde(default, deserialize_with = "page::next_cursor")]
    next_cursor: Option<Cursor>,
    #[serde(default, deserialize_with = "lenient::object")]
    fail_info: FailInfo,
}

#[derive(Default, Deserialize)]
struct FailInfo {
    #[serde(default, deserialize_with = "lenient::ids")]
    unlicensed_userid_list: Vec<UserId>,
}

#[derive(Serialize)]
struct RemarkRequest<'a> {
    userid: &'a UserId,
    external_userid: &'a ExternalUserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remark_company: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remark_mobiles: Option<Vec<&'a str>>,
}

impl Client {
    /// The members in the visible range who serve customers (客户联系功能).
    pub async fn follow_users(&self) -> Result<Vec<UserId>, CallError> {
        Ok(self
            .get::<FollowUsersAnswer>(Api::FollowUserList, [])
            .await?
            .follow_user)
    }

    /// The customers of a member; empty for one who has none.
    pub async fn customers_of(&self, userid: &UserId) -> Result<Vec<ExternalUserId>, CallError> {
        let query = [("userid", userid.as_str().to_owned())];
        let answer = self.get::<CustomersAnswer>(Api::CustomerList, query).await;
        let found = absent_on(answer, NO_RELATION)?;
        Ok(found
            .map(|answer| answer.external_userid)
            .unwrap_or_default())
    }

    /// A customer with the followers of every page; `None` if nobody follows them.
    pub async fn customer(
        &self,
        customer: &ExternalUserId,
    ) -> Result<Option<CustomerDetail>, CallError> {
        let mut detail: Option<CustomerDetail> = None;
        let mut seen = Seen::default();
        let mut cursor: Option<Cursor> = None;
        loop {
            let mut query = vec![("external_userid", customer.as_str().to_owned())];
            query.extend(cursor.map(|cursor| ("cursor", cursor.as_str().to_owned())));
            let answer = self.get::<CustomerAnswer>(Api::CustomerGet, query).await;
            let Some(answer) = absent_on(answer, NO_RELATION)? else {
                return Ok(detail);
            };
            match &mut detail {
                Some(detail) => detail.follows.extend(answer.follow_user),
                None => {
                    let contact = answer.external_contact;
                    detail = Some(CustomerDetail {
                        contact,
                        follows: answer.follow_user,
                    });
                }
            }
            seen.note(Api::CustomerGet, answer.next_cursor.as_ref())?;
            cursor = answer.next_cursor;
            if cursor.is_none() {
                return Ok(detail);
            }
        }
    }

    /// A page of up to 100 customers of up to 100 members, one row per customer and member.
    pub async fn customers_by_members(
        &self,
        members: &Batch<UserId>,
        cursor: Option<Cursor>,
    ) -> Result<CustomerPage, CallError> {
        let api = Api::CustomerBatchGet;
        let request = BatchRequest {
            userid_list: members,
            cursor: page::sent(cursor.as_ref()),
            limit: ROWS_PER_PAGE,
        };
        let answer = self.post::<BatchAnswer>(api, &request).await;
        let Some(answer) = absent_on(answer, NO_RELATION)? else {
            let rows = Page {
                items: Vec::new(),
                next: None,
            };
            return Ok(CustomerPage {
                rows,
                unlicensed: Vec::new(),
            });
        };
        let unlicensed = answer.fail_info.unlicensed_userid_list;
        let rows = answer.external_contact_list;
        let rows = page::page(api, cursor.as_ref(), rows, answer.next_cursor)?;
        Ok(CustomerPage { rows, unlicensed })
    }

    /// Writes a member's notes about a customer. Writing the same twice is harmless.
    pub async fn set_remark(
        &self,
        userid: &UserId,
        customer: &ExternalUserId,
        notes: &Remark,
    ) -> Result<(), CallError> {
        check_remark(notes)?;
        let mobiles = notes
            .mobiles
            .as_ref()
            .map(|mobiles| match mobiles.as_slice() {
                // The documented way to clear the phones: one empty one.
                [] => vec![""],
                mobiles => mobiles.iter().map(String::as_str).collect(),
            });
        let request = RemarkRequest {
            userid,
            external_userid: customer,
            remark: notes.remark.as_deref(),
            description: notes.description.as_deref(),
            remark_company: notes.company.as_deref(),
            remark_mobiles: mobiles,
        };
        self.post::<Done>(Api::Remark, &request).await.map(drop)
    }
}

fn check_remark(notes: &Remark) -> Result<(), CallError> {
    let api = Api::Remark;
    if *notes == Remark::default() {
        return Err(CallError::input(api, "the remark has nothing to write"));
    }
    let fields = [
        ("remark", &notes.remark, 20),
        ("description", &notes.description, 150),
        ("company", &notes.company, 20),
    ];
    for (name, text, max) in fields {
        if text.as_ref().is_some_and(|text| text.chars().count() > max) {
            return Err(CallError::input(
                api,
                format!("the {name} is longer than {max} characters"),
            ));
        }
    }
    Ok(())
}
