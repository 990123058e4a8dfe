//! Saved rule sets, and what a company knows of its members and customers beyond WeCom.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0002_01_rules"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        let columns = vec![
            uuid("id"),
            ddl.key("corp_id"),
            text("name"),
            integer("version"),
            integer("place"),
            big_integer("created_at"),
            big_integer_null("archived_at"),
        ];
        ddl.table("rule_set", &["id"], columns).await?;
        ddl.index("rule_set_order", "rule_set", &["corp_id", "place"])
            .await?;
        let columns = vec![
            uuid("rule_set_id"),
            integer("version"),
            ddl.key("corp_id"),
            text("name"),
            json_binary("rules"),
            json_binary("otherwise"),
            text("saved_by"),
            big_integer("saved_at"),
        ];
        ddl.table("rule_set_version", &["rule_set_id", "version"], columns)
            .await?;
        let columns = vec![
            ddl.key("corp_id"),
            ddl.key("userid"),
            json_binary("profile"),
            big_integer("updated_at"),
        ];
        ddl.table("member_profile", &["corp_id", "userid"], columns)
            .await?;
        let columns = vec![
            ddl.key("corp_id"),
            ddl.key("external_userid"),
            json_binary("profile"),
            big_integer("updated_at"),
        ];
        ddl.table("customer_profile", &["corp_id", "external_userid"], columns)
            .await
    }
}
