//! Drawing samples.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::access::{Act, Actor, Resource, Scope};
use jiebang_domain::archive::conversation::{Channel, Kind, PersonKind};
use jiebang_domain::archive::review::{Filter, Method, Tally, Unit, draw};
use jiebang_domain::id::CorpId;
use jiebang_domain::time::BeijingDay;
use jiebang_store::archive::review::{self as store, Batch, Item, Narrow, OfMember};
use jiebang_vault::sha256;
use serde_json::json;
use uuid::Uuid;

use super::{Sight, batch_of, filter_of};
use crate::access::{actor_names, scope_of};
use crate::audit::{self, Record};
use crate::{App, Change, Error};

/// Most days of a period.
pub const MAX_DAYS: i64 = 366;
/// Most items of a sample.
pub const MAX_ITEMS: usize = 5_000;
/// Most conversation days a sample is drawn from.
const MAX_POPULATION: u64 = 2_000_000;
/// Most samples of a page.
const MAX_PAGE: u64 = 200;
/// Longest name, purpose and seed, in characters: name and purpose together are a reason to read.
const MAX_NAME: usize = 80;
const MAX_PURPOSE: usize = 400;
const MAX_SEED: usize = 64;
const MAX_PER_MEMBER: u32 = 1_000;

/// What a sample is to be drawn of, and how.
#[derive(Debug, Clone)]
pub struct WantedBatch {
    pub name: String,
    pub purpose: String,
    /// Civil days in Beijing, both in the period.
    pub first: BeijingDay,
    pub last: BeijingDay,
    /// [`Filter::within`] is the actor's own.
    pub filter: Filter,
    pub method: Method,
    /// Drawn at random unless given.
    pub seed: Option<String>,
}

/// What would be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Conversation days.
    pub population: u64,
    /// Messages in them.
    pub messages: u64,
    /// Members who take part in them.
    pub members: u64,
    /// Conversation days that would be drawn with this seed.
    pub items: u64,
    pub items_messages: u64,
    /// Members who take part in those.
    pub items_members: u64,
    /// Give it with the order to make the sample, to draw exactly this.
    pub seed: String,
}

/// A sample and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchView {
    pub id: Uuid,
    pub name: String,
    pub purpose: String,
    pub made_by: String,
    /// The account's name today.
    pub made_by_name: Option<String>,
    /// Unix seconds.
    pub made_at: i64,
    pub first: BeijingDay,
    pub last: BeijingDay,
    pub filter: Filter,
    pub method: Method,
    pub seed: String,
    pub population: u64,
    /// SHA-256 of the population, hex: `CONVERSATION DAY` on a line each, by number and day.
    pub population_sha256: String,
    pub tally: Tally,
}

/// Tells what would be drawn.
///
/// # Errors
/// [`Error::Invalid`]; [`Error::Conflict`] `review_too_wide`; [`Error::Denied`], [`Error::Store`].
pub async fn plan_batch(app: &App, actor: &Actor, wanted: &WantedBatch) -> Result<Plan, Error> {
    app.allow(actor, Act::ArchiveReview, Resource::Corp)?;
    let (_, drawn) = draw_batch(app, actor, wanted).await?;
    let sum = |units: &mut dyn Iterator<Item = &Unit>| {
        let (mut messages, mut members) = (0, BTreeSet::new());
        for unit in units {
            messages += u64::from(unit.messages);
            members.extend(&unit.members);
        }
        (messages, members.len() as u64)
    };
    let (messages, members) = sum(&mut drawn.population.iter());
    let (items_messages, items_members) = sum(&mut drawn.sample());
    Ok(Plan {
        population: drawn.population.len() as u64,
        messages,
        members,
        items: drawn.places.len() as u64,
        items_messages,
        items_members,
        seed: drawn.seed,
    })
}

