//! The commands, one file each.

mod admin;
mod archive;
mod configuration;
mod doctor;
mod handover;
mod openapi;
mod sandbox;
mod serve;
mod sync;
mod work;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::out::{Failure, Out};

/// Customer handover on WeCom (企业微信): a leaver's customers and groups reach their successors.
#[derive(Parser)]
#[command(name = "jiebang", version = version(), max_term_width = 100, disable_help_subcommand = true)]
struct Cli {
    /// Configuration file [else JIEBANG_CONFIG, ./jiebang.toml, /etc/jiebang/jiebang.toml]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print JSON lines instead of text
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server: console, API, callbacks, jobs
    Serve(serve::Args),
    /// Run a WeCom on this machine, for tests and demos
    Sandbox(sandbox::Args),
    /// Check the connection to WeCom, each prerequisite with its fix
    Doctor(doctor::Args),
    /// Read the whole corp now: directory, customers, tags, groups
    Sync(sync::Args),
    /// Plan, run and look at handovers
    Handover(handover::Args),
    /// Bring the conversation archive's messages in and out, tell how it stands
    Archive(archive::Args),
    /// Accounts, audit log, master key
    Admin(admin::Args),
    /// Check the configuration, or print a commented default
    Config(configuration::Args),
    /// Print the OpenAPI document of the HTTP API
    Openapi,
    /// Run the main job on a generated company and leave the console running
    Demo(crate::demo::Args),
    /// Kill the server again and again during a handover, then compare with the truth
    Chaos(crate::chaos::Args),
    /// Prove a promise of the program on this machine
    Selftest(crate::selftest::Args),
    /// Measure
    Bench(crate::bench::Args),
    /// Hold WeCom's archive library for the server, which starts this by itself
    #[command(name = jiebang_wecom::archive::CHILD, hide = true)]
    ArchiveSdkChild,
}

fn version() -> &'static str {
    if jiebang_console::is_built() {
        env!("CARGO_PKG_VERSION")
    } else {
        concat!(env!("CARGO_PKG_VERSION"), " (without console)")
    }
}

/// Parses the arguments, runs the command and tells how it ended: 0 done, 1 failed, 2 wrong use.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if matches!(cli.command, Command::ArchiveSdkChild) {
        // Before there is a runtime: the library is to be alone in its process.
        return jiebang_wecom::archive::run_child();
    }
    let out = Out { json: cli.json };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let ended = match runtime {
        Ok(runtime) => {
            let ended = runtime.block_on(run(cli.command, cli.config, out));
            // Whatever still runs is written to be stopped anywhere.
            runtime.shutdown_background();
            ended
        }
        Err(error) => Err(Failure::of("the program cannot start", &error)),
    };
    match ended {
        Ok(code) => code,
        Err(failure) => {
            failure.report(out);
            ExitCode::from(failure.status)
        }
    }
}

async fn run(command: Command, file: Option<PathBuf>, out: Out) -> Result<ExitCode, Failure> {
    let file = file.as_deref();
    // Boxed: the futures of the commands are large, and there is only one.
    match command {
        Command::Serve(args) => Box::pin(serve::run(args, configured(file)?, out)).await,
        Command::Sandbox(args) => Box::pin(sandbox::run(args, out)).await,
        Command::Doctor(args) => Box::pin(doctor::run(args, quietly(file)?, out)).await,
        Command::Sync(args) => Box::pin(sync::run(args, quietly(file)?, out)).await,
        Command::Handover(args) => Box::pin(handover::run(args, quietly(file)?, out)).await,
        Command::Archive(args) => Box::pin(archive::run(args, quietly(file)?, out)).await,
        Command::Admin(args) => Box::pin(admin::run(args, quietly(file)?, out)).await,
        Command::Config(args) => configuration::run(&args, file, out),
        Command::Openapi => openapi::run(out),
        Command::Demo(args) => Ok(Box::pin(crate::demo::run(args, &out)).await?),
        Command::Chaos(args) => Ok(Box::pin(crate::chaos::run(args, &out)).await?),
        Command::Selftest(args) => Ok(Box::pin(crate::selftest::run(args, &out)).await?),
        Command::Bench(args) => Ok(Box::pin(crate::bench::run(args, &out)).await?),
        Command::ArchiveSdkChild => Ok(jiebang_wecom::archive::run_child()),
    }
}

fn configured(file: Option<&Path>) -> Result<crate::config::Config, Failure> {
    Ok(crate::config::load(file)?)
}

/// The configuration of a command that is no server: it logs only what is wrong.
fn quietly(file: Option<&Path>) -> Result<crate::config::Config, Failure> {
    let config = configured(file)?;
    crate::logging::start(&config, "warn")?;
    Ok(config)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        super::Cli::command().debug_assert();
    }
}
