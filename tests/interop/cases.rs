//! Each case twice: what the probe reports, and what the registry says to the same kind of token
//! without the probe.

use crate::agreement::pull_role;
use crate::http::Answer;
use crate::lab::{Lab, Trusts};
use crate::report::Report;
use crate::{IMAGE, OBJECT};
use std::collections::BTreeSet;

const MANIFEST: &str = "HEAD /v2/guestbook/manifests/v1";
const PULL: &str = "repository:guestbook:pull";

fn odd_token(what: &str) -> String {
    let role = pull_role();
    format!("{role}[[odd_token]]\nprincipal = \"{OBJECT}\"\n{what} = true\n")
}

fn kubelet(lab: &Lab, image: &str) -> Report {
    lab.probe(&format!("{image} --principal kubelet --action pull"))
}

/// A refusal by the registry's token check, and its reason.
fn refusal(answer: &Answer) -> (u16, Option<&str>) {
    (answer.status, answer.challenge("error"))
}

/// Whether anything that reached the registry was let in.
fn was_let_in(lab: &Lab) -> bool {
    lab.accesses().iter().any(|one| one.status != 401)
}

#[test]
fn an_identity_with_acrpull_is_granted() {
    let lab = Lab::start(&pull_role());
    let report = kubelet(&lab, IMAGE);
    let cell = report.cell("kubelet", "pull");
    assert_eq!(
        cell.outcome(),
        ("granted", None, Some(200)),
        "{cell:#?}{lab}"
    );
    assert_eq!((report.verdict(), report.code), ("granted", 0));
    assert_eq!(cell.basis(), Some("answer"));
    let token = lab.service.token_of_kubelet(PULL);
    assert_eq!(lab.ask(MANIFEST, Some(&token)).status, 200, "{lab}");
}

#[test]
fn an_identity_without_a_role_never_reaches_the_registry() {
    let lab = Lab::start("");
    let report = kubelet(&lab, IMAGE);
    let cell = report.cell("kubelet", "pull");
    assert_eq!(
        cell.outcome(),
        ("denied", Some("refresh-token"), Some(401)),
        "{cell:#?}{lab}"
    );
    assert_eq!(cell.cause(), Some("no-role-assignment"));
    assert_eq!(report.code, 1);
    assert!(!lab.accesses().is_empty() && !was_let_in(&lab), "{lab}");
    // Nothing to show but no token at all.
    assert_eq!(refusal(&lab.ask(MANIFEST, None)), (401, None), "{lab}");
}

#[test]
fn a_missing_tag_is_missing() {
    let lab = Lab::start(&pull_role());
    let report = kubelet(&lab, "guestbookacr.azurecr.io/guestbook:v2");
    let cell = report.cell("kubelet", "pull");
    assert_eq!(
        cell.outcome(),
        ("missing", Some("manifest"), Some(404)),
        "{cell:#?}{lab}"
    );
    assert_eq!(cell.cause(), Some("repo-or-tag-missing"));
    assert_eq!(report.code, 1);
    let token = lab.service.token_of_kubelet(PULL);
    let answer = lab.ask("GET /v2/guestbook/manifests/v2", Some(&token));
    assert_eq!(answer.status, 404, "{lab}");
    assert!(answer.body.contains("MANIFEST_UNKNOWN"), "{answer:?}");
}

#[test]
fn a_missing_repository_is_missing() {
    let lab = Lab::start(&pull_role());
    let report = kubelet(&lab, "guestbookacr.azurecr.io/nowhere:v1");
    let cell = report.cell("kubelet", "pull");
    assert_eq!(
        cell.outcome(),
        ("missing", Some("manifest"), Some(404)),
        "{cell:#?}{lab}"
    );
    assert_eq!(cell.cause(), Some("repo-or-tag-missing"));
    let token = lab.service.token_of_kubelet("repository:nowhere:pull");
    assert_eq!(
        lab.ask("GET /v2/nowhere/manifests/v1", Some(&token)).status,
        404,
        "{lab}"
    );
}

#[test]
fn a_token_with_empty_access_is_too_little() {
    let lab = Lab::start(&odd_token("empty_access"));
    let report = kubelet(&lab, IMAGE);
    let cell = report.cell("kubelet", "pull");
    let (verdict, stopped_at, _) = cell.outcome();
    assert_eq!(
        (verdict, stopped_at),
        ("denied", Some("access-token")),
        "{cell:#?}{lab}"
    );
    assert_eq!(cell.cause(), Some("reduced-grant"));
    assert_eq!(cell.granted(), BTreeSet::new());
    let token = lab.service.token_of_kubelet(PULL);
    let answer = lab.ask(MANIFEST, Some(&token));
    assert_eq!(refusal(&answer), (401, Some("insufficient_scope")), "{lab}");
    // `/v2/` takes it nevertheless: why a login that succeeds proves no pull.
    assert_eq!(lab.ask("GET /v2/", Some(&token)).status, 200, "{lab}");
}

