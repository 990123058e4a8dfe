//! WeCom (企业微信): the API client and the callback receiver.
//!
//! The contract is the project's API reference; its Appendix C is the checklist this
//! crate follows. What must stay true:
//!
//! - Invariant: a call with an effect (transfer, message, remark, tag) is sent again only
//!   after an answer that proves nothing happened. Any doubt comes back as
//!   [`CallError::is_unsure`], for the caller to settle by asking the platform.
//! - Invariant: no secret, token or URL query reaches a log line, an error or `Debug`.
//! - Invariant: no answer and no callback, however malformed, panics.

pub mod archive;
pub mod callback;

mod api;
mod batch;
mod client;
mod config;
mod contact_way;
mod customer;
mod directory;
mod errcode;
mod error;
mod group;
mod handover;
mod insight;
mod lenient;
mod login;
mod media;
mod network;
mod notice;
mod pace;
mod page;
mod secret;
mod strategy;
mod tag;
mod token;
mod transport;

pub use api::Api;
pub use batch::{Batch, BatchError};
pub use client::Client;
pub use config::{Config, ConfigError, RateLimits, Retry, Timeouts};
pub use contact_way::{AcquisitionLink, ContactWay};
pub use customer::{
    Contact, ContactType, CustomerDetail, CustomerPage, CustomerRow, Follow, FollowTag, Remark,
};
pub use directory::{Agent, Department, DepartmentMember, Member, MemberStatus};
pub use errcode::{ConfigProblem, ErrCode, ErrKind};
pub use error::{CallError, Doubt, NotSent};
pub use group::{FailedGroup, Group, GroupMember, GroupRow, GroupStatus, MemberType};
pub use handover::{TransferAnswer, TransferKind, TransferRow, TransferStatus, Unassigned};
pub use insight::BehaviourDay;
pub use login::Login;
pub use media::{Media, MediaKind};
pub use notice::{Message, MessageContent, SentMessage};
pub use page::{Cursor, Page, walk};
pub use secret::Secret;
pub use strategy::{RangeEntry, Strategy};
pub use tag::{CorpTag, TagGroup};
