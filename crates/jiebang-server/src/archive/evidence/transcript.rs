//! The conversation as a page to be read: no script, nothing from elsewhere.

use std::fmt::Write as _;

use jiebang_app::archive::{Evidence, Item, Period, Person};
use jiebang_domain::text::{Lang, text};
use jiebang_domain::time::{BeijingDay, Timestamp};

use super::content::Content;
use super::package::Paths;

pub const FOOT: &str = "</main>\n</html>\n";

const STYLE: &str = "body{font:15px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;\
padding:0 1rem;color:#1f2329}h1{font-size:1.3rem}h2{font-size:1rem;margin:2rem 0 .5rem;\
border-bottom:1px solid #dee0e3}table{border-collapse:collapse}th{text-align:left;\
padding-right:1.5rem;font-weight:400;color:#646a73;vertical-align:top}article{margin:.8rem 0}\
article header{color:#646a73;font-size:.85rem}article p{margin:0;white-space:pre-wrap;\
overflow-wrap:anywhere}.mark{color:#b4581a}article b,article small{\
display:block}article small{color:#646a73}blockquote{margin:.3rem 0;padding-left:.8rem;\
border-left:3px solid #dee0e3}img,video{max-width:24rem;max-height:24rem;\
display:block;margin:.3rem 0}";

/// Everything before the first message.
pub fn head(lang: Lang, settled: &Evidence) -> String {
    let worded = |key: &str| escaped(&text(lang, key, &[]));
    let shown = &settled.conversation;
    let people: Vec<String> = shown.people.iter().map(named).collect();
    let title = if shown.name.is_empty() {
        people.join("、")
    } else {
        escaped(&shown.name)
    };
    let moment = |at: Option<i64>| at.map_or_else(|| "…".to_owned(), beijing);
    let period = match settled.period {
        Period {
            since: None,
            until: None,
        } => worded("evidence.all"),
        Period { since, until } => format!("{} – {}", moment(since), moment(until)),
    };
    let code = match lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    };
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{code}\">\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; img-src 'self' file:; media-src 'self' file:\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n<main>\n<h1>{title}</h1>\n<table>\n"
    );
    let rows = [
        ("evidence.people", people.join("<br>")),
        ("evidence.period", period),
        ("evidence.messages", settled.messages().to_string()),
        ("evidence.reason", escaped(&settled.reading.reason)),
        ("evidence.times", worded("evidence.beijing")),
    ];
    for (key, value) in rows {
        let _ = writeln!(out, "<tr><th>{}</th><td>{value}</td></tr>", worded(key));
    }
    out.push_str("</table>\n");
    out
}

/// A message, below a heading where its day is another than `day`.
pub fn message(lang: Lang, item: &Item, paths: &Paths, day: &mut Option<BeijingDay>) -> String {
    let worded = |key: &str, values: &[(&str, &str)]| escaped(&text(lang, key, values));
    let view = &item.view;
    let mut out = String::new();
    let of = Timestamp::from_seconds(view.sent_at.div_euclid(1_000)).beijing_day();
    if *day != Some(of) {
        *day = Some(of);
        let _ = writeln!(out, "<h2>{of}</h2>");
    }
    let _ = writeln!(
        out,
        "<article id=\"m{0}\"><header>{0} · {1} · {2} · {3}</header>",
        item.number,
        beijing(view.sent_at),
        named(&view.sender),
        escaped(&view.kind)
    );
    let mut content = Content {
        lang,
        number: item.number,
        paths,
        out,
    };
    content.write(&view.body, 0);
    let mut out = content.out;
    let recalled = view.recalled.as_ref().map(|one| {
        let by = one.by.as_ref().map(named).unwrap_or_default();
        worded("evidence.recalled", &[("at", &beijing(one.at))]) + " " + &by
    });
    let masked = view.is_masked.then(|| worded("evidence.masked", &[]));
    for mark in recalled.into_iter().chain(masked) {
        let _ = writeln!(out, "<p class=\"mark\">{mark}</p>");
    }
    out.push_str("</article>\n");
    out
}

fn named(one: &Person) -> String {
    match one.name.as_str() {
        "" => escaped(&one.id),
        name => format!("{} ({})", escaped(name), escaped(&one.id)),
    }
}

/// Milliseconds as RFC 3339 has it, in Beijing.
pub(super) fn exact(at: i64) -> String {
    beijing(at).replacen(' ', "T", 1) + "+08:00"
}

/// Milliseconds as date and time in Beijing.
pub(super) fn beijing(at: i64) -> String {
    let at = Timestamp::from_seconds(at.div_euclid(1_000));
    let second = (at.seconds() + 8 * 3_600).rem_euclid(86_400);
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    format!(
        "{} {hour:02}:{minute:02}:{:02}",
        at.beijing_day(),
        second % 60
    )
}

/// What cannot be taken for markup.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // A page cannot hold them, and some mean something to terminals.
            c if c.is_control() && c != '\n' && c != '\t' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_cannot_be_taken_for_markup() {
        assert_eq!(
            escaped("<script>alert('1 & 2')</script>\u{1b}[0m\n\""),
            "&lt;script&gt;alert(&#39;1 &amp; 2&#39;)&lt;/script&gt;\u{fffd}[0m\n&quot;"
        );
    }

    #[test]
    fn moments_are_told_in_beijing() {
        assert_eq!(beijing(1_700_000_000_999), "2023-11-15 06:13:20");
        assert_eq!(exact(1_700_000_000_999), "2023-11-15T06:13:20+08:00");
    }
}
