//! The ticket: whole or not at all, private, the same bytes for the same evidence, and with pseudonyms
//! nothing of the names that were there.

use crate::probe::{Run, folder, repository, run, run_with_input, scenarios};
use std::collections::BTreeMap;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path)
        .expect("it is there")
        .permissions()
        .mode()
        & 0o777
}

/// The members of a ticket by name.
fn members(path: &Path) -> BTreeMap<String, String> {
    let file = std::fs::File::open(path).expect("the ticket");
    let mut archive = zip::ZipArchive::new(file).expect("it is an archive");
    let mut members = BTreeMap::new();
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).expect("a member");
        let mut content = String::new();
        member.read_to_string(&mut content).expect("it is text");
        members.insert(member.name().to_owned(), content);
    }
    members
}

fn ticket(path: &Path, more: &[&str]) -> Run {
    run(&[&["demo", "firewall", "--ticket", text(path)], more].concat())
}

#[test]
fn a_ticket_holds_what_support_needs() {
    let folder = folder();
    let (zip, recording) = (folder.path().join("t.zip"), folder.path().join("r.jsonl"));
    let made = ticket(&zip, &["--record", text(&recording)]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let members = members(&zip);
    for name in [
        "report.html",
        "report.md",
        "report.json",
        "report.txt",
        "recording.jsonl",
        "redactions.md",
        "support.md",
        "SHA256SUMS",
    ] {
        assert!(members.contains_key(name), "{name}: {:?}", members.keys());
    }
    let recorded = std::fs::read_to_string(&recording).expect("the recording");
    assert_eq!(members["recording.jsonl"], recorded);
    assert_eq!(
        members["report.txt"], made.stdout,
        "the report is the one that was printed"
    );
    assert!(members["support.md"].contains("CallerIpAddress in (\"203.0.113.10\")"));
    assert_eq!((mode(&zip), mode(&recording)), (0o600, 0o600));
    // Made again from the recording it is the same, byte for byte.
    let again = folder.path().join("again.zip");
    run(&["replay", text(&recording), "--ticket", text(&again)]);
    assert_eq!(
        std::fs::read(&zip).expect("it"),
        std::fs::read(&again).expect("it")
    );
    assert_eq!(run(&["scan", text(&zip)]).code, 0);
}

#[test]
fn a_ticket_can_be_a_folder() {
    let folder = folder();
    let zip = folder.path().join("t.zip");
    let recording = folder.path().join("r.jsonl");
    ticket(&zip, &["--record", text(&recording)]);
    let there = folder.path().join("there");
    std::fs::create_dir(&there).expect("a folder");
    for place in [
        format!("{}/new/", text(folder.path())),
        text(&there).to_owned(),
    ] {
        let made = run(&["replay", text(&recording), "--ticket", &place]);
        assert!(made.stderr.is_empty(), "{}", made.stderr);
        for (name, content) in members(&zip) {
            let file = Path::new(&place).join(&name);
            assert_eq!(
                std::fs::read_to_string(&file).expect("it"),
                content,
                "{name}"
            );
            assert_eq!(mode(&file), 0o600);
        }
        assert_eq!(mode(Path::new(&place)), 0o700);
        let sums = std::process::Command::new("sha256sum")
            .args(["--check", "--strict", "SHA256SUMS"])
            .current_dir(&place)
            .output()
            .expect("sha256sum runs");
        assert!(
            sums.status.success(),
            "{}",
            String::from_utf8_lossy(&sums.stderr)
        );
        // What is there is not written over.
        let again = run(&["replay", text(&recording), "--ticket", &place]);
        assert_eq!(
            (again.code, again.stderr.lines().count()),
            (2, 1),
            "{}",
            again.stderr
        );
    }
}

#[test]
fn a_ticket_appears_whole_or_not_at_all() {
    let recording = run(&["demo", "--format", "ndjson"]).stdout;
    let token = [
        "eyJhbGciOiJSUzI1NiJ9",
        "eyJzdWIiOiJjYW5hcnkifQ",
        "c2lnbmF0dXJl",
    ]
    .join(".");
    let planted = recording.replacen("no credential", &format!("from {token}"), 1);
    for place in ["t.zip", "t/"] {
        let folder = folder();
        let path = format!("{}/{place}", text(folder.path()));
        for more in [vec![], vec!["--pseudonymise"]] {
            let arguments = [vec!["replay", "-", "--ticket", &path], more].concat();
            let refused = run_with_input(&arguments, &planted);
            assert_eq!(refused.code, 2, "{}", refused.stderr);
            assert_eq!(refused.stderr.lines().count(), 1, "{}", refused.stderr);
            assert!(!refused.stderr.contains("eyJ"), "{}", refused.stderr);
            let left = std::fs::read_dir(folder.path())
                .expect("the folder")
                .count();
            assert_eq!(left, 0, "{place}");
        }
    }
    let nowhere = run_with_input(
        &["replay", "-", "--ticket", "/nonexistent/t.zip"],
        &recording,
    );
    assert_eq!(
        (nowhere.code, nowhere.stderr.lines().count()),
        (2, 1),
        "{}",
        nowhere.stderr
    );
}

#[test]
fn the_table_of_pseudonyms_stays_beside_the_ticket() {
    let folder = folder();
    for (place, table) in [
        ("t.zip", "t.zip.pseudonyms.json"),
        ("t/", "t.pseudonyms.json"),
    ] {
        let path = format!("{}/{place}", text(folder.path()));
        let made = run(&["demo", "--ticket", &path, "--pseudonymise"]);
        assert_eq!(made.code, 0, "{}", made.stderr);
        let table = folder.path().join(table);
        assert_eq!(mode(&table), 0o600);
        let read: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&table).expect("the table")).expect("it reads");
        assert_eq!(read["names"][0]["original"], "acrwizdev");
        assert_eq!(read["names"][0]["pseudonym"], "registry1");
    }
    assert!(
        !members(&folder.path().join("t.zip"))
            .keys()
            .any(|name| name.contains("pseudonym"))
    );
    let nowhere = run(&["demo", "--pseudonymise"]);
    assert_eq!(
        (nowhere.code, nowhere.stderr.lines().count()),
        (2, 1),
        "{}",
        nowhere.stderr
    );
    assert!(nowhere.stdout.is_empty());
}

