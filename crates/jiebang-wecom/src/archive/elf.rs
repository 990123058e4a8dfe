//! Looks at a library file before it is loaded, because the loader's own words for a foreign
//! file help nobody.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::error::LibraryProblem;

/// The header of a 64-bit ELF file (System V ABI): class at 4, byte order at 5, type at 16,
/// machine at 18, section table at 40, size and number of its entries at 58 and 60.
const HEAD: usize = 64;

/// Finds out whether this program can load the file at all.
pub(super) fn check(path: &Path) -> Result<(), LibraryProblem> {
    let mut head = [0; HEAD];
    let mut file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => LibraryProblem::NotFound(path.to_owned()),
        _ => LibraryProblem::Unreadable(error.to_string()),
    })?;
    if cfg!(target_env = "musl") {
        return Err(LibraryProblem::Musl);
    }
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    file.read_exact(&mut head)
        .map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => LibraryProblem::NotALibrary,
            _ => LibraryProblem::Unreadable(error.to_string()),
        })?;
    judge(&head)?;
    let length = file
        .metadata()
        .map_err(|error| LibraryProblem::Unreadable(error.to_string()))?
        .len();
    // The loader maps such a file and dies of it. The section table comes last.
    if length < end(&head) {
        return Err(LibraryProblem::CutShort);
    }
    Ok(())
}

/// Where the section table ends.
fn end(head: &[u8; HEAD]) -> u64 {
    let mut offset = [0; 8];
    offset.copy_from_slice(&head[40..48]);
    let entry = u64::from(u16::from_le_bytes([head[58], head[59]]));
    let count = u64::from(u16::from_le_bytes([head[60], head[61]]));
    u64::from_le_bytes(offset).saturating_add(entry * count)
}

fn judge(head: &[u8; HEAD]) -> Result<(), LibraryProblem> {
    let [0x7f, b'E', b'L', b'F', class, order, ..] = *head else {
        return Err(LibraryProblem::NotALibrary);
    };
    // 3: shared object. Other byte orders are another processor's, which is said below.
    if order == 1 && (head[16], head[17]) != (3, 0) {
        return Err(LibraryProblem::NotALibrary);
    }
    let machine = u16::from_le_bytes([head[18], head[19]]);
    let library = match (class, order, machine) {
        (2, 1, 62) => "x86_64",
        (2, 1, 183) => "aarch64",
        (1, 1, 3) => "x86 (32 bits)",
        (1, 1, 40) => "arm (32 bits)",
        _ => "another processor",
    };
    if library == std::env::consts::ARCH {
        return Ok(());
    }
    Err(LibraryProblem::ForeignArchitecture {
        library: library.to_owned(),
        program: std::env::consts::ARCH.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(class: u8, machine: u8) -> [u8; HEAD] {
        let mut head = [0; HEAD];
        head[..6].copy_from_slice(&[0x7f, b'E', b'L', b'F', class, 1]);
        head[16] = 3;
        head[18] = machine;
        head
    }

    #[test]
    fn a_library_for_another_processor_is_named_as_such() {
        let own = if cfg!(target_arch = "x86_64") {
            62
        } else {
            183
        };
        assert_eq!(judge(&head(2, own)), Ok(()));
        let Err(LibraryProblem::ForeignArchitecture { library, .. }) = judge(&head(1, 3)) else {
            panic!("a 32-bit library was taken");
        };
        assert_eq!(library, "x86 (32 bits)");
        let mut program = head(2, own);
        program[16] = 1;
        assert_eq!(judge(&program), Err(LibraryProblem::NotALibrary));
        assert_eq!(judge(&[b'#'; HEAD]), Err(LibraryProblem::NotALibrary));
    }
}
