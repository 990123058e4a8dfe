//! Contact ways (联系我, section 3.6) and acquisition links (获客链接, path/97297).
//!
//! An update replaces. So what the platform told of a way is kept as it came, and an update sends
//! all of it back but for the members.

use jiebang_domain::id::UserId;
use jiebang_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::api::Api;
use crate::client::{Client, Done};
use crate::error::{CallError, absent_on};
use crate::lenient;
use crate::page::{self, Cursor, Page};

/// There is no such contact way (any more).
const NO_WAY: &[i64] = &[41044];
/// Rows per page of the list of contact ways, its maximum.
const WAYS_PER_PAGE: u32 = 1000;
/// Rows per page of the list of links, its maximum.
const LINKS_PER_PAGE: u32 = 100;
/// What of a contact way can be read only, or means something for one-time codes only.
const READ_ONLY: &[&str] = &[
    "type",
    "scene",
    "qr_code",
    "is_temp",
    "expires_in",
    "chat_expires_in",
    "unionid",
    "create_time",
];
/// What of a link can be read only.
const LINK_READ_ONLY: &[&str] = &["url", "create_time"];

#[derive(Serialize)]
struct WaysRequest<'a> {
    start_time: i64,
    end_time: i64,
    cursor: &'a str,
    limit: u32,
}

#[derive(Deserialize)]
struct WayRow {
    #[serde(default, deserialize_with = "lenient::text")]
    config_id: String,
}

#[derive(Deserialize)]
struct WaysAnswer {
    #[serde(default, deserialize_with = "lenient::list")]
    contact_way: Vec<WayRow>,
    #[serde(default, deserialize_with = "page::next_cursor")]
    next_cursor: Option<Cursor>,
}

#[derive(Deserialize)]
struct WayAnswer {
    contact_way: Map<String, Value>,
}

#[derive(Deserialize)]
struct LinksAnswer {
    #[serde(default, deserialize_with = "lenient::texts")]
    link_id_list: Vec<String>,
    #[serde(default, deserialize_with = "page::next_cursor")]
    next_cursor: Option<Cursor>,
}

/// A contact way as the platform told it.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactWay(Map<String, Value>);

/// An acquisition link as the platform told it.
#[derive(Debug, Clone, PartialEq)]
pub struct AcquisitionLink(Map<String, Value>);

/// The parts of a way that say whom it leads to, read from what was stored.
fn ids(list: Option<&Value>) -> Vec<UserId> {
    let list = list.and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|id| UserId::parse(id.as_str()?).ok())
        .collect()
}

fn numbers(list: Option<&Value>) -> Vec<i64> {
    let list = list.and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(Value::as_i64)
        .collect()
}

