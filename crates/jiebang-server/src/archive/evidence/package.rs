//! Writing a package: each file of the ZIP, its sum, and in the end the signature under the sums.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{Context, SHA256};
use axum::body::{Body, Bytes};
use jiebang_app::Error;
use jiebang_app::access::{SessionInfo, still_there};
use jiebang_app::archive::{
    Evidence, FileView, Item, MessageView, Person, open_file, view_evidence_key,
};
use jiebang_app::job::chain;
use jiebang_domain::access::{Act, Actor};
use jiebang_domain::archive::conversation::PersonKind;
use jiebang_domain::text::Lang;
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, Sender};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, StreamWriter, ZipWriter};

use super::transcript;
use crate::state::Web;

const README: &str = include_str!("README.txt");
const VERIFIER: &str = include_str!("verify.html");
/// Bytes given on at once.
const PIECE: usize = 64 << 10;
/// Bytes of a stored file opened at once.
const PART: u64 = 1 << 20;
/// Bytes from which a file of the ZIP is written as a long one.
const LONG: u64 = 1 << 31;
/// Pieces that wait for a slow line.
const WAITING: usize = 8;

/// The package as the body of an answer. Where something fails it breaks off, without a signature.
pub fn stream(web: Web, session: SessionInfo, lang: Lang, settled: Evidence) -> Body {
    let (pieces, waiting) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        let making = Making {
            web: &web,
            session: &session,
            lang,
            settled: &settled,
        };
        if let Err(error) = making.run(Package::new(pieces.clone())).await {
            tracing::error!(error = chain(&error), "an evidence package broke off");
            // Whoever went away needs no answer.
            let _ = pieces.send(Err(io::Error::other("broken off"))).await;
        }
    });
    Body::from_stream(futures::stream::unfold(waiting, |mut waiting| async {
        waiting.recv().await.map(|piece| (piece, waiting))
    }))
}

struct Making<'a> {
    web: &'a Web,
    session: &'a SessionInfo,
    lang: Lang,
    settled: &'a Evidence,
}

impl Making<'_> {
    async fn run(&self, mut package: Package) -> Result<(), Error> {
        self.messages(&mut package).await?;
        let files = self.files(&mut package).await?;
        package.whole("files.jsonl", files.as_bytes()).await?;
        self.transcript(&mut package).await?;
        let record = self.record().await?;
        package.whole("record.json", record.as_bytes()).await?;
        package.whole("README.txt", README.as_bytes()).await?;
        package.whole("verify.html", VERIFIER.as_bytes()).await?;
        let app = self.web.app();
        let actor = self.actor().await?;
        let key = view_evidence_key(app, &actor).await?;
        let pem = key.public_pem.as_bytes();
        package.whole("signing-key.pem", pem).await?;
        let sums = std::mem::take(&mut package.sums);
        let signature = self.settled.sign(app, &actor, sums.as_bytes()).await?;
        package.whole("SHA256SUMS", sums.as_bytes()).await?;
        package.whole("SHA256SUMS.sig", &signature).await?;
        package.finish().await
    }

    /// Who takes it, as long as the session lasts and the right stands.
    async fn actor(&self) -> Result<Actor, Error> {
        still_there(self.web.app(), self.session, Act::ArchiveEvidence).await
    }

    /// The next messages behind the first `after`; none at the end.
    async fn page(&self, after: usize) -> Result<Vec<Item>, Error> {
        if after >= self.settled.messages() {
            return Ok(Vec::new());
        }
        let actor = self.actor().await?;
        self.settled.page(self.web.app(), &actor, after).await
    }

    async fn messages(&self, package: &mut Package) -> Result<(), Error> {
        package.begin("messages.jsonl", CompressionMethod::Deflated, true)?;
        let mut after = 0;
        loop {
            let page = self.page(after).await?;
            let Some(last) = page.last() else { break };
            after = last.number;
            for item in &page {
                package.write(item.line.as_bytes()).await?;
                package.write(b"\n").await?;
            }
        }
        package.end();
        Ok(())
    }

    /// Every file that is stored; returns the list of them and of those that are not.
    async fn files(&self, package: &mut Package) -> Result<String, Error> {
        let (mut list, mut after) = (String::new(), 0);
        loop {
            let page = self.page(after).await?;
            let Some(last) = page.last() else { break };
            after = last.number;
            for item in &page {
                for file in &item.view.files {
                    let path = path_of(item.number, file);
                    if path.is_some() {
                        self.file(package, &item.view, file, item.number).await?;
                    }
                    let told = json!({
                        "message": item.number, "msgid": item.view.msgid, "place": file.place,
                        "kind": file.kind, "name": file.name, "bytes": file.size, "path": path,
                        "missing": path.is_none().then(|| file.reason.as_deref().unwrap_or(&file.state)),
                    });
                    list.push_str(&told.to_string());
                    list.push('\n');
                }
            }
        }
        Ok(list)
    }

    async fn file(
        &self,
        package: &mut Package,
        message: &MessageView,
        file: &FileView,
        number: usize,
    ) -> Result<(), Error> {
        let actor = self.actor().await?;
        let content = open_file(self.web.app(), &actor, message.id, file.place).await?;
        let path = path_of(number, file).unwrap_or_default();
        // Pictures, voice and video are packed already.
        let size = content.size();
        package.begin(&path, CompressionMethod::Stored, size > LONG)?;
        for from in (0..size).step_by(usize::try_from(PART).unwrap_or(usize::MAX)) {
            let part = content.read(from..(from + PART).min(size)).await?;
            package.write(&part).await?;
        }
        package.end();
        Ok(())
    }

    async fn transcript(&self, package: &mut Package) -> Result<(), Error> {
        package.begin("transcript.html", CompressionMethod::Deflated, true)?;
        let head = transcript::head(self.lang, self.settled);
        package.write(head.as_bytes()).await?;
        let (mut day, mut after) = (None, 0);
        loop {
            let page = self.page(after).await?;
            let Some(last) = page.last() else { break };
            after = last.number;
            for item in &page {
                let shown = transcript::message(self.lang, item, &mut day);
                package.write(shown.as_bytes()).await?;
            }
        }
        package.write(transcript::FOOT.as_bytes()).await?;
        package.end();
        Ok(())
    }

    /// What is known around the messages.
    async fn record(&self) -> Result<String, Error> {
        let (app, actor) = (self.web.app(), self.actor().await?);
        let facts = self.settled.facts(app, &actor).await?;
        let settled = self.settled;
        let shown = &settled.conversation;
        let consents = facts.consents.iter().map(|one| {
            json!({
                "member": one.userid, "customer": one.external_userid, "room": one.room_id,
                "status": one.status.as_str(), "since": one.at, "source": one.source,
                "learned_at": one.learned_at,
            })
        });
        let readings = facts.readings.iter().map(|(name, by)| {
            json!({ "reader": by.reader, "name": name, "reason": by.reason, "at": by.at })
        });
        let record = json!({
            "format": "jiebang evidence 1",
            "corp": facts.corp.as_str(),
            "made": {
                "at": facts.made_at, "by": facts.made_by, "name": facts.made_by_name,
                "reason": settled.reading.reason, "reading": settled.reading.id,
                "version": env!("CARGO_PKG_VERSION"),
            },
            "conversation": {
                "id": shown.id.to_string(), "kind": shown.kind.as_str(),
                "channel": shown.channel.as_str(), "name": shown.name, "room": shown.room,
                "people": shown.people.iter().map(person).collect::<Vec<_>>(),
                "is_held": shown.is_held,
            },
            "period": { "since": settled.period.since, "until": settled.period.until },
            "messages": settled.messages(),
            "files": settled.files,
            "left_out": {
                "files_not_stored": settled.files_missing,
                "messages_not_readable": settled.not_readable,
                "messages_without_key": settled.lacking,
            },
            "consents": consents.collect::<Vec<_>>(),
            "readings": readings.collect::<Vec<_>>(),
        });
        serde_json::to_string_pretty(&record).map_err(|source| Error::Json {
            what: "record",
            source,
        })
    }
}

