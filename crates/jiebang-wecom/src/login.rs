//! Who signed in (OAuth and QR code, section 7).

use jiebang_domain::id::{ExternalUserId, UserId};
use serde::Deserialize;

use crate::api::Api;
use crate::client::Client;
use crate::error::CallError;
use crate::lenient;
use crate::secret::Secret;

/// Longest code, in bytes.
const MAX_CODE: usize = 512;

/// The person behind a login code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    Member {
        userid: UserId,
        ticket: Option<Secret>,
    },
    /// Not a member of the corp.
    Outsider {
        openid: String,
        external_userid: Option<ExternalUserId>,
    },
}

#[derive(Deserialize)]
struct LoginAnswer {
    #[serde(default, alias = "UserId", deserialize_with = "lenient::opt_id")]
    userid: Option<UserId>,
    #[serde(default, deserialize_with = "lenient::opt_text")]
    user_ticket: Option<String>,
    #[serde(default, alias = "OpenId", deserialize_with = "lenient::text")]
    openid: String,
    #[serde(default, deserialize_with = "lenient::opt_id")]
    external_userid: Option<ExternalUserId>,
}

impl Client {
    /// The person a code from the login page stands for. A code can be used once, within
    /// five minutes, so this is never repeated; on any trouble the person signs in again
    /// ([`crate::ErrKind::Login`]).
    pub async fn user_of_code(&self, code: &str) -> Result<Login, CallError> {
        let api = Api::GetUserInfo;
        if code.is_empty() || code.len() > MAX_CODE {
            return Err(CallError::input(api, "the code must have 1 to 512 bytes"));
        }
        let answer: LoginAnswer = self.get(api, [("code", code.to_owned())]).await?;
        Ok(match answer.userid {
            Some(userid) => Login::Member {
                userid,
                ticket: answer.user_ticket.map(Secret::new),
            },
            None => Login::Outsider {
                openid: answer.openid,
                external_userid: answer.external_userid,
            },
        })
    }
}
