//! What is fuzzed: one function for each thing that reads bytes from outside. The targets of
//! cargo-fuzz call them, and so does a bounded test of the suite
//! (`crates/jiebang/tests/it/fuzz.rs`), which needs no nightly toolchain.
//!
//! None may panic, and what is checked here must hold for every input.

use jiebang_domain::archive::message::Message;
use jiebang_domain::archive::search::text_tokens;
use jiebang_domain::archive::text::Folded;
use jiebang_domain::id::CorpId;
use jiebang_vault::MasterKey;
use jiebang_wecom::Secret;
use jiebang_wecom::archive::PulledPage;
use jiebang_wecom::callback::{Query, Receiver, event};

/// A target by its name.
pub type Target = (&'static str, fn(&[u8]));

pub const TARGETS: [Target; 4] = [
    ("message", message),
    ("envelope", envelope),
    ("callback", callback),
    ("page", page),
];

/// A message of the archive as the library opens it.
pub fn message(data: &[u8]) {
    let Ok(message) = Message::parse(data) else {
        return;
    };
    let text = message.search_text();
    let _ = (message.files().len(), message.unknown_kinds().len());
    let _ = text_tokens(Folded::of(&text).chars()).len();
}

/// An envelope under the master key: nothing opens that was not sealed, and what was sealed
/// opens to the same bytes in its own record only.
pub fn envelope(data: &[u8]) {
    let key = MasterKey::from_bytes([3; 32]);
    assert!(jiebang_vault::open(&key, key.id(), b"record", data).is_err());
    let mut nonce = [0; 12];
    for (place, byte) in nonce.iter_mut().zip(data) {
        *place = *byte;
    }
    let Ok(mut sealed) = jiebang_vault::seal(&key, key.id(), b"record", data, nonce) else {
        return;
    };
    let opened = jiebang_vault::open(&key, key.id(), b"record", &sealed);
    assert_eq!(opened.ok().as_deref(), Some(data));
    assert!(jiebang_vault::open(&key, key.id(), b"other", &sealed).is_err());
    let place = data.iter().map(|byte| usize::from(*byte)).sum::<usize>() % sealed.len();
    sealed[place] ^= 1;
    assert!(jiebang_vault::open(&key, key.id(), b"record", &sealed).is_err());
}

/// A delivery of a callback: the body as it comes, the encrypted text with a right signature, and
/// the XML inside.
pub fn callback(data: &[u8]) {
    let (token, key) = (Secret::new("token"), Secret::new("a".repeat(43)));
    let Ok(corp) = CorpId::parse("ww1") else {
        return;
    };
    let Ok(receiver) = Receiver::new(&token, &key, corp) else {
        return;
    };
    let query = |signature: &str| {
        let raw = format!("msg_signature={signature}&timestamp=1&nonce=2");
        Query::parse(&raw).ok()
    };
    let text = String::from_utf8_lossy(data);
    let _ = Query::parse(&text);
    if let Some(query) = query("0") {
        assert!(receiver.open(&query, data).is_err(), "unsigned");
    }
    let open = |sealed: &str| {
        let query = query(&receiver.sign("1", "2", sealed))?;
        let body = format!("<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>");
        receiver.open(&query, body.as_bytes()).ok()
    };
    let _ = open(&text);
    if let Some(opened) = open(&receiver.seal(&text, [7; 16])) {
        assert_eq!(opened.xml, text);
    }
    let _ = event::parse(&text);
}

/// A page of rows as `GetChatData` hands it out.
pub fn page(data: &[u8]) {
    if let Ok(page) = PulledPage::read(data) {
        let _ = (page.last_seq(), page.is_empty());
    }
}
