//! The C interface itself: of the stand-in always, of WeCom's own library where
//! `JIEBANG_SDK_TEST_LIB` names one. Nothing here calls the network.

#![expect(
    unsafe_code,
    reason = "a C interface is tested as C would use it: with bad pointers too"
)]

use std::collections::BTreeSet;
use std::ffi::{CString, c_char, c_int, c_uint, c_ulonglong, c_void};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::ptr::{null, null_mut};

use jiebang_wecom::Secret;
use jiebang_wecom::archive::{Handle, Library, Locked, ReturnCode, SYMBOLS};
use libloading::os::unix::{Library as Loaded, RTLD_LOCAL, RTLD_NOW};
use serde_json::Value;

use super::{Station, fixture, pull_all, standin, sum};

type Text = *const c_char;
type Any = *mut c_void;

/// The functions as C declares them. Never unloaded: threads that used it clean up in it.
struct C {
    loaded: &'static Loaded,
    is_standin: bool,
}

macro_rules! functions {
    ($($name:ident($($argument:ident: $ty:ty),*) $(-> $result:ty)?;)*) => {
        #[expect(non_snake_case, reason = "the names are the vendor's")]
        #[expect(clippy::too_many_arguments, reason = "the calls are the vendor's")]
        impl C {
            $(fn $name(&self, $($argument: $ty),*) $(-> $result)? {
                // SAFETY: the types are the header's; bad values are what the library is
                // documented to refuse.
                unsafe {
                    let function = self
                        .loaded
                        .get::<unsafe extern "C" fn($($ty),*) $(-> $result)?>(stringify!($name))
                        .unwrap();
                    function($($argument),*)
                }
            })*
        }
    };
}

functions! {
    NewSdk() -> Any;
    Init(sdk: Any, corp: Text, secret: Text) -> c_int;
    GetChatData(sdk: Any, seq: c_ulonglong, limit: c_uint, proxy: Text, password: Text, timeout: c_int, out: Any) -> c_int;
    DecryptData(key: Text, message: Text, out: Any) -> c_int;
    GetMediaData(sdk: Any, index: Text, file: Text, proxy: Text, password: Text, timeout: c_int, out: Any) -> c_int;
    DestroySdk(sdk: Any);
    NewSlice() -> Any;
    FreeSlice(slice: Any);
    GetContentFromSlice(slice: Any) -> Text;
    GetSliceLen(slice: Any) -> c_int;
    NewMediaData() -> Any;
    FreeMediaData(media: Any);
    GetOutIndexBuf(media: Any) -> Text;
    GetData(media: Any) -> Text;
    GetIndexLen(media: Any) -> c_int;
    GetDataLen(media: Any) -> c_int;
    IsMediaDataFinish(media: Any) -> c_int;
}

fn c(path: &Path) -> C {
    // SAFETY: one of the two libraries this file is about.
    let loaded = unsafe { Loaded::open(Some(path), RTLD_NOW | RTLD_LOCAL) }.unwrap();
    C {
        loaded: Box::leak(Box::new(loaded)),
        is_standin: path == standin(),
    }
}

/// WeCom's own library; `None`, with a printed reason, without it.
fn vendors() -> Option<PathBuf> {
    let path = std::env::var_os("JIEBANG_SDK_TEST_LIB");
    if path.is_none() {
        println!("skipped: JIEBANG_SDK_TEST_LIB names no library");
    }
    path.map(PathBuf::from)
}

/// Name, size and address of what is alive in the stand-in.
fn counts(c: &C) -> [i64; 6] {
    let mut counts = [0_i64; 6];
    // SAFETY: the stand-in writes six numbers.
    unsafe {
        let tell = c
            .loaded
            .get::<unsafe extern "C" fn(*mut i64)>("StandinCounts");
        tell.unwrap()(counts.as_mut_ptr());
    }
    counts
}

fn memory<const N: usize>(at: Any) -> [u8; N] {
    // SAFETY: the struct is at least this large (section 1.2 of the reference).
    unsafe { at.cast::<[u8; N]>().read_unaligned() }
}

