//! The console in the binary: one function, [`router`], that answers for
//! every path the API does not own.
//!
//! Invariants:
//! - Nothing under `/api`, `/callback` or `/healthz` is ever answered with a
//!   page, so that a mistyped API address fails as one.
//! - Every answer carries the security headers, also a refusal.
//! - File names under `assets/` hold a hash of their content; only those are
//!   cached for long.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;

/// One embedded file. Made by `build.rs`.
struct File {
    /// Path below the web root, without a leading slash.
    path: &'static str,
    /// Quoted strong validator.
    etag: &'static str,
    bytes: &'static [u8],
    /// The same bytes compressed, when the console's build made them.
    gzip: Option<&'static [u8]>,
}

static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/console_files.rs"));

/// Ant Design writes its styles at run time, which is why `style-src` allows
/// inline styles; scripts are from this server only. Voices are decoded in the
/// browser: by WebAssembly of this server, into a blob.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
     media-src 'self' blob:; \
     style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; \
     connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'";

const YEAR: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ALWAYS_ASK: HeaderValue = HeaderValue::from_static("no-cache");

/// A router that serves the console. Give it to the API router as its
/// fallback service.
pub fn router() -> Router {
    Router::new().fallback(serve)
}

/// Whether the real console is embedded, or only the page that says how to
/// build it. For `--version` and the start-up log.
#[must_use]
pub fn is_built() -> bool {
    FILES.iter().any(|file| file.path.starts_with("assets/"))
}

async fn serve(request: Request) -> Response {
    let mut response = answer(&request);
    secure(response.headers_mut());
    response
}

fn answer(request: &Request) -> Response {
    let path = request.uri().path();
    if is_api(path) {
        return bare(StatusCode::NOT_FOUND);
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let mut response = bare(StatusCode::METHOD_NOT_ALLOWED);
        let allowed = HeaderValue::from_static("GET, HEAD");
        response.headers_mut().insert(header::ALLOW, allowed);
        return response;
    }
    let wanted = path.trim_start_matches('/');
    if let Some(file) = find(wanted) {
        return send(file, request);
    }
    // The console's own routes: a reload of any page must find the console.
    let is_page = !wanted.starts_with("assets/") && accepts(request, header::ACCEPT, "text/html");
    match find("index.html") {
        Some(index) if is_page => send(index, request),
        _ => bare(StatusCode::NOT_FOUND),
    }
}

fn is_api(path: &str) -> bool {
    ["/api", "/callback", "/healthz"].iter().any(|owned| {
        path.strip_prefix(owned)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

fn find(path: &str) -> Option<&'static File> {
    let position = FILES.binary_search_by(|file| file.path.cmp(path)).ok()?;
    FILES.get(position)
}

fn accepts(request: &Request, name: header::HeaderName, word: &str) -> bool {
    let mut values = request.headers().get_all(name).iter().peekable();
    values.any(|value| value.to_str().is_ok_and(|text| text.contains(word)))
}

fn send(file: &'static File, request: &Request) -> Response {
    let known = request.headers().get(header::IF_NONE_MATCH);
    let mut response = if known.is_some_and(|tag| tag == file.etag) {
        bare(StatusCode::NOT_MODIFIED)
    } else {
        body_of(file, request)
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, HeaderValue::from_static(file.etag));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let lasting = file.path.starts_with("assets/");
    headers.insert(
        header::CACHE_CONTROL,
        if lasting { YEAR } else { ALWAYS_ASK },
    );
    response
}

fn body_of(file: &'static File, request: &Request) -> Response {
    let gzip = file
        .gzip
        .filter(|_| accepts(request, header::ACCEPT_ENCODING, "gzip"));
    let bytes = gzip.unwrap_or(file.bytes);
    let mut response = Response::new(if request.method() == Method::HEAD {
        Body::empty()
    } else {
        Body::from(bytes)
    });
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, content_type(file.path));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    if gzip.is_some() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

fn content_type(path: &str) -> HeaderValue {
    HeaderValue::from_static(match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    })
}

fn bare(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn secure(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