fn person(one: &Person) -> Value {
    let kind = match one.kind {
        PersonKind::Member => "member",
        PersonKind::Customer => "customer",
        PersonKind::Robot => "robot",
    };
    json!({ "id": one.id, "kind": kind, "name": one.name })
}

/// Where the file of a message stands in the package; `None` if it is not stored.
pub(super) fn path_of(number: usize, file: &FileView) -> Option<String> {
    let is_plain = |text: &&str| {
        (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let extension = file.extension.as_deref().filter(is_plain).unwrap_or("bin");
    (file.state == "stored").then(|| {
        let extension = extension.to_ascii_lowercase();
        format!("files/{number:06}-{}.{extension}", file.place)
    })
}

/// What was written and not given on.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn take_from(&self, least: usize) -> Option<Vec<u8>> {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (bytes.len() >= least.max(1)).then(|| std::mem::take(&mut *bytes))
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

type Piece = io::Result<Bytes>;

/// A ZIP that is given on piece by piece.
struct Package {
    zip: ZipWriter<StreamWriter<Buffer>>,
    buffer: Buffer,
    pieces: Sender<Piece>,
    /// Of the files that are written, as `sha256sum` reads them.
    sums: String,
    /// The file that is written.
    open: Option<(String, Context)>,
}

impl Package {
    fn new(pieces: Sender<Piece>) -> Self {
        let buffer = Buffer::default();
        Self {
            zip: ZipWriter::new_stream(buffer.clone()),
            buffer,
            pieces,
            sums: String::new(),
            open: None,
        }
    }

    /// Begins a file; one that `is_long` may be over 4 GiB, in a form that old tools do not read.
    fn begin(&mut self, path: &str, method: CompressionMethod, is_long: bool) -> Result<(), Error> {
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .large_file(is_long);
        self.zip.start_file(path, options).map_err(failed)?;
        self.open = Some((path.to_owned(), Context::new(&SHA256)));
        Ok(())
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.zip.write_all(bytes).map_err(failed)?;
        if let Some((_, sum)) = &mut self.open {
            sum.update(bytes);
        }
        self.give_on(PIECE).await
    }

    fn end(&mut self) {
        if let Some((path, sum)) = self.open.take() {
            let sum = hex(sum.finish().as_ref());
            self.sums.push_str(&format!("{sum}  {path}\n"));
        }
    }

    async fn whole(&mut self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        self.begin(path, CompressionMethod::Deflated, false)?;
        self.write(bytes).await?;
        self.end();
        Ok(())
    }

    async fn finish(self) -> Result<(), Error> {
        self.zip.finish().map_err(failed)?;
        match self.buffer.take_from(1) {
            Some(rest) => give(&self.pieces, rest).await,
            None => Ok(()),
        }
    }

    async fn give_on(&self, least: usize) -> Result<(), Error> {
        match self.buffer.take_from(least) {
            Some(piece) => give(&self.pieces, piece).await,
            None => Ok(()),
        }
    }
}

async fn give(pieces: &Sender<Piece>, piece: Vec<u8>) -> Result<(), Error> {
    let gone = |_| Error::Internal("nobody takes it any more".to_owned());
    pieces.send(Ok(piece.into())).await.map_err(gone)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Internal(format!("a package cannot be written: {error}"))
}