#[test]
fn an_expired_token_is_refused_at_the_manifest() {
    let lab = Lab::start(&odd_token("token_expired"));
    let report = kubelet(&lab, IMAGE);
    let cell = report.cell("kubelet", "pull");
    assert_eq!(
        cell.outcome(),
        ("denied", Some("manifest"), Some(401)),
        "{cell:#?}{lab}"
    );
    let token = lab.service.token_of_kubelet(PULL);
    let answer = lab.ask(MANIFEST, Some(&token));
    assert_eq!(refusal(&answer), (401, Some("invalid_token")), "{lab}");
    // The answer does not say why, only the registry's own log does.
    assert!(
        lab.reasons().contains("token not to be used after"),
        "{lab}"
    );
}

#[test]
fn the_admin_user_is_granted_by_password() {
    let lab = Lab::start("");
    let report = lab.probe(&format!(
        "{IMAGE} --principal admin --secret admin=env:ACR_PASSWORD --action pull,push"
    ));
    let cell = report.cell("admin", "pull");
    assert_eq!(
        cell.outcome(),
        ("granted", None, Some(200)),
        "{cell:#?}{lab}"
    );
    let push = report.cell("admin", "push");
    assert_eq!(
        (push.outcome().0, push.basis()),
        ("granted", Some("claims")),
        "{push:#?}{lab}"
    );
    // The probe never starts an upload; the registry would let the same token start one.
    let passed = lab.accesses();
    assert!(
        passed
            .iter()
            .all(|one| one.method == "HEAD" || one.method == "GET"),
        "{lab}"
    );
    let token = lab.service.token_of_admin("repository:guestbook:pull,push");
    assert_eq!(lab.ask(MANIFEST, Some(&token)).status, 200, "{lab}");
    assert_eq!(
        lab.ask("POST /v2/guestbook/blobs/uploads/", Some(&token))
            .status,
        202,
        "{lab}"
    );
}

#[test]
fn acrpull_is_no_right_to_push() {
    let lab = Lab::start(&pull_role());
    let report = lab.probe(&format!("{IMAGE} --principal kubelet --action pull,push"));
    assert_eq!(
        report.cell("kubelet", "pull").outcome().0,
        "granted",
        "{lab}"
    );
    let cell = report.cell("kubelet", "push");
    assert_eq!(cell.outcome().0, "denied", "{cell:#?}{lab}");
    let request = "POST /v2/guestbook/blobs/uploads/";
    let token = lab.service.token_of_kubelet("repository:guestbook:push");
    let answer = lab.ask(request, Some(&token));
    assert_eq!(refusal(&answer), (401, Some("insufficient_scope")), "{lab}");
    // Here the registry names two actions, in an order that changes from answer to answer.
    let scope = answer
        .challenge("scope")
        .and_then(|scope| scope.strip_prefix("repository:guestbook:"));
    let actions: BTreeSet<&str> = scope.unwrap_or_default().split(',').collect();
    assert_eq!(actions, BTreeSet::from(["pull", "push"]), "{answer:?}");
}

#[test]
fn anonymous_is_refused() {
    let lab = Lab::start("");
    let report = lab.probe(&format!("{IMAGE} --principal anonymous --action pull"));
    let cell = report.cell("anonymous", "pull");
    assert_eq!(
        cell.outcome(),
        ("denied", Some("access-token"), Some(401)),
        "{cell:#?}{lab}"
    );
    assert_eq!(cell.cause(), Some("anonymous-pull-disabled"));
    assert!(!was_let_in(&lab), "{lab}");
    let answer = lab.ask(MANIFEST, None);
    assert_eq!(
        (answer.status, answer.challenge("scope")),
        (401, Some(PULL)),
        "{lab}"
    );
}

/// The negative control: the case that is granted above, but for the keys that the registry trusts.
#[test]
fn a_granted_case_is_denied_where_the_registry_trusts_another_key() {
    let lab = Lab::trusting(Trusts::Somebody, &pull_role());
    let report = kubelet(&lab, IMAGE);
    let cell = report.cell("kubelet", "pull");
    assert_eq!(
        cell.outcome(),
        ("denied", Some("manifest"), Some(401)),
        "{cell:#?}{lab}"
    );
    assert_eq!(report.code, 1);
    let token = lab.service.token_of_kubelet(PULL);
    let answer = lab.ask(MANIFEST, Some(&token));
    assert_eq!(refusal(&answer), (401, Some("invalid_token")), "{lab}");
}