fn text(map: &Map<String, Value>, name: &str) -> String {
    let text = map.get(name).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

/// `users` as the platform spells them where it named them before.
fn spelled(users: &[UserId], before: Option<&Value>) -> Vec<String> {
    let known: Vec<&str> = before
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    users
        .iter()
        .map(|user| {
            let same = known
                .iter()
                .find(|name| name.eq_ignore_ascii_case(user.as_str()));
            same.copied().unwrap_or(user.as_str()).to_owned()
        })
        .collect()
}

/// Whether a value carries a picture by its address: the platform takes pictures by media id only.
fn has_picture(value: Option<&Value>) -> bool {
    let picture = value.and_then(|value| value.pointer("/image/pic_url"));
    picture
        .and_then(Value::as_str)
        .is_some_and(|url| !url.is_empty())
}

impl ContactWay {
    /// What was stored of an answer.
    #[must_use]
    pub fn from_raw(raw: Value) -> Option<Self> {
        match raw {
            Value::Object(map) => Some(Self(map)),
            _ => None,
        }
    }

    /// As it came.
    #[must_use]
    pub fn raw(&self) -> Value {
        Value::Object(self.0.clone())
    }

    #[must_use]
    pub fn config_id(&self) -> String {
        text(&self.0, "config_id")
    }

    /// Whether it leads to one member only (单人).
    #[must_use]
    pub fn is_single(&self) -> bool {
        self.0.get("type").and_then(Value::as_i64) == Some(1)
    }

    #[must_use]
    pub fn remark(&self) -> String {
        text(&self.0, "remark")
    }

    /// The channel parameter.
    #[must_use]
    pub fn state(&self) -> String {
        text(&self.0, "state")
    }

    #[must_use]
    pub fn users(&self) -> Vec<UserId> {
        ids(self.0.get("user"))
    }

    #[must_use]
    pub fn parties(&self) -> Vec<i64> {
        numbers(self.0.get("party"))
    }

    /// Whether an update can send back everything it would otherwise lose.
    #[must_use]
    pub fn can_be_sent_back(&self) -> bool {
        !has_picture(self.0.get("conclusions"))
    }

    /// The body of the update that changes nothing but the members.
    #[must_use]
    pub fn with_users(&self, users: &[UserId]) -> Value {
        let mut body = self.0.clone();
        body.retain(|name, value| !READ_ONLY.contains(&name.as_str()) && !value.is_null());
        let users = spelled(users, self.0.get("user"));
        body.insert("user".to_owned(), Value::from(users));
        Value::Object(body)
    }
}

impl AcquisitionLink {
    /// What was stored of an answer.
    #[must_use]
    pub fn from_raw(raw: Value) -> Option<Self> {
        match raw {
            Value::Object(map) => Some(Self(map)),
            _ => None,
        }
    }

    /// As it came, without the answer's own code.
    #[must_use]
    pub fn raw(&self) -> Value {
        Value::Object(self.0.clone())
    }

    fn at(&self, path: [&str; 2]) -> Option<&Value> {
        self.0.get(path[0])?.get(path[1])
    }

    fn part(&self, name: &str) -> Map<String, Value> {
        let part = self.0.get(name).and_then(Value::as_object);
        part.cloned().unwrap_or_default()
    }

    #[must_use]
    pub fn link_id(&self) -> String {
        text(&self.part("link"), "link_id")
    }

    #[must_use]
    pub fn name(&self) -> String {
        text(&self.part("link"), "link_name")
    }

    #[must_use]
    pub fn users(&self) -> Vec<UserId> {
        ids(self.at(["range", "user_list"]))
    }

    #[must_use]
    pub fn parties(&self) -> Vec<i64> {
        numbers(self.at(["range", "department_list"]))
    }

    /// Members who get the new customers first.
    #[must_use]
    pub fn first(&self) -> Vec<UserId> {
        ids(self.at(["priority_option", "priority_userid_list"]))
    }

    /// The body of the update that changes nothing but the members, and those who come first.
    #[must_use]
    pub fn with_users(&self, users: &[UserId], first: &[UserId]) -> Value {
        let mut body = self.part("link");
        body.retain(|name, value| !LINK_READ_ONLY.contains(&name.as_str()) && !value.is_null());
        let mut range = self.part("range");
        let users = spelled(users, self.at(["range", "user_list"]));
        range.insert("user_list".to_owned(), Value::from(users));
        body.insert("range".to_owned(), Value::Object(range));
        let mut priority = self.part("priority_option");
        if !priority.is_empty() {
            let list = self.at(["priority_option", "priority_userid_list"]);
            if first.is_empty() && list.is_some() {
                // Nobody is left to come first: by all of the range.
                priority.insert("priority_type".to_owned(), Value::from(1));
                priority.remove("priority_userid_list");
            } else if list.is_some() {
                let first = spelled(first, list);
                priority.insert("priority_userid_list".to_owned(), Value::from(first));
            }
            body.insert("priority_option".to_owned(), Value::Object(priority));
        }
        Value::Object(body)
    }
}

impl Client {
    /// A page of the ids of contact ways made between two moments; those made before 2021-07-10
    /// and one-time codes are in no list. `limit` is cut to 1..=1000.
    pub async fn contact_ways(
        &self,
        from: Timestamp,
        until: Timestamp,
        cursor: Option<Cursor>,
        limit: u32,
    ) -> Result<Page<String>, CallError> {
        let api = Api::ContactWayList;
        let request = WaysRequest {
            start_time: from.seconds(),
            end_time: until.seconds(),
            cursor: page::sent(cursor.as_ref()),
            limit: limit.clamp(1, WAYS_PER_PAGE),
        };
        let answer: WaysAnswer = self.post(api, &request).await?;
        let ids = answer.contact_way.into_iter().map(|row| row.config_id);
        let ids = ids.filter(|id| !id.is_empty()).collect();
        page::page(api, cursor.as_ref(), ids, answer.next_cursor)
    }

    /// A contact way; `None` if there is none with this id (any more).
    pub async fn contact_way(&self, config_id: &str) -> Result<Option<ContactWay>, CallError> {
        let request = serde_json::json!({ "config_id": config_id });
        let answer = self.post::<WayAnswer>(Api::ContactWayGet, &request).await;
        Ok(absent_on(answer, NO_WAY)?.map(|answer| ContactWay(answer.contact_way)))
    }

    /// Replaces a contact way by a body of [`ContactWay::with_users`]. Never repeated after a
    /// doubt; read it again to see.
    pub async fn update_contact_way(&self, body: &Value) -> Result<(), CallError> {
        let _: Done = self.post(Api::ContactWayUpdate, body).await?;
        Ok(())
    }

    /// A page of the ids of acquisition links in force.
    pub async fn acquisition_links(
        &self,
        cursor: Option<Cursor>,
    ) -> Result<Page<String>, CallError> {
        let api = Api::AcquisitionLinkList;
        let sent = page::sent(cursor.as_ref());
        let request = serde_json::json!({ "limit": LINKS_PER_PAGE, "cursor": sent });
        let answer: LinksAnswer = self.post(api, &request).await?;
        page::page(
            api,
            cursor.as_ref(),
            answer.link_id_list,
            answer.next_cursor,
        )
    }

    /// An acquisition link.
    pub async fn acquisition_link(&self, link_id: &str) -> Result<AcquisitionLink, CallError> {
        let request = serde_json::json!({ "link_id": link_id });
        let mut map: Map<String, Value> = self.post(Api::AcquisitionLinkGet, &request).await?;
        map.retain(|name, _| name != "errcode" && name != "errmsg");
        Ok(AcquisitionLink(map))
    }

    /// Replaces an acquisition link by a body of [`AcquisitionLink::with_users`]. Never repeated
    /// after a doubt; read it again to see.
    pub async fn update_acquisition_link(&self, body: &Value) -> Result<(), CallError> {
        let _: Done = self.post(Api::AcquisitionLinkUpdate, body).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn user(id: &str) -> UserId {
        UserId::parse(id).unwrap()
    }

    #[test]
    fn b25_an_update_sends_back_all_that_it_would_lose() {
        let raw = json!({ "config_id": "c", "type": 2, "scene": 2, "qr_code": "u", "style": 1,
            "remark": "展会", "skip_verify": false, "state": "s", "user": ["Zhang", "li"],
            "party": [2], "is_temp": false, "expires_in": 0, "mark_source": true,
            "conclusions": { "text": { "content": "bye" } }, "unionid": null });
        let way = ContactWay::from_raw(raw).unwrap();
        assert!(way.can_be_sent_back());
        let body = way.with_users(&[user("zhang"), user("wang")]);
        assert_eq!(
            body,
            json!({ "config_id": "c", "style": 1, "remark": "展会", "skip_verify": false,
                "state": "s", "user": ["Zhang", "wang"], "party": [2], "mark_source": true,
                "conclusions": { "text": { "content": "bye" } } })
        );
    }

    #[test]
    fn b25_a_picture_that_cannot_be_sent_back_is_noticed() {
        let raw = json!({ "conclusions": { "image": { "pic_url": "https://p" } } });
        assert!(!ContactWay::from_raw(raw).unwrap().can_be_sent_back());
    }

    #[test]
    fn b25_a_link_keeps_all_but_its_members() {
        let raw = json!({ "link": { "link_id": "l", "link_name": "n", "url": "u",
            "create_time": 1, "skip_verify": true, "mark_source": false },
            "range": { "user_list": ["a", "b"], "department_list": [3] },
            "priority_option": { "priority_type": 2, "priority_userid_list": ["a"] } });
        let link = AcquisitionLink::from_raw(raw).unwrap();
        let body = link.with_users(&[user("b")], &[]);
        assert_eq!(
            body,
            json!({ "link_id": "l", "link_name": "n", "skip_verify": true, "mark_source": false,
                "range": { "user_list": ["b"], "department_list": [3] },
                "priority_option": { "priority_type": 1 } })
        );
    }
}
