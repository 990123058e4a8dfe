//! Whether the archive is whole, and how long until something is lost (completeness).

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::time::{DAY, HOUR, MINUTE, Timestamp};
pub use jiebang_store::archive::figures::{Completeness, Files, Kind, Parked};
pub use jiebang_store::archive::rows::{Cursor, Gap};
use jiebang_store::archive::{figures, media, rows};
pub use jiebang_wecom::archive::Health;

use super::consent::UNANSWERED;
use super::pull::{self, Known, WINDOW};
use super::retention::{self, RetentionRun};
use super::roster;
use crate::{App, Error};

/// How the archive stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// No library or no secret is set.
    Off,
    /// Nothing was pulled yet.
    NotStarted,
    /// Everything WeCom had a few minutes ago is here.
    Current,
    /// Behind, with time left.
    Behind,
    /// Messages will be lost within a day.
    Urgent,
    /// Messages that were not pulled are lost by now.
    Losing,
}

impl Standing {
    pub const ALL: [Self; 6] = [
        Self::Off,
        Self::NotStarted,
        Self::Current,
        Self::Behind,
        Self::Urgent,
        Self::Losing,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::NotStarted => "not_started",
            Self::Current => "current",
            Self::Behind => "behind",
            Self::Urgent => "urgent",
            Self::Losing => "losing",
        }
    }

    fn of(is_configured: bool, since: Option<Timestamp>, now: Timestamp) -> Self {
        let Some(since) = since else {
            return if is_configured {
                Self::NotStarted
            } else {
                Self::Off
            };
        };
        match now.since(since) {
            // Later than now: the clock was set back, and nothing may be pulled until it is that late.
            age if (-10 * MINUTE..=10 * MINUTE).contains(&age) => Self::Current,
            age if age <= WINDOW - DAY => Self::Behind,
            age if age <= WINDOW => Self::Urgent,
            _ => Self::Losing,
        }
    }
}

/// Everything the page of the archive shows.
#[derive(Debug, Clone)]
pub struct Status {
    pub standing: Standing,
    pub library_set: bool,
    pub secret_set: bool,
    /// Whole hours until the oldest message that may not be here is lost at WeCom; 0 from then.
    pub hours_left: Option<i64>,
    pub figures: Completeness,
    /// The reasons of parked rows that are known.
    pub known: Vec<String>,
    /// Of the library's processes, since this program started.
    pub health: Option<Health>,
    pub messages: u64,
    /// The last run of expiry.
    pub retention: Option<RetentionRun>,
}

/// How the archive stands.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`], [`Error::Vault`].
pub async fn view_status(app: &App, actor: &Actor) -> Result<Status, Error> {
    app.allow(actor, Act::ArchiveStatus, Resource::Corp)?;
    let values = crate::settings::read_values(app).await?;
    let connection = app.connection().ok();
    let figures = match &connection {
        Some(connection) => figures::completeness(app.store().read(), &connection.corp).await?,
        None => Completeness::default(),
    };
    let known = pull::known_parked(app).await?;
    let parked = pull::parked_now(&figures.parked).into_iter();
    let parked = parked.filter(|(reason, these)| is_known(&known, reason, *these));
    let known = parked.map(|(reason, _)| reason).collect();
    let sdk = connection.and_then(|connection| connection.archive);
    let since = figures.cursor.as_ref().and_then(since);
    let (standing, hours_left) = stands(sdk.is_some(), since, app.now());
    Ok(Status {
        standing,
        library_set: app.configured().archive_library.is_some(),
        retention: retention::last_run(app).await?,
        secret_set: values.archive_secret.is_some(),
        hours_left,
        known,
        health: sdk.map(|sdk| sdk.health()),
        messages: figures
            .kinds
            .iter()
            .map(|kind| kind.messages.cast_unsigned())
            .sum(),
        figures,
    })
}

/// When WeCom last had nothing more; until then when it was first asked.
fn since(cursor: &Cursor) -> Option<Timestamp> {
    let at = cursor.caught_up_at.or(cursor.first_pull_at);
    at.map(Timestamp::from_seconds)
}

/// How the archive stands, and the hours left.
fn stands(
    is_configured: bool,
    since: Option<Timestamp>,
    now: Timestamp,
) -> (Standing, Option<i64>) {
    let left = |since: Timestamp| (WINDOW - now.since(since)).max(0) / HOUR;
    (Standing::of(is_configured, since, now), since.map(left))
}

/// Seconds for which the archive may be behind without being told of.
const BEHIND: i64 = 2 * HOUR;
/// Seconds for which a row may wait to be opened.
const SLOW: i64 = 30 * MINUTE;
/// Seconds for which a gap is told of.
const TOLD: i64 = 7 * DAY;

