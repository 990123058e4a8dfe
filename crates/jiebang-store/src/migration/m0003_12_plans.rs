//! Indexes for archives with very many parked rows, and contents that very many files show.

use sea_orm_migration::prelude::*;

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_12_plans"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        // What is told of them stands in the index.
        ddl.index_where(
            "archive_row_parked",
            "archive_row",
            &["corp_id", "reason", "publickey_ver", "received_at"],
            Expr::col("state").eq("parked"),
        )
        .await?;
        // The newest of them, without sorting all.
        let older = Index::drop()
            .name("message_media_blob")
            .table("message_media")
            .to_owned();
        manager.drop_index(older).await?;
        ddl.index_where(
            "message_media_blob",
            "message_media",
            &["corp_id", "blob_name", "message_id"],
            Expr::col("blob_name").is_not_null(),
        )
        .await
    }
}
