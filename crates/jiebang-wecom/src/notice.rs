//! Notices to staff (`message/send`, section 6.1).

use std::time::Duration;

use jiebang_domain::id::UserId;
use serde::{Deserialize, Deserializer, Serialize};

use crate::api::Api;
use crate::batch::Batch;
use crate::client::Client;
use crate::error::CallError;
use crate::lenient::Scalar;

/// Longest text, in bytes; the platform would cut a longer one without a word.
const MAX_TEXT: usize = 2048;
/// Longest window of the platform's duplicate check, in seconds.
const MAX_DUPLICATE_CHECK: u64 = 14_400;

/// A message to members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub to: Batch<UserId, 1000>,
    pub content: MessageContent,
    /// The platform drops the same message to the same people within this time (at most four
    /// hours), whoever sent it twice.
    pub duplicate_check: Option<Duration>,
}

/// What the message shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageContent {
    /// ≤ 2048 bytes.
    Text(String),
    TextCard {
        /// ≤ 128 characters.
        title: String,
        /// ≤ 512 characters.
        description: String,
        /// ≤ 2048 bytes, with its scheme.
        url: String,
        /// ≤ 4 characters; the platform's own word if `None`.
        button: Option<String>,
    },
}

/// What became of a message. Messages above 30 a minute or 1,000 an hour to one member are
/// dropped by the platform without a word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SentMessage {
    pub msgid: String,
    /// Members it could not go to, in lower case.
    pub invalid_users: Vec<UserId>,
    pub unlicensed_users: Vec<UserId>,
}

#[derive(Serialize)]
struct SendRequest<'a> {
    touser: String,
    agentid: i64,
    #[serde(flatten)]
    content: Content<'a>,
    enable_duplicate_check: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    duplicate_check_interval: Option<u64>,
}

#[derive(Serialize)]
#[serde(tag = "msgtype", rename_all = "lowercase")]
enum Content<'a> {
    Text { text: Text<'a> },
    TextCard { textcard: TextCard<'a> },
}

#[derive(Serialize)]
struct Text<'a> {
    content: &'a str,
}

#[derive(Serialize)]
struct TextCard<'a> {
    title: &'a str,
    description: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    btntxt: Option<&'a str>,
}

#[derive(Deserialize)]
struct SendAnswer {
    #[serde(default, deserialize_with = "crate::lenient::text")]
    msgid: String,
    #[serde(default, deserialize_with = "users")]
    invaliduser: Vec<UserId>,
    #[serde(default, deserialize_with = "users")]
    unlicenseduser: Vec<UserId>,
}

/// `"a|b"`, or a list as `update_template_card` has it.
fn users<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<UserId>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Users {
        List(Vec<Scalar>),
        Other(Scalar),
    }
    let texts = match Users::deserialize(d)? {
        Users::List(entries) => entries,
        Users::Other(Scalar::Text(text)) => text
            .split('|')
            .map(|part| Scalar::Text(part.to_owned()))
            .collect(),
        Users::Other(_) => Vec::new(),
    };
    let parse = |entry| match entry {
        Scalar::Text(text) => UserId::parse(text).ok(),
        _ => None,
    };
    Ok(texts.into_iter().filter_map(parse).collect())
}

impl Client {
    /// Sends a notice. Never repeated after a doubt. If no receiver is valid the answer is a
    /// refusal with 81013.
    pub async fn send_message(&self, message: &Message) -> Result<SentMessage, CallError> {
        check(message)?;
        let ids: Vec<_> = message.to.iter().map(UserId::as_str).collect();
        let interval = message
            .duplicate_check
            .map(|d| d.as_secs().clamp(1, MAX_DUPLICATE_CHECK));
        let content = match &message.content {
            MessageContent::Text(content) => Content::Text {
                text: Text { content },
            },
            MessageContent::TextCard {
                title,
                description,
                url,
                button,
            } => {
                let btntxt = button.as_deref();
                Content::TextCard {
                    textcard: TextCard {
                        title,
                        description,
                        url,
                        btntxt,
                    },
                }
            }
        };
        let request = SendRequest {
            touser: ids.join("|"),
            agentid: self.agent_id(),
            content,
            enable_duplicate_check: u8::from(interval.is_some()),
            duplicate_check_interval: interval,
        };
        let answer: SendAnswer = self.post(Api::MessageSend, &request).await?;
        Ok(SentMessage {
            msgid: answer.msgid,
            invalid_users: answer.invaliduser,
            unlicensed_users: answer.unlicenseduser,
        })
    }
}

fn check(message: &Message) -> Result<(), CallError> {
    let refuse = |what: &str| Err(CallError::input(Api::MessageSend, what));
    match &message.content {
        MessageContent::Text(text) if text.is_empty() => refuse("the text is empty"),
        MessageContent::Text(text) if text.len() > MAX_TEXT => {
            refuse("the text is longer than 2048 bytes")
        }
        MessageContent::Text(_) => Ok(()),
        MessageContent::TextCard {
            title,
            description,
            url,
            button,
        } => {
            let has_scheme = url.starts_with("https://") || url.starts_with("http://");
            if title.is_empty() || title.chars().count() > 128 {
                refuse("the title must have 1 to 128 characters")
            } else if description.is_empty() || description.chars().count() > 512 {
                refuse("the description must have 1 to 512 characters")
            } else if !has_scheme || url.len() > MAX_TEXT {
                refuse("the URL must begin with http(s):// and have at most 2048 bytes")
            } else if button.as_ref().is_some_and(|text| text.chars().count() > 4) {
                refuse("the button must have at most 4 characters")
            } else {
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receivers_that_failed_are_read_in_either_form() {
        let bar: SendAnswer = serde_json::from_str(r#"{"invaliduser":"amy|bob"}"#).unwrap();
        let list: SendAnswer = serde_json::from_str(r#"{"invaliduser":["amy","bob"]}"#).unwrap();
        assert_eq!(bar.invaliduser, list.invaliduser);
        assert_eq!(bar.invaliduser.len(), 2);
        let none: SendAnswer = serde_json::from_str(r#"{"invaliduser":""}"#).unwrap();
        assert!(none.invaliduser.is_empty());
    }
}
