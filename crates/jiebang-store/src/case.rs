//! Cases, their checklists, comments and snapshots.
//!
//! Invariant: a member has at most one open case (index `one_open_case`).

use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

pub use crate::entity::asset_snapshot::Model as Snapshot;
pub use crate::entity::case_comment::Model as Comment;
pub use crate::entity::case_item::Model as Item;
pub use crate::entity::handover_case::Model as Case;
use crate::entity::{
    asset_snapshot, case_comment, case_item, customer, customer_group, follow, handover_case,
};
use crate::error::{During, assert_rows};
use crate::{StoreError, Tx};

/// Stores a new case with its checklist, unless the member has an open one. Returns whether it
/// did.
pub async fn open(tx: &Tx, case: Case, items: Vec<Item>) -> Result<bool, StoreError> {
    let stored = handover_case::Entity::insert(case.into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx.conn())
        .await
        .during("open a case")?;
    if stored == 0 {
        return Ok(false);
    }
    if !items.is_empty() {
        case_item::Entity::insert_many(items.into_iter().map(IntoActiveModel::into_active_model))
            .exec_without_returning(tx.conn())
            .await
            .during("store the checklist of a case")?;
    }
    Ok(true)
}

/// Keeps what the member has now, in two statements whatever the number. Returns how many
/// customers and groups.
pub async fn snapshot(
    tx: &Tx,
    corp: &str,
    userid: &str,
    case: Uuid,
) -> Result<(u64, u64), StoreError> {
    let customers = insert(tx, customers_of(corp, userid, case)).await?;
    let groups = insert(tx, groups_of(corp, userid, case)).await?;
    let (count, more) = (
        i64::try_from(customers).unwrap_or(i64::MAX),
        i64::try_from(groups).unwrap_or(i64::MAX),
    );
    handover_case::Entity::update_many()
        .col_expr(handover_case::Column::Customers, Expr::value(count))
        .col_expr(handover_case::Column::Groups, Expr::value(more))
        .filter(handover_case::Column::Id.eq(case))
        .exec(tx.conn())
        .await
        .during("count the snapshot")?;
    Ok((customers, groups))
}

/// Forgets what was kept of a case, to keep it anew.
pub async fn forget_snapshot(tx: &Tx, case: Uuid) -> Result<(), StoreError> {
    asset_snapshot::Entity::delete_many()
        .filter(asset_snapshot::Column::CaseId.eq(case))
        .exec(tx.conn())
        .await
        .during("forget a snapshot")
        .map(drop)
}

async fn insert(tx: &Tx, select: SelectStatement) -> Result<u64, StoreError> {
    use asset_snapshot::Column as C;
    let mut insert = Query::insert();
    insert.into_table(asset_snapshot::Entity).columns([
        C::CaseId,
        C::SubjectKind,
        C::SubjectId,
        C::CorpId,
        C::Name,
        C::Remark,
        C::Description,
        C::Tags,
        C::Since,
    ]);
    insert
        .select_from(select)
        .map_err(|error| sea_orm::DbErr::Custom(error.to_string()))
        .during("keep what a member has")?;
    let done = tx
        .conn()
        .execute(&insert)
        .await
        .during("keep what a member has")?;
    Ok(done.rows_affected())
}

fn customers_of(corp: &str, userid: &str, case: Uuid) -> SelectStatement {
    use follow::Column as F;
    let (f, c) = (Alias::new("f"), Alias::new("c"));
    let mut select = Query::select();
    select
        .expr(Expr::value(case))
        .expr(Expr::cust("'customer'"))
        .column((f.clone(), F::ExternalUserid))
        .column((f.clone(), F::CorpId))
        .expr(Expr::col((c.clone(), customer::Column::Name)).if_null(""))
        .column((f.clone(), F::Remark))
        .column((f.clone(), F::Description))
        .column((f.clone(), F::Tags))
        .column((f.clone(), F::AddedAt))
        .from_as(follow::Entity, f.clone())
        .join_as(
            sea_orm::sea_query::JoinType::LeftJoin,
            customer::Entity,
            c.clone(),
            Condition::all()
                .add(
                    Expr::col((c.clone(), customer::Column::CorpId)).equals((f.clone(), F::CorpId)),
                )
                .add(
                    Expr::col((c, customer::Column::ExternalUserid))
                        .equals((f.clone(), F::ExternalUserid)),
                ),
        )
        .and_where(Expr::col((f.clone(), F::CorpId)).eq(corp))
        .and_where(Expr::col((f.clone(), F::Userid)).eq(userid))
        .and_where(Expr::col((f, F::EndedAt)).is_null());
    select
}

fn groups_of(corp: &str, userid: &str, case: Uuid) -> SelectStatement {
    use customer_group::Column as G;
    let mut select = Query::select();
    select
        .expr(Expr::value(case))
        .expr(Expr::cust("'group'"))
        .column(G::ChatId)
        .column(G::CorpId)
        .column(G::Name)
        .expr(Expr::cust("''"))
        .expr(Expr::cust("''"))
        .expr(Expr::cust(if_json()))
        .column(G::CreatedAt)
        .from(customer_group::Entity)
        .and_where(Expr::col(G::CorpId).eq(corp))
        .and_where(Expr::col(G::Owner).eq(userid))
        .and_where(Expr::col(G::DismissedAt).is_null());
    select
}

