//! Every method against the sandbox, and what its faults make of them.

use std::collections::BTreeSet;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::routing::get;
use futures::TryStreamExt;
use jiebang_domain::id::{ChatId, CorpId, ExternalUserId, TagId, UserId};
use jiebang_domain::time::{Clock, DAY, Timestamp};
use jiebang_wecom::callback::event::{CustomerChange, EventKind, parse};
use jiebang_wecom::callback::{Query, Receiver};
use jiebang_wecom::{
    Api, Batch, CallError, Client, Config, ErrCode, ErrKind, GroupStatus, Login, MediaKind,
    Message, MessageContent, Remark, Secret, TransferKind, TransferStatus, walk,
};
use serde_json::{Value, json};
use std::sync::Arc;
use wecom_sandbox::{LeaverSpec, Options, Sandbox};

const START: i64 = 1_780_000_000;
const LEAVER: &str = "leaver01";

struct World {
    sandbox: Sandbox,
    client: Client,
    clock: Clock,
}

async fn world() -> World {
    let leaver = LeaverSpec {
        userid: Some(LEAVER.into()),
        customers: 230,
        groups: 12,
        ..LeaverSpec::default()
    };
    let options = Options {
        staff: 40,
        customers: 600,
        groups: 40,
        start_time: Some(START),
        frozen_clock: true,
        leaver: Some(leaver),
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.unwrap();
    let info = sandbox.info();
    let corp = CorpId::parse(&*info.corp_id).unwrap();
    let mut config = Config::new(corp, Secret::new(&*info.app_secret), info.agent_id);
    config.base_url = info.base_url.clone();
    config.contacts_secret = Some(Secret::new(&*info.contacts_secret));
    config.retry.first_wait = Duration::from_millis(1);
    let clock = Clock::manual(Timestamp::from_seconds(START));
    let client = Client::new(config, clock.clone(), 3).unwrap();
    World {
        sandbox,
        client,
        clock,
    }
}

impl World {
    async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.sandbox.control(method, path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    async fn fault(&self, path: &str, kind: &str) {
        let rule = json!({"path": path, "kind": kind, "times": 1});
        self.control("POST", "faults", rule).await;
    }

    fn advance(&self, seconds: u32) {
        self.sandbox.advance(seconds);
        self.clock.advance(i64::from(seconds));
    }

    async fn leaver_customers(&self) -> Vec<ExternalUserId> {
        let pages = pin!(walk(Api::UnassignedList, None, |c| self
            .client
            .unassigned(c)));
        let pages: Vec<_> = pages.try_collect().await.unwrap();
        let rows = pages.into_iter().flat_map(|page| page.items);
        rows.filter(|row| row.handover_userid.as_str() == LEAVER)
            .map(|row| row.external_userid)
            .collect()
    }

    /// A member who serves customers and has some.
    async fn successor(&self) -> UserId {
        let users = self.client.follow_users().await.unwrap();
        users
            .into_iter()
            .find(|user| user.as_str() != LEAVER)
            .unwrap()
    }

    async fn transfers(&self) -> usize {
        let path = format!("truth?only=transfers&handover_userid={LEAVER}");
        let truth = self.control("GET", &path, Value::Null).await;
        truth["transfers"].as_array().unwrap().len()
    }
}

fn leaver() -> UserId {
    UserId::parse(LEAVER).unwrap()
}

#[tokio::test]
async fn the_directory_is_read() {
    let w = world().await;
    let departments = w.client.departments().await.unwrap();
    assert!(departments.iter().any(|d| d.id == 1 && !d.name.is_empty()));
    let mut members = BTreeSet::new();
    for department in &departments {
        for member in w.client.members_of(department.id).await.unwrap() {
            assert!(!member.name.is_empty());
            members.insert(member.userid);
        }
    }
    let ids = pin!(walk(Api::UserListId, None, |c| w.client.member_ids(c)));
    let ids: Vec<_> = ids.try_collect().await.unwrap();
    let ids: BTreeSet<_> = ids
        .into_iter()
        .flat_map(|p| p.items)
        .map(|row| row.userid)
        .collect();
    assert!(members.len() > 10);
    assert!(members.is_subset(&ids));
    let someone = members.first().unwrap();
    assert_eq!(
        &w.client.member(someone).await.unwrap().unwrap().userid,
        someone
    );
    assert_eq!(w.client.member(&leaver()).await.unwrap(), None);
    assert_eq!(
        w.client.agent().await.unwrap().agent_id,
        w.client.agent_id()
    );
    assert!(!w.client.callback_ips().await.unwrap().is_empty());
    assert!(!w.client.api_domain_ips().await.unwrap().is_empty());
    w.client.check_app_secret().await.unwrap();
    w.client.check_contacts_secret().await.unwrap();
    w.client.can_list_member_ids().await.unwrap();
}

#[tokio::test]
async fn customers_read_one_by_one_and_in_batches_are_the_same() {
    let w = world().await;
    let users = w.client.follow_users().await.unwrap();
    let mut by_list = BTreeSet::new();
    for user in &users {
        for customer in w.client.customers_of(user).await.unwrap() {
            by_list.insert((user.clone(), customer));
        }
    }
    let mut by_batch = BTreeSet::new();
    for batch in Batch::<UserId>::split(users) {
        let mut cursor = None;
        loop {
            let page = w.client.customers_by_members(&batch, cursor).await.unwrap();
            for row in page.rows.items {
                by_batch.insert((row.follow.userid, row.contact.external_userid));
            }
            cursor = page.rows.next;
            if cursor.is_none() {
                break;
            }
        }
    }
    assert!(by_list.len() > 100);
    assert_eq!(by_list, by_batch);
    let (user, customer) = by_list.first().unwrap();
    let detail = w.client.customer(customer).await.unwrap().unwrap();
    assert!(detail.follows.iter().any(|follow| &follow.userid == user));
}

#[tokio::test]
async fn notes_and_tags_are_written_and_read_back() {
    let w = world().await;
    let user = w.successor().await;
    let customer = w.client.customers_of(&user).await.unwrap().remove(0);
    let notes = Remark {
        remark: Some("李总".into()),
        description: Some("重要".into()),
        mobiles: Some(vec!["13800000000".into()]),
        ..Remark::default()
    };
    w.client.set_remark(&user, &customer, &notes).await.unwrap();
    let groups = w.client.corp_tags().await.unwrap();
    let tags: Vec<TagId> = groups
        .iter()
        .flat_map(|g| &g.tags)
        .map(|t| t.id.clone())
        .take(2)
        .collect();
    w.client
        .mark_tags(&user, &customer, &tags, &[])
        .await
        .unwrap();
    let detail = w.client.customer(&customer).await.unwrap().unwrap();
    let follow = detail.follows.iter().find(|f| f.userid == user).unwrap();
    assert_eq!(
        (follow.remark.as_str(), follow.description.as_str()),
        ("李总", "重要")
    );
    assert_eq!(follow.mobiles, ["13800000000"]);
    assert!(tags.iter().all(|tag| follow.tag_ids().contains(tag)));
    w.client
        .mark_tags(&user, &customer, &[], &tags[..1])
        .await
        .unwrap();
    let none = Remark {
        mobiles: Some(Vec::new()),
        ..Remark::default()
    };
    w.client.set_remark(&user, &customer, &none).await.unwrap();
    let detail = w.client.customer(&customer).await.unwrap().unwrap();
    let follow = detail.follows.iter().find(|f| f.userid == user).unwrap();
    assert!(follow.mobiles.is_empty());
    assert!(!follow.tag_ids().contains(&tags[0]));
}

#[tokio::test]
async fn a_leavers_customers_are_handed_over_and_followed_to_the_end() {
    let w = world().await;
    let (customers, to) = (w.leaver_customers().await, w.successor().await);
    assert_eq!(customers.len(), 230);
    let kind = TransferKind::Resigned;
    for batch in Batch::<ExternalUserId>::split(customers.clone()) {
        let answer = w
            .client
            .transfer_customers(kind, &leaver(), &to, &batch, None)
            .await
            .unwrap();
        assert!(answer.unanswered(&batch).is_empty());
        assert!(
            answer.items.iter().all(|(_, code)| code.is_ok()),
            "{answer:?}"
        );
    }
    assert!(w.leaver_customers().await.is_empty());
    w.control(
        "POST",
        &format!("customers/{}/refuse", customers[0]),
        Value::Null,
    )
    .await;
    w.advance(60);
    let page = w
        .client
        .transfer_results(kind, &leaver(), &to, None)
        .await
        .unwrap();
    assert_eq!(page.items.len(), 230);
    let status = |id: &ExternalUserId, rows: &[jiebang_wecom::TransferRow]| {
        rows.iter()
            .find(|row| &row.external_userid == id)
            .unwrap()
            .status
    };
    assert_eq!(status(&customers[0], &page.items), TransferStatus::Refused);
    assert_eq!(status(&customers[1], &page.items), TransferStatus::Waiting);
    w.advance(90_000);
    let page = w
        .client
        .transfer_results(kind, &leaver(), &to, None)
        .await
        .unwrap();
    assert_eq!(
        status(&customers[1], &page.items),
        TransferStatus::TakenOver
    );
    let again = Batch::from(customers[1].clone());
    let answer = w
        .client
        .transfer_customers(kind, &leaver(), &to, &again, None)
        .await;
    match answer {
        Ok(answer) => assert!(!answer.items[0].1.is_ok()),
        Err(error) => assert!(matches!(error, CallError::Refused { .. })),
    }
}

#[tokio::test]
async fn an_in_service_transfer_of_a_leaver_is_refused() {
    let w = world().await;
    let (customers, to) = (w.leaver_customers().await, w.successor().await);
    let batch = Batch::from(customers[0].clone());
    let kind = TransferKind::InService;
    let answer = w
        .client
        .transfer_customers(kind, &leaver(), &to, &batch, Some("您好"))
        .await;
    match answer {
        Ok(answer) => assert!(!answer.items[0].1.is_ok()),
        Err(error) => assert!(matches!(error, CallError::Refused { .. }), "{error:?}"),
    }
}

#[tokio::test]
async fn a_leavers_groups_are_found_and_handed_over() {
    let w = world().await;
    let to = w.successor().await;
    let pages = pin!(walk(Api::GroupList, None, |cursor| {
        w.client.groups(GroupStatus::OwnerLeft, None, cursor, 5)
    }));
    let pages: Vec<_> = pages.try_collect().await.unwrap();
    assert!(pages.len() > 1);
    let mut chats = Vec::new();
    for row in pages.into_iter().flat_map(|page| page.items) {
        let group = w.client.group(&row.chat_id).await.unwrap().unwrap();
        if group.owner == Some(leaver()) {
            chats.push(group.chat_id);
        }
    }
    assert_eq!(chats.len(), 12);
    let batch = Batch::new(chats.clone()).unwrap();
    let kind = TransferKind::Resigned;
    assert!(
        w.client
            .transfer_groups(kind, &batch, &to)
            .await
            .unwrap()
            .is_empty()
    );
    w.advance(86_400);
    let group = w.client.group(&chats[0]).await.unwrap().unwrap();
    assert_eq!(group.owner, Some(to.clone()));
    let failed = w.client.transfer_groups(kind, &batch, &to).await.unwrap();
    assert_eq!(failed.len(), 12);
    assert!(failed.iter().all(|group| !group.code.is_ok()));
    let owners = Batch::from(to);
    let page = w
        .client
        .groups(GroupStatus::Normal, Some(&owners), None, 1000)
        .await
        .unwrap();
    assert!(
        chats
            .iter()
            .all(|chat| page.items.iter().any(|row| &row.chat_id == chat))
    );
    let stranger = ChatId::parse("wrNobodysGroup").unwrap();
    match w.client.group(&stranger).await {
        Ok(found) => assert_eq!(found, None),
        Err(error) => assert!(matches!(error, CallError::Refused { .. })),
    }
}

#[tokio::test]
async fn notices_logins_uploads_and_figures_work() {
    let w = world().await;
    let user = w.successor().await;
    let to = Batch::new(vec![user.clone(), UserId::parse("nobody").unwrap()]).unwrap();
    let content = MessageContent::Text("您有新的客户".into());
    let message = Message {
        to,
        content,
        duplicate_check: Some(Duration::from_secs(600)),
    };
    let sent = w.client.send_message(&message).await.unwrap();
    assert!(!sent.msgid.is_empty());
    assert_eq!(sent.invalid_users, [UserId::parse("nobody").unwrap()]);
    let nobody = Message {
        to: UserId::parse("nobody").unwrap().into(),
        ..message
    };
    let error = w.client.send_message(&nobody).await.unwrap_err();
    assert_eq!(error.code(), Some(ErrCode(81013)));

    let login = w
        .control("POST", "login", json!({"userid": user.as_str()}))
        .await;
    let code = login["code"].as_str().unwrap();
    let who = w.client.user_of_code(code).await.unwrap();
    assert!(matches!(who, Login::Member { userid, .. } if userid == user));
    let error = w.client.user_of_code(code).await.unwrap_err();
    assert_eq!(error.kind(), Some(ErrKind::Login));

    let media = w
        .client
        .upload_media(MediaKind::File, "交接.txt", b"hello".to_vec())
        .await
        .unwrap();
    assert!(!media.media_id.is_empty());
    let (end, start) = (w.clock.now().plus(-DAY), w.clock.now().plus(-7 * DAY));
    w.client
        .behaviour_data(&user.into(), start, end)
        .await
        .unwrap();
    assert!(w.client.strategies(None).await.is_ok());
}

#[tokio::test]
async fn faults_of_an_effect_are_told_apart_and_the_truth_agrees() {
    let w = world().await;
    let (customers, to) = (w.leaver_customers().await, w.successor().await);
    let path = "externalcontact/resigned/transfer_customer";
    // Fault; whether the call succeeds, is unsure; whether it took effect.
    let cases = [
        ("busy", false, true, false),
        ("busy_after", false, true, true),
        ("cut_before", false, true, false),
        ("cut_after", false, true, true),
        ("malformed", false, true, true),
        ("token_40014", true, false, true),
        ("token_42001", true, false, true),
        ("concurrency", true, false, true),
    ];
    let mut started = 0;
    for (n, (kind, succeeds, is_unsure, took_effect)) in cases.into_iter().enumerate() {
        w.fault(path, kind).await;
        let batch = Batch::from(customers[n].clone());
        let result = w
            .client
            .transfer_customers(TransferKind::Resigned, &leaver(), &to, &batch, None)
            .await;
        assert_eq!(result.is_ok(), succeeds, "{kind}: {result:?}");
        assert_eq!(
            result.is_err_and(|error| error.is_unsure()),
            is_unsure,
            "{kind}"
        );
        started += usize::from(took_effect);
        assert_eq!(w.transfers().await, started, "{kind}");
    }
}

#[tokio::test]
async fn faults_of_a_read_are_got_over() {
    let w = world().await;
    let path = "externalcontact/get_unassigned_list";
    let kinds = [
        "busy",
        "cut_before",
        "cut_after",
        "malformed",
        "token_40014",
        "token_42001",
        "concurrency",
        "short_page",
        "absent_cursor",
    ];
    for kind in kinds {
        w.fault(path, kind).await;
        assert_eq!(w.leaver_customers().await.len(), 230, "{kind}");
    }
}

type Received = Arc<std::sync::Mutex<Vec<String>>>;

async fn receive(
    State((receiver, received)): State<(Arc<Receiver>, Received)>,
    RawQuery(query): RawQuery,
    body: axum::body::Bytes,
) -> String {
    let query = Query::parse(&query.unwrap()).unwrap();
    if query.echostr.is_some() {
        return receiver.verify_url(&query).unwrap();
    }
    let event = receiver.open(&query, &body).unwrap();
    received.lock().unwrap().push(event.xml);
    String::new()
}

#[tokio::test]
async fn callbacks_of_the_sandbox_are_received() {
    let w = world().await;
    let info = w.sandbox.info();
    let corp = CorpId::parse(&*info.corp_id).unwrap();
    let token = Secret::new(&*info.callback_token);
    let key = Secret::new(&*info.encoding_aes_key);
    let receiver = Arc::new(Receiver::new(&token, &key, corp).unwrap());
    let received = Received::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/callback", listener.local_addr().unwrap());
    let state = (receiver, Arc::clone(&received));
    let router = Router::new()
        .route("/callback", get(receive).post(receive))
        .with_state(state);
    tokio::spawn(async move { axum::serve(listener, router).await });
    w.control("POST", "callback", json!({"url": url})).await;

    let (customers, to) = (w.leaver_customers().await, w.successor().await);
    let batch = Batch::from(customers[0].clone());
    let kind = TransferKind::Resigned;
    w.client
        .transfer_customers(kind, &leaver(), &to, &batch, None)
        .await
        .unwrap();
    w.control(
        "POST",
        &format!("customers/{}/refuse", customers[0]),
        Value::Null,
    )
    .await;
    let failed = |xml: &String| match parse(xml).unwrap().kind {
        EventKind::ExternalContact {
            userid,
            customer,
            change,
        } => {
            userid == to
                && customer == customers[0]
                && matches!(change, CustomerChange::TransferFail { .. })
        }
        _ => false,
    };
    for _ in 0..1000 {
        if received.lock().unwrap().iter().any(failed) {
            return;
        }
        w.advance(1);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no such event among {}", received.lock().unwrap().len());
}

#[tokio::test]
async fn calls_can_be_spawned() {
    let w = world().await;
    let client = w.client.clone();
    let work = async move {
        let mut pages = pin!(walk(Api::UnassignedList, None, |c| client.unassigned(c)));
        pages.try_next().await.unwrap();
        client.departments().await.unwrap().len()
    };
    assert!(tokio::spawn(work).await.unwrap() > 1);
}
