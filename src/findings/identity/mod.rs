//! Entra, IMDS, and the node's own file.

pub mod azure_json_unusable;
pub mod identity_not_found;
pub mod imds_throttled;
pub mod imds_unreachable;
pub mod multiple_identities;
