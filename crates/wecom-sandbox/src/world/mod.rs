//! The whole state of the sandbox and how it moves with time.
//!
//! Invariant: `now` is the time of the step being done. Before any request is
//! looked at, [`World::settle`] does everything that was due earlier, each at
//! its own time.

pub mod archive;
pub mod clock;
pub mod contact_way;
pub mod customer;
pub mod group;
pub mod knobs;
pub mod member;
pub mod message;
mod relation;
pub mod tag;
pub mod token;
pub mod transfer;

use std::collections::{BTreeMap, HashMap};

use crate::callback::event::Event;
use crate::callback::{Callbacks, deliver};
use crate::fault::Faults;
use crate::options::Info;
use crate::seed::IdCodec;
use archive::Archive;
use clock::{Clock, Due, Queue};
use contact_way::ContactWays;
use customer::Customer;
use group::{Group, GroupMove};
use knobs::Knobs;
use member::{Department, Member};
use message::Messages;
use tag::Tags;
use token::{Rate, Tokens};
use transfer::{Behaviour, Transfers};

/// A login code that waits to be exchanged.
#[derive(Debug, Clone)]
pub struct LoginCode {
    pub userid: String,
    pub expires_at: i64,
    pub used: bool,
}

/// An uploaded file.
#[derive(Debug, Clone)]
pub struct Media {
    pub kind: String,
    pub content_type: String,
    pub file_name: String,
    pub bytes: Vec<u8>,
    pub created_at: i64,
}

/// A customer strategy group (客户规则组).
#[derive(Debug, Clone)]
pub struct Strategy {
    pub name: String,
    pub parent: u32,
    pub created: i64,
    pub admins: Vec<u32>,
    pub departments: Vec<u32>,
}

/// Everything.
pub struct World {
    pub seed: u64,
    pub corp_name: String,
    pub info: Info,
    pub clock: Clock,
    /// Time of the step being done, unix seconds.
    pub now: i64,
    pub queue: Queue,
    pub departments: BTreeMap<u32, Department>,
    pub members: Vec<Member>,
    pub member_index: HashMap<String, u32>,
    pub customers: Vec<Customer>,
    /// Customers that the generator made; later ones have an explicit name.
    pub generated_customers: u32,
    /// The leaver this world is about.
    pub prominent: Option<u32>,
    pub groups: Vec<Group>,
    pub group_moves: Vec<GroupMove>,
    pub contact_ways: ContactWays,
    /// Groups moved out of a member's hands, by Beijing day.
    pub groups_given: HashMap<(u32, i64), usize>,
    pub tags: Tags,
    pub transfers: Transfers,
    pub behaviour: Behaviour,
    pub messages: Messages,
    pub strategies: BTreeMap<u32, Strategy>,
    pub tokens: Tokens,
    pub rates: HashMap<&'static str, Rate>,
    pub in_flight: HashMap<&'static str, usize>,
    pub codes: HashMap<String, LoginCode>,
    pub codes_made: u64,
    pub media: HashMap<String, Media>,
    pub archive: Archive,
    pub knobs: Knobs,
    pub faults: Faults,
    pub callbacks: Callbacks,
    pub calls: BTreeMap<String, u64>,
    pub call_no: u64,
    pub customer_ids: IdCodec,
    pub group_ids: IdCodec,
}

impl World {
    /// Does everything that is due by now, in time order.
    pub fn settle(&mut self) {
        let target = self.clock.seconds();
        while let Some((due, work)) = self.queue.pop(target) {
            self.now = self.now.max(due);
            match work {
                Due::Transfer { id, outcome } => self.resolve_transfer(id, outcome),
                Due::GroupMove { id } => self.finish_group_move(id),
                Due::Announce(event) => self.announce(&event),
                Due::ArchiveNotice => self.send_archive_notice(),
                Due::Deliver { event, attempt } => self.callbacks.post(event, attempt),
            }
        }
        self.now = self.now.max(target);
    }

    /// Tells the callback address about something that happened now.
    pub fn announce(&mut self, event: &Event) {
        if self.callbacks.target.is_none() {
            return;
        }
        let xml = event.xml(self);
        deliver::schedule(self, xml);
    }

    /// The member with a userid, whatever its case, left ones included.
    pub fn member(&self, userid: &str) -> Option<u32> {
        if userid.len() > 64 {
            return None;
        }
        self.member_index.get(&userid.to_ascii_lowercase()).copied()
    }

    /// A member by index.
    pub fn person(&self, index: u32) -> &Member {
        &self.members[index as usize]
    }

    /// A member by index, for changing it.
    pub fn person_mut(&mut self, index: u32) -> &mut Member {
        &mut self.members[index as usize]
    }

    /// The customer with an external userid.
    pub fn customer(&self, id: &str) -> Option<u32> {
        let index = self.customer_ids.decode(id)?;
        ((index as usize) < self.customers.len()).then_some(index)
    }

    /// The group with a chat id.
    pub fn group(&self, id: &str) -> Option<u32> {
        let index = self.group_ids.decode(id)?;
        ((index as usize) < self.groups.len()).then_some(index)
    }

    /// The external userid of a customer.
    pub fn customer_id(&self, index: u32) -> String {
        self.customer_ids.encode(index)
    }

    /// The chat id of a group.
    pub fn group_id(&self, index: u32) -> String {
        self.group_ids.encode(index)
    }

    /// The departments below and including one.
    pub fn subtree(&self, root: u32) -> Vec<u32> {
        let mut found = vec![root];
        let mut next = 0;
        while let Some(parent) = found.get(next).copied() {
            next += 1;
            found.extend(
                self.departments
                    .iter()
                    .filter(|(id, department)| department.parent == parent && **id != parent)
                    .map(|(id, _)| *id),
            );
        }
        found
    }

    /// Numbers the next call of an API and counts it.
    pub fn count_call(&mut self, path: &str) -> u64 {
        self.call_no += 1;
        match self.calls.get_mut(path) {
            Some(count) => *count += 1,
            None => {
                self.calls.insert(path.to_owned(), 1);
            }
        }
        self.call_no
    }
}
