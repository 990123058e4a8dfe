//! The keys of a corp's archive, unwrapped for one piece of work.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::TryFutureExt as _;
use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::id::CorpId;
use jiebang_store::Tx;
use jiebang_store::archive::key as store;
use jiebang_store::key_store::KeyStore;
use jiebang_vault::archive::{
    ConversationKey, CorpKey, IndexKey, KeyShare, PrivateKey, PrivateKeys, Record, SEALS_A_KEY,
};

use serde_json::json;

use crate::{App, Error, audit, settings};

/// Exchanges of the corp's key that may fall into one look.
const EXCHANGES: u32 = 3;
/// Keys whose shares are looked for at a time.
const LOOKED_AT: u64 = 1_000;

/// What wraps the keys of conversations, and what makes tokens.
pub(crate) struct Keys {
    corp: CorpId,
    corp_keys: BTreeMap<i32, CorpKey>,
    pub index: Arc<IndexKey>,
}

impl Keys {
    /// The keys that are stored; `None` before anything was archived.
    ///
    /// # Errors
    /// [`Error::Vault`] if they were wrapped by another master key.
    pub async fn load(app: &App, corp: &CorpId) -> Result<Option<Self>, Error> {
        let index = store::index(app.store().read(), corp).map_err(Error::from);
        let (index, mut corp_keys) = tokio::try_join!(index, corp_keys(app, corp))?;
        let Some(mut index) = index else {
            return Ok(None);
        };
        // First what is wrapped, then what wraps: keys are exchanged meanwhile, and the new wrap
        // is there before the old one goes.
        if !corp_keys.contains_key(&index.corp_key_number) {
            let again = store::index(app.store().read(), corp).await?;
            index = again.ok_or_else(missing)?;
            corp_keys = self::corp_keys(app, corp).await?;
        }
        let wrapping = corp_keys.get(&index.corp_key_number).ok_or_else(missing)?;
        let record = Record::IndexKey {
            corp: corp.as_str(),
        };
        let mut shares = app.store().key_store().shares(&[index.share_id]).await?;
        let share = shares.remove(&index.share_id).ok_or_else(|| {
            Error::Internal("the share of the index key is not in the key store".to_owned())
        })?;
        let share = KeyShare::from_bytes(share)?;
        let index = IndexKey::unwrap(wrapping, &share, &record, &index.wrapped)?;
        Ok(Some(Self {
            corp: corp.clone(),
            corp_keys,
            index: Arc::new(index),
        }))
    }

    /// As [`Keys::load`], and makes them if there are none.
    ///
    /// # Errors
    /// As [`Keys::load`].
    pub async fn load_or_make(app: &App, corp: &CorpId) -> Result<Self, Error> {
        if let Some(keys) = Self::load(app, corp).await? {
            return Ok(keys);
        }
        let key = CorpKey::generate(app.entropy())?;
        let number = 1;
        let record = Record::CorpKey {
            corp: corp.as_str(),
            number,
        };
        let wrapped = key.wrap(app.master_key(), &record, app.entropy())?;
        let index = new_index(app, corp, number, &key).await?;
        let tx = app.begin().await?;
        settings::assert_master_key(app, &tx).await?;
        settings::note_key_store(app, &tx).await?;
        match store::add_corp_key(&tx, corp, number, wrapped, app.now()).await {
            Ok(()) => {
                store::put_index(&tx, index).await?;
                tx.commit().await?;
            }
            // Somebody else made them meanwhile.
            Err(jiebang_store::StoreError::Conflict { .. }) => drop(tx),
            Err(error) => return Err(error.into()),
        }
        Self::load(app, corp).await?.ok_or_else(missing)
    }

    /// The number of the corp key that wraps new keys, and the key.
    ///
    /// # Errors
    /// [`Error::Internal`] if there is none.
    pub fn newest(&self) -> Result<(i32, &CorpKey), Error> {
        let (number, key) = self.corp_keys.last_key_value().ok_or_else(missing)?;
        Ok((*number, key))
    }

