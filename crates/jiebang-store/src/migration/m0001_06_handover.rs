//! Handovers.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0001_06_handover"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        handover(&ddl).await?;
        handover_row(&ddl).await?;
        handover_call(&ddl).await?;
        handover_step(&ddl).await?;
        notice(&ddl).await?;
        Ok(())
    }
}

async fn handover(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "handover",
        &["id"],
        vec![
            uuid("id"),
            ddl.key("corp_id"),
            text("kind"),
            ddl.key("leaver"),
            text("leaver_name"),
            text("state"),
            json_binary("request"),
            json_binary("scope"),
            json_binary("dry_run"),
            text("note"),
            text_null("message"),
            text("created_by"),
            big_integer("created_at"),
            text_null("started_by"),
            big_integer_null("started_at"),
            big_integer_null("finished_at"),
            integer("version"),
        ],
    )
    .await?;
    ddl.index(
        "handover_state",
        "handover",
        &["corp_id", "state", "created_at"],
    )
    .await?;
    Ok(())
}

async fn handover_row(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "handover_row",
        &["handover_id", "row_no"],
        vec![
            uuid("handover_id"),
            integer("row_no"),
            ddl.key("corp_id"),
            text("subject_kind"),
            ddl.key("subject_id"),
            text("name"),
            ddl.key_null("successor"),
            json_binary("reason"),
            text("prediction"),
            json_binary_null("prediction_detail"),
            text("state"),
            integer_null("errcode"),
            big_integer_null("not_before"),
            big_integer_null("waiting_until"),
            big_integer_null("ended_at"),
            uuid_null("call_id"),
            big_integer_null("started_at"),
            text("carry"),
            json_binary_null("carry_detail"),
            json_binary_null("snapshot"),
            big_integer("updated_at"),
        ],
    )
    .await?;
    ddl.unique(
        "handover_row_subject",
        "handover_row",
        &["handover_id", "subject_kind", "subject_id"],
    )
    .await?;
    ddl.index(
        "handover_row_state",
        "handover_row",
        &["handover_id", "state", "row_no"],
    )
    .await?;
    ddl.index(
        "handover_row_history",
        "handover_row",
        &["corp_id", "subject_kind", "subject_id"],
    )
    .await?;
    ddl.index(
        "handover_row_successor",
        "handover_row",
        &["handover_id", "successor", "state", "row_no"],
    )
    .await?;
    ddl.index("handover_row_call", "handover_row", &["call_id"])
        .await?;
    // A customer or group is in at most one transfer at a time, whoever plans it.
    ddl.unique_where(
        "one_pending_transfer",
        "handover_row",
        &["corp_id", "subject_kind", "subject_id"],
        Expr::col("state").is_in(["intended", "unsure", "waiting"]),
    )
    .await?;
    Ok(())
}

async fn handover_call(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "handover_call",
        &["id"],
        vec![
            uuid("id"),
            ddl.key("corp_id"),
            uuid("handover_id"),
            text("subject_kind"),
            ddl.key("handover_userid"),
            ddl.key("takeover_userid"),
            text("state"),
            big_integer("intent_at"),
            big_integer_null("answered_at"),
            big_integer_null("settled_at"),
            integer_null("errcode"),
            json_binary("baseline"),
            integer("rows"),
        ],
    )
    .await?;
    ddl.index(
        "handover_call_state",
        "handover_call",
        &["handover_id", "state"],
    )
    .await?;
    Ok(())
}

async fn handover_step(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "handover_step",
        &[],
        vec![
            big_pk_auto("id"),
            ddl.key("corp_id"),
            uuid("handover_id"),
            integer_null("row_no"),
            big_integer("at"),
            text("actor"),
            text("step"),
            text("outcome"),
            uuid_null("call_id"),
            json_binary_null("detail"),
        ],
    )
    .await?;
    ddl.index(
        "handover_step_row",
        "handover_step",
        &["handover_id", "row_no"],
    )
    .await?;
    ddl.index(
        "handover_step_record",
        "handover_step",
        &["handover_id", "id"],
    )
    .await?;
    Ok(())
}

async fn notice(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "notice",
        &["id"],
        vec![
            uuid("id"),
            ddl.key("corp_id"),
            uuid("handover_id"),
            ddl.key("userid"),
            text("state"),
            text("content"),
            big_integer_null("intent_at"),
            big_integer_null("sent_at"),
            text_null("msgid"),
            integer_null("errcode"),
            integer("tries"),
        ],
    )
    .await?;
    ddl.unique("notice_person", "notice", &["handover_id", "userid"])
        .await?;
    Ok(())
}
