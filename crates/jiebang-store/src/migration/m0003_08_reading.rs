//! Who read a conversation is looked up by the conversation.

use sea_orm_migration::prelude::*;

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_08_reading"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.index(
            "archive_reading_of_conversation",
            "archive_reading_of",
            &["conversation_id", "at"],
        )
        .await
    }
}
