//! Raw callbacks: stored once before they are answered, handled after.

use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::entity::callback_event::{self, Column};
use crate::error::{During, assert_rows};
use crate::{StoreError, Tx, text};

pub use crate::entity::callback_event::Model as CallbackEvent;

/// Longest callback stored, in bytes of decrypted XML.
pub const MAX_XML_BYTES: usize = 256 * 1024;

/// A callback as it came, verified and decrypted.
#[derive(Debug, Clone)]
pub struct NewCallback {
    pub corp_id: CorpId,
    /// What makes two deliveries the same event; see the receiver.
    pub hash: String,
    pub received_at: Timestamp,
    pub xml: String,
    pub event: String,
    pub change_type: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    pub id: i64,
    /// False where the same event had come before; it was counted and is not handled again.
    pub new: bool,
}

/// Stores the callback unless the same has come before.
pub async fn store_once(tx: &Tx, new: NewCallback) -> Result<Stored, StoreError> {
    const OPERATION: &str = "store a callback";
    let mut xml = new.xml;
    if xml.len() > MAX_XML_BYTES {
        let (bytes, limit) = (xml.len(), MAX_XML_BYTES);
        return Err(StoreError::TooLarge {
            operation: OPERATION,
            bytes,
            limit,
        });
    }
    text::without_nul(&mut xml);
    let row = callback_event::ActiveModel {
        id: ActiveValue::NotSet,
        corp_id: ActiveValue::Set(new.corp_id.to_string()),
        hash: ActiveValue::Set(new.hash),
        received_at: ActiveValue::Set(new.received_at.seconds()),
        times_received: ActiveValue::Set(1),
        xml: ActiveValue::Set(xml),
        event: ActiveValue::Set(new.event),
        change_type: ActiveValue::Set(new.change_type),
        handled_at: ActiveValue::Set(None),
        outcome: ActiveValue::Set(None),
    };
    let times = Expr::col((callback_event::Entity, Column::TimesReceived));
    let again = OnConflict::columns([Column::CorpId, Column::Hash])
        .value(Column::TimesReceived, times.add(1))
        .to_owned();
    let stored = callback_event::Entity::insert(row)
        .on_conflict(again)
        .exec_with_returning(tx.conn())
        .await
        .during(OPERATION)?;
    Ok(Stored {
        id: stored.id,
        new: stored.times_received == 1,
    })
}

/// Callbacks not handled yet in the order they came, `limit` after the one numbered `after`.
pub async fn unhandled(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    after: Option<i64>,
    limit: u64,
) -> Result<Vec<CallbackEvent>, StoreError> {
    waiting(corp)
        .filter(Column::Id.gt(after.unwrap_or(i64::MIN)))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(conn)
        .await
        .during("list callbacks to be handled")
}

/// As [`unhandled`], of the events called `event` only.
pub async fn unhandled_of(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    event: &str,
    after: Option<i64>,
    limit: u64,
) -> Result<Vec<CallbackEvent>, StoreError> {
    waiting(corp)
        .filter(Column::Event.eq(event))
        .filter(Column::Id.gt(after.unwrap_or(i64::MIN)))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(conn)
        .await
        .during("list callbacks that cannot wait")
}

pub async fn count_unhandled(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
) -> Result<u64, StoreError> {
    waiting(corp)
        .count(conn)
        .await
        .during("count callbacks to be handled")
}

fn waiting(corp: &CorpId) -> sea_orm::Select<callback_event::Entity> {
    callback_event::Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::HandledAt.is_null())
}

/// Records what came of a callback. Errs if it has been handled already: then somebody else did.
pub async fn mark_handled(
    tx: &Tx,
    corp: &CorpId,
    id: i64,
    now: Timestamp,
    outcome: &str,
) -> Result<(), StoreError> {
    const OPERATION: &str = "mark a callback handled";
    let touched = callback_event::Entity::update_many()
        .col_expr(Column::HandledAt, Expr::val(now.seconds()))
        .col_expr(Column::Outcome, Expr::val(outcome))
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::Id.eq(id))
        .filter(Column::HandledAt.is_null())
        .exec(tx.conn())
        .await
        .during(OPERATION)?;
    assert_rows(OPERATION, 1, touched.rows_affected)
}

/// The latest callback the corp received, handled or not.
pub async fn latest(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
) -> Result<Option<CallbackEvent>, StoreError> {
    callback_event::Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .order_by_desc(Column::Id)
        .limit(1)
        .one(conn)
        .await
        .during("load the latest callback")
}

/// Forgets callbacks handled before `before`. Returns how many.
pub async fn prune(tx: &Tx, corp: &CorpId, before: Timestamp) -> Result<u64, StoreError> {
    let result = callback_event::Entity::delete_many()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::HandledAt.lt(before.seconds()))
        .exec(tx.conn())
        .await
        .during("forget old callbacks")?;
    Ok(result.rows_affected)
}
