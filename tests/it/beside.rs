//! `--event` beside a probe: what the text tells of, met here or not.

use crate::probe::{Run, Simulator, command, folder, repository, run, run_with_input};
use serde_json::Value;
use std::process::Stdio;

const IMAGE: &str = "acrwizdev.azurecr.io/guestbook:8edd399546e2808cc356e1fd28af9f4fbdaf2d3d";
const ANONYMOUS: &str = "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to \
    https://acrwizdev.azurecr.io/oauth2/token?scope=repository%3Aguestbook%3Apull&service=acrwizdev.azurecr.io: 401 Unauthorized";
const OAUTH: &str = "failed to authorize: failed to fetch oauth token: unexpected status from GET request to \
    https://acrwizdev.azurecr.io/oauth2/token?scope=repository%3Aguestbook%3Apull&service=acrwizdev.azurecr.io: 401 Unauthorized";

/// A pod's event with that end.
fn event(image: &str, tail: &str) -> String {
    format!(
        "Failed to pull image \"{image}\": failed to pull and unpack image \"{image}\": failed to resolve reference \"{image}\": {tail}"
    )
}

/// A scenario beside a text, as JSON.
fn beside(scenario: &str, text: &str, more: &[&str]) -> Value {
    let mut arguments = vec!["demo", scenario, "--event", "-", "--format", "json"];
    arguments.extend(more);
    let shown = run_with_input(&arguments, text);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    shown.json()
}

fn here(report: &Value) -> &str {
    report["event"]["here"]["verdict"]
        .as_str()
        .expect("a verdict")
}

/// The finding that needs both, and what else it could be.
fn rules(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("findings").iter();
    let is_of_text = |one: &&Value| {
        let summary = one["summary"].as_str().unwrap_or_default();
        summary.starts_with("granted here")
    };
    let Some(finding) = findings.clone().find(is_of_text) else {
        return vec![];
    };
    let facts = report["facts"].as_array().expect("facts").iter();
    let event = facts
        .clone()
        .find(|one| one["what"] == "event")
        .expect("the text is a fact");
    assert_eq!(finding["facts"][0], event["id"]);
    let others = finding["alternatives"].as_array().expect("a list").iter();
    std::iter::once(&finding["rule"])
        .chain(others.map(|one| &one["rule"]))
        .map(|rule| rule.as_str().expect("a name").to_owned())
        .collect()
}

#[test]
fn the_incident_is_reproduced() {
    let report = beside("guestbook", &event(IMAGE, ANONYMOUS), &[]);
    assert_eq!(here(&report), "reproduced");
    assert_eq!(report["event"]["here"]["principals"][0], "kubelet");
    assert_eq!(rules(&report), [""; 0]);
    for (name, value) in [
        ("client", "containerd"),
        ("registry", "acrwizdev.azurecr.io"),
        ("repository", "guestbook"),
        ("scope", "repository:guestbook:pull"),
    ] {
        assert_eq!(report["event"][name], value);
    }
    let attempt = &report["event"]["attempts"][0];
    assert_eq!(attempt["credential"], "none");
    assert_eq!(attempt["step"], "access-token");
    assert_eq!(attempt["status"], 401);
    // The answer that is the same is cited.
    let cited = report["event"]["here"]["transactions"][0]
        .as_str()
        .expect("an id");
    let transactions = report["transactions"].as_array().expect("a list");
    let cited = transactions
        .iter()
        .find(|one| one["id"] == cited)
        .expect("it is there");
    assert_eq!(cited["status"], 401);
    assert!(
        cited["url"]
            .as_str()
            .expect("a URL")
            .contains("scope=repository%3Aguestbook%3Apull")
    );
}

