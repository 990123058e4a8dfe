//! What was handed over to oneself.

pub mod dto;

use std::fmt;
use std::str::FromStr;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiebang_app::my::{ContactState, MyCursor, TakenOver, list_my_handovers, mark_contacted};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::dto::{MyContact, MyCustomer, MyQuery};
use crate::cursor;
use crate::extract::{At, Params, Signed};
use crate::handover::one_of;
use crate::names::{ContactStateName, SubjectKind};
use crate::page::Page;
use crate::problem::Problem;
use crate::state::Web;

/// Customers that were handed over to the reader.
#[utoipa::path(
    get,
    path = "/my/handovers",
    tag = "my",
    params(MyQuery),
    responses((status = 200, body = Page<MyCustomer>))
)]
pub async fn list_my_customers(
    State(web): State<Web>,
    Signed(signed): Signed,
    Params(query): Params<MyQuery>,
) -> Result<Json<Page<MyCustomer>>, Problem> {
    let before: Option<Place> = cursor::decode("my", query.cursor.as_deref())?;
    let limit = cursor::limit(query.limit)?;
    let before = before.map(|place| place.0);
    let state = one_of("state", query.state, &ContactStateName::values())?;
    let state = state.and_then(|name| ContactState::parse(&name));
    let found = list_my_handovers(web.app(), &signed.actor, state, before, limit).await?;
    Ok(Json(Page {
        items: found.items.into_iter().map(MyCustomer::from).collect(),
        next_cursor: found.next.map(|place| cursor::encode("my", Place(place))),
        total: None,
    }))
}

/// Says that a customer was contacted. Said again, it changes nothing.
#[utoipa::path(
    post,
    path = "/my/handovers/{id}/{row_no}/contacted",
    tag = "my",
    params(("id" = Uuid, Path), ("row_no" = i64, Path)),
    responses((status = 204))
)]
pub async fn mark_contact(
    State(web): State<Web>,
    Signed(signed): Signed,
    At((id, row_no)): At<(Uuid, i32)>,
) -> Result<StatusCode, Problem> {
    mark_contacted(web.app(), &signed.actor, id, row_no, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes back that a customer was contacted.
#[utoipa::path(
    delete,
    path = "/my/handovers/{id}/{row_no}/contacted",
    tag = "my",
    params(("id" = Uuid, Path), ("row_no" = i64, Path)),
    responses((status = 204))
)]
pub async fn take_contact_back(
    State(web): State<Web>,
    Signed(signed): Signed,
    At((id, row_no)): At<(Uuid, i32)>,
) -> Result<StatusCode, Problem> {
    mark_contacted(web.app(), &signed.actor, id, row_no, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where the list goes on, as text: moment, handover and row.
struct Place(MyCursor);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.0.at, self.0.handover, self.0.row_no)
    }
}

impl FromStr for Place {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split(' ');
        let mut part = || parts.next().ok_or(());
        let cursor = MyCursor {
            at: part()?.parse().map_err(|_| ())?,
            handover: part()?.parse().map_err(|_| ())?,
            row_no: part()?.parse().map_err(|_| ())?,
        };
        Ok(Self(cursor))
    }
}

impl From<TakenOver> for MyCustomer {
    fn from(one: TakenOver) -> Self {
        Self {
            subject_kind: SubjectKind::from(one.subject_kind),
            external_userid: one.external_userid,
            name: one.name,
            remark: one.remark,
            note: one.note,
            leaver_name: one.leaver_name,
            taken_over_at: one.taken_over_at,
            personal_tags: one.personal_tags,
            handover: one.handover,
            row_no: i64::from(one.row_no),
            row_note: one.row_note,
            description: one.description,
            tags: one.tags,
            record_scope: one.record_scope.into(),
            record_kinds: one.record_kinds.into_iter().collect(),
            contact: one.contact.map(|contact| MyContact {
                state: ContactStateName::from(contact.state.as_str()),
                due_at: contact.due_at,
                contacted_at: contact.contacted_at,
            }),
        }
    }
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list_my_customers))
        .routes(routes!(mark_contact, take_contact_back))
}
