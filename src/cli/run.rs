//! `run`: from arguments to a plan and to transport settings.

use super::credentials::Secrets;
use super::images::Images;
use super::output::OutputArgs;
use super::principals::Hand;
use crate::error::Error;
use crate::evidence::{Ask, Required, Target};
use crate::files::Surroundings;
use crate::network::{ConnectTo, Names, Proxies};
use crate::plan::{Flow, Plan};
use crate::principal::Principal;
use crate::scope::{Action, Scope};
use crate::transport::{Authority, Settings, read_authorities};
use crate::trust::Trust;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;
use url::Url;

/// Seconds each request has, unless the user says otherwise.
const DEFAULT_TIMEOUT: u64 = 10;
/// Connections to one origin at the most: the default matrix has nine cells, and a registry that
/// throttles should not see more at once.
const DEFAULT_WIDTH: usize = 9;
/// The metadata service.
const IMDS: &str = "http://169.254.169.254";

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
  acr-probe run acrwizdev.azurecr.io
      the registry alone, no repository

push and delete are asked for and never done. Nothing is written to a registry.")]
pub struct RunArgs {
    /// Image references with their registry (tag or digest), or bare login servers
    #[arg(value_name = "IMAGE", required_unless_present_any = ["images_of", "pods"])]
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
    /// Send only what the client itself would send
    #[arg(long, help_heading = "What is asked")]
    pub no_experiments: bool,
    /// Try again until the required cells are granted or this time is over (30s, 10m, 1h), never sooner
    /// than Retry-After says
    #[arg(long, value_name = "DURATION", value_parser = crate::wait::duration, help_heading = "What is asked")]
    pub wait: Option<std::time::Duration>,
    /// Seconds each request has [default: 10]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=600), help_heading = "What is asked")]
    pub timeout: Option<u64>,
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

/// A run that is ready to walk.
pub struct Prepared {
    /// What will be asked.
    pub plan: Plan,
    /// How requests reach the world.
    pub settings: Settings,
    /// How long to try again.
    pub wait: Option<Duration>,
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
            require: either(self.require, under.require),
            flow: self.flow.or(under.flow),
            arm_audience: self.arm_audience || under.arm_audience,
            no_experiments: self.no_experiments || under.no_experiments,
            wait: self.wait.or(under.wait),
            timeout: self.timeout.or(under.timeout),
        }
    }
}

impl RunArgs {
    /// From what was typed to what it means.
    ///
    /// # Errors
    /// One sentence for the first thing that cannot be done.
    pub fn prepare(&self, surroundings: &Surroundings) -> Result<Prepared, Error> {
        let imds = self.imds(surroundings)?;
        let secrets = Secrets::read(&self.credentials.secret, surroundings)?;
        let usernames = usernames(&self.credentials.username)?;
        let trust = Trust {
            hosts: self
                .route
                .trust_registry
                .iter()
                .map(|host| host.to_ascii_lowercase())
                .collect(),
        };
        let images = self.images(&trust)?;
        let targets = images.targets.clone();
        let hand = Hand {
            surroundings,
            secrets: &secrets,
            usernames: &usernames,
            azure_json: self.credentials.azure_json.as_deref(),
            provider_folder: self.credentials.provider_bin_dir.as_deref(),
            service_account_token: self.credentials.service_account_token.as_deref(),
            registry_name: registry_name(&targets),
            imds: imds.as_str().trim_end_matches('/'),
        };
        let principals = if self.choices.principal.is_empty() {
            hand.at_hand()
        } else {
            hand.named(&self.choices.principal)?
        };
        unused_credentials(&secrets, &usernames, &principals)?;
        let asks = self.asks(targets.len())?;
        let required = self.required(&principals, &asks)?;
        let timeout = Duration::from_secs(self.choices.timeout.unwrap_or(DEFAULT_TIMEOUT));
        let plan = Plan {
            flow: self.choices.flow.unwrap_or(Flow::Containerd),
            targets,
            principals,
            asks,
            required,
            trust,
            timeout,
            arm_audience: self.choices.arm_audience,
            experiments: !self.choices.no_experiments,
            authority: self.authority(surroundings)?,
            width: DEFAULT_WIDTH,
            simulated: None,
            notes: images.note().into_iter().collect(),
        };
        let settings = Settings {
            names: Names::System(self.exceptions()?),
            proxies: Proxies::from_variables(|name| surroundings.variable(name)),
            authorities: self.authorities(surroundings)?,
            host_store: true,
            timeout,
            imds,
        };
        Ok(Prepared {
            plan,
            settings,
            wait: self.choices.wait,
        })
    }

