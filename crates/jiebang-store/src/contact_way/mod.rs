//! Contact ways and acquisition links, whom they name, and their being pointed to others.
//!
//! Invariants:
//! - `contact_way_user` holds whom the ways that are not gone name, and is written with the way;
//! - the partial unique index `one_open_contact_way_move` lets one change of a way be under way.

mod moves;

use jiebang_domain::contact_way::Kind;
use jiebang_domain::id::{CorpId, UserId};
use jiebang_domain::time::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use crate::batch::{last_of_each, replace_all_but, upsert};
use crate::entity::contact_way::{self, Column};
use crate::entity::{contact_way_task, contact_way_user, member};
use crate::error::During;
use crate::{StoreError, Tx, text};

pub use crate::entity::contact_way::Model as ContactWay;
pub use crate::entity::contact_way_move::Model as Move;
pub use crate::entity::contact_way_task::Model as TaskDone;
pub use moves::{
    get_move, insert_moves, moves_of_handover, moves_of_leaver, open_moves, open_of_ways, set_move,
};

/// Where a list goes on: behind this kind and id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    pub kind: Kind,
    pub way_id: String,
}

/// Stores ways, new or changed, and whom they name.
pub async fn upsert_ways(tx: &Tx, mut rows: Vec<ContactWay>) -> Result<(), StoreError> {
    const OPERATION: &str = "store contact ways";
    for row in &mut rows {
        text::without_nul(&mut row.name);
        text::without_nul(&mut row.channel);
        text::without_nul_in(&mut row.raw);
    }
    let rows = last_of_each(rows, |a, b| {
        (&a.corp_id, &a.kind, &a.way_id).cmp(&(&b.corp_id, &b.kind, &b.way_id))
    });
    for row in &rows {
        forget_users(tx, row).await?;
    }
    let named: Vec<contact_way_user::Model> = rows
        .iter()
        .filter(|row| row.gone_at.is_none())
        .flat_map(|row| {
            row.users.iter().map(|userid| contact_way_user::Model {
                corp_id: row.corp_id.clone(),
                userid: userid.clone(),
                kind: row.kind.clone(),
                way_id: row.way_id.clone(),
            })
        })
        .collect();
    let key = [Column::CorpId, Column::Kind, Column::WayId];
    let conflict = replace_all_but::<contact_way::Entity>(&key, &[]);
    upsert::<contact_way::Entity>(tx.conn(), rows, &conflict, OPERATION).await?;
    let named = last_of_each(named, |a, b| {
        (&a.corp_id, &a.userid, &a.kind, &a.way_id)
            .cmp(&(&b.corp_id, &b.userid, &b.kind, &b.way_id))
    });
    use contact_way_user::Column as Named;
    let key = [Named::CorpId, Named::Userid, Named::Kind, Named::WayId];
    let mut conflict = sea_orm::sea_query::OnConflict::columns(key);
    conflict.do_nothing();
    upsert::<contact_way_user::Entity>(tx.conn(), named, &conflict, OPERATION).await
}

async fn forget_users(tx: &Tx, row: &ContactWay) -> Result<(), StoreError> {
    use contact_way_user::Column as Named;
    contact_way_user::Entity::delete_many()
        .filter(Named::CorpId.eq(&row.corp_id))
        .filter(Named::Kind.eq(&row.kind))
        .filter(Named::WayId.eq(&row.way_id))
        .exec(tx.conn())
        .await
        .during("forget whom a contact way named")?;
    Ok(())
}

/// Notes that run `run` saw ways it did not read again.
pub async fn mark_seen(
    tx: &Tx,
    corp: &CorpId,
    kind: Kind,
    ids: &[String],
    run: i64,
) -> Result<(), StoreError> {
    contact_way::Entity::update_many()
        .col_expr(Column::SeenRun, Expr::val(run))
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::Kind.eq(kind.as_str()))
        .filter(Column::WayId.is_in(ids))
        .exec(tx.conn())
        .await
        .during("note that contact ways were seen")?;
    Ok(())
}

