//! What became of what a spot check found.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, blob_null, integer_null, text_null};

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_09_handling"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        let columns = [
            text_null("measure"),
            text_null("handled_by"),
            big_integer_null("handled_at"),
            blob_null("handling"),
            integer_null("handling_key_no"),
        ];
        for column in columns {
            ddl.add_column("review_item", column).await?;
        }
        Ok(())
    }
}
