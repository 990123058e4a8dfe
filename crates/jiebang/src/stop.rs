//! Being asked to stop: Ctrl-C or SIGTERM once, gently; a second time, at once.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::out::Failure;

/// Exit status of a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// Becomes true when the program is asked to stop.
pub fn listen() -> Result<watch::Receiver<bool>, Failure> {
    let failed = |error: std::io::Error| Failure::of("cannot listen for signals", &error);
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let (tell, told) = watch::channel(false);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if tell.send_replace(true) {
                std::process::exit(INTERRUPTED);
            }
        }
    });
    Ok(told)
}

/// Waits until `told` becomes true.
pub async fn asked(mut told: watch::Receiver<bool>) {
    // An error says that nobody can ask any more: then nobody will.
    if told.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}
