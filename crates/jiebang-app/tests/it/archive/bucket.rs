//! A bucket of S3-compatible storage: what the archive asks of one, with every request's signature
//! computed again from the secret key.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use jiebang_app::settings::{MediaStore, S3};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const NAME: &str = "contents";
const REGION: &str = "cn-north-1";
const ACCESS_KEY: &str = "AKIDEXAMPLE";
const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG";
/// Parts but the last are this long at least.
const SMALLEST_PART: usize = 5 << 20;

pub struct Bucket {
    endpoint: String,
    state: Arc<Mutex<State>>,
}

pub struct State {
    /// Sealed contents by place.
    pub objects: BTreeMap<String, Vec<u8>>,
    /// Parts of uploads under way, by upload and number.
    pub uploads: BTreeMap<String, BTreeMap<u32, Vec<u8>>>,
    /// Method, status and code of what is refused first, one a request; any method if empty.
    pub refusals: VecDeque<(&'static str, u16, &'static str)>,
    /// Method, what is asked of the object, and status of every answer.
    pub answers: Vec<(String, String, u16)>,
    /// Whether there is such a bucket.
    pub exists: bool,
    pub secret_key: String,
}

struct Request {
    method: String,
    path: String,
    query: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

/// Status, further head lines, body.
type Answer = (u16, String, Vec<u8>);

impl Bucket {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State {
            objects: BTreeMap::new(),
            uploads: BTreeMap::new(),
            refusals: VecDeque::new(),
            answers: Vec::new(),
            exists: true,
            secret_key: SECRET_KEY.to_owned(),
        }));
        let shared = state.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(shared.clone(), stream));
            }
        });
        Self { endpoint, state }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// What the configuration says of it.
    pub fn store(&self) -> MediaStore {
        MediaStore::S3(S3 {
            bucket: NAME.to_owned(),
            region: REGION.to_owned(),
            endpoint: Some(self.endpoint.clone()),
            access_key: ACCESS_KEY.to_owned(),
            secret_key: jiebang_wecom::Secret::new(SECRET_KEY),
            path_style: true,
        })
    }
}

async fn serve(state: Arc<Mutex<State>>, mut stream: TcpStream) {
    let Some(request) = read(&mut stream).await else {
        return;
    };
    let (status, head, body) = {
        let mut state = state.lock().unwrap();
        let answer = state.answer(&request);
        let asked = (request.method, request.query, answer.0);
        state.answers.push(asked);
        answer
    };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n{head}\r\n"
    );
    let _ = stream.write_all(&[head.into_bytes(), body].concat()).await;
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let (mut bytes, mut part) = (Vec::new(), vec![0; 1 << 16]);
    let at = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        let count = stream.read(&mut part).await.ok().filter(|count| *count > 0);
        bytes.extend_from_slice(&part[..count?]);
    };
    let mut body = bytes.split_off(at + 4);
    let head = String::from_utf8(bytes).unwrap();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap().split(' ').map(str::to_owned);
    let (method, target) = (first.next().unwrap(), first.next().unwrap());
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers: BTreeMap<String, String> = headers
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.get("content-length").map(|text| text.parse());
    let length: usize = length.unwrap_or(Ok(0)).unwrap();
    while body.len() < length {
        let count = stream.read(&mut part).await.ok().filter(|count| *count > 0);
        body.extend_from_slice(&part[..count?]);
    }
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    Some(Request {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body,
    })
}

fn refused(status: u16, code: &str) -> Answer {
    let body = format!("<Error><Code>{code}</Code><Message>no</Message></Error>");
    (status, String::new(), body.into_bytes())
}

