//! The inferred shapes that a world uses, in words, for the report to say.
//! *Not* the settings themselves (`stated_registry`).

use super::stated::Stated;
use super::stated_network::{FaultKind, ImdsState};
use super::stated_registry::Mode;

/// One sentence for each.
pub fn assumptions(stated: &Stated) -> Vec<String> {
    let registry = &stated.registry;
    let mut all = vec![
        format!(
            "POST grant_type=password with a user name: {:?} (registry.post_password)",
            registry.post_password
        ),
        format!(
            "a principal without the right asked for at /oauth2/token: {:?} (registry.no_right_at_token)",
            registry.no_right_at_token
        ),
        format!(
            "errors of /oauth2/* are framed by {:?}; their other headers as those of its 200 answers (registry.oauth_errors)",
            registry.oauth_errors
        ),
        format!(
            "access tokens of user names and passwords write the keys of `access` {:?} and live an hour (registry.basic_claims)",
            registry.basic_claims
        ),
        format!(
            "a manifest of an unknown repository: {:?} (registry.unknown_repository)",
            registry.unknown_repository
        ),
        "HTTP/1.1 only".to_owned(),
        "a wrong admin or token password gets the generic 401".to_owned(),
        "the call allowance of X-Ms-Ratelimit headers is derived from the request, not counted"
            .to_owned(),
    ];
    all.extend(registry.inferred.sentences());
    if registry.mode == Mode::Abac {
        all.push(format!(
            "ABAC: exchange without a role is accepted: {} (registry.abac_exchange_without_role)",
            registry.abac_exchange_without_role
        ));
        all.push(format!(
            "ABAC: aad_identity stands {:?} of permissions (registry.abac_refresh)",
            registry.abac_refresh
        ));
    }
    if let Some(firewall) = &registry.firewall {
        all.push(format!(
            "the firewall's 403 comes in pattern {:?} with Content-Type {} (registry.firewall)",
            firewall.pattern, firewall.content_type
        ));
    }
    if registry
        .repositories
        .values()
        .any(|repository| !repository.quarantined.is_empty())
    {
        all.push(format!(
            "a quarantined image is {} DENIED at the manifest (registry.inferred.quarantined)",
            registry.inferred.quarantined
        ));
    }
    if stated
        .fault
        .iter()
        .any(|fault| fault.kind == FaultKind::Throttle)
    {
        all.push("the body of a 429: one TOOMANYREQUESTS error, or none (registry.inferred.throttle_body)".to_owned());
    }
    if stated.imds.state == ImdsState::Status {
        all.push(format!("the body of IMDS's {}", stated.imds.status));
    }
    all
}
