//! Tells each successor once what it is about to receive.
//!
//! Invariant: one notice per successor and handover. Its text is stored before it is sent, so a
//! repetition after a doubt is the same text, which WeCom's own duplicate check drops within
//! [`WINDOW`]; past that a doubt stays a doubt and nothing is sent again.

use std::time::Duration;

use jiebang_domain::id::UserId;
use jiebang_domain::text::{Lang, text};
use jiebang_domain::time::{HOUR, MINUTE, Timestamp};
use jiebang_store::entity::handover::Model as Handover;
use jiebang_store::entity::notice::Model as Notice;
use jiebang_store::{Tx, handover as store};
use jiebang_wecom::{Batch, CallError, Message, MessageContent};
use uuid::Uuid;

use super::{follow, stored, worked_on};
use crate::job::{self, Held, Next, Task};
use crate::{App, Error};

/// WeCom drops the same text to the same member within this time: its longest.
const WINDOW: i64 = 4 * HOUR;
/// After the first answer, so that the whole submission is counted.
const DELAY: i64 = MINUTE;
/// Longest text of a message, in bytes.
const MAX_BYTES: usize = 2048;
/// Tries of a notice that certainly was not sent.
const TRIES: i32 = 10;

/// Plans the notice for a successor, unless it has one; part of the transaction after which
/// there is something to tell.
pub(super) async fn plan_notice(
    app: &App,
    tx: &Tx,
    handover: &Handover,
    successor: &str,
) -> Result<(), Error> {
    let notice = Notice {
        id: app.new_id(),
        corp_id: handover.corp_id.clone(),
        handover_id: handover.id,
        userid: successor.to_owned(),
        state: "planned".to_owned(),
        content: String::new(),
        intent_at: None,
        sent_at: None,
        msgid: None,
        errcode: None,
        tries: 0,
    };
    if store::plan_notice(tx, notice).await? {
        let task = Task::Notify {
            handover: handover.id,
            successor: successor.to_owned(),
        };
        job::enqueue(app, tx, &task, app.now().plus(DELAY)).await?;
    }
    Ok(())
}

/// The job that sends one notice.
pub(crate) async fn notify_successor(
    app: &App,
    held: &Held,
    handover: Uuid,
    successor: String,
) -> Result<Next, Error> {
    let Some(handover) = worked_on(app, handover).await? else {
        return Ok(Next::Done);
    };
    let Some(notice) = store::notice(app.store().read(), handover.id, &successor).await? else {
        return Ok(Next::Done);
    };
    // Then an earlier run ended without knowing whether it went out.
    let doubted = notice.state == "intended";
    let notice = match notice.state.as_str() {
        "planned" => intend(app, held, &handover, notice).await?,
        "intended" if window_is_over(app, &notice) => {
            return end(app, held, &handover, notice, "unsure", None).await;
        }
        "intended" => notice,
        _ => return follow::finish(app, held, &handover).await,
    };
    let userid = stored("userid", UserId::parse(successor))?;
    let message = Message {
        to: Batch::from(userid),
        content: MessageContent::Text(notice.content.clone()),
        duplicate_check: Some(Duration::from_secs(WINDOW.unsigned_abs())),
    };
    match app.connection()?.client.send_message(&message).await {
        Ok(sent) if sent.invalid_users.is_empty() => {
            end(app, held, &handover, notice, "sent", Some(sent.msgid)).await
        }
        Ok(_) => end(app, held, &handover, notice, "failed", None).await,
        Err(error) if error.is_unsure() => Err(error.into()),
        Err(CallError::Refused { code, .. }) if code.0 == 81013 => {
            end(app, held, &handover, notice, "failed", None).await
        }
        // This try did not go out, an earlier one may have: the same text, until the window is
        // over.
        Err(error) if doubted => Err(error.into()),
        Err(error) => not_sent(app, held, &handover, notice, error).await,
    }
}

fn window_is_over(app: &App, notice: &Notice) -> bool {
    let intent = Timestamp::from_seconds(notice.intent_at.unwrap_or_default());
    // A little less than the platform's own window, whose start is when the call arrived.
    app.now().since(intent) > WINDOW - 10 * MINUTE
}

/// Writes the text, and that it is about to be sent.
async fn intend(
    app: &App,
    held: &Held,
    handover: &Handover,
    mut notice: Notice,
) -> Result<Notice, Error> {
    let tally = store::tally(app.store().read(), &[handover.id]).await?;
    let count = |kind: &str| {
        tally
            .iter()
            .filter(|t| t.successor.as_deref() == Some(&*notice.userid) && t.subject_kind == kind)
            .filter(|t| !matches!(t.state.as_str(), "blocked" | "unassigned" | "cancelled"))
            .map(|t| t.rows)
            .sum::<i64>()
            .to_string()
    };
    let (customers, groups) = (count("customer"), count("group"));
    let mut content = text(
        Lang::Zh,
        "notice.handover.body",
        &[
            ("leaver", &handover.leaver_name),
            ("customers", &customers),
            ("groups", &groups),
            ("note", &handover.note),
        ],
    );
    content.truncate(content.floor_char_boundary(MAX_BYTES));
    notice.content = content;
    let from = std::mem::replace(&mut notice.state, "intended".to_owned());
    notice.intent_at = Some(app.now().seconds());
    notice.tries += 1;
    let tx = app.begin().await?;
    held.assert(&tx).await?;
    store::update_notice(&tx, notice.clone(), &from).await?;
    tx.commit().await?;
    Ok(notice)
}

/// It certainly did not go out: back to planned, until it has been tried often enough.
async fn not_sent(
    app: &App,
    held: &Held,
    handover: &Handover,
    mut notice: Notice,
    error: CallError,
) -> Result<Next, Error> {
    if notice.tries >= TRIES {
        notice.errcode = error.code().and_then(|code| i32::try_from(code.0).ok());
        return end(app, held, handover, notice, "failed", None).await;
    }
    "planned".clone_into(&mut notice.state);
    let tx = app.begin().await?;
    held.assert(&tx).await?;
    store::update_notice(&tx, notice, "intended").await?;
    tx.commit().await?;
    Err(error.into())
}

async fn end(
    app: &App,
    held: &Held,
    handover: &Handover,
    mut notice: Notice,
    state: &str,
    msgid: Option<String>,
) -> Result<Next, Error> {
    state.clone_into(&mut notice.state);
    notice.msgid = msgid;
    notice.sent_at = (state == "sent").then(|| app.now().seconds());
    let detail = serde_json::json!({ "to": notice.userid, "tries": notice.tries });
    let tx = app.begin().await?;
    super::lock(&tx, handover.id).await?;
    held.assert(&tx).await?;
    store::update_notice(&tx, notice, "intended").await?;
    super::record(
        app,
        &tx,
        "system",
        "handover.notice",
        handover.id,
        state,
        detail,
    )
    .await?;
    super::finish_if_done(app, &tx, handover).await?;
    tx.commit().await?;
    app.tell(crate::Change::Handover(handover.id));
    Ok(Next::Done)
}
