//! The archive compared with the truth.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;
use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::trouble::Outage;
use super::truth::{File, Truth};
use crate::harness::{Error, World};

/// Missing messages that are named.
const NAMED: usize = 50;
/// Files that came in with an outage's end may be over before they are fetched, if they were sent
/// so soon behind the moment before which everything is lost, in seconds.
const CLOSE: i64 = 6 * 3_600;
/// Files whose message tells no sum (in the sandbox; by the platform's samples as well): a byte
/// that the fault `wrong_bytes` changed on their way cannot be noticed by anybody.
const WITHOUT_SUM: [&str; 2] = ["emotion_png", "voice_call"];

fn sum_of(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA256, bytes))
}

#[derive(serde::Deserialize)]
struct Line<'a> {
    msgid: String,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    base64: Option<String>,
}

/// What the comparison finds.
pub(super) struct Found {
    truth: Truth,
    outage: Outage,
    /// The files a message must have, by msgid.
    files: BTreeMap<String, Vec<File>>,
    /// Names of counts that must be 0, and others.
    pub report: Value,
}

impl Found {
    pub async fn begin(world: &World, outage: Outage) -> Result<Self, Error> {
        Ok(Self {
            truth: Truth::ask(world).await?,
            outage,
            files: BTreeMap::new(),
            report: json!({ "chaos": "archive" }),
        })
    }

    /// Compares every exported body with the truth.
    pub async fn bodies(&mut self, world: &World, export: &Path) -> Result<(), Error> {
        let unreadable = |source| Error::File {
            path: export.to_owned(),
            source,
        };
        let target = export.display().to_string();
        let arguments = ["archive", "export", "--reason", "chaos", &target];
        world.server.command(&arguments).await?;
        let file = std::fs::File::open(export).map_err(unreadable)?;
        let mut seen = BTreeSet::new();
        let (mut doubled, mut different, mut surplus) = (0, 0, 0);
        for line in std::io::BufReader::new(file).lines() {
            let line = line.map_err(unreadable)?;
            let Ok(line) = serde_json::from_str::<Line<'_>>(&line) else {
                different += 1;
                continue;
            };
            let base64 = line.base64.and_then(|text| STANDARD.decode(text).ok());
            let json = line.message.map(|json| json.get().as_bytes().to_vec());
            let json = json.or(base64).unwrap_or_default();
            match self.truth.bodies.get(&line.msgid) {
                None => surplus += 1,
                // What nobody may have, or can have.
                Some(body) if body.is_refused || self.outage.lost.contains(&line.msgid) => {
                    surplus += 1;
                }
                Some(body) if body.sum != sum_of(&json) => different += 1,
                Some(_) => {}
            }
            let files = files_named(&json, &self.truth.files);
            if !files.is_empty() {
                self.files.insert(line.msgid.clone(), files);
            }
            doubled += u64::from(!seen.insert(line.msgid));
        }
        let (mut missing, mut lost, mut refused) = (Vec::new(), 0, 0);
        let absent = self.truth.bodies.iter();
        for (id, body) in absent.filter(|(id, _)| !seen.contains(*id)) {
            match body {
                _ if self.outage.lost.contains(id) => lost += 1,
                _ if body.is_refused => refused += 1,
                _ => missing.push(id),
            }
        }
        let counts = [
            ("messages", self.truth.bodies.len()),
            ("missing", missing.len()),
            ("lost", lost),
            ("refused", refused),
            ("surplus", surplus),
            ("doubled", usize::try_from(doubled).unwrap_or(usize::MAX)),
            ("different", different),
        ];
        for (name, count) in counts {
            self.report[name] = json!(count);
        }
        missing.truncate(NAMED);
        self.report["missing_ids"] = json!(missing);
        Ok(())
    }

    /// Compares the times the server tells of as lost with what is lost.
    pub async fn gaps(&mut self, world: &mut World) -> Result<(), Error> {
        let status = world.api.get("archive").await?;
        let gaps = status["gaps"].as_array().into_iter().flatten();
        let moment = |gap: &Value, name: &str| gap[name].as_i64().unwrap_or_default();
        let gaps: Vec<(i64, i64)> = gaps
            .map(|gap| (moment(gap, "from"), moment(gap, "to")))
            .collect();
        let (mut untold, mut kept) = (0, 0);
        for (id, body) in &self.truth.bodies {
            let is_lost = self.outage.lost.contains(id);
            let is_told = |from, to| (from..to).contains(&body.at);
            match gaps.iter().any(|(from, to)| is_told(*from, *to)) {
                false if is_lost => untold += 1,
                true if !is_lost => kept += 1,
                _ => {}
            }
        }
        self.report["gaps"] = json!(gaps.len());
        self.report["lost_untold"] = json!(untold);
        self.report["told_lost_and_kept"] = json!(kept);
        Ok(())
    }

    /// Reads every conversation as the console does, and compares the bytes of every file.
    pub async fn files(&mut self, world: &mut World) -> Result<(), Error> {
        let reason = json!({ "reason": "chaos" });
        world.api.post("archive/reason", &reason).await?;
        let mut counts = Counts::default();
        let mut conversations =
            Pages::of("archive/conversations?limit=200", "cursor", "next_cursor");
        while let Some(page) = conversations.next(world).await? {
            for conversation in items(&page) {
                let id = conversation["id"].as_str().unwrap_or_default();
                let path = format!("archive/conversations/{id}/messages?limit=200");
                let mut messages = Pages::of(&path, "before", "before");
                while let Some(page) = messages.next(world).await? {
                    for message in items(&page) {
                        let there = files_of(world, message).await?;
                        self.cross_off(message, &there, &mut counts);
                    }
                }
            }
        }
        let missing: usize = self.files.values().map(Vec::len).sum();
        self.report["files"] = json!(counts.stored);
        self.report["files_missing"] = json!(missing);
        self.report["files_different"] = json!(counts.different);
        self.report["files_damaged_without_sum"] = json!(counts.without_sum);
        self.report["files_told_wrong"] = json!(counts.told_wrong);
        self.report["files_damaged_and_told"] = json!(counts.damaged_and_told);
        self.report["files_expired"] = json!(counts.expired);
        Ok(())
    }

    /// Takes what was read of a message from what is to be there, and counts the files
    /// that are not as they were sent.
    fn cross_off(&mut self, message: &Value, files: &[There], counts: &mut Counts) {
        let msgid = message["msgid"].as_str().unwrap_or_default();
        let mut wanted = self.files.remove(msgid).unwrap_or_default();
        let mut take = |fits: &dyn Fn(&File) -> bool| {
            let place = wanted.iter().position(fits);
            place.map(|place| wanted.swap_remove(place)).is_some()
        };
        for file in files {
            let Some(sum) = &file.sum else {
                let last = self.outage.floor + CLOSE;
                let is_over = file.is_told("expired");
                counts.expired += u64::from(is_over && take(&|one| one.at < last));
                continue;
            };
            counts.stored += 1;
            // Told as other than the message says: then it must be so, and only then.
            let is_told = file.is_told("told_other_md5");
            if take(&|one| one.sum == *sum && one.is_told_wrong == is_told) {
                counts.told_wrong += u64::from(is_told);
            } else if is_told && take(&|one| one.is_told_wrong) {
                counts.damaged_and_told += 1;
            } else if WITHOUT_SUM.contains(&file.kind.as_str()) && take(&|_| true) {
                counts.without_sum += 1;
            } else {
                counts.different += 1;
            }
        }
        if !wanted.is_empty() {
            self.files.insert(msgid.to_owned(), wanted);
        }
    }
}

