//! The JSON of a page, read leniently: one row that makes no sense must not hide the others.

use std::fmt;

use serde_json::{Map, Value};

use super::error::{Refusal, RefusalKind, SdkCall, SdkError};
use crate::errcode::ErrCode;
use crate::error::shortened;

/// A page of the archive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PulledPage {
    pub rows: Vec<SealedRow>,
    /// Rows that lack what a row must have. To be kept, not passed over.
    pub malformed: Vec<MalformedRow>,
}

impl PulledPage {
    /// Reads what `GetChatData` handed out.
    ///
    /// # Errors
    /// [`SdkError::Answer`] if it is no page, [`SdkError::Refused`] if it is WeCom's refusal.
    pub fn read(json: &[u8]) -> Result<Self, SdkError> {
        read_page(json)
    }

    /// The number to pull behind next; `None` for an empty page. Never one more than this: a
    /// row would be lost.
    #[must_use]
    pub fn last_seq(&self) -> Option<u64> {
        let rows = self.rows.iter().map(|row| row.seq);
        let malformed = self.malformed.iter().filter_map(|row| row.seq);
        rows.chain(malformed).max()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.malformed.is_empty()
    }
}

/// A row as it comes (section 2.1 of the reference): the outside in clear, the body sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedRow {
    /// Rises over the whole corp, with holes. Full 64 bits.
    pub seq: u64,
    /// The same message may come again under another number.
    pub msgid: String,
    /// Which uploaded public key sealed the random key.
    pub publickey_ver: u32,
    /// Base64 of what RSA sealed.
    pub encrypt_random_key: String,
    /// Opaque; goes to the library unchanged.
    pub encrypt_chat_msg: String,
}

impl fmt::Debug for SealedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedRow")
            .field("seq", &self.seq)
            .field("msgid", &self.msgid)
            .field("publickey_ver", &self.publickey_ver)
            .finish_non_exhaustive()
    }
}

/// Longest msgid, in bytes; WeCom's have some 40.
const LONGEST_ID: usize = 512;

/// A row that lacks something.
#[derive(Clone, PartialEq, Eq)]
pub struct MalformedRow {
    /// Its number, if that could be read.
    pub seq: Option<u64>,
    /// The row as it came.
    pub json: String,
}

impl fmt::Debug for MalformedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MalformedRow")
            .field("seq", &self.seq)
            .finish_non_exhaustive()
    }
}

/// Reads what `GetChatData` handed out. Without rows `chatdata` may lack or be empty in any way that
/// WeCom's services write so.
pub(super) fn read_page(json: &[u8]) -> Result<PulledPage, SdkError> {
    let no_page = || SdkError::Answer {
        call: SdkCall::GetChatData,
        what: "no page",
    };
    let mut page: Map<String, Value> = serde_json::from_slice(json).map_err(|_| no_page())?;
    let errcode = match page.get("errcode") {
        None => None,
        Some(Value::String(text)) => Some(text.parse().map_err(|_| no_page())?),
        Some(code) => Some(code.as_i64().ok_or_else(no_page)?),
    };
    if let Some(code) = errcode.filter(|code| *code != 0) {
        let message = page.get("errmsg").and_then(Value::as_str);
        return Err(SdkError::Refused(refusal(
            code,
            message.unwrap_or_default(),
        )));
    }
    let rows = match page.remove("chatdata") {
        Some(Value::Array(rows)) => rows,
        Some(Value::Null) => Vec::new(),
        Some(Value::String(text)) if text.is_empty() => Vec::new(),
        Some(Value::Object(none)) if none.is_empty() => Vec::new(),
        None if errcode.is_some() => Vec::new(),
        _ => return Err(no_page()),
    };
    let mut read = PulledPage::default();
    for row in rows {
        match read_row(row) {
            Ok(row) => read.rows.push(row),
            Err(row) => read.malformed.push(row),
        }
    }
    Ok(read)
}

/// A number that may come as text.
fn number(value: Option<&Value>) -> Option<u64> {
    match value? {
        Value::String(text) => text.parse().ok(),
        value => value.as_u64(),
    }
}

fn read_row(mut row: Value) -> Result<SealedRow, MalformedRow> {
    let seq = number(row.get("seq"));
    let version = number(row.get("publickey_ver")).and_then(|version| u32::try_from(version).ok());
    let of = |name: &str| row.get(name).and_then(Value::as_str);
    let texts = ["msgid", "encrypt_random_key", "encrypt_chat_msg"];
    // No database keeps a NUL, and an id is what rows are told apart by.
    let is_text = |name: &str| of(name).is_some_and(|text| !text.contains('\0'));
    let has_texts = texts.into_iter().all(is_text)
        && of("msgid").is_some_and(|id| (1..=LONGEST_ID).contains(&id.len()));
    let (Some(seq), Some(publickey_ver), true) = (seq, version, has_texts) else {
        let json = row.to_string();
        return Err(MalformedRow { seq, json });
    };
    let mut text = |name: &str| match row.get_mut(name).map(Value::take) {
        Some(Value::String(text)) => text,
        _ => String::new(),
    };
    Ok(SealedRow {
        seq,
        msgid: text("msgid"),
        publickey_ver,
        encrypt_random_key: text("encrypt_random_key"),
        encrypt_chat_msg: text("encrypt_chat_msg"),
    })
}

