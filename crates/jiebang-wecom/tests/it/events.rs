//! Events as the reference shows them, in the forms seen in the field.

use jiebang_domain::id::{ChatId, CorpId};
use jiebang_domain::time::Timestamp;
use jiebang_wecom::callback::event::{
    CustomerChange, DirectoryChange, Event, EventKind, FailReason, GroupChange, GroupDetail, parse,
};

use crate::stub::{customer, user};

/// An event with the usual envelope.
fn event(fields: &str) -> Event {
    parse(&format!(
        "<xml><ToUserName><![CDATA[ww1]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>\
         <CreateTime>1700000000</CreateTime><MsgType><![CDATA[event]]></MsgType>{fields}</xml>"
    ))
    .unwrap()
}

fn customer_event(change: &str, more: &str) -> EventKind {
    event(&format!(
        "<Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[{change}]]></ChangeType>\
         <UserID><![CDATA[Bob]]></UserID><ExternalUserID><![CDATA[wmA1]]></ExternalUserID>{more}"
    ))
    .kind
}

fn change(kind: EventKind) -> CustomerChange {
    match kind {
        EventKind::ExternalContact {
            userid,
            customer: c,
            change,
        } => {
            assert_eq!((userid, c), (user("bob"), customer("wmA1")));
            change
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_envelope_is_read() {
    let event = event("<Event>msgaudit_notify</Event><AgentID>1000002</AgentID>");
    assert_eq!(event.corp, Some(CorpId::parse("ww1").unwrap()));
    assert_eq!(event.created_at, Timestamp::from_seconds(1_700_000_000));
    assert_eq!(event.agent_id, Some(1_000_002));
    assert_eq!(event.kind, EventKind::MsgauditNotify);
}

#[test]
fn every_change_of_a_customer_is_told_apart() {
    let add = change(customer_event(
        "add_external_contact",
        "<State>qr-7</State>",
    ));
    assert_eq!(
        add,
        CustomerChange::Add {
            state: Some("qr-7".into()),
            welcome_code: None
        }
    );
    let half = change(customer_event(
        "add_half_external_contact",
        "<WelcomeCode>w</WelcomeCode>",
    ));
    assert!(matches!(half, CustomerChange::AddHalf { state: None, .. }));
    assert_eq!(
        change(customer_event("edit_external_contact", "")),
        CustomerChange::Edit
    );
    assert_eq!(
        change(customer_event("del_follow_user", "")),
        CustomerChange::DelFollow
    );
    assert_eq!(
        change(customer_event("msg_audit_approved", "")),
        CustomerChange::MsgAuditApproved
    );
    let del = change(customer_event("del_external_contact", ""));
    assert!(matches!(
        del,
        CustomerChange::Del {
            by_transfer: false,
            source: None
        }
    ));
    let moved = change(customer_event(
        "del_external_contact",
        "<Source><![CDATA[DELETE_BY_TRANSFER]]></Source>",
    ));
    assert!(matches!(
        moved,
        CustomerChange::Del {
            by_transfer: true,
            ..
        }
    ));
}

#[test]
fn a_failed_takeover_says_why() {
    let reasons = [
        ("customer_refused", FailReason::CustomerRefused),
        ("customer_limit_exceed", FailReason::CustomerLimitExceed),
        ("something_new", FailReason::Other("something_new".into())),
    ];
    for (word, reason) in reasons {
        let kind = customer_event("transfer_fail", &format!("<FailReason>{word}</FailReason>"));
        assert_eq!(change(kind), CustomerChange::TransferFail { reason });
    }
}

fn directory(fields: &str) -> DirectoryChange {
    match event(&format!("<Event>change_contact</Event>{fields}")).kind {
        EventKind::ChangeContact(change) => change,
        other => panic!("{other:?}"),
    }
}

#[test]
fn changes_of_the_directory_are_read_full_or_slim() {
    let full = directory(
        "<ChangeType>create_user</ChangeType><UserID>Amy</UserID><Name>艾米</Name>\
         <Department>1,2,3</Department><IsLeaderInDept>1,0,0</IsLeaderInDept>\
         <DirectLeader>lisi,wangwu</DirectLeader><MainDepartment>1</MainDepartment><Status>1</Status>",
    );
    let DirectoryChange::CreateUser { userid, fields } = full else {
        panic!("{full:?}")
    };
    assert_eq!(userid, user("amy"));
    assert_eq!(fields.departments, Some(vec![1, 2, 3]));
    assert_eq!(fields.is_leader, Some(vec![1, 0, 0]));
    assert_eq!(
        fields.direct_leaders,
        Some(vec![user("lisi"), user("wangwu")])
    );
    let slim = directory(
        "<ChangeType>update_user</ChangeType><UserID>amy</UserID><NewUserID>amelia</NewUserID>",
    );
    let DirectoryChange::UpdateUser {
        new_userid, fields, ..
    } = slim
    else {
        panic!("{slim:?}")
    };
    assert_eq!(
        (new_userid, fields.departments),
        (Some(user("amelia")), None)
    );
    let gone = directory("<ChangeType>delete_user</ChangeType><UserID><![CDATA[Amy]]></UserID>");
    assert_eq!(
        gone,
        DirectoryChange::DeleteUser {
            userid: user("amy")
        }
    );
    let party = directory(
        "<ChangeType>create_party</ChangeType><Id>2</Id><Name>x</Name><ParentId>1</ParentId>",
    );
    assert_eq!(
        party,
        DirectoryChange::CreateParty {
            id: 2,
            name: Some("x".into()),
            parent: Some(1)
        }
    );
}

fn group(fields: &str) -> GroupChange {
    let fields = format!("<Event>change_external_chat</Event>{fields}");
    match event(&fields).kind {
        EventKind::ExternalChat { chat, change } => {
            assert_eq!(chat, ChatId::parse("wrB1").unwrap());
            change
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_members_that_changed_are_read_in_every_form() {
    let forms = [
        (
            "<MemChangeList><Item>a</Item><Item><![CDATA[b]]></Item></MemChangeList>",
            2,
        ),
        ("<MemChangeList><![CDATA[a,b,c]]></MemChangeList>", 3),
        ("<MemChangeList></MemChangeList>", 0),
        ("<MemChangeList/>", 0),
        ("", 0),
    ];
    for (form, count) in forms {
        let change = group(&format!(
            "<ChangeType>update</ChangeType><ChatId>wrB1</ChatId><UpdateDetail>add_member</UpdateDetail>\
             <MemChangeCnt>2</MemChangeCnt>{form}<LastMemVer>v1</LastMemVer><CurMemVer>v2</CurMemVer>"
        ));
        let GroupChange::Update(update) = change else {
            panic!("{change:?}")
        };
        assert_eq!(update.changed.len(), count, "{form}");
        assert_eq!(update.detail, GroupDetail::AddMember);
        assert_eq!(update.current_version.as_deref(), Some("v2"));
    }
}

#[test]
fn groups_come_go_and_change_owner_in_any_order_of_elements() {
    assert_eq!(
        group("<ChatId>wrB1</ChatId><ChangeType>create</ChangeType>"),
        GroupChange::Create
    );
    assert_eq!(
        group("<ChangeType>dismiss</ChangeType><ChatId>wrB1</ChatId>"),
        GroupChange::Dismiss
    );
    let change = group(
        "<ChatId>wrB1</ChatId><ChangeType>update</ChangeType><UpdateDetail>change_owner</UpdateDetail>",
    );
    assert!(matches!(change, GroupChange::Update(u) if u.detail == GroupDetail::ChangeOwner));
}

#[test]
fn a_click_on_a_card_names_who_and_what() {
    let xml =
        "<xml><ToUserName><![CDATA[ww1]]></ToUserName><FromUserName><![CDATA[bob]]></FromUserName>
        <CreateTime>1700000300</CreateTime><MsgType><![CDATA[event]]></MsgType>
        <Event><![CDATA[template_card_event]]></Event><EventKey><![CDATA[accept]]></EventKey>
        <TaskId><![CDATA[ho-1]]></TaskId><CardType><![CDATA[button_interaction]]></CardType>
        <ResponseCode><![CDATA[r2]]></ResponseCode><AgentID>1000002</AgentID></xml>";
    let EventKind::TemplateCard(click) = parse(xml).unwrap().kind else {
        panic!()
    };
    assert_eq!((click.userid, click.key.as_str()), (user("bob"), "accept"));
}

#[test]
fn tags_carry_their_id_and_kind() {
    let EventKind::ExternalTag(tag) = event(
        "<Event>change_external_tag</Event><Id>etX</Id><TagType>tag_group</TagType><ChangeType>update</ChangeType>",
    )
    .kind
    else {
        panic!()
    };
    assert!(tag.is_group);
    assert_eq!(
        (tag.change.as_str(), tag.id.unwrap().as_str()),
        ("update", "etX")
    );
}

#[test]
fn what_is_not_known_or_lacks_something_is_unknown() {
    let unknown = |kind: EventKind| matches!(kind, EventKind::Unknown { .. });
    assert!(unknown(
        event("<Event>brand_new</Event><ChangeType>x</ChangeType>").kind
    ));
    assert!(unknown(customer_event("brand_new", "")));
    assert!(unknown(
        event("<Event>change_contact</Event><ChangeType>delete_user</ChangeType>").kind
    ));
    assert!(unknown(event("").kind));
    let suite = parse("<xml><SuiteId>s</SuiteId><InfoType>suite_ticket</InfoType></xml>").unwrap();
    assert_eq!(
        suite.kind,
        EventKind::Unknown {
            event: "suite_ticket".into(),
            change_type: String::new()
        }
    );
    assert!(parse("not xml").is_err());
}
