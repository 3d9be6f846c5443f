//! x
pub mod challenge;
pub mod reference;
pub mod scope;
pub mod token;
