//! How many rows were done without a message, by reason.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::big_integer;

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_13_left_out"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.table(
            "archive_left_out",
            &["corp_id", "reason"],
            vec![ddl.key("corp_id"), ddl.key("reason"), big_integer("rows")],
        )
        .await?;
        let so_far = "INSERT INTO archive_left_out (corp_id, reason, rows)
                      SELECT corp_id, reason, count(*) FROM archive_row
                      WHERE state = 'done' AND reason IN ('policy', 'refused')
                      GROUP BY corp_id, reason";
        manager.get_connection().execute_unprepared(so_far).await?;
        Ok(())
    }
}
