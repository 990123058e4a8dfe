//! The audit log: an append-only chain a corp, written in the transaction of the act.
//!
//! Invariants:
//! - `seq` runs 1, 2, 3 … without a gap; the head row is locked while an entry is added;
//! - `detail` and `personal` are stored exactly as they were hashed;
//! - erasing takes personal data and its salt and leaves their hash, so the chain still
//!   verifies (see [`jiebang_vault::audit`] for the hashes).

use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use jiebang_vault::Entropy;
use jiebang_vault::audit::{CanonicalEntry, GENESIS, canonical_bytes, chain, leaf_hash};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    AccessMode, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    IsolationLevel, QueryFilter, QueryOrder, QuerySelect, TransactionOptions, TransactionTrait,
};

use crate::entity::{audit_entry, audit_head};
use crate::error::{During, assert_rows};
use crate::{Kind, Store, StoreError, Tx, text};

pub use crate::entity::audit_entry::Model as AuditEntry;

/// Longest `detail` or `personal`, in bytes of JSON.
pub const MAX_DETAIL_BYTES: usize = 64 * 1024;
/// Entries held in memory at a time while the chain is verified.
const VERIFY_PAGE: u64 = 1_000;

/// What is to be recorded.
#[derive(Debug, Clone)]
pub struct NewEntry {
    pub at: Timestamp,
    /// `account`, `job`, `system` …
    pub actor_kind: String,
    pub actor_id: String,
    /// `handover.start`, `session.create` …
    pub act: String,
    pub object_kind: String,
    pub object_id: String,
    /// `done`, `denied`, `failed` …
    pub outcome: String,
    /// Holds no personal data: it cannot be erased.
    pub detail: serde_json::Value,
    /// Names, addresses and the like; can be erased with [`erase_personal`].
    pub personal: Option<serde_json::Value>,
}

/// Appends an entry to the corp's chain and returns its number.
pub async fn append(
    tx: &Tx,
    corp: &CorpId,
    entry: &NewEntry,
    entropy: &Entropy,
) -> Result<i64, StoreError> {
    let head = lock_head(tx, corp).await?;
    let detail = bounded(entry.detail.to_string())?;
    let personal = entry
        .personal
        .as_ref()
        .map(|p| bounded(p.to_string()))
        .transpose()?;
    let personal_salt = personal.is_some().then(|| entropy.bytes::<16>().to_vec());
    let personal_hash = personal
        .as_deref()
        .zip(personal_salt.as_deref())
        .map(|(text, salt)| jiebang_vault::audit::personal_hash(salt, text).to_vec());
    let mut row = AuditEntry {
        corp_id: corp.to_string(),
        seq: head.seq.saturating_add(1),
        at: entry.at.seconds(),
        actor_kind: entry.actor_kind.clone(),
        actor_id: entry.actor_id.clone(),
        act: entry.act.clone(),
        object_kind: entry.object_kind.clone(),
        object_id: entry.object_id.clone(),
        outcome: entry.outcome.clone(),
        detail,
        personal,
        personal_salt,
        personal_hash,
        salt: entropy.bytes::<16>().to_vec(),
        leaf_hash: Vec::new(),
        chain_hash: Vec::new(),
    };
    let (leaf, link) = hashes(&row, &head.chain_hash);
    row.leaf_hash = leaf.to_vec();
    row.chain_hash = link.to_vec();
    let seq = row.seq;
    audit_entry::Entity::insert(row.into_active_model())
        .exec_without_returning(tx.conn())
        .await
        .during("append an audit entry")?;
    let moved = audit_head::Entity::update_many()
        .col_expr(audit_head::Column::Seq, Expr::val(seq))
        .col_expr(audit_head::Column::ChainHash, Expr::val(link.to_vec()))
        .filter(audit_head::Column::CorpId.eq(corp.as_str()))
        .exec(tx.conn())
        .await
        .during("move the head of the audit chain")?;
    assert_rows("move the head of the audit chain", 1, moved.rows_affected)?;
    Ok(seq)
}

