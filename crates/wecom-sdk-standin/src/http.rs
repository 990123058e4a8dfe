//! The little HTTP/1.1 this needs: one request per connection, directly or through a proxy,
//! against a deadline.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::{ANSWER, NETWORK, switches};

/// Largest answer, in bytes.
const LARGEST: usize = 64 << 20;
/// Largest head of an answer, in bytes.
const LARGEST_HEAD: usize = 64 << 10;

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// A proxy as the caller wrote it.
pub struct Proxy {
    is_socks: bool,
    address: String,
    password: String,
}

impl Proxy {
    /// `http://`, `socks5://` or `socks5h://` with host and port; a bare host and port is an
    /// HTTP proxy; empty means what `https_proxy` says.
    pub fn of(address: &str, password: &str) -> Option<Self> {
        let from_environment = || std::env::var("https_proxy").unwrap_or_default();
        let address = if address.is_empty() {
            from_environment()
        } else {
            address.to_owned()
        };
        if address.is_empty() {
            return None;
        }
        let (scheme, rest) = address.split_once("://").unwrap_or(("http", &address));
        Some(Self {
            is_socks: scheme.starts_with("socks5"),
            address: rest.trim_end_matches('/').to_owned(),
            password: password.to_owned(),
        })
    }
}

/// An answer.
pub struct Answer {
    head: String,
    /// What came behind the head.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    /// The return code the sandbox asks for; `None` if this is no answer of a sandbox.
    pub fn sdk_return(&self) -> Option<i32> {
        self.header("x-sdk-return")?.parse().ok()
    }
}

/// A connection with a deadline.
struct Line {
    stream: TcpStream,
    deadline: Option<Instant>,
}

impl Line {
    fn left(deadline: Option<Instant>) -> io::Result<Option<Duration>> {
        let Some(deadline) = deadline else {
            return Ok(None);
        };
        match deadline.checked_duration_since(Instant::now()) {
            Some(left) if !left.is_zero() => Ok(Some(left)),
            _ => Err(io::ErrorKind::TimedOut.into()),
        }
    }

    fn open(address: &str, deadline: Option<Instant>) -> io::Result<Self> {
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for address in address.to_socket_addrs()? {
            let opened = match Self::left(deadline)? {
                Some(left) => TcpStream::connect_timeout(&address, left),
                None => TcpStream::connect(address),
            };
            match opened {
                Ok(stream) => return Ok(Self { stream, deadline }),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.set_write_timeout(Self::left(self.deadline)?)?;
        self.stream.write_all(bytes)
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Self::left(self.deadline)?)?;
        self.stream.read(buffer)
    }

    fn read_exact<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        let mut have = 0;
        while have < N {
            let Some(rest) = bytes.get_mut(have..) else {
                break;
            };
            match self.read(rest)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                more => have += more,
            }
        }
        Ok(bytes)
    }

    /// The head of an answer, byte by byte so that nothing behind it is taken.
    fn read_head(&mut self) -> io::Result<String> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            if head.len() >= LARGEST_HEAD {
                return Err(io::ErrorKind::InvalidData.into());
            }
            let [byte] = self.read_exact()?;
            head.push(byte);
        }
        Ok(String::from_utf8_lossy(&head).into_owned())
    }

    /// Everything until the other side closes.
    fn read_rest(&mut self, already: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut all = already;
        let mut buffer = vec![0; 64 << 10];
        loop {
            let more = self.read(&mut buffer)?;
            let Some(read) = buffer.get(..more).filter(|read| !read.is_empty()) else {
                return Ok(all);
            };
            if all.len() + more > LARGEST {
                return Err(io::ErrorKind::InvalidData.into());
            }
            all.extend_from_slice(read);
        }
    }
}

/// Asks the sandbox. `timeout` is in seconds over all; 0 and less: no limit.
///
/// # Errors
/// The code the SDK call ends with.
pub fn ask(target: &str, proxy: Option<Proxy>, timeout: i32) -> Result<Answer, i32> {
    let base = switches::base_url().ok_or(NETWORK)?;
    let host = base
        .strip_prefix("http://")
        .map(|host| host.trim_end_matches('/'))
        .ok_or(NETWORK)?;
    let deadline = u64::try_from(timeout)
        .ok()
        .filter(|seconds| *seconds > 0)
        .map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let whole = exchange(host, target, proxy, deadline).map_err(|_error| NETWORK)?;
    read_answer(whole)
}

