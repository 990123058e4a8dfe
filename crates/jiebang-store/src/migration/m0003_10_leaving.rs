//! Contents on their way out of the storage.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text;

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_10_leaving"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        let columns = vec![ddl.key("corp_id"), text("place")];
        ddl.table("media_leaving", &["corp_id", "place"], columns)
            .await
    }
}
