//! What happens around the probe: signals, full disks, folders that cannot be written to, readers that
//! go away, files that others may read.

use crate::probe::{Simulator, command, folder, run};
use serde_json::Value;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A registry that takes the exchange and never answers it.
const HANGS: &str = r#"
title = "The exchange is never answered"
[probe]
arguments = ["acrwizdev.azurecr.io/guestbook:v1", "--principal", "kubelet", "--timeout", "60"]
kubelet_identity = "c7a9e4b2-6d1f-4e83-b5a0-2f9d8c7b6a51"
[registry]
host = "acrwizdev.azurecr.io"
[[identity]]
client_id = "c7a9e4b2-6d1f-4e83-b5a0-2f9d8c7b6a51"
object_id = "3f6d2c1e-5b7a-4c0d-9e21-7a1c0b9d4e55"
[[fault]]
at = "exchange"
kind = "hang"
"#;

#[test]
fn a_signal_prints_and_keeps_what_is_known() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let folder = folder();
        let scenario = folder.path().join("hangs.toml");
        std::fs::write(&scenario, HANGS).expect("it is written");
        let simulator = Simulator::serve(scenario.to_str().expect("a path"));
        let kept = folder.path().join("kept.jsonl");
        let kept = kept.to_str().expect("a path");
        let mut arguments = vec!["run"];
        arguments.extend(simulator.arguments.iter().map(String::as_str));
        arguments.extend(["--format", "json", "--record", kept]);
        let child = command(&arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        wait_until(|| {
            let asked = simulator.requests();
            asked.iter().any(|(_, target)| target == "/oauth2/exchange")
        });
        send(signal, child.id());
        let ended = child.wait_with_output().expect("it ends");
        assert_eq!(ended.status.code(), Some(code), "{signal}");
        let report: Value = serde_json::from_slice(&ended.stdout).expect("a report");
        assert_eq!(report["complete"], false);
        let known = report["transactions"].as_array().expect("transactions");
        assert!(
            known.iter().any(|one| one["step"] == "challenge"),
            "{report}"
        );
        let again = run(&["replay", kept, "--format", "json"]);
        assert_eq!(again.stdout.as_bytes(), ended.stdout, "{signal}");
    }
}

fn wait_until(holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "it never came to that"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn send(signal: &str, id: u32) {
    let sent = shell(&format!("kill -{signal} {id}"));
    assert!(sent.status.success());
}

/// The shell, in the clean environment of the binary.
fn shell(line: &str) -> Output {
    Command::new("/bin/sh")
        .args(["-c", line])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("PROBE", env!("CARGO_BIN_EXE_acr-probe"))
        .stdin(Stdio::null())
        .output()
        .expect("a shell")
}

/// Exit code 2 and one sentence with these words.
fn assert_one_sentence(ended: &Output, words: &str) {
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(2), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(
        said.starts_with("acr-probe: cannot write") && said.contains(words),
        "{said}"
    );
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder)
        .expect("it is there")
        .next()
        .is_none()
}

#[test]
fn a_full_disk_is_one_sentence() {
    for line in [
        "$PROBE demo >/dev/full",
        "$PROBE demo --output /dev/full",
        "$PROBE demo --record /dev/full",
        "$PROBE explain no-role-assignment >/dev/full",
        "$PROBE rules >/dev/full",
    ] {
        assert_one_sentence(&shell(line), "No space left on device");
    }
    let device = std::fs::metadata("/dev/full").expect("it is there");
    assert!(
        device.file_type().is_char_device(),
        "/dev/full was replaced"
    );
}

#[test]
fn a_size_limit_leaves_no_part_of_a_file() {
    let folder = folder();
    let there = folder.path().display();
    for kind in ["--output", "--record"] {
        let ended = shell(&format!("ulimit -f 1; exec $PROBE demo {kind} {there}/r"));
        assert_one_sentence(&ended, "File too large");
        assert!(is_empty(folder.path()), "{kind} left something");
    }
    // What was there stays as it was.
    let before = folder.path().join("r");
    std::fs::write(&before, "before").expect("it is written");
    let ended = shell(&format!("ulimit -f 1; exec $PROBE demo --output {there}/r"));
    assert_one_sentence(&ended, "File too large");
    assert_eq!(
        std::fs::read_to_string(&before).expect("it is there"),
        "before"
    );
}

#[test]
fn a_folder_that_cannot_be_written_to_is_one_sentence() {
    // Nobody makes files here, root included.
    for place in ["/sys/r.json", "/proc/r.json", "/no-such-folder/r.json"] {
        for kind in ["--output", "--record"] {
            assert_one_sentence(&shell(&format!("$PROBE demo {kind} {place}")), place);
        }
    }
}

