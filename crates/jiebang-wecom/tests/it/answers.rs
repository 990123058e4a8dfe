//! Answers as the reference shows them, as the real server gave them, and as nobody should.

use std::time::Duration;

use jiebang_domain::id::ChatId;
use jiebang_domain::time::Timestamp;
use jiebang_wecom::{
    Batch, CallError, ConfigProblem, ContactType, Doubt, ErrCode, ErrKind, GroupStatus, Login,
    MediaKind, MemberStatus, MemberType, Message, MessageContent, RangeEntry, Remark, TransferKind,
    TransferStatus,
};
use proptest::prelude::*;

use crate::stub::{Reply, Stub, customer, user};

#[tokio::test]
async fn a_member_is_read_with_its_gender_as_text() {
    let stub = Stub::always(
        r#"{"errcode":0,"errmsg":"ok","userid":"Amy","name":"Amy","department":[2,5],"order":[10,0],
        "is_leader_in_dept":[1,0],"main_department":2,"direct_leader":["bob"],"position":"Sales",
        "gender":"2","status":1,"alias":"","telephone":"","external_position":"Consultant",
        "external_profile":{"external_corp_name":"Acme","external_attr":[]},
        "extattr":{"attrs":[{"type":0,"name":"Region","text":{"value":"East"}}]}}"#,
    )
    .await;
    let member = stub.client().member(&user("amy")).await.unwrap().unwrap();
    assert_eq!(member.userid, user("amy"));
    assert_eq!(member.departments, [2, 5]);
    assert_eq!(member.is_leader, [1, 0]);
    assert_eq!(member.direct_leaders, [user("bob")]);
    assert_eq!((member.gender, member.status), (2, MemberStatus::Active));
}

#[tokio::test]
async fn a_member_who_is_gone_is_none() {
    for code in [60111, 46004] {
        let stub = Stub::always(format!(r#"{{"errcode":{code},"department":[]}}"#)).await;
        assert_eq!(stub.client().member(&user("amy")).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_member_without_customers_has_none() {
    let stub = Stub::always(r#"{"errcode":84061,"errmsg":"not external contact"}"#).await;
    assert!(
        stub.client()
            .customers_of(&user("amy"))
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        stub.client().customer(&customer("wmA1")).await.unwrap(),
        None
    );
}

#[tokio::test]
async fn a_customer_is_read_the_same_from_either_call() {
    let one = Stub::always(
        r#"{"errcode":0,"external_contact":{"external_userid":"wmA1","name":"Li","type":1,"gender":2},
        "follow_user":[{"userid":"amy","remark":"Li (Acme)","description":"","createtime":1700000000,
        "add_way":202,"state":"qr-7","oper_userid":"wmA1","remark_corp_name":"Acme",
        "remark_mobiles":["13800000000"],"tags":[{"group_name":"Level","tag_name":"A",
        "tag_id":"etX1","type":1},{"group_name":"","tag_name":"mine","type":2}]}]}"#,
    )
    .await;
    let detail = one
        .client()
        .customer(&customer("wmA1"))
        .await
        .unwrap()
        .unwrap();
    let follow = &detail.follows[0];
    assert_eq!(detail.contact.kind, ContactType::WeChat);
    assert_eq!(follow.added_at, Timestamp::from_seconds(1_700_000_000));
    assert_eq!(follow.tags.len(), 2);
    assert_eq!(follow.remark_company, "Acme");

    let batch = Stub::always(
        r#"{"errcode":0,"external_contact_list":[{"external_contact":{"external_userid":"wmA1"},
        "follow_info":{"userid":"amy","tag_id":["etX1"],"remark_mobiles":[""],"add_way":"202"}}],
        "next_cursor":"","fail_info":{"unlicensed_userid_list":["carl"]}}"#,
    )
    .await;
    let members = Batch::from(user("amy"));
    let page = batch
        .client()
        .customers_by_members(&members, None)
        .await
        .unwrap();
    let row = &page.rows.items[0];
    assert_eq!(row.follow.tag_ids(), follow.tag_ids());
    assert_eq!(row.follow.add_way, follow.add_way);
    assert!(row.follow.mobiles.is_empty());
    assert_eq!(page.unlicensed, [user("carl")]);
    let sent = batch.hits("externalcontact/batch/get_by_user")[0].json();
    assert_eq!(
        sent,
        serde_json::json!({"userid_list": ["amy"], "cursor": "", "limit": 100})
    );
}

#[tokio::test]
async fn a_transfer_is_asked_for_as_documented_and_answered_per_customer() {
    let stub = Stub::always(
        r#"{"errcode":0,"errmsg":"ok","customer":[{"external_userid":"wmA1","errcode":0},
        {"external_userid":"wmA2","errcode":40128}]}"#,
    )
    .await;
    let client = stub.client();
    let batch = Batch::new(["wmA1", "wmA2", "wmA3"].into_iter().map(customer).collect()).unwrap();
    let (amy, bob) = (user("Amy"), user("bob"));
    let kind = TransferKind::InService;
    let answer = client
        .transfer_customers(kind, &amy, &bob, &batch, Some("您好"))
        .await
        .unwrap();
    assert_eq!(
        answer.items,
        [
            (customer("wmA1"), ErrCode(0)),
            (customer("wmA2"), ErrCode(40128))
        ]
    );
    assert_eq!(answer.unanswered(&batch), [&customer("wmA3")]);
    assert_eq!(
        stub.hits("externalcontact/transfer_customer")[0].json(),
        serde_json::json!({"handover_userid": "amy", "takeover_userid": "bob",
            "external_userid": ["wmA1", "wmA2", "wmA3"], "transfer_success_msg": "您好"})
    );
    client
        .transfer_customers(TransferKind::Resigned, &amy, &bob, &batch, None)
        .await
        .unwrap();
    let sent = stub.hits("externalcontact/resigned/transfer_customer")[0].json();
    assert!(sent.get("transfer_success_msg").is_none());
}

