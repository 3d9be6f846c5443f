//! containerd as a child process, in a lab's namespace: the runtime half of a kubelet's pull.

use crate::lab::Lab;
use crate::place::{Place, bare};
use crate::processes::Server;
use std::path::PathBuf;

/// Nothing of this machine's own containerd is touched. The native snapshotter works on any file system.
const CONFIG: &str = r#"version = 2
root = "FOLDER/root"
state = "FOLDER/state"
[grpc]
address = "FOLDER/grpc.sock"
[ttrpc]
address = "FOLDER/ttrpc.sock"
[plugins."io.containerd.internal.v1.opt"]
path = "FOLDER/opt"
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "FOLDER/cni"
conf_dir = "FOLDER/cni"
[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = "native"
"#;

/// A containerd that runs until this is dropped.
pub struct Containerd {
    _server: Server,
    folder: PathBuf,
}

impl Containerd {
    /// Starts one with empty storage.
    pub fn start(lab: &Lab) -> Self {
        let Place::Namespace(namespace) = lab.place() else {
            panic!("containerd finds the login server in a namespace only");
        };
        let folder = lab.folder().join("containerd");
        std::fs::create_dir_all(folder.join("cni")).expect("a folder");
        let config = folder.join("config.toml");
        let text = CONFIG.replace("FOLDER", &folder.display().to_string());
        std::fs::write(&config, text).expect("a configuration");
        let mut command = namespace.daemon("containerd");
        bare(&mut command)
            .env("SSL_CERT_FILE", lab.authority())
            .env("TMPDIR", &folder)
            .arg("--config")
            .arg(&config);
        let mut server = Server::start(&mut command, &folder, "containerd");
        server.until("its start", |server| {
            let is_up = server.stderr().contains("containerd successfully booted");
            is_up.then_some(())
        });
        Self {
            _server: server,
            folder,
        }
    }

    /// Where it listens.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("grpc.sock")
    }
}
