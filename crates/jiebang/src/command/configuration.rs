//! `jiebang config`: the configuration in force, or a commented default.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use crate::config::{self, DEFAULT_FILE};
use crate::out::{Failure, Out};

#[derive(clap::Args)]
pub struct Args {
    /// Print a commented configuration file with every key
    #[arg(long)]
    default: bool,
}

pub fn run(args: &Args, file: Option<&Path>, out: Out) -> Result<ExitCode, Failure> {
    if args.default {
        Out { json: false }.say(DEFAULT_FILE.trim_end());
        return Ok(ExitCode::SUCCESS);
    }
    let config = config::load(file)?;
    let read = config.file.as_ref().map(|path| path.display().to_string());
    out.say(format_args!(
        "file        {}",
        read.as_deref().unwrap_or("none")
    ));
    out.say(format_args!("listen      {}", config.listen));
    out.say(format_args!("data        {}", config.data_dir.display()));
    out.say(format_args!("database    {}", config.database));
    match &config.master_key_command {
        Some(command) => out.say(format_args!("master key  from {}", command.join(" "))),
        None => out.say(format_args!(
            "master key  {}",
            config.master_key_file.display()
        )),
    }
    out.object(&json!({
        "file": read,
        "listen": config.listen.to_string(),
        "data_dir": config.data_dir,
        "database": config.database.to_string(),
        "master_key_file": config.master_key_file,
        "master_key_command": config.master_key_command,
    }));
    Ok(ExitCode::SUCCESS)
}
