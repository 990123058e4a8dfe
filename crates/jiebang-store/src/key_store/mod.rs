//! Where the shares of the archive's keys are kept, apart from the database: a backup of the
//! database opens only while the share is here, and what is removed here opens in none.
//!
//! Invariants:
//! - a share is on the disk before a key that needs it is stored ([`KeptKeys`] is the proof);
//! - a share never changes. One that no key needs is left: its key may be in a newer backup. It
//!   goes when its conversation is erased;
//! - a share that was removed is overwritten, and is in no log of SQLite.

mod entity;
mod migration;

use std::collections::BTreeMap;

use jiebang_vault::archive::KeyShare;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect, Statement,
};
use uuid::Uuid;

use crate::archive::key::NewKey;
use crate::bulk::{self, Column};
use crate::database::{Database, Deleted};
use crate::error::During;
use crate::gather::{Bytes, Form, gather};
use crate::{DatabaseUrl, Kind, StoreError};
use entity::{key_share, key_store};
use migration::Migrator;

/// The share belongs to an index key.
const NO_CONVERSATION: i64 = -1;
/// Shares asked for, or removed, in one statement.
const CHUNK: usize = 1_000;
/// Looks at whether readers have let go of SQLite's log; each waits as long as SQLite does.
const CHECKPOINTS: usize = 3;

/// An open key store. Clones share its connections.
#[derive(Clone, Debug)]
pub struct KeyStore(Database);

/// Keys whose shares are kept: they may be stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptKeys(pub(crate) Vec<NewKey>);

impl KeptKeys {
    /// Leaves out those that are not needed after all.
    pub fn retain(&mut self, needed: impl FnMut(&NewKey) -> bool) {
        self.0.retain(needed);
    }

    /// All of both.
    pub fn append(&mut self, others: Self) {
        self.0.extend(others.0);
    }
}

impl KeyStore {
    /// Opens the key store, and makes it where there is none.
    ///
    /// # Errors
    /// [`StoreError::Open`], [`StoreError::Query`].
    pub async fn open(url: &DatabaseUrl) -> Result<Self, StoreError> {
        let database = Database::open::<Migrator>(url, Deleted::Overwritten).await?;
        Ok(Self(database))
    }

    /// Which key store this is; `None` until it was told ([`KeyStore::be`]).
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn id(&self) -> Result<Option<Uuid>, StoreError> {
        let row = key_store::Entity::find_by_id(1).one(&self.0.reader).await;
        let row = row.during("ask which key store this is")?;
        Ok(row.map(|row| row.id))
    }

