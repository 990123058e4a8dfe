use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::archive::message::Message;
use crate::archive::search::facets;

const TAKEOVER: i64 = 100 * DAY;
const WM_A: &str = "wmAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const WM_B: &str = "wmBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB";

fn said(from: &str, to: &[&str], room: &str, kind: &str, sent_at: i64) -> Said {
    let json = json!({"msgid": "1_1_external", "action": "send", "from": from, "tolist": to,
        "roomid": room, "msgtime": sent_at, "msgtype": kind});
    let message = Message::parse(json.to_string().as_bytes()).unwrap();
    Said {
        conversation: Conversation::of(&message),
        kind: kind.to_owned(),
        sent_at,
        departments: BTreeSet::new(),
    }
}

fn staff(userid: &str) -> Reader {
    Reader {
        userid: Some(userid.to_owned()),
        reach: Reach::Own,
    }
}

fn grant(history: History, kinds: &[&str]) -> Grant {
    Grant {
        predecessor: "old".into(),
        successor: "new".into(),
        with: With::Customer(WM_A.into()),
        taken_over_at: Timestamp::from_seconds(TAKEOVER),
        part: Part {
            history,
            kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        },
    }
}

/// What the successor gets to see of a message between predecessor and customer.
fn seen(grant: Grant, kind: &str, sent_at: i64, now: i64) -> Result<Why, Denied> {
    let message = said("old", &[WM_A], "", kind, sent_at);
    may_read(
        &staff("new"),
        &[grant],
        &message,
        Timestamp::from_seconds(now),
    )
}

#[test]
fn s4_the_successor_reads_the_days_that_were_granted_and_no_others() {
    let millis = TAKEOVER * 1_000;
    let seen = |history, sent_at| seen(grant(history, &[]), "text", sent_at, TAKEOVER);
    let (last, first) = (millis - 1, millis - 7 * DAY * 1_000);
    assert_eq!(seen(History::Last(7), last), Ok(Why::Granted(0)));
    assert_eq!(seen(History::Last(7), first), Ok(Why::Granted(0)));
    assert_eq!(seen(History::Last(7), first - 1), Err(Denied::TooOld));
    assert_eq!(seen(History::Last(7), millis), Err(Denied::AfterTakeover));
    assert_eq!(seen(History::All, 0), Ok(Why::Granted(0)));
    assert_eq!(seen(History::None, last), Err(Denied::NoHistory));
}

#[test]
fn s4_types_that_were_not_granted_stay_closed() {
    let seen = |kind| seen(grant(History::All, &["text", "link"]), kind, 0, TAKEOVER);
    assert_eq!(seen("text"), Ok(Why::Granted(0)));
    assert_eq!(seen("voice"), Err(Denied::OtherKind));
}

#[test]
fn s32_nothing_is_seen_before_the_takeover() {
    let seen = |now| seen(grant(History::All, &[]), "text", 0, now);
    assert_eq!(seen(TAKEOVER - 1), Err(Denied::NotTakenOver));
    assert_eq!(seen(TAKEOVER), Ok(Why::Granted(0)));
}

#[test]
fn s32_the_predecessors_other_conversations_stay_closed() {
    let now = Timestamp::from_seconds(TAKEOVER);
    let grants = [grant(History::All, &[])];
    let read = |reader: &str, message: Said| may_read(&staff(reader), &grants, &message, now);
    let closed = Err(Denied::NotGranted);
    assert_eq!(read("new", said("old", &[WM_B], "", "text", 0)), closed);
    assert_eq!(read("new", said("old", &["boss"], "", "text", 0)), closed);
    assert_eq!(
        read("new", said("old", &[WM_A, "x"], "wrA", "text", 0)),
        closed
    );
    assert_eq!(read("new", said("other", &[WM_A], "", "text", 0)), closed);
    assert_eq!(read("third", said("old", &[WM_A], "", "text", 0)), closed);
    assert_eq!(
        read("new", said(WM_A, &["NEW"], "", "text", i64::MAX)),
        Ok(Why::Own)
    );
}

#[test]
fn s32_why_nothing_is_shown_is_said() {
    let all = Empty {
        is_archived: true,
        is_refused: false,
        is_taken_over: true,
    };
    let why = |history, empty| why_empty(history, empty);
    assert_eq!(why(History::All, all), None);
    assert_eq!(why(History::None, all), Some(Denied::NoHistory));
    let refused = Empty {
        is_refused: true,
        ..all
    };
    assert_eq!(why(History::All, refused), Some(Denied::Refused));
    let off = Empty {
        is_archived: false,
        ..refused
    };
    assert_eq!(why(History::All, off), Some(Denied::ArchiveOff));
    let early = Empty {
        is_taken_over: false,
        ..all
    };
    assert_eq!(why(History::All, early), Some(Denied::NotTakenOver));
}

#[test]
fn s44_a_manager_reads_its_departments_and_no_branch_beside() {
    let reader = Reader {
        userid: None,
        reach: Reach::Departments(BTreeSet::from([3, 4])),
    };
    let of = |department| Said {
        departments: BTreeSet::from([1, department]),
        ..said("old", &[WM_A], "", "text", 0)
    };
    let read = |said: &Said| may_read(&reader, &[], said, Timestamp::from_seconds(0));
    assert_eq!(read(&of(4)), Ok(Why::Department));
    assert_eq!(read(&of(5)), Err(Denied::NotGranted));
}

