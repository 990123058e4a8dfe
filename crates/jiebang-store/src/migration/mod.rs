//! The schema and how it grows.
//!
//! Invariant: a migration is never edited after a release. A change adds a column or table,
//! fills it, and a later release removes what nobody reads any more.

mod ddl;
mod m0001_01_directory;
mod m0001_02_customer;
mod m0001_03_sync;
mod m0001_04_access;
mod m0001_05_job;
mod m0001_06_handover;
mod m0002_01_rules;
mod m0002_02_approval;
mod m0002_03_contact_way;
mod m0002_04_case;
mod m0002_06_record;
mod m0003_01_archive;
mod m0003_02_reading;
mod m0003_03_keeping;
mod m0003_04_review;
mod m0003_05_counts;
mod m0003_06_reading;
mod m0003_07_share;
mod m0003_08_reading;
mod m0003_09_handling;
mod m0003_10_leaving;
mod m0003_11_roster;
mod m0003_12_plans;
mod m0003_13_left_out;

use sea_orm_migration::{MigrationTrait, MigratorTrait};

pub(crate) use ddl::Ddl;

pub(crate) struct Migrator;

#[sea_orm_migration::async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_01_directory::Migration),
            Box::new(m0001_02_customer::Migration),
            Box::new(m0001_03_sync::Migration),
            Box::new(m0001_04_access::Migration),
            Box::new(m0001_05_job::Migration),
            Box::new(m0001_06_handover::Migration),
            Box::new(m0002_01_rules::Migration),
            Box::new(m0002_02_approval::Migration),
            Box::new(m0002_03_contact_way::Migration),
            Box::new(m0002_04_case::Migration),
            Box::new(m0002_06_record::Migration),
            Box::new(m0003_01_archive::Migration),
            Box::new(m0003_02_reading::Migration),
            Box::new(m0003_03_keeping::Migration),
            Box::new(m0003_04_review::Migration),
            Box::new(m0003_05_counts::Migration),
            Box::new(m0003_06_reading::Migration),
            Box::new(m0003_07_share::Migration),
            Box::new(m0003_08_reading::Migration),
            Box::new(m0003_09_handling::Migration),
            Box::new(m0003_10_leaving::Migration),
            Box::new(m0003_11_roster::Migration),
            Box::new(m0003_12_plans::Migration),
            Box::new(m0003_13_left_out::Migration),
        ]
    }
}
