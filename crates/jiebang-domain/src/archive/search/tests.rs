use proptest::prelude::*;

use super::token::text_tokens;
use super::*;
use crate::archive::text::fold;

fn query(text: &str) -> Query {
    Query::parse(text).unwrap()
}

fn finds(query_text: &str, text: &str) -> bool {
    query(query_text).matches(Folded::of(text).chars())
}

#[test]
fn s43_words_phrases_and_operators_find_what_they_say() {
    let text = "您好，訂單 A-1001 已發貨，Please check the ｂｏｏｋ v2版 😀😀";
    for found in [
        "订单",
        "發货",
        "1001",
        "001",
        "a-1001",
        "\"check the\"",
        "“check the”",
        "BOO",
        "2版",
        "😀😀",
        "订单 book",
        "订单 AND book",
        "nothing OR 发货",
        "nothing|发货",
        "订单 -退款",
        "订单 NOT 退款",
        "（退款 OR 订单）（book OR 书）",
        "-(退款 OR 退货)",
        "货，please",
        "已",
    ] {
        assert!(finds(found, text), "{found}");
    }
    for missed in [
        "ok",
        "订发",
        "\"the check\"",
        "订单 -book",
        "退款 OR 退货",
        "订单 and book",
        "10",
        "a-10",
    ] {
        assert!(!finds(missed, text), "{missed}");
    }
    assert!(finds("ok", "That is OK."));
    assert!(finds("", text), "without words everything is meant");
}

#[test]
fn s43_a_fault_is_told_with_its_place() {
    for (text, at, fault) in [
        ("订单 \"未完", 3, Fault::OpenQuote),
        ("(订单 退款", 0, Fault::OpenBracket),
        ("(", 0, Fault::OpenBracket),
        ("订单)", 2, Fault::StrayBracket),
        (")", 0, Fault::StrayBracket),
        ("OR 订单", 0, Fault::NothingBefore),
        ("订单 OR", 3, Fault::NothingAfter),
        ("订单 AND )", 3, Fault::NothingAfter),
        ("订单 -", 3, Fault::NothingAfter),
        ("订单 OR OR 退款", 6, Fault::NothingBefore),
        ("()", 1, Fault::Nothing),
        ("\"\"", 2, Fault::Nothing),
    ] {
        assert_eq!(Query::parse(text), Err(QueryError { at, fault }), "{text}");
    }
    let error = |text: &str| Query::parse(text).unwrap_err().fault;
    assert_eq!(error(&"字".repeat(501)), Fault::TooLong);
    assert_eq!(error(&"字 ".repeat(51)), Fault::TooManyTerms);
    assert_eq!(error(&"(".repeat(30)), Fault::TooDeep);
    assert_eq!(error(&"-".repeat(30)), Fault::TooDeep);
}

#[test]
fn s43_hits_are_marked_in_the_original_text() {
    let text = "訂單已發貨，订单ＡＢＣ";
    let marked: Vec<&str> = query("订单已 OR abc OR 单已发 -退款")
        .highlights(&Folded::of(text))
        .into_iter()
        .map(|place| &text[place])
        .collect();
    assert_eq!(marked, ["訂單已發", "ＡＢＣ"]);
}

#[test]
fn s43_a_single_character_is_said_not_to_be_in_the_index() {
    let indexed = |text: &str| Plan::new(&query(text), &Filter::default()).words_indexed;
    for text in ["订单", "a", "ok", "a-b", "单 订单", "1 OR 22", "版2"] {
        assert!(indexed(text), "{text}");
    }
    for text in ["单", "😀", "-订单", "单 OR 订单", "？", "单 好"] {
        assert!(!indexed(text), "{text}");
    }
    assert!(indexed(""));
}

