//! The documents say what is true: links lead somewhere, commands and their options exist.

use std::path::{Path, PathBuf};

use super::program::{root, run, stdout};

fn documents() -> Vec<PathBuf> {
    let root = root();
    let mut found: Vec<PathBuf> = [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
    ]
    .iter()
    .map(|name| root.join(name))
    .collect();
    for entry in std::fs::read_dir(root.join("docs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|kind| kind == "md") {
            found.push(path);
        }
    }
    found
}

/// Targets of `[text](target)` and `![text](target)`.
fn links(text: &str) -> Vec<&str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(link, _)| link)
        .collect()
}

#[test]
fn every_link_within_the_documents_leads_somewhere() {
    for document in documents() {
        let text = std::fs::read_to_string(&document).unwrap();
        for link in links(&text) {
            let target = link.split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let path = document.parent().unwrap_or(Path::new("/")).join(target);
            assert!(path.exists(), "{} links to {link}", document.display());
        }
    }
}

#[test]
fn every_path_in_the_architecture_page_exists() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for quoted in text.split('`').skip(1).step_by(2) {
        let is_path = ["crates/", "web/", "docs/", "scripts/", "text/"]
            .iter()
            .any(|folder| quoted.starts_with(folder));
        if is_path && !quoted.contains(['{', '*', ' ']) {
            assert!(
                root().join(quoted).exists(),
                "ARCHITECTURE.md names {quoted}"
            );
        }
    }
}

/// Lines of code blocks that run the program, continued lines joined.
fn commands(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut inside = false;
    let mut joined = String::new();
    for line in text.lines() {
        if line.starts_with("```") {
            inside = !inside;
            continue;
        }
        let line = line.trim();
        let line = line.strip_prefix("$ ").unwrap_or(line);
        if !inside || (joined.is_empty() && !line.starts_with("jiebang ")) {
            continue;
        }
        joined.push_str(line.trim_end_matches('\\'));
        joined.push(' ');
        if !line.ends_with('\\') {
            found.push(std::mem::take(&mut joined));
        }
    }
    found
}

#[test]
fn every_command_in_the_documents_exists_with_its_options() {
    let dir = tempfile::tempdir().unwrap();
    let mut seen = 0;
    for document in documents() {
        let text = std::fs::read_to_string(&document).unwrap();
        for command in commands(&text) {
            let shown = format!("{}: {command}", document.display());
            let command = command.split(" #").next().unwrap_or_default().to_owned();
            let command = command
                .split([';', '|', '>', '&'])
                .next()
                .unwrap_or_default()
                .to_owned();
            let words: Vec<&str> = command.split_whitespace().skip(1).collect();
            let is_name = |word: &&&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            let path: Vec<&str> = words
                .iter()
                .take_while(|word| !word.starts_with('-'))
                .take_while(is_name)
                .take(2)
                .copied()
                .collect();
            // `bench sync`: the second word is a value, not a command.
            let help = [2, 1, 0]
                .into_iter()
                .filter(|n| *n <= path.len())
                .find_map(|n| {
                    let mut arguments = path[..n].to_vec();
                    arguments.push("--help");
                    let output = run(dir.path(), &arguments);
                    output.status.success().then(|| stdout(&output))
                });
            let help = help.unwrap_or_else(|| panic!("{shown}"));
            for option in words.iter().filter(|word| word.starts_with("--")) {
                let name = option.split('=').next().unwrap_or(option);
                assert!(
                    help.contains(name) || name == "--version",
                    "{shown}: no {name}"
                );
            }
            seen += 1;
        }
    }
    assert!(seen > 0);
}

#[test]
fn the_configuration_page_names_every_key() {
    let page = std::fs::read_to_string(root().join("docs/configuration.md")).unwrap();
    let file = std::fs::read_to_string(root().join("docs/jiebang.toml")).unwrap();
    let mut section = "";
    for line in file.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
        } else if let Some((key, _)) = line
            .strip_prefix('#')
            .and_then(|rest| rest.split_once(" = "))
            && key.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        {
            assert!(
                page.contains(&format!("`{section}.{key}`")),
                "{section}.{key} is missing"
            );
        }
    }
}
