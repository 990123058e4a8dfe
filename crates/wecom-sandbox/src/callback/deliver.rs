//! Posts events to the callback address and verifies it.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::{Target, crypt};
use crate::seed::Draw;
use crate::server::Shared;
use crate::world::World;
use crate::world::clock::Due;

/// The platform disconnects after five seconds.
const TIMEOUT: Duration = Duration::from_secs(5);
/// And gives up after the third try.
const TRIES: u8 = 3;

/// Stores an event and plans its delivery, with the faults asked for.
pub fn schedule(world: &mut World, xml: String) {
    let event = world.callbacks.store(world.now, xml);
    world.callbacks.draws += 1;
    let faults = &world.callbacks.faults;
    let mut draw = Draw::new(faults.seed, 0xCA11, world.callbacks.draws);
    if draw.chance(faults.loss) {
        if let Some(record) = world.callbacks.record(event) {
            record.state = "lost";
        }
        return;
    }
    let copies = if draw.chance(faults.duplication) {
        2
    } else {
        1
    };
    let jitter = faults.jitter_s;
    for _ in 0..copies {
        let delay = if jitter == 0 {
            0
        } else {
            draw.below(jitter + 1)
        };
        if delay == 0 {
            world.callbacks.post(event, 1);
        } else {
            let due = world.now + i64::try_from(delay).unwrap_or(0);
            world.queue.push(due, Due::Deliver { event, attempt: 1 });
        }
    }
}

struct Post {
    event: usize,
    attempt: u8,
    url: reqwest::Url,
    body: String,
}

/// Posts what is in the outbox, for as long as the sandbox lives.
pub async fn run(shared: Arc<Shared>) {
    loop {
        let posts = take(&shared);
        if posts.is_empty() {
            shared.outbox.notified().await;
            continue;
        }
        let mut running = JoinSet::new();
        for post in posts {
            let client = shared.client.clone();
            running.spawn(async move {
                let outcome = send(&client, post.url, post.body).await;
                (post.event, post.attempt, outcome)
            });
        }
        while let Some(done) = running.join_next().await {
            if let Ok((event, attempt, outcome)) = done {
                settle(&mut shared.lock(), event, attempt, &outcome);
            }
        }
    }
}

fn take(shared: &Shared) -> Vec<Post> {
    let mut world = shared.lock();
    let Some(target) = world.callbacks.target.clone() else {
        world.callbacks.outbox.clear();
        return Vec::new();
    };
    let mut posts = Vec::new();
    while posts.len() < target.parallel.max(1) {
        let Some((event, attempt)) = world.callbacks.outbox.pop_front() else {
            break;
        };
        let Some(xml) = world
            .callbacks
            .record(event)
            .map(|record| record.xml.clone())
        else {
            continue;
        };
        if let Some((url, body)) = sealed(&mut world, &target, &xml) {
            posts.push(Post {
                event,
                attempt,
                url,
                body,
            });
        }
    }
    world.callbacks.under_way = posts.len();
    posts
}

/// The address with its signature and the body of one post.
fn sealed(world: &mut World, target: &Target, xml: &str) -> Option<(reqwest::Url, String)> {
    world.callbacks.draws += 1;
    let mut draw = Draw::new(world.seed, 0x5EA1, world.callbacks.draws);
    let random = draw.hex(16).into_bytes().try_into().ok()?;
    let encrypted = target
        .key
        .encrypt(random, xml.as_bytes(), &world.info.corp_id)
        .ok()?;
    let url = signed_url(target, &mut draw, world.now, &encrypted, None);
    let body = format!(
        "<xml><ToUserName><![CDATA[{}]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt>\
         <AgentID><![CDATA[{}]]></AgentID></xml>",
        world.info.corp_id, world.info.agent_id
    );
    Some((url, body))
}

fn signed_url(
    target: &Target,
    draw: &mut Draw,
    now: i64,
    encrypted: &str,
    echo: Option<&str>,
) -> reqwest::Url {
    let timestamp = now.to_string();
    let nonce = (draw.next() % 10_000_000_000).to_string();
    let signature = crypt::signature(&target.token, &timestamp, &nonce, encrypted);
    let mut url = target.url.clone();
    url.query_pairs_mut()
        .append_pair("msg_signature", &signature)
        .append_pair("timestamp", &timestamp)
        .append_pair("nonce", &nonce);
    if let Some(echo) = echo {
        url.query_pairs_mut().append_pair("echostr", echo);
    }
    url
}

async fn send(client: &reqwest::Client, url: reqwest::Url, body: String) -> String {
    let request = client
        .post(url)
        .header("content-type", "text/xml")
        .timeout(TIMEOUT)
        .body(body);
    match request.send().await {
        Ok(answer) => answer.status().as_u16().to_string(),
        Err(error) if error.is_timeout() => "timeout".to_owned(),
        Err(_) => "no answer".to_owned(),
    }
}

fn settle(world: &mut World, event: usize, attempt: u8, outcome: &str) {
    world.callbacks.under_way = world.callbacks.under_way.saturating_sub(1);
    let delivered = outcome == "200";
    let again = !delivered && attempt < TRIES;
    if let Some(record) = world.callbacks.record(event) {
        record.tries.push(outcome.to_owned());
        record.delivered += u32::from(delivered);
        if delivered {
            record.state = "delivered";
        } else if !again && record.delivered == 0 {
            record.state = "failed";
        }
    }
    if again {
        let due = world.clock.seconds() + world.knobs.callback_retry_s;
        world.queue.push(
            due,
            Due::Deliver {
                event,
                attempt: attempt + 1,
            },
        );
    }
}

/// Asks the address to decrypt and echo, as the admin console does on saving.
///
/// # Errors
/// What the receiver did instead, for a person to read.
pub async fn verify(shared: &Shared, target: &Target) -> Result<(), String> {
    let (url, expected) = {
        let mut world = shared.lock();
        world.callbacks.draws += 1;
        let mut draw = Draw::new(world.seed, 0xEC40, world.callbacks.draws);
        let expected = (draw.next() >> 1).to_string();
        let random = draw
            .hex(16)
            .into_bytes()
            .try_into()
            .map_err(|_| "no random bytes")?;
        let echo = target
            .key
            .encrypt(random, expected.as_bytes(), &world.info.corp_id)
            .map_err(|error| error.to_string())?;
        (
            signed_url(target, &mut draw, world.now, &echo, Some(&echo)),
            expected,
        )
    };
    let answer = shared
        .client
        .get(url)
        .timeout(TIMEOUT)
        .send()
        .await
        .map_err(|error| format!("the address did not answer: {}", error.without_url()))?;
    let status = answer.status();
    let text = answer
        .text()
        .await
        .map_err(|error| error.without_url().to_string())?;
    if !status.is_success() {
        return Err(format!("the address answered HTTP {status}"));
    }
    if text == expected {
        Ok(())
    } else {
        Err("the address did not echo the message".to_owned())
    }
}
