//! Finding messages: newest 20 by common, rare and combined words, with and without filters,
//! decryption and the access decision included, and whether exactly those are found that looking
//! at every message finds.

use std::ops::Range;
use std::time::Instant;

use jiebang_app::archive::{Wanted, give_reason, import_lines, search};
use jiebang_app::settings::{Configured, Given, Source, connect};
use jiebang_app::{App, Parts};
use jiebang_domain::access::Actor;
use jiebang_domain::archive::search::Facet;
use jiebang_domain::archive::text::fold;
use jiebang_domain::id::CorpId;
use jiebang_domain::time::{Clock, Timestamp};
use jiebang_store::archive::delete::{self, Why};
use jiebang_store::archive::read;
use jiebang_store::archive::search::compact;
use jiebang_store::{DatabaseUrl, Store};
use jiebang_vault::{Entropy, MasterKey};
use jiebang_wecom::Secret;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use super::{Args, rounded, sync::database, temporary};
use crate::harness::Error;
use crate::out::Out;

const MESSAGES: u32 = 200_000;
const BATCH: usize = 1_000;
const CONVERSATIONS: usize = 2_000;
const STAFF: usize = 50;
/// Words of two or three characters, drawn by Zipf's law.
const WORDS: usize = 20_000;
const NEWEST: usize = 20;
/// Questions of each sort; every one of the first few is compared with brute force.
const QUESTIONS: usize = 200;
const COMPARED: usize = 25;
/// Messages let go in one transaction, and pages of the index worked over in one, as expiry does.
const DELETED: u64 = 500;
const PAGES: u32 = 500;
const START: i64 = 1_700_000_000;
const SPAN: i64 = 180 * 86_400;
const MONTH: i64 = 30 * 86_400;

struct Said {
    text: String,
    customer: usize,
}

struct Corpus {
    known: Vec<String>,
    up_to: Vec<f64>,
    said: Vec<Said>,
    rng: StdRng,
}

impl Corpus {
    fn new(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let (mut known, mut up_to, mut sum) = (Vec::new(), Vec::new(), 0.0);
        for rank in 0..WORDS {
            let length = rng.random_range(2..=3);
            let character = |rng: &mut StdRng| {
                char::from_u32(0x4e00 + rng.random_range(0..3_500)).unwrap_or('一')
            };
            known.push((0..length).map(|_| character(&mut rng)).collect());
            sum += 1.0 / (rank as f64 + 3.0);
            up_to.push(sum);
        }
        Self {
            known,
            up_to,
            said: Vec::new(),
            rng,
        }
    }

    fn word(&mut self) -> &str {
        let at = self.rng.random::<f64>() * self.up_to.last().copied().unwrap_or_default();
        let rank = self.up_to.partition_point(|sum| *sum < at);
        self.known.get(rank).map_or("", String::as_str)
    }

    /// A word of these ranks.
    fn of(&mut self, ranks: Range<usize>) -> String {
        let rank = self.rng.random_range(ranks);
        self.known.get(rank).cloned().unwrap_or_default()
    }

    fn word_among(&mut self, ranks: Range<usize>) -> Question {
        let word = self.of(ranks);
        let folded = fold(&word);
        Question::new(word, move |said| said.text.contains(&folded))
    }

    /// Asks for messages with a word of each of these ranks.
    fn words<const N: usize>(&mut self, ranks: [Range<usize>; N]) -> Question {
        let words = ranks.map(|ranks| self.of(ranks));
        let folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
        let has_all = move |said: &Said| folded.iter().all(|word| said.text.contains(word));
        Question::new(words.join(" "), has_all)
    }

    /// The next message as a line to be brought in.
    fn line(&mut self, number: usize, all: usize) -> Vec<u8> {
        let count = self.rng.random_range(3..17);
        let text: String = (0..count).map(|_| self.word().to_owned()).collect();
        let customer = self.rng.random_range(0..CONVERSATIONS);
        let moment = moment(number, all);
        let (staff, customer_id) = (staff(customer), customer_id(customer));
        let (from, to) = if number.is_multiple_of(2) {
            (&customer_id, &staff)
        } else {
            (&staff, &customer_id)
        };
        let line = json!({ "seq": number, "message": {
            "msgid": format!("{number:020}_{moment}_external"), "action": "send", "from": from,
            "tolist": [to], "roomid": "", "msgtime": moment, "msgtype": "text",
            "text": { "content": &text } } });
        self.said.push(Said {
            text: fold(&text),
            customer,
        });
        line.to_string().into_bytes()
    }
}

/// When a message was sent, in milliseconds.
fn moment(number: usize, all: usize) -> i64 {
    (START + SPAN * number as i64 / all.max(1) as i64) * 1_000
}

fn staff(customer: usize) -> String {
    format!("staff{}", customer % STAFF)
}

fn customer_id(customer: usize) -> String {
    format!("wmBENCH{customer:025}")
}