/// Whether a text is there and empty.
fn is_empty_text(text: Text) -> bool {
    // SAFETY: not NULL, and the library promises a text.
    !text.is_null() && unsafe { *text } == 0
}

/// Everything section 1 says of calls that need no network, as `(call, condition)` of
/// `abi/behaviour.json`; `None` for a row this file does not know.
fn probe(c: &C, call: &str, condition: &str) -> Option<i64> {
    let text = |text: &str| CString::new(text).unwrap();
    let (corp, secret, garbage) = (text("ww1"), text("hush"), text("Z2FyYmFnZSBnYXJiYWdl"));
    let (empty, file) = (text(""), text("file"));
    let (corp, secret, garbage) = (corp.as_ptr(), secret.as_ptr(), garbage.as_ptr());
    let (empty, file) = (empty.as_ptr(), file.as_ptr());
    let (sdk, slice, media) = (c.NewSdk(), c.NewSlice(), c.NewMediaData());
    let init = |sdk| c.Init(sdk, corp, secret);
    let chat = |sdk, limit, out| c.GetChatData(sdk, 0, limit, null(), null(), 1, out);
    let part = |index: Text, file| c.GetMediaData(sdk, index, file, null(), null(), 1, media);
    let code = match (call, condition) {
        ("Init", "sdk NULL, or corpid/secret NULL or empty") => {
            let all = [
                c.Init(null_mut(), corp, secret),
                c.Init(sdk, null(), secret),
                c.Init(sdk, corp, null()),
                c.Init(sdk, empty, secret),
                c.Init(sdk, corp, empty),
            ];
            assert_eq!(all, [all[0]; 5]);
            all[0]
        }
        ("Init", "any non-empty corpid+secret, no network") => init(sdk),
        ("Init", "second Init on same handle") => {
            init(sdk);
            init(sdk)
        }
        ("GetChatData", "limit 0 or >1000") => {
            init(sdk);
            assert_eq!(chat(sdk, 0, slice), chat(sdk, 1_001, slice));
            chat(sdk, 0, slice)
        }
        ("GetChatData", "sdk NULL") => chat(null_mut(), 10, slice),
        ("GetChatData", "chatDatas NULL") => {
            init(sdk);
            chat(sdk, 10, null_mut())
        }
        ("GetChatData", "sdk never Init-ed") => chat(sdk, 10, slice),
        ("DecryptData", "key or msg NULL") => {
            assert_eq!(
                c.DecryptData(null(), garbage, slice),
                c.DecryptData(garbage, null(), slice)
            );
            c.DecryptData(null(), garbage, slice)
        }
        ("GetMediaData", "sdkFileid NULL or empty") => {
            init(sdk);
            assert_eq!(part(empty, null()), part(empty, empty));
            part(empty, null())
        }
        ("GetMediaData", "indexbuf malformed") => {
            init(sdk);
            let wrong = [
                "Range:bytes=5-",
                "bytes=0-1",
                "Range:bytes=10-5",
                "0",
                "garbage",
            ];
            let wrong = wrong.map(|index| part(text(index).as_ptr(), file));
            assert_eq!(wrong, [wrong[0]; 5]);
            wrong[0]
        }
        // The vendor's library would call its platform; the stand-in knows no sandbox here.
        ("GetChatData", "no network / proxy refused / timeout") if c.is_standin => {
            init(sdk);
            chat(sdk, 10, slice)
        }
        ("GetMediaData", "media_data NULL, no network") if c.is_standin => {
            init(sdk);
            c.GetMediaData(sdk, empty, file, null(), null(), 1, null_mut())
        }
        ("DecryptData", "garbage >=13 bytes") => {
            let code = c.DecryptData(garbage, garbage, slice);
            assert!(matches!(code, 10_008 | 10_005));
            0
        }
        _ => match probe_handles(c, slice, media, call, condition) {
            Some(code) => code,
            None => return unprobed(c, sdk, slice, media, call, condition),
        },
    };
    c.FreeMediaData(media);
    c.FreeSlice(slice);
    c.DestroySdk(sdk);
    Some(i64::from(code))
}

