//! Customers across members: who serves or served them, and which of them an account may see.
//!
//! Invariant: an account limited to departments sees a customer if a present or former follower,
//! the leaver of one of its handovers, or the leaver it waits for belongs to these departments.

use jiebang_domain::id::{CorpId, ExternalUserId, TagId, UserId};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};
use uuid::Uuid;

use crate::batch::rows_a_statement;
use crate::entity::{customer, customer_group, follow, group_member, handover, handover_row};
use crate::entity::{handover_step, member, unassigned};
use crate::error::During;
use crate::{StoreError, json, text};

/// States of a row in which its customer is on the way to a successor.
const ON_THE_WAY: [&str; 3] = ["intended", "unsure", "waiting"];
/// Most rows and steps that are read of one customer.
const MOST_ROWS: u64 = 500;
const MOST_STEPS: u64 = 5000;

/// Where a customer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A member serves it.
    Served,
    /// A transfer is under way.
    InTransfer,
    /// Nobody serves it, and it stands in the list of a leaver.
    Waiting,
    /// Nobody serves it, and nothing waits.
    Lost,
}

impl Standing {
    pub const ALL: [Self; 4] = [Self::Served, Self::InTransfer, Self::Waiting, Self::Lost];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Served => "served",
            Self::InTransfer => "in_transfer",
            Self::Waiting => "waiting",
            Self::Lost => "lost",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|standing| standing.as_str() == text)
    }
}

/// Which customers to list; empty: all.
#[derive(Debug, Clone, Default)]
pub struct CustomerFilter {
    /// Contained in the name or in a member's remark, in any case, or the whole id.
    pub text: Option<String>,
    /// Served by this member now.
    pub member: Option<UserId>,
    /// Tagged so by a member who serves them.
    pub tag: Option<TagId>,
    /// Whether a handover has ever passed them on.
    pub passed_on: Option<bool>,
    pub standing: Option<Standing>,
    /// Within the reach of these departments; `None`: of the corp.
    pub departments: Option<Vec<i64>>,
}

/// Customers in the order of their ids, `limit` after `after`.
pub async fn customers(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    filter: &CustomerFilter,
    after: Option<&ExternalUserId>,
    limit: u64,
) -> Result<Vec<customer::Model>, StoreError> {
    let mut query = customer::Entity::find().filter(condition(conn, corp, filter));
    if let Some(after) = after {
        query = query.filter(customer::Column::ExternalUserid.gt(after.as_str()));
    }
    query
        .order_by_asc(customer::Column::ExternalUserid)
        .limit(limit)
        .all(conn)
        .await
        .during("list customers")
}

/// How many customers `filter` lets through.
pub async fn count_customers(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    filter: &CustomerFilter,
) -> Result<u64, StoreError> {
    customer::Entity::find()
        .filter(condition(conn, corp, filter))
        .count(conn)
        .await
        .during("count customers")
}

fn condition(conn: &impl ConnectionTrait, corp: &CorpId, filter: &CustomerFilter) -> Condition {
    let mut all = Condition::all().add(customer::Column::CorpId.eq(corp.as_str()));
    if let Some(wanted) = filter.text.as_deref().filter(|t| !t.is_empty()) {
        let remark = text::holds(Expr::col((follow::Entity, follow::Column::Remark)), wanted);
        all = all.add(
            Condition::any()
                .add(text::holds(
                    Expr::col((customer::Entity, customer::Column::Name)),
                    wanted,
                ))
                .add(customer::Column::ExternalUserid.eq(wanted))
                .add(Expr::exists(follows(corp).and_where(remark).to_owned())),
        );
    }
    if let Some(member) = &filter.member {
        let theirs = follow::Column::Userid.eq(member.as_str());
        all = all.add(Expr::exists(living(corp).and_where(theirs).to_owned()));
    }
    if let Some(tag) = &filter.tag {
        let tagged = json::holds_text(conn, "follow", "tags", [tag.as_str()].into_iter());
        all = all.add(Expr::exists(living(corp).and_where(tagged).to_owned()));
    }
    if let Some(passed_on) = filter.passed_on {
        let passed = Expr::exists(rows_in(corp, &["taken_over"]));
        all = all.add(if passed_on { passed } else { passed.not() });
    }
    if let Some(standing) = filter.standing {
        all = all.add(stands(corp, standing));
    }
    if let Some(departments) = &filter.departments {
        all = all.add(within(conn, corp, departments));
    }
    all
}

