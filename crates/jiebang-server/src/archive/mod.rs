//! The conversation archive: whether it is whole, its keys, finding and reading.
//!
//! Invariant: what is looked for travels in the body of a request, never in an address, so that
//! it is in no log.

pub mod dto;
pub mod evidence;
pub mod file;
pub mod keeping;
pub mod keeping_dto;
mod named;
pub mod review;
pub mod review_dto;

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiebang_app::archive::{self as app, List, Place, Wanted, WantedConversations};
use jiebang_domain::access::Actor;
use jiebang_domain::archive::conversation::{Channel, Kind};
use jiebang_domain::archive::scope::With;
use jiebang_domain::archive::search::Facet;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::dto::{
    ArchiveKey, ArchiveKeyInput, ArchiveRoster, ArchiveStatus, Conversation, ConversationQuery,
    CorpKey, CurrentReason, FacetInput, Message, MessagePage, MessageQuery, NewKeyNumber, Nothing,
    NothingQuery, ParkedInput, ReadingReason, ReadingReasonInput, SearchHits, SearchInput,
};
use crate::extract::{At, Body, Params, Signed};
use crate::handover::one_of;
use crate::names::{ChannelName, ConversationKind, WhyNothing};
use crate::page::Page;
use crate::problem::Problem;
use crate::state::Web;

/// Most facets of a search, and longest value of one.
const MAX_FACETS: usize = 100;
const MAX_VALUE: usize = 500;
/// Items of a page unless the request says.
const LIMIT: u64 = 50;

