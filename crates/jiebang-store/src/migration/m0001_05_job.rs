//! Jobs.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0001_05_job"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        job(&ddl).await?;
        Ok(())
    }
}

async fn job(ddl: &Ddl<'_>) -> Result<(), DbErr> {
    ddl.table(
        "job",
        &["id"],
        vec![
            uuid("id"),
            ddl.key("corp_id"),
            text("kind"),
            ddl.key_null("dedupe_key"),
            json_binary("payload"),
            text("state"),
            big_integer("run_at"),
            big_integer_null("again_at"),
            big_integer_null("lease_until"),
            big_integer("fence"),
            integer("tries"),
            text_null("last_error"),
            big_integer("created_at"),
            big_integer_null("finished_at"),
            integer("priority"),
        ],
    )
    .await?;
    ddl.index("job_due", "job", &["state", "run_at"]).await?;
    ddl.index("job_corp", "job", &["corp_id", "state", "id"])
        .await?;
    ddl.unique_where(
        "job_one_of_a_kind",
        "job",
        &["corp_id", "dedupe_key"],
        Expr::col("state").is_in(["queued", "running"]),
    )
    .await?;
    Ok(())
}
