//! From a page to messages, exactly once.

use std::collections::BTreeSet;

use jiebang_store::archive::conversation;
use jiebang_store::archive::figures::completeness;
use jiebang_store::archive::message::{self, Opened, Skipped, UNKNOWN_KIND};
use jiebang_store::archive::rows::{self, Again, State};
use jiebang_store::archive::{message_id, moment_of, read};
use jiebang_store::testing::both;
use jiebang_store::{Store, StoreError};
use jiebang_vault::Entropy;

use super::*;

#[tokio::test]
async fn s42_a_page_and_its_cursor_are_stored_together_and_may_come_again() {
    both(|store| async move {
        let stored = deliver(&store, [5, 6, 9]).await;
        assert_eq!((stored.new, stored.again, stored.seq), (3, 0, 9));
        let stored = deliver(&store, [6, 9, 10, 10]).await;
        assert_eq!((stored.new, stored.again, stored.seq), (1, 3, 10));
        let stored = deliver(&store, [5]).await;
        assert_eq!(stored.seq, 10, "it never goes back");
        let cursor = rows::cursor(store.read(), &corp()).await.unwrap().unwrap();
        assert_eq!(cursor.holes, 2, "7 and 8");
        assert_eq!((cursor.rows_stored, cursor.rows_again), (4, 4));
        assert_eq!(cursor.caught_up_at, None);
        deliver(&store, []).await;
        let cursor = rows::cursor(store.read(), &corp()).await.unwrap().unwrap();
        assert_eq!(cursor.caught_up_at, Some(NOW));
        let row = &rows::next(store.read(), &corp(), 0, 1).await.unwrap()[0];
        assert_eq!(row.encrypt_chat_msg.as_deref(), Some("text of 5"));
        assert_eq!(row.encrypt_random_key.as_deref(), Some("key of 5"));
        assert_eq!(
            rows::next(store.read(), &other_corp(), 0, 9).await.unwrap(),
            []
        );
    })
    .await;
}

#[tokio::test]
async fn a_row_comes_back_as_it_was_delivered() {
    both(|store| async move {
        let texts = [
            "",
            "\u{1}\u{8}\t\n\r\u{1f}\"\\/\u{7f}",
            "单号\u{2028}😀\u{ffff}",
            "[1,\"2\"]",
        ];
        let mut page: Vec<_> = (1..=4).map(sealed).collect();
        for (row, text) in page.iter_mut().zip(texts) {
            row.encrypt_chat_msg = text.to_owned();
        }
        write(&store, async |tx| {
            rows::store_page(tx, &corp(), page.clone(), at(0))
                .await
                .map(drop)
        })
        .await;
        let rows = rows::next(store.read(), &corp(), 0, 9).await.unwrap();
        assert_eq!(rows.len(), page.len());
        for (row, given) in rows.iter().zip(&page) {
            assert_eq!(row.msgid, given.msgid);
            assert_eq!(row.seq.cast_unsigned(), given.seq);
            assert_eq!(row.publickey_ver, i64::from(given.publickey_ver));
            assert_eq!(row.received_at, at(0).seconds());
            let (key, text) = (&row.encrypt_random_key, &row.encrypt_chat_msg);
            assert_eq!(key.as_ref(), Some(&given.encrypt_random_key));
            assert_eq!(text.as_ref(), Some(&given.encrypt_chat_msg));
        }
    })
    .await;
}

