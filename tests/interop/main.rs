//! The probe beside other people's programs, none of which knows it. Debian's docker-registry 2.8
//! judges the tokens and statuses that the simulator otherwise answers alone; the Azure SDK for Python,
//! the Azure CLI, containerd, skopeo and crane give their own answer to the question that the probe answers;
//! Chromium, junitparser and jsonschema read its reports.
//!
//! `cargo test --features interop --test interop` needs `docker-registry`, `skopeo`, `openssl`,
//! `containerd`, `chromium`, `ip`, `nft`, `tinyproxy`, Python with `venv` and PyPI, Go and its module proxy,
//! and root, for network namespaces; `.ci/run` installs what is missing. Without the feature nothing here is
//! compiled, and with it nothing is skipped: what
//! is not there is a failure. It says nothing about Azure: IMDS, the exchange and the token endpoint
//! stay simulated.

mod agreement;
mod agrees_check_health;
mod agrees_commands;
mod agrees_containerd;
mod agrees_plugin_library;
mod agrees_sdk;
mod azure_cli;
mod cases;
mod commands;
mod containerd;
mod formats;
mod go;
mod http;
mod image;
mod imds;
mod keys;
mod lab;
mod manifests;
mod order;
mod place;
mod processes;
mod proxy;
mod python;
mod registry;
mod report;
mod token_service;
mod wire;

/// The login server; `--connect-to` says where it is.
const HOST: &str = "guestbookacr.azurecr.io";
/// The image that is in the registry.
const IMAGE: &str = "guestbookacr.azurecr.io/guestbook:v1";
/// The kubelet's identity by its client id, and by the id that roles are given to (both as in
/// `world.toml`).
const KUBELET: &str = "5e1d6a70-2b3c-4d84-9f6e-0c7b8a9d1e21";
const OBJECT: &str = "7c0e4f15-9a2b-4c3d-8e5f-6a7b8c9d0e32";
/// The admin user's password (as in `world.toml`).
const PASSWORD: &str = "Sim-Password-interop-canary-51c2";
