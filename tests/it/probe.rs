//! The real binary as the other tests call it.

use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// The binary, with a clean environment: no proxy, no colour, no variable of this machine counts.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_acr-probe"));
    command
        .args(arguments)
        .env_clear()
        .env("PATH", "/usr/bin:/bin");
    command
}

/// What came of a run.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        }
    }

    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", self.stdout, self.stderr))
    }
}

/// Runs the binary.
pub fn run(arguments: &[&str]) -> Run {
    Run::of(
        command(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("the binary starts"),
    )
}

/// Runs the binary with text on standard input.
pub fn run_with_input(arguments: &[&str], input: &str) -> Run {
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // A command that fails early closes its input; that is its right.
    let _ = child
        .stdin
        .take()
        .expect("piped")
        .write_all(input.as_bytes());
    Run::of(child.wait_with_output().expect("it ends"))
}

/// The names of all scenarios.
pub fn scenarios() -> Vec<String> {
    let list = run(&["demo", "--list"]);
    list.stdout
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

/// A file of the repository.
pub fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A folder for one test, removed at the end.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// `acr-probe simulate` in its own process, and the `run` line that it prints; it ends with this value.
pub struct Simulator {
    child: std::process::Child,
    folder: tempfile::TempDir,
    /// The arguments after `acr-probe run` that reach it, images and credentials of the scenario included.
    pub arguments: Vec<String>,
    /// The variables of the scenario.
    pub environment: Vec<(String, String)>,
}

impl Simulator {
    /// Serves a scenario and waits until it says how it is reached.
    pub fn serve(scenario: &str) -> Self {
        use std::io::{BufRead, BufReader};
        let folder = folder();
        let path = folder.path().to_str().expect("a path").to_owned();
        let log = format!("{path}/requests.jsonl");
        let mut child = command(&["simulate", scenario, "--folder", &path, "--log", &log])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the simulator starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let line = lines
            .map(|line| line.expect("a line"))
            .find(|line| line.contains("acr-probe run "))
            .expect("it prints the run line");
        let (variables, arguments) = line
            .trim()
            .split_once("acr-probe run ")
            .expect("both halves");
        let environment = words(variables).into_iter().filter_map(|word| {
            let (name, value) = word.split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        });
        Self {
            child,
            folder,
            environment: environment.collect(),
            arguments: words(arguments),
        }
    }

    /// Runs the probe against it, with more arguments.
    pub fn run(&self, more: &[&str]) -> Run {
        self.run_with(more, &[])
    }

    /// The same with variables beside the scenario's.
    pub fn run_with(&self, more: &[&str], variables: &[(&str, &str)]) -> Run {
        let mut arguments: Vec<&str> = vec!["run"];
        let mut own = self.arguments.iter().map(String::as_str);
        while let Some(word) = own.next() {
            // A password for a row that these arguments leave out would be a slip.
            if word == "--secret" && more.contains(&"--principal") {
                own.next();
            } else {
                arguments.push(word);
            }
        }
        arguments.extend(more);
        let output = command(&arguments)
            .envs(self.environment.iter().cloned())
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .output();
        Run::of(output.expect("the binary starts"))
    }

    /// Every request so far: method and path.
    pub fn requests(&self) -> Vec<(String, String)> {
        let log =
            std::fs::read_to_string(self.folder.path().join("requests.jsonl")).unwrap_or_default();
        let one = |line: &str| {
            let request: Value = serde_json::from_str(line).expect("a line of the log");
            let text = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
            (text("method"), text("target"))
        };
        log.lines().map(one).collect()
    }

    /// A file in the simulator's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Words as the shell would read them: single quotes hold blanks.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for sign in line.chars() {
        match sign {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().expect("one is there").push(sign),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}
