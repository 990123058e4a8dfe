//! Closed sets of names in the API. Their possible values are taken from the domain when the
//! OpenAPI document is made, so that the two cannot drift apart.

use std::borrow::Cow;

use jiebang_app::archive::Standing as ArchiveStands;
use jiebang_app::customer::{EntryKind, Standing};
use jiebang_app::handover::first_contact::ContactState;
use jiebang_domain::access::{Act, Role};
use jiebang_domain::archive::consent::Status as Agreement;
use jiebang_domain::archive::conversation::{Channel, Kind as TalkKind, PersonKind};
use jiebang_domain::archive::review::{Category, ItemState, Measure};
use jiebang_domain::archive::scope::Denied;
use jiebang_domain::case::{ItemKind, Reason};
use jiebang_domain::contact_way::Kind as WayKind;
use jiebang_domain::handover::affinity::Factor;
use jiebang_domain::handover::approval::Decision;
use jiebang_domain::handover::predict::Prediction;
use jiebang_domain::handover::row::RowState;
use jiebang_domain::handover::{Kind, Subject};
use jiebang_domain::notice_plan::Later;
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// Names of [`jiebang_domain::archive::search::Facet`].
const FACETS: [&str; 9] = [
    "customer",
    "staff",
    "department",
    "room",
    "kind",
    "tag",
    "conversation",
    "channel",
    "sender",
];

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident = $values:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// Every value there is.
            #[must_use]
            pub fn values() -> Vec<&'static str> {
                Vec::from_iter($values)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .enum_values(Some(Self::values()))
                    .build()
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

names! {
    /// Between two people, or in a room.
    ConversationKind = TalkKind::ALL.map(TalkKind::as_str);
    /// Who is on the other side of a conversation.
    ChannelName = Channel::ALL.map(Channel::as_str);
    /// Who takes part in a conversation.
    PersonKindName = PersonKind::ALL.map(PersonKind::as_str);
    /// How the archive stands.
    ArchiveStanding = ArchiveStands::ALL.map(ArchiveStands::as_str);
    /// Where a file of a message stands.
    FileState = ["waiting", "stored", "missing", "skipped"];
    /// Why a row was done without a message.
    WhyLeftOut = ["policy", "refused", "erased"];
    /// Why a successor finds nothing.
    WhyNothing = Denied::ALL.map(Denied::as_str);
    /// How much of a message is kept.
    KeepName = ["keep", "mask", "skip"];
    /// What a hold or an erasure is about.
    ArchiveSubjectKind = ["corp", "person", "conversation"];
    /// Where an item of a spot check stands.
    ReviewItemState = ItemState::NAMES;
    /// What a reviewer says of an item.
    ReviewVerdict = ["passed", "flagged", "skipped"];
    /// What a reviewer found.
    ReviewCategory = Category::ALL.map(Category::as_str);
    /// What is done about what was found.
    ReviewMeasure = Measure::ALL.map(Measure::as_str);
    /// What a customer said about the archive.
    ConsentStatus = Agreement::ALL.map(Agreement::as_str);
    /// By what messages are filtered.
    FacetName = FACETS;
    /// 离职继承 or 在职继承.
    HandoverKind = [Kind::Resigned, Kind::InService].map(Kind::as_str);
    /// What a row hands over.
    SubjectKind = [Subject::Customer, Subject::Group].map(Subject::as_str);
    /// Where a handover stands.
    HandoverState = ["draft", "running", "finished", "cancelled"];
    /// Where a row stands.
    RowStateName = RowState::NAMES;
    /// What will happen to a row.
    PredictionName = Prediction::ALL.iter().map(|p| p.as_str());
    /// How far remark and tags have been written for the successor.
    CarryState = ["none", "pending", "done", "failed", "partial"];
    /// Why a row goes where it goes.
    ReasonMode = [
        "one", "evenly", "rule", "otherwise", "pinned", "none", "empty", "no_room",
    ];
    /// Why a successor fits a customer.
    FactorName = Factor::ALL.iter().map(|factor| factor.as_str());
    /// Why a row needs approval.
    WhyName = ["vip", "second_transfer"];
    /// What somebody said to rows that wait for two persons.
    VoteDecision = [Decision::Approve, Decision::Decline].map(Decision::as_str);
    /// What an account may be.
    RoleName = Role::ALL.map(Role::as_str);
    /// A right.
    ActName = Act::ALL.iter().map(|act| act.as_str());
    /// How a line of the connection check came out.
    CheckState = ["ok", "warning", "failed", "skipped"];
    /// How far the handover of a leaver's assets has come.
    LeaverState = ["waiting", "in_progress", "done"];
    /// Why somebody counts as a leaver.
    LeaverReason = ["left", "disabled", "employed"];
    /// What waits for the administrator.
    TodoKind = [
        "leaver_waiting", "contact_ways", "refusals", "doctor", "sync_stale", "first_sync", "connect", "row_failed",
        "first_contact", "cases", "approvals", "orphans", "archive_urgent", "archive_losing", "archive_refused", "archive_files",
        "archive_parked", "archive_not_begun", "archive_gap", "archive_behind", "archive_unopened",
    ];
    /// Why a case was opened.
    CaseReason = Reason::ALL.map(Reason::as_str);
    /// Where a case stands.
    CaseState = ["open", "closed"];
    /// How an item of a checklist is done.
    CaseItemKind = ItemKind::ALL.map(ItemKind::as_str);
    /// A contact way (联系我) or an acquisition link (获客链接).
    ContactWayKind = [WayKind::Code, WayKind::Link].map(WayKind::as_str);
    /// Where the change of a contact way stands. `elsewhere`: somebody else has changed it;
    /// `nobody`: no one can take it; `by_hand`: it cannot be changed without loss.
    ContactWayMoveState = [
        "planned", "intended", "unsure", "done", "elsewhere", "unneeded", "gone", "nobody",
        "by_hand", "failed",
    ];
    /// Where a customer stands.
    StandingName = Standing::ALL.map(Standing::as_str);
    /// What an entry of a customer's timeline is about.
    TimelineKind = EntryKind::ALL.map(EntryKind::as_str);
    /// How far a first contact is.
    ContactStateName = ContactState::ALL.map(ContactState::as_str);
    /// A figure of the overview.
    FigureKey = ["customers", "groups", "leavers_waiting", "in_handover"];
    /// Where the value of a setting comes from.
    SettingSource = ["file", "env", "console", "none"];
    /// By what outcomes are told apart.
    OutcomeBy = ["leaver", "successor", "rule"];
    /// Why somebody is moved after leaving only.
    LaterReason = Later::ALL.map(Later::as_str);
    /// Where a notice to a successor stands.
    NoticeState = ["planned", "intended", "sent", "unsure", "failed", "none"];
}
