//! Child processes: killed when dropped, and never waited for without a deadline.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// No step of these tests takes a tenth of it, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(20);

/// A server that runs until this is dropped. Its output goes to files, since a full pipe would stop it.
pub struct Server {
    child: Child,
    name: &'static str,
    stdout: PathBuf,
    stderr: PathBuf,
}

/// A command that ended.
pub struct Finished {
    /// The exit code; none after a signal.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Server {
    /// Starts a server whose output goes to `FOLDER/NAME.stdout` and `.stderr`.
    pub fn start(command: &mut Command, folder: &Path, name: &'static str) -> Self {
        let stdout = folder.join(format!("{name}.stdout"));
        let stderr = folder.join(format!("{name}.stderr"));
        command
            .stdin(Stdio::null())
            .stdout(File::create(&stdout).expect("a file for output"))
            .stderr(File::create(&stderr).expect("a file for output"));
        let child = command.spawn().unwrap_or_else(|error| {
            panic!("{name}: {command:?} does not start: {error}; `.ci/run` installs what is needed")
        });
        Self {
            child,
            name,
            stdout,
            stderr,
        }
    }

    /// Standard output so far.
    pub fn stdout(&self) -> String {
        read(&self.stdout)
    }

    /// Standard error so far.
    pub fn stderr(&self) -> String {
        read(&self.stderr)
    }

    /// Waits until the server has said something.
    pub fn until<T>(&mut self, what: &str, mut seen: impl FnMut(&Self) -> Option<T>) -> T {
        let started = Instant::now();
        loop {
            // Asked first: what it said last may be what is waited for.
            let ended = self.child.try_wait().expect("a child process");
            if let Some(found) = seen(self) {
                return found;
            }
            let why = match ended {
                Some(status) => format!("it ended: {status}"),
                None if started.elapsed() > PATIENCE => format!("not within {PATIENCE:?}"),
                None => {
                    sleep(POLL);
                    continue;
                }
            };
            panic!(
                "{}: waiting for {what}: {why}\n{}\n{}",
                self.name,
                self.stdout(),
                self.stderr()
            );
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a command to its end.
pub fn run(command: &mut Command, folder: &Path, name: &'static str) -> Finished {
    run_within(PATIENCE, command, folder, name)
}

/// Runs a command to its end, which may take so long.
pub fn run_within(
    patience: Duration,
    command: &mut Command,
    folder: &Path,
    name: &'static str,
) -> Finished {
    let mut server = Server::start(command, folder, name);
    let started = Instant::now();
    let status = loop {
        if let Some(status) = server.child.try_wait().expect("a child process") {
            break status;
        }
        assert!(
            started.elapsed() < patience,
            "{name}: {command:?} did not end within {patience:?}\n{}",
            server.stderr()
        );
        sleep(POLL);
    };
    Finished {
        code: status.code(),
        stdout: server.stdout(),
        stderr: server.stderr(),
    }
}

/// Runs a command that has to succeed.
pub fn succeed(command: &mut Command, folder: &Path, name: &'static str) {
    let finished = run(command, folder, name);
    assert_eq!(
        finished.code,
        Some(0),
        "{name}: {command:?}\n{}{}",
        finished.stdout,
        finished.stderr
    );
}

fn read(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
