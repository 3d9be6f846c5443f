//! Every remedy that the probe prints, over all scenarios and fixtures, as what it claims to be: a script that a
//! shell reads, or code whose brackets and quotes close; also where the names in the evidence are hostile.

#[path = "../../src/findings/remedy/tests/reading.rs"]
mod reading;

use crate::probe::{repository, run, run_with_input, scenarios};
use crate::shown;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

/// Stands in every hostile name; nothing may ever act on it.
const MARK: &str = "PWNED";
const HOSTILE: &str = "x ; touch PWNED ; ' ; touch PWNED; \"$(touch PWNED)\" `touch PWNED` ${PWNED} %{PWNED} \\' // */ # {[(\nPWNED\rPWNED";

/// Values of the fixtures that come from evidence: a file on the node, a token, an answer, the command line.
const OBSERVED: [&str; 7] = [
    "guestbook",
    "8edd399546e2808cc356e1fd28af9f4fbdaf2d3d",
    "3f6d2c1e-5b7a-4c0d-9e21-7a1c0b9d4e55",
    "c7a9e4b2-6d1f-4e83-b5a0-2f9d8c7b6a51",
    "a4b1c2d3-0e5f-4a6b-8c7d-9e0f1a2b3c4d",
    "MC_rg-cicd-aks-bbs_aks-wiz-dev_japaneast",
    "basic:ci",
];

#[derive(Default)]
struct Seen {
    kinds: BTreeMap<String, usize>,
    hostile: usize,
    scripts: Vec<String>,
}

impl Seen {
    fn read(&mut self, origin: &str, report: &Value) {
        for finding in report["findings"].as_array().into_iter().flatten() {
            for remedy in finding["remedies"].as_array().into_iter().flatten() {
                let kind = remedy["kind"].as_str().expect("a kind");
                let text = remedy["text"].as_str().expect("a text");
                let verdict = match kind {
                    "bicep" => reading::code(text, '\'', "//"),
                    "terraform" => reading::code(text, '"', "#"),
                    "note" => Ok(()),
                    _ => {
                        self.scripts.push(text.to_owned());
                        reading::shell(text)
                    }
                };
                assert_eq!(verdict, Ok(()), "{origin}, {}: {text}", finding["rule"]);
                *self.kinds.entry(kind.to_owned()).or_default() += 1;
                self.hostile += usize::from(text.contains(MARK));
            }
        }
    }
}

#[test]
fn every_remedy_of_every_scenario_is_well_formed() {
    let mut seen = Seen::default();
    for name in scenarios() {
        seen.read(&name, &shown::scenario(&name).json());
    }
    for (name, text) in fixtures() {
        seen.read(&name, &replayed(&text));
    }
    for kind in [
        "ask",
        "az",
        "bicep",
        "terraform",
        "kubectl",
        "check",
        "note",
    ] {
        assert!(seen.kinds.contains_key(kind), "no {kind}: {:?}", seen.kinds);
    }
    a_shell_reads(seen.scripts);
}

#[test]
fn hostile_evidence_stays_inside_its_quotes() {
    let mut seen = Seen::default();
    let inside = serde_json::to_string(HOSTILE).expect("JSON");
    let inside = inside.trim_matches('"');
    for (name, text) in fixtures() {
        let names = OBSERVED.iter().fold(text.clone(), |text, value| {
            let kept = value.strip_suffix("ci").unwrap_or_default();
            text.replace(value, &format!("{kept}{inside}"))
        });
        seen.read(&name, &replayed(&names));
        let registry = text.replace("acrwizdev", inside);
        seen.read(&name, &replayed(&registry));
    }
    assert!(seen.hostile > 100, "{} texts hold it", seen.hostile);
    a_shell_reads(seen.scripts);
}

/// Each rule's recording in which it fires.
fn fixtures() -> Vec<(String, String)> {
    let folder = std::fs::read_dir(repository("testdata/recordings")).expect("the fixtures");
    let paths = folder.map(|entry| entry.expect("an entry").path());
    let fires = paths.filter(|path| path.to_string_lossy().ends_with(".fires.jsonl"));
    fires
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a fixture");
            (path.display().to_string(), text)
        })
        .collect()
}

fn replayed(recording: &str) -> Value {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(recording.as_bytes()).expect("it is written");
    let path = file.path().to_str().expect("a path");
    run(&["replay", path, "--format", "json"]).json()
}

/// The shell itself as the judge: it reads every script, each in a process of its own, and runs none.
fn a_shell_reads(mut scripts: Vec<String>) {
    scripts.sort();
    scripts.dedup();
    assert!(scripts.len() > 20, "only {} scripts", scripts.len());
    for script in scripts {
        let mut shell = Command::new("/bin/sh")
            .args(["-n", "-s"])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("/bin/sh starts");
        let mut input = shell.stdin.take().expect("piped");
        input.write_all(script.as_bytes()).expect("it reads");
        drop(input);
        let output = shell.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}: {script}");
    }
}

/// The command that settles a pasted text names an image out of that text.
#[test]
fn the_run_line_of_a_hostile_text_is_one_command() {
    let texts = [
        "Failed to pull image \"r.azurecr.io/a:1'; touch PWNED; '\": failed to fetch anonymous token: 401 Unauthorized",
        "Failed to pull image \"r.azurecr.io/$(touch PWNED):1\": failed to fetch oauth token: 401 Unauthorized",
        "GET https://r.azurecr.io/oauth2/token?scope=repository%3Aa%27%3Btouch%20PWNED%3Apull&service=r.azurecr.io: 401 Unauthorized",
    ];
    for text in texts {
        let mut seen = Seen::default();
        let report = run_with_input(&["explain", "--format", "json"], text).json();
        seen.read(text, &report);
        assert_eq!(seen.hostile, 0, "{report}");
    }
}