fn exchange(
    host: &str,
    target: &str,
    proxy: Option<Proxy>,
    deadline: Option<Instant>,
) -> io::Result<Vec<u8>> {
    let mut line = match proxy {
        None => Line::open(host, deadline)?,
        Some(proxy) => through(&proxy, host, deadline)?,
    };
    let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    line.write(request.as_bytes())?;
    line.read_rest(Vec::new())
}

fn through(proxy: &Proxy, host: &str, deadline: Option<Instant>) -> io::Result<Line> {
    let mut line = Line::open(&proxy.address, deadline)?;
    if proxy.is_socks {
        socks(&mut line, proxy, host)?;
        return Ok(line);
    }
    let authorization = if proxy.password.is_empty() {
        String::new()
    } else {
        let word = STANDARD.encode(&proxy.password);
        format!("Proxy-Authorization: Basic {word}\r\n")
    };
    let request = format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n{authorization}\r\n");
    line.write(request.as_bytes())?;
    let head = line.read_head()?;
    match head.split(' ').nth(1) {
        Some("200") => Ok(line),
        _ => Err(io::ErrorKind::ConnectionRefused.into()),
    }
}

/// RFC 1928, with a user name and a password (RFC 1929) where there are some.
fn socks(line: &mut Line, proxy: &Proxy, host: &str) -> io::Result<()> {
    let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
    let (name, port) = host.rsplit_once(':').ok_or_else(refused)?;
    let port: u16 = port.parse().map_err(|_error| refused())?;
    let short = |text: &str| u8::try_from(text.len()).map_err(|_error| refused());
    line.write(if proxy.password.is_empty() {
        &[5, 1, 0]
    } else {
        &[5, 1, 2]
    })?;
    match line.read_exact::<2>()? {
        [5, 0] => {}
        [5, 2] => {
            let (user, password) = proxy.password.split_once(':').unwrap_or_default();
            let mut hello = vec![1, short(user)?];
            hello.extend_from_slice(user.as_bytes());
            hello.push(short(password)?);
            hello.extend_from_slice(password.as_bytes());
            line.write(&hello)?;
            if line.read_exact::<2>()? != [1, 0] {
                return Err(refused());
            }
        }
        _ => return Err(refused()),
    }
    let mut ask = vec![5, 1, 0, 3, short(name)?];
    ask.extend_from_slice(name.as_bytes());
    ask.extend_from_slice(&port.to_be_bytes());
    line.write(&ask)?;
    let [_, code, _, kind] = line.read_exact::<4>()?;
    let address = match kind {
        1 => 4,
        4 => 16,
        3 => usize::from(line.read_exact::<1>()?[0]),
        _ => return Err(refused()),
    };
    for _ in 0..address + 2 {
        line.read_exact::<1>()?;
    }
    if code == 0 { Ok(()) } else { Err(refused()) }
}

fn read_answer(whole: Vec<u8>) -> Result<Answer, i32> {
    let end = whole
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .ok_or(NETWORK)?;
    let mut head = whole;
    let body = head.split_off(end + 4);
    let answer = Answer {
        head: String::from_utf8_lossy(&head).into_owned(),
        body,
    };
    let length = answer.header("content-length");
    let is_whole = length.is_some_and(|length| length.parse() == Ok(answer.body.len()));
    match answer.head.split(' ').nth(1) {
        Some("200") if is_whole => Ok(answer),
        // Cut in the middle.
        Some("200") => Err(NETWORK),
        _ => Err(ANSWER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_or_a_network_failure() {
        let whole = b"HTTP/1.1 200 OK\r\nX-Sdk-Return: 0\r\nContent-Length: 2\r\n\r\nab";
        let answer = read_answer(whole.to_vec()).ok().unwrap();
        assert_eq!(answer.sdk_return(), Some(0));
        assert_eq!(answer.body, b"ab");
        let cut = &whole[..whole.len() - 1];
        assert_eq!(read_answer(cut.to_vec()).err(), Some(NETWORK));
        let wrong = b"HTTP/1.1 502 Bad Gateway\r\n\r\n";
        assert_eq!(read_answer(wrong.to_vec()).err(), Some(ANSWER));
    }

    #[test]
    fn a_bare_address_is_an_http_proxy() {
        let proxy = Proxy::of("10.0.0.1:3128", "").unwrap();
        assert!(!proxy.is_socks);
        assert_eq!(proxy.address, "10.0.0.1:3128");
        assert!(Proxy::of("socks5h://10.0.0.1:1080", "").unwrap().is_socks);
    }
}
