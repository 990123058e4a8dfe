//! Writing a package: each file of the ZIP, its sum, and in the end the signature under the sums.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{Context, SHA256};
use axum::body::{Body, Bytes};
use jiebang_app::Error;
use jiebang_app::access::{SessionInfo, still_there};
use jiebang_app::archive::{Evidence, FileView, Item, Person, view_evidence_key};
use jiebang_app::job::chain;
use jiebang_domain::access::{Act, Actor};
use jiebang_domain::text::Lang;
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, Sender};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, StreamWriter, ZipWriter};

use super::transcript;
use crate::state::Web;

const README: &str = include_str!("README.txt");
pub(super) const VERIFIER: &str = include_str!("verify.html");
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
        if let Err(error) = making.run(Package::new(pieces.clone())).await
            // Whoever went away needs no answer.
            && pieces.send(Err(io::Error::other("broken off"))).await.is_ok()
        {
            tracing::error!(error = chain(&error), "an evidence package broke off");
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
        package.whole("files.jsonl", files.list.as_bytes()).await?;
        self.transcript(&mut package, &files).await?;
        let record = self.record(&files).await?;
        package.whole("record.json", record.as_bytes()).await?;
        package.whole("README.txt", README.as_bytes()).await?;
        package.whole("verify.html", VERIFIER.as_bytes()).await?;
        let app = self.web.app();
        let actor = self.actor().await?;
        let key = view_evidence_key(app, &actor).await?;
        let pem = key.public_pem.as_bytes();
        package.whole("signing-key.pem", pem).await?;
        let sums = std::mem::take(&mut package.sums);
        let signed = self.settled.sign(app, &actor, sums.as_bytes(), &key);
        let signature = signed.await?;
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
        let is_long = self.settled.text_bytes > LONG;
        package.begin("messages.jsonl", CompressionMethod::Deflated, is_long)?;
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

    /// Every file that is stored; one that cannot be opened is told of as others that are lacking.
    async fn files(&self, package: &mut Package) -> Result<Files, Error> {
        let (mut files, mut after) = (Files::default(), 0);
        loop {
            let page = self.page(after).await?;
            let Some(last) = page.last() else { break };
            after = last.number;
            for item in &page {
                for file in &item.view.files {
                    let missing = if file.state == "stored" {
                        self.file(package, item.number, file, &mut files).await?
                    } else {
                        Some(file.reason.as_deref().unwrap_or(&file.state))
                    };
                    files.lacking += u64::from(missing.is_some());
                    files.tell(item, file, missing);
                }
            }
        }
        Ok(files)
    }

    /// Writes a file; returns why it is lacking, if it is.
    async fn file(
        &self,
        package: &mut Package,
        number: usize,
        file: &FileView,
        files: &mut Files,
    ) -> Result<Option<&'static str>, Error> {
        let (app, actor) = (self.web.app(), self.actor().await?);
        let opened = self.settled.file(app, &actor, number, file.place).await;
        let part = |size: u64, from: u64| from..(from + PART).min(size);
        let (content, mut bytes) = match opened {
            Ok(content) => match content.read(part(content.size(), 0)).await {
                Ok(bytes) => (content, bytes),
                Err(error) => return lacking(error),
            },
            Err(error) => return lacking(error),
        };
        let (path, size) = (path_of(number, file), content.size());
        // Pictures, voice and video are packed already.
        package.begin(&path, CompressionMethod::Stored, size > LONG)?;
        let mut from = 0;
        while from < size {
            package.write(&bytes).await?;
            from += PART;
            if from < size {
                bytes = content.read(part(size, from)).await?;
            }
        }
        package.end();
        files.paths.insert((number, file.place), path);
        Ok(None)
    }

    async fn transcript(&self, package: &mut Package, files: &Files) -> Result<(), Error> {
        // Markup makes it longer, but not eight times.
        let is_long = self.settled.text_bytes > LONG / 8;
        package.begin("transcript.html", CompressionMethod::Deflated, is_long)?;
        let head = transcript::head(self.lang, self.settled);
        package.write(head.as_bytes()).await?;
        let (mut day, mut after) = (None, 0);
        loop {
            let page = self.page(after).await?;
            let Some(last) = page.last() else { break };
            after = last.number;
            for item in &page {
                let shown = transcript::message(self.lang, item, &files.paths, &mut day);
                package.write(shown.as_bytes()).await?;
            }
        }
        package.write(transcript::FOOT.as_bytes()).await?;
        package.end();
        Ok(())
    }

    /// What is known around the messages.
    async fn record(&self, files: &Files) -> Result<String, Error> {
        let (app, actor) = (self.web.app(), self.actor().await?);
        let facts = self.settled.facts(app, &actor).await?;
        let settled = self.settled;
        let shown = &settled.conversation;
        let second = |at: i64| transcript::exact(at.saturating_mul(1_000));
        let consents = facts.consents.iter().map(|one| {
            json!({
                "member": one.userid, "customer": one.external_userid, "room": one.room_id,
                "status": one.status.as_str(), "since": (one.at > 0).then(|| second(one.at)),
                "source": one.source, "learned_at": second(one.learned_at),
            })
        });
        let readings = facts.readings.iter().map(|(name, by)| {
            json!({ "reader": by.reader, "name": name, "reason": by.reason, "at": second(by.at) })
        });
        let record = json!({
            "format": "jiebang evidence 1",
            "corp": facts.corp.as_str(),
            "made": {
                "at": second(facts.made_at), "by": facts.made_by, "name": facts.made_by_name,
                "reason": settled.reading.reason, "reading": settled.reading.id,
                "version": env!("CARGO_PKG_VERSION"),
            },
            "conversation": {
                "id": shown.id.to_string(), "kind": shown.kind.as_str(),
                "channel": shown.channel.as_str(), "name": shown.name, "room": shown.room,
                "people": shown.people.iter().map(person).collect::<Vec<_>>(),
                "is_held": shown.is_held,
            },
            "period": {
                "since": settled.period.since.map(transcript::exact),
                "until": settled.period.until.map(transcript::exact),
            },
            "messages": settled.messages(),
            "files": files.paths.len(),
            "masked_messages": settled.masked,
            "left_out": {
                "files": files.lacking,
                "messages_not_readable": settled.not_readable,
                "messages_without_key": settled.lacking,
                "people": facts.people_left_out,
                "readings_of_others": facts.readings_left_out,
                "readings_before": facts.readings_are_cut,
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
    json!({ "id": one.id, "kind": one.kind.as_str(), "name": one.name })
}

/// Why a file is lacking that was to be there; others of these errors end the package.
fn lacking(error: Error) -> Result<Option<&'static str>, Error> {
    match error {
        Error::NotFound { .. } => Ok(Some("not_stored")),
        Error::Storage(_) | Error::Vault(_) => Ok(Some("unreadable")),
        other => Err(other),
    }
}

/// Files as they were written.
#[derive(Default)]
struct Files {
    /// By the number of the message and the place in it.
    paths: Paths,
    lacking: u64,
    /// A line of JSON each.
    list: String,
}

/// Where files stand in the package.
pub(super) type Paths = BTreeMap<(usize, i32), String>;

impl Files {
    fn tell(&mut self, item: &Item, file: &FileView, missing: Option<&str>) {
        let told = json!({
            "message": item.number, "msgid": item.view.msgid, "place": file.place,
            "kind": file.kind, "name": file.name, "bytes": file.size,
            "path": self.paths.get(&(item.number, file.place)), "missing": missing,
        });
        self.list.push_str(&told.to_string());
        self.list.push('\n');
    }
}

/// Extensions that files keep: what they open with cannot be told to run them. The name they came
/// with stands in the list.
const PLAIN: &[&str] = &[
    "amr", "bmp", "csv", "doc", "docx", "gif", "jpeg", "jpg", "m4a", "mov", "mp3", "mp4", "ogg",
    "pdf", "png", "ppt", "pptx", "silk", "txt", "wav", "webp", "xls", "xlsx", "zip",
];

/// Where a file of a message stands in the package.
fn path_of(number: usize, file: &FileView) -> String {
    let extension = file.extension.as_deref().unwrap_or_default();
    let extension = extension.to_ascii_lowercase();
    let extension = match PLAIN.contains(&extension.as_str()) {
        true => extension.as_str(),
        false => "bin",
    };
    format!("files/{number:06}-{}.{extension}", file.place)
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
    // Some 18 KB.
    zip: Box<ZipWriter<StreamWriter<Buffer>>>,
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
            zip: Box::new(ZipWriter::new_stream(buffer.clone())),
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
            let sum = hex::encode(sum.finish());
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

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Internal(format!("a package cannot be written: {error}"))
}
