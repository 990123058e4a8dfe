//! What a callback says (sections 5.4 to 5.10). Open: what is not known is
//! [`EventKind::Unknown`], which is kept and answered like the rest.

use jiebang_domain::id::{ChatId, CorpId, DepartmentId, ExternalUserId, TagId, UserId};
use jiebang_domain::time::Timestamp;

use super::xml::{self, Element};

/// An event, or a message somebody sent to the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The corp it is for.
    pub corp: Option<CorpId>,
    /// `sys`, or the member who clicked.
    pub from: String,
    /// When it happened; not unique, and events come late, twice, out of order or not at all.
    pub created_at: Timestamp,
    pub agent_id: Option<i64>,
    pub kind: EventKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    ChangeContact(DirectoryChange),
    ExternalContact {
        userid: UserId,
        customer: ExternalUserId,
        change: CustomerChange,
    },
    ExternalChat {
        chat: ChatId,
        change: GroupChange,
    },
    ExternalTag(TagChange),
    /// New rows in the chat archive: pull.
    MsgauditNotify,
    TemplateCard(CardClick),
    /// Everything else, and what lacks what it should carry.
    Unknown {
        event: String,
        change_type: String,
    },
}

/// `change_contact`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DirectoryChange {
    CreateUser {
        userid: UserId,
        fields: UserFields,
    },
    UpdateUser {
        userid: UserId,
        new_userid: Option<UserId>,
        fields: UserFields,
    },
    /// The sign of a leaver.
    DeleteUser {
        userid: UserId,
    },
    CreateParty {
        id: DepartmentId,
        name: Option<String>,
        parent: Option<DepartmentId>,
    },
    UpdateParty {
        id: DepartmentId,
        name: Option<String>,
        parent: Option<DepartmentId>,
    },
    DeleteParty {
        id: DepartmentId,
    },
    UpdateTag,
}

/// The fields of a member an event may carry; `None` where it does not. Slim callbacks carry
/// departments only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFields {
    pub name: Option<String>,
    pub departments: Option<Vec<DepartmentId>>,
    pub main_department: Option<DepartmentId>,
    /// 1: leads the department of the same index.
    pub is_leader: Option<Vec<i64>>,
    pub direct_leaders: Option<Vec<UserId>>,
    pub position: Option<String>,
    pub status: Option<i64>,
}

/// `change_external_contact`: between a member and a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CustomerChange {
    /// Also after a takeover, for the successor.
    Add {
        state: Option<String>,
        welcome_code: Option<String>,
    },
    /// Remark or corp tags; does not say which.
    Edit,
    /// The customer's side only; the member has not confirmed.
    AddHalf {
        state: Option<String>,
        welcome_code: Option<String>,
    },
    /// The member deleted the customer, or a takeover did.
    Del {
        by_transfer: bool,
        source: Option<String>,
    },
    /// The customer deleted the member.
    DelFollow,
    /// The member is the successor; the event does not name the giver.
    TransferFail { reason: FailReason },
    /// The customer agreed to the archiving of the conversation.
    MsgAuditApproved,
}

/// Why a takeover failed. Open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FailReason {
    CustomerRefused,
    CustomerLimitExceed,
    Other(String),
}

/// `change_external_chat`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GroupChange {
    Create,
    Dismiss,
    Update(GroupUpdate),
}

/// What changed in a group. A new owner is not named: ask for the group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupUpdate {
    pub detail: GroupDetail,
    pub join_scene: Option<i64>,
    /// 0 left, 1 removed.
    pub quit_scene: Option<i64>,
    pub change_count: Option<i64>,
    /// Ids of members and customers, as they came; may be empty although some changed.
    pub changed: Vec<String>,
    /// The version of the member list before and after, where given.
    pub last_version: Option<String>,
    pub current_version: Option<String>,
}

/// Open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum GroupDetail {
    AddMember,
    DelMember,
    ChangeOwner,
    ChangeName,
    ChangeNotice,
    Other(String),
    #[default]
    None,
}

