//! Spot checks, compared with a recount of what was imported and of what the test did.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_app::archive::review::{
    BatchView, ItemView, WantedBatch, Which, close_item, list_items, make_batch, next_item,
    open_item, plan_batch, read_item, reopen_item, view_batch, view_period, view_report,
};
use jiebang_app::archive::{Wanted, current_reason, erase, import_lines, place_hold, search};
use jiebang_app::audit::{Wanted as WantedEntries, list_entries};
use jiebang_app::{Error, job};
use jiebang_domain::access::{Actor, Role, Scope, Who};
use jiebang_domain::archive::conversation::Kind;
use jiebang_domain::archive::retention::Subject;
use jiebang_domain::archive::review::{Category, Filter, ItemState, Method, Verdict};
use jiebang_domain::id::UserId;
use jiebang_domain::time::{BeijingDay, DAY, Timestamp};
use jiebang_store::archive::conversation_id;
use jiebang_store::directory::{self, Member, MemberFilter};
use jiebang_store::testing::both;
use serde_json::json;
use uuid::Uuid;

use super::station;
use crate::corp::{Corp, START};

const FLAGGED: Verdict = Verdict::Flagged(Category::Promise);

/// What was imported: conversation days with their messages.
type Said = BTreeMap<(i64, BeijingDay), u64>;

fn account(number: u128, scope: Scope, userid: Option<&str>) -> Actor {
    Actor {
        who: Who::Account(Uuid::from_u128(number)),
        role: Role::Auditor,
        scope,
        userid: userid.map(|id| UserId::parse(id).unwrap()),
        confirmed_at: None,
    }
}

fn first_day() -> BeijingDay {
    Timestamp::from_seconds(START - 6 * DAY).beijing_day()
}

fn last_day() -> BeijingDay {
    Timestamp::from_seconds(START).beijing_day()
}

fn wanted(method: Method, filter: Filter, seed: &str) -> WantedBatch {
    WantedBatch {
        name: "十一月抽查".to_owned(),
        purpose: "合规".to_owned(),
        first: first_day(),
        last: last_day(),
        filter,
        method,
        seed: Some(seed.to_owned()),
    }
}

async fn known(corp: &Corp) -> Vec<Member> {
    let everybody = MemberFilter::default();
    let found = directory::members(corp.store.read(), &corp.corp, &everybody, None, 99);
    found.await.unwrap()
}

/// Six members with three customers each, who talk on most of six days; a file here and there.
async fn talked(corp: &Corp) -> (Vec<String>, Said, BTreeSet<(i64, BeijingDay)>) {
    let members: Vec<String> = known(corp)
        .await
        .into_iter()
        .map(|m| m.userid)
        .take(6)
        .collect();
    let (mut lines, mut said, mut with_file) = (Vec::new(), Said::new(), BTreeSet::new());
    let mut number = 0_i64;
    for (place, member) in members.iter().enumerate() {
        for customer in 0..3 {
            let customer = format!("wmReviewCustomer{place}{customer}AAAAAAAA");
            let mut pair = [member.as_str(), customer.as_str()];
            pair.sort_unstable();
            let id = conversation_id(&corp.corp, &pair.join(" "));
            for day in 0..6 {
                number += 1;
                if number % 4 == 0 {
                    continue;
                }
                for turn in 0..=(number % 3) {
                    let at = START - day * DAY - turn * 60;
                    let is_file = number % 5 == 0 && turn == 0;
                    let mut line = json!({
                        "msgid": format!("r{number}-{turn}_external"), "action": "send",
                        "from": member, "tolist": [customer], "roomid": "",
                        "msgtime": at * 1_000, "msgtype": "text",
                        "text": { "content": format!("您好 {number}") } });
                    if is_file {
                        line["msgtype"] = "link".into();
                        line["link"] = json!({ "title": "报价", "link_url": "https://a.example" });
                    }
                    let unit = (id, Timestamp::from_seconds(at).beijing_day());
                    *said.entry(unit).or_default() += 1;
                    if is_file {
                        with_file.insert(unit);
                    }
                    lines.push(line.to_string().into_bytes());
                }
            }
        }
    }
    let told = import_lines(&corp.app, &Actor::operator(), &lines)
        .await
        .unwrap();
    assert_eq!(told.stored, lines.len() as u64);
    (members, said, with_file)
}

