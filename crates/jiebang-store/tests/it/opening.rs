//! Opening a database, transactions, and the rules the schema itself holds.

use jiebang_store::entity::handover_row;
use jiebang_store::testing::{both, keys_in, postgres_url, sqlite_url};
use jiebang_store::{DatabaseUrl, Store, StoreError};
use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, PaginatorTrait, Statement,
};
use uuid::Uuid;

use crate::fixture::NOW;

/// With the addresses of a database and of its key store.
async fn with_both_addresses(test: impl AsyncFn(&DatabaseUrl, &DatabaseUrl)) {
    let (url, folder) = sqlite_url();
    test(&url, &keys_in(folder.path())).await;
    let (_, folder) = sqlite_url();
    test(&postgres_url().await, &keys_in(folder.path())).await;
}

#[tokio::test]
async fn opening_again_finds_the_same_database() {
    with_both_addresses(async |url, keys| {
        let first = Store::open(url, keys).await.unwrap();
        let tx = first.begin().await.unwrap();
        insert_row(&tx, 1, "waiting").await.unwrap();
        tx.commit().await.unwrap();
        first.close().await.unwrap();
        let second = Store::open(url, keys).await.unwrap();
        assert_eq!(
            handover_row::Entity::find()
                .count(second.read())
                .await
                .unwrap(),
            1
        );
    })
    .await;
}

#[tokio::test]
async fn programs_that_start_at_once_migrate_in_turn() {
    with_both_addresses(async |url, keys| {
        let all = futures::future::join_all((0..8).map(|_| Store::open(url, keys))).await;
        for store in all {
            store.unwrap().close().await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    with_both_addresses(async |url, keys| {
        let store = Store::open(url, keys).await.unwrap();
        let tx = store.begin().await.unwrap();
        let sql = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 1)";
        tx.conn().execute_unprepared(sql).await.unwrap();
        tx.commit().await.unwrap();
        store.close().await.unwrap();
        let error = Store::open(url, keys).await.unwrap_err();
        assert!(
            matches!(&error, StoreError::NewerSchema { step } if step == "m9999_later"),
            "{error}"
        );
        assert!(
            error.to_string().contains("run the newer version"),
            "{error}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_database_that_is_not_there_is_named_in_the_error() {
    let (_, folder) = sqlite_url();
    let keys = keys_in(folder.path());
    let error = Store::open(&DatabaseUrl::sqlite("/nowhere/at/all/x.db"), &keys)
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("/nowhere/at/all/x.db"), "{error}");
    let url = "postgres://u:geheim@localhost:1/x?host=/nowhere"
        .parse()
        .unwrap();
    let error = Store::open(&url, &keys).await.unwrap_err();
    assert!(matches!(error, StoreError::Connect { .. }));
    assert!(!format!("{error:?}").contains("geheim"));
}

#[tokio::test]
async fn sqlite_syncs_every_commit_keeps_a_journal_and_is_readable_by_its_owner_only() {
    let (url, folder) = sqlite_url();
    let store = Store::open(&url, &keys_in(folder.path())).await.unwrap();
    let tx = store.begin().await.unwrap();
    for (pragma, expected) in [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
    ] {
        let row = tx
            .conn()
            .query_one_raw(Statement::from_string(
                DbBackend::Sqlite,
                format!("PRAGMA {pragma}"),
            ))
            .await
            .unwrap()
            .unwrap();
        let found = row
            .try_get_by_index::<String>(0)
            .or_else(|_| row.try_get_by_index::<i64>(0).map(|n| n.to_string()))
            .unwrap();
        assert_eq!(found, expected, "{pragma}");
    }
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        use std::os::unix::fs::PermissionsExt;
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
    }
}

#[tokio::test]
async fn readers_do_not_write() {
    both(|store| async move {
        let refused = store.read().execute_unprepared("DELETE FROM corp").await;
        assert!(refused.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing() {
    both(|store| async move {
        let tx = store.begin().await.unwrap();
        insert_row(&tx, 1, "planned").await.unwrap();
        assert_eq!(
            handover_row::Entity::find().count(tx.conn()).await.unwrap(),
            1
        );
        drop(tx);
        let tx = store.begin().await.unwrap();
        assert_eq!(
            handover_row::Entity::find().count(tx.conn()).await.unwrap(),
            0
        );
        tx.commit().await.unwrap();
        assert_eq!(
            handover_row::Entity::find()
                .count(store.read())
                .await
                .unwrap(),
            0
        );
    })
    .await;
}

#[tokio::test]
async fn writers_take_turns_while_readers_go_on() {
    both(|store| async move {
        let held = store.begin().await.unwrap();
        insert_row(&held, 1, "planned").await.unwrap();
        let count = async || {
            handover_row::Entity::find()
                .count(store.read())
                .await
                .unwrap()
        };
        assert_eq!(
            count().await,
            0,
            "the reader neither waits nor sees what is not committed"
        );
        let second = tokio::spawn({
            let store = store.clone();
            async move {
                let tx = store.begin().await.unwrap();
                insert_row(&tx, 2, "planned").await.unwrap();
                tx.commit().await.unwrap();
            }
        });
        held.commit().await.unwrap();
        second.await.unwrap();
        assert_eq!(count().await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_customer_is_in_one_pending_transfer_at_most() {
    both(|store| async move {
        for pending in ["intended", "unsure", "waiting"] {
            let tx = store.begin().await.unwrap();
            insert_row(&tx, 1, "waiting").await.unwrap();
            let second = insert_row(&tx, 2, pending).await.unwrap_err();
            assert!(is_unique(&second), "{second}");
        }
        let tx = store.begin().await.unwrap();
        insert_row(&tx, 1, "waiting").await.unwrap();
        insert_row(&tx, 2, "planned").await.unwrap();
        insert_row(&tx, 3, "refused").await.unwrap();
        tx.commit().await.unwrap();
    })
    .await;
}

fn is_unique(error: &sea_orm::DbErr) -> bool {
    matches!(
        error.sql_err(),
        Some(sea_orm::SqlErr::UniqueConstraintViolation(_))
    )
}

/// A row of the customer `wmA` in handover number `handover`.
async fn insert_row(
    tx: &jiebang_store::Tx,
    handover: u128,
    state: &str,
) -> Result<(), sea_orm::DbErr> {
    let row = handover_row::Model {
        handover_id: Uuid::from_u128(handover),
        row_no: 1,
        corp_id: "ww1".into(),
        subject_kind: "customer".into(),
        subject_id: "wmA".into(),
        name: "王".into(),
        successor: Some("b".into()),
        reason: serde_json::json!({"rule": "even"}),
        prediction: "ok".into(),
        prediction_detail: None,
        state: state.into(),
        errcode: None,
        not_before: None,
        waiting_until: None,
        ended_at: None,
        call_id: None,
        started_at: None,
        carry: "none".into(),
        carry_detail: None,
        snapshot: None,
        updated_at: NOW,
        note: None,
        approval: None,
    };
    handover_row::Entity::insert(row.into_active_model())
        .exec_without_returning(tx.conn())
        .await
        .map(drop)
}
