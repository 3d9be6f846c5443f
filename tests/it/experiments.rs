//! Experiments: each varies one thing, is sent only where it can tell something, is the proof that its
//! finding shows, and is left out with `--no-experiments`.

use crate::probe::run;
use serde_json::Value;

/// A run in which an experiment tells something.
struct Told {
    /// What follows `demo`.
    demo: &'static [&'static str],
    /// What was varied, as it is recorded.
    factor: &'static str,
    /// The rule whose finding cites it.
    rule: &'static str,
    /// Words of that finding which only the experiment can bring.
    says: &'static str,
}

const TOLD: &[Told] = &[
    Told {
        demo: &["arm-audience-disabled"],
        factor: "audience https://management.azure.com",
        rule: "arm-audience-disabled",
        says: "nothing else was varied",
    },
    Told {
        demo: &["client-flow-differs"],
        factor: "form of ",
        rule: "client-flow-differs",
        says: "With one thing varied",
    },
    Told {
        demo: &["identity-replaced"],
        factor: "client id none",
        rule: "identity-not-found",
        says: "that one is on this machine",
    },
    Told {
        demo: &["identity-not-named"],
        factor: "client id c7a9e4b2-6d1f-4e83-b5a0-2f9d8c7b6a51",
        rule: "multiple-identities",
        says: "object 3f6d2c1e-5b7a-4c0d-9e21-7a1c0b9d4e55",
    },
    Told {
        demo: &["wrong-tenant-named"],
        factor: "tenant a4b1c2d3-0e5f-4a6b-8c7d-9e0f1a2b3c4d",
        rule: "wrong-tenant",
        says: "was answered 200",
    },
    Told {
        demo: &["scope-map-missing-action", "--action", "metadata_read"],
        factor: "action pull",
        rule: "scope-map-missing-action",
        says: "gives it pull on guestbook",
    },
    Told {
        demo: &[
            "stale-docker-credential",
            "--principal",
            "docker-config:/home/u/.docker/config.json",
        ],
        factor: "credential none",
        rule: "stale-docker-credential",
        says: "An experiment varied one thing alone (credential none)",
    },
    Told {
        demo: &["abac-condition", "--sibling", "team/app"],
        factor: "repository team/app",
        rule: "abac-mode-legacy-role",
        says: "its role counts for another repository",
    },
    Told {
        demo: &["artifact-cache-path"],
        factor: "method GET",
        rule: "artifact-cache-path",
        says: "a cache of nginx",
    },
    Told {
        demo: &["geo-replica-routing"],
        factor: "login server acrwizdev.azurecr.io",
        rule: "geo-replica-routing",
        says: "acrwizdev.azurecr.io has it",
    },
];

fn report(demo: &[&str], more: &[&str]) -> Value {
    let mut words = vec!["demo"];
    words.extend(demo);
    words.extend(more);
    words.extend(["--format", "json"]);
    run(&words).json()
}

fn experiments(report: &Value) -> Vec<&Value> {
    let all = report["transactions"].as_array().expect("transactions");
    all.iter()
        .filter(|one| !one["experiment"].is_null())
        .collect()
}

/// What the client itself sent: step, method and address, without the host (the metadata service's port
/// differs from run to run).
fn own_requests(report: &Value) -> Vec<String> {
    let all = report["transactions"].as_array().expect("transactions");
    let own = all.iter().filter(|one| one["experiment"].is_null());
    let path = |one: &Value| {
        let url = one["url"].as_str().unwrap_or_default();
        url.splitn(4, '/').nth(3).unwrap_or_default().to_owned()
    };
    own.map(|one| format!("{} {} {}", one["step"], one["method"], path(one)))
        .collect()
}

fn finding<'a>(report: &'a Value, rule: &str) -> Option<&'a Value> {
    let findings = report["findings"].as_array().expect("findings");
    findings.iter().find(|one| one["rule"] == rule)
}

