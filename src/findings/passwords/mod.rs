//! User names and passwords.

pub mod admin_disabled;
pub mod bad_password;
pub mod bad_username;
pub mod malformed_credential;
pub mod secret_expired;
pub mod token_too_large;
