//! The table of the hostile suite: what is tried, and what it must come to.

mod floods;
mod realms;
mod redirects;
mod stores;

use super::world::{self, fault, redirect};

/// How the probe is run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// `acr-probe run`, against `acr-probe simulate` in another process.
    Run,
    /// `acr-probe demo FILE`: the world also says what DNS and files hold.
    Demo,
}

/// Who may have seen a credential at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum May {
    /// Nobody at all.
    Nobody,
    /// The registry it is for and Entra, over TLS.
    TheirOwn,
}

/// One row of the table.
pub struct Case {
    pub name: String,
    pub tried: String,
    pub image: &'static str,
    pub world: String,
    pub arguments: Vec<&'static str>,
    pub variables: Vec<(&'static str, &'static str)>,
    pub door: Door,
    pub may: May,
    /// The row whose pull must end with the finding.
    pub row: &'static str,
    /// The finding, or `granted`.
    pub finding: &'static str,
}

const IMAGE: &str = "acrwizdev.azurecr.io/guestbook:v1";

impl Case {
    fn new(name: &str, tried: &str, world: String, finding: &'static str) -> Self {
        Self {
            name: name.to_owned(),
            tried: tried.to_owned(),
            image: IMAGE,
            world,
            arguments: vec![],
            variables: vec![],
            door: Door::Run,
            may: May::Nobody,
            row: "kubelet",
            finding,
        }
    }

    fn of(self, image: &'static str) -> Self {
        Self { image, ..self }
    }

    fn shown_to_their_own(self) -> Self {
        Self {
            may: May::TheirOwn,
            ..self
        }
    }

    fn demo(self) -> Self {
        Self {
            door: Door::Demo,
            ..self
        }
    }

    fn by(self, row: &'static str) -> Self {
        Self {
            row,
            arguments: [&self.arguments[..], &["--principal", row]].concat(),
            ..self
        }
    }

    fn with(self, more: &[&'static str]) -> Self {
        Self {
            arguments: [&self.arguments[..], more].concat(),
            ..self
        }
    }

    fn within(self, variables: &[(&'static str, &'static str)]) -> Self {
        Self {
            variables: variables.to_vec(),
            ..self
        }
    }
}

/// Every row.
pub fn all() -> Vec<Case> {
    let groups = [
        hosts(),
        realms::all(),
        addresses(),
        redirects::all(),
        stores::all(),
        floods::all(),
        the_way(),
    ];
    groups.into_iter().flatten().collect()
}

/// The host of the reference is not the registry that it looks like.
fn hosts() -> Vec<Case> {
    let look_alike =
        |name: &str, image| Case::new(name, image, String::new(), "look-alike-registry").of(image);
    vec![
        look_alike(
            "suffix not at the end",
            "acrwizdev.azurecr.io.evil.test/guestbook:v1",
        ),
        look_alike("no label boundary", "xazurecr.io/guestbook:v1"),
        look_alike("odd port", "acrwizdev.azurecr.io:8443/guestbook:v1"),
        look_alike("punycode", "xn--acrwizdev-5na.azurecr.io/guestbook:v1"),
        look_alike("another registry's host", "tokens.evil.test/guestbook:v1"),
    ]
}

/// The name is right, and leads inside.
fn addresses() -> Vec<Case> {
    let resolves = |name: &str, address: &str| {
        let world = format!(
            "[host.\"{}\"]\naddresses = [{address:?}]\n",
            world::REGISTRY
        );
        Case::new(
            name,
            &format!("{} is {address}", world::REGISTRY),
            world,
            "insecure-realm",
        )
        .demo()
    };
    vec![
        resolves("name leads to this machine", "127.0.0.1"),
        resolves("name leads to the metadata service", "169.254.169.254"),
        resolves("name leads to the platform", "168.63.129.16"),
        resolves("name leads to a link-local address", "fe80::1"),
        resolves("name leads to a mapped address", "::ffff:169.254.169.254"),
        resolves("name leads through NAT64", "64:ff9b::a9fe:a9fe"),
        Case::new(
            "realm further inside than its login server",
            "the regional host is public, the global one 10.1.2.3",
            "[registry.challenge]\nrealm = \"https://acrwizdev.azurecr.io/oauth2/token\"\n\
             [host.\"acrwizdev.azurecr.io\"]\naddresses = [\"10.1.2.3\"]\n"
                .to_owned(),
            "insecure-realm",
        )
        .of("acrwizdev.japaneast.geo.azurecr.io/guestbook:v1")
        .demo(),
        Case::new(
            "a vouched name leads to this machine",
            "--trust-registry localhost:TRAP_PORT",
            String::new(),
            "insecure-realm",
        )
        .of("localhost:TRAP_PORT/guestbook:v1")
        .with(&["--trust-registry", "localhost:TRAP_PORT"]),
        Case::new(
            "a layer at this machine, and an exception for any host",
            "Location: https://127.0.0.1:TRAP_PORT/, --connect-to ::127.0.0.1:TRAP_PORT",
            redirect("blob", "https://127.0.0.1:TRAP_PORT/layer"),
            "redirect-refused",
        )
        .by("kubelet")
        .with(&["--action", "pull", "--connect-to", "::127.0.0.1:TRAP_PORT"])
        .shown_to_their_own(),
        Case::new(
            "a layer's host leads to the metadata service",
            "Location: https://layers.evil.test/, which is 169.254.169.254",
            redirect("blob", "https://layers.evil.test/")
                + "[host.\"layers.evil.test\"]\naddresses = [\"169.254.169.254\"]\nserves = \"trap\"\n",
            "redirect-refused",
        )
        .by("kubelet")
        .with(&["--action", "pull"])
        .shown_to_their_own()
        .demo(),
    ]
}

/// What lies between.
fn the_way() -> Vec<Case> {
    vec![
        Case::new(
            "certificate for another name",
            "TLS for the registry with a certificate of another host",
            "[host.\"acrwizdev.azurecr.io\"]\ntls = \"wrong-name\"\n".to_owned(),
            "tls-name-mismatch",
        ),
        Case::new(
            "certificate of another authority",
            "an authority that nobody trusts",
            "[host.\"acrwizdev.azurecr.io\"]\ntls = \"other-authority\"\n".to_owned(),
            "tls-interception",
        ),
        Case::new(
            "metadata service through a proxy",
            "HTTP_PROXY=http://127.0.0.1:TRAP_PORT",
            String::new(),
            "granted",
        )
        .by("kubelet")
        .with(&["--action", "pull"])
        .within(&[("HTTP_PROXY", "http://127.0.0.1:TRAP_PORT")])
        .shown_to_their_own(),
        Case::new(
            "layer of a foreign host",
            "urls of evil.test in the manifest (CVE-2020-15157)",
            foreign_layer(),
            "dangling-tag",
        )
        .by("kubelet")
        .with(&["--action", "pull"])
        .shown_to_their_own(),
    ]
}

/// A manifest whose only layer is to be fetched from elsewhere, with an address for it.
fn foreign_layer() -> String {
    let digest = |sign: &str| format!("sha256:{}", sign.repeat(64));
    let manifest = format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{{"digest":"{}","size":7}},"layers":[{{"mediaType":"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip","digest":"{}","size":9,"urls":["https://tokens.evil.test/layer"]}}]}}"#,
        digest("a"),
        digest("b"),
    );
    let keys = format!(
        "status = 200\ncontent_type = \"application/vnd.docker.distribution.manifest.v2+json\"\nbody = '''{manifest}'''\n\
         headers = [[\"Docker-Content-Digest\", \"{}\"]]",
        digest("c")
    );
    fault("manifest", "status", &keys)
}
