//! `jiebang doctor`: every prerequisite, with what to do where one is missing.

use std::process::ExitCode;

use jiebang_app::doctor::{self, Line, State};
use jiebang_domain::access::Actor;
use jiebang_domain::text::{Lang, text};

use crate::config::Config;
use crate::installation;
use crate::out::{Failure, Out};

#[derive(clap::Args)]
pub struct Args {
    /// Language of the lines
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Language {
    En,
    Zh,
}

impl Language {
    const fn lang(self) -> Lang {
        match self {
            Self::En => Lang::En,
            Self::Zh => Lang::Zh,
        }
    }
}

/// Exit status 1 if a line failed.
pub async fn run(args: Args, config: Config, out: Out) -> Result<ExitCode, Failure> {
    let app = installation::open(&config).await?;
    let report = doctor::run_doctor(&app, &Actor::operator()).await?;
    for line in &report.lines {
        out.object(line);
        if !out.json {
            tell(args.lang.lang(), line, out);
        }
    }
    let failed = report.lines.iter().any(|line| line.state == State::Failed);
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn tell(lang: Lang, line: &Line, out: Out) {
    let check = line.check.as_str();
    let facts: Vec<(&str, &str)> = line
        .facts
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let said = |part: &str| text(lang, &format!("doctor.{check}.{part}"), &facts);
    let (mark, part) = match line.state {
        State::Ok => ("ok  ", "ok"),
        State::Warning => ("warn", "warning"),
        State::Failed => ("FAIL", "failed"),
        State::Skipped => ("skip", "title"),
    };
    out.say(format_args!("{mark}  {}: {}", said("title"), said(part)));
    if !line.facts.is_empty() {
        let found: Vec<String> = facts
            .iter()
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        out.say(format_args!("      {}", found.join(", ")));
    }
    if let Some(code) = line.errcode {
        out.say(format_args!("      WeCom answered {code}"));
    }
    if matches!(line.state, State::Warning | State::Failed) {
        out.say(format_args!("      → {}", said("fix")));
    }
}