/// Draws a sample and opens its queue.
///
/// # Errors
/// [`Error::Invalid`]; [`Error::Conflict`] `review_nothing` if there is nothing to draw,
/// `review_too_large`, `review_too_wide`; [`Error::Denied`], [`Error::Store`].
pub async fn make_batch(
    app: &App,
    actor: &Actor,
    wanted: &WantedBatch,
) -> Result<BatchView, Error> {
    app.allow(actor, Act::ArchiveReview, Resource::Corp)?;
    let corp = app.corp()?;
    let name = checked("name", &wanted.name, 1, MAX_NAME)?;
    let purpose = checked("purpose", &wanted.purpose, 0, MAX_PURPOSE)?;
    let (filter, drawn) = draw_batch(app, actor, wanted).await?;
    if drawn.places.is_empty() {
        return Err(Error::Conflict {
            code: "review_nothing",
        });
    }
    if drawn.places.len() > MAX_ITEMS {
        return Err(Error::Conflict {
            code: "review_too_large",
        });
    }
    let stored = |what: &'static str| move |source| Error::Json { what, source };
    let batch = Batch {
        id: app.new_id(),
        corp_id: corp.to_string(),
        name,
        purpose,
        made_by: actor.reference(),
        made_at: app.now().seconds(),
        first_day: wanted.first.days(),
        last_day: wanted.last.days(),
        filter: serde_json::to_value(&filter).map_err(stored("filter"))?,
        method: serde_json::to_value(wanted.method).map_err(stored("method"))?,
        seed: drawn.seed.clone(),
        population: drawn.population.len() as i64,
        population_sha256: drawn.sha256(),
    };
    let (items, members) = rows(&corp, batch.id, &drawn);
    let detail = json!({
        "days": [wanted.first.to_string(), wanted.last.to_string()],
        "population": batch.population,
        "items": items.len(),
        "seed": batch.seed,
    });
    let personal = json!({ "name": batch.name, "purpose": batch.purpose, "filter": batch.filter });
    let tx = app.begin().await?;
    store::add(&tx, batch.clone(), items, members).await?;
    let entry = Record::done("archive_review.make", "archive_review", batch.id)
        .detail(detail)
        .personal(personal);
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    app.tell(Change::Archive);
    let mut views = views(app, &corp, vec![batch]).await?;
    views.pop().ok_or_else(|| Error::not_found("review", ""))
}

/// Samples, newest first, `limit` before the one with id `before`. The second part is the next
/// page's `before`.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_batches(
    app: &App,
    actor: &Actor,
    before: Option<Uuid>,
    limit: u64,
) -> Result<(Vec<BatchView>, Option<Uuid>), Error> {
    app.allow(actor, Act::ArchiveReview, Resource::Corp)?;
    let Ok(corp) = app.corp() else {
        return Ok((Vec::new(), None));
    };
    let limit = limit.clamp(1, MAX_PAGE);
    let mut found = store::list(app.store().read(), &corp, before, limit).await?;
    let is_full = found.len() as u64 == limit;
    let next = found.last().map(|last| last.id).filter(|_| is_full);
    found.retain(|batch| super::reaches(app, actor, batch));
    Ok((views(app, &corp, found).await?, next))
}

/// A sample.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn view_batch(app: &App, actor: &Actor, id: Uuid) -> Result<BatchView, Error> {
    let (corp, batch) = batch_of(app, actor, id).await?;
    let mut views = views(app, &corp, vec![batch]).await?;
    views.pop().ok_or_else(|| Error::not_found("review", id))
}

async fn views(app: &App, corp: &CorpId, batches: Vec<Batch>) -> Result<Vec<BatchView>, Error> {
    let ids: Vec<Uuid> = batches.iter().map(|batch| batch.id).collect();
    let mut tallies = store::tallies(app.store().read(), corp, &ids).await?;
    let names = actor_names(app, batches.iter().map(|batch| batch.made_by.as_str())).await?;
    let read = |what: &'static str| move |source| Error::Json { what, source };
    let view = |batch: Batch| {
        Ok(BatchView {
            made_by_name: names.get(&batch.made_by).cloned(),
            tally: tally(&tallies.remove(&batch.id).unwrap_or_default()),
            filter: filter_of(&batch)?,
            method: serde_json::from_value(batch.method).map_err(read("method"))?,
            id: batch.id,
            name: batch.name,
            purpose: batch.purpose,
            made_by: batch.made_by,
            made_at: batch.made_at,
            first: BeijingDay::from_days(batch.first_day),
            last: BeijingDay::from_days(batch.last_day),
            seed: batch.seed,
            population: batch.population.max(0).cast_unsigned(),
            population_sha256: batch.population_sha256,
        })
    };
    batches.into_iter().map(view).collect()
}

fn tally(states: &BTreeMap<String, u64>) -> Tally {
    let of = |state: &str| states.get(state).copied().unwrap_or_default();
    Tally {
        sampled: states.values().sum(),
        open: of("open") + of("claimed"),
        passed: of("passed"),
        flagged: of("flagged"),
        skipped: of("skipped"),
        gone: of("gone"),
    }
}

/// A text of `least` to `most` characters, without blanks around it.
pub(super) fn checked(
    field: &'static str,
    text: &str,
    least: usize,
    most: usize,
) -> Result<String, Error> {
    let (text, chars) = (text.trim(), text.trim().chars().count());
    if chars < least {
        Err(Error::invalid(field, "empty"))
    } else if chars > most {
        Err(Error::invalid(field, "too_long"))
    } else {
        Ok(text.to_owned())
    }
}

