//! Handling stored events: a batch is read, what it says is gathered, each thing it names is
//! looked at once, then the events are marked.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt;
use jiebang_domain::id::{ChatId, CorpId, ExternalUserId, UserId};
use jiebang_domain::time::{DAY, MINUTE, Timestamp};
use jiebang_store::callback::{self as store, CallbackEvent};
use jiebang_store::directory as members;
use jiebang_store::group;
use jiebang_wecom::Client;
use jiebang_wecom::callback::event::{
    self, CustomerChange, DirectoryChange, Event, EventKind, GroupChange,
};

use super::customers::{self, Ending};
use super::urgent;
use crate::job::{self, Held, Next, Task};
use crate::sync::{self, groups, rows};
use crate::{App, Change, Error, case, handover};

/// Events looked at together; what they name in common is read once.
const BATCH: u64 = 200;
/// Calls under way at once.
const AT_ONCE: usize = 4;
/// An event that cannot be handled for so long is left to the nightly run, in seconds.
const GIVE_UP: i64 = DAY;
/// When to try again what failed, in seconds.
const RETRY: i64 = MINUTE;
/// How long after a member left their customers are looked for, in seconds: they do not show in
/// the unassigned list at once.
pub(crate) const LOOK_FOR_CUSTOMERS: i64 = 10;

/// Something an event names, which is looked at once however many events name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Customer(ExternalUserId),
    Group(ChatId),
    Member(UserId),
    Departments,
    Tags,
    /// There is something to be pulled.
    Archive,
}

