//! `demo`: the same walk against the built-in simulator. A scenario says what a user would have typed;
//! it is parsed by the very parser of `run`.

use super::output::OutputArgs;
use super::pasted;
use super::run::{Choices, Prepared, RunArgs};
use crate::error::Error;
use crate::evidence::{Platform, Simulated};
use crate::files::{StatedFile, Surroundings};
use crate::network::{Names, Proxies, StatedName};
use crate::simulator::{self, Reach, Scenario, Served};
use crate::transport::read_authorities;
use clap::Parser;
use std::path::{Path, PathBuf};
use url::Url;

/// `demo [SCENARIO]`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  acr-probe demo                               the guestbook incident
  acr-probe demo guestbook-fixed --exit-code   the same after the fix; exits as `run` would
  acr-probe demo --list                        every scenario
  acr-probe demo firewall --format json

The simulator answers over real TLS on loopback; no Azure is asked and no file of this machine is read.")]
pub struct DemoArgs {
    /// The scenario, a name from --list or a TOML file [default: guestbook]
    pub scenario: Option<String>,
    /// Name the scenarios
    #[arg(long)]
    pub list: bool,
    /// Exit as `run` would, instead of with 0 once it was shown
    #[arg(long)]
    pub exit_code: bool,
    /// Write what the simulator was asked to this file, as JSON lines; credentials by kind and hash
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// What is asked, and of whom: goes before what the scenario says.
    #[command(flatten)]
    pub choices: Choices,
    /// Where and how to write.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// The arguments of `run`, without the command.
#[derive(Debug, Parser)]
#[command(name = "acr-probe run", no_binary_name = true)]
struct StatedRun {
    #[command(flatten)]
    run: RunArgs,
}

/// The scenario of that name, or in that file.
///
/// # Errors
/// One sentence: no such scenario, or what is wrong with it and where.
pub(super) fn scenario(name: Option<&str>) -> Result<Scenario, Error> {
    let name = name.unwrap_or("guestbook");
    if let Some(scenario) = Scenario::built_in(name) {
        return Ok(scenario);
    }
    let path = Path::new(name);
    if !name.contains('/') && path.extension().is_none() {
        return Err(Error::Usage(format!(
            "there is no scenario {name}; `acr-probe demo --list` names them"
        )));
    }
    let text = std::fs::read_to_string(path).map_err(|error| Error::file(path, error))?;
    let stem = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    Scenario::parse(&stem, &text, Some(folder)).map_err(|error| Error::file(path, error))
}

impl DemoArgs {
    /// The scenario that was named.
    ///
    /// # Errors
    /// One sentence.
    pub fn scenario(&self) -> Result<Scenario, Error> {
        scenario(self.scenario.as_deref())
    }

    /// The run that the scenario states, against the simulator that serves it.
    ///
    /// # Errors
    /// One sentence where the scenario's command line cannot be used.
    pub fn prepare(&self, scenario: &Scenario, served: &Served) -> Result<Prepared, Error> {
        let stated = StatedRun::try_parse_from(&scenario.probe().arguments)
            .map_err(|error| Error::Usage(format!("scenario {}: {error}", scenario.name())))?;
        let mut run = stated.run;
        run.choices = self.choices.clone().over(run.choices);
        run.forget_unused();
        // The stated node is the same on every machine.
        run.choices.platform = run
            .choices
            .platform
            .or_else(|| Platform::parse("linux/amd64"));
        let mut surroundings = surroundings(scenario);
        self.add_event(&mut surroundings)?;
        let mut prepared = run.prepare(&surroundings)?;
        prepared.plan.simulated = Some(Simulated {
            scenario: scenario.name().to_owned(),
            assumptions: scenario.assumptions(),
        });
        prepared.settings.names = Names::Stated(names(served));
        prepared.settings.proxies = Proxies::none();
        prepared.settings.host_store = false;
        prepared.settings.authorities =
            read_authorities(served.authority_pem.as_bytes()).map_err(Error::Setup)?;
        prepared.settings.imds = Url::parse(&served.imds)
            .map_err(|error| Error::Setup(format!("{}: {error}", served.imds)))?;
        Ok(prepared)
    }
}

impl DemoArgs {
    /// The one file of this machine that a demonstration reads: the text that was named on its command line.
    fn add_event(&self, surroundings: &mut Surroundings) -> Result<(), Error> {
        if let (Some(path), Surroundings::Stated { files, .. }) =
            (&self.choices.event, surroundings)
        {
            let text = pasted::read(path, &Surroundings::Machine)?;
            files.insert(path.display().to_string(), StatedFile::Text(text));
        }
        Ok(())
    }
}

/// The files and variables that the scenario states, and no others.
fn surroundings(scenario: &Scenario) -> Surroundings {
    let probe = scenario.probe();
    let files = probe.files.iter().filter_map(|(path, file)| match file {
        simulator::StatedFile::Text(text) => Some((path.clone(), StatedFile::Text(text.clone()))),
        simulator::StatedFile::Denied => Some((path.clone(), StatedFile::Denied)),
        simulator::StatedFile::Missing => None,
    });
    Surroundings::Stated {
        variables: probe.environment.clone(),
        files: files.collect(),
    }
}

fn names(served: &Served) -> Vec<StatedName> {
    let stated = |name: &simulator::ServedName| StatedName {
        host: name.host.clone(),
        port: name.port,
        aliases: name.canonical.clone(),
        addresses: name.addresses.clone(),
        socket: match name.reach {
            Reach::At(socket) => Some(socket),
            Reach::NoSuchName => None,
        },
    };
    served.names.iter().map(stated).collect()
}