/// Whether the archive is whole, and how long until something is lost.
#[utoipa::path(get, path = "/archive", tag = "archive", responses((status = 200, body = ArchiveStatus)))]
pub async fn show_archive(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<Json<ArchiveStatus>, Problem> {
    let status = app::view_status(web.app(), &signed.actor).await?;
    Ok(Json(status.into()))
}

/// Who is archived, and who serves customers without being so.
#[utoipa::path(get, path = "/archive/members", tag = "archive", responses((status = 200, body = ArchiveRoster)))]
pub async fn show_roster(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<Json<ArchiveRoster>, Problem> {
    let roster = app::view_roster(web.app(), &signed.actor).await?;
    Ok(Json(roster.into()))
}

/// Asks WeCom for what is new at once.
#[utoipa::path(post, path = "/archive/pull", tag = "archive", responses((status = 202)))]
pub async fn pull_archive(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<StatusCode, Problem> {
    app::pull_archive(web.app(), &signed.actor).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Has messages that are parked for a reason opened again.
#[utoipa::path(post, path = "/archive/parked/retry", tag = "archive", request_body = ParkedInput,
    responses((status = 202)))]
pub async fn retry_parked(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(input): Body<ParkedInput>,
) -> Result<StatusCode, Problem> {
    app::retry_parked(web.app(), &signed.actor, &input.reason).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Takes messages that are parked for a reason for known: no alarm until another one comes.
#[utoipa::path(post, path = "/archive/parked/known", tag = "archive", request_body = ParkedInput,
    responses((status = 204)))]
pub async fn know_parked(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(input): Body<ParkedInput>,
) -> Result<StatusCode, Problem> {
    app::know_parked(web.app(), &signed.actor, &input.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The private keys there are, without the keys.
#[utoipa::path(get, path = "/archive/keys", tag = "archive", responses((status = 200, body = Page<ArchiveKey>)))]
pub async fn list_archive_keys(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<Json<Page<ArchiveKey>>, Problem> {
    let keys = app::list_private_keys(web.app(), &signed.actor).await?;
    Ok(Json(Page::whole(
        keys.into_iter().map(ArchiveKey::from).collect(),
    )))
}

/// Adds a private key and opens what waited for it.
#[utoipa::path(
    post,
    path = "/archive/keys",
    tag = "archive",
    request_body = ArchiveKeyInput,
    responses((status = 201, body = ArchiveKey))
)]
pub async fn add_archive_key(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(input): Body<ArchiveKeyInput>,
) -> Result<(StatusCode, Json<ArchiveKey>), Problem> {
    let (version, pem) = (input.version, zeroize::Zeroizing::new(input.private_key));
    let key = app::add_private_key(web.app(), &signed.actor, version, &pem).await?;
    Ok((StatusCode::CREATED, Json(key.into())))
}

/// Forgets a private key. What still comes for it is parked.
#[utoipa::path(
    delete,
    path = "/archive/keys/{version}",
    tag = "archive",
    params(("version" = u32, Path)),
    responses((status = 204))
)]
pub async fn remove_archive_key(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(version): At<u32>,
) -> Result<StatusCode, Problem> {
    app::remove_private_key(web.app(), &signed.actor, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The keys that wrap those of conversations, oldest first; the last one wraps what is new.
#[utoipa::path(get, path = "/archive/corp-keys", tag = "archive", responses((status = 200, body = Page<CorpKey>)))]
pub async fn list_corp_keys(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<Json<Page<CorpKey>>, Problem> {
    let keys = app::list_corp_keys(web.app(), &signed.actor).await?;
    let items = keys.into_iter().map(CorpKey::from).collect();
    Ok(Json(Page::whole(items)))
}

/// Makes a new corp key. A job wraps every key of a conversation by it and destroys the old one;
/// no message is sealed again, and reading goes on.
#[utoipa::path(
    post,
    path = "/archive/corp-keys",
    tag = "archive",
    responses((status = 201, body = NewKeyNumber))
)]
pub async fn exchange_corp_key(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<(StatusCode, Json<NewKeyNumber>), Problem> {
    let number = app::exchange_corp_key(web.app(), &signed.actor).await?;
    Ok((StatusCode::CREATED, Json(NewKeyNumber { number })))
}

/// Gives a conversation a new key: what is said from now on is sealed with it.
#[utoipa::path(
    post,
    path = "/archive/conversations/{id}/keys",
    tag = "archive",
    params(("id" = String, Path)),
    responses((status = 201, body = NewKeyNumber))
)]
pub async fn renew_conversation_key(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<String>,
) -> Result<(StatusCode, Json<NewKeyNumber>), Problem> {
    let id = id.parse().map_err(|_| Problem::not_found())?;
    let number = app::renew_conversation_key(web.app(), &signed.actor, id).await?;
    Ok((StatusCode::CREATED, Json(NewKeyNumber { number })))
}

/// Has every conversation go on with a new key, which it is given with its next message.
#[utoipa::path(
    post,
    path = "/archive/conversation-keys",
    tag = "archive",
    responses((status = 204))
)]
pub async fn renew_all_conversation_keys(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<StatusCode, Problem> {
    app::renew_all_conversation_keys(web.app(), &signed.actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The reason for which one reads other people's conversations now.
#[utoipa::path(get, path = "/archive/reason", tag = "archive", responses((status = 200, body = CurrentReason)))]
pub async fn show_reading_reason(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<Json<CurrentReason>, Problem> {
    let current = app::current_reason(web.app(), &signed.actor).await?;
    Ok(Json(CurrentReason {
        current: current.map(ReadingReason::from),
    }))
}

/// Says why one is going to read other people's conversations. Counts for an hour; every
/// conversation read meanwhile is in the audit log with it.
#[utoipa::path(
    post,
    path = "/archive/reason",
    tag = "archive",
    request_body = ReadingReasonInput,
    responses((status = 201, body = ReadingReason))
)]
pub async fn give_reading_reason(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(input): Body<ReadingReasonInput>,
) -> Result<(StatusCode, Json<ReadingReason>), Problem> {
    let reading = app::give_reason(web.app(), &signed.actor, &input.reason).await?;
    Ok((StatusCode::CREATED, Json(reading.into())))
}

/// Finds messages in everything the reader may read.
#[utoipa::path(
    post,
    path = "/archive/search",
    tag = "archive",
    request_body = SearchInput,
    responses((status = 200, body = SearchHits))
)]
pub async fn search_archive(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(input): Body<SearchInput>,
) -> Result<Json<SearchHits>, Problem> {
    let wanted = Wanted {
        wanted: facets("wanted", input.wanted)?,
        unwanted: facets("unwanted", input.unwanted)?,
        query: input.query,
        from: input.from,
        to: input.to,
        before: opened_mark(&web, &signed.actor, List::Hits, input.cursor.as_deref())?,
        limit: usize::try_from(limit(input.limit)?).unwrap_or(1),
    };
    if wanted
        .from
        .zip(wanted.to)
        .is_some_and(|(from, to)| from > to)
    {
        return Err(Problem::validation("from", "from_after_to"));
    }
    let found = app::search(web.app(), &signed.actor, &wanted).await?;
    let conversations = app::conversations_of(web.app(), &signed.actor, &found).await?;
    Ok(Json(SearchHits {
        conversations: conversations.into_iter().map(Conversation::from).collect(),
        items: found.hits.into_iter().map(Message::from).collect(),
        next_cursor: sealed_mark(&web, &signed.actor, List::Hits, found.before)?,
    }))
}

