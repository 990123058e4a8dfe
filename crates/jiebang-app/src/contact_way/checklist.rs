//! What WeCom lets nobody change by API: a list for a person to work off, with who ticked when.

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::contact_way::{BY_HAND, Kind, LINKS_BY_HAND};
use jiebang_domain::id::{CorpId, UserId};
use jiebang_store::contact_way::{self as store, TaskDone};
use serde::Serialize;
use serde_json::json;

use super::heirs::not_permitted;
use crate::audit::{self, Record};
use crate::{App, Change, Error, access, directory};

/// An item of the list. Its texts are in the catalogue under `contact_way.by_hand.`.
#[derive(Debug, Clone, Serialize)]
pub struct Item {
    pub item: &'static str,
    pub done_at: Option<i64>,
    /// The name of whoever ticked it.
    pub done_by: Option<String>,
}

/// The items there are for a leaver.
pub(super) async fn items(app: &App, corp: &CorpId, leaver: &UserId) -> Result<Vec<Item>, Error> {
    let done = store::tasks_done(app.store().read(), corp, leaver).await?;
    let names = access::actor_names(app, done.iter().map(|one| one.done_by.as_str())).await?;
    let mut wanted: Vec<&'static str> = BY_HAND.to_vec();
    let links_ticked = done.iter().any(|one| one.item == LINKS_BY_HAND);
    if links_ticked || not_permitted(app, Kind::Link).await? {
        wanted.push(LINKS_BY_HAND);
    }
    let items = wanted.into_iter().map(|item| {
        let found = done.iter().find(|one| one.item == item);
        Item {
            item,
            done_at: found.map(|one| one.done_at),
            done_by: found.map(|one| names.get(&one.done_by).unwrap_or(&one.done_by).clone()),
        }
    });
    Ok(items.collect())
}

/// Ticks an item of a leaver's list, or takes the tick back.
///
/// # Errors
/// [`Error::Denied`], [`Error::NotFound`], [`Error::Invalid`] for an item there is not.
pub async fn tick_item(
    app: &App,
    actor: &Actor,
    leaver: &UserId,
    item: &str,
    done: bool,
) -> Result<(), Error> {
    app.allow(actor, Act::HandoverExecute, Resource::Corp)?;
    let corp = directory::allow_leaver(app, actor, Act::HandoverExecute, leaver).await?;
    if !BY_HAND.contains(&item) && item != LINKS_BY_HAND {
        return Err(Error::invalid("item", "unknown_value"));
    }
    let tx = app.begin().await?;
    if done {
        let row = TaskDone {
            corp_id: corp.to_string(),
            leaver: leaver.to_string(),
            item: item.to_owned(),
            done_at: app.now().seconds(),
            done_by: actor.reference(),
        };
        store::tick(&tx, row).await?;
    } else {
        store::untick(&tx, &corp, leaver, item).await?;
    }
    let entry = Record::done("contact_way.tick", "member", leaver)
        .detail(json!({ "item": item, "done": done }));
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    app.tell(Change::Directory);
    Ok(())
}
