//! containerd's CRI pull and the probe's kubelet row: the same answer, by the same requests.

use crate::agreement::{
    EXCHANGE, METADATA, NOBODY, TOKEN, beside, differ_in, lines, only, pull_role, same_answer,
};
use crate::containerd::Containerd;
use crate::lab::Lab;
use crate::python::{self, Said};
use crate::report::Report;
use crate::token_service::{Seen, World};
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
    /// On the node of a world; the probe also tries without a credential, and leaves the content alone:
    /// the registry keeps one log of both fetches.
    fn ask(world: &World) -> Self {
        let lab = Lab::in_namespace(world);
        let containerd = Containerd::start(&lab);
        let socket = containerd.socket().display().to_string();
        let kubelet = python::run(&lab, "cri_pull.py", &[&socket, IMAGE, world.kubelet]);
        drop(containerd);
        let asked = lab.seen();
        let number = asked.len();
        let (containerd_asked, provider_asked) = asked.into_iter().partition(is_containerd);
        let report = lab.probe(&format!(
            "{IMAGE} --principal kubelet --principal anonymous --action pull --no-content"
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
    let both = Both::ask(&World::new(KUBELET, &pull_role()));
    both.same_answer();
    let cell = both.report.cell("kubelet", "pull");
    assert_eq!(cell.outcome(), ("granted", None, Some(200)), "{}", both.lab);
    assert_eq!(both.kubelet.text("refused"), "");
    the_image_was_fetched(&both);
    let resolve = [
        ("HEAD", MANIFEST, 401),
        ("POST", TOKEN, 400),
        ("GET", TOKEN, 200),
        ("HEAD", MANIFEST, 200),
    ];
    resolves_are(&both, &resolve);
}

/// Should the token endpoint take the password by POST, nobody asks by GET.
#[test]
fn a_password_that_is_accepted_by_post() {
    let role = pull_role();
    let both = Both::ask(&World {
        post_password: "accepted",
        ..World::new(KUBELET, &role)
    });
    both.same_answer();
    let resolve = [
        ("HEAD", MANIFEST, 401),
        ("POST", TOKEN, 200),
        ("HEAD", MANIFEST, 200),
    ];
    resolves_are(&both, &resolve);
}

/// After these containerd asks by GET, and nothing else comes of it here.
#[test]
fn refusals_of_post_after_which_get_is_asked() {
    for status in [401, 404, 405] {
        let both = Both::ask(&World::new(KUBELET, &failing(status)));
        both.same_answer();
        let resolve = [
            ("HEAD", MANIFEST, 401),
            ("POST", TOKEN, status),
            ("GET", TOKEN, status),
        ];
        resolves_are(&both, &resolve);
        assert_eq!(both.containerd_asked.len(), resolve.len(), "{}", both.lab);
        the_event_is_predicted(&both);
    }
}

/// After these it gives up at once.
#[test]
fn refusals_of_post_that_are_final() {
    for status in [403, 429, 500, 503] {
        let both = Both::ask(&World::new(KUBELET, &failing(status)));
        both.same_answer();
        let resolve = [("HEAD", MANIFEST, 401), ("POST", TOKEN, status)];
        resolves_are(&both, &resolve);
        assert_eq!(both.containerd_asked.len(), resolve.len(), "{}", both.lab);
        the_event_is_predicted(&both);
    }
}

/// The first of the texts that a kubelet joins; the second is of its attempt without a credential.
fn the_event_is_predicted(both: &Both) {
    let (predicted, text) = (predicted(both), both.kubelet.text("text"));
    let first = format!("[{text}, failed to pull and unpack image");
    assert!(
        predicted.starts_with(&first),
        "{predicted}\n{text}{}",
        both.lab
    );
}

/// A role holder's world whose token endpoint answers nothing but this.
fn failing(status: u16) -> String {
    let role = pull_role();
    format!("{role}[[fault]]\nat = \"token\"\nkind = \"status\"\nstatus = {status}\n")
}

#[test]
fn an_identity_without_a_role_may_not_pull() {
    let both = Both::ask(&World::new(KUBELET, ""));
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
    let both = Both::ask(&World::new(NOBODY, &pull_role()));
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
fn resolves_are(both: &Both, expected: &[(&str, &str, u16)]) {
    // What follows is the fetch, of which the probe has no part.
    let length = both.containerd_asked.len().min(expected.len());
    let theirs = &both.containerd_asked[..length];
    let ours = with_a_credential(&both.probe_asked);
    let logs = format!("{}{}", beside(&ours, theirs), both.lab);
    assert_eq!(lines(theirs), expected, "{logs}");
    assert_eq!(lines(&ours), expected, "{logs}");
    for (ours, theirs) in ours.iter().zip(theirs) {
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
    assert_eq!(predicted(both), text, "{}", both.lab);
    let resolve = [("HEAD", MANIFEST, 401), ("GET", TOKEN, 401)];
    assert_eq!(lines(&both.containerd_asked), resolve, "{}", both.lab);
    assert_eq!(lines(&both.probe_asked), resolve, "{}", both.lab);
    for (ours, theirs) in both.probe_asked.iter().zip(&both.containerd_asked) {
        differ_in(&both.lab, ours, theirs, known(theirs));
    }
}

/// What the probe says that the event will say, in the words of containerd 1.6: later ones (894e78001)
/// also name the request.
fn predicted(both: &Both) -> String {
    let cell = both.report.cell("kubelet", "pull");
    let mut parts = cell.predicted_event().split(" from ");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (request, status) = part.split_once(": ").unwrap_or(("", part));
        assert!(request.contains(" request to https://"), "{part}");
        text.push_str(": ");
        text.push_str(status);
    }
    text
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
