//! azidentity for Go, with which the kubelet's plugin (cloud-provider-azure) gets its Entra token, beside
//! the kubelet row: the same answer of IMDS to the same request. The plugin itself cannot be had as a
//! module with a checksum; its exchange is not judged here.

use crate::agreement::{METADATA, NOBODY, beside, differ_in, lines, only, pull_role, same_answer};
use crate::lab::Lab;
use crate::proxy::{ADDRESS, Proxy};
use crate::python::Said;
use crate::report::Report;
use crate::token_service::{Seen, World};
use crate::{IMAGE, KUBELET, go};

/// What the library and the probe came to, and what each asked of IMDS.
struct Both {
    lab: Lab,
    report: Report,
    library: Said,
    theirs: Vec<Seen>,
    ours: Vec<Seen>,
}

impl Both {
    fn ask(world: &World) -> Self {
        let lab = Lab::in_namespace(world);
        let library = go::identity(&lab, world.kubelet, &[]);
        let theirs = lab.seen();
        let report = probe(&lab, &[]);
        let ours = lab.seen().into_iter().skip(theirs.len());
        Self {
            report,
            library,
            ours: ours.filter(|one| one.path == METADATA).collect(),
            theirs,
            lab,
        }
    }

    /// All that differs is listed here; the report names the version itself.
    fn requests_are_the_same(&self, status: u16) {
        let expected = [("GET", METADATA, status)];
        let logs = beside(&self.ours, &self.theirs);
        assert_eq!(lines(&self.theirs), expected, "{logs}{}", self.lab);
        assert_eq!(lines(&self.ours), expected, "{logs}{}", self.lab);
        let known = [
            // The probe's library (azure_identity for Rust) and its HTTP client.
            "query api-version",
            "query order",
            "header accept, probe only",
            "header x-ms-client-request-id, probe only",
            "header accept-encoding, client only",
        ];
        let theirs = only(&self.theirs, "GET", METADATA);
        differ_in(&self.lab, only(&self.ours, "GET", METADATA), theirs, &known);
    }
}

fn probe(lab: &Lab, variables: &[(&str, &str)]) -> Report {
    let words = format!("{IMAGE} --principal kubelet --action pull --no-content --timeout 5");
    lab.probe_with(variables, &words)
}

#[test]
fn an_identity_that_is_there() {
    let both = Both::ask(&World::new(KUBELET, &pull_role()));
    same_answer(
        &both.report.cell("kubelet", "pull"),
        "azidentity",
        &both.library,
    );
    both.requests_are_the_same(200);
}

#[test]
fn an_identity_that_is_not_there() {
    let both = Both::ask(&World::new(NOBODY, &pull_role()));
    let cell = both.report.cell("kubelet", "pull");
    same_answer(&cell, "azidentity", &both.library);
    let refused = ("denied", Some("identity-token"), Some(400));
    assert_eq!(cell.outcome(), refused, "{}", both.lab);
    both.requests_are_the_same(400);
}

/// The library sends even this through HTTP_PROXY where NO_PROXY does not say otherwise; the probe goes past
/// it, so a row may be granted here where a kubelet behind such a proxy gets nothing.
#[test]
fn a_proxy_in_the_environment() {
    let lab = Lab::in_namespace(&World::new(KUBELET, &pull_role()));
    let proxy = Proxy::start(&lab);
    let address = format!("http://{ADDRESS}");
    let variables = [("HTTP_PROXY", address.as_str())];
    let report = probe(&lab, &variables);
    assert!(report.cell("kubelet", "pull").is_granted(), "{lab}");
    assert!(proxy.requests().is_empty(), "{}", proxy.log());
    let library = go::identity(&lab, KUBELET, &variables);
    assert!(library.is_yes(), "{library:?}");
    let requests = proxy.requests();
    let to_imds = |one: &String| one.contains(&format!("GET http://169.254.169.254{METADATA}?"));
    assert!(requests.iter().any(to_imds), "{}", proxy.log());
}
