//! `jiebang selftest plaintext`: plants a sentence in an archive of its own, finds it by search,
//! and looks for it in every byte the server left on disk.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{Error, Size, World, archive, job};
use crate::out::Out;

/// What is planted: in a text, a file's name, a link, a quoted record. It occurs nowhere else.
const SENTENCE: &str = "紫色河马在凌晨三点核对第七号合同";
/// The id of a planted message, which is stored in clear: where it is not seen, the wrong files
/// were looked at.
const SEEN: &str = "planted1";
/// Pieces of it that must not stand anywhere either.
const PIECES: [&str; 2] = ["紫色河马", "第七号合同"];
const MESSAGES: u32 = 1_500;
const PATIENCE: Duration = Duration::from_secs(180);

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Whether a text of the archive stands in clear in any file
    Plaintext {
        /// Use this database instead of an SQLite file
        #[arg(long)]
        database: Option<String>,
        /// The folder of that database's files, to look at them as well
        #[arg(long, value_name = "DIR", requires = "database")]
        database_files: Option<PathBuf>,
        /// Keep everything in this folder instead of a temporary one
        #[arg(long)]
        dir: Option<PathBuf>,
    },
}

/// # Errors
/// [`Error`] if the run could not be carried out. A text that was found in clear is not an error
/// but a failing exit status.
pub async fn run(args: Args, out: &Out) -> Result<ExitCode, Error> {
    let What::Plaintext {
        database,
        database_files,
        dir,
    } = args.what;
    let temporary = tempfile::tempdir().map_err(|source| Error::File {
        path: std::env::temp_dir(),
        source,
    })?;
    let dir = dir.as_deref().unwrap_or(temporary.path());
    let size = Size {
        seed: 3,
        staff: 40,
        customers: 400,
        groups: 20,
        leaver_customers: 50,
        leaver_groups: 4,
    };
    let mut world = World::start(&size, dir, database.as_deref()).await?;
    job::sync(&mut world).await?;
    archive::switch_on(&mut world).await?;
    let talk = json!({ "messages": MESSAGES, "span_s": 86_400 });
    world.control("POST", "archive/generate", talk).await?;
    let planted = plant(&world).await?;
    out.note("waiting for the archive");
    wait(&mut world, u64::from(MESSAGES) + planted).await?;
    let reason = json!({ "reason": "selftest" });
    world.api.post("archive/reason", &reason).await?;
    let ask = json!({ "query": format!("\"{SENTENCE}\""), "limit": 50 });
    let found = world.api.post("archive/search", &ask).await?;
    let found = found["items"].as_array().map_or(0, Vec::len) as u64;
    out.note("looking at every file while the server runs, and after it was killed");
    let mut seen = Looked::default();
    let folders = || std::iter::once(dir).chain(database_files.as_deref());
    for folder in folders() {
        seen.look(folder)?;
    }
    world.server.kill().await;
    for folder in folders() {
        seen.look(folder)?;
    }
    for file in &seen.with_plaintext {
        out.note(format!("in clear: {}", file.display()));
    }
    let figures = json!({
        "selftest": "plaintext", "messages": u64::from(MESSAGES) + planted, "planted": planted,
        "files": seen.files.len(), "bytes": seen.bytes,
        "files_with_plaintext": seen.with_plaintext.len(), "found_by_search": found,
        "files_with_id": seen.with_id.len(),
    });
    out.last_line(&figures);
    let is_well = seen.with_plaintext.is_empty() && found == planted && !seen.with_id.is_empty();
    Ok(if is_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Plants the sentence in several sorts of messages. Returns how many.
async fn plant(world: &World) -> Result<u64, Error> {
    let successors = world.successors(2).await?;
    let now = world
        .control("GET", "truth/archive?limit=1", Value::Null)
        .await?["now"]
        .as_i64()
        .unwrap_or_default();
    let bodies = [
        ("text", json!({ "content": SENTENCE })),
        (
            "link",
            json!({ "title": SENTENCE, "description": "", "link_url": "", "image_url": "" }),
        ),
        (
            "file",
            json!({ "filename": format!("{SENTENCE}.pdf"), "fileext": "pdf", "filesize": 1,
            "md5sum": "", "sdkfileid": "none" }),
        ),
        (
            "location",
            json!({ "address": SENTENCE, "title": "", "longitude": 1.0, "latitude": 1.0 }),
        ),
    ];
    // What is quoted stands as JSON in a text.
    let quoted = json!({ "content": SENTENCE }).to_string();
    let item = |kind: &str| json!([{ "type": kind, "content": quoted, "msgtime": now }]);
    let quoting = [
        (
            "chatrecord",
            json!({ "title": "", "item": item("ChatRecordText") }),
        ),
        ("mixed", json!({ "item": item("text") })),
    ];
    let bodies: Vec<(&str, Value)> = bodies.into_iter().chain(quoting).collect();
    let count = bodies.len() as u64;
    let rows = bodies
        .into_iter()
        .zip(1_i64..)
        .map(|((kind, body), number)| {
            let message = json!({ "msgid": format!("planted{number}"), "action": "send",
            "from": successors.first(), "tolist": [successors.last()], "roomid": "",
            "msgtime": (now - number) * 1_000, "msgtype": kind, kind: body });
            json!({ "json": message })
        });
    let rows = json!({ "rows": rows.collect::<Vec<Value>>() });
    world.control("POST", "archive/rows", rows).await?;
    Ok(count)
}

async fn wait(world: &mut World, messages: u64) -> Result<(), Error> {
    world.api.post("archive/pull", &Value::Null).await?;
    let began = Instant::now();
    loop {
        let status = world.api.get("archive").await?;
        let done = status["rows"].as_u64() >= Some(messages) && status["new_rows"] == 0;
        if done {
            return Ok(());
        }
        if began.elapsed() > PATIENCE {
            return Err(Error::Stuck {
                seconds: PATIENCE.as_secs(),
                state: format!("{} rows", status["rows"]),
            });
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[derive(Default)]
struct Looked {
    files: std::collections::BTreeSet<PathBuf>,
    with_plaintext: std::collections::BTreeSet<PathBuf>,
    with_id: std::collections::BTreeSet<PathBuf>,
    bytes: u64,
}

/// What was asked for; `None` if it is not there.
fn if_there<T>(asked: std::io::Result<T>) -> std::io::Result<Option<T>> {
    match asked {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

impl Looked {
    /// Looks at every file below `folder`: as UTF-8, as the escapes of JSON, and as UTF-16.
    fn look(&mut self, folder: &Path) -> Result<(), Error> {
        let needles: Vec<Vec<u8>> = std::iter::once(SENTENCE)
            .chain(PIECES)
            .flat_map(|text| {
                let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
                let escaped: String = text
                    .encode_utf16()
                    .map(|unit| format!("\\u{unit:04x}"))
                    .collect();
                [text.as_bytes().to_vec(), utf16, escaped.into_bytes()]
            })
            .collect();
        let mut open = vec![folder.to_owned()];
        while let Some(path) = open.pop() {
            let unreadable = |source| Error::File {
                path: path.clone(),
                source,
            };
            // A file of the running server may go while this looks.
            let Some(of) = if_there(std::fs::metadata(&path)).map_err(unreadable)? else {
                continue;
            };
            if of.is_dir() {
                for entry in std::fs::read_dir(&path).map_err(unreadable)? {
                    open.push(entry.map_err(unreadable)?.path());
                }
                continue;
            }
            // A socket, say.
            if !of.is_file() {
                continue;
            }
            let Some(bytes) = if_there(std::fs::read(&path)).map_err(unreadable)? else {
                continue;
            };
            self.bytes += bytes.len() as u64;
            let has = |needle: &[u8]| bytes.windows(needle.len()).any(|part| part == needle);
            if needles.iter().any(|needle| has(needle)) {
                self.with_plaintext.insert(path.clone());
            }
            if has(SEEN.as_bytes()) {
                self.with_id.insert(path.clone());
            }
            self.files.insert(path);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planted_text_is_seen_in_every_form() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("deep")).unwrap();
        let write =
            |name: &str, bytes: &[u8]| std::fs::write(dir.path().join(name), bytes).unwrap();
        write("clean", b"nothing");
        write("deep/plain", format!("xx{SENTENCE}xx").as_bytes());
        let utf16: Vec<u8> = "紫色河马"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        write("wide", &utf16);
        write("escaped", b"\\u7d2b\\u8272\\u6cb3\\u9a6c");
        let mut looked = Looked::default();
        looked.look(dir.path()).unwrap();
        assert_eq!((looked.files.len(), looked.with_plaintext.len()), (4, 3));
    }
}