#[test]
fn granted_here_and_refused_there_names_what_needs_both() {
    let hyphen = folder();
    let path = hyphen.path().join("hyphen.toml");
    let toml = std::fs::read_to_string(repository("testdata/scenarios/guestbook-fixed.toml"))
        .expect("a scenario");
    std::fs::write(
        &path,
        toml.replace("acrwizdev.azurecr.io", "acrwizdev-h4sh.azurecr.io"),
    )
    .expect("written");
    let odd = path.to_str().expect("a path");
    let (odd_image, odd_tail) = (
        IMAGE.replace("acrwizdev", "acrwizdev-h4sh"),
        ANONYMOUS.replace("acrwizdev", "acrwizdev-h4sh"),
    );
    let no_platform = "no match for platform in manifest: not found";
    for (scenario, text, first, others) in [
        (
            "guestbook-fixed",
            event(IMAGE, ANONYMOUS),
            "credential-provider-not-used",
            vec![
                "login-server-not-matched",
                "pull-secret-not-referenced",
                "role-propagation",
            ],
        ),
        (
            odd,
            event(&odd_image, &odd_tail),
            "login-server-not-matched",
            vec![
                "credential-provider-not-used",
                "pull-secret-not-referenced",
                "role-propagation",
            ],
        ),
        (
            "guestbook-fixed",
            event(IMAGE, OAUTH),
            "client-flow-differs",
            vec!["role-propagation", "bad-password"],
        ),
        (
            "guestbook-fixed",
            event(IMAGE, no_platform),
            "platform-mismatch",
            vec![],
        ),
        (
            "guestbook-fixed",
            format!(
                "Error response from daemon: Head \"https://acrwizdev.azurecr.io/v2/guestbook/manifests/{}\": unauthorized: authentication required",
                &IMAGE[31..]
            ),
            "client-flow-differs",
            vec![
                "credential-provider-not-used",
                "pull-secret-not-referenced",
                "bad-password",
                "role-propagation",
            ],
        ),
    ] {
        let report = beside(scenario, &text, &[]);
        assert_eq!(here(&report), "granted-here", "{text}");
        assert_eq!(report["verdict"], "granted");
        let mut wanted = vec![first];
        wanted.extend(others);
        assert_eq!(rules(&report), wanted, "{text}");
    }
}

#[test]
fn a_secret_that_is_granted_and_a_pod_that_had_none() {
    let secret = "pull-secret:/work/secret.yaml";
    let text = event(IMAGE, ANONYMOUS);
    let report = beside("pull-secret-good", &text, &["--require", secret]);
    assert_eq!(report["verdict"], "granted", "{report:#}");
    assert_eq!(rules(&report)[0], "pull-secret-not-referenced");
    let table = run_with_input(
        &[
            "demo",
            "pull-secret-good",
            "--require",
            secret,
            "--event",
            "-",
        ],
        &text,
    );
    for said in ["the text", "not reproduced", "pull-secret-not-referenced"] {
        assert!(table.stdout.contains(said), "{}", table.stdout);
    }
}

#[test]
fn refused_here_and_otherwise() {
    let report = beside("firewall", &event(IMAGE, ANONYMOUS), &[]);
    assert_eq!(here(&report), "refused-otherwise", "{}", report["event"]);
    assert_eq!(rules(&report), [""; 0]);
}

#[test]
fn another_image_is_said_to_be_another() {
    let other = event(
        "acrwizdev.azurecr.io/other:1",
        &ANONYMOUS.replace("guestbook", "other"),
    );
    let report = beside("guestbook", &other, &[]);
    assert_eq!(here(&report), "other-image");
    let because = report["event"]["here"]["because"]
        .as_str()
        .expect("a clause");
    assert!(
        because.contains("acrwizdev.azurecr.io/other:1"),
        "{because}"
    );
    // A token is for the repository; a missing manifest is of one tag.
    let tag = event("acrwizdev.azurecr.io/guestbook:v2", ANONYMOUS);
    assert_eq!(here(&beside("guestbook", &tag, &[])), "reproduced");
    let missing = event(
        "acrwizdev.azurecr.io/guestbook:v2",
        "acrwizdev.azurecr.io/guestbook:v2: not found",
    );
    assert_eq!(here(&beside("guestbook", &missing, &[])), "other-image");
}

#[test]
fn replay_and_compare_print_the_same_bytes() {
    let folder = folder();
    let file = folder.path().join("event.txt");
    std::fs::write(&file, event(IMAGE, ANONYMOUS)).expect("written");
    let path = |name: &str| {
        folder
            .path()
            .join(name)
            .to_str()
            .expect("a path")
            .to_owned()
    };
    let text = path("event.txt");
    for scenario in ["guestbook", "guestbook-fixed"] {
        for format in ["table", "json", "ndjson"] {
            let record = path(&format!("{scenario}-{format}"));
            let live = run(&[
                "demo",
                scenario,
                "--event",
                &text,
                "--format",
                format,
                "--record",
                &record,
                "--exit-code",
            ]);
            let again = run(&["replay", &record, "--format", format]);
            assert_eq!((live.code, &live.stdout), (again.code, &again.stdout));
            assert!(live.stdout.contains("event") || live.stdout.contains("the text"));
        }
    }
    let (one, other) = (path("guestbook-json"), path("guestbook-fixed-json"));
    let compared = run(&["compare", &one, &other]);
    assert_eq!(compared.code, 1, "{}", compared.stderr);
    assert_eq!(compared.stdout, run(&["compare", &one, &other]).stdout);
    assert_eq!(run(&["compare", &one, &one]).code, 0);
}

