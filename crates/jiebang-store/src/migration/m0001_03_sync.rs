//! Callbacks, sync runs and settings.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0001_03_sync"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        callback_event(&ddl).await?;
        sync_run(&ddl).await?;
        setting(&ddl).await?;
        Ok(())
    }
}

async fn callback_event(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "callback_event",
        &[],
        vec![
            big_pk_auto("id"),
            ddl.key("corp_id"),
            text("hash"),
            big_integer("received_at"),
            integer("times_received"),
            text("xml"),
            text("event"),
            text("change_type"),
            big_integer_null("handled_at"),
            text_null("outcome"),
        ],
    )
    .await?;
    ddl.unique(
        "callback_event_hash",
        "callback_event",
        &["corp_id", "hash"],
    )
    .await?;
    ddl.index(
        "callback_event_waiting",
        "callback_event",
        &["corp_id", "handled_at", "id"],
    )
    .await?;
    Ok(())
}

async fn sync_run(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "sync_run",
        &[],
        vec![
            big_pk_auto("id"),
            ddl.key("corp_id"),
            text("kind"),
            big_integer("started_at"),
            big_integer_null("finished_at"),
            json_binary("progress"),
            json_binary("counts"),
            json_binary("repaired"),
            text_null("error"),
        ],
    )
    .await?;
    ddl.index("sync_run_kind", "sync_run", &["corp_id", "kind", "id"])
        .await?;
    Ok(())
}

async fn setting(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "setting",
        &["corp_id", "name"],
        vec![
            ddl.key("corp_id"),
            ddl.key("name"),
            json_binary_null("value"),
            blob_null("sealed"),
            big_integer("updated_at"),
            text("updated_by"),
        ],
    )
    .await?;
    Ok(())
}