/// What the events of a batch say of one thing.
#[derive(Debug, Default)]
struct Said {
    /// The events that name it, by number.
    events: Vec<i64>,
    /// Of a customer: relations that ended.
    endings: Vec<Ending>,
    /// Of a customer: members who may have taken them over, or failed to.
    hints: Vec<Hint>,
    /// Of a member: when they left.
    left_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Hint {
    Added(UserId),
    TransferFailed(UserId),
}

/// Handles the events that are waiting, in the order they came.
///
/// # Errors
/// [`Error::Store`]; what the platform refuses is tried again later.
pub async fn handle_callbacks(app: &App, held: &Held) -> Result<Next, Error> {
    let Ok(connection) = app.connection() else {
        return Ok(Next::Done);
    };
    let (corp, client) = (connection.corp, connection.client);
    let mut after = None;
    let mut is_retry_due = false;
    let mut looked_through = None;
    let mut unprotected = BTreeMap::new();
    loop {
        // Also those behind this batch, and those that came while the last one was handled.
        unprotected.extend(urgent::protect_waiting(app, &corp, &mut looked_through).await?);
        let batch = store::unhandled(app.store().read(), &corp, after, BATCH).await?;
        let Some(last) = batch.last() else { break };
        after = Some(last.id);
        let failed = handle_batch(app, held, (&corp, &client), &batch, &unprotected).await?;
        is_retry_due |= failed;
        app.tell(Change::Directory);
    }
    Ok(if is_retry_due {
        Next::Again(app.now().plus(RETRY))
    } else {
        Next::Done
    })
}

/// Returns whether something is to be tried again, at least what is `unprotected` yet.
async fn handle_batch(
    app: &App,
    held: &Held,
    (corp, client): (&CorpId, &Client),
    batch: &[CallbackEvent],
    unprotected: &BTreeMap<i64, String>,
) -> Result<bool, Error> {
    let mut said: BTreeMap<Subject, Said> = BTreeMap::new();
    let mut outcomes: BTreeMap<i64, Result<&'static str, String>> = BTreeMap::new();
    for row in batch {
        let outcome = match event::parse(&row.xml) {
            Ok(event) => gather(row.id, event, &mut said),
            Err(_) => "not an event",
        };
        outcomes.insert(row.id, Ok(outcome));
    }
    let run = sync::run_number(app, corp).await?;
    let context = Context {
        app,
        corp,
        client,
        run,
    };
    let looks = futures::stream::iter(said)
        .map(|(subject, said)| {
            let context = &context;
            async move {
                let looked = context.look(&subject, &said).await;
                (said.events, looked)
            }
        })
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<_>>()
        .await;
    for (events, looked) in looks {
        let Err(error) = looked else { continue };
        let text = job::chain(&error);
        tracing::warn!(
            events = events.len(),
            error = text,
            "events could not be handled"
        );
        for event in events {
            outcomes.insert(event, Err(text.clone()));
        }
    }
    for (event, text) in unprotected {
        tracing::error!(event, error = text, "nobody's access could be ended yet");
        outcomes.insert(*event, Err(text.clone()));
    }
    mark(app, held, corp, batch, &outcomes).await
}

async fn mark(
    app: &App,
    held: &Held,
    corp: &CorpId,
    batch: &[CallbackEvent],
    outcomes: &BTreeMap<i64, Result<&'static str, String>>,
) -> Result<bool, Error> {
    let now = app.now();
    let mut is_retry_due = false;
    let tx = app.begin().await?;
    held.assert(&tx).await?;
    for row in batch {
        match outcomes.get(&row.id) {
            Some(Ok(outcome)) => store::mark_handled(&tx, corp, row.id, now, outcome).await?,
            Some(Err(text)) if now.seconds() - row.received_at > GIVE_UP => {
                let outcome = format!("given up: {text}");
                store::mark_handled(&tx, corp, row.id, now, &outcome).await?;
            }
            _ => is_retry_due = true,
        }
    }
    tx.commit().await?;
    Ok(is_retry_due)
}

fn note(said: &mut BTreeMap<Subject, Said>, subject: Subject, id: i64) -> &mut Said {
    let said = said.entry(subject).or_default();
    if said.events.last() != Some(&id) {
        said.events.push(id);
    }
    said
}

/// Notes what an event says; returns what became of it if all goes well.
fn gather(id: i64, event: Event, said: &mut BTreeMap<Subject, Said>) -> &'static str {
    let at = event.created_at;
    match event.kind {
        EventKind::ChangeContact(change) => match change {
            DirectoryChange::CreateUser { userid, .. } => {
                note(said, Subject::Member(userid), id);
            }
            DirectoryChange::UpdateUser {
                userid, new_userid, ..
            } => {
                note(said, Subject::Member(userid), id);
                if let Some(new) = new_userid {
                    note(said, Subject::Member(new), id);
                }
            }
            DirectoryChange::DeleteUser { userid } => {
                note(said, Subject::Member(userid), id).left_at = Some(at);
            }
            DirectoryChange::CreateParty { .. }
            | DirectoryChange::UpdateParty { .. }
            | DirectoryChange::DeleteParty { .. } => {
                note(said, Subject::Departments, id);
            }
            _ => return "nothing to do",
        },
        EventKind::ExternalContact {
            userid,
            customer,
            change,
        } => {
            let said = note(said, Subject::Customer(customer), id);
            match change {
                CustomerChange::Add { .. } | CustomerChange::AddHalf { .. } => {
                    said.hints.push(Hint::Added(userid));
                }
                CustomerChange::TransferFail { .. } => {
                    said.hints.push(Hint::TransferFailed(userid));
                }
                CustomerChange::Del { by_transfer, .. } => {
                    said.endings
                        .push(Ending::by_member(userid, at, by_transfer));
                }
                CustomerChange::DelFollow => said.endings.push(Ending::by_customer(userid, at)),
                _ => {}
            }
        }
        EventKind::ExternalChat {
            chat,
            change: GroupChange::Create | GroupChange::Dismiss | GroupChange::Update(_),
        } => {
            note(said, Subject::Group(chat), id);
        }
        EventKind::ExternalTag(_) => {
            note(said, Subject::Tags, id);
        }
        EventKind::MsgauditNotify => {
            note(said, Subject::Archive, id);
        }
        EventKind::Unknown { .. } => return "not known, kept",
        _ => return "nothing to do",
    }
    "handled"
}

struct Context<'a> {
    app: &'a App,
    corp: &'a CorpId,
    client: &'a Client,
    run: i64,
}

