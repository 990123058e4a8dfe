//! The checks, in the order in which an administrator sets things up.

use std::path::Path;

use jiebang_domain::access::Actor;
use jiebang_domain::id::CorpId;
use jiebang_domain::time::HOUR;
use jiebang_store::callback;
use jiebang_wecom::archive::{ArchiveSdk, LibraryProblem, SdkError};
use jiebang_wecom::callback::Receiver;
use jiebang_wecom::callback::event;
use jiebang_wecom::{CallError, Client, ConfigProblem, ErrKind};

use super::{Line, State};
use crate::context::Connection;
use crate::settings::{self, Values};
use crate::{App, Error, archive};

/// Hours without an event after which it is said so: a corp at work has some every day.
const QUIET: i64 = 48;
/// Seconds by which the clock may be off before it is said so, and before waiting times and
/// signatures go wrong.
const CLOCK_WARNING: i64 = 30;
pub(crate) const CLOCK_WRONG: i64 = 300;

pub(super) async fn all(app: &App) -> Vec<Line> {
    let mut lines = match settings::read_values(app).await {
        Ok(values) => connection(app, &values).await,
        Err(_) => vec![Line::new("app_secret", State::Failed).fact("cause", "sealed_otherwise")],
    };
    lines.push(clock(app).await);
    lines.push(database(app).await);
    lines.push(match settings::check_master_key(app).await {
        Ok(()) => master_key(app),
        Err(Error::Vault(_)) => {
            Line::new("master_key", State::Failed).fact("cause", "sealed_otherwise")
        }
        Err(_) => Line::new("master_key", State::Failed),
    });
    lines.push(key_store(app).await);
    if let Ok(connection) = app.connection()
        && let Some(sdk) = &connection.archive
    {
        lines.push(archive_secret(&connection.client).await);
        lines.push(archive_library(sdk).await);
    }
    lines
}

async fn connection(app: &App, values: &Values) -> Vec<Line> {
    let mut lines = Vec::new();
    let Ok(connection) = app.connection() else {
        let of = |is_set: bool| {
            if is_set {
                State::Skipped
            } else {
                State::Failed
            }
        };
        lines.push(Line::new("corp_id", of(values.corp_id.is_some())));
        lines.push(Line::new("app_secret", of(values.app_secret.is_some())));
        for check in [
            "trusted_ip",
            "callable_api_list",
            "contacts_secret",
            "visible_range",
            "customer_contact_members",
            "token_quota",
        ] {
            lines.push(Line::new(check, State::Skipped));
        }
        lines.push(callback_set(values));
        lines.push(Line::new("callback_recent", State::Skipped));
        return lines;
    };
    let token = connection.client.check_app_secret().await;
    lines.push(corp_id(&token));
    lines.push(app_secret(&token));
    let follow_users = match &token {
        Ok(()) => Some(connection.client.follow_users().await),
        Err(_) => None,
    };
    let agent = match &token {
        Ok(()) => Some(connection.client.agent().await),
        Err(_) => None,
    };
    lines.push(trusted_ip(
        &token,
        agent.as_ref().map(|answer| answer.as_ref().err()),
    ));
    lines.push(callable(follow_users.as_ref()));
    lines.push(contacts_secret(&connection).await);
    lines.push(visible_range(agent.as_ref(), &connection).await);
    lines.push(members(follow_users.as_ref()));
    lines.push(callback_set(values));
    lines.push(callback_recent(app, &connection.corp).await);
    let errors = [
        token.err(),
        agent.and_then(Result::err),
        follow_users.and_then(Result::err),
    ];
    lines.push(quota(&errors));
    lines
}

fn code(error: &CallError) -> Option<i64> {
    error.code().map(|code| code.0)
}

fn problem(error: &CallError) -> Option<ConfigProblem> {
    error.config_problem()
}

fn corp_id(token: &Result<(), CallError>) -> Line {
    match token {
        Ok(()) => Line::new("corp_id", State::Ok),
        Err(error) => match problem(error) {
            Some(ConfigProblem::Corp | ConfigProblem::CorpUnavailable) => {
                Line::new("corp_id", State::Failed).code(code(error))
            }
            Some(_) => Line::new("corp_id", State::Ok),
            None => Line::new("corp_id", State::Warning).fact("cause", cause(error)),
        },
    }
}

fn app_secret(token: &Result<(), CallError>) -> Line {
    match token {
        Ok(()) => Line::new("app_secret", State::Ok),
        Err(error) => match problem(error) {
            Some(ConfigProblem::Corp) => Line::new("app_secret", State::Skipped),
            Some(ConfigProblem::IpNotTrusted) => Line::new("app_secret", State::Ok),
            _ => {
                let line = Line::new("app_secret", State::Failed).fact("cause", cause(error));
                line.code(code(error))
            }
        },
    }
}

/// In a word, for a reader who knows the errors: the code or what the network did.
fn cause(error: &CallError) -> String {
    match (code(error), error) {
        (Some(code), _) => code.to_string(),
        (None, CallError::NotSent { .. }) => "not_reached".to_owned(),
        (None, _) => "no_answer".to_owned(),
    }
}

