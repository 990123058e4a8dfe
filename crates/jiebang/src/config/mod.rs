//! Configuration: defaults, then one file, then `JIEBANG_*` variables; secrets also from files.
//!
//! Invariants:
//! - what is read here is checked here: the rest of the program is given values that are whole;
//! - no error text repeats the value of a secret.

mod error;
mod key;
mod secret;
mod sources;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::value::{Dict, Value};
use jiebang_app::settings::{
    ArchiveLibrary, Configured, Given, MediaPlace, MediaStore, S3, Source,
};
use jiebang_domain::id::CorpId;
use jiebang_store::DatabaseUrl;
use jiebang_wecom::Secret;
use jiebang_wecom::archive::Proxy;

pub use error::ConfigError;
pub use sources::Variables;

/// The commented default configuration: printed by `jiebang config --default`.
pub const DEFAULT_FILE: &str = include_str!("../../../../docs/jiebang.toml");

/// Where the server listens unless told otherwise.
const DEFAULT_LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8470);
const DEFAULT_DIR: &str = "jiebang-data";

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// The configuration in force.
#[derive(Debug, Clone)]
pub struct Config {
    pub listen: SocketAddr,
    pub trust_proxy: bool,
    pub data_dir: PathBuf,
    pub database: DatabaseUrl,
    /// Where the shares of the archive's keys are, apart from the database.
    pub key_store: DatabaseUrl,
    pub master_key_file: PathBuf,
    /// The program that prints the master key, and its arguments; instead of the file.
    pub master_key_command: Option<Vec<String>>,
    /// What is said about WeCom; overrides what is typed into the console.
    pub wecom: Configured,
    pub log_format: LogFormat,
    /// As `tracing_subscriber::EnvFilter` reads it; `None` where nobody said anything.
    pub log_level: Option<String>,
    /// A sandbox's clock to follow: `http://127.0.0.1:PORT/sandbox/clock`.
    pub follow_clock: Option<String>,
    /// The file that was read.
    pub file: Option<PathBuf>,
}

/// Reads the configuration: `named` or the usual file, and the variables of the process.
///
/// # Errors
/// [`ConfigError`], which says what to do.
pub fn load(named: Option<&Path>) -> Result<Config, ConfigError> {
    load_with(named, &std::env::vars_os().collect())
}

fn load_with(named: Option<&Path>, variables: &Variables) -> Result<Config, ConfigError> {
    let file = sources::place(named, variables);
    let said = match &file {
        Some(path) => sources::read_file(path)?,
        None => Dict::new(),
    };
    let said = Said {
        file: said,
        variables: sources::read_variables(variables)?,
    };
    let mut config = interpret(&said)?;
    config.file = file;
    Ok(config)
}

/// What file and environment say, by key.
struct Said {
    file: Dict,
    variables: Dict,
}

impl Said {
    fn find(&self, path: &str) -> Option<(&Value, Source)> {
        let by_variable = lookup(&self.variables, path).map(|value| (value, Source::Env));
        by_variable.or_else(|| lookup(&self.file, path).map(|value| (value, Source::File)))
    }

    /// A text; an empty one counts as not said.
    fn text(&self, path: &str) -> Result<Option<Given<String>>, ConfigError> {
        let Some((value, source)) = self.find(path) else {
            return Ok(None);
        };
        let text = value
            .as_str()
            .ok_or_else(|| wrong(path, "text in quotes", None))?;
        let text = text.trim();
        Ok((!text.is_empty()).then(|| Given::new(text.to_owned(), source)))
    }

    /// A secret, from the key itself or the file that `KEY_file` names.
    fn secret(&self, path: &str) -> Result<Option<Given<String>>, ConfigError> {
        let direct = self.text(path)?;
        let Some(named) = self.text(&format!("{path}_file"))? else {
            return Ok(direct);
        };
        match direct {
            Some(direct) if direct.source == named.source => Err(ConfigError::Both {
                key: path.to_owned(),
            }),
            // The environment overrides the file, whichever way either says it.
            Some(direct) if direct.source == Source::Env => Ok(Some(direct)),
            _ => {
                let key = format!("{path}_file");
                let text = secret::read_secret(&key, Path::new(&named.value))?;
                Ok(Some(Given::new(text, named.source)))
            }
        }
    }
}

fn lookup<'a>(dict: &'a Dict, path: &str) -> Option<&'a Value> {
    let (section, name) = path.split_once('.')?;
    dict.get(section)?.as_dict()?.get(name)
}

fn wrong(key: &str, expected: &'static str, given: Option<&str>) -> ConfigError {
    ConfigError::Value {
        key: key.to_owned(),
        expected,
        given: given.map(str::to_owned),
    }
}

