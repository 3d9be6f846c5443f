//! The order and the form of requests, by the token service's log and by the registry's own.

use crate::lab::Lab;
use crate::token_service::Seen;
use crate::{IMAGE, KUBELET, OBJECT};

const PROVIDER: &str = "kubernetes-credentialprovider-acr";
const CONTAINERD: &str = "containerd/";
const SDK: &str = "azsdk-acr-probe";
const MANIFEST: &str = "/v2/guestbook/manifests/v1";

type Line<'a> = (&'a str, &'a str, u16);

fn lab() -> Lab {
    Lab::start(&format!(
        "[[role]]\nobject = \"{OBJECT}\"\nrole = \"AcrPull\"\n"
    ))
}

/// What one client asked, in order.
fn asked_by<'a>(seen: &'a [Seen], client: &str) -> Vec<&'a Seen> {
    let of_client = |one: &&Seen| one.header("User-Agent").starts_with(client);
    seen.iter().filter(of_client).collect()
}

fn lines<'a>(seen: &[&'a Seen]) -> Vec<Line<'a>> {
    let line = |one: &&'a Seen| (one.method.as_str(), one.path.as_str(), one.status);
    seen.iter().map(line).collect()
}

fn place(seen: &[Seen], method: &str, path: &str) -> usize {
    let found = seen
        .iter()
        .position(|one| one.method == method && one.path == path);
    found.unwrap_or_else(|| panic!("no {method} {path} in {seen:#?}"))
}

/// Both logs hold the same requests to the registry, in the same order.
fn both_logs_agree(lab: &Lab) {
    let seen = lab.seen();
    let passed: Vec<&Seen> = seen
        .iter()
        .filter(|one| one.path.starts_with("/v2/"))
        .collect();
    let accesses = lab.accesses();
    let logged = accesses.iter();
    let logged: Vec<Line> = logged
        .map(|one| (one.method.as_str(), one.path.as_str(), one.status))
        .collect();
    assert_eq!(lines(&passed), logged, "{lab}");
}

#[test]
fn a_kubelets_pull_by_containerd() {
    let lab = lab();
    let report = lab.probe(&format!(
        "{IMAGE} --principal kubelet --action pull --no-content --no-experiments"
    ));
    assert_eq!(report.code, 0, "{lab}");
    let seen = lab.seen();

    let provider = asked_by(&seen, PROVIDER);
    let expected = [("GET", "/v2/", 401), ("POST", "/oauth2/exchange", 200)];
    assert_eq!(lines(&provider), expected, "{lab}");
    let fields = [
        "access_token",
        "grant_type",
        "refresh_token",
        "service",
        "tenant",
    ];
    assert_eq!(provider[1].fields, fields, "{lab}");

    let containerd = asked_by(&seen, CONTAINERD);
    let expected = [
        ("HEAD", MANIFEST, 401),
        ("POST", "/oauth2/token", 400),
        ("GET", "/oauth2/token", 200),
        ("HEAD", MANIFEST, 200),
    ];
    assert_eq!(lines(&containerd), expected, "{lab}");
    let fields = [
        "client_id",
        "grant_type",
        "password",
        "scope",
        "service",
        "username",
    ];
    assert_eq!(containerd[1].fields, fields, "{lab}");
    assert_eq!(containerd[2].fields, ["scope", "service"], "{lab}");
    credentials_go_where_they_belong(&lab, &containerd);

    // Nobody else asked the registry, and the credential came before it was presented. containerd's
    // first HEAD needs no credential: the probe sends it beside the provider's requests, where a
    // kubelet sends it after them.
    let rest = seen.iter().filter(|one| one.scheme != "imds").count();
    assert_eq!(rest, provider.len() + containerd.len(), "{lab}");
    let exchange = place(&seen, "POST", "/oauth2/exchange");
    assert!(exchange < place(&seen, "POST", "/oauth2/token"), "{lab}");
    both_logs_agree(&lab);
}

fn credentials_go_where_they_belong(lab: &Lab, containerd: &[&Seen]) {
    let schemes = containerd.iter().map(|one| one.header("Authorization"));
    let schemes: Vec<&str> = schemes
        .map(|value| value.split(' ').next().unwrap_or(""))
        .collect();
    assert_eq!(schemes, ["", "", "Basic", "Bearer"], "{lab}");
}

#[test]
fn a_kubelets_pull_by_the_sdk() {
    let lab = lab();
    let report = lab.probe(&format!(
        "{IMAGE} --principal kubelet --action pull --no-content --no-experiments --flow sdk"
    ));
    let cell = report.cell("kubelet", "pull");
    assert_eq!(
        cell.outcome(),
        ("granted", None, Some(200)),
        "{cell:#?}{lab}"
    );
    let seen = lab.seen();
    let sdk = asked_by(&seen, SDK);
    let expected = [("POST", "/oauth2/token", 200), ("GET", MANIFEST, 200)];
    assert_eq!(lines(&sdk), expected, "{lab}");
    assert_eq!(
        sdk[0].fields,
        ["service", "scope", "refresh_token", "grant_type"],
        "{lab}"
    );
    both_logs_agree(&lab);
}

#[test]
fn an_identitys_pull_by_the_sdk() {
    let lab = lab();
    let principal = format!("managed-identity:client-id={KUBELET}");
    let report = lab.probe(&format!(
        "{IMAGE} --principal {principal} --action pull --no-content --no-experiments --flow sdk"
    ));
    let cell = report.cell(&principal, "pull");
    assert_eq!(
        cell.outcome(),
        ("granted", None, Some(200)),
        "{cell:#?}{lab}"
    );
    let seen = lab.seen();
    let sdk = asked_by(&seen, SDK);
    // No tenant, and the Entra token once: not the provider's form.
    let exchange = sdk.iter().find(|one| one.path == "/oauth2/exchange");
    let fields = exchange.map(|one| one.fields.join(" "));
    let expected = "grant_type service access_token";
    assert_eq!(fields.as_deref(), Some(expected), "{lab}");
    assert_eq!(lines(&sdk).last(), Some(&("GET", MANIFEST, 200)), "{lab}");
    both_logs_agree(&lab);
}