fn trusted_ip(token: &Result<(), CallError>, agent: Option<Option<&CallError>>) -> Line {
    let error = token.as_ref().err().or_else(|| agent.flatten());
    match error {
        Some(error) if problem(error) == Some(ConfigProblem::IpNotTrusted) => {
            let line = Line::new("trusted_ip", State::Failed).code(code(error));
            match error.caller_ip() {
                Some(ip) => line.fact("ip", ip),
                None => line,
            }
        }
        Some(_) if agent.is_none() => Line::new("trusted_ip", State::Skipped),
        _ => Line::new("trusted_ip", State::Ok),
    }
}

type FollowUsers = Result<Vec<jiebang_domain::id::UserId>, CallError>;

fn callable(answer: Option<&FollowUsers>) -> Line {
    match answer {
        None => Line::new("callable_api_list", State::Skipped),
        Some(Ok(_)) => Line::new("callable_api_list", State::Ok),
        Some(Err(error)) => match problem(error) {
            Some(ConfigProblem::ApiNotPermitted | ConfigProblem::PermissionWithdrawn) => {
                Line::new("callable_api_list", State::Failed).code(code(error))
            }
            Some(ConfigProblem::IpNotTrusted) => Line::new("callable_api_list", State::Skipped),
            _ => {
                let line = Line::new("callable_api_list", State::Warning);
                line.fact("cause", cause(error)).code(code(error))
            }
        },
    }
}

async fn contacts_secret(connection: &Connection) -> Line {
    if !connection.client.has_contacts_secret() {
        return Line::new("contacts_secret", State::Warning).fact("cause", "absent");
    }
    match connection.client.can_list_member_ids().await {
        Ok(()) => Line::new("contacts_secret", State::Ok),
        Err(error) => {
            let line = Line::new("contacts_secret", State::Failed).code(code(&error));
            line.fact("cause", cause(&error))
        }
    }
}

/// The members the app sees, set against all there are where the contacts secret tells them.
async fn visible_range(
    agent: Option<&Result<jiebang_wecom::Agent, CallError>>,
    connection: &Connection,
) -> Line {
    let agent = match agent {
        None => return Line::new("visible_range", State::Skipped),
        Some(Err(error)) if problem(error) == Some(ConfigProblem::IpNotTrusted) => {
            return Line::new("visible_range", State::Skipped);
        }
        Some(Err(error)) => {
            let line = Line::new("visible_range", State::Failed).fact("cause", cause(error));
            return line.code(code(error));
        }
        Some(Ok(agent)) => agent,
    };
    let line = |state| {
        Line::new("visible_range", state)
            .fact("departments", agent.departments.len())
            .fact("members", agent.users.len())
    };
    if agent.is_closed {
        return line(State::Failed).fact("cause", "app_disabled");
    }
    if agent.departments.is_empty() && agent.users.is_empty() && agent.tags.is_empty() {
        return line(State::Failed).fact("cause", "empty");
    }
    match hidden_members(connection).await {
        Some(hidden) if hidden > 0 => line(State::Warning).fact("hidden", hidden),
        _ => line(State::Ok),
    }
}

/// How many members of the corp the app does not see; `None` where that cannot be told.
async fn hidden_members(connection: &Connection) -> Option<usize> {
    let client = &connection.client;
    let page = client.member_ids(None).await.ok()?;
    if page.next.is_some() {
        return None;
    }
    let departments = client.departments().await.ok()?;
    let visible: std::collections::BTreeSet<i64> = departments
        .into_iter()
        .map(|department| department.id)
        .collect();
    let mut hidden = std::collections::BTreeSet::new();
    let mut seen = std::collections::BTreeSet::new();
    for row in page.items {
        if visible.contains(&row.department) {
            seen.insert(row.userid);
        } else {
            hidden.insert(row.userid);
        }
    }
    Some(hidden.difference(&seen).count())
}

fn members(answer: Option<&FollowUsers>) -> Line {
    match answer {
        Some(Ok(members)) if members.is_empty() => {
            Line::new("customer_contact_members", State::Failed).fact("members", 0)
        }
        Some(Ok(members)) => {
            Line::new("customer_contact_members", State::Ok).fact("members", members.len())
        }
        _ => Line::new("customer_contact_members", State::Skipped),
    }
}

fn callback_set(values: &Values) -> Line {
    let (token, key) = (&values.callback_token, &values.callback_aes_key);
    let (Some(token), Some(key), Some(corp)) = (token, key, &values.corp_id) else {
        let line = Line::new("callback", State::Warning);
        return line.fact("cause", "not_set");
    };
    let line = match Receiver::new(token, key, corp.clone()) {
        Err(_) => return Line::new("callback", State::Failed).fact("cause", "token_or_key"),
        Ok(_) if values.public_url.is_none() => {
            Line::new("callback", State::Warning).fact("cause", "public_url")
        }
        Ok(_) => Line::new("callback", State::Ok),
    };
    match values.callback_url() {
        Some(url) => line.fact("url", url),
        None => line,
    }
}

