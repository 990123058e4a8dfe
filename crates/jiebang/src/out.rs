//! What a command says: text for people or JSON lines on standard output, progress on standard
//! error, and failures that say what to do.
//!
//! Invariant: with `--json`, standard output holds nothing but one JSON object a line.

use std::fmt;
use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use jiebang_app::job::chain;
use serde::Serialize;

/// Where a command's words go.
#[derive(Debug, Clone, Copy)]
pub struct Out {
    pub json: bool,
}

impl Out {
    /// A line for people; silent with `--json`.
    pub fn say(&self, line: impl fmt::Display) {
        if !self.json {
            write_line(&line.to_string());
        }
    }

    /// A line for programs; silent without `--json`.
    pub fn object(&self, object: &impl Serialize) {
        if self.json {
            self.last_line(object);
        }
    }

    /// A JSON line whatever was asked for: for results that programs read.
    pub fn last_line(&self, object: &impl Serialize) {
        match serde_json::to_string(object) {
            Ok(line) => write_line(&line),
            Err(error) => tracing::error!(%error, "a result cannot be written as JSON"),
        }
    }

    /// A line for people on standard error, beside the result.
    pub fn note(&self, line: impl fmt::Display) {
        if !self.json {
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    }

    /// Progress towards `total` on standard error, if a person is looking.
    #[must_use]
    pub fn progress(&self, total: usize) -> Progress {
        let bar = self.bar(
            ProgressBar::new(total as u64),
            "{bar:30} {pos}/{len} [{elapsed}]",
        );
        Progress(bar)
    }

    /// Progress with words, towards a total that may change or not be known yet.
    #[must_use]
    pub fn stages(&self) -> Progress {
        Progress(self.bar(ProgressBar::new_spinner(), "{spinner} {msg} [{elapsed}]"))
    }

    fn bar(&self, bar: ProgressBar, template: &str) -> ProgressBar {
        if self.json || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }
}

/// Somebody who closed the pipe wants to hear no more: that is no failure.
fn write_line(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// A bar that may be hidden; it goes when it is dropped.
pub struct Progress(ProgressBar);

impl Progress {
    pub fn set(&self, done: usize) {
        self.0.set_position(done as u64);
    }

    pub fn tell(&self, message: impl Into<String>) {
        self.0.set_message(message.into());
    }

    pub fn done(self) {}
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Why a command did not do what was asked.
#[derive(Debug)]
pub struct Failure {
    /// 2 for wrong use, 1 for everything else.
    pub status: u8,
    /// One sentence: what went wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: Option<String>,
}

impl Failure {
    #[must_use]
    pub fn usage(what: impl Into<String>) -> Self {
        Self {
            status: 2,
            what: what.into(),
            remedy: None,
        }
    }

    #[must_use]
    pub fn failed(what: impl Into<String>) -> Self {
        Self {
            status: 1,
            what: what.into(),
            remedy: None,
        }
    }

    /// `doing` could not be done because of `error`.
    #[must_use]
    pub fn of(doing: &str, error: &dyn std::error::Error) -> Self {
        Self::failed(format!("{doing}: {}", chain(error)))
    }

    #[must_use]
    pub fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// Writes it to standard error, as JSON if that was asked for.
    pub fn report(&self, out: Out) {
        let mut stderr = std::io::stderr().lock();
        let _ = if out.json {
            let object = serde_json::json!({
                "error": self.what,
                "remedy": self.remedy,
                "status": self.status,
            });
            writeln!(stderr, "{object}")
        } else {
            writeln!(stderr, "jiebang: {self}")
        };
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match &self.remedy {
            Some(remedy) => write!(f, "\n         {remedy}"),
            None => Ok(()),
        }
    }
}

impl From<crate::config::ConfigError> for Failure {
    fn from(error: crate::config::ConfigError) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<crate::harness::Error> for Failure {
    fn from(error: crate::harness::Error) -> Self {
        Self::failed(chain(&error))
    }
}

impl From<jiebang_app::Error> for Failure {
    fn from(error: jiebang_app::Error) -> Self {
        use jiebang_app::Error as E;
        let lang = jiebang_domain::text::Lang::En;
        match &error {
            E::NotConnected => Self::failed("WeCom is not connected").with_remedy(
                "Set corp_id, agent_id and app_secret under [wecom] in the configuration, or \
                 type them into the console under Settings.",
            ),
            E::NotFound { what, id } => Self::failed(format!("there is no {what} {id}")),
            E::Invalid(problems) => {
                let told: Vec<String> = problems
                    .iter()
                    .map(|invalid| {
                        let key = format!("invalid.{}", invalid.problem);
                        let text = jiebang_domain::text::text(lang, &key, &[]);
                        format!("{}: {text}", invalid.field)
                    })
                    .collect();
                Self::usage(told.join("; "))
            }
            E::Conflict { code } => {
                let text = |part: &str| {
                    let key = format!("problem.{code}.{part}");
                    jiebang_domain::text::text_if_any(lang, &key, &[])
                };
                let title = text("title").unwrap_or_else(|| (*code).to_owned());
                let failure = Self::failed(title);
                match text("detail") {
                    Some(detail) => failure.with_remedy(detail),
                    None => failure,
                }
            }
            _ => Self::failed(chain(&error)),
        }
    }
}

impl From<jiebang_store::StoreError> for Failure {
    fn from(error: jiebang_store::StoreError) -> Self {
        Self::failed(chain(&error))
    }
}
