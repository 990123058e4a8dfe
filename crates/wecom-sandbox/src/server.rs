//! The server: takes requests apart, asks the world, and spoils answers where
//! a fault rule says so.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::api::{self, Endpoint, Incoming, Reply, login};
use crate::callback::deliver;
use crate::connection::{CuttableListener, Peer};
use crate::control;
use crate::fault::{FaultKind, FaultRule};
use crate::generator;
use crate::options::{Error, Info, Options};
use crate::world::World;

/// Largest body of a JSON request.
const BODY: usize = 2 << 20;
/// Largest body of an upload.
const UPLOAD: usize = 21 << 20;
/// How often waiting work is looked at while nobody asks.
const TICK: Duration = Duration::from_millis(50);

/// What all tasks share.
pub struct Shared {
    world: Mutex<World>,
    /// Rings when the outbox of callbacks has something.
    pub outbox: Notify,
    /// Posts callbacks.
    pub client: reqwest::Client,
}

impl Shared {
    /// The world. A panic elsewhere does not close it.
    pub fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does due work, then something, then wakes the delivery of callbacks.
    pub fn step<T>(&self, action: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.lock();
        world.settle();
        let outcome = action(&mut world);
        let waiting = !world.callbacks.outbox.is_empty();
        drop(world);
        if waiting {
            self.outbox.notify_one();
        }
        outcome
    }
}

/// A running sandbox. Dropping it ends the server.
pub struct Sandbox {
    info: Info,
    address: SocketAddr,
    shared: Arc<Shared>,
    tasks: Vec<JoinHandle<()>>,
    closed: Arc<AtomicBool>,
}

impl Sandbox {
    /// Generates the world and starts to listen.
    ///
    /// # Errors
    /// If the address cannot be used or a size is too large.
    pub async fn start(options: Options) -> Result<Self, Error> {
        for (what, asked, most) in [
            ("staff", options.staff, 20_000),
            ("customers", options.customers, 2_000_000),
            ("groups", options.groups, 200_000),
        ] {
            if asked > most {
                return Err(Error::TooLarge { what, asked, most });
            }
        }
        let listen = options.listen;
        let refused = |source| Error::Listen {
            address: listen,
            source,
        };
        let listener = TcpListener::bind(listen).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(Error::Client)?;
        let info = generator::info(options.seed, &format!("http://{address}"));
        let world = {
            let info = info.clone();
            // A million customers take seconds: not on a thread others wait for.
            tokio::task::spawn_blocking(move || generator::build(&options, info))
                .await
                .map_err(|error| refused(std::io::Error::other(error)))?
        };
        let shared = Arc::new(Shared {
            world: Mutex::new(world),
            outbox: Notify::new(),
            client,
        });
        let closed = Arc::new(AtomicBool::new(false));
        let listener = CuttableListener {
            inner: listener,
            closed: Arc::clone(&closed),
        };
        let tasks = vec![
            tokio::spawn(serve(listener, Arc::clone(&shared))),
            tokio::spawn(tick(Arc::clone(&shared))),
            tokio::spawn(deliver::run(Arc::clone(&shared))),
        ];
        Ok(Self {
            info,
            address,
            shared,
            tasks,
            closed,
        })
    }

    /// What a client needs to know.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The control API without HTTP: method, path behind `/sandbox/` (with its
    /// query) and body; gives the HTTP status and the answer.
    pub async fn control(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        control::call(&self.shared, method, path, body).await
    }

    /// The virtual time in unix milliseconds.
    pub fn now_millis(&self) -> i64 {
        self.shared.lock().clock.millis()
    }

    /// Moves the virtual clock ahead and does everything that falls due.
    pub fn advance(&self, seconds: u32) {
        self.shared.step(|world| {
            world.clock.advance(i64::from(seconds) * 1_000);
            world.settle();
        });
    }

    /// Waits until the server ends, which it does only by a failure.
    pub async fn serve(mut self) {
        if let Some(server) = self.tasks.first_mut()
            && let Err(error) = server.await
        {
            tracing::error!(%error, "the sandbox's server ended");
        }
    }

    /// Ends the server and closes every connection.
    pub async fn stop(mut self) {
        self.closed.store(true, Ordering::SeqCst);
        for task in self.tasks.drain(..) {
            task.abort();
            // Cancelled is what was asked for.
            let _cancelled = task.await;
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::SeqCst);
        for task in &self.tasks {
            task.abort();
        }
    }
}

async fn tick(shared: Arc<Shared>) {
    let mut interval = tokio::time::interval(TICK);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        shared.step(|_| ());
    }
}

async fn serve(listener: CuttableListener, shared: Arc<Shared>) {
    let app = Router::new()
        .route("/cgi-bin/{*path}", any(platform))
        .route("/sandbox/{*path}", any(control::http))
        .route("/sandbox-archive/{call}", get(crate::archive::wire::http))
        .route("/connect/oauth2/authorize", get(login_page))
        .route("/wwlogin/sso/login", get(login_page))
        .route("/wwopen/sso/qrConnect", get(login_page))
        .fallback(|| async { StatusCode::NOT_FOUND })
        .with_state(shared)
        .into_make_service_with_connect_info::<Peer>();
    if let Err(error) = axum::serve(listener, app).await {
        tracing::error!(%error, "the sandbox stopped listening");
    }
}