/// What is said of slices, media and handles themselves.
fn probe_handles(c: &C, slice: Any, media: Any, call: &str, condition: &str) -> Option<c_int> {
    Some(match (call, condition) {
        ("FreeSlice", "NULL") => {
            c.FreeSlice(null_mut());
            0
        }
        ("FreeMediaData", "NULL") => {
            c.FreeMediaData(null_mut());
            0
        }
        ("DestroySdk", "NULL") => {
            c.DestroySdk(null_mut());
            0
        }
        ("GetSliceLen", "NULL") => c.GetSliceLen(null_mut()),
        ("GetContentFromSlice", "NULL or fresh slice") => {
            assert!(is_empty_text(c.GetContentFromSlice(null_mut())));
            assert!(is_empty_text(c.GetContentFromSlice(slice)));
            0
        }
        ("NewSlice/NewMediaData", "fresh") => {
            assert_eq!(memory::<16>(slice), [0; 16]);
            assert_eq!(memory::<32>(media), [0; 32]);
            assert!(is_empty_text(c.GetOutIndexBuf(media)) && is_empty_text(c.GetData(media)));
            let numbers = [
                c.GetIndexLen(media),
                c.GetDataLen(media),
                c.IsMediaDataFinish(media),
            ];
            assert_eq!(numbers, [0; 3]);
            0
        }
        _ => return None,
    })
}

/// Rows that end the process (see below) or need a network.
fn unprobed(c: &C, sdk: Any, slice: Any, media: Any, call: &str, condition: &str) -> Option<i64> {
    c.FreeMediaData(media);
    c.FreeSlice(slice);
    c.DestroySdk(sdk);
    match (call, condition) {
        (
            "GetChatData",
            "proxy/passwd NULL"
            | "no network / proxy refused / timeout"
            | "timeout <=0"
            | "server answered errcode!=0",
        )
        | ("DecryptData", "encrypt_msg shorter than 13 bytes" | "slice NULL with short msg")
        | ("GetMediaData", "indexbuf NULL or empty" | "media_data NULL, no network") => Some(-1),
        _ => None,
    }
}

/// Checks every row of the measured behaviour; gives how many were compared.
fn matrix(c: &C) -> Option<usize> {
    let rows = fixture("abi/behaviour.json")?;
    let mut compared = 0;
    for row in rows.as_array().unwrap() {
        let (call, condition) = (row["call"].as_str()?, row["condition"].as_str()?);
        let code = probe(c, call, condition).unwrap_or_else(|| panic!("{call}: {condition}?"));
        if let Some(expected) = row["result"].as_i64()
            && code != -1
        {
            assert_eq!(code, expected, "{call}: {condition}");
            compared += 1;
        }
    }
    Some(compared)
}

/// Names a file exports, by `nm`; `None`, with a printed reason, without `nm`.
fn exports(path: &Path) -> Option<BTreeSet<String>> {
    let listed = Command::new("nm")
        .args(["-D", "--defined-only"])
        .arg(path)
        .output();
    let Ok(listed) = listed else {
        println!("skipped: no nm on this machine");
        return None;
    };
    let text = String::from_utf8(listed.stdout).unwrap();
    let name = |line: &str| line.rsplit(' ').next().unwrap_or_default().to_owned();
    Some(text.lines().map(name).collect())
}

