//! Changes of ways: planned, intended, ended.

use jiebang_domain::contact_way::Kind;
use jiebang_domain::id::{CorpId, UserId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::batch::upsert;
use crate::entity::contact_way_move::{Column, Entity, Model};
use crate::error::{During, assert_rows};
use crate::{StoreError, Tx, text};

/// States in which a change is not ended.
const OPEN: [&str; 3] = ["planned", "intended", "unsure"];

/// Stores planned changes. One of a way that has a change under way is an error of a conflict.
pub async fn insert_moves(tx: &Tx, mut rows: Vec<Model>) -> Result<(), StoreError> {
    for row in &mut rows {
        text::without_nul(&mut row.name);
    }
    let conflict = OnConflict::column(Column::Id).do_nothing().to_owned();
    upsert::<Entity>(tx.conn(), rows, &conflict, "plan changes of contact ways").await
}

pub async fn get_move(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, StoreError> {
    Entity::find_by_id(id)
        .one(conn)
        .await
        .during("load a change of a contact way")
}

/// Changes of a leaver's ways that are not ended, in the order they were planned.
pub async fn open_moves(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    leaver: &UserId,
) -> Result<Vec<Model>, StoreError> {
    Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::Leaver.eq(leaver.as_str()))
        .filter(Column::State.is_in(OPEN))
        .order_by_asc(Column::Id)
        .all(conn)
        .await
        .during("list changes of contact ways")
}

/// Those of `ids` that have a change under way, whoever the leaver is.
pub async fn open_of_ways(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    kind: Kind,
    ids: &[String],
) -> Result<Vec<Model>, StoreError> {
    Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::Kind.eq(kind.as_str()))
        .filter(Column::WayId.is_in(ids))
        .filter(Column::State.is_in(OPEN))
        .all(conn)
        .await
        .during("look for changes of contact ways")
}

/// Changes of a leaver's ways, the latest first.
pub async fn moves_of_leaver(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    leaver: &UserId,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::Leaver.eq(leaver.as_str()))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(conn)
        .await
        .during("list changes of contact ways")
}

/// How many changes of a handover are in each state.
pub async fn moves_of_handover(
    conn: &impl ConnectionTrait,
    handover: Uuid,
) -> Result<Vec<(String, i64)>, StoreError> {
    Entity::find()
        .select_only()
        .column(Column::State)
        .column_as(Column::Id.count(), "moves")
        .filter(Column::HandoverId.eq(handover))
        .group_by(Column::State)
        .order_by_asc(Column::State)
        .into_tuple()
        .all(conn)
        .await
        .during("count changes of contact ways")
}

/// Stores a change as it is now, if it is in one of the states `from`. Errs with
/// [`StoreError::RowCount`] otherwise.
pub async fn set_move(tx: &Tx, row: Model, from: &[&str]) -> Result<(), StoreError> {
    const OPERATION: &str = "change the state of a contact way's change";
    let id = row.id;
    let touched = Entity::update_many()
        .set(row.into_active_model().reset_all())
        .filter(Column::Id.eq(id))
        .filter(Column::State.is_in(from.iter().copied()))
        .exec(tx.conn())
        .await
        .during(OPERATION)?;
    assert_rows(OPERATION, 1, touched.rows_affected)
}
