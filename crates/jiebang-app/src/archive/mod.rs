//! The conversation archive (会话内容存档): pulling, opening, keeping, finding and reading.
//!
//! ```text
//! WeCom ──pull──▶ sealed rows, with the cursor ──open──▶ messages, index, files to be fetched
//!                        ▲                       └─park─▶ rows that wait for a key or a look
//!                        └──────── a key came ───────────┘
//! ```
//!
//! Invariants:
//! - what was delivered is stored, sealed, before anything else happens to it; opening it is a
//!   step that may be repeated and stores each message once;
//! - a text is in memory only while it is opened, read or searched; it is in no log, error, job
//!   or audit entry;
//! - keys are loaded for each piece of work, so that one that was destroyed is gone at once.

mod blob;
mod body;
pub(crate) mod consent;
pub(crate) mod erasure;
mod erasure_list;
mod error;
mod evidence;
mod file;
mod hold;
mod judge;
pub(crate) mod keys;
mod mark;
pub(crate) mod media;
pub(crate) mod open;
pub(crate) mod policy;
mod private_key;
pub(crate) mod pull;
mod reader;
pub(crate) mod retention;
pub mod review;
pub(crate) mod roster;
pub(crate) mod rotation;
mod search;
mod status;
mod thread;
mod transfer;
mod view;

use jiebang_wecom::archive::ArchiveSdk;

pub use blob::Blobs;
pub use body::{FileView, MessageView, Person, Recalled};
pub use consent::{ConsentView, Refusal, list_consents};
pub use erasure::{
    Certificate, ErasurePreview, ErasureView, erase, list_erasures, preview_erasure,
    view_certificate,
};
pub use error::code_of;
pub use evidence::{
    Evidence, EvidenceKey, Facts, Item, Period, begin_evidence, preview_evidence,
    renew_evidence_key, view_evidence_key,
};
pub use file::{Content, open_file};
pub use hold::{HoldView, Released, lift_hold, list_holds, place_hold, view_released};
pub use jiebang_store::archive::conversation::Extent;
pub use jiebang_store::archive::reading::{ReadBy, Reading};
pub use keys::{Shares, count_shares, merge_key_store};
pub use mark::{List, open_mark, seal_mark};
pub use policy::{
    PolicyView, Simulation, activate_policy, list_policies, save_policy, simulate_policy,
    view_policy,
};
pub use private_key::{KeyView, add_private_key, list_private_keys, remove_private_key};
pub use pull::{know_parked, pull_archive, retry_parked};
pub use reader::{REASON_FOR, current_reason, give_reason, why_nothing};
pub use retention::RetentionRun;
pub use roster::{Roster, Unarchived, view_roster};
pub use rotation::{
    CorpKeyView, exchange_corp_key, list_corp_keys, renew_all_conversation_keys,
    renew_conversation_key,
};
pub use search::{Hits, MAX_HITS, Wanted, search};
pub(crate) use status::alarms;
pub use status::{
    Completeness, Cursor, Files, Gap, Health, Kind, Parked, Standing, Status, view_status,
};
pub use thread::{MessagePage, Place, read_conversation};
pub use transfer::{Exported, Imported, MAX_LINE, begin_export, export_page, import_lines};
pub use view::{
    ConversationPage, ConversationView, MAX_PAGE, Wanted as WantedConversations, conversations_of,
    list_conversations,
};

use crate::{App, Error};

/// The connector, where a library and the archive's secret are configured.
fn sdk(app: &App) -> Result<Option<ArchiveSdk>, Error> {
    Ok(app.connection()?.archive)
}
