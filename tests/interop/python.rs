//! Real clients in Python: the Azure SDK, and a kubelet's part of a pull over CRI.

use crate::lab::Lab;
use crate::place::bare;
use crate::processes::{self, Finished};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

const REQUIREMENTS: &str = include_str!("requirements.txt");
/// Six looks at a page take ten seconds, and many times that on a machine that does much else.
const BROWSING: Duration = Duration::from_secs(400);
/// A download of 80 MB, or of 100 MB for azure-cli, once per machine.
const INSTALLATION: Duration = Duration::from_secs(900);

/// The one line of JSON that a script printed.
#[derive(Debug)]
pub struct Said(Value);

impl Said {
    /// What a program printed.
    pub fn of(finished: &Finished) -> Self {
        let said = serde_json::from_str(&finished.stdout);
        Self(
            said.unwrap_or_else(|error| {
                panic!("{error}\n{}\n{}", finished.stdout, finished.stderr)
            }),
        )
    }

    /// What a command said that answers by its exit code.
    pub fn by_exit(finished: &Finished) -> Self {
        let text = finished.stderr.trim();
        Self(json!({ "ok": finished.code == Some(0), "error": "", "text": text }))
    }

    /// Yes or no.
    pub fn is_yes(&self) -> bool {
        self.0["ok"] == true
    }

    /// A member that is text; empty where it is not there.
    pub fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap_or_default()
    }

    /// A member that is a list; empty where it is not there.
    pub fn list(&self, name: &str) -> &[Value] {
        self.0[name].as_array().map_or(&[], Vec::as_slice)
    }

    /// A member that is a number.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.0[name].as_u64()
    }

    /// The HTTP status that the client tells, if it tells one.
    pub fn status(&self) -> Option<u64> {
        self.0["status"].as_u64()
    }
}

/// Runs a script of this folder where a lab is.
pub fn run(lab: &Lab, script: &'static str, words: &[&str]) -> Said {
    let authority = lab.authority();
    let mut command = lab.place().command(interpreter());
    bare(&mut command)
        .env("HOME", lab.folder())
        .env("REQUESTS_CA_BUNDLE", &authority)
        .env("SSL_CERT_FILE", &authority)
        .arg(path(script))
        .args(words);
    Said::of(&processes::run(&mut command, lab.folder(), script))
}

/// Runs a script of this folder on this machine; a browser takes its time.
pub fn run_here(folder: &Path, script: &'static str, words: &[&str]) -> Said {
    let mut command = Command::new(interpreter());
    bare(&mut command)
        .env("HOME", folder)
        .env("TMPDIR", folder)
        .arg(path(script))
        .args(words);
    Said::of(&processes::run_within(
        BROWSING,
        &mut command,
        folder,
        script,
    ))
}

fn path(script: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/interop")
        .join(script)
}

/// Runs a module of a package on this machine, and gives what it wrote. It has to succeed.
pub fn module(words: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(interpreter());
    bare(&mut command)
        .env("HOME", folder.path())
        .arg("-m")
        .args(words);
    let finished = processes::run(&mut command, folder.path(), "module");
    let said = format!("{}{}", finished.stdout, finished.stderr);
    assert_eq!(finished.code, Some(0), "{words:?}\n{said}");
    said
}

/// Python with what `requirements.txt` names.
fn interpreter() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| with("venv", REQUIREMENTS))
}

/// Python with these packages and no others, in the target folder. Other packages are another folder.
pub fn with(name: &str, requirements: &str) -> PathBuf {
    let hash = digest(&SHA256, requirements.as_bytes());
    let hash = hash.as_ref().iter().take(4);
    let hash: String = hash.map(|byte| format!("{byte:02x}")).collect();
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let target = temporary.parent().expect("the target folder");
    let whole = target.join(format!("interop-{name}-{hash}"));
    if !whole.exists() {
        install(temporary, requirements, &whole);
    }
    whole.join("bin/python")
}

/// Made beside and moved when whole, so that what is there is whole.
fn install(temporary: &Path, requirements: &str, whole: &Path) {
    let folder = tempfile::tempdir_in(temporary).expect("a folder");
    let venv = folder.path().join("venv");
    let list = folder.path().join("requirements.txt");
    std::fs::write(&list, requirements).expect("a file");
    let mut python = Command::new("python3");
    python.args(["-m", "venv"]).arg(&venv);
    let made = processes::run_within(INSTALLATION, &mut python, folder.path(), "venv");
    assert_eq!(
        made.code,
        Some(0),
        "python3-venv\n{}{}",
        made.stdout,
        made.stderr
    );
    let mut pip = Command::new(venv.join("bin/python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--only-binary=:all:",
        "--no-deps",
    ])
    .arg("--requirement")
    .arg(&list);
    let finished = processes::run_within(INSTALLATION, &mut pip, folder.path(), "pip");
    assert_eq!(
        finished.code,
        Some(0),
        "the interop tests need these Python packages, and pip could not install them\n{requirements}\n{}{}",
        finished.stdout,
        finished.stderr
    );
    // Somebody else may have been faster.
    if let Err(error) = std::fs::rename(&venv, whole) {
        assert!(whole.exists(), "{}: {error}", whole.display());
    }
}
