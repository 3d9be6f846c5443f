//! Trust in certificates: compiled-in roots, the host's store and `--ca-cert`; a verifier that keeps
//! the chain it was shown even when it refuses it.

use super::marks::SharedMarks;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{
    ClientSessionStore, Resumption, Tls12ClientSessionValue, Tls13ClientSessionValue,
    WebPkiServerVerifier,
};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, NamedGroup, RootCertStore, SignatureScheme};
use std::sync::Arc;

/// A certificate that is trusted beside the built-in ones.
pub type Authority = CertificateDer<'static>;

/// Reads the certificates of a PEM text.
///
/// # Errors
/// One sentence.
pub fn read_authorities(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match read {
        Err(error) => Err(format!("it is not a readable PEM file ({error})")),
        Ok(found) if found.is_empty() => {
            Err("it holds no PEM certificate (-----BEGIN CERTIFICATE-----)".to_owned())
        }
        Ok(found) => Ok(found),
    }
}

/// What every lane's TLS stands on.
#[derive(Debug, Clone)]
pub(super) struct TlsGround {
    provider: Arc<CryptoProvider>,
    verifier: Arc<WebPkiServerVerifier>,
}

impl TlsGround {
    /// Roots: compiled in, the host's (`SSL_CERT_FILE` and `SSL_CERT_DIR` are honoured), and these.
    pub fn new(extra: &[CertificateDer<'static>], with_host_store: bool) -> Result<Self, String> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        if with_host_store {
            // A damaged certificate in the host's store must not keep the others from counting.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        for certificate in extra {
            roots
                .add(certificate.clone())
                .map_err(|error| format!("--ca-cert: {error}"))?;
        }
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone())
                .build()
                .map_err(|error| error.to_string())?;
        Ok(Self { provider, verifier })
    }

    /// The configuration of one lane, whose hooks write to `marks`.
    pub fn configuration(&self, marks: &SharedMarks) -> Result<ClientConfig, String> {
        let watching = Arc::new(Watching {
            inner: self.verifier.clone(),
            marks: marks.clone(),
        });
        let mut configuration = ClientConfig::builder_with_provider(self.provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(watching)
            .with_no_client_auth();
        // Every capture of the real service is HTTP/1.1, and one request at a time per connection
        // keeps the record of who used which connection exact.
        configuration.alpn_protocols = vec![b"http/1.1".to_vec()];
        configuration.resumption = Resumption::store(Arc::new(HelloMark(marks.clone())));
        Ok(configuration)
    }
}

/// Verifies as webpki does and keeps what it was shown.
#[derive(Debug)]
struct Watching {
    inner: Arc<WebPkiServerVerifier>,
    marks: SharedMarks,
}

impl ServerCertVerifier for Watching {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verdict = self.inner.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        self.marks.mark(|marks| {
            marks.chain = std::iter::once(end_entity)
                .chain(intermediates)
                .take(10)
                .map(|one| one.to_vec())
                .collect();
            marks.refused = verdict.as_ref().err().cloned();
        });
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// A session store that stores nothing: rustls asks it for a hint when it writes its first message,
/// which is the moment when TCP stands and TLS begins.
#[derive(Debug)]
struct HelloMark(SharedMarks);

impl ClientSessionStore for HelloMark {
    fn set_kx_hint(&self, _: ServerName<'static>, _: NamedGroup) {}

    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        self.0.mark(|marks| {
            marks.tls_began.get_or_insert_with(std::time::Instant::now);
        });
        None
    }

    fn set_tls12_session(&self, _: ServerName<'static>, _: Tls12ClientSessionValue) {}

    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn remove_tls12_session(&self, _: &ServerName<'static>) {}

    fn insert_tls13_ticket(&self, _: ServerName<'static>, _: Tls13ClientSessionValue) {}

    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        None
    }
}