/// A population with what is drawn of it.
struct Drawn {
    seed: String,
    population: Vec<Unit>,
    /// Of all members, also those that are not counted: who takes part in each.
    everybody: BTreeMap<i64, Vec<String>>,
    places: Vec<usize>,
}

impl Drawn {
    fn sample(&self) -> impl Iterator<Item = &Unit> {
        let of = |place: &usize| self.population.get(*place);
        self.places.iter().filter_map(of)
    }

    fn sha256(&self) -> String {
        let lines = self.population.iter();
        let text: String = lines
            .map(|unit| format!("{} {}\n", unit.conversation, unit.day))
            .collect();
        hex::encode(sha256(text.as_bytes()))
    }
}

async fn draw_batch(
    app: &App,
    actor: &Actor,
    wanted: &WantedBatch,
) -> Result<(Filter, Drawn), Error> {
    let corp = app.corp()?;
    check_method(wanted.method)?;
    let seed = match wanted.seed.as_deref().map(str::trim) {
        None | Some("") => hex::encode(app.entropy().bytes::<16>()),
        Some(given) if !given.bytes().all(|byte| byte.is_ascii_graphic()) => {
            return Err(Error::invalid("seed", "type"));
        }
        Some(given) => checked("seed", given, 1, MAX_SEED)?,
    };
    let mut filter = wanted.filter.clone();
    filter.within = match &actor.scope {
        Scope::Corp => None,
        Scope::Departments(mine) => Some(mine.clone()),
    };
    if let Some(department) = filter.department {
        let resource = Resource::Departments(&[department]);
        app.allow(actor, Act::ArchiveReview, resource)?;
    }
    let (mut population, everybody) =
        population(app, actor, &corp, (wanted.first, wanted.last), &filter).await?;
    for unit in &mut population {
        unit.ticket = ticket(&seed, unit);
    }
    let places = draw(&population, wanted.method);
    let drawn = Drawn {
        seed,
        population,
        everybody,
        places,
    };
    Ok((filter, drawn))
}

fn check_method(method: Method) -> Result<(), Error> {
    let is_good = match method {
        Method::Count { items } => (1..=MAX_ITEMS).contains(&(items as usize)),
        Method::Share { basis_points } => (1..=10_000).contains(&basis_points),
        Method::PerMember { items } => (1..=MAX_PER_MEMBER).contains(&items),
    };
    if is_good {
        Ok(())
    } else {
        Err(Error::invalid("method", "out_of_range"))
    }
}

/// The first 16 bytes of the SHA-256 of `SEED CONVERSATION DAY`, as a number.
fn ticket(seed: &str, unit: &Unit) -> u128 {
    let text = format!("{seed} {} {}", unit.conversation, unit.day);
    let mut number = [0; 16];
    number.copy_from_slice(&sha256(text.as_bytes())[..16]);
    u128::from_be_bytes(number)
}

/// The conversation days of a period that the actor may review, in the order of conversations
/// and days; their members are those of the filter. Also everybody in them.
pub(super) async fn population(
    app: &App,
    actor: &Actor,
    corp: &CorpId,
    (first, last): (BeijingDay, BeijingDay),
    filter: &Filter,
) -> Result<(Vec<Unit>, BTreeMap<i64, Vec<String>>), Error> {
    if first > last {
        return Err(Error::invalid("first_day", "from_after_to"));
    }
    if last.days() - first.days() >= MAX_DAYS {
        return Err(Error::invalid("last_day", "period_too_long"));
    }
    let narrow = Narrow {
        kind: filter.kind.map(Kind::as_str),
        channel: filter.channel.map(Channel::as_str),
        person: filter.staff.as_ref().map(|staff| staff.as_str()),
        message_kind: filter.message_kind.as_deref(),
        recalled: filter.recalled,
    };
    let (read, days) = (app.store().read(), first..last.next());
    let found = store::population(read, corp, days, narrow, MAX_POPULATION + 1).await?;
    if found.len() as u64 > MAX_POPULATION {
        return Err(Error::Conflict {
            code: "review_too_wide",
        });
    }
    let conversations = found.iter().map(|one| one.conversation_id).collect();
    let mut everybody = store::people_of(read, corp, &conversations).await?;
    for people in everybody.values_mut() {
        people.retain(|person| PersonKind::of(person) == PersonKind::Member);
    }
    let sight = Sight::of(app, actor, corp).await?;
    let of_department = match filter.department {
        None => Sight::everybody(),
        Some(department) => match scope_of(app, &[department]).await? {
            Scope::Corp => Sight::everybody(),
            Scope::Departments(all) => Sight::within(app, corp, &all).await?,
        },
    };
    let of_drawer = match &filter.within {
        None => Sight::everybody(),
        Some(within) => Sight::within(app, corp, within).await?,
    };
    let sights = [&sight, &of_department, &of_drawer];
    let is_limited = sights.iter().any(|sight| sight.is_limited());
    let counts = |member: &&String| {
        sights.iter().all(|sight| sight.sees(member))
            && filter
                .staff
                .as_ref()
                .is_none_or(|staff| staff.as_str() == **member)
    };
    let unit = |one: store::ConversationDay| {
        let people = everybody.get(&one.conversation_id);
        let members: BTreeSet<String> = people
            .into_iter()
            .flatten()
            .filter(counts)
            .cloned()
            .collect();
        (!is_limited || !members.is_empty()).then(|| Unit {
            conversation: one.conversation_id,
            day: BeijingDay::from_days(one.day),
            messages: u32::try_from(one.messages).unwrap_or(u32::MAX),
            members,
            ticket: 0,
        })
    };
    let units = found.into_iter().filter_map(unit).collect();
    Ok((units, everybody))
}

