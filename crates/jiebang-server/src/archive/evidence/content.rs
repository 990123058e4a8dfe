//! What a message says, by its type, as the console shows it.

use std::fmt::Write as _;

use jiebang_domain::archive::message::{Body, Label, Media};
use jiebang_domain::text::{Lang, text, text_if_any};

use super::package::Paths;
use super::transcript::{beijing, escaped};

/// How deep messages inside messages are set apart; deeper ones are told one after the other.
const DEEPEST: u32 = 8;

/// Writes the content of one message.
pub struct Content<'a> {
    pub lang: Lang,
    /// The message's place in the package.
    pub number: usize,
    pub paths: &'a Paths,
    pub out: String,
}

impl Content<'_> {
    /// What `body` says, and the messages inside it, `depth` deep.
    pub fn write(&mut self, body: &Body, depth: u32) {
        let is_plain = matches!(
            body,
            Body::Text(_)
                | Body::Markdown(_)
                | Body::Image(_)
                | Body::Voice(_)
                | Body::Video(_)
                | Body::Emotion(_)
                | Body::File(_)
        );
        if !is_plain {
            self.kind(body);
        }
        let files = body.own_files();
        let is_of_file = |text: &str| files.iter().any(|one| one.name.as_deref() == Some(text));
        for line in body.own_lines() {
            match line.label {
                Label::Id | Label::ImageUrl => {}
                // Named where the file is.
                Label::FileName if is_of_file(line.text) => {}
                Label::Title => self.line("b", line.text),
                _ => self.line("p", line.text),
            }
        }
        files.iter().for_each(|media| self.media(media));
        self.facts(body);
        self.inside(body, depth);
    }

    fn inside(&mut self, body: &Body, depth: u32) {
        if body.items().is_empty() {
            return;
        }
        let is_apart = depth < DEEPEST;
        self.out
            .push_str(if is_apart { "<blockquote>\n" } else { "" });
        for item in body.items() {
            if let Some(at) = item.sent_at {
                let _ = writeln!(self.out, "<header>{}</header>", beijing(at));
            }
            self.write(&item.body, depth + 1);
        }
        self.out
            .push_str(if is_apart { "</blockquote>\n" } else { "" });
    }

    /// What stands in it that is no text.
    fn facts(&mut self, body: &Body) {
        let word = |key: &str, values: &[(&str, &str)]| text(self.lang, key, values);
        // A number WeCom gives a meaning to; one that is not known says nothing.
        let meant = |key: &str, number: Option<u64>| {
            text_if_any(self.lang, &format!("archive.{key}.{}", number?), &[])
        };
        let span = |from: Option<i64>, to: Option<i64>| {
            let moments = [from, to].into_iter().flatten();
            let moments: Vec<String> = moments
                .map(|at| beijing(at.saturating_mul(1_000)))
                .collect();
            moments.join(" – ")
        };
        let facts = match body {
            Body::Redpacket(b) | Body::ExternalRedpacket(b) => vec![
                b.count
                    .map(|n| word("archive.redpacket.count", &[("count", &n.to_string())])),
                b.amount
                    .map(|fen| format!("¥{}.{:02}", fen / 100, fen % 100)),
            ],
            Body::Meeting(b) => vec![
                meant("meeting.status", b.status),
                Some(span(b.starts_at, b.ends_at)),
            ],
            Body::Vote(b) => vec![meant("vote.type", b.vote_type)],
            Body::Solitaire(b) => vec![meant("solitaire.type", b.solitaire_type)],
            Body::Location(b) if b.title.is_empty() && b.address.is_empty() => {
                let both = b.latitude.zip(b.longitude);
                vec![both.map(|(latitude, longitude)| format!("{latitude}, {longitude}"))]
            }
            Body::Calendar(b) => vec![Some(span(b.starts_at, b.ends_at))],
            Body::Card(b) => vec![Some(b.userid.clone())],
            Body::Call(b) => vec![
                meant("call.type", b.invite_type),
                b.seconds.map(|s| format!("{}:{:02}", s / 60, s % 60)),
            ],
            Body::Revoke { .. } => vec![Some(word("archive.revoke", &[]))],
            Body::Switch => vec![Some(word("archive.switch", &[]))],
            Body::Consent(b) if b.agreed => vec![Some(word("archive.consent.yes", &[]))],
            Body::Consent(_) => vec![Some(word("archive.consent.no", &[]))],
            _ => Vec::new(),
        };
        let facts = facts.into_iter().flatten().filter(|fact| !fact.is_empty());
        facts.for_each(|fact| self.line("p", &fact));
    }

    fn kind(&mut self, body: &Body) {
        let key = format!("archive.kind.{}", body.as_str());
        if let Some(word) = text_if_any(self.lang, &key, &[]) {
            self.line("small", &word);
        }
    }

    fn line(&mut self, element: &str, text: &str) {
        let _ = writeln!(self.out, "<{element}>{}</{element}>", escaped(text));
    }

    fn media(&mut self, media: &Media) {
        let place = i32::try_from(media.place).unwrap_or(i32::MAX);
        let kind = media.kind.as_str();
        let name = media.name.as_deref().unwrap_or(kind);
        let Some(path) = self.paths.get(&(self.number, place)) else {
            let told = text(self.lang, "evidence.not_stored", &[("name", name)]);
            let _ = writeln!(self.out, "<p class=\"mark\">{}</p>", escaped(&told));
            return;
        };
        let is = |endings: &[&str]| endings.iter().any(|ending| path.ends_with(ending));
        if is(&[".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp"]) {
            let _ = writeln!(self.out, "<img loading=\"lazy\" src=\"{path}\" alt=\"\">");
        } else if is(&[".mp4", ".mov"]) {
            let _ = writeln!(
                self.out,
                "<video controls preload=\"none\" src=\"{path}\"></video>"
            );
        }
        let _ = writeln!(self.out, "<p><a href=\"{path}\">{}</a></p>", escaped(name));
    }
}

