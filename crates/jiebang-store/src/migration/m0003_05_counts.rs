//! What handovers of very many rows are counted by, so that a count reads no row.

use sea_orm_migration::prelude::*;

use super::ddl::Ddl;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_05_counts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ddl = Ddl::new(manager);
        ddl.index(
            "handover_row_tally",
            "handover_row",
            &[
                "handover_id",
                "successor",
                "subject_kind",
                "state",
                "prediction",
                "carry",
            ],
        )
        .await?;
        ddl.index_where(
            "handover_row_carry",
            "handover_row",
            &["handover_id", "successor", "row_no"],
            Expr::col("carry").eq("pending"),
        )
        .await
    }
}