async fn lock_head(tx: &Tx, corp: &CorpId) -> Result<audit_head::Model, StoreError> {
    const OPERATION: &str = "lock the head of the audit chain";
    let find = || audit_head::Entity::find_by_id(corp.as_str().to_owned()).lock_exclusive();
    if let Some(head) = find().one(tx.conn()).await.during(OPERATION)? {
        return Ok(head);
    }
    let first = audit_head::ActiveModel {
        corp_id: ActiveValue::Set(corp.to_string()),
        seq: ActiveValue::Set(0),
        chain_hash: ActiveValue::Set(GENESIS.to_vec()),
    };
    audit_head::Entity::insert(first)
        .on_conflict(
            OnConflict::column(audit_head::Column::CorpId)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(tx.conn())
        .await
        .during(OPERATION)?;
    find()
        .one(tx.conn())
        .await
        .during(OPERATION)?
        .ok_or(StoreError::RowCount {
            operation: OPERATION,
            expected: 1,
            found: 0,
        })
}

fn bounded(text: String) -> Result<String, StoreError> {
    if text.len() <= MAX_DETAIL_BYTES {
        return Ok(text);
    }
    Err(StoreError::TooLarge {
        operation: "append an audit entry",
        bytes: text.len(),
        limit: MAX_DETAIL_BYTES,
    })
}

fn hashes(row: &AuditEntry, before: &[u8]) -> ([u8; 32], [u8; 32]) {
    let canonical = canonical_bytes(&CanonicalEntry {
        corp_id: &row.corp_id,
        seq: row.seq,
        at: row.at,
        actor_kind: &row.actor_kind,
        actor_id: &row.actor_id,
        act: &row.act,
        object_kind: &row.object_kind,
        object_id: &row.object_id,
        outcome: &row.outcome,
        detail: &row.detail,
        personal_hash: row.personal_hash.as_deref(),
    });
    let leaf = leaf_hash(&row.salt, &canonical);
    (leaf, chain(before, &leaf))
}

/// Which entries to list; empty: all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// `operator` or `system`.
    pub actor_kind: Option<String>,
    /// Accounts, by id.
    pub actors: Option<Vec<String>>,
    /// An act (`handover.start`), or with a dot at its end or none in it all that begin so.
    pub act: Option<String>,
    pub object_kind: Option<String>,
    pub object_id: Option<String>,
    pub from: Option<Timestamp>,
    /// Entries before this moment.
    pub until: Option<Timestamp>,
}

