//! The way to registry, identity provider and metadata service: what the options and variables say.

use super::run::RouteArgs;
use crate::error::Error;
use crate::files::Surroundings;
use crate::network::{ConnectTo, NameServers, Names};
use crate::transport::{Authority, read_authorities};
use std::path::Path;
use url::Url;

/// The metadata service.
const IMDS: &str = "http://169.254.169.254";
/// Where the C library's resolver reads its name servers.
const RESOLVER: &str = "/etc/resolv.conf";

impl RouteArgs {
    /// How names become addresses.
    pub(super) fn names(&self, surroundings: &Surroundings) -> Result<Names, Error> {
        let exceptions = self.connect_to.iter();
        let exceptions: Result<Vec<ConnectTo>, String> =
            exceptions.map(|text| ConnectTo::parse(text)).collect();
        let text = surroundings.read(Path::new(RESOLVER)).unwrap_or_default();
        Ok(Names::System {
            exceptions: exceptions.map_err(Error::Usage)?,
            servers: NameServers::read(&String::from_utf8_lossy(&text)),
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
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
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
            .filter(|url| url.scheme() == "https" && url.has_host());
        match url {
            Some(url) => Ok(Some(url)),
            None => Err(Error::Usage(format!(
                "--authority-host {text}: it must be an https address such as https://login.microsoftonline.com"
            ))),
        }
    }

    pub(super) fn authorities(&self, surroundings: &Surroundings) -> Result<Vec<Authority>, Error> {
        let Some(path) = &self.ca_cert else {
            return Ok(vec![]);
        };
        let pem = surroundings
            .read(path)
            .map_err(|error| Error::file(path, error))?;
        read_authorities(&pem).map_err(|why| Error::file(path, why))
    }
}
