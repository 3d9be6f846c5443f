//! The shape of the house: which room may know which, which crate lives in which room, and that
//! findings and reports do no IO and read no clock.

use crate::probe::repository;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Each room with the rooms it may know. What is not here does not exist.
const DOORS: &[(&str, &[&str])] = &[
    ("main", &["cli", "shapes", "walk"]),
    ("wait", &["evidence", "findings", "report"]),
    ("lib", &["walk"]),
    (
        "walk",
        &[
            "cli",
            "error",
            "evidence",
            "exchange",
            "files",
            "findings",
            "kubectl",
            "process",
            "pseudonym",
            "report",
            "scan",
            "secret",
            "simulator",
            "ticket",
            "token",
            "transport",
            "wait",
        ],
    ),
    (
        "cli",
        &[
            "error",
            "event",
            "evidence",
            "files",
            "findings",
            "kubectl",
            "network",
            "node",
            "plan",
            "principal",
            "reference",
            "report",
            "scope",
            "secret",
            "simulator",
            "transport",
            "trust",
            "wait",
        ],
    ),
    ("kubectl", &[]),
    ("node", &["evidence", "files", "network"]),
    ("plan", &["evidence", "principal", "trust"]),
    ("principal", &["evidence", "files", "secret", "token"]),
    (
        "exchange",
        &[
            "challenge",
            "evidence",
            "plan",
            "principal",
            "process",
            "secret",
            "transport",
        ],
    ),
    (
        "transport",
        &["evidence", "network", "secret", "token", "trust"],
    ),
    ("network", &["evidence"]),
    ("process", &["secret"]),
    ("pseudonym", &["event", "evidence"]),
    ("report", &["event", "evidence", "findings", "token"]),
    ("event", &["evidence", "reference", "scope"]),
    (
        "findings",
        &["challenge", "event", "evidence", "token", "trust"],
    ),
    ("evidence", &["secret", "shapes"]),
    ("simulator", &[]),
    ("ticket", &["evidence", "report"]),
    ("token", &[]),
    ("challenge", &[]),
    ("reference", &[]),
    ("scan", &["shapes"]),
    ("scope", &[]),
    ("trust", &[]),
    ("secret", &[]),
    ("shapes", &[]),
    ("files", &[]),
    ("error", &[]),
];

/// Each crate of weight with the rooms it may be named in.
const ROOMS: &[(&str, &[&str])] = &[
    ("reqwest", &["transport/lane.rs"]),
    ("oauth2", &["exchange/grants.rs"]),
    (
        "azure_identity",
        &["exchange/identity_token.rs", "exchange/azure_cli.rs"],
    ),
    (
        "azure_core",
        &["exchange/identity_token.rs", "transport/azure.rs"],
    ),
    ("jsonwebtoken", &["token/"]),
    ("clap", &["cli/", "main.rs", "plan.rs", "report/mod.rs"]),
    ("comfy_table", &["report/table"]),
    ("http_auth", &["challenge.rs"]),
    ("maud", &["report/html/"]),
    ("quick_xml", &["report/junit.rs"]),
    ("x509_cert", &["network/certificate.rs"]),
    (
        "rustls",
        &[
            "transport/tls.rs",
            "transport/lane.rs",
            "transport/live.rs",
            "transport/marks.rs",
            "simulator/",
        ],
    ),
    ("rcgen", &["simulator/"]),
    ("tokio_rustls", &["simulator/"]),
    ("toml", &["simulator/"]),
    ("secrecy", &["secret.rs"]),
];

/// What no rule and no renderer may name: they are functions of the evidence.
const IO: &[&str] = &[
    "std::fs",
    "std::env",
    "std::net::Tcp",
    "tokio::",
    "Instant::now",
    "now_utc",
    "SystemTime",
    "std::process",
    "std::io::std",
];

#[test]
fn rooms_know_only_the_rooms_they_may() {
    let mut broken = Vec::new();
    for (file, text) in sources() {
        let room = room_of(&file);
        let Some((_, allowed)) = DOORS.iter().find(|(name, _)| *name == room) else {
            broken.push(format!(
                "{}: the room {room} is not in the table",
                file.display()
            ));
            continue;
        };
        for known in known_rooms(&text) {
            if known != room && !allowed.contains(&known.as_str()) {
                broken.push(format!("{}: {room} may not know {known}", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn crates_stay_in_their_rooms() {
    let mut broken = Vec::new();
    for (file, text) in sources() {
        let path = file.display().to_string();
        for (name, rooms) in ROOMS {
            let named = code(&text).any(|line| names_crate(line, name));
            if named && !rooms.iter().any(|room| path.starts_with(room)) {
                broken.push(format!(
                    "{path} names {name}, which lives in {}",
                    rooms.join(", ")
                ));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn findings_and_reports_do_no_io() {
    for (file, text) in sources() {
        let room = room_of(&file);
        if room != "findings" && room != "report" {
            continue;
        }
        let production = text.split("#[cfg(test)]").next().unwrap_or_default();
        if file.display().to_string().contains("/tests") {
            continue;
        }
        for word in IO {
            assert!(
                !code(production).any(|line| line.contains(word)),
                "{} names {word}",
                file.display()
            );
        }
    }
}

#[test]
fn requests_are_sent_in_one_place() {
    for (file, text) in sources() {
        let path = file.display().to_string();
        let sends = code(&text).any(|line| line.contains("reqwest::Client"));
        assert!(
            !sends || path == "transport/lane.rs",
            "{path} builds a client of its own"
        );
    }
}

#[test]
fn nothing_needs_a_folder_that_a_clone_has_not() {
    let forbidden = ["../sha", "red/"].concat();
    for (file, text) in sources() {
        assert!(
            !text.contains(&forbidden),
            "{} names {forbidden}",
            file.display()
        );
    }
}

/// Every source file with its path below `src`.
fn sources() -> Vec<(PathBuf, String)> {
    let root = repository("src");
    let mut found = Vec::new();
    collect(&root, &root, &mut found);
    assert!(found.len() > 50, "the sources were not found");
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("a source");
            found.push((
                path.strip_prefix(root)
                    .expect("below the root")
                    .to_path_buf(),
                text,
            ));
        }
    }
}

fn room_of(file: &Path) -> String {
    let first = file
        .components()
        .next()
        .expect("a component")
        .as_os_str()
        .to_string_lossy()
        .into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// Lines without comments.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(|line| line.split("//").next().unwrap_or_default())
}

fn known_rooms(text: &str) -> BTreeSet<String> {
    let word = |rest: &str| {
        rest.chars()
            .take_while(|sign| sign.is_alphanumeric() || *sign == '_')
            .collect::<String>()
    };
    let mut rooms = BTreeSet::new();
    for line in code(text) {
        for start in ["crate::", "acr_probe::"] {
            for (at, _) in line.match_indices(start) {
                let before = line[..at].chars().next_back();
                if before.is_none_or(|sign| !sign.is_alphanumeric() && sign != '_' && sign != ':') {
                    let room = word(&line[at + start.len()..]);
                    rooms.insert(if room == "run" {
                        "walk".to_owned()
                    } else {
                        room
                    });
                }
            }
        }
    }
    rooms.remove("");
    rooms
}

fn names_crate(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + name.len()..].starts_with("::");
        let starts =
            before.is_none_or(|sign| !sign.is_alphanumeric() && sign != '_' && sign != ':');
        starts && (after || line.trim_start().starts_with("use "))
    })
}
