//! Signing in: codes, and the page on which somebody picks who scans
//! (reference 7).

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::json;

use super::{Answer, Call, Fail};
use crate::seed::Draw;
use crate::world::{LoginCode, World};

/// Seconds a code lives.
const CODE_LIFE: i64 = 300;
/// Names on one page.
const SHOWN: usize = 200;

/// `auth/getuserinfo`
pub fn user_info(world: &mut World, call: &Call) -> Answer {
    let userid = exchange(world, call)?;
    Ok(json!({ "userid": userid }))
}

/// `user/getuserinfo`, with its capital letters.
pub fn legacy_user_info(world: &mut World, call: &Call) -> Answer {
    let userid = exchange(world, call)?;
    Ok(json!({ "UserId": userid, "DeviceId": "" }))
}

fn exchange(world: &mut World, call: &Call) -> Result<String, Fail> {
    let now = world.now;
    let code = call.need("code", 40_029)?;
    let known = world
        .codes
        .get_mut(code)
        .ok_or_else(|| Fail::code(40_029))?;
    if known.used {
        return Err(Fail::code(42_022));
    }
    if known.expires_at <= now {
        return Err(Fail::code(42_003));
    }
    known.used = true;
    Ok(known.userid.clone())
}

/// A fresh code for a member, as after a scan.
pub fn make_code(world: &mut World, userid: &str) -> Option<String> {
    let member = world
        .member(userid)
        .filter(|m| world.person(*m).left_at.is_none())?;
    if world.codes.len() >= 10_000 {
        let now = world.now;
        world
            .codes
            .retain(|_, code| code.expires_at > now && !code.used);
    }
    world.codes_made += 1;
    let code = Draw::new(world.seed, 0xC0DE, world.codes_made).alphanumeric(43);
    let userid = world.person(member).userid.clone();
    let expires_at = world.now + CODE_LIFE;
    world.codes.insert(
        code.clone(),
        LoginCode {
            userid,
            expires_at,
            used: false,
        },
    );
    Some(code)
}

/// What the login pages answer.
pub enum Page {
    /// A page to show.
    Html(String),
    /// Back to the application.
    Redirect(String),
}

/// Checks a login address; the error is for a person to read.
fn checked(world: &World, query: &HashMap<String, String>) -> Result<reqwest::Url, String> {
    let text = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
    if text("appid") != world.info.corp_id {
        return Err("40013: appid is not this corp".to_owned());
    }
    let agent = text("agentid");
    if !agent.is_empty() && agent != world.info.agent_id.to_string() {
        return Err("40056: agentid is not this app".to_owned());
    }
    let target = reqwest::Url::parse(text("redirect_uri"))
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .ok_or_else(|| "50001: redirect_uri is not a web address".to_owned())?;
    let host = match (target.host_str(), target.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => String::new(),
    };
    match &world.knobs.redirect_domain {
        Some(domain) if *domain != host => Err(format!("50001: {host} is not the trusted domain")),
        _ => Ok(target),
    }
}

/// The page of the QR and OAuth addresses; with `userid` that person has scanned.
pub fn page(world: &mut World, query: &HashMap<String, String>) -> Page {
    let mut target = match checked(world, query) {
        Ok(target) => target,
        Err(reason) => return Page::Html(shell(&format!("<p role=alert>{}</p>", escape(&reason)))),
    };
    let state = query.get("state").cloned().unwrap_or_default();
    if let Some(userid) = query.get("userid") {
        if let Some(code) = make_code(world, userid) {
            target.query_pairs_mut().append_pair("code", &code);
        }
        target.query_pairs_mut().append_pair("state", &state);
        return Page::Redirect(target.into());
    }
    Page::Html(shell(&choices(world, query)))
}

fn choices(world: &World, query: &HashMap<String, String>) -> String {
    let wanted = query.get("q").map(|q| q.to_lowercase()).unwrap_or_default();
    let mut form = String::from("<form>");
    for name in ["appid", "agentid", "redirect_uri", "state"] {
        let value = escape(query.get(name).map(String::as_str).unwrap_or_default());
        let _ = write!(form, "<input type=hidden name={name} value=\"{value}\">");
    }
    let _ = write!(
        form,
        "<label>姓名或账号 / Name or userid <input name=q value=\"{}\"></label>\
         <button>查找 / Find</button><ul>",
        escape(&wanted)
    );
    let found = world
        .visible_members()
        .map(|member| world.person(member))
        .filter(|m| m.name.contains(&wanted) || m.userid.to_lowercase().contains(&wanted));
    for member in found.take(SHOWN) {
        let _ = write!(
            form,
            "<li><button name=userid value=\"{0}\">{1} <small>{0} · {2}</small></button></li>",
            escape(&member.userid),
            escape(&member.name),
            escape(&member.position)
        );
    }
    form.push_str("</ul><button name=userid value=\"\">拒绝 / Refuse</button></form>");
    form
}

fn shell(inner: &str) -> String {
    format!(
        "<!doctype html><html lang=zh-CN><meta charset=utf-8><title>谁在扫码？</title>\
         <style>body{{font:16px/1.6 sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}}\
         ul{{list-style:none;padding:0}}li button{{width:100%;text-align:left;margin:.15rem 0;\
         padding:.5rem}}</style><h1>谁在扫码？ / Who scans?</h1>{inner}</html>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
