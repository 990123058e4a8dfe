//! Tokens, addresses, limits and permissions: everything asked before an
//! endpoint looks at its parameters.

use std::collections::HashMap;
use std::net::IpAddr;

use serde_json::json;

use super::{Access, Answer, Call, Fail};
use crate::fault::{FaultKind, FaultRule};
use crate::seed::Draw;
use crate::world::World;
use crate::world::token::{Rate, SecretKind, Token};

/// `gettoken`
pub fn get_token(world: &mut World, call: &Call) -> Answer {
    let Some(secret) = call.text("corpsecret") else {
        return Err(Fail::code(41_004));
    };
    let Some(corp) = call.text("corpid") else {
        return Err(Fail::code(41_002));
    };
    if corp != world.info.corp_id {
        return Err(Fail::code(40_013));
    }
    let hour = world.now / 3_600;
    if world.tokens.wrong.0 != hour {
        world.tokens.wrong = (hour, 0);
    }
    if world.tokens.wrong.1 >= world.knobs.wrong_secrets_per_hour {
        return Err(Fail::code(45_009));
    }
    let kind = if secret == world.info.app_secret {
        SecretKind::App
    } else if secret == world.info.contacts_secret {
        SecretKind::Contacts
    } else if secret == world.info.archive_secret {
        SecretKind::Archive
    } else {
        world.tokens.wrong.1 += 1;
        return Err(Fail::code(40_001));
    };
    let now = world.now;
    let living = world.tokens.current.get(&kind).and_then(|text| {
        let token = world.tokens.by_text.get(text)?;
        (token.expires_at > now).then(|| (text.clone(), token.expires_at - now))
    });
    let (text, left) = living.unwrap_or_else(|| make_token(world, kind));
    Ok(json!({ "access_token": text, "expires_in": left }))
}

fn make_token(world: &mut World, kind: SecretKind) -> (String, i64) {
    world.tokens.made += 1;
    let text = Draw::new(world.seed, 0x70CE, world.tokens.made).alphanumeric(180);
    let lifetime = world.knobs.token_lifetime_s;
    let token = Token {
        kind,
        expires_at: world.now + lifetime,
    };
    world.tokens.by_text.insert(text.clone(), token);
    world.tokens.current.insert(kind, text.clone());
    (text, lifetime)
}

/// The kind of the token in the query.
pub fn token_kind(world: &World, query: &HashMap<String, String>) -> Result<SecretKind, Fail> {
    let Some(text) = query.get("access_token").filter(|text| !text.is_empty()) else {
        return Err(Fail::code(41_001));
    };
    match world.tokens.by_text.get(text) {
        Some(token) if token.expires_at > world.now => Ok(token.kind),
        Some(_) => Err(Fail::code(world.knobs.expired_token_code)),
        None => Err(Fail::code(40_014)),
    }
}

/// A fault that kills the token.
pub fn token_fault(
    world: &mut World,
    query: &HashMap<String, String>,
    fault: Option<&FaultRule>,
) -> Result<(), Fail> {
    let code = match fault.map(|fault| fault.kind) {
        Some(FaultKind::Token40014) => 40_014,
        Some(FaultKind::Token42001) => 42_001,
        _ => return Ok(()),
    };
    let now = world.now;
    if let Some(token) = query
        .get("access_token")
        .and_then(|t| world.tokens.by_text.get_mut(t))
    {
        token.expires_at = now;
    }
    Err(Fail::code(code))
}

/// A fault that answers in place of the endpoint.
pub fn spoiled(fault: Option<&FaultRule>) -> Result<(), Fail> {
    let Some(fault) = fault else { return Ok(()) };
    match fault.kind {
        FaultKind::Busy => Err(Fail::code(-1)),
        FaultKind::Freq => Err(Fail::code(45_009)),
        FaultKind::Concurrency => Err(Fail::code(45_033)),
        FaultKind::TopErrcode => Err(Fail::code(fault.code)),
        _ => Ok(()),
    }
}

/// 60020 for addresses that are not trusted.
pub fn trusted_ip(world: &World, peer: IpAddr) -> Result<(), Fail> {
    let Some(trusted) = &world.knobs.trusted_ips else {
        return Ok(());
    };
    let peer = peer.to_string();
    if trusted.contains(&peer) {
        Ok(())
    } else {
        Err(Fail::code(60_020))
    }
}

/// Calls per minute and hour, and calls at once.
pub fn frequency(world: &mut World, path: &'static str) -> Result<(), Fail> {
    if world.in_flight.get(path).copied().unwrap_or(0) > world.knobs.concurrency_limit {
        return Err(Fail::code(45_033));
    }
    let exempt = matches!(path, "message/send" | "auth/getuserinfo");
    if !world.knobs.frequency_limits || exempt {
        return Ok(());
    }
    let (now, knobs) = (world.now, &world.knobs);
    let rate: &mut Rate = world.rates.entry(path).or_default();
    if now < rate.blocked_until {
        return Err(Fail::code(45_009));
    }
    for (window, count, seconds) in [
        (now / 60, &mut rate.minute, 60),
        (now / 3_600, &mut rate.hour, 3_600),
    ] {
        let most = if seconds == 60 {
            knobs.calls_per_minute
        } else {
            knobs.calls_per_hour
        };
        if count.0 != window {
            *count = (window, 0);
        }
        count.1 += 1;
        if count.1 > most {
            // The block lasts as long as the window that was exceeded.
            rate.blocked_until = now + seconds;
            *count = (window, 0);
            return Err(Fail::code(45_009));
        }
    }
    Ok(())
}

/// What the kind of secret may do.
pub fn permitted(world: &World, access: Access, kind: SecretKind) -> Result<(), Fail> {
    let code = match (access, kind) {
        (Access::Open | Access::Any, _)
        | (Access::Archive, SecretKind::Archive)
        | (Access::Details | Access::Directory | Access::App, SecretKind::App)
        | (Access::Directory | Access::ContactsOnly, SecretKind::Contacts) => return Ok(()),
        (Access::Details, SecretKind::Contacts) if world.knobs.contacts_may_read => return Ok(()),
        (Access::External, SecretKind::App) if world.knobs.app_callable => return Ok(()),
        (Access::Details, SecretKind::Contacts) => 48_009,
        _ => 48_002,
    };
    Err(Fail::code(code))
}

/// `getcallbackip`, `get_api_domain_ip`
pub fn callback_ips(_world: &mut World, _call: &Call) -> Answer {
    Ok(json!({ "ip_list": ["127.0.0.1", "127.0.0.*"] }))
}

/// `agent/get`
pub fn agent(world: &mut World, call: &Call) -> Answer {
    let agent = call.int("agentid").ok_or_else(|| Fail::code(40_056))?;
    if agent != world.info.agent_id {
        return Err(Fail::code(301_002));
    }
    let users: Vec<_> = world
        .visible_members()
        .map(|member| json!({ "userid": world.person(member).userid }))
        .collect();
    let everybody = world.members.iter().all(|member| member.visible);
    let parties = if everybody { json!([1]) } else { json!([]) };
    let users = if everybody { json!([]) } else { json!(users) };
    Ok(json!({
        "agentid": agent,
        "name": "接棒",
        "square_logo_url": "",
        "description": "客户继承",
        "allow_userinfos": { "user": users },
        "allow_partys": { "partyid": parties },
        "allow_tags": { "tagid": [] },
        "close": 0,
        "redirect_domain": world.knobs.redirect_domain.clone().unwrap_or_default(),
        "report_location_flag": 0,
        "isreportenter": 0,
        "home_url": "",
    }))
}
