//! The commands, as they are run and as `--dry-run` prints them.

use serde_json::Value;

/// Seconds after which a debug pod that was left behind ends by itself.
pub const IDLE: u64 = 900;

/// Where the probe is in its image, and where it is copied to.
const PROBE: &str = "/acr-probe";

/// Images with a shell that nodes of AKS hold; the probe's binary is copied into such a one.
const WITH_SHELL: [&str; 5] = [
    "/busybox",
    "/kube-proxy",
    "/azure-cni",
    "/azure-ipam",
    "/mirrored/busybox",
];

/// One command line of kubectl.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command(pub Vec<String>);

/// The command lines for one cluster and namespace.
#[derive(Debug, Clone, Default)]
pub struct Commands {
    /// `--context` and `--kubeconfig`, as the user gave them.
    pub global: Vec<String>,
    /// `-n`; kubectl's own default without it.
    pub namespace: Option<String>,
}

impl Command {
    /// As it is pasted into a shell.
    pub fn shown(&self) -> String {
        let words = std::iter::once("kubectl").chain(self.0.iter().map(String::as_str));
        // Only a NUL cannot be quoted, and no argument of ours has one.
        shlex::try_join(words).unwrap_or_default()
    }
}

impl Commands {
    fn command(&self, words: &[&str]) -> Command {
        let mut all: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let place = all
            .iter()
            .position(|word| word == "--")
            .unwrap_or(all.len());
        let namespace = self
            .namespace
            .iter()
            .flat_map(|name| ["-n".to_owned(), name.clone()]);
        let options: Vec<String> = namespace.chain(self.global.iter().cloned()).collect();
        all.splice(place..place, options);
        Command(all)
    }

    /// The pod.
    pub fn get_pod(&self, name: &str) -> Command {
        self.command(&["get", "pod", name, "-o", "json"])
    }

    /// A pull secret.
    pub fn get_secret(&self, name: &str) -> Command {
        self.command(&["get", "secret", name, "-o", "json"])
    }

    /// The node, with the images it holds.
    pub fn get_node(&self, name: &str) -> Command {
        self.command(&["get", "node", name, "-o", "json"])
    }

    /// The debug pod, idle: what runs in it is started by `exec`, whose output is its own and whose
    /// input ends.
    pub fn debug(&self, node: &str, image: &str, is_copied: bool) -> Command {
        let node = format!("node/{node}");
        let image = format!("--image={image}");
        let idle = IDLE.to_string();
        let own = [PROBE, "idle", idle.as_str()];
        let held = ["sleep", idle.as_str()];
        let command: &[&str] = if is_copied { &held } else { &own };
        let mut words = vec!["debug", &node, &image, "--"];
        words.extend(command);
        self.command(&words)
    }

    /// Until the debug pod runs.
    pub fn wait(&self, pod: &str) -> Command {
        let pod = format!("pod/{pod}");
        self.command(&["wait", "--for=condition=Ready", &pod, "--timeout=120s"])
    }

    /// The binary comes on standard input.
    pub fn copy(&self, pod: &str) -> Command {
        let script = format!("cat >{PROBE} && chmod +x {PROBE}");
        self.command(&["exec", "-i", pod, "--", "sh", "-c", &script])
    }

    /// The probe on the node; a pull secret comes on standard input.
    pub fn probe(&self, pod: &str, arguments: &[String]) -> Command {
        let mut words = vec!["exec", "-i", pod, "--", PROBE, "run"];
        words.extend(arguments.iter().map(String::as_str));
        words.extend(["--format", "ndjson"]);
        self.command(&words)
    }

    /// What was made is removed.
    pub fn delete(&self, pod: &str) -> Command {
        self.command(&["delete", "pod", pod, "--wait=false", "--ignore-not-found"])
    }
}

/// The pod that `kubectl debug` says it made: `Creating debugging pod NAME with container …`.
pub fn created_pod(said: &str) -> Option<String> {
    let (_, rest) = said.split_once("debugging pod ")?;
    let name = rest.split_whitespace().next()?;
    let is_name = name
        .chars()
        .all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '.'));
    is_name.then(|| name.to_owned())
}

/// An image with a shell among those that the node holds.
pub fn held_image(node: &[u8]) -> Option<String> {
    let node: Value = serde_json::from_slice(node).ok()?;
    let images = node["status"]["images"].as_array()?;
    let names: Vec<&str> = images
        .iter()
        .flat_map(|image| image["names"].as_array().into_iter().flatten())
        .filter_map(Value::as_str)
        // A digest alone may have been pulled under another name: a tag is what a pod can ask for.
        .filter(|name| !name.contains('@'))
        .collect();
    let held = WITH_SHELL.iter();
    held.flat_map(|wanted| {
        names
            .iter()
            .find(|name| without_tag(name).ends_with(wanted))
    })
    .next()
    .map(|name| (*name).to_owned())
}

fn without_tag(name: &str) -> &str {
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => name,
    }
}
