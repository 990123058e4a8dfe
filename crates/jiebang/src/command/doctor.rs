//! `jiebang doctor`: every prerequisite, with what to do where one is missing.

use std::process::ExitCode;

use jiebang_app::doctor::{self, Line, State};
use jiebang_domain::access::Actor;
use jiebang_domain::text::{Lang, text, text_if_any};

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
    let said = |part: &str| text(lang, &format!("doctor.{check}.{part}"), &[]);
    let (mark, found) = match line.state {
        State::Ok => ("ok  ", said("ok")),
        State::Warning => ("warn", said("warning")),
        State::Failed => ("FAIL", said("failed")),
        State::Skipped => ("skip", text(lang, "doctor.skipped", &[])),
    };
    out.say(format_args!("{mark}  {}: {found}", said("title")));
    for (name, value) in &line.facts {
        if let Some(fact) = fact(lang, check, name, value) {
            out.say(format_args!("      {fact}"));
        }
    }
    if let Some(code) = line.errcode {
        out.say(format_args!("      errcode {code}"));
    }
    if matches!(line.state, State::Warning | State::Failed) {
        out.say(format_args!("      → {}", said("fix")));
    }
}

/// What was found, in words; a cause that is a code of WeCom's is told as such.
fn fact(lang: Lang, check: &str, name: &str, value: &str) -> Option<String> {
    if name == "cause" {
        return text_if_any(lang, &format!("doctor.cause.{value}"), &[]);
    }
    text_if_any(
        lang,
        &format!("doctor.{check}.fact.{name}"),
        &[(name, value)],
    )
}
