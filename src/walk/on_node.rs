//! The kubectl plugin's walk: pod → node and images → a debug pod → the probe in it → its recording
//! here. Whatever happens, the debug pod that was made is removed.

use super::deliver::deliver;
use super::{Signals, block_on, print, say};
use crate::cli::PluginArgs;
use crate::error::Error;
use crate::evidence::{Recording, parse_lines};
use crate::kubectl::{self, Command, Commands, Pod, Subject};
use crate::process::{self, Ended, Input, Program};
use crate::secret::Secret;
use std::path::PathBuf;
use std::time::Duration;

/// What kubectl needs for one question.
const QUESTION: Duration = Duration::from_secs(60);
/// What the debug pod has to start, its image included; kubectl's own limit is below it.
const START: Duration = Duration::from_secs(150);
/// What the probe has on the node; the debug pod ends by itself after it.
const PROBE: Duration = Duration::from_secs(kubectl::IDLE);

/// `kubectl acr-probe …`.
///
/// # Errors
/// Our own failures, and kubectl's: without it there is nothing to report.
pub fn on_node(args: &PluginArgs) -> Result<u8, Error> {
    let commands = args.commands()?;
    if args.dry_run {
        print(&dry_run(args, &commands))?;
        return Ok(0);
    }
    block_on(async {
        let mut signals = Signals::new()?;
        let kubectl = Kubectl::find()?;
        let errand = tokio::select! {
            found = Errand::find(args, &commands, &kubectl) => found?,
            () = signals.arrive() => return Ok(signals.arrived.unwrap_or_default()),
        };
        let Some(pod) = errand.start(&commands, &kubectl).await? else {
            return Err(Error::Setup(
                "kubectl debug did not say which pod it made; see: kubectl get pods".to_owned(),
            ));
        };
        let probed = tokio::select! {
            probed = errand.probe(&commands, &kubectl, &pod) => Some(probed),
            () = signals.arrive() => None,
        };
        remove(&commands, &kubectl, &pod).await?;
        match probed {
            Some(recording) => deliver(&recording?, &args.output),
            None => Ok(signals.arrived.unwrap_or_default()),
        }
    })?
}

/// The user's own kubectl, with the user's own environment.
struct Kubectl(PathBuf);

impl Kubectl {
    fn find() -> Result<Self, Error> {
        let found = process::in_path("kubectl").map(Self);
        found.ok_or_else(|| Error::Setup("there is no kubectl in PATH".to_owned()))
    }

    async fn run(&self, command: &Command, stdin: Input, limit: Duration) -> Ended {
        let environment = std::env::vars().map(|(name, value)| (name, Secret::new(value)));
        process::run(Program {
            path: self.0.clone(),
            args: command.0.iter().map(Into::into).collect(),
            stdin,
            environment: environment.collect(),
            limit,
        })
        .await
    }

    /// What it printed, or why it did not.
    async fn ask(&self, command: &Command, stdin: Input, limit: Duration) -> Result<Ended, Error> {
        let ended = self.run(command, stdin, limit).await;
        if ended.is_success() {
            return Ok(ended);
        }
        Err(Error::Setup(failure(command, &ended)))
    }
}

fn failure(command: &Command, ended: &Ended) -> String {
    let how = ended.fault().unwrap_or_default();
    let said = kubectl::refusal(&String::from_utf8_lossy(&ended.stderr));
    format!("{} {how}: {said}", command.shown())
}

/// What is to be done, and where.
struct Errand {
    node: String,
    arguments: Vec<String>,
    /// A Secret as kubectl prints it.
    pull_secret: Option<Secret>,
    image: String,
    /// Where the binary is copied from.
    binary: Option<PathBuf>,
}

impl Errand {
    async fn find(
        args: &PluginArgs,
        commands: &Commands,
        kubectl: &Kubectl,
    ) -> Result<Self, Error> {
        let pod = match &args.subject {
            Subject::Pod(name) => {
                let answer = kubectl
                    .ask(&commands.get_pod(name), Input::Nothing, QUESTION)
                    .await?;
                Pod::read(&answer.stdout).map_err(Error::Setup)?
            }
            Subject::Node(name) => Pod {
                node: Some(name.clone()),
                images: args.images.clone(),
                ..Pod::default()
            },
        };
        let Some(node) = pod.node.clone() else {
            return Err(Error::Setup(format!(
                "pod/{}: it has no node yet, so nobody has tried to pull; see: kubectl describe pod {} -n {}",
                pod.name, pod.name, pod.namespace
            )));
        };
        let pull_secret = match pod.pull_secrets.first() {
            Some(name) => pull_secret(commands, kubectl, name, pod.pull_secrets.len()).await?,
            None => None,
        };
        let binary = match args.copy_binary {
            true => Some(std::env::current_exe().map_err(|error| Error::Setup(error.to_string()))?),
            false => None,
        };
        Ok(Self {
            arguments: arguments(&pod, pull_secret.is_some(), &args.run),
            image: image(args, commands, kubectl, &node).await?,
            node,
            pull_secret,
            binary,
        })
    }

