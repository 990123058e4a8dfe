//! Who read other people's conversations, and why.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_02_reading"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.table(
            "archive_reading",
            &["id"],
            vec![
                uuid("id"),
                ddl.key("corp_id"),
                ddl.key("reader"),
                text("reason"),
                big_integer("at"),
                big_integer("until"),
            ],
        )
        .await?;
        ddl.index(
            "archive_reading_reader",
            "archive_reading",
            &["corp_id", "reader", "until"],
        )
        .await?;
        ddl.table(
            "archive_reading_of",
            &["reading_id", "conversation_id"],
            vec![
                uuid("reading_id"),
                big_integer("conversation_id"),
                big_integer("at"),
            ],
        )
        .await
    }
}
