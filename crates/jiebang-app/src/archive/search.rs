//! Finding messages: the index names candidates, newest first; each is opened, compared with the
//! words, and shown if the reader may read it.

use std::collections::BTreeSet;

use jiebang_domain::access::Actor;
use jiebang_domain::archive::search::{Alternatives, Facet, Filter, Plan, Query, Token as Word};
use jiebang_domain::archive::text::Folded;
use jiebang_domain::id::CorpId;
use jiebang_store::archive::search::{self as store, AnyOf, Time};
use jiebang_vault::archive::{IndexKey, Token};

use super::body::{self, MessageView, Opened};
use super::keys::Keys;
use super::reader::{self, Access};
use crate::{App, Error};

/// Most hits of a page.
pub const MAX_HITS: usize = 200;
/// Candidates opened at first, at a time, and at most for one page: then the page says where to go
/// on.
const LOOK: u64 = 30;
const MOST_AT_ONCE: u64 = 500;
const MAX_LOOK: u64 = 5_000;

/// What is looked for.
#[derive(Clone, Default)]
pub struct Wanted {
    /// In the language of the search; blank: every message.
    pub query: String,
    /// Facets of one sort are alternatives; of different sorts all must hold.
    pub wanted: BTreeSet<Facet>,
    /// None of these may hold.
    pub unwanted: BTreeSet<Facet>,
    /// From then on, milliseconds.
    pub from: Option<i64>,
    /// Before then, milliseconds.
    pub to: Option<i64>,
    /// Older than the message with this id: [`Hits::before`] of the page before.
    pub before: Option<i64>,
    /// 1 to [`MAX_HITS`].
    pub limit: usize,
}

/// A page, newest first.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    pub hits: Vec<MessageView>,
    /// Where to go on; `None` when there is nothing more.
    pub before: Option<i64>,
}

/// Looks for messages in everything the actor may read.
///
/// # Errors
/// [`Error::Search`] for a query that cannot be read; [`Error::Conflict`]
/// `archive_search_too_wide` for a single Chinese character, or nothing but exclusions, outside
/// of one conversation or one day; [`Error::ReasonRequired`] where it reaches other people's
/// talk; [`Error::Denied`], [`Error::Store`], [`Error::Vault`].
pub async fn search(app: &App, actor: &Actor, wanted: &Wanted) -> Result<Hits, Error> {
    let corp = app.corp()?;
    let access = Access::of(app, actor, &corp).await?;
    let query = Query::parse(&wanted.query).map_err(Error::Search)?;
    let filter = Filter {
        wanted: wanted.wanted.clone(),
        unwanted: wanted.unwanted.clone(),
    };
    let plan = Plan::new(&query, &filter);
    if !plan.may_run(&filter, wanted.from, wanted.to) {
        return Err(Error::Conflict {
            code: "archive_search_too_wide",
        });
    }
    let reading = async {
        match access.is_own_only() {
            true => Ok(None),
            false => reader::require_reason(app, actor).await.map(Some),
        }
    };
    let (reading, keys) = tokio::try_join!(reading, Keys::load(app, &corp))?;
    let Some(keys) = keys else {
        return Ok(Hits::default());
    };
    let Some(plan) = blind(&keys.index, &plan, access.windows.alternatives()) else {
        return Ok(Hits::default());
    };
    let hits = Looking {
        app,
        corp: &corp,
        keys: &keys,
        access: &access,
        query: &query,
    }
    .page(&plan, wanted)
    .await?;
    if let Some(reading) = reading {
        let seen = hits.hits.iter().map(|hit| hit.conversation).collect();
        reader::note_read(app, actor, &reading, &seen).await?;
    }
    Ok(hits)
}

/// The plan in blind tokens, narrowed to what may be read; `None`: nothing may.
fn blind(index: &IndexKey, plan: &Plan, readable: Option<Alternatives>) -> Option<store::Plan> {
    let mut bytes = Vec::new();
    let mut token = |word: &Word| -> Token {
        bytes.clear();
        word.write_to(&mut bytes);
        index.token(&bytes)
    };
    let mut any = |ways: &Alternatives| {
        let ways = ways.iter().map(|all| all.iter().map(&mut token).collect());
        AnyOf(ways.collect())
    };
    let mut all: Vec<AnyOf> = plan.all.iter().map(&mut any).collect();
    if let Some(readable) = readable {
        if readable.is_empty() {
            return None;
        }
        // Each message found is judged by itself.
        all.push(any(&readable).in_few_words());
    }
    let none = plan.none.iter().map(&mut token).collect();
    Some(store::Plan { all, none })
}

struct Looking<'a> {
    app: &'a App,
    corp: &'a CorpId,
    keys: &'a Keys,
    access: &'a Access,
    query: &'a Query,
}

impl Looking<'_> {
    async fn page(&self, plan: &store::Plan, wanted: &Wanted) -> Result<Hits, Error> {
        let limit = wanted.limit.clamp(1, MAX_HITS);
        let mut hits = Hits::default();
        let mut found: Vec<Opened> = Vec::new();
        let mut time = Time {
            from: wanted.from,
            to: wanted.to,
            before: wanted.before,
        };
        // A little more than is wanted: some candidates only look like hits. Where most of them do,
        // more at a time.
        let mut look = LOOK.max(limit as u64 * 3 / 2);
        // Told to nobody: what else has the words may be what the reader may not read.
        let mut looked_at = 0;
        loop {
            let page = store::search(self.app.store(), self.corp, plan, time, look).await?;
            looked_at += page.candidates.len() as u64;
            let opened = body::open_all(self.app, self.corp, self.keys, page.candidates).await?;
            for one in self.verified(opened).await? {
                if found.len() == limit {
                    hits.before = found.last().map(|last| last.stored.id);
                    return self.shown(hits, found).await;
                }
                found.push(one);
            }
            time.before = page.before;
            look = MOST_AT_ONCE.min(look * 2);
            if page.before.is_none() || looked_at >= MAX_LOOK {
                hits.before = page.before;
                return self.shown(hits, found).await;
            }
        }
    }

    /// Those that have the words and may be read.
    async fn verified(&self, opened: Vec<Opened>) -> Result<Vec<Opened>, Error> {
        let matching: Vec<Opened> = opened
            .into_iter()
            .filter(|one| {
                let text = Folded::of(&one.message.search_text());
                self.query.matches(text.chars())
            })
            .collect();
        let index = &self.keys.index;
        let judged = self.access.judge(self.app, index, &matching).await?;
        let both = matching.into_iter().zip(judged);
        Ok(both
            .filter_map(|(one, why)| why.ok().map(|_| one))
            .collect())
    }

    async fn shown(&self, mut hits: Hits, found: Vec<Opened>) -> Result<Hits, Error> {
        hits.hits = body::views(self.app, self.corp, found).await?;
        for hit in &mut hits.hits {
            let text = Folded::of(&hit.text);
            let places = self.query.highlights(&text);
            let chars = |byte: usize| hit.text.get(..byte).map_or(0, |t| t.chars().count());
            hit.highlights = places
                .into_iter()
                .map(|place| (chars(place.start), chars(place.end)))
                .collect();
        }
        Ok(hits)
    }
}
