//! A live run against the simulator in another process: the same walk as `demo`, over sockets that the
//! command line names.

use crate::probe::{Simulator, run};
use serde_json::Value;

/// What a report says, without what differs by nature: times, ports, ids of runs.
fn essence(report: &Value) -> Value {
    let cells = report["matrix"].as_array().expect("a matrix").iter();
    let cells: Vec<Value> = cells
        .map(|cell| {
            serde_json::json!([
                cell["principal"],
                cell["scope"],
                cell["verdict"],
                cell["stopped_at"],
                cell["status"],
                cell["cause"],
                cell["trace"]
            ])
        })
        .collect();
    let findings = report["findings"].as_array().expect("findings").iter();
    let findings: Vec<Value> = findings
        .map(|one| {
            serde_json::json!([
                one["rule"],
                one["confidence"],
                one["summary"],
                one["alternatives"],
                one["transactions"]
            ])
        })
        .collect();
    serde_json::json!([report["answer"], report["verdict"], cells, findings])
}

#[test]
fn a_live_run_says_what_the_demonstration_says() {
    for scenario in [
        "guestbook",
        "guestbook-fixed",
        "firewall",
        "realm-elsewhere",
        "bad-password",
    ] {
        let simulator = Simulator::serve(scenario);
        let live = simulator.run(&["--format", "json"]);
        let shown = run(&["demo", scenario, "--exit-code", "--format", "json"]);
        assert_eq!(essence(&live.json()), essence(&shown.json()), "{scenario}");
        assert_eq!(live.code, shown.code, "{scenario}");
    }
}

/// The order in which the registry saw the kubelet's requests: its provider's, then the runtime's.
#[test]
fn the_runtime_asks_in_its_own_order() {
    let simulator = Simulator::serve("guestbook-fixed");
    let run = simulator.run(&["--principal", "kubelet", "--action", "pull"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let requests: Vec<String> = simulator
        .requests()
        .into_iter()
        .map(|(method, target)| {
            format!("{method} {}", target.split('?').next().unwrap_or_default())
        })
        .collect();
    let manifest = "/v2/guestbook/manifests/8edd399546e2808cc356e1fd28af9f4fbdaf2d3d";
    let runtime: Vec<&String> = requests
        .iter()
        .filter(|one| {
            one.contains(manifest) || one.ends_with("/oauth2/token") && !one.contains("identity")
        })
        .collect();
    let expected = [
        format!("HEAD {manifest}"),
        "POST /oauth2/token".into(),
        "GET /oauth2/token".into(),
        format!("HEAD {manifest}"),
    ];
    assert_eq!(
        runtime[..4],
        expected.iter().collect::<Vec<_>>()[..],
        "{requests:?}"
    );
    let provider: Vec<&String> = requests
        .iter()
        .filter(|one| one.ends_with("/v2/") || one.ends_with("/oauth2/exchange"))
        .collect();
    assert_eq!(
        provider,
        ["GET /v2/", "POST /oauth2/exchange"],
        "{requests:?}"
    );
}

#[test]
fn imds_is_never_asked_through_a_proxy() {
    let simulator = Simulator::serve("guestbook-fixed");
    // A proxy that nobody listens at: whatever goes through it fails.
    let through = simulator.run_with(
        &["--principal", "kubelet", "--format", "json"],
        &[("HTTP_PROXY", "http://127.0.0.1:9")],
    );
    assert_eq!(through.code, 0, "{}", through.stdout);
    let https = simulator.run_with(
        &["--principal", "kubelet", "--format", "json"],
        &[("HTTPS_PROXY", "http://user:Proxy-canary-1@127.0.0.1:9")],
    );
    assert_eq!(https.code, 3, "{}", https.stdout);
    let report = https.json();
    let tried = report["facts"]
        .as_array()
        .expect("facts")
        .iter()
        .filter(|fact| fact["what"] == "connect");
    let proxies: Vec<&Value> = tried
        .filter(|fact| fact["step"] == "connect")
        .map(|fact| &fact["data"]["proxy"])
        .collect();
    assert!(
        proxies
            .iter()
            .all(|proxy| proxy.as_str() == Some("http://127.0.0.1:9"))
            && !proxies.is_empty(),
        "{proxies:?}"
    );
    let imds = report["transactions"]
        .as_array()
        .expect("transactions")
        .iter()
        .find(|one| one["step"] == "identity-token");
    assert_eq!(imds.expect("IMDS answered")["status"], 200);
    assert!(
        !https.stdout.contains("Proxy-canary-1"),
        "the proxy's password is shown"
    );
}

#[test]
fn an_authority_of_ones_own_must_be_given() {
    let simulator = Simulator::serve("guestbook-fixed");
    let without: Vec<&str> = simulator
        .arguments
        .iter()
        .map(String::as_str)
        .filter(|one| !one.ends_with("ca.pem") && *one != "--ca-cert")
        .collect();
    let mut arguments = vec!["run"];
    arguments.extend(without);
    let refused = crate::probe::command(&[&arguments[..], &["--format", "json"]].concat())
        .envs(simulator.environment.iter().cloned())
        .output();
    let report: Value =
        serde_json::from_slice(&refused.expect("it runs").stdout).expect("a report");
    let cell = &report["matrix"][0];
    assert_eq!(
        (&cell["stopped_at"], &cell["verdict"]),
        (&Value::from("tls"), &Value::from("unreachable"))
    );
    assert!(
        simulator
            .requests()
            .iter()
            .all(|(_, target)| target.starts_with("/metadata")),
        "a request went to a registry that nobody vouched for"
    );
}

/// What is known is printed, and the exit code names the signal.
#[test]
fn an_interrupt_prints_what_is_known() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let child = crate::probe::command(&[
            "demo",
            "registry-timeout",
            "--timeout",
            "30",
            "--format",
            "json",
        ])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
        std::thread::sleep(std::time::Duration::from_millis(700));
        let id = child.id().to_string();
        let sent = std::process::Command::new("/bin/sh")
            .args(["-c", &format!("kill -{signal} {id}")])
            .status();
        assert!(sent.expect("a shell").success());
        let ended = child.wait_with_output().expect("it ends");
        assert_eq!(ended.status.code(), Some(code), "{signal}");
        let report: Value = serde_json::from_slice(&ended.stdout).expect("a report");
        assert_eq!(report["complete"], false);
        assert_eq!(report["facts"][0]["what"], "dns", "{report}");
    }
}

/// Every flow presents what it holds: the same rows are granted, each in its own form.
#[test]
fn every_flow_presents_its_credential() {
    for (flow, form) in [
        ("containerd", "POST /oauth2/token"),
        ("docker", "GET /oauth2/token?account="),
        ("sdk", "POST /oauth2/token"),
    ] {
        let simulator = Simulator::serve("guestbook-fixed");
        let arguments = [
            "--flow",
            flow,
            "--require",
            "kubelet",
            "--require",
            "admin",
            "--action",
            "pull",
        ];
        let run = simulator.run(&arguments);
        assert_eq!(run.code, 0, "{flow}: {}", run.stdout);
        let sent = simulator
            .requests()
            .iter()
            .any(|(method, target)| format!("{method} {target}").starts_with(form));
        assert!(sent, "{flow}: {:?}", simulator.requests());
    }
}
