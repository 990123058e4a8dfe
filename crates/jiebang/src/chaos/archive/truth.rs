//! What the sandbox knows of everything that was said.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::harness::{Error, World};

/// A message, all of its deliveries together.
#[derive(Debug, Clone, Default)]
pub(super) struct Body {
    /// SHA-256 of the plaintext.
    pub sum: String,
    /// Number of the last delivery.
    pub seq: u64,
    /// When the last delivery was archived, Unix seconds.
    pub at: i64,
    /// Whether a customer among those who take part had refused the archive towards one of them.
    /// Told of calls and shared documents, which do not say in which room they were: as they may
    /// be of the two alone they are left out, while the sandbox, which knows the room, has them.
    pub is_refused: bool,
}

/// A file as one message names it.
#[derive(Debug, Clone)]
pub(super) struct File {
    /// SHA-256 of the content.
    pub sum: String,
    /// Whether the message tells an md5 that is not the content's.
    pub is_told_wrong: bool,
    /// Unix seconds.
    pub at: i64,
}

/// Messages by msgid, files by file id.
pub(super) struct Truth {
    pub bodies: BTreeMap<String, Body>,
    pub files: BTreeMap<String, File>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl Truth {
    pub async fn ask(world: &World) -> Result<Self, Error> {
        let told = world
            .control("GET", "truth/archive/files", Value::Null)
            .await?;
        let files = told["files"].as_array().into_iter().flatten();
        let files = files.map(|file| {
            let told = text(&file["told_md5"]);
            let one = File {
                sum: text(&file["sha256"]),
                is_told_wrong: !told.is_empty() && file["md5"] != file["told_md5"],
                at: file["at"].as_i64().unwrap_or_default(),
            };
            (text(&file["sdkfileid"]), one)
        });
        Ok(Self {
            bodies: bodies(world).await?,
            files: files.collect(),
        })
    }
}

/// Messages by msgid.
pub(super) async fn bodies(world: &World) -> Result<BTreeMap<String, Body>, Error> {
    let mut bodies = BTreeMap::new();
    let mut after = 0;
    loop {
        let path = format!("truth/archive?after={after}");
        let page = world.control("GET", &path, Value::Null).await?;
        let rows = page["rows"].as_array().cloned().unwrap_or_default();
        let Some(last) = rows.last() else { break };
        after = last["seq"].as_u64().unwrap_or(u64::MAX);
        bodies.extend(rows.iter().map(|row| {
            let refused = row["refused"].as_array();
            let body = Body {
                sum: text(&row["sha256"]),
                seq: row["seq"].as_u64().unwrap_or_default(),
                at: row["at"].as_i64().unwrap_or_default(),
                is_refused: refused.is_some_and(|pairs| !pairs.is_empty()),
            };
            (text(&row["msgid"]), body)
        }));
    }
    Ok(bodies)
}
