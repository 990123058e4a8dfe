//! What the configuration file and the environment say; the binary fills it in.

use std::ffi::OsString;
use std::path::PathBuf;

use jiebang_domain::id::CorpId;
use jiebang_wecom::Secret;
use jiebang_wecom::archive::Proxy;
use serde::Serialize;

use super::Field;

/// Where a setting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    File,
    Env,
    Console,
}

/// A value and where it was said.
#[derive(Debug, Clone)]
pub struct Given<T> {
    pub value: T,
    pub source: Source,
}

impl<T> Given<T> {
    pub const fn new(value: T, source: Source) -> Self {
        Self { value, source }
    }
}

/// The archive's C library and who loads it.
#[derive(Debug, Clone)]
pub struct ArchiveLibrary {
    /// The file, got from WeCom by the operator.
    pub path: PathBuf,
    /// The program that is started to load it; `None`: this one.
    pub child: Option<PathBuf>,
    /// More environment for that program.
    pub environment: Vec<(OsString, OsString)>,
    /// Between the library and WeCom.
    pub proxy: Option<Proxy>,
}

impl ArchiveLibrary {
    #[must_use]
    pub const fn new(path: PathBuf) -> Self {
        Self {
            path,
            child: None,
            environment: Vec::new(),
            proxy: None,
        }
    }
}

/// Where the archive's files are kept, and the folder for those that are coming in.
#[derive(Debug, Clone)]
pub struct MediaPlace {
    pub store: MediaStore,
    pub parts: PathBuf,
}

#[derive(Debug, Clone)]
pub enum MediaStore {
    Folder(PathBuf),
    S3(S3),
}

/// S3-compatible storage.
#[derive(Debug, Clone)]
pub struct S3 {
    pub bucket: String,
    pub region: String,
    /// Of another provider than AWS.
    pub endpoint: Option<String>,
    pub access_key: String,
    pub secret_key: Secret,
    /// The bucket in the path instead of in the host's name.
    pub path_style: bool,
}

/// Overrides of what was typed into the console. Everything may be absent.
#[derive(Debug, Clone, Default)]
pub struct Configured {
    pub base_url: Option<Given<String>>,
    pub corp_id: Option<Given<CorpId>>,
    pub agent_id: Option<Given<i64>>,
    pub app_secret: Option<Given<Secret>>,
    pub contacts_secret: Option<Given<Secret>>,
    pub callback_token: Option<Given<Secret>>,
    pub callback_aes_key: Option<Given<Secret>>,
    pub public_url: Option<Given<String>>,
    pub region_group: Option<Given<String>>,
    pub archive_secret: Option<Given<Secret>>,
    /// Only here: whoever can name a file to be loaded can run programs on this machine.
    pub archive_library: Option<ArchiveLibrary>,
    /// Where the archive's files are kept; without it none are fetched.
    pub media: Option<MediaPlace>,
    /// The list of erasures, applied to whatever database is there: kept apart from its backups.
    pub erasures: Option<PathBuf>,
    /// Looked at by the doctor: only its owner may read it.
    pub master_key_file: Option<PathBuf>,
}

impl Configured {
    /// Where a field was said, if it was.
    #[must_use]
    pub fn source(&self, field: Field) -> Option<Source> {
        fn of<T>(given: Option<&Given<T>>) -> Option<Source> {
            given.map(|given| given.source)
        }
        match field {
            Field::BaseUrl => of(self.base_url.as_ref()),
            Field::CorpId => of(self.corp_id.as_ref()),
            Field::AgentId => of(self.agent_id.as_ref()),
            Field::AppSecret => of(self.app_secret.as_ref()),
            Field::ContactsSecret => of(self.contacts_secret.as_ref()),
            Field::CallbackToken => of(self.callback_token.as_ref()),
            Field::CallbackAesKey => of(self.callback_aes_key.as_ref()),
            Field::PublicUrl => of(self.public_url.as_ref()),
            Field::RegionGroup => of(self.region_group.as_ref()),
            Field::ArchiveSecret => of(self.archive_secret.as_ref()),
            // Typed into the console alone.
            Field::FirstContactHours => None,
        }
    }
}
