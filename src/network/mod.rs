//! Before HTTP: names and addresses, certificates in words, which proxy is in force.
//!
//! What was asked and what came back, nothing more: whether an address may see a credential is
//! [`crate::trust`]'s question, and connections are opened in [`crate::transport`].

mod aliases;
pub mod certificate;
mod names;
pub mod proxy;
pub mod route;

pub use aliases::NameServers;
pub use names::{ConnectTo, Names, Resolved, StatedName};
pub use proxy::Proxies;
