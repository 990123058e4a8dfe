//! A stand-in for WeCom's archive SDK (`libWeWorkFinanceSdk_C.so`): the same 17 functions with
//! the same structs, return codes and local checks, as measured on version 20250205, but talking
//! to a sandbox. What loads this loads the vendor's library with the same code.
//!
//! | environment | meaning |
//! | --- | --- |
//! | `WECOM_SDK_STANDIN_URL` | base URL of the sandbox, `http://host:port`; without it calls end in 10001 |
//! | `WECOM_SDK_STANDIN_CRASH_EVERY` | SIGSEGV in every n-th `DecryptData` of a process |
//! | `WECOM_SDK_STANDIN_MOST_ROWS` | a page of more rows than these is asked for in vain: 10001 |
//! | `WECOM_SDK_STANDIN_SHORT` | `refuse`: a message of less than 13 bytes answers 10008; else it ends the process, as the real one does |
//! | `WECOM_SDK_STANDIN_INDEX_BEHIND_END` | the last part of a file gives an index as if more came |
//! | `WECOM_SDK_STANDIN_LEDGER` | file that gets the counts of [`Counts`] with every `DestroySdk` |
//!
//! Invariants:
//! - nothing here panics or unwinds: the caller is C;
//! - every pointer handed out is counted, so that a test can prove that none is lost.

#![expect(
    unsafe_code,
    reason = "the point of this crate is a C interface: exported symbols and raw pointers"
)]
#![expect(non_snake_case, reason = "the names are the vendor's")]

mod handle;
mod http;
mod index;
mod seal;
mod switches;

use std::ffi::{CStr, c_char, c_int, c_uint, c_ulonglong};
use std::ptr;

pub use handle::{Counts, MediaData, Sdk, Slice};

use http::Proxy;
use seal::Opened;

/// Bad argument.
const ARGUMENT: c_int = 10_000;
/// Network failure or time-out.
const NETWORK: c_int = 10_001;
/// The answer could not be read.
const ANSWER: c_int = 10_002;
/// The body could not be decrypted.
const DECRYPT: c_int = 10_008;
/// Messages shorter than this end the real library's process.
const SHORTEST: usize = 13;

/// The bytes of a C string; `None` for NULL.
///
/// # Safety
/// `text` is NULL or points to a NUL-terminated string that outlives the result.
unsafe fn bytes<'a>(text: *const c_char) -> Option<&'a [u8]> {
    if text.is_null() {
        return None;
    }
    // SAFETY: not NULL, and the caller promises the rest.
    Some(unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// As [`bytes`], where NULL counts as empty.
///
/// # Safety
/// As for [`bytes`].
unsafe fn text(text: *const c_char) -> String {
    // SAFETY: passed on.
    let bytes = unsafe { bytes(text) }.unwrap_or_default();
    String::from_utf8_lossy(bytes).into_owned()
}

/// A new handle, to be freed with [`DestroySdk`].
#[unsafe(no_mangle)]
pub extern "C" fn NewSdk() -> *mut Sdk {
    handle::new_sdk()
}

/// Keeps corp id and secret; does not call anybody.
///
/// # Safety
/// `sdk` is NULL or from [`NewSdk`]; the texts are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Init(
    sdk: *mut Sdk,
    corpid: *const c_char,
    secret: *const c_char,
) -> c_int {
    // SAFETY: promised by the caller.
    let (corp, secret) = unsafe { (text(corpid), text(secret)) };
    // SAFETY: promised by the caller.
    let Some(sdk) = (unsafe { sdk.as_ref() }) else {
        return ARGUMENT;
    };
    if corp.is_empty() || secret.is_empty() {
        return ARGUMENT;
    }
    let Some(_turn) = sdk.turn() else {
        return ARGUMENT;
    };
    sdk.init(corp, secret);
    0
}

/// The rows behind `seq`, as JSON in `out`.
///
/// # Safety
/// `sdk` is NULL or from [`NewSdk`], the texts are NULL or NUL-terminated, `out` is NULL or a
/// valid slice.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetChatData(
    sdk: *mut Sdk,
    seq: c_ulonglong,
    limit: c_uint,
    proxy: *const c_char,
    passwd: *const c_char,
    timeout: c_int,
    out: *mut Slice,
) -> c_int {
    // SAFETY: promised by the caller.
    let (Some(sdk), Some(out)) = (unsafe { (sdk.as_ref(), out.as_mut()) }) else {
        return ARGUMENT;
    };
    if !(1..=1_000).contains(&limit) {
        return ARGUMENT;
    }
    let Some(_turn) = sdk.turn() else {
        return ARGUMENT;
    };
    // SAFETY: promised by the caller.
    let proxy = unsafe { Proxy::of(&text(proxy), &text(passwd)) };
    let Some(caller) = sdk.caller() else {
        return NETWORK;
    };
    if switches::most_rows().is_some_and(|most| limit > most) {
        return NETWORK;
    }
    let target = format!("/sandbox-archive/chatdata?{caller}&seq={seq}&limit={limit}");
    match http::ask(&target, proxy, timeout) {
        Err(code) => code,
        Ok(answer) => {
            switches::stumble(answer.header("x-sdk-crash"));
            match answer.sdk_return() {
                Some(0) => {
                    out.fill(answer.body);
                    0
                }
                Some(code) => code,
                None => ANSWER,
            }
        }
    }
}

