//! An installation: its folder, its master key, its database, and the [`App`] over them.
//!
//! Invariant: the folder is created readable by its owner only.

use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use jiebang_app::settings::{
    count_newest_lacking, has_its_key_store, has_sealed, master_key_in_force,
};
use jiebang_app::{App, Parts};
use jiebang_domain::time::Clock;
use jiebang_store::Store;
use jiebang_vault::Entropy;

use crate::config::Config;
use crate::master_key;
use crate::out::Failure;

/// Opens the installation, making what a first run needs, and connects to WeCom if it is known
/// how. Calls nobody.
pub async fn open(config: &Config) -> Result<App, Failure> {
    let app = assemble(config).await?;
    let (keys, database) = (&config.key_store, &config.database);
    if !has_its_key_store(&app).await? {
        let what = match app.store().key_store().id().await? {
            None => format!("the key store {keys} is not there, or new"),
            Some(_) => format!("the key store {keys} is not the one of the database {database}"),
        };
        return Err(wrong_key_store(what));
    }
    jiebang_app::settings::connect(&app).await?;
    match count_newest_lacking(&app).await? {
        0 => Ok(app),
        lacking => Err(wrong_key_store(format!(
            "the key store {keys} is older than the database {database}: {lacking} of the newest \
             keys are not in it"
        ))),
    }
}

fn wrong_key_store(what: String) -> Failure {
    Failure::failed(what).with_remedy(
        "Put the newest copy of the right key store in its place, or name it in data.key_store. If \
         it is lost for good, see `jiebang admin key-store accept --help`.",
    )
}

/// The [`App`] over the installation, whatever its key store, and connected to nothing.
async fn assemble(config: &Config) -> Result<App, Failure> {
    create_dir(&config.data_dir)?;
    check_erasures(config)?;
    let entropy = Entropy::system();
    let store = Store::open(&config.database, &config.key_store).await?;
    if config.master_key_command.is_none()
        && !config.master_key_file.exists()
        && has_sealed(&store).await?
    {
        let file = config.master_key_file.display();
        let told = format!("the master key {file} is not there, and the database needs it");
        return Err(Failure::failed(told).with_remedy(
            "Put the key back. If it is lost for good, write a new one into the file: \
             jiebang-master-key:v1: and 64 hexadecimal digits. What is sealed under the old one \
             stays closed.",
        ));
    }
    let master_key = master_key::load(config, &entropy).await?;
    let clock = match &config.follow_clock {
        Some(url) => crate::clock::follow(url.clone()).await?,
        None => Clock::system(),
    };
    let in_force = master_key_in_force(&store).await?;
    let master_key = master_key::check(config, master_key, in_force)?;
    let parts = Parts {
        store,
        clock,
        entropy,
        master_key,
        configured: config.wecom.clone(),
    };
    Ok(App::with_people_clock(parts, Clock::system())?)
}

/// That the folder of the list of erasures is there: another's is not made, and an erasure is too
/// late to notice.
fn check_erasures(config: &Config) -> Result<(), Failure> {
    let list = config.wecom.erasures.as_deref();
    match list.and_then(Path::parent) {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
            let folder = folder.display();
            let told = format!("the folder of data.erasures_file, {folder}, is not there");
            Err(Failure::failed(told)
                .with_remedy("Make the folder, or mount what it stands on; or name another file."))
        }
        _ => Ok(()),
    }
}

/// Opens an installation that is there already: for commands that only make sense on one.
pub async fn open_existing(config: &Config) -> Result<App, Failure> {
    check_exists(config)?;
    open(config).await
}

/// As [`open_existing`], with a key store that may be the wrong one, and connected to nothing.
pub async fn open_unchecked(config: &Config) -> Result<App, Failure> {
    check_exists(config)?;
    assemble(config).await
}

fn check_exists(config: &Config) -> Result<(), Failure> {
    let is_there = config.master_key_command.is_some()
        || config.master_key_file.exists()
        || config.data_dir.join("jiebang.db").exists();
    if is_there {
        return Ok(());
    }
    let told = config.file.as_ref().map_or_else(
        || "no configuration file was read".to_owned(),
        |file| format!("by {}", file.display()),
    );
    let dir = config.data_dir.display();
    Err(
        Failure::failed(format!("there is no installation in {dir} ({told})")).with_remedy(
            "Start `jiebang serve` once, or name the configuration with --config FILE.",
        ),
    )
}

fn create_dir(dir: &Path) -> Result<(), Failure> {
    let made = std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir);
    made.map_err(|error| {
        Failure::of(
            &format!("the folder {} cannot be made", dir.display()),
            &error,
        )
    })
}
