//! containerd's CRI pull and the probe's kubelet row: the same answer, by the same requests.

use crate::agreement::{
    EXCHANGE, METADATA, NOBODY, TOKEN, differ_in, lines, only, pull_role, same_answer,
};
use crate::containerd::Containerd;
use crate::lab::Lab;
use crate::python::{self, Said};
use crate::report::Report;
use crate::token_service::Seen;
use crate::{IMAGE, KUBELET};

const MANIFEST: &str = "/v2/guestbook/manifests/v1";

/// What a kubelet's pull and the probe came to, and what each runtime asked.
struct Both {
    lab: Lab,
    report: Report,
    kubelet: Said,
    /// What the kubelet's stand-in asked to get a credential.
    provider_asked: Vec<Seen>,
    containerd_asked: Vec<Seen>,
    /// As the runtime that the probe replays.
    probe_asked: Vec<Seen>,
}

impl Both {
    /// A node whose kubelet says that it is this client id; the probe also tries without a credential.
    fn ask(client_id: &str, more: &str) -> Self {
        let lab = Lab::in_namespace(client_id, more);
        let containerd = Containerd::start(&lab);
        let socket = containerd.socket().display().to_string();
        let kubelet = python::run(&lab, "cri_pull.py", &[&socket, IMAGE, client_id]);
        drop(containerd);
        let asked = lab.seen();
        let number = asked.len();
        let (containerd_asked, provider_asked) = asked.into_iter().partition(is_containerd);
        let report = lab.probe(&format!(
            "{IMAGE} --principal kubelet --principal anonymous --action pull"
        ));
        let probe_asked = lab.seen().into_iter().skip(number);
        Self {
            report,
            kubelet,
            provider_asked,
            containerd_asked,
            probe_asked: probe_asked.filter(is_containerd).collect(),
            lab,
        }
    }

    fn same_answer(&self) {
        let cell = self.report.cell("kubelet", "pull");
        same_answer(&cell, "containerd", &self.kubelet);
    }
}

fn is_containerd(one: &Seen) -> bool {
    one.header("User-Agent").starts_with("containerd/")
}

#[test]
fn a_role_holder_may_pull() {
    let both = Both::ask(KUBELET, &pull_role());
    both.same_answer();
    let cell = both.report.cell("kubelet", "pull");
    assert_eq!(cell.outcome(), ("granted", None, Some(200)), "{}", both.lab);
    assert_eq!(both.kubelet.text("refused"), "");
    the_image_was_fetched(&both);
    requests_are_the_same(&both);
}

#[test]
fn an_identity_without_a_role_may_not_pull() {
    let both = Both::ask(KUBELET, "");
    both.same_answer();
    let cell = both.report.cell("kubelet", "pull");
    let refused = ("denied", Some("refresh-token"), Some(401));
    assert_eq!(cell.outcome(), refused, "{}", both.lab);
    assert_eq!(cell.cause(), Some("no-role-assignment"));
    assert_eq!(both.kubelet.text("refused"), "401 /oauth2/exchange");
    assert_eq!(only(&both.provider_asked, "POST", EXCHANGE).status, 401);
    the_kubelet_has_nothing(&both);
}

#[test]
fn a_wrong_client_id_may_not_pull() {
    let both = Both::ask(NOBODY, &pull_role());
    both.same_answer();
    let cell = both.report.cell("kubelet", "pull");
    let refused = ("denied", Some("identity-token"), Some(400));
    assert_eq!(cell.outcome(), refused, "{}", both.lab);
    assert_eq!(cell.cause(), Some("identity-not-found"));
    assert_eq!(both.kubelet.text("refused"), format!("400 {METADATA}"));
    assert_eq!(only(&both.provider_asked, "GET", METADATA).status, 400);
    the_kubelet_has_nothing(&both);
}

/// The pull did not end at the manifest: configuration and layer came from docker-registry.
fn the_image_was_fetched(both: &Both) {
    let accesses = both.lab.accesses();
    let blobs = accesses.iter().filter(|one| one.path.contains("/blobs/"));
    let blobs: Vec<u16> = blobs.map(|one| one.status).collect();
    assert_eq!(blobs, [200, 200], "{}", both.lab);
    let image = both.kubelet.text("image");
    assert!(image.contains("sha256:"), "{image:?}{}", both.lab);
}

/// containerd's resolve, request by request; all that differs is listed here.
fn requests_are_the_same(both: &Both) {
    let resolve = [
        ("HEAD", MANIFEST, 401),
        ("POST", TOKEN, 400),
        ("GET", TOKEN, 200),
        ("HEAD", MANIFEST, 200),
    ];
    assert_eq!(lines(&both.containerd_asked)[..4], resolve, "{}", both.lab);
    let ours = with_a_credential(&both.probe_asked);
    assert_eq!(lines(&ours), resolve, "{}", both.lab);
    let both_sides = ours.iter().zip(&both.containerd_asked);
    for (ours, theirs) in both_sides {
        differ_in(&both.lab, ours, theirs, known(theirs));
    }
}

/// The event: without a credential containerd still asks for a token, and is refused there, as the
/// probe's anonymous row.
fn the_kubelet_has_nothing(both: &Both) {
    let cell = both.report.cell("anonymous", "pull");
    let refused = ("denied", Some("access-token"), Some(401));
    assert_eq!(cell.outcome(), refused, "{}", both.lab);
    let event =
        "failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized";
    let text = both.kubelet.text("text");
    assert!(text.ends_with(event), "{text}{}", both.lab);
    let resolve = [("HEAD", MANIFEST, 401), ("GET", TOKEN, 401)];
    assert_eq!(lines(&both.containerd_asked), resolve, "{}", both.lab);
    assert_eq!(lines(&both.probe_asked), resolve, "{}", both.lab);
    for (ours, theirs) in both.probe_asked.iter().zip(&both.containerd_asked) {
        differ_in(&both.lab, ours, theirs, known(theirs));
    }
}

/// Without the anonymous row's request for a token; the first HEAD is shared.
fn with_a_credential(asked: &[Seen]) -> Vec<Seen> {
    let is_anonymous = |one: &&Seen| {
        one.method == "GET" && one.path == TOKEN && one.header("Authorization").is_empty()
    };
    let rest = asked.iter().filter(|one| !is_anonymous(one));
    rest.cloned().collect()
}

/// Beside the user agent: the HTTP libraries. Go's asks for gzip where a body may come, reqwest says
/// that it accepts everything where nothing was said.
fn known(theirs: &Seen) -> &'static [&'static str] {
    match theirs.method.as_str() {
        "HEAD" => &[],
        _ => &[
            "header accept, probe only",
            "header accept-encoding, client only",
        ],
    }
}
