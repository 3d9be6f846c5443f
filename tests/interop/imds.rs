//! IMDS at its real address, 169.254.169.254:80, in a network namespace: reached, or kept away in each
//! of the ways that a node's packet filter and a proxy know.

use crate::agreement::{METADATA, pull_role, show};
use crate::lab::Lab;
use crate::place::{IMDS, Place};
use crate::proxy::{self, Proxy};
use crate::report::Report;
use crate::token_service::World;
use crate::{HOST, IMAGE, KUBELET};
use std::time::{Duration, Instant};

const RULE: &str = "imds-unreachable";
/// Seconds each request has.
const LIMIT: u64 = 3;

/// A role holder's node, whose packet filter holds these rules for what goes to IMDS.
fn node(rules: &[&str]) -> Lab {
    let lab = Lab::in_namespace(&World::new(KUBELET, &pull_role()));
    assert_eq!(lab.service.imds.to_string(), IMDS);
    let Place::Namespace(namespace) = lab.place() else {
        panic!("a namespace");
    };
    namespace.filter(rules);
    lab
}

/// A filter that does this to packets for IMDS when they arrive.
fn arriving(verdict: &str) -> [String; 3] {
    [
        "add table ip lab".to_owned(),
        "add chain ip lab in { type filter hook input priority 0 ; }".to_owned(),
        format!("add rule ip lab in ip daddr 169.254.169.254 tcp dport 80 {verdict}"),
    ]
}

fn filtered(verdict: &str) -> Lab {
    let rules = arriving(verdict);
    node(&rules.each_ref().map(String::as_str))
}

fn run(lab: &Lab, variables: &[(&str, &str)]) -> Report {
    lab.probe_with(
        variables,
        &format!("{IMAGE} --principal kubelet --action pull --no-content --timeout {LIMIT}"),
    )
}

/// What the finding says, all of these in it and none of those; shown, since people read it.
fn told(lab: &Lab, report: &Report, said: &[&str], unsaid: &[&str]) {
    let cell = report.cell("kubelet", "pull");
    let (verdict, step, _) = cell.outcome();
    assert_eq!(
        (verdict, step, cell.cause()),
        ("unreachable", Some("identity-token"), Some(RULE)),
        "{cell:#?}{lab}"
    );
    let text = report.finding(RULE);
    show(&format!("  {}\n", text.replace('\n', "\n  ")));
    for words in said {
        assert!(text.contains(words), "no {words:?} in {text}");
    }
    for words in unsaid {
        assert!(!text.contains(words), "{words:?} in {text}");
    }
    assert_eq!(asked(lab), 0, "{lab}");
}

/// How often IMDS was asked.
fn asked(lab: &Lab) -> usize {
    let seen = lab.seen();
    seen.iter().filter(|one| one.path == METADATA).count()
}

const DROPPED: &str = "did not answer in time";
const REFUSED: &str = "refuses the connection";
const NO_WAY: &str = "there is no way to the identity endpoint";
const PAGE: &str = "a proxy's page came in place";
const PROXIED: &str = "a proxy stands before";

#[test]
fn reached() {
    let lab = node(&[]);
    let report = run(&lab, &[]);
    let cell = report.cell("kubelet", "pull");
    assert_eq!(cell.outcome(), ("granted", None, Some(200)), "{lab}");
    assert_eq!((report.finding(RULE), asked(&lab)), (String::new(), 1));
}

#[test]
fn dropped() {
    let lab = filtered("drop");
    let started = Instant::now();
    let report = run(&lab, &[]);
    let took = started.elapsed();
    let limit = Duration::from_secs(LIMIT);
    assert!(took >= limit && took < limit * 4, "{took:?}");
    let time = format!("no answer within {LIMIT} s");
    told(
        &lab,
        &report,
        &[DROPPED, IMDS, &time],
        &[REFUSED, NO_WAY, PROXIED],
    );
}

#[test]
fn rejected_with_a_reset() {
    let lab = filtered("reject with tcp reset");
    let report = run(&lab, &[]);
    let said = [REFUSED, IMDS, "Connection refused"];
    told(&lab, &report, &said, &[DROPPED, NO_WAY, PROXIED]);
}

#[test]
fn rejected_with_icmp() {
    let lab = filtered("reject with icmp type host-unreachable");
    let report = run(&lab, &[]);
    let said = [NO_WAY, IMDS, "No route to host"];
    told(&lab, &report, &said, &[DROPPED, REFUSED, PROXIED]);
}

/// The variables are for the registry; IMDS is asked past the proxy, whatever they say.
#[test]
fn reached_past_a_proxy() {
    let lab = node(&[]);
    let proxy = Proxy::start(&lab);
    let report = run(&lab, &variables());
    let cell = report.cell("kubelet", "pull");
    assert_eq!(
        cell.outcome(),
        ("granted", None, Some(200)),
        "{}",
        proxy.log()
    );
    assert_eq!(asked(&lab), 1, "{lab}");
    let requests = proxy.requests();
    let to_the_registry = |one: &String| one.contains(&format!("CONNECT {HOST}:443"));
    assert!(!requests.is_empty(), "{}", proxy.log());
    assert!(requests.iter().all(to_the_registry), "{requests:#?}");
}

/// Nor is the proxy blamed, or asked instead, where the way past it is shut.
#[test]
fn dropped_beside_a_proxy() {
    let lab = filtered("drop");
    let proxy = Proxy::start(&lab);
    let report = run(&lab, &variables());
    told(&lab, &report, &[DROPPED], &[REFUSED, NO_WAY, PROXIED]);
    assert!(!proxy.log().contains("169.254"), "{}", proxy.log());
}

fn variables() -> [(&'static str, &'static str); 3] {
    const PROXY: &str = "http://127.0.0.9:3128";
    assert!(PROXY.ends_with(proxy::ADDRESS));
    ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].map(|name| (name, PROXY))
}

/// A proxy that nobody asked for: the network hands it what was meant for IMDS.
#[test]
fn caught_by_a_proxy() {
    let lab = node(&[
        "add table ip lab",
        "add chain ip lab out { type nat hook output priority -100 ; }",
        "add rule ip lab out ip saddr != 127.0.0.9 ip daddr 169.254.169.254 tcp dport 80 dnat to 127.0.0.9:3128",
        "add chain ip lab in { type filter hook input priority 0 ; }",
        "add rule ip lab in ip saddr 127.0.0.9 ip daddr 169.254.169.254 reject with tcp reset",
    ]);
    let proxy = Proxy::start(&lab);
    let report = run(&lab, &[]);
    let said = [PAGE, "was answered 500"];
    told(&lab, &report, &said, &[DROPPED, REFUSED, NO_WAY, PROXIED]);
    assert!(proxy.log().contains("GET /metadata/"), "{}", proxy.log());
}
