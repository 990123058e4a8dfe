//! What a test wants to go wrong.

use std::fmt::Write as _;
use std::sync::OnceLock;
use std::time::Duration;

use crate::handle::Counts;

/// A planted fault: the body answers 10008.
pub const REFUSED: u8 = 4;

fn set(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Base URL of the sandbox.
pub fn base_url() -> Option<String> {
    set("WECOM_SDK_STANDIN_URL")
}

/// In which calls of `DecryptData` the process dies.
pub fn crash_every() -> Option<u64> {
    static EVERY: OnceLock<Option<u64>> = OnceLock::new();
    *EVERY.get_or_init(|| {
        let every = set("WECOM_SDK_STANDIN_CRASH_EVERY")?.parse().ok()?;
        (every > 0).then_some(every)
    })
}

/// The largest page that comes through.
pub fn most_rows() -> Option<u32> {
    set("WECOM_SDK_STANDIN_MOST_ROWS")?.parse().ok()
}

/// Whether the last chunk of a file is not told as such, but with an index behind the end that the
/// parser refuses.
pub fn index_behind_end() -> bool {
    set("WECOM_SDK_STANDIN_INDEX_BEHIND_END").is_some()
}

/// Whether a short message is answered instead of ending the process.
pub fn refuses_short() -> bool {
    set("WECOM_SDK_STANDIN_SHORT").is_some_and(|value| value == "refuse")
}

/// The word for a fault planted in a body.
pub const fn planted(fault: u8) -> Option<&'static str> {
    match fault {
        1 => Some("segv"),
        2 => Some("abort"),
        3 => Some("hang"),
        _ => None,
    }
}

/// Dies or hangs, if told so.
pub fn stumble(how: Option<&str>) {
    match how {
        Some("segv") => segv(),
        Some("abort") => std::process::abort(),
        Some("hang") => loop {
            std::thread::sleep(Duration::from_secs(3_600));
        },
        _ => {}
    }
}

/// Writes where nobody may write.
pub fn segv() {
    let nowhere = std::ptr::without_provenance_mut::<u64>(64);
    // SAFETY: none; a segmentation fault is what was asked for. The first page is never mapped.
    unsafe { nowhere.write_volatile(0) };
}

/// Writes the counts to the ledger, if there is one.
pub fn write_ledger(counts: &Counts) {
    let Some(path) = set("WECOM_SDK_STANDIN_LEDGER") else {
        return;
    };
    let mut text = String::new();
    for (name, value) in [
        ("sdks", counts.sdks),
        ("slices", counts.slices),
        ("media", counts.media),
        ("buffers", counts.buffers),
        ("shared_uses", counts.shared_uses),
        ("decrypts", counts.decrypts),
    ] {
        // Writing to a String does not fail.
        let _written = writeln!(text, "{name} {value}");
    }
    // A ledger that cannot be written is missed by the test that wants it.
    let _written = std::fs::write(path, text);
}
