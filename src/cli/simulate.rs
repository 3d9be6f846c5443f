//! `simulate`: the simulator for other clients, and the line that points `run` at it.

use super::demo;
use crate::error::Error;
use crate::evidence::write_whole;
use crate::simulator::{Listen, Reach, Scenario, Served, StatedFile};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// `simulate [SCENARIO]`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  acr-probe simulate                                   the guestbook incident, on free ports of loopback
  acr-probe simulate guestbook --folder /tmp/sim       its certificate and files go there
  acr-probe simulate --listen 127.0.0.2:443 --imds 169.254.169.254:80 --log requests.jsonl
      inside a network namespace of your own

It prints the `run` line that reaches it, and serves until it is stopped.")]
pub struct SimulateArgs {
    /// The scenario, a name from `demo --list` or a TOML file [default: guestbook]
    pub scenario: Option<String>,
    /// Where the registry and Entra listen [default: a free port of 127.0.0.1]
    #[arg(long, value_name = "IP:PORT")]
    pub listen: Option<SocketAddr>,
    /// Where the metadata service listens [default: a free port of 127.0.0.1]
    #[arg(long, value_name = "IP:PORT")]
    pub imds: Option<SocketAddr>,
    /// Where ca.pem and the scenario's files are written [default: a new folder, removed at the end]
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
    /// Write every request to this file, as JSON lines, as they come
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
}

impl SimulateArgs {
    /// The scenario that was named.
    ///
    /// # Errors
    /// One sentence.
    pub fn scenario(&self) -> Result<Scenario, Error> {
        demo::scenario(self.scenario.as_deref())
    }

    /// Where to listen.
    pub fn listen(&self) -> Listen {
        let mut listen = Listen::default();
        if let Some(address) = self.listen {
            listen.https = address;
        }
        if let Some(address) = self.imds {
            listen.imds = address;
        }
        listen
    }
}

/// Writes `ca.pem` and the scenario's files below a folder, and says how `run` reaches the simulator.
///
/// # Errors
/// One sentence where a file cannot be written.
pub fn instructions(scenario: &Scenario, served: &Served, folder: &Path) -> Result<String, Error> {
    let authority = folder.join("ca.pem");
    write(&authority, &served.authority_pem)?;
    let mut line = vec!["acr-probe".to_owned(), "run".to_owned()];
    line.extend(scenario.probe().arguments.iter().map(|word| quoted(word)));
    for (path, file) in &scenario.probe().files {
        let StatedFile::Text(text) = file else {
            continue;
        };
        let there = folder.join(path.trim_start_matches('/'));
        write(&there, text)?;
        if path.ends_with("azure.json") {
            line.extend([
                "--azure-json".to_owned(),
                quoted(&there.display().to_string()),
            ]);
        }
    }
    line.extend([
        "--ca-cert".to_owned(),
        quoted(&authority.display().to_string()),
    ]);
    line.extend(["--imds-endpoint".to_owned(), served.imds.clone()]);
    for name in &served.names {
        if let Reach::At(socket) = name.reach {
            line.extend([
                "--connect-to".to_owned(),
                format!(
                    "{}:{}:{}:{}",
                    name.host,
                    name.port,
                    bracketed(socket),
                    socket.port()
                ),
            ]);
        }
    }
    let variables = scenario
        .probe()
        .environment
        .iter()
        .map(|(name, value)| format!("{name}={} ", quoted(value)));
    let variables: String = variables.collect();
    Ok(format!(
        "serving {}: {}\n  authority  {}\n  registry   {}\n  imds       {}\nfrom another shell:\n  {variables}{}\n",
        scenario.name(),
        scenario.title(),
        authority.display(),
        served
            .names
            .iter()
            .map(|name| name.host.as_str())
            .collect::<Vec<_>>()
            .join(", "),
        served.imds,
        line.join(" "),
    ))
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    let fail = |source| Error::Output {
        place: path.display().to_string(),
        source,
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(fail)?;
    }
    write_whole(path, text.as_bytes()).map_err(fail)
}

fn quoted(word: &str) -> String {
    crate::findings::remedy::quote::shell_word(word)
}

fn bracketed(socket: SocketAddr) -> String {
    if socket.is_ipv6() {
        format!("[{}]", socket.ip())
    } else {
        socket.ip().to_string()
    }
}