#[cfg(test)]
mod tests {
    use jiebang_domain::archive::message::Message;

    use super::*;

    fn shown(json: &str, paths: &Paths) -> String {
        let message = Message::parse(json.as_bytes()).unwrap();
        let mut content = Content {
            lang: Lang::En,
            number: 7,
            paths,
            out: String::new(),
        };
        content.write(&message.body, 0);
        content.out
    }

    #[test]
    fn what_a_message_holds_beside_words_is_told() {
        let none = Paths::new();
        let packet = r#"{"msgtype":"redpacket","redpacket":{"type":1,"wish":"恭喜 & 发财",
            "totalcnt":3,"totalamount":2005}}"#;
        assert_eq!(
            shown(packet, &none),
            "<small>Red packet</small>\n<p>恭喜 &amp; 发财</p>\n<p>3 packets</p>\n<p>¥20.05</p>\n"
        );
        let meeting = r#"{"msgtype":"meeting","meeting":{"topic":"周会","starttime":1760000000,
            "endtime":1760003600,"address":"三楼","remarks":"带电脑"}}"#;
        assert_eq!(
            shown(meeting, &none),
            "<small>Meeting</small>\n<b>周会</b>\n<p>三楼</p>\n<p>带电脑</p>\n\
             <p>2025-10-09 16:53:20 – 2025-10-09 17:53:20</p>\n"
        );
        let declined = r#"{"msgtype":"meeting","meeting":{"topic":"周会","meetingtype":102,
            "status":2}}"#;
        assert_eq!(
            shown(declined, &none),
            "<small>Meeting</small>\n<b>周会</b>\n<p>Declines</p>\n"
        );
        let call = r#"{"msgtype":"voiptext","info":{"callduration":65,"invitetype":4}}"#;
        let call = shown(call, &none);
        assert!(
            call.contains("<p>Group voice call</p>\n<p>1:05</p>"),
            "{call}"
        );
        let place = r#"{"msgtype":"location","location":{"longitude":121.5,"latitude":31.25}}"#;
        let place = shown(place, &none);
        assert!(place.contains("31.25, 121.5"), "{place}");
        let agreed = r#"{"msgtype":"agree","agree":{"userid":"wm1","agree_time":1}}"#;
        let agreed = shown(agreed, &none);
        assert!(agreed.contains("agreed to the archive"), "{agreed}");
    }

    #[test]
    fn forwarded_messages_are_set_apart_with_their_files_where_they_are() {
        let record = r#"{"msgtype":"chatrecord","chatrecord":{"title":"两人的聊天记录","item":[
            {"type":"ChatRecordText","msgtime":1760000001,"content":"{\"content\":\"第一条\"}"},
            {"type":"ChatRecordFile","msgtime":1760000002,
             "content":"{\"filename\":\"a.pdf\",\"fileext\":\"pdf\",\"sdkfileid\":\"x\"}"},
            {"type":"ChatRecordImage","msgtime":1760000003,"content":"{\"sdkfileid\":\"y\"}"}]}}"#;
        let paths = Paths::from([((7, 1), "files/7-1.jpg".to_owned())]);
        assert_eq!(
            shown(record, &paths),
            "<small>Chat record</small>\n<b>两人的聊天记录</b>\n<blockquote>\n\
             <header>2025-10-09 16:53:21</header>\n<p>第一条</p>\n\
             <header>2025-10-09 16:53:22</header>\n<p class=\"mark\">Not stored: a.pdf</p>\n\
             <header>2025-10-09 16:53:23</header>\n\
             <img loading=\"lazy\" src=\"files/7-1.jpg\" alt=\"\">\n\
             <p><a href=\"files/7-1.jpg\">image</a></p>\n</blockquote>\n"
        );
    }

    #[test]
    fn nothing_there_is_to_read_in_a_message_is_left_out() {
        let folder = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/fixtures/archive/synthetic/messages"
        );
        let Ok(samples) = std::fs::read_dir(folder) else {
            println!("skipped: {folder} is not here");
            return;
        };
        for sample in samples {
            let json = std::fs::read_to_string(sample.unwrap().path()).unwrap();
            let message = Message::parse(json.as_bytes()).unwrap();
            let page = shown(&json, &Paths::new());
            for line in message.lines() {
                let is_shown = line.label.is_searched() && !line.text.is_empty();
                assert!(
                    !is_shown || page.contains(&escaped(line.text)),
                    "{json}\n{line:?}\n{page}"
                );
            }
        }
    }
}
