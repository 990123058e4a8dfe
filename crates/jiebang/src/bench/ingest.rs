//! Taking an archive in: from the library's page to a message that is committed, sealed and
//! indexed, beside the RSA that the same cores do alone, before and after. Files have a queue of their own and are
//! left out by the policy.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiebang_vault::archive::{PrivateKey, PrivateKeys, SealedKey};
use serde_json::{Value, json};

use super::{Args, rounded, sync::database, temporary};
use crate::harness::{Error, Size, World, archive};
use crate::out::Out;

/// Messages unless said otherwise.
const MESSAGES: u32 = 100_000;
/// Keys opened to measure RSA alone.
const DECRYPTS: usize = 6_000;
/// Every look takes some of the time that is measured: rare ones until nearly all are in.
const LOOK: Duration = Duration::from_millis(200);
const LAST_LOOKS: Duration = Duration::from_millis(20);
/// Longest time without a new message.
const STUCK: Duration = Duration::from_secs(120);

pub(super) async fn measure(args: &Args, out: &Out) -> Result<Value, Error> {
    let messages = args.messages.unwrap_or(MESSAGES);
    let size = Size {
        seed: args.seed,
        staff: 60,
        customers: 2_000,
        groups: 100,
        leaver_customers: 50,
        leaver_groups: 5,
    };
    let dir = temporary()?;
    out.note(format!("ingest: {messages} messages"));
    let mut world = World::start(&size, dir.path(), args.database.as_deref()).await?;
    crate::harness::job::sync(&mut world).await?;
    let pem = archive::switch_on(&mut world).await?;
    leave_files_out(&mut world).await?;
    let before = rsa_alone(&pem)?;
    out.note("sealing them as WeCom does");
    // Nothing is to be pulled before the clock runs.
    let shut = json!({ "path": "archive/chatdata", "kind": "sdk_return", "code": 10_001 });
    world.control("POST", "faults", shut).await?;
    let talk = json!({ "messages": messages, "span_s": 86_400 * 4 });
    world.control("POST", "archive/generate", talk).await?;
    world.control("DELETE", "faults", Value::Null).await?;
    let began = Instant::now();
    world.api.post("archive/pull", &Value::Null).await?;
    let seconds = until_all_are_in(&mut world, u64::from(messages), began).await?;
    let done = world.api.get("archive").await?;
    // Cores are not as fast at one moment as at the next.
    let rsa = f64::midpoint(before, rsa_alone(&pem)?);
    let rate = (f64::from(messages)) / seconds;
    if done["parked"]
        .as_array()
        .is_none_or(|parked| !parked.is_empty())
    {
        return Err(Error::Stuck {
            seconds: 0,
            state: format!("parked: {}", done["parked"]),
        });
    }
    Ok(json!({
        "bench": "ingest", "messages": messages, "seconds": rounded(seconds),
        "messages_per_s": rounded(rate), "rsa_decrypts_per_s": rounded(rsa),
        "ratio": ((rate / rsa) * 1_000.0).round() / 1_000.0,
        "parked": done["parked"], "rss_mb": world.server_rss_mb(),
        "store": database(args),
    }))
}

async fn leave_files_out(world: &mut World) -> Result<(), Error> {
    let kept = json!({ "keep": "keep", "media": false });
    let policy = json!({ "name": "no files", "policy": { "rules": [], "default": kept } });
    let saved = world.api.post("archive/policies", &policy).await?;
    let path = format!(
        "archive/policies/{}",
        saved["id"].as_str().unwrap_or_default()
    );
    let simulate = format!("{path}/simulate");
    world.api.post(&simulate, &Value::Null).await?;
    while world.api.get(&path).await?["simulation"]["finished_at"].is_null() {
        tokio::time::sleep(LOOK).await;
    }
    let activate = format!("{path}/activate");
    world.api.post(&activate, &Value::Null).await?;
    Ok(())
}

/// Private operations a second of all cores, with nothing else to do.
fn rsa_alone(pem: &str) -> Result<f64, Error> {
    let bad = |_| Error::Server("the generated key is no key".to_owned());
    let key = PrivateKey::from_pem(pem).map_err(bad)?;
    let sealed = seal_for(&key)?;
    let mut keys = PrivateKeys::default();
    keys.insert(1, key);
    let rows = vec![
        SealedKey {
            version: 1,
            encrypt_random_key: &sealed,
        };
        DECRYPTS
    ];
    let began = Instant::now();
    let opened = keys.open_random_keys(&rows);
    let seconds = began.elapsed().as_secs_f64();
    if opened.iter().any(Result::is_err) {
        return Err(Error::Server("a key did not open".to_owned()));
    }
    Ok(DECRYPTS as f64 / seconds)
}

fn seal_for(key: &PrivateKey) -> Result<String, Error> {
    use aws_lc_rs::rsa::{Pkcs1PublicEncryptingKey, PrivateDecryptingKey};
    let failed = |_| Error::Server("RSA is not to be had".to_owned());
    let private = PrivateDecryptingKey::from_pkcs8(key.pkcs8())
        .map_err(|_| Error::Server("the generated key is no key".to_owned()))?;
    let public = Pkcs1PublicEncryptingKey::new(private.public_key()).map_err(failed)?;
    let mut room = vec![0; public.ciphertext_size()];
    let plain = [b'k'; 44];
    let sealed = public.encrypt(&plain, &mut room).map_err(failed)?;
    Ok(STANDARD.encode(sealed))
}

async fn until_all_are_in(world: &mut World, messages: u64, began: Instant) -> Result<f64, Error> {
    let (mut last, mut moved) = (0, Instant::now());
    loop {
        let status = world.api.get("archive").await?;
        let at = began.elapsed().as_secs_f64();
        let stored = status["messages"].as_u64().unwrap_or(0);
        let waiting = status["new_rows"].as_u64().unwrap_or(0);
        let rows = status["rows"].as_u64().unwrap_or(0);
        if rows >= messages && stored >= messages && waiting == 0 {
            return Ok(at);
        }
        if stored > last {
            (last, moved) = (stored, Instant::now());
        }
        if moved.elapsed() > STUCK {
            return Err(Error::Stuck {
                seconds: STUCK.as_secs(),
                state: format!("{stored} of {messages} messages, {waiting} rows wait"),
            });
        }
        let is_near = stored + messages / 20 >= messages;
        tokio::time::sleep(if is_near { LAST_LOOKS } else { LOOK }).await;
    }
}