    /// Makes the debug pod; its name.
    async fn start(&self, commands: &Commands, kubectl: &Kubectl) -> Result<Option<String>, Error> {
        say(&format!(
            "a debug pod on {} from {}\n",
            self.node, self.image
        ));
        let command = commands.debug(&self.node, &self.image, self.binary.is_some());
        let ended = kubectl.ask(&command, Input::Nothing, QUESTION).await?;
        let said = [ended.stdout, ended.stderr].concat();
        Ok(kubectl::created_pod(&String::from_utf8_lossy(&said)))
    }

    /// The recording that the probe makes on the node.
    async fn probe(
        &self,
        commands: &Commands,
        kubectl: &Kubectl,
        pod: &str,
    ) -> Result<Recording, Error> {
        kubectl
            .ask(&commands.wait(pod), Input::Nothing, START)
            .await?;
        if let Some(binary) = &self.binary {
            let input = Input::File(binary.clone());
            kubectl.ask(&commands.copy(pod), input, START).await?;
        }
        let command = commands.probe(pod, &self.arguments);
        let input = self
            .pull_secret
            .clone()
            .map_or(Input::Nothing, Input::Secret);
        // The probe's exit code is its verdict: what counts is whether there is a recording.
        let ended = kubectl.run(&command, input, PROBE).await;
        let runs = parse_lines(&String::from_utf8_lossy(&ended.stdout));
        let mut recording = match runs {
            Ok(mut runs) if runs.len() == 1 => runs.remove(0),
            _ => return Err(Error::Setup(failure(&command, &ended))),
        };
        recording.header.node.name.get_or_insert(self.node.clone());
        Ok(recording)
    }
}

/// The pull secret, or the reason why it is left out on standard error.
async fn pull_secret(
    commands: &Commands,
    kubectl: &Kubectl,
    name: &str,
    count: usize,
) -> Result<Option<Secret>, Error> {
    let command = commands.get_secret(name);
    let ended = kubectl.run(&command, Input::Nothing, QUESTION).await;
    if !ended.is_success() {
        say(&format!(
            "without the pull secret {name}: {}\n",
            failure(&command, &ended)
        ));
        return Ok(None);
    }
    if count > 1 {
        say(&format!(
            "the first of {count} pull secrets is tried, {name}; for another: kubectl get secret NAME -o json | acr-probe run IMAGE \
             --principal pull-secret:/dev/stdin\n"
        ));
    }
    Ok(Some(Secret::new(String::from_utf8_lossy(&ended.stdout))))
}

async fn image(
    args: &PluginArgs,
    commands: &Commands,
    kubectl: &Kubectl,
    node: &str,
) -> Result<String, Error> {
    if let Some(image) = &args.probe_image {
        return Ok(image.clone());
    }
    let answer = kubectl
        .ask(&commands.get_node(node), Input::Nothing, QUESTION)
        .await?;
    kubectl::held_image(&answer.stdout).ok_or_else(|| {
        Error::Setup(format!(
            "node/{node}: none of the images it holds is known to have a shell; name one with --probe-image (kubectl get node {node} \
             -o jsonpath='{{.status.images[*].names}}')"
        ))
    })
}

/// The images, and every credential that the kubelet would try for them.
fn arguments(pod: &Pod, has_secret: bool, more: &[String]) -> Vec<String> {
    let mut arguments = pod.images.clone();
    let names_rows = more.iter().any(|one| one.starts_with("--principal"));
    if has_secret && !names_rows {
        let rows = ["anonymous", "kubelet", "pull-secret:/dev/stdin"];
        arguments.extend(
            rows.iter()
                .flat_map(|row| ["--principal".to_owned(), (*row).to_owned()]),
        );
    }
    arguments.extend(more.iter().cloned());
    arguments
}

async fn remove(commands: &Commands, kubectl: &Kubectl, pod: &str) -> Result<(), Error> {
    let command = commands.delete(pod);
    let ended = kubectl.run(&command, Input::Nothing, QUESTION).await;
    if ended.is_success() {
        return Ok(());
    }
    say(&format!(
        "the debug pod {pod} could not be removed: {}\n",
        failure(&command, &ended)
    ));
    Ok(())
}

/// The commands in order; what only their answers tell is named in capitals.
fn dry_run(args: &PluginArgs, commands: &Commands) -> String {
    let (lookups, node, pod) = match &args.subject {
        Subject::Pod(name) => (
            vec![commands.get_pod(name), commands.get_secret("PULL-SECRET")],
            "NODE".to_owned(),
            Pod {
                images: vec!["IMAGE".to_owned()],
                ..Pod::default()
            },
        ),
        Subject::Node(name) => (
            vec![],
            name.clone(),
            Pod {
                images: args.images.clone(),
                ..Pod::default()
            },
        ),
    };
    let is_pod = matches!(args.subject, Subject::Pod(_));
    let mut all = lookups;
    if args.copy_binary && args.probe_image.is_none() {
        all.push(commands.get_node(&node));
    }
    let image = args
        .probe_image
        .clone()
        .unwrap_or_else(|| "PROBE-IMAGE".to_owned());
    all.push(commands.debug(&node, &image, args.copy_binary));
    all.push(commands.wait("DEBUG-POD"));
    if args.copy_binary {
        all.push(commands.copy("DEBUG-POD"));
    }
    all.push(commands.probe("DEBUG-POD", &arguments(&pod, is_pod, &args.run)));
    all.push(commands.delete("DEBUG-POD"));
    all.iter().map(|one| one.shown() + "\n").collect()
}
