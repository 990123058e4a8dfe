use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::archive::message::Message;

fn set<T: Ord>(list: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    list.into_iter().collect()
}

fn facts() -> Facts {
    Facts {
        departments: set([1, 3]),
        levels: set(["主管".to_owned()]),
        customer_types: set(["vip".to_owned()]),
        tags: set([TagId::parse("et1").unwrap()]),
        channel: Channel::External,
    }
}

const SHORT: Treatment = Treatment {
    keep: Keep::Mask,
    media: false,
    days: Some(30),
};

fn rule(name: &str, when: Condition, then: Treatment) -> Rule {
    Rule {
        name: name.to_owned(),
        when,
        then,
    }
}

#[test]
fn s41_the_first_rule_that_fits_decides() {
    let elsewhere = Condition {
        departments: set([9]),
        ..Condition::default()
    };
    let vip_of_3 = Condition {
        departments: set([2, 3]),
        customer_types: set(["vip".to_owned(), "old".to_owned()]),
        ..Condition::default()
    };
    let policy = Policy {
        rules: vec![
            rule("elsewhere", elsewhere, SHORT),
            rule("vip of 3", vip_of_3, SHORT),
            rule("all", Condition::default(), Treatment::ALL),
        ],
        default: Treatment::ALL,
    };
    let facts = facts();
    let decision = policy.decide(&facts);
    assert_eq!(decision.rule, Some((1, "vip of 3")));
    assert_eq!(decision.treatment, SHORT);
    let stranger = Facts {
        customer_types: set([]),
        ..facts
    };
    assert_eq!(policy.decide(&stranger).rule, Some((2, "all")));
    let none = Policy {
        rules: policy.rules[..2].to_vec(),
        ..policy
    };
    assert_eq!(none.decide(&stranger).rule, None);
}

#[test]
fn s41_a_policy_with_a_fault_is_refused_with_its_place() {
    let with = |rules: Vec<Rule>| Policy {
        rules,
        default: Treatment::ALL,
    };
    let fine = rule("a", Condition::default(), SHORT);
    let days = |days| Treatment {
        days: Some(days),
        ..SHORT
    };
    assert_eq!(with(vec![fine.clone()]).check(), Ok(()));
    let check =
        |name: &str, then| with(vec![fine.clone(), rule(name, Condition::default(), then)]).check();
    assert_eq!(check(" ", SHORT), Err(PolicyError::Name(1)));
    assert_eq!(check("a ", SHORT), Err(PolicyError::SameName(1)));
    assert_eq!(check("b", days(0)), Err(PolicyError::Days(1)));
    assert_eq!(
        with(vec![fine; 201]).check(),
        Err(PolicyError::TooManyRules)
    );
    let default = Policy {
        rules: vec![],
        default: days(40_000),
    };
    assert_eq!(default.check(), Err(PolicyError::DefaultDays));
}

#[test]
fn s41_numbers_of_people_are_masked_and_others_are_not() {
    for (text, masked) in [
        ("电话13800138000。", "电话138****8000。"),
        ("+86 138-0013-8000", "+86 138-****-8000"),
        ("１３８００１３８０００", "１３８****８０００"),
        ("座机 010-62345678", "座机 010-******78"),
        ("身份证11010519491231002X", "身份证110*************2X"),
        ("卡号 6222 0212 3456 7894", "卡号 **** **** **** 7894"),
        ("订单 123 13912345678 好", "订单 123 139****5678 好"),
        (
            "订单 A-1001，3 件 2025-10-09",
            "订单 A-1001，3 件 2025-10-09",
        ),
        ("合计 12000.50", "合计 12000.50"),
    ] {
        assert_eq!(mask(text), masked);
    }
}

#[test]
fn s41_a_masked_message_is_the_message_without_its_numbers() {
    let phone = "13800138000";
    let inner = json!({"content": phone, "filesize": 13_800_138_000_u64}).to_string();
    let record = json!({"title": phone, "item": [{"type": "ChatRecordText", "content": inner}]});
    let message = json!({
        "msgid": "13800138000_external", "action": "send", "from": phone, "tolist": [phone],
        "msgtype": "mixed", "msgtime": 13_800_138_000_i64,
        "mixed": {"item": [
            {"type": "text", "content": json!({ "content": phone }).to_string()},
            {"type": "chatrecord", "content": record.to_string()},
            {"type": "file", "content": json!({"filename": format!("{phone}.pdf"), "sdkfileid": phone}).to_string()},
        ]},
    });
    let masked = mask_message(message.to_string().as_bytes()).unwrap();
    let read = Message::parse(&masked).unwrap();
    let before = Message::parse(message.to_string().as_bytes()).unwrap();
    assert!(!read.search_text().contains(phone));
    assert_eq!(
        read.search_text(),
        before.search_text().replace(phone, "138****8000")
    );
    assert_eq!(read.from, phone);
    assert_eq!(read.files()[0].file_id, phone);
    let value: Value = serde_json::from_slice(&masked).unwrap();
    assert_eq!(value["msgtime"], 13_800_138_000_i64);
    assert_eq!(mask_message(b"[]"), None);
}

fn condition() -> impl Strategy<Value = Condition> {
    let some = |max: i64| prop::collection::btree_set(0..max, 0..3);
    let channels = prop::collection::btree_set(prop::sample::select(Channel::ALL.to_vec()), 0..2);
    (some(4), some(3), some(3), some(3), channels).prop_map(
        |(departments, levels, types, tags, channels)| Condition {
            departments,
            levels: levels.iter().map(i64::to_string).collect(),
            customer_types: types.iter().map(i64::to_string).collect(),
            tags: tags
                .iter()
                .map(|n| TagId::parse(n.to_string()).unwrap())
                .collect(),
            channels,
        },
    )
}

