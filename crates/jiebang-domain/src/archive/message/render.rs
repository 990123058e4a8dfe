//! The words of a message: what a search finds, and what the viewer and an export show. Labels
//! are keys of the text catalogue; nothing here is in a language.

use serde::Serialize;

use super::Message;
use super::body::{Article, Body, Media, Meeting, Shown, VoiceCall};

/// What a line is in its message; the text catalogue has a word for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    Content,
    Title,
    Description,
    Url,
    ImageUrl,
    FileName,
    Name,
    Id,
    Place,
    Person,
    Option,
    Question,
    Remark,
    Wish,
    Time,
    /// Of a body of an unknown type.
    Unknown,
}

impl Label {
    pub const ALL: [Self; 16] = [
        Self::Content,
        Self::Title,
        Self::Description,
        Self::Url,
        Self::ImageUrl,
        Self::FileName,
        Self::Name,
        Self::Id,
        Self::Place,
        Self::Person,
        Self::Option,
        Self::Question,
        Self::Remark,
        Self::Wish,
        Self::Time,
        Self::Unknown,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Title => "title",
            Self::Description => "description",
            Self::Url => "url",
            Self::ImageUrl => "image_url",
            Self::FileName => "file_name",
            Self::Name => "name",
            Self::Id => "id",
            Self::Place => "place",
            Self::Person => "person",
            Self::Option => "option",
            Self::Question => "question",
            Self::Remark => "remark",
            Self::Wish => "wish",
            Self::Time => "time",
            Self::Unknown => "unknown",
        }
    }

    /// Whether a search looks at such lines. Ids and addresses of pictures are not words.
    #[must_use]
    pub const fn is_searched(self) -> bool {
        !matches!(self, Self::Id | Self::ImageUrl | Self::Time)
    }
}

/// A piece of text of a message; never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Line<'a> {
    /// 0 in the message itself, 1 in a message inside it, …
    pub depth: u32,
    pub label: Label,
    pub text: &'a str,
}

impl Message {
    /// Everything there is to read in the message, in order.
    #[must_use]
    pub fn lines(&self) -> Vec<Line<'_>> {
        let mut lines = Lines::default();
        lines.body(&self.body);
        lines.lines
    }

    /// What a search looks at: the searched lines, each on a line of its own, so that no phrase
    /// reaches from one into the next.
    #[must_use]
    pub fn search_text(&self) -> String {
        let mut text = String::new();
        for line in self.lines().iter().filter(|line| line.label.is_searched()) {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(line.text);
        }
        text
    }
}

impl Body {
    /// Everything there is to read in this one, without the messages in it.
    #[must_use]
    pub fn own_lines(&self) -> Vec<Line<'_>> {
        let mut lines = Lines::default();
        lines.own(self);
        lines.lines
    }
}

#[derive(Default)]
struct Lines<'a> {
    depth: u32,
    lines: Vec<Line<'a>>,
}

impl<'a> Lines<'a> {
    fn add(&mut self, label: Label, text: &'a str) {
        if !text.is_empty() {
            self.lines.push(Line {
                depth: self.depth,
                label,
                text,
            });
        }
    }

