//! What every handler is given.

use std::sync::Arc;
use std::time::Duration;

use jiebang_app::App;
use tokio::sync::watch;

use crate::limits::Buckets;

/// What the entry points are told by the program.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// Shown to the console.
    pub version: String,
    /// Whether this is the demo.
    pub demo: bool,
    /// Whether a reverse proxy stands before the server whose `X-Forwarded-For` and
    /// `X-Forwarded-Proto` can be believed.
    pub trust_proxy: bool,
    /// Longest time until an answer begins. Streams (server-sent events, export) go on after it.
    pub time_limit: Duration,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            version: String::new(),
            demo: false,
            trust_proxy: false,
            time_limit: Duration::from_secs(30),
        }
    }
}

/// State of the router; clones are cheap.
#[derive(Clone)]
pub struct Web(Arc<Inner>);

struct Inner {
    app: App,
    options: ServerOptions,
    sign_ins: Buckets,
    stop: watch::Receiver<bool>,
}

impl Web {
    pub(crate) fn new(app: App, options: ServerOptions, stop: watch::Receiver<bool>) -> Self {
        Self(Arc::new(Inner {
            app,
            options,
            sign_ins: Buckets::default(),
            stop,
        }))
    }

    #[must_use]
    pub fn app(&self) -> &App {
        &self.0.app
    }

    #[must_use]
    pub fn options(&self) -> &ServerOptions {
        &self.0.options
    }

    pub(crate) fn sign_ins(&self) -> &Buckets {
        &self.0.sign_ins
    }

    /// Becomes true, or closed, when the server is to end: streams end then.
    pub(crate) fn stop(&self) -> watch::Receiver<bool> {
        self.0.stop.clone()
    }
}
