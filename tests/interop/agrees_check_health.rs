//! `az acr check-health` against the simulator: it takes it for a registry, and comes to the probe's
//! answer. It looks for no pull, only for tokens: a role that is missing is the refresh token's refusal.

use crate::agreement::{EXCHANGE, METADATA, TOKEN, pull_role, show};
use crate::azure_cli::AzureCli;
use crate::lab::Lab;
use crate::report::Report;
use crate::token_service::{Seen, World};
use crate::{IMAGE, KUBELET};

/// What it said, what it asked of the registry and of IMDS, and the probe's report after it.
fn check(more: &str) -> (Lab, String, Vec<Seen>, Report) {
    let lab = Lab::in_namespace(&World::new(KUBELET, more));
    let cli = AzureCli::sign_in(&lab);
    let before = lab.seen().len();
    let finished = cli.run("acr check-health --name guestbookacr --yes --ignore-errors");
    drop(cli);
    let asked = lab.seen().into_iter().skip(before).collect();
    let said = format!("{}{}", finished.stdout, finished.stderr);
    show(&format!("  {}\n", said.replace('\n', "\n  ")));
    let report = lab.probe(&format!(
        "{IMAGE} --principal managed-identity:client-id={KUBELET} --action pull --no-content"
    ));
    (lab, said, asked, report)
}

/// Path and status of what was asked for this path.
fn got(asked: &[Seen], path: &str) -> Vec<u16> {
    let found = asked.iter().filter(|one| one.path == path);
    found.map(|one| one.status).collect()
}

fn cell_is_granted(report: &Report) -> bool {
    let principal = format!("managed-identity:client-id={KUBELET}");
    report.cell(&principal, "pull").is_granted()
}

#[test]
fn a_role_holder_gets_both_tokens() {
    let (lab, said, asked, report) = check(&pull_role());
    for line in [
        "DNS lookup to guestbookacr.azurecr.io",
        "Challenge endpoint https://guestbookacr.azurecr.io/v2/ : OK",
        "Fetch refresh token for registry 'guestbookacr.azurecr.io' : OK",
        "Fetch access token for registry 'guestbookacr.azurecr.io' : OK",
    ] {
        assert!(said.contains(line), "no {line:?} in {said}{lab}");
    }
    assert!(!got(&asked, METADATA).is_empty(), "{lab}");
    assert_eq!(got(&asked, EXCHANGE), [200], "{lab}");
    assert_eq!(got(&asked, TOKEN), [200], "{lab}");
    assert!(cell_is_granted(&report), "{lab}");
}

#[test]
fn an_identity_without_a_role_gets_none() {
    let (lab, said, asked, report) = check("");
    assert!(
        said.contains("CONNECTIVITY_REFRESH_TOKEN_ERROR"),
        "{said}{lab}"
    );
    assert!(said.contains("401"), "{said}{lab}");
    assert_eq!(got(&asked, EXCHANGE), [401], "{lab}");
    assert!(!cell_is_granted(&report), "{lab}");
}
