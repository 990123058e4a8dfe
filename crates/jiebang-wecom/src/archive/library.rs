//! The library itself: its 17 functions and the handles it gives out. Used in the child process
//! only.
//!
//! Invariants:
//! - a library is never unloaded: it leaves threads, exit handlers and unique symbols behind;
//! - every handle, slice and chunk is freed by the guard that made it, on every path;
//! - a [`Handle`] is used by one thread at a time (`&mut self`, not `Sync`).

use std::ffi::{CStr, CString, c_char, c_int, c_uint, c_ulonglong, c_void};
use std::path::Path;

use libloading::os::unix::{Library as Loaded, RTLD_LOCAL, RTLD_NOW};

use super::call::{Locked, Unfit};
use super::elf;
use super::error::{LibraryProblem, ReturnCode};
use crate::secret::Secret;

/// Bad argument, as the library tells it.
const ARGUMENT: ReturnCode = ReturnCode(10_000);

macro_rules! symbols {
    ($($field:ident = $name:literal: fn($($argument:ty),*) $(-> $result:ty)?;)*) => {
        /// The functions a library must have.
        pub const SYMBOLS: &[&str] = &[$($name),*];

        struct Table {
            $($field: unsafe extern "C" fn($($argument),*) $(-> $result)?,)*
        }

        impl Table {
            /// # Safety
            /// The functions of these names have these types.
            unsafe fn resolve(library: &Loaded) -> Result<Self, LibraryProblem> {
                Ok(Self {
                    $($field: {
                        // SAFETY: promised by the caller.
                        let found = unsafe {
                            library.get::<unsafe extern "C" fn($($argument),*) $(-> $result)?>($name)
                        };
                        match found {
                            Ok(symbol) => *symbol,
                            Err(_) => return Err(LibraryProblem::MissingSymbol($name.to_owned())),
                        }
                    },)*
                })
            }
        }
    };
}

type Sdk = *mut c_void;
type Slice = *mut c_void;
type Media = *mut c_void;
type Text = *const c_char;

symbols! {
    new_sdk = "NewSdk": fn() -> Sdk;
    init = "Init": fn(Sdk, Text, Text) -> c_int;
    get_chat_data = "GetChatData": fn(Sdk, c_ulonglong, c_uint, Text, Text, c_int, Slice) -> c_int;
    decrypt_data = "DecryptData": fn(Text, Text, Slice) -> c_int;
    get_media_data = "GetMediaData": fn(Sdk, Text, Text, Text, Text, c_int, Media) -> c_int;
    destroy_sdk = "DestroySdk": fn(Sdk);
    new_slice = "NewSlice": fn() -> Slice;
    free_slice = "FreeSlice": fn(Slice);
    get_content_from_slice = "GetContentFromSlice": fn(Slice) -> *const c_char;
    get_slice_len = "GetSliceLen": fn(Slice) -> c_int;
    new_media_data = "NewMediaData": fn() -> Media;
    free_media_data = "FreeMediaData": fn(Media);
    get_out_index_buf = "GetOutIndexBuf": fn(Media) -> *const c_char;
    get_data = "GetData": fn(Media) -> *const c_char;
    get_index_len = "GetIndexLen": fn(Media) -> c_int;
    get_data_len = "GetDataLen": fn(Media) -> c_int;
    is_media_data_finish = "IsMediaDataFinish": fn(Media) -> c_int;
}

/// A loaded library.
pub struct Library {
    table: Table,
}

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Library").finish_non_exhaustive()
    }
}

/// Address and password of a proxy, empty for none.
pub(super) struct Route {
    pub proxy: CString,
    pub password: CString,
    /// Seconds; the library takes 0 and less for "without end".
    pub timeout: c_int,
}

/// A part of a file as the library gave it.
pub struct RawChunk {
    pub data: Vec<u8>,
    pub index: Vec<u8>,
    pub is_last: bool,
}

/// Copies what an accessor pair tells; nothing for a NULL or a negative length.
///
/// # Safety
/// `start` is NULL or points to at least `length` bytes.
unsafe fn copied(start: *const c_char, length: c_int) -> Vec<u8> {
    let length = usize::try_from(length).unwrap_or(0);
    if start.is_null() || length == 0 {
        return Vec::new();
    }
    // SAFETY: promised by the caller.
    unsafe { std::slice::from_raw_parts(start.cast::<u8>(), length) }.to_vec()
}

/// A slice of the library, freed when dropped.
struct SliceGuard<'a>(&'a Table, Slice);

impl<'a> SliceGuard<'a> {
    fn new(table: &'a Table) -> Self {
        // SAFETY: takes nothing.
        Self(table, unsafe { (table.new_slice)() })
    }

    fn content(&self) -> Vec<u8> {
        // SAFETY: the slice lives, and the accessors belong together.
        unsafe {
            let start = (self.0.get_content_from_slice)(self.1);
            copied(start, (self.0.get_slice_len)(self.1))
        }
    }
}

impl Drop for SliceGuard<'_> {
    fn drop(&mut self) {
        // SAFETY: made by `new_slice`, dropped once.
        unsafe { (self.0.free_slice)(self.1) };
    }
}

/// A chunk of the library, freed when dropped.
struct MediaGuard<'a>(&'a Table, Media);

impl<'a> MediaGuard<'a> {
    fn new(table: &'a Table) -> Self {
        // SAFETY: takes nothing.
        Self(table, unsafe { (table.new_media_data)() })
    }

