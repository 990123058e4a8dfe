//! Corp tags (企业标签) and marking customers with them (section 3.3).

use jiebang_domain::id::{ExternalUserId, TagId, UserId};
use jiebang_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::api::Api;
use crate::client::{Client, Done};
use crate::error::CallError;
use crate::lenient;

/// A group of corp tags.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TagGroup {
    #[serde(rename = "group_id")]
    pub id: TagId,
    #[serde(default, rename = "group_name", deserialize_with = "lenient::text")]
    pub name: String,
    #[serde(default, rename = "create_time", deserialize_with = "lenient::time")]
    pub created_at: Timestamp,
    #[serde(default, deserialize_with = "lenient::int")]
    pub order: i64,
    #[serde(default, rename = "tag", deserialize_with = "lenient::list")]
    pub tags: Vec<CorpTag>,
}

/// A corp tag.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CorpTag {
    pub id: TagId,
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: String,
    #[serde(default, rename = "create_time", deserialize_with = "lenient::time")]
    pub created_at: Timestamp,
    #[serde(default, deserialize_with = "lenient::int")]
    pub order: i64,
}

#[derive(Deserialize)]
struct TagsAnswer {
    #[serde(default, deserialize_with = "lenient::list")]
    tag_group: Vec<TagGroup>,
}

#[derive(Serialize)]
struct Nothing {}

#[derive(Serialize)]
struct MarkRequest<'a> {
    userid: &'a UserId,
    external_userid: &'a ExternalUserId,
    #[serde(skip_serializing_if = "<[TagId]>::is_empty")]
    add_tag: &'a [TagId],
    #[serde(skip_serializing_if = "<[TagId]>::is_empty")]
    remove_tag: &'a [TagId],
}

impl Client {
    /// Every corp tag, in its group.
    pub async fn corp_tags(&self) -> Result<Vec<TagGroup>, CallError> {
        Ok(self
            .post::<TagsAnswer>(Api::CorpTagList, &Nothing {})
            .await?
            .tag_group)
    }

    /// Marks a member's customer with corp tags and takes others away. Calls for the same
    /// member go one after the other (45035). Marking twice is harmless.
    pub async fn mark_tags(
        &self,
        userid: &UserId,
        customer: &ExternalUserId,
        add: &[TagId],
        remove: &[TagId],
    ) -> Result<(), CallError> {
        if add.is_empty() && remove.is_empty() {
            return Err(CallError::input(
                Api::MarkTag,
                "there is no tag to add or to remove",
            ));
        }
        let request = MarkRequest {
            userid,
            external_userid: customer,
            add_tag: add,
            remove_tag: remove,
        };
        let _turn = self.lane((Api::MarkTag, userid)).await;
        self.post::<Done>(Api::MarkTag, &request).await.map(drop)
    }
}
