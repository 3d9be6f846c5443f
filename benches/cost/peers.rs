//! Other clients on the same wire. Each does one pull's way for one principal; the probe does nine cells.

use crate::measure::{Times, repeated};
use crate::world::{PASSWORD, World, registry};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

/// A client, and how long it took or why it did not.
pub struct Peer {
    pub name: &'static str,
    pub version: String,
    pub times: Result<Times, String>,
}

/// Everybody who is installed, and who is not.
pub fn all(world: &World, folder: &Path, runs: usize) -> Vec<Peer> {
    let why = "az acr check-health needs a signed-in Azure account; it is not asked";
    vec![
        by_hand(world, folder, runs),
        under_its_name("skopeo", world, folder, runs),
        under_its_name("crane", world, folder, runs),
        Peer {
            name: "az",
            version: version("az"),
            times: Err(why.to_owned()),
        },
    ]
}

fn by_hand(world: &World, folder: &Path, runs: usize) -> Peer {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/cost/by-hand.sh");
    let mut command = Command::new("sh");
    command
        .arg(script)
        .env("HOST", registry(0))
        .env(
            "DOOR",
            door(world).map(|door| door.to_string()).unwrap_or_default(),
        )
        .env("IMDS", &world.imds)
        .env("CA", folder.join("ca.pem"))
        .envs([("REPOSITORY", "app0"), ("TAG", "v0")]);
    Peer {
        name: "curl, step by step",
        version: version("curl"),
        times: repeated(&mut command, runs),
    }
}

fn door(world: &World) -> Option<SocketAddr> {
    let name = registry(0);
    world
        .doors
        .iter()
        .find(|(host, _)| *host == name)
        .map(|(_, door)| *door)
}

/// skopeo and crane go where the name leads: a hosts file of their own says where.
fn under_its_name(name: &'static str, world: &World, folder: &Path, runs: usize) -> Peer {
    let peer = |times| Peer {
        name,
        version: version(name),
        times,
    };
    let here = match &world.named {
        Ok(here) => *here,
        Err(why) => return peer(Err(why.clone())),
    };
    let hosts = folder.join(format!("hosts-{name}"));
    let image = format!("{}/app0:v0", registry(0));
    let pull = match name {
        "skopeo" => format!(
            "mkdir -p {0}/certs && cp {0}/ca.pem {0}/certs/ca.crt && exec skopeo inspect --raw --cert-dir {0}/certs --creds acrwizdev0:{PASSWORD} docker://{image}",
            folder.display()
        ),
        _ => format!(
            "printf %s {PASSWORD} | crane auth login -u acrwizdev0 --password-stdin {} >/dev/null 2>&1; exec crane digest {image}",
            registry(0)
        ),
    };
    if std::fs::write(&hosts, format!("{} {}\n", here.ip(), registry(0))).is_err() {
        return peer(Err("its hosts file cannot be written".to_owned()));
    }
    let mut command = Command::new("unshare");
    command
        .args(["-m", "sh", "-c"])
        .arg(format!(
            "mount --bind {} /etc/hosts && {pull}",
            hosts.display()
        ))
        .env("SSL_CERT_FILE", folder.join("ca.pem"))
        .env("DOCKER_CONFIG", folder.join("docker"));
    peer(repeated(&mut command, runs))
}

/// The first line of `--version`, or that it is not there.
fn version(name: &str) -> String {
    let flag = if name == "crane" {
        "version"
    } else {
        "--version"
    };
    let said = Command::new(name).arg(flag).stderr(Stdio::null()).output();
    match said {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let words = text.lines().next().unwrap_or_default().split(' ');
            words.take(3).collect::<Vec<_>>().join(" ")
        }
        Err(_) => "not installed".to_owned(),
    }
}
