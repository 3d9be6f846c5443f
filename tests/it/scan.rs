//! `scan`, and the same search before any file is written.

use crate::probe::{folder, repository, run, run_with_input, scenarios};

/// Put together here, so that no scanner takes this file for a leak.
fn token() -> String {
    [
        "eyJhbGciOiJSUzI1NiJ9",
        "eyJzdWIiOiJjYW5hcnkifQ",
        "c2lnbmF0dXJlY2FuYXJ5",
    ]
    .join(".")
}

#[test]
fn the_evidence_of_every_scenario_is_clean() {
    let folder = folder();
    std::thread::scope(|scope| {
        for chunk in scenarios().chunks(24) {
            let (chunk, folder) = (chunk.to_vec(), folder.path());
            scope.spawn(move || {
                for name in chunk {
                    let path = |kind: &str| {
                        let file = folder.join(format!("{name}.{kind}"));
                        file.to_str().expect("a path").to_owned()
                    };
                    let (record, table, json) = (path("jsonl"), path("txt"), path("json"));
                    run(&["demo", &name, "--record", &record, "--output", &table]);
                    run(&["replay", &record, "--format", "json", "--output", &json]);
                    for file in [record, table, json] {
                        let scan = run(&["scan", &file]);
                        assert_eq!(scan.code, 0, "{file}: {}{}", scan.stdout, scan.stderr);
                    }
                }
            });
        }
    });
}

#[test]
fn the_recordings_and_pages_of_this_repository_are_clean() {
    let recordings = repository("testdata/recordings");
    let scan = run(&["scan", recordings.to_str().expect("a path")]);
    assert_eq!(scan.code, 0, "{}{}", scan.stdout, scan.stderr);
    let pages = run(&["rules", "--format", "json"]).stdout;
    let scan = run_with_input(&["scan", "-"], &pages);
    assert_eq!(scan.code, 0, "{}", scan.stdout);
}

#[test]
fn what_is_found_is_named_and_never_shown() {
    let folder = folder();
    let file = folder.path().join("notes.txt");
    std::fs::write(&file, format!("first\nthe token is {}\n", token())).expect("it is written");
    let path = file.to_str().expect("a path");
    for scan in [
        run(&["scan", path]),
        run(&["scan", folder.path().to_str().expect("a path")]),
        run_with_input(&["scan", "-"], &format!("first\n{}\n", token())),
    ] {
        assert_eq!(scan.code, 1, "{}", scan.stderr);
        assert!(
            scan.stdout.contains("line 2: signed token"),
            "{}",
            scan.stdout
        );
        let said = format!("{}{}", scan.stdout, scan.stderr);
        assert!(
            !said.contains("c2lnbmF0dXJl") && !said.contains("eyJzdWIi"),
            "{said}"
        );
    }
}

#[test]
fn what_cannot_be_read_is_not_clean() {
    let missing = run(&["scan", "/nonexistent/file"]);
    assert_eq!(
        (missing.code, missing.stderr.lines().count()),
        (2, 1),
        "{}",
        missing.stderr
    );
    let folder = folder();
    let file = folder.path().join("packed.gz");
    std::fs::write(&file, b"\x1f\x8b\x08\x00rest").expect("it is written");
    let packed = run(&["scan", file.to_str().expect("a path")]);
    assert_eq!(packed.code, 2);
    assert!(
        packed.stdout.contains("not looked into: it is gzip"),
        "{}",
        packed.stdout
    );
}

/// A recording of someone else's making: nothing of it is written, whatever the format.
#[test]
fn a_file_with_a_secret_in_it_is_not_written() {
    let recording = run(&["demo", "--format", "ndjson"]).stdout;
    let planted = recording.replacen("no credential", &format!("from {}", token()), 1);
    assert_ne!(planted, recording);
    for option in ["--record", "--output"] {
        for format in ["json", "ndjson"] {
            let folder = folder();
            let file = folder.path().join("out");
            let path = file.to_str().expect("a path");
            let refused =
                run_with_input(&["replay", "-", "--format", format, option, path], &planted);
            assert_eq!(refused.code, 2, "{option} {format}: {}", refused.stderr);
            assert!(refused.stdout.is_empty(), "{option} {format}");
            assert_eq!(refused.stderr.lines().count(), 1, "{}", refused.stderr);
            assert!(
                refused.stderr.contains("was not written"),
                "{}",
                refused.stderr
            );
            assert!(!refused.stderr.contains("eyJ"), "{}", refused.stderr);
            let left = std::fs::read_dir(folder.path())
                .expect("the folder")
                .count();
            assert_eq!(left, 0, "{option} {format}: something was written");
        }
    }
}

/// Where one of two files is refused, the other is not written either.
#[test]
fn either_all_files_are_written_or_none() {
    let recording = run(&["demo", "--format", "ndjson"]).stdout;
    let planted = recording.replacen("no credential", &format!("from {}", token()), 1);
    let folder = folder();
    let path = |name: &str| {
        folder
            .path()
            .join(name)
            .to_str()
            .expect("a path")
            .to_owned()
    };
    let refused = run_with_input(
        &[
            "replay",
            "-",
            "--record",
            &path("r.jsonl"),
            "--output",
            &path("t.txt"),
        ],
        &planted,
    );
    assert_eq!(refused.code, 2);
    assert_eq!(
        std::fs::read_dir(folder.path())
            .expect("the folder")
            .count(),
        0
    );
}