async fn make(corp: &Corp, wanted: &WantedBatch) -> BatchView {
    make_batch(&corp.app, &Actor::operator(), wanted)
        .await
        .unwrap()
}

async fn items(corp: &Corp, actor: &Actor, id: Uuid) -> Vec<ItemView> {
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let (page, next) = list_items(&corp.app, actor, id, Which::default(), after, 7)
            .await
            .unwrap();
        all.extend(page);
        match next {
            Some(next) => after = next,
            None => return all,
        }
    }
}

fn units(items: &[ItemView]) -> Vec<(i64, BeijingDay)> {
    items
        .iter()
        .map(|item| (item.conversation, item.day))
        .collect()
}

#[tokio::test]
async fn s45_a_sample_is_of_what_was_said_and_is_drawn_again_by_its_seed() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        let (members, said, _) = talked(&corp).await;
        let operator = Actor::operator();
        let by = Method::Count { items: 20 };
        let fifth = wanted(by, Filter::default(), "a");
        let plan = plan_batch(&corp.app, &operator, &fifth).await.unwrap();
        assert_eq!(plan.population, said.len() as u64);
        assert_eq!(plan.messages, said.values().sum::<u64>());
        assert_eq!((plan.members, plan.items), (6, 20));

        let one = make(&corp, &wanted(by, Filter::default(), "a")).await;
        let drawn = items(&corp, &operator, one.id).await;
        assert_eq!(drawn.len(), 20);
        let drawn_messages: u64 = drawn.iter().map(|item| item.messages).sum();
        assert_eq!(drawn_messages, plan.items_messages);
        for item in &drawn {
            assert_eq!(item.messages, said[&(item.conversation, item.day)]);
        }
        let again = make(&corp, &wanted(by, Filter::default(), "a")).await;
        assert_eq!(
            units(&items(&corp, &operator, again.id).await),
            units(&drawn)
        );
        assert_eq!(again.population_sha256, one.population_sha256);
        let other = make(&corp, &wanted(by, Filter::default(), "b")).await;
        assert_ne!(
            units(&items(&corp, &operator, other.id).await),
            units(&drawn)
        );
        // A tenth of the size is a beginning of the same sample, and so is a share of it.
        let few = make(
            &corp,
            &wanted(Method::Count { items: 2 }, Filter::default(), "a"),
        )
        .await;
        assert_eq!(
            units(&items(&corp, &operator, few.id).await),
            units(&drawn)[..2]
        );
        let basis_points = 1_000;
        let share = Method::Share { basis_points };
        let share = make(&corp, &wanted(share, Filter::default(), "a")).await;
        let size = said.len().div_ceil(10);
        assert_eq!(
            units(&items(&corp, &operator, share.id).await),
            units(&drawn)[..size]
        );

        let each = make(
            &corp,
            &wanted(Method::PerMember { items: 2 }, Filter::default(), "a"),
        )
        .await;
        let each = items(&corp, &operator, each.id).await;
        for member in &members {
            let of = |item: &&ItemView| item.members.iter().any(|one| one.0 == *member);
            assert_eq!(each.iter().filter(of).count(), 2, "{member}");
        }
    })
    .await;
}

