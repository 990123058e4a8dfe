//! The table in the README: every capability is named, and every test it names exists.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::program::root;

/// Names of all tests: Rust functions and the titles in the browser's and console's tests.
fn tests() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open: Vec<PathBuf> = vec![
        root().join("crates"),
        root().join("web/e2e"),
        root().join("web/src"),
    ];
    while let Some(dir) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&dir) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if !path.ends_with("node_modules") {
                    open.push(path);
                }
                continue;
            }
            let kind = path
                .extension()
                .and_then(|kind| kind.to_str())
                .unwrap_or_default();
            let Ok(text) = std::fs::read_to_string(&path) else {
                continue;
            };
            match kind {
                "rs" => found.extend(rust_tests(&text)),
                "ts" | "tsx" => found.extend(titles(&text)),
                _ => {}
            }
        }
    }
    found
}

fn rust_tests(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[test]")
            || line.starts_with("#[tokio::test")
            || line.contains("#[test]")
        {
            is_test = true;
        }
        let name = line
            .split("fn ")
            .nth(1)
            .and_then(|rest| rest.split(['(', '<']).next());
        if let Some(name) = name.filter(|_| is_test && line.contains("fn ")) {
            names.push(name.trim().to_owned());
            is_test = false;
        }
    }
    names
}

/// `test("title", …)` and `it("title", …)`.
fn titles(text: &str) -> Vec<String> {
    let calls = ["test(", "it("];
    let mut names = Vec::new();
    for call in calls {
        for rest in text.split(call).skip(1) {
            let rest = rest.trim_start();
            let Some(quote) = rest.chars().next().filter(|c| "\"'`".contains(*c)) else {
                continue;
            };
            names.extend(rest[1..].split(quote).next().map(str::to_owned));
        }
    }
    names
}

struct Row {
    number: String,
    today: String,
    tests: String,
}

fn rows() -> Vec<Row> {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let is_capability = |number: &str| {
        let digits = number.strip_prefix(['S', 'B']);
        digits.is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit()))
    };
    readme
        .lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.strip_prefix('|')?.split('|').map(str::trim).collect();
            let number = (*cells.first()?).to_owned();
            (cells.len() >= 4 && is_capability(&number)).then(|| Row {
                number,
                today: cells[2].to_owned(),
                tests: cells[3].to_owned(),
            })
        })
        .collect()
}

#[test]
fn the_readme_names_every_capability_once() {
    let found: Vec<String> = rows().into_iter().map(|row| row.number).collect();
    let all = (1..=62)
        .map(|n| format!("S{n}"))
        .chain((1..=25).map(|n| format!("B{n}")));
    assert_eq!(found, all.collect::<Vec<_>>());
}

#[test]
fn every_test_that_the_readme_names_exists() {
    let tests = tests();
    for row in rows() {
        let named: Vec<&str> = row.tests.split('`').skip(1).step_by(2).collect();
        for name in &named {
            assert!(
                tests.contains(*name),
                "{}: there is no test {name}",
                row.number
            );
        }
        assert_eq!(
            named.is_empty(),
            row.today == "not yet",
            "{}: a row without a test says \"not yet\", and only such a row",
            row.number
        );
    }
}