pub(super) async fn measure(args: &Args, out: &Out) -> Result<Value, Error> {
    let messages = args.messages.unwrap_or(MESSAGES) as usize;
    let dir = temporary()?;
    let url = match &args.database {
        Some(url) => url
            .parse()
            .map_err(|_| Error::Server("not an address of a database".to_owned()))?,
        None => DatabaseUrl::sqlite(dir.path().join("bench.db")),
    };
    let keys = DatabaseUrl::sqlite(dir.path().join("keys.db"));
    let store = Store::open(&url, &keys).await.map_err(failed)?;
    let app = app(store.clone())?;
    connect(&app).await.map_err(failed)?;
    let operator = Actor::operator();
    give_reason(&app, &operator, "bench")
        .await
        .map_err(failed)?;
    out.note(format!("search: storing {messages} messages"));
    let mut corpus = Corpus::new(args.seed);
    let began = Instant::now();
    let progress = out.progress(messages);
    for from in (0..messages).step_by(BATCH) {
        let to = (from + BATCH).min(messages);
        let lines: Vec<Vec<u8>> = (from..to).map(|n| corpus.line(n, messages)).collect();
        import_lines(&app, &operator, &lines)
            .await
            .map_err(failed)?;
        progress.set(to);
    }
    progress.done();
    store.analyze().await.map_err(failed)?;
    let stored = began.elapsed().as_secs_f64();
    let bytes = store.bytes().await.map_err(failed)?;
    out.note("asking");
    let mut sorts = Vec::new();
    for (name, question) in SORTS {
        sorts.push(ask(name, *question, &app, &mut corpus).await?);
    }
    let let_go = let_go(&store, &app).await?;
    let mut all: Vec<f64> = sorts.iter().flat_map(|sort| sort.millis.clone()).collect();
    all.sort_by(f64::total_cmp);
    let (wanted, found) = sorts.iter().fold((0, 0), |sum, sort| {
        (sum.0 + sort.wanted, sum.1 + sort.found)
    });
    let by_sort: serde_json::Map<String, Value> = sorts
        .iter()
        .map(|sort| (sort.name.to_owned(), sort.told()))
        .collect();
    Ok(json!({
        "bench": "search", "messages": messages, "queries": all.len(),
        "recall": ratio(found, wanted),
        "p50_ms": at(&all, 0.5), "p95_ms": at(&all, 0.95), "p99_ms": at(&all, 0.99),
        "bytes_per_message": bytes / messages.max(1) as u64,
        "stored_per_s": rounded(messages as f64 / stored), "by_sort": by_sort,
        "let_go_s": rounded(let_go), "store": database(args),
    }))
}

/// Seconds in which some messages are deleted and their words leave the index.
async fn let_go(store: &Store, app: &App) -> Result<f64, Error> {
    let corp = app.corp().map_err(failed)?;
    let some = read::sweep(store.read(), &corp, 0, DELETED)
        .await
        .map_err(failed)?;
    let ids: Vec<i64> = some.iter().map(|message| message.id).collect();
    let began = Instant::now();
    let tx = store.begin().await.map_err(failed)?;
    let now = app.clock().now();
    delete::delete(&tx, &corp, &ids, Why::Expired, now)
        .await
        .map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    loop {
        let tx = store.begin().await.map_err(failed)?;
        let is_more = compact(&tx, PAGES).await.map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        if !is_more {
            return Ok(began.elapsed().as_secs_f64());
        }
    }
}

fn app(store: Store) -> Result<App, Error> {
    let configured = Configured {
        corp_id: Some(Given::new(CorpId::parse("wwbench")?, Source::File)),
        app_secret: Some(Given::new(Secret::new("nobody is called"), Source::File)),
        ..Configured::default()
    };
    App::new(Parts {
        store,
        clock: Clock::manual(Timestamp::from_seconds(START + SPAN)),
        entropy: Entropy::system(),
        master_key: MasterKey::from_bytes(Entropy::system().bytes()),
        configured,
    })
    .map_err(failed)
}

fn failed(error: impl std::error::Error) -> Error {
    Error::Server(jiebang_app::job::chain(&error))
}

/// Whether a message, with its number, answers a question.
type Fits = Box<dyn Fn(usize, &Said) -> bool>;
type Draw = fn(&mut Corpus) -> Question;

/// A question, and which messages answer it.
struct Question {
    wanted: Wanted,
    fits: Fits,
}

/// The sorts of questions, each told apart.
const SORTS: &[(&str, Draw)] = &[
    ("common", |corpus| corpus.word_among(0..50)),
    ("middle", |corpus| corpus.word_among(500..2_000)),
    ("rare", |corpus| corpus.word_among(10_000..WORDS)),
    ("two_words", |corpus| corpus.words([0..200, 0..200])),
    ("filtered_common", |corpus| {
        corpus.word_among(0..50).with(corpus, customer)
    }),
    ("filtered_rare", |corpus| {
        corpus.word_among(2_000..WORDS).with(corpus, customer)
    }),
    ("staff_in_a_month", |corpus| {
        let question = corpus.word_among(0..2_000).with(corpus, member);
        question.with(corpus, month)
    }),
    ("filter_alone", |corpus| {
        corpus.words([]).with(corpus, member)
    }),
    ("either", |corpus| {
        let (one, other) = (corpus.of(50..2_000), corpus.of(50..2_000));
        let query = format!("{one} OR {other}");
        let (one, other) = (fold(&one), fold(&other));
        Question::new(query, move |said| {
            said.text.contains(&one) || said.text.contains(&other)
        })
    }),
    ("without", |corpus| {
        let (one, other) = (corpus.of(0..500), corpus.of(0..50));
        let query = format!("{one} -{other}");
        let (one, other) = (fold(&one), fold(&other));
        Question::new(query, move |said| {
            said.text.contains(&one) && !said.text.contains(&other)
        })
    }),
    ("phrase", |corpus| {
        let (one, other) = (corpus.of(0..50), corpus.of(0..50));
        let both = format!("{one}{other}");
        let folded = fold(&both);
        Question::new(format!("\"{both}\""), move |said| {
            said.text.contains(&folded)
        })
    }),
];