fn opened_mark(
    web: &Web,
    actor: &Actor,
    list: List,
    cursor: Option<&str>,
) -> Result<Option<i64>, Problem> {
    let Some(mark) = cursor.filter(|mark| !mark.is_empty()) else {
        return Ok(None);
    };
    let id = app::open_mark(web.app(), actor, list, mark);
    id.map(Some).ok_or_else(Problem::bad_cursor)
}

fn sealed_mark(
    web: &Web,
    actor: &Actor,
    list: List,
    id: Option<i64>,
) -> Result<Option<String>, Problem> {
    let mark = id.map(|id| app::seal_mark(web.app(), actor, list, id));
    Ok(mark.transpose()?)
}

fn limit(given: Option<u64>) -> Result<u64, Problem> {
    match given.unwrap_or(LIMIT) {
        limit @ 1..=app::MAX_PAGE => Ok(limit),
        _ => Err(Problem::validation("limit", "limit_out_of_range")),
    }
}

fn facets(field: &str, given: Vec<FacetInput>) -> Result<BTreeSet<Facet>, Problem> {
    if given.len() > MAX_FACETS {
        return Err(Problem::validation(field, "list_of_words"));
    }
    given
        .into_iter()
        .map(|one| facet(one).ok_or_else(|| Problem::validation(field, "type")))
        .collect()
}

fn facet(one: FacetInput) -> Option<Facet> {
    let value = one.value;
    if value.is_empty() || value.len() > MAX_VALUE {
        return None;
    }
    Some(match one.by.0.as_str() {
        "customer" => Facet::Customer(value),
        "staff" => Facet::Staff(value.to_ascii_lowercase()),
        "department" => Facet::Department(value.parse().ok()?),
        "room" => Facet::Room(value),
        "kind" => Facet::Kind(value),
        "tag" => Facet::Tag(value),
        "conversation" => Facet::Conversation(value),
        "channel" => Facet::Channel(Channel::parse(&value)?),
        "sender" => Facet::Sender(value),
        _ => return None,
    })
}

