//! Spot checks: samples of conversation days, and what reviewers found.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_04_review"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        batches(&ddl).await?;
        ddl.table(
            "review_item",
            &["batch_id", "number"],
            vec![
                uuid("batch_id"),
                integer("number"),
                ddl.key("corp_id"),
                big_integer("conversation_id"),
                big_integer("day"),
                big_integer("messages"),
                json_binary("members"),
                ddl.key("state"),
                text_null("reviewer"),
                big_integer_null("since"),
                big_integer_null("until"),
                big_integer_null("closed_at"),
                text_null("category"),
                blob_null("note"),
                integer_null("note_key_no"),
                big_integer("version"),
            ],
        )
        .await?;
        ddl.index(
            "review_item_state",
            "review_item",
            &["batch_id", "state", "number"],
        )
        .await?;
        ddl.index("review_item_day", "review_item", &["corp_id", "day"])
            .await
    }
}

async fn batches(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "review_batch",
        &["id"],
        vec![
            uuid("id"),
            ddl.key("corp_id"),
            text("name"),
            text("purpose"),
            text("made_by"),
            big_integer("made_at"),
            big_integer("first_day"),
            big_integer("last_day"),
            json_binary("filter"),
            json_binary("method"),
            text("seed"),
            big_integer("population"),
            text("population_sha256"),
        ],
    )
    .await?;
    ddl.index("review_batch_corp", "review_batch", &["corp_id", "id"])
        .await?;
    // How many of the population were each member's.
    ddl.table(
        "review_member",
        &["batch_id", "userid"],
        vec![
            uuid("batch_id"),
            ddl.key("userid"),
            ddl.key("corp_id"),
            big_integer("population"),
        ],
    )
    .await
}