fn interpret(said: &Said) -> Result<Config, ConfigError> {
    let data_dir = said.text("data.dir")?.map_or_else(
        || PathBuf::from(DEFAULT_DIR),
        |dir| PathBuf::from(dir.value),
    );
    let master_key_file = said.text("data.master_key_file")?.map_or_else(
        || data_dir.join("master.key"),
        |file| PathBuf::from(file.value),
    );
    let master_key_command = command(said, "data.master_key_command")?;
    let mut wecom = wecom(said)?;
    wecom.master_key_file = master_key_command
        .is_none()
        .then(|| master_key_file.clone());
    wecom.media = Some(media(said, &data_dir)?);
    let erasures = said.text("data.erasures_file")?.map(|given| given.value);
    wecom.erasures = Some(erasures.map_or_else(|| data_dir.join("erasures.jsonl"), PathBuf::from));
    Ok(Config {
        listen: listen(said)?,
        trust_proxy: flag(said, "server.trust_proxy")?.unwrap_or(false),
        database: database(said, "data.database", &data_dir.join("jiebang.db"))?,
        key_store: database(said, "data.key_store", &data_dir.join("keys.db"))?,
        data_dir,
        master_key_file,
        master_key_command,
        wecom,
        log_format: log_format(said)?,
        log_level: said.text("log.level")?.map(|level| level.value),
        follow_clock: follow_clock(said)?,
        file: None,
    })
}

fn listen(said: &Said) -> Result<SocketAddr, ConfigError> {
    const KEY: &str = "server.listen";
    let Some(text) = said.text(KEY)? else {
        return Ok(DEFAULT_LISTEN);
    };
    let parsed = text.value.parse();
    parsed.map_err(|_| {
        wrong(
            KEY,
            "ADDRESS:PORT, such as 127.0.0.1:8470",
            Some(&text.value),
        )
    })
}

fn flag(said: &Said, key: &str) -> Result<Option<bool>, ConfigError> {
    let Some((value, _)) = said.find(key) else {
        return Ok(None);
    };
    let flag = value.to_bool();
    flag.map(Some)
        .ok_or_else(|| wrong(key, "true or false", None))
}

/// A program with its arguments; an empty list counts as not said.
fn command(said: &Said, key: &str) -> Result<Option<Vec<String>>, ConfigError> {
    let Some((value, _)) = said.find(key) else {
        return Ok(None);
    };
    let words = value.clone().into_array().and_then(|words| {
        let words = words.into_iter().map(Value::into_string);
        words.collect::<Option<Vec<String>>>()
    });
    let words = words.ok_or_else(|| wrong(key, sources::COMMAND, None))?;
    Ok((!words.is_empty()).then_some(words))
}

fn database(said: &Said, key: &'static str, otherwise: &Path) -> Result<DatabaseUrl, ConfigError> {
    let Some(text) = said.secret(key)? else {
        return Ok(DatabaseUrl::sqlite(otherwise));
    };
    let parsed = text.value.parse::<DatabaseUrl>();
    // The address may hold a password: it is not repeated.
    parsed.map_err(|_| {
        wrong(
            key,
            "sqlite:/path/to/file.db or postgres://user@host:5432/name",
            None,
        )
    })
}

fn wecom(said: &Said) -> Result<Configured, ConfigError> {
    let secret = |key: &str| -> Result<Option<Given<Secret>>, ConfigError> {
        let given = said.secret(key)?;
        Ok(given.map(|given| Given::new(Secret::new(given.value), given.source)))
    };
    Ok(Configured {
        base_url: url(said, "wecom.base_url")?,
        corp_id: corp_id(said)?,
        agent_id: agent_id(said)?,
        app_secret: secret("wecom.app_secret")?,
        contacts_secret: secret("wecom.contacts_secret")?,
        archive_secret: secret("wecom.archive_secret")?,
        archive_library: archive_library(said)?,
        callback_token: secret("wecom.callback_token")?,
        callback_aes_key: secret("wecom.callback_aes_key")?,
        public_url: url(said, "server.public_url")?,
        region_group: said.text("wecom.region_group")?,
        media: None,
        erasures: None,
        master_key_file: None,
    })
}

