//! The Azure SDK for Python and the probe, about the same identity: the same answer, at the same step,
//! by the same requests.

use crate::agreement::{
    EXCHANGE, METADATA, NOBODY, TOKEN, differ_in, only, pull_role, same_answer,
};
use crate::lab::Lab;
use crate::python::{self, Said};
use crate::report::{Cell, Report};
use crate::token_service::{Seen, World};
use crate::{HOST, IMAGE, KUBELET};

const MANIFEST: &str = "/v2/guestbook/manifests/v1";

/// What the two clients said, and what each of them asked.
struct Both {
    lab: Lab,
    report: Report,
    principal: String,
    sdk: Said,
    probe_asked: Vec<Seen>,
    sdk_asked: Vec<Seen>,
}

impl Both {
    fn ask(client_id: &str, more: &str) -> Self {
        let lab = Lab::in_namespace(&World::new(KUBELET, more));
        let sdk = python::run(&lab, "azure_sdk.py", &[HOST, client_id, "guestbook", "v1"]);
        let sdk_asked = lab.seen();
        let principal = format!("managed-identity:client-id={client_id}");
        let report = lab.probe(&format!(
            "{IMAGE} --principal {principal} --action pull --no-content --no-experiments --flow sdk"
        ));
        let mut probe_asked = lab.seen();
        probe_asked.drain(..sdk_asked.len());
        Self {
            lab,
            report,
            principal,
            sdk,
            probe_asked,
            sdk_asked,
        }
    }

    fn cell(&self) -> Cell<'_> {
        self.report.cell(&self.principal, "pull")
    }

    /// What both were answered there; `None` where neither asked.
    fn both_got(&self, method: &str, path: &str) -> Option<u16> {
        let asked = |seen: &[Seen]| seen.iter().any(|one| one.path == path);
        let (ours, theirs) = (asked(&self.probe_asked), asked(&self.sdk_asked));
        assert_eq!(ours, theirs, "{path}{}", self.lab);
        let status = |seen| only(seen, method, path).status;
        let ours = ours.then(|| status(&self.probe_asked))?;
        assert_eq!(ours, status(&self.sdk_asked), "{path}{}", self.lab);
        Some(ours)
    }
}

#[test]
fn a_role_holder_may_pull() {
    let both = Both::ask(KUBELET, &pull_role());
    same_answer(&both.cell(), "azure sdk", &both.sdk);
    assert_eq!(
        both.cell().outcome(),
        ("granted", None, Some(200)),
        "{}",
        both.lab
    );
    assert_eq!(both.both_got("POST", EXCHANGE), Some(200));
    assert_eq!(both.both_got("POST", TOKEN), Some(200));
    let steps = [METADATA, EXCHANGE, TOKEN, MANIFEST];
    assert_eq!(order(&both.probe_asked), steps, "{}", both.lab);
    assert_eq!(order(&both.sdk_asked), steps, "{}", both.lab);
    requests_are_the_same(&both);
}

#[test]
fn an_identity_without_a_role_is_refused_at_the_exchange() {
    let both = Both::ask(KUBELET, "");
    same_answer(&both.cell(), "azure sdk", &both.sdk);
    let refused = ("denied", Some("refresh-token"), Some(401));
    assert_eq!(both.cell().outcome(), refused, "{}", both.lab);
    assert_eq!(both.sdk.text("error"), "ClientAuthenticationError");
    assert_eq!(both.sdk.status(), Some(401));
    assert_eq!(both.both_got("GET", METADATA), Some(200));
    assert_eq!(both.both_got("POST", EXCHANGE), Some(401));
    assert_eq!(both.both_got("POST", TOKEN), None);
}

#[test]
fn a_wrong_client_id_is_refused_by_the_metadata_service() {
    let both = Both::ask(NOBODY, &pull_role());
    same_answer(&both.cell(), "azure sdk", &both.sdk);
    let refused = ("denied", Some("identity-token"), Some(400));
    assert_eq!(both.cell().outcome(), refused, "{}", both.lab);
    assert_eq!(both.cell().cause(), Some("identity-not-found"));
    assert_eq!(both.sdk.text("error"), "CredentialUnavailableError");
    assert_eq!(both.both_got("GET", METADATA), Some(400));
    assert_eq!(both.both_got("POST", EXCHANGE), None);
}

/// The paths after the first refusal.
fn order(seen: &[Seen]) -> Vec<&str> {
    let answered = seen.iter().filter(|one| one.status == 200);
    answered.map(|one| one.path.as_str()).collect()
}

/// What Python's HTTP library adds to every request.
const LIBRARY: [&str; 2] = [
    "header accept-encoding, client only",
    "header connection, client only",
];
/// What the SDK's pipeline adds to every request to the registry.
const PIPELINE: &str = "header x-ms-client-request-id, client only";

/// All that differs is listed here.
fn requests_are_the_same(both: &Both) {
    let differ = |ours, theirs, known: &[&str]| {
        differ_in(&both.lab, ours, theirs, &[known, &LIBRARY[..]].concat());
    };
    let differ_at = |method, path, known: &[&str]| {
        let ours = only(&both.probe_asked, method, path);
        differ(ours, only(&both.sdk_asked, method, path), known);
    };
    // Another library (azure_identity for Rust), with a newer version of the metadata service's API.
    let known = [
        "query api-version",
        "header x-ms-client-request-id",
        "header x-client-sku, client only",
        "header x-client-ver, client only",
    ];
    differ_at("GET", METADATA, &known);
    // The recordings of the SDK for JavaScript (2021-06), after which the probe's forms are made, have
    // no version in the query. The forms themselves are equal.
    let known = ["query api-version, client only", "header accept", PIPELINE];
    differ_at("POST", EXCHANGE, &known);
    differ_at("POST", TOKEN, &known);
    // The SDK's first request is the manifest's own; the probe's is the one that all its rows share.
    let ours = only(&both.probe_asked, "GET", "/v2/");
    let (first, last) = (&both.sdk_asked[0], both.sdk_asked.last());
    assert_eq!((ours.status, first.status), (401, 401), "{}", both.lab);
    differ(ours, first, &["path", "header accept", PIPELINE]);
    let ours = only(&both.probe_asked, "GET", MANIFEST);
    let theirs = last.expect("requests");
    assert_eq!((ours.status, theirs.status), (200, 200), "{}", both.lab);
    differ(ours, theirs, &["header accept", PIPELINE]);
}
