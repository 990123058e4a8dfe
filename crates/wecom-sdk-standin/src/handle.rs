//! What is handed out: handles, slices and chunks, each counted from birth to death.

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ffi::{c_char, c_int};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::{http, switches};

static SDKS: AtomicI64 = AtomicI64::new(0);
static SLICES: AtomicI64 = AtomicI64::new(0);
static MEDIA: AtomicI64 = AtomicI64::new(0);
static BUFFERS: AtomicI64 = AtomicI64::new(0);
static SHARED_USES: AtomicI64 = AtomicI64::new(0);
static DECRYPTS: AtomicU64 = AtomicU64::new(0);

/// What is alive in this process, and how often one handle was used by two threads at once.
#[repr(C)]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Handles.
    pub sdks: i64,
    /// Slices.
    pub slices: i64,
    /// Chunks.
    pub media: i64,
    /// Buffers inside of slices and chunks.
    pub buffers: i64,
    /// Calls on a handle while another call on it ran.
    pub shared_uses: i64,
    /// Calls of `DecryptData` that got behind the local checks.
    pub decrypts: i64,
}

/// The counts now.
pub fn counts() -> Counts {
    let of = |count: &AtomicI64| count.load(Ordering::SeqCst);
    Counts {
        sdks: of(&SDKS),
        slices: of(&SLICES),
        media: of(&MEDIA),
        buffers: of(&BUFFERS),
        shared_uses: of(&SHARED_USES),
        decrypts: i64::try_from(DECRYPTS.load(Ordering::SeqCst)).unwrap_or(i64::MAX),
    }
}

/// Counts a call of `DecryptData`; true if this one is to crash.
pub fn count_decrypt_and_ask_for_crash() -> bool {
    let number = DECRYPTS.fetch_add(1, Ordering::SeqCst) + 1;
    switches::crash_every().is_some_and(|every| number.is_multiple_of(every))
}

/// A handle. Opaque to C.
#[derive(Debug, Default)]
pub struct Sdk {
    busy: AtomicBool,
    /// Corp id and secret, once known.
    caller: Mutex<Option<(String, String)>>,
}

/// One call on a handle; ends when dropped.
pub struct Turn<'a>(&'a AtomicBool);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

impl Sdk {
    /// Enters the handle; `None`, and counted, if another thread is in it.
    pub fn turn(&self) -> Option<Turn<'_>> {
        if self.busy.swap(true, Ordering::SeqCst) {
            SHARED_USES.fetch_add(1, Ordering::SeqCst);
            return None;
        }
        Some(Turn(&self.busy))
    }

    /// Keeps who calls.
    pub fn init(&self, corp: String, secret: String) {
        *self.caller.lock().unwrap_or_else(PoisonError::into_inner) = Some((corp, secret));
    }

    /// Who calls, as query parameters; `None` before [`Sdk::init`].
    pub fn caller(&self) -> Option<String> {
        let caller = self.caller.lock().unwrap_or_else(PoisonError::into_inner);
        let (corp, secret) = caller.as_ref()?;
        let (corp, secret) = (http::hex(corp.as_bytes()), http::hex(secret.as_bytes()));
        Some(format!("corp={corp}&secret={secret}"))
    }
}

/// A new handle.
pub fn new_sdk() -> *mut Sdk {
    SDKS.fetch_add(1, Ordering::SeqCst);
    Box::into_raw(Box::default())
}

/// Frees a handle and writes the ledger.
///
/// # Safety
/// `sdk` is NULL or from [`new_sdk`] and not used again.
pub unsafe fn free_sdk(sdk: *mut Sdk) {
    if sdk.is_null() {
        return;
    }
    // SAFETY: from `Box::into_raw`, and the caller gives it up.
    drop(unsafe { Box::from_raw(sdk) });
    SDKS.fetch_sub(1, Ordering::SeqCst);
    switches::write_ledger(&counts());
}

/// The pointer, or one to a static empty text, as the real accessors answer.
pub fn or_empty(pointer: *mut c_char) -> *mut c_char {
    if pointer.is_null() {
        c"".as_ptr().cast_mut()
    } else {
        pointer
    }
}

/// Moves bytes out to C, with a NUL behind them; gives pointer and length.
fn give(bytes: Vec<u8>) -> (*mut c_char, c_int) {
    let length = c_int::try_from(bytes.len()).unwrap_or(0);
    let mut bytes = bytes;
    bytes.truncate(usize::try_from(length).unwrap_or(0));
    bytes.push(0);
    BUFFERS.fetch_add(1, Ordering::SeqCst);
    let pointer = Box::into_raw(bytes.into_boxed_slice());
    (pointer.cast(), length)
}