fn archive_library(said: &Said) -> Result<Option<ArchiveLibrary>, ConfigError> {
    const PROXY: &str = "wecom.archive_proxy";
    const SCHEMES: [&str; 3] = ["http://", "socks5://", "socks5h://"];
    let password = said.secret("wecom.archive_proxy_password")?;
    let password = password.map_or_else(String::new, |given| given.value);
    let proxy = match said.text(PROXY)?.map(|given| given.value) {
        None if password.is_empty() => None,
        Some(address)
            if SCHEMES.iter().any(|scheme| address.starts_with(scheme))
                && !address.contains('@') =>
        {
            Some(Proxy {
                address,
                password: Secret::new(password),
            })
        }
        // Not repeated: a password may stand in it.
        _ => {
            let expected = "an address such as http://10.0.0.1:3128 or socks5://10.0.0.1:1080";
            return Err(wrong(PROXY, expected, None));
        }
    };
    let library = said.text("wecom.archive_library")?;
    Ok(library.map(|path| ArchiveLibrary {
        proxy,
        ..ArchiveLibrary::new(PathBuf::from(path.value))
    }))
}

fn media(said: &Said, data_dir: &Path) -> Result<MediaPlace, ConfigError> {
    let text = |key: &str| Ok(said.text(key)?.map(|given| given.value));
    let store = match text("media.s3_bucket")? {
        None => MediaStore::Folder(
            text("media.dir")?.map_or_else(|| data_dir.join("media"), PathBuf::from),
        ),
        Some(bucket) => {
            let needed = |key: &'static str, given: Option<String>| {
                given.ok_or_else(|| wrong(key, "set where media.s3_bucket is", None))
            };
            let secret = said.secret("media.s3_secret_key")?.map(|given| given.value);
            let secret = needed("media.s3_secret_key", secret)?;
            MediaStore::S3(S3 {
                bucket,
                region: text("media.s3_region")?.unwrap_or_else(|| "us-east-1".to_owned()),
                endpoint: url(said, "media.s3_endpoint")?.map(|given| given.value),
                access_key: needed("media.s3_access_key", text("media.s3_access_key")?)?,
                secret_key: Secret::new(secret),
                path_style: flag(said, "media.s3_path_style")?.unwrap_or(true),
            })
        }
    };
    Ok(MediaPlace {
        store,
        parts: data_dir.join("media-parts"),
    })
}

fn corp_id(said: &Said) -> Result<Option<Given<CorpId>>, ConfigError> {
    const KEY: &str = "wecom.corp_id";
    let Some(text) = said.text(KEY)? else {
        return Ok(None);
    };
    let parsed = CorpId::parse(text.value.clone());
    let id = parsed.map_err(|_| wrong(KEY, "a corp id such as ww0123…", Some(&text.value)))?;
    Ok(Some(Given::new(id, text.source)))
}

fn agent_id(said: &Said) -> Result<Option<Given<i64>>, ConfigError> {
    const KEY: &str = "wecom.agent_id";
    let Some((value, source)) = said.find(KEY) else {
        return Ok(None);
    };
    let number = value
        .to_i128()
        .and_then(|number| i64::try_from(number).ok());
    match number {
        // What the commented default says for "not set".
        Some(0) => Ok(None),
        Some(number) if number > 0 => Ok(Some(Given::new(number, source))),
        _ => Err(wrong(
            KEY,
            "the whole number that WeCom shows as AgentId",
            None,
        )),
    }
}

fn url(said: &Said, key: &'static str) -> Result<Option<Given<String>>, ConfigError> {
    let Some(text) = said.text(key)? else {
        return Ok(None);
    };
    let parsed = reqwest::Url::parse(&text.value).ok();
    let fits = parsed.is_some_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
    });
    if fits {
        Ok(Some(text))
    } else {
        Err(wrong(
            key,
            "an address such as https://crm.example.com",
            Some(&text.value),
        ))
    }
}

fn log_format(said: &Said) -> Result<LogFormat, ConfigError> {
    const KEY: &str = "log.format";
    let text = said.text(KEY)?.map(|given| given.value);
    match text.as_deref() {
        None | Some("text") => Ok(LogFormat::Text),
        Some("json") => Ok(LogFormat::Json),
        Some(other) => Err(wrong(KEY, "\"text\" or \"json\"", Some(other))),
    }
}

/// Only a clock on this machine is believed: whoever moves it moves every deadline.
fn follow_clock(said: &Said) -> Result<Option<String>, ConfigError> {
    const KEY: &str = "clock.follow";
    let Some(text) = said.text(KEY)? else {
        return Ok(None);
    };
    let url = reqwest::Url::parse(&text.value).ok();
    let host = url.as_ref().and_then(reqwest::Url::host_str);
    let is_local = host.is_some_and(|host| {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        bare.parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
    });
    if is_local {
        Ok(Some(text.value))
    } else {
        let expected = "a sandbox's clock on this machine, http://127.0.0.1:PORT/sandbox/clock";
        Err(wrong(KEY, expected, Some(&text.value)))
    }
}

#[cfg(test)]
mod tests;
