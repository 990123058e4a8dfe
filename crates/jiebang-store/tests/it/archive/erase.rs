//! Expiry, holds, erasure, and that nothing readable is in any file.

use jiebang_store::archive::delete::{self, Deleted, Why};
use jiebang_store::archive::erasure::{self, ErasedKey, Erasure};
use jiebang_store::archive::hold::{self, Hold};
use jiebang_store::archive::key;
use jiebang_store::archive::read;
use jiebang_store::archive::{Subject, conversation};
use jiebang_store::testing::{both, files_with, keys_in, sqlite_url};
use jiebang_store::{DatabaseUrl, Store};
use jiebang_vault::archive::{ConversationKey, IndexKey, Record};
use uuid::Uuid;

use super::*;

fn a_hold(n: u128, subject: Subject, id: &str) -> Hold {
    Hold {
        id: Uuid::from_u128(n),
        corp_id: corp().to_string(),
        subject_kind: subject.as_str().into(),
        subject_id: id.into(),
        reason: "a lawsuit".into(),
        placed_by: "compliance".into(),
        placed_at: NOW,
        lifted_by: None,
        lifted_at: None,
    }
}

async fn expire(store: &Store, seconds: i64) -> u64 {
    let ids = delete::expired(store.read(), &corp(), at(seconds), 100)
        .await
        .unwrap();
    let expired = write(store, async |tx| {
        delete::delete(tx, &corp(), &ids, Why::Expired, at(seconds)).await
    })
    .await;
    assert_eq!(expired.messages, ids.len() as u64);
    expired.messages
}

#[tokio::test]
async fn s49_what_expires_is_removed_unless_a_hold_covers_it() {
    both(|store| async move {
        deliver(&store, 1..=40).await;
        let say = |row: &ToOpen| (row.seq % 4, MOMENT + row.seq);
        let messages = open_rows(&store, 40, say, |m| {
            m.expires_at = (m.seq != 40).then_some(NOW + m.seq.cast_signed());
        })
        .await
        .unwrap();
        let id = conversation_id(&corp(), &room(1)).to_string();
        write(&store, async |tx| {
            hold::place(tx, a_hold(1, Subject::Conversation, &id)).await?;
            hold::place(tx, a_hold(2, Subject::Person, "nobody")).await
        })
        .await;
        assert_eq!(expire(&store, 0).await, 0);
        assert_eq!(expire(&store, 20).await, 15, "of 20, a quarter is held");
        // Asked for by id, what is held or not over stays as well.
        let all: Vec<i64> = messages.iter().map(|m| m.id).collect();
        let more = write(&store, async |tx| {
            delete::delete(tx, &corp(), &all, Why::Expired, at(24)).await
        })
        .await;
        assert_eq!(more.messages, 3);
        let person = a_hold(3, Subject::Person, "wm1");
        write(&store, async |tx| hold::place(tx, person.clone()).await).await;
        assert_eq!(expire(&store, 100).await, 0, "wm1 is in every room");
        let lift = async |n| {
            write(&store, async |tx| {
                hold::lift(tx, &corp(), Uuid::from_u128(n), "compliance", at(50)).await
            })
            .await
        };
        assert!(lift(3).await);
        assert!(!lift(3).await);
        assert_eq!(expire(&store, 100).await, 11);
        write(&store, async |tx| {
            hold::place(tx, a_hold(4, Subject::Corp, "")).await
        })
        .await;
        assert!(lift(1).await);
        assert_eq!(expire(&store, 100).await, 0);
        assert!(lift(4).await);
        assert_eq!(expire(&store, 100).await, 10);
        let left = read::sweep(store.read(), &corp(), -1, 99).await.unwrap();
        assert_eq!(left.len(), 1, "the one without an end");
        assert_eq!(
            hold::list(store.read(), &corp(), false)
                .await
                .unwrap()
                .len(),
            4
        );
        assert_eq!(
            hold::list(store.read(), &corp(), true).await.unwrap().len(),
            1
        );
    })
    .await;
}