    /// Makes this the key store `fresh`, unless it is one already. Returns which it is.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn be(&self, fresh: Uuid) -> Result<Uuid, StoreError> {
        const OPERATION: &str = "name the key store";
        let row = key_store::Model { no: 1, id: fresh };
        let known = OnConflict::column(key_store::Column::No)
            .do_nothing()
            .to_owned();
        let tx = self.0.begin().await?;
        key_store::Entity::insert(row.into_active_model().reset_all())
            .on_conflict(known)
            .exec_without_returning(tx.conn())
            .await
            .during(OPERATION)?;
        tx.commit().await?;
        Ok(self.id().await?.unwrap_or(fresh))
    }

    /// Keeps the shares of these keys: they are on the disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if a share has the id of another: draw again;
    /// [`StoreError::Query`].
    pub async fn keep(&self, keys: Vec<(NewKey, KeyShare)>) -> Result<KeptKeys, StoreError> {
        let shares = keys.iter().map(|(key, share)| {
            let bytes = share.bytes().to_vec();
            (key.share_id, key.conversation_id, bytes)
        });
        self.insert(shares.collect()).await?;
        Ok(KeptKeys(keys.into_iter().map(|(key, _)| key).collect()))
    }

    /// Keeps the share of an index key by its id: it is on the disk when this returns.
    ///
    /// # Errors
    /// As [`KeyStore::keep`].
    pub async fn keep_of_index(&self, id: i64, share: &KeyShare) -> Result<(), StoreError> {
        let share = share.bytes().to_vec();
        self.insert(vec![(id, NO_CONVERSATION, share)]).await
    }

    /// Takes shares that are lacking here from another copy: those it has of these, by id, with
    /// their conversations (`None`: of an index key). Returns how many.
    ///
    /// # Errors
    /// [`StoreError::Query`] of either.
    pub async fn take_from(
        &self,
        other: &Self,
        lacking: &[(i64, Option<i64>)],
    ) -> Result<u64, StoreError> {
        let ids: Vec<i64> = lacking.iter().map(|(id, _)| *id).collect();
        let mut found = other.shares(&ids).await?;
        let shares = lacking.iter().filter_map(|(id, conversation)| {
            let of = conversation.unwrap_or(NO_CONVERSATION);
            found.remove(id).map(|share| (*id, of, share))
        });
        let shares: Vec<_> = shares.collect();
        let count = shares.len() as u64;
        self.insert(shares).await?;
        Ok(count)
    }

    /// Stores shares by id and conversation.
    async fn insert(&self, shares: Vec<(i64, i64, Vec<u8>)>) -> Result<(), StoreError> {
        if shares.is_empty() {
            return Ok(());
        }
        let columns = vec![
            Column::Numbers("id", shares.iter().map(|one| one.0).collect()),
            Column::Numbers("conversation_id", shares.iter().map(|one| one.1).collect()),
            Column::Bytes("share", shares.into_iter().map(|one| one.2).collect()),
        ];
        let tx = self.0.begin().await?;
        let operation = "keep shares of keys";
        bulk::insert(tx.conn(), "key_share", columns, "", operation).await?;
        tx.commit().await
    }

    /// The ids of every share of these conversations, those as well whose key only a backup has.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn of_conversations(&self, conversations: &[i64]) -> Result<Vec<i64>, StoreError> {
        let mut ids = Vec::new();
        for some in conversations.chunks(CHUNK) {
            let found = key_share::Entity::find()
                .select_only()
                .column(key_share::Column::Id)
                .filter(key_share::Column::ConversationId.is_in(some.iter().copied()))
                .into_tuple::<i64>()
                .all(&self.0.reader)
                .await;
            ids.extend(found.during("list shares of keys")?);
        }
        Ok(ids)
    }

    /// The shares with these ids that are here.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn shares(&self, ids: &[i64]) -> Result<BTreeMap<i64, Vec<u8>>, StoreError> {
        const OPERATION: &str = "load shares of keys";
        let columns = [
            (key_share::Column::Id, Form::Plain),
            (key_share::Column::Share, Form::Bytes),
        ];
        let mut shares = BTreeMap::new();
        for some in ids.chunks(CHUNK) {
            let select =
                key_share::Entity::find().filter(key_share::Column::Id.is_in(some.iter().copied()));
            let found: Vec<(i64, Bytes)> =
                gather(&self.0.reader, select, &columns, OPERATION).await?;
            shares.extend(found.into_iter().map(|(id, bytes)| (id, bytes.0)));
        }
        Ok(shares)
    }

    /// Removes shares for good: no backup of the database opens what needed them.
    ///
    /// # Errors
    /// [`StoreError::Query`], also while SQLite's log cannot be emptied; then it is to be
    /// repeated.
    pub async fn remove(&self, ids: &[i64]) -> Result<(), StoreError> {
        const OPERATION: &str = "remove shares of keys";
        if ids.is_empty() {
            return Ok(());
        }
        let tx = self.0.begin().await?;
        for some in ids.chunks(CHUNK) {
            key_share::Entity::delete_many()
                .filter(key_share::Column::Id.is_in(some.iter().copied()))
                .exec(tx.conn())
                .await
                .during(OPERATION)?;
        }
        tx.commit().await?;
        match self.0.kind {
            Kind::Sqlite => self.empty_log().await,
            Kind::Postgres => {
                let done = self
                    .0
                    .writer
                    .execute_unprepared("VACUUM FULL key_share")
                    .await;
                done.map(drop).during(OPERATION)
            }
        }
    }

    /// SQLite's log holds pages as they were.
    async fn empty_log(&self) -> Result<(), StoreError> {
        const OPERATION: &str = "empty the log of the key store";
        for _ in 0..CHECKPOINTS {
            let backend = self.0.writer.get_database_backend();
            let ask = Statement::from_string(backend, "PRAGMA wal_checkpoint(TRUNCATE)");
            let row = self.0.writer.query_one_raw(ask).await.during(OPERATION)?;
            let busy = row.map_or(Ok(0), |row| row.try_get("", "busy"));
            if busy.during(OPERATION)? == 0_i64 {
                return Ok(());
            }
        }
        Err(StoreError::RowCount {
            operation: OPERATION,
            expected: 0,
            found: 1,
        })
    }

    /// Ends its connections.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn close(&self) -> Result<(), StoreError> {
        self.0.close().await
    }
}
