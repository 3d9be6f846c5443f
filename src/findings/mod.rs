//! x
pub mod remedy;
