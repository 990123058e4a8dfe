//! From settings to a connection.

use std::sync::Arc;

use jiebang_store::directory::Corp;
use jiebang_wecom::archive::{ArchiveSdk, SdkConfig, SdkError};
use jiebang_wecom::callback::Receiver;
use jiebang_wecom::{Client, Config};

use super::{Values, read_values};
use crate::context::Connection;
use crate::job::{self, Task};
use crate::{App, Error, sync};

/// Makes the client and the receiver of the settings in force and sets the standing jobs going.
/// Returns whether there is a connection now: without corp id and app secret there is none.
/// Calls nobody.
///
/// # Errors
/// [`Error::Store`], [`Error::Vault`], [`Error::Conflict`] `connection_settings` if no client
/// can be made of them.
pub async fn connect(app: &App) -> Result<bool, Error> {
    let values = read_values(app).await?;
    let connection = made_of(app, &values)?;
    let tx = app.begin().await?;
    let now = app.now();
    job::enqueue(app, &tx, &Task::Tidy, now).await?;
    if let Some(connection) = &connection {
        let corp = connection.corp.to_string();
        let row = Corp {
            corp_id: corp,
            name: String::new(),
            created_at: now.seconds(),
        };
        jiebang_store::directory::upsert_corp(&tx, row).await?;
        job::enqueue(app, &tx, &Task::HandleCallbacks, now).await?;
        job::enqueue(
            app,
            &tx,
            &Task::ScheduleReconcile,
            sync::next_reconcile(now),
        )
        .await?;
        job::enqueue(app, &tx, &Task::WatchLeavers, now.plus(sync::WATCH_EVERY)).await?;
        crate::archive::erasure::apply_list(app, &tx, &connection.corp).await?;
        job::enqueue(app, &tx, &Task::ExpireArchive, now).await?;
        if connection.archive.is_some() {
            job::enqueue(app, &tx, &Task::PullArchive, now).await?;
            job::enqueue(app, &tx, &Task::OpenArchive, now).await?;
            job::enqueue(app, &tx, &Task::FetchMedia, now).await?;
            job::enqueue(app, &tx, &Task::AskConsents, now).await?;
            job::enqueue(app, &tx, &Task::AskRoster, now).await?;
        }
    }
    tx.commit().await?;
    let is_connected = connection.is_some();
    app.set_connection(connection);
    Ok(is_connected)
}

fn made_of(app: &App, values: &Values) -> Result<Option<Connection>, Error> {
    let (Some(corp), Some(secret)) = (&values.corp_id, &values.app_secret) else {
        return Ok(None);
    };
    let agent_id = values.agent_id.unwrap_or_default();
    let mut config = Config::new(corp.clone(), secret.clone(), agent_id);
    config.base_url.clone_from(&values.base_url);
    config.contacts_secret.clone_from(&values.contacts_secret);
    config.archive_secret.clone_from(&values.archive_secret);
    let seed = u64::from_be_bytes(app.entropy().bytes());
    let client = Client::new(config, app.clock().clone(), seed).map_err(|error| {
        tracing::error!(
            error = job::chain(&error),
            "no WeCom client can be made of the settings"
        );
        Error::Conflict {
            code: "connection_settings",
        }
    })?;
    Ok(Some(Connection {
        corp: corp.clone(),
        client,
        receiver: receiver(values),
        agent_id,
        archive: archive(app, values),
    }))
}

/// A receiver that cannot be made is told of by the doctor; the rest works without.
fn receiver(values: &Values) -> Option<Arc<Receiver>> {
    let (token, key, corp) = (
        values.callback_token.as_ref()?,
        values.callback_aes_key.as_ref()?,
        values.corp_id.as_ref()?,
    );
    match Receiver::new(token, key, corp.clone()) {
        Ok(receiver) => Some(Arc::new(receiver)),
        Err(error) => {
            tracing::error!(error = job::chain(&error), "callbacks cannot be received");
            None
        }
    }
}

/// A connector that cannot be made is told of on the archive's page; the rest works without.
fn archive(app: &App, values: &Values) -> Option<ArchiveSdk> {
    let library = app.configured().archive_library.clone()?;
    let (corp, secret) = (values.corp_id.clone()?, values.archive_secret.clone()?);
    let made = || -> Result<ArchiveSdk, SdkError> {
        let mut config = match library.child {
            Some(program) => SdkConfig::new(program, library.path, corp, secret),
            None => SdkConfig::of_this_program(library.path, corp, secret)?,
        };
        config.environment = library.environment;
        config.proxy = library.proxy;
        config.openers = std::thread::available_parallelism().map_or(1, usize::from);
        ArchiveSdk::new(config)
    };
    match made() {
        Ok(sdk) => Some(sdk),
        Err(error) => {
            tracing::error!(error = job::chain(&error), "the archive has no connector");
            None
        }
    }
}
