//! What is done with any bytes: one body for each reader of text that others wrote. cargo-fuzz runs them
//! (`targets/`), and on stable `tests/it/fuzz_bodies.rs` runs them over seeds and fixed mutations.
//!
//! No body may panic or hang, whatever it is given; where more than that can be said, it is asserted.

use acr_probe::evidence::redact::Redactor;
use acr_probe::evidence::{Pasted, Recording, parse_lines, to_lines};
use acr_probe::files::{StatedFile, Surroundings};
use acr_probe::principal::AzureJson;
use acr_probe::principal::credential_provider::{ProviderConfig, provider_for, response};
use acr_probe::principal::docker_config::{DockerConfig, helper_answer};
use acr_probe::principal::pull_secret;
use acr_probe::reference::Reference;
use acr_probe::report::{self, Format, Look};
use acr_probe::trust::{AZURE_SUFFIXES, Trust};
use acr_probe::{challenge, event, token};
use std::collections::BTreeMap;
use std::path::Path;

/// A body: it takes any bytes, and holds or panics.
pub type Body = fn(&[u8]);

/// Every body by its name.
pub const BODIES: &[(&str, Body)] = &[
    ("challenge", challenge),
    ("jwt", jwt),
    ("reference", reference),
    ("azure_json", azure_json),
    ("docker_config", docker_config),
    ("credential_provider", credential_provider),
    ("recording", recording),
    ("event", event),
    ("body", body),
];

const REGISTRY: &str = "acrwizdev.azurecr.io";
const IMAGE: &str = "acrwizdev.azurecr.io/guestbook:v1";
const LOOK: Look = Look {
    width: 80,
    colour: false,
    ascii: false,
};

/// `WWW-Authenticate`, a header a line, and the gate behind it: what passes is the registry's own.
pub fn challenge(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let reading = challenge::read(text.lines());
    let challenge::ChallengeReading::Bearer(found) = reading else {
        return;
    };
    let realm = found.realm.unwrap_or_default();
    let service = found.service.unwrap_or_default();
    if let Ok(url) = Trust::default().realm(REGISTRY, &realm, &service) {
        assert_eq!(url.scheme(), "https");
        assert_eq!(url.host_str(), Some(REGISTRY));
        assert_eq!(
            (url.port(), url.username(), url.password()),
            (None, "", None)
        );
    }
}

/// A token, decoded and shown.
pub fn jwt(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(decoded) = token::decode(text.trim()) {
        let _ = token::claims::kind(&decoded.claims);
        let _ = token::claims::lifetime(&decoded.claims);
        let _ = token::claims::audience(&decoded.claims);
        let _ = report::token(&decoded);
    }
}

/// An image reference, and the gate behind it: what passes is a host under Azure's suffixes, and the
/// address that is built from it leads there and nowhere else.
pub fn reference(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Ok(reference) = Reference::parse(&text) else {
        return;
    };
    let host = reference.host().to_ascii_lowercase();
    if Trust::default().registry(&host).is_err() {
        return;
    }
    let bare = host.strip_suffix(":443").unwrap_or(&host);
    let under = |suffix: &&str| bare.ends_with(&format!(".{suffix}"));
    assert!(AZURE_SUFFIXES.iter().any(under), "{host}");
    let url = url::Url::parse(&format!("https://{host}/v2/")).expect("a host that passed is one");
    assert_eq!(url.host_str(), Some(bare));
    assert_eq!(url.port(), None);
}

/// A file at a place, and nothing else.
fn stated(place: &str, data: &[u8]) -> Surroundings {
    let text = String::from_utf8_lossy(data).into_owned();
    Surroundings::Stated {
        variables: BTreeMap::new(),
        files: BTreeMap::from([(place.to_owned(), StatedFile::Text(text))]),
    }
}

/// `azure.json`.
pub fn azure_json(data: &[u8]) {
    let (read, found) = AzureJson::read(&stated("/azure.json", data), Path::new("/azure.json"));
    assert_eq!(read.fault.is_none(), found.is_some());
    if let Some(found) = found {
        let _ = (found.identity(), found.kind());
    }
}

/// A docker config, a pull secret, what a helper prints.
pub fn docker_config(data: &[u8]) {
    for config in [
        DockerConfig::parse(data),
        DockerConfig::parse_old_form(data),
    ] {
        let Ok(config) = config else { continue };
        let _ = (
            config.choose(REGISTRY),
            config.choose_as_kubelet(REGISTRY, "guestbook"),
        );
        let _ = (config.shown(), config.holds_secrets());
    }
    let (read, found) = pull_secret::read(&stated("/s", data), Path::new("/s"));
    assert_eq!(read.fault.is_none(), found.is_some());
    let _ = helper_answer(data);
}

/// The kubelet's provider configuration, and what a plugin prints.
pub fn credential_provider(data: &[u8]) {
    let (read, found) = ProviderConfig::read(&stated("/c.yaml", data), Path::new("/c.yaml"));
    assert_eq!(read.fault.is_none(), found.is_some());
    if let Some(config) = found {
        let _ = provider_for(&config, IMAGE).reasons();
    }
    if let Ok(response) = response(data, "credentialprovider.kubelet.k8s.io/v1") {
        let _ = response.for_image(IMAGE);
    }
}

/// A recording: what reads is written again as it was, and can be reported.
pub fn recording(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Ok(runs) = parse_lines(&text) else { return };
    for run in runs {
        for format in [Format::Table, Format::Json] {
            let _ = report::render(&run, format, &LOOK);
        }
        let again = parse_lines(&to_lines(&run)).expect("our own lines are read");
        assert_eq!(again.len(), 1);
        assert_eq!(again[0].transactions.len(), run.transactions.len());
    }
}

/// Pasted text: read, redacted, kept as a recording and reported.
pub fn event(data: &[u8]) {
    let pasted = Pasted {
        from: "-".to_owned(),
        said: event::read(&String::from_utf8_lossy(data)).said,
    };
    let redactor = Redactor::default();
    let pasted = redactor.pasted_text(pasted);
    let now = "2026-11-23T20:00:00Z".to_owned();
    let run = Recording::of_text(pasted, redactor.report(), "0".to_owned(), now);
    for format in [Format::Table, Format::Json] {
        let _ = report::render(&run, format, &LOOK);
    }
    let _ = report::exit_code(&run);
}

/// The body of an answer as it is recorded: no token that was found stays in it.
pub fn body(data: &[u8]) {
    let (shown, found) = Redactor::default().body(data);
    let shown = shown.unwrap_or_default();
    for one in found {
        let token = one.token.expose();
        // A shorter one is kept out by its member's name alone, and may occur elsewhere by chance.
        assert!(token.len() < 12 || !shown.contains(token), "{shown}");
    }
}
