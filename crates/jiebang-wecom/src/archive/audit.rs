//! The HTTP calls of the archive (section 5.2 of its reference): who is archived, who agreed,
//! rooms among colleagues, bots. They need the archive's own secret.

use jiebang_domain::id::{ExternalUserId, UserId};
use jiebang_domain::time::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use crate::api::Api;
use crate::batch::Batch;
use crate::client::Client;
use crate::error::{CallError, absent_on};
use crate::lenient;

/// The room is none among colleagues (its code is not documented; these have been used for
/// rooms that are not what was asked for).
const NO_ROOM: &[i64] = &[90_500, 90_501, 40_050];

/// What was bought for a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    /// 办公版
    Office,
    /// 服务版
    Service,
    /// 企业版: the only one with calls.
    Enterprise,
}

impl Edition {
    const fn number(self) -> i64 {
        match self {
            Self::Office => 1,
            Self::Service => 2,
            Self::Enterprise => 3,
        }
    }
}

/// What a customer said about being archived. Open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgreeStatus {
    Agree,
    Disagree,
    /// Not answered, where the corp chose that this counts as agreeing.
    DefaultAgree,
    Other(String),
}

impl From<String> for AgreeStatus {
    fn from(text: String) -> Self {
        match text.as_str() {
            "Agree" => Self::Agree,
            "Disagree" => Self::Disagree,
            "Default_Agree" => Self::DefaultAgree,
            _ => Self::Other(text),
        }
    }
}

fn status<'de, D: Deserializer<'de>>(d: D) -> Result<AgreeStatus, D::Error> {
    Ok(AgreeStatus::from(lenient::text(d)?))
}

/// One pair of member and customer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Agreement {
    pub userid: UserId,
    #[serde(rename = "exteranalopenid")]
    pub customer: ExternalUserId,
    #[serde(rename = "agree_status", deserialize_with = "status")]
    pub status: AgreeStatus,
    /// The epoch where nobody has answered.
    #[serde(
        default,
        rename = "status_change_time",
        deserialize_with = "lenient::time"
    )]
    pub changed_at: Timestamp,
}

/// One customer of a group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RoomAgreement {
    #[serde(rename = "exteranalopenid")]
    pub customer: ExternalUserId,
    #[serde(rename = "agree_status", deserialize_with = "status")]
    pub status: AgreeStatus,
    /// The epoch where nobody has answered.
    #[serde(
        default,
        rename = "status_change_time",
        deserialize_with = "lenient::time"
    )]
    pub changed_at: Timestamp,
}

/// A room among colleagues.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct InternalRoom {
    #[serde(default, rename = "roomname", deserialize_with = "lenient::text")]
    pub name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub creator: String,
    #[serde(
        default,
        rename = "room_create_time",
        deserialize_with = "lenient::time"
    )]
    pub created_at: Timestamp,
    #[serde(default, deserialize_with = "lenient::text")]
    pub notice: String,
    #[serde(default, deserialize_with = "lenient::list")]
    pub members: Vec<RoomMember>,
}

/// Somebody in a room among colleagues.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RoomMember {
    #[serde(rename = "memberid")]
    pub userid: UserId,
    #[serde(default, rename = "jointime", deserialize_with = "lenient::time")]
    pub joined_at: Timestamp,
}

/// A bot (`wb…`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Robot {
    #[serde(default, rename = "robot_id", deserialize_with = "lenient::text")]
    pub id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: String,
    #[serde(default, rename = "creator_userid", deserialize_with = "lenient::text")]
    pub creator: String,
}

#[derive(Deserialize)]
struct PermitAnswer {
    #[serde(default, deserialize_with = "lenient::list")]
    ids: Vec<UserId>,
}

#[derive(Serialize)]
struct Pair<'a> {
    userid: &'a UserId,
    /// The platform spells it so.
    exteranalopenid: &'a ExternalUserId,
}

#[derive(Deserialize)]
struct PairsAnswer {
    #[serde(default, deserialize_with = "lenient::list")]
    agreeinfo: Vec<Agreement>,
}

#[derive(Deserialize)]
struct RoomAnswer {
    #[serde(default, deserialize_with = "lenient::list")]
    agreeinfo: Vec<RoomAgreement>,
}

#[derive(Deserialize)]
struct RobotAnswer {
    data: Robot,
}

impl Client {
    /// The members whose conversations are archived now, of one edition or of all.
    pub async fn archived_members(
        &self,
        edition: Option<Edition>,
    ) -> Result<Vec<UserId>, CallError> {
        let request = match edition {
            Some(edition) => serde_json::json!({ "type": edition.number() }),
            None => serde_json::json!({}),
        };
        let answer: PermitAnswer = self.post(Api::PermitUserList, &request).await?;
        Ok(answer.ids)
    }

    /// What customers said to members about being archived. A pair the platform does not know
    /// is left out of its answer.
    pub async fn agreements(
        &self,
        pairs: &Batch<(UserId, ExternalUserId)>,
    ) -> Result<Vec<Agreement>, CallError> {
        let info: Vec<Pair<'_>> = pairs
            .iter()
            .map(|(userid, exteranalopenid)| Pair {
                userid,
                exteranalopenid,
            })
            .collect();
        let request = serde_json::json!({ "info": info });
        let answer: PairsAnswer = self.post(Api::CheckSingleAgree, &request).await?;
        Ok(answer.agreeinfo)
    }

    /// What the customers of a group said about being archived. For groups with customers only.
    pub async fn room_agreements(&self, room: &str) -> Result<Vec<RoomAgreement>, CallError> {
        let request = serde_json::json!({ "roomid": room });
        let answer: RoomAnswer = self.post(Api::CheckRoomAgree, &request).await?;
        Ok(answer.agreeinfo)
    }

    /// A room among colleagues; `None` if it is none.
    pub async fn internal_room(&self, room: &str) -> Result<Option<InternalRoom>, CallError> {
        let request = serde_json::json!({ "roomid": room });
        absent_on(self.post(Api::InternalRoomGet, &request).await, NO_ROOM)
    }

    /// A bot by its id.
    pub async fn robot(&self, id: &str) -> Result<Robot, CallError> {
        let query = [("robot_id", id.to_owned())];
        let answer: RobotAnswer = self.get(Api::RobotInfo, query).await?;
        Ok(answer.data)
    }
}