#[tokio::test]
async fn s45_a_population_is_narrowed_to_what_is_asked_for() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        let (members, _, with_link) = talked(&corp).await;
        let operator = Actor::operator();
        let all = Method::Share {
            basis_points: 10_000,
        };
        let links = Filter {
            message_kind: Some("link".to_owned()),
            kind: Some(Kind::Single),
            ..Filter::default()
        };
        let links = make(&corp, &wanted(all, links, "a")).await;
        let links: BTreeSet<_> = units(&items(&corp, &operator, links.id).await)
            .into_iter()
            .collect();
        assert_eq!(links, with_link);
        let staff = Filter {
            staff: UserId::parse(members[0].as_str()).ok(),
            ..Filter::default()
        };
        let staff = make(&corp, &wanted(all, staff, "a")).await;
        let staff = items(&corp, &operator, staff.id).await;
        assert!(staff.len() > 5 && staff.iter().all(|item| item.members[0].0 == members[0]));
        for filter in [
            Filter {
                recalled: true,
                ..Filter::default()
            },
            Filter {
                kind: Some(Kind::Room),
                ..Filter::default()
            },
        ] {
            let refused = make_batch(&corp.app, &operator, &wanted(all, filter, "a")).await;
            assert!(matches!(
                refused,
                Err(Error::Conflict {
                    code: "review_nothing"
                })
            ));
        }
        // The first that was said is recalled.
        let customer = "wmReviewCustomer00AAAAAAAA";
        let recall = json!({
            "msgid": "recall_external", "action": "recall", "from": members[0],
            "tolist": [customer], "roomid": "", "msgtime": START * 1_000, "msgtype": "revoke",
            "revoke": { "pre_msgid": "r1-0_external" } });
        let lines = vec![recall.to_string().into_bytes()];
        import_lines(&corp.app, &operator, &lines).await.unwrap();
        let filter = Filter {
            recalled: true,
            ..Filter::default()
        };
        let recalled = make(&corp, &wanted(all, filter, "a")).await;
        let mut pair = [members[0].as_str(), customer];
        pair.sort_unstable();
        let unit = (conversation_id(&corp.corp, &pair.join(" ")), last_day());
        assert_eq!(units(&items(&corp, &operator, recalled.id).await), [unit]);
    })
    .await;
}

#[tokio::test]
async fn s45_reviewers_at_once_never_get_the_same_item_and_the_report_is_the_recount() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        let (_, said, _) = talked(&corp).await;
        let batch = make(
            &corp,
            &wanted(Method::Count { items: 40 }, Filter::default(), "q"),
        )
        .await;
        let mut tasks = Vec::new();
        for number in 1..=4_u128 {
            let (app, id) = (corp.app.clone(), batch.id);
            tasks.push(tokio::spawn(async move {
                let (me, mut done) = (account(number, Scope::Corp, None), Vec::new());
                while let Some(item) = next_item(&app, &me, id, None).await.unwrap() {
                    read_item(&app, &me, id, item.number, None).await.unwrap();
                    let verdict = match item.number % 5 {
                        0 => FLAGGED,
                        1 => Verdict::Skipped,
                        _ => Verdict::Passed,
                    };
                    let closed = close_item(&app, &me, id, item.number, verdict, "说明").await;
                    assert_eq!(closed.unwrap().state.as_str(), verdict.as_str());
                    done.push((item.number, verdict, item.messages));
                }
                done
            }));
        }
        let mut done = BTreeMap::new();
        for (task, number) in tasks.into_iter().zip(1_u128..) {
            for (item, verdict, messages) in task.await.unwrap() {
                let twice = done.insert(item, (number, verdict, messages));
                assert_eq!(twice, None, "item {item} was handed out twice");
            }
        }
        assert_eq!(done.len(), 40);

        let operator = Actor::operator();
        let told = view_report(&corp.app, &operator, batch.id).await.unwrap();
        let count = |wanted: Verdict| {
            let is_it = |one: &&(u128, Verdict, u64)| one.1.as_str() == wanted.as_str();
            done.values().filter(is_it).count() as u64
        };
        let tally = told.report.tally;
        assert_eq!((tally.sampled, tally.open, tally.gone), (40, 0, 0));
        assert_eq!(tally.passed, count(Verdict::Passed));
        assert_eq!(
            (tally.flagged, tally.skipped),
            (count(FLAGGED), count(Verdict::Skipped))
        );
        assert_eq!(told.report.population, said.len() as u64);
        let rate = told.rate.unwrap();
        assert!((rate.share - 8.0 / 32.0).abs() < 1e-9 && rate.low < 0.25 && rate.high > 0.25);
        for line in &told.report.reviewers {
            let mine = |one: &&(u128, Verdict, u64)| {
                let by = format!("account:{}", Uuid::from_u128(one.0));
                by == line.by && one.1 != Verdict::Skipped
            };
            let messages: u64 = done.values().filter(mine).map(|one| one.2).sum();
            let items = done.values().filter(mine).count() as u64;
            // The clock stands still: a second each.
            assert_eq!((line.items, line.messages), (items, messages));
            assert_eq!((line.active_seconds, line.median_seconds), (items, 1));
        }
        let drawn = items(&corp, &operator, batch.id).await;
        for line in &told.report.members {
            let of = |item: &&ItemView| item.members.iter().any(|one| one.0 == line.userid);
            assert_eq!(line.sampled, drawn.iter().filter(of).count() as u64);
            let reviewed = drawn
                .iter()
                .filter(of)
                .filter(|item| item.number % 5 != 1)
                .count();
            assert_eq!(line.reviewed, reviewed as u64);
        }
        assert_eq!(
            told.report
                .members
                .iter()
                .map(|m| m.population)
                .sum::<u64>(),
            said.len() as u64
        );
        // The period counts a conversation day once, however often it was drawn.
        make(
            &corp,
            &wanted(Method::Count { items: 40 }, Filter::default(), "q"),
        )
        .await;
        let period = view_period(&corp.app, &operator, (first_day(), last_day()))
            .await
            .unwrap();
        assert_eq!(period.report.population, said.len() as u64);
        assert_eq!(period.report.tally.reviewed(), tally.reviewed());
        assert_eq!(
            (period.report.tally.sampled, period.report.tally.open),
            (40, tally.skipped)
        );
        assert_eq!(period.report.reviewers, told.report.reviewers);
        assert_eq!(period.rate, None);
    })
    .await;
}