/// Marks ways of a kind that run `run` did not see as gone. Returns how many. Call it after a
/// complete listing only.
pub async fn mark_unseen_gone(
    tx: &Tx,
    corp: &CorpId,
    kind: Kind,
    run: i64,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let unseen = Condition::all()
        .add(Column::CorpId.eq(corp.as_str()))
        .add(Column::Kind.eq(kind.as_str()))
        .add(Column::SeenRun.lt(run))
        .add(Column::GoneAt.is_null());
    mark_gone_where(tx, unseen, corp, kind, now).await
}

/// Marks a way as gone. Returns whether it was there.
pub async fn mark_gone(
    tx: &Tx,
    corp: &CorpId,
    kind: Kind,
    way_id: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let one = Condition::all()
        .add(Column::CorpId.eq(corp.as_str()))
        .add(Column::Kind.eq(kind.as_str()))
        .add(Column::WayId.eq(way_id))
        .add(Column::GoneAt.is_null());
    Ok(mark_gone_where(tx, one, corp, kind, now).await? > 0)
}

async fn mark_gone_where(
    tx: &Tx,
    which: Condition,
    corp: &CorpId,
    kind: Kind,
    now: Timestamp,
) -> Result<u64, StoreError> {
    const OPERATION: &str = "mark contact ways gone";
    use contact_way_user::Column as Named;
    let going = Query::select()
        .column(Column::WayId)
        .from(contact_way::Entity)
        .cond_where(which.clone())
        .to_owned();
    contact_way_user::Entity::delete_many()
        .filter(Named::CorpId.eq(corp.as_str()))
        .filter(Named::Kind.eq(kind.as_str()))
        .filter(Named::WayId.in_subquery(going))
        .exec(tx.conn())
        .await
        .during(OPERATION)?;
    let touched = contact_way::Entity::update_many()
        .col_expr(Column::GoneAt, Expr::val(now.seconds()))
        .filter(which)
        .exec(tx.conn())
        .await
        .during(OPERATION)?;
    Ok(touched.rows_affected)
}

/// A way, gone or not.
pub async fn way(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    kind: Kind,
    way_id: &str,
) -> Result<Option<ContactWay>, StoreError> {
    let key = (
        corp.to_string(),
        kind.as_str().to_owned(),
        way_id.to_owned(),
    );
    contact_way::Entity::find_by_id(key)
        .one(conn)
        .await
        .during("load a contact way")
}

/// Ways of a kind by their ids, gone or not, in the order of the ids.
pub async fn ways_by_id(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    kind: Kind,
    ids: &[String],
) -> Result<Vec<ContactWay>, StoreError> {
    contact_way::Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::Kind.eq(kind.as_str()))
        .filter(Column::WayId.is_in(ids))
        .order_by_asc(Column::WayId)
        .all(conn)
        .await
        .during("load contact ways")
}

/// Which ways to list; empty: all that are not gone.
#[derive(Debug, Clone, Default)]
pub struct WayFilter {
    /// Names this member.
    pub member: Option<UserId>,
    /// Contained in name or channel, in any case.
    pub text: Option<String>,
    /// Names somebody who is not in the corp any more.
    pub names_leaver: bool,
}

/// Ways in the order of kind and id, `limit` after `after`.
pub async fn ways(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    filter: &WayFilter,
    after: Option<&After>,
    limit: u64,
) -> Result<Vec<ContactWay>, StoreError> {
    let mut find = filtered(corp, filter);
    if let Some(after) = after {
        let same = Column::Kind
            .eq(after.kind.as_str())
            .and(Column::WayId.gt(after.way_id.as_str()));
        find = find.filter(Column::Kind.gt(after.kind.as_str()).or(same));
    }
    find.order_by_asc(Column::Kind)
        .order_by_asc(Column::WayId)
        .limit(limit)
        .all(conn)
        .await
        .during("list contact ways")
}

/// How many ways `filter` lets through.
pub async fn count_ways(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    filter: &WayFilter,
) -> Result<u64, StoreError> {
    filtered(corp, filter)
        .count(conn)
        .await
        .during("count contact ways")
}

