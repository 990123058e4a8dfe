//! Following a sandbox's clock, so that days of limits and waiting pass in seconds: for tests
//! and demos. The configuration lets only a clock on this machine be followed.

use std::time::Duration;

use jiebang_domain::time::{Clock, Timestamp};

use crate::out::Failure;

/// How often the other clock is looked at.
const LOOK: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(5);
/// Looks that fail in a row before it is told once.
const SILENCE: u32 = 40;

#[derive(serde::Deserialize)]
struct Reading {
    now_millis: i64,
}

/// A clock that shows what the one at `url` shows and never goes back.
pub async fn follow(url: String) -> Result<Clock, Failure> {
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .no_proxy()
        .build()
        .map_err(|error| Failure::of("no HTTP client can be made", &error))?;
    let first = read(&client, &url).await.map_err(|error| {
        Failure::of(
            &format!("the clock at {url} (clock.follow) cannot be read"),
            &error,
        )
        .with_remedy("Start the sandbox first, or take clock.follow out of the configuration.")
    })?;
    let clock = Clock::manual(Timestamp::default());
    clock.set_millis(first);
    tokio::spawn(keep(client, url, clock.clone()));
    Ok(clock)
}

async fn keep(client: reqwest::Client, url: String, clock: Clock) {
    let mut failures = 0u32;
    loop {
        tokio::time::sleep(LOOK).await;
        match read(&client, &url).await {
            Ok(millis) => {
                failures = 0;
                if millis > clock.now_millis() {
                    clock.set_millis(millis);
                }
            }
            Err(error) => {
                failures = failures.saturating_add(1);
                if failures == SILENCE {
                    tracing::warn!(%error, "the clock that is followed does not answer; time stands still");
                }
            }
        }
    }
}

async fn read(client: &reqwest::Client, url: &str) -> Result<i64, reqwest::Error> {
    let answer = client.get(url).send().await?.error_for_status()?;
    Ok(answer.json::<Reading>().await?.now_millis)
}
