//! What every use case is given: the store, the connection to WeCom, the clock, randomness, and
//! the channel on which changes are told to whoever is looking.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use jiebang_domain::access::{self, Act, Actor, Resource};
use jiebang_domain::id::CorpId;
use jiebang_domain::time::{Clock, Timestamp};
use jiebang_store::{Store, Tx};
use jiebang_vault::{Entropy, MasterKey};
use jiebang_wecom::Client;
use jiebang_wecom::archive::ArchiveSdk;
use jiebang_wecom::callback::Receiver;
use tokio::sync::{Notify, broadcast};
use uuid::Uuid;

use crate::Error;
use crate::archive::Blobs;

/// Something that changed, told after the transaction that changed it is committed. Only a hint
/// to look again: it may be lost, never relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Handover(Uuid),
    Sync,
    Directory,
    Settings,
    Archive,
}

/// The id of the installation itself.
pub(crate) const HOME: &str = "local";

/// What an [`App`] is made of.
pub struct Parts {
    pub store: Store,
    pub clock: Clock,
    pub entropy: Entropy,
    pub master_key: MasterKey,
    /// What the configuration file and the environment say about WeCom.
    pub configured: crate::settings::Configured,
}

/// The program's state, shared by all use cases; clones are cheap.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    store: Store,
    clock: Clock,
    people_clock: Clock,
    entropy: Entropy,
    master_key: MasterKey,
    configured: crate::settings::Configured,
    home: CorpId,
    connection: RwLock<Option<Connection>>,
    media: Option<Media>,
    changes: broadcast::Sender<Change>,
    work: Notify,
    /// Shared by who adds to the index of the archive; alone with it is who works it over.
    index_gate: tokio::sync::RwLock<()>,
}

/// A connection to one corp.
#[derive(Clone)]
pub struct Connection {
    pub corp: CorpId,
    pub client: Client,
    /// Absent until token and EncodingAESKey are set.
    pub receiver: Option<Arc<Receiver>>,
    pub agent_id: i64,
    /// Absent until the archive's library and secret are set.
    pub archive: Option<ArchiveSdk>,
}

/// Where the files of the archive are, and where they are while they come in.
pub struct Media {
    pub blobs: Blobs,
    pub parts: PathBuf,
}

impl Media {
    fn open(configured: &crate::settings::Configured) -> Result<Option<Self>, Error> {
        let Some(place) = &configured.media else {
            return Ok(None);
        };
        let blobs = Blobs::open(&place.store).map_err(|error| Error::Storage(Box::new(error)))?;
        let parts = place.parts.clone();
        std::fs::create_dir_all(&parts).map_err(|source| Error::Io {
            what: "the folder for files that are coming in",
            source,
        })?;
        Ok(Some(Self { blobs, parts }))
    }
}

impl App {
    /// # Errors
    /// [`Error::Storage`], [`Error::Io`] if the folders for the archive's files cannot be used.
    pub fn new(parts: Parts) -> Result<Self, Error> {
        let people_clock = parts.clock.clone();
        Self::with_people_clock(parts, people_clock)
    }

    /// As [`App::new`], for people who live by another clock than the corp does: in a demo the
    /// corp's days pass in seconds, and nobody should be signed out by that.
    ///
    /// # Errors
    /// As [`App::new`].
    pub fn with_people_clock(parts: Parts, people_clock: Clock) -> Result<Self, Error> {
        let media = Media::open(&parts.configured)?;
        Ok(Self(Arc::new(Inner {
            people_clock,
            store: parts.store,
            clock: parts.clock,
            entropy: parts.entropy,
            master_key: parts.master_key,
            configured: parts.configured,
            home: CorpId::parse(HOME).map_err(|source| Error::Malformed {
                what: "home",
                source,
            })?,
            connection: RwLock::new(None),
            media,
            changes: broadcast::channel(1024).0,
            work: Notify::new(),
            index_gate: tokio::sync::RwLock::default(),
        })))
    }

    /// The one access decision; first line of every use case.
    ///
    /// # Errors
    /// [`Error::Denied`].
    pub fn allow(&self, actor: &Actor, act: Act, resource: Resource<'_>) -> Result<(), Error> {
        access::decide(actor, act, resource).map_err(|reason| Error::Denied { act, reason })
    }

    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// Opens a write transaction.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn begin(&self) -> Result<Tx, Error> {
        Ok(self.0.store.begin().await?)
    }

    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The present of the people at the console, by which sessions end.
    #[must_use]
    pub fn people_now(&self) -> Timestamp {
        self.0.people_clock.now()
    }

    #[must_use]
    pub fn entropy(&self) -> &Entropy {
        &self.0.entropy
    }

    #[must_use]
    pub fn master_key(&self) -> &MasterKey {
        &self.0.master_key
    }

    /// The storage of the archive's files; `None` where none is configured.
    #[must_use]
    pub fn media(&self) -> Option<&Media> {
        self.0.media.as_ref()
    }

    /// Whoever adds to the index of the archive holds it for reading until that is committed.
    pub(crate) fn index_gate(&self) -> &tokio::sync::RwLock<()> {
        &self.0.index_gate
    }

    #[must_use]
    pub fn configured(&self) -> &crate::settings::Configured {
        &self.0.configured
    }

    #[must_use]
    pub fn new_id(&self) -> Uuid {
        jiebang_domain::id::new_id(&self.0.clock, self.0.entropy.bytes())
    }

    /// Under this id stand the rows of the installation itself: accounts, sessions, settings,
    /// audit entries and jobs. They are there before any corp is connected.
    #[must_use]
    pub fn home(&self) -> &CorpId {
        &self.0.home
    }

    /// # Errors
    /// [`Error::NotConnected`] until WeCom's ids and secrets are set.
    pub fn connection(&self) -> Result<Connection, Error> {
        let connection = self
            .0
            .connection
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        connection.clone().ok_or(Error::NotConnected)
    }

    pub fn set_connection(&self, connection: Option<Connection>) {
        *self
            .0
            .connection
            .write()
            .unwrap_or_else(PoisonError::into_inner) = connection;
        self.tell(Change::Settings);
    }

    /// The connected corp, under which everything that came from WeCom stands.
    ///
    /// # Errors
    /// [`Error::NotConnected`].
    pub fn corp(&self) -> Result<CorpId, Error> {
        Ok(self.connection()?.corp)
    }

    /// Tells a change to whoever looks, and wakes the worker for the jobs it may have enqueued.
    pub fn tell(&self, change: Change) {
        // An error says that nobody is looking.
        let _ = self.0.changes.send(change);
        self.0.work.notify_waiters();
    }

    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.0.changes.subscribe()
    }

    pub(crate) fn work(&self) -> &Notify {
        &self.0.work
    }
}