#[test]
fn s43_a_single_character_is_searched_inside_a_conversation_or_a_day() {
    let everywhere = Filter::default();
    let inside = Filter {
        wanted: BTreeSet::from([Facet::Conversation("a wm1".into())]),
        ..Filter::default()
    };
    let single = Plan::new(&query("单"), &everywhere);
    let day = 86_400_000;
    assert!(single.may_run(&inside, None, None));
    assert!(single.may_run(&everywhere, Some(7), Some(7 + day)));
    assert!(!single.may_run(&everywhere, Some(7), Some(8 + day)));
    assert!(!single.may_run(&everywhere, None, Some(day)));
    assert!(Plan::new(&query("订单"), &everywhere).may_run(&everywhere, None, None));
}

#[test]
fn s43_a_filter_asks_for_one_of_each_sort() {
    let filter = Filter {
        wanted: BTreeSet::from([
            Facet::Customer("wm1".into()),
            Facet::Customer("wm2".into()),
            Facet::Staff("a".into()),
            Facet::Conversation("a wm1".into()),
        ]),
        unwanted: BTreeSet::from([Facet::Kind("voice".into())]),
    };
    let plan = Plan::new(&query("(订单 OR 退款) 发货"), &filter);
    assert_eq!(plan.all.len(), 5);
    assert_eq!(plan.none, [Token::Facet(Facet::Kind("voice".into()))]);
    assert!(filter.is_inside_a_conversation());
}

/// Texts in which scripts, widths, words and gaps meet.
fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "订单", "訂單", "发", "發", "貨", "货", "ab", "ABC", "ｂｃ", "c", "12", "３", "1", " ",
        "  ", "，", "-", "😀", "é", "e\u{301}", "\n", "a", "か", "\u{200b}",
    ]);
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

/// A query as somebody means it, apart from the product's own types.
#[derive(Debug, Clone)]
enum Meant {
    Phrase(String),
    All(Vec<Meant>),
    Any(Vec<Meant>),
    Not(Box<Meant>),
}

impl Meant {
    fn written(&self) -> String {
        let joined = |parts: &[Self], with: &str| {
            let texts: Vec<String> = parts.iter().map(Self::written).collect();
            format!("({})", texts.join(with))
        };
        match self {
            Self::Phrase(text) => format!("\"{text}\""),
            Self::All(parts) => joined(parts, " "),
            Self::Any(parts) => joined(parts, " OR "),
            Self::Not(part) => format!("-{}", part.written()),
        }
    }

    /// Brute force over folded texts.
    fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Phrase(phrase) => brute_force(&fold(phrase), &fold(text)),
            Self::All(parts) => parts.iter().all(|part| part.is_in(text)),
            Self::Any(parts) => parts.iter().any(|part| part.is_in(text)),
            Self::Not(part) => !part.is_in(text),
        }
    }
}

fn is_wordy(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == 'é'
}

/// Whether `phrase` stands in `text`; of a phrase without Chinese, kana and emoji, a run of one
/// or two letters or digits at its edge must be a whole word there.
fn brute_force(phrase: &str, text: &str) -> bool {
    let phrase = phrase.trim();
    let has_wide = phrase.chars().any(|c| !is_wordy(c) && !" -,\n".contains(c));
    let head = phrase.chars().take_while(|c| is_wordy(*c)).count();
    let tail = phrase.chars().rev().take_while(|c| is_wordy(*c)).count();
    let needs = |run: usize| (1..=2).contains(&run) && !has_wide;
    text.match_indices_all(phrase).any(|from| {
        let before = text[..from].chars().next_back().is_some_and(is_wordy);
        let after = text[from + phrase.len()..]
            .chars()
            .next()
            .is_some_and(is_wordy);
        !(needs(head) && before || needs(tail) && after)
    })
}

trait AllMatches {
    fn match_indices_all<'a>(&'a self, part: &'a str) -> impl Iterator<Item = usize> + 'a;
}

impl AllMatches for str {
    fn match_indices_all<'a>(&'a self, part: &'a str) -> impl Iterator<Item = usize> + 'a {
        let starts = self.char_indices().map(|(at, _)| at);
        starts.filter(move |at| self[*at..].starts_with(part))
    }
}