#[tokio::test]
async fn s45_an_item_is_kept_for_its_reviewer_and_comes_back_when_it_is_not() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        talked(&corp).await;
        let batch = make(
            &corp,
            &wanted(Method::Count { items: 3 }, Filter::default(), "l"),
        )
        .await;
        let (app, id) = (&corp.app, batch.id);
        let (one, two) = (account(1, Scope::Corp, None), account(2, Scope::Corp, None));
        let next = async |me: &Actor, after| next_item(app, me, id, after).await.unwrap();
        let number = |item: Option<ItemView>| item.map(|item| item.number);
        assert_eq!(number(next(&one, None).await), Some(1));
        assert_eq!(
            number(next(&one, None).await),
            Some(1),
            "what one has comes first"
        );
        assert_eq!(number(next(&two, None).await), Some(2));
        let code = |result: Result<ItemView, Error>| match result {
            Err(Error::Conflict { code }) => code,
            other => panic!("{other:?}"),
        };
        assert_eq!(code(open_item(app, &two, id, 1).await), "review_taken");
        assert_eq!(
            code(close_item(app, &two, id, 1, FLAGGED, "").await),
            "review_taken"
        );
        assert_eq!(
            code(close_item(app, &two, id, 3, FLAGGED, "").await),
            "review_not_claimed"
        );
        // From elsewhere one comes back to what one has; turning to the next lets it go.
        assert_eq!(number(next(&two, Some(1)).await), Some(2));
        assert_eq!(number(next(&one, Some(1)).await), Some(3));
        assert_eq!(open_item(app, &two, id, 1).await.unwrap().number, 1);
        assert_eq!(number(next(&one, Some(3)).await), Some(2));
        // Reading keeps it, a quarter of an hour without a look does not.
        corp.advance(800);
        read_item(app, &one, id, 2, None).await.unwrap();
        corp.advance(800);
        assert_eq!(code(open_item(app, &two, id, 2).await), "review_taken");
        corp.advance(101);
        assert_eq!(open_item(app, &two, id, 2).await.unwrap().number, 2);
        assert_eq!(
            code(close_item(app, &one, id, 2, FLAGGED, "").await),
            "review_taken"
        );
        close_item(app, &two, id, 2, FLAGGED, "答应了返现")
            .await
            .unwrap();
        let closed = open_item(app, &one, id, 2).await.unwrap();
        assert_eq!(
            (closed.state.as_str(), &*closed.note),
            ("flagged", "答应了返现")
        );
        assert_eq!(
            code(close_item(app, &two, id, 2, Verdict::Passed, "").await),
            "review_closed"
        );
        assert_eq!(
            code(reopen_item(app, &one, id, 1).await),
            "review_not_closed"
        );
        reopen_item(app, &one, id, 2).await.unwrap();
        let closed = close_item(app, &one, id, 2, Verdict::Passed, "")
            .await
            .unwrap();
        assert_eq!((closed.state.as_str(), &*closed.note), ("passed", ""));
        let long = close_item(app, &one, id, 1, FLAGGED, &"长".repeat(501)).await;
        assert!(matches!(long, Err(Error::Invalid(_))));
    })
    .await;
}