#[tokio::test]
async fn results_and_the_unassigned_list_are_read() {
    let stub = Stub::start(|hit, _| match hit.path.as_str() {
        "gettoken" => None,
        "externalcontact/get_unassigned_list" => Reply::json(
            r#"{"errcode":0,"info":[{"handover_userid":"amy","external_userid":"wmA3",
            "dimission_time":1700000000}],"is_last":false,"next_cursor":"c2"}"#,
        ),
        _ => Reply::json(
            r#"{"errcode":0,"customer":[{"external_userid":"wmA1","status":2,
            "takeover_time":1700086400},{"external_userid":"wmA2","status":3,"takeover_time":0},
            {"external_userid":"wmA3","status":"1"},{"external_userid":"wmA4"}],"next_cursor":""}"#,
        ),
    })
    .await;
    let client = stub.client();
    let kind = TransferKind::Resigned;
    let page = client
        .transfer_results(kind, &user("amy"), &user("bob"), None)
        .await
        .unwrap();
    let statuses: Vec<_> = page.items.iter().map(|row| row.status).collect();
    use TransferStatus::{Refused, TakenOver, Waiting};
    assert_eq!(statuses, [Waiting, Refused, TakenOver]);
    assert_eq!(page.items[1].takeover_time, None);
    let page = client.unassigned(None).await.unwrap();
    assert_eq!(page.items[0].handover_userid, user("amy"));
    assert_eq!(page.next.unwrap().as_str(), "c2");
    let sent = stub.hits("externalcontact/get_unassigned_list")[0].json();
    assert_eq!(sent, serde_json::json!({"page_size": 1000}));
}

#[tokio::test]
async fn a_group_is_read_and_a_dissolved_one_is_none() {
    let stub = Stub::always(
        r#"{"errcode":0,"errmsg":"ok","group_chat":{"chat_id":"wrB1","name":"","owner":"amy",
        "create_time":1700000000,"notice":"","member_list":[{"userid":"amy","type":1,
        "join_time":1700000000,"join_scene":1},{"userid":"wmA1","type":2,"join_scene":3,
        "invitor":{"userid":"amy"}}],"admin_list":[{"userid":"carl"}],"member_version":"9c3f"}}"#,
    )
    .await;
    let chat = ChatId::parse("wrB1").unwrap();
    let group = stub.client().group(&chat).await.unwrap().unwrap();
    assert_eq!(group.owner, Some(user("amy")));
    assert_eq!(group.admins, [user("carl")]);
    assert_eq!(group.members[1].kind, MemberType::External);
    assert_eq!(group.members[1].invitor, Some(user("amy")));
    let stub = Stub::always(r#"{"errcode":49008,"errmsg":"dissolved"}"#).await;
    assert_eq!(stub.client().group(&chat).await.unwrap(), None);
}