/// Conversations the reader may read something of, the one with the newest message first.
#[utoipa::path(
    get,
    path = "/archive/conversations",
    tag = "archive",
    params(ConversationQuery),
    responses((status = 200, body = Page<Conversation>))
)]
pub async fn list_conversations(
    State(web): State<Web>,
    Signed(signed): Signed,
    Params(query): Params<ConversationQuery>,
) -> Result<Json<Page<Conversation>>, Problem> {
    let kind = one_of(
        "kind",
        query.kind.map(|kind| kind.0),
        &ConversationKind::values(),
    )?;
    let channel = one_of(
        "channel",
        query.channel.map(|channel| channel.0),
        &ChannelName::values(),
    )?;
    let wanted = WantedConversations {
        person: query.person.filter(|person| !person.is_empty()),
        room: query.room.filter(|room| !room.is_empty()),
        kind: kind.and_then(|kind| Kind::parse(&kind)),
        channel: channel.and_then(|channel| Channel::parse(&channel)),
        before: opened_mark(
            &web,
            &signed.actor,
            List::Conversations,
            query.cursor.as_deref(),
        )?,
        limit: limit(query.limit)?,
    };
    let page = app::list_conversations(web.app(), &signed.actor, &wanted).await?;
    Ok(Json(Page {
        items: page.items.into_iter().map(Conversation::from).collect(),
        next_cursor: sealed_mark(&web, &signed.actor, List::Conversations, page.before)?,
        total: None,
    }))
}

/// Why the reader finds nothing of what a customer or group that was given to it said before.
#[utoipa::path(
    get,
    path = "/archive/nothing",
    tag = "archive",
    params(NothingQuery),
    responses((status = 200, body = Nothing))
)]
pub async fn explain_nothing(
    State(web): State<Web>,
    Signed(signed): Signed,
    Params(query): Params<NothingQuery>,
) -> Result<Json<Nothing>, Problem> {
    let with = match (query.customer, query.room) {
        (Some(id), None) => With::Customer(id),
        (None, Some(id)) => With::Room(id),
        _ => return Err(Problem::validation("customer", "one_of_two")),
    };
    let why = app::why_nothing(web.app(), &signed.actor, with).await?;
    Ok(Json(Nothing {
        why: why.map(|denied| WhyNothing::from(denied.as_str())),
    }))
}

/// Reads a part of a conversation.
#[utoipa::path(
    get,
    path = "/archive/conversations/{id}/messages",
    tag = "archive",
    params(("id" = String, Path), MessageQuery),
    responses((status = 200, body = MessagePage))
)]
pub async fn read_conversation(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<String>,
    Params(query): Params<MessageQuery>,
) -> Result<Json<MessagePage>, Problem> {
    let id: i64 = id.parse().map_err(|_| Problem::not_found())?;
    let place = place(&query)?;
    let (app, actor) = (web.app(), &signed.actor);
    let sender = query.sender.as_deref().filter(|sender| !sender.is_empty());
    let page = app::read_conversation(app, actor, id, place, sender, limit(query.limit)?);
    Ok(Json(page.await?.into()))
}

fn place(query: &MessageQuery) -> Result<Place, Problem> {
    let places = [
        ("before", &query.before, Place::Before as fn(i64) -> Place),
        ("after", &query.after, Place::After),
        ("around", &query.around, Place::Around),
    ];
    let mut found = Place::End;
    for (field, given, place) in places {
        let Some(text) = given else { continue };
        let wrong = || Problem::validation(field, "type");
        if found != Place::End {
            return Err(wrong());
        }
        found = place(text.parse().map_err(|_| wrong())?);
    }
    Ok(found)
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(show_archive))
        .routes(routes!(show_roster))
        .routes(routes!(pull_archive))
        .routes(routes!(retry_parked))
        .routes(routes!(know_parked))
        .routes(routes!(list_archive_keys, add_archive_key))
        .routes(routes!(remove_archive_key))
        .routes(routes!(list_corp_keys, exchange_corp_key))
        .routes(routes!(renew_conversation_key))
        .routes(routes!(renew_all_conversation_keys))
        .routes(routes!(show_reading_reason, give_reading_reason))
        .routes(routes!(search_archive))
        .routes(routes!(list_conversations))
        .routes(routes!(explain_nothing))
        .routes(routes!(read_conversation))
        .routes(routes!(file::show_file))
        .merge(evidence::routes())
        .merge(keeping::routes())
        .merge(review::routes())
}
