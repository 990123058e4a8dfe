//! Paging: opaque cursors, and a guard against lists that never end.

use std::collections::HashSet;

use futures::Stream;
use serde::{Deserialize, Deserializer, Serialize};

use crate::api::Api;
use crate::error::{CallError, Doubt};
use crate::lenient;

/// Longest cursor accepted, in bytes. Real ones have about a hundred.
const MAX_CURSOR: usize = 4096;

/// Where the next page begins. Opaque and never empty. How long the platform honours one is
/// not documented; 50100 ([`crate::ErrKind::Cursor`]) says that it does no longer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

impl Cursor {
    /// A cursor that was kept; `None` for the empty text, which means the first page.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Option<Self> {
        Some(text.into())
            .filter(|text: &String| !text.is_empty())
            .map(Self)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// `None` on the last page.
    pub next: Option<Cursor>,
}

/// Reads `next_cursor`, which ends a list by being empty, null or absent.
pub(crate) fn next_cursor<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Cursor>, D::Error> {
    match lenient::opt_text(d)? {
        Some(text) if text.len() > MAX_CURSOR => {
            Err(serde::de::Error::custom("the cursor is too long"))
        }
        text => Ok(text.map(Cursor)),
    }
}

/// The text sent for a cursor; empty for the first page.
pub(crate) fn sent(cursor: Option<&Cursor>) -> &str {
    cursor.map_or("", Cursor::as_str)
}

/// Makes a page, unless its next cursor is the one it was asked with.
pub(crate) fn page<T>(
    api: Api,
    asked: Option<&Cursor>,
    items: Vec<T>,
    next: Option<Cursor>,
) -> Result<Page<T>, CallError> {
    if next.is_some() && next.as_ref() == asked {
        return Err(CallError::unsure(api, Doubt::CursorLoop));
    }
    Ok(Page { items, next })
}

/// The cursors a walk has seen.
#[derive(Debug, Default)]
pub(crate) struct Seen(HashSet<Cursor>);

impl Seen {
    /// Takes note of where the walk goes next; an error if it has been there.
    pub(crate) fn note(&mut self, api: Api, next: Option<&Cursor>) -> Result<(), CallError> {
        match next {
            Some(cursor) if !self.0.insert(cursor.clone()) => {
                Err(CallError::unsure(api, Doubt::CursorLoop))
            }
            _ => Ok(()),
        }
    }
}

/// Reads a list page by page, from `start` (`None`: the beginning) to its end. Each item of
/// the stream is one page; the stream ends after the last page or the first error. A cursor
/// that comes back a second time is an error, so the walk ends even if the list does not.
///
/// ```text
/// let mut pages = pin!(walk(Api::UnassignedList, None, |c| client.unassigned(c)));
/// while let Some(page) = pages.try_next().await? { … }
/// ```
pub fn walk<T, F, Fut>(
    api: Api,
    start: Option<Cursor>,
    fetch: F,
) -> impl Stream<Item = Result<Page<T>, CallError>>
where
    F: FnMut(Option<Cursor>) -> Fut,
    Fut: Future<Output = Result<Page<T>, CallError>>,
{
    let state = Some((start, Seen::default(), fetch));
    futures::stream::try_unfold(state, move |state| async move {
        let Some((cursor, mut seen, mut fetch)) = state else {
            return Ok(None);
        };
        let page = fetch(cursor).await?;
        seen.note(api, page.next.as_ref())?;
        let rest = page.next.clone().map(|next| (Some(next), seen, fetch));
        Ok(Some((page, rest)))
    })
}