/// Follows of the customer of the query around it.
fn follows(corp: &CorpId) -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(follow::Entity)
        .and_where(follow::Column::CorpId.eq(corp.as_str()))
        .and_where(
            Expr::col((follow::Entity, follow::Column::ExternalUserid))
                .equals((customer::Entity, customer::Column::ExternalUserid)),
        )
        .to_owned()
}

/// Of members who are still there: one who left serves nobody, even before WeCom's lists say so.
fn living(corp: &CorpId) -> SelectStatement {
    follows(corp)
        .and_where(follow::Column::EndedAt.is_null())
        .and_where(follow::Column::Userid.not_in_subquery(gone(corp)))
        .to_owned()
}

fn gone(corp: &CorpId) -> SelectStatement {
    use member::Column;
    let has_gone = Column::LeftAt
        .is_not_null()
        .or(Column::GoneAt.is_not_null());
    Query::select()
        .column(Column::Userid)
        .from(member::Entity)
        .and_where(Column::CorpId.eq(corp.as_str()))
        .and_where(has_gone)
        .to_owned()
}

fn rows(corp: &CorpId) -> SelectStatement {
    use handover_row::Column;
    Query::select()
        .expr(Expr::val(1))
        .from(handover_row::Entity)
        .and_where(Column::CorpId.eq(corp.as_str()))
        .and_where(Column::SubjectKind.eq("customer"))
        .and_where(
            Expr::col((handover_row::Entity, Column::SubjectId))
                .equals((customer::Entity, customer::Column::ExternalUserid)),
        )
        .to_owned()
}

fn rows_in(corp: &CorpId, states: &[&str]) -> SelectStatement {
    let states = handover_row::Column::State.is_in(states.iter().copied());
    rows(corp).and_where(states).to_owned()
}

fn listed(corp: &CorpId) -> SelectStatement {
    use unassigned::Column;
    Query::select()
        .expr(Expr::val(1))
        .from(unassigned::Entity)
        .and_where(Column::CorpId.eq(corp.as_str()))
        .and_where(
            Expr::col((unassigned::Entity, Column::ExternalUserid))
                .equals((customer::Entity, customer::Column::ExternalUserid)),
        )
        .to_owned()
}

fn stands(corp: &CorpId, standing: Standing) -> Condition {
    let on_the_way = || Expr::exists(rows_in(corp, &ON_THE_WAY));
    let served = || Expr::exists(living(corp));
    let waits = || {
        Expr::exists(
            listed(corp)
                .and_where(unassigned::Column::GoneAt.is_null())
                .to_owned(),
        )
    };
    let all = Condition::all();
    match standing {
        Standing::InTransfer => all.add(on_the_way()),
        Standing::Served => all.add(on_the_way().not()).add(served()),
        Standing::Waiting => all.add(on_the_way().not()).add(served().not()).add(waits()),
        Standing::Lost => all
            .add(on_the_way().not())
            .add(served().not())
            .add(waits().not()),
    }
}

fn within(conn: &impl ConnectionTrait, corp: &CorpId, departments: &[i64]) -> Condition {
    let members = || {
        member::Entity::find()
            .select_only()
            .column(member::Column::Userid)
            .filter(member::Column::CorpId.eq(corp.as_str()))
            .filter(json::holds_number(
                conn,
                "member",
                "departments",
                departments,
            ))
            .into_query()
    };
    let handovers = handover::Entity::find()
        .select_only()
        .column(handover::Column::Id)
        .filter(handover::Column::CorpId.eq(corp.as_str()))
        .filter(handover::Column::Leaver.in_subquery(members()))
        .into_query();
    let followed = follow::Column::Userid.in_subquery(members());
    let handed_over = handover_row::Column::HandoverId.in_subquery(handovers);
    let waits = unassigned::Column::HandoverUserid.in_subquery(members());
    Condition::any()
        .add(Expr::exists(follows(corp).and_where(followed).to_owned()))
        .add(Expr::exists(rows(corp).and_where(handed_over).to_owned()))
        .add(Expr::exists(listed(corp).and_where(waits).to_owned()))
}

/// Members who serve these customers now, as (customer, member).
pub async fn served_by(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    customers: &[String],
) -> Result<Vec<follow::Model>, StoreError> {
    let mut found = Vec::new();
    for part in customers.chunks(rows_a_statement(1)) {
        let part = follow::Entity::find()
            .filter(follow::Column::CorpId.eq(corp.as_str()))
            .filter(follow::Column::ExternalUserid.is_in(part.iter().cloned()))
            .filter(follow::Column::EndedAt.is_null())
            .filter(follow::Column::Userid.not_in_subquery(gone(corp)))
            .order_by_asc(follow::Column::AddedAt)
            .all(conn)
            .await
            .during("read who serves the customers")?;
        found.extend(part);
    }
    Ok(found)
}

