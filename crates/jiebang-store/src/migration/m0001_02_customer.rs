//! Customers, follows, tags, groups and the unassigned list.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0001_02_customer"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        customer(&ddl).await?;
        follow(&ddl).await?;
        corp_tag(&ddl).await?;
        customer_group(&ddl).await?;
        group_member(&ddl).await?;
        unassigned(&ddl).await?;
        Ok(())
    }
}

async fn customer(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "customer",
        &["corp_id", "external_userid"],
        vec![
            ddl.key("corp_id"),
            ddl.key("external_userid"),
            text("name"),
            integer("kind"),
            integer("gender"),
            text("avatar"),
            text("unionid"),
            text("position"),
            text("corp_name"),
            text("corp_full_name"),
            big_integer("first_seen_at"),
            big_integer("updated_at"),
        ],
    )
    .await?;
    Ok(())
}

async fn follow(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "follow",
        &["corp_id", "userid", "external_userid"],
        vec![
            ddl.key("corp_id"),
            ddl.key("userid"),
            ddl.key("external_userid"),
            text("remark"),
            text("description"),
            text("remark_company"),
            json_binary("remark_mobiles"),
            integer("add_way"),
            text("oper_userid"),
            text("state"),
            big_integer("added_at"),
            json_binary("tags"),
            json_binary("personal_tags"),
            big_integer("seen_run"),
            big_integer("seen_at"),
            big_integer_null("ended_at"),
            text_null("end_reason"),
        ],
    )
    .await?;
    ddl.index("follow_customer", "follow", &["corp_id", "external_userid"])
        .await?;
    ddl.index(
        "follow_member",
        "follow",
        &["corp_id", "userid", "ended_at"],
    )
    .await?;
    Ok(())
}

async fn corp_tag(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "corp_tag",
        &["corp_id", "tag_id"],
        vec![
            ddl.key("corp_id"),
            ddl.key("tag_id"),
            text("name"),
            ddl.key("group_id"),
            text("group_name"),
            big_integer("sort_order"),
            big_integer("created_at"),
            big_integer_null("deleted_at"),
            big_integer_null("strategy_id"),
        ],
    )
    .await?;
    Ok(())
}

async fn customer_group(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "customer_group",
        &["corp_id", "chat_id"],
        vec![
            ddl.key("corp_id"),
            ddl.key("chat_id"),
            text("name"),
            ddl.key("owner"),
            integer("status"),
            big_integer("created_at"),
            text("notice"),
            text("member_version"),
            integer("member_count"),
            integer("external_count"),
            json_binary("admins"),
            big_integer("seen_run"),
            big_integer("updated_at"),
            big_integer_null("dismissed_at"),
        ],
    )
    .await?;
    ddl.index(
        "customer_group_owner",
        "customer_group",
        &["corp_id", "owner"],
    )
    .await?;
    Ok(())
}

async fn group_member(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "group_member",
        &["corp_id", "chat_id", "member_id"],
        vec![
            ddl.key("corp_id"),
            ddl.key("chat_id"),
            ddl.key("member_id"),
            integer("kind"),
            big_integer("join_time"),
            integer("join_scene"),
            text("name"),
            text("group_nickname"),
            text("invitor"),
        ],
    )
    .await?;
    ddl.index(
        "group_member_member",
        "group_member",
        &["corp_id", "member_id"],
    )
    .await?;
    Ok(())
}

async fn unassigned(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "unassigned",
        &["corp_id", "handover_userid", "external_userid"],
        vec![
            ddl.key("corp_id"),
            ddl.key("handover_userid"),
            ddl.key("external_userid"),
            big_integer("dimission_time"),
            big_integer("seen_run"),
            big_integer("seen_at"),
            big_integer_null("gone_at"),
        ],
    )
    .await?;
    ddl.index(
        "unassigned_leaver",
        "unassigned",
        &["corp_id", "handover_userid", "gone_at"],
    )
    .await?;
    Ok(())
}
