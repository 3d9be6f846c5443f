//! The kubectl plugin against a scripted kubectl, which plays cluster and node.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const POD: &str = r#"{"kind": "Pod", "metadata": {"name": "guestbook-app", "namespace": "default"},
  "spec": {"nodeName": "aks-pool-1", "imagePullSecrets": [{"name": "acr"}],
    "containers": [{"name": "a", "image": "acrwizdev.azurecr.io/guestbook:8edd399546e2808cc356e1fd28af9f4fbdaf2d3d"}]},
  "status": {"containerStatuses": [{"name": "a", "state": {"waiting": {"reason": "ImagePullBackOff"}}}]}}"#;
const SECRET: &str = r#"{"kind": "Secret", "data": "Pull-Secret-canary-5521"}"#;

/// A folder with a scripted kubectl and the plugin in it.
struct Cluster(tempfile::TempDir);

impl Cluster {
    /// `exec` is what the script does where the probe should run on the node.
    fn new(exec: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("pod.json"), POD).unwrap();
        std::fs::write(folder.path().join("secret.json"), SECRET).unwrap();
        let script = format!(
            r#"#!/bin/sh
here=$(dirname "$0")
echo "$*" >> "$here/log"
case "$1 $2" in
  "get pod") cat "$here/pod.json" ;;
  "get secret") cat "$here/secret.json" ;;
  "get node") echo '{{"status": {{"images": [{{"names": ["mcr.microsoft.com/x/busybox:1"]}}]}}}}' ;;
  "debug "*) echo "Creating debugging pod node-debugger-x1 with container debugger on node aks-pool-1." ;;
  "wait "*) ;;
  "exec -i") case "$*" in
      *" sh -c "*) cat > "$here/copied" ;;
      *) {exec} ;;
    esac ;;
  "delete pod") ;;
  *) echo "unexpected: $*" >&2; exit 9 ;;
esac
"#
        );
        let kubectl = folder.path().join("kubectl");
        std::fs::write(&kubectl, script).unwrap();
        std::fs::set_permissions(&kubectl, std::fs::Permissions::from_mode(0o755)).unwrap();
        let plugin = folder.path().join("kubectl-acr_probe");
        std::os::unix::fs::symlink(binary(), plugin).unwrap();
        Self(folder)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let path = format!("{}:/usr/bin:/bin", self.0.path().display());
        let mut command = Command::new(self.0.path().join("kubectl-acr_probe"));
        command
            .args(arguments)
            .env("PATH", path)
            .stdin(Stdio::null());
        command
    }

    fn ask(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The commands that were run, their verbs.
    fn verbs(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.file("log")).unwrap_or_default();
        let verb = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
        log.lines().map(verb).collect()
    }
}

/// The binary under test.
fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_acr-probe"))
}

fn on_the_node() -> String {
    format!(
        r#"cat > "$here/stdin"; "{}" demo guestbook --exit-code --format ndjson"#,
        binary().display()
    )
}

const WHOLE: [&str; 6] = ["get", "get", "debug", "wait", "exec", "delete"];

#[test]
fn from_a_pods_name_to_a_named_cause() {
    let cluster = Cluster::new(&on_the_node());
    let ended = cluster.ask(&[
        "pod/guestbook-app",
        "-n",
        "default",
        "--probe-image",
        "reg/probe:1",
    ]);
    let text = String::from_utf8_lossy(&ended.stdout);
    assert_eq!(
        ended.status.code(),
        Some(1),
        "{text}{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    assert!(
        text.contains("kubelet cannot pull guestbook") && text.contains("no-role-assignment"),
        "{text}"
    );
    assert_eq!(cluster.verbs(), WHOLE);
    let log = std::fs::read_to_string(cluster.file("log")).unwrap();
    assert!(
        log.contains("debug node/aks-pool-1 --image=reg/probe:1 -n default -- /acr-probe idle 900"),
        "{log}"
    );
    assert!(
        log.contains("--principal pull-secret:/dev/stdin --format ndjson"),
        "{log}"
    );
    // The pull secret goes through standard input and nowhere else.
    assert_eq!(
        std::fs::read_to_string(cluster.file("stdin")).unwrap(),
        SECRET
    );
    assert!(!log.contains("canary") && !text.contains("canary"));
}

