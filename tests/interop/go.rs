//! Go programs, installed as modules at pinned versions: crane. Nothing of them is kept in the
//! repository; what is built, and Go's caches, stay in the target folder.

use crate::processes;
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
    MADE.get_or_init(|| installed("crane", CRANE))
}

fn installed(name: &str, module: &'static str) -> PathBuf {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let target = temporary.parent().expect("the target folder");
    let version = module.rsplit('@').next().unwrap_or_default();
    let whole = target.join(format!("interop-{name}-{version}"));
    if !whole.exists() {
        install(temporary, module, &whole);
    }
    whole.join(name)
}

/// Made beside and moved when whole, so that what is there is whole.
fn install(temporary: &Path, module: &'static str, whole: &Path) {
    let folder = tempfile::tempdir_in(temporary).expect("a folder");
    let made = folder.path().join("bin");
    let mut go = Command::new("go");
    go.args(["install", module])
        .current_dir(folder.path())
        .env("GOBIN", &made)
        .env("GOPATH", temporary.join("go"))
        .env("GOCACHE", temporary.join("go-build"))
        // The machine's own Go, or a failure; and a cache that a plain `rm -r` removes.
        .env("GOTOOLCHAIN", "local")
        .env("GOFLAGS", "-modcacherw -buildvcs=false");
    let finished = processes::run_within(INSTALLATION, &mut go, folder.path(), "go");
    assert_eq!(
        finished.code,
        Some(0),
        "the interop tests need {module}, and `go install` could not make it\n{}{}",
        finished.stdout,
        finished.stderr
    );
    // Somebody else may have been faster.
    if let Err(error) = std::fs::rename(&made, whole) {
        assert!(whole.exists(), "{}: {error}", whole.display());
    }
}
