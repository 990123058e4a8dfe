//! `jiebang admin`: accounts, the audit log and the master key, for whoever has the machine.

use std::process::ExitCode;

use clap::Subcommand;
use jiebang_app::App;
use jiebang_app::access::{self, AccountChange, AccountView, NewAccount};
use jiebang_app::archive::{count_shares, merge_key_store, renew_evidence_key, view_evidence_key};
use jiebang_app::audit::verify_log;
use jiebang_app::settings::{
    accept_key_store, check_master_key, exchange_master_key, has_its_key_store,
};
use jiebang_domain::access::{Actor, Role};
use jiebang_domain::id::UserId;
use jiebang_store::DatabaseUrl;
use jiebang_store::key_store::KeyStore;
use serde_json::json;

use crate::config::Config;
use crate::installation;
use crate::master_key;
use crate::out::{Failure, Out};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Make an account; its password is generated and shown once
    Create(New),
    /// List accounts
    List,
    /// Give an account a new password, end its sessions and unlock it
    ResetPassword { login: String },
    /// Disable an account and end its sessions
    Disable { login: String },
    /// Enable an account again
    Enable { login: String },
    /// Derive the audit log's chain again and name the first entry that is not as it was written
    VerifyAudit,
    /// Show the master key's id, and whether everything sealed opens with it; or exchange it
    MasterKey {
        #[command(subcommand)]
        act: Option<KeyAct>,
    },
    /// Show the fingerprint of the key that signs evidence packages; or make another
    EvidenceKey {
        #[command(subcommand)]
        act: Option<EvidenceKeyAct>,
    },
    /// Show whether the key store is this database's and holds the share of every key of the archive
    KeyStore {
        #[command(subcommand)]
        act: Option<KeyStoreAct>,
    },
}

#[derive(Subcommand)]
enum KeyStoreAct {
    /// Go on with the key store that is there, where the right one is lost for good: what needs its
    /// shares is never read nor found again. Stop the server first
    Accept {
        /// How many keys lack their share, as `jiebang admin key-store` tells
        #[arg(long, value_name = "KEYS")]
        lose: u64,
    },
    /// Take the shares that are lacking from another copy of the key store. What was erased stays
    /// erased. Stop the server first
    Merge {
        /// The other copy: a file, sqlite:/path or postgres://…
        from: String,
    },
}

#[derive(Subcommand)]
enum EvidenceKeyAct {
    /// Sign with another key from now on: what was signed before verifies with the old one, whose
    /// fingerprint stays in the audit log
    Renew,
}

#[derive(Subcommand)]
enum KeyAct {
    /// Seal everything under another master key; the present one is refused from then on. Stop
    /// the server first
    Rotate {
        /// A file with the next key's line [default: a new key]
        #[arg(long, value_name = "FILE")]
        new_key_file: Option<std::path::PathBuf>,
    },
}

#[derive(clap::Args)]
struct New {
    login: String,
    /// [default: the login]
    #[arg(long)]
    name: Option<String>,
    /// super_admin, contact_admin, auditor or staff
    #[arg(long, value_parser = role)]
    role: Role,
    /// Departments it is limited to [default: not limited]
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    departments: Vec<i64>,
    /// The member it belongs to
    #[arg(long, value_name = "USERID")]
    userid: Option<String>,
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| {
        let names: Vec<&str> = Role::ALL.into_iter().map(Role::as_str).collect();
        format!("choose one of {}", names.join(", "))
    })
}

pub async fn run(args: Args, config: Config, out: Out) -> Result<ExitCode, Failure> {
    let app = match args.act {
        Act::KeyStore { .. } => installation::open_unchecked(&config).await?,
        _ => installation::open_existing(&config).await?,
    };
    let done = act(&app, &config, args.act, out).await;
    app.store().close().await?;
    done
}