#[tokio::test]
async fn s49_a_message_that_was_removed_does_not_come_back_with_its_next_delivery() {
    both(|store| async move {
        deliver(&store, 1..=3).await;
        let messages = open_rows(&store, 3, |_| (1, MOMENT), |_| ()).await.unwrap();
        let ids: Vec<i64> = messages.iter().map(|m| m.id).collect();
        let deleted = write(&store, async |tx| {
            delete::delete(tx, &corp(), &ids, Why::Erased, at(9)).await
        })
        .await;
        assert_eq!((deleted.messages, deleted.files), (3, 0));
        assert_eq!(deliver(&store, 1..=3).await.new, 0);
        assert_eq!(rows::next(store.read(), &corp(), 0, 9).await.unwrap(), []);
        let again = write(&store, async |tx| {
            delete::delete(tx, &corp(), &ids, Why::Erased, at(9)).await
        })
        .await;
        assert_eq!(again, Deleted::default());
        let id = conversation_id(&corp(), &room(1));
        let conversation = conversation::find(store.read(), &corp(), id).await.unwrap();
        assert_eq!(conversation.unwrap().messages, 0);
    })
    .await;
}

fn an_erasure(n: u128) -> Erasure {
    Erasure {
        id: Uuid::from_u128(n),
        corp_id: corp().to_string(),
        subject_kind: Subject::Conversation.as_str().into(),
        subject_id: room(1),
        reason: "asked for".into(),
        asked_by: "compliance".into(),
        at: NOW,
        messages: 0,
        files: 0,
        conversations: 0,
        finished_at: None,
    }
}

/// Removes everything whose key is destroyed.
async fn sweep_erased(store: &Store) -> u64 {
    let mut removed = 0;
    loop {
        let left = erasure::left_over(store.read(), &corp(), 9).await.unwrap();
        let Some((erasure, conversation)) = left.first().copied() else {
            return removed;
        };
        let step = write(store, async |tx| {
            erasure::step(tx, &corp(), erasure, conversation, 4, at(9)).await
        })
        .await;
        assert!(step.messages > 0);
        removed += step.messages;
    }
}

#[tokio::test]
async fn b17_an_erasure_destroys_the_keys_first_and_then_what_they_sealed() {
    both(|store| async move {
        deliver(&store, 1..=20).await;
        open_rows(&store, 20, |row| (row.seq % 2, MOMENT + row.seq), |_| ())
            .await
            .unwrap();
        let id = conversation_id(&corp(), &room(1));
        let destroyed = write(&store, async |tx| {
            erasure::begin(tx, &corp(), an_erasure(1), &[id], &[7], at(5)).await
        })
        .await;
        assert_eq!(destroyed, 1);
        let keys = key::of_conversations(store.read(), &corp(), &[id])
            .await
            .unwrap();
        assert_eq!(
            (&keys[0].wrapped, keys[0].destroyed_at),
            (&None, Some(NOW + 5))
        );
        assert_eq!(sweep_erased(&store).await, 10);
        let (erasure, erased) = noted(&store).await;
        assert_eq!(erasure.messages, 10);
        assert_eq!((erased[0].conversation_id, erased[0].number), (id, 1));
        let left = read::sweep(store.read(), &corp(), -1, 99).await.unwrap();
        assert_eq!(left.len(), 10);
        assert!(left.iter().all(|m| m.conversation_id != id));
    })
    .await;
}

/// The one erasure there is, with its keys.
async fn noted(store: &Store) -> (Erasure, Vec<ErasedKey>) {
    let noted = erasure::list(store.read(), &corp(), None, 9).await.unwrap();
    let keys = erasure::keys_of(store.read(), &corp(), noted[0].id).await;
    (noted[0].clone(), keys.unwrap())
}

