//! The write transaction.

use sea_orm::DatabaseTransaction;

use crate::error::During;
use crate::{Kind, StoreError};

/// A write transaction. Dropped without [`Tx::commit`] it is rolled back.
///
/// On SQLite there is one at a time: hold it briefly, and never while waiting for the network.
#[must_use = "a transaction that is not committed is rolled back"]
pub struct Tx {
    pub(crate) inner: DatabaseTransaction,
    pub(crate) kind: Kind,
}

impl Tx {
    /// Makes everything written in it durable.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.inner.commit().await.during("commit the transaction")
    }

    /// For reads that must see what this transaction has written.
    #[must_use]
    pub const fn conn(&self) -> &DatabaseTransaction {
        &self.inner
    }

    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }
}
