//! What became of the rows of handovers, and of the customers afterwards.

use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use uuid::Uuid;

use crate::StoreError;
use crate::error::During;

/// A customer that was taken over, with what is known of it since.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct TakenOver {
    pub handover_id: Uuid,
    pub row_no: i32,
    pub subject_id: String,
    pub name: String,
    pub leaver: String,
    pub leaver_name: String,
    pub successor: String,
    pub reason: serde_json::Value,
    /// When it was taken over.
    pub taken_at: i64,
    /// The successor's relation; absent if it was never read.
    pub relation_began_at: Option<i64>,
    pub relation_ended_at: Option<i64>,
    /// When a later handover moved it on from the successor.
    pub passed_on_at: Option<i64>,
}

/// From this moment to before that one, Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Within {
    pub from: i64,
    pub to: i64,
}

/// Customers taken over within the period, in the order of handover and row, `limit` after
/// `after`. Each costs one look at the key of `follow` and one at the index
/// handover_row_history.
pub async fn taken_over(
    conn: &impl ConnectionTrait,
    corp: &str,
    within: Within,
    after: (Uuid, i32),
    limit: u64,
) -> Result<Vec<TakenOver>, StoreError> {
    const SQL: &str = "\
        SELECT r.handover_id, r.row_no, r.subject_id, r.name, h.leaver, h.leaver_name, \
               r.successor, r.reason, r.ended_at AS taken_at, \
               f.added_at AS relation_began_at, f.ended_at AS relation_ended_at, \
               (SELECT MIN(later.ended_at) \
                  FROM handover_row AS later \
                  JOIN handover AS of_later ON of_later.id = later.handover_id \
                 WHERE later.corp_id = r.corp_id AND later.subject_kind = 'customer' \
                   AND later.subject_id = r.subject_id AND later.state = 'taken_over' \
                   AND later.ended_at > r.ended_at AND of_later.leaver = r.successor \
               ) AS passed_on_at \
          FROM handover_row AS r \
          JOIN handover AS h ON h.id = r.handover_id \
          LEFT JOIN follow AS f \
            ON f.corp_id = r.corp_id AND f.userid = r.successor \
           AND f.external_userid = r.subject_id \
         WHERE r.corp_id = $1 AND r.subject_kind = 'customer' AND r.state = 'taken_over' \
           AND r.successor IS NOT NULL AND r.ended_at >= $2 AND r.ended_at < $3 \
           AND (r.handover_id > $4 OR (r.handover_id = $4 AND r.row_no > $5)) \
         ORDER BY r.handover_id, r.row_no \
         LIMIT $6";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let statement = Statement::from_sql_and_values(
        conn.get_database_backend(),
        SQL,
        [
            corp.into(),
            within.from.into(),
            within.to.into(),
            after.0.into(),
            after.1.into(),
            limit.into(),
        ],
    );
    TakenOver::find_by_statement(statement)
        .all(conn)
        .await
        .during("read what was taken over")
}

/// How many customers of one leaver's handovers stand where.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Standing {
    pub leaver: String,
    pub state: String,
    pub errcode: Option<i32>,
    pub rows: i64,
}

/// Customers of handovers that were started within the period, by leaver, state and WeCom's code,
/// each once, by the latest of these handovers.
pub async fn standings(
    conn: &impl ConnectionTrait,
    corp: &str,
    within: Within,
) -> Result<Vec<Standing>, StoreError> {
    const SQL: &str = "\
        SELECT h.leaver, r.state, r.errcode, COUNT(*) AS \"rows\" \
          FROM handover AS h \
          JOIN handover_row AS r ON r.handover_id = h.id \
         WHERE h.corp_id = $1 AND h.started_at >= $2 AND h.started_at < $3 \
           AND r.subject_kind = 'customer' \
           AND NOT EXISTS ( \
               SELECT 1 FROM handover_row AS later JOIN handover AS g ON g.id = later.handover_id \
                WHERE later.corp_id = r.corp_id AND later.subject_kind = 'customer' \
                  AND later.subject_id = r.subject_id AND later.handover_id > r.handover_id \
                  AND g.leaver = h.leaver AND g.started_at >= $2 AND g.started_at < $3) \
         GROUP BY h.leaver, r.state, r.errcode \
         ORDER BY h.leaver, r.state, r.errcode";
    let statement = Statement::from_sql_and_values(
        conn.get_database_backend(),
        SQL,
        [corp.into(), within.from.into(), within.to.into()],
    );
    Standing::find_by_statement(statement)
        .all(conn)
        .await
        .during("count what became of the rows")
}
