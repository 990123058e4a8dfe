//! `jiebang serve`: console, API, callbacks and jobs, until it is told to stop.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use jiebang_app::App;
use jiebang_server::ServerOptions;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::config::Config;
use crate::installation;
use crate::out::{Failure, Out};
use crate::{logging, stop};

/// How long requests and jobs under way may take to end.
const GRACE: Duration = Duration::from_secs(10);

#[derive(clap::Args)]
pub struct Args {
    /// Where to listen, whatever the configuration says; port 0 picks a free one
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Print one JSON line when ready
    #[arg(long)]
    ready_json: bool,
}

pub async fn run(args: Args, config: Config, out: Out) -> Result<ExitCode, Failure> {
    logging::start(&config, "info")?;
    let out = Out {
        json: out.json || args.ready_json,
    };
    let stop = stop::listen()?;
    let app = installation::open(&config).await?;
    let password = jiebang_app::access::first_run(&app).await?;
    let listener = listen(args.listen.unwrap_or(config.listen)).await?;
    let address = listener
        .local_addr()
        .map_err(|error| Failure::of("the address listened on cannot be read", &error))?;
    announce(out, address, password.as_deref());
    tracing::info!(%address, database = %config.database, "the server listens");
    serve(&app, &config, listener, stop).await?;
    app.store().close().await?;
    tracing::info!("the server has stopped");
    Ok(ExitCode::SUCCESS)
}

/// Answers and works until `stop` says so.
async fn serve(
    app: &App,
    config: &Config,
    listener: TcpListener,
    stop: watch::Receiver<bool>,
) -> Result<(), Failure> {
    let options = ServerOptions {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        // Only tests and demos follow another clock.
        demo: config.follow_clock.is_some(),
        trust_proxy: config.trust_proxy,
        ..ServerOptions::default()
    };
    let worker = tokio::spawn(jiebang_app::job::work(app.clone(), stop.clone()));
    let served = jiebang_server::serve(app.clone(), options, listener, stop::asked(stop)).await;
    served.map_err(|error| Failure::of("the server ended", &error))?;
    if tokio::time::timeout(GRACE, worker).await.is_err() {
        tracing::warn!("a job was left to its lease: it goes on at the next start");
    }
    Ok(())
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::of(&format!("cannot listen on {address}"), &error).with_remedy(
            "Stop what listens there, or choose another address with --listen or server.listen.",
        )
    })
}

/// The generated password is told here and nowhere else, once.
fn announce(out: Out, address: SocketAddr, password: Option<&str>) {
    out.say(format_args!("Jiebang listens on http://{address}/"));
    if let Some(password) = password {
        out.say("");
        out.say("  First start. Sign in with:");
        out.say("    login     admin");
        out.say(format_args!("    password  {password}"));
        out.say("  The password is shown this once and must be changed at the first sign-in.");
        out.say("");
    }
    out.object(&json!({
        "listening": address.to_string(),
        "url": format!("http://{address}"),
        "version": env!("CARGO_PKG_VERSION"),
        "admin_login": password.map(|_| "admin"),
        "admin_password": password,
    }));
}