impl State {
    fn answer(&mut self, request: &Request) -> Answer {
        let is_meant = |one: &mut (&str, _, _)| request.method.starts_with(one.0);
        if let Some((_, status, code)) = self.refusals.pop_front_if(is_meant) {
            return refused(status, code);
        }
        if !request.is_signed_with(&self.secret_key) {
            return refused(403, "SignatureDoesNotMatch");
        }
        let place = request.path.strip_prefix(&format!("/{NAME}/"));
        let Some(place) = place.filter(|_| self.exists).map(str::to_owned) else {
            return refused(404, "NoSuchBucket");
        };
        let asked = |name: &str| {
            let mut pairs = request.query.split('&').map(|pair| pair.split_once('='));
            pairs.find_map(|pair| pair.filter(|pair| pair.0 == name).map(|pair| pair.1))
        };
        let upload = asked("uploadId").map(str::to_owned);
        match (request.method.as_str(), upload) {
            ("POST", None) if request.query.starts_with("uploads") => {
                let id = format!("upload{}", self.answers.len());
                self.uploads.insert(id.clone(), BTreeMap::new());
                let name = "InitiateMultipartUploadResult";
                let body = format!("<{name}><UploadId>{id}</UploadId></{name}>");
                (200, String::new(), body.into_bytes())
            }
            ("PUT", Some(id)) => {
                let number = asked("partNumber").unwrap().parse().unwrap();
                let Some(parts) = self.uploads.get_mut(&id) else {
                    return refused(404, "NoSuchUpload");
                };
                parts.insert(number, request.body.clone());
                (200, format!("etag: \"{number}\"\r\n"), Vec::new())
            }
            ("POST", Some(id)) => self.complete(place, &id),
            ("DELETE", Some(id)) => {
                self.uploads.remove(&id);
                (204, String::new(), Vec::new())
            }
            ("GET", None) => self.part_of(&place, request.headers.get("range")),
            // AWS itself says 204 for what is not there, others say that it is not.
            ("DELETE", None) => match self.objects.remove(&place) {
                Some(_) => (204, String::new(), Vec::new()),
                None => refused(404, "NoSuchKey"),
            },
            _ => refused(501, "NotImplemented"),
        }
    }

    fn complete(&mut self, place: String, id: &str) -> Answer {
        let Some(parts) = self.uploads.remove(id) else {
            return refused(404, "NoSuchUpload");
        };
        let parts: Vec<Vec<u8>> = parts.into_values().collect();
        let (_, all_but_last) = parts.split_last().unwrap();
        if all_but_last.iter().any(|part| part.len() < SMALLEST_PART) {
            return refused(400, "EntityTooSmall");
        }
        self.objects.insert(place, parts.concat());
        let name = "CompleteMultipartUploadResult";
        let body = format!("<{name}><ETag>\"whole\"</ETag></{name}>");
        (200, String::new(), body.into_bytes())
    }

    fn part_of(&self, place: &str, range: Option<&String>) -> Answer {
        let Some(object) = self.objects.get(place) else {
            return refused(404, "NoSuchKey");
        };
        let range = range.and_then(|text| text.strip_prefix("bytes=")?.split_once('-'));
        let (from, to) = range.unwrap();
        let (from, to): (usize, usize) = (from.parse().unwrap(), to.parse().unwrap());
        let to = to.min(object.len() - 1);
        let length = object.len();
        let head = format!("content-range: bytes {from}-{to}/{length}\r\netag: \"whole\"\r\n");
        (206, head, object[from..=to].to_vec())
    }
}

fn sum(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA256, bytes))
}

impl Request {
    /// Whether the request carries the signature it must have (AWS Signature Version 4), over the
    /// sum of its body and the moment it was made.
    fn is_signed_with(&self, secret_key: &str) -> bool {
        let header = |name: &str| {
            self.headers
                .get(name)
                .map(String::as_str)
                .unwrap_or_default()
        };
        let (date, content) = (header("x-amz-date"), header("x-amz-content-sha256"));
        let day = date.get(..8).unwrap_or_default();
        let scope = format!("{day}/{REGION}/s3/aws4_request");
        let told = header("authorization");
        let start = format!("AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/{scope}, SignedHeaders=");
        let told = told.strip_prefix(&start);
        let Some((names, signature)) = told.and_then(|rest| rest.split_once(", Signature=")) else {
            return false;
        };
        let mut query: Vec<&str> = self.query.split('&').collect();
        query.sort_unstable();
        let lines = names.split(';');
        let lines: String = lines
            .map(|name| format!("{name}:{}\n", header(name)))
            .collect();
        let (method, path, query) = (&self.method, &self.path, query.join("&"));
        let canonical = format!("{method}\n{path}\n{query}\n{lines}\n{names}\n{content}");
        let signed = sum(canonical.as_bytes());
        let signed = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{signed}");
        let first = format!("AWS4{secret_key}").into_bytes();
        let key = [day, REGION, "s3", "aws4_request", &signed]
            .iter()
            .fold(first, |key, text| {
                let key = Key::new(HMAC_SHA256, &key);
                sign(&key, text.as_bytes()).as_ref().to_vec()
            });
        content == sum(&self.body) && signature == hex::encode(key)
    }
}
