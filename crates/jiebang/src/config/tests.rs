use std::os::unix::fs::PermissionsExt;

use super::*;

fn variables(pairs: &[(&str, &str)]) -> Variables {
    pairs
        .iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

/// The configuration of this file and these variables.
fn loaded(file: &str, pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("jiebang.toml");
    std::fs::write(&path, file).unwrap();
    load_with(Some(&path), &variables(pairs))
}

fn refusal(file: &str, pairs: &[(&str, &str)]) -> String {
    loaded(file, pairs).unwrap_err().to_string()
}

fn secret_file(mode: u32, content: &str) -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("secret");
    std::fs::write(&path, content).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    let text = path.to_str().unwrap().to_owned();
    (dir, text)
}

#[test]
fn the_default_file_says_what_the_program_does_without_a_file() {
    let said = loaded(DEFAULT_FILE, &[]).unwrap();
    let unsaid = load_with(Some(Path::new("/dev/null")), &Variables::new()).unwrap();
    let shown = |config: &Config| {
        let mut config = config.clone();
        config.file = None;
        config.wecom.base_url = None;
        config.wecom.region_group = None;
        config.log_level = None;
        format!("{config:?}")
    };
    assert_eq!(shown(&said), shown(&unsaid));
}

#[test]
fn the_default_file_names_every_key() {
    for key in key::KEYS {
        let name = key.path.split('.').nth(1).unwrap();
        let line = |line: &str| line.trim_start_matches(['#', ' ']).starts_with(name);
        assert!(DEFAULT_FILE.lines().any(line), "{} is missing", key.path);
    }
}

#[test]
fn the_environment_overrides_the_file() {
    let config = loaded(
        "[wecom]\ncorp_id = \"wwfile\"\nagent_id = 5\n[server]\nlisten = \"127.0.0.1:1\"\n",
        &[
            ("JIEBANG_WECOM__CORP_ID", "ww123"),
            ("JIEBANG_TEST_POSTGRES", "x"),
        ],
    )
    .unwrap();
    let corp = config.wecom.corp_id.unwrap();
    assert_eq!((corp.value.as_str(), corp.source), ("ww123", Source::Env));
    let agent = config.wecom.agent_id.unwrap();
    assert_eq!((agent.value, agent.source), (5, Source::File));
}

#[test]
fn an_unknown_key_is_an_error_that_names_the_nearest_known_one() {
    let text = refusal("[wecom]\ncorpid = \"ww1\"\n", &[]);
    assert!(text.contains("did you mean wecom.corp_id?"), "{text}");
    let text = refusal("[wcom]\ncorp_id = \"ww1\"\n", &[]);
    assert!(text.contains("did you mean wecom"), "{text}");
    let text = refusal("listen = \"127.0.0.1:1\"\n", &[]);
    assert!(text.contains("did you mean server.listen?"), "{text}");
    let text = refusal("", &[("JIEBANG_WECOM_CORP_ID", "ww1")]);
    assert!(
        text.contains("did you mean JIEBANG_WECOM__CORP_ID?"),
        "{text}"
    );
}

#[test]
fn a_wrong_value_says_what_is_expected() {
    for (file, expected) in [
        ("[server]\nlisten = \"8080\"\n", "ADDRESS:PORT"),
        ("[server]\nlisten = 8080\n", "text in quotes"),
        (
            "[server]\npublic_url = \"crm\"\n",
            "https://crm.example.com",
        ),
        ("[wecom]\nagent_id = \"five\"\n", "AgentId"),
        ("[log]\nformat = \"xml\"\n", "\"text\" or \"json\""),
        (
            "[data]\ndatabase = \"mysql://x:geheim@y\"\n",
            "sqlite:/path",
        ),
        (
            "[clock]\nfollow = \"http://10.0.0.1/sandbox/clock\"\n",
            "127.0.0.1",
        ),
        (
            "[wecom]\narchive_proxy = \"http://me:geheim@10.0.0.1:3128\"\n",
            "socks5://",
        ),
        (
            "[wecom]\narchive_proxy_password = \"me:geheim\"\n",
            "archive_proxy",
        ),
        ("[server\n", "not a valid configuration"),
    ] {
        let text = refusal(file, &[]);
        assert!(text.contains(expected), "{file}: {text}");
        assert!(!text.contains("geheim"), "{text}");
    }
    let text = refusal("", &[("JIEBANG_WECOM__AGENT_ID", "five")]);
    assert!(text.contains("a whole number"), "{text}");
}

#[test]
fn a_secret_comes_from_a_file_only_its_owner_reads() {
    let (_kept, path) = secret_file(0o600, "  s3cret\n");
    let pairs = [("JIEBANG_WECOM__APP_SECRET_FILE", path.as_str())];
    assert!(loaded("", &pairs).unwrap().wecom.app_secret.is_some());

    let (_kept, open) = secret_file(0o644, "s3cret");
    let text = refusal("", &[("JIEBANG_WECOM__APP_SECRET_FILE", open.as_str())]);
    assert!(text.contains("chmod 600"), "{text}");
    let text = refusal("", &[("JIEBANG_WECOM__APP_SECRET_FILE", "/nowhere/secret")]);
    assert!(text.contains("cannot be read"), "{text}");
    let (_kept, empty) = secret_file(0o600, "\n");
    let text = refusal("", &[("JIEBANG_WECOM__APP_SECRET_FILE", empty.as_str())]);
    assert!(text.contains("one line"), "{text}");
}

#[test]
fn a_secret_said_twice_in_one_place_is_refused() {
    let (_kept, path) = secret_file(0o600, "s3cret");
    let file = format!("[wecom]\napp_secret = \"other\"\napp_secret_file = \"{path}\"\n");
    let text = refusal(&file, &[]);
    assert!(text.contains("both set"), "{text}");
    // The environment wins over the file, whichever way either says it.
    let file = format!("[wecom]\napp_secret_file = \"{path}\"\n");
    let config = loaded(&file, &[("JIEBANG_WECOM__APP_SECRET", "direct")]).unwrap();
    assert_eq!(config.wecom.app_secret.unwrap().source, Source::Env);
}

#[test]
fn a_named_file_that_is_missing_is_an_error() {
    let text = load_with(Some(Path::new("/nowhere/j.toml")), &Variables::new())
        .unwrap_err()
        .to_string();
    assert!(text.contains("cannot be read"), "{text}");
}

#[test]
fn no_value_of_a_secret_shows_in_debug() {
    let config = loaded("[wecom]\napp_secret = \"tiptop\"\n", &[]).unwrap();
    assert!(!format!("{config:?}").contains("tiptop"));
}

#[test]
fn the_library_reaches_wecom_through_the_proxy_that_is_named() {
    let of = |pairs: &[(&str, &str)]| {
        let file = "[wecom]\narchive_library = \"/opt/sdk.so\"\n";
        let library = loaded(file, pairs).unwrap().wecom.archive_library.unwrap();
        library.proxy
    };
    assert!(of(&[]).is_none());
    let proxy = of(&[
        ("JIEBANG_WECOM__ARCHIVE_PROXY", "socks5://10.0.0.1:1080"),
        ("JIEBANG_WECOM__ARCHIVE_PROXY_PASSWORD", "me:geheim"),
    ])
    .unwrap();
    assert_eq!(proxy.address, "socks5://10.0.0.1:1080");
    assert_eq!(proxy.password.expose(), "me:geheim");
    assert!(!format!("{proxy:?}").contains("geheim"));
}
