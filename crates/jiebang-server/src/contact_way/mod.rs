//! Contact ways (联系我) and acquisition links (获客链接), and pointing those of a leaver to others.

pub mod dto;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiebang_app::contact_way::act::{Wanted, point_ways};
use jiebang_app::contact_way::tick_item;
use jiebang_app::contact_way::view::{self, WantedWays};
use jiebang_domain::contact_way::Kind;
use jiebang_domain::id::UserId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::dto::{
    ByHandInput, ContactWay, ContactWayQuery, HandoverContactWays, LeaverContactWays, PointInput,
    Pointed,
};
use crate::cursor;
use crate::extract::{At, Body, Params, Signed};
use crate::handover::search_text;
use crate::page::Page;
use crate::problem::Problem;
use crate::state::Web;

/// Most ways one request may choose for.
const MAX_CHOICES: usize = 1_000;

/// Contact ways and acquisition links of the corp.
#[utoipa::path(
    get,
    path = "/contact-ways",
    tag = "contact_way",
    params(ContactWayQuery),
    responses((status = 200, body = Page<ContactWay>))
)]
pub async fn list_contact_ways(
    State(web): State<Web>,
    Signed(signed): Signed,
    Params(query): Params<ContactWayQuery>,
) -> Result<Json<Page<ContactWay>>, Problem> {
    let member = query.member.filter(|text| !text.is_empty());
    let after: Option<String> = cursor::decode("contact_ways", query.cursor.as_deref())?;
    let wanted = WantedWays {
        member: member
            .map(UserId::parse)
            .transpose()
            .map_err(|_| Problem::validation("member", "type"))?,
        text: search_text(query.q)?,
        names_leaver: query.left.unwrap_or(false),
        after: after.as_deref().map(place).transpose()?,
        limit: cursor::limit(query.limit)?,
    };
    let found = view::list_ways(web.app(), &signed.actor, wanted).await?;
    let next = found.next.map(|(kind, way_id)| {
        cursor::encode("contact_ways", format!("{}:{way_id}", kind.as_str()))
    });
    Ok(Json(Page {
        items: found.items.into_iter().map(ContactWay::from).collect(),
        next_cursor: next,
        total: found.total,
    }))
}

fn place(text: &str) -> Result<(Kind, String), Problem> {
    let (kind, way_id) = text.split_once(':').ok_or_else(Problem::bad_cursor)?;
    let kind = Kind::parse(kind).ok_or_else(Problem::bad_cursor)?;
    Ok((kind, way_id.to_owned()))
}

/// Contact ways that name a leaver, what would become of them, and what has.
#[utoipa::path(
    get,
    path = "/leavers/{userid}/contact-ways",
    tag = "contact_way",
    params(("userid" = String, Path)),
    responses((status = 200, body = LeaverContactWays))
)]
pub async fn show_contact_ways_of_leaver(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(userid): At<UserId>,
) -> Result<Json<LeaverContactWays>, Problem> {
    let found = view::leaver_ways(web.app(), &signed.actor, &userid).await?;
    Ok(Json(LeaverContactWays::from(found)))
}

/// Points a leaver's contact ways to others.
#[utoipa::path(
    post,
    path = "/leavers/{userid}/contact-ways/point",
    tag = "contact_way",
    params(("userid" = String, Path)),
    request_body = PointInput,
    responses((status = 200, body = Pointed))
)]
pub async fn point_contact_ways(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(userid): At<UserId>,
    Body(input): Body<PointInput>,
) -> Result<Json<Pointed>, Problem> {
    let wanted = wanted(input)?;
    let planned = point_ways(web.app(), &signed.actor, &userid, &wanted).await?;
    Ok(Json(Pointed {
        planned: planned as u64,
    }))
}

fn wanted(input: PointInput) -> Result<Wanted, Problem> {
    if input.to.len() > MAX_CHOICES {
        return Err(Problem::validation("to", "too_long"));
    }
    let mut wanted = Wanted {
        only_chosen: input.only_chosen,
        ..Wanted::default()
    };
    for (index, choice) in input.to.into_iter().enumerate() {
        let path = |field: &str| format!("to.{index}.{field}");
        let kind = Kind::parse(&choice.kind.0)
            .ok_or_else(|| Problem::validation(path("kind"), "unknown_value"))?;
        let members: Result<Vec<UserId>, _> =
            choice.members.into_iter().map(UserId::parse).collect();
        let members = members.map_err(|_| Problem::validation(path("members"), "type"))?;
        wanted.to.insert((kind, choice.way_id), members);
    }
    Ok(wanted)
}

/// Ticks something WeCom lets nobody change by API, or takes the tick back.
#[utoipa::path(
    post,
    path = "/leavers/{userid}/contact-ways/by-hand",
    tag = "contact_way",
    params(("userid" = String, Path)),
    request_body = ByHandInput,
    responses((status = 204))
)]
pub async fn tick_by_hand(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(userid): At<UserId>,
    Body(input): Body<ByHandInput>,
) -> Result<StatusCode, Problem> {
    let item = input.item.as_str();
    tick_item(web.app(), &signed.actor, &userid, item, input.done).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a handover did to contact ways, counted.
#[utoipa::path(
    get,
    path = "/handovers/{id}/contact-ways",
    tag = "contact_way",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = HandoverContactWays))
)]
pub async fn count_contact_ways_of_handover(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
) -> Result<Json<HandoverContactWays>, Problem> {
    let counts = view::handover_ways(web.app(), &signed.actor, id).await?;
    Ok(Json(HandoverContactWays { counts }))
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list_contact_ways))
        .routes(routes!(show_contact_ways_of_leaver))
        .routes(routes!(point_contact_ways))
        .routes(routes!(tick_by_hand))
        .routes(routes!(count_contact_ways_of_handover))
}
