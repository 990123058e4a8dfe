//! The one notice each successor of a handover gets.

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use uuid::Uuid;

use crate::entity::notice::{Column, Entity, Model};
use crate::error::{During, assert_rows};
use crate::{StoreError, Tx};

/// Plans a notice unless this successor has one already; true if it is new.
pub async fn plan_notice(tx: &Tx, notice: Model) -> Result<bool, StoreError> {
    let on_conflict = OnConflict::columns([Column::HandoverId, Column::Userid])
        .do_nothing()
        .to_owned();
    let found = Entity::insert(notice.into_active_model().reset_all())
        .on_conflict(on_conflict)
        .exec_without_returning(tx.conn())
        .await
        .during("plan the notice")?;
    Ok(found == 1)
}

pub async fn notice(
    conn: &impl ConnectionTrait,
    handover: Uuid,
    userid: &str,
) -> Result<Option<Model>, StoreError> {
    Entity::find()
        .filter(Column::HandoverId.eq(handover))
        .filter(Column::Userid.eq(userid))
        .one(conn)
        .await
        .during("read the notice")
}

pub async fn notices(
    conn: &impl ConnectionTrait,
    handover: Uuid,
) -> Result<Vec<Model>, StoreError> {
    Entity::find()
        .filter(Column::HandoverId.eq(handover))
        .all(conn)
        .await
        .during("read the notices")
}

/// Writes a notice as it stands now; `from` is the state it must be in.
pub async fn update_notice(tx: &Tx, notice: Model, from: &str) -> Result<(), StoreError> {
    let id = notice.id;
    let found = Entity::update_many()
        .set(notice.into_active_model().reset_all())
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(from))
        .exec(tx.conn())
        .await
        .during("record the notice")?;
    assert_rows("record the notice", 1, found.rows_affected)
}