#[tokio::test]
async fn groups_refused_are_listed_and_the_list_may_be_missing() {
    let chats = Batch::from(ChatId::parse("wrB2").unwrap());
    let kind = TransferKind::Resigned;
    let stub = Stub::always(
        r#"{"errcode":0,"failed_chat_list":[{"chat_id":"wrB2","errcode":90501,"errmsg":"no"}]}"#,
    )
    .await;
    let failed = stub
        .client()
        .transfer_groups(kind, &chats, &user("bob"))
        .await
        .unwrap();
    assert_eq!(
        (failed[0].code, failed[0].code.kind()),
        (ErrCode(90501), ErrKind::Item)
    );
    let sent = stub.hits("externalcontact/groupchat/transfer")[0].json();
    assert_eq!(
        sent,
        serde_json::json!({"chat_id_list": ["wrB2"], "new_owner": "bob"})
    );
    let stub = Stub::always(r#"{"errcode":0,"errmsg":"ok"}"#).await;
    let onjob = TransferKind::InService;
    assert!(
        stub.client()
            .transfer_groups(onjob, &chats, &user("bob"))
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        stub.hits("externalcontact/groupchat/onjob_transfer").len(),
        1
    );
    let stub = Stub::always(r#"{"failed_chat_list":[{"chat_id":"wrB2","errcode":0}]}"#).await;
    let failed = stub
        .client()
        .transfer_groups(kind, &chats, &user("bob"))
        .await
        .unwrap();
    assert!(!failed[0].code.is_ok());
}

#[tokio::test]
async fn notes_notices_and_uploads_are_sent_as_documented() {
    let stub = Stub::start(|hit, _| match hit.path.as_str() {
        "message/send" => Reply::json(r#"{"errcode":0,"invaliduser":"carl","msgid":"m1"}"#),
        "media/upload" => {
            Reply::json(r#"{"type":"file","media_id":"M","created_at":"1700000000"}"#)
        }
        _ => None,
    })
    .await;
    let client = stub.client();
    let (amy, li) = (user("amy"), customer("wmA1"));
    let notes = Remark {
        remark: Some("李".into()),
        mobiles: Some(Vec::new()),
        ..Remark::default()
    };
    client.set_remark(&amy, &li, &notes).await.unwrap();
    assert_eq!(
        stub.hits("externalcontact/remark")[0].json(),
        serde_json::json!({"userid": "amy", "external_userid": "wmA1", "remark": "李",
            "remark_mobiles": [""]})
    );
    let content = MessageContent::TextCard {
        title: "交接".into(),
        description: "3 位客户".into(),
        url: "https://example.com".into(),
        button: None,
    };
    let to = Batch::new(vec![amy, user("carl")]).unwrap();
    let message = Message {
        to,
        content,
        duplicate_check: Some(Duration::from_secs(600)),
    };
    let sent = client.send_message(&message).await.unwrap();
    assert_eq!(
        (sent.msgid.as_str(), sent.invalid_users.as_slice()),
        ("m1", &[user("carl")][..])
    );
    assert_eq!(
        stub.hits("message/send")[0].json(),
        serde_json::json!({"touser": "amy|carl", "agentid": 1_000_002, "msgtype": "textcard",
            "textcard": {"title": "交接", "description": "3 位客户", "url": "https://example.com"},
            "enable_duplicate_check": 1, "duplicate_check_interval": 600})
    );
    let media = client
        .upload_media(MediaKind::File, "a.txt", b"hello".to_vec())
        .await
        .unwrap();
    assert_eq!(media.created_at, Timestamp::from_seconds(1_700_000_000));
    let upload = &stub.hits("media/upload")[0];
    assert_eq!(upload.query["type"], "file");
    assert!(String::from_utf8_lossy(&upload.body).contains("name=\"media\"; filename=\"a.txt\""));
}

#[tokio::test]
async fn the_rest_is_read_as_the_reference_shows_it() {
    let stub = Stub::start(|hit, _| match hit.path.as_str() {
        "user/list_id" => Reply::json(
            r#"{"next_cursor":"","dept_user":[{"userid":"amy","department":2},{"userid":"amy","department":"5"}]}"#,
        ),
        "externalcontact/get_corp_tag_list" => Reply::json(
            r#"{"errcode":0,"tag_group":[{"group_id":"etG","group_name":"Level","create_time":"xxxx","order":1,"tag":[{"id":"etX1","name":"A","create_time":1700000000,"order":1}]}]}"#,
        ),
        "externalcontact/customer_strategy/get" => Reply::json(
            r#"{"errcode":0,"strategy":{"strategy_id":7,"parent_id":0,"strategy_name":"East","admin_list":["bob"],"privilege":{"oper_resign_customer":true}}}"#,
        ),
        "externalcontact/customer_strategy/get_range" => Reply::json(
            r#"{"errcode":0,"range":[{"type":1,"userid":"amy"},{"type":2,"partyid":5},{"type":9}]}"#,
        ),
        "externalcontact/customer_strategy/list" => {
            Reply::json(r#"{"errcode":0,"strategy":[{"strategy_id":7}]}"#)
        }
        "externalcontact/get_user_behavior_data" => Reply::json(
            r#"{"errcode":0,"behavior_data":[{"stat_time":1700006400,"chat_cnt":4,"reply_percentage":75.5},{"stat_time":1700092800,"chat_cnt":0}]}"#,
        ),
        "getcallbackip" => Reply::json(r#"{"ip_list":["1.2.3.*"],"errcode":0}"#),
        "auth/getuserinfo" => Reply::json(r#"{"UserId":"Amy","DeviceId":"d"}"#),
        "agent/get" => Reply::json(
            r#"{"agentid":1000002,"name":"接棒","allow_userinfos":{"user":[{"userid":"amy"}]},"allow_partys":{"partyid":[1]},"allow_tags":null,"close":0}"#,
        ),
        "user/list" => Reply::json(r#"{"userlist":[{"userid":"amy","status":9},{"name":"?"}]}"#),
        _ => None,
    })
    .await;
    let client = stub.client();
    assert_eq!(
        client.member_ids(None).await.unwrap().items[1].department,
        5
    );
    let tags = client.corp_tags().await.unwrap();
    assert_eq!(tags[0].tags[0].id.as_str(), "etX1");
    assert!(client.strategy(7).await.unwrap().privilege["oper_resign_customer"]);
    assert_eq!(
        client.strategy_range(7, None).await.unwrap().items,
        [RangeEntry::Member(user("amy")), RangeEntry::Department(5)]
    );
    assert_eq!(client.strategies(None).await.unwrap().items, [7]);
    let (start, end) = (
        Timestamp::from_seconds(1_700_006_400),
        Timestamp::from_seconds(1_700_092_800),
    );
    let days = client
        .behaviour_data(&user("amy").into(), start, end)
        .await
        .unwrap();
    assert_eq!(
        (days[0].reply_percentage, days[1].reply_percentage),
        (Some(75.5), None)
    );
    assert_eq!(client.callback_ips().await.unwrap(), ["1.2.3.*"]);
    assert!(client.api_domain_ips().await.unwrap().is_empty());
    let login = client.user_of_code("code").await.unwrap();
    assert!(matches!(login, Login::Member { userid, .. } if userid == user("amy")));
    let agent = client.agent().await.unwrap();
    assert_eq!(
        (agent.users, agent.departments),
        (vec![user("amy")], vec![1])
    );
    let members = client.members_of(1).await.unwrap();
    assert_eq!(
        members.iter().map(|m| m.status).collect::<Vec<_>>(),
        [MemberStatus::Other(9)]
    );
}

#[tokio::test]
async fn departments_are_put_together_when_the_list_is_not_permitted() {
    let stub = Stub::start(|hit, _| match hit.path.as_str() {
        "department/list" => Reply::code(48002),
        "department/simplelist" => Reply::json(
            r#"{"department_id":[{"id":1,"parentid":0,"order":1},{"id":2,"parentid":1,"order":10}]}"#,
        ),
        "department/get" if hit.query["id"] == "2" => Reply::code(60011),
        "department/get" => Reply::json(
            r#"{"department":{"id":1,"name":"总部","parentid":0,"department_leader":["amy"]}}"#,
        ),
        _ => None,
    })
    .await;
    let departments = stub.client().departments().await.unwrap();
    assert_eq!(departments[0].leaders, [user("amy")]);
    assert_eq!(
        (departments[1].parent, departments[1].name.as_str()),
        (1, "")
    );
}

#[tokio::test]
async fn an_answer_without_an_end_is_cut_off() {
    let stub = Stub::start(|hit, _| {
        (hit.path == "externalcontact/list").then(|| Reply::json("x".repeat(70 << 20)))?
    })
    .await;
    let error = stub.client().customers_of(&user("amy")).await.unwrap_err();
    assert!(
        matches!(
            error,
            CallError::Unsure {
                why: Doubt::TooLarge { .. },
                ..
            }
        ),
        "{error:?}"
    );
    // What is too large once is too large again.
    assert_eq!(stub.hits("externalcontact/list").len(), 1);
}

#[tokio::test]
async fn a_large_answer_is_read() {
    let ids: Vec<_> = (0..50_000).map(|n| format!("\"wm{n:030}\"")).collect();
    let stub = Stub::always(format!(
        r#"{{"errcode":0,"external_userid":[{}]}}"#,
        ids.join(",")
    ))
    .await;
    assert_eq!(
        stub.client()
            .customers_of(&user("amy"))
            .await
            .unwrap()
            .len(),
        50_000
    );
}

#[tokio::test]
async fn wrong_types_are_an_error_or_empty_and_never_a_panic() {
    let values = [
        "null",
        "0",
        "-1.5e300",
        "\"\"",
        "\"x\"",
        "[]",
        "{}",
        "[[[]]]",
        "{\"a\":1}",
        "true",
    ];
    for value in values {
        let stub = Stub::always(format!(
            r#"{{"errcode":0,"external_userid":{value},"follow_user":{value},"group_chat":{value},
            "group_chat_list":{value},"next_cursor":{value},"external_contact":{value},
            "customer":{value},"info":{value},"is_last":{value},"userid":{value},"ip_list":{value}}}"#
        ))
        .await;
        let mut config = stub.config();
        config.retry.max_retries = 0;
        let client = stub.client_of(config);
        let amy = user("amy");
        drop(client.customers_of(&amy).await);
        drop(client.customer(&customer("wmA1")).await);
        drop(client.member(&amy).await);
        drop(client.groups(GroupStatus::Normal, None, None, 10).await);
        drop(client.group(&ChatId::parse("wr1").unwrap()).await);
        drop(client.unassigned(None).await);
        drop(
            client
                .transfer_results(TransferKind::Resigned, &amy, &amy, None)
                .await,
        );
        drop(client.user_of_code("c").await);
        drop(client.callback_ips().await);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn random_bytes_never_panic(bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 8)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let stub = Stub::start(move |hit, before| {
                let body = bodies[before % bodies.len()].clone().into();
                (hit.path != "gettoken").then_some(Reply { status: 200, body, delay: Duration::ZERO })
            }).await;
            let mut config = stub.config();
            config.retry.max_retries = 0;
            let client = stub.client_of(config);
            for _ in 0..8 {
                drop(client.customer(&customer("wmA1")).await);
            }
        });
    }
}

/// Recorded answers of the real server; `None` (with a printed reason) without ../shared.
fn probe(name: &str) -> Option<(u16, String)> {
    let path = format!(
        "{}/../../../shared/fixtures/wecom/live-probes/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: no {name} in ../shared");
        return None;
    };
    let probe: serde_json::Value = serde_json::from_str(&text).unwrap();
    let status = u16::try_from(probe["http_status"].as_u64().unwrap()).unwrap();
    let body = match &probe["body"] {
        serde_json::Value::Null => String::new(),
        body => body.to_string(),
    };
    Some((status, body))
}

async fn error_of(name: &str, on_token: bool) -> Option<CallError> {
    let (status, body) = probe(name)?;
    let stub = Stub::start(move |hit, _| {
        (on_token == (hit.path == "gettoken")).then(|| Reply::status(status, body.clone()))?
    })
    .await;
    Some(stub.client().follow_users().await.unwrap_err())
}

#[tokio::test]
async fn recorded_answers_are_of_the_right_kind() {
    let config_problems = [
        ("01_gettoken_bad_corpid", ConfigProblem::Corp),
        ("02_gettoken_no_secret", ConfigProblem::Secret),
    ];
    for (name, problem) in config_problems {
        let Some(error) = error_of(name, true).await else {
            return;
        };
        assert_eq!(error.config_problem(), Some(problem), "{name}");
        assert!(!error.is_unsure());
    }
    let tokens = [
        "04_user_get_bad_token",
        "05_message_send_bad_token",
        "06_ec_list_bad_token",
        "07_follow_user_list_bad_token",
        "08_getcallbackip_bad_token",
        "10_dept_simplelist_bad_token",
    ];
    for name in tokens {
        let error = error_of(name, false).await.unwrap();
        assert_eq!(error.kind(), Some(ErrKind::Token), "{name}");
    }
    for name in ["03_user_get_no_token", "09_list_id_token_in_body"] {
        assert_eq!(
            error_of(name, false).await.unwrap().code(),
            Some(ErrCode(41001)),
            "{name}"
        );
    }
    for name in ["11_unknown_path", "12_plain_http"] {
        let error = error_of(name, false).await.unwrap();
        assert!(
            matches!(error, CallError::NotSent { .. }),
            "{name}: {error:?}"
        );
    }
}
