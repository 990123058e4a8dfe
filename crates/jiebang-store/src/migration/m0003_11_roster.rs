//! Who is archived, and what rooms among colleagues and bots are called.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, text};

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_11_roster"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.table(
            "archive_member",
            &["corp_id", "userid"],
            vec![
                ddl.key("corp_id"),
                ddl.key("userid"),
                big_integer("since"),
                big_integer("seen_at"),
                big_integer_null("until"),
            ],
        )
        .await?;
        ddl.table(
            "archive_name",
            &["corp_id", "id"],
            vec![
                ddl.key("corp_id"),
                ddl.key("id"),
                text("name"),
                big_integer("asked_at"),
            ],
        )
        .await
    }
}
