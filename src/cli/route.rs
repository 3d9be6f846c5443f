//! The way to registry, identity provider and metadata service: what the options and variables say.

use super::run::RouteArgs;
use crate::error::Error;
use crate::files::Surroundings;
use crate::network::{ConnectTo, Names};
use crate::node::{self, Node};
use crate::transport::{Authority, read_authorities};
use url::Url;

/// The metadata service.
const IMDS: &str = "http://169.254.169.254";

impl RouteArgs {
    /// How names become addresses.
    pub(super) fn names(&self, surroundings: &Surroundings, node: &Node) -> Result<Names, Error> {
        let exceptions = self.connect_to.iter();
        let exceptions: Result<Vec<ConnectTo>, String> =
            exceptions.map(|text| ConnectTo::parse(text)).collect();
        Ok(Names::System {
            exceptions: exceptions.map_err(Error::Usage)?,
            servers: node::own_servers(surroundings),
            node: node.servers.clone(),
        })
    }

    pub(super) fn imds(&self, surroundings: &Surroundings) -> Result<Url, Error> {
        let stated = self
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

    pub(super) fn authority(&self, surroundings: &Surroundings) -> Result<Option<Url>, Error> {
        let stated = self
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

    pub(super) fn authorities(
        &self,
        surroundings: &Surroundings,
        node: &Node,
    ) -> Result<Vec<Authority>, Error> {
        let of_node = node.authorities.as_deref().map(read_authorities);
        // A bundle that cannot be read was noted where it was found.
        let mut authorities = of_node.and_then(Result::ok).unwrap_or_default();
        let Some(path) = &self.ca_cert else {
            return Ok(authorities);
        };
        let pem = surroundings
            .read(path)
            .map_err(|error| Error::file(path, error))?;
        authorities.extend(read_authorities(&pem).map_err(|why| Error::file(path, why))?);
        Ok(authorities)
    }
}

/// A password in an address would be shown with it.
fn has_no_user_info(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none()
}
