//! Approvals, the attempts that rows have behind them, and customers nobody took that a person has
//! settled.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0002_02_approval"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.add_column("handover", text_null("planned_by")).await?;
        ddl.add_column("handover", big_integer_null("planned_at"))
            .await?;
        ddl.add_column("handover_row", json_binary_null("approval"))
            .await?;
        handover_approval(&ddl).await?;
        handover_attempt(&ddl).await?;
        let columns = vec![
            ddl.key("corp_id"),
            ddl.key("external_userid"),
            big_integer("ended_at"),
            text("reason"),
            text("settled_by"),
            big_integer("settled_at"),
        ];
        ddl.table("orphan_settled", &["corp_id", "external_userid"], columns)
            .await
    }
}

async fn handover_approval(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    let columns = vec![
        uuid("id"),
        ddl.key("corp_id"),
        uuid("handover_id"),
        text("digest"),
        text("account"),
        text("decision"),
        text("comment"),
        big_integer("at"),
        big_integer_null("withdrawn_at"),
    ];
    ddl.table("handover_approval", &["id"], columns).await?;
    ddl.index(
        "handover_approval_of",
        "handover_approval",
        &["handover_id", "id"],
    )
    .await
}

async fn handover_attempt(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    let columns = vec![
        big_pk_auto("id"),
        ddl.key("corp_id"),
        uuid("handover_id"),
        integer("row_no"),
        text("subject_kind"),
        ddl.key("subject_id"),
        text("successor"),
        uuid_null("call_id"),
        big_integer_null("started_at"),
        big_integer_null("ended_at"),
        text("state"),
        integer_null("errcode"),
    ];
    ddl.table("handover_attempt", &[], columns).await?;
    ddl.index(
        "handover_attempt_row",
        "handover_attempt",
        &["handover_id", "row_no"],
    )
    .await?;
    ddl.index(
        "handover_attempt_subject",
        "handover_attempt",
        &["corp_id", "subject_kind", "subject_id"],
    )
    .await
}