/// The list of erasures is carried from the newer database to the older one.
#[tokio::test]
async fn b17_a_backup_from_before_an_erasure_brings_nothing_back() {
    let (url, folder) = sqlite_url();
    let store = Store::open(&url, &keys_in(folder.path())).await.unwrap();
    deliver(&store, 1..=20).await;
    open_rows(&store, 20, |row| (row.seq % 2, MOMENT + row.seq), |_| ())
        .await
        .unwrap();
    store.close().await.unwrap();
    let backup = folder.path().join("backup.db");
    std::fs::copy(folder.path().join("test.db"), &backup).unwrap();
    let store = Store::open(&url, &keys_in(folder.path())).await.unwrap();
    let id = conversation_id(&corp(), &room(1));
    write(&store, async |tx| {
        erasure::begin(tx, &corp(), an_erasure(1), &[id], &[7], at(5)).await
    })
    .await;
    sweep_erased(&store).await;
    let (noted, keys) = noted(&store).await;
    store.close().await.unwrap();
    let wrapped = a_key(1).wrapped;
    let with_key = files_with(folder.path(), &wrapped);
    assert_eq!(with_key, ["backup.db"], "the key itself is overwritten");

    let store = Store::open(&DatabaseUrl::sqlite(&backup), &keys_in(folder.path()))
        .await
        .unwrap();
    assert_eq!(sweep_erased(&store).await, 0, "the backup knows of nothing");
    let destroyed = write(&store, async |tx| {
        erasure::apply(tx, noted.clone(), &keys, &[7, 8]).await
    })
    .await;
    assert_eq!(destroyed, 1);
    let left = async || {
        erasure::shares_left(store.read(), &corp(), 9)
            .await
            .unwrap()
    };
    assert_eq!(left().await, [7, 8]);
    write(&store, async |tx| {
        erasure::note_removed(tx, &corp(), &[7, 8], Some(at(6))).await
    })
    .await;
    assert_eq!(sweep_erased(&store).await, 10);
    let again = write(&store, async |tx| {
        erasure::apply(tx, noted.clone(), &keys, &[7, 8]).await
    })
    .await;
    assert_eq!(again, 0);
    assert_eq!(left().await, [0; 0], "what was removed stays so");
    let removed = erasure::shares_removed(store.read(), &corp(), Some(7), 9).await;
    assert_eq!(removed.unwrap(), [8]);
    write(&store, async |tx| {
        erasure::note_removed(tx, &corp(), &[8], None).await
    })
    .await;
    assert_eq!(left().await, [8], "it came back");
    store.close().await.unwrap();
    assert_eq!(files_with(folder.path(), &wrapped), Vec::<String>::new());
}

/// With real keys: sealed, indexed, found, opened, and in no file.
#[tokio::test]
async fn s42_a_planted_sentence_is_found_by_search_and_is_in_no_file() {
    use jiebang_store::archive::search::{AnyOf, Plan, Time, search};
    const SENTENCE: &str = "请把尾款打到这个账户 4711-planted";
    let entropy = Entropy::system();
    let index = IndexKey::generate(&entropy).unwrap();
    let key = ConversationKey::generate(&entropy).unwrap();
    let (url, folder) = sqlite_url();
    let store = Store::open(&url, &keys_in(folder.path())).await.unwrap();
    deliver(&store, 1..=60).await;
    let pairs = |text: &str| -> Vec<Token> {
        let chars: Vec<char> = text.chars().collect();
        let pairs = chars.windows(2).map(String::from_iter);
        pairs.map(|pair| index.token(pair.as_bytes())).collect()
    };
    let body_of = |id| Record::Body {
        corp: "ww1",
        conversation: conversation_id(&corp(), &room(1)),
        message: id,
    };
    open_rows(
        &store,
        60,
        |row| (1, MOMENT + row.seq),
        |m| {
            let text = match m.seq {
                33 => SENTENCE.to_owned(),
                n => format!("第{n}条：明天见"),
            };
            m.tokens = pairs(&text);
            m.body = key.seal(&body_of(m.id), text.as_bytes(), &entropy).unwrap();
        },
    )
    .await
    .unwrap();
    let plan = Plan {
        all: vec![AnyOf::all(pairs("打到这个账户"))],
        none: vec![],
    };
    let found = search(&store, &corp(), &plan, Time::default(), 20)
        .await
        .unwrap();
    assert_eq!(found.candidates.len(), 1);
    let hit = &found.candidates[0];
    assert_eq!(
        &key.open(&body_of(hit.id), &hit.body).unwrap()[..],
        SENTENCE.as_bytes()
    );
    let parts = ["尾款打到", "4711-planted", "明天见"];
    for closed in [false, true] {
        if closed {
            store.close().await.unwrap();
        }
        let files = std::fs::read_dir(folder.path()).unwrap().count();
        assert!(files >= 1);
        for part in parts {
            assert_eq!(
                files_with(folder.path(), part.as_bytes()),
                Vec::<String>::new()
            );
        }
        assert!(
            !files_with(folder.path(), hit.msgid.as_bytes()).is_empty(),
            "the search reads"
        );
    }
}
