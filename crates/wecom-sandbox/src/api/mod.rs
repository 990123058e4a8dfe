//! The endpoints behind `/cgi-bin/` and the checks before each of them, in the
//! order of reference 9.1.

mod access;
pub mod acquisition;
mod audit;
mod behaviour;
mod contact;
pub mod contact_way;
mod directory;
mod directory_write;
mod group;
pub mod login;
mod media;
mod message;
mod paging;
mod strategy;
mod tag;
mod transfer;

use std::collections::HashMap;
use std::net::IpAddr;

use axum::body::Bytes;
use serde_json::{Map, Value, json};

use crate::fault::{FaultKind, FaultRule};
use crate::world::World;
use crate::world::knobs::CursorEnd;
use crate::world::token::SecretKind;

/// Who may call an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// No token at all.
    Open,
    /// Any token.
    Any,
    /// The app; contacts-sync gets 48009 (details of members).
    Details,
    /// App or contacts-sync.
    Directory,
    /// Contacts-sync only.
    ContactsOnly,
    /// The app only.
    App,
    /// The app, if it is in the callable list.
    External,
    /// The archive's secret only.
    Archive,
}

/// One endpoint.
pub struct Endpoint {
    /// Behind `/cgi-bin/`.
    pub path: &'static str,
    /// Array fields that are empty in every error.
    pub arrays: &'static [&'static str],
    /// Who may call.
    pub access: Access,
    /// Errcode of a body that is not JSON; 0 for endpoints without one.
    pub bad_json: i64,
    /// What it does.
    pub run: fn(&mut World, &Call) -> Answer,
}

/// What an endpoint answers.
pub type Answer = Result<Value, Fail>;

/// A top-level error.
#[derive(Debug)]
pub struct Fail {
    /// Errcode.
    pub code: i64,
    /// Start of the errmsg.
    pub message: String,
}

impl Fail {
    /// The code with the text usual for it.
    pub fn code(code: i64) -> Self {
        Self {
            code,
            message: text_of(code).to_owned(),
        }
    }
}

/// A request after its token was accepted.
pub struct Call {
    /// Decoded query parameters; the last of a name wins.
    pub query: HashMap<String, String>,
    /// JSON body, `{}` if there was none.
    pub body: Value,
    /// Body as sent.
    pub raw: Bytes,
    /// Header.
    pub content_type: String,
    /// Number of the call.
    pub no: u64,
    /// Kind of the token.
    pub kind: SecretKind,
    /// A fault asks for a shorter page.
    pub short_page: bool,
    /// A fault asks to leave out the cursor at the end.
    pub absent_cursor: bool,
}

/// What arrived.
pub struct Incoming {
    pub query: HashMap<String, String>,
    pub raw: Bytes,
    pub content_type: String,
    pub no: u64,
    pub peer: IpAddr,
}

/// What goes back.
pub enum Reply {
    /// JSON.
    Json(Value),
    /// A file.
    File {
        content_type: String,
        file_name: String,
        bytes: Vec<u8>,
    },
}

macro_rules! endpoints {
    ($($path:literal $access:ident $bad:literal [$($array:literal),*] $run:path;)*) => {
        &[$(Endpoint {
            path: $path, arrays: &[$($array),*], access: Access::$access, bad_json: $bad, run: $run,
        }),*]
    };
}

