use super::{search, search_bytes};
use crate::shapes::{Kind, one_of_each};
use std::io::Write;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

fn zipped(name: &str, bytes: &[u8], method: CompressionMethod) -> Vec<u8> {
    let mut archive = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive
        .start_file("first.txt", SimpleFileOptions::default())
        .unwrap();
    archive.write_all(b"nothing here\n").unwrap();
    let options = SimpleFileOptions::default().compression_method(method);
    archive.start_file(name, options).unwrap();
    archive.write_all(bytes).unwrap();
    archive.finish().unwrap().into_inner()
}

/// Each secret in each container: found, with its place, and never shown.
#[test]
fn each_kind_is_found_in_each_container() {
    for (kind, text) in one_of_each() {
        let file = format!("first line\nsecond line\nthird: {text} and more\n");
        let wide: Vec<u8> = [0xfe_ff_u16]
            .into_iter()
            .chain(file.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let stored = zipped("in/report.md", file.as_bytes(), CompressionMethod::Stored);
        let packed = zipped("in/report.md", file.as_bytes(), CompressionMethod::Deflated);
        let nested = zipped("inner.zip", &packed, CompressionMethod::Stored);
        for (what, bytes) in [
            ("file", file.clone().into_bytes()),
            ("utf-16", wide),
            ("zip, stored", stored),
            ("zip, deflated", packed),
            ("zip in zip", nested),
            (
                "in a picture",
                [b"\xc3\x28".as_slice(), file.as_bytes()].concat(),
            ),
        ] {
            let outcome = search_bytes("x", &bytes);
            let found = outcome.hits.iter().find(|hit| hit.kind == kind);
            let line = found
                .unwrap_or_else(|| panic!("{kind:?} in {what}: {outcome:?}"))
                .line;
            assert_eq!((line, outcome.exit_code()), (3, 1), "{kind:?} in {what}");
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("below")).unwrap();
        std::fs::write(folder.path().join("below/recording.jsonl"), &file).unwrap();
        let outcome = search(folder.path()).unwrap();
        assert!(
            outcome
                .hits
                .iter()
                .any(|hit| hit.kind == kind && hit.place.ends_with("recording.jsonl"))
        );
    }
}

#[test]
fn a_block_of_base64_in_lines_is_one() {
    use base64::Engine;
    let text = format!(
        "{{\"auths\": {{}}, \"x\": \"{}\", \"identitytoken\": \"not-a-jwt-at-all\"}}",
        "y".repeat(90)
    );
    let whole = base64::engine::general_purpose::STANDARD.encode(text);
    let wrapped: Vec<String> = whole
        .as_bytes()
        .chunks(62)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    let outcome = search_bytes(
        "secret.yaml",
        format!("data: |\n  {}\nkind: Secret\n", wrapped.join("\n  ")).as_bytes(),
    );
    // The secret is split between two lines; only the whole block decodes to it.
    let found: Vec<_> = outcome
        .hits
        .iter()
        .map(|hit| (hit.line, hit.kind))
        .collect();
    assert!(found.contains(&(2, Kind::Named)), "{outcome:?}");
}

#[test]
fn what_cannot_be_looked_into_is_not_clean() {
    let clean = b"nothing\n".as_slice();
    let mut deep = zipped("a.txt", clean, CompressionMethod::Stored);
    for _ in 0..4 {
        deep = zipped("a.zip", &deep, CompressionMethod::Stored);
    }
    let whole = zipped("a.txt", clean, CompressionMethod::Deflated);
    let mut encrypted = whole.clone();
    for at in 0..encrypted.len() - 4 {
        // The flag of encryption, in the local and in the central header.
        match &encrypted[at..at + 4] {
            b"PK\x03\x04" => encrypted[at + 6] |= 1,
            b"PK\x01\x02" => encrypted[at + 8] |= 1,
            _ => {}
        }
    }
    for (what, bytes) in [
        ("gzip", b"\x1f\x8b\x08\x00".to_vec()),
        ("too deep", deep),
        ("cut off", whole[..whole.len() / 2].to_vec()),
        ("encrypted", encrypted),
        ("binary", b"\xff\xfa\x00\x81".to_vec()),
        (
            "before it",
            [b"PK\x03\x04".as_slice(), clean, whole.as_slice()].concat(),
        ),
    ] {
        let outcome = search_bytes("x", &bytes);
        assert_eq!(outcome.exit_code(), 2, "{what}: {outcome:?}");
    }
    assert!(search(std::path::Path::new("/nonexistent/x")).is_err());
}

#[test]
fn a_link_in_a_folder_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/etc/hostname", folder.path().join("link")).unwrap();
    let outcome = search(folder.path()).unwrap();
    assert_eq!(outcome.exit_code(), 2, "{outcome:?}");
}

#[test]
fn clean_is_clean() {
    let outcome = search_bytes(
        "x",
        &zipped("a.txt", b"nothing\n", CompressionMethod::Deflated),
    );
    assert_eq!(
        (outcome.exit_code(), outcome.searched),
        (0, 2),
        "{outcome:?}"
    );
    assert_eq!(search_bytes("x", b"").exit_code(), 0);
}