/// `change_external_tag`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagChange {
    /// `create`, `update`, `delete` or `shuffle`.
    pub change: String,
    /// A tag or, where `is_group`, a group; absent when everything was reordered.
    pub id: Option<TagId>,
    pub is_group: bool,
    pub strategy_id: Option<i64>,
}

/// A member clicked on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardClick {
    pub userid: UserId,
    pub key: String,
    pub task_id: String,
    pub card_type: String,
    /// Serves to change the card, once, for 72 hours.
    pub response_code: Option<String>,
}

/// The text is not the XML of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the callback is not the XML of an event")]
pub struct NotAnEvent;

/// Reads an event.
pub fn parse(xml: &str) -> Result<Event, NotAnEvent> {
    let root = xml::parse(xml).map_err(|_source| NotAnEvent)?;
    let fields = Fields(&root);
    Ok(Event {
        corp: fields
            .text("ToUserName")
            .and_then(|text| CorpId::parse(text).ok()),
        from: fields.text("FromUserName").unwrap_or_default(),
        created_at: Timestamp::from_seconds(fields.int("CreateTime").unwrap_or_default()),
        agent_id: fields.int("AgentID"),
        kind: kind(&fields).unwrap_or_else(|| unknown(&fields)),
    })
}

fn unknown(fields: &Fields<'_>) -> EventKind {
    let event = fields.text("Event").or_else(|| fields.text("InfoType"));
    EventKind::Unknown {
        event: event.or_else(|| fields.text("MsgType")).unwrap_or_default(),
        change_type: fields.text("ChangeType").unwrap_or_default(),
    }
}

fn kind(fields: &Fields<'_>) -> Option<EventKind> {
    if fields.0.text_of("MsgType") != Some("event") {
        return None;
    }
    Some(match fields.0.text_of("Event")? {
        "change_contact" => EventKind::ChangeContact(directory_change(fields)?),
        "change_external_contact" => EventKind::ExternalContact {
            userid: fields.user("UserID")?,
            customer: ExternalUserId::parse(fields.text("ExternalUserID")?).ok()?,
            change: customer_change(fields)?,
        },
        "change_external_chat" => EventKind::ExternalChat {
            chat: ChatId::parse(fields.text("ChatId")?).ok()?,
            change: group_change(fields)?,
        },
        "change_external_tag" => EventKind::ExternalTag(TagChange {
            change: fields.text("ChangeType")?,
            id: fields.text("Id").and_then(|id| TagId::parse(id).ok()),
            is_group: fields.0.text_of("TagType") == Some("tag_group"),
            strategy_id: fields.int("StrategyId"),
        }),
        "msgaudit_notify" => EventKind::MsgauditNotify,
        "template_card_event" => EventKind::TemplateCard(CardClick {
            userid: fields.user("FromUserName")?,
            key: fields.text("EventKey").unwrap_or_default(),
            task_id: fields.text("TaskId").unwrap_or_default(),
            card_type: fields.text("CardType").unwrap_or_default(),
            response_code: fields.text("ResponseCode"),
        }),
        _ => return None,
    })
}

fn directory_change(fields: &Fields<'_>) -> Option<DirectoryChange> {
    let (name, parent) = (fields.text("Name"), fields.int("ParentId"));
    Some(match fields.0.text_of("ChangeType")? {
        "create_user" => DirectoryChange::CreateUser {
            userid: fields.user("UserID")?,
            fields: user(fields),
        },
        "update_user" => DirectoryChange::UpdateUser {
            userid: fields.user("UserID")?,
            new_userid: fields.user("NewUserID"),
            fields: user(fields),
        },
        "delete_user" => DirectoryChange::DeleteUser {
            userid: fields.user("UserID")?,
        },
        "create_party" => DirectoryChange::CreateParty {
            id: fields.int("Id")?,
            name,
            parent,
        },
        "update_party" => DirectoryChange::UpdateParty {
            id: fields.int("Id")?,
            name,
            parent,
        },
        "delete_party" => DirectoryChange::DeleteParty {
            id: fields.int("Id")?,
        },
        "update_tag" => DirectoryChange::UpdateTag,
        _ => return None,
    })
}