#[test]
fn the_standin_exports_the_17_functions_and_one_of_its_own() {
    assert_eq!(SYMBOLS.len(), 17);
    if let Some(listed) = fixture("abi/exports.json") {
        let listed: Vec<&str> = listed["functions"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(listed, SYMBOLS);
    }
    let mut expected: BTreeSet<String> = SYMBOLS.iter().map(ToString::to_string).collect();
    expected.insert("StandinCounts".into());
    if let Some(exports) = exports(&standin()) {
        assert_eq!(exports, expected);
    }
    let c = c(&standin());
    for name in SYMBOLS {
        // SAFETY: only looked for.
        assert!(unsafe { c.loaded.get::<Any>(*name) }.is_ok(), "{name}");
    }
}

#[test]
fn the_standin_behaves_as_was_measured_and_leaks_nothing() {
    let c = c(&standin());
    if let Some(compared) = matrix(&c) {
        assert_eq!(compared, 13);
    }
    assert_eq!(counts(&c)[..5], [0; 5]);
}

#[test]
fn the_vendors_library_behaves_as_was_measured() {
    let Some(path) = vendors() else { return };
    let loaded = Library::load(&path).unwrap();
    let handle = Handle::new(loaded, "ww1", &Secret::new("hush"));
    assert!(handle.is_ok());
    let refused = loaded.decrypt(Locked {
        key: b"abcdefghijklmnop",
        message: "Z2FyYmFnZSBnYXJiYWdl",
    });
    let Ok(Err(ReturnCode(10_008 | 10_005))) = refused else {
        panic!("{refused:?}");
    };
    matrix(&c(&path));
}

/// Runs a test of this file again as a process that is meant to die; gives the signal.
fn victim(test: &str) -> Option<i32> {
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env("JIEBANG_TEST_VICTIM", "1")
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .unwrap();
    status.signal()
}

#[test]
fn a_short_message_ends_the_process_of_whoever_gives_it_to_the_library() {
    if std::env::var_os("JIEBANG_TEST_VICTIM").is_some() {
        let library = std::env::var_os("JIEBANG_SDK_TEST_LIB").map_or_else(standin, PathBuf::from);
        let short = CString::new("123456789012").unwrap();
        c(&library).DecryptData(short.as_ptr(), short.as_ptr(), null_mut());
        return;
    }
    let own = "archive::abi::a_short_message_ends_the_process_of_whoever_gives_it_to_the_library";
    assert_eq!(victim(own), Some(6));
}

#[tokio::test]
async fn the_structs_are_laid_out_as_measured() {
    let station = Station::new().await;
    station.generate(1).await;
    let sdk = station.sdk();
    let row = pull_all(&sdk, 10).await.remove(0);
    let key = CString::new(station.unseal(&row)).unwrap();
    let message = CString::new(row.encrypt_chat_msg.as_str()).unwrap();
    let c = c(&standin());
    let slice = c.NewSlice();
    for _ in 0..2 {
        assert_eq!(c.DecryptData(key.as_ptr(), message.as_ptr(), slice), 0);
        let bytes = memory::<16>(slice);
        let start = usize::from_ne_bytes(bytes[..8].try_into().unwrap());
        let length = i32::from_ne_bytes(bytes[8..12].try_into().unwrap());
        assert_eq!(start, c.GetContentFromSlice(slice) as usize);
        assert_eq!(length, c.GetSliceLen(slice));
    }
    let length = usize::try_from(c.GetSliceLen(slice)).unwrap();
    // SAFETY: the accessors belong together.
    let plain = unsafe {
        std::slice::from_raw_parts(c.GetContentFromSlice(slice).cast::<u8>(), length + 1)
    };
    assert_eq!(plain[length], 0, "texts end with NUL");
    assert_eq!(sum(&plain[..length]), station.truth().await[0].2);
    assert_eq!(counts(&c)[..4], [0, 1, 0, 1], "the old content is freed");
    let wrong = c.DecryptData(message.as_ptr(), message.as_ptr(), slice);
    assert_eq!(wrong, 10_008);
    c.FreeSlice(slice);
    assert_eq!(counts(&c)[..5], [0; 5]);
}

#[test]
fn the_loader_frees_on_every_path_and_refuses_what_would_kill() {
    let library = Library::load(&standin()).unwrap();
    let c = c(&standin());
    for (corp, secret, expected) in [("", "s", 10_000), ("c", "", 10_000), ("c\0", "s", 10_000)] {
        let refused = Handle::new(library, corp, &Secret::new(secret)).err();
        assert_eq!(refused, Some(ReturnCode(expected)));
    }
    let handle = Handle::new(library, "ww1", &Secret::new("hush")).unwrap();
    assert_eq!(counts(&c)[0], 1);
    drop(handle);
    let short = library.decrypt(Locked {
        key: b"key",
        message: "short",
    });
    assert!(short.is_err());
    let garbage = library.decrypt(Locked {
        key: b"key",
        message: "Z2FyYmFnZSBnYXJiYWdl",
    });
    assert_eq!(garbage, Ok(Err(ReturnCode(10_008))));
    assert_eq!(counts(&c)[..5], [0; 5]);
}
