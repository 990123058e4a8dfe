//! The team that takes customers over, and what plans know beyond WeCom.

pub mod dto;

use axum::Json;
use axum::extract::State;
use jiebang_app::settings::{self, Planning};
use jiebang_app::team;
use jiebang_domain::handover::request::Profile;
use jiebang_domain::handover::team as domain;
use jiebang_domain::id::UserId;
use jiebang_domain::time::Timestamp;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::dto::{
    CustomerProfiles, CustomerProfilesDone, MemberProfile, PlanningSettings, Teammate,
};
use crate::extract::{At, Body, Signed};
use crate::page::Page;
use crate::problem::Problem;
use crate::state::Web;

/// Those who serve customers, with what is known of them as successors.
#[utoipa::path(
    get,
    path = "/team",
    tag = "team",
    responses((status = 200, body = Page<Teammate>))
)]
pub async fn list_team(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<Json<Page<Teammate>>, Problem> {
    let found = team::list_team(web.app(), &signed.actor).await?;
    let limit = settings::read_planning(web.app()).await?.customer_limit;
    Ok(Json(Page {
        total: u64::try_from(found.len()).ok(),
        items: found.into_iter().map(|mate| shown(mate, limit)).collect(),
        next_cursor: None,
    }))
}

fn shown(mate: domain::Teammate, limit: u32) -> Teammate {
    Teammate {
        room: u64::from(mate.room(limit)),
        load: u64::from(mate.load),
        userid: mate.member.userid.to_string(),
        name: mate.member.name,
        departments: mate.member.departments,
        profile: MemberProfile {
            skill: mate.profile.skill,
            weight: mate.profile.weight,
            cap: mate.profile.cap,
            regions: mate.profile.regions,
            business: mate.profile.business,
            languages: mate.profile.languages,
            away: mate.profile.away,
        },
    }
}

/// Writes what is known of a member.
#[utoipa::path(
    put,
    path = "/team/{userid}",
    tag = "team",
    params(("userid" = String, Path)),
    request_body = MemberProfile,
    responses((status = 200, body = MemberProfile))
)]
pub async fn put_member_profile(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(userid): At<UserId>,
    Body(input): Body<MemberProfile>,
) -> Result<Json<MemberProfile>, Problem> {
    let wanted = input.clone();
    let profile = domain::MemberProfile {
        skill: wanted.skill,
        weight: wanted.weight,
        cap: wanted.cap,
        regions: wanted.regions,
        business: wanted.business,
        languages: wanted.languages,
        away: wanted.away,
    };
    team::put_member_profile(web.app(), &signed.actor, &userid, profile).await?;
    Ok(Json(input))
}

/// Writes what the company knows of customers beyond WeCom.
#[utoipa::path(
    post,
    path = "/customer-profiles",
    tag = "team",
    request_body = CustomerProfiles,
    responses((status = 200, body = CustomerProfilesDone))
)]
pub async fn put_customer_profiles(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(input): Body<CustomerProfiles>,
) -> Result<Json<CustomerProfilesDone>, Problem> {
    let profiles = input.items.into_iter().map(|item| {
        let profile = Profile {
            last_contact: item.last_contact.map(Timestamp::from_seconds),
            messages: item.messages,
            value: item.value,
            fields: item.fields,
        };
        (item.external_userid, profile)
    });
    let written = team::put_customer_profiles(web.app(), &signed.actor, profiles.collect()).await?;
    Ok(Json(CustomerProfilesDone {
        written: written as u64,
    }))
}

/// What plans are made by.
#[utoipa::path(
    get,
    path = "/settings/planning",
    tag = "settings",
    responses((status = 200, body = PlanningSettings))
)]
pub async fn show_planning_settings(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<Json<PlanningSettings>, Problem> {
    let planning = settings::view_planning(web.app(), &signed.actor).await?;
    Ok(Json(PlanningSettings::from(planning)))
}

/// Changes what plans are made by.
#[utoipa::path(
    put,
    path = "/settings/planning",
    tag = "settings",
    request_body = PlanningSettings,
    responses((status = 200, body = PlanningSettings))
)]
pub async fn change_planning_settings(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(input): Body<PlanningSettings>,
) -> Result<Json<PlanningSettings>, Problem> {
    let wanted = Planning {
        business_group: input.business_group,
        customer_limit: input.customer_limit,
    };
    let planning = settings::change_planning(web.app(), &signed.actor, wanted).await?;
    Ok(Json(PlanningSettings::from(planning)))
}

impl From<Planning> for PlanningSettings {
    fn from(planning: Planning) -> Self {
        Self {
            business_group: planning.business_group,
            customer_limit: planning.customer_limit,
        }
    }
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list_team))
        .routes(routes!(put_member_profile))
        .routes(routes!(put_customer_profiles))
        .routes(routes!(show_planning_settings, change_planning_settings))
}
