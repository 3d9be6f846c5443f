//! Clients that are commands: skopeo, crane, and containerd's ctr.

use crate::containerd::Containerd;
use crate::lab::Lab;
use crate::place::bare;
use crate::python::Said;
use crate::{HOST, go, processes};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;
use std::fs;
use std::process::Command;

/// The admin user: the registry's name.
const ADMIN: &str = "guestbookacr";

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Debian's skopeo: containers/image, as podman, buildah and CRI-O have it.
    Skopeo,
    /// go-containerregistry, as ko, kaniko and cosign have it.
    Crane,
    /// containerd's client, which resolves by itself.
    Ctr,
}

impl Client {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Skopeo => "skopeo",
            Self::Crane => "crane",
            Self::Ctr => "ctr",
        }
    }

    /// The probe's flow that is nearest to it.
    pub fn flow(self) -> &'static str {
        match self {
            Self::Skopeo | Self::Crane => "docker",
            Self::Ctr => "containerd",
        }
    }

    /// Asks for an image, as the admin user where there is a password.
    pub fn ask(self, lab: &Lab, password: Option<&str>, image: &str) -> Said {
        match self {
            Self::Skopeo => skopeo(lab, password, image),
            Self::Crane => crane(lab, password, image),
            Self::Ctr => ctr(lab, password, image),
        }
    }
}

fn skopeo(lab: &Lab, password: Option<&str>, image: &str) -> Said {
    let trusted = lab.folder().join("skopeo-trusts");
    fs::create_dir_all(&trusted).expect("a folder");
    fs::copy(lab.authority(), trusted.join("ca.crt")).expect("a certificate");
    let mut command = lab.place().command("skopeo");
    bare(&mut command).args(["inspect", "--raw", "--cert-dir"]);
    command.arg(trusted);
    match password {
        Some(password) => command.arg("--creds").arg(format!("{ADMIN}:{password}")),
        None => command.arg("--no-creds"),
    };
    command.arg(format!("docker://{image}"));
    run(lab, &mut command, "skopeo")
}

fn crane(lab: &Lab, password: Option<&str>, image: &str) -> Said {
    let pair = password.map(|password| STANDARD.encode(format!("{ADMIN}:{password}")));
    let auths = pair.map(|auth| json!({ HOST: { "auth": auth } }));
    let config = json!({ "auths": auths.unwrap_or_else(|| json!({})) });
    let folder = lab.folder().join("crane-config");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("config.json"), config.to_string()).expect("a configuration");
    let mut command = lab.place().command(go::crane());
    bare(&mut command)
        .env("DOCKER_CONFIG", folder)
        .args(["manifest", image]);
    run(lab, &mut command, "crane")
}

fn ctr(lab: &Lab, password: Option<&str>, image: &str) -> Said {
    let containerd = Containerd::start(lab);
    let mut command = lab.place().command("ctr");
    bare(&mut command).arg("--address").arg(containerd.socket());
    command.args(["image", "pull", "--snapshotter", "native"]);
    if let Some(password) = password {
        command.arg("--user").arg(format!("{ADMIN}:{password}"));
    }
    command.arg(image);
    run(lab, &mut command, "ctr")
}

fn run(lab: &Lab, command: &mut Command, name: &'static str) -> Said {
    command
        .env("HOME", lab.folder())
        .env("XDG_RUNTIME_DIR", lab.folder())
        .env("SSL_CERT_FILE", lab.authority());
    Said::by_exit(&processes::run(command, lab.folder(), name))
}
