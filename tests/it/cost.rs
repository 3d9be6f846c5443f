//! What a run costs the registry: requests, exchanges, identity requests and connections, counted by the
//! other side, and never one more than needed. Nothing here is timed, but for pauses that must not be shorter.

use crate::probe::{Run, Simulator, command, folder, run};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// What the other side counted.
#[derive(Debug, PartialEq)]
struct Counted {
    requests: usize,
    identities: usize,
    exchanges: usize,
    connections: u64,
}

fn counted(simulator: &Simulator) -> Counted {
    let log = std::fs::read_to_string(simulator.path("requests.jsonl")).expect("a log");
    let lines = || {
        log.lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
    };
    let all: Vec<Value> = lines().collect();
    let to = |start: &str| {
        let targets = all.iter().filter_map(|one| one["target"].as_str());
        targets.filter(|target| target.starts_with(start)).count()
    };
    Counted {
        requests: all.len(),
        identities: to("/metadata/identity/"),
        exchanges: to("/oauth2/exchange"),
        // Numbered as they come, those that no request used included.
        connections: all
            .iter()
            .filter_map(|one| one["connection"].as_u64())
            .max()
            .expect("some"),
    }
}

#[test]
fn the_default_matrix_sends_nothing_twice() {
    let simulator = Simulator::serve("guestbook-fixed");
    let run = simulator.run(&["--no-content", "--require", "kubelet"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    // Challenge and ping; three times GET for nobody; POST, GET for each action of the two others, whose pull
    // is asked by HEAD; identity token and exchange.
    let registry = 2 + 3 + 2 * (3 * 2 + 1) + 1;
    let expected = Counted {
        requests: registry + 1,
        identities: 1,
        exchanges: 1,
        connections: 7 + 1,
    };
    assert_eq!(counted(&simulator), expected);
}

#[test]
fn the_content_costs_four_requests_and_one_connection() {
    let simulator = Simulator::serve("guestbook-fixed");
    let run = simulator.run(&["--platform", "linux/amd64", "--require", "kubelet"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let found = counted(&simulator);
    assert_eq!((found.requests, found.connections), (21 + 4, 8 + 1));
}

#[test]
fn fifty_images_share_what_can_be_shared() {
    let folder = folder();
    let simulator = Simulator::serve(fleet(folder.path(), 50, "").to_str().expect("a path"));
    let run = simulator.run(&["--platform", "linux/amd64", "--require", "kubelet"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    // For each image: challenge; GET for nobody; POST, GET, HEAD for two; manifest, layer and its storage.
    let expected = Counted {
        requests: 50 * (1 + 1 + 2 * 3 + 3) + 1 + 1 + 1,
        identities: 1,
        exchanges: 1,
        connections: 7 + 1 + 7,
    };
    assert_eq!(counted(&simulator), expected);
}

#[test]
fn no_more_requests_at_once_than_was_asked_for() {
    let folder = folder();
    let fleet = fleet(folder.path(), 20, DELAY);
    let record = folder.path().join("r.jsonl");
    demo(&fleet, &record, &["--parallel", "3"]);
    let requests = requests(&record);
    let ends = |one: &Request| one.begins + one.takes;
    let most = requests.iter().map(|this| {
        let open = |other: &&Request| other.begins <= this.begins && ends(other) > this.begins;
        requests.iter().filter(open).count()
    });
    let most = most.max().expect("some");
    assert!((2..=3).contains(&most), "{most} at once");
    let hosts: std::collections::BTreeSet<&str> =
        requests.iter().map(|one| one.host.as_str()).collect();
    for host in hosts {
        let own = requests.iter().filter(|one| one.host == host);
        let connections: std::collections::BTreeSet<&str> =
            own.map(|one| one.connection.as_str()).collect();
        assert!(connections.len() <= 3, "{host}: {connections:?}");
    }
}

#[test]
fn no_more_requests_a_second_than_was_asked_for() {
    let folder = folder();
    let fleet = fleet(folder.path(), 10, "");
    let record = folder.path().join("r.jsonl");
    let anonymous = ["--principal", "anonymous", "--max-rps", "20"];
    demo(&fleet, &record, &anonymous);
    let requests = requests(&record);
    assert_eq!(requests.len(), 20, "a challenge and a token request each");
    let last = requests.iter().map(|one| one.begins).fold(0.0, f64::max);
    assert!(last >= 19.0 * 50.0 - 5.0, "the last began after {last} ms");
}

/// The first token request is told to come back in a second: all others to that host wait for it.
#[test]
fn a_busy_registry_is_given_its_pause_by_all() {
    let folder = folder();
    let fault = "[[fault]]\nat = \"token\"\nkind = \"throttle\"\nretry_after = \"1\"\ncount = 1\n";
    let fleet = fleet(folder.path(), 10, fault);
    let record = folder.path().join("r.jsonl");
    demo(
        &fleet,
        &record,
        &["--principal", "anonymous", "--parallel", "1"],
    );
    let requests = requests(&record);
    let busy: Vec<&Request> = requests.iter().filter(|one| one.status == 429).collect();
    assert_eq!(
        busy.len(),
        1,
        "it is not asked again, and the others come later"
    );
    let told = busy[0].begins + busy[0].takes;
    let later = requests.iter().filter(|one| one.begins > busy[0].begins);
    let first = later.map(|one| one.begins).fold(f64::INFINITY, f64::min);
    assert!(first >= told + 990.0, "{first} after {told}");
}

#[test]
fn an_interrupted_list_prints_what_it_has() {
    let folder = folder();
    let fleet = fleet(folder.path(), 300, DELAY);
    let fleet = fleet.to_str().expect("a path");
    let child = command(&["demo", fleet, "--format", "json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
    std::thread::sleep(std::time::Duration::from_millis(2500));
    let sent = std::process::Command::new("/bin/sh")
        .args(["-c", &format!("kill -INT {}", child.id())])
        .status();
    assert!(sent.expect("a shell").success());
    let run = Run::of(child.wait_with_output().expect("it ends"));
    assert_eq!(run.code, 130, "{}", run.stderr);
    assert!(!run.stderr.contains('\r'), "nobody sits at a terminal");
    let report = run.json();
    assert_eq!(report["complete"], false);
    assert_eq!(report["matrix"].as_array().map(Vec::len), Some(900));
    let answers = report["transactions"].as_array().map_or(0, Vec::len);
    assert!((10..3000).contains(&answers), "{answers} answers");
}

/// Every answer takes a while.
const DELAY: &str = "[[fault]]\nat = \"every\"\nkind = \"delay\"\ndelay = \"30ms\"\n";

/// A world with so many images, all of which the kubelet may pull.
fn fleet(folder: &Path, images: usize, more: &str) -> PathBuf {
    let names: Vec<String> = (0..images)
        .map(|number| format!("\"acrwizdev.azurecr.io/app:v{number}\""))
        .collect();
    let tags: Vec<String> = (0..images)
        .map(|number| format!("v{number} = [\"linux/amd64\"]"))
        .collect();
    let world = include_str!("../../testdata/scenarios/guestbook-fixed.toml")
        .lines()
        .filter(|line| !line.starts_with("tags = "))
        .map(|line| match line.split_once("[\"acrwizdev.azurecr.io") {
            Some(_) => format!(
                "arguments = [{}, \"--secret\", \"admin=env:ACR_PASSWORD\"]",
                names.join(", ")
            ),
            None => line.replace(
                "[registry.repositories.guestbook]",
                &format!(
                    "[registry.repositories.app]\ntags = {{ {} }}",
                    tags.join(", ")
                ),
            ),
        });
    let world: Vec<String> = world.collect();
    let path = folder.join("fleet.toml");
    std::fs::write(&path, format!("{}\n{more}", world.join("\n"))).expect("a file");
    path
}

fn demo(scenario: &Path, record: &Path, more: &[&str]) {
    let path = |path: &Path| path.to_str().expect("a path").to_owned();
    let (scenario, record) = (path(scenario), path(record));
    let mut arguments = vec!["demo", &scenario, "--record", &record, "--no-content"];
    arguments.extend(more);
    let run = run(&arguments);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

struct Request {
    host: String,
    connection: String,
    status: u64,
    begins: f64,
    takes: f64,
}

fn requests(record: &Path) -> Vec<Request> {
    let text = std::fs::read_to_string(record).expect("a recording");
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let sent = lines.filter(|line| line["line"] == "transaction");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    sent.map(|one| Request {
        host: text(&one["url"])
            .split('/')
            .nth(2)
            .unwrap_or_default()
            .to_owned(),
        connection: text(&one["connection"]),
        status: one["status"].as_u64().unwrap_or_default(),
        begins: one["started_ms"].as_f64().expect("a time"),
        takes: one["elapsed_ms"].as_f64().expect("a time"),
    })
    .collect()
}
