//! The job that makes a leaver's ways lead to others, one after the other.

use std::collections::BTreeSet;

use jiebang_domain::access::Actor;
use jiebang_domain::contact_way::{
    Decision, Heirs, Kind, Settled, Way, changed_parts, point, settle,
};
use jiebang_domain::id::{CorpId, UserId};
use jiebang_domain::time::{DAY, MINUTE, Timestamp};
use jiebang_store::contact_way::{self as store, Move};
use jiebang_store::entity::Texts;
use jiebang_wecom::{CallError, Client, ErrKind};
use serde_json::{Value, json};

use super::heirs;
use super::platform::{Reading, read};
use crate::audit::{self, Record};
use crate::job::{Held, Next};
use crate::{App, Change, Error, sync};

/// Looks at one way in one run of the job.
const LOOKS: usize = 4;
/// Seconds until a way is looked at again that could not be settled.
const LOOK_AGAIN: i64 = 30;
/// A change that cannot be settled for so long has failed, in seconds.
const GIVE_UP: i64 = DAY;
const OPEN: [&str; 3] = ["planned", "intended", "unsure"];

struct Work<'a> {
    app: &'a App,
    held: &'a Held,
    client: Client,
    corp: CorpId,
    leaver: UserId,
    /// What a row written now carries.
    run: i64,
}

/// What became of one look.
enum Look {
    Ended,
    /// Once more, at once.
    Again,
    Later(Timestamp),
}

/// Sees all open changes of a leaver's ways to their end. May be repeated at any point: what a way
/// has at WeCom decides what is left to do.
pub(crate) async fn point_contact_ways(
    app: &App,
    held: &Held,
    leaver: String,
) -> Result<Next, Error> {
    let connection = app.connection()?;
    let leaver = UserId::parse(leaver).map_err(|source| Error::Malformed {
        what: "userid",
        source,
    })?;
    let work = Work {
        app,
        held,
        run: sync::run_number(app, &connection.corp).await?,
        client: connection.client,
        corp: connection.corp,
        leaver,
    };
    let open = store::open_moves(app.store().read(), &work.corp, &work.leaver).await?;
    let mut wake: Option<Timestamp> = None;
    for row in open {
        if let Some(at) = work.see_to(row).await? {
            wake = Some(wake.map_or(at, |earlier| earlier.min(at)));
        }
    }
    app.tell(Change::Directory);
    Ok(wake.map_or(Next::Done, Next::Again))
}

