//! The queue of files, and contents that are stored once.

use jiebang_store::archive::figures::completeness;
use jiebang_store::archive::media::{self, Content, FileKey, NewFile};
use jiebang_store::testing::both;

use super::*;

fn a_file(place: i32, deadline: i64, wanted: bool) -> NewFile {
    NewFile {
        place,
        kind: "image".into(),
        file_id: vec![1, 2, 3],
        size: Some(10),
        md5: None,
        deadline: NOW + deadline,
        wanted,
    }
}

fn key_of(file: &media::File) -> FileKey {
    FileKey {
        message_id: file.message_id,
        place: file.place,
    }
}

fn content(name: u8, place: &str) -> Content {
    Content {
        name: vec![name; 32],
        size: 10,
        place: place.into(),
        is_known: false,
        wrapped_key: vec![5],
        told: None,
    }
}

#[tokio::test]
async fn the_file_wecom_forgets_first_is_fetched_first_and_goes_on_where_it_was() {
    both(|store| async move {
        deliver(&store, 1..=4).await;
        let messages = open_rows(
            &store,
            4,
            |row| (1, MOMENT + row.seq),
            |m| {
                let deadline = 100 - m.seq.cast_signed();
                m.files = vec![a_file(0, deadline, true), a_file(1, deadline, false)];
            },
        )
        .await
        .unwrap();
        let due = async |seconds| {
            let due = media::due(store.read(), &corp(), at(seconds), 9).await;
            due.unwrap()
        };
        let files = due(0).await;
        let order: Vec<i64> = files.iter().map(|f| f.message_id).collect();
        let newest_first: Vec<i64> = messages.iter().rev().map(|m| m.id).collect();
        assert_eq!(order, newest_first);
        let first = key_of(&files[0]);
        write(&store, async |tx| {
            media::note_part(tx, &corp(), first, "Range:bytes=5-9", 5).await?;
            media::put_off(tx, &corp(), first, "network", at(60), false).await?;
            media::give_up(tx, &corp(), key_of(&files[1]), "expired").await
        })
        .await;
        assert_eq!(due(59).await.len(), 2);
        let again = &due(60).await[0];
        assert_eq!(key_of(again), first);
        assert_eq!(again.out_index.as_deref(), Some("Range:bytes=5-9"));
        assert_eq!((again.received, again.tries), (5, 1));
        let figures = completeness(store.read(), &corp()).await.unwrap();
        let files: Vec<_> = figures
            .files
            .iter()
            .map(|f| (f.state.as_str(), f.reason.as_deref(), f.files))
            .collect();
        assert!(
            files.contains(&("missing", Some("expired"), 1)),
            "{files:?}"
        );
        assert!(files.contains(&("skipped", None, 4)), "{files:?}");
        assert!(
            files.contains(&("waiting", Some("network"), 1)),
            "{files:?}"
        );
        assert!(files.contains(&("waiting", None, 2)), "{files:?}");
    })
    .await;
}

#[tokio::test]
async fn a_content_is_stored_once_and_goes_with_the_last_message_that_shows_it() {
    use jiebang_store::archive::delete::{self, Why};
    both(|store| async move {
        deliver(&store, 1..=3).await;
        let messages = open_rows(
            &store,
            3,
            |row| (row.seq, MOMENT),
            |m| {
                m.files = vec![a_file(0, 9, true), a_file(1, 9, true)];
            },
        )
        .await
        .unwrap();
        let mut places = Vec::new();
        let due = media::due(store.read(), &corp(), at(0), 9).await.unwrap();
        for (n, file) in due.iter().enumerate() {
            let given = content(u8::from(n == 5), &format!("place {n}"));
            places.push(
                write(&store, async |tx| {
                    media::store_content(tx, &corp(), key_of(file), given.clone(), at(1)).await
                })
                .await,
            );
        }
        let one = [const { Some("place 0") }; 5];
        let places: Vec<Option<&str>> = places.iter().map(Option::as_deref).collect();
        assert_eq!(places[..5], one);
        assert_eq!(places[5], Some("place 5"));
        let blob = async || media::blob(store.read(), &corp(), &[0; 32]).await.unwrap();
        assert_eq!(blob().await.unwrap().refs, 5);
        let remove = async |id: i64| {
            write(&store, async |tx| {
                delete::delete(tx, &corp(), &[id], Why::Erased, at(2)).await?;
                media::let_unused_leave(tx, &corp(), 9).await
            })
            .await;
            media::leaving(store.read(), &corp(), "", 9).await.unwrap()
        };
        assert_eq!(remove(messages[0].id).await, Vec::<String>::new());
        assert_eq!(blob().await.unwrap().refs, 3);
        let shown = media::shown_by(store.read(), &corp(), &[0; 32], 9)
            .await
            .unwrap();
        assert!(!shown.is_empty() && shown.iter().all(|file| file.message_id != messages[0].id));
        remove(messages[1].id).await;
        let gone = remove(messages[2].id).await;
        assert_eq!(gone, ["place 0", "place 5"]);
        assert_eq!(blob().await, None);
        write(&store, async |tx| {
            media::have_left(tx, &corp(), &gone[..1]).await
        })
        .await;
        let left = media::leaving(store.read(), &corp(), "", 9).await.unwrap();
        assert_eq!(left, ["place 5"]);
        // Who found it there before is told that it has left, and notes nothing.
        deliver(&store, 4..=4).await;
        open_rows(
            &store,
            1,
            |row| (row.seq, MOMENT),
            |m| m.files = vec![a_file(0, 9, true)],
        )
        .await
        .unwrap();
        let due = media::due(store.read(), &corp(), at(0), 9).await.unwrap();
        let known = Content {
            is_known: true,
            ..content(0, "place 0")
        };
        let tx = store.begin().await.unwrap();
        let none = media::store_content(&tx, &corp(), key_of(&due[0]), known, at(1)).await;
        assert_eq!(none.unwrap(), None);
        drop(tx);
        assert_eq!(blob().await, None);
        let still = media::due(store.read(), &corp(), at(0), 9).await.unwrap();
        assert_eq!(still, due);
    })
    .await;
}

/// Whichever is first, nothing shows the content afterwards, and nothing counts as showing it.
#[tokio::test]
async fn a_content_that_comes_while_its_message_goes_is_not_kept_for_nobody() {
    use jiebang_store::archive::delete::{self, Why};
    both(|store| async move {
        for round in 1..=24 {
            deliver(&store, round..=round).await;
            let files = |m: &mut NewMessage| m.files = vec![a_file(0, 9, true)];
            let opened = open_rows(&store, 1, |row| (row.seq, MOMENT), files);
            let message = opened.await.unwrap().remove(0);
            let file = FileKey {
                message_id: message.id,
                place: 0,
            };
            let comes = async {
                let tx = store.begin().await.unwrap();
                let content = content(0, "place 0");
                match media::store_content(&tx, &corp(), file, content, at(1)).await {
                    Ok(place) => {
                        assert_eq!(place.as_deref(), Some("place 0"));
                        tx.commit().await.unwrap();
                    }
                    Err(StoreError::RowCount { .. }) => {}
                    Err(error) => panic!("{error}"),
                }
            };
            let goes = write(&store, async |tx| {
                delete::delete(tx, &corp(), &[message.id], Why::Erased, at(2)).await
            });
            if round % 2 == 0 {
                tokio::join!(comes, goes);
            } else {
                tokio::join!(goes, comes);
            }
            let blob = media::blob(store.read(), &corp(), &[0; 32]).await.unwrap();
            assert_eq!(blob.map_or(0, |blob| blob.refs), 0, "round {round}");
        }
    })
    .await;
}