#[test]
fn each_is_the_proof_that_its_finding_shows() {
    for told in TOLD {
        let (demo, factor) = (told.demo, told.factor);
        let report = report(demo, &[]);
        let varied: Vec<&str> = experiments(&report)
            .into_iter()
            .filter(|one| {
                one["experiment"]
                    .as_str()
                    .is_some_and(|own| own.starts_with(factor))
            })
            .filter_map(|one| one["id"].as_str())
            .collect();
        assert!(!varied.is_empty(), "{demo:?}: {factor} was not varied");
        let finding =
            finding(&report, told.rule).unwrap_or_else(|| panic!("{demo:?}: {}", told.rule));
        let cited = finding["transactions"].as_array().expect("its evidence");
        assert!(
            cited
                .iter()
                .any(|id| varied.contains(&id.as_str().unwrap_or_default())),
            "{demo:?}: {} cites {cited:?} and not {varied:?}",
            told.rule
        );
        let text = format!("{} {}", finding["summary"], finding["explanation"]);
        assert!(text.contains(told.says), "{demo:?}: {text}");
    }
}

#[test]
fn none_is_sent_where_the_user_wants_none() {
    for told in TOLD {
        let demo = told.demo;
        let with = report(demo, &["--no-content"]);
        let without = report(demo, &["--no-content", "--no-experiments"]);
        assert!(experiments(&without).is_empty(), "{demo:?}");
        assert_eq!(
            own_requests(&with),
            own_requests(&without),
            "{demo:?}: an experiment changed what the client sends"
        );
        let finding = finding(&without, told.rule);
        let text = finding.map(|one| format!("{} {}", one["summary"], one["explanation"]));
        assert!(
            !text.unwrap_or_default().contains(told.says),
            "{demo:?}: {} is said without the experiment",
            told.says
        );
    }
}

/// Where everything is granted there is nothing to tell, and where a network or a busy service
/// answers there is nothing that a factor could change.
#[test]
fn none_is_sent_where_it_can_tell_nothing() {
    for scenario in [
        "guestbook-fixed",
        "anonymous-pull",
        "firewall",
        "throttled",
        "upstream-throttled",
        "service-error",
        "imds-unreachable",
        "not-a-registry",
        "realm-elsewhere",
    ] {
        let report = report(&[scenario], &["--sibling", "team/app"]);
        let sent = experiments(&report);
        assert!(sent.is_empty(), "{scenario}: {sent:?}");
    }
}

/// What an experiment meets belongs to no cell: the matrix is the same with and without.
#[test]
fn none_turns_a_cell() {
    for told in TOLD {
        let cells = |more: &[&str]| {
            let report = report(told.demo, more);
            let matrix = report["matrix"].as_array().expect("a matrix").clone();
            let outcome = |one: &Value| {
                format!(
                    "{} {} {} {} {}",
                    one["principal"],
                    one["scope"],
                    one["verdict"],
                    one["stopped_at"],
                    one["status"]
                )
            };
            matrix.iter().map(outcome).collect::<Vec<_>>()
        };
        assert_eq!(cells(&[]), cells(&["--no-experiments"]), "{:?}", told.demo);
    }
}

#[test]
fn a_sibling_is_a_repository() {
    for bad in ["app:v1", "app@sha256:0", "Team/App", "../x", ""] {
        let refused = run(&["run", "r.azurecr.io/app:v1", "--sibling", bad]);
        assert_eq!(refused.code, 2, "{bad}");
        assert!(refused.stderr.contains("--sibling"), "{}", refused.stderr);
    }
}

/// Without the experiment that would separate them, the tool says both names.
#[test]
fn what_an_experiment_separates_is_named_without_it() {
    for (scenario, first, other) in [
        (
            "geo-replica-routing",
            "repo-or-tag-missing",
            "geo-replica-routing",
        ),
        ("wrong-tenant-named", "wrong-tenant", "no-role-assignment"),
        ("abac-condition", "abac-mode-legacy-role", "reduced-grant"),
    ] {
        let report = report(&[scenario], &["--no-experiments"]);
        let finding = finding(&report, first).unwrap_or_else(|| panic!("{scenario}: {first}"));
        assert_ne!(finding["confidence"], "proven", "{scenario}");
        let alternatives = finding["alternatives"].as_array().expect("alternatives");
        assert!(
            alternatives.iter().any(|one| one["rule"] == other),
            "{scenario}: {other} is not among {alternatives:?}"
        );
    }
}
