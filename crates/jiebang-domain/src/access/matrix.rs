//! The whole table of rights in a form a non-engineer can read.

use std::fmt::Write as _;

use super::{Act, Role, corp_wide};

/// The role × act table as Markdown.
#[must_use]
pub fn matrix() -> String {
    let mut out = String::from(
        "# Who may do what\n\n\
         Generated from `jiebang_domain::access`; a test fails when this file differs.\n\n\
         `yes`: within the departments of the account. `corp`: only where the account is not \
         limited to departments. `–`: never.\n\n| right |",
    );
    for role in Role::ALL {
        let _ = write!(out, " {role} |");
    }
    out.push_str("\n| --- |");
    out.push_str(&" --- |".repeat(Role::ALL.len()));
    out.push('\n');
    for act in Act::ALL {
        let _ = write!(out, "| `{act}` |");
        for role in Role::ALL {
            let cell = match (role.may(*act), corp_wide(*act)) {
                (false, _) => "–",
                (true, true) => "corp",
                (true, false) => "yes",
            };
            let _ = write!(out, " {cell} |");
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    /// Set `UPDATE=1` to write the file anew.
    #[test]
    fn the_printed_matrix_is_the_committed_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/access-matrix.md");
        let matrix = super::matrix();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &matrix).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(
            committed, matrix,
            "run the tests with UPDATE=1 and commit {path}"
        );
    }
}