/// Every endpoint.
pub const ENDPOINTS: &[Endpoint] = endpoints! {
    "gettoken" Open 0 [] access::get_token;
    "getcallbackip" Any 0 ["ip_list"] access::callback_ips;
    "get_api_domain_ip" Any 0 ["ip_list"] access::callback_ips;
    "agent/get" App 0 [] access::agent;
    "department/list" Details 0 ["department"] directory::departments;
    "department/simplelist" Directory 0 ["department_id"] directory::department_ids;
    "department/get" Details 0 [] directory::department;
    "department/create" ContactsOnly 40058 [] directory_write::create_department;
    "department/update" ContactsOnly 40058 [] directory_write::update_department;
    "department/delete" ContactsOnly 0 [] directory_write::delete_department;
    "user/get" Details 0 ["department", "order", "is_leader_in_dept", "direct_leader"] directory::user;
    "user/simplelist" Details 0 ["userlist"] directory::users_simple;
    "user/list" Details 0 ["userlist"] directory::users;
    "user/list_id" ContactsOnly 40058 ["dept_user"] directory::user_ids;
    "user/getuserid" Directory 40058 [] directory::userid_of_mobile;
    "user/create" ContactsOnly 40058 [] directory_write::create_user;
    "user/update" ContactsOnly 40058 [] directory_write::update_user;
    "user/delete" ContactsOnly 0 [] directory_write::delete_user;
    "user/batchdelete" ContactsOnly 40058 [] directory_write::delete_users;
    "auth/getuserinfo" App 0 [] login::user_info;
    "user/getuserinfo" App 0 [] login::legacy_user_info;
    "externalcontact/get_follow_user_list" External 0 ["follow_user"] contact::follow_users;
    "externalcontact/list" External 0 ["external_userid"] contact::list;
    "externalcontact/get" External 0 ["follow_user"] contact::get;
    "externalcontact/batch/get_by_user" External 40058 ["external_contact_list"] contact::batch;
    "externalcontact/remark" External 40058 [] contact::remark;
    "externalcontact/get_corp_tag_list" External 40058 ["tag_group"] tag::list;
    "externalcontact/add_corp_tag" External 40058 [] tag::add;
    "externalcontact/edit_corp_tag" External 40058 [] tag::edit;
    "externalcontact/del_corp_tag" External 40058 [] tag::delete;
    "externalcontact/mark_tag" External 40058 [] tag::mark;
    "externalcontact/customer_strategy/list" External 40058 ["strategy"] strategy::list;
    "externalcontact/customer_strategy/get" External 40058 [] strategy::get;
    "externalcontact/customer_strategy/get_range" External 40058 ["range"] strategy::range;
    "externalcontact/transfer_customer" External 41035 ["customer"] transfer::start_in_service;
    "externalcontact/transfer_result" External 40058 ["customer"] transfer::result_in_service;
    "externalcontact/resigned/transfer_customer" External 41035 ["customer"] transfer::start_resigned;
    "externalcontact/resigned/transfer_result" External 40058 ["customer"] transfer::result_resigned;
    "externalcontact/get_unassigned_list" External 40058 ["info"] transfer::unassigned;
    "externalcontact/groupchat/list" External 40058 ["group_chat_list"] group::list;
    "externalcontact/groupchat/get" External 40058 [] group::get;
    "externalcontact/groupchat/transfer" External 40058 ["failed_chat_list"] group::transfer_resigned;
    "externalcontact/groupchat/onjob_transfer" External 40058 ["failed_chat_list"] group::transfer_in_service;
    "externalcontact/groupchat/statistic" External 40058 ["items"] behaviour::group_statistic;
    "externalcontact/add_contact_way" External 40058 [] contact_way::add;
    "externalcontact/get_contact_way" External 40058 [] contact_way::get;
    "externalcontact/list_contact_way" External 40058 ["contact_way"] contact_way::list;
    "externalcontact/update_contact_way" External 40058 [] contact_way::update;
    "externalcontact/del_contact_way" External 40058 [] contact_way::delete;
    "externalcontact/customer_acquisition/list_link" External 40058 ["link_id_list"] acquisition::list;
    "externalcontact/customer_acquisition/get" External 40058 [] acquisition::get;
    "externalcontact/customer_acquisition/create_link" External 40058 [] acquisition::create;
    "externalcontact/customer_acquisition/update_link" External 40058 [] acquisition::update;
    "externalcontact/get_user_behavior_data" External 40058 ["behavior_data"] behaviour::user_behaviour;
    "msgaudit/get_permit_user_list" Archive 40058 ["ids"] audit::permit_users;
    "msgaudit/check_single_agree" Archive 40058 ["agreeinfo"] audit::single_agree;
    "msgaudit/check_room_agree" Archive 40058 ["agreeinfo"] audit::room_agree;
    "msgaudit/groupchat/get" Archive 40058 ["members"] audit::room;
    "msgaudit/get_robot_info" Archive 0 [] audit::robot;
    "message/send" App 40058 [] message::send;
    "message/recall" App 40058 [] message::recall;
    "media/upload" App 0 [] media::upload;
    "media/get" App 0 [] media::get;
};