/// Entries newest first, `limit` before the one numbered `before`.
pub async fn list(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    filter: &Filter,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<AuditEntry>, StoreError> {
    use audit_entry::Column;
    let mut find = audit_entry::Entity::find().filter(Column::CorpId.eq(corp.as_str()));
    let equal = [
        (Column::ActorKind, &filter.actor_kind),
        (Column::ObjectKind, &filter.object_kind),
        (Column::ObjectId, &filter.object_id),
    ];
    for (column, wanted) in equal {
        if let Some(wanted) = wanted {
            find = find.filter(column.eq(wanted.as_str()));
        }
    }
    if let Some(actors) = &filter.actors {
        find = find.filter(Column::ActorId.is_in(actors));
    }
    if let Some(act) = &filter.act {
        let is_whole = act.contains('.') && !act.ends_with('.');
        find = find.filter(match is_whole {
            true => Column::Act.eq(act.as_str()),
            false => text::begins_with(Expr::col(Column::Act), act),
        });
    }
    if let Some(from) = filter.from {
        find = find.filter(Column::At.gte(from.seconds()));
    }
    if let Some(until) = filter.until {
        find = find.filter(Column::At.lt(until.seconds()));
    }
    if let Some(before) = before {
        find = find.filter(Column::Seq.lt(before));
    }
    find.order_by_desc(Column::Seq)
        .limit(limit)
        .all(conn)
        .await
        .during("list audit entries")
}

/// Takes the personal data out of an entry for good. The chain verifies as before.
pub async fn erase_personal(tx: &Tx, corp: &CorpId, seq: i64) -> Result<(), StoreError> {
    const OPERATION: &str = "erase personal data of an audit entry";
    let touched = audit_entry::Entity::update_many()
        .col_expr(audit_entry::Column::Personal, Expr::val(None::<String>))
        .col_expr(
            audit_entry::Column::PersonalSalt,
            Expr::val(None::<Vec<u8>>),
        )
        .filter(audit_entry::Column::CorpId.eq(corp.as_str()))
        .filter(audit_entry::Column::Seq.eq(seq))
        .exec(tx.conn())
        .await
        .during(OPERATION)?;
    assert_rows(OPERATION, 1, touched.rows_affected)
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Entries that are as they were written, from the first on.
    pub good: i64,
    /// The first entry that is not, if any.
    pub first_bad: Option<(i64, Fault)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// There is no entry with this number, though later ones or the head say there was.
    Missing,
    /// The entry's fields do not give its hash: changed.
    Changed,
    /// The entry's personal data does not give its hash: changed.
    PersonalChanged,
    /// The entry does not continue the chain: it or one before was put in place of another.
    NotInChain,
    /// An entry beyond the head: added past the log.
    BeyondHead,
    /// The head does not hold the chain's end.
    HeadChanged,
}

/// Derives the corp's chain again from its entries, on one consistent view of the database.
pub async fn verify(store: &Store, corp: &CorpId) -> Result<Verdict, StoreError> {
    const OPERATION: &str = "verify the audit chain";
    let options = match store.kind() {
        Kind::Sqlite => TransactionOptions::default(),
        Kind::Postgres => TransactionOptions {
            isolation_level: Some(IsolationLevel::RepeatableRead),
            access_mode: Some(AccessMode::ReadOnly),
            sqlite_transaction_mode: None,
        },
    };
    let view = store
        .read()
        .begin_with_options(options)
        .await
        .during(OPERATION)?;
    let head = audit_head::Entity::find_by_id(corp.as_str().to_owned())
        .one(&view)
        .await
        .during(OPERATION)?;
    let (end, end_hash) = head.map_or((0, GENESIS.to_vec()), |h| (h.seq, h.chain_hash));
    let mut good = 0;
    let mut link = GENESIS;
    loop {
        let page = audit_entry::Entity::find()
            .filter(audit_entry::Column::CorpId.eq(corp.as_str()))
            .filter(audit_entry::Column::Seq.gt(good))
            .order_by_asc(audit_entry::Column::Seq)
            .limit(VERIFY_PAGE)
            .all(&view)
            .await
            .during(OPERATION)?;
        if page.is_empty() {
            break;
        }
        for row in &page {
            match check(row, good + 1, end, &link) {
                Ok(next) => link = next,
                Err(bad) => {
                    return Ok(Verdict {
                        good,
                        first_bad: Some(bad),
                    });
                }
            }
            good += 1;
        }
    }
    let first_bad = if good < end {
        Some((good + 1, Fault::Missing))
    } else if link[..] != end_hash[..] {
        Some((end, Fault::HeadChanged))
    } else {
        None
    };
    Ok(Verdict { good, first_bad })
}

fn check(
    row: &AuditEntry,
    expected: i64,
    end: i64,
    before: &[u8; 32],
) -> Result<[u8; 32], (i64, Fault)> {
    if row.seq != expected {
        return Err((expected, Fault::Missing));
    }
    if row.seq > end {
        return Err((row.seq, Fault::BeyondHead));
    }
    let personal_fits = match (&row.personal, &row.personal_salt, &row.personal_hash) {
        (None, None, _) => true,
        (Some(text), Some(salt), Some(hash)) => {
            jiebang_vault::audit::personal_hash(salt, text)[..] == hash[..]
        }
        _ => false,
    };
    if !personal_fits {
        return Err((row.seq, Fault::PersonalChanged));
    }
    let (leaf, link) = hashes(row, before);
    if leaf[..] != row.leaf_hash[..] {
        return Err((row.seq, Fault::Changed));
    }
    if link[..] != row.chain_hash[..] {
        return Err((row.seq, Fault::NotInChain));
    }
    Ok(link)
}
