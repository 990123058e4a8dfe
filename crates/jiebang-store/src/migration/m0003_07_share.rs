//! Keys of conversations and of the index need a share that is kept apart.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, uuid};

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_07_share"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// Refuses keys of a version before the first release, which have none.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.add_column("conversation_key", big_integer_null("share_id"))
            .await?;
        ddl.index_where(
            "conversation_key_newest",
            "conversation_key",
            &["created_at"],
            Expr::col("wrapped").is_not_null(),
        )
        .await?;
        let mut of_index = big_integer("share_id");
        of_index.default(0);
        ddl.add_column("index_key", of_index).await?;
        ddl.table(
            "erased_share",
            &["share_id"],
            vec![
                big_integer("share_id"),
                ddl.key("corp_id"),
                uuid("erasure_id"),
                big_integer_null("removed_at"),
            ],
        )
        .await?;
        ddl.index_where(
            "erased_share_left",
            "erased_share",
            &["corp_id", "share_id"],
            Expr::col("removed_at").is_null(),
        )
        .await?;
        let mut of_before = Query::select();
        of_before.column("number").from("corp_key").limit(1);
        let db = manager.get_connection();
        match db.query_one(&of_before).await? {
            None => Ok(()),
            Some(_) => Err(DbErr::Custom(
                "this archive was made by a version before the first release: export it with that \
                 version (`jiebang archive export`) and import it into a new database"
                    .to_owned(),
            )),
        }
    }
}
