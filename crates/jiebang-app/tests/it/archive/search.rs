//! Finding messages: exactly what looking at every one of them finds.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_app::Error;
use jiebang_app::archive::{List, Wanted, give_reason, open_mark, seal_mark, search};
use jiebang_domain::access::{Actor, Role, Scope, Who};
use jiebang_domain::archive::conversation::{Channel, Conversation};
use jiebang_domain::archive::message::Message;
use jiebang_domain::archive::search::{Facet, Fault};
use jiebang_domain::archive::text::fold;
use jiebang_store::directory;
use jiebang_store::testing::both;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::scope::account;
use super::station;
use crate::corp::{Corp, array, text};

/// Every message with its words, read without the index.
struct Known {
    id: i64,
    sent_at: i64,
    kind: String,
    text: String,
    conversation: Conversation,
}

async fn known(corp: &Corp) -> Vec<Known> {
    let mut all = Vec::new();
    for message in corp.messages().await {
        let read = Message::parse(&corp.body(&message).await).unwrap();
        all.push(Known {
            id: message.id,
            sent_at: message.sent_at,
            kind: message.kind,
            text: read.search_text(),
            conversation: Conversation::of(&read),
        });
    }
    all
}

/// Every hit, by pages of `limit`, and how often a page was asked for.
async fn found(corp: &Corp, actor: &Actor, wanted: Wanted, limit: usize) -> Vec<i64> {
    let (mut ids, mut before) = (Vec::new(), None);
    loop {
        let page = search(
            &corp.app,
            actor,
            &Wanted {
                before,
                limit,
                ..wanted.clone()
            },
        )
        .await
        .unwrap();
        ids.extend(page.hits.iter().map(|hit| hit.id));
        before = page.before;
        if before.is_none() {
            assert!(ids.is_sorted_by(|a, b| a > b), "newest first, none twice");
            return ids;
        }
    }
}

fn words(query: &str) -> Wanted {
    Wanted {
        query: query.to_owned(),
        ..Wanted::default()
    }
}

fn newest_first(ids: impl Iterator<Item = i64>) -> Vec<i64> {
    let ids: BTreeSet<i64> = ids.collect();
    ids.into_iter().rev().collect()
}

struct Draw(ChaCha8Rng);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.0.next_u64() % (end as u64)).unwrap()
    }
}

/// A run of two to five Chinese characters of a text, if it has one.
fn piece(text: &str, draw: &mut Draw) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let is_chinese = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
    let at = draw.below(chars.len().max(1));
    let run: String = chars
        .iter()
        .skip(at)
        .take_while(|c| is_chinese(c))
        .collect();
    let length = 2 + draw.below(4);
    let piece: String = run.chars().take(length).collect();
    (piece.chars().count() >= 2).then_some(piece)
}

#[tokio::test]
async fn s43_b15_a_search_finds_exactly_what_looking_at_every_message_finds() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        corp.talk(900).await;
        corp.pull().await;
        let (all, operator) = (known(&corp).await, Actor::operator());
        assert!(matches!(
            search(&corp.app, &operator, &words("发货")).await,
            Err(Error::ReasonRequired)
        ));
        give_reason(&corp.app, &operator, "客户投诉核查")
            .await
            .unwrap();
        let mut draw = Draw(ChaCha8Rng::seed_from_u64(7));
        let mut asked = 0;
        let mut hits = 0;
        while asked < 60 {
            let one = &all[draw.below(all.len())];
            let Some(piece) = piece(&one.text, &mut draw) else {
                continue;
            };
            asked += 1;
            // Pieces are of one line, so that a text has them as they are.
            let folded = fold(&piece);
            let has = |known: &Known| fold(&known.text).contains(&folded);
            let expected = newest_first(all.iter().filter(|k| has(k)).map(|k| k.id));
            let limit = 1 + draw.below(40);
            let got = found(&corp, &operator, words(&piece), limit).await;
            assert_eq!(got, expected, "{piece}");
            hits += got.len();
            // The same among what one person said in a time, of one type, without another word.
            let kind = one.kind.clone();
            let sender = one.conversation.sender.clone();
            let (from, to) = (one.sent_at - 20_000_000, one.sent_at + 1);
            let wanted = Wanted {
                wanted: [Facet::Sender(sender.clone()), Facet::Kind(kind.clone())].into(),
                from: Some(from),
                to: Some(to),
                ..words(&format!("{piece} -好的"))
            };
            let expected = newest_first(
                all.iter()
                    .filter(|k| has(k) && !fold(&k.text).contains("好的"))
                    .filter(|k| k.conversation.sender == sender && k.kind == kind)
                    .filter(|k| (from..to).contains(&k.sent_at))
                    .map(|k| k.id),
            );
            assert_eq!(
                found(&corp, &operator, wanted, limit).await,
                expected,
                "{piece}"
            );
        }
        assert!(hits > 200, "{hits}");
    })
    .await;
}