    fn all(&mut self, lines: &[(Label, &'a String)]) {
        for (label, text) in lines {
            self.add(*label, text);
        }
    }

    fn body(&mut self, body: &'a Body) {
        self.own(body);
        self.depth += 1;
        for item in body.items() {
            self.body(&item.body);
        }
        self.depth -= 1;
    }

    fn own(&mut self, body: &'a Body) {
        use Label::{Content, Description, Id, ImageUrl, Name, Place, Title, Url, Wish};
        match body {
            Body::Text(b) | Body::Markdown(b) => self.all(&[(Content, &b.content)]),
            Body::Image(b) | Body::Voice(b) | Body::Video(b) | Body::Emotion(b) => self.file(b),
            Body::File(b) | Body::DocShare(b) => self.file(b),
            Body::Link(b) => {
                self.all(&[(Title, &b.title), (Description, &b.description)]);
                self.all(&[(Url, &b.url), (ImageUrl, &b.image_url)]);
            }
            Body::Weapp(b) => {
                self.all(&[(Title, &b.title), (Description, &b.description)]);
                self.all(&[(Name, &b.display_name), (Id, &b.username)]);
                for id in [&b.appid, &b.page_path].into_iter().flatten() {
                    self.add(Id, id);
                }
            }
            Body::Card(b) => self.all(&[(Name, &b.corp_name), (Id, &b.userid)]),
            Body::Location(b) => self.all(&[(Title, &b.title), (Place, &b.address)]),
            Body::Revoke { msgid } => self.all(&[(Id, msgid)]),
            Body::Consent(b) => self.all(&[(Id, &b.userid)]),
            Body::Todo(b) => self.all(&[(Title, &b.title), (Content, &b.content)]),
            Body::Redpacket(b) | Body::ExternalRedpacket(b) => self.all(&[(Wish, &b.wish)]),
            Body::News { articles } => articles.iter().for_each(|article| self.article(article)),
            Body::VoiceCall(b) => self.voice_call(b),
            Body::ChannelPost(b) => {
                self.all(&[(Name, &b.channel), (Description, &b.description)]);
            }
            Body::Solitaire(b) => self.all(&[(Content, &b.content)]),
            Body::Unknown(b) => b
                .texts
                .iter()
                .for_each(|text| self.add(Label::Unknown, text)),
            Body::Call(_) | Body::Switch => {}
            _ => self.work(body),
        }
    }

    /// The rest: what colleagues send each other for work, and what holds other messages.
    fn work(&mut self, body: &'a Body) {
        use Label::{Content, FileName, Option, Person, Place, Question, Remark, Time, Title, Url};
        match body {
            Body::Vote(b) => {
                self.all(&[(Title, &b.title)]);
                b.items.iter().for_each(|item| self.add(Option, item));
            }
            Body::Collect(b) => {
                self.all(&[(Title, &b.title), (Place, &b.room_name)]);
                self.all(&[(Person, &b.creator), (Time, &b.created_at)]);
                for question in &b.questions {
                    self.add(Question, &question.question);
                }
            }
            Body::Meeting(b) => self.meeting(b),
            Body::MeetingNotification(b) => self.all(&[(Content, &b.content), (Time, &b.time)]),
            Body::Doc(b) => self.all(&[(Title, &b.title), (Person, &b.creator), (Url, &b.url)]),
            Body::Calendar(b) => {
                self.all(&[(Title, &b.title), (Person, &b.creator)]);
                b.attendees.iter().for_each(|name| self.add(Person, name));
                self.all(&[(Place, &b.place), (Remark, &b.remarks)]);
            }
            Body::DriveFile(b) => self.all(&[(FileName, &b.name), (Url, &b.url)]),
            Body::Chatrecord(b) | Body::Mixed(b) | Body::Note(b) => self.all(&[(Title, &b.title)]),
            _ => {}
        }
    }

    fn file(&mut self, media: &'a Media) {
        if let Some(name) = &media.name {
            self.add(Label::FileName, name);
        }
    }

    fn meeting(&mut self, meeting: &'a Meeting) {
        self.all(&[
            (Label::Title, &meeting.topic),
            (Label::Place, &meeting.address),
            (Label::Remark, &meeting.remarks),
            (Label::Id, &meeting.id),
        ]);
    }

    fn article(&mut self, article: &'a Article) {
        self.all(&[
            (Label::Title, &article.title),
            (Label::Description, &article.description),
            (Label::Url, &article.url),
            (Label::ImageUrl, &article.image_url),
        ]);
    }

    fn voice_call(&mut self, call: &'a VoiceCall) {
        let shown: Vec<&Shown> = call.documents.iter().chain(&call.screens).collect();
        for shown in shown {
            self.all(&[(Label::FileName, &shown.name), (Label::Person, &shown.by)]);
        }
    }
}