/// Opens a body with the random key of its row. Needs no handle.
///
/// # Safety
/// The texts are NULL or NUL-terminated, `out` is NULL or a valid slice.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn DecryptData(
    encrypt_key: *const c_char,
    encrypt_msg: *const c_char,
    out: *mut Slice,
) -> c_int {
    // SAFETY: promised by the caller.
    let (Some(key), Some(message)) = (unsafe { (bytes(encrypt_key), bytes(encrypt_msg)) }) else {
        return ARGUMENT;
    };
    if message.len() < SHORTEST {
        if switches::refuses_short() {
            return DECRYPT;
        }
        // An uncaught std::out_of_range in the real one.
        std::process::abort();
    }
    if handle::count_decrypt_and_ask_for_crash() {
        switches::segv();
    }
    let Some(Opened { fault, plain }) = seal::open(key, message) else {
        return DECRYPT;
    };
    switches::stumble(switches::planted(fault));
    if fault == switches::REFUSED {
        return DECRYPT;
    }
    // SAFETY: promised by the caller.
    match unsafe { out.as_mut() } {
        Some(out) => {
            out.fill(plain);
            0
        }
        None => ARGUMENT,
    }
}

/// The next chunk of a file.
///
/// # Safety
/// `sdk` is NULL or from [`NewSdk`], the texts are NULL or NUL-terminated, `out` is NULL or
/// valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetMediaData(
    sdk: *mut Sdk,
    indexbuf: *const c_char,
    sdkFileid: *const c_char,
    proxy: *const c_char,
    passwd: *const c_char,
    timeout: c_int,
    out: *mut MediaData,
) -> c_int {
    // SAFETY: promised by the caller.
    let Some(sdk) = (unsafe { sdk.as_ref() }) else {
        return ARGUMENT;
    };
    // SAFETY: promised by the caller.
    let (index, file) = unsafe { (text(indexbuf), text(sdkFileid)) };
    if file.is_empty() || !index::is_accepted(&index) {
        return ARGUMENT;
    }
    let Some(_turn) = sdk.turn() else {
        return ARGUMENT;
    };
    // SAFETY: promised by the caller.
    let proxy = unsafe { Proxy::of(&text(proxy), &text(passwd)) };
    let Some(caller) = sdk.caller() else {
        return NETWORK;
    };
    let (file, index) = (http::hex(file.as_bytes()), http::hex(index.as_bytes()));
    let target = format!("/sandbox-archive/media?{caller}&file={file}&index={index}");
    let answer = match http::ask(&target, proxy, timeout) {
        Ok(answer) => answer,
        Err(code) => return code,
    };
    switches::stumble(answer.header("x-sdk-crash"));
    // SAFETY: promised by the caller.
    let out = unsafe { out.as_mut() };
    match (answer.sdk_return(), out) {
        (Some(0), Some(out)) => {
            let mut next = answer.header("x-index").unwrap_or_default().to_owned();
            let mut is_last = answer.header("x-finish") == Some("1");
            if is_last && switches::index_behind_end() {
                "Range:bytes=1-0".clone_into(&mut next);
                is_last = false;
            }
            out.fill(next.into_bytes(), answer.body, is_last);
            0
        }
        (Some(0), None) => ARGUMENT,
        (Some(code), _) => code,
        (None, _) => ANSWER,
    }
}