#[tokio::test]
async fn s43_filters_alone_and_together_find_what_the_conversations_tell() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        corp.talk(600).await;
        corp.pull().await;
        let (all, operator) = (known(&corp).await, Actor::operator());
        give_reason(&corp.app, &operator, "抽查").await.unwrap();
        let room = all
            .iter()
            .find_map(|k| k.conversation.room.clone())
            .unwrap();
        let pair = all
            .iter()
            .find(|k| k.conversation.customers.len() == 1)
            .unwrap();
        let customer = pair.conversation.customers.first().unwrap().clone();
        let staff = pair.conversation.members.first().unwrap().clone();
        let subject = pair.conversation.subject.clone();
        type Rule = Box<dyn Fn(&Known) -> bool>;
        let cases: Vec<(Facet, Rule)> = vec![
            (Facet::Room(room.clone()), {
                Box::new(move |k| k.conversation.room.as_deref() == Some(&room))
            }),
            (Facet::Customer(customer.clone()), {
                Box::new(move |k| k.conversation.customers.contains(&customer))
            }),
            (Facet::Staff(staff.clone()), {
                Box::new(move |k| k.conversation.members.contains(&staff))
            }),
            (Facet::Conversation(subject.clone()), {
                Box::new(move |k| k.conversation.subject == subject)
            }),
            (Facet::Channel(Channel::Internal), {
                Box::new(|k| k.conversation.channel == Channel::Internal)
            }),
            (
                Facet::Kind("image".to_owned()),
                Box::new(|k| k.kind == "image"),
            ),
        ];
        let mut sizes = BTreeMap::new();
        for (facet, rule) in &cases {
            let wanted = Wanted {
                wanted: [facet.clone()].into(),
                ..Wanted::default()
            };
            let expected = newest_first(all.iter().filter(|k| rule(k)).map(|k| k.id));
            assert!(!expected.is_empty(), "{facet:?}");
            assert_eq!(
                found(&corp, &operator, wanted, 50).await,
                expected,
                "{facet:?}"
            );
            sizes.insert(format!("{facet:?}"), expected.len());
            for (other, other_rule) in &cases {
                let wanted = Wanted {
                    wanted: [facet.clone()].into(),
                    unwanted: [other.clone()].into(),
                    ..Wanted::default()
                };
                let rule = |k: &&Known| rule(k) && !other_rule(k);
                let expected = newest_first(all.iter().filter(rule).map(|k| k.id));
                let got = found(&corp, &operator, wanted, 33).await;
                assert_eq!(got, expected, "{facet:?} without {other:?}");
            }
        }
        assert!(sizes.len() == cases.len());
    })
    .await;
}

#[tokio::test]
async fn s43_a_single_character_is_looked_for_inside_a_conversation_or_a_day_and_refused_elsewhere()
{
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        corp.talk(300).await;
        corp.pull().await;
        let (all, operator) = (known(&corp).await, Actor::operator());
        give_reason(&corp.app, &operator, "抽查").await.unwrap();
        let refused = search(&corp.app, &operator, &words("好")).await;
        assert!(matches!(
            refused,
            Err(Error::Conflict {
                code: "archive_search_too_wide"
            })
        ));
        let with = all.iter().find(|k| k.text.contains('好')).unwrap();
        let subject = with.conversation.subject.clone();
        let inside = Wanted {
            wanted: [Facet::Conversation(subject.clone())].into(),
            ..words("好")
        };
        let is_there = |k: &&Known| k.conversation.subject == subject && k.text.contains('好');
        let expected = newest_first(all.iter().filter(is_there).map(|k| k.id));
        assert_eq!(found(&corp, &operator, inside, 20).await, expected);
        let day = Wanted {
            from: Some(with.sent_at - 1_000),
            to: Some(with.sent_at + 3_600_000),
            ..words("好")
        };
        assert!(found(&corp, &operator, day, 20).await.contains(&with.id));
        let wrong = search(&corp.app, &operator, &words("发货 \"没关")).await;
        let Err(Error::Search(error)) = wrong else {
            panic!("{wrong:?}");
        };
        assert_eq!((error.at, error.fault), (3, Fault::OpenQuote));
        // What is found is marked where it stands.
        let piece: String = with.text.chars().take(2).collect();
        let wanted = Wanted {
            limit: 5,
            ..words(&format!("\"{piece}\""))
        };
        let page = search(&corp.app, &operator, &wanted).await.unwrap();
        assert!(!page.hits.is_empty());
        for hit in page.hits {
            let chars: Vec<char> = hit.text.chars().collect();
            let (from, to) = hit.highlights[0];
            assert_eq!(chars[from..to].iter().collect::<String>(), piece);
        }
    })
    .await;
}

