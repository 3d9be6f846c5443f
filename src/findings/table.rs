//! The catalogue: one line per rule, in the order in which equally likely causes win.
//!
//! Safety first, then what fails before the registry answers, then answers that mean the same at
//! every step, then step by step; `unexplained` last.

use super::rule::Rule;
use super::{content, identity, last, network, node, passwords, registry, safety, service, stored};

/// Every rule, in order of precedence.
pub static RULES: &[&Rule] = &[
    // Safety: nothing was sent.
    &safety::look_alike_registry::RULE,
    &safety::insecure_realm::RULE,
    &safety::realm_elsewhere::RULE,
    &safety::redirect_refused::RULE,
    // The reference itself.
    &node::reference_parse::RULE,
    &node::login_server_mismatch::RULE,
    // Before HTTP. A name with two suffixes is one that does not exist, and says why.
    &identity::sovereign_cloud_mismatch::RULE,
    &network::dns_nxdomain::RULE,
    &network::registry_unreachable::RULE,
    &network::clock_skew::RULE,
    &network::tls_name_mismatch::RULE,
    &network::tls_interception::RULE,
    &network::registry_timeout::RULE,
    // Answers that mean the same at every step.
    &network::proxy_in_the_way::RULE,
    &service::upstream_throttled::RULE,
    &service::throttled::RULE,
    // Likely only where the name passes privatelink; else it comes after the two that follow.
    &network::private_dns::RULE,
    &network::firewall_ip::RULE,
    &network::public_access_disabled::RULE,
    &passwords::token_too_large::RULE,
    &passwords::malformed_credential::RULE,
    &service::service_error::RULE,
    // Challenge.
    &service::not_a_registry::RULE,
    &service::challenge_unusable::RULE,
    // Credentials on this machine.
    &identity::azure_json_unusable::RULE,
    &stored::docker_config_malformed::RULE,
    &stored::credhelper_missing::RULE,
    &stored::credential_key_mismatch::RULE,
    &stored::acr_refresh_token_expired::RULE,
    &node::login_server_not_matched::RULE,
    &node::credential_provider_not_used::RULE,
    // Identity token.
    &identity::imds_unreachable::RULE,
    &identity::entra_unreachable::RULE,
    &identity::imds_throttled::RULE,
    &identity::multiple_identities::RULE,
    &identity::identity_not_found::RULE,
    &identity::federated_subject_mismatch::RULE,
    &identity::assertion_expired::RULE,
    &identity::app_not_in_tenant::RULE,
    // Refresh token.
    &registry::wrong_audience::RULE,
    &registry::arm_audience_disabled::RULE,
    &registry::wrong_tenant::RULE,
    &registry::no_role_assignment::RULE,
    &registry::role_propagation::RULE,
    &registry::wrong_identity_assigned::RULE,
    &registry::wrong_principal_id::RULE,
    // Access token. What another form or another row shows comes before what only fits.
    &node::pull_secret_not_referenced::RULE,
    &node::client_flow_differs::RULE,
    &node::protocol_mismatch::RULE,
    &passwords::bad_username::RULE,
    &stored::stale_docker_credential::RULE,
    &passwords::secret_expired::RULE,
    &passwords::bad_password::RULE,
    &passwords::admin_disabled::RULE,
    &passwords::token_disabled::RULE,
    &registry::abac_mode_legacy_role::RULE,
    &registry::anonymous_pull_disabled::RULE,
    // Manifest.
    &service::artifact_cache_path::RULE,
    &service::artifact_cache_credential::RULE,
    &registry::scope_map_missing_action::RULE,
    &registry::catalog_not_granted::RULE,
    &registry::reduced_grant::RULE,
    &content::quarantined::RULE,
    &content::dangling_tag::RULE,
    &content::platform_mismatch::RULE,
    &content::repo_or_tag_missing::RULE,
    &network::data_endpoint_blocked::RULE,
    &network::geo_replica_routing::RULE,
    // What a pasted text says of a pull that is granted here.
    &node::kubelet_qps::RULE,
    // Notes.
    &node::fallback_noise::RULE,
    &registry::excess_privilege::RULE,
    // Nothing else.
    &last::unexplained::RULE,
];

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.name == name)
}
