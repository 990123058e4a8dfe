//! Decides which console goes into the binary and writes the table of its
//! files for `include_bytes!`.
//!
//! In order: a `web/dist` that is newer than its sources; one built here with
//! npm; one page that says how to build it. `JIEBANG_REQUIRE_CONSOLE=1` makes
//! the last case an error (CI and releases), `JIEBANG_SKIP_CONSOLE=1` goes
//! straight to it (quick checks of other crates).
//!
//! Invariant: cargo looks at `web/` by time stamp only, so a build that did
//! not touch the console never starts npm.

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// What the built console is made of, relative to the repository.
const SOURCES: &[&str] = &[
    "web/src",
    "web/public",
    "web/index.html",
    "web/package.json",
    "web/package-lock.json",
    "web/tsconfig.json",
    "web/vite.config.ts",
    "text",
];

fn main() -> Result<(), Box<dyn Error>> {
    let manifest = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let root = manifest.join("../..");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    announce_inputs(&root);

    let folder = match choose_console(&root) {
        Ok(dist) => dist,
        Err(why) if flag("JIEBANG_REQUIRE_CONSOLE") => {
            return Err(format!("the console is required and could not be built: {why}").into());
        }
        Err(why) => {
            if !flag("JIEBANG_SKIP_CONSOLE") {
                println!("cargo::warning=console not embedded: {why}");
            }
            manifest.join("fallback")
        }
    };
    write_table(&folder, &out.join("console_files.rs"))
}

fn announce_inputs(root: &Path) {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=fallback");
    println!("cargo::rerun-if-env-changed=JIEBANG_REQUIRE_CONSOLE");
    println!("cargo::rerun-if-env-changed=JIEBANG_SKIP_CONSOLE");
    // A path that does not exist would make cargo run this every time.
    for source in SOURCES.iter().chain(&["web/dist/index.html"]) {
        let path = root.join(source);
        if path.exists() {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
}

fn flag(name: &str) -> bool {
    env::var(name).is_ok_and(|value| !value.is_empty() && value != "0")
}

/// The folder with a console that matches its sources, or why there is none.
fn choose_console(root: &Path) -> Result<PathBuf, String> {
    if flag("JIEBANG_SKIP_CONSOLE") {
        return Err("JIEBANG_SKIP_CONSOLE is set".into());
    }
    let web = root.join("web");
    let dist = web.join("dist");
    if !web.join("package-lock.json").exists() {
        return usable(dist).ok_or_else(|| "web/ holds no sources".into());
    }
    if !is_stale(root, &dist) {
        return Ok(dist);
    }
    if modified(&web.join("node_modules/.package-lock.json"))
        < modified(&web.join("package-lock.json"))
    {
        npm(&web, &["ci", "--no-audit", "--no-fund"])?;
    }
    npm(&web, &["run", "build"])?;
    usable(dist).ok_or_else(|| "npm run build left no web/dist/index.html".into())
}

fn usable(dist: PathBuf) -> Option<PathBuf> {
    dist.join("index.html").exists().then_some(dist)
}

fn is_stale(root: &Path, dist: &Path) -> bool {
    let built = modified(&dist.join("index.html"));
    built.is_none()
        || SOURCES
            .iter()
            .any(|source| newest(&root.join(source)) > built)
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|meta| meta.modified()).ok()
}

fn newest(path: &Path) -> Option<SystemTime> {
    let Ok(entries) = fs::read_dir(path) else {
        return modified(path);
    };
    entries
        .flatten()
        .filter_map(|entry| newest(&entry.path()))
        .max()
}

fn npm(web: &Path, arguments: &[&str]) -> Result<(), String> {
    let shown = arguments.join(" ");
    let output = Command::new("npm")
        .args(arguments)
        .current_dir(web)
        .output()
        .map_err(|error| {
            format!("npm could not be started ({error}); install Node.js 20 or later")
        })?;
    if output.status.success() {
        return Ok(());
    }
    let told = String::from_utf8_lossy(&output.stderr);
    let last = told.lines().rev().find(|line| !line.trim().is_empty());
    Err(format!(
        "npm {shown} failed: {}",
        last.unwrap_or("no message")
    ))
}

/// Writes `FILES`, sorted by path; a `.gz` twin becomes the `gzip` field.
fn write_table(folder: &Path, table: &Path) -> Result<(), Box<dyn Error>> {
    let mut files = Vec::new();
    list(folder, folder, &mut files)?;
    files.sort();
    let mut source = String::from("&[\n");
    for path in files.iter().filter(|path| !path.ends_with(".gz")) {
        let absolute = folder.join(path).canonicalize()?;
        let twin = folder.join(format!("{path}.gz"));
        let gzip = if twin.exists() {
            format!("Some(include_bytes!({:?}))", twin.canonicalize()?)
        } else {
            "None".into()
        };
        let mut hasher = DefaultHasher::new();
        fs::read(&absolute)?.hash(&mut hasher);
        writeln!(
            source,
            "File {{ path: {path:?}, etag: \"\\\"{:016x}\\\"\", bytes: include_bytes!({absolute:?}), gzip: {gzip} }},",
            hasher.finish()
        )?;
    }
    source.push(']');
    fs::write(table, source)?;
    Ok(())
}

fn list(folder: &Path, base: &Path, files: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, base, files)?;
        } else if let Ok(relative) = path.strip_prefix(base) {
            files.push(relative.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}