fn user(fields: &Fields<'_>) -> UserFields {
    let leaders = fields.text("DirectLeader").map(|text| {
        text.split(',')
            .filter_map(|id| UserId::parse(id.trim()).ok())
            .collect::<Vec<_>>()
    });
    UserFields {
        name: fields.text("Name"),
        departments: fields.ints("Department"),
        main_department: fields.int("MainDepartment"),
        is_leader: fields.ints("IsLeaderInDept"),
        direct_leaders: leaders,
        position: fields.text("Position"),
        status: fields.int("Status"),
    }
}

fn customer_change(fields: &Fields<'_>) -> Option<CustomerChange> {
    let (state, welcome_code) = (fields.text("State"), fields.text("WelcomeCode"));
    Some(match fields.0.text_of("ChangeType")? {
        "add_external_contact" => CustomerChange::Add {
            state,
            welcome_code,
        },
        "edit_external_contact" => CustomerChange::Edit,
        "add_half_external_contact" => CustomerChange::AddHalf {
            state,
            welcome_code,
        },
        "del_external_contact" => {
            let source = fields.text("Source");
            let by_transfer = source.as_deref() == Some("DELETE_BY_TRANSFER");
            CustomerChange::Del {
                by_transfer,
                source,
            }
        }
        "del_follow_user" => CustomerChange::DelFollow,
        "transfer_fail" => CustomerChange::TransferFail {
            reason: fail_reason(fields),
        },
        "msg_audit_approved" => CustomerChange::MsgAuditApproved,
        _ => return None,
    })
}

fn fail_reason(fields: &Fields<'_>) -> FailReason {
    match fields.text("FailReason").unwrap_or_default() {
        reason if reason == "customer_refused" => FailReason::CustomerRefused,
        reason if reason == "customer_limit_exceed" => FailReason::CustomerLimitExceed,
        reason => FailReason::Other(reason),
    }
}

fn group_change(fields: &Fields<'_>) -> Option<GroupChange> {
    Some(match fields.0.text_of("ChangeType")? {
        "create" => GroupChange::Create,
        "dismiss" => GroupChange::Dismiss,
        "update" => GroupChange::Update(GroupUpdate {
            detail: group_detail(fields.0.text_of("UpdateDetail")),
            join_scene: fields.int("JoinScene"),
            quit_scene: fields.int("QuitScene"),
            change_count: fields.int("MemChangeCnt"),
            changed: fields
                .0
                .child("MemChangeList")
                .map(changed_ids)
                .unwrap_or_default(),
            last_version: fields.text("LastMemVer"),
            current_version: fields.text("CurMemVer"),
        }),
        _ => return None,
    })
}

fn group_detail(detail: Option<&str>) -> GroupDetail {
    match detail {
        None => GroupDetail::None,
        Some("add_member") => GroupDetail::AddMember,
        Some("del_member") => GroupDetail::DelMember,
        Some("change_owner") => GroupDetail::ChangeOwner,
        Some("change_name") => GroupDetail::ChangeName,
        Some("change_notice") => GroupDetail::ChangeNotice,
        Some(other) => GroupDetail::Other(other.to_owned()),
    }
}

/// Items, or one text with commas.
fn changed_ids(list: &Element) -> Vec<String> {
    let items = list.children.iter().map(|item| item.text.as_str());
    let texts = items.chain(list.text.split(','));
    texts
        .map(str::trim)
        .filter(|id| !id.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

/// The fields of an event, read by name.
struct Fields<'a>(&'a Element);

impl Fields<'_> {
    fn text(&self, name: &str) -> Option<String> {
        self.0.text_of(name).map(ToOwned::to_owned)
    }

    fn int(&self, name: &str) -> Option<i64> {
        self.0.text_of(name)?.parse().ok()
    }

    fn ints(&self, name: &str) -> Option<Vec<i64>> {
        let text = self.0.text_of(name)?;
        Some(
            text.split(',')
                .filter_map(|number| number.trim().parse().ok())
                .collect(),
        )
    }

    fn user(&self, name: &str) -> Option<UserId> {
        UserId::parse(self.0.text_of(name)?).ok()
    }
}
