//! Whose step a network fact belongs to, and small readings of an answer.

use super::recorder::Asker;
use crate::evidence::{Place, Step};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;
use url::Url;

/// The step of a network fact: the registry's own steps, or the step that wanted another host.
pub(super) fn network_step(asker: &Asker, url: &Url, own: Step) -> Step {
    if is_registry(asker, url) {
        own
    } else {
        asker.step
    }
}

fn is_registry(asker: &Asker, url: &Url) -> bool {
    asker.place.registry.is_some()
        && asker.step != Step::IdentityToken
        && asker.step != Step::Blob
        && url.host_str().is_some()
}

/// What the first request learns about a registry's name holds for every row.
pub(super) fn shared_place(asker: &Asker, url: &Url) -> Place {
    if is_registry(asker, url) {
        Place {
            registry: asker.place.registry.clone(),
            ..Place::default()
        }
    } else if asker.place.content {
        // Layers of several images lie on one host, whose name is asked for once.
        Place {
            target: None,
            ..asker.place.clone()
        }
    } else {
        asker.place.clone()
    }
}

pub(super) fn fingerprint(token: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, token.as_bytes());
    digest
        .as_ref()
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, in seconds since 1970.
pub(super) fn http_date(text: &str) -> Option<i64> {
    let text = text.replace("GMT", "+0000");
    OffsetDateTime::parse(&text, &Rfc2822)
        .ok()
        .map(OffsetDateTime::unix_timestamp)
}