/// The endpoint of a path.
pub fn find(path: &str) -> Option<&'static Endpoint> {
    ENDPOINTS.iter().find(|endpoint| endpoint.path == path)
}

/// Answers one request.
pub fn answer(
    world: &mut World,
    endpoint: &'static Endpoint,
    incoming: Incoming,
    fault: Option<&FaultRule>,
) -> Reply {
    let peer = incoming.peer;
    let outcome = admitted(world, endpoint, incoming, fault);
    match outcome {
        Ok(Value::Object(mut object)) if object.contains_key("\u{0}file") => object
            .remove("\u{0}file")
            .and_then(|id| media::file(world, id.as_str()?))
            .unwrap_or(Reply::Json(error(
                world,
                endpoint,
                &Fail::code(40_007),
                peer,
            ))),
        Ok(Value::Object(mut object)) => {
            object.entry("errcode").or_insert_with(|| json!(0));
            object.entry("errmsg").or_insert_with(|| json!("ok"));
            Reply::Json(Value::Object(object))
        }
        Ok(other) => Reply::Json(other),
        Err(fail) => Reply::Json(error(world, endpoint, &fail, peer)),
    }
}

fn admitted(
    world: &mut World,
    endpoint: &'static Endpoint,
    incoming: Incoming,
    fault: Option<&FaultRule>,
) -> Answer {
    let kind = match endpoint.access {
        Access::Open => SecretKind::App,
        _ => access::token_kind(world, &incoming.query)?,
    };
    if endpoint.access != Access::Open {
        access::token_fault(world, &incoming.query, fault)?;
    }
    access::trusted_ip(world, incoming.peer)?;
    access::frequency(world, endpoint.path)?;
    access::spoiled(fault)?;
    access::permitted(world, endpoint.access, kind)?;
    let body = json_body(endpoint, &incoming.raw)?;
    let has = |wanted| fault.is_some_and(|fault| fault.kind == wanted);
    let call = Call {
        body,
        kind,
        short_page: has(FaultKind::ShortPage),
        absent_cursor: has(FaultKind::AbsentCursor),
        query: incoming.query,
        raw: incoming.raw,
        content_type: incoming.content_type,
        no: incoming.no,
    };
    (endpoint.run)(world, &call)
}

fn json_body(endpoint: &Endpoint, raw: &[u8]) -> Result<Value, Fail> {
    if endpoint.bad_json == 0 || raw.iter().all(u8::is_ascii_whitespace) {
        return Ok(json!({}));
    }
    match serde_json::from_slice::<Value>(raw) {
        Ok(body) if body.is_object() => Ok(body),
        _ => Err(Fail {
            code: endpoint.bad_json,
            message: format!("Warning: wrong json format. {}", text_of(endpoint.bad_json)),
        }),
    }
}

fn error(world: &World, endpoint: &Endpoint, fail: &Fail, peer: IpAddr) -> Value {
    let mut object: Map<String, Value> = endpoint
        .arrays
        .iter()
        .map(|name| ((*name).to_owned(), json!([])))
        .collect();
    let plain = fail.code == 40_014 && endpoint.path != "getcallbackip";
    let errmsg = if plain {
        fail.message.clone()
    } else {
        let mark = crate::seed::mix(world.seed, world.call_no);
        format!(
            "{}, hint: [{}_{}_{mark:016x}], from ip: {peer}, more info at \
             https://open.work.weixin.qq.com/devtool/query?e={}",
            fail.message,
            world.now,
            world.call_no % 100,
            fail.code
        )
    };
    object.insert("errcode".to_owned(), json!(fail.code));
    object.insert("errmsg".to_owned(), json!(errmsg));
    Value::Object(object)
}