#[test]
fn devices_and_links_stay_what_they_are() {
    let folder = folder();
    let (target, link) = (folder.path().join("target"), folder.path().join("link"));
    std::fs::write(&target, "before").expect("it is written");
    std::os::unix::fs::symlink(&target, &link).expect("it is linked");
    let through = link.to_str().expect("a path");
    assert_eq!(
        run(&["demo", "--format", "json", "--output", through]).code,
        0
    );
    let is_link = std::fs::symlink_metadata(&link)
        .expect("it is there")
        .is_symlink();
    let report = std::fs::read_to_string(&target).expect("it is there");
    assert!(is_link && report.starts_with('{'), "the link was replaced");
    let mode = std::fs::metadata(&target)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);

    let to_stdout = run(&["demo", "--format", "json", "--output", "/dev/stdout"]);
    assert!(to_stdout.stdout.starts_with('{'), "{}", to_stdout.stderr);
    assert_eq!(run(&["demo", "--output", "/dev/null"]).code, 0);
    let null = std::fs::metadata("/dev/null").expect("it is there");
    assert!(null.file_type().is_char_device(), "/dev/null was replaced");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    for arguments in [
        &["demo"][..],
        &["demo", "--format", "json"],
        &["rules"],
        &["man"],
    ] {
        let mut child = command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        drop(child.stdout.take());
        let ended = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(
            (ended.status.code(), said.as_ref()),
            (Some(0), ""),
            "{arguments:?}"
        );
    }
}

#[test]
fn nobody_need_read_the_progress() {
    let arguments = ["demo", "guestbook", "--wait", "2s", "--format", "json"];
    let mut child = command(&arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stderr.take());
    let ended = child.wait_with_output().expect("it ends");
    let report: Value = serde_json::from_slice(&ended.stdout).expect("a report");
    assert_eq!(report["verdict"], "denied");
}

/// Files with a secret in them, and the arguments that name them.
fn files(folder: &Path) -> Vec<(&'static str, Vec<String>)> {
    let login = r#"{"auths":{"x.azurecr.io":{"auth":"dTpTaW0tUGFzc3dvcmQtY2FuYXJ5"}}}"#;
    let azure = r#"{"cloud":"AzurePublicCloud","tenantId":"t","aadClientId":"c","aadClientSecret":"Sim-Secret-canary-1"}"#;
    let secret = r#"{"kind":"Secret","type":"kubernetes.io/dockercfg","stringData":{".dockercfg":"{\"x.azurecr.io\":{\"auth\":\"dTpTaW0tUGFzc3dvcmQtY2FuYXJ5\"}}"}}"#;
    for (name, text) in [
        ("config.json", login),
        ("azure.json", azure),
        ("secret.json", secret),
        ("password", "Sim-Password-canary-2"),
    ] {
        std::fs::write(folder.join(name), text).expect("it is written");
    }
    let there = folder.display();
    let words = |text: String| text.split(' ').map(str::to_owned).collect();
    vec![
        (
            "config.json",
            words(format!("--principal docker-config:{there}/config.json")),
        ),
        (
            "azure.json",
            words(format!(
                "--principal kubelet --azure-json {there}/azure.json"
            )),
        ),
        (
            "secret.json",
            words(format!("--principal pull-secret:{there}/secret.json")),
        ),
        (
            "password",
            words(format!(
                "--principal admin --secret admin=file:{there}/password"
            )),
        ),
    ]
}

/// A run that sends nothing: the host is none of a registry's.
fn looked_at(arguments: &[String]) -> (Value, String) {
    let mut all = vec!["run", "x.azurecr.io.evil.test/a:b", "--format", "json"];
    all.extend(arguments.iter().map(String::as_str));
    let ended = run(&all);
    (ended.json(), ended.stderr)
}

#[test]
fn secrets_that_others_may_read_are_named() {
    let folder = folder();
    for (name, arguments) in files(folder.path()) {
        let path = folder.path().join(name);
        for (mode, who) in [
            (0o644, Some("every user of this machine")),
            (0o640, Some("every member of its group")),
            (0o600, None),
        ] {
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(&path, permissions).expect("it is ours");
            let (report, said) = looked_at(&arguments);
            let notes = report["notes"].to_string();
            let expected =
                who.map(|who| format!("{} holds a secret, and {who} may read it", path.display()));
            match expected {
                Some(sentence) => assert!(
                    notes.contains(&sentence) && said.contains(&sentence),
                    "{name} {mode:o}: {notes} {said}"
                ),
                None => assert!(
                    !notes.contains("may read it") && said.is_empty(),
                    "{name}: {notes} {said}"
                ),
            }
        }
    }
}

#[test]
fn files_without_a_secret_may_be_read() {
    let folder = folder();
    let there = folder.path().display();
    let helpers = r#"{"auths":{"x.azurecr.io":{}},"credHelpers":{"x.azurecr.io":"acr"}}"#;
    let azure = r#"{"cloud":"AzurePublicCloud","tenantId":"t","aadClientId":"msi","aadClientSecret":"msi","useManagedIdentityExtension":true,"userAssignedIdentityID":"c"}"#;
    for (name, text, row) in [
        (
            "config.json",
            helpers,
            format!("--principal docker-config:{there}/config.json"),
        ),
        (
            "azure.json",
            azure,
            format!("--principal kubelet --azure-json {there}/azure.json"),
        ),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("it is written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644))
            .expect("it is ours");
        let arguments: Vec<String> = row.split(' ').map(str::to_owned).collect();
        let (report, said) = looked_at(&arguments);
        assert!(
            !report["notes"].to_string().contains("may read it") && said.is_empty(),
            "{name}: {said}"
        );
    }
}
