//! `run`: its arguments. What they mean is in `prepare`.

use super::output::OutputArgs;
use crate::evidence::Platform;
use crate::plan::{Flow, Plan};
use crate::transport::Settings;
use std::path::PathBuf;
use std::time::Duration;

/// `run IMAGE…`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  acr-probe run acrwizdev.azurecr.io/guestbook:v1
      on a node or in a debug pod: anonymous, and the kubelet by its azure.json
  acr-probe run acrwizdev.azurecr.io/guestbook:v1 --secret admin=env:ACR_PASSWORD
      beside them the admin user, whose password is in a variable
  acr-probe run acrwizdev.azurecr.io/guestbook:v1 --principal managed-identity:client-id=ID
      one identity of this machine alone
  acr-probe run acrwizdev.azurecr.io/guestbook:v1 --require kubelet:pull --record why.jsonl
      a gate: exit 0 only if the kubelet may pull; the evidence is kept
  acr-probe run acrwizdev.azurecr.io/guestbook:v1 --principal kubelet --wait 10m
      until a fresh role works, and how long that took
  kubectl get pods -A -o json | acr-probe run --pods - --principal kubelet
      every image of an Azure registry that this cluster's pods want, each once
  kubectl describe pod NAME | acr-probe run --event -
      the image of the pod's event, and whether this run meets the same refusal
  acr-probe run acrwizdev.azurecr.io/guestbook:v1 --ticket ticket.zip --pseudonymise
      what support needs, with pseudonyms for names, ids and addresses
  acr-probe run acrwizdev.azurecr.io
      the registry alone, no repository

push and delete are asked for and never done. Nothing is written to a registry.")]
pub struct RunArgs {
    /// Image references with their registry (tag or digest), or bare login servers
    #[arg(value_name = "IMAGE", required_unless_present_any = ["images_of", "pods", "event"])]
    pub images: Vec<String>,
    /// Also the images of this list, one a line; `-` reads standard input
    #[arg(
        long = "images",
        id = "images_of",
        value_name = "FILE",
        help_heading = "What is asked"
    )]
    pub images_of: Option<PathBuf>,
    /// Also the images that these pods want (kubectl get pods -A -o json); `-` reads standard input
    #[arg(long, id = "pods", value_name = "FILE", help_heading = "What is asked")]
    pub pods: Option<PathBuf>,
    /// What is asked, and of whom.
    #[command(flatten)]
    pub choices: Choices,
    /// Begin at a random moment of this time (30s, 10m) and stay until it is over: the nodes of a fleet
    /// then do not ask at once, and the pods of a Job find a node each
    #[arg(long, value_name = "DURATION", value_parser = crate::wait::duration, help_heading = "What is asked")]
    pub spread: Option<std::time::Duration>,
    /// Where credentials are.
    #[command(flatten)]
    pub credentials: CredentialArgs,
    /// How to get there.
    #[command(flatten)]
    pub route: RouteArgs,
    /// Where and how to write.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Which cells, and how they are walked. `demo` has these too.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Choices {
    /// Who asks: anonymous, admin, basic:LABEL, kubelet, managed-identity, service-principal,
    /// workload-identity, azure-cli, docker-config, pull-secret:FILE, credential-provider;
    /// managed-identity:client-id=ID (or object-id, resource-id), docker-config:PATH and
    /// credential-provider:CONFIG say which; repeatable; only these rows are shown
    #[arg(long, value_name = "SPEC", help_heading = "What is asked")]
    pub principal: Vec<String>,
    /// What is asked: pull, push, delete, metadata_read, metadata_write [default: pull,push,delete for
    /// one image, pull for more]
    #[arg(
        long,
        value_name = "ACTION",
        value_delimiter = ',',
        help_heading = "What is asked"
    )]
    pub action: Vec<String>,
    /// Also ask for this scope word for word, e.g. registry:catalog:*
    #[arg(long, value_name = "SCOPE", help_heading = "What is asked")]
    pub scope: Vec<String>,
    /// A pasted text beside the probe (pod event, kubectl describe, journal, what a client printed): its
    /// image is asked for if none is named, and the report says whether this run reproduces it; `-` reads
    /// standard input
    #[arg(long, value_name = "FILE", help_heading = "What is asked")]
    pub event: Option<PathBuf>,
    /// Which cells the exit code speaks of [default: pull of the principals named, else of the kubelet]
    #[arg(
        long,
        value_name = "PRINCIPAL[:ACTION]",
        help_heading = "What is asked"
    )]
    pub require: Vec<String>,
    /// Whose requests to replay [default: containerd]
    #[arg(long, value_enum, help_heading = "What is asked")]
    pub flow: Option<Flow>,
    /// Also try the exchange with an Azure Resource Manager token, as an experiment; such a token opens
    /// more than the registry if it leaks
    #[arg(long, help_heading = "What is asked")]
    pub arm_audience: bool,
    /// Where a pull is refused, also ask for a pull of this repository, as an experiment: it tells a right
    /// on one repository from none on the registry
    #[arg(long, value_name = "REPOSITORY", help_heading = "What is asked")]
    pub sibling: Option<String>,
    /// Send only what the client itself would send: no experiment, not even those of --sibling and
    /// --arm-audience
    #[arg(long, help_heading = "What is asked")]
    pub no_experiments: bool,
    /// After a granted pull, look for an image for this platform [default: this machine's]
    #[arg(long, value_name = "OS/ARCH", value_parser = platform, help_heading = "What is asked")]
    pub platform: Option<Platform>,
    /// Stop at the manifest's first answer: read neither the image's platforms nor where its layers are
    #[arg(long, conflicts_with = "platform", help_heading = "What is asked")]
    pub no_content: bool,
    /// Record upn, email and name of persons in tokens too, which are masked otherwise; ids of Azure are
    /// always recorded
    #[arg(long, help_heading = "Output")]
    pub reveal_ids: bool,
    /// Try again until the required cells are granted or this time is over (30s, 10m, 1h), never sooner
    /// than Retry-After says
    #[arg(long, value_name = "DURATION", value_parser = crate::wait::duration, help_heading = "What is asked")]
    pub wait: Option<std::time::Duration>,
    /// Seconds each request has [default: 10]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=600), help_heading = "What is asked")]
    pub timeout: Option<u64>,
    /// Requests side by side, and connections to one host, at the most [default: 7]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64), help_heading = "What is asked")]
    pub parallel: Option<u16>,
    /// Requests a second, at the most [default: no limit]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000), help_heading = "What is asked")]
    pub max_rps: Option<u32>,
}