impl Context<'_> {
    async fn look(&self, subject: &Subject, said: &Said) -> Result<(), Error> {
        match subject {
            Subject::Customer(customer) => self.look_at_customer(customer, said).await,
            Subject::Group(chat) => self.look_at_group(chat).await,
            Subject::Member(userid) => self.look_at_member(userid, said.left_at).await,
            Subject::Departments => self.look_at_departments().await,
            Subject::Tags => self.look_at_tags().await,
            Subject::Archive => self.look_at_archive().await,
        }
    }

    async fn look_at_customer(&self, customer: &ExternalUserId, said: &Said) -> Result<(), Error> {
        let detail = self.client.customer(customer).await?;
        let place = customers::Place {
            app: self.app,
            corp: self.corp,
            run: self.run,
        };
        customers::write(&place, customer, detail, &said.endings).await?;
        let mut told = BTreeSet::new();
        for hint in &said.hints {
            match hint {
                Hint::Added(userid) if told.insert(userid) => {
                    handover::hint_contact_changed(self.app, userid, customer).await?;
                }
                Hint::TransferFailed(userid) => {
                    handover::hint_transfer_fail(self.app, userid, customer).await?;
                }
                Hint::Added(_) => {}
            }
        }
        Ok(())
    }

    async fn look_at_group(&self, chat: &ChatId) -> Result<(), Error> {
        let found = self.client.group(chat).await?;
        let (app, now) = (self.app, self.app.now());
        let tx = app.begin().await?;
        match found {
            None => {
                group::mark_dismissed(&tx, self.corp, chat, now).await?;
            }
            Some(found) => {
                let before = group::group(tx.conn(), self.corp, chat).await?;
                let owner = match &found.owner {
                    Some(owner) => members::member(tx.conn(), self.corp, owner).await?,
                    None => None,
                };
                let is_present = owner.is_none_or(|owner| owner.left_at.is_none());
                let status = groups::status_alone(before.as_ref(), is_present);
                groups::write_group(&tx, self.corp, &found, status, self.run, now).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    async fn look_at_member(
        &self,
        userid: &UserId,
        left_at: Option<Timestamp>,
    ) -> Result<(), Error> {
        let (app, now) = (self.app, self.app.now());
        let found = self.client.member(userid).await?;
        let tx = app.begin().await?;
        if let Some(found) = found {
            let before = members::member(tx.conn(), self.corp, userid).await?;
            // Nothing but the list tells who serves customers; a new one is taken to.
            let serves = before.as_ref().is_none_or(|member| member.customer_contact);
            let row = rows::member(self.corp, found, serves, now);
            let lost = case::reason_of(before.as_ref(), &row);
            members::upsert_members(&tx, vec![row]).await?;
            if let Some(reason) = lost {
                case::protect(app, &tx, self.corp, userid, reason, now).await?;
            }
        } else if let Some(left_at) = left_at {
            members::mark_member_left(&tx, self.corp, userid, left_at).await?;
        }
        if left_at.is_some() {
            // Also if the member was found: the answer may lag, and the watch asks again.
            let soon = now.plus(LOOK_FOR_CUSTOMERS);
            job::enqueue(app, &tx, &Task::WatchLeavers, soon).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn look_at_departments(&self) -> Result<(), Error> {
        let departments = self.client.departments().await?;
        let rows: Vec<_> = departments
            .into_iter()
            .map(|department| rows::department(self.corp, department))
            .collect();
        let present: Vec<_> = rows.iter().map(|row| row.department_id).collect();
        let tx = self.app.begin().await?;
        members::upsert_departments(&tx, rows).await?;
        members::mark_departments_gone(&tx, self.corp, &present, self.app.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn look_at_archive(&self) -> Result<(), Error> {
        let tx = self.app.begin().await?;
        job::enqueue(self.app, &tx, &Task::PullArchive, self.app.now()).await?;
        Ok(tx.commit().await?)
    }

    async fn look_at_tags(&self) -> Result<(), Error> {
        let groups = self.client.corp_tags().await?;
        let tx = self.app.begin().await?;
        sync::write_tags(&tx, self.corp, groups, self.app.now()).await?;
        tx.commit().await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: EventKind) -> Event {
        Event {
            corp: None,
            from: "sys".to_owned(),
            created_at: Timestamp::from_seconds(100),
            agent_id: None,
            kind,
        }
    }

    #[test]
    fn a_burst_about_one_customer_is_looked_at_once() {
        let mut said = BTreeMap::new();
        let customer = ExternalUserId::parse("wmA").unwrap();
        for id in 1..=50 {
            let kind = EventKind::ExternalContact {
                userid: UserId::parse("amy").unwrap(),
                customer: customer.clone(),
                change: CustomerChange::Edit,
            };
            assert_eq!(gather(id, event(kind), &mut said), "handled");
        }
        assert_eq!(said.len(), 1);
        assert_eq!(said[&Subject::Customer(customer)].events.len(), 50);
    }

    #[test]
    fn what_is_not_known_is_kept_and_not_looked_at() {
        let mut said = BTreeMap::new();
        let kind = EventKind::Unknown {
            event: "new".to_owned(),
            change_type: String::new(),
        };
        assert_eq!(gather(1, event(kind), &mut said), "not known, kept");
        assert!(said.is_empty());
    }
}
