//! A scenario read and checked: the public face of a stated world.
//! *Not* what it answers (`answer`).

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};

use super::assumptions::assumptions;
use super::built_in;
use super::node::probe_setup;
use super::sign::Signer;
use super::stated::Stated;
use super::stated_network::FaultKind;
use super::stated_registry::ChallengeKind;

/// A stated world, parsed and checked.
#[derive(Clone)]
pub struct Scenario {
    name: String,
    stated: Stated,
    probe: ProbeSetup,
    signer: Signer,
}

/// What the probe is given when it is run against a scenario.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProbeSetup {
    /// What a user would type after `acr-probe run`.
    pub arguments: Vec<String>,
    /// The only environment variables the probe sees.
    pub environment: BTreeMap<String, String>,
    /// The files the probe sees, by path.
    pub files: BTreeMap<String, StatedFile>,
}

/// A file as the probe finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatedFile {
    /// It reads so.
    Text(String),
    /// There is none.
    Missing,
    /// It may not be read.
    Denied,
}

/// Why a scenario file cannot be used: one sentence, with the line where known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioError {
    scenario: String,
    line: Option<usize>,
    sentence: String,
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(
                f,
                "scenario {}, line {line}: {}",
                self.scenario, self.sentence
            ),
            None => write!(f, "scenario {}: {}", self.scenario, self.sentence),
        }
    }
}

impl std::error::Error for ScenarioError {}

impl fmt::Debug for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scenario")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Scenario {
    /// Reads a scenario. `folder` is where the files that it names are.
    ///
    /// # Errors
    /// One sentence, with the line, on text that is no TOML, an unknown key, or a
    /// world that contradicts itself.
    pub fn parse(name: &str, text: &str, folder: Option<&Path>) -> Result<Scenario, ScenarioError> {
        let stated: Stated = toml::from_str(text).map_err(|error| ScenarioError {
            scenario: name.to_owned(),
            line: error.span().map(|span| line_at(text, span.start)),
            sentence: one_line(error.message()),
        })?;
        let refuse = |place: &str, sentence: String| ScenarioError {
            scenario: name.to_owned(),
            line: text.find(place).map(|at| line_at(text, at)),
            sentence,
        };
        check(&stated).map_err(|(place, sentence)| refuse(&place, sentence))?;
        let signer = Signer::of(stated.signing.as_ref(), folder)
            .map_err(|sentence| refuse("[signing]", sentence))?;
        let probe = probe_setup(&stated);
        Ok(Scenario {
            name: name.to_owned(),
            stated,
            probe,
            signer,
        })
    }

    /// A scenario that is part of the program.
    pub fn built_in(name: &str) -> Option<Scenario> {
        let text = built_in::text(name)?;
        Scenario::parse(name, text, None).ok()
    }

    /// Names and one-line titles of the scenarios that are part of the program.
    pub fn built_in_names() -> Vec<(&'static str, String)> {
        let all = built_in::ALL.iter();
        all.filter_map(|(name, _)| Some((*name, Scenario::built_in(name)?.stated.title)))
            .collect()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its one-line title.
    pub fn title(&self) -> &str {
        &self.stated.title
    }

    /// What it is about, in a few sentences; may be empty.
    pub fn about(&self) -> &str {
        &self.stated.about
    }

    /// What the probe is given.
    pub fn probe(&self) -> &ProbeSetup {
        &self.probe
    }

    /// The shapes of this world that no public recording shows.
    pub fn assumptions(&self) -> Vec<String> {
        assumptions(&self.stated)
    }

    pub(super) fn stated(&self) -> &Stated {
        &self.stated
    }

    pub(super) fn signer(&self) -> &Signer {
        &self.signer
    }
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count()
        + 1
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn check(stated: &Stated) -> Result<(), (String, String)> {
    if stated.title.trim().is_empty() || stated.title.contains('\n') {
        return Err(("title".into(), "`title` must be one line".into()));
    }
    let host = &stated.registry.host;
    if host.is_empty() || host.contains(['/', ':', ' ']) {
        return Err((
            host.clone(),
            "`registry.host` must be a host name without scheme or port".into(),
        ));
    }
    let challenge = &stated.registry.challenge;
    if challenge.kind == ChallengeKind::Raw && challenge.raw.is_empty() {
        return Err((
            "[registry.challenge]".into(),
            "`kind = \"raw\"` needs `raw`, a list of header values".into(),
        ));
    }
    for fault in &stated.fault {
        if fault.kind == FaultKind::Redirect && fault.location.is_none() {
            return Err(("[[fault]]".into(), "a redirect needs `location`".into()));
        }
        let is_base64 = |text: &String| STANDARD.decode(text).is_ok();
        if fault.kind == FaultKind::Bytes && !fault.bytes.as_ref().is_some_and(is_base64) {
            return Err((
                "[[fault]]".into(),
                "`kind = \"bytes\"` needs `bytes` in base64".into(),
            ));
        }
        if fault.kind == FaultKind::Status && fault.status.is_none() {
            return Err((
                "[[fault]]".into(),
                "`kind = \"status\"` needs `status`".into(),
            ));
        }
    }
    let Some(upstream) = &stated.upstream else {
        return Ok(());
    };
    let port = upstream
        .strip_prefix("http://")
        .and_then(|rest| rest.rsplit_once(':'));
    match port.and_then(|(_, port)| port.parse::<u16>().ok()) {
        Some(_) => Ok(()),
        None => Err((
            upstream.clone(),
            "`upstream` must be http://HOST:PORT".into(),
        )),
    }
}
