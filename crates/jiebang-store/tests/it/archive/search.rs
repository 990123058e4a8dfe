//! Search finds exactly what brute force finds.

use jiebang_store::archive::delete::{self, Why};
use jiebang_store::archive::message::NewMessage;
use jiebang_store::archive::search::{AnyOf, Found, Plan, Time, compact, search};
use jiebang_store::testing::{both, sqlite, words_in_index};
use jiebang_store::{Kind, Store};
use jiebang_vault::Entropy;
use jiebang_vault::archive::Token;
use sea_orm::{ConnectionTrait, Statement};

use super::*;

const WORDS: u64 = 9;
const DAY: i64 = 86_400_000;

fn some_tokens(entropy: &Entropy, most: u64) -> Vec<Token> {
    (0..draw(entropy, most + 1))
        .map(|_| token(1 + draw(entropy, WORDS).cast_signed()))
        .collect()
}

fn a_plan(entropy: &Entropy) -> Plan {
    let any = || {
        let ways = (0..1 + draw(entropy, 3)).map(|_| some_tokens(entropy, 2));
        AnyOf(ways.collect())
    };
    Plan {
        all: (0..draw(entropy, 3)).map(|_| any()).collect(),
        none: some_tokens(entropy, 1),
    }
}

fn a_time(entropy: &Entropy) -> Time {
    let moment = || {
        let offset = DAY * draw(entropy, 80).cast_signed();
        (draw(entropy, 3) == 0).then_some(MOMENT + offset)
    };
    Time {
        from: moment(),
        to: moment(),
        before: None,
    }
}

fn means(plan: &Plan, time: Time, message: &NewMessage) -> bool {
    let has = |token: &Token| message.tokens.contains(token);
    plan.all
        .iter()
        .all(|any| any.0.iter().any(|all| all.iter().all(has)))
        && !plan.none.iter().any(has)
        && time.from.is_none_or(|from| message.sent_at >= from)
        && time.to.is_none_or(|to| message.sent_at < to)
}

async fn found(store: &Store, plan: &Plan, time: Time, limit: u64) -> Found {
    search(store, &corp(), plan, time, limit).await.unwrap()
}

/// Every page, one after another.
async fn all_pages(store: &Store, plan: &Plan, time: Time, limit: u64) -> Vec<i64> {
    let mut ids = Vec::new();
    let mut time = time;
    loop {
        let page = found(store, plan, time, limit).await;
        assert!(page.candidates.len() as u64 <= limit);
        ids.extend(page.candidates.iter().map(|m| m.id));
        time.before = page.before;
        if page.before.is_none() {
            return ids;
        }
    }
}

/// Over three months, so that PostgreSQL has several partitions.
async fn fill(store: &Store, entropy: &Entropy, messages: u64) -> Vec<NewMessage> {
    deliver(store, 1..=messages).await;
    let days: Vec<i64> = (0..=messages)
        .map(|_| draw(entropy, 80).cast_signed())
        .collect();
    let moment = |seq: i64| MOMENT + DAY * days[seq as usize] + seq % 5;
    open_rows(
        store,
        messages,
        |row| (row.seq % 7, moment(row.seq)),
        |message| message.tokens = some_tokens(entropy, 6),
    )
    .await
    .unwrap()
}

#[tokio::test]
async fn s43_random_searches_find_exactly_what_brute_force_finds_page_by_page() {
    both(|store| async move {
        let entropy = Entropy::seeded(43);
        let mut messages = fill(&store, &entropy, 300).await;
        messages.sort_by_key(|m| std::cmp::Reverse(m.id));
        let mut hits = 0;
        for round in 0..300 {
            if round == 100 {
                // From here on PostgreSQL knows which words are common, and walks for them.
                store.analyze().await.unwrap();
            }
            if round % 50 == 49 {
                let gone: Vec<i64> = messages.iter().map(|m| m.id).step_by(9).collect();
                messages.retain(|m| !gone.contains(&m.id));
                write(&store, async |tx| {
                    delete::delete(tx, &corp(), &gone, Why::Erased, at(9)).await
                })
                .await;
            }
            let (plan, time) = (a_plan(&entropy), a_time(&entropy));
            let limit = 1 + draw(&entropy, 40);
            let truth: Vec<i64> = messages
                .iter()
                .filter(|m| means(&plan, time, m))
                .map(|m| m.id)
                .collect();
            let ids = all_pages(&store, &plan, time, limit).await;
            assert_eq!(ids, truth, "{plan:?} {time:?} {limit}");
            hits += truth.len();
        }
        assert!(hits > 3_000, "{hits}: the questions ask for something");
    })
    .await;
}

#[tokio::test]
async fn s43_a_candidate_comes_with_what_is_needed_to_open_it_and_of_its_corp_only() {
    both(|store| async move {
        deliver(&store, [1]).await;
        let messages = open_rows(&store, 1, |_| (1, MOMENT), |m| m.tokens = vec![token(7)])
            .await
            .unwrap();
        let plan = Plan {
            all: vec![AnyOf::all(vec![token(7)])],
            none: vec![],
        };
        let page = found(&store, &plan, Time::default(), 20).await;
        assert_eq!(page.before, None);
        let candidate = &page.candidates[0];
        assert_eq!(candidate.body, messages[0].body);
        assert_eq!(candidate.key_no, 1);
        assert_eq!(candidate.conversation_id, messages[0].conversation_id);
        let others = search(&store, &other_corp(), &plan, Time::default(), 20).await;
        assert_eq!(others.unwrap().candidates, []);
        let never = Plan {
            all: vec![AnyOf::default()],
            none: vec![],
        };
        assert_eq!(
            found(&store, &never, Time::default(), 20).await.candidates,
            []
        );
    })
    .await;
}

async fn number(conn: &impl ConnectionTrait, sql: &str) -> i64 {
    let statement = Statement::from_string(conn.get_database_backend(), sql);
    let row = conn.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn s49_deleted_messages_leave_nothing_in_the_index() {
    both(|store| async move {
        let entropy = Entropy::seeded(49);
        let messages = fill(&store, &entropy, 200).await;
        let ids: Vec<i64> = messages.iter().map(|m| m.id).collect();
        let deleted = write(&store, async |tx| {
            delete::delete(tx, &corp(), &ids, Why::Erased, at(9)).await
        })
        .await;
        assert_eq!(deleted.messages, 200);
        let left = all_pages(&store, &Plan::default(), Time::default(), 50).await;
        assert!(left.is_empty());
        let mut steps = 0;
        while write(&store, async |tx| compact(tx, 16).await).await {
            steps += 1;
            assert!(steps < 1_000, "it comes to an end");
        }
        let words = words_in_index(&store).await.unwrap_or(0);
        assert_eq!(words, 0, "no term is left in the shadow tables");
        let tx = store.begin().await.unwrap();
        if store.kind() == Kind::Postgres {
            assert_eq!(
                number(tx.conn(), "SELECT count(*) FROM message_index").await,
                0
            );
        } else {
            let sizes = "SELECT count(*) FROM message_index_docsize";
            assert_eq!(number(tx.conn(), sizes).await, 0);
        }
    })
    .await;
}

/// What the index would be without the terms: that the check above can fail.
#[tokio::test]
async fn the_words_of_messages_that_are_kept_are_in_the_shadow_tables() {
    let store = sqlite().await;
    fill(&store, &Entropy::seeded(49), 50).await;
    assert_eq!(words_in_index(&store).await, Some(WORDS.cast_signed()));
}