async fn act(app: &App, config: &Config, act: Act, out: Out) -> Result<ExitCode, Failure> {
    match act {
        Act::Create(new) => create(app, new, out).await?,
        Act::List => list(app, out).await?,
        Act::ResetPassword { login } => {
            let account = find(app, &login).await?;
            let password = access::reset_password(app, &Actor::operator(), account.id).await?;
            tell_password(&account.login, &password, out);
        }
        Act::Disable { login } => set_disabled(app, &login, true, out).await?,
        Act::Enable { login } => set_disabled(app, &login, false, out).await?,
        Act::VerifyAudit => return verify_audit(app, out).await,
        Act::MasterKey { act: None } => master_key(app, config, out).await?,
        Act::MasterKey {
            act: Some(KeyAct::Rotate { new_key_file }),
        } => rotate(app, config, new_key_file.as_deref(), out).await?,
        Act::EvidenceKey { act } => {
            let operator = Actor::operator();
            let key = match act {
                None => view_evidence_key(app, &operator).await?,
                Some(EvidenceKeyAct::Renew) => renew_evidence_key(app, &operator).await?,
            };
            let (print, pem) = (&key.fingerprint, &key.public_pem);
            out.object(&json!({ "fingerprint": print, "public_key": pem }));
            out.say(format_args!("{print}\n{pem}"));
        }
        Act::KeyStore { act } => return key_store(app, config, act, out).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn create(app: &App, new: New, out: Out) -> Result<(), Failure> {
    let userid = new.userid.map(UserId::parse).transpose();
    let userid = userid.map_err(|error| Failure::usage(format!("--userid: {error}")))?;
    let new = NewAccount {
        name: new.name.unwrap_or_else(|| new.login.clone()),
        login: new.login,
        role: new.role,
        departments: new.departments,
        userid,
    };
    let (account, password) = access::create_account(app, &Actor::operator(), new).await?;
    tell_password(&account.login, &password, out);
    Ok(())
}

fn tell_password(login: &str, password: &str, out: Out) {
    out.object(&json!({ "login": login, "password": password }));
    out.say(format_args!("login     {login}"));
    out.say(format_args!("password  {password}"));
    out.say("It is shown this once and must be changed at the next sign-in.");
}

async fn list(app: &App, out: Out) -> Result<(), Failure> {
    for account in access::list_accounts(app, &Actor::operator()).await? {
        out.object(&account);
        let state = if account.disabled { "disabled" } else { "" };
        let (login, role, name) = (&account.login, account.role, &account.name);
        out.say(format!("{login:<20}  {role:<13}  {name}  {state}").trim_end());
    }
    Ok(())
}

async fn find(app: &App, login: &str) -> Result<AccountView, Failure> {
    let all = access::list_accounts(app, &Actor::operator()).await?;
    let wanted = login.trim().to_lowercase();
    all.into_iter()
        .find(|account| account.login == wanted)
        .ok_or_else(|| {
            Failure::failed(format!("there is no account {login:?}"))
                .with_remedy("`jiebang admin list` shows those there are.")
        })
}

async fn set_disabled(app: &App, login: &str, disabled: bool, out: Out) -> Result<(), Failure> {
    let account = find(app, login).await?;
    let change = AccountChange {
        disabled: Some(disabled),
        ..AccountChange::default()
    };
    let account = access::update_account(app, &Actor::operator(), account.id, change).await?;
    out.object(&account);
    let state = if account.disabled {
        "disabled"
    } else {
        "enabled"
    };
    out.say(format_args!("{} is {state}", account.login));
    Ok(())
}

async fn verify_audit(app: &App, out: Out) -> Result<ExitCode, Failure> {
    let found = verify_log(app, &Actor::operator()).await?;
    out.object(&found);
    match found.first_bad_seq {
        None => out.say(format_args!(
            "{} entries, all as they were written",
            found.entries
        )),
        Some(seq) => out.say(format_args!(
            "entry {seq} is not as it was written ({}); the {} before it are",
            found.fault.unwrap_or_default(),
            found.entries
        )),
    }
    Ok(if found.ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn master_key(app: &App, config: &Config, out: Out) -> Result<(), Failure> {
    let id = format!("{:08x}", app.master_key().id());
    let file = match &config.master_key_command {
        Some(command) => command.join(" "),
        None => config.master_key_file.display().to_string(),
    };
    let opened = check_master_key(app).await;
    opened.map_err(|error| {
        Failure::of("what is sealed does not open with this master key", &error)
            .with_remedy("Put the key back that was there when the secrets were typed in, or type them in again.")
    })?;
    out.object(&json!({ "id": id, "file": file, "opens_everything": true }));
    out.say(format_args!(
        "key {id} in {file}; everything sealed opens with it"
    ));
    Ok(())
}

async fn key_store(
    app: &App,
    config: &Config,
    act: Option<KeyStoreAct>,
    out: Out,
) -> Result<ExitCode, Failure> {
    if let Some(KeyStoreAct::Merge { from }) = &act {
        return merge(app, from, out).await;
    }
    if let Some(KeyStoreAct::Accept { lose }) = act {
        let lacking = count_shares(app, &Actor::operator()).await?.lacking;
        if lacking == 0 && has_its_key_store(app).await? {
            return Err(Failure::failed(
                "nothing is missing: there is nothing to accept",
            ));
        }
        if lose != lacking {
            return Err(Failure::failed(format!(
                "{lacking} keys lack their share, and --lose says {lose}"
            ))
            .with_remedy("Look for the right key store first: what needs it is lost without it."));
        }
        let id = accept_key_store(app, &Actor::operator(), lacking).await?;
        out.object(&json!({ "accepted": id, "lost": lacking }));
        out.say(format_args!(
            "{} is accepted; {lacking} keys are lost with what they seal",
            config.key_store
        ));
        return Ok(ExitCode::SUCCESS);
    }
    let is_its_own = has_its_key_store(app).await?;
    let shares = count_shares(app, &Actor::operator()).await?;
    let place = config.key_store.to_string();
    out.object(&json!({ "place": place, "is_its_own": is_its_own, "shares": shares }));
    let (keys, lacking) = (shares.keys, shares.lacking);
    match is_its_own {
        true => out.say(format_args!(
            "{place}: {keys} keys of the archive, {lacking} without their share"
        )),
        false => out.say(format_args!(
            "{place} is the key store of another database: {lacking} of {keys} keys of the archive \
             are without their share"
        )),
    }
    Ok(if is_its_own && lacking == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn merge(app: &App, from: &str, out: Out) -> Result<ExitCode, Failure> {
    let is_address = ["sqlite:", "postgres:", "postgresql:"]
        .iter()
        .any(|start| from.starts_with(start));
    let path = from.strip_prefix("sqlite:").unwrap_or(from);
    if (!is_address || from.starts_with("sqlite:")) && !std::path::Path::new(path).is_file() {
        return Err(Failure::failed(format!("there is no key store {path}")));
    }
    let url = match is_address {
        true => from.parse()?,
        false => DatabaseUrl::sqlite(from),
    };
    let other = KeyStore::open(&url).await?;
    let merged = merge_key_store(app, &Actor::operator(), &other).await;
    other.close().await?;
    let (shares, taken) = merged?;
    out.object(&json!({ "taken": taken, "shares": shares }));
    out.say(format_args!(
        "shares taken: {taken}; keys of the archive: {}, without their share: {}",
        shares.keys, shares.lacking
    ));
    Ok(if shares.lacking == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn rotate(
    app: &App,
    config: &Config,
    new_key_file: Option<&std::path::Path>,
    out: Out,
) -> Result<(), Failure> {
    let old = app.master_key();
    let new = master_key::prepare(config, new_key_file, app.entropy())?;
    if new == *old {
        return Err(Failure::usage("the next key is the present one".to_owned()));
    }
    let done = exchange_master_key(app, &Actor::operator(), &new).await?;
    let kept = match config.master_key_command {
        Some(_) => None,
        None => Some(master_key::install(&config.master_key_file, old)?),
    };
    let (old, new) = (format!("{:08x}", old.id()), format!("{:08x}", new.id()));
    let kept = kept.map(|path| path.display().to_string());
    out.object(&json!({ "before": old, "id": new, "sealed_anew": done, "kept": kept }));
    let (corp, private) = (done.corp_keys, done.private_keys);
    out.say(format_args!(
        "key {new} is in force; {corp} corp keys, {private} private keys and {} settings are under it",
        done.settings
    ));
    match kept {
        Some(kept) => out.say(format_args!(
            "The old key {old} is in {kept}, for backups of before: keep it apart, or destroy it."
        )),
        None => out.say("The program that gives the key must give the new one from now on."),
    }
    Ok(())
}
