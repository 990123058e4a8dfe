//! What is known of the people of a batch of messages, and what follows for each message: whether
//! it may be stored, under which rule, and by which facets it is found.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::archive::consent::{self, History, Pair};
use jiebang_domain::archive::conversation::{Channel, Conversation, PersonKind};
use jiebang_domain::archive::message::Message;
use jiebang_domain::archive::policy::{Facts, Keep, Policy, Treatment};
use jiebang_domain::archive::search::{Facet, facets};
use jiebang_domain::id::{CorpId, DepartmentId, TagId, UserId};
use jiebang_store::archive::{Subject, consent as consents, conversation_id, hold};
use jiebang_store::{Tx, customer, directory, setting};
use uuid::Uuid;

use super::consent::{UNANSWERED, about, entry_of, histories};
use crate::directory::Tree;
use crate::settings::{parse_stored, read_stored};
use crate::{App, Error};

/// The setting that holds the policy in force.
pub(super) const POLICY: &str = "archive.policy";

/// What becomes of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Its row is done without a message; the word is why.
    Leave(&'static str),
    /// Its row is parked; the word is why.
    Wait(&'static str),
    Store {
        treatment: Treatment,
        /// The name of the rule that says so; `None` for the default.
        rule: Option<String>,
    },
}

/// What standing holds cover.
#[derive(Debug, Default)]
struct Held {
    holds: Vec<Uuid>,
    is_everything: bool,
    people: BTreeSet<String>,
    /// Subjects of conversations of the batch.
    conversations: BTreeSet<String>,
}

impl Held {
    async fn among(app: &App, corp: &CorpId, subjects: BTreeSet<&String>) -> Result<Self, Error> {
        let read = app.store().read();
        let mut held = Self::default();
        for hold in hold::list(read, corp, true).await? {
            held.holds.push(hold.id);
            if hold.subject_kind == Subject::Corp.as_str() {
                held.is_everything = true;
            } else if hold.subject_kind == Subject::Person.as_str() {
                held.people.insert(hold.subject_id);
            }
        }
        if !held.holds.is_empty() {
            let by_id: BTreeMap<i64, &String> = subjects
                .into_iter()
                .map(|subject| (conversation_id(corp, subject), subject))
                .collect();
            let ids: Vec<i64> = by_id.keys().copied().collect();
            let covered = hold::held_among(read, corp, &ids).await?;
            let covered = covered.iter().filter_map(|id| by_id.get(id));
            held.conversations = covered.map(|subject| (*subject).clone()).collect();
        }
        Ok(held)
    }

    fn covers(&self, conversation: &Conversation) -> bool {
        self.is_everything
            || self.conversations.contains(&conversation.subject)
            || conversation
                .people()
                .iter()
                .any(|id| self.people.contains(*id))
    }
}

/// The people of a batch as they are now.
pub(super) struct Judge {
    policy: Policy,
    /// With every department above, and the position.
    members: BTreeMap<String, (BTreeSet<DepartmentId>, String)>,
    tags: BTreeMap<String, BTreeSet<String>>,
    types: BTreeMap<String, &'static str>,
    consents: BTreeMap<Pair, History>,
    /// Who had refused, and WeCom does not tell whether they have agreed since.
    unanswered: BTreeSet<Pair>,
    held: Held,
    /// What the messages of the batch, and WeCom when it was asked again, tell of consents.
    pub told: Vec<consents::Consent>,
}

impl Judge {
    /// # Errors
    /// [`Error::Store`].
    pub async fn gather<'a>(
        app: &App,
        corp: &CorpId,
        batch: impl Iterator<Item = (&'a Message, &'a Conversation)> + Clone + Send,
    ) -> Result<Self, Error> {
        let mut judge = Self::knowing_nobody(app).await?;
        let of = |pick: fn(&Conversation) -> &BTreeSet<String>| -> BTreeSet<String> {
            batch.clone().flat_map(|(_, c)| pick(c)).cloned().collect()
        };
        judge.know_members(app, corp, of(|c| &c.members)).await?;
        judge
            .know_customers(app, corp, of(|c| &c.customers))
            .await?;
        let subjects: BTreeSet<&String> = batch.clone().map(|(_, c)| &c.subject).collect();
        judge.held = Held::among(app, corp, subjects).await?;
        judge.hear(app, corp, batch);
        Ok(judge)
    }

    async fn knowing_nobody(app: &App) -> Result<Self, Error> {
        Ok(Self {
            policy: read_policy(app).await?,
            members: BTreeMap::new(),
            tags: BTreeMap::new(),
            types: BTreeMap::new(),
            consents: BTreeMap::new(),
            unanswered: BTreeSet::new(),
            held: Held::default(),
            told: Vec::new(),
        })
    }

    /// The policy it judges by.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The holds it judges by.
    pub fn holds(&self) -> &[Uuid] {
        &self.held.holds
    }

    async fn know_members(
        &mut self,
        app: &App,
        corp: &CorpId,
        ids: BTreeSet<String>,
    ) -> Result<(), Error> {
        let ids: Vec<UserId> = ids
            .into_iter()
            .filter_map(|id| UserId::parse(id).ok())
            .collect();
        let tree = Tree::read(app, corp).await?;
        for member in directory::members_by_id(app.store().read(), corp, &ids).await? {
            let departments = member.departments.iter();
            let departments = departments.flat_map(|id| tree.upwards(*id)).collect();
            self.members
                .insert(member.userid, (departments, member.position));
        }
        Ok(())
    }

    async fn know_customers(
        &mut self,
        app: &App,
        corp: &CorpId,
        ids: BTreeSet<String>,
    ) -> Result<(), Error> {
        let read = app.store().read();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        for (customer, tags) in customer::tags_of_customers(read, corp, &ids).await? {
            self.tags.entry(customer).or_default().extend(tags);
        }
        for (customer, kind) in customer::kinds_of_customers(read, corp, &ids).await? {
            let kind = if kind == 2 { "wecom" } else { "wechat" };
            self.types.insert(customer, kind);
        }
        self.consents = histories(app, corp, &ids).await?;
        Ok(())
    }

    /// Takes up what the messages themselves tell of consents.
    fn hear<'a>(
        &mut self,
        app: &App,
        corp: &CorpId,
        batch: impl Iterator<Item = (&'a Message, &'a Conversation)>,
    ) {
        for (pair, entry) in batch.flat_map(|(message, _)| consent::entries_of_message(message)) {
            self.told.push(consents::Consent {
                corp_id: corp.to_string(),
                userid: pair.userid.clone(),
                external_userid: pair.external_userid.clone(),
                room_id: pair.room_id.clone(),
                at: entry.at.seconds(),
                status: entry.status.as_str().to_owned(),
                source: "message".to_owned(),
                learned_at: app.now().seconds(),
            });
            self.consents.entry(pair).or_default().add(entry);
        }
    }

    /// Asks WeCom about those who had refused, as far as is known, when messages of the batch were
    /// sent: it delivers nothing that falls into a refusal, so they may have agreed since.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn ask_again<'a>(
        &mut self,
        app: &App,
        corp: &CorpId,
        batch: impl Iterator<Item = (&'a Message, &'a Conversation)>,
    ) -> Result<(), Error> {
        let pairs: BTreeSet<Pair> = batch.flat_map(|(m, c)| self.refusing(m, c)).collect();
        if pairs.is_empty() {
            return Ok(());
        }
        let (told, unanswered) = about(app, corp, pairs).await?;
        for (pair, entry) in told.iter().filter_map(entry_of) {
            self.consents.entry(pair).or_default().add(entry);
        }
        self.told.extend(told);
        self.unanswered = unanswered;
        Ok(())
    }

    fn refusing(&self, message: &Message, conversation: &Conversation) -> Vec<Pair> {
        consent::refusing(message, conversation, |pair| self.consents.get(pair))
    }

    pub fn verdict(&self, message: &Message, conversation: &Conversation) -> Verdict {
        let refusing = self.refusing(message, conversation);
        if !refusing.is_empty() {
            return match refusing.iter().all(|pair| self.unanswered.contains(pair)) {
                true => Verdict::Wait(UNANSWERED),
                false => Verdict::Leave("refused"),
            };
        }
        let decision = self.policy.decide(&self.facts(conversation));
        let treatment = match self.held.covers(conversation) {
            true => decision.treatment.held(),
            false => decision.treatment,
        };
        match treatment.keep {
            Keep::Skip => Verdict::Leave("policy"),
            Keep::Keep | Keep::Mask => Verdict::Store {
                treatment,
                rule: decision.rule.map(|(_, name)| name.to_owned()),
            },
        }
    }

    /// The facts of stored conversations, by everybody who ever took part in them.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn facts_of(
        app: &App,
        corp: &CorpId,
        talked: BTreeMap<i64, (String, Vec<String>)>,
    ) -> Result<BTreeMap<i64, Facts>, Error> {
        let mut judge = Self::knowing_nobody(app).await?;
        let mut split = BTreeMap::new();
        let (mut members, mut customers) = (BTreeSet::new(), BTreeSet::new());
        for (id, (channel, people)) in talked {
            let channel = Channel::parse(&channel).unwrap_or(Channel::External);
            let of = |kind: PersonKind| -> BTreeSet<String> {
                let people = people.iter();
                let theirs = people.filter(|id| PersonKind::of(id) == kind);
                theirs.cloned().collect()
            };
            let (ours, theirs) = (of(PersonKind::Member), of(PersonKind::Customer));
            members.extend(ours.iter().cloned());
            customers.extend(theirs.iter().cloned());
            split.insert(id, (ours, theirs, channel));
        }
        judge.know_members(app, corp, members).await?;
        judge.know_customers(app, corp, customers).await?;
        let facts = split
            .into_iter()
            .map(|(id, (members, customers, channel))| {
                (id, judge.facts_about(&members, &customers, channel))
            });
        Ok(facts.collect())
    }

    pub fn facts(&self, conversation: &Conversation) -> Facts {
        let (members, customers) = (&conversation.members, &conversation.customers);
        self.facts_about(members, customers, conversation.channel)
    }

    fn facts_about(
        &self,
        members: &BTreeSet<String>,
        customers: &BTreeSet<String>,
        channel: Channel,
    ) -> Facts {
        let known = members.iter().filter_map(|id| self.members.get(id));
        let tags = customers.iter().filter_map(|id| self.tags.get(id));
        Facts {
            departments: self.departments(members),
            levels: known.map(|(_, position)| position.clone()).collect(),
            customer_types: customers
                .iter()
                .filter_map(|id| self.types.get(id))
                .map(|kind| (*kind).to_owned())
                .collect(),
            tags: tags
                .flatten()
                .filter_map(|tag| TagId::parse(tag.clone()).ok())
                .collect(),
            channel,
        }
    }

    pub fn facets(&self, message: &Message, conversation: &Conversation) -> BTreeSet<Facet> {
        facets(
            conversation,
            &message.kind,
            &self.departments(&conversation.members),
            &self.tags(conversation),
        )
    }

    fn departments(&self, members: &BTreeSet<String>) -> BTreeSet<DepartmentId> {
        let known = members.iter().filter_map(|id| self.members.get(id));
        known
            .flat_map(|(departments, _)| departments)
            .copied()
            .collect()
    }

    fn tags(&self, conversation: &Conversation) -> BTreeSet<String> {
        let customers = conversation.customers.iter();
        let known = customers.filter_map(|id| self.tags.get(id));
        known.flatten().cloned().collect()
    }
}

/// The policy in force; without one everything is kept for good.
///
/// # Errors
/// [`Error::Store`]; [`Error::Json`] for one that cannot be read, since nothing may then be
/// stored.
pub(super) async fn read_policy(app: &App) -> Result<Policy, Error> {
    Ok(read_stored(app, POLICY).await?.unwrap_or_else(keep_all))
}

/// As [`read_policy`], as a transaction sees it.
///
/// # Errors
/// As [`read_policy`].
pub(super) async fn policy_of(app: &App, tx: &Tx) -> Result<Policy, Error> {
    let row = setting::get(tx.conn(), app.home(), POLICY).await?;
    Ok(parse_stored(row)?.unwrap_or_else(keep_all))
}

const fn keep_all() -> Policy {
    Policy {
        rules: Vec::new(),
        default: Treatment::ALL,
    }
}
