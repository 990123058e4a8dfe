//! The table of configuration keys: what may be said, and how a variable's text is read.
//!
//! Invariant: a key is known here or it is an error, in the file and in the environment alike.

/// How the text of a variable becomes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    Flag,
    /// A program and its arguments; in a variable as a list of JSON.
    Command,
}

/// One key, as `section.name`.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    pub path: &'static str,
    pub kind: Kind,
}

const fn text(path: &'static str) -> Key {
    Key {
        path,
        kind: Kind::Text,
    }
}

pub const KEYS: &[Key] = &[
    text("server.listen"),
    text("server.public_url"),
    Key {
        path: "server.trust_proxy",
        kind: Kind::Flag,
    },
    text("data.dir"),
    text("data.database"),
    text("data.database_file"),
    text("data.key_store"),
    text("data.key_store_file"),
    text("data.master_key_file"),
    text("data.erasures_file"),
    Key {
        path: "data.master_key_command",
        kind: Kind::Command,
    },
    text("wecom.base_url"),
    text("wecom.corp_id"),
    Key {
        path: "wecom.agent_id",
        kind: Kind::Number,
    },
    text("wecom.app_secret"),
    text("wecom.app_secret_file"),
    text("wecom.contacts_secret"),
    text("wecom.contacts_secret_file"),
    text("wecom.archive_secret"),
    text("wecom.archive_secret_file"),
    text("wecom.archive_library"),
    text("wecom.archive_proxy"),
    text("wecom.archive_proxy_password"),
    text("wecom.archive_proxy_password_file"),
    text("wecom.callback_token"),
    text("wecom.callback_token_file"),
    text("wecom.callback_aes_key"),
    text("wecom.callback_aes_key_file"),
    text("wecom.region_group"),
    text("media.dir"),
    text("media.s3_bucket"),
    text("media.s3_region"),
    text("media.s3_endpoint"),
    text("media.s3_access_key"),
    text("media.s3_secret_key"),
    text("media.s3_secret_key_file"),
    Key {
        path: "media.s3_path_style",
        kind: Kind::Flag,
    },
    text("log.format"),
    text("log.level"),
    text("clock.follow"),
];

/// Every variable of ours begins with this.
pub const PREFIX: &str = "JIEBANG_";

/// Variables that are ours and no configuration: the file's place, builds, tests.
pub const OTHER_VARIABLES: &[&str] = &[
    "JIEBANG_CONFIG",
    "JIEBANG_REQUIRE_CONSOLE",
    "JIEBANG_SKIP_CONSOLE",
    "JIEBANG_CHROMIUM",
    "JIEBANG_TOOLS",
];
pub const OTHER_PREFIXES: &[&str] = &["JIEBANG_TEST_", "JIEBANG_E2E_"];

impl Key {
    #[must_use]
    pub fn find(path: &str) -> Option<Self> {
        KEYS.iter().copied().find(|key| key.path == path)
    }

    /// `JIEBANG_WECOM__CORP_ID` for `wecom.corp_id`.
    #[must_use]
    pub fn variable(self) -> String {
        format!("{PREFIX}{}", self.path.replace('.', "__").to_uppercase())
    }
}

/// The known name that `unknown` was probably meant to be, if one is near enough.
#[must_use]
pub fn nearest<'a>(unknown: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    /// Below this likeness a guess would mislead.
    const LIKE: f64 = 0.75;
    let unknown = unknown.to_lowercase();
    known
        .map(|name| (strsim::jaro_winkler(&unknown, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness >= LIKE)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_finds_the_key_that_was_meant() {
        let near = |text| nearest(text, KEYS.iter().map(|key| key.path));
        assert_eq!(near("wecom.corpid"), Some("wecom.corp_id"));
        assert_eq!(near("wecom.app_secrt"), Some("wecom.app_secret"));
        assert_eq!(near("zzz"), None);
    }

    #[test]
    fn variables_nest_by_two_underscores() {
        let key = Key::find("wecom.callback_aes_key_file").unwrap();
        assert_eq!(key.variable(), "JIEBANG_WECOM__CALLBACK_AES_KEY_FILE");
    }
}
