//! What the registry answered about a right.

pub mod abac_mode_legacy_role;
pub mod anonymous_pull_disabled;
pub mod arm_audience_disabled;
pub mod catalog_not_granted;
pub mod excess_privilege;
pub mod no_role_assignment;
pub mod reduced_grant;
pub mod role_propagation;
pub mod scope_map_missing_action;
pub(in crate::findings) mod seen;
mod varied;
pub mod wrong_audience;
pub mod wrong_identity_assigned;
pub mod wrong_principal_id;
pub mod wrong_tenant;

#[cfg(test)]
pub(in crate::findings) mod tests;