fn grants() -> impl Strategy<Value = Vec<Grant>> {
    let people = || prop::sample::select(vec!["a", "b", "c"]);
    let with = prop_oneof![
        prop::sample::select(vec![WM_A, WM_B]).prop_map(|id| With::Customer(id.to_owned())),
        prop::sample::select(vec!["wrA", "wrB"]).prop_map(|id| With::Room(id.to_owned())),
    ];
    let history = prop_oneof![
        Just(History::None),
        Just(History::All),
        (0u32..5).prop_map(History::Last)
    ];
    let kinds = prop::collection::btree_set(
        prop::sample::select(vec!["text".to_owned(), "image".to_owned()]),
        0..2,
    );
    let one = (people(), people(), with, 0i64..10, history, kinds).prop_map(
        |(from, to, with, day, history, kinds)| Grant {
            predecessor: from.into(),
            successor: to.into(),
            with,
            taken_over_at: Timestamp::from_seconds(day * DAY),
            part: Part { history, kinds },
        },
    );
    prop::collection::vec(one, 0..6)
}

fn messages() -> impl Strategy<Value = Vec<Said>> {
    let sides = prop::sample::select(vec![
        ("a", vec![WM_A], ""),
        (WM_A, vec!["a"], ""),
        ("b", vec![WM_A], ""),
        (WM_B, vec!["b"], ""),
        ("a", vec!["b"], ""),
        ("a", vec![WM_A, "b"], "wrA"),
        (WM_B, vec!["c"], "wrA"),
        (WM_A, vec!["b"], "wrB"),
    ]);
    let kind = prop::sample::select(vec!["text", "image"]);
    let departments = prop::collection::btree_set(1i64..4, 0..2);
    let one = (sides, kind, 0i64..20, departments).prop_map(
        |((from, to, room), kind, half, departments)| {
            let sent_at = half * DAY * 500;
            Said {
                departments,
                ..said(from, &to, room, kind, sent_at)
            }
        },
    );
    prop::collection::vec(one, 1..10)
}

fn reader() -> impl Strategy<Value = Reader> {
    let reach = prop_oneof![
        4 => Just(Reach::Own),
        1 => Just(Reach::Corp),
        2 => prop::collection::btree_set(1i64..4, 0..2).prop_map(Reach::Departments),
    ];
    let userid = prop::option::of(prop::sample::select(vec![
        "a".to_owned(),
        "b".to_owned(),
        "c".to_owned(),
    ]));
    (userid, reach).prop_map(|(userid, reach)| Reader { userid, reach })
}

/// The rules in words, over the ids alone.
fn reference(reader: &Reader, grants: &[Grant], said: &Said, now: i64) -> bool {
    match &reader.reach {
        Reach::Corp => return true,
        Reach::Departments(of) if said.departments.iter().any(|d| of.contains(d)) => return true,
        _ => {}
    }
    let Some(me) = &reader.userid else {
        return false;
    };
    let people = said.conversation.people();
    if people.contains(me.as_str()) {
        return true;
    }
    grants.iter().any(|grant| {
        let takeover = grant.taken_over_at.seconds();
        let right_place = match &grant.with {
            With::Room(room) => said.conversation.subject == *room,
            With::Customer(id) => {
                said.conversation.room.is_none()
                    && people == BTreeSet::from([id.as_str(), grant.predecessor.as_str()])
            }
        };
        let right_time = match grant.part.history {
            History::None => false,
            History::All => true,
            History::Last(days) => said.sent_at >= (takeover - i64::from(days) * DAY) * 1_000,
        };
        let right_kind = grant.part.kinds.is_empty() || grant.part.kinds.contains(&said.kind);
        grant.successor == *me
            && takeover <= now
            && said.sent_at < takeover * 1_000
            && right_place
            && right_time
            && right_kind
    })
}

fn is_in(window: &Window, said: &Said, facets: &BTreeSet<Facet>) -> bool {
    facets.contains(&window.facet)
        && window.from.is_none_or(|from| said.sent_at >= from)
        && window.to.is_none_or(|to| said.sent_at < to)
        && (window.kinds.is_empty() || window.kinds.contains(&said.kind))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn s4_s32_no_message_outside_the_scope_is_readable_and_none_inside_is_missed(
        reader in reader(), grants in grants(), messages in messages(), day in 0i64..12,
    ) {
        let now = Timestamp::from_seconds(day * DAY);
        let windows = windows(&reader, &grants, now);
        for said in &messages {
            let expected = reference(&reader, &grants, said, now.seconds());
            prop_assert_eq!(may_read(&reader, &grants, said, now).is_ok(), expected);
            let facets = facets(&said.conversation, &said.kind, &said.departments, &BTreeSet::new());
            let admitted = match &windows {
                Windows::Everything => true,
                Windows::These(list) => list.iter().any(|one| is_in(one, said, &facets)),
            };
            prop_assert_eq!(admitted, expected, "by windows");
            let asked = windows.alternatives().is_none_or(|any| any.iter().any(|all| {
                all.iter().all(|token| matches!(token, Token::Facet(facet) if facets.contains(facet)))
            }));
            prop_assert!(asked || !expected, "what may be read is asked for");
        }
    }
}
