//! How fast the archive's store takes messages and finds them, without WeCom and RSA.
//!
//! ```text
//! cargo run --release -p jiebang-store --example archive_speed -- 200000 sqlite:///tmp/speed.db
//! ```
//!
//! Words are drawn by Zipf's law, tokens are keyed, bodies sealed, and every batch of 1,000 is
//! delivered, opened and committed as the product does it, one after another on one core (and the
//! database's own).

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement that prints its figures and stops at the first error"
)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use jiebang_store::archive::conversation::SeenConversation;
use jiebang_store::archive::conversation_id;
use jiebang_store::archive::key::NewKey;
use jiebang_store::archive::message::{self, NewMessage, Opened};
use jiebang_store::archive::rows::{self, SealedRow};
use jiebang_store::archive::search::{AnyOf, Plan, Time, search};
use jiebang_store::{DatabaseUrl, Store};
use jiebang_vault::Entropy;
use jiebang_vault::archive::{ConversationKey, IndexKey, Record, Token};

const BATCH: u64 = 1_000;
const CONVERSATIONS: u64 = 2_000;
const WORDS: usize = 20_000;
const START: i64 = 1_700_000_000_000;
/// Half a year.
const SPAN: i64 = 180 * 86_400_000;

/// A small generator (SplitMix64): a measurement needs the same texts every time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

/// Words of two or three of 3,500 characters, and how often each is drawn.
struct Words {
    words: Vec<String>,
    up_to: Vec<f64>,
}

impl Words {
    fn new(dice: &mut Dice) -> Self {
        let mut words = Vec::with_capacity(WORDS);
        let mut up_to = Vec::with_capacity(WORDS);
        let mut sum = 0.0;
        for n in 0..WORDS {
            let length = 2 + dice.below(2);
            let word = (0..length).map(|_| {
                let offset = u32::try_from(dice.below(3_500)).unwrap();
                char::from_u32(0x4e00 + offset).unwrap()
            });
            words.push(word.collect());
            sum += 1.0 / (n as f64 + 3.0);
            up_to.push(sum);
        }
        Self { words, up_to }
    }

    fn draw(&self, dice: &mut Dice) -> &str {
        let at = (dice.next() >> 11) as f64 / (1_u64 << 53) as f64;
        let at = at * self.up_to[WORDS - 1];
        &self.words[self.up_to.partition_point(|sum| *sum < at).min(WORDS - 1)]
    }

    fn text(&self, dice: &mut Dice) -> String {
        (0..3 + dice.below(14)).map(|_| self.draw(dice)).collect()
    }
}

fn pairs(index: &IndexKey, text: &str, out: &mut Vec<Token>) {
    let mut characters = text.char_indices().zip(text.char_indices().skip(1));
    characters.by_ref().for_each(|((from, _), (at, second))| {
        let pair = &text[from..at + second.len_utf8()];
        out.push(index.token(pair.as_bytes()));
    });
}

#[derive(Default)]
struct Spent {
    tokens: Duration,
    seals: Duration,
    pages: Duration,
    messages: Duration,
}

struct Bench {
    store: Store,
    corp: CorpId,
    entropy: Entropy,
    index: IndexKey,
    keys: BTreeMap<u64, ConversationKey>,
    words: Words,
    dice: Dice,
    spent: Spent,
}

fn now() -> Timestamp {
    Timestamp::from_seconds(START / 1_000)
}

