//! A registry, an IMDS and an Entra that answer from a *stated world*.
//!
//! It is a reading of public recordings, logs, documents and source, made
//! executable: what it answers carries a grade (recorded, logged, documented,
//! read in source, inferred, unknown), and every inferred shape is a setting
//! of the scenario that [`Scenario::assumptions`] lists.
//!
//! It is *not* a proof of what Azure does, and it shares no parser and no claim
//! type with the probe: both would else agree on the same mistake.

mod answer;
mod assumptions;
mod authority;
mod built_in;
mod content;
mod data_plane;
mod duration;
mod entra;
mod exchange_endpoint;
mod faults;
mod grants;
mod http;
mod ids;
mod imds;
mod listeners;
mod log;
mod manifests;
mod mint;
mod node;
mod presented;
mod registry_answers;
mod scenario;
mod serve;
mod sign;
mod stated;
mod stated_inferred;
mod stated_network;
mod stated_registry;
mod token_endpoint;
mod unreachable;
mod upstream;
mod wire;
mod world;

#[cfg(test)]
mod tests;

pub use log::{LoggedRequest, RequestLog};
pub use scenario::{ProbeSetup, Scenario, ScenarioError, StatedFile};
pub use serve::{Listen, Reach, Served, ServedName, serve};