/// Files by what became of them.
#[derive(Default)]
struct Counts {
    stored: u64,
    different: u64,
    /// Not as they were sent, which nobody can notice.
    without_sum: u64,
    /// As they were sent; their message tells another sum, and the archive says so.
    told_wrong: u64,
    /// As these, but not as they were sent.
    damaged_and_told: u64,
    /// Over before they could be fetched.
    expired: u64,
}

fn items(page: &Value) -> impl Iterator<Item = &Value> {
    page["items"].as_array().into_iter().flatten()
}

/// A file as the archive has it.
struct There {
    kind: String,
    /// Of what was read, if it is stored.
    sum: Option<String>,
    reason: Option<String>,
}

impl There {
    fn is_told(&self, word: &str) -> bool {
        self.reason.as_deref() == Some(word)
    }
}

/// The files of a message, the contents of those that are stored read.
async fn files_of(world: &World, message: &Value) -> Result<Vec<There>, Error> {
    let id = message["id"].as_str().unwrap_or_default();
    let mut there = Vec::new();
    for file in message["files"].as_array().into_iter().flatten() {
        let sum = if file["state"] == "stored" {
            let path = format!("archive/messages/{id}/files/{}", file["place"]);
            Some(sum_of(&world.api.bytes(&path).await?))
        } else {
            None
        };
        there.push(There {
            kind: file["kind"].as_str().unwrap_or_default().to_owned(),
            sum,
            reason: file["reason"].as_str().map(str::to_owned),
        });
    }
    Ok(there)
}

/// The files a message names, also where it quotes others as a text of JSON.
fn files_named(json: &[u8], truth: &BTreeMap<String, File>) -> Vec<File> {
    const MARKS: [char; 4] = ['\\', '"', ':', ' '];
    let text = String::from_utf8_lossy(json);
    let behind = text.split("sdkfileid").skip(1);
    let ids = behind.filter_map(|rest| rest.trim_start_matches(MARKS).split(MARKS).next());
    ids.filter_map(|id| truth.get(id).cloned()).collect()
}

/// A list of the API, page by page.
struct Pages {
    path: String,
    parameter: &'static str,
    field: &'static str,
    next: Option<String>,
    is_over: bool,
}

impl Pages {
    fn of(path: &str, parameter: &'static str, field: &'static str) -> Self {
        Self {
            path: path.to_owned(),
            parameter,
            field,
            next: None,
            is_over: false,
        }
    }

    async fn next(&mut self, world: &mut World) -> Result<Option<Value>, Error> {
        if self.is_over {
            return Ok(None);
        }
        let path = match &self.next {
            Some(next) => format!("{}&{}={next}", self.path, self.parameter),
            None => self.path.clone(),
        };
        let page = world.api.get(&path).await?;
        self.next = page[self.field].as_str().map(str::to_owned);
        self.is_over = self.next.is_none();
        Ok(Some(page))
    }
}
