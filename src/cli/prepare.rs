//! From what `run` was given to what it means: a plan and transport settings.

use super::credentials::Secrets;
use super::exposed;
use super::images::Images;
use super::node::node;
use super::pasted;
use super::principals::Hand;
use super::run::{Prepared, RunArgs};
use super::stdin;
use crate::error::Error;
use crate::event::Reading;
use crate::evidence::{Ask, Platform, Target};
use crate::files::Surroundings;
use crate::network::Proxies;
use crate::node::Node;
use crate::plan::{Flow, Plan};
use crate::principal::Principal;
use crate::reference::Reference;
use crate::scope::{Action, Scope};
use crate::transport::{Settings, Tempo};
use crate::trust::Trust;
use std::str::FromStr;
use std::time::Duration;

/// Seconds each request has, unless the user says otherwise.
const DEFAULT_TIMEOUT: u64 = 10;
/// Requests at once, and connections to one origin, at the most. With seven no request of the default matrix
/// waits for another's connection (its last two cells begin when the first two have ended), and a registry
/// that throttles should not see more at once.
const DEFAULT_PARALLEL: u16 = 7;
/// So many images are a list, which may take its time: a busy registry is given the pause it asks for.
const LIST: usize = 10;

impl RunArgs {
    /// From what was typed to what it means.
    ///
    /// # Errors
    /// One sentence for the first thing that cannot be done.
    pub fn prepare(&self, surroundings: &Surroundings) -> Result<Prepared, Error> {
        stdin::one_reader(self)?;
        let imds = self.route.imds(surroundings)?;
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
        let pasted = match &self.choices.event {
            Some(path) => Some(pasted::beside(path, surroundings)?),
            None => None,
        };
        let (pasted, reading) = pasted.unzip();
        let images = self.images(&trust, surroundings, reading.as_ref())?;
        let targets = images.targets.clone();
        let proxies = Proxies::from_variables(|name| surroundings.variable(name));
        let machine = Node::read(surroundings);
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
        let registry = targets.first().map(|one| one.registry.clone());
        let width = usize::from(self.choices.parallel.unwrap_or(DEFAULT_PARALLEL));
        let tempo = Tempo {
            parallel: width,
            max_rps: self.choices.max_rps,
            patient: targets.len() >= LIST,
        };
        let timeout = Duration::from_secs(self.choices.timeout.unwrap_or(DEFAULT_TIMEOUT));
        let node = node(surroundings, &principals);
        let warnings = exposed::warnings(&principals, secrets.files(), surroundings);
        let plan = Plan {
            flow: self.choices.flow.unwrap_or(Flow::Containerd),
            targets,
            principals,
            asks,
            required,
            trust,
            timeout,
            arm_audience: self.choices.arm_audience,
            sibling: self.sibling()?,
            client_id: hand.client_id(),
            experiments: !self.choices.no_experiments,
            platform: self.platform(),
            reveals_ids: self.choices.reveal_ids,
            authority: self.route.authority(surroundings)?,
            width,
            node,
            simulated: None,
            pasted,
            notes: images
                .note()
                .into_iter()
                .chain(machine.notes(registry, &proxies))
                .chain(warnings.iter().cloned())
                .collect(),
            node_files: machine.files.clone(),
        };
        let settings = Settings {
            names: self.route.names(surroundings, &machine)?,
            proxies,
            authorities: self.route.authorities(surroundings, &machine)?,
            host_store: true,
            timeout,
            imds,
            tempo,
        };
        Ok(Prepared {
            plan,
            settings,
            wait: self.choices.wait,
            warnings,
        })
    }

    /// A repository that a scope can name.
    fn sibling(&self) -> Result<Option<String>, Error> {
        let Some(name) = &self.choices.sibling else {
            return Ok(None);
        };
        let image = Reference::parse(&format!("registry.azurecr.io/{name}"));
        let is_one = |image: &Reference| image.repository == *name;
        match image.ok().filter(is_one) {
            Some(_) => Ok(Some(name.clone())),
            None => Err(Error::Usage(format!(
                "--sibling {name}: it must be a repository of the same registry, without host and tag"
            ))),
        }
    }

    /// What the content is compared with.
    fn platform(&self) -> Option<Platform> {
        let stated = self.choices.platform.clone();
        (!self.choices.no_content).then(|| stated.unwrap_or_else(Platform::here))
    }

    /// Drops what a scenario gives to rows that `--principal` leaves out: nobody mistyped it.
    pub(super) fn forget_unused(&mut self) {
        let rows = &self.choices.principal;
        let is_used = |argument: &String| {
            let name = argument.split('=').next().unwrap_or_default();
            rows.is_empty()
                || rows
                    .iter()
                    .any(|row| row.trim_start_matches("basic:") == name)
        };
        self.credentials.secret.retain(is_used);
        self.credentials.username.retain(is_used);
    }

    fn images(
        &self,
        trust: &Trust,
        surroundings: &Surroundings,
        reading: Option<&Reading>,
    ) -> Result<Images, Error> {
        let mut images = Images::default();
        images.typed(&self.images)?;
        if let Some(path) = &self.images_of {
            images.listed(path, trust, surroundings)?;
        }
        if let Some(path) = &self.pods {
            images.of_pods(path, trust, surroundings)?;
        }
        let is_named = !self.images.is_empty() || self.images_of.is_some() || self.pods.is_some();
        if let Some(reading) = reading.filter(|_| !is_named) {
            images.of_events(reading, trust);
        }
        if let (true, Some(path), None) = (
            images.targets.is_empty(),
            &self.choices.event,
            images.note(),
        ) {
            return Err(Error::file(
                path,
                "it names no image; add it to the command line",
            ));
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