/// The items of a sample, numbered in the order of the draw, and how much of the population was
/// whose.
fn rows(corp: &CorpId, batch: Uuid, drawn: &Drawn) -> (Vec<Item>, Vec<OfMember>) {
    let item = |(number, unit): (i32, &Unit)| Item {
        batch_id: batch,
        number,
        corp_id: corp.to_string(),
        conversation_id: unit.conversation,
        day: unit.day.days(),
        messages: unit.messages.into(),
        members: drawn
            .everybody
            .get(&unit.conversation)
            .into_iter()
            .flatten()
            .cloned()
            .collect(),
        state: "open".to_owned(),
        reviewer: None,
        since: None,
        until: None,
        closed_at: None,
        category: None,
        note: None,
        note_key_no: None,
        measure: None,
        handled_by: None,
        handled_at: None,
        handling: None,
        handling_key_no: None,
        version: 0,
    };
    let mut shares: BTreeMap<&String, i64> = BTreeMap::new();
    for member in drawn.population.iter().flat_map(|unit| &unit.members) {
        *shares.entry(member).or_default() += 1;
    }
    let of_member = |(userid, population): (&String, i64)| OfMember {
        batch_id: batch,
        userid: userid.clone(),
        corp_id: corp.to_string(),
        population,
    };
    (
        (1..).zip(drawn.sample()).map(item).collect(),
        shares.into_iter().map(of_member).collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With 2,000 seeds every one of 40 conversation days is drawn as often as every other: by
    /// chi-square with 39 degrees of freedom, whose 99.9 % point is 72.05 (without replacement the
    /// statistic is smaller still).
    #[test]
    fn s45_every_unit_is_drawn_as_often_as_every_other() {
        let (seeds, size) = (2_000_u32, 10_u32);
        let mut population: Vec<Unit> = (0..40)
            .map(|number| Unit {
                conversation: 7 + number / 4,
                day: BeijingDay::from_days(20_400 + number % 4),
                messages: 1,
                members: BTreeSet::new(),
                ticket: 0,
            })
            .collect();
        let (mut drawn, mut pairs) = (vec![0_u32; 40], 0_u32);
        for seed in 0..seeds {
            for unit in &mut population {
                unit.ticket = ticket(&seed.to_string(), unit);
            }
            let places = draw(&population, Method::Count { items: size });
            pairs += u32::from(places.contains(&0) && places.contains(&1));
            places.into_iter().for_each(|place| drawn[place] += 1);
        }
        let expected = f64::from(seeds * size) / 40.0;
        let chi: f64 = drawn
            .iter()
            .map(|found| (f64::from(*found) - expected).powi(2) / expected)
            .sum();
        assert!(chi < 72.05, "{chi}: {drawn:?}");
        // Neighbours go together as often as any two: 2,000 · 10·9 / (40·39) = 115, within 4 sigma.
        assert!((73..=157).contains(&pairs), "{pairs}");
    }

    /// `printf '%s' 'seed 42 2026-01-31' | sha256sum | cut -c1-32`
    #[test]
    fn s45_a_ticket_is_what_anybody_can_compute() {
        let unit = Unit {
            conversation: 42,
            day: BeijingDay::parse("2026-01-31").unwrap(),
            messages: 1,
            members: BTreeSet::new(),
            ticket: 0,
        };
        assert_eq!(format!("{:032x}", ticket("seed", &unit)), TICKET);
    }

    const TICKET: &str = "d5c0548a19e93d8a25b3999f4446324a";
}
