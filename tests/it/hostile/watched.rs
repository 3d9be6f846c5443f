//! The probe as a child that is watched: how long it took, and how much memory it held at most.

use crate::probe::command;
use std::io::Read;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// What came of a watched run.
pub struct Watched {
    /// The exit code; none where it was killed.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// From start to end.
    pub took: Duration,
    /// The most resident memory that was seen, in KiB.
    pub peak: u64,
}

/// Nothing takes longer; what does is killed, and fails.
const PATIENCE: Duration = Duration::from_secs(60);
/// The kernel keeps the high-water mark, so only what the last look missed is not in it.
const LOOK: Duration = Duration::from_millis(2);

/// Runs the probe to its end.
pub fn run(arguments: &[String], variables: &[(String, String)]) -> Watched {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let began = Instant::now();
    let mut child = command(&arguments)
        .envs(variables.iter().cloned())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let stdout = reader(child.stdout.take().expect("piped"));
    let stderr = reader(child.stderr.take().expect("piped"));
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let ended = loop {
        peak = high_water_mark(&status).unwrap_or(0).max(peak);
        if let Some(ended) = child.try_wait().expect("it can be waited for") {
            break ended;
        }
        if began.elapsed() > PATIENCE {
            child.kill().expect("it can be killed");
        }
        std::thread::sleep(LOOK);
    };
    Watched {
        code: ended.code(),
        took: began.elapsed(),
        stdout: stdout.join().expect("it was read"),
        stderr: stderr.join().expect("it was read"),
        peak,
    }
}

fn reader(mut from: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut text = String::new();
        from.read_to_string(&mut text).expect("it is UTF-8");
        text
    })
}

/// `VmHWM`, in KiB; a process that has ended has none.
fn high_water_mark(status: &str) -> Option<u64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