/// Decoded query parameters; the last of a name wins.
pub fn query_of(query: Option<&str>) -> HashMap<String, String> {
    let Ok(mut url) = reqwest::Url::parse("http://localhost/") else {
        return HashMap::new();
    };
    url.set_query(query);
    url.query_pairs().into_owned().collect()
}

async fn login_page(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let query = query_of(request.uri().query());
    match shared.step(|world| login::page(world, &query)) {
        login::Page::Html(html) => axum::response::Html(html).into_response(),
        login::Page::Redirect(target) => Redirect::to(&target).into_response(),
    }
}

async fn platform(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts
        .uri
        .path()
        .strip_prefix("/cgi-bin/")
        .unwrap_or_default();
    let Some(endpoint) = api::find(path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let limit = if endpoint.path == "media/upload" {
        UPLOAD
    } else {
        BODY
    };
    let Ok(raw) = to_bytes(body, limit).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let content_type = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let query = query_of(parts.uri.query());
    let arrived = Arrived {
        endpoint,
        query,
        raw,
        content_type,
        peer: peer.clone(),
    };
    // A client that goes away must not undo what its request set going.
    let worker = tokio::spawn(handle(Arc::clone(&shared), arrived));
    match worker.await {
        Ok(mut response) => {
            let date = date_of(shared.lock().clock.millis());
            response.headers_mut().insert(header::DATE, date);
            response
        }
        Err(error) => {
            tracing::error!(%error, path = endpoint.path, "a request failed inside the sandbox");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// As HTTP writes a moment of the virtual clock, given in milliseconds.
fn date_of(millis: i64) -> HeaderValue {
    let since = Duration::from_millis(millis.max(0).cast_unsigned());
    let date = httpdate::fmt_http_date(UNIX_EPOCH + since);
    HeaderValue::try_from(date).unwrap_or_else(|_| HeaderValue::from_static(""))
}

struct Arrived {
    endpoint: &'static Endpoint,
    query: HashMap<String, String>,
    raw: Bytes,
    content_type: String,
    peer: Peer,
}

async fn handle(shared: Arc<Shared>, arrived: Arrived) -> Response {
    let Arrived {
        endpoint,
        query,
        raw,
        content_type,
        peer,
    } = arrived;
    let (no, fault, latency) = shared.step(|world| {
        let no = world.count_call(endpoint.path);
        *world.in_flight.entry(endpoint.path).or_default() += 1;
        (
            no,
            world.faults.strike(endpoint.path),
            world.knobs.latency_ms,
        )
    });
    let kind = fault.as_ref().map(|fault| fault.kind);
    let pause = Duration::from_millis(fault.as_ref().map_or(0, |fault| fault.millis));
    if latency > 0 {
        tokio::time::sleep(Duration::from_millis(latency)).await;
    }
    if kind == Some(FaultKind::SlowBefore) {
        tokio::time::sleep(pause).await;
    }
    let address: IpAddr = peer.address.ip();
    let reply = (kind != Some(FaultKind::CutBefore)).then(|| {
        let incoming = Incoming {
            query,
            raw,
            content_type,
            no,
            peer: address,
        };
        shared.step(|world| api::answer(world, endpoint, incoming, fault.as_ref()))
    });
    if kind == Some(FaultKind::Slow) {
        tokio::time::sleep(pause).await;
    }
    shared.step(|world| {
        if let Some(count) = world.in_flight.get_mut(endpoint.path) {
            *count = count.saturating_sub(1);
        }
    });
    match (reply, kind) {
        (None, _) | (_, Some(FaultKind::CutAfter)) => {
            peer.cut();
            StatusCode::OK.into_response()
        }
        (Some(reply), kind) => spoil(render(reply), kind, fault.as_ref()),
    }
}

fn json_response(text: String) -> Response {
    let kind = HeaderValue::from_static("application/json; charset=UTF-8");
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

fn render(reply: Reply) -> Response {
    match reply {
        Reply::Json(value) => json_response(value.to_string()),
        Reply::File {
            content_type,
            file_name,
            bytes,
        } => {
            let disposition = format!("attachment; filename=\"{file_name}\"");
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::try_from(content_type)),
                (
                    header::CONTENT_DISPOSITION,
                    HeaderValue::try_from(disposition),
                ),
            ];
            let mut response = Response::new(Body::from(bytes));
            for (name, value) in headers {
                if let Ok(value) = value {
                    response.headers_mut().insert(name, value);
                }
            }
            response
        }
    }
}

fn spoil(response: Response, kind: Option<FaultKind>, fault: Option<&FaultRule>) -> Response {
    match kind {
        Some(FaultKind::BusyAfter) => {
            json_response(r#"{"errcode":-1,"errmsg":"system busy"}"#.to_owned())
        }
        Some(FaultKind::Malformed) => {
            match fault
                .and_then(|fault| fault.variant.as_deref())
                .unwrap_or("half")
            {
                "html" => {
                    axum::response::Html("<html><h1>502 Bad Gateway</h1></html>").into_response()
                }
                "http500" => (StatusCode::INTERNAL_SERVER_ERROR, "oops").into_response(),
                "garbage" => (StatusCode::OK, vec![0xff_u8, 0xfe, 0x00, 0x7b]).into_response(),
                _ => json_response(r#"{"errcode":0,"errmsg":"ok","customer":[{"exter"#.to_owned()),
            }
        }
        _ => response,
    }
}
