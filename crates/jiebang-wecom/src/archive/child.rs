//! The child's side: one process, one library, one handle, one thread that uses it.
//!
//! Requests come in on standard input and answers go out on what was standard output. The main
//! thread only reads, so that the process ends when the parent is gone, even while the library
//! hangs.

use std::ffi::{CString, OsString};
use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use nix::sys::resource::{Resource, setrlimit};
use zeroize::{Zeroize, Zeroizing};

use super::call::Locked;
use super::error::{LibraryProblem, ReturnCode};
use super::library::{Handle, Library, Route};
use super::wire::{Answer, LARGEST_FRAME, Request};
use crate::secret::Secret;

/// Stack of the thread that calls the library: it has been seen to need more than usual.
const STACK: usize = 16 << 20;
/// How long a call under way may take to end once the parent is gone.
const PARTING: Duration = Duration::from_secs(2);

/// Serves the parent until it closes standard input. Exit status 0: the parent went; 1: what
/// came made no sense or could not be answered.
#[must_use]
pub fn run_child() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        // There is nobody to tell: the parent sees the status.
        Err(_error) => ExitCode::FAILURE,
    }
}

/// Standard output for this side only: whatever the library prints goes to standard error.
fn take_stdout() -> io::Result<File> {
    let own = io::stdout().as_fd().try_clone_to_owned()?;
    nix::unistd::dup2_stdout(io::stderr().as_fd())?;
    Ok(File::from(own))
}

fn serve() -> io::Result<()> {
    let out = take_stdout()?;
    // A core file would hold keys and messages.
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    let (ask, asked) = mpsc::sync_channel::<Request>(1);
    let (end, ended) = mpsc::channel::<()>();
    std::thread::Builder::new()
        .name("sdk".into())
        .stack_size(STACK)
        .spawn(move || {
            let outcome = answer_all(&asked, BufWriter::new(out));
            if outcome.is_ok() {
                // Nobody may listen any more.
                let _told = end.send(());
            }
        })?;
    let mut stdin = io::stdin().lock();
    while let Some(payload) = read_frame(&mut stdin)? {
        let request = Request::read(&payload).map_err(|_nonsense| ErrorKind::InvalidData)?;
        if ask.send(request).is_err() {
            return Err(ErrorKind::BrokenPipe.into());
        }
    }
    drop(ask);
    match ended.recv_timeout(PARTING) {
        Ok(()) => Ok(()),
        Err(_late) => Err(ErrorKind::TimedOut.into()),
    }
}

/// The next frame; `None` at the end between two of them.
fn read_frame(from: &mut impl Read) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut length = [0; 4];
    match from.read(&mut length[..1])? {
        0 => return Ok(None),
        _ => from.read_exact(&mut length[1..])?,
    }
    let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
    if length > LARGEST_FRAME {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut payload = Zeroizing::new(vec![0; length]);
    from.read_exact(&mut payload)?;
    Ok(Some(payload))
}

/// What a started child has.
struct Started {
    library: &'static Library,
    handle: Option<Handle>,
    proxy: CString,
    password: CString,
}

fn answer_all(asked: &Receiver<Request>, mut out: BufWriter<File>) -> io::Result<()> {
    let Ok(first) = asked.recv() else {
        return Ok(());
    };
    let mut started = match start(first) {
        Ok(started) => started,
        Err(problem) => {
            out.write_all(&Answer::Unusable(problem).frame())?;
            return out.flush();
        }
    };
    out.write_all(&Answer::Started.frame())?;
    out.flush()?;
    while let Ok(request) = asked.recv() {
        started.answer(request, &mut out)?;
        out.flush()?;
    }
    Ok(())
}

fn start(first: Request) -> Result<Started, LibraryProblem> {
    let argument = || LibraryProblem::Init(ReturnCode(10_000));
    let Request::Start {
        library,
        caller,
        proxy,
        mut password,
    } = first
    else {
        return Err(argument());
    };
    let path = PathBuf::from(OsString::from_vec(library));
    let library = Library::load(&path)?;
    let handle = caller
        .map(|(corp, secret)| Handle::new(library, &corp, &Secret::new(&**secret)))
        .transpose()
        .map_err(LibraryProblem::Init)?;
    let text = |text: String| CString::new(text).map_err(|_nul| argument());
    Ok(Started {
        library,
        handle,
        proxy: text(proxy)?,
        password: text(std::mem::take(&mut *password))?,
    })
}

impl Started {
    fn route(&self, timeout: i32) -> Route {
        Route {
            proxy: self.proxy.clone(),
            password: self.password.clone(),
            timeout,
        }
    }

    fn answer(&mut self, request: Request, out: &mut BufWriter<File>) -> io::Result<()> {
        match request {
            // Comes once.
            Request::Start { .. } => Err(ErrorKind::InvalidData.into()),
            Request::Page {
                seq,
                limit,
                timeout,
            } => {
                let route = self.route(timeout);
                let handle = self.handle.as_mut().ok_or(ErrorKind::InvalidData)?;
                let answer = match handle.chat_data(seq, limit, &route) {
                    Ok(json) => Answer::Page(json),
                    Err(code) => Answer::Returned(code),
                };
                out.write_all(&answer.frame())
            }
            Request::Chunk {
                file,
                index,
                timeout,
            } => {
                let route = self.route(timeout);
                let handle = self.handle.as_mut().ok_or(ErrorKind::InvalidData)?;
                let texts = (CString::new(file), CString::new(index));
                let answer = match texts {
                    (Ok(file), Ok(index)) => match handle.media(&file, &index, &route) {
                        Ok(chunk) => Answer::Chunk {
                            data: chunk.data,
                            index: chunk.index,
                            is_last: chunk.is_last,
                        },
                        Err(code) => Answer::Returned(code),
                    },
                    _ => Answer::Unfit,
                };
                out.write_all(&answer.frame())
            }
            Request::Open { rows } => {
                for (key, message) in &rows {
                    self.open(key, message, out)?;
                }
                Ok(())
            }
        }
    }

    /// One row of a batch. Its answer goes out at once: if the next row kills the process, the
    /// parent knows which one it was.
    fn open(&self, key: &[u8], message: &str, out: &mut BufWriter<File>) -> io::Result<()> {
        let answer = match self.library.decrypt(Locked { key, message }) {
            Ok(Ok(message)) => Answer::Opened(message),
            Ok(Err(code)) => Answer::Returned(code),
            Err(_unfit) => Answer::Unfit,
        };
        out.write_all(&answer.frame())?;
        out.flush()?;
        if let Answer::Opened(mut message) = answer {
            message.zeroize();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_ends_between_two_and_never_grows_beyond_the_limit() {
        let mut nothing: &[u8] = &[];
        assert!(read_frame(&mut nothing).unwrap().is_none());
        let mut half: &[u8] = &[3, 0];
        assert!(read_frame(&mut half).is_err());
        let mut short: &[u8] = &[3, 0, 0, 0, 1];
        assert!(read_frame(&mut short).is_err());
        let mut huge: &[u8] = &[0xff; 8];
        assert!(read_frame(&mut huge).is_err());
        let mut whole: &[u8] = &[1, 0, 0, 0, 9];
        assert_eq!(**read_frame(&mut whole).unwrap().unwrap(), [9]);
    }
}
