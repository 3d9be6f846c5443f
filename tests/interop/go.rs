//! Go programs: crane, and azidentity behind a few lines of our own, installed as modules at pinned
//! versions. Nothing of them is kept in the repository; what is built, and Go's caches, stay in the
//! target folder.

use crate::lab::Lab;
use crate::place::bare;
use crate::processes;
use crate::python::Said;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

/// The last one that Debian 12's Go (1.19) still builds.
const CRANE: &str = "github.com/google/go-containerregistry/cmd/crane@v0.20.2";
/// A download of some MB and a build, once per machine.
const INSTALLATION: Duration = Duration::from_secs(580);

/// Where crane is.
pub fn crane() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let version = CRANE.rsplit('@').next().unwrap_or_default();
        let folder = target().join(format!("interop-crane-{version}"));
        let install = |bin: &Path| {
            let mut go = go("install");
            go.arg(CRANE).env("GOBIN", bin).current_dir(bin);
            go
        };
        made(&folder, install).join("crane")
    })
}

/// azidentity asks for an identity's token, where a lab is.
pub fn identity(lab: &Lab, client_id: &str, variables: &[(&str, &str)]) -> Said {
    let mut command = lab.place().command(identity_program());
    bare(&mut command)
        .env("HOME", lab.folder())
        .envs(variables.iter().copied())
        .arg(client_id);
    Said::of(&processes::run(&mut command, lab.folder(), "go-identity"))
}

/// Built once a run, since Go itself knows whether anything changed.
fn identity_program() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let made = temporary().join("go-identity");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/go_identity");
        let mut build = go("build");
        build.arg("-o").arg(&made).arg(".").current_dir(source);
        succeed(&mut build, temporary());
        made
    })
}

/// The machine's own Go, or a failure; and a cache that a plain `rm -r` removes.
fn go(what: &str) -> Command {
    let mut go = Command::new("go");
    go.arg(what)
        .env("GOPATH", temporary().join("go"))
        .env("GOCACHE", temporary().join("go-build"))
        .env("GOTOOLCHAIN", "local")
        .env("GOFLAGS", "-modcacherw -buildvcs=false");
    go
}

/// Made beside and moved when whole, so that what is there is whole.
fn made(whole: &Path, install: impl Fn(&Path) -> Command) -> &Path {
    if whole.exists() {
        return whole;
    }
    let folder = tempfile::tempdir_in(temporary()).expect("a folder");
    let bin = folder.path().join("bin");
    std::fs::create_dir(&bin).expect("a folder");
    succeed(&mut install(&bin), folder.path());
    // Somebody else may have been faster.
    if let Err(error) = std::fs::rename(&bin, whole) {
        assert!(whole.exists(), "{}: {error}", whole.display());
    }
    whole
}

fn succeed(command: &mut Command, folder: &Path) {
    let finished = processes::run_within(INSTALLATION, command, folder, "go");
    assert_eq!(
        finished.code,
        Some(0),
        "the interop tests need Go and its module proxy, and this failed: {command:?}\n{}{}",
        finished.stdout,
        finished.stderr
    );
}

fn temporary() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

fn target() -> &'static Path {
    temporary().parent().expect("the target folder")
}
