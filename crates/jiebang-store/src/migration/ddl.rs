//! The few statements migrations are made of, portable to both databases.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, text_null};
use sea_orm_migration::sea_orm::DbBackend;

pub(crate) struct Ddl<'a> {
    manager: &'a SchemaManager<'a>,
    postgres: bool,
}

impl<'a> Ddl<'a> {
    pub(crate) fn new(manager: &'a SchemaManager<'a>) -> Self {
        Self {
            manager,
            postgres: manager.get_database_backend() == DbBackend::Postgres,
        }
    }

    pub(crate) const fn is_postgres(&self) -> bool {
        self.postgres
    }

    /// A text that is looked up and paged by: compared byte by byte on both databases, so that
    /// cursors mean the same on both.
    pub(crate) fn key(&self, name: &'static str) -> ColumnDef {
        self.bytewise(text(name))
    }

    pub(crate) fn key_null(&self, name: &'static str) -> ColumnDef {
        self.bytewise(text_null(name))
    }

    fn bytewise(&self, mut column: ColumnDef) -> ColumnDef {
        if self.postgres {
            column.extra("COLLATE \"C\"");
        }
        column
    }

    /// Creates a table; an empty `key` means a column declares itself the primary key.
    pub(crate) async fn table(
        &self,
        name: &'static str,
        key: &[&'static str],
        columns: Vec<ColumnDef>,
    ) -> Result<(), DbErr> {
        let mut table = Table::create();
        table.table(name);
        for column in columns {
            table.col(column);
        }
        if !key.is_empty() {
            let mut primary = Index::create();
            for column in key {
                primary.col(*column);
            }
            table.primary_key(&mut primary);
        }
        self.manager.create_table(table).await
    }

    pub(crate) async fn add_column(
        &self,
        table: &'static str,
        column: ColumnDef,
    ) -> Result<(), DbErr> {
        let mut change = Table::alter();
        change.table(table).add_column(column);
        self.manager.alter_table(change).await
    }

    pub(crate) async fn index(
        &self,
        name: &'static str,
        table: &'static str,
        columns: &[&'static str],
    ) -> Result<(), DbErr> {
        self.manager
            .create_index(index_over(name, table, columns))
            .await
    }

    pub(crate) async fn index_where(
        &self,
        name: &'static str,
        table: &'static str,
        columns: &[&'static str],
        condition: SimpleExpr,
    ) -> Result<(), DbErr> {
        let mut index = index_over(name, table, columns);
        index.and_where(condition);
        self.manager.create_index(index).await
    }

    pub(crate) async fn unique(
        &self,
        name: &'static str,
        table: &'static str,
        columns: &[&'static str],
    ) -> Result<(), DbErr> {
        let mut index = index_over(name, table, columns);
        index.unique();
        self.manager.create_index(index).await
    }

    pub(crate) async fn unique_where(
        &self,
        name: &'static str,
        table: &'static str,
        columns: &[&'static str],
        condition: SimpleExpr,
    ) -> Result<(), DbErr> {
        let mut index = index_over(name, table, columns);
        index.unique().and_where(condition);
        self.manager.create_index(index).await
    }
}

fn index_over(
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}
