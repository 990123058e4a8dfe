//! Reading conversations, and who takes part.

use jiebang_store::archive::conversation::{self, Filter};
use jiebang_store::archive::message::{self, Opened, Recall};
use jiebang_store::archive::read::{self, Message, Order, Window};
use jiebang_store::testing::both;

use super::*;

fn ids(messages: &[Message]) -> Vec<i64> {
    messages.iter().map(|m| m.id).collect()
}

#[tokio::test]
async fn s44_a_conversation_is_read_both_ways_by_pages() {
    both(|store| async move {
        deliver(&store, 1..=50).await;
        // Later numbers were sent earlier, over two months, and every tenth is elsewhere.
        let moment = |seq: i64| MOMENT + (50 - seq) * 86_400_000;
        let room_of = |seq: i64| if seq % 10 == 0 { 2 } else { 1 };
        let say = |row: &ToOpen| (room_of(row.seq), moment(row.seq));
        let messages = open_rows(&store, 50, say, |m| {
            m.sender = if m.seq % 2 == 0 { "anna" } else { "wm1" }.into();
        })
        .await
        .unwrap();
        let id = conversation_id(&corp(), &room(1));
        let mut truth: Vec<i64> = messages
            .iter()
            .filter(|m| m.conversation_id == id)
            .map(|m| m.id)
            .collect();
        truth.sort_unstable();
        let page = async |window: Window<'_>, order, limit| {
            ids(&read::page(store.read(), &corp(), id, window, order, limit)
                .await
                .unwrap())
        };
        let mut up = Vec::new();
        let mut window = Window::default();
        loop {
            let some = page(window, Order::OldestFirst, 7).await;
            let Some(last) = some.last() else { break };
            window.from = Some(last + 1);
            up.extend(some);
        }
        assert_eq!(up, truth);
        let mut down = Vec::new();
        let mut window = Window::default();
        loop {
            let some = page(window, Order::NewestFirst, 7).await;
            window.before = some.last().copied();
            if some.is_empty() {
                break;
            }
            down.extend(some);
        }
        down.reverse();
        assert_eq!(down, truth);
        let annas = Window {
            sender: Some("anna"),
            ..Window::default()
        };
        assert_eq!(page(annas, Order::NewestFirst, 100).await.len(), 20);
        let some = [truth[4], truth[9], 1];
        let found = read::by_ids(store.read(), &corp(), &some).await.unwrap();
        assert_eq!(ids(&found), [truth[4], truth[9]]);
        let others = read::by_ids(store.read(), &other_corp(), &truth)
            .await
            .unwrap();
        assert_eq!(others, []);
    })
    .await;
}

#[tokio::test]
async fn a_recall_marks_its_message_whichever_of_the_two_is_opened_first() {
    both(|store| async move {
        deliver(&store, 1..=2).await;
        let rows = rows::next(store.read(), &corp(), 0, 9).await.unwrap();
        let open = async |row: &ToOpen, recalls: Vec<Recall>, first: bool| {
            let id = jiebang_store::archive::message_id(MOMENT, row.seq.cast_unsigned());
            let opened = Opened {
                conversations: vec![seen(1, &[])],
                keys: kept(&store, Vec::from_iter(first.then(|| a_key(1)))).await,
                messages: vec![a_message(row, id, 1, MOMENT)],
                recalls,
                skipped: vec![],
            };
            write(&store, async |tx| {
                message::store_opened(tx, &corp(), opened, at(1)).await
            })
            .await;
            id
        };
        let recall = Recall {
            msgid: rows[0].msgid.clone(),
            recalled_by: 77,
            at: MOMENT,
        };
        let other = open(&rows[1], vec![recall], true).await;
        let id = open(&rows[0], vec![], false).await;
        let found = read::by_ids(store.read(), &corp(), &[id]).await.unwrap();
        assert_eq!(found[0].recalled_by, Some(77));
        assert_eq!(found[0].recalled_at, Some(MOMENT));
        assert_eq!(found[0].recaller, None, "that message is not there");
        let other = read::by_ids(store.read(), &corp(), &[other]).await.unwrap();
        assert_eq!(other[0].recalled_by, None);
    })
    .await;
}

#[tokio::test]
async fn conversations_are_listed_by_their_newest_message_and_by_person() {
    both(|store| async move {
        deliver(&store, 1..=30).await;
        let say = |row: &ToOpen| (row.seq % 3, MOMENT + row.seq);
        open_rows(&store, 20, say, |_| ()).await.unwrap();
        open_rows(&store, 20, say, |_| ()).await.unwrap();
        let list = async |filter: Filter<'_>| {
            let list = conversation::list(store.read(), &corp(), &filter, 2).await;
            list.unwrap()
        };
        let first = list(Filter::default()).await;
        let subjects: Vec<_> = first.iter().map(|c| c.subject.as_str()).collect();
        assert_eq!(subjects, ["wr0", "wr2"]);
        assert_eq!((first[0].messages, first[0].first_at), (10, MOMENT + 3));
        assert_eq!(first[0].last_at, MOMENT + 30);
        let rest = list(Filter {
            before: Some(first[1].last_id),
            ..Filter::default()
        })
        .await;
        assert_eq!(rest.len(), 1);
        let of = |person| Filter {
            person: Some(person),
            ..Filter::default()
        };
        assert_eq!(list(of("wm1")).await.len(), 2);
        assert_eq!(list(of("nobody")).await.len(), 0);
        let people = conversation::people_of(store.read(), &corp(), &[first[0].id]).await;
        assert_eq!(people.unwrap()[&first[0].id], ["anna", "wm1"]);
    })
    .await;
}