#[test]
fn the_image_may_come_from_the_text() {
    let scenario = Simulator::serve("guestbook");
    let file = scenario.path("event.txt");
    let wrong = event(
        "docker.io/library/nginx:1",
        "pull access denied, repository does not exist: insufficient_scope: authorization failed",
    );
    std::fs::write(&file, format!("{}\n\n{wrong}\n", event(IMAGE, ANONYMOUS))).expect("written");
    let shown = without_image(
        &scenario,
        &[
            "--event",
            file.to_str().expect("a path"),
            "--format",
            "json",
        ],
    );
    assert_eq!(shown.code, 1, "{}", shown.stderr);
    let report = shown.json();
    assert_eq!(report["targets"].as_array().map(Vec::len), Some(1));
    assert_eq!(report["targets"][0]["image"], IMAGE);
    assert_eq!(here(&report), "reproduced");
    assert!(
        report["notes"].to_string().contains("docker.io (1)"),
        "{}",
        report["notes"]
    );
    // Named both ways and differing: the command line goes before, and it is said.
    let other = event(
        "acrwizdev.azurecr.io/other:1",
        &ANONYMOUS.replace("guestbook", "other"),
    );
    std::fs::write(&file, other).expect("written");
    let shown = scenario.run(&[
        "--event",
        file.to_str().expect("a path"),
        "--format",
        "json",
    ]);
    let report = shown.json();
    assert_eq!(report["targets"][0]["image"], IMAGE);
    assert_eq!(here(&report), "other-image");
}

/// The scenario's run line without its image.
fn without_image(scenario: &Simulator, more: &[&str]) -> Run {
    let own = scenario.arguments.iter().map(String::as_str);
    let mut arguments = vec!["run"];
    arguments.extend(own.filter(|one| !one.contains("azurecr.io/")));
    arguments.extend(more);
    let output = command(&arguments)
        .envs(scenario.environment.iter().cloned())
        .stdin(Stdio::null())
        .output()
        .expect("the binary starts");
    Run::of(output)
}

#[test]
fn a_text_that_is_no_use_is_one_sentence() {
    let folder = folder();
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.to_str().expect("a path").to_owned()
    };
    let nothing = path("nothing", "all is well\n");
    let nameless = path(
        "nameless",
        "failed to fetch anonymous token: unexpected status: 401 Unauthorized\n",
    );
    let healthy = path(
        "healthy",
        &format!("Normal  Pulling  Pulling image \"{IMAGE}\"\n"),
    );
    for (arguments, said) in [
        (vec!["run", "--event", &nothing], "speaks of a refused pull"),
        (
            vec!["run", IMAGE, "--event", &nothing],
            "speaks of a refused pull",
        ),
        (
            vec!["demo", "--event", &nothing],
            "speaks of a refused pull",
        ),
        (vec!["run", "--event", &nameless], "it names no image"),
        (vec!["run", "--event", &healthy], "no error with it"),
        (vec!["run", "--event", "/no/such/file"], "/no/such/file"),
        (
            vec!["run", "--event", "-", "--pods", "-"],
            "only one of them",
        ),
        (
            vec![
                "run",
                IMAGE,
                "--event",
                "-",
                "--principal",
                "admin",
                "--secret",
                "admin=-",
            ],
            "only one of them",
        ),
    ] {
        let shown = run(&arguments);
        assert_eq!(shown.code, 2, "{arguments:?} {}", shown.stdout);
        assert!(shown.stdout.is_empty());
        assert_eq!(shown.stderr.lines().count(), 1, "{}", shown.stderr);
        assert!(shown.stderr.contains(said), "{}", shown.stderr);
    }
}

#[test]
fn secrets_of_the_text_are_kept_nowhere() {
    let folder = folder();
    let record = folder.path().join("record");
    let record = record.to_str().expect("a path");
    let text = format!(
        "$ docker login acrwizdev.azurecr.io -u acrwizdev -p Sim-Password-guestbook-canary-9f3a\n{}\n\
         {} https://x.blob.core.windows.net/a/data?sig=canary%2F77&se=2026\n",
        event(IMAGE, ANONYMOUS),
        event(
            IMAGE,
            "failed to copy: httpReadSeeker: failed open: failed to do request: Get \"https://x.blob.core.windows.net/y/docker/registry/v2/blobs/sha256/fd/data?sig=canary123&sp=r\": EOF"
        ),
    );
    for format in ["json", "ndjson", "table"] {
        let shown = run_with_input(
            &[
                "demo", "--event", "-", "--format", format, "--record", record,
            ],
            &text,
        );
        assert_eq!(shown.code, 0, "{}", shown.stderr);
        let kept = std::fs::read_to_string(record).expect("a recording");
        for one in [&shown.stdout, &kept] {
            assert!(!one.contains("canary"), "{one}");
        }
        assert!(kept.contains("httpReadSeeker"));
    }
}