/// Frees a handle; NULL is fine.
///
/// # Safety
/// `sdk` is NULL or from [`NewSdk`] and not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn DestroySdk(sdk: *mut Sdk) {
    // SAFETY: promised by the caller.
    unsafe { handle::free_sdk(sdk) };
}

/// An empty slice, to be freed with [`FreeSlice`].
#[unsafe(no_mangle)]
pub extern "C" fn NewSlice() -> *mut Slice {
    Slice::new()
}

/// Frees a slice and what is in it; NULL is fine.
///
/// # Safety
/// `slice` is NULL or from [`NewSlice`] and not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FreeSlice(slice: *mut Slice) {
    // SAFETY: promised by the caller.
    unsafe { Slice::free(slice) };
}

/// The content; a static empty text for NULL and for an empty slice.
///
/// # Safety
/// `slice` is NULL or a valid slice.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetContentFromSlice(slice: *mut Slice) -> *mut c_char {
    // SAFETY: promised by the caller.
    match unsafe { slice.as_ref() } {
        Some(slice) => handle::or_empty(slice.content()),
        None => handle::or_empty(ptr::null_mut()),
    }
}

/// Bytes of content; 0 for NULL.
///
/// # Safety
/// `slice` is NULL or a valid slice.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetSliceLen(slice: *mut Slice) -> c_int {
    // SAFETY: promised by the caller.
    unsafe { slice.as_ref() }.map_or(0, Slice::len)
}

/// An empty chunk, to be freed with [`FreeMediaData`].
#[unsafe(no_mangle)]
pub extern "C" fn NewMediaData() -> *mut MediaData {
    MediaData::new()
}

/// Frees a chunk and what is in it; NULL is fine.
///
/// # Safety
/// `media` is NULL or from [`NewMediaData`] and not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn FreeMediaData(media: *mut MediaData) {
    // SAFETY: promised by the caller.
    unsafe { MediaData::free(media) };
}

/// The index of the next chunk.
///
/// # Safety
/// `media` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetOutIndexBuf(media: *mut MediaData) -> *mut c_char {
    // SAFETY: promised by the caller.
    let index = unsafe { media.as_ref() }.map_or(ptr::null_mut(), MediaData::index);
    handle::or_empty(index)
}

/// The bytes of the chunk.
///
/// # Safety
/// `media` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetData(media: *mut MediaData) -> *mut c_char {
    // SAFETY: promised by the caller.
    let data = unsafe { media.as_ref() }.map_or(ptr::null_mut(), MediaData::data);
    handle::or_empty(data)
}

/// Length of the index of the next chunk.
///
/// # Safety
/// `media` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetIndexLen(media: *mut MediaData) -> c_int {
    // SAFETY: promised by the caller.
    unsafe { media.as_ref() }.map_or(0, MediaData::index_len)
}

/// Bytes of the chunk.
///
/// # Safety
/// `media` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetDataLen(media: *mut MediaData) -> c_int {
    // SAFETY: promised by the caller.
    unsafe { media.as_ref() }.map_or(0, MediaData::data_len)
}

/// 1 if the chunk is the last one.
///
/// # Safety
/// `media` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IsMediaDataFinish(media: *mut MediaData) -> c_int {
    // SAFETY: promised by the caller.
    unsafe { media.as_ref() }.map_or(0, MediaData::is_finish)
}

/// Not the vendor's: what is alive now, and what was done wrong. For tests.
///
/// # Safety
/// `out` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn StandinCounts(out: *mut Counts) {
    // SAFETY: promised by the caller.
    if let Some(out) = unsafe { out.as_mut() } {
        *out = handle::counts();
    }
}
