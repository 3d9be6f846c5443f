//! What the probe would not do.

pub mod insecure_realm;
pub mod look_alike_registry;
pub mod realm_elsewhere;
pub mod redirect_refused;