    pub fn numbers(&self) -> impl Iterator<Item = i32> + '_ {
        self.corp_keys.keys().copied()
    }

    pub fn corp_key(&self, number: i32) -> Option<&CorpKey> {
        self.corp_keys.get(&number)
    }

    /// The keys of these conversations that are not destroyed and have their share, and with which
    /// number the next one would be added.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Vault`].
    pub async fn of_conversations(
        &self,
        app: &App,
        ids: &[i64],
    ) -> Result<ConversationKeys, Error> {
        // These keys may be older than the exchange of the corp's key.
        let mut exchanged = BTreeMap::new();
        let mut rows = store::of_conversations(app.store().read(), &self.corp, ids).await?;
        for _ in 0..EXCHANGES {
            let is_known = |row: &store::ConversationKey| {
                let number = &row.corp_key_number;
                row.wrapped.is_none()
                    || self.corp_keys.contains_key(number)
                    || exchanged.contains_key(number)
            };
            if rows.iter().all(is_known) {
                break;
            }
            exchanged = corp_keys(app, &self.corp).await?;
            rows = store::of_conversations(app.store().read(), &self.corp, ids).await?;
        }
        let ids: Vec<i64> = rows
            .iter()
            .filter(|row| row.wrapped.is_some())
            .filter_map(|row| row.share_id)
            .collect();
        let mut shares = app.store().key_store().shares(&ids).await?;
        let mut keys = ConversationKeys::default();
        for row in rows {
            let of = keys.0.entry(row.conversation_id).or_default();
            of.next = of.next.max(row.number + 1);
            of.destroyed_at = of.destroyed_at.max(row.destroyed_at);
            let Some(wrapped) = row.wrapped else { continue };
            let Some(share) = row.share_id.and_then(|id| shares.remove(&id)) else {
                of.lacking.insert(row.number);
                continue;
            };
            let wrapping = self
                .corp_keys
                .get(&row.corp_key_number)
                .or_else(|| exchanged.get(&row.corp_key_number))
                .ok_or_else(missing)?;
            let record = Record::ConversationKey {
                corp: self.corp.as_str(),
                conversation: row.conversation_id,
                number: row.number,
            };
            let opened = KeyShare::from_bytes(share)
                .and_then(|share| ConversationKey::unwrap(wrapping, &share, &record, &wrapped));
            // One that is damaged must not keep all others from being used.
            let Ok(key) = opened else {
                tracing::error!(
                    "a key of a conversation does not open: it or its share is damaged"
                );
                of.lacking.insert(row.number);
                continue;
            };
            let one = OneKey {
                key,
                seals: row.seals,
                created_at: row.created_at,
            };
            of.keys.insert(row.number, one);
        }
        Ok(keys)
    }

    /// A new key for a conversation, and how it is to be stored once its share is kept.
    ///
    /// # Errors
    /// [`Error::Vault`].
    pub fn make(
        &self,
        app: &App,
        conversation: i64,
        number: i32,
        created_at: i64,
    ) -> Result<(ConversationKey, (store::NewKey, KeyShare)), Error> {
        let (corp_key_number, wrapping) = self.corp_keys.last_key_value().ok_or_else(missing)?;
        let key = ConversationKey::generate(app.entropy())?;
        let share = KeyShare::generate(app.entropy())?;
        let record = Record::ConversationKey {
            corp: self.corp.as_str(),
            conversation,
            number,
        };
        let new = store::NewKey {
            conversation_id: conversation,
            number,
            corp_key_number: *corp_key_number,
            wrapped: key.wrap(wrapping, &share, &record, app.entropy())?,
            share_id: i64::from_be_bytes(app.entropy().bytes()),
            created_at,
        };
        Ok((key, (new, share)))
    }
}

/// How many keys of conversations and indexes there are, and how many lack their share and open
/// nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Shares {
    pub keys: u64,
    pub lacking: u64,
}

/// Looks for the share of every key that is not destroyed, of all corps.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn count_shares(app: &App, actor: &Actor) -> Result<Shares, Error> {
    app.allow(actor, Act::ArchiveStatus, Resource::Corp)?;
    Ok(look(app, None).await?.0)
}

/// Takes the shares that are lacking from another copy of the key store. What was erased stays so:
/// only keys that are not destroyed are looked at. Returns how it stands then, and how many were
/// taken.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn merge_key_store(
    app: &App,
    actor: &Actor,
    other: &KeyStore,
) -> Result<(Shares, u64), Error> {
    app.allow(actor, Act::SettingsChange, Resource::Corp)?;
    let (told, taken) = look(app, Some(other)).await?;
    let tx = app.begin().await?;
    let id = app.store().key_store().id().await?.unwrap_or_default();
    let entry = audit::Record::done("key_store.merge", "key_store", id)
        .detail(json!({ "taken": taken, "lacking": told.lacking }));
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    Ok((told, taken))
}

