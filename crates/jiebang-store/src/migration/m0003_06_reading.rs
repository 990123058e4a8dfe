//! Readings that count for the items of one sample only.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::uuid_null;

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_06_reading"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.add_column("archive_reading", uuid_null("review_id"))
            .await
    }
}
