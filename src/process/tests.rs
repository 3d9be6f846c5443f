//! Programs that end well, fail, hang, flood and do not start; and another root.

use super::*;
use std::fs;

/// Far less than the plugin that hangs takes, far more than one that does not.
const SHORT: Duration = Duration::from_secs(2);

fn plugin(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/credential-provider");
    folder.join(name)
}

fn program(path: PathBuf, args: &[&str]) -> Program {
    Program {
        path,
        args: args.iter().map(OsString::from).collect(),
        stdin: Input::Secret(Secret::new("{\"kind\":\"CredentialProviderRequest\"}\n")),
        environment: vec![],
        limit: Duration::from_secs(20),
    }
}

#[tokio::test]
async fn a_plugin_reads_its_request_and_answers() {
    let ended = run(program(plugin("ok-two-entries"), &[])).await;
    assert!(ended.is_success(), "{ended:?} {:?}", ended.fault());
    let answer: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!(answer["auth"].as_object().unwrap().len(), 2);
    assert!(!format!("{ended:?}").contains("canary"));
}

#[tokio::test]
async fn a_plugin_that_fails_keeps_its_words() {
    let ended = run(program(plugin("exits-1"), &[])).await;
    assert_eq!((&ended.how, ended.code), (&How::Exited, Some(1)));
    assert_eq!(ended.fault().unwrap(), "ended with exit code 1");
    assert!(String::from_utf8_lossy(&ended.stderr).contains("canary7Qm3xZ9pLk2VtR8sWdY4"));
    assert!(!format!("{ended:?}").contains("canary"));
}

#[tokio::test]
async fn a_plugin_that_hangs_is_ended() {
    let mut hanging = program(plugin("times-out"), &[]);
    hanging.limit = SHORT;
    let ended = run(hanging).await;
    assert_eq!(ended.how, How::TimedOut);
    assert!(ended.elapsed < SHORT * 5, "{ended:?} {:?}", ended.elapsed);
    assert!(!ended.stderr.is_empty(), "what it said before is kept");
}

#[tokio::test]
async fn a_flood_is_cut_off() {
    let ended = run(program(plugin("huge-output"), &[])).await;
    assert_eq!(ended.how, How::TooMuchOutput);
    assert!(ended.stdout.len() <= LARGEST && ended.stderr.len() <= LARGEST);
}

#[tokio::test]
async fn garbage_is_handed_on() {
    let ended = run(program(plugin("garbage"), &[])).await;
    assert!(ended.is_success());
    assert!(ended.stdout.starts_with(b"I0101"));
}

#[tokio::test]
async fn what_cannot_be_started_is_said() {
    for (path, said) in [
        (plugin("nowhere"), "No such file"),
        (plugin("aks-v1.yaml"), "Permission denied"),
    ] {
        let ended = run(program(path, &[])).await;
        assert!(
            matches!(&ended.how, How::NotStarted(why) if why.contains(said)),
            "{ended:?}"
        );
    }
}

#[tokio::test]
async fn a_signal_and_a_grandchild_with_a_pipe() {
    let shell = || PathBuf::from("/bin/sh");
    let killed = run(program(shell(), &["-c", "kill -9 $$"])).await;
    assert_eq!((killed.code, killed.signal), (None, Some(9)));
    let left = run(program(shell(), &["-c", "sleep 15 & echo done"])).await;
    assert!(left.is_success() && left.stdout == b"done\n", "{left:?}");
    assert!(left.elapsed < Duration::from_secs(10), "{:?}", left.elapsed);
}

#[tokio::test]
async fn the_environment_is_cleared_and_given() {
    let mut asked = program(PathBuf::from("/usr/bin/env"), &[]);
    asked.environment = vec![
        ("GIVEN".into(), Secret::new("yes")),
        ("HOME".into(), Secret::new("/mine")),
    ];
    let ended = run(asked).await;
    let text = String::from_utf8(ended.stdout).unwrap();
    let names: Vec<&str> = text
        .lines()
        .filter_map(|line| Some(line.split_once('=')?.0))
        .collect();
    assert!(
        text.contains("GIVEN=yes\n") && text.contains("HOME=/mine\n"),
        "{text}"
    );
    assert!(
        names
            .iter()
            .all(|name| *name == "GIVEN" || INHERITED.contains(name)),
        "{names:?}"
    );
}

#[test]
fn a_program_below_another_root_is_the_probe_itself() {
    let mut plugin = program(PathBuf::from("/usr/bin/p"), &["/etc/kubernetes/azure.json"]);
    plugin.environment = vec![("N".into(), Secret::new("canary-8"))];
    let below = below(Path::new("/host"), plugin);
    assert_eq!(below.path, Path::new("/proc/self/exe"));
    let args = [ENTER, "/host", "/usr/bin/p", "/etc/kubernetes/azure.json"];
    assert_eq!(below.args, args.map(OsString::from));
    assert_eq!(below.environment.len(), 1);
    assert!(!format!("{below:?}").contains("canary"));
}

/// The probe has no hidden subcommand within its own tests: the test binary starts itself with
/// this one test in its place.
#[tokio::test]
async fn a_program_is_executed_below_another_root() {
    let Some(root) = a_root_with_a_shell() else {
        return; // No shell whose libraries we could copy.
    };
    let name = "process::tests::entering";
    let mut inner = program(
        PathBuf::from(MYSELF),
        &["--exact", name, "--ignored", "--nocapture"],
    );
    inner.environment = vec![(
        "ENTER_ROOT".into(),
        Secret::new(root.path().display().to_string()),
    )];
    let ended = run(inner).await;
    let (out, err) = (
        String::from_utf8_lossy(&ended.stdout),
        String::from_utf8_lossy(&ended.stderr),
    );
    if err.contains("cannot change the root") {
        assert!(err.contains("not permitted"), "{err}");
        return; // Not root.
    }
    assert_eq!(ended.code, Some(7), "{out} {err}");
    assert!(out.contains("within: marker\n"), "{out} {err}");
    assert!(out.contains("CredentialProviderRequest"), "{out} {err}");
}

#[test]
#[ignore = "replaces its process; started by the test before"]
fn entering() {
    let Ok(root) = std::env::var("ENTER_ROOT") else {
        return;
    };
    let script = "echo within: mark*; read -r request; echo $request; exit 7";
    let argv = ["/sh", "-c", script].map(OsString::from);
    panic!("{}", enter_and_execute(Path::new(&root), &argv));
}

#[test]
fn what_cannot_be_entered_is_said() {
    let nowhere = enter_and_execute(Path::new("/nowhere/at/all"), &["/x".into()]);
    let said = nowhere.to_string();
    assert!(
        said.starts_with("cannot change the root to /nowhere/at/all"),
        "{said}"
    );
    assert!(
        enter_and_execute(Path::new("/"), &[])
            .to_string()
            .contains("no program")
    );
}

/// A folder with the shell at its top and the libraries that it loads.
fn a_root_with_a_shell() -> Option<tempfile::TempDir> {
    let root = tempfile::tempdir().ok()?;
    let listed = std::process::Command::new("ldd")
        .arg("/bin/sh")
        .output()
        .ok()?;
    let listed = String::from_utf8(listed.stdout).ok()?;
    for library in listed
        .split_whitespace()
        .filter(|word| word.starts_with('/'))
    {
        let copy = root.path().join(library.trim_start_matches('/'));
        fs::create_dir_all(copy.parent()?).ok()?;
        fs::copy(library, copy).ok()?;
    }
    fs::copy("/bin/sh", root.path().join("sh")).ok()?;
    fs::write(root.path().join("marker"), "").ok()?;
    Some(root)
}
