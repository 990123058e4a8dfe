//! Departments, members, leavers and what they hold.

mod convert;
pub mod dto;

use axum::Json;
use axum::extract::State;
use jiebang_app::directory::{
    self, CustomerFilter, LeaverState as StateOfLeaver, WantedLeavers, WantedMembers,
};
use jiebang_domain::id::{TagId, UserId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::dto::{
    CustomerGroup, CustomerOfLeaver, CustomerQuery, Department, Leaver, LeaverDetail, LeaverQuery,
    Member, MemberQuery, TagGroup,
};
use crate::cursor;
use crate::extract::{At, Params, Signed};
use crate::handover::{one_of, search_text};
use crate::page::Page;
use crate::problem::Problem;
use crate::state::Web;

/// Departments within the reader's scope.
#[utoipa::path(
    get,
    path = "/departments",
    tag = "directory",
    responses((status = 200, body = Page<Department>))
)]
pub async fn list_departments(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<Json<Page<Department>>, Problem> {
    let found = directory::list_departments(web.app(), &signed.actor).await?;
    let items = found.into_iter().map(Department::from).collect();
    Ok(Json(Page::whole(items)))
}

/// Members, also those who left.
#[utoipa::path(
    get,
    path = "/members",
    tag = "directory",
    params(MemberQuery),
    responses((status = 200, body = Page<Member>))
)]
pub async fn list_members(
    State(web): State<Web>,
    Signed(signed): Signed,
    Params(query): Params<MemberQuery>,
) -> Result<Json<Page<Member>>, Problem> {
    let status = one_of("status", query.status, &["active", "left"])?;
    let successor_for = query.successor_for.filter(|text| !text.is_empty());
    let wanted = WantedMembers {
        text: search_text(query.q)?,
        department: query.department,
        present: status.map(|status| status == "active"),
        successor_for: successor_for
            .map(UserId::parse)
            .transpose()
            .map_err(|_| Problem::validation("successor_for", "type"))?,
        after: cursor::decode("members", query.cursor.as_deref())?,
        limit: cursor::limit(query.limit)?,
    };
    let found = directory::list_members(web.app(), &signed.actor, wanted).await?;
    Ok(Json(Page {
        items: found.items.into_iter().map(Member::from).collect(),
        next_cursor: found.next.map(|userid| cursor::encode("members", userid)),
        total: None,
    }))
}

/// Corp tags by group.
#[utoipa::path(
    get,
    path = "/tags",
    tag = "directory",
    responses((status = 200, body = Page<TagGroup>))
)]
pub async fn list_tags(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<Json<Page<TagGroup>>, Problem> {
    let found = directory::list_tags(web.app(), &signed.actor).await?;
    let items = found.into_iter().map(TagGroup::from).collect();
    Ok(Json(Page::whole(items)))
}

/// Members whose customers or groups wait, or were handed over.
#[utoipa::path(
    get,
    path = "/leavers",
    tag = "directory",
    params(LeaverQuery),
    responses((status = 200, body = Page<Leaver>))
)]
pub async fn list_leavers(
    State(web): State<Web>,
    Signed(signed): Signed,
    Params(query): Params<LeaverQuery>,
) -> Result<Json<Page<Leaver>>, Problem> {
    let known = ["waiting", "in_progress", "done", "all"];
    let state = one_of("state", query.state, &known)?;
    let skip: Option<usize> = cursor::decode("leavers", query.cursor.as_deref())?;
    let wanted = WantedLeavers {
        text: search_text(query.q)?,
        state: match state.as_deref() {
            Some("waiting") => Some(StateOfLeaver::Waiting),
            Some("in_progress") => Some(StateOfLeaver::InProgress),
            Some("done") => Some(StateOfLeaver::Done),
            _ => None,
        },
        skip: skip.unwrap_or(0),
        limit: cursor::limit(query.limit)?,
    };
    let found = directory::list_leavers(web.app(), &signed.actor, wanted).await?;
    Ok(Json(Page {
        items: found.items.into_iter().map(Leaver::from).collect(),
        next_cursor: found.next.map(|skip| cursor::encode("leavers", skip)),
        total: Some(found.total as u64),
    }))
}

/// A leaver and what its customers are like.
#[utoipa::path(
    get,
    path = "/leavers/{userid}",
    tag = "directory",
    params(("userid" = String, Path)),
    responses((status = 200, body = LeaverDetail))
)]
pub async fn show_leaver(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(userid): At<UserId>,
) -> Result<Json<LeaverDetail>, Problem> {
    let found = directory::get_leaver(web.app(), &signed.actor, &userid).await?;
    Ok(Json(LeaverDetail::from(found)))
}

/// Customers of a leaver.
#[utoipa::path(
    get,
    path = "/leavers/{userid}/customers",
    tag = "directory",
    params(("userid" = String, Path), CustomerQuery),
    responses((status = 200, body = Page<CustomerOfLeaver>))
)]
pub async fn list_customers_of_leaver(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(userid): At<UserId>,
    Params(query): Params<CustomerQuery>,
) -> Result<Json<Page<CustomerOfLeaver>>, Problem> {
    let tag = query.tag.filter(|text| !text.is_empty());
    let filter = CustomerFilter {
        text: search_text(query.q)?,
        tag: tag
            .map(TagId::parse)
            .transpose()
            .map_err(|_| Problem::validation("tag", "type"))?,
    };
    let after = cursor::decode("customers", query.cursor.as_deref())?;
    let limit = cursor::limit(query.limit)?;
    let app = web.app();
    let found =
        directory::list_leaver_customers(app, &signed.actor, &userid, &filter, after, limit)
            .await?;
    Ok(Json(Page {
        items: found
            .items
            .into_iter()
            .map(CustomerOfLeaver::from)
            .collect(),
        next_cursor: found.next.map(|id| cursor::encode("customers", id)),
        total: None,
    }))
}

/// Groups of a leaver.
#[utoipa::path(
    get,
    path = "/leavers/{userid}/groups",
    tag = "directory",
    params(("userid" = String, Path)),
    responses((status = 200, body = Page<CustomerGroup>))
)]
pub async fn list_groups_of_leaver(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(userid): At<UserId>,
) -> Result<Json<Page<CustomerGroup>>, Problem> {
    let found = directory::list_leaver_groups(web.app(), &signed.actor, &userid).await?;
    let items = found.into_iter().map(CustomerGroup::from).collect();
    Ok(Json(Page::whole(items)))
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list_departments))
        .routes(routes!(list_members))
        .routes(routes!(list_tags))
        .routes(routes!(list_leavers))
        .routes(routes!(show_leaver))
        .routes(routes!(list_customers_of_leaver))
        .routes(routes!(list_groups_of_leaver))
}
