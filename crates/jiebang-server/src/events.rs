//! Server-sent events: the state of something, at first and whenever it has changed.
//!
//! The app tells changes only as hints that may be lost, so every stream also looks by itself
//! from time to time. Changes are gathered: at most five events a second. A comment goes out
//! every 15 seconds, so that proxies keep the connection.

use std::convert::Infallible;
use std::future::Future;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use jiebang_app::Change;
use serde::Serialize;
use tokio::sync::{broadcast, watch};

use crate::problem::Problem;
use crate::state::Web;

/// Time in which changes are gathered into one event.
const GATHER: Duration = Duration::from_millis(200);
/// Longest time without a look, and between comments.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Something that can be watched.
pub trait Watched: Serialize {
    /// Whether a reader who has seen `before` should see this.
    fn is_news_after(&self, before: &Self) -> bool;
}

struct Watch<L, M, T> {
    look: L,
    is_meant: M,
    changes: broadcast::Receiver<Change>,
    stop: watch::Receiver<bool>,
    /// To be sent at once.
    first: Option<T>,
    seen: Option<T>,
}

/// Answers with the stream of what `look` sees, looked at whenever a change `is_meant`. It ends
/// when `look` fails (the reader may not see it any more) or the server stops.
///
/// # Errors
/// Those of the first look.
pub async fn watch<L, F, M, T>(web: &Web, is_meant: M, look: L) -> Result<Response, Problem>
where
    L: Fn() -> F + Send + 'static,
    F: Future<Output = Result<Option<T>, Problem>> + Send,
    M: Fn(Change) -> bool + Send + 'static,
    T: Watched + Send + 'static,
{
    // Listening begins before the first look, so that nothing falls between.
    let changes = web.app().changes();
    let first = look().await?;
    let watch = Watch {
        look,
        is_meant,
        changes,
        stop: web.stop(),
        first,
        seen: None,
    };
    let stream = futures::stream::unfold(watch, |mut watch| async move {
        let event = watch.next().await?;
        Some((Ok::<_, Infallible>(event), watch))
    });
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    let mut response = Sse::new(stream).keep_alive(keep_alive).into_response();
    // Asks nginx not to hold events back.
    let headers = response.headers_mut();
    headers.insert(
        "x-accel-buffering",
        axum::http::HeaderValue::from_static("no"),
    );
    Ok(response)
}

impl<L, F, M, T> Watch<L, M, T>
where
    L: Fn() -> F,
    F: Future<Output = Result<Option<T>, Problem>>,
    M: Fn(Change) -> bool,
    T: Watched,
{
    async fn next(&mut self) -> Option<Event> {
        if let Some(first) = self.first.take() {
            return self.event(first);
        }
        loop {
            self.wait().await?;
            let Some(now) = (self.look)().await.ok()? else {
                continue;
            };
            let is_news = self
                .seen
                .as_ref()
                .is_none_or(|seen| now.is_news_after(seen));
            if is_news {
                return self.event(now);
            }
        }
    }

    fn event(&mut self, now: T) -> Option<Event> {
        let event = Event::default().event("progress").json_data(&now).ok()?;
        self.seen = Some(now);
        Some(event)
    }

    /// Waits for a change that is meant and gathers what comes right after it; `None` at the
    /// end of the server.
    async fn wait(&mut self) -> Option<()> {
        let look_anyway = tokio::time::sleep(KEEP_ALIVE);
        tokio::pin!(look_anyway);
        loop {
            if *self.stop.borrow() {
                return None;
            }
            tokio::select! {
                _ = self.stop.changed() => return None,
                () = &mut look_anyway => return Some(()),
                change = self.changes.recv() => match change {
                    Ok(change) if (self.is_meant)(change) => break,
                    Ok(_) => {}
                    // Too many to follow: something will have changed.
                    Err(broadcast::error::RecvError::Lagged(_)) => break,
                    Err(broadcast::error::RecvError::Closed) => return None,
                },
            }
        }
        tokio::select! {
            _ = self.stop.changed() => return None,
            () = tokio::time::sleep(GATHER) => {}
        }
        while self.changes.try_recv().is_ok() {}
        Some(())
    }
}