/// Where credentials are.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct CredentialArgs {
    /// Where the password of NAME is: NAME=env:VARIABLE, NAME=file:PATH or NAME=- (standard input)
    #[arg(long, value_name = "NAME=PLACE", help_heading = "Credentials")]
    pub secret: Vec<String>,
    /// The user name of NAME [default for admin: the registry's name]
    #[arg(long, value_name = "NAME=USER", help_heading = "Credentials")]
    pub username: Vec<String>,
    /// The node's azure.json [default: /etc/kubernetes/azure.json, then under /host]
    #[arg(long, value_name = "PATH", help_heading = "Credentials")]
    pub azure_json: Option<PathBuf>,
    /// Where the kubelet's plugins are [default: beside the configuration, then
    /// /var/lib/kubelet/credential-provider]
    #[arg(long, value_name = "DIR", help_heading = "Credentials")]
    pub provider_bin_dir: Option<PathBuf>,
    /// A service account token for plugins that ask for one
    #[arg(long, value_name = "FILE", help_heading = "Credentials")]
    pub service_account_token: Option<PathBuf>,
}

/// How to get there.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct RouteArgs {
    /// The instance metadata service [default: http://169.254.169.254]
    #[arg(long, value_name = "URL", help_heading = "Route")]
    pub imds_endpoint: Option<String>,
    /// Entra [default: by cloud]
    #[arg(long, value_name = "URL", help_heading = "Route")]
    pub authority_host: Option<String>,
    /// Go to HOST2:PORT2 for HOST:PORT, as curl does; you vouch for that address
    #[arg(long, value_name = "HOST:PORT:HOST2:PORT2", help_heading = "Route")]
    pub connect_to: Vec<String>,
    /// Certificates (PEM) to trust beside the system's
    #[arg(long, value_name = "FILE", help_heading = "Route")]
    pub ca_cert: Option<PathBuf>,
    /// Treat HOST as a registry though it is not under an Azure suffix
    #[arg(long, value_name = "HOST", help_heading = "Route")]
    pub trust_registry: Vec<String>,
}

fn platform(text: &str) -> Result<Platform, String> {
    Platform::parse(text).ok_or_else(|| "it must be OS/ARCH, for example linux/arm64".to_owned())
}

/// A run that is ready to walk.
pub struct Prepared {
    /// What will be asked.
    pub plan: Plan,
    /// How requests reach the world.
    pub settings: Settings,
    /// How long to try again.
    pub wait: Option<Duration>,
    /// What the user should know at once, a sentence each.
    pub warnings: Vec<String>,
}

impl Choices {
    /// What was typed on `demo` goes before what the scenario says.
    #[must_use]
    pub fn over(self, under: Self) -> Self {
        let either =
            |own: Vec<String>, other: Vec<String>| if own.is_empty() { other } else { own };
        Self {
            principal: either(self.principal, under.principal),
            action: either(self.action, under.action),
            scope: either(self.scope, under.scope),
            event: self.event.or(under.event),
            require: either(self.require, under.require),
            flow: self.flow.or(under.flow),
            arm_audience: self.arm_audience || under.arm_audience,
            sibling: self.sibling.or(under.sibling),
            no_experiments: self.no_experiments || under.no_experiments,
            platform: self.platform.or(under.platform),
            no_content: self.no_content || under.no_content,
            reveal_ids: self.reveal_ids || under.reveal_ids,
            wait: self.wait.or(under.wait),
            timeout: self.timeout.or(under.timeout),
            parallel: self.parallel.or(under.parallel),
            max_rps: self.max_rps.or(under.max_rps),
        }
    }
}