#[tokio::test]
async fn a_page_whose_transaction_is_lost_moves_nothing() {
    both(|store| async move {
        let tx = store.begin().await.unwrap();
        rows::store_page(&tx, &corp(), vec![sealed(1)], at(0))
            .await
            .unwrap();
        drop(tx);
        assert_eq!(rows::cursor(store.read(), &corp()).await.unwrap(), None);
        assert_eq!(rows::next(store.read(), &corp(), 0, 9).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn numbers_up_to_the_largest_u64_survive() {
    both(|store| async move {
        let stored = deliver(&store, [u64::MAX - 1, u64::MAX]).await;
        assert_eq!(stored.seq, u64::MAX);
        let rows = rows::next(store.read(), &corp(), 0, 9).await.unwrap();
        assert_eq!(rows[1].seq.cast_unsigned(), u64::MAX);
        let messages = open_rows(&store, 9, |_| (1, MOMENT), |_| ()).await.unwrap();
        let found = all_messages(&store).await.into_iter();
        let mut found = found.filter(|one| one.msgid == messages[1].msgid);
        assert_eq!(found.next().unwrap().seq.cast_unsigned(), u64::MAX);
    })
    .await;
}

async fn all_messages(store: &Store) -> Vec<read::Message> {
    read::sweep(store.read(), &corp(), -1, 10_000)
        .await
        .unwrap()
}

/// Pages that overlap, batches that are lost before their commit, and two programs that open the
/// same rows, in random order.
#[tokio::test]
async fn s42_whatever_is_delivered_again_or_lost_on_the_way_every_message_is_there_once() {
    for seed in 0..4 {
        both(|store| async move {
            let entropy = Entropy::seeded(seed);
            let mut delivered = 0;
            while delivered < 400 {
                match draw(&entropy, 5) {
                    0 | 1 => {
                        let from = delivered - draw(&entropy, 30).min(delivered);
                        let to = from + 1 + draw(&entropy, 40);
                        deliver(&store, from..to).await;
                        delivered = delivered.max(to);
                    }
                    2 => {
                        open_rows(&store, draw(&entropy, 50), |_| (1, MOMENT), |_| ())
                            .await
                            .unwrap();
                    }
                    3 => lose_a_batch(&store).await,
                    _ => two_at_once(&store).await,
                }
            }
            open_rows(&store, 1_000, |_| (1, MOMENT), |_| ())
                .await
                .unwrap();
            let messages = all_messages(&store).await;
            let msgids: BTreeSet<_> = messages.iter().map(|m| m.msgid.clone()).collect();
            let truth: BTreeSet<_> = (0..delivered).map(|seq| sealed(seq).msgid).collect();
            assert_eq!(msgids, truth);
            assert_eq!(messages.len(), truth.len(), "each once");
            let figures = completeness(store.read(), &corp()).await.unwrap();
            assert_eq!((figures.new_rows, figures.parked.len()), (0, 0));
            assert_eq!(figures.cursor.unwrap().rows_stored as usize, truth.len());
            assert_eq!(figures.kinds[0].messages as usize, truth.len());
            let filter = conversation::Filter::default();
            let listed = conversation::list(store.read(), &corp(), &filter, 9).await;
            assert_eq!(listed.unwrap()[0].messages as usize, truth.len());
        })
        .await;
    }
}

async fn batch(store: &Store) -> Opened {
    let rows = rows::next(store.read(), &corp(), 0, 20).await.unwrap();
    let moments: Vec<_> = rows
        .iter()
        .map(|r| (MOMENT, r.seq.cast_unsigned()))
        .collect();
    let ids = message::free_ids(store.read(), &moments).await.unwrap();
    let id = conversation_id(&corp(), &room(1));
    let known = conversation::find(store.read(), &corp(), id).await.unwrap();
    Opened {
        keys: match known {
            None if !rows.is_empty() => kept(store, vec![a_key(1)]).await,
            _ => KeptKeys::default(),
        },
        conversations: match rows.is_empty() {
            true => vec![],
            false => vec![seen(1, &["anna"])],
        },
        messages: rows
            .iter()
            .zip(ids)
            .map(|(row, id)| a_message(row, id, 1, MOMENT))
            .collect(),
        ..Opened::default()
    }
}

async fn lose_a_batch(store: &Store) {
    let opened = batch(store).await;
    let tx = store.begin().await.unwrap();
    message::store_opened(&tx, &corp(), opened, at(1))
        .await
        .unwrap();
    drop(tx);
}

async fn two_at_once(store: &Store) {
    let opened = batch(store).await;
    let rows = opened.messages.len();
    let tx = store.begin().await.unwrap();
    message::store_opened(&tx, &corp(), opened.clone(), at(1))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let tx = store.begin().await.unwrap();
    let second = message::store_opened(&tx, &corp(), opened, at(1)).await;
    if rows > 0 {
        assert!(matches!(second, Err(StoreError::RowCount { found: 0, .. })));
    }
}

#[tokio::test]
async fn a_parked_row_waits_for_the_key_of_its_version_and_keeps_what_it_needs() {
    both(|store| async move {
        let mut page: Vec<_> = (1..=4).map(sealed).collect();
        page[1].publickey_ver = 2;
        page[2].publickey_ver = 2;
        write(&store, async |tx| {
            rows::store_page(tx, &corp(), page, at(0)).await.map(drop)
        })
        .await;
        let new = rows::next(store.read(), &corp(), 0, 9).await.unwrap();
        let reasons = [
            (new[1].id, "unknown_key_version"),
            (new[2].id, "unknown_key_version"),
            (new[3].id, "sdk_10008"),
        ];
        write(&store, async |tx| {
            rows::park(tx, &corp(), &reasons, at(5)).await
        })
        .await;
        let figures = completeness(store.read(), &corp()).await.unwrap();
        assert_eq!(figures.new_rows, 1);
        let parked: Vec<_> = figures
            .parked
            .iter()
            .map(|p| (p.reason.as_str(), p.publickey_ver, p.rows))
            .collect();
        assert_eq!(parked, [("sdk_10008", 1, 1), ("unknown_key_version", 2, 2)]);
        let parked = rows::parked(store.read(), &corp(), 0, 9).await.unwrap();
        assert!(parked.iter().all(|row| row.tries == 1), "{parked:?}");
        let back = write(&store, async |tx| {
            rows::unpark(tx, &corp(), Again::Version(2), at(9)).await
        })
        .await;
        assert_eq!(back, 2);
        let next = rows::next(store.read(), &corp(), 0, 9).await.unwrap();
        assert_eq!(next.len(), 3);
        assert_eq!(next[1].encrypt_chat_msg.as_deref(), Some("text of 2"));
        let parked = rows::parked(store.read(), &corp(), 0, 9).await.unwrap();
        assert_eq!(parked.len(), 1);
        assert_eq!(parked[0].state, State::Parked.as_str());
    })
    .await;
}

#[tokio::test]
async fn a_done_row_lets_go_of_its_blobs_and_a_skipped_one_says_why() {
    both(|store| async move {
        deliver(&store, [1, 2]).await;
        let rows = rows::next(store.read(), &corp(), 0, 9).await.unwrap();
        let mut message = a_message(&rows[0], message_id(MOMENT, 1), 1, MOMENT);
        message.kind = "hologram".into();
        message.flags = UNKNOWN_KIND;
        let opened = Opened {
            conversations: vec![seen(1, &[])],
            keys: kept(&store, vec![a_key(1)]).await,
            messages: vec![message],
            skipped: vec![Skipped {
                row: rows[1].id,
                reason: "refused",
            }],
            recalls: vec![],
        };
        write(&store, async |tx| {
            message::store_opened(tx, &corp(), opened, at(1)).await
        })
        .await;
        use jiebang_store::entity::archive_row::Entity;
        use sea_orm::EntityTrait;
        let done = Entity::find().all(store.read()).await.unwrap();
        for row in &done {
            assert_eq!(row.state, "done");
            assert_eq!(
                (&row.encrypt_random_key, &row.encrypt_chat_msg),
                (&None, &None)
            );
        }
        assert_eq!(done[0].message_id, Some(message_id(MOMENT, 1)));
        assert_eq!(done[0].reason, None);
        assert_eq!(done[1].message_id, None);
        assert_eq!(done[1].reason.as_deref(), Some("refused"));
        assert_eq!(deliver(&store, [1, 2]).await.new, 0);
        let figures = completeness(store.read(), &corp()).await.unwrap();
        assert_eq!(figures.kinds.len(), 1);
        assert!(!figures.kinds[0].known);
    })
    .await;
}

#[tokio::test]
async fn ids_are_ordered_by_time_and_an_id_that_is_taken_is_passed_over() {
    both(|store| async move {
        deliver(&store, 1..=6).await;
        // The numbers of two messages of the same millisecond may end alike.
        let alike = 1 << 20;
        let moments = [
            (MOMENT, 3),
            (MOMENT, 3 + alike),
            (MOMENT, 4),
            (MOMENT - 1, 9),
        ];
        let ids = message::free_ids(store.read(), &moments).await.unwrap();
        let distinct: BTreeSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), 4);
        assert!(
            ids.iter()
                .zip(&moments)
                .all(|(id, m)| moment_of(*id) == m.0)
        );
        open_rows(&store, 6, |row| (1, MOMENT + 60 - row.seq), |_| ())
            .await
            .unwrap();
        let taken: Vec<_> = all_messages(&store).await;
        assert!(taken.windows(2).all(|two| two[0].sent_at < two[1].sent_at));
        let again: Vec<_> = taken
            .iter()
            .map(|m| (m.sent_at, m.seq.cast_unsigned()))
            .collect();
        let free = message::free_ids(store.read(), &again).await.unwrap();
        for (free, taken) in free.iter().zip(&taken) {
            assert_eq!(*free, taken.id + 1);
        }
    })
    .await;
}
