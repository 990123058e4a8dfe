//! Corps, departments and members.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0001_01_directory"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        corp(&ddl).await?;
        department(&ddl).await?;
        member(&ddl).await?;
        Ok(())
    }
}

async fn corp(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "corp",
        &["corp_id"],
        vec![ddl.key("corp_id"), text("name"), big_integer("created_at")],
    )
    .await?;
    Ok(())
}

async fn department(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "department",
        &["corp_id", "department_id"],
        vec![
            ddl.key("corp_id"),
            big_integer("department_id"),
            text("name"),
            big_integer("parent_id"),
            big_integer("sort_order"),
            json_binary("leaders"),
            big_integer_null("gone_at"),
        ],
    )
    .await?;
    Ok(())
}

async fn member(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "member",
        &["corp_id", "userid"],
        vec![
            ddl.key("corp_id"),
            ddl.key("userid"),
            text("name"),
            big_integer("main_department"),
            json_binary("departments"),
            json_binary("leads_in"),
            json_binary("direct_leader"),
            text("position"),
            text("alias"),
            integer("status"),
            boolean("customer_contact"),
            big_integer("first_seen_at"),
            big_integer("last_seen_at"),
            big_integer_null("left_at"),
            big_integer_null("gone_at"),
        ],
    )
    .await?;
    Ok(())
}
