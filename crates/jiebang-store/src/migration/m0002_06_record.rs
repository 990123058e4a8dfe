//! The record of customers and handovers: remarks of rows, first contacts, texts to customers.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0002_06_record"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut rows = Table::alter();
        rows.table("handover_row").add_column(text_null("note"));
        manager.alter_table(rows).await?;
        let ddl = Ddl::new(manager);
        ddl.index(
            "handover_step_time",
            "handover_step",
            &["handover_id", "at", "id"],
        )
        .await?;
        first_contact(&ddl).await?;
        message_template(&ddl).await?;
        Ok(())
    }
}

async fn first_contact(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "first_contact",
        &["handover_id", "row_no"],
        vec![
            ddl.key("corp_id"),
            uuid("handover_id"),
            integer("row_no"),
            ddl.key("userid"),
            big_integer("due_at"),
            big_integer_null("contacted_at"),
            text_null("how"),
        ],
    )
    .await?;
    ddl.index(
        "first_contact_person",
        "first_contact",
        &["corp_id", "userid", "contacted_at", "due_at"],
    )
    .await?;
    ddl.index(
        "first_contact_open",
        "first_contact",
        &["corp_id", "contacted_at", "due_at"],
    )
    .await?;
    Ok(())
}

async fn message_template(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "message_template",
        &["id"],
        vec![
            uuid("id"),
            ddl.key("corp_id"),
            text("name_zh"),
            text("name_en"),
            text("body"),
            text("created_by"),
            big_integer("created_at"),
            big_integer("updated_at"),
        ],
    )
    .await?;
    ddl.index("message_template_corp", "message_template", &["corp_id"])
        .await?;
    Ok(())
}