fn filtered(corp: &CorpId, filter: &WayFilter) -> Select<contact_way::Entity> {
    let mut find = contact_way::Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::GoneAt.is_null());
    if let Some(member) = &filter.member {
        let mut named = naming(corp);
        named.and_where(contact_way_user::Column::Userid.eq(member.as_str()));
        find = find.filter(Expr::exists(named));
    }
    if filter.names_leaver {
        let mut named = naming(corp);
        named.and_where(contact_way_user::Column::Userid.not_in_subquery(present(corp)));
        find = find.filter(Expr::exists(named));
    }
    if let Some(wanted) = filter.text.as_deref().filter(|text| !text.is_empty()) {
        let name = text::holds(Expr::col((contact_way::Entity, Column::Name)), wanted);
        let channel = text::holds(Expr::col((contact_way::Entity, Column::Channel)), wanted);
        find = find.filter(name.or(channel));
    }
    find
}

/// Whom the way of the outer query names.
fn naming(corp: &CorpId) -> SelectStatement {
    use contact_way_user::Column as Named;
    let of = |column| Expr::col((contact_way_user::Entity, column));
    Query::select()
        .expr(Expr::val(1))
        .from(contact_way_user::Entity)
        .and_where(of(Named::CorpId).eq(corp.as_str()))
        .and_where(of(Named::Kind).equals((contact_way::Entity, Column::Kind)))
        .and_where(of(Named::WayId).equals((contact_way::Entity, Column::WayId)))
        .to_owned()
}

/// Userids of members in the corp.
fn present(corp: &CorpId) -> SelectStatement {
    Query::select()
        .column(member::Column::Userid)
        .from(member::Entity)
        .and_where(member::Column::CorpId.eq(corp.as_str()))
        .and_where(member::Column::LeftAt.is_null())
        .and_where(member::Column::GoneAt.is_null())
        .to_owned()
}

/// Those who are named and not in the corp any more, with the number of ways, by userid.
pub async fn leavers_named(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
) -> Result<Vec<(String, i64)>, StoreError> {
    use contact_way_user::Column as Named;
    contact_way_user::Entity::find()
        .select_only()
        .column(Named::Userid)
        .column_as(Named::WayId.count(), "ways")
        .filter(Named::CorpId.eq(corp.as_str()))
        .filter(Named::Userid.not_in_subquery(present(corp)))
        .group_by(Named::Userid)
        .order_by_asc(Named::Userid)
        .into_tuple()
        .all(conn)
        .await
        .during("list leavers whom contact ways name")
}

/// What was ticked for a leaver.
pub async fn tasks_done(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    leaver: &UserId,
) -> Result<Vec<TaskDone>, StoreError> {
    use contact_way_task::Column as Ticked;
    contact_way_task::Entity::find()
        .filter(Ticked::CorpId.eq(corp.as_str()))
        .filter(Ticked::Leaver.eq(leaver.as_str()))
        .all(conn)
        .await
        .during("list what was done by hand")
}

/// Ticks an item, anew if it was ticked before.
pub async fn tick(tx: &Tx, done: TaskDone) -> Result<(), StoreError> {
    use contact_way_task::Column as Ticked;
    let key = [Ticked::CorpId, Ticked::Leaver, Ticked::Item];
    let conflict = replace_all_but::<contact_way_task::Entity>(&key, &[]);
    upsert::<contact_way_task::Entity>(tx.conn(), vec![done], &conflict, "tick an item").await
}

/// Takes a tick back. Returns whether there was one.
pub async fn untick(
    tx: &Tx,
    corp: &CorpId,
    leaver: &UserId,
    item: &str,
) -> Result<bool, StoreError> {
    let key = (corp.to_string(), leaver.to_string(), item.to_owned());
    let result = contact_way_task::Entity::delete_by_id(key)
        .exec(tx.conn())
        .await
        .during("take a tick back")?;
    Ok(result.rows_affected > 0)
}
