use super::{archive, files};
use crate::evidence::{Recording, parse_lines};

fn recording(name: &str) -> Recording {
    let path = format!(
        "{}/testdata/recordings/{name}.jsonl",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(path).unwrap();
    parse_lines(&text).unwrap().remove(0)
}

fn file(recording: &Recording, name: &str) -> String {
    let found = files(recording).into_iter().find(|file| file.name == name);
    found.unwrap().content
}

#[test]
fn the_same_evidence_gives_the_same_bytes() {
    let recording = recording("no-role-assignment.fires");
    let once = archive(&files(&recording)).unwrap();
    assert_eq!(once, archive(&files(&recording)).unwrap());
}

#[test]
fn the_query_names_window_identity_and_address() {
    let recording = recording("firewall-ip.fires");
    let page = file(&recording, "support.md");
    let address = recording
        .transactions
        .iter()
        .find_map(|one| one.refused_address())
        .unwrap();
    assert!(
        page.contains(&format!("CallerIpAddress in (\"{address}\")")),
        "{page}"
    );
    assert!(
        page.contains("| where TimeGenerated between (datetime("),
        "{page}"
    );
    for one in recording
        .transactions
        .iter()
        .filter_map(|one| one.correlation_id.as_ref())
    {
        assert!(page.contains(one.as_str()), "{one}: {page}");
    }
    let page = file(
        &super::tests::recording("no-role-assignment.fires"),
        "support.md",
    );
    assert!(page.contains("Identity in~ (\""), "{page}");
    assert!(
        page.contains("add CallerIpAddress if you know it"),
        "{page}"
    );
}

#[test]
fn a_hostile_name_does_not_leave_the_query() {
    let mut recording = recording("firewall-ip.fires");
    recording.header.principals[0].identity.user_name = Some("x\") or true // \n| drop `".into());
    let page = file(&recording, "support.md");
    assert!(page.contains("\"x\\\") or true // | drop '\""), "{page}");
    assert_eq!(page.matches("```").count() % 2, 0);
}

#[test]
fn what_was_removed_is_read_off_the_marks() {
    let recording = recording("no-role-assignment.fires");
    let page = file(&recording, "redactions.md");
    let marks = serde_json::to_string(&recording.transactions).unwrap();
    let count = marks.matches("(redacted access_token, ").count();
    assert!(
        count > 0 && page.contains(&format!("| access_token | {count} |")),
        "{count}: {page}"
    );
    assert!(page.contains("form field access_token (t"), "{page}");
    assert!(
        page.contains(&format!("| jwt-signature | {} |", recording.tokens.len())),
        "{page}"
    );
}

#[test]
fn checksums_are_those_of_the_files() {
    let recording = recording("no-role-assignment.fires");
    let sums = file(&recording, "SHA256SUMS");
    assert_eq!(sums.lines().count(), files(&recording).len() - 1);
    for file in files(&recording)
        .iter()
        .filter(|file| file.name != "SHA256SUMS")
    {
        let digest = ring::digest::digest(&ring::digest::SHA256, file.content.as_bytes());
        let hex: String = digest
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert!(
            sums.contains(&format!("{hex}  {}\n", file.name)),
            "{}",
            file.name
        );
    }
}
