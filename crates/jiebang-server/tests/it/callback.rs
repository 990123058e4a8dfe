//! Where WeCom delivers its events.

use axum::body::Body;
use axum::http::{Method, Request};
use jiebang_domain::id::CorpId;
use jiebang_wecom::Secret;
use jiebang_wecom::callback::Receiver;

use crate::fixture::{Answer, START, Served};

struct Platform {
    receiver: Receiver,
    corp: String,
}

impl Platform {
    fn of(served: &Served) -> Self {
        let info = served.sandbox.as_ref().unwrap().info();
        let token = Secret::new(info.callback_token.clone());
        let key = Secret::new(info.encoding_aes_key.clone());
        let corp = CorpId::parse(info.corp_id.as_str()).unwrap();
        Self {
            receiver: Receiver::new(&token, &key, corp).unwrap(),
            corp: info.corp_id.clone(),
        }
    }

    /// Query and body of a delivery.
    fn delivery(&self, xml: &str) -> (String, String) {
        let encrypted = self.receiver.seal(xml, [3; 16]);
        let time = START.to_string();
        let signature = self.receiver.sign(&time, "nonce", &encrypted);
        let query = format!("msg_signature={signature}&timestamp={time}&nonce=nonce");
        let body = format!(
            "<xml><ToUserName><![CDATA[{}]]></ToUserName><AgentID>1</AgentID>\
             <Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>",
            self.corp
        );
        (query, body)
    }

    fn event(&self) -> String {
        format!(
            "<xml><ToUserName>{}</ToUserName><FromUserName>sys</FromUserName>\
             <CreateTime>{START}</CreateTime><MsgType>event</MsgType>\
             <Event>change_external_tag</Event><ChangeType>shuffle</ChangeType></xml>",
            self.corp
        )
    }
}

async fn deliver(served: &Served, query: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post(format!("/callback/wecom?{query}"))
        .body(body.into())
        .unwrap();
    served.stranger().send(request).await
}

async fn unhandled(served: &Served) -> u64 {
    let corp = served.app.corp().unwrap();
    jiebang_store::callback::count_unhandled(served.app.store().read(), &corp)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_genuine_delivery_is_stored_once_and_answered_empty() {
    let served = Served::with_corp(1, 0).await;
    let platform = Platform::of(&served);
    let (query, body) = platform.delivery(&platform.event());
    for _ in 0..3 {
        let answer = deliver(&served, &query, body.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 0));
    }
    assert_eq!(unhandled(&served).await, 1);
    served.work().await;
    assert_eq!(unhandled(&served).await, 0);
}

#[tokio::test]
async fn what_is_not_genuine_is_refused_and_not_stored() {
    let served = Served::with_corp(1, 0).await;
    let platform = Platform::of(&served);
    let (query, body) = platform.delivery(&platform.event());
    let forged = query.replace("nonce=nonce", "nonce=other");
    deliver(&served, &forged, body.clone())
        .await
        .problem(403, "callback_refused");
    for query in ["", "msg_signature=&timestamp=&nonce=", "%00=%ff&&&=="] {
        deliver(&served, query, body.clone())
            .await
            .problem(403, "callback_refused");
    }
    for body in ["", "<xml>", "<xml><Encrypt>AAAA</Encrypt></xml>", "\u{0}"] {
        deliver(&served, &query, body)
            .await
            .problem(403, "callback_refused");
    }
    let large = "x".repeat((1 << 20) + 1);
    deliver(&served, &query, large)
        .await
        .problem(413, "payload_too_large");
    assert_eq!(unhandled(&served).await, 0);
}

#[tokio::test]
async fn the_check_of_the_url_is_answered_with_the_bare_text() {
    let served = Served::with_corp(1, 0).await;
    let platform = Platform::of(&served);
    let echo = platform.receiver.seal("1616140317555161061", [5; 16]);
    let time = START.to_string();
    let signature = platform.receiver.sign(&time, "n", &echo);
    let escaped = echo
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    let uri = format!(
        "/callback/wecom?msg_signature={signature}&timestamp={time}&nonce=n&echostr={escaped}"
    );
    let ask = |uri: &str| Request::get(uri.to_owned()).body(Body::empty()).unwrap();
    let answer = served.stranger().send(ask(&uri)).await;
    assert_eq!(answer.text(), "1616140317555161061");
    let forged = uri.replace("nonce=n&", "nonce=m&");
    served
        .stranger()
        .send(ask(&forged))
        .await
        .problem(403, "callback_refused");
}

#[tokio::test]
async fn without_settings_nothing_is_taken() {
    let served = Served::new().await;
    for method in [Method::GET, Method::POST] {
        let request = Request::builder()
            .method(method)
            .uri("/callback/wecom?msg_signature=a&timestamp=1&nonce=b&echostr=c")
            .body(Body::empty())
            .unwrap();
        served
            .stranger()
            .send(request)
            .await
            .problem(404, "callback_not_configured");
    }
}
