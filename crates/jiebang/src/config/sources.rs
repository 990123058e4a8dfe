//! Where the values come from: the file, then the environment over it.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};

use figment::providers::{Format, Toml};
use figment::value::{Dict, Value};
use figment::{Profile, Provider};

use super::ConfigError;
use super::key::{KEYS, Key, Kind, OTHER_PREFIXES, OTHER_VARIABLES, PREFIX, nearest};

const MAX_FILE: u64 = 1 << 20;

/// Looked for in this order when nobody names a file.
const PLACES: &[&str] = &["jiebang.toml", "/etc/jiebang/jiebang.toml"];

pub type Variables = Vec<(OsString, OsString)>;

/// The file to read, if any: the one named must exist, the usual places need not.
pub fn place(named: Option<&Path>, variables: &Variables) -> Option<PathBuf> {
    let by_variable = || {
        let (_, value) = variables
            .iter()
            .find(|(name, _)| name == "JIEBANG_CONFIG")?;
        (!value.is_empty()).then(|| PathBuf::from(value))
    };
    let usual = || PLACES.iter().map(PathBuf::from).find(|path| path.exists());
    named
        .map(Path::to_path_buf)
        .or_else(by_variable)
        .or_else(usual)
}

pub fn read_file(path: &Path) -> Result<Dict, ConfigError> {
    let unreadable = |source| ConfigError::Read {
        path: path.to_path_buf(),
        source,
    };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut text = String::new();
    let read = file.take(MAX_FILE + 1).read_to_string(&mut text);
    if read.map_err(unreadable)? as u64 > MAX_FILE {
        return Err(ConfigError::TooLarge {
            path: path.to_path_buf(),
        });
    }
    parse_file(&text, &path.display().to_string())
}

/// Parses the text of a configuration file and refuses keys that are not known.
pub fn parse_file(text: &str, origin: &str) -> Result<Dict, ConfigError> {
    let mut profiles = Toml::string(text)
        .data()
        .map_err(|error| ConfigError::Syntax {
            origin: origin.to_owned(),
            message: error.to_string().trim().to_owned(),
        })?;
    let dict = profiles.remove(&Profile::Default).unwrap_or_default();
    for (section, value) in &dict {
        let Some(entries) = value.as_dict() else {
            return Err(unknown(section, origin));
        };
        if !KEYS.iter().any(|key| section_of(key) == section) {
            return Err(unknown(section, origin));
        }
        for name in entries.keys() {
            let path = format!("{section}.{name}");
            if Key::find(&path).is_none() {
                return Err(unknown(&path, origin));
            }
        }
    }
    Ok(dict)
}

fn section_of(key: &Key) -> &'static str {
    key.path.split('.').next().unwrap_or_default()
}

fn unknown(path: &str, origin: &str) -> ConfigError {
    let known = KEYS.iter().map(|key| key.path);
    let nearest = if path.contains('.') {
        // A section that exists narrows the guess to its keys.
        let section = path.split('.').next().unwrap_or_default();
        let own = KEYS.iter().filter(|key| section_of(key) == section);
        nearest(path, own.map(|key| key.path)).or_else(|| nearest(path, known))
    } else {
        let sections = KEYS.iter().map(section_of);
        let names = KEYS
            .iter()
            .filter(|key| key.path.split('.').nth(1) == Some(path));
        names
            .map(|key| key.path)
            .next()
            .or_else(|| nearest(path, sections.chain(known)))
    };
    ConfigError::UnknownKey {
        key: path.to_owned(),
        origin: origin.to_owned(),
        nearest: nearest.map(str::to_owned),
    }
}

/// The variables `JIEBANG_SECTION__NAME`, as the file would say them.
pub fn read_variables(variables: &Variables) -> Result<Dict, ConfigError> {
    let mut dict = Dict::new();
    for (name, value) in variables {
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else {
            continue;
        };
        if OTHER_VARIABLES.contains(&name) || OTHER_PREFIXES.iter().any(|p| name.starts_with(p)) {
            continue;
        }
        let Some(key) = KEYS.iter().find(|key| key.variable() == name) else {
            let known: Vec<String> = KEYS.iter().map(|key| key.variable()).collect();
            return Err(ConfigError::UnknownKey {
                key: name.to_owned(),
                origin: "the environment".to_owned(),
                nearest: nearest(name, known.iter().map(String::as_str)).map(str::to_owned),
            });
        };
        let text = value.to_str().map(str::trim);
        if text == Some("") {
            continue;
        }
        let value = text
            .and_then(|text| value_of(key.kind, text))
            .ok_or_else(|| ConfigError::Value {
                key: name.to_owned(),
                expected: match key.kind {
                    Kind::Text => "text in UTF-8",
                    Kind::Number => "a whole number",
                    Kind::Flag => "true or false",
                    Kind::Command => COMMAND,
                },
                given: None,
            })?;
        insert(&mut dict, key.path, value);
    }
    Ok(dict)
}

/// What a command looks like.
pub const COMMAND: &str = r#"a list of texts, such as ["/usr/bin/program", "argument"]"#;

fn value_of(kind: Kind, text: &str) -> Option<Value> {
    Some(match kind {
        Kind::Text => Value::from(text),
        Kind::Number => Value::from(text.parse::<i64>().ok()?),
        Kind::Flag => Value::from(text.parse::<bool>().ok()?),
        Kind::Command => Value::from(serde_json::from_str::<Vec<String>>(text).ok()?),
    })
}

fn insert(dict: &mut Dict, path: &str, value: Value) {
    let Some((section, name)) = path.split_once('.') else {
        return;
    };
    let entry = dict
        .entry(section.to_owned())
        .or_insert_with(|| Value::from(Dict::new()));
    if let Value::Dict(_, entries) = entry {
        entries.insert(name.to_owned(), value);
    }
}
