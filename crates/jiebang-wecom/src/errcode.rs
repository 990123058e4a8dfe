//! Error codes of the platform, and what a program can do about them. Sources: sections
//! 1.5, 4.9 and Appendix B of the API reference (path/90313).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A code of the platform: 0 is success, everything else a reason.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct ErrCode(pub i64);

/// What a code calls for. Codes not listed are [`ErrKind::Other`]: new ones appear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrKind {
    Ok,
    /// -1: the platform was busy. Whether it acted is not documented.
    Busy,
    /// The token has ended or is of the wrong kind.
    Token,
    /// Too many calls; blocked at least `window` seconds.
    Frequency {
        window: i64,
    },
    /// Too many calls at once.
    Concurrency,
    /// An administrator must change something.
    Config(ConfigProblem),
    /// The member, customer or group lies outside the app's visible range.
    OutOfRange,
    /// The member, customer or group does not exist (any more).
    NotFound,
    /// The member does not follow the customer.
    NoRelation,
    /// A transfer was refused for a reason of the people or the thing transferred.
    Item,
    /// The cursor is not valid (any more): page from the start.
    Cursor,
    /// The login code or ticket is invalid, used or expired: sign in again.
    Login,
    /// The request was wrong.
    Parameter,
    /// The answer would be too large: ask for less at a time.
    TooLarge,
    Other,
}

/// What is wrong with the configuration at WeCom or here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ConfigProblem {
    /// 40001: wrong or reset secret, or the app is stopped.
    Secret,
    /// 40013: no such corp.
    Corp,
    /// 40091: the secret belongs to another corp.
    SecretOfAnotherCorp,
    /// 48002: the app is not in the list of callable apps, or the wrong kind of secret.
    ApiNotPermitted,
    /// 48006: permission withdrawn because the corp has not used the app for long.
    PermissionWithdrawn,
    /// 48009: contacts sync from an IP not used in the last 90 days.
    ContactsSyncNewIp,
    /// 50003, 60031: the app is disabled or may not call APIs.
    AppDisabled,
    /// 60020: the caller's IP is not a trusted IP of the app.
    IpNotTrusted,
    /// 301002, 40056: the agent id does not belong to the token's app.
    WrongAgent,
    /// 301007: the corp is dissolved or banned.
    CorpUnavailable,
    /// 701008: no member holds a valid interop licence.
    NoLicence,
    /// 50001: the redirect domain is not trusted.
    RedirectDomain,
    /// 301042: the caller's IP is not in the archive's trusted list.
    ArchiveIpNotTrusted,
    /// 301052: the conversation archive was not bought or has run out.
    ArchiveExpired,
}

impl ErrCode {
    pub const OK: Self = Self(0);
    pub const BUSY: Self = Self(-1);

    #[must_use]
    pub const fn is_ok(self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub const fn kind(self) -> ErrKind {
        match self.0 {
            0 => ErrKind::Ok,
            -1 => ErrKind::Busy,
            40014 | 42001 => ErrKind::Token,
            45009 => ErrKind::Frequency { window: 60 },
            45033 | 45035 => ErrKind::Concurrency,
            60011 | 60021 | 60030 | 50002 | 84084 => ErrKind::OutOfRange,
            46004 | 60111 | 60003 | 60123 | 49008 => ErrKind::NotFound,
            84061 | 40131 => ErrKind::NoRelation,
            40096..=40100
            | 40128..=40130
            | 40132
            | 40143
            | 40205
            | 41054
            | 84074
            | 84083
            | 90500..=90510 => ErrKind::Item,
            50100 => ErrKind::Cursor,
            40029 | 42003 | 42022 | 84014 | 84015 => ErrKind::Login,
            45029 | 81017 => ErrKind::TooLarge,
            40003 | 40008 | 40031 | 40035 | 40058 | 40063 | 40066 | 40068 | 40070 | 41009
            | 41011 | 41035 | 44004 | 45002 | 81013 | 82001 => ErrKind::Parameter,
            _ => match self.config_problem() {
                Some(problem) => ErrKind::Config(problem),
                None => ErrKind::Other,
            },
        }
    }

    const fn config_problem(self) -> Option<ConfigProblem> {
        Some(match self.0 {
            40001 | 41004 => ConfigProblem::Secret,
            40013 | 41002 => ConfigProblem::Corp,
            40091 => ConfigProblem::SecretOfAnotherCorp,
            48002 => ConfigProblem::ApiNotPermitted,
            48006 => ConfigProblem::PermissionWithdrawn,
            48009 => ConfigProblem::ContactsSyncNewIp,
            50003 | 60031 => ConfigProblem::AppDisabled,
            60020 => ConfigProblem::IpNotTrusted,
            301_002 | 40056 => ConfigProblem::WrongAgent,
            301_007 => ConfigProblem::CorpUnavailable,
            701_008 => ConfigProblem::NoLicence,
            50001 => ConfigProblem::RedirectDomain,
            301_042 => ConfigProblem::ArchiveIpNotTrusted,
            301_052 => ConfigProblem::ArchiveExpired,
            _ => return None,
        })
    }
}

impl fmt::Display for ErrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_codes_of_an_ended_token_are_the_same_kind() {
        assert_eq!(ErrCode(40014).kind(), ErrKind::Token);
        assert_eq!(ErrCode(42001).kind(), ErrKind::Token);
    }

    #[test]
    fn a_code_nobody_knows_is_other() {
        assert_eq!(ErrCode(987_654).kind(), ErrKind::Other);
        assert_eq!(ErrCode(i64::MIN).kind(), ErrKind::Other);
    }

    #[test]
    fn configuration_problems_are_told_apart() {
        assert_eq!(
            ErrCode(60020).kind(),
            ErrKind::Config(ConfigProblem::IpNotTrusted)
        );
        assert_eq!(
            ErrCode(48002).kind(),
            ErrKind::Config(ConfigProblem::ApiNotPermitted)
        );
        assert_eq!(
            ErrCode(40001).kind(),
            ErrKind::Config(ConfigProblem::Secret)
        );
    }
}
