//! The program as the child of its own archive connector.

use std::path::PathBuf;

use jiebang_domain::id::CorpId;
use jiebang_wecom::Secret;
use jiebang_wecom::archive::{ArchiveSdk, CHILD, SdkConfig};
use serde_json::json;
use wecom_sandbox::{Options, Sandbox};
// Named so that its library is built beside this test.
use wecom_sdk_standin as _;

use super::program::{run, stdout};

#[tokio::test]
async fn the_program_holds_the_archive_library_and_does_not_offer_to() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    for (method, path, body) in [
        ("PUT", "archive", json!({ "on": true })),
        ("POST", "archive/keys", json!({ "generate": true })),
        ("POST", "archive/generate", json!({ "messages": 12 })),
    ] {
        let (status, answer) = sandbox.control(method, path, body).await;
        assert_eq!(status, 200, "{answer}");
    }
    let info = sandbox.info();
    let test = std::env::current_exe().unwrap();
    let library = test.parent().unwrap().join("libwecom_sdk_standin.so");
    let corp = CorpId::parse(&*info.corp_id).unwrap();
    let secret = Secret::new(&*info.archive_secret);
    let mut config = SdkConfig::of_this_program(library, corp, secret).unwrap();
    config.program = PathBuf::from(env!("CARGO_BIN_EXE_jiebang"));
    let url = ("WECOM_SDK_STANDIN_URL".into(), info.base_url.clone().into());
    config.environment.push(url);
    let sdk = ArchiveSdk::new(config).unwrap();
    sdk.check().await.unwrap();
    let page = sdk.page(0, 1_000).await.unwrap();
    assert_eq!(page.rows.len(), 12);
    assert_eq!(sdk.health().starts, 1);
    sdk.close().await;
    let dir = tempfile::tempdir().unwrap();
    let help = stdout(&run(dir.path(), &["--help"]));
    assert!(help.contains("serve") && !help.contains(CHILD), "{help}");
}
