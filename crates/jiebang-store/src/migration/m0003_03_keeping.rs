//! Versions of the archive's policy, and what an erasure can be proved by.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_03_keeping"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.add_column("erasure", big_integer("conversations").default(0).take())
            .await?;
        ddl.add_column("erasure", big_integer_null("finished_at"))
            .await?;
        ddl.add_column("erasure_key", text("sha256").default("").take())
            .await?;
        ddl.table(
            "archive_policy",
            &["id"],
            vec![
                uuid("id"),
                ddl.key("corp_id"),
                integer("version"),
                text("name"),
                json_binary("policy"),
                text("saved_by"),
                big_integer("saved_at"),
                text_null("activated_by"),
                big_integer_null("activated_at"),
                json_binary_null("simulation"),
            ],
        )
        .await?;
        ddl.unique(
            "archive_policy_version",
            "archive_policy",
            &["corp_id", "version"],
        )
        .await
    }
}
