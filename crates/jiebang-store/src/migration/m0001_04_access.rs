//! Accounts, sessions, idempotency keys and the audit log.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0001_04_access"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        account(&ddl).await?;
        session(&ddl).await?;
        idempotency_key(&ddl).await?;
        audit_entry(&ddl).await?;
        audit_head(&ddl).await?;
        Ok(())
    }
}

async fn account(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "account",
        &["id"],
        vec![
            uuid("id"),
            ddl.key("corp_id"),
            ddl.key("login"),
            text("name"),
            text_null("password_hash"),
            text("role"),
            json_binary("departments"),
            ddl.key_null("userid"),
            big_integer("created_at"),
            big_integer_null("disabled_at"),
            boolean("must_change_password"),
            integer("failed_logins"),
            big_integer_null("locked_until"),
        ],
    )
    .await?;
    ddl.unique("account_login", "account", &["corp_id", "login"])
        .await?;
    Ok(())
}

async fn session(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "session",
        &["token_hash"],
        vec![
            ddl.key("token_hash"),
            ddl.key("corp_id"),
            uuid("account_id"),
            text("csrf_token"),
            big_integer("created_at"),
            big_integer("last_seen_at"),
            big_integer("expires_at"),
            big_integer_null("revoked_at"),
            big_integer_null("step_up_at"),
            text("user_agent"),
        ],
    )
    .await?;
    ddl.index("session_account", "session", &["corp_id", "account_id"])
        .await?;
    Ok(())
}

async fn idempotency_key(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "idempotency_key",
        &["corp_id", "account_id", "key"],
        vec![
            ddl.key("corp_id"),
            uuid("account_id"),
            ddl.key("key"),
            text("request_hash"),
            integer_null("status"),
            text_null("response"),
            big_integer("created_at"),
        ],
    )
    .await?;
    Ok(())
}

async fn audit_entry(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "audit_entry",
        &["corp_id", "seq"],
        vec![
            ddl.key("corp_id"),
            big_integer("seq"),
            big_integer("at"),
            text("actor_kind"),
            text("actor_id"),
            text("act"),
            text("object_kind"),
            text("object_id"),
            text("outcome"),
            text("detail"),
            text_null("personal"),
            blob_null("personal_salt"),
            blob_null("personal_hash"),
            blob("salt"),
            blob("leaf_hash"),
            blob("chain_hash"),
        ],
    )
    .await?;
    ddl.index(
        "audit_entry_object",
        "audit_entry",
        &["corp_id", "object_kind", "object_id", "seq"],
    )
    .await?;
    Ok(())
}

async fn audit_head(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "audit_head",
        &["corp_id"],
        vec![ddl.key("corp_id"), big_integer("seq"), blob("chain_hash")],
    )
    .await?;
    Ok(())
}