/// An empty list, which both databases take for a column of JSON.
const fn if_json() -> &'static str {
    "'[]'"
}

/// The cases of a member, the latest first.
pub async fn of_member(
    conn: &impl ConnectionTrait,
    corp: &str,
    userid: &str,
) -> Result<Vec<Case>, StoreError> {
    use handover_case::Column;
    handover_case::Entity::find()
        .filter(Column::CorpId.eq(corp))
        .filter(Column::Userid.eq(userid))
        .order_by_desc(Column::OpenedAt)
        .order_by_desc(Column::Id)
        .all(conn)
        .await
        .during("read the cases of a member")
}

/// Which cases to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub state: Option<String>,
    pub owner: Option<Uuid>,
    /// Whose case.
    pub userid: Option<String>,
}

fn condition(corp: &str, filter: &Filter) -> Condition {
    use handover_case::Column;
    let mut all = Condition::all().add(Column::CorpId.eq(corp));
    if let Some(state) = &filter.state {
        all = all.add(Column::State.eq(state));
    }
    if let Some(userid) = &filter.userid {
        all = all.add(Column::Userid.eq(userid));
    }
    if let Some(owner) = filter.owner {
        all = all.add(Column::Owner.eq(owner));
    }
    all
}

/// Cases, the latest first, before the one with id `before`.
pub async fn list(
    conn: &impl ConnectionTrait,
    corp: &str,
    filter: &Filter,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Case>, StoreError> {
    use handover_case::Column;
    let mut wanted = condition(corp, filter);
    if let Some(before) = before {
        wanted = wanted.add(Column::Id.lt(before));
    }
    handover_case::Entity::find()
        .filter(wanted)
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(conn)
        .await
        .during("list the cases")
}

pub async fn get(
    conn: &impl ConnectionTrait,
    corp: &str,
    id: Uuid,
) -> Result<Option<Case>, StoreError> {
    handover_case::Entity::find_by_id(id)
        .filter(handover_case::Column::CorpId.eq(corp))
        .one(conn)
        .await
        .during("read a case")
}

/// The case, locked until `tx` ends.
pub async fn lock(tx: &Tx, corp: &str, id: Uuid) -> Result<Option<Case>, StoreError> {
    handover_case::Entity::find_by_id(id)
        .filter(handover_case::Column::CorpId.eq(corp))
        .lock_exclusive()
        .one(tx.conn())
        .await
        .during("lock a case")
}

/// Stores every field of a case that is there.
pub async fn update(tx: &Tx, case: Case) -> Result<(), StoreError> {
    let id = case.id;
    let done = handover_case::Entity::update_many()
        .set(case.into_active_model().reset_all())
        .filter(handover_case::Column::Id.eq(id))
        .exec(tx.conn())
        .await
        .during("change a case")?;
    assert_rows("change a case", 1, done.rows_affected)
}

/// The checklist of a case, in its order.
pub async fn items(conn: &impl ConnectionTrait, case: Uuid) -> Result<Vec<Item>, StoreError> {
    case_item::Entity::find()
        .filter(case_item::Column::CaseId.eq(case))
        .order_by_asc(case_item::Column::Number)
        .all(conn)
        .await
        .during("read the checklist of a case")
}

/// Stores every field of an item that is there.
pub async fn update_item(tx: &Tx, item: Item) -> Result<(), StoreError> {
    let (case, number) = (item.case_id, item.number);
    let done = case_item::Entity::update_many()
        .set(item.into_active_model().reset_all())
        .filter(case_item::Column::CaseId.eq(case))
        .filter(case_item::Column::Number.eq(number))
        .exec(tx.conn())
        .await
        .during("change an item of a case")?;
    assert_rows("change an item of a case", 1, done.rows_affected)
}

pub async fn comment(tx: &Tx, comment: Comment) -> Result<(), StoreError> {
    case_comment::Entity::insert(comment.into_active_model())
        .exec_without_returning(tx.conn())
        .await
        .during("store a comment")
        .map(drop)
}

/// The comments of a case, the first first.
pub async fn comments(conn: &impl ConnectionTrait, case: Uuid) -> Result<Vec<Comment>, StoreError> {
    case_comment::Entity::find()
        .filter(case_comment::Column::CaseId.eq(case))
        .order_by_asc(case_comment::Column::Id)
        .all(conn)
        .await
        .during("read the comments of a case")
}

/// What the member had, of one kind, after `after` in the order of the ids.
pub async fn snapshots(
    conn: &impl ConnectionTrait,
    case: Uuid,
    subject_kind: &str,
    after: &str,
    limit: u64,
) -> Result<Vec<Snapshot>, StoreError> {
    use asset_snapshot::Column;
    asset_snapshot::Entity::find()
        .filter(Column::CaseId.eq(case))
        .filter(Column::SubjectKind.eq(subject_kind))
        .filter(Column::SubjectId.gt(after))
        .order_by_asc(Column::SubjectId)
        .limit(limit)
        .all(conn)
        .await
        .during("read a snapshot")
}

/// How many cases there are of each member in this state.
pub async fn count(
    conn: &impl ConnectionTrait,
    corp: &str,
    filter: &Filter,
) -> Result<u64, StoreError> {
    handover_case::Entity::find()
        .filter(condition(corp, filter))
        .count(conn)
        .await
        .during("count the cases")
}
