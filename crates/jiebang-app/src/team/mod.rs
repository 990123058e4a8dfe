//! What a company knows of its members as successors, and of its customers beyond WeCom: brought
//! in by people or other systems, asked by rules and plans.

use std::collections::BTreeMap;

use jiebang_domain::access::{Act, Actor, Resource, Scope};
use jiebang_domain::handover::request::Profile;
use jiebang_domain::handover::team::{MAX_SKILL, MAX_WEIGHT, MemberProfile, Teammate};
use jiebang_domain::id::{DepartmentId, ExternalUserId, UserId};
use jiebang_store::directory as members;
use jiebang_store::team as store;
use serde_json::json;

use crate::audit::{self, Record};
use crate::handover::cast;
use crate::{App, Error};

/// Most profiles one call may bring.
pub const MAX_PROFILES: usize = 1_000;
/// Most values of a list in a profile, and longest value, in characters.
const MAX_VALUES: usize = 50;
const MAX_VALUE: usize = 60;
const MAX_FIELDS: usize = 50;
const MAX_FIELD: usize = 200;

/// Those who serve customers, with profile and load, in the order of their userids.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_team(app: &App, actor: &Actor) -> Result<Vec<Teammate>, Error> {
    app.allow(actor, Act::TeamView, Resource::Corp)?;
    let Ok(corp) = app.corp() else {
        return Ok(Vec::new());
    };
    let models = store::active_members(app.store().read(), corp.as_str()).await?;
    let mut team = cast::teammates(app, &corp, models).await?;
    if let Scope::Departments(mine) = &actor.scope {
        team.retain(|mate| mate.within.iter().any(|id| mine.contains(id)));
    }
    Ok(team)
}

/// Writes what is known of a member.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`], [`Error::Store`].
pub async fn put_member_profile(
    app: &App,
    actor: &Actor,
    userid: &UserId,
    profile: MemberProfile,
) -> Result<(), Error> {
    app.allow(actor, Act::TeamManage, Resource::Corp)?;
    let corp = app.corp()?;
    let member = members::member(app.store().read(), &corp, userid).await?;
    let member = member.ok_or_else(|| Error::not_found("member", userid))?;
    let departments: &[DepartmentId] = &member.departments;
    app.allow(actor, Act::TeamManage, Resource::Departments(departments))?;
    check_member(&profile)?;
    let row = store::MemberProfile {
        corp_id: corp.to_string(),
        userid: userid.to_string(),
        profile: json!(profile),
        updated_at: app.now().seconds(),
    };
    let tx = app.begin().await?;
    store::put_members(&tx, vec![row]).await?;
    let entry = Record::done("team.profile", "member", userid);
    audit::record(app, &tx, actor, entry).await?;
    Ok(tx.commit().await?)
}

fn check_member(profile: &MemberProfile) -> Result<(), Error> {
    if profile.skill > MAX_SKILL {
        return Err(Error::invalid("skill", "skill"));
    }
    if profile.weight == 0 || profile.weight > MAX_WEIGHT {
        return Err(Error::invalid("weight", "weight"));
    }
    let lists = [
        ("regions", &profile.regions),
        ("business", &profile.business),
        ("languages", &profile.languages),
    ];
    for (field, values) in lists {
        let fits = |value: &String| is_text(value, MAX_VALUE);
        if values.len() > MAX_VALUES || !values.iter().all(fits) {
            return Err(Error::invalid(field, "list_of_words"));
        }
    }
    Ok(())
}

/// Not empty, not too long, no control characters.
fn is_text(value: &str, most: usize) -> bool {
    let length = value.chars().count();
    length > 0 && length <= most && !value.chars().any(char::is_control)
}

/// Writes what is known of customers, each in place of what was known before. Customers that
/// WeCom has not told of yet are kept too. Returns how many were written.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Invalid`] naming the item that is wrong; [`Error::Store`].
pub async fn put_customer_profiles(
    app: &App,
    actor: &Actor,
    profiles: BTreeMap<ExternalUserId, Profile>,
) -> Result<usize, Error> {
    app.allow(actor, Act::RuleManage, Resource::Corp)?;
    let corp = app.corp()?;
    if profiles.is_empty() || profiles.len() > MAX_PROFILES {
        return Err(Error::invalid("items", "number_of_items"));
    }
    let now = app.now().seconds();
    let mut rows = Vec::with_capacity(profiles.len());
    for (index, (customer, profile)) in profiles.into_iter().enumerate() {
        let is_field = |(name, value): (&String, &String)| {
            is_text(name, MAX_VALUE) && value.chars().count() <= MAX_FIELD
        };
        if profile.fields.len() > MAX_FIELDS || !profile.fields.iter().all(is_field) {
            return Err(Error::invalid(format!("items[{index}].fields"), "fields"));
        }
        rows.push(store::CustomerProfile {
            corp_id: corp.to_string(),
            external_userid: customer.to_string(),
            profile: json!(profile),
            updated_at: now,
        });
    }
    let count = rows.len();
    let tx = app.begin().await?;
    store::put_customers(&tx, rows).await?;
    let entry =
        Record::done("team.customers", "customer", "").detail(json!({ "customers": count }));
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    Ok(count)
}