#[test]
fn the_binary_is_copied_where_no_image_can_be_pulled() {
    let cluster = Cluster::new(&on_the_node());
    let ended = cluster.ask(&["pod/guestbook-app", "--copy-binary", "--format", "json"]);
    assert_eq!(ended.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!(report["node"]["name"], "aks-pool-1");
    assert_eq!(
        std::fs::read(cluster.file("copied")).unwrap(),
        std::fs::read(binary()).unwrap()
    );
    let log = std::fs::read_to_string(cluster.file("log")).unwrap();
    assert!(
        log.contains("debug node/aks-pool-1 --image=mcr.microsoft.com/x/busybox:1 -- sleep 900"),
        "{log}"
    );
}

#[test]
fn a_dry_run_runs_nothing() {
    let cluster = Cluster::new("exit 9");
    let ended = cluster.ask(&["pod/guestbook-app", "-n", "default", "--dry-run"]);
    assert_eq!(ended.status.code(), Some(0));
    let text = String::from_utf8_lossy(&ended.stdout);
    let verbs: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split(' ').nth(1))
        .collect();
    assert_eq!(verbs, WHOLE);
    assert!(!cluster.file("log").exists());
}

#[test]
fn what_was_made_is_removed_also_where_the_probe_fails() {
    let cluster = Cluster::new("echo 'exec format error' >&2; exit 126");
    let ended = cluster.ask(&[
        "node/aks-pool-1",
        "reg.azurecr.io/a:1",
        "--probe-image",
        "reg/probe:1",
    ]);
    assert_eq!(ended.status.code(), Some(2));
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(said.contains("exit code 126: exec format error"), "{said}");
    assert_eq!(cluster.verbs(), ["debug", "wait", "exec", "delete"]);
}

#[test]
fn what_was_made_is_removed_also_after_an_interrupt() {
    let cluster = Cluster::new("exec sleep 60");
    let mut child = cluster
        .command(&[
            "node/aks-pool-1",
            "reg.azurecr.io/a:1",
            "--probe-image",
            "reg/probe:1",
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while !cluster.verbs().contains(&"exec".to_owned()) && began.elapsed() < Duration::from_secs(60)
    {
        std::thread::sleep(Duration::from_millis(20));
    }
    interrupt(child.id());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(cluster.verbs().last().map(String::as_str), Some("delete"));
}

fn interrupt(process: u32) {
    let sent = Command::new("kill")
        .args(["-INT", &process.to_string()])
        .status();
    assert!(sent.unwrap().success());
}

#[test]
fn a_right_that_lacks_is_named_and_nothing_is_made() {
    let cluster = Cluster::new("exit 9");
    let refuses = "#!/bin/sh\necho \"$*\" >> \"$(dirname \"$0\")/log\"\necho 'Error from server (Forbidden): pods \"p\" is forbidden: User \
                   \"u\" cannot get resource \"pods\" in API group \"\" in the namespace \"default\"' >&2\nexit 1\n";
    std::fs::write(cluster.file("kubectl"), refuses).unwrap();
    let ended = cluster.ask(&["pod/p", "--probe-image", "reg/probe:1"]);
    assert_eq!(ended.status.code(), Some(2));
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(
        said.contains("the right to get pods in namespace default is missing"),
        "{said}"
    );
    assert_eq!(cluster.verbs(), ["get"]);
}

#[test]
fn the_other_commands_work_under_the_plugins_name() {
    let cluster = Cluster::new("exit 9");
    let ended = cluster.ask(&["explain", "no-role-assignment"]);
    assert_eq!(ended.status.code(), Some(0));
    let help = cluster.ask(&[]);
    let said = String::from_utf8_lossy(&help.stderr);
    assert!(
        said.contains("pod/NAME") && help.status.code() == Some(2),
        "{said}"
    );
    assert!(Path::new(&cluster.file("log")).metadata().is_err());
}
