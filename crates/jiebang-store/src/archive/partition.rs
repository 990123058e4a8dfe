//! Months as partitions, on PostgreSQL.
//!
//! A partition holds the messages of a month (UTC) of all corps: `message_2026_11` and
//! `message_index_2026_11`. They are made in the transaction of the first message that needs
//! them.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Range;

use jiebang_domain::time::{civil_date, civil_days};
use sea_orm::ConnectionTrait;

use super::{first_id_at, moment_of, statement};
use crate::error::During;
use crate::{Kind, StoreError, Tx};

const DAY: i64 = 86_400_000;
const TABLES: [&str; 2] = ["message", "message_index"];
/// Any number will do as long as it stays: two programs that need the same month make it in turn.
const LOCK: i64 = 0x6a69_6562_616e_6702;

/// A month of the calendar: years since 0 times twelve, and months since January.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Month(i64);

impl Month {
    pub(super) const fn of_id(id: i64) -> Self {
        let (year, month, _) = civil_date(moment_of(id).div_euclid(DAY));
        Self(year * 12 + month - 1)
    }

    const fn year_and_month(self) -> (i64, i64) {
        (self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }

    /// The first id of the month; the next month's is its end.
    pub(super) fn first_id(self) -> i64 {
        let (year, month) = self.year_and_month();
        first_id_at(civil_days(year, month, 1) * DAY)
    }

    pub(super) fn end_id(self) -> i64 {
        Self(self.0 + 1).first_id()
    }

    /// The table that holds its tokens.
    pub(super) fn index_table(self) -> String {
        format!("message_index{}", self.suffix())
    }

    fn suffix(self) -> String {
        let (year, month) = self.year_and_month();
        format!("_{year:04}_{month:02}")
    }

    fn parse(suffix: &str) -> Option<Self> {
        let (year, month) = suffix.strip_prefix('_')?.split_once('_')?;
        let year: i64 = year.parse().ok()?;
        let month: i64 = month.parse().ok()?;
        (1..=12)
            .contains(&month)
            .then_some(Self(year * 12 + month - 1))
    }
}

/// Makes the partitions that hold `ids`, where they are lacking.
pub(super) async fn ensure(
    tx: &Tx,
    ids: impl Iterator<Item = i64> + Send,
) -> Result<(), StoreError> {
    const OPERATION: &str = "make a partition for messages";
    if tx.kind() != Kind::Postgres {
        return Ok(());
    }
    let months: BTreeSet<Month> = ids.map(Month::of_id).collect();
    let lacking = lacking(tx.conn(), &months).await?;
    if lacking.is_empty() {
        return Ok(());
    }
    let lock = statement(tx.conn(), "SELECT pg_advisory_xact_lock($1)", [LOCK.into()]);
    tx.conn().execute_raw(lock).await.during(OPERATION)?;
    for month in lacking {
        let (from, to, suffix) = (month.first_id(), month.end_id(), month.suffix());
        for table in TABLES {
            let sql = format!(
                "CREATE TABLE IF NOT EXISTS \"{table}{suffix}\" PARTITION OF \"{table}\" \
                 FOR VALUES FROM ({from}) TO ({to})"
            );
            tx.conn().execute_unprepared(&sql).await.during(OPERATION)?;
        }
    }
    Ok(())
}

async fn lacking(
    conn: &impl ConnectionTrait,
    months: &BTreeSet<Month>,
) -> Result<Vec<Month>, StoreError> {
    const OPERATION: &str = "look for partitions of messages";
    let names: Vec<String> = months.iter().map(|month| month.index_table()).collect();
    let sql = "SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NULL";
    let rows = conn
        .query_all_raw(statement(conn, sql, [names.into()]))
        .await
        .during(OPERATION)?;
    let mut lacking = Vec::new();
    for row in rows {
        let name: String = row.try_get("", "name").during(OPERATION)?;
        lacking.extend(name.strip_prefix("message_index").and_then(Month::parse));
    }
    Ok(lacking)
}

/// A month there is a partition of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Partition {
    pub month: Month,
    /// About how many messages are meant of it; 0 where that is not known.
    pub messages: f64,
    /// What it had at the last ANALYZE or VACUUM.
    pub as_of: f64,
}

impl Partition {
    /// The part of it with these ids, as if messages came evenly.
    pub(super) fn within(self, ids: &Range<i64>) -> Option<Self> {
        let (first, end) = (self.month.first_id(), self.month.end_id());
        let (from, to) = (first.max(ids.start), end.min(ids.end));
        let share = (to - from) as f64 / (end - first) as f64;
        (from < to).then_some(Self {
            messages: self.messages * share,
            ..self
        })
    }
}

/// What there are partitions of, newest first.
pub(super) async fn partitions(conn: &impl ConnectionTrait) -> Result<Vec<Partition>, StoreError> {
    const OPERATION: &str = "list the partitions of messages";
    let sql = "SELECT part.relname AS name, part.reltuples::float8 AS messages FROM pg_inherits
               JOIN pg_class part ON part.oid = pg_inherits.inhrelid
               WHERE pg_inherits.inhparent = to_regclass('message_index')";
    let rows = conn
        .query_all_raw(statement(conn, sql, []))
        .await
        .during(OPERATION)?;
    let mut found = Vec::new();
    for row in rows {
        let name: String = row.try_get("", "name").during(OPERATION)?;
        let as_of: f64 = row.try_get("", "messages").during(OPERATION)?;
        let month = name.strip_prefix("message_index").and_then(Month::parse);
        found.extend(month.map(|month| Partition {
            month,
            // -1 before the first.
            messages: as_of.max(0.0),
            as_of,
        }));
    }
    found.sort_by_key(|one| Reverse(one.month));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::message_id;
    use super::*;

    #[test]
    fn a_month_begins_and_ends_where_the_calendar_says() {
        for (moment, suffix, first) in [
            (0, "_1970_01", 0),
            (1_709_164_799_999, "_2024_02", 1_706_745_600_000),
            (1_709_251_200_000, "_2024_03", 1_709_251_200_000),
            (1_764_547_199_999, "_2025_11", 1_761_955_200_000),
        ] {
            let month = Month::of_id(message_id(moment, 7));
            assert_eq!(month.suffix(), suffix);
            assert_eq!(Month::parse(suffix), Some(month));
            assert_eq!(moment_of(month.first_id()), first);
            assert!(month.first_id() <= message_id(moment, 7));
            assert!(month.end_id() > message_id(moment, 7));
        }
    }

    #[test]
    fn of_a_month_that_is_partly_meant_a_part_of_its_messages_is() {
        let month = Month::of_id(0);
        let all = Partition {
            month,
            messages: 310.0,
            as_of: 310.0,
        };
        let (first, end) = (month.first_id(), month.end_id());
        let within = |ids: Range<i64>| all.within(&ids).map(|part| part.messages.round());
        assert_eq!(within(0..i64::MAX), Some(310.0));
        assert_eq!(within(first_id_at(DAY)..first_id_at(2 * DAY)), Some(10.0));
        assert_eq!(within(0..first), None);
        assert_eq!(within(end..i64::MAX), None);
        assert_eq!(all.within(&(first..first + 1)).unwrap().as_of, 310.0);
    }

    #[test]
    fn months_follow_each_other_without_a_gap_for_two_centuries() {
        let mut month = Month::of_id(0);
        while month.suffix() != "_2240_01" {
            let next = Month::of_id(month.end_id());
            assert_eq!(Month::of_id(month.end_id() - 1), month);
            assert_eq!(next.first_id(), month.end_id());
            month = next;
        }
    }
}