/// Looks for the share of every key that is not destroyed, in the key store and then in another.
async fn look(app: &App, other: Option<&KeyStore>) -> Result<(Shares, u64), Error> {
    let (mut told, mut taken, read) = (Shares::default(), 0, app.store().read());
    for wrapping in store::all_corp_keys(read).await? {
        let corp = settings::corp_of(&wrapping.corp_id)?;
        if let Some(index) = store::index(read, &corp).await?
            && index.corp_key_number == wrapping.number
        {
            let one = vec![(index.share_id, None)];
            taken += look_for(app, other, one, &mut told).await?;
        }
        let mut after = None;
        loop {
            let some = store::wrapped_by(read, &corp, wrapping.number, after, LOOKED_AT).await?;
            let Some(last) = some.last() else { break };
            after = Some((last.conversation_id, last.number));
            let of =
                |row: &store::ConversationKey| Some((row.share_id?, Some(row.conversation_id)));
            let keys: Vec<_> = some.iter().filter_map(of).collect();
            // One without an id has no share anywhere.
            let without = (some.len() - keys.len()) as u64;
            (told.keys, told.lacking) = (told.keys + without, told.lacking + without);
            taken += look_for(app, other, keys, &mut told).await?;
        }
    }
    Ok((told, taken))
}

/// Looks for some shares, by id and conversation; returns how many were taken from the other.
async fn look_for(
    app: &App,
    other: Option<&KeyStore>,
    keys: Vec<(i64, Option<i64>)>,
    told: &mut Shares,
) -> Result<u64, Error> {
    let ours = app.store().key_store();
    let ids: Vec<i64> = keys.iter().map(|(id, _)| *id).collect();
    let found = ours.shares(&ids).await?;
    told.keys += keys.len() as u64;
    let lacks = |(id, _): &(i64, Option<i64>)| !found.contains_key(id);
    let lacking: Vec<_> = keys.into_iter().filter(lacks).collect();
    let taken = match other {
        Some(other) => ours.take_from(other, &lacking).await?,
        None => 0,
    };
    told.lacking += lacking.len() as u64 - taken;
    Ok(taken)
}

/// A new index key, its share kept, as it is to be stored.
async fn new_index(
    app: &App,
    corp: &CorpId,
    corp_key_number: i32,
    wrapping: &CorpKey,
) -> Result<store::IndexKey, Error> {
    let index = IndexKey::generate(app.entropy())?;
    let share = KeyShare::generate(app.entropy())?;
    let share_id = i64::from_be_bytes(app.entropy().bytes());
    let record = Record::IndexKey {
        corp: corp.as_str(),
    };
    app.store()
        .key_store()
        .keep_of_index(share_id, &share)
        .await?;
    Ok(store::IndexKey {
        corp_id: corp.to_string(),
        corp_key_number,
        wrapped: index.wrap(wrapping, &share, &record, app.entropy())?,
        share_id,
        created_at: app.now().seconds(),
    })
}

/// Makes new index keys for corps whose index key has lost its share: the words of what was stored
/// before are lost with its bodies.
///
/// # Errors
/// [`Error::Store`], [`Error::Vault`].
pub(crate) async fn replace_lost_indexes(app: &App, tx: &Tx) -> Result<(), Error> {
    let corps: BTreeSet<String> = store::all_corp_keys(tx.conn())
        .await?
        .into_iter()
        .map(|key| key.corp_id)
        .collect();
    for corp in corps {
        let corp = settings::corp_of(&corp)?;
        let Some(index) = store::index(tx.conn(), &corp).await? else {
            continue;
        };
        let shares = app.store().key_store().shares(&[index.share_id]).await?;
        let wrapping = corp_keys(app, &corp).await?;
        if let Some((number, key)) = wrapping.last_key_value()
            && shares.is_empty()
        {
            let index = new_index(app, &corp, *number, key).await?;
            store::put_index(tx, index).await?;
        }
    }
    Ok(())
}

