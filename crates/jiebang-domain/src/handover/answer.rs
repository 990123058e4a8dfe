//! Reads the platform's codes for one customer or group of a transfer call (sections 4.8 and 4.9
//! of WeCom's contract). Codes are open: an unknown one is a failure that keeps its number.

use super::Subject;

/// What a code means for the row it was given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The process was started; it takes effect later.
    Started,
    /// Some transfer of this subject is, or may be, under way, perhaps ours: ask the result pages.
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
        // Busy: whether it acted is not documented, so it is asked before it is called again.
        (_, -1) => Verdict::Running,
        (_, 45009 | 45033 | 45035) => Verdict::Later,
        _ => Verdict::Failed,
    }
}

/// Whether `code`, given for one item of a call, says that a transfer of it is under way. Where
/// the platform shows none of ours, it is somebody else's.
#[must_use]
pub const fn says_running(code: i64) -> bool {
    matches!(code, 40100 | 40129 | 90507)
}

/// Whether `code` says that the group has been inherited already. Where it does not belong to the
/// successor, somebody else has it, and asking again changes nothing.
#[must_use]
pub const fn says_inherited(code: i64) -> bool {
    code == 90508
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_leaves_a_doubt_is_settled_before_the_next_call() {
        for code in [-1, 40100, 40129] {
            assert_eq!(verdict(Subject::Customer, code), Verdict::Running);
        }
        for code in [-1, 90507, 90508] {
            assert_eq!(verdict(Subject::Group, code), Verdict::Running);
        }
        assert_eq!(verdict(Subject::Customer, 123_456), Verdict::Failed);
    }
}
