//! Figures for the overview.

use jiebang_domain::id::CorpId;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::entity::{customer, customer_group, follow, job, member, unassigned};
use crate::error::During;
use crate::{StoreError, callback, group, job::State};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Members who are in the corp now.
    pub members: u64,
    /// Of those, who may serve customers.
    pub serving_members: u64,
    /// Customers ever seen.
    pub customers: u64,
    /// Living relations of members to customers.
    pub follows: u64,
    /// Groups not dismissed.
    pub groups: u64,
    /// Groups whose owner has left.
    pub orphaned_groups: u64,
    /// Customers on the unassigned list.
    pub unassigned: u64,
    pub callbacks_waiting: u64,
    pub jobs_queued: u64,
    pub jobs_failed: u64,
}

/// Counts what there is.
pub async fn counts(conn: &impl ConnectionTrait, corp: &CorpId) -> Result<Counts, StoreError> {
    const OPERATION: &str = "count what there is";
    let members = member::Entity::find()
        .filter(member::Column::CorpId.eq(corp.as_str()))
        .filter(member::Column::LeftAt.is_null())
        .filter(member::Column::GoneAt.is_null());
    let serving = members
        .clone()
        .filter(member::Column::CustomerContact.eq(true));
    let customers = customer::Entity::find().filter(customer::Column::CorpId.eq(corp.as_str()));
    let follows = follow::Entity::find()
        .filter(follow::Column::CorpId.eq(corp.as_str()))
        .filter(follow::Column::EndedAt.is_null());
    let groups = customer_group::Entity::find()
        .filter(customer_group::Column::CorpId.eq(corp.as_str()))
        .filter(customer_group::Column::DismissedAt.is_null());
    let orphaned = groups
        .clone()
        .filter(customer_group::Column::Status.eq(group::OWNER_LEFT));
    let waiting = unassigned::Entity::find()
        .filter(unassigned::Column::CorpId.eq(corp.as_str()))
        .filter(unassigned::Column::GoneAt.is_null());
    let jobs = |state: State| {
        job::Entity::find()
            .filter(job::Column::CorpId.eq(corp.as_str()))
            .filter(job::Column::State.eq(state.as_str()))
    };
    Ok(Counts {
        members: members.count(conn).await.during(OPERATION)?,
        serving_members: serving.count(conn).await.during(OPERATION)?,
        customers: customers.count(conn).await.during(OPERATION)?,
        follows: follows.count(conn).await.during(OPERATION)?,
        groups: groups.count(conn).await.during(OPERATION)?,
        orphaned_groups: orphaned.count(conn).await.during(OPERATION)?,
        unassigned: waiting.count(conn).await.during(OPERATION)?,
        callbacks_waiting: callback::count_unhandled(conn, corp).await?,
        jobs_queued: jobs(State::Queued).count(conn).await.during(OPERATION)?,
        jobs_failed: jobs(State::Failed).count(conn).await.during(OPERATION)?,
    })
}