impl Call {
    /// A text parameter of query or body.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.body.get(name) {
            Some(value) => value.as_str(),
            None => self.query.get(name).map(String::as_str),
        }
        .filter(|text| !text.is_empty())
    }

    /// A text parameter that must be there.
    pub fn need(&self, name: &str, code: i64) -> Result<&str, Fail> {
        self.text(name).ok_or_else(|| Fail::code(code))
    }

    /// An integer of query or body; a numeric string counts.
    pub fn int(&self, name: &str) -> Option<i64> {
        match self.body.get(name) {
            Some(Value::String(text)) => text.parse().ok(),
            Some(value) => value.as_i64(),
            None => self.query.get(name)?.parse().ok(),
        }
    }

    /// A list of texts in the body; `None` if absent or of another type.
    pub fn texts(&self, name: &str) -> Option<Vec<&str>> {
        self.body
            .get(name)?
            .as_array()?
            .iter()
            .map(Value::as_str)
            .collect()
    }

    /// A page of a list of `total` items that starts at the cursor's position.
    pub fn limit(&self, world: &World, asked: usize) -> usize {
        let capped = match world.knobs.page_cap {
            0 => asked,
            cap => asked.min(cap),
        };
        if self.short_page {
            (capped / 3).max(1)
        } else {
            capped.max(1)
        }
    }

    /// Puts `next_cursor` into an answer, in the form the knobs ask for.
    pub fn put_cursor(&self, world: &World, answer: &mut Value, next: Option<String>) {
        let Some(object) = answer.as_object_mut() else {
            return;
        };
        let end = if self.absent_cursor {
            CursorEnd::Absent
        } else {
            world.knobs.empty_vs_absent_cursor
        };
        let value = match (next, end) {
            (Some(next), _) => json!(next),
            (None, CursorEnd::Empty) => json!(""),
            (None, CursorEnd::Null) => Value::Null,
            (None, CursorEnd::Absent) => return,
        };
        object.insert("next_cursor".to_owned(), value);
    }
}

/// The errmsg usual for a code; own words where no public log shows one.
pub fn text_of(code: i64) -> &'static str {
    match code {
        -1 => "system busy",
        40_001 => "invalid credential",
        40_003 => "invalid userid",
        40_007 => "invalid media_id",
        40_013 => "invalid corpid",
        40_014 => "invalid access_token",
        40_029 => "invalid code",
        40_056 => "invalid agentid",
        40_058 => "invalid request parameter",
        40_068 => "invalid tagid",
        40_071 => "tag name already exists",
        40_096 => "invalid external userid",
        40_097 => "handover user has not resigned",
        40_098 => "user has no real-name verification",
        40_130 => "handover user is the same as takeover user",
        40_143 => "user is banned",
        40_205 => "wechat login of user expired",
        41_001 => "access_token missing",
        41_002 => "corpid missing",
        41_004 => "corpsecret missing",
        41_009 => "userid missing",
        41_035 => "missing external userid",
        41_044 => "invalid config_id",
        41_054 => "user is not activated",
        42_001 => "access_token expired",
        42_003 => "code expired",
        42_022 => "code already used",
        42_052 => "msgid expired",
        45_009 => "api freq out of limit",
        45_033 => "api concurrent out of limit",
        48_002 => "api forbidden",
        48_009 => "api forbidden for contacts sync from this ip",
        49_008 => "group chat dismissed",
        50_100 => "invalid cursor",
        60_020 => "not allow to access from your ip",
        60_021 => "userid not in visible range",
        60_102 => "userid existed",
        60_111 => "userid not found",
        60_123 => "invalid party id",
        81_013 => "user & party & tag all invalid",
        81_017 => "too many members without owner filter",
        82_001 => "touser & toparty & totag all empty",
        84_061 => "not external contact",
        84_074 => "no permission of external contact",
        90_500 => "the owner of this chat is not resigned",
        90_501 => "chat is not external group chat",
        90_502 => "the owner of this chat is resigned",
        90_504 => "owner is not changed",
        90_507 => "chat is being inherited",
        90_508 => "chat is already inherited",
        301_042 => "not allow to access from your ip",
        301_052 => "msg audit expired",
        301_002 => "not allow operate another agent with this accesstoken",
        _ => "request refused",
    }
}
