//! What was handed over to oneself.

pub mod dto;

use std::fmt;
use std::str::FromStr;

use axum::Json;
use axum::extract::State;
use jiebang_app::my::{MyCursor, TakenOver, list_my_handovers};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::dto::MyCustomer;
use crate::cursor;
use crate::extract::{Params, Signed};
use crate::names::SubjectKind;
use crate::page::{Page, PageQuery};
use crate::problem::Problem;
use crate::state::Web;

/// Customers that were handed over to the reader.
#[utoipa::path(
    get,
    path = "/my/handovers",
    tag = "my",
    params(PageQuery),
    responses((status = 200, body = Page<MyCustomer>))
)]
pub async fn list_my_customers(
    State(web): State<Web>,
    Signed(signed): Signed,
    Params(query): Params<PageQuery>,
) -> Result<Json<Page<MyCustomer>>, Problem> {
    let before: Option<Place> = cursor::decode("my", query.cursor.as_deref())?;
    let limit = cursor::limit(query.limit)?;
    let before = before.map(|place| place.0);
    let found = list_my_handovers(web.app(), &signed.actor, before, limit).await?;
    Ok(Json(Page {
        items: found.items.into_iter().map(MyCustomer::from).collect(),
        next_cursor: found.next.map(|place| cursor::encode("my", Place(place))),
        total: None,
    }))
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
        }
    }
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(list_my_customers))
}
