//! Not to be lured: every hostile thing we know of, done to the real binary. No credential goes where it
//! does not belong, each run ends in time with a finding that names what was met, and memory stays small.
//!
//! `cargo test --test it hostile -- --nocapture` prints the table.

mod cases;
mod watched;
mod world;

use crate::probe::{Simulator, folder};
use cases::{Case, Door, May};
use serde_json::Value;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use watched::Watched;

/// Every request has two seconds; a walk has a handful of requests one after the other.
const LONGEST: Duration = Duration::from_secs(12);
/// 64 MiB, in KiB.
const MOST_MEMORY: u64 = 64 * 1024;
/// Runs side by side.
const WORKERS: usize = 3;

/// What a case came to.
struct Row {
    name: String,
    tried: String,
    sent: String,
    finding: String,
    took: Duration,
    peak: u64,
    wrong: Vec<String>,
}

#[test]
fn nothing_hostile_gets_a_credential() {
    let cases = cases::all();
    let (next, rows) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let row = examine(case);
                    rows.lock().expect("no one panicked").push(row);
                }
            });
        }
    });
    let mut rows = rows.into_inner().expect("no one panicked");
    let place = |row: &Row| cases.iter().position(|case| case.name == row.name);
    rows.sort_by_key(place);
    print_table(&rows);
    let wrong: Vec<String> = rows.into_iter().flat_map(|row| row.wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn examine(case: &Case) -> Row {
    let folder = folder();
    // Nobody's port: whoever connects waits in its backlog, and is seen there.
    let trap = TcpListener::bind("127.0.0.1:0").expect("a free port");
    trap.set_nonblocking(true).expect("it can be set");
    let port = trap.local_addr().expect("it is bound").port();
    let text =
        world::scenario(case.image, &case.world, port).replace(world::TRAP_PORT, &port.to_string());
    let scenario = folder.path().join("hostile.toml");
    std::fs::write(&scenario, text).expect("it is written");
    let (watched, log) = match case.door {
        Door::Run => through_run(case, &scenario, port),
        Door::Demo => through_demo(case, &scenario, folder.path()),
    };
    let mut row = judge(case, &watched, &log);
    if trap.accept().is_ok() {
        row.wrong
            .push(format!("{}: somebody connected to the trap", row.name));
    }
    row
}

fn through_run(case: &Case, scenario: &Path, port: u16) -> (Watched, String) {
    let simulator = Simulator::serve(scenario.to_str().expect("a path"));
    let mut arguments = vec!["run".to_owned()];
    let mut stated = simulator.arguments.iter();
    let with_rows = case.arguments.contains(&"--principal");
    while let Some(word) = stated.next() {
        // A password for a row that these arguments leave out would be a slip.
        if word == "--secret" && with_rows {
            stated.next();
        } else {
            arguments.push(word.clone());
        }
    }
    let filled = |text: &str| text.replace(world::TRAP_PORT, &port.to_string());
    arguments.extend(case.arguments.iter().map(|word| filled(word)));
    arguments.extend(["--format".to_owned(), "json".to_owned()]);
    let mut variables = simulator.environment.clone();
    variables.extend(
        case.variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), filled(value))),
    );
    let watched = watched::run(&arguments, &variables);
    let log = std::fs::read_to_string(simulator.path("requests.jsonl")).unwrap_or_default();
    (watched, log)
}

fn through_demo(case: &Case, scenario: &Path, folder: &Path) -> (Watched, String) {
    let log = folder.join("requests.jsonl");
    let words = [scenario, Path::new("--log"), &log, Path::new("--exit-code")];
    let mut arguments = vec!["demo".to_owned()];
    arguments.extend(words.iter().map(|word| word.display().to_string()));
    arguments.extend(case.arguments.iter().map(|word| (*word).to_owned()));
    arguments.extend(["--format".to_owned(), "json".to_owned()]);
    let watched = watched::run(&arguments, &[]);
    (watched, std::fs::read_to_string(&log).unwrap_or_default())
}

