//! The schema of the key store.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, blob, integer, uuid};

use crate::migration::Ddl;

pub(super) struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(First)]
    }
}

struct First;

impl MigrationName for First {
    fn name(&self) -> &str {
        "k0001_shares"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for First {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        let columns = vec![
            big_integer("id"),
            big_integer("conversation_id"),
            blob("share"),
        ];
        ddl.table("key_share", &["id"], columns).await?;
        ddl.index("key_share_conversation", "key_share", &["conversation_id"])
            .await?;
        let columns = vec![integer("no"), uuid("id")];
        ddl.table("key_store", &["no"], columns).await
    }
}
