//! acr-probe
#![allow(missing_docs)]
pub mod challenge;
pub mod error;
pub mod evidence;
pub mod exchange;
pub mod files;
pub mod findings;
pub mod network;
pub mod plan;
pub mod principal;
pub mod reference;
pub mod report;
pub mod scope;
pub mod secret;
pub mod token;
pub mod transport;
pub mod trust;
