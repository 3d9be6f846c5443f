//! The service, or what answered in its place.

pub mod artifact_cache_credential;
pub mod artifact_cache_path;
pub mod challenge_unusable;
pub mod not_a_registry;
pub mod service_error;
mod source;
#[cfg(test)]
mod tests;
pub mod throttled;
pub mod upstream_throttled;
