//! Saved texts to customers.

use jiebang_domain::id::CorpId;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder,
};
use uuid::Uuid;

use crate::entity::message_template::{Column, Entity, Model};
use crate::error::During;
use crate::{StoreError, Tx};

/// Every text of the corp, oldest first.
pub async fn templates(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
) -> Result<Vec<Model>, StoreError> {
    Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .order_by_asc(Column::Id)
        .all(conn)
        .await
        .during("list the texts to customers")
}

pub async fn template(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    id: Uuid,
) -> Result<Option<Model>, StoreError> {
    Entity::find_by_id(id)
        .filter(Column::CorpId.eq(corp.as_str()))
        .one(conn)
        .await
        .during("read a text to customers")
}

pub async fn insert_template(tx: &Tx, template: Model) -> Result<(), StoreError> {
    Entity::insert(template.into_active_model().reset_all())
        .exec_without_returning(tx.conn())
        .await
        .during("store a text to customers")?;
    Ok(())
}

/// Stores every field of a text that is there; false if it is not.
pub async fn update_template(tx: &Tx, template: Model) -> Result<bool, StoreError> {
    let (id, corp) = (template.id, template.corp_id.clone());
    let found = Entity::update_many()
        .set(template.into_active_model().reset_all())
        .filter(Column::Id.eq(id))
        .filter(Column::CorpId.eq(corp))
        .exec(tx.conn())
        .await
        .during("change a text to customers")?;
    Ok(found.rows_affected == 1)
}

/// Takes a text away; false if there was none.
pub async fn delete_template(tx: &Tx, corp: &CorpId, id: Uuid) -> Result<bool, StoreError> {
    let found = Entity::delete_many()
        .filter(Column::Id.eq(id))
        .filter(Column::CorpId.eq(corp.as_str()))
        .exec(tx.conn())
        .await
        .during("delete a text to customers")?;
    Ok(found.rows_affected == 1)
}
