//! Saved rule sets and their versions.
//!
//! Invariant: a version is never changed; saving writes the next one.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use uuid::Uuid;

pub use crate::entity::rule_set::Model as RuleSet;
pub use crate::entity::rule_set_version::Model as RuleSetVersion;
use crate::entity::{rule_set, rule_set_version};
use crate::error::{During, assert_rows};
use crate::{StoreError, Tx};

/// Stores a new rule set with its first version.
pub async fn insert(tx: &Tx, set: RuleSet, first: RuleSetVersion) -> Result<(), StoreError> {
    rule_set::Entity::insert(set.into_active_model())
        .exec_without_returning(tx.conn())
        .await
        .during("store a rule set")?;
    insert_version(tx, first).await
}

async fn insert_version(tx: &Tx, version: RuleSetVersion) -> Result<(), StoreError> {
    rule_set_version::Entity::insert(version.into_active_model())
        .exec_without_returning(tx.conn())
        .await
        .during("store a version of a rule set")
        .map(drop)
}

/// Stores the version after `seen`. Errs with [`StoreError::RowCount`] if `seen` is not the
/// latest any more, or the set is archived.
pub async fn save(tx: &Tx, seen: i32, next: RuleSetVersion) -> Result<(), StoreError> {
    use rule_set::Column;
    let found = rule_set::Entity::update_many()
        .col_expr(Column::Version, Expr::value(next.version))
        .col_expr(Column::Name, Expr::value(next.name.clone()))
        .filter(Column::CorpId.eq(next.corp_id.clone()))
        .filter(Column::Id.eq(next.rule_set_id))
        .filter(Column::Version.eq(seen))
        .filter(Column::ArchivedAt.is_null())
        .exec(tx.conn())
        .await
        .during("save a rule set")?;
    assert_rows("save a rule set", 1, found.rows_affected)?;
    insert_version(tx, next).await
}

/// Puts a rule set away; its versions stay, since handovers refer to them.
pub async fn archive(tx: &Tx, corp: &str, id: Uuid, now: i64) -> Result<(), StoreError> {
    use rule_set::Column;
    let found = rule_set::Entity::update_many()
        .col_expr(Column::ArchivedAt, Expr::value(now))
        .filter(Column::CorpId.eq(corp))
        .filter(Column::Id.eq(id))
        .filter(Column::ArchivedAt.is_null())
        .exec(tx.conn())
        .await
        .during("archive a rule set")?;
    assert_rows("archive a rule set", 1, found.rows_affected)
}

/// Writes the order of the list: the place of each of `ids` is where it stands there.
pub async fn reorder(tx: &Tx, corp: &str, ids: &[Uuid]) -> Result<(), StoreError> {
    use rule_set::Column;
    for (place, id) in (0i32..).zip(ids) {
        let found = rule_set::Entity::update_many()
            .col_expr(Column::Place, Expr::value(place))
            .filter(Column::CorpId.eq(corp))
            .filter(Column::Id.eq(*id))
            .exec(tx.conn())
            .await
            .during("order the rule sets")?;
        assert_rows("order the rule sets", 1, found.rows_affected)?;
    }
    Ok(())
}

/// The rule sets that are not archived, in their order.
pub async fn list(conn: &impl ConnectionTrait, corp: &str) -> Result<Vec<RuleSet>, StoreError> {
    use rule_set::Column;
    rule_set::Entity::find()
        .filter(Column::CorpId.eq(corp))
        .filter(Column::ArchivedAt.is_null())
        .order_by_asc(Column::Place)
        .order_by_asc(Column::Id)
        .all(conn)
        .await
        .during("list the rule sets")
}

/// A rule set, archived or not.
pub async fn get(
    conn: &impl ConnectionTrait,
    corp: &str,
    id: Uuid,
) -> Result<Option<RuleSet>, StoreError> {
    rule_set::Entity::find_by_id(id)
        .filter(rule_set::Column::CorpId.eq(corp))
        .one(conn)
        .await
        .during("read a rule set")
}

/// Every version of a rule set, the latest first.
pub async fn versions(
    conn: &impl ConnectionTrait,
    corp: &str,
    id: Uuid,
) -> Result<Vec<RuleSetVersion>, StoreError> {
    use rule_set_version::Column;
    rule_set_version::Entity::find()
        .filter(Column::CorpId.eq(corp))
        .filter(Column::RuleSetId.eq(id))
        .order_by_desc(Column::Version)
        .all(conn)
        .await
        .during("read the versions of a rule set")
}