#[tokio::test]
async fn s45_every_reading_has_its_reason_and_its_entry_and_stays_inside_the_departments() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        let (members, ..) = talked(&corp).await;
        let all = Method::Share {
            basis_points: 10_000,
        };
        let batch = make(&corp, &wanted(all, Filter::default(), "d")).await;
        let (app, id, operator) = (&corp.app, batch.id, Actor::operator());
        let everything = items(&corp, &operator, id).await;
        // An auditor of one member's departments gets what that member takes part in.
        let known = known(&corp).await;
        let of = |id: &str| {
            known
                .iter()
                .find(|m| m.userid == id)
                .unwrap()
                .departments
                .0
                .clone()
        };
        let mine: BTreeSet<i64> = of(&members[0]).into_iter().collect();
        let colleagues: BTreeSet<&String> = members
            .iter()
            .filter(|id| of(id).iter().any(|one| mine.contains(one)))
            .collect();
        let auditor = account(7, Scope::Departments(mine), None);
        let seen = items(&corp, &auditor, id).await;
        let expected: Vec<_> = everything
            .iter()
            .filter(|item| item.members.iter().any(|one| colleagues.contains(&one.0)))
            .cloned()
            .collect();
        assert_eq!(units(&seen), units(&expected));
        assert!(!seen.is_empty() && seen.len() < everything.len());
        let other = everything.iter().find(|item| !seen.contains(item)).unwrap();
        let refused = open_item(app, &auditor, id, other.number).await;
        assert!(matches!(refused, Err(Error::NotFound { .. })));

        assert!(current_reason(app, &auditor).await.unwrap().is_none());
        let (mut read, mut after) = (BTreeSet::new(), None);
        for _ in 0..4 {
            let item = next_item(app, &auditor, id, after).await.unwrap().unwrap();
            let page = read_item(app, &auditor, id, item.number, None)
                .await
                .unwrap();
            assert_eq!(page.items.len() as u64, item.messages);
            let of_day = |at: i64| Timestamp::from_seconds(at / 1_000).beijing_day() == item.day;
            assert!(page.items.iter().all(|message| of_day(message.sent_at)));
            read.insert(item.conversation);
            after = Some(item.number);
        }
        let entries = async |act: &str| {
            let wanted = WantedEntries {
                act: Some(act.to_owned()),
                actor: Some(Uuid::from_u128(7).to_string()),
                limit: 100,
                ..WantedEntries::default()
            };
            list_entries(app, &operator, wanted).await.unwrap().items
        };
        let noted = entries("archive.read").await;
        let noted: BTreeSet<i64> = noted.iter().map(|e| e.object.id.parse().unwrap()).collect();
        assert_eq!(noted, read);
        let claims = entries("archive_review.claim").await;
        assert_eq!(claims.len(), 4);
        let reasons = entries("archive.reason").await;
        assert_eq!(reasons.len(), 1, "one reason for the sample");
        let id_of = json!(reasons[0].object.id);
        assert!(claims.iter().all(|entry| entry.detail["reading"] == id_of));
        let told = json!({ "reason": "十一月抽查：合规" });
        assert_eq!(reasons[0].personal, Some(told));
        // It opens the sample and nothing else.
        assert_eq!(current_reason(app, &auditor).await.unwrap(), None);
        let all_of_it = search(app, &auditor, &Wanted::default()).await;
        assert!(matches!(all_of_it, Err(Error::ReasonRequired)));
        // What a limited auditor draws is of the same.
        let drawn = make_batch(app, &auditor, &wanted(all, Filter::default(), "d"))
            .await
            .unwrap();
        assert_eq!(drawn.population, seen.len() as u64);

        // Nobody judges its own talk, and no other role reviews.
        let me = account(8, Scope::Corp, Some(&members[0]));
        let own = everything
            .iter()
            .find(|item| item.members[0].0 == members[0])
            .unwrap();
        let refused = open_item(app, &me, id, own.number).await;
        assert!(matches!(
            refused,
            Err(Error::Conflict { code: "review_own" })
        ));
        while let Some(item) = next_item(app, &me, id, None).await.unwrap() {
            assert_ne!(item.members[0].0, members[0]);
            close_item(app, &me, id, item.number, Verdict::Passed, "")
                .await
                .unwrap();
        }
        for role in [Role::ContactAdmin, Role::Staff] {
            let actor = Actor { role, ..me.clone() };
            let refused = view_batch(app, &actor, id).await;
            assert!(matches!(refused, Err(Error::Denied { .. })));
        }
    })
    .await;
}