fn judge(case: &Case, watched: &Watched, log: &str) -> Row {
    let (seen, of_registry, strangers) = credentials_in(log);
    let report: Value = serde_json::from_str(&watched.stdout).unwrap_or(Value::Null);
    let cell = report["matrix"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|cell| {
            cell["principal"] == case.row
                && cell["scope"]
                    .as_str()
                    .is_some_and(|scope| scope.ends_with(":pull"))
        });
    let cell = cell.cloned().unwrap_or(Value::Null);
    let finding = match cell["verdict"].as_str() {
        Some("granted") => "granted".to_owned(),
        Some(_) => cell["cause"].as_str().unwrap_or("none").to_owned(),
        None => "no report".to_owned(),
    };
    let mut wrong = Vec::new();
    let mut check = |holds: bool, sentence: String| {
        if !holds {
            wrong.push(format!("{}: {sentence}", case.name));
        }
    };
    check(
        strangers.is_empty(),
        format!("a credential went to {strangers:?}"),
    );
    check(
        case.may != May::Nobody || of_registry == 0,
        format!("{of_registry} requests gave the registry a credential"),
    );
    check(
        finding == case.finding,
        format!(
            "the finding is {finding}, not {} ({})",
            case.finding, watched.stderr
        ),
    );
    check(
        watched.took < LONGEST,
        format!("it took {:?}", watched.took),
    );
    check(
        watched.peak < MOST_MEMORY,
        format!("it held {} KiB", watched.peak),
    );
    let expected = if finding == "granted" {
        vec![0]
    } else {
        vec![1, 3]
    };
    check(
        watched.code.is_some_and(|code| expected.contains(&code)),
        format!("it exits with {:?}", watched.code),
    );
    for secret in [
        "Sim-Password-hostile-canary-9f3a",
        "Sim-Secret-hostile-canary-77c1",
    ] {
        check(
            !watched.stdout.contains(secret) && !watched.stderr.contains(secret),
            format!("{secret} is shown"),
        );
    }
    Row {
        name: case.name.clone(),
        tried: case.tried.clone(),
        sent: match (seen, of_registry) {
            _ if !strangers.is_empty() => "LEAKED",
            (0, _) => "none",
            (_, 0) => "Entra only",
            _ => "to its own",
        }
        .to_owned(),
        finding,
        took: watched.took,
        peak: watched.peak,
        wrong,
    }
}

/// How many requests carried a credential, how many of those went to the registry, and those that went
/// where it had no business.
fn credentials_in(log: &str) -> (usize, usize, Vec<String>) {
    let (mut seen, mut of_registry) = (0, 0);
    let mut strangers = Vec::new();
    for line in log.lines() {
        let request: Value = serde_json::from_str(line).expect("a line of the log");
        if !carries_credential(&request) {
            continue;
        }
        seen += 1;
        let host = request["host"].as_str().unwrap_or_default();
        of_registry += usize::from(host == world::REGISTRY);
        if request["scheme"] != "https" || ![world::REGISTRY, world::ENTRA].contains(&host) {
            strangers.push(format!(
                "{}://{host}{}",
                request["scheme"], request["target"]
            ));
        }
    }
    (seen, of_registry, strangers)
}

fn carries_credential(request: &Value) -> bool {
    let headers = request["headers"].as_array().into_iter().flatten();
    let authorization = headers
        .filter_map(|pair| pair[0].as_str())
        .any(|name| name.eq_ignore_ascii_case("authorization"));
    let sent = format!("{}&{}", request["target"], request["body"]);
    let field = [
        "password",
        "refresh_token",
        "access_token",
        "client_secret",
        "client_assertion",
    ]
    .iter()
    .any(|name| sent.contains(&format!("{name}=")));
    authorization || field
}

#[expect(clippy::print_stdout, reason = "the table is what --nocapture is for")]
fn print_table(rows: &[Row]) {
    let cut = |text: &str, width: usize| -> String { text.chars().take(width).collect() };
    let mut table = format!(
        "{:<52} {:<58} {:<10} {:<24} {:>7} {:>8}\n",
        "case", "what was tried", "credential", "finding", "seconds", "peak MB"
    );
    for row in rows {
        table += &format!(
            "{:<52} {:<58} {:<10} {:<24} {:>7.2} {:>8.1}\n",
            cut(&row.name, 52),
            cut(&row.tried, 58),
            row.sent,
            row.finding,
            row.took.as_secs_f64(),
            row.peak as f64 / 1024.0
        );
    }
    let most = rows.iter().map(|row| row.peak).max().unwrap_or_default();
    let longest = rows.iter().map(|row| row.took).max().unwrap_or_default();
    println!(
        "{table}{} cases, at most {:.1} MB and {:.2} s",
        rows.len(),
        most as f64 / 1024.0,
        longest.as_secs_f64()
    );
}

#[test]
fn the_log_is_read_as_it_is_written() {
    let line = |host: &str, scheme: &str, header: &str, body: &str| {
        serde_json::json!({"host": host, "scheme": scheme, "target": "/x", "headers": [[header, "v"]], "body": body}).to_string()
    };
    let count = |line: String| {
        let (seen, _, strangers) = credentials_in(&line);
        (seen, strangers.len())
    };
    assert_eq!(
        count(line("tokens.evil.test", "https", "Authorization", "")),
        (1, 1)
    );
    assert_eq!(
        count(line(world::REGISTRY, "http", "X", "refresh_token=x")),
        (1, 1)
    );
    assert_eq!(
        count(line(world::REGISTRY, "https", "X", "password=x")),
        (1, 0)
    );
    assert_eq!(
        count(line("tokens.evil.test", "https", "Accept", "scope=x")),
        (0, 0)
    );
}