/// What a scenario calls things: found by another way than the one that is tested.
fn originals(scenario: &str) -> Vec<String> {
    let toml = std::fs::read_to_string(repository(&format!("testdata/scenarios/{scenario}.toml")))
        .expect("it");
    let words =
        toml.split(|sign: char| !(sign.is_ascii_alphanumeric() || matches!(sign, '-' | '.')));
    let is_guid = |word: &str| {
        word.len() == 36 && word.matches('-').count() == 4 && !word.starts_with("00000000")
    };
    let is_address = |word: &str| {
        let address = word.parse::<std::net::Ipv4Addr>();
        address.is_ok_and(|one| {
            !one.is_loopback()
                && !one.is_link_local()
                && !one.is_documentation()
                && !one.is_unspecified()
                // Azure's own name server, the same for everybody.
                && one != std::net::Ipv4Addr::new(168, 63, 129, 16)
        })
    };
    let mut found: Vec<String> = words
        .filter(|word| is_guid(word) || is_address(word))
        .map(str::to_lowercase)
        .collect();
    let names = [
        "acrwizdev",
        "guestbook",
        "wusmanaged42",
        "ci-pull",
        "aks-wiz-dev",
        "rg-cicd-aks-bbs",
        "otherwizdev",
        "proxy.corp",
    ];
    found.extend(names.map(str::to_owned));
    found.sort();
    found.dedup();
    found
}

#[test]
fn with_pseudonyms_no_name_is_in_any_file() {
    let folder = folder();
    std::thread::scope(|scope| {
        for chunk in scenarios().chunks(14) {
            let (chunk, folder) = (chunk.to_vec(), folder.path());
            scope.spawn(move || chunk.iter().for_each(|name| pseudonymised(folder, name)));
        }
    });
}

fn pseudonymised(folder: &Path, name: &str) {
    let path = |kind: &str| folder.join(format!("{name}.{kind}"));
    // A scenario may be called as its repository is; a report names the scenario.
    let scenario = path("scenario.toml");
    let toml = repository(&format!("testdata/scenarios/{name}.toml"));
    std::fs::copy(toml, &scenario).expect("a copy");
    let renamed = folder.join(format!(
        "stated-{}.toml",
        scenarios().iter().position(|one| one == name).expect("it")
    ));
    std::fs::rename(&scenario, &renamed).expect("another name");
    let (zip, recording, json) = (path("zip"), path("jsonl"), path("json"));
    let named = path("named.jsonl");
    let plain = run(&[
        "demo",
        text(&renamed),
        "--exit-code",
        "--format",
        "json",
        "--record",
        text(&named),
    ]);
    let made = run(&[
        "replay",
        text(&named),
        "--pseudonymise",
        "--ticket",
        text(&zip),
        "--record",
        text(&recording),
        "--format",
        "json",
        "--output",
        text(&json),
    ]);
    assert_eq!(made.code, plain.code, "{name}: {}", made.stderr);
    let mut files = members(&zip);
    files.insert(
        "the recording".into(),
        std::fs::read_to_string(&recording).expect("it"),
    );
    files.insert(
        "the report".into(),
        std::fs::read_to_string(&json).expect("it"),
    );
    files.insert("standard output".into(), made.stdout + &made.stderr);
    for (file, content) in &files {
        let content = content.to_lowercase();
        for original in originals(name) {
            let at = content.find(&original);
            let around = at.map(|at| content.get(at.saturating_sub(60)..at + original.len()));
            assert!(at.is_none(), "{name}: {file} names {original}: {around:?}");
        }
    }
    assert!(files["report.txt"].contains("pseudonyms"), "{name}");
    // The diagnosis is that of the evidence with its names.
    let told = |report: &serde_json::Value| -> Vec<String> {
        let cells = report["matrix"].as_array().expect("cells").iter();
        cells
            .map(|cell| {
                format!(
                    "{} {} {}",
                    cell["verdict"], cell["stopped_at"], cell["cause"]
                )
            })
            .collect()
    };
    let shown: serde_json::Value = serde_json::from_str(&files["the report"]).expect("it reads");
    assert_eq!(told(&plain.json()), told(&shown), "{name}");
}
