//! What will be asked: targets, principals and actions, in the order in which everything later is
//! numbered. Pure; made by the command line, walked by the exchange.

use crate::evidence::{
    Ask, FileRead, Header, Node, Pasted, PlannedPrincipal, Platform, Required, SCHEMA, Simulated,
    Target,
};
use crate::principal::Principal;
use crate::trust::Trust;
use std::time::Duration;

/// Whose requests are replayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Flow {
    /// HEAD manifest, POST password grant, GET with Basic where that is refused, HEAD again.
    Containerd,
    /// GET /v2/, GET token with the account and Basic, HEAD manifest: docker's engine.
    Docker,
    /// GET /v2/, exchange, POST refresh_token, GET manifest: the Azure SDKs.
    Sdk,
}

impl Flow {
    /// The contract's name of the flow.
    pub fn name(self) -> &'static str {
        match self {
            Self::Containerd => "containerd",
            Self::Docker => "docker",
            Self::Sdk => "sdk",
        }
    }
}

/// The plan of one run.
#[derive(Debug)]
pub struct Plan {
    /// Whose requests.
    pub flow: Flow,
    /// The images, each once.
    pub targets: Vec<Target>,
    /// The rows.
    pub principals: Vec<Principal>,
    /// The columns.
    pub asks: Vec<Ask>,
    /// The cells that the exit code speaks of.
    pub required: Vec<Required>,
    /// The destination check.
    pub trust: Trust,
    /// How long each request has.
    pub timeout: Duration,
    /// `--arm-audience`: the exchange is also tried with an ARM token.
    pub arm_audience: bool,
    /// False with `--no-experiments`: only what the client itself would send.
    pub experiments: bool,
    /// `--sibling`: another repository to ask for where a pull is refused, as an experiment.
    pub sibling: Option<String>,
    /// The client id that the environment or the node's file names, for rows that name none.
    pub client_id: Option<String>,
    /// What the content is compared with; none with `--no-content`.
    pub platform: Option<Platform>,
    /// `--reveal-ids`: names of persons in claims are recorded.
    pub reveals_ids: bool,
    /// Where Entra is, if not where the registry's cloud says.
    pub authority: Option<url::Url>,
    /// `--parallel`: how many connections to one origin, and how many requests at once, at the most.
    pub width: usize,
    /// The node this is, as far as it is known.
    pub node: Node,
    /// Where no Azure is asked.
    pub simulated: Option<Simulated>,
    /// What was read of the node's own configuration.
    pub node_files: Vec<FileRead>,
    /// What was pasted beside the run.
    pub pasted: Option<Pasted>,
    /// What a reader should know about how the run was made.
    pub notes: Vec<String>,
}

impl Plan {
    /// How many answers the matrix holds. A bare login server has one for each principal.
    pub fn cells(&self) -> usize {
        let asks = |target: &Target| match target.repository.is_empty() {
            true => self.asks.len().min(1),
            false => self.asks.len(),
        };
        self.targets.iter().map(asks).sum::<usize>() * self.principals.len()
    }

    /// The header of the recording that this plan leads to.
    pub fn header(&self, run: String, observed_at: String) -> Header {
        let mut notes = self.notes.clone();
        notes.extend(self.principals.iter().flat_map(Principal::notes));
        notes.dedup();
        Header {
            schema: SCHEMA.to_owned(),
            run,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            observed_at,
            flow: self.flow.name().to_owned(),
            simulated: self.simulated.clone(),
            node: self.node.clone(),
            targets: self.targets.clone(),
            principals: self.principals.iter().map(planned).collect(),
            asks: self.asks.clone(),
            required: self.required.clone(),
            waited: None,
            platform: self.platform.as_ref().map(Platform::to_string),
            timeout_seconds: self.timeout.as_secs(),
            notes,
        }
    }
}

fn planned(principal: &Principal) -> PlannedPrincipal {
    PlannedPrincipal {
        name: principal.name.clone(),
        kind: principal.credential.kind().to_owned(),
        source: principal.source.clone(),
        identity: principal.identity.clone(),
        untried: principal.untried(),
    }
}
