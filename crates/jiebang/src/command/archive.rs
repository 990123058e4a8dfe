//! `jiebang archive`: bringing messages in and out as JSON Lines.

use std::io::{BufRead, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::process::ExitCode;

use jiebang_app::App;
use jiebang_app::archive::{
    Imported, MAX_LINE, begin_export, count_shares, exchange_corp_key, export_page, import_lines,
    renew_all_conversation_keys, renew_conversation_key, view_status,
};
use jiebang_app::job::chain;
use jiebang_domain::access::Actor;
use serde_json::json;

use crate::config::Config;
use crate::installation;
use crate::out::{Failure, Out};

/// Lines stored together.
const BATCH: usize = 500;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Bring messages in from a file of JSON Lines, each once; what is known is left as it is
    Import {
        /// The file; - for standard input
        file: PathBuf,
    },
    /// Write every message to a file of JSON Lines. The file holds them in clear
    Export {
        /// Why; it is in the audit log
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// A file that is not there yet
        file: PathBuf,
    },
    /// Tell whether the archive is whole
    Status,
    /// Make a new corp key; the server wraps the keys of conversations by it and destroys the old
    RotateKey,
    /// Give a conversation, or every one, a new key for what is said from now on
    RenewKey {
        /// The conversation's id, as the console's address shows it
        #[arg(required_unless_present = "all")]
        conversation: Option<i64>,
        /// Every conversation, each with its next message
        #[arg(long, conflicts_with = "conversation")]
        all: bool,
    },
}

pub async fn run(args: Args, config: Config, out: Out) -> Result<ExitCode, Failure> {
    let app = installation::open_existing(&config).await?;
    let done = act(&app, args.command, out).await;
    app.store().close().await?;
    done
}

