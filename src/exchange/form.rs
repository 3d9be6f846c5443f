//! The clients that are replayed: their names in the record, and the headers they send.

use crate::plan::Flow;
use crate::secret::Secret;
use crate::transport::{Answer, Stopped};

/// containerd's resolver and authorizer (containerd `core/remotes/docker`).
pub(super) const CONTAINERD: &str = "containerd";
/// The kubelet's plugin (cloud-provider-azure `pkg/credentialprovider`).
pub(super) const PROVIDER: &str = "kubelet credential provider";
/// docker's engine with its graph drivers (moby `distribution`).
pub(super) const DOCKER: &str = "docker";
/// The Azure SDKs' container registry clients.
pub(super) const SDK: &str = "azure sdk";
/// The crate that asks IMDS and Entra.
pub(super) const AZURE_IDENTITY: &str = "azure_identity";

/// Our own requests after a granted pull: no client is replayed.
pub(super) const CONTENT: &str = "content check";

/// The manifest types a pull accepts, in containerd's order; without the OCI ones a registry that
/// holds an OCI image answers a false 404.
pub(super) const ACCEPT: &str = "application/vnd.docker.distribution.manifest.v2+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, \
    application/vnd.oci.image.index.v1+json, */*";

/// `Content-Type` of a form, as containerd writes it.
pub(super) const FORM_UTF8: &str = "application/x-www-form-urlencoded; charset=utf-8";
/// `Content-Type` of a form, as everybody else writes it.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// The `User-Agent` of a replayed client: its own, with the probe's name beside it, so that a
/// registry's operator can tell a replay from a pull.
pub(super) fn user_agent(client: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let own = match client {
        CONTENT => return format!("acr-probe/{version} ({CONTENT})"),
        PROVIDER => "kubernetes-credentialprovider-acr",
        SDK => "azsdk-acr-probe",
        DOCKER => "docker/28",
        _ => "containerd/1.7",
    };
    format!("{own} (acr-probe/{version})")
}

/// A form from literal names.
pub(super) fn fields<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The token of a granted answer, under the first of these members that holds one.
pub(super) fn token(answer: &Answer, members: &[&str]) -> Result<Secret, Stopped> {
    if answer.status != 200 {
        return Err(Stopped);
    }
    let held = members.iter().find_map(|name| answer.member(name));
    held.filter(|token| !token.is_empty())
        .map(Secret::new)
        .ok_or(Stopped)
}

/// The client of a flow.
pub(super) fn client(flow: Flow) -> &'static str {
    match flow {
        Flow::Containerd => CONTAINERD,
        Flow::Docker => DOCKER,
        Flow::Sdk => SDK,
    }
}
