//! Before HTTP: names and addresses, certificates in words, which proxy is in force.
//!
//! What was asked and what came back, nothing more: whether an address may see a credential is
//! [`crate::trust`]'s question, and connections are opened in [`crate::transport`].

pub mod certificate;
mod name_servers;
mod names;
pub mod proxy;
pub mod route;

pub use name_servers::NameServers;
pub use names::{ConnectTo, Names, NodeServers, Resolved, StatedName};
pub use proxy::Proxies;
