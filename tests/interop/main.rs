//! The probe against Debian's docker-registry 2.8: another program's judgement of the tokens and
//! statuses that the simulator otherwise answers alone.
//!
//! `cargo test --features interop --test interop` needs `docker-registry`, `skopeo` and `openssl`;
//! `.ci/run` installs them. Without the feature nothing here is compiled, and with it nothing is
//! skipped. It says nothing about Azure: IMDS, the exchange and the token endpoint stay simulated.

mod cases;
mod http;
mod image;
mod keys;
mod lab;
mod order;
mod processes;
mod registry;
mod report;
mod token_service;

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