fn refusal(code: i64, message: &str) -> Refusal {
    let ip = || {
        let (_, rest) = message.split_once("from ip: ")?;
        rest.split([',', ' ']).next()?.trim().parse().ok()
    };
    let kind = match code {
        301_042 => RefusalKind::IpNotTrusted { ip: ip() },
        48_002 => RefusalKind::NotArchiveSecret,
        301_052 => RefusalKind::Expired,
        40_001 | 40_013 | 40_014 | 40_091 | 41_002 | 41_004 | 42_001 => RefusalKind::Credential,
        45_009 | 45_033 => RefusalKind::RateLimited,
        _ => RefusalKind::Other,
    };
    Refusal {
        kind,
        code: ErrCode(code),
        message: shortened(message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_makes_no_sense_hides_no_other() {
        let json = r#"{"errcode":0,"errmsg":"ok","chatdata":[
            {"seq":18446744073709551615,"msgid":"1_1","publickey_ver":4294967295,
             "encrypt_random_key":"a","encrypt_chat_msg":"b","new":[1]},
            {"seq":7,"msgid":null},
            3,
            {"seq":"8","msgid":"1_2","publickey_ver":"2","encrypt_random_key":"a",
             "encrypt_chat_msg":"b"}]}"#;
        let page = read_page(json.as_bytes()).unwrap();
        assert_eq!(page.rows.len(), 2);
        assert_eq!(page.rows[0].seq, u64::MAX);
        assert_eq!(page.rows[0].publickey_ver, u32::MAX);
        assert_eq!(page.rows[1].seq, 8);
        let numbers: Vec<_> = page.malformed.iter().map(|row| row.seq).collect();
        assert_eq!(numbers, [Some(7), None]);
        assert_eq!(page.last_seq(), Some(u64::MAX));
    }

    #[test]
    fn rows_whose_id_names_nothing_stay_apart() {
        let long = "1".repeat(LONGEST_ID + 1);
        let row = |seq: u64, msgid: &str| {
            serde_json::json!({ "seq": seq, "msgid": msgid, "publickey_ver": 1,
                "encrypt_random_key": "a", "encrypt_chat_msg": "b" })
        };
        let rows = [
            row(1, ""),
            row(2, ""),
            row(3, "1\0"),
            row(4, &long),
            row(5, "1"),
        ];
        let page = serde_json::json!({ "errcode": 0, "chatdata": rows });
        let page = read_page(page.to_string().as_bytes()).unwrap();
        let kept: Vec<&str> = page.rows.iter().map(|row| row.msgid.as_str()).collect();
        assert_eq!(kept, ["1"]);
        let apart: std::collections::BTreeSet<&str> =
            page.malformed.iter().map(|row| row.json.as_str()).collect();
        assert_eq!(apart.len(), 4);
        assert_eq!(page.last_seq(), Some(5));
    }

    #[test]
    fn a_refusal_is_no_empty_page() {
        for (code, kind) in [
            (
                301_042,
                RefusalKind::IpNotTrusted {
                    ip: "203.0.113.9".parse().ok(),
                },
            ),
            (48_002, RefusalKind::NotArchiveSecret),
            (301_052, RefusalKind::Expired),
            (40_001, RefusalKind::Credential),
            (45_009, RefusalKind::RateLimited),
            (99_999, RefusalKind::Other),
        ] {
            let json = format!(
                r#"{{"errcode":{code},"errmsg":"no, from ip: 203.0.113.9, more","chatdata":[]}}"#
            );
            let Err(SdkError::Refused(refusal)) = read_page(json.as_bytes()) else {
                panic!("{code} was taken for a page");
            };
            assert_eq!(refusal.kind, kind);
        }
    }

    #[test]
    fn a_page_without_rows_is_empty_and_half_a_page_is_none() {
        assert!(read_page(br#"{"errcode":0}"#).unwrap().is_empty());
        assert!(
            read_page(br#"{"errcode":0,"chatdata":null}"#)
                .unwrap()
                .is_empty()
        );
        for empty in [
            r#"{"errcode":0,"errmsg":null,"chatdata":[]}"#,
            r#"{"errcode":"0","chatdata":""}"#,
            r#"{"chatdata":{}}"#,
        ] {
            assert!(read_page(empty.as_bytes()).unwrap().is_empty(), "{empty}");
        }
        for none in [
            r#"{"errcode":0,"chatdata":[{"seq":1"#,
            "{}",
            r#"{"errcode":0,"chatdata":7}"#,
            r#"{"errcode":null}"#,
            "[]",
        ] {
            let answer = read_page(none.as_bytes());
            assert!(matches!(answer, Err(SdkError::Answer { .. })), "{none}");
        }
    }
}