    fn chunk(&self) -> RawChunk {
        let Self(table, media) = *self;
        // SAFETY: the chunk lives, and the accessors belong together.
        unsafe {
            RawChunk {
                data: copied((table.get_data)(media), (table.get_data_len)(media)),
                index: copied(
                    (table.get_out_index_buf)(media),
                    (table.get_index_len)(media),
                ),
                is_last: (table.is_media_data_finish)(media) == 1,
            }
        }
    }
}

impl Drop for MediaGuard<'_> {
    fn drop(&mut self) {
        // SAFETY: made by `new_media_data`, dropped once.
        unsafe { (self.0.free_media_data)(self.1) };
    }
}

fn returned(code: c_int) -> Result<(), ReturnCode> {
    if code == 0 {
        Ok(())
    } else {
        Err(ReturnCode(code))
    }
}

impl Library {
    /// Loads a library for as long as the process lives.
    ///
    /// # Errors
    /// What is wrong with the file, in words for an operator.
    pub fn load(path: &Path) -> Result<&'static Self, LibraryProblem> {
        elf::check(path)?;
        // A name without a slash would be searched for elsewhere.
        let path = std::path::absolute(path)
            .map_err(|error| LibraryProblem::Unreadable(error.to_string()))?;
        // SAFETY: loading runs the library's own initialisers. The operator chose the file, and
        // the process holds nothing but this.
        let loaded = unsafe { Loaded::open(Some(&path), RTLD_NOW | RTLD_LOCAL) }
            .map_err(|error| LibraryProblem::Load(error.to_string()))?;
        // SAFETY: the types are those of WeCom's header (section 1.1 of the reference).
        let table = unsafe { Table::resolve(&loaded) };
        // Never unloaded, not even if it is not the library that was expected.
        std::mem::forget(loaded);
        Ok(Box::leak(Box::new(Self { table: table? })))
    }

    /// Opens a body. The inner error is the library's, the outer one the guard's.
    ///
    /// # Errors
    /// [`Unfit`] if the library was not called.
    pub fn decrypt(&self, locked: Locked<'_>) -> Result<Result<Vec<u8>, ReturnCode>, Unfit> {
        locked.check()?;
        let key = CString::new(locked.key).map_err(|_nul| Unfit::Key)?;
        let message = CString::new(locked.message).map_err(|_nul| Unfit::Nul)?;
        let out = SliceGuard::new(&self.table);
        // SAFETY: both texts end with NUL and outlive the call, the slice is fresh, and the
        // message is long enough not to throw.
        let code = unsafe { (self.table.decrypt_data)(key.as_ptr(), message.as_ptr(), out.1) };
        // The key must not lie about in freed memory.
        zeroize::Zeroize::zeroize(&mut key.into_bytes());
        Ok(returned(code).map(|()| out.content()))
    }
}

/// An initialised handle, destroyed when dropped. One thread uses it at a time.
pub struct Handle {
    library: &'static Library,
    sdk: Sdk,
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

impl Handle {
    /// `NewSdk` and `Init`. Does not call the platform, so a wrong secret is not found out.
    ///
    /// # Errors
    /// What `Init` returned; 10000 for an empty text or a NUL.
    pub fn new(library: &'static Library, corp: &str, secret: &Secret) -> Result<Self, ReturnCode> {
        let corp = CString::new(corp).map_err(|_nul| ARGUMENT)?;
        let secret = CString::new(secret.expose()).map_err(|_nul| ARGUMENT)?;
        let sdk = Self {
            library,
            // SAFETY: takes nothing.
            sdk: unsafe { (library.table.new_sdk)() },
        };
        // SAFETY: the handle is fresh; both texts end with NUL and outlive the call.
        let code = unsafe { (library.table.init)(sdk.sdk, corp.as_ptr(), secret.as_ptr()) };
        zeroize::Zeroize::zeroize(&mut secret.into_bytes());
        returned(code).map(|()| sdk)
    }

    /// The rows behind `seq` as the library's JSON.
    pub(super) fn chat_data(
        &mut self,
        seq: u64,
        limit: u32,
        route: &Route,
    ) -> Result<Vec<u8>, ReturnCode> {
        if !(1..=1_000).contains(&limit) || route.timeout <= 0 {
            return Err(ARGUMENT);
        }
        let table = &self.library.table;
        let out = SliceGuard::new(table);
        // SAFETY: the handle lives, the texts end with NUL, the slice is fresh.
        let code = unsafe {
            (table.get_chat_data)(
                self.sdk,
                seq,
                limit,
                route.proxy.as_ptr(),
                route.password.as_ptr(),
                route.timeout,
                out.1,
            )
        };
        returned(code).map(|()| out.content())
    }

    /// The part of a file at an index; an empty index is its start.
    pub(super) fn media(
        &mut self,
        file: &CStr,
        index: &CStr,
        route: &Route,
    ) -> Result<RawChunk, ReturnCode> {
        if file.is_empty() || route.timeout <= 0 {
            return Err(ARGUMENT);
        }
        let table = &self.library.table;
        // A fresh one for every part, so that the index of the last one is never read while it
        // is written.
        let out = MediaGuard::new(table);
        // SAFETY: the handle lives, the texts end with NUL, the chunk is fresh.
        let code = unsafe {
            (table.get_media_data)(
                self.sdk,
                index.as_ptr(),
                file.as_ptr(),
                route.proxy.as_ptr(),
                route.password.as_ptr(),
                route.timeout,
                out.1,
            )
        };
        returned(code).map(|()| out.chunk())
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: made by `new_sdk`, dropped once, and no call runs: they take `&mut self`.
        unsafe { (self.library.table.destroy_sdk)(self.sdk) };
    }
}
