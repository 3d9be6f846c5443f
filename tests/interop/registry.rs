//! Debian's docker-registry 2.8 as a child process, and the image in it.

use crate::place::Place;
use crate::processes::{Server, succeed};
use crate::{HOST, image};
use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

/// What stands in front of it: without, everybody may push.
const TOKEN_AUTH: &str = "auth:
  token:
    realm: https://HOST/oauth2/token
    service: HOST
    issuer: Azure Container Registry
    rootcertbundle: BUNDLE
";

/// A registry that runs until this is dropped.
pub struct Registry {
    server: Server,
    /// Where it listens, in clear.
    pub address: SocketAddr,
}

/// One line of its access log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The status.
    pub status: u16,
}

impl Registry {
    /// A registry that trusts the keys of a bundle, on the storage of this folder.
    pub fn start(place: &Place, folder: &Path, bundle: &Path) -> Self {
        let auth = TOKEN_AUTH
            .replace("HOST", HOST)
            .replace("BUNDLE", &bundle.display().to_string());
        Self::serve(place, folder, "registry", &auth)
    }

    /// Puts `guestbook:v1` into the storage, through a registry that asks nobody for a token.
    pub fn fill(folder: &Path) {
        let layout = folder.join("layout");
        image::write(&layout);
        let open = Self::serve(&Place::Machine, folder, "open-registry", "");
        let mut skopeo = Command::new("skopeo");
        skopeo
            .args(["--insecure-policy", "copy", "--dest-tls-verify=false"])
            .arg(format!("oci:{}", layout.display()))
            .arg(format!("docker://{}/guestbook:v1", open.address))
            .env("HOME", folder)
            .env("XDG_RUNTIME_DIR", folder);
        succeed(&mut skopeo, folder, "skopeo");
    }

    fn serve(place: &Place, folder: &Path, name: &'static str, auth: &str) -> Self {
        let storage = folder.join("storage");
        std::fs::create_dir_all(&storage).expect("a folder");
        let config = folder.join(format!("{name}.yml"));
        // Port 0 is a free one, which it tells; looking for one before would be a race.
        let text = format!(
            "version: 0.1\nstorage: {{filesystem: {{rootdirectory: {}}}}}\nhttp: {{addr: '127.0.0.1:0'}}\n{auth}",
            storage.display()
        );
        std::fs::write(&config, text).expect("a configuration");
        let mut command = place.command("docker-registry");
        // Its tracing would look for a collector.
        command
            .arg("serve")
            .arg(&config)
            .env("OTEL_TRACES_EXPORTER", "none");
        let mut server = Server::start(&mut command, folder, name);
        let address = server.until("its address", |server| listening(&server.stderr()));
        Self { server, address }
    }

    /// The requests so far, once there are as many as somebody else has seen pass: a line is written
    /// after its answer was sent.
    pub fn accesses(&mut self, expected: usize) -> Vec<Access> {
        self.server.until("its access log", |server| {
            let lines = requests(server);
            (lines.len() >= expected).then_some(lines)
        })
    }

    /// The requests so far.
    pub fn logged(&self) -> Vec<Access> {
        requests(&self.server)
    }

    /// What it says about itself, reasons of refusals among it.
    pub fn reasons(&self) -> String {
        self.server.stderr()
    }
}

impl fmt::Display for Access {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {:<4} {}", self.status, self.method, self.path)
    }
}

fn requests(server: &Server) -> Vec<Access> {
    server.stdout().lines().filter_map(access).collect()
}

/// From `msg="listening on 127.0.0.1:40123"`.
fn listening(log: &str) -> Option<SocketAddr> {
    let (_, rest) = log.split_once("listening on ")?;
    let (address, _) = rest.split_once('"')?;
    address.parse().ok()
}

/// From `127.0.0.1 - - [date] "HEAD /v2/… HTTP/1.1" 401 166 "" "containerd/…"`.
fn access(line: &str) -> Option<Access> {
    let mut parts = line.split('"').skip(1);
    let mut request = parts.next()?.split(' ');
    let status = parts.next()?.split_whitespace().next()?;
    Some(Access {
        method: request.next()?.to_owned(),
        path: request.next()?.to_owned(),
        status: status.parse().ok()?,
    })
}
