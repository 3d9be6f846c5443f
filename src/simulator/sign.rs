//! The last segment of a token: a signature that says "simulated", or a real
//! RS256 one for a registry that checks. *Not* a way to make tokens that Azure
//! would take: nobody trusts these keys.

use std::path::Path;
use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};

use super::stated::StatedSigning;

/// Signs what is minted.
#[derive(Clone)]
pub enum Signer {
    /// 256 bytes of the word "simulated", the length of an RSA-2048 signature.
    Marked,
    /// A key of the scenario, and its certificates in standard base64 DER.
    Rsa {
        key: Arc<RsaKeyPair>,
        chain: Vec<String>,
    },
}

impl Signer {
    /// The signer a scenario asks for.
    pub fn of(stated: Option<&StatedSigning>, folder: Option<&Path>) -> Result<Signer, String> {
        let Some(stated) = stated else {
            return Ok(Signer::Marked);
        };
        let folder = folder.unwrap_or(Path::new("."));
        let key = blocks(&read(&folder.join(&stated.key))?, "PRIVATE KEY");
        let key = key
            .first()
            .ok_or("`signing.key` holds no PKCS#8 PRIVATE KEY in PEM")?;
        let der = STANDARD
            .decode(key)
            .map_err(|_| "`signing.key` is not base64 inside")?;
        let key = RsaKeyPair::from_pkcs8(&der)
            .map_err(|error| format!("`signing.key` is not a usable RSA key: {error}"))?;
        let chain = blocks(&read(&folder.join(&stated.certificate))?, "CERTIFICATE");
        if chain.is_empty() {
            return Err("`signing.certificate` holds no CERTIFICATE in PEM".to_owned());
        }
        Ok(Signer::Rsa {
            key: Arc::new(key),
            chain,
        })
    }

    /// The signature of `text`.
    pub fn sign(&self, text: &str) -> Vec<u8> {
        match self {
            Signer::Marked => marked(),
            Signer::Rsa { key, .. } => {
                let mut signature = vec![0; key.public().modulus_len()];
                match key.sign(
                    &RSA_PKCS1_SHA256,
                    &SystemRandom::new(),
                    text.as_bytes(),
                    &mut signature,
                ) {
                    Ok(()) => signature,
                    Err(_) => marked(),
                }
            }
        }
    }

    /// The certificates for `x5c`, leaf first.
    pub fn chain(&self) -> &[String] {
        match self {
            Signer::Marked => &[],
            Signer::Rsa { chain, .. } => chain,
        }
    }
}

fn marked() -> Vec<u8> {
    b"simulated".iter().copied().cycle().take(256).collect()
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

fn blocks(pem: &str, label: &str) -> Vec<String> {
    let (begin, end) = (
        format!("-----BEGIN {label}-----"),
        format!("-----END {label}-----"),
    );
    let parts = pem.split(begin.as_str()).skip(1);
    let bodies = parts.filter_map(|part| part.split(end.as_str()).next());
    bodies
        .map(|body| body.split_whitespace().collect())
        .collect()
}