#[tokio::test]
async fn s45_what_was_erased_meanwhile_is_gone_and_so_are_the_notes_on_it() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        talked(&corp).await;
        let all = Method::Share {
            basis_points: 10_000,
        };
        let batch = make(&corp, &wanted(all, Filter::default(), "g")).await;
        let (app, id, operator) = (&corp.app, batch.id, Actor::operator());
        let everything = items(&corp, &operator, id).await;
        let conversation = everything[0].conversation;
        let theirs: BTreeSet<i32> = everything
            .iter()
            .filter(|item| item.conversation == conversation)
            .map(|item| item.number)
            .collect();
        assert!(theirs.len() > 2, "{theirs:?}");
        next_item(app, &operator, id, None).await.unwrap();
        let noted = close_item(app, &operator, id, 1, FLAGGED, "电话是 138")
            .await
            .unwrap();
        assert_eq!(noted.note, "电话是 138");
        let second = *theirs.iter().nth(1).unwrap();
        open_item(app, &operator, id, second).await.unwrap();
        // A hold on another conversation is no concern of the queue, and the queue hinders nothing.
        let other = everything
            .iter()
            .find(|item| !theirs.contains(&item.number))
            .unwrap();
        place_hold(
            app,
            &operator,
            Subject::Conversation(other.conversation),
            "诉讼",
        )
        .await
        .unwrap();
        erase(
            app,
            &operator,
            Subject::Conversation(conversation),
            "客户要求",
        )
        .await
        .unwrap();
        let closed = close_item(app, &operator, id, second, Verdict::Passed, "好")
            .await
            .unwrap();
        assert_eq!((closed.state.as_str(), closed.is_there), ("gone", false));
        while job::run_next(app).await.unwrap() {}
        let first = open_item(app, &operator, id, 1).await.unwrap();
        assert_eq!((first.state.as_str(), &*first.note), ("flagged", ""));
        // As such before anybody comes to them: in the list and in the report.
        let left = theirs.len() as u64 - 2;
        let listed = items(&corp, &operator, id).await;
        let gone = listed
            .iter()
            .filter(|item| !item.is_there && item.state == ItemState::Open);
        assert_eq!(gone.count() as u64, left);
        let told = view_report(app, &operator, id).await.unwrap().report.tally;
        assert_eq!((told.gone, told.passed, told.flagged), (left + 1, 0, 1));
        while let Some(item) = next_item(app, &operator, id, None).await.unwrap() {
            assert!(!theirs.contains(&item.number));
            close_item(app, &operator, id, item.number, Verdict::Passed, "")
                .await
                .unwrap();
        }
        let done = view_batch(app, &operator, id).await.unwrap().tally;
        assert_eq!((done.gone, done.open, done.flagged), (left + 1, 0, 1));
        assert_eq!(done.passed, everything.len() as u64 - theirs.len() as u64);
    })
    .await;
}
