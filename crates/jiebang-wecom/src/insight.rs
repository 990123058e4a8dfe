//! Behaviour data (联系客户统计, section 6.3).

use jiebang_domain::id::UserId;
use jiebang_domain::time::{DAY, Timestamp};
use serde::{Deserialize, Serialize};

use crate::api::Api;
use crate::batch::Batch;
use crate::client::Client;
use crate::error::CallError;
use crate::lenient;

/// Longest span of one question, in seconds.
const MAX_SPAN: i64 = 30 * DAY;

/// One day of the asked members, summed.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct BehaviourDay {
    #[serde(default, rename = "stat_time", deserialize_with = "lenient::time")]
    pub day: Timestamp,
    /// Conversations with customers.
    #[serde(default, rename = "chat_cnt", deserialize_with = "lenient::int")]
    pub chats: i64,
    #[serde(default, rename = "message_cnt", deserialize_with = "lenient::int")]
    pub messages: i64,
    /// Per cent; `None` on a day without conversations.
    #[serde(default, deserialize_with = "lenient::opt_number")]
    pub reply_percentage: Option<f64>,
    /// First reply, in minutes.
    #[serde(default, deserialize_with = "lenient::opt_number")]
    pub avg_reply_time: Option<f64>,
    /// Customers who deleted or blocked the member.
    #[serde(
        default,
        rename = "negative_feedback_cnt",
        deserialize_with = "lenient::int"
    )]
    pub negative_feedback: i64,
    #[serde(default, rename = "new_apply_cnt", deserialize_with = "lenient::int")]
    pub new_applications: i64,
    #[serde(default, rename = "new_contact_cnt", deserialize_with = "lenient::int")]
    pub new_contacts: i64,
}

#[derive(Serialize)]
struct BehaviourRequest<'a> {
    userid: &'a [UserId],
    start_time: i64,
    end_time: i64,
}

#[derive(Deserialize)]
struct BehaviourAnswer {
    #[serde(default, deserialize_with = "lenient::list")]
    behavior_data: Vec<BehaviourDay>,
}

impl Client {
    /// The days from `start` to `end`, summed over `members`: at most 30 days, at most 180
    /// days back. The platform cuts both times to the start of their day in Beijing.
    pub async fn behaviour_data(
        &self,
        members: &Batch<UserId>,
        start: Timestamp,
        end: Timestamp,
    ) -> Result<Vec<BehaviourDay>, CallError> {
        let api = Api::BehaviourData;
        if !(0..=MAX_SPAN).contains(&end.since(start)) {
            return Err(CallError::input(api, "the span must be 0 to 30 days"));
        }
        let request = BehaviourRequest {
            userid: members,
            start_time: start.seconds(),
            end_time: end.seconds(),
        };
        Ok(self
            .post::<BehaviourAnswer>(api, &request)
            .await?
            .behavior_data)
    }
}
