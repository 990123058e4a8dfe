//! The tables as records. A `Model` is the record that repositories take and give.
//!
//! Times are Unix seconds. Ids of WeCom are text as `jiebang-domain` parsed them. Nothing here
//! decides anything; states are texts whose meaning the domain holds.

pub mod account;
pub mod archive_cursor;
pub mod archive_gap;
pub mod archive_hold;
pub mod archive_key;
pub mod archive_member;
pub mod archive_name;
pub mod archive_policy;
pub mod archive_reading;
pub mod archive_row;
pub mod asset_snapshot;
pub mod audit_entry;
pub mod audit_head;
pub mod callback_event;
pub mod case_comment;
pub mod case_item;
mod columns;
pub mod consent;
pub mod contact_way;
pub mod contact_way_move;
pub mod contact_way_task;
pub mod contact_way_user;
pub mod conversation;
pub mod conversation_key;
pub mod conversation_person;
pub mod corp;
pub mod corp_key;
pub mod corp_tag;
pub mod customer;
pub mod customer_group;
pub mod customer_profile;
pub mod department;
pub mod erased_share;
pub mod erasure;
pub mod erasure_key;
pub mod first_contact;
pub mod follow;
pub mod group_member;
pub mod handover;
pub mod handover_approval;
pub mod handover_attempt;
pub mod handover_call;
pub mod handover_case;
pub mod handover_row;
pub mod handover_step;
pub mod idempotency_key;
pub mod index_key;
pub mod job;
pub mod media_blob;
pub mod media_leaving;
pub mod member;
pub mod member_profile;
pub mod message_media;
pub mod message_template;
pub mod notice;
pub mod orphan_settled;
pub mod review_batch;
pub mod review_item;
pub mod review_member;
pub mod rule_set;
pub mod rule_set_version;
pub mod session;
pub mod setting;
pub mod sync_run;
pub mod unassigned;

pub use columns::{Numbers, Texts};

/// Ends an entity that declares no relations: queries here join by hand, and foreign keys would
/// make batches of facts depend on the order in which WeCom tells them.
macro_rules! stands_alone {
    () => {
        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {}

        impl ActiveModelBehavior for ActiveModel {}
    };
}
pub(crate) use stands_alone;