/// Those of these customers that stand in a leaver's list.
pub async fn waiting_of(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    customers: &[String],
) -> Result<Vec<unassigned::Model>, StoreError> {
    let mut found = Vec::new();
    for part in customers.chunks(rows_a_statement(1)) {
        let part = unassigned::Entity::find()
            .filter(unassigned::Column::CorpId.eq(corp.as_str()))
            .filter(unassigned::Column::ExternalUserid.is_in(part.iter().cloned()))
            .all(conn)
            .await
            .during("read the lists of leavers")?;
        found.extend(part);
    }
    Ok(found)
}

/// State of every row that hands over one of these customers, as (customer, state).
pub async fn row_states(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    customers: &[String],
) -> Result<Vec<(String, String)>, StoreError> {
    use handover_row::Column;
    let mut found = Vec::new();
    for part in customers.chunks(rows_a_statement(1)) {
        let part: Vec<(String, String)> = handover_row::Entity::find()
            .select_only()
            .column(Column::SubjectId)
            .column(Column::State)
            .filter(Column::CorpId.eq(corp.as_str()))
            .filter(Column::SubjectKind.eq("customer"))
            .filter(Column::SubjectId.is_in(part.iter().cloned()))
            .into_tuple()
            .all(conn)
            .await
            .during("read the rows of the customers")?;
        found.extend(part);
    }
    Ok(found)
}

/// Every row that hands or handed over this customer, with its handover, newest first.
pub async fn rows_of(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    customer: &ExternalUserId,
) -> Result<Vec<(handover_row::Model, handover::Model)>, StoreError> {
    use handover_row::Column;
    let rows = handover_row::Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::SubjectKind.eq("customer"))
        .filter(Column::SubjectId.eq(customer.as_str()))
        .order_by_desc(Column::HandoverId)
        .limit(MOST_ROWS)
        .all(conn)
        .await
        .during("read the rows of a customer")?;
    let handovers = handover::Entity::find()
        .filter(handover::Column::Id.is_in(rows.iter().map(|row| row.handover_id)))
        .all(conn)
        .await
        .during("read the handovers of a customer")?;
    let with = |row: handover_row::Model| {
        let handover = handovers.iter().find(|one| one.id == row.handover_id)?;
        Some((row, handover.clone()))
    };
    Ok(rows.into_iter().filter_map(with).collect())
}

/// The steps of these rows, and those of their handovers as a whole, newest first.
pub async fn steps_of(
    conn: &impl ConnectionTrait,
    rows: &[(Uuid, i32)],
) -> Result<Vec<handover_step::Model>, StoreError> {
    use handover_step::Column;
    let mut any = Condition::any();
    for (handover, row_no) in rows {
        let mine = Column::RowNo.eq(*row_no).or(Column::RowNo.is_null());
        any = any.add(Column::HandoverId.eq(*handover).and(mine));
    }
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    handover_step::Entity::find()
        .filter(any)
        .order_by_desc(Column::Id)
        .limit(MOST_STEPS)
        .all(conn)
        .await
        .during("read the record of a customer")
}

/// The groups a customer is in, with when and by whom it came in.
pub async fn groups_of(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    customer: &ExternalUserId,
) -> Result<Vec<(customer_group::Model, group_member::Model)>, StoreError> {
    let memberships = group_member::Entity::find()
        .filter(group_member::Column::CorpId.eq(corp.as_str()))
        .filter(group_member::Column::MemberId.eq(customer.as_str()))
        .order_by_asc(group_member::Column::ChatId)
        .limit(MOST_ROWS)
        .all(conn)
        .await
        .during("read the groups of a customer")?;
    let chats = memberships.iter().map(|one| one.chat_id.clone());
    let groups = customer_group::Entity::find()
        .filter(customer_group::Column::CorpId.eq(corp.as_str()))
        .filter(customer_group::Column::ChatId.is_in(chats))
        .all(conn)
        .await
        .during("read the groups of a customer")?;
    let with = |one: group_member::Model| {
        let group = groups.iter().find(|group| group.chat_id == one.chat_id)?;
        Some((group.clone(), one))
    };
    Ok(memberships.into_iter().filter_map(with).collect())
}