async fn act(app: &App, command: Command, out: Out) -> Result<ExitCode, Failure> {
    match command {
        Command::Import { file } => import(app, &file, out).await,
        Command::Export { reason, file } => export(app, &reason, &file, out).await,
        Command::Status => status(app, out).await,
        Command::RotateKey => {
            let number = exchange_corp_key(app, &Actor::operator()).await?;
            out.object(&json!({ "number": number }));
            out.say(format_args!(
                "corp key {number} wraps what is new; a running server wraps the rest by it"
            ));
            Ok(ExitCode::SUCCESS)
        }
        Command::RenewKey {
            conversation: None, ..
        } => {
            renew_all_conversation_keys(app, &Actor::operator()).await?;
            out.object(&json!({ "all": true }));
            out.say(format_args!(
                "every conversation is given a new key with its next message"
            ));
            Ok(ExitCode::SUCCESS)
        }
        Command::RenewKey {
            conversation: Some(conversation),
            ..
        } => {
            let number = renew_conversation_key(app, &Actor::operator(), conversation).await?;
            out.object(&json!({ "conversation": conversation, "number": number }));
            out.say(format_args!("key {number} seals what is said from now on"));
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn import(app: &App, file: &std::path::Path, out: Out) -> Result<ExitCode, Failure> {
    let doing = format!("{} cannot be read", file.display());
    let unreadable = |error: std::io::Error| Failure::of(&doing, &error);
    let mut lines: Box<dyn BufRead> = if file.as_os_str() == "-" {
        Box::new(std::io::BufReader::new(std::io::stdin()))
    } else {
        let opened = std::fs::File::open(file).map_err(unreadable)?;
        Box::new(std::io::BufReader::new(opened))
    };
    let mut all = Imported::default();
    let stages = out.stages();
    loop {
        let mut batch = Vec::with_capacity(BATCH);
        while batch.len() < BATCH {
            match next_line(&mut lines).map_err(unreadable)? {
                Some(line) if line.is_empty() => {}
                Some(line) => batch.push(line),
                None => break,
            }
        }
        if batch.is_empty() {
            break;
        }
        let told = import_lines(app, &Actor::operator(), &batch).await?;
        all.stored += told.stored;
        all.known += told.known;
        all.left_out += told.left_out;
        all.unreadable += told.unreadable;
        stages.tell(format!("{} messages stored", all.stored));
    }
    if let Err(error) = app.store().analyze().await {
        tracing::warn!(
            error = chain(&error),
            "the database was not told to look at what came"
        );
    }
    stages.done();
    out.object(&json!({
        "stored": all.stored, "known": all.known, "left_out": all.left_out,
        "unreadable": all.unreadable,
    }));
    out.say(format_args!("{:>9}  messages stored", all.stored));
    out.say(format_args!("{:>9}  were here already", all.known));
    out.say(format_args!(
        "{:>9}  left out by policy or consent",
        all.left_out
    ));
    out.say(format_args!("{:>9}  lines hold no message", all.unreadable));
    Ok(ExitCode::from(u8::from(all.unreadable > 0)))
}

/// The next line without its end; of one that is too long as much as shows that it is.
fn next_line(lines: &mut dyn BufRead) -> Result<Option<Vec<u8>>, std::io::Error> {
    use std::io::Read;
    let mut line = Vec::new();
    let mut limited = lines.take(MAX_LINE as u64 + 2);
    if limited.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.len() > MAX_LINE && line.last() != Some(&b'\n') {
        limited.get_mut().skip_until(b'\n')?;
    }
    while matches!(line.last(), Some(b'\n' | b'\r')) {
        line.pop();
    }
    Ok(Some(line))
}

async fn export(
    app: &App,
    reason: &str,
    file: &std::path::Path,
    out: Out,
) -> Result<ExitCode, Failure> {
    let operator = Actor::operator();
    let doing = format!("{} cannot be written", file.display());
    let unwritable = |error: std::io::Error| Failure::of(&doing, &error);
    let mut options = std::fs::OpenOptions::new();
    let opened = options.write(true).create_new(true).mode(0o600).open(file);
    let mut written = std::io::BufWriter::new(opened.map_err(unwritable)?);
    begin_export(app, &operator, reason).await?;
    let (mut after, mut messages, mut lacking) = (0, 0_u64, 0);
    let stages = out.stages();
    loop {
        let page = export_page(app, &operator, after).await?;
        for line in &page.lines {
            writeln!(written, "{line}").map_err(unwritable)?;
        }
        messages += page.lines.len() as u64;
        lacking += page.lacking;
        stages.tell(format!("{messages} messages"));
        match page.after {
            Some(next) => after = next,
            None => break,
        }
    }
    stages.done();
    let done = written
        .into_inner()
        .map_err(|error| unwritable(error.into_error()))?;
    done.sync_all().map_err(unwritable)?;
    let name = file.display().to_string();
    out.object(&json!({ "messages": messages, "lacking": lacking, "file": name }));
    out.say(format_args!("{messages} messages in {name}, in clear"));
    if lacking > 0 {
        out.say(format_args!(
            "{lacking} messages are not in it: the key store lacks shares of their keys"
        ));
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

async fn status(app: &App, out: Out) -> Result<ExitCode, Failure> {
    let status = view_status(app, &Actor::operator()).await?;
    let lacking = count_shares(app, &Actor::operator()).await?.lacking;
    let parked: i64 = status.figures.parked.iter().map(|some| some.rows).sum();
    out.object(&json!({
        "standing": status.standing.as_str(), "messages": status.messages,
        "waiting": status.figures.new_rows, "parked": parked, "hours_left": status.hours_left,
        "gaps": status.figures.gaps.len(), "keys_lacking": lacking,
    }));
    out.say(format_args!(
        "{:>12}  {}",
        status.standing.as_str(),
        "standing"
    ));
    out.say(format_args!("{:>12}  messages", status.messages));
    out.say(format_args!(
        "{:>12}  rows wait to be opened",
        status.figures.new_rows
    ));
    out.say(format_args!("{parked:>12}  rows are parked"));
    out.say(format_args!(
        "{lacking:>12}  keys open nothing: their share is missing"
    ));
    if let Some(hours) = status.hours_left {
        out.say(format_args!("{hours:>12}  hours until something is lost"));
    }
    out.say(format_args!(
        "{:>12}  times of which messages are lost",
        status.figures.gaps.len()
    ));
    Ok(ExitCode::SUCCESS)
}
