//! Events as XML (reference 5.4–5.9). Forms vary on purpose where the platform
//! varies: `ChangeType` is bare in directory events and CDATA elsewhere.

use std::fmt::Write as _;

use crate::world::World;
use crate::world::knobs::MemberListForm;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    AddContact {
        member: u32,
        customer: u32,
    },
    EditContact {
        member: u32,
        customer: u32,
    },
    DelContact {
        member: u32,
        customer: u32,
        by_transfer: bool,
    },
    DelFollow {
        member: u32,
        customer: u32,
    },
    TransferFail {
        to: u32,
        customer: u32,
        limit: bool,
    },
    ChatCreate {
        group: u32,
    },
    ChatDismiss {
        group: u32,
    },
    ChatUpdate {
        group: u32,
        detail: &'static str,
        changed: Vec<String>,
    },
    CreateUser {
        member: u32,
    },
    UpdateUser {
        member: u32,
    },
    DeleteUser {
        member: u32,
    },
    Party {
        change: &'static str,
        id: u32,
    },
    MsgauditNotify,
    MsgAuditApproved {
        member: u32,
        customer: u32,
    },
    Tag {
        change: &'static str,
        id: String,
        group: bool,
    },
}

/// Builds one message.
struct Xml(String);

impl Xml {
    fn data(&mut self, name: &str, value: &str) {
        // A CDATA section ends at the first "]]>", so a value must not hold one.
        let value = value.replace("]]>", "]]]]><![CDATA[>");
        let _ = write!(self.0, "<{name}><![CDATA[{value}]]></{name}>");
    }

    fn bare(&mut self, name: &str, value: impl std::fmt::Display) {
        let _ = write!(self.0, "<{name}>{value}</{name}>");
    }
}

impl Event {
    /// The message that is encrypted, as of the world's present time.
    pub fn xml(&self, world: &World) -> String {
        let mut xml = Xml(String::with_capacity(480));
        xml.0.push_str("<xml>");
        xml.data("ToUserName", &world.info.corp_id);
        xml.data("FromUserName", "sys");
        xml.bare("CreateTime", world.now);
        xml.data("MsgType", "event");
        match self {
            Self::AddContact { member, customer } => {
                contact(&mut xml, world, "add_external_contact", *member, *customer);
                let code = crate::seed::mix(world.seed, world.callbacks.log.len() as u64);
                xml.data("WelcomeCode", &format!("wc{code:016x}"));
            }
            Self::EditContact { member, customer } => {
                contact(&mut xml, world, "edit_external_contact", *member, *customer);
            }
            Self::DelContact {
                member,
                customer,
                by_transfer,
            } => {
                contact(&mut xml, world, "del_external_contact", *member, *customer);
                if *by_transfer {
                    xml.data("Source", "DELETE_BY_TRANSFER");
                }
            }
            Self::DelFollow { member, customer } => {
                contact(&mut xml, world, "del_follow_user", *member, *customer);
            }
            Self::TransferFail {
                to,
                customer,
                limit,
            } => {
                contact(&mut xml, world, "transfer_fail", *to, *customer);
                let reason = if *limit {
                    "customer_limit_exceed"
                } else {
                    "customer_refused"
                };
                xml.data("FailReason", reason);
            }
            Self::ChatCreate { group } => chat(&mut xml, world, "create", *group),
            Self::ChatDismiss { group } => chat(&mut xml, world, "dismiss", *group),
            Self::ChatUpdate {
                group,
                detail,
                changed,
            } => {
                chat(&mut xml, world, "update", *group);
                chat_update(&mut xml, world, *group, detail, changed);
            }
            Self::CreateUser { member } => user(&mut xml, world, "create_user", *member),
            Self::UpdateUser { member } => user(&mut xml, world, "update_user", *member),
            Self::DeleteUser { member } => {
                xml.data("Event", "change_contact");
                xml.bare("ChangeType", "delete_user");
                xml.data("UserID", &world.person(*member).userid);
            }
            Self::Party { change, id } => {
                xml.data("Event", "change_contact");
                xml.bare("ChangeType", change);
                xml.bare("Id", id);
                if let Some(department) = world.departments.get(id) {
                    xml.data("Name", &department.name);
                    xml.data("ParentId", &department.parent.to_string());
                }
            }
            Self::MsgauditNotify => {
                xml.data("Event", "msgaudit_notify");
                xml.bare("AgentID", 2_000_004);
            }
            Self::MsgAuditApproved { member, customer } => {
                contact(&mut xml, world, "msg_audit_approved", *member, *customer);
                let code = crate::seed::mix(world.seed, world.callbacks.log.len() as u64);
                xml.data("WelcomeCode", &format!("wc{code:016x}"));
            }
            Self::Tag { change, id, group } => {
                xml.data("Event", "change_external_tag");
                xml.data("Id", id);
                xml.data("TagType", if *group { "tag_group" } else { "tag" });
                xml.data("ChangeType", change);
            }
        }
        xml.0.push_str("</xml>");
        xml.0
    }
}

fn contact(xml: &mut Xml, world: &World, change: &str, member: u32, customer: u32) {
    xml.data("Event", "change_external_contact");
    xml.data("ChangeType", change);
    xml.data("UserID", &world.person(member).userid);
    xml.data("ExternalUserID", &world.customer_id(customer));
    let place = &world.customers[customer as usize];
    let state = place
        .follow(member)
        .and_then(|follow| world.follow_info(customer, follow).state.clone());
    if let Some(state) = state {
        xml.data("State", &state);
    }
}

fn chat(xml: &mut Xml, world: &World, change: &str, group: u32) {
    xml.data("Event", "change_external_chat");
    xml.data("ChatId", &world.group_id(group));
    xml.data("ChangeType", change);
}

fn chat_update(xml: &mut Xml, world: &World, group: u32, detail: &str, changed: &[String]) {
    let version = world.groups[group as usize].version;
    xml.data("UpdateDetail", detail);
    match detail {
        "add_member" => xml.bare("JoinScene", 0),
        "del_member" => xml.bare("QuitScene", 0),
        _ => {}
    }
    if !changed.is_empty() {
        xml.bare("MemChangeCnt", changed.len());
        match world.knobs.mem_change_list_form {
            MemberListForm::Items => {
                let items: String = changed
                    .iter()
                    .map(|id| format!("<Item><![CDATA[{id}]]></Item>"))
                    .collect();
                xml.bare("MemChangeList", items);
            }
            MemberListForm::Comma => xml.data("MemChangeList", &changed.join(",")),
            MemberListForm::Empty => xml.bare("MemChangeList", ""),
            MemberListForm::Absent => {}
        }
    }
    xml.data(
        "LastMemVer",
        &member_version(world, group, version.saturating_sub(1)),
    );
    xml.data("CurMemVer", &member_version(world, group, version));
}

/// The 32 hex digits shown as a group's member version.
pub fn member_version(world: &World, group: u32, version: u32) -> String {
    let first = crate::seed::mix(world.seed ^ u64::from(group), u64::from(version));
    format!("{first:016x}{:016x}", crate::seed::mix(first, 1))
}

fn user(xml: &mut Xml, world: &World, change: &str, member: u32) {
    let person = world.person(member);
    let departments: Vec<String> = person.departments.iter().map(ToString::to_string).collect();
    xml.data("Event", "change_contact");
    xml.bare("ChangeType", change);
    xml.data("UserID", &person.userid);
    xml.data("Department", &departments.join(","));
    if change == "create_user" {
        xml.data("Name", &person.name);
    }
}