async fn callback_recent(app: &App, corp: &CorpId) -> Line {
    match callback::latest(app.store().read(), corp).await {
        Err(_) => Line::new("callback_recent", State::Skipped),
        Ok(None) => Line::new("callback_recent", State::Failed),
        Ok(Some(latest)) => {
            let hours = (app.now().seconds() - latest.received_at).max(0) / HOUR;
            let state = if hours >= QUIET {
                State::Warning
            } else {
                State::Ok
            };
            Line::new("callback_recent", state).fact("hours", hours)
        }
    }
}

fn quota(errors: &[Option<CallError>]) -> Line {
    let limited = errors.iter().flatten().find(|error| {
        error.limited_until().is_some() || matches!(error.kind(), Some(ErrKind::Frequency { .. }))
    });
    match limited {
        Some(error) => Line::new("token_quota", State::Failed).code(code(error)),
        None if errors.iter().all(Option::is_none) => Line::new("token_quota", State::Ok),
        None => Line::new("token_quota", State::Skipped),
    }
}

/// By how much the clock is off.
async fn clock(app: &App) -> Line {
    let asked = app.connection().ok();
    let off = match asked.and_then(|connection| connection.client.clock_ahead()) {
        Some(ahead) => Some(ahead),
        None => off_by_events(app).await,
    };
    let Some(off) = off else {
        return Line::new("clock", State::Skipped);
    };
    let state = match off.abs() {
        ..CLOCK_WARNING => State::Ok,
        CLOCK_WARNING..CLOCK_WRONG => State::Warning,
        _ => State::Failed,
    };
    Line::new("clock", state).fact("seconds", off)
}

/// By the latest event: WeCom writes when it happened, and it comes within seconds. It cannot come
/// before it happened.
async fn off_by_events(app: &App) -> Option<i64> {
    let corp = app.corp().ok()?;
    let latest = callback::latest(app.store().read(), &corp).await;
    let latest = latest.ok().flatten()?;
    if app.now().seconds() - latest.received_at >= 24 * HOUR {
        return None;
    }
    let event = event::parse(&latest.xml).ok()?;
    Some(latest.received_at - event.created_at.seconds())
}

/// Reads, and begins a write that is taken back.
async fn database(app: &App) -> Line {
    let kind = match app.store().kind() {
        jiebang_store::Kind::Sqlite => "SQLite",
        jiebang_store::Kind::Postgres => "PostgreSQL",
    };
    let can_read = jiebang_store::directory::corps(app.store().read())
        .await
        .is_ok();
    let can_write = app.begin().await.is_ok();
    let state = if can_read && can_write {
        State::Ok
    } else {
        State::Failed
    };
    Line::new("database", state).fact("kind", kind)
}

/// Whether the share of every key of the archive is there.
async fn key_store(app: &App) -> Line {
    let line = |state| Line::new("key_store", state);
    match archive::count_shares(app, &Actor::operator()).await {
        Err(_) => line(State::Failed),
        Ok(shares) if shares.lacking == 0 => line(State::Ok).fact("keys", shares.keys),
        Ok(shares) => line(State::Failed).fact("lacking", shares.lacking),
    }
}

async fn archive_secret(client: &Client) -> Line {
    match client.check_archive_secret().await {
        Ok(()) => Line::new("archive_secret", State::Ok),
        Err(error) => {
            let line = Line::new("archive_secret", State::Failed).code(code(&error));
            line.fact("cause", cause(&error))
        }
    }
}

/// Whether WeCom's library can be loaded and initialised, and which build it is.
async fn archive_library(sdk: &ArchiveSdk) -> Line {
    let line = |state| Line::new("archive_library", state);
    match sdk.check().await {
        Ok(file) => match file.build {
            Some(build) => line(State::Ok).fact("build", build),
            None => line(State::Ok).fact("md5", file.md5),
        },
        Err(error) => {
            let line = line(State::Failed).fact("cause", archive::code_of(&error));
            match error {
                SdkError::Library(LibraryProblem::MissingSymbol(name)) => {
                    line.fact("function", name)
                }
                _ => line,
            }
        }
    }
}

fn master_key(app: &App) -> Line {
    match &app.configured().master_key_file {
        None => Line::new("master_key", State::Skipped),
        Some(path) => key_file(path),
    }
}

#[cfg(unix)]
fn key_file(path: &Path) -> Line {
    use std::os::unix::fs::PermissionsExt as _;
    match std::fs::metadata(path) {
        Err(_) => Line::new("master_key", State::Failed),
        Ok(found) => {
            let mode = found.permissions().mode() & 0o777;
            let state = if mode & 0o077 == 0 {
                State::Ok
            } else {
                State::Warning
            };
            Line::new("master_key", state).fact("mode", format!("{mode:o}"))
        }
    }
}

#[cfg(not(unix))]
fn key_file(path: &Path) -> Line {
    let state = if path.exists() {
        State::Ok
    } else {
        State::Failed
    };
    Line::new("master_key", state)
}
