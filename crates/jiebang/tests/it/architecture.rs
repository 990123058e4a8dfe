//! The crate table of `ARCHITECTURE.md`, held over what cargo says. Changing it is a design
//! decision.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

use super::program::root;

/// Which of ours each crate may depend on.
const TABLE: &[(&str, &[&str])] = &[
    ("jiebang-domain", &[]),
    ("jiebang-vault", &["jiebang-domain"]),
    ("jiebang-store", &["jiebang-domain", "jiebang-vault"]),
    ("jiebang-wecom", &["jiebang-domain"]),
    (
        "jiebang-app",
        &[
            "jiebang-domain",
            "jiebang-vault",
            "jiebang-store",
            "jiebang-wecom",
        ],
    ),
    (
        "jiebang-server",
        &["jiebang-domain", "jiebang-app", "jiebang-console"],
    ),
    ("jiebang-console", &[]),
    ("wecom-sandbox", &[]),
    ("wecom-sdk-standin", &[]),
    (
        "jiebang",
        &[
            "jiebang-domain",
            "jiebang-vault",
            "jiebang-store",
            "jiebang-wecom",
            "jiebang-app",
            "jiebang-server",
            "jiebang-console",
            "wecom-sandbox",
        ],
    ),
];

const SQL: &[&str] = &["sea-orm", "sea-orm-migration", "sqlx", "rusqlite"];
const HTTP_CLIENT: &[&str] = &["reqwest", "hyper", "ureq"];
const HTTP_SERVER: &[&str] = &["axum", "tower-http", "actix-web"];
const IO: &[&str] = &["tokio", "futures", "async-std", "nix", "tempfile"];

/// What each crate never depends on.
const NEVER: &[(&str, &[&[&str]])] = &[
    ("jiebang-domain", &[SQL, HTTP_CLIENT, HTTP_SERVER, IO]),
    ("jiebang-vault", &[SQL, HTTP_CLIENT, HTTP_SERVER, IO]),
    ("jiebang-store", &[HTTP_CLIENT, HTTP_SERVER]),
    ("jiebang-wecom", &[SQL, HTTP_SERVER]),
    ("jiebang-app", &[SQL, HTTP_CLIENT, HTTP_SERVER]),
    ("jiebang-server", &[SQL, HTTP_CLIENT]),
    ("jiebang-console", &[SQL, HTTP_CLIENT]),
    ("wecom-sandbox", &[SQL]),
    ("wecom-sdk-standin", &[SQL, HTTP_CLIENT, HTTP_SERVER, IO]),
];

/// More packages than this are more than anybody looks after.
const MOST_PACKAGES: usize = 620;

fn metadata() -> Metadata {
    let mut command = MetadataCommand::new();
    command.manifest_path(root().join("Cargo.toml"));
    command.other_options(["--locked".to_owned(), "--offline".to_owned()]);
    command.exec().unwrap()
}

/// What each crate of ours needs to be built, tests not counted.
fn dependencies(metadata: &Metadata) -> BTreeMap<String, BTreeSet<String>> {
    let normal = |package: &cargo_metadata::Package| {
        let needed = package.dependencies.iter();
        let needed = needed.filter(|one| one.kind != DependencyKind::Development && !one.optional);
        (
            package.name.to_string(),
            needed.map(|one| one.name.clone()).collect(),
        )
    };
    metadata
        .workspace_packages()
        .into_iter()
        .map(normal)
        .collect()
}

#[test]
fn the_crates_depend_on_each_other_as_the_table_says() {
    let found = dependencies(&metadata());
    let ours: BTreeSet<&str> = found.keys().map(String::as_str).collect();
    let table: BTreeMap<&str, BTreeSet<&str>> = TABLE
        .iter()
        .map(|(name, may)| (*name, may.iter().copied().collect()))
        .collect();
    assert_eq!(
        ours,
        table.keys().copied().collect(),
        "the crates there are"
    );
    for (name, needs) in &found {
        let own: BTreeSet<&str> = needs
            .iter()
            .map(String::as_str)
            .filter(|one| ours.contains(one))
            .collect();
        let more: Vec<_> = own.difference(&table[name.as_str()]).collect();
        assert!(more.is_empty(), "{name} must not depend on {more:?}");
    }
}

#[test]
fn no_crate_reaches_for_what_is_not_its_business() {
    let found = dependencies(&metadata());
    for (name, never) in NEVER {
        for forbidden in never.iter().copied().flatten() {
            assert!(
                !found[*name].contains(*forbidden),
                "{name} must not depend on {forbidden}"
            );
        }
    }
}

#[test]
fn the_packages_can_still_be_looked_after() {
    let locked = metadata().packages.len();
    assert!(locked <= MOST_PACKAGES, "{locked} packages are locked");
}

#[test]
fn files_and_folders_keep_to_the_style() {
    const LONGEST_FILE: usize = 800;
    const SHAPELESS: &[&str] = &["utils", "util", "common", "helpers", "manager", "misc"];
    let mut open = vec![root().join("crates")];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            assert!(
                !SHAPELESS.contains(&stem.as_str()),
                "{} says nothing",
                path.display()
            );
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let lines = std::fs::read_to_string(&path).unwrap().lines().count();
                assert!(
                    lines <= LONGEST_FILE,
                    "{} has {lines} lines",
                    path.display()
                );
            }
        }
    }
}