fn meant() -> impl Strategy<Value = Meant> {
    let pieces = vec![
        "订", "單", "单", "发", "货", "ab", "bc", "c", "1", "23", "é", " ", "-", "，", "😀", "か",
    ];
    let phrase = prop::collection::vec(prop::sample::select(pieces), 1..4)
        .prop_map(|pieces| pieces.concat())
        .prop_filter("words", |text| !text.trim().is_empty())
        .prop_map(Meant::Phrase);
    phrase.prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Meant::All),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Meant::Any),
            inner.prop_map(|part| Meant::Not(Box::new(part))),
        ]
    })
}

/// Whether a message with these tokens is a candidate.
fn admits(plan: &Plan, tokens: &BTreeSet<Token>) -> bool {
    let has_all = |of: &Vec<Token>| of.iter().all(|token| tokens.contains(token));
    plan.all.iter().all(|any| any.iter().any(has_all))
        && !plan.none.iter().any(|token| tokens.contains(token))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn s43_the_answer_is_that_of_brute_force(meant in meant(), texts in prop::collection::vec(text(), 1..8)) {
        let query = query(&meant.written());
        for text in texts {
            let folded = Folded::of(&text);
            prop_assert_eq!(query.matches(folded.chars()), meant.is_in(&text), "{} in {:?}", meant.written(), text);
        }
    }

    #[test]
    fn b15_no_hit_is_missed_by_the_tokens_of_the_plan(meant in meant(), texts in prop::collection::vec(text(), 1..8)) {
        let query = query(&meant.written());
        let plan = Plan::new(&query, &Filter::default());
        for text in texts {
            let folded = Folded::of(&text);
            if query.matches(folded.chars()) {
                prop_assert!(admits(&plan, &text_tokens(folded.chars())), "{} in {:?}", meant.written(), text);
            }
        }
    }

    /// A part of the text itself, so that there are hits.
    #[test]
    fn b15_every_part_of_a_text_of_two_chinese_characters_or_three_letters_is_found_by_tokens(
        text in text(), from in 0usize..20, len in 1usize..6,
    ) {
        let folded: Vec<char> = fold(&text).chars().filter(|c| *c != '\n').collect();
        let part: String = folded.iter().skip(from).take(len).collect();
        let Ok(query) = Query::parse(&format!("\"{part}\"")) else {
            prop_assert!(part.trim().is_empty());
            return Ok(());
        };
        let is_hit = query.matches(&folded);
        prop_assert_eq!(is_hit, brute_force(&part, &folded.iter().collect::<String>()));
        let plan = Plan::new(&query, &Filter::default());
        let chars: Vec<char> = part.chars().collect();
        let chinese = chars.windows(2).any(|w| w.iter().all(|c| "订单发货".contains(*c)));
        let letters = chars.len() > 2 && chars.iter().all(|c| is_wordy(*c));
        if chinese || letters {
            prop_assert!(plan.words_indexed && is_hit, "{:?}", part);
        }
        prop_assert!(!is_hit || admits(&plan, &text_tokens(&folded)));
    }

    #[test]
    fn s43_marks_are_in_order_and_on_characters(meant in meant(), text in text()) {
        let places = query(&meant.written()).highlights(&Folded::of(&text));
        let mut last = 0;
        for (n, place) in places.iter().enumerate() {
            prop_assert!(text.get(place.clone()).is_some_and(|part| !part.is_empty()));
            prop_assert!(n == 0 || place.start > last);
            last = place.end;
        }
    }

    #[test]
    fn s43_no_query_brings_the_parser_down(text in "[ab\"()|\\-“（）订 ANDORT\u{200b}]{0,40}|\\PC{0,40}") {
        if let Err(error) = Query::parse(&text) {
            prop_assert!(error.at <= text.chars().count());
        }
    }
}