impl Bench {
    async fn deliver(&mut self, from: u64) {
        let rows = (from..from + BATCH).map(|seq| SealedRow {
            msgid: format!("{:020}_{}_external", seq * 7_919, START),
            seq,
            publickey_ver: 1,
            encrypt_random_key: "k".repeat(344),
            encrypt_chat_msg: "c".repeat(700),
        });
        let rows = rows.collect();
        let started = Instant::now();
        let tx = self.store.begin().await.unwrap();
        rows::store_page(&tx, &self.corp, rows, now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        self.spent.pages += started.elapsed();
    }

    async fn open(&mut self, all: u64) {
        let started = Instant::now();
        let rows = rows::next(self.store.read(), &self.corp, BATCH)
            .await
            .unwrap();
        let moment = |seq: i64| START + SPAN / all.cast_signed() * seq;
        let moments: Vec<_> = rows
            .iter()
            .map(|r| (moment(r.seq), r.seq.cast_unsigned()))
            .collect();
        let ids = message::free_ids(self.store.read(), &moments)
            .await
            .unwrap();
        self.spent.messages += started.elapsed();
        let mut opened = Opened::default();
        let mut seen: BTreeMap<u64, ()> = BTreeMap::new();
        for (row, id) in rows.iter().zip(ids) {
            let number = self.dice.below(CONVERSATIONS);
            let message = self.say(row, id, number, moment(row.seq));
            if !self.keys.contains_key(&number) {
                unreachable!("keys are made by say");
            }
            if seen.insert(number, ()).is_none() {
                opened.conversations.push(SeenConversation {
                    id: message.conversation_id,
                    kind: "single",
                    channel: "external",
                    subject: format!("staff{} wm{number}", number % 50),
                    people: vec![format!("staff{}", number % 50), format!("wm{number}")],
                });
            }
            opened.messages.push(message);
        }
        let started = Instant::now();
        let tx = self.store.begin().await.unwrap();
        message::store_opened(&tx, &self.corp, opened, now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        self.spent.messages += started.elapsed();
    }

    fn say(&mut self, row: &rows::Row, id: i64, number: u64, sent_at: i64) -> NewMessage {
        let conversation = self.conversation(number);
        let text = self.words.text(&mut self.dice);
        let started = Instant::now();
        let mut tokens = Vec::with_capacity(64);
        pairs(&self.index, &text, &mut tokens);
        let facets = [
            format!("c{number}"),
            format!("s{}", number % 50),
            "t:text".to_owned(),
        ];
        tokens.extend(
            facets
                .iter()
                .map(|facet| self.index.token(facet.as_bytes())),
        );
        self.spent.tokens += started.elapsed();
        let body = format!(
            "{{\"msgid\":\"{}\",\"text\":{{\"content\":\"{text}\"}}}}",
            row.msgid
        );
        let started = Instant::now();
        let record = Record::Body {
            corp: self.corp.as_str(),
            conversation,
            message: id,
        };
        let body = self.keys[&number]
            .seal(&record, body.as_bytes(), &self.entropy)
            .unwrap();
        self.spent.seals += started.elapsed();
        NewMessage {
            id,
            row: row.id,
            conversation_id: conversation,
            sender: format!("wm{number}"),
            sent_at,
            seq: row.seq.cast_unsigned(),
            msgid: row.msgid.clone(),
            kind: "text".into(),
            flags: 0,
            key_no: 1,
            body,
            policy: None,
            expires_at: None,
            tokens,
            files: Vec::new(),
        }
    }

    fn conversation(&self, number: u64) -> i64 {
        conversation_id(&self.corp, &format!("staff{} wm{number}", number % 50))
    }

    async fn make_keys(&mut self) {
        let keys = (0..CONVERSATIONS).map(|number| NewKey {
            conversation_id: self.conversation(number),
            number: 1,
            corp_key_number: 1,
            wrapped: vec![0; 65],
        });
        let opened = Opened {
            keys: keys.collect(),
            ..Opened::default()
        };
        let tx = self.store.begin().await.unwrap();
        message::store_opened(&tx, &self.corp, opened, now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        for number in 0..CONVERSATIONS {
            let key = ConversationKey::generate(&self.entropy).unwrap();
            self.keys.insert(number, key);
        }
    }

    /// Newest 20, opened, for words of ranks `from..to`; `filter` adds a conversation.
    async fn ask(&mut self, name: &str, ranks: std::ops::Range<u64>, filter: bool) {
        let mut times = Vec::new();
        let mut hits = 0;
        for _ in 0..500 {
            let rank = ranks.start + self.dice.below(ranks.end - ranks.start);
            let word = self.words.words[usize::try_from(rank).unwrap()].clone();
            let mut tokens = Vec::new();
            pairs(&self.index, &word, &mut tokens);
            if filter {
                let facet = format!("c{}", self.dice.below(CONVERSATIONS));
                tokens.push(self.index.token(facet.as_bytes()));
            }
            let plan = Plan {
                all: vec![AnyOf::all(tokens)],
                none: vec![],
            };
            let started = Instant::now();
            let found = search(self.store.read(), &self.corp, &plan, Time::default(), 20);
            for candidate in found.await.unwrap().candidates {
                let number: u64 = candidate.sender[2..].parse().unwrap();
                let record = Record::Body {
                    corp: self.corp.as_str(),
                    conversation: candidate.conversation_id,
                    message: candidate.id,
                };
                let body = self.keys[&number].open(&record, &candidate.body).unwrap();
                hits += usize::from(std::str::from_utf8(&body).unwrap().contains(&word));
            }
            times.push(started.elapsed());
        }
        times.sort();
        let at = |share: f64| times[(times.len() as f64 * share) as usize].as_secs_f64() * 1_000.0;
        println!(
            "{name}: hits a query {:.1}, p50 {:.2} ms, p95 {:.2} ms, p99 {:.2} ms",
            hits as f64 / 500.0,
            at(0.5),
            at(0.95),
            at(0.99)
        );
    }
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let messages: u64 = arguments.next().map_or(200_000, |n| n.parse().unwrap());
    let url = arguments
        .next()
        .unwrap_or_else(|| "sqlite:archive-speed.db".to_owned());
    let url: DatabaseUrl = url.parse().unwrap();
    let entropy = Entropy::system();
    let mut dice = Dice(1);
    let mut bench = Bench {
        store: Store::open(&url).await.unwrap(),
        corp: CorpId::parse("ww0123456789abcdef").unwrap(),
        index: IndexKey::generate(&entropy).unwrap(),
        entropy,
        keys: BTreeMap::new(),
        words: Words::new(&mut dice),
        dice,
        spent: Spent::default(),
    };
    bench.make_keys().await;
    let started = Instant::now();
    for batch in 0..messages.div_ceil(BATCH) {
        bench.deliver(1 + batch * BATCH).await;
        bench.open(messages).await;
    }
    let total = started.elapsed();
    let rate = |spent: Duration| messages as f64 / spent.as_secs_f64();
    println!(
        "messages {messages}, all in all {:.0}/s; of it",
        rate(total)
    );
    println!("  tokens {:.0}/s", rate(bench.spent.tokens));
    println!("  seals {:.0}/s", rate(bench.spent.seals));
    println!("  pages {:.0}/s", rate(bench.spent.pages));
    println!("  messages and index {:.0}/s", rate(bench.spent.messages));
    bench.ask("common words", 0..50, false).await;
    bench.ask("middling words", 200..2_000, false).await;
    bench.ask("rare words", 10_000..20_000, false).await;
    bench
        .ask("common words in a conversation", 0..50, true)
        .await;
    bench.store.close().await.unwrap();
}
