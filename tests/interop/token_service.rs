//! `acr-probe simulate` as a child process: IMDS, the exchange and the token endpoint, in front of the
//! registry.

use crate::http::{self, Answer};
use crate::place::Place;
use crate::processes::Server;
use crate::{HOST, KUBELET, PASSWORD};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

const WORLD: &str = include_str!("world.toml");

/// What differs from world to world.
pub struct World<'a> {
    /// The client id that the node's azure.json names.
    pub kubelet: &'a str,
    /// What POST with a password is answered (`registry.post_password` of a scenario).
    pub post_password: &'a str,
    /// Whether everybody may pull.
    pub anonymous: bool,
    /// More TOML, at the end.
    pub more: &'a str,
}

impl<'a> World<'a> {
    /// The usual world.
    pub fn new(kubelet: &'a str, more: &'a str) -> Self {
        Self {
            kubelet,
            post_password: "400",
            anonymous: false,
            more,
        }
    }
}

/// A simulator that runs until this is dropped.
pub struct TokenService {
    _server: Server,
    log: PathBuf,
    /// Where the login server is.
    pub address: SocketAddr,
    /// Where IMDS is.
    pub imds: SocketAddr,
}

/// One request as the simulator saw it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// `https` or `imds`.
    pub scheme: String,
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The status it got.
    pub status: u16,
    /// The query, in order, decoded.
    pub query: Vec<(String, String)>,
    /// The form, in order, decoded; secrets as the log masks them.
    pub form: Vec<(String, String)>,
    /// Names of the form, or of the query where there is none.
    pub fields: Vec<String>,
    /// Header lines, as sent.
    pub headers: Vec<(String, String)>,
}

impl Seen {
    /// A header's value; empty where it was not sent.
    pub fn header(&self, name: &str) -> &str {
        let mut lines = self.headers.iter();
        lines
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map_or("", |(_, value)| value.as_str())
    }
}

impl TokenService {
    /// Serves a world in front of a registry.
    pub fn start(place: &Place, folder: &Path, registry: SocketAddr, world: &World) -> Self {
        let scenario = folder.join("world.toml");
        let text = WORLD.replace("@REGISTRY@", &registry.to_string());
        let text = text.replace("@KUBELET@", world.kubelet);
        let text = text.replace("@POST_PASSWORD@", world.post_password);
        let text = text.replace("@ANONYMOUS@", &world.anonymous.to_string());
        std::fs::write(&scenario, format!("{text}\n{}", world.more)).expect("a scenario");
        let log = folder.join("requests.jsonl");
        let mut command = place.command(env!("CARGO_BIN_EXE_acr-probe"));
        command
            .arg("simulate")
            .arg(&scenario)
            .arg("--folder")
            .arg(folder.join("node"))
            .arg("--log")
            .arg(&log)
            .args(place.listen());
        let mut server = Server::start(&mut command, folder, "simulate");
        // The `run` line is the last thing that it prints.
        let line = server.until("its `run` line", |server| {
            let text = server.stdout();
            let line = text.lines().find(|line| line.contains("--imds-endpoint"))?;
            text.ends_with('\n').then(|| line.to_owned())
        });
        let word = |start: &str| {
            let mut words = line.split(' ').filter_map(|word| word.strip_prefix(start));
            let address = words.next().and_then(|rest| rest.parse().ok());
            address.unwrap_or_else(|| panic!("no {start} in {line}"))
        };
        Self {
            address: word(&format!("{HOST}:443:")),
            imds: word("http://"),
            _server: server,
            log,
        }
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.log().lines().map(seen).collect()
    }

    /// The log as it is; nothing where nothing was asked yet.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// A token for a scope, got without the probe, as the kubelet's identity.
    pub fn token_of_kubelet(&self, scope: &str) -> String {
        let imds = format!(
            "GET /metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fcontainerregistry.azure.net&client_id={KUBELET}"
        );
        let identity = http::send(
            self.imds,
            "169.254.169.254",
            &imds,
            &[("Metadata", "true")],
            "",
        );
        let identity = member(&identity, "access_token");
        let form = format!("grant_type=access_token&service={HOST}&access_token={identity}");
        let refresh = http::send(self.address, HOST, "POST /oauth2/exchange", &[], &form);
        let refresh = member(&refresh, "refresh_token");
        let form = format!(
            "grant_type=refresh_token&service={HOST}&scope={scope}&refresh_token={refresh}"
        );
        let access = http::send(self.address, HOST, "POST /oauth2/token", &[], &form);
        member(&access, "access_token")
    }

    /// A token for a scope as the admin user.
    pub fn token_of_admin(&self, scope: &str) -> String {
        let pair = STANDARD.encode(format!("guestbookacr:{PASSWORD}"));
        let request = format!("GET /oauth2/token?scope={scope}&service={HOST}");
        let basic = format!("Basic {pair}");
        let headers = [("Authorization", basic.as_str())];
        member(
            &http::send(self.address, HOST, &request, &headers, ""),
            "access_token",
        )
    }
}

fn member(answer: &Answer, name: &str) -> String {
    let member = answer.member(name);
    member.unwrap_or_else(|| panic!("no {name} in {answer:?}"))
}

fn seen(line: &str) -> Seen {
    let value: Value = serde_json::from_str(line).expect("a line of the request log");
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let target = text("target");
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let body = text("body");
    let (query, form) = (pairs(query), pairs(&body));
    let fields = if form.is_empty() { &query } else { &form };
    let fields = fields.iter().map(|(name, _)| name.clone()).collect();
    Seen {
        scheme: text("scheme"),
        method: text("method"),
        path: path.to_owned(),
        status: value["status"]
            .as_u64()
            .and_then(|status| u16::try_from(status).ok())
            .unwrap_or(0),
        query,
        form,
        fields,
        headers: serde_json::from_value(value["headers"].clone()).expect("headers"),
    }
}

fn pairs(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect()
}
