//! What a member took over.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, Order, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};
use uuid::Uuid;

use crate::StoreError;
use crate::entity::handover_row::{Column, Entity, Model};
use crate::entity::{first_contact, handover};
use crate::error::During;

/// Which of what a member took over to list; empty: all, newest first.
#[derive(Debug, Clone, Default)]
pub struct TakenFilter {
    /// Only what the first contact was made for, or is still owed.
    pub contacted: Option<bool>,
    /// Only what the first contact was due for before this moment.
    pub due_before: Option<i64>,
    pub oldest_first: bool,
}

/// Everything one member took over with its handover, after `after` (moment, handover, row).
pub async fn taken_over_by(
    conn: &impl ConnectionTrait,
    corp: &str,
    successor: &str,
    filter: &TakenFilter,
    after: Option<(i64, Uuid, i32)>,
    limit: u64,
) -> Result<Vec<(Model, Option<handover::Model>)>, StoreError> {
    let order = if filter.oldest_first {
        Order::Asc
    } else {
        Order::Desc
    };
    let mut query = Entity::find()
        .filter(Column::CorpId.eq(corp))
        .filter(Column::Successor.eq(successor))
        .filter(Column::State.eq("taken_over"))
        .order_by(Column::EndedAt, order.clone())
        .order_by(Column::HandoverId, order.clone())
        .order_by(Column::RowNo, order)
        .limit(limit);
    if let Some(after) = after {
        query = query.filter(beyond(after, filter.oldest_first));
    }
    if let Some(contacted) = filter.contacted {
        query = query.filter(contact(contacted, filter.due_before));
    }
    let rows = query.all(conn).await.during("list what was taken over")?;
    let ids: BTreeSet<Uuid> = rows.iter().map(|row| row.handover_id).collect();
    let handovers = handover::Entity::find()
        .filter(handover::Column::Id.is_in(ids))
        .all(conn)
        .await
        .during("read the handovers of the rows")?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let of_row = handovers
                .iter()
                .find(|handover| handover.id == row.handover_id)
                .cloned();
            (row, of_row)
        })
        .collect())
}

/// A customer or group that somebody took over, as far as reading its past is concerned.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Taken {
    pub handover_id: Uuid,
    /// `customer` or `group`.
    pub subject_kind: String,
    pub subject_id: String,
    /// Unix seconds.
    pub ended_at: Option<i64>,
}

/// Everything a successor ever took over, the latest first, and the handovers it was part of.
pub async fn ever_taken_over_by(
    conn: &impl ConnectionTrait,
    corp: &str,
    successor: &str,
) -> Result<(Vec<Taken>, BTreeMap<Uuid, handover::Model>), StoreError> {
    let rows: Vec<Taken> = Entity::find()
        .select_only()
        .columns([
            Column::HandoverId,
            Column::SubjectKind,
            Column::SubjectId,
            Column::EndedAt,
        ])
        .filter(Column::CorpId.eq(corp))
        .filter(Column::Successor.eq(successor))
        .filter(Column::State.eq("taken_over"))
        .order_by_desc(Column::EndedAt)
        .into_model()
        .all(conn)
        .await
        .during("list what was ever taken over")?;
    let ids: BTreeSet<Uuid> = rows.iter().map(|row| row.handover_id).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let mut handovers = BTreeMap::new();
    for some in ids.chunks(1_000) {
        let found = handover::Entity::find()
            .filter(handover::Column::Id.is_in(some.iter().copied()))
            .all(conn)
            .await
            .during("read the handovers of what was taken over")?;
        handovers.extend(found.into_iter().map(|one| (one.id, one)));
    }
    Ok((rows, handovers))
}

/// The last time a customer or group was given to one successor in a handover that was started,
/// taken over or not.
pub async fn last_given(
    conn: &impl ConnectionTrait,
    corp: &str,
    subject_kind: &str,
    subject: &str,
    successor: &str,
) -> Result<Option<(Model, handover::Model)>, StoreError> {
    let started = handover::Entity::find()
        .select_only()
        .column(handover::Column::Id)
        .filter(handover::Column::CorpId.eq(corp))
        .filter(handover::Column::StartedAt.is_not_null());
    let row = Entity::find()
        .filter(Column::CorpId.eq(corp))
        .filter(Column::SubjectKind.eq(subject_kind))
        .filter(Column::SubjectId.eq(subject))
        .filter(Column::Successor.eq(successor))
        .filter(Column::HandoverId.in_subquery(started.into_query()))
        .order_by_desc(Column::HandoverId)
        .limit(1)
        .one(conn)
        .await
        .during("look for what was given to a member")?;
    let Some(row) = row else {
        return Ok(None);
    };
    let handover = handover::Entity::find_by_id(row.handover_id)
        .one(conn)
        .await
        .during("read the handover of a row")?;
    Ok(handover.map(|handover| (row, handover)))
}

fn beyond((at, handover, row_no): (i64, Uuid, i32), oldest_first: bool) -> Condition {
    let past = |column: Column, value: sea_orm::Value| {
        if oldest_first {
            column.gt(value)
        } else {
            column.lt(value)
        }
    };
    let same_moment = Condition::all().add(Column::EndedAt.eq(at));
    let same_handover = same_moment.clone().add(Column::HandoverId.eq(handover));
    Condition::any()
        .add(past(Column::EndedAt, at.into()))
        .add(same_moment.add(past(Column::HandoverId, handover.into())))
        .add(same_handover.add(past(Column::RowNo, row_no.into())))
}

fn contact(contacted: bool, due_before: Option<i64>) -> Expr {
    use first_contact::Column as Contact;
    let mut of_row = Query::select();
    of_row
        .expr(Expr::val(1))
        .from(first_contact::Entity)
        .and_where(
            Expr::col((first_contact::Entity, Contact::HandoverId))
                .equals((Entity, Column::HandoverId)),
        )
        .and_where(
            Expr::col((first_contact::Entity, Contact::RowNo)).equals((Entity, Column::RowNo)),
        )
        .and_where(if contacted {
            Contact::ContactedAt.is_not_null()
        } else {
            Contact::ContactedAt.is_null()
        });
    if let Some(before) = due_before {
        of_row.and_where(Contact::DueAt.lt(before));
    }
    Expr::exists(of_row)
}