fn treatment() -> impl Strategy<Value = Treatment> {
    let keep = prop::sample::select(vec![Keep::Keep, Keep::Mask, Keep::Skip]);
    (keep, any::<bool>(), prop::option::of(1u32..20)).prop_map(|(keep, media, days)| Treatment {
        keep,
        media,
        days,
    })
}

fn policy() -> impl Strategy<Value = Policy> {
    let rules = prop::collection::vec((condition(), treatment()), 0..5);
    (rules, treatment()).prop_map(|(rules, default)| Policy {
        rules: rules
            .into_iter()
            .enumerate()
            .map(|(at, (when, then))| rule(&at.to_string(), when, then))
            .collect(),
        default,
    })
}

fn stored() -> impl Strategy<Value = (Facts, Measured)> {
    (
        condition(),
        0..3usize,
        0i64..30,
        any::<bool>(),
        0u64..3,
        any::<bool>(),
    )
        .prop_map(|(like, channel, day, is_masked, files, is_held)| {
            let facts = Facts {
                departments: like.departments,
                levels: like.levels,
                customer_types: like.customer_types,
                tags: like.tags,
                channel: Channel::ALL[channel],
            };
            let message = Measured {
                sent_at: Timestamp::from_seconds(day * DAY),
                is_masked,
                is_held,
                files,
                file_bytes: 100 * files,
                bytes: 7,
            };
            (facts, message)
        })
}

/// How many files are left of a message, in the plainest way; `None`: the message is gone.
fn left_of(policy: &Policy, facts: &Facts, message: &Measured, now: Timestamp) -> Option<u64> {
    let mut then = policy.default;
    for rule in policy.rules.iter().rev() {
        let when = &rule.when;
        let mut fits = when.channels.is_empty() || when.channels.contains(&facts.channel);
        fits &= when.departments.is_empty() || !when.departments.is_disjoint(&facts.departments);
        fits &= when.levels.is_empty() || !when.levels.is_disjoint(&facts.levels);
        fits &= when.customer_types.is_empty()
            || !when.customer_types.is_disjoint(&facts.customer_types);
        fits &= when.tags.is_empty() || !when.tags.is_disjoint(&facts.tags);
        if fits {
            then = rule.then;
        }
    }
    let days = (now.seconds() - message.sent_at.seconds()) / DAY;
    if message.is_held {
        Some(message.files)
    } else if then.keep == Keep::Skip || then.days.is_some_and(|most| days >= i64::from(most)) {
        None
    } else {
        Some(if then.media { message.files } else { 0 })
    }
}

proptest! {
    #[test]
    fn b18_what_is_predicted_is_what_happens(
        policy in policy(), all in prop::collection::vec(stored(), 0..20), day in 0i64..40,
    ) {
        let now = Timestamp::from_seconds(day * DAY);
        let mut forecast = Forecast::default();
        let (mut gone, mut held, mut masked, mut files_left, mut bytes_left) = (0, 0, 0, 0, 0);
        for (facts, message) in &all {
            forecast.add(&policy, facts, message, now);
            let free = Measured { is_held: false, ..message.clone() };
            let is_kept_by_a_hold =
                message.is_held && left_of(&policy, facts, &free, now) != Some(message.files);
            match left_of(&policy, facts, message, now) {
                None => gone += 1,
                Some(files) => {
                    held += u64::from(is_kept_by_a_hold);
                    masked += u64::from(!is_kept_by_a_hold && message.is_masked);
                    files_left += files;
                    bytes_left += message.bytes + 100 * files;
                }
            }
        }
        let told = forecast.all;
        prop_assert_eq!(told.messages, all.len() as u64);
        prop_assert_eq!(told.skipped + told.expired, gone);
        prop_assert_eq!((told.held, told.masked), (held, masked));
        let staying = told.kept + told.masked + told.masked_from_now_on + told.held;
        prop_assert_eq!(staying + gone, told.messages);
        prop_assert_eq!(told.files - told.files_deleted, files_left);
        prop_assert_eq!(told.bytes - told.bytes_deleted, bytes_left);
        let by_rule: u64 = forecast.by_rule.values().map(|one| one.messages).sum();
        prop_assert_eq!(by_rule + forecast.by_default.messages, told.messages);
    }

    #[test]
    fn s41_no_mobile_number_survives_and_nothing_else_changes(
        before in "[a-z甲乙，]{0,6}", after in "[a-z甲乙，]{0,6}", number in "1[3-9][0-9]{9}", wide in any::<bool>(),
    ) {
        let digits: Vec<char> = number.chars().collect();
        let widen = |c: char| if wide { char::from_u32(u32::from(c) + 0xfee0).unwrap() } else { c };
        let written: String = digits.iter().map(|c| widen(*c)).collect();
        let shown = |range: &[char]| range.iter().map(|c| widen(*c)).collect::<String>();
        let expected = format!("{before}{}****{}{after}", shown(&digits[..3]), shown(&digits[7..]));
        prop_assert_eq!(mask(&format!("{before}{written}{after}")), expected);
    }

    #[test]
    fn s41_masking_stars_digits_only(text in "[0-9０-９xX .-]{0,30}|\\PC{0,20}") {
        let masked = mask(&text);
        prop_assert_eq!(masked.chars().count(), text.chars().count());
        for (was, is) in text.chars().zip(masked.chars()) {
            prop_assert!(was == is || (is == '*' && crate::archive::text::fold(&was.to_string()).chars().all(|c| c.is_ascii_digit() || c == 'x')));
        }
    }
}
