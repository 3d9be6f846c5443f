//! tinyproxy as a child process: a real HTTP proxy, and its log of what went through it.

use crate::lab::Lab;
use crate::place::{Place, bare};
use crate::processes::Server;

/// Where it listens in a lab's namespace.
pub const ADDRESS: &str = "127.0.0.9:3128";

const CONFIG: &str = "Port 3128
Listen 127.0.0.9
Bind 127.0.0.9
Timeout 20
LogLevel Info
MaxClients 20
ConnectPort 443
";

/// A proxy that runs until this is dropped.
pub struct Proxy(Server);

impl Proxy {
    /// Starts one where a lab is.
    pub fn start(lab: &Lab) -> Self {
        let Place::Namespace(namespace) = lab.place() else {
            panic!("the proxy's address is free in a namespace only");
        };
        let folder = lab.folder();
        let config = folder.join("tinyproxy.conf");
        std::fs::write(&config, CONFIG).expect("a configuration");
        let mut command = namespace.daemon("tinyproxy");
        // -d: it stays in the foreground, and logs to standard output.
        bare(&mut command).arg("-d").arg("-c").arg(&config);
        let mut server = Server::start(&mut command, folder, "tinyproxy");
        server.until("its start", |server| {
            let is_up = server.stdout().contains("Accepting connections");
            is_up.then_some(())
        });
        Self(server)
    }

    /// What went through it so far: the request lines of its log.
    pub fn requests(&self) -> Vec<String> {
        let log = self.0.stdout();
        let lines = log.lines().filter(|line| line.contains("Request (file"));
        lines.map(str::to_owned).collect()
    }

    /// All that it said.
    pub fn log(&self) -> String {
        self.0.stdout()
    }
}
