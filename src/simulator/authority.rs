//! The certificate authority of a world, made at start, and the certificates it
//! shows: good ones, and those a scenario states to be bad. *Not* kept anywhere.

use std::collections::BTreeMap;
use std::io::{Error, Result};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::crypto::ring::{default_provider, sign::any_supported_type};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, version};
use time::{Duration, OffsetDateTime};

use super::stated_network::Tls;
use super::world::World;

/// The authority's certificate in PEM, and the server side of TLS.
pub struct Authority {
    pub pem: String,
    pub config: Arc<ServerConfig>,
}

/// Makes authority and certificates for all hosts of a world.
pub fn make(world: &World, hosts: &[String]) -> Result<Authority> {
    let (pem, issuer) = root("acr-probe simulator")?;
    let usual = certified(&issuer, hosts.to_vec(), Tls::Good)?;
    let mut special = BTreeMap::new();
    for (host, stated) in &world.stated().host {
        let names = match stated.tls {
            Tls::Good => continue,
            Tls::WrongName => vec!["wrong-name.example".to_owned()],
            Tls::OtherAuthority | Tls::Expired | Tls::NotYetValid => vec![host.clone()],
        };
        let key = match stated.tls {
            Tls::OtherAuthority => {
                let name = stated
                    .issuer
                    .as_deref()
                    .unwrap_or("Corp Inspection Root CA");
                certified(&root(name)?.1, names, stated.tls)?
            }
            Tls::Good | Tls::WrongName | Tls::Expired | Tls::NotYetValid => {
                certified(&issuer, names, stated.tls)?
            }
        };
        special.insert(host.clone(), key);
    }
    let resolver = Arc::new(ByName { usual, special });
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[&version::TLS13, &version::TLS12])
        .map_err(Error::other)?
        .with_no_client_auth()
        .with_cert_resolver(resolver);
    Ok(Authority {
        pem,
        config: Arc::new(config),
    })
}

#[derive(Debug)]
struct ByName {
    usual: Arc<CertifiedKey>,
    special: BTreeMap<String, Arc<CertifiedKey>>,
}

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = hello.server_name().unwrap_or_default().to_ascii_lowercase();
        Some(Arc::clone(self.special.get(&name).unwrap_or(&self.usual)))
    }
}

fn root(name: &str) -> Result<(String, Issuer<'static, KeyPair>)> {
    let mut params = CertificateParams::new(Vec::new()).map_err(Error::other)?;
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![
        KeyUsagePurpose::KeyCertSign,
        KeyUsagePurpose::DigitalSignature,
    ];
    let key = KeyPair::generate().map_err(Error::other)?;
    let pem = params.self_signed(&key).map_err(Error::other)?.pem();
    Ok((pem, Issuer::new(params, key)))
}

fn certified(
    issuer: &Issuer<'static, KeyPair>,
    names: Vec<String>,
    tls: Tls,
) -> Result<Arc<CertifiedKey>> {
    let mut params = CertificateParams::new(names).map_err(Error::other)?;
    params
        .distinguished_name
        .push(DnType::CommonName, "simulated");
    let now = OffsetDateTime::now_utc();
    let (from, to) = match tls {
        Tls::Expired => (-60, -30),
        Tls::NotYetValid => (30, 60),
        Tls::Good | Tls::OtherAuthority | Tls::WrongName => (-1, 30),
    };
    params.not_before = now + Duration::days(from);
    params.not_after = now + Duration::days(to);
    let key = KeyPair::generate().map_err(Error::other)?;
    let certificate = params.signed_by(&key, issuer).map_err(Error::other)?;
    let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let signing = any_supported_type(&der).map_err(Error::other)?;
    Ok(Arc::new(CertifiedKey::new(
        vec![certificate.der().clone()],
        signing,
    )))
}
