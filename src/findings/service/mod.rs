//! The service, or what answered in its place.

pub mod challenge_unusable;
pub mod not_a_registry;
pub mod service_error;
#[cfg(test)]
mod tests;
pub mod throttled;
