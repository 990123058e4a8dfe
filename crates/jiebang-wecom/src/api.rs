//! The table of endpoints: path, method, whose token, whether a call has an effect, and how
//! large an answer may be.

use std::fmt;

/// Largest answer accepted from most endpoints, in bytes.
const NORMAL: usize = 16 << 20;
/// Largest answer of the endpoints that list everything at once, in bytes.
const LARGE: usize = 64 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
}

/// Which secret's token an endpoint wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    /// The self-built app's.
    App,
    /// 通讯录同步 (contacts sync).
    Contacts,
    /// 会话内容存档 (conversation archive).
    Archive,
}

/// What a second sending would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// Nothing: may be sent again after any failure.
    Read,
    /// Something: is sent again only after an answer that proves nothing happened.
    Effect,
}

macro_rules! endpoints {
    ($($(#[$doc:meta])* $name:ident = $path:literal, $method:ident, $key:ident, $nature:ident, $size:ident;)*) => {
        /// An endpoint of the platform. Its `Display` is the path below `/cgi-bin/`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Api {
            $($(#[$doc])* $name,)*
        }

        impl Api {
            /// Every endpoint this client knows, in the order of their discriminants.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The path below `/cgi-bin/`.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self { $(Self::$name => $path,)* }
            }

            pub(crate) const fn method(self) -> Method {
                match self { $(Self::$name => Method::$method,)* }
            }

            pub(crate) const fn key(self) -> Key {
                match self { $(Self::$name => Key::$key,)* }
            }

            pub(crate) const fn nature(self) -> Nature {
                match self { $(Self::$name => Nature::$nature,)* }
            }

            /// Largest answer accepted, in bytes.
            pub(crate) const fn max_answer(self) -> usize {
                match self { $(Self::$name => $size,)* }
            }
        }
    };
}

endpoints! {
    GetToken = "gettoken", Get, App, Read, NORMAL;
    DepartmentList = "department/list", Get, App, Read, LARGE;
    DepartmentSimpleList = "department/simplelist", Get, App, Read, LARGE;
    DepartmentGet = "department/get", Get, App, Read, NORMAL;
    UserGet = "user/get", Get, App, Read, NORMAL;
    UserList = "user/list", Get, App, Read, LARGE;
    UserListId = "user/list_id", Post, Contacts, Read, NORMAL;
    AgentGet = "agent/get", Get, App, Read, NORMAL;
    FollowUserList = "externalcontact/get_follow_user_list", Get, App, Read, LARGE;
    CustomerList = "externalcontact/list", Get, App, Read, LARGE;
    CustomerGet = "externalcontact/get", Get, App, Read, NORMAL;
    CustomerBatchGet = "externalcontact/batch/get_by_user", Post, App, Read, NORMAL;
    Remark = "externalcontact/remark", Post, App, Effect, NORMAL;
    CorpTagList = "externalcontact/get_corp_tag_list", Post, App, Read, NORMAL;
    MarkTag = "externalcontact/mark_tag", Post, App, Effect, NORMAL;
    StrategyList = "externalcontact/customer_strategy/list", Post, App, Read, NORMAL;
    StrategyGet = "externalcontact/customer_strategy/get", Post, App, Read, NORMAL;
    StrategyRange = "externalcontact/customer_strategy/get_range", Post, App, Read, NORMAL;
    TransferCustomer = "externalcontact/transfer_customer", Post, App, Effect, NORMAL;
    TransferResult = "externalcontact/transfer_result", Post, App, Read, NORMAL;
    UnassignedList = "externalcontact/get_unassigned_list", Post, App, Read, NORMAL;
    ResignedTransferCustomer = "externalcontact/resigned/transfer_customer", Post, App, Effect, NORMAL;
    ResignedTransferResult = "externalcontact/resigned/transfer_result", Post, App, Read, NORMAL;
    GroupList = "externalcontact/groupchat/list", Post, App, Read, NORMAL;
    GroupGet = "externalcontact/groupchat/get", Post, App, Read, NORMAL;
    GroupTransfer = "externalcontact/groupchat/transfer", Post, App, Effect, NORMAL;
    GroupOnjobTransfer = "externalcontact/groupchat/onjob_transfer", Post, App, Effect, NORMAL;
    ContactWayList = "externalcontact/list_contact_way", Post, App, Read, NORMAL;
    ContactWayGet = "externalcontact/get_contact_way", Post, App, Read, NORMAL;
    ContactWayUpdate = "externalcontact/update_contact_way", Post, App, Effect, NORMAL;
    AcquisitionLinkList = "externalcontact/customer_acquisition/list_link", Post, App, Read, NORMAL;
    AcquisitionLinkGet = "externalcontact/customer_acquisition/get", Post, App, Read, NORMAL;
    AcquisitionLinkUpdate = "externalcontact/customer_acquisition/update_link", Post, App, Effect, NORMAL;
    BehaviourData = "externalcontact/get_user_behavior_data", Post, App, Read, NORMAL;
    PermitUserList = "msgaudit/get_permit_user_list", Post, Archive, Read, LARGE;
    CheckSingleAgree = "msgaudit/check_single_agree", Post, Archive, Read, NORMAL;
    CheckRoomAgree = "msgaudit/check_room_agree", Post, Archive, Read, NORMAL;
    InternalRoomGet = "msgaudit/groupchat/get", Post, Archive, Read, NORMAL;
    RobotInfo = "msgaudit/get_robot_info", Get, Archive, Read, NORMAL;
    MessageSend = "message/send", Post, App, Effect, NORMAL;
    /// An effect because a code can be used once only.
    GetUserInfo = "auth/getuserinfo", Get, App, Effect, NORMAL;
    CallbackIp = "getcallbackip", Get, App, Read, NORMAL;
    ApiDomainIp = "get_api_domain_ip", Get, App, Read, NORMAL;
    MediaUpload = "media/upload", Post, App, Effect, NORMAL;
}

impl Api {
    pub(crate) const fn index(self) -> usize {
        self as usize
    }

    /// Whether the base limits per minute and hour count this endpoint's calls
    /// (section 1.4 of the reference names these two as exempt).
    pub(crate) const fn is_counted(self) -> bool {
        !matches!(self, Self::MessageSend | Self::GetUserInfo)
    }
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_found_at_its_index() {
        for (index, api) in Api::ALL.iter().enumerate() {
            assert_eq!(api.index(), index);
        }
    }

    #[test]
    fn every_call_that_changes_something_is_an_effect() {
        for api in Api::ALL {
            let path = api.path();
            let changes = path.ends_with("transfer_customer")
                || path.ends_with("onjob_transfer")
                || path.ends_with("groupchat/transfer")
                || path.ends_with("remark")
                || path.ends_with("mark_tag")
                || path.ends_with("update_contact_way")
                || path.ends_with("update_link")
                || path.ends_with("send");
            if changes {
                assert_eq!(api.nature(), Nature::Effect, "{path}");
            }
        }
    }
}
