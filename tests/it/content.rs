//! The check of the content: what it sends, to whom, and what it makes of a granted pull.

use crate::probe::{folder, repository, run};
use serde_json::Value;

/// The requests of the check: step, method, host, status.
fn checked(report: &Value) -> Vec<String> {
    let transactions = report["transactions"].as_array().expect("transactions");
    let own = transactions
        .iter()
        .filter(|one| one["client"] == "content check");
    let line = |one: &Value| {
        let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
        let url = text("url");
        let host = url.split('/').nth(2).unwrap_or_default().to_owned();
        format!(
            "{} {} {host} {}",
            text("step"),
            text("method"),
            one["status"]
        )
    };
    own.map(line).collect()
}

/// `VERDICT STEP CAUSE` of the kubelet's pull.
fn pull(report: &Value) -> String {
    let cells = report["matrix"].as_array().expect("a matrix");
    let cell = cells
        .iter()
        .find(|one| {
            one["principal"] == "kubelet"
                && one["scope"]
                    .as_str()
                    .is_some_and(|scope| scope.ends_with(":pull"))
        })
        .expect("the kubelet's pull");
    let text = |name: &str| cell[name].as_str().unwrap_or("-").to_owned();
    format!(
        "{} {} {}",
        text("verdict"),
        text("stopped_at"),
        text("cause")
    )
}

#[test]
fn once_for_each_image_and_without_the_credential() {
    let report = run(&["demo", "guestbook-fixed", "--format", "json"]).json();
    let registry = "acrwizdev.azurecr.io";
    let storage = "wusmanaged42.blob.core.windows.net";
    assert_eq!(
        checked(&report),
        [
            format!("manifest GET {registry} 200"),
            format!("manifest GET {registry} 200"),
            format!("blob HEAD {registry} 307"),
            format!("blob HEAD {storage} 200"),
        ]
    );
    for one in report["transactions"].as_array().expect("transactions") {
        let headers = one["request"]["headers"].to_string().to_lowercase();
        let is_storage = one["url"].as_str().is_some_and(|url| url.contains(storage));
        assert!(!is_storage || !headers.contains("authorization"), "{one}");
        assert!(!one.to_string().contains("sig=simulated"), "{one}");
    }
    assert_eq!(pull(&report), "granted - -");
}

#[test]
fn it_can_be_left_out_and_told_the_platform() {
    let left_out = run(&[
        "demo",
        "data-endpoint-blocked",
        "--no-content",
        "--format",
        "json",
    ])
    .json();
    assert!(checked(&left_out).is_empty());
    assert_eq!(pull(&left_out), "granted - -");
    let other = [
        "demo",
        "guestbook-fixed",
        "--platform",
        "linux/s390x",
        "--exit-code",
    ];
    let report = run(&[&other[..], &["--format", "json"]].concat()).json();
    assert_eq!(pull(&report), "missing manifest platform-mismatch");
    assert_eq!(run(&other).code, 1);
    let wrong = run(&["demo", "--platform", "arm64"]);
    assert_eq!(wrong.code, 2, "{}", wrong.stderr);
}

/// The scenario of the blocked host, with another fault in its place.
fn with_fault(fault: &str) -> Value {
    let path = repository("testdata/scenarios/data-endpoint-blocked.toml");
    let text = std::fs::read_to_string(path).expect("the scenario");
    let (world, _) = text.split_once("[host.").expect("a host");
    let folder = folder();
    let path = folder.path().join("world.toml");
    std::fs::write(&path, format!("{world}{fault}")).expect("written");
    let path = path.to_str().expect("a path");
    run(&["demo", path, "--timeout", "4", "--format", "json"]).json()
}

#[test]
fn what_the_layers_host_answers() {
    let storage = |fault: &str| with_fault(&format!("[[fault]]\nat = \"storage\"\n{fault}"));
    let blob = |fault: &str| with_fault(&format!("[[fault]]\nat = \"blob\"\n{fault}"));
    let blocked = "unreachable blob data-endpoint-blocked";
    for (report, expected) in [
        (storage("kind = \"hang\""), blocked),
        (storage("kind = \"close\""), blocked),
        (storage("kind = \"status\"\nstatus = 403"), blocked),
        (
            storage("kind = \"status\"\nstatus = 404"),
            "missing blob dangling-tag",
        ),
        (
            storage("kind = \"redirect\"\nlocation = \"https://elsewhere.example/\""),
            "granted - -",
        ),
        (
            blob("kind = \"redirect\"\nlocation = \"http://elsewhere.example/\""),
            "withheld blob redirect-refused",
        ),
        (
            blob("kind = \"throttle\"\nretry_after = \"5s\""),
            "granted - -",
        ),
        (
            blob("kind = \"status\"\nstatus = 404"),
            "missing blob dangling-tag",
        ),
        (
            with_fault("[host.\"wusmanaged42.blob.core.windows.net\"]\nresolve = \"nxdomain\""),
            blocked,
        ),
        (
            with_fault("[host.\"wusmanaged42.blob.core.windows.net\"]\ntls = \"wrong-name\""),
            blocked,
        ),
    ] {
        assert_eq!(pull(&report), expected, "{:#}", report["transactions"]);
        let finding = &report["findings"][0];
        let is_error = finding["severity"] == "error";
        assert_eq!(is_error, expected != "granted - -", "{finding:#}");
    }
}
