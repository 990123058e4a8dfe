//! The archive on both databases.

mod delivery;
mod erase;
mod keys;
mod media;
mod reading;
mod search;

use jiebang_domain::id::CorpId;
use jiebang_store::archive::conversation::SeenConversation;
use jiebang_store::archive::conversation_id;
use jiebang_store::archive::key::{self, NewKey};
use jiebang_store::archive::message::{self, NewMessage, Opened};
use jiebang_store::archive::rows::{self, SealedRow, ToOpen};
use jiebang_store::key_store::KeptKeys;
use jiebang_store::{Store, StoreError, Tx};
use jiebang_vault::Entropy;
use jiebang_vault::archive::{KeyShare, Token};

use crate::fixture::*;

/// Milliseconds.
pub const MOMENT: i64 = NOW * 1_000;

pub fn token(n: i64) -> Token {
    Token::from_number(n)
}

pub fn sealed(seq: u64) -> SealedRow {
    SealedRow {
        msgid: format!("m{seq}_external"),
        seq,
        publickey_ver: 1,
        encrypt_random_key: format!("key of {seq}"),
        encrypt_chat_msg: format!("text of {seq}"),
    }
}

pub async fn deliver(store: &Store, seqs: impl IntoIterator<Item = u64>) -> rows::Stored {
    let page = seqs.into_iter().map(sealed).collect();
    write(store, async |tx| {
        a_corp_key(tx).await?;
        rows::store_page(tx, &corp(), page, at(0)).await
    })
    .await
}

/// The corp key that [`a_key`] is wrapped by, if there is none yet.
async fn a_corp_key(tx: &Tx) -> Result<(), StoreError> {
    if !key::corp_keys(tx.conn(), &corp()).await?.is_empty() {
        return Ok(());
    }
    key::add_corp_key(tx, &corp(), 1, b"wrapped".to_vec(), at(0)).await
}

pub fn room(n: i64) -> String {
    format!("wr{n}")
}

pub fn seen(n: i64, people: &[&str]) -> SeenConversation {
    SeenConversation {
        id: conversation_id(&corp(), &room(n)),
        kind: "room",
        channel: "external",
        subject: room(n),
        people: people.iter().map(ToString::to_string).collect(),
    }
}

/// What is said of one row: the message in room `room`, sent at `sent_at` (milliseconds).
pub fn a_message(row: &ToOpen, id: i64, n: i64, sent_at: i64) -> NewMessage {
    NewMessage {
        id,
        row: row.id,
        conversation_id: conversation_id(&corp(), &room(n)),
        sender: "anna".into(),
        sent_at,
        seq: row.seq.cast_unsigned(),
        msgid: row.msgid.clone(),
        kind: "text".into(),
        flags: 0,
        key_no: 1,
        body: format!("sealed {}", row.msgid).into_bytes(),
        policy: None,
        expires_at: None,
        tokens: Vec::new(),
        files: Vec::new(),
    }
}

pub fn a_key(n: i64) -> NewKey {
    NewKey {
        conversation_id: conversation_id(&corp(), &room(n)),
        number: 1,
        corp_key_number: 1,
        wrapped: format!("wrapped key of room {n}").into_bytes(),
        share_id: i64::from_be_bytes(Entropy::system().bytes()),
        created_at: 0,
    }
}

/// Keys whose shares are kept.
pub async fn kept(store: &Store, keys: Vec<NewKey>) -> KeptKeys {
    let share = || KeyShare::generate(&Entropy::system()).unwrap();
    let keys = keys.into_iter().map(|key| (key, share())).collect();
    store.key_store().keep(keys).await.unwrap()
}

/// Opens up to `limit` new rows as messages; `say` gives each its room and moment, and may change
/// it. Rooms get a key when they are first seen. Commits.
pub async fn open_rows(
    store: &Store,
    limit: u64,
    say: impl Fn(&ToOpen) -> (i64, i64),
    change: impl Fn(&mut NewMessage),
) -> Result<Vec<NewMessage>, StoreError> {
    let corp: CorpId = corp();
    let rows = rows::next(store.read(), &corp, 0, limit).await?;
    let moments: Vec<(i64, u64)> = rows
        .iter()
        .map(|row| (say(row).1, row.seq.cast_unsigned()))
        .collect();
    let ids = message::free_ids(store.read(), &moments).await?;
    let mut opened = Opened::default();
    for (row, id) in rows.iter().zip(ids) {
        let (n, moment) = say(row);
        let mut message = a_message(row, id, n, moment);
        change(&mut message);
        let known = |c: &SeenConversation| c.id == message.conversation_id;
        if !opened.conversations.iter().any(known) {
            opened.conversations.push(seen(n, &["anna", "wm1"]));
            let found = jiebang_store::archive::conversation::find(
                store.read(),
                &corp,
                message.conversation_id,
            );
            if found.await?.is_none() {
                opened.keys.append(kept(store, vec![a_key(n)]).await);
            }
        }
        opened.messages.push(message);
    }
    let messages = opened.messages.clone();
    let tx = store.begin().await?;
    message::store_opened(&tx, &corp, opened, at(1)).await?;
    tx.commit().await?;
    Ok(messages)
}

/// A number below `below`, drawn from `entropy`.
pub fn draw(entropy: &Entropy, below: u64) -> u64 {
    u64::from_be_bytes(entropy.bytes()) % below
}
