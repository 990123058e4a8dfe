//! Where WeCom delivers its events: verified, stored, answered. What they mean is found out
//! after.

use axum::Router;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiebang_app::callback::{self, Refused};
use jiebang_app::job::chain;

use crate::limits::read_body;
use crate::problem::Problem;
use crate::state::Web;

/// The check WeCom makes when the URL is saved: the decrypted text, bare.
async fn verify(State(web): State<Web>, RawQuery(query): RawQuery) -> Result<String, Problem> {
    let query = query.unwrap_or_default();
    callback::verify_url(web.app(), &query).map_err(|why| refused(&why))
}

/// A delivery. The answer is an empty 200 once the event is stored.
async fn receive(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    body: Body,
) -> Result<Response, Problem> {
    let body = read_body(body).await?;
    let query = query.unwrap_or_default();
    callback::receive(web.app(), &query, &body)
        .await
        .map_err(|why| refused(&why))?;
    Ok(StatusCode::OK.into_response())
}

fn refused(why: &Refused) -> Problem {
    let cause = chain(why);
    match why {
        Refused::NotConfigured => Problem::new(StatusCode::NOT_FOUND, "callback_not_configured"),
        Refused::NotGenuine(_) => {
            Problem::new(StatusCode::FORBIDDEN, "callback_refused").because(cause)
        }
        Refused::NotStored(_) => {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable").because(cause)
        }
    }
}

/// The routes of this area.
pub fn routes() -> Router<Web> {
    Router::new().route("/callback/wecom", get(verify).post(receive))
}
