//! What a sandbox is started with, and what it says about itself.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// How large and how random the world is.
#[derive(Debug, Clone)]
pub struct Options {
    /// Address to listen on; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Decides names, ids, relations and every later random choice.
    pub seed: u64,
    /// Members of the directory, leavers included (at most 20,000).
    pub staff: usize,
    /// Customers of the whole corp (at most 2,000,000).
    pub customers: usize,
    /// Customer groups of the whole corp (at most 200,000).
    pub groups: usize,
    /// Unix seconds at which the virtual clock starts; the machine's time if absent.
    pub start_time: Option<i64>,
    /// With `true` the virtual clock moves only by the control API.
    pub frozen_clock: bool,
    /// One prominent leaver with exactly these assets.
    pub leaver: Option<LeaverSpec>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            seed: 7,
            staff: 60,
            customers: 3_000,
            groups: 120,
            start_time: None,
            frozen_clock: false,
            leaver: None,
        }
    }
}

/// The leaver a demo or test is about.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct LeaverSpec {
    /// Userid; generated when absent.
    pub userid: Option<String>,
    /// Full name; generated when absent.
    pub name: Option<String>,
    /// Exactly so many customers.
    pub customers: usize,
    /// Exactly so many live groups.
    pub groups: usize,
    /// Days before the start at which the member left; `None`: still employed.
    pub left_days_ago: Option<i64>,
}

impl Default for LeaverSpec {
    fn default() -> Self {
        Self {
            userid: None,
            name: None,
            customers: 300,
            groups: 20,
            left_days_ago: Some(2),
        }
    }
}

/// Everything a client needs to talk to this sandbox.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Info {
    /// `http://host:port`; clients add `/cgi-bin/…`.
    pub base_url: String,
    /// `http://host:port/sandbox`.
    pub control_url: String,
    /// Corp id, `ww…`.
    pub corp_id: String,
    /// Secret of the self-built app that is in the callable list.
    pub app_secret: String,
    /// Secret of the contacts-sync assistant.
    pub contacts_secret: String,
    /// Secret of the chat archive.
    pub archive_secret: String,
    /// Agent id of the self-built app.
    pub agent_id: i64,
    /// Token that signs callbacks.
    pub callback_token: String,
    /// 43 letters and digits that encrypt callbacks.
    pub encoding_aes_key: String,
}

/// Why a sandbox could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is taken or not allowed.
    #[error("the sandbox cannot listen on {address}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A size is outside of what the sandbox can hold.
    #[error("the sandbox cannot hold {what}: {asked} (at most {most})")]
    TooLarge {
        /// Which size.
        what: &'static str,
        /// The size asked for.
        asked: usize,
        /// The largest size.
        most: usize,
    },
    /// The client for callbacks could not be made.
    #[error("the sandbox cannot make its client for callbacks")]
    Client(#[source] reqwest::Error),
}