async fn corp_keys(app: &App, corp: &CorpId) -> Result<BTreeMap<i32, CorpKey>, Error> {
    let mut corp_keys = BTreeMap::new();
    for row in store::corp_keys(app.store().read(), corp).await? {
        let Some(wrapped) = row.wrapped else { continue };
        let number = row.number;
        let record = Record::CorpKey {
            corp: corp.as_str(),
            number,
        };
        let key = CorpKey::unwrap(app.master_key(), &record, &wrapped)?;
        corp_keys.insert(number, key);
    }
    Ok(corp_keys)
}

/// Keys of conversations, by conversation and number.
#[derive(Default)]
pub(crate) struct ConversationKeys(BTreeMap<i64, OfConversation>);

struct OfConversation {
    keys: BTreeMap<i32, OneKey>,
    /// Those that are not destroyed and have no share in the key store.
    lacking: BTreeSet<i32>,
    next: i32,
    /// When the last of its keys was destroyed, Unix seconds.
    destroyed_at: Option<i64>,
}

struct OneKey {
    key: ConversationKey,
    seals: i64,
    /// Unix seconds.
    created_at: i64,
}

impl Default for OfConversation {
    fn default() -> Self {
        Self {
            keys: BTreeMap::new(),
            lacking: BTreeSet::new(),
            next: 1,
            destroyed_at: None,
        }
    }
}

impl ConversationKeys {
    /// Whether a key of the conversation lacks its share.
    pub fn lacks_any(&self, conversation: i64) -> bool {
        let of = self.0.get(&conversation);
        of.is_some_and(|of| !of.lacking.is_empty())
    }

    /// Whether the key with this number is there and its share is not: an old copy of the key store
    /// was put in place, or an old one of the database.
    pub fn is_lacking(&self, conversation: i64, number: i32) -> bool {
        let of = self.0.get(&conversation);
        of.is_some_and(|of| of.lacking.contains(&number))
    }

    /// The key with this number; `None` if it was destroyed or lacks its share.
    pub fn get(&self, conversation: i64, number: i32) -> Option<&ConversationKey> {
        let of = self.0.get(&conversation)?;
        of.keys.get(&number).map(|one| &one.key)
    }

    /// The number of the key that seals what comes now, if there is one that is neither used up
    /// nor older than `renewed_at` (Unix seconds).
    pub fn sealing(&self, conversation: i64, renewed_at: i64) -> Option<i32> {
        let (number, one) = self.0.get(&conversation)?.keys.last_key_value()?;
        let is_good = one.seals.cast_unsigned() < SEALS_A_KEY && one.created_at >= renewed_at;
        is_good.then_some(*number)
    }

    /// Whether a message sent then (milliseconds) belongs to what was erased with its keys.
    pub fn is_erased(&self, conversation: i64, sent_at: i64) -> bool {
        let destroyed = self.0.get(&conversation).and_then(|of| of.destroyed_at);
        destroyed.is_some_and(|at| sent_at.div_euclid(1_000) <= at)
    }

    /// The number of the key to be made next.
    pub fn next_number(&self, conversation: i64) -> i32 {
        self.0.get(&conversation).map_or(1, |of| of.next)
    }

    /// Adds what [`Keys::make`] made.
    pub fn insert(&mut self, key: ConversationKey, new: &store::NewKey) {
        let of = self.0.entry(new.conversation_id).or_default();
        of.next = of.next.max(new.number + 1);
        let one = OneKey {
            key,
            seals: 0,
            created_at: new.created_at,
        };
        of.keys.insert(new.number, one);
    }
}

/// The private keys of the corp, opened.
///
/// # Errors
/// [`Error::Store`]; [`Error::Vault`] if one was sealed with another master key.
pub(crate) async fn private_keys(app: &App, corp: &CorpId) -> Result<PrivateKeys, Error> {
    let mut keys = PrivateKeys::default();
    for row in store::archive_keys(app.store().read(), corp).await? {
        let version = u32::try_from(row.version)
            .map_err(|_| Error::Internal("a private key has no version".to_owned()))?;
        let record = Record::PrivateKey {
            corp: corp.as_str(),
            version,
        };
        let master = app.master_key();
        let der = jiebang_vault::open(master, master.id(), &record.bytes(), &row.sealed)?;
        let der = zeroize::Zeroizing::new(der);
        let key = PrivateKey::from_pkcs8(&der)
            .map_err(|_| Error::Internal("a stored private key is damaged".to_owned()))?;
        keys.insert(version, key);
    }
    Ok(keys)
}

pub(super) fn missing() -> Error {
    Error::Internal("a key that wraps others is not there".to_owned())
}
