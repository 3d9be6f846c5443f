//! A certificate in words: subject, issuer, names, validity. Read also when verification refused it,
//! since who issued a refused certificate is the answer to most TLS questions.

use crate::evidence::CertificateShown;
use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

/// `subjectAltName`.
const ALTERNATIVE_NAMES: &str = "2.5.29.17";

/// Reads one certificate of a chain; what does not read is said to be unreadable.
pub fn show(der: &[u8]) -> CertificateShown {
    let Ok(certificate) = Certificate::from_der(der) else {
        let unreadable = || "(unreadable)".to_owned();
        return CertificateShown {
            subject: unreadable(),
            issuer: unreadable(),
            names: vec![],
            not_before: 0,
            not_after: 0,
        };
    };
    let body = &certificate.tbs_certificate;
    let seconds = |time: &x509_cert::time::Time| {
        i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX)
    };
    CertificateShown {
        subject: body.subject.to_string(),
        issuer: body.issuer.to_string(),
        names: names(&certificate),
        not_before: seconds(&body.validity.not_before),
        not_after: seconds(&body.validity.not_after),
    }
}

fn names(certificate: &Certificate) -> Vec<String> {
    let extensions = certificate.tbs_certificate.extensions.iter().flatten();
    let alternative = extensions.filter(|one| one.extn_id.to_string() == ALTERNATIVE_NAMES);
    let decoded =
        alternative.filter_map(|one| SubjectAltName::from_der(one.extn_value.as_bytes()).ok());
    decoded
        .flat_map(|names| names.0)
        .filter_map(|name| match name {
            GeneralName::DnsName(name) => Some(name.to_string()),
            _ => None,
        })
        .take(50)
        .collect()
}
