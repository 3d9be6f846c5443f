//! A registry, the token service in front of it, and the probe: all real processes, all in one folder
//! that goes with them.

use crate::http::{self, Answer};
use crate::keys;
use crate::place::{Namespace, Place, bare};
use crate::processes;
use crate::registry::{Access, Registry};
use crate::report::Report;
use crate::token_service::{Seen, TokenService, World};
use crate::{HOST, KUBELET, PASSWORD};
use std::cell::RefCell;
use std::fmt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Whose keys the registry trusts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trusts {
    /// The token service's.
    TheTokenService,
    /// Keys that nobody here signs with.
    Somebody,
}

/// One test's world. Servers are dropped, and so killed, before the namespace and the folder.
pub struct Lab {
    registry: RefCell<Registry>,
    /// The token service.
    pub service: TokenService,
    place: Place,
    folder: TempDir,
}

impl Lab {
    /// A registry with `guestbook:v1`, and a world with these roles and odd tokens.
    pub fn start(more: &str) -> Self {
        Self::trusting(Trusts::TheTokenService, more)
    }

    /// The same, and whose keys the registry trusts.
    pub fn trusting(trusts: Trusts, more: &str) -> Self {
        Self::at(|_| Place::Machine, trusts, &World::new(KUBELET, more))
    }

    /// A world in a namespace of its own, for clients that cannot be told addresses.
    pub fn in_namespace(world: &World) -> Self {
        let place = |folder: &Path| Place::Namespace(Namespace::new(folder));
        Self::at(place, Trusts::TheTokenService, world)
    }

    fn at(place: impl FnOnce(&Path) -> Place, trusts: Trusts, world: &World) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        let place = place(path);
        keys::make(path);
        Registry::fill(path);
        let bundle = match trusts {
            Trusts::TheTokenService => path.join(keys::BUNDLE),
            Trusts::Somebody => somebodys_bundle(path),
        };
        let registry = Registry::start(&place, path, &bundle);
        let service = TokenService::start(&place, path, registry.address, world);
        Self {
            registry: RefCell::new(registry),
            service,
            place,
            folder,
        }
    }

    /// `acr-probe run` with these words, as a user of this node would.
    pub fn probe(&self, words: &str) -> Report {
        self.probe_with(&[], words)
    }

    /// The same, with more variables.
    pub fn probe_with(&self, variables: &[(&str, &str)], words: &str) -> Report {
        let node = self.folder.path().join("node");
        let mut command = self.place.command(env!("CARGO_BIN_EXE_acr-probe"));
        bare(&mut command)
            .env("ACR_PASSWORD", PASSWORD)
            .envs(variables.iter().copied())
            .arg("run")
            .args(words.split(' '))
            .args(["--format", "json", "--imds-endpoint"])
            .arg(format!("http://{}", self.service.imds))
            .arg("--connect-to")
            .arg(format!("{HOST}:443:{}", self.service.address))
            .arg("--ca-cert")
            .arg(node.join("ca.pem"))
            .arg("--azure-json")
            .arg(node.join("etc/kubernetes/azure.json"));
        Report::of(&processes::run(&mut command, self.folder.path(), "probe"))
    }

    /// Where this world's processes run.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The folder of this world.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What clients have to trust.
    pub fn authority(&self) -> PathBuf {
        self.folder().join("node/ca.pem")
    }

    /// Asks the registry itself, past the token service and without the probe; on this machine only.
    pub fn ask(&self, request: &str, token: Option<&str>) -> Answer {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let mut headers = vec![("Accept", "application/vnd.oci.image.manifest.v1+json")];
        headers.extend(bearer.iter().map(|value| ("Authorization", value.as_str())));
        let address = self.registry.borrow().address;
        http::send(address, HOST, request, &headers, "")
    }

    /// What was asked of the token service and through it, in order.
    pub fn seen(&self) -> Vec<Seen> {
        self.service.seen()
    }

    /// What the registry itself logged, once it has logged all that was passed on to it.
    pub fn accesses(&self) -> Vec<Access> {
        let passed = self.seen();
        let passed = passed.iter().filter(|one| one.path.starts_with("/v2/"));
        self.registry.borrow_mut().accesses(passed.count())
    }

    /// What the registry says about itself.
    pub fn reasons(&self) -> String {
        self.registry.borrow().reasons()
    }
}

/// Both logs side by side, and what the registry says about tokens: what a failed test shows.
impl fmt::Display for Lab {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let registry = self.registry.borrow();
        let mut logged = registry.logged().into_iter();
        writeln!(out, "\n{:<64} | the registry saw", "the token service saw")?;
        for one in self.seen() {
            let (scheme, method, path, status) = (one.scheme, one.method, one.path, one.status);
            let left = format!("{status} {scheme:<5} {method:<4} {path}");
            let passed = path.starts_with("/v2/").then(|| logged.next()).flatten();
            let right = passed.map(|line| line.to_string()).unwrap_or_default();
            writeln!(out, "{left:<64} | {right}")?;
            if !one.fields.is_empty() {
                writeln!(out, "    {}", one.fields.join(", "))?;
            }
        }
        for line in logged {
            writeln!(out, "{:<64} | {line}", "(asked by the test)")?;
        }
        let reasons = registry.reasons();
        let of_tokens = reasons.lines().filter(|line| line.contains("token"));
        of_tokens
            .into_iter()
            .try_for_each(|line| writeln!(out, "{line}"))
    }
}

/// Keys made in the same way, of which only the certificates are used.
fn somebodys_bundle(folder: &Path) -> PathBuf {
    let other = folder.join("somebody");
    std::fs::create_dir(&other).expect("a folder");
    keys::make(&other);
    other.join(keys::BUNDLE)
}