/// Takes back what [`give`] gave.
///
/// # Safety
/// Both are what `give` returned, or the pointer is NULL.
unsafe fn take(pointer: *mut c_char, length: c_int) {
    if pointer.is_null() {
        return;
    }
    let length = usize::try_from(length).unwrap_or(0) + 1;
    let whole = ptr::slice_from_raw_parts_mut(pointer.cast::<u8>(), length);
    // SAFETY: `give` made it as a boxed slice of this length.
    drop(unsafe { Box::from_raw(whole) });
    BUFFERS.fetch_sub(1, Ordering::SeqCst);
}

/// Memory of a struct with every byte zero, padding included.
fn zeroed<T>() -> *mut T {
    let layout = Layout::new::<T>();
    // SAFETY: neither struct is of size zero.
    let memory = unsafe { alloc_zeroed(layout) };
    if memory.is_null() {
        handle_alloc_error(layout);
    }
    memory.cast()
}

/// `Slice_t`: 16 bytes, the buffer at 0, the length at 8.
#[repr(C)]
#[derive(Debug)]
pub struct Slice {
    buf: *mut c_char,
    len: c_int,
}

impl Slice {
    pub(crate) fn new() -> *mut Self {
        SLICES.fetch_add(1, Ordering::SeqCst);
        zeroed()
    }

    pub(crate) fn fill(&mut self, bytes: Vec<u8>) {
        // SAFETY: both fields are zero or from `give`; nobody else writes them.
        unsafe { take(self.buf, self.len) };
        (self.buf, self.len) = give(bytes);
    }

    pub(crate) const fn content(&self) -> *mut c_char {
        self.buf
    }

    pub(crate) const fn len(&self) -> c_int {
        self.len
    }

    /// # Safety
    /// `slice` is NULL or from [`Slice::new`] and not used again.
    pub(crate) unsafe fn free(slice: *mut Self) {
        if slice.is_null() {
            return;
        }
        // SAFETY: valid by the caller's promise; the memory is of this layout.
        unsafe {
            take((*slice).buf, (*slice).len);
            dealloc(slice.cast(), Layout::new::<Self>());
        }
        SLICES.fetch_sub(1, Ordering::SeqCst);
    }
}

/// `MediaData_t`: 32 bytes; index at 0 and 8, data at 16 and 24, the end mark at 28.
#[repr(C)]
#[derive(Debug)]
pub struct MediaData {
    outindexbuf: *mut c_char,
    out_len: c_int,
    data: *mut c_char,
    data_len: c_int,
    is_finish: c_int,
}

impl MediaData {
    pub(crate) fn new() -> *mut Self {
        MEDIA.fetch_add(1, Ordering::SeqCst);
        zeroed()
    }

    pub(crate) fn fill(&mut self, index: Vec<u8>, data: Vec<u8>, is_last: bool) {
        // SAFETY: the fields are zero or from `give`; nobody else writes them.
        unsafe {
            take(self.outindexbuf, self.out_len);
            take(self.data, self.data_len);
        }
        (self.outindexbuf, self.out_len) = give(index);
        (self.data, self.data_len) = give(data);
        self.is_finish = c_int::from(is_last);
    }

    pub(crate) const fn index(&self) -> *mut c_char {
        self.outindexbuf
    }

    pub(crate) const fn index_len(&self) -> c_int {
        self.out_len
    }

    pub(crate) const fn data(&self) -> *mut c_char {
        self.data
    }

    pub(crate) const fn data_len(&self) -> c_int {
        self.data_len
    }

    pub(crate) const fn is_finish(&self) -> c_int {
        self.is_finish
    }

    /// # Safety
    /// `media` is NULL or from [`MediaData::new`] and not used again.
    pub(crate) unsafe fn free(media: *mut Self) {
        if media.is_null() {
            return;
        }
        // SAFETY: valid by the caller's promise; the memory is of this layout.
        unsafe {
            take((*media).outindexbuf, (*media).out_len);
            take((*media).data, (*media).data_len);
            dealloc(media.cast(), Layout::new::<Self>());
        }
        MEDIA.fetch_sub(1, Ordering::SeqCst);
    }
}
