//! Which problem an error of a use case is.

use axum::http::StatusCode;
use jiebang_app::Error;
use jiebang_app::job::chain;
use jiebang_domain::archive::search::Fault;
use jiebang_domain::handover::request::Invalid;

use crate::problem::{FieldProblem, Problem};

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let problem = match &error {
            Error::Denied { .. } => Self::new(StatusCode::FORBIDDEN, "forbidden"),
            Error::NotFound { .. } => Self::not_found(),
            Error::Invalid(found) => invalid(found),
            Error::Conflict { code } => Self::new(StatusCode::CONFLICT, code),
            Error::NotConnected => Self::new(StatusCode::CONFLICT, "not_connected"),
            Error::BadCredentials => Self::new(StatusCode::UNAUTHORIZED, "bad_credentials"),
            Error::AccountLocked { seconds } => {
                Self::new(StatusCode::UNAUTHORIZED, "account_locked").again_in(*seconds)
            }
            Error::StepUpRequired => Self::new(StatusCode::FORBIDDEN, "step_up_required"),
            Error::ReasonRequired => Self::new(StatusCode::FORBIDDEN, "reason_required"),
            Error::Search(error) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "archive_query")
                .value("place", (error.at + 1).to_string())
                .field("query", query_word(error.fault)),
            Error::Store(_) | Error::Storage(_) | Error::Io { .. } => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable")
            }
            Error::Wecom(call) => of_wecom(call.code().map(|code| code.0)),
            Error::Malformed { .. } | Error::Json { .. } | Error::Vault(_) | Error::Internal(_) => {
                Self::internal()
            }
        };
        if problem.status.is_server_error() {
            problem.because(chain(&error))
        } else {
            problem
        }
    }
}

const fn query_word(fault: Fault) -> &'static str {
    match fault {
        Fault::Nothing => "query_nothing",
        Fault::OpenQuote => "query_open_quote",
        Fault::OpenBracket => "query_open_bracket",
        Fault::StrayBracket => "query_stray_bracket",
        Fault::NothingBefore => "query_nothing_before",
        Fault::NothingAfter => "query_nothing_after",
        Fault::TooLong => "query_too_long",
        Fault::TooManyTerms => "query_too_many_terms",
        Fault::TooDeep => "query_too_deep",
    }
}

fn invalid(found: &[Invalid]) -> Problem {
    if found.iter().any(|one| one.field == "cursor") {
        return Problem::bad_cursor();
    }
    let mut problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "validation");
    problem.more.fields = found
        .iter()
        .map(|one| FieldProblem {
            path: one.field.clone(),
            code: one.problem,
        })
        .collect();
    problem
}

fn of_wecom(errcode: Option<i64>) -> Problem {
    match errcode {
        Some(errcode) => Problem::new(StatusCode::BAD_GATEWAY, "wecom_refused").errcode(errcode),
        None => Problem::new(StatusCode::BAD_GATEWAY, "wecom_unreachable"),
    }
}
