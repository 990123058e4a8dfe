//! The catalogue of everything a user reads, in Chinese and English.
//!
//! The texts stand in `text/{zh,en}/*.json` at the root of the repository: flat keys, values
//! with `{name}` places. `shared.json` and `server.json` are built in here; `ui.json` is the
//! console's own and only checked.
//!
//! Invariant: both languages hold the same keys, and each key the same places.

mod language;

use std::collections::HashMap;
use std::sync::LazyLock;

pub use language::Lang;

/// The built-in files, Chinese and English of each.
const FILES: [[&str; 2]; 2] = [
    [
        include_str!("../../../../text/zh/shared.json"),
        include_str!("../../../../text/en/shared.json"),
    ],
    [
        include_str!("../../../../text/zh/server.json"),
        include_str!("../../../../text/en/server.json"),
    ],
];

type Texts = HashMap<String, String>;

/// A file that cannot be read counts as empty: its keys then show as themselves. The tests
/// below keep such a file from being committed.
static CATALOGUE: LazyLock<[Texts; 2]> = LazyLock::new(|| {
    let mut both = [Texts::new(), Texts::new()];
    for file in FILES {
        for (texts, json) in both.iter_mut().zip(file) {
            texts.extend(serde_json::from_str::<Texts>(json).unwrap_or_default());
        }
    }
    both
});

/// The text of `key` in `lang` with its `{name}` places filled by `values`. A missing key gives
/// the key itself, a place without a value stays as it is.
#[must_use]
pub fn text(lang: Lang, key: &str, values: &[(&str, &str)]) -> String {
    find(lang, key).map_or_else(|| key.to_owned(), |template| fill(template, values))
}

/// Like [`text`], but `None` where the catalogue has no such key.
#[must_use]
pub fn text_if_any(lang: Lang, key: &str, values: &[(&str, &str)]) -> Option<String> {
    find(lang, key).map(|template| fill(template, values))
}

fn find(lang: Lang, key: &str) -> Option<&'static str> {
    let [zh, en] = &*CATALOGUE;
    let texts = match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    texts.get(key).map(String::as_str)
}

/// One pass from left to right, so that a value that looks like a place is not filled again.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, place, after)) = next_place(rest) {
        out.push_str(before);
        let (wanted, forms) = place
            .split_once(", plural, ")
            .unwrap_or((place, "other {#}"));
        match values.iter().find(|(name, _)| *name == wanted) {
            Some((_, value)) => out.push_str(&form_for(forms, value).replace('#', value)),
            None => {
                out.push('{');
                out.push_str(place);
                out.push('}');
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Of `one {# row} other {# rows}`, as in ICU's messages, what is said of this number.
fn form_for<'a>(forms: &'a str, number: &str) -> &'a str {
    let form = |name: &str| {
        let (_, rest) = forms.split_once(name)?;
        rest.split_once('}').map(|(form, _)| form)
    };
    let one = (number == "1").then(|| form("one {")).flatten();
    one.or_else(|| form("other {")).unwrap_or("#")
}

/// Splits `text` around its first `{name}` or `{name, plural, …}`.
fn next_place(text: &str) -> Option<(&str, &str, &str)> {
    let (before, opened) = text.split_once('{')?;
    let mut depth = 1;
    for (at, letter) in opened.char_indices() {
        depth += match letter {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        if depth == 0 {
            let (place, after) = opened.split_at(at);
            return Some((before, place, after.get(1..).unwrap_or_default()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn both(zh: &str, en: &str) -> [BTreeMap<String, String>; 2] {
        [zh, en].map(|json| serde_json::from_str(json).unwrap())
    }

    fn places(text: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut rest = text;
        while let Some((_, place, after)) = next_place(rest) {
            let name = place.split_once(',').map_or(place, |(name, _)| name);
            found.insert(name.to_owned());
            rest = after;
        }
        found
    }

    #[test]
    fn both_languages_hold_the_same_keys_and_places() {
        let ui = [
            include_str!("../../../../text/zh/ui.json"),
            include_str!("../../../../text/en/ui.json"),
        ];
        let mut seen = BTreeSet::new();
        for [zh, en] in FILES.into_iter().chain([ui]) {
            let [zh, en] = both(zh, en);
            let keys = |texts: &BTreeMap<String, String>| texts.keys().cloned().collect::<Vec<_>>();
            assert_eq!(keys(&zh), keys(&en));
            for (key, text) in &zh {
                assert_eq!(places(text), places(&en[key]), "places of {key}");
                assert!(!text.trim().is_empty(), "{key} is empty in Chinese");
                assert!(!en[key].trim().is_empty(), "{key} is empty in English");
                assert!(seen.insert(key.clone()), "{key} stands in two files");
            }
        }
    }

    #[test]
    fn places_are_filled_once_and_unknown_ones_stay() {
        let filled = fill("{a} and {b} and {c}", &[("a", "{b}"), ("b", "2")]);
        assert_eq!(filled, "{b} and 2 and {c}");
        assert_eq!(fill("open { brace", &[]), "open { brace");
        assert_eq!(fill("{a} # {b}", &[("a", "#1")]), "#1 # {b}");
    }

    #[test]
    fn one_and_many_are_told_apart() {
        let told = "{rows, plural, one {# row is} other {# rows are}} there, {who}";
        let of = |rows| fill(told, &[("rows", rows), ("who", "Lin")]);
        assert_eq!(of("1"), "1 row is there, Lin");
        assert_eq!(of("11"), "11 rows are there, Lin");
        assert_eq!(fill(told, &[("who", "Lin")]), told.replace("{who}", "Lin"));
    }

    #[test]
    fn a_missing_key_shows_itself() {
        assert_eq!(text(Lang::En, "no.such.key", &[]), "no.such.key");
        assert_eq!(text_if_any(Lang::Zh, "no.such.key", &[]), None);
    }
}
