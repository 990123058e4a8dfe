//! First contacts: which customers a successor still has to greet, and until when.

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};
use uuid::Uuid;

use crate::batch::{self, rows_a_statement};
use crate::entity::first_contact::{Column, Entity, Model};
use crate::entity::member;
use crate::error::During;
use crate::{StoreError, Tx, json};

/// Stores first contacts that are owed from now on; one that is there already stays as it is.
pub async fn open_first_contacts(tx: &Tx, contacts: Vec<Model>) -> Result<(), StoreError> {
    // A conflict writes what is there already: a row is taken over once.
    let on_conflict = OnConflict::columns([Column::HandoverId, Column::RowNo])
        .update_column(Column::CorpId)
        .to_owned();
    batch::upsert::<Entity>(
        tx.conn(),
        contacts,
        &on_conflict,
        "store the first contacts",
    )
    .await
}

/// Marks a contact as made, or takes the mark away; false if it stood so already or is not owed by
/// this member.
pub async fn set_contacted(
    tx: &Tx,
    handover: Uuid,
    row_no: i32,
    userid: &str,
    made: Option<(i64, &str)>,
) -> Result<bool, StoreError> {
    let stood = match made {
        Some(_) => Column::ContactedAt.is_null(),
        None => Column::ContactedAt.is_not_null(),
    };
    let found = Entity::update_many()
        .col_expr(Column::ContactedAt, Expr::value(made.map(|(at, _)| at)))
        .col_expr(
            Column::How,
            Expr::value(made.map(|(_, how)| how.to_owned())),
        )
        .filter(Column::HandoverId.eq(handover))
        .filter(Column::RowNo.eq(row_no))
        .filter(Column::Userid.eq(userid))
        .filter(stood)
        .exec(tx.conn())
        .await
        .during("mark the first contact")?;
    Ok(found.rows_affected == 1)
}

/// The first contact of one row.
pub async fn first_contact(
    conn: &impl ConnectionTrait,
    handover: Uuid,
    row_no: i32,
) -> Result<Option<Model>, StoreError> {
    Entity::find_by_id((handover, row_no))
        .one(conn)
        .await
        .during("read the first contact")
}

/// Those of these rows of several handovers that owe or owed a first contact.
pub async fn first_contacts_of(
    conn: &impl ConnectionTrait,
    rows: &[(Uuid, i32)],
) -> Result<Vec<Model>, StoreError> {
    let mut found = Vec::with_capacity(rows.len());
    for part in rows.chunks(rows_a_statement(2).min(200)) {
        let mut any = Condition::any();
        for (handover, row_no) in part {
            any = any.add(
                Column::HandoverId
                    .eq(*handover)
                    .and(Column::RowNo.eq(*row_no)),
            );
        }
        let part = Entity::find()
            .filter(any)
            .all(conn)
            .await
            .during("read the first contacts")?;
        found.extend(part);
    }
    Ok(found)
}

/// Which first contacts to list.
#[derive(Debug, Clone, Default)]
pub struct ContactFilter {
    pub userid: Option<String>,
    /// Of members of these departments; `None`: of all.
    pub departments: Option<Vec<i64>>,
    /// `Some(true)`: made; `Some(false)`: owed.
    pub contacted: Option<bool>,
    /// Due before this moment.
    pub due_before: Option<i64>,
}

fn condition(conn: &impl ConnectionTrait, corp: &str, filter: &ContactFilter) -> Condition {
    let mut all = Condition::all().add(Column::CorpId.eq(corp));
    if let Some(userid) = &filter.userid {
        all = all.add(Column::Userid.eq(userid));
    }
    if let Some(departments) = &filter.departments {
        let members = member::Entity::find()
            .select_only()
            .column(member::Column::Userid)
            .filter(member::Column::CorpId.eq(corp))
            .filter(json::holds_number(
                conn,
                "member",
                "departments",
                departments,
            ));
        all = all.add(Column::Userid.in_subquery(members.into_query()));
    }
    match filter.contacted {
        Some(true) => all = all.add(Column::ContactedAt.is_not_null()),
        Some(false) => all = all.add(Column::ContactedAt.is_null()),
        None => {}
    }
    if let Some(before) = filter.due_before {
        all = all.add(Column::DueAt.lt(before));
    }
    all
}

/// First contacts in the order in which they fall due, after `after` (moment, handover, row).
pub async fn list_first_contacts(
    conn: &impl ConnectionTrait,
    corp: &str,
    filter: &ContactFilter,
    after: Option<(i64, Uuid, i32)>,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    let mut query = Entity::find().filter(condition(conn, corp, filter));
    if let Some((due, handover, row_no)) = after {
        let same = Condition::all().add(Column::DueAt.eq(due));
        let later = Condition::any()
            .add(Column::DueAt.gt(due))
            .add(same.clone().add(Column::HandoverId.gt(handover)))
            .add(
                same.add(Column::HandoverId.eq(handover))
                    .add(Column::RowNo.gt(row_no)),
            );
        query = query.filter(later);
    }
    query
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::HandoverId)
        .order_by_asc(Column::RowNo)
        .limit(limit)
        .all(conn)
        .await
        .during("list the first contacts")
}

pub async fn count_first_contacts(
    conn: &impl ConnectionTrait,
    corp: &str,
    filter: &ContactFilter,
) -> Result<u64, StoreError> {
    Entity::find()
        .filter(condition(conn, corp, filter))
        .count(conn)
        .await
        .during("count the first contacts")
}
