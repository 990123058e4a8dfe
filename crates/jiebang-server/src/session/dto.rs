//! Signing in.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::access::dto::{Account, hidden};
use crate::names::ActName;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInInput {
    #[schema(max_length = 64)]
    pub login: String,
    #[schema(max_length = 256)]
    pub password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordInput {
    #[schema(max_length = 256)]
    pub current: String,
    #[schema(min_length = 10, max_length = 256)]
    pub new: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepUpInput {
    #[schema(max_length = 256)]
    pub password: String,
}

hidden!(SignInInput PasswordInput StepUpInput Session);

/// Who is signed in, and what the console needs to know of it.
#[derive(Serialize, ToSchema)]
pub struct Session {
    pub account: Account,
    /// To be sent as `X-CSRF-Token` with everything but GET.
    pub csrf_token: String,
    /// What the account's role may do, before its departments are looked at.
    pub permissions: Vec<ActName>,
    pub server: ServerFacts,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ServerFacts {
    pub version: String,
    /// The server's clock.
    pub now: i64,
    /// Whether this is the demo, whose clock follows the sandbox's.
    pub demo: bool,
}

/// Where the browser goes to sign in by WeCom's QR code.
#[derive(Debug, Serialize, ToSchema)]
pub struct WecomSignIn {
    pub url: String,
}

/// What WeCom's sign-in page sends the browser back with.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WecomCallbackQuery {
    pub code: Option<String>,
    pub state: Option<String>,
}
