//! A child that cannot start is told in words an operator can act on.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jiebang_wecom::archive::{ArchiveSdk, Death, LibraryProblem, SdkCall, SdkConfig, SdkError};

use super::{Station, standin};

async fn problem(config: SdkConfig) -> LibraryProblem {
    match ArchiveSdk::new(config).unwrap().page(0, 1).await {
        Err(SdkError::Library(problem)) => problem,
        other => panic!("{other:?}"),
    }
}

/// A shared library of this system that is not WeCom's: the C library itself.
fn another_library() -> PathBuf {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let path = maps
        .lines()
        .filter_map(|line| line.split_whitespace().nth(5))
        .find(|path| path.contains("libc.so") || path.contains("libc-"));
    PathBuf::from(path.expect("this test runs on a C library"))
}

#[tokio::test]
async fn what_is_wrong_with_the_file_is_named() {
    let station = Station::new().await;
    let dir = tempfile::tempdir().unwrap();
    let with = |path: &Path| {
        let mut config = station.config();
        config.library = path.to_owned();
        config
    };
    let missing = dir.path().join("missing.so");
    assert_eq!(
        problem(with(&missing)).await,
        LibraryProblem::NotFound(missing.clone())
    );
    let text = dir.path().join("text.so");
    std::fs::write(&text, "INPUT ( /lib/libother.so ) \n".repeat(9)).unwrap();
    assert_eq!(problem(with(&text)).await, LibraryProblem::NotALibrary);
    let foreign = dir.path().join("foreign.so");
    let mut bytes = std::fs::read(standin()).unwrap();
    bytes[18] = 0xf7;
    std::fs::write(&foreign, &bytes).unwrap();
    assert!(matches!(
        problem(with(&foreign)).await,
        LibraryProblem::ForeignArchitecture { .. }
    ));
    let cut = dir.path().join("cut.so");
    let whole = std::fs::read(standin()).unwrap();
    std::fs::write(&cut, &whole[..4_096]).unwrap();
    assert_eq!(problem(with(&cut)).await, LibraryProblem::CutShort);
    assert_eq!(
        problem(with(&another_library())).await,
        LibraryProblem::MissingSymbol("NewSdk".into())
    );
}

#[tokio::test]
async fn a_check_loads_the_library_and_tells_which_file_it_is() {
    let station = Station::new().await;
    let sdk = station.sdk();
    let file = sdk.check().await.unwrap();
    let bytes = std::fs::metadata(standin()).unwrap().len();
    assert_eq!((file.bytes, file.build), (bytes, None));
    assert_eq!(file.md5.len(), 32);
    assert_eq!(sdk.health().starts, 1);
    let mut config = station.config();
    config.library = PathBuf::from("/nowhere/lib.so");
    let missing = ArchiveSdk::new(config).unwrap().check().await;
    assert!(matches!(
        missing,
        Err(SdkError::Library(LibraryProblem::NotFound(_)))
    ));
}

#[tokio::test]
async fn a_program_that_is_no_child_is_found_out() {
    let station = Station::new().await;
    let shell = |script: &str| {
        let mut config = station.config();
        config.program = PathBuf::from("/bin/sh");
        config.arguments = vec!["-c".into(), script.into()];
        config.patience.start = Duration::from_secs(3);
        ArchiveSdk::new(config).unwrap()
    };
    let death = async |script: &str| match shell(script).page(0, 1).await {
        Err(SdkError::Died {
            call: SdkCall::Start,
            death,
        }) => death,
        other => panic!("{script}: {other:?}"),
    };
    assert_eq!(death("exit 3").await, Death::Exit(3));
    assert_eq!(
        death("exec sleep 60").await,
        Death::Hung(Duration::from_secs(3))
    );
    assert_eq!(death("echo nonsense; exec sleep 60").await, Death::Garbage);
    assert_eq!(
        death(r"printf '\002\000\000\000\143\143'; exec sleep 60").await,
        Death::Garbage
    );
    assert_eq!(
        death(r"printf '\377\377\377\377'; exec sleep 60").await,
        Death::Garbage
    );
    let mut config = station.config();
    config.program = PathBuf::from("/nowhere/jiebang");
    let sdk = ArchiveSdk::new(config).unwrap();
    assert!(matches!(sdk.page(0, 1).await, Err(SdkError::Spawn(_))));
    assert!(matches!(sdk.open(&[]).await, Ok(none) if none.is_empty()));
}

fn frame(payload: &[u8]) -> Vec<u8> {
    let mut frame = u32::try_from(payload.len()).unwrap().to_le_bytes().to_vec();
    frame.extend_from_slice(payload);
    frame
}

fn field(text: &str) -> Vec<u8> {
    let mut field = (text.len() as u64).to_le_bytes().to_vec();
    field.extend_from_slice(text.as_bytes());
    field
}

#[test]
fn a_child_whose_parent_is_gone_ends_even_while_the_library_hangs() {
    // Accepts and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let mut child = Command::new(env!("CARGO_BIN_EXE_archive-sdk-child"))
        .env("WECOM_SDK_STANDIN_URL", url)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let library = standin();
    let start = [
        vec![0],
        field(library.to_str().unwrap()),
        vec![1],
        field("ww1"),
        field("secret"),
        field(""),
        field(""),
    ];
    input.write_all(&frame(&start.concat())).unwrap();
    let mut started = [0; 5];
    let mut output = child.stdout.take().unwrap();
    output.read_exact(&mut started).unwrap();
    assert_eq!(started, [1, 0, 0, 0, 0]);
    let page = [
        vec![1],
        0_u64.to_le_bytes().to_vec(),
        10_u64.to_le_bytes().to_vec(),
        600_i32.to_le_bytes().to_vec(),
    ];
    input.write_all(&frame(&page.concat())).unwrap();
    let _waiting = silent.accept().unwrap();
    drop(input);
    let start = Instant::now();
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(1), "it did not end in peace");
    assert!(start.elapsed() < Duration::from_secs(10));
}
