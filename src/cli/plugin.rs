//! `kubectl acr-probe pod/NAME`: from a pod's name to a named cause.

use super::OutputArgs;
use crate::error::Error;
use crate::kubectl::{Commands, Subject};
use clap::Parser;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// How kubectl finds a plugin for `kubectl acr-probe`.
const PLUGIN: &str = "kubectl-acr_probe";

/// Why can this pod's node not pull its image? Finds node, image and pull secrets through kubectl, starts
/// the probe on that node, and reports here.
#[derive(Debug, Parser)]
#[command(
    name = "kubectl acr-probe",
    bin_name = "kubectl acr-probe",
    version,
    max_term_width = 100,
    arg_required_else_help = true,
    after_help = "\
Examples:
  kubectl acr-probe pod/guestbook-app-7d4b9c -n default --probe-image ghcr.io/you/acr-probe:0.1
  kubectl acr-probe pod/guestbook-app-7d4b9c --copy-binary    no image can be pulled to the node
  kubectl acr-probe pod/guestbook-app-7d4b9c --dry-run        print the commands, run none
  kubectl acr-probe node/aks-pool-1 acrwizdev.azurecr.io/guestbook:v1 -- --principal kubelet

Every other command of acr-probe works here too: kubectl acr-probe explain no-role-assignment.
One debug pod is made and removed again; nothing else is written to the cluster."
)]
pub struct PluginArgs {
    /// pod/NAME, or node/NAME with the images
    pub subject: Subject,
    /// Images to ask for, where a node is named
    pub images: Vec<String>,
    /// The pod's namespace; the debug pod is made there too
    #[arg(short, long)]
    pub namespace: Option<String>,
    /// As kubectl's
    #[arg(long)]
    pub context: Option<String>,
    /// As kubectl's
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
    /// Print the commands of kubectl and run none
    #[arg(long)]
    pub dry_run: bool,
    /// The image with the probe in it, or with --copy-binary one with a shell
    #[arg(long, value_name = "REF", required_unless_present_any = ["copy_binary", "dry_run"])]
    pub probe_image: Option<String>,
    /// Use an image that the node already holds, and copy this binary into it
    #[arg(long)]
    pub copy_binary: bool,
    /// Where and how to write.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Options of `run` for the probe on the node
    #[arg(last = true, value_name = "OPTION OF RUN")]
    pub run: Vec<String>,
}

impl PluginArgs {
    /// What was typed, if this is the plugin and a pod or node is named; else these are the arguments
    /// of acr-probe itself.
    pub fn of(arguments: &[OsString]) -> Option<Result<Self, clap::Error>> {
        let program = Path::new(arguments.first()?).file_stem()?;
        if program != PLUGIN {
            return None;
        }
        let own = arguments.iter().skip(1).take_while(|one| *one != "--");
        let mut own = own.filter_map(|one| one.to_str());
        let names_subject = own.any(|one| one.parse::<Subject>().is_ok());
        let first = arguments.get(1).and_then(|one| one.to_str());
        let asks_how = matches!(first, None | Some("-h" | "--help"));
        (names_subject || asks_how).then(|| Self::try_parse_from(arguments))
    }

    /// What is asked of kubectl.
    ///
    /// # Errors
    /// One sentence where node and images do not fit together.
    pub fn commands(&self) -> Result<Commands, Error> {
        match &self.subject {
            Subject::Pod(name) if !self.images.is_empty() => {
                return Err(Error::Usage(format!(
                    "pod/{name}: its images are looked up; to ask for others, name its node (node/NAME IMAGE)"
                )));
            }
            Subject::Node(name) if self.images.is_empty() => {
                return Err(Error::Usage(format!(
                    "node/{name}: an image is missing (kubectl acr-probe node/{name} REGISTRY/REPOSITORY:TAG)"
                )));
            }
            Subject::Pod(_) | Subject::Node(_) => {}
        }
        let mut global = Vec::new();
        if let Some(context) = &self.context {
            global.push(format!("--context={context}"));
        }
        if let Some(file) = &self.kubeconfig {
            global.push(format!("--kubeconfig={}", file.display()));
        }
        Ok(Commands {
            global,
            namespace: self.namespace.clone(),
        })
    }
}
