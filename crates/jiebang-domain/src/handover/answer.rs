//! Reads the platform's codes for one customer or group of a transfer call (sections 4.8 and 4.9
//! of WeCom's contract). Codes are open: an unknown one is a failure that keeps its number.

use super::Subject;

/// What a code means for the row it was given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The process was started; it takes effect later.
    Started,
    /// Some transfer of this subject is under way, perhaps ours: ask the result pages.
    Running,
    /// The successor has it already.
    AlreadyThere,
    /// A limit of the moment: the same call later.
    Later,
    /// A limit of the natural day: the same call tomorrow.
    Tomorrow,
    /// The successor can take no more customers.
    Full,
    /// The leaver has no relation with this customer (any more).
    NoRelation,
    /// It will not work as it stands.
    Failed,
}

/// What `code` means when it is given for one item of a call.
#[must_use]
pub const fn verdict(subject: Subject, code: i64) -> Verdict {
    match (subject, code) {
        (_, 0) => Verdict::Started,
        (Subject::Customer, 40100 | 40129) | (Subject::Group, 90507 | 90508) => Verdict::Running,
        (Subject::Customer, 40099) => Verdict::Full,
        (Subject::Customer, 40131 | 84061 | 40096) => Verdict::NoRelation,
        (Subject::Group, 90504) => Verdict::AlreadyThere,
        // The page names no code for 300 groups a day; a frequency code is the likely one.
        (Subject::Group, 45009) => Verdict::Tomorrow,
        (_, -1 | 45009 | 45033 | 45035) => Verdict::Later,
        _ => Verdict::Failed,
    }
}

/// Whether a top-level code speaks of the whole successor or leaver, so that every item of the
/// call ends with it, as opposed to a fault of the connection that stops the executor.
#[must_use]
pub const fn ends_every_item(code: i64) -> bool {
    matches!(
        code,
        40003 | 40096..=40099 | 40128 | 40130..=40132 | 40143 | 40205 | 41054 | 60011 | 60021
            | 60030 | 60111 | 84061 | 84074 | 84083 | 84084 | 90500..=90510 | 49008
    )
}
