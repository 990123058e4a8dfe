//! `jiebang sandbox`: a WeCom on this machine.

use std::net::SocketAddr;
use std::process::ExitCode;

use wecom_sandbox::{LeaverSpec, Options, Sandbox};

use crate::out::{Failure, Out};
use crate::stop;

#[derive(clap::Args)]
pub struct Args {
    /// Where to listen; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Decides names, ids, relations and every later chance
    #[arg(long, value_name = "N", default_value_t = 7)]
    seed: u64,
    /// Members of the directory
    #[arg(long, value_name = "N", default_value_t = 60)]
    staff: usize,
    /// Customers of the whole corp
    #[arg(long, value_name = "N", default_value_t = 3000)]
    customers: usize,
    /// Customer groups of the whole corp
    #[arg(long, value_name = "N", default_value_t = 120)]
    groups: usize,
    /// One leaver with exactly so many customers
    #[arg(long, value_name = "N")]
    leaver_customers: Option<usize>,
    /// The same leaver with exactly so many groups
    #[arg(long, value_name = "N")]
    leaver_groups: Option<usize>,
    /// Let the virtual clock stand still until it is moved
    #[arg(long)]
    frozen_clock: bool,
}

impl Args {
    fn options(&self) -> Options {
        let leaver =
            (self.leaver_customers.is_some() || self.leaver_groups.is_some()).then(|| LeaverSpec {
                customers: self.leaver_customers.unwrap_or(0),
                groups: self.leaver_groups.unwrap_or(0),
                ..LeaverSpec::default()
            });
        Options {
            listen: self.listen,
            seed: self.seed,
            staff: self.staff,
            customers: self.customers,
            groups: self.groups,
            frozen_clock: self.frozen_clock,
            leaver,
            ..Options::default()
        }
    }
}

/// Prints one JSON line with everything a client needs, then serves until it is stopped.
pub async fn run(args: Args, out: Out) -> Result<ExitCode, Failure> {
    let stop = stop::listen()?;
    let sandbox = Sandbox::start(args.options())
        .await
        .map_err(|error| Failure::of("the sandbox did not start", &error))?;
    out.last_line(sandbox.info());
    stop::asked(stop).await;
    sandbox.stop().await;
    Ok(ExitCode::SUCCESS)
}