/// What Today tells of the archive.
pub(crate) struct Alarms {
    pub standing: Standing,
    /// As in [`Status`].
    pub hours_left: Option<i64>,
    /// Rows that are parked and not known ([`super::know_parked`]).
    pub parked: u64,
    /// Files that are not here and that WeCom keeps for no longer than a day.
    pub files: u64,
    /// Nothing was ever pulled, since every try failed.
    pub is_not_begun: bool,
    /// Whole hours since WeCom last had nothing more, from [`BEHIND`] on.
    pub hours_behind: u64,
    /// Rows that wait to be opened, where the first does so for longer than [`SLOW`].
    pub unopened: u64,
    /// Times of which messages are lost, learned of within [`TOLD`].
    pub gaps: u64,
    /// WeCom refuses to tell who is archived.
    pub is_refused: bool,
}

/// Whether no more and no later ones are parked than those that are known.
fn is_known(known: &Known, reason: &str, (rows, newest): (i64, i64)) -> bool {
    let of = known.get(reason);
    of.is_some_and(|(most, last)| rows <= *most && newest <= *last)
}

/// Looks at nothing that grows with the archive.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub(crate) async fn alarms(app: &App, actor: &Actor) -> Result<Alarms, Error> {
    app.allow(actor, Act::ArchiveStatus, Resource::Corp)?;
    let (connection, read, now) = (app.connection()?, app.store().read(), app.now());
    let cursor = rows::cursor(read, &connection.corp).await?;
    let mut parked = figures::parked(read, &connection.corp).await?;
    // WeCom may answer yet.
    let a_day_ago = now.plus(-DAY).seconds();
    parked.retain(|some| some.reason != UNANSWERED || some.oldest <= a_day_ago);
    let known = pull::known_parked(app).await?;
    let parked = pull::parked_now(&parked).into_iter();
    let parked = parked.filter(|(reason, these)| !is_known(&known, reason, *these));
    let parked: i64 = parked.map(|(_, (rows, _))| rows).sum();
    let is_configured = connection.archive.is_some();
    let since = cursor.as_ref().and_then(since);
    let (standing, hours_left) = stands(is_configured, since, now);
    let behind = since.map_or(0, |since| now.since(since));
    let unopened = figures::waiting(read, &connection.corp).await?;
    let is_slow = unopened
        .since
        .is_some_and(|at| now.since(Timestamp::from_seconds(at)) > SLOW);
    let has_failed = cursor
        .as_ref()
        .is_some_and(|cursor| cursor.last_error.is_some());
    // Also those whose time is over: they are still tried.
    let soon = (Timestamp::from_seconds(0), now.plus(DAY));
    Ok(Alarms {
        standing,
        hours_left,
        parked: parked.max(0).cast_unsigned(),
        files: match is_configured {
            true => media::waiting_between(read, &connection.corp, soon).await?,
            false => 0,
        },
        is_not_begun: standing == Standing::NotStarted && has_failed,
        hours_behind: match standing {
            Standing::Behind if behind.abs() >= BEHIND => {
                behind.unsigned_abs() / HOUR.unsigned_abs()
            }
            _ => 0,
        },
        unopened: if is_slow {
            unopened.rows.max(0).cast_unsigned()
        } else {
            0
        },
        gaps: rows::gaps_since(read, &connection.corp, now.plus(-TOLD)).await?,
        is_refused: is_configured && roster::is_refused(app).await?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b19_how_the_archive_stands_follows_from_how_long_it_has_not_caught_up() {
        let now = Timestamp::from_seconds(100 * DAY);
        let after = |age: i64| Standing::of(true, Some(now.plus(-age)), now);
        assert_eq!(after(0), Standing::Current);
        assert_eq!(after(10 * MINUTE), Standing::Current);
        assert_eq!(after(HOUR), Standing::Behind);
        assert_eq!(after(-DAY), Standing::Behind);
        assert_eq!(after(4 * DAY), Standing::Behind);
        assert_eq!(after(4 * DAY + 1), Standing::Urgent);
        assert_eq!(after(5 * DAY + 1), Standing::Losing);
        assert_eq!(Standing::of(true, None, now), Standing::NotStarted);
        assert_eq!(Standing::of(false, None, now), Standing::Off);
        let cursor = |first_pull_at, caught_up_at| Cursor {
            first_pull_at,
            caught_up_at,
            ..Cursor::default()
        };
        let at = |seconds| Some(Timestamp::from_seconds(seconds));
        assert_eq!(since(&cursor(Some(1), Some(2))), at(2));
        assert_eq!(since(&cursor(Some(1), None)), at(1));
    }
}
