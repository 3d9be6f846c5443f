//! From what `run` was given to what it means: a plan and transport settings.

use super::credentials::Secrets;
use super::images::Images;
use super::principals::Hand;
use super::run::{Prepared, RunArgs};
use crate::error::Error;
use crate::evidence::{Ask, Platform, Required, Target};
use crate::files::Surroundings;
use crate::network::{ConnectTo, Names, Proxies};
use crate::plan::{Flow, Plan};
use crate::principal::Principal;
use crate::scope::{Action, Scope};
use crate::transport::{Authority, Settings, read_authorities};
use crate::trust::Trust;
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
        let images = self.images(&trust, surroundings)?;
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
            platform: self.platform(),
            reveals_ids: self.choices.reveal_ids,
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

    fn images(&self, trust: &Trust, surroundings: &Surroundings) -> Result<Images, Error> {
        let mut images = Images::default();
        images.typed(&self.images)?;
        if let Some(path) = &self.images_of {
            images.listed(path, trust, surroundings)?;
        }
        if let Some(path) = &self.pods {
            images.of_pods(path, trust, surroundings)?;
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
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .filter(has_no_user_info);
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
            .filter(|url| url.scheme() == "https" && url.has_host())
            .filter(has_no_user_info);
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

/// A password in an address would be shown with it.
fn has_no_user_info(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none()
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
