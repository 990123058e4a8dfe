//! Cases, their checklists and comments, and the snapshots of what a member had.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0002_04_case"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        handover_case(&ddl).await?;
        let columns = vec![
            uuid("case_id"),
            integer("number"),
            ddl.key("corp_id"),
            text("title"),
            boolean("mandatory"),
            text("kind"),
            big_integer("due_at"),
            uuid_null("owner"),
            big_integer_null("done_at"),
            text_null("done_by"),
            text("note"),
        ];
        ddl.table("case_item", &["case_id", "number"], columns)
            .await?;
        let columns = vec![
            uuid("id"),
            ddl.key("corp_id"),
            uuid("case_id"),
            big_integer("at"),
            text("by"),
            text("body"),
        ];
        ddl.table("case_comment", &["id"], columns).await?;
        ddl.index("case_comment_case", "case_comment", &["case_id", "id"])
            .await?;
        let columns = vec![
            uuid("case_id"),
            text("subject_kind"),
            ddl.key("subject_id"),
            ddl.key("corp_id"),
            text("name"),
            text("remark"),
            text("description"),
            json_binary("tags"),
            big_integer("since"),
        ];
        let key = ["case_id", "subject_kind", "subject_id"];
        ddl.table("asset_snapshot", &key, columns).await
    }
}

async fn handover_case(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    let columns = vec![
        uuid("id"),
        ddl.key("corp_id"),
        ddl.key("userid"),
        text("name"),
        text("reason"),
        text("state"),
        text("template"),
        text("opened_by"),
        big_integer("opened_at"),
        big_integer("event_at"),
        big_integer("due_at"),
        uuid_null("owner"),
        big_integer_null("closed_at"),
        text_null("closed_by"),
        text("closing"),
        big_integer("customers"),
        big_integer("groups"),
    ];
    ddl.table("handover_case", &["id"], columns).await?;
    ddl.index(
        "handover_case_member",
        "handover_case",
        &["corp_id", "userid"],
    )
    .await?;
    ddl.index(
        "handover_case_state",
        "handover_case",
        &["corp_id", "state", "id"],
    )
    .await?;
    // A member has one open case, whoever opens it.
    ddl.unique_where(
        "one_open_case",
        "handover_case",
        &["corp_id", "userid"],
        Expr::col("state").eq("open"),
    )
    .await
}
