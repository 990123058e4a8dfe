//! A worker in the process of a command. Safe beside a running server: each job is leased to
//! one of them.

use std::time::Duration;

use jiebang_app::App;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long jobs under way may take to end; after that their leases pass them on.
const GRACE: Duration = Duration::from_secs(10);

pub struct Worker {
    tell: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Worker {
    pub fn start(app: &App) -> Self {
        let (tell, told) = watch::channel(false);
        let task = tokio::spawn(jiebang_app::job::work(app.clone(), told));
        Self { tell, task }
    }

    pub async fn stop(self) {
        self.tell.send_replace(true);
        if tokio::time::timeout(GRACE, self.task).await.is_err() {
            tracing::warn!("a job was left to its lease: another worker goes on with it");
        }
    }
}