impl Question {
    fn new(query: String, fits: impl Fn(&Said) -> bool + 'static) -> Self {
        let wanted = Wanted {
            query,
            limit: NEWEST,
            ..Wanted::default()
        };
        Self {
            wanted,
            fits: Box::new(move |_, said| fits(said)),
        }
    }

    fn with(self, corpus: &mut Corpus, filter: fn(Self, &mut Corpus) -> Self) -> Self {
        filter(self, corpus)
    }

    fn and(mut self, also: impl Fn(usize, &Said) -> bool + 'static) -> Self {
        let fits = self.fits;
        self.fits = Box::new(move |number, said| fits(number, said) && also(number, said));
        self
    }
}

/// Of one customer.
fn customer(mut question: Question, corpus: &mut Corpus) -> Question {
    let only = corpus.rng.random_range(0..CONVERSATIONS);
    question
        .wanted
        .wanted
        .insert(Facet::Customer(customer_id(only)));
    question.and(move |_, said| said.customer == only)
}

/// Of one member.
fn member(mut question: Question, corpus: &mut Corpus) -> Question {
    let only = corpus.rng.random_range(0..STAFF);
    question.wanted.wanted.insert(Facet::Staff(staff(only)));
    question.and(move |_, said| said.customer % STAFF == only)
}

/// Of 30 days.
fn month(mut question: Question, corpus: &mut Corpus) -> Question {
    let all = corpus.said.len();
    let from = (START + corpus.rng.random_range(0..SPAN - MONTH)) * 1_000;
    let to = from + MONTH * 1_000;
    (question.wanted.from, question.wanted.to) = (Some(from), Some(to));
    question.and(move |number, _| (from..to).contains(&moment(number, all)))
}

struct Asked {
    name: &'static str,
    millis: Vec<f64>,
    hits: usize,
    wanted: usize,
    found: usize,
}

impl Asked {
    fn told(&self) -> Value {
        json!({
            "queries": self.millis.len(), "hits": self.hits,
            "recall": ratio(self.found, self.wanted), "p50_ms": at(&self.millis, 0.5),
            "p95_ms": at(&self.millis, 0.95), "p99_ms": at(&self.millis, 0.99),
        })
    }
}

async fn ask(
    name: &'static str,
    question: Draw,
    app: &App,
    corpus: &mut Corpus,
) -> Result<Asked, Error> {
    let mut asked = Asked {
        name,
        millis: Vec::with_capacity(QUESTIONS),
        hits: 0,
        wanted: 0,
        found: 0,
    };
    for number in 0..QUESTIONS {
        let Question { wanted, fits } = question(corpus);
        let began = Instant::now();
        let page = search(app, &Actor::operator(), &wanted)
            .await
            .map_err(failed)?;
        asked.millis.push(began.elapsed().as_secs_f64() * 1_000.0);
        asked.hits += page.hits.len();
        if number < COMPARED {
            let expected = brute_force(corpus, &fits);
            let got: Vec<&str> = page.hits.iter().map(|hit| hit.msgid.as_str()).collect();
            asked.wanted += expected.len().max(got.len());
            let same = expected.iter().zip(&got).filter(|(number, msgid)| {
                msgid.split('_').next().and_then(|n| n.parse().ok()) == Some(**number)
            });
            asked.found += same.count();
        }
    }
    asked.millis.sort_by(f64::total_cmp);
    Ok(asked)
}

/// The numbers of the newest messages that answer the question.
fn brute_force(corpus: &Corpus, fits: &dyn Fn(usize, &Said) -> bool) -> Vec<usize> {
    let all = corpus.said.iter().enumerate().rev();
    all.filter(|(number, said)| fits(*number, said))
        .map(|(number, _)| number)
        .take(NEWEST)
        .collect()
}

/// 1 where nothing was wanted and nothing found.
fn ratio(found: usize, wanted: usize) -> f64 {
    if wanted == 0 {
        1.0
    } else {
        found as f64 / wanted as f64
    }
}

/// Of sorted times, with two digits behind the point.
fn at(sorted: &[f64], part: f64) -> f64 {
    let place = ((sorted.len() as f64 - 1.0) * part).round() as usize;
    let millis = sorted.get(place).copied().unwrap_or_default();
    (millis * 100.0).round() / 100.0
}