#[tokio::test]
async fn s43_a_department_finds_what_its_members_said_and_a_tag_what_was_said_with_its_customers() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        corp.talk(600).await;
        corp.pull().await;
        let (all, operator) = (known(&corp).await, Actor::operator());
        give_reason(&corp.app, &operator, "抽查").await.unwrap();
        let truth = corp.truth("?only=staff").await;
        let mut departments: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
        for member in array(&truth["staff"]) {
            let ids = array(&member["departments"]).map(|id| id.as_i64().unwrap());
            departments.insert(text(&member["userid"]).to_lowercase(), ids.collect());
        }
        let tree = directory::departments(corp.store.read(), &corp.corp).await;
        let parents: BTreeMap<i64, i64> = tree
            .unwrap()
            .iter()
            .map(|d| (d.department_id, d.parent_id))
            .collect();
        let is_within = |mut id: i64, wanted: i64| {
            while id != wanted {
                match parents.get(&id) {
                    Some(parent) => id = *parent,
                    None => return false,
                }
            }
            true
        };
        let mut sizes = BTreeSet::new();
        for wanted in parents.keys().copied() {
            let is_theirs =
                |member: &String| departments[member].iter().any(|id| is_within(*id, wanted));
            let said = all
                .iter()
                .filter(|k| k.conversation.members.iter().any(is_theirs));
            let expected = newest_first(said.map(|k| k.id));
            let asked = Wanted {
                wanted: [Facet::Department(wanted)].into(),
                ..Wanted::default()
            };
            assert_eq!(
                found(&corp, &operator, asked, 50).await,
                expected,
                "{wanted}"
            );
            sizes.insert(expected.len());
        }
        assert!(sizes.len() > 3, "{sizes:?}");
        let mut with: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for follow in corp.follows().await {
            for tag in follow.tags.0 {
                with.entry(tag)
                    .or_default()
                    .insert(follow.external_userid.clone());
            }
        }
        let mut hits = 0;
        for (tag, customers) in with {
            let said = all
                .iter()
                .filter(|k| !k.conversation.customers.is_disjoint(&customers));
            let expected = newest_first(said.map(|k| k.id));
            let asked = Wanted {
                wanted: [Facet::Tag(tag.clone())].into(),
                ..Wanted::default()
            };
            assert_eq!(found(&corp, &operator, asked, 50).await, expected, "{tag}");
            hits += expected.len();
        }
        assert!(hits > 50, "{hits}");
    })
    .await;
}

#[tokio::test]
async fn s4_where_a_list_goes_on_tells_nothing_and_serves_one_reader_and_one_list() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        let reader = account(Role::Auditor, Scope::Corp, None);
        let other = Actor {
            who: Who::Account(uuid::Uuid::from_u128(10)),
            ..reader.clone()
        };
        let id = 0x0123_4567_89ab_cdef;
        let mark = seal_mark(&corp.app, &reader, List::Hits, id).unwrap();
        let opened = |reader: &Actor, list, mark: &str| open_mark(&corp.app, reader, list, mark);
        assert_eq!(opened(&reader, List::Hits, &mark), Some(id));
        assert_eq!(opened(&reader, List::Conversations, &mark), None);
        assert_eq!(opened(&other, List::Hits, &mark), None);
        let again = seal_mark(&corp.app, &reader, List::Hits, id).unwrap();
        assert_ne!(mark, again, "one id is not told from another");
        let mut bytes = mark.clone().into_bytes();
        let last = bytes.len() - 2;
        bytes[last] ^= 1;
        let broken = String::from_utf8(bytes).unwrap();
        for bad in ["", "!", &broken, &mark[..20], &"A".repeat(600)] {
            assert_eq!(opened(&reader, List::Hits, bad), None, "{bad}");
        }
    })
    .await;
}
