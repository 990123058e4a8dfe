//! Contact ways, whom they name, what was done to them, and what a person ticked.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0002_03_contact_way"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        contact_way(&ddl).await?;
        contact_way_move(&ddl).await?;
        ddl.table(
            "contact_way_task",
            &["corp_id", "leaver", "item"],
            vec![
                ddl.key("corp_id"),
                ddl.key("leaver"),
                ddl.key("item"),
                big_integer("done_at"),
                text("done_by"),
            ],
        )
        .await
    }
}

async fn contact_way(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "contact_way",
        &["corp_id", "kind", "way_id"],
        vec![
            ddl.key("corp_id"),
            ddl.key("kind"),
            ddl.key("way_id"),
            boolean("single"),
            text("name"),
            text("channel"),
            json_binary("users"),
            json_binary("parties"),
            json_binary("raw"),
            big_integer("seen_run"),
            big_integer("read_at"),
            big_integer_null("gone_at"),
        ],
    )
    .await?;
    ddl.table(
        "contact_way_user",
        &["corp_id", "userid", "kind", "way_id"],
        vec![
            ddl.key("corp_id"),
            ddl.key("userid"),
            ddl.key("kind"),
            ddl.key("way_id"),
        ],
    )
    .await?;
    ddl.index(
        "contact_way_user_way",
        "contact_way_user",
        &["corp_id", "kind", "way_id"],
    )
    .await
}

async fn contact_way_move(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "contact_way_move",
        &["id"],
        vec![
            uuid("id"),
            ddl.key("corp_id"),
            ddl.key("kind"),
            ddl.key("way_id"),
            ddl.key("leaver"),
            uuid_null("handover_id"),
            text("name"),
            text("state"),
            json_binary("wanted"),
            boolean("chosen"),
            json_binary("users_before"),
            json_binary("users_after"),
            json_binary_null("before"),
            json_binary_null("after"),
            json_binary("changed"),
            integer_null("errcode"),
            text("created_by"),
            big_integer("created_at"),
            big_integer_null("intent_at"),
            big_integer_null("ended_at"),
        ],
    )
    .await?;
    ddl.index(
        "contact_way_move_leaver",
        "contact_way_move",
        &["corp_id", "leaver", "created_at"],
    )
    .await?;
    ddl.index(
        "contact_way_move_handover",
        "contact_way_move",
        &["handover_id"],
    )
    .await?;
    // A way is changed by one at a time, whoever asked.
    ddl.unique_where(
        "one_open_contact_way_move",
        "contact_way_move",
        &["corp_id", "kind", "way_id"],
        Expr::col("state").is_in(["planned", "intended", "unsure"]),
    )
    .await
}