impl Work<'_> {
    /// Brings one change as far as it goes; returns when to go on, if it did not end.
    async fn see_to(&self, mut row: Move) -> Result<Option<Timestamp>, Error> {
        let Some(kind) = Kind::parse(&row.kind) else {
            return Err(Error::Internal("a contact way of no kind".to_owned()));
        };
        let mut dropped = BTreeSet::new();
        for _ in 0..LOOKS {
            match self.look(&mut row, kind, &mut dropped).await? {
                Look::Ended => return Ok(None),
                Look::Later(at) => return Ok(Some(at)),
                Look::Again => {}
            }
        }
        if self.app.now().seconds() - row.created_at > GIVE_UP {
            self.end(&mut row, "failed", None).await?;
            return Ok(None);
        }
        Ok(Some(self.app.now().plus(LOOK_AGAIN)))
    }

    /// Reads the way as it is now and does the next thing.
    async fn look(
        &self,
        row: &mut Move,
        kind: Kind,
        dropped: &mut BTreeSet<UserId>,
    ) -> Result<Look, Error> {
        let reading = match read(&self.client, kind, &row.way_id).await {
            Ok(Some(reading)) => reading,
            Ok(None) => return self.end(row, "gone", None).await,
            Err(error) => return self.not_answered(row, &error).await,
        };
        if row.state != "planned" {
            let intended = userids(&row.users_after);
            match settle(&reading.users, &self.leaver, &intended) {
                Settled::Done => return self.end(row, "done", Some(reading)).await,
                Settled::Elsewhere => return self.end(row, "elsewhere", Some(reading)).await,
                Settled::NotDone => {}
            }
        }
        match self.decide(row, &reading, dropped).await? {
            Decision::Nothing => self.end(row, "unneeded", Some(reading)).await,
            Decision::Nobody => self.end(row, "nobody", Some(reading)).await,
            Decision::Users(_) if !reading.can_be_sent_back() => {
                self.end(row, "by_hand", Some(reading)).await
            }
            Decision::Users(users) => self.update(row, &reading, &users, dropped).await,
        }
    }

    async fn decide(
        &self,
        row: &Move,
        reading: &Reading,
        dropped: &BTreeSet<UserId>,
    ) -> Result<Decision, Error> {
        let wanted = userids(&row.wanted);
        let able = heirs::able(self.app, &self.corp, &wanted).await?;
        let left = heirs::gone(self.app, &self.corp, &reading.users).await?;
        let way = Way {
            kind: reading.kind,
            single: reading.is_single(),
            users: &reading.users,
            has_parties: !reading.parties().is_empty(),
            left: &left,
        };
        let heirs = Heirs {
            wanted: &wanted,
            chosen: row.chosen,
            able: &able,
        };
        Ok(point(way, &self.leaver, heirs, dropped))
    }

    /// Stores the intent, updates, and says to look again.
    async fn update(
        &self,
        row: &mut Move,
        reading: &Reading,
        users: &[UserId],
        dropped: &mut BTreeSet<UserId>,
    ) -> Result<Look, Error> {
        row.before = Some(reading.raw.clone());
        row.users_before = texts(&reading.users);
        row.users_after = texts(users);
        row.intent_at = Some(self.app.now().seconds());
        self.set_state(row, "intended").await?;
        match reading.update(&self.client, users).await {
            Ok(()) => Ok(Look::Again),
            Err(error) if error.is_unsure() => {
                self.set_state(row, "unsure").await?;
                Ok(Look::Again)
            }
            Err(error) => {
                self.set_state(row, "planned").await?;
                let others = self.others_gone(reading).await?;
                let is_about_members = matches!(error, CallError::Refused { .. })
                    && !others.is_empty()
                    && dropped.is_empty();
                if is_about_members {
                    // Perhaps for the sake of another leaver, who then goes too.
                    *dropped = others;
                    return Ok(Look::Again);
                }
                self.not_answered(row, &error).await
            }
        }
    }

    /// Others named by the way who have left too.
    async fn others_gone(&self, reading: &Reading) -> Result<BTreeSet<UserId>, Error> {
        let mut gone = heirs::gone(self.app, &self.corp, &reading.users).await?;
        gone.remove(&self.leaver);
        Ok(gone)
    }

    /// A refusal ends the change; anything else is tried again later.
    async fn not_answered(&self, row: &mut Move, error: &CallError) -> Result<Look, Error> {
        let now = self.app.now();
        let passes = matches!(
            error.kind(),
            Some(ErrKind::Frequency { .. } | ErrKind::Concurrency | ErrKind::Token)
        );
        let is_final = matches!(error, CallError::Refused { .. }) && !passes;
        let is_over = now.seconds() - row.created_at > GIVE_UP;
        if is_final || is_over {
            row.errcode = error.code().and_then(|code| i32::try_from(code.0).ok());
            return self.end(row, "failed", None).await;
        }
        Ok(Look::Later(
            error.limited_until().unwrap_or_else(|| now.plus(MINUTE)),
        ))
    }

    async fn set_state(&self, row: &mut Move, state: &str) -> Result<(), Error> {
        state.clone_into(&mut row.state);
        let tx = self.app.begin().await?;
        self.held.assert(&tx).await?;
        store::set_move(&tx, row.clone(), &OPEN).await?;
        Ok(tx.commit().await?)
    }

    /// Ends a change and keeps what the way has become.
    async fn end(
        &self,
        row: &mut Move,
        state: &'static str,
        reading: Option<Reading>,
    ) -> Result<Look, Error> {
        let now = self.app.now();
        state.clone_into(&mut row.state);
        row.ended_at = Some(now.seconds());
        if let Some(reading) = &reading {
            row.users_after = texts(&reading.users);
            if let Some(before) = &row.before {
                row.changed = changed_parts(reading.kind, before, &reading.raw)
                    .into_iter()
                    .collect();
                row.after = Some(reading.raw.clone());
            }
        }
        let tx = self.app.begin().await?;
        self.held.assert(&tx).await?;
        store::set_move(&tx, row.clone(), &OPEN).await?;
        match &reading {
            Some(reading) => {
                let way = reading.row(&self.corp, self.run, now);
                store::upsert_ways(&tx, vec![way]).await?;
            }
            None if state == "gone" => {
                let kind = Kind::parse(&row.kind).unwrap_or(Kind::Code);
                store::mark_gone(&tx, &self.corp, kind, &row.way_id, now).await?;
            }
            None => {}
        }
        let outcome = if is_good(state) { "done" } else { "failed" };
        let entry = Record::done("contact_way.change", "contact_way", &row.way_id)
            .outcome(outcome)
            .detail(detail(row));
        audit::record(self.app, &tx, &Actor::system(), entry).await?;
        tx.commit().await?;
        Ok(Look::Ended)
    }
}

/// Whether the leaver is not named any more.
fn is_good(state: &str) -> bool {
    matches!(state, "done" | "elsewhere" | "unneeded" | "gone")
}

/// Fields and counts, no names.
fn detail(row: &Move) -> Value {
    json!({
        "kind": row.kind,
        "state": row.state,
        "members_before": row.users_before.len(),
        "members_after": row.users_after.len(),
        "also_changed": row.changed,
        "errcode": row.errcode,
        "handover": row.handover_id,
    })
}

fn texts(users: &[UserId]) -> Texts {
    users.iter().map(ToString::to_string).collect()
}

fn userids(texts: &Texts) -> Vec<UserId> {
    texts
        .iter()
        .filter_map(|text| UserId::parse(text.as_str()).ok())
        .collect()
}
