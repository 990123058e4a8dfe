//! The HTTP calls of the archive.

use jiebang_domain::id::{CorpId, ExternalUserId, UserId};
use jiebang_domain::time::{Clock, Timestamp};
use jiebang_wecom::archive::{AgreeStatus, Edition};
use jiebang_wecom::{Batch, CallError, Client, Config, ConfigProblem, NotSent, Secret};
use serde_json::{Value, json};

use super::{START, Station};

fn client(station: &Station, archive_secret: Option<&str>) -> Client {
    let info = station.sandbox.info();
    let corp = CorpId::parse(&*info.corp_id).unwrap();
    let mut config = Config::new(corp, Secret::new(&*info.app_secret), info.agent_id);
    config.base_url = info.base_url.clone();
    config.archive_secret = archive_secret.map(Secret::new);
    let clock = Clock::manual(Timestamp::from_seconds(START));
    Client::new(config, clock, 3).unwrap()
}

#[tokio::test]
async fn who_is_archived_and_who_agreed_can_be_asked() {
    let station = Station::new().await;
    let secret = station.sandbox.info().archive_secret.clone();
    let client = client(&station, Some(&secret));
    client.check_archive_secret().await.unwrap();
    let members = client.archived_members(None).await.unwrap();
    assert!(members.len() > 5);
    assert_eq!(
        client
            .archived_members(Some(Edition::Service))
            .await
            .unwrap(),
        members
    );
    let office = client
        .archived_members(Some(Edition::Office))
        .await
        .unwrap();
    assert_eq!(office, []);
    let follow = station
        .control("GET", "truth?only=follows", Value::Null)
        .await;
    let follow = &follow["follows"][0];
    let user = UserId::parse(follow["userid"].as_str().unwrap()).unwrap();
    let customer = ExternalUserId::parse(follow["external_userid"].as_str().unwrap()).unwrap();
    let pair = Batch::from((user.clone(), customer.clone()));
    let asked = client.agreements(&pair).await.unwrap();
    assert_eq!(asked[0].status, AgreeStatus::DefaultAgree);
    for (agree, status) in [(false, AgreeStatus::Disagree), (true, AgreeStatus::Agree)] {
        let act = json!({ "userid": user, "external_userid": customer, "agree": agree });
        station.control("POST", "archive/consent", act).await;
        let asked = client.agreements(&pair).await.unwrap();
        assert_eq!(asked[0].status, status);
        assert_eq!(asked[0].changed_at.seconds(), START);
    }
}

#[tokio::test]
async fn rooms_and_bots_can_be_asked_for() {
    let station = Station::new().await;
    let secret = station.sandbox.info().archive_secret.clone();
    let client = client(&station, Some(&secret));
    let state = station.control("GET", "archive", Value::Null).await;
    let mut people = 0;
    for id in state["rooms"].as_array().unwrap() {
        let room = client.internal_room(id.as_str().unwrap()).await.unwrap();
        people += room.unwrap().members.len();
    }
    assert!(people > 10);
    assert_eq!(client.internal_room("wrOfNobody").await.unwrap(), None);
    let id = state["robots"][0].as_str().unwrap();
    assert_eq!(client.robot(id).await.unwrap().id, id);
    let groups = json!({ "owner": client.archived_members(None).await.unwrap()[0] });
    let group = station.control("POST", "groups", groups).await;
    let room = group["chat_id"].as_str().unwrap();
    assert_eq!(client.room_agreements(room).await.unwrap(), []);
}

#[tokio::test]
async fn without_the_archives_own_secret_nothing_is_asked_and_the_wrong_one_is_named() {
    let station = Station::new().await;
    let without = client(&station, None);
    assert!(!without.has_archive_secret());
    assert!(matches!(
        without.archived_members(None).await,
        Err(CallError::NotSent {
            why: NotSent::NoSecret,
            ..
        })
    ));
    let app = station.sandbox.info().app_secret.clone();
    let wrong = client(&station, Some(&app)).archived_members(None).await;
    assert_eq!(
        wrong.unwrap_err().config_problem(),
        Some(ConfigProblem::ApiNotPermitted)
    );
    station
        .control("PUT", "archive", json!({ "on": false }))
        .await;
    let secret = station.sandbox.info().archive_secret.clone();
    let expired = client(&station, Some(&secret)).archived_members(None).await;
    assert_eq!(
        expired.unwrap_err().config_problem(),
        Some(ConfigProblem::ArchiveExpired)
    );
}