    /// Drops what a scenario gives to rows that `--principal` leaves out: nobody mistyped it.
    pub(super) fn forget_unused(&mut self) {
        let rows = &self.choices.principal;
        let is_used = |argument: &String| {
            rows.is_empty()
                || rows
                    .iter()
                    .any(|row| argument.split('=').next() == Some(row))
        };
        self.credentials.secret.retain(is_used);
        self.credentials.username.retain(is_used);
    }

    fn images(&self, trust: &Trust) -> Result<Images, Error> {
        let mut images = Images::default();
        images.typed(&self.images)?;
        if let Some(path) = &self.images_of {
            images.listed(path, trust)?;
        }
        if let Some(path) = &self.pods {
            images.of_pods(path, trust)?;
        }
        if images.targets.is_empty() {
            let left_out = images
                .note()
                .map(|note| format!("; {note}"))
                .unwrap_or_default();
            return Err(Error::Usage(format!(
                "there is no image to ask for{left_out}"
            )));
        }
        Ok(images)
    }

    fn imds(&self, surroundings: &Surroundings) -> Result<Url, Error> {
        let stated = self
            .route
            .imds_endpoint
            .clone()
            .or_else(|| surroundings.variable("AZURE_POD_IDENTITY_AUTHORITY_HOST"));
        let text = stated.unwrap_or_else(|| IMDS.to_owned());
        let url = Url::parse(&text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        url.ok_or_else(|| {
            Error::Usage(format!(
                "--imds-endpoint {text}: it must be an address such as {IMDS}"
            ))
        })
    }

    fn authority(&self, surroundings: &Surroundings) -> Result<Option<Url>, Error> {
        let stated = self
            .route
            .authority_host
            .clone()
            .or_else(|| surroundings.variable("AZURE_AUTHORITY_HOST"));
        let Some(text) = stated else { return Ok(None) };
        let url = Url::parse(&text)
            .ok()
            .filter(|url| url.scheme() == "https" && url.has_host());
        match url {
            Some(url) => Ok(Some(url)),
            None => Err(Error::Usage(format!(
                "--authority-host {text}: it must be an https address such as https://login.microsoftonline.com"
            ))),
        }
    }

    fn exceptions(&self) -> Result<Vec<ConnectTo>, Error> {
        self.route
            .connect_to
            .iter()
            .map(|text| ConnectTo::parse(text).map_err(Error::Usage))
            .collect()
    }

    fn authorities(&self, surroundings: &Surroundings) -> Result<Vec<Authority>, Error> {
        let Some(path) = &self.route.ca_cert else {
            return Ok(vec![]);
        };
        let pem = surroundings
            .read(path)
            .map_err(|error| Error::file(path, error))?;
        read_authorities(&pem).map_err(|why| Error::file(path, why))
    }

    fn asks(&self, targets: usize) -> Result<Vec<Ask>, Error> {
        let typed = &self.choices.action;
        let actions: Vec<Action> = match typed.as_slice() {
            [] if targets > 1 => vec![Action::Pull],
            [] => vec![Action::Pull, Action::Push, Action::Delete],
            _ => typed
                .iter()
                .map(|one| action(one))
                .collect::<Result<_, _>>()?,
        };
        let mut asks: Vec<Ask> = actions
            .iter()
            .map(|one| Ask::Action(one.as_str().to_owned()))
            .collect();
        for raw in &self.choices.scope {
            let scope =
                Scope::raw(raw).map_err(|error| Error::Usage(format!("--scope {raw}: {error}")))?;
            asks.push(Ask::Scope(scope.as_str().to_owned()));
        }
        let mut seen = Vec::new();
        asks.retain(|ask| {
            !seen.contains(ask) && {
                seen.push(ask.clone());
                true
            }
        });
        Ok(asks)
    }

    fn required(&self, principals: &[Principal], asks: &[Ask]) -> Result<Vec<Required>, Error> {
        let actions: Vec<&str> = asks
            .iter()
            .filter_map(|ask| match ask {
                Ask::Action(action) => Some(action.as_str()),
                Ask::Scope(_) => None,
            })
            .collect();
        let default = if actions.contains(&"pull") {
            "pull"
        } else {
            actions.first().copied().unwrap_or("pull")
        };
        if self.choices.require.is_empty() {
            let names = default_required(principals, !self.choices.principal.is_empty());
            return Ok(names
                .into_iter()
                .map(|principal| Required {
                    principal,
                    action: default.to_owned(),
                })
                .collect());
        }
        self.choices
            .require
            .iter()
            .map(|text| require(text, principals, &actions, default))
            .collect()
    }
}

/// The part after the last `:` is an action only if it is one of the five words.
fn require(
    text: &str,
    principals: &[Principal],
    actions: &[&str],
    default: &str,
) -> Result<Required, Error> {
    let (principal, action) = match text.rsplit_once(':') {
        Some((principal, word)) if Action::from_str(word).is_ok() => (principal, word),
        _ => (text, default),
    };
    let names = || {
        principals
            .iter()
            .map(|row| row.name.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    if !principals.iter().any(|row| row.name == principal) {
        return Err(Error::Usage(format!(
            "--require {text}: there is no row {principal}; the rows are {}",
            names()
        )));
    }
    if !actions.contains(&action) {
        return Err(Error::Usage(format!(
            "--require {text}: {action} is not asked for; the actions are {}",
            actions.join(", ")
        )));
    }
    Ok(Required {
        principal: principal.to_owned(),
        action: action.to_owned(),
    })
}

fn default_required(principals: &[Principal], named: bool) -> Vec<String> {
    let name = |row: &Principal| row.name.clone();
    let is_anonymous = |row: &&Principal| row.credential.kind() == "anonymous";
    let others: Vec<&Principal> = principals.iter().filter(|row| !is_anonymous(row)).collect();
    if named {
        return if others.is_empty() {
            principals.iter().map(name).collect()
        } else {
            others.into_iter().map(name).collect()
        };
    }
    if let Some(kubelet) = others.iter().find(|row| row.name == "kubelet") {
        return vec![name(kubelet)];
    }
    let tried: Vec<String> = others
        .iter()
        .filter(|row| row.untried().is_none())
        .map(|row| name(row))
        .collect();
    if tried.is_empty() {
        principals.iter().filter(is_anonymous).map(name).collect()
    } else {
        tried
    }
}

fn action(text: &str) -> Result<Action, Error> {
    Action::from_str(text).map_err(|_| {
        Error::Usage(format!(
            "--action {text}: the actions are pull, push, delete, metadata_read and metadata_write"
        ))
    })
}

/// The first label of the login server, where all images have the same one.
fn registry_name(targets: &[Target]) -> Option<String> {
    let first = &targets.first()?.registry;
    let is_one = targets.iter().all(|target| target.registry == *first);
    is_one.then(|| first.split('.').next().unwrap_or_default().to_owned())
}

fn usernames(arguments: &[String]) -> Result<Vec<(String, String)>, Error> {
    let pair = |text: &String| match text.split_once('=') {
        Some((name, user)) if !name.is_empty() && !user.is_empty() => {
            Ok((name.to_owned(), user.to_owned()))
        }
        _ => Err(Error::Usage(format!(
            "--username {text}: it must be NAME=USER, for example admin=acrwizdev"
        ))),
    };
    arguments.iter().map(pair).collect()
}

/// A secret that nobody uses is a slip that would otherwise show only as a missing row.
fn unused_credentials(
    secrets: &Secrets,
    usernames: &[(String, String)],
    principals: &[Principal],
) -> Result<(), Error> {
    let names = secrets.names().map(|name| ("--secret", name));
    let names = names.chain(
        usernames
            .iter()
            .map(|(name, _)| ("--username", name.as_str())),
    );
    for (flag, name) in names {
        let label = format!("basic:{name}");
        if !principals
            .iter()
            .any(|row| row.name == name || row.name == label)
        {
            return Err(Error::Usage(format!(
                "{flag} {name}=…: there is no row of that name; add --principal {name} or --principal {label}"
            )));
        }
    }
    Ok(())
}
