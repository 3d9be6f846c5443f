//! The kubelet's credential providers: which plugin is asked for an image, with what, and which of
//! its answers the kubelet uses.
//!
//! Pure but for reading files through [`crate::files::Surroundings`]; no plugin is started here,
//! that is [`crate::process`]'s. Not here either: what Azure's plugin does with IMDS and the
//! registry, which is the exchange's.

pub mod acr_plugin;
mod address;
pub mod config;
mod duration;
mod glob;
pub mod match_images;
mod place;
pub mod protocol;
mod validate;

pub use acr_plugin::accepted_by_acr_plugin;
pub use config::{PLACES, Provider, ProviderConfig, TokenAttributes};
pub use match_images::{Matched, Mismatch, matches, provider_for};
pub use place::within_host;
pub use protocol::{Auth, Response, ResponseFault, lookup, request, response};

#[cfg(test)]
mod fixtures {
    use super::ProviderConfig;
    use crate::files::Surroundings;
    use std::path::{Path, PathBuf};

    /// A file of `testdata/credential-provider`.
    pub fn path(name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/credential-provider");
        folder.join(name)
    }

    /// A usable configuration of that folder.
    pub fn config(name: &str) -> ProviderConfig {
        let (read, found) = ProviderConfig::read(&Surroundings::Machine, &path(name));
        found.unwrap_or_else(|| panic!("{:?}", read.fault))
    }
}
