//! skopeo and crane beside the probe's docker flow, ctr beside its containerd flow: the same answer,
//! by the same requests.

use crate::agreement::{TOKEN, beside, differ_in, lines, same_answer};
use crate::commands::Client;
use crate::lab::Lab;
use crate::report::Report;
use crate::token_service::{Seen, World};
use crate::{HOST, IMAGE, KUBELET, PASSWORD};

const MANIFEST: &str = "/v2/guestbook/manifests/v1";
const WRONG: &str = "Sim-Password-wrong-canary-90aa";
/// Those of the docker flow.
const DOCKER: [Client; 2] = [Client::Skopeo, Client::Crane];

type Line<'a> = (&'a str, &'a str, u16);

/// What a client and the probe came to, and what each of them asked.
struct Both {
    lab: Lab,
    report: Report,
    principal: &'static str,
    theirs: Vec<Seen>,
    ours: Vec<Seen>,
}

impl Both {
    /// In a world with or without anonymous pull, with or without the admin user's password. Their
    /// answers are compared at once.
    fn ask(client: Client, anonymous: bool, password: Option<&str>, image: &str) -> Self {
        let world = World {
            anonymous,
            ..World::new(KUBELET, "")
        };
        let lab = Lab::in_namespace(&world);
        let said = client.ask(&lab, password, image);
        let theirs = lab.seen();
        let principal = match password {
            Some(_) => "admin",
            None => "anonymous",
        };
        let flow = client.flow();
        let mut words = format!(
            "{image} --principal {principal} --action pull --no-content --no-experiments --flow {flow}"
        );
        if password.is_some() {
            words.push_str(" --secret admin=env:GIVEN");
        }
        let variables = password.map(|password| ("GIVEN", password));
        let report = lab.probe_with(variables.as_slice(), &words);
        let ours = lab.seen().into_iter().skip(theirs.len()).collect();
        same_answer(&report.cell(principal, "pull"), client.name(), &said);
        Self {
            lab,
            report,
            principal,
            theirs,
            ours,
        }
    }

    fn outcome(&self) -> (String, Option<u64>) {
        let cell = self.report.cell(self.principal, "pull");
        let (verdict, _, status) = cell.outcome();
        (verdict.to_owned(), status)
    }

    fn logs(&self) -> String {
        format!("{}{}", beside(&self.ours, &self.theirs), self.lab)
    }

    /// These and no others, request by request.
    fn requests_are(&self, client: Client, expected: &[Line<'_>]) {
        assert_eq!(lines(&self.theirs), expected, "{}", self.logs());
        self.requests_begin(client, expected);
        assert_eq!(self.ours.len(), expected.len(), "{}", self.logs());
    }

    /// These first, request by request. What follows ctr's resolve is its fetch, of which the probe has
    /// no part.
    fn requests_begin(&self, client: Client, expected: &[Line<'_>]) {
        let first = |seen: &[Seen]| seen[..seen.len().min(expected.len())].to_vec();
        let (ours, theirs) = (first(&self.ours), first(&self.theirs));
        assert_eq!(lines(&theirs), expected, "{}", self.logs());
        assert_eq!(ours.len(), expected.len(), "{}", self.logs());
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(ours.status, theirs.status, "{}", self.logs());
            differ_in(&self.lab, ours, theirs, &known(client, theirs));
        }
    }
}

/// All that differs beside the user agent: HTTP libraries, and how a manifest is asked for.
fn known(client: Client, theirs: &Seen) -> Vec<&'static str> {
    // Go's library asks for gzip where a body may come, reqwest accepts everything where nothing was said.
    const BODY: &str = "header accept-encoding, client only";
    const ANYTHING: &str = "header accept, probe only";
    let path = theirs.path.as_str();
    let mut found = match (client, theirs.method.as_str()) {
        (Client::Ctr, "HEAD") => vec![],
        (Client::Ctr, _) => vec![ANYTHING, BODY],
        // docker's engine asks by HEAD, for more types.
        _ if path == MANIFEST => vec!["method", "header accept", BODY],
        _ => vec![ANYTHING, BODY],
    };
    if client == Client::Crane && theirs.header("Authorization").starts_with("Basic") {
        // docker's engine and containers/image name the account beside the credential.
        found.push("query account, probe only");
    }
    if client == Client::Skopeo {
        // It closes each connection, and sends the API's version where docker's engine does not.
        found.push("header connection, client only");
        found.extend(path.starts_with("/v2/").then_some(VERSION));
    }
    found
}

const VERSION: &str = "header docker-distribution-api-version, client only";

fn asked(token: u16, manifest: Option<u16>) -> Vec<Line<'static>> {
    let mut lines = vec![("GET", "/v2/", 401), ("GET", TOKEN, token)];
    lines.extend(manifest.map(|status| ("GET", MANIFEST, status)));
    lines
}

#[test]
fn a_password() {
    for client in DOCKER {
        let both = Both::ask(client, false, Some(PASSWORD), IMAGE);
        assert_eq!(both.outcome(), ("granted".to_owned(), Some(200)));
        both.requests_are(client, &asked(200, Some(200)));
    }
}

#[test]
fn a_wrong_password() {
    for client in DOCKER {
        let both = Both::ask(client, false, Some(WRONG), IMAGE);
        assert_eq!(both.outcome(), ("denied".to_owned(), Some(401)));
        both.requests_are(client, &asked(401, None));
    }
}

#[test]
fn nobody_where_nobody_may_pull() {
    for client in DOCKER {
        let both = Both::ask(client, false, None, IMAGE);
        assert_eq!(both.outcome(), ("denied".to_owned(), Some(401)));
        both.requests_are(client, &asked(401, None));
    }
}

/// The token for everybody is for a repository `*`, as Azure's is. docker-registry takes that for a
/// name: what follows is its refusal, not Azure's, and all three report it.
#[test]
fn nobody_where_everybody_gets_a_token() {
    for client in DOCKER {
        let both = Both::ask(client, true, None, IMAGE);
        assert_eq!(both.outcome(), ("denied".to_owned(), Some(401)));
        both.requests_begin(client, &asked(200, Some(401)));
    }
}

#[test]
fn a_missing_tag() {
    for client in [Client::Skopeo, Client::Crane, Client::Ctr] {
        let both = Both::ask(
            client,
            false,
            Some(PASSWORD),
            &format!("{HOST}/guestbook:v2"),
        );
        assert_eq!(both.outcome(), ("missing".to_owned(), Some(404)));
    }
}

#[test]
fn ctr_with_a_password() {
    let both = Both::ask(Client::Ctr, false, Some(PASSWORD), IMAGE);
    assert_eq!(both.outcome(), ("granted".to_owned(), Some(200)));
    let resolve = [
        ("HEAD", MANIFEST, 401),
        ("POST", TOKEN, 400),
        ("GET", TOKEN, 200),
        ("HEAD", MANIFEST, 200),
    ];
    both.requests_begin(Client::Ctr, &resolve);
}

#[test]
fn ctr_with_a_wrong_password() {
    let both = Both::ask(Client::Ctr, false, Some(WRONG), IMAGE);
    assert_eq!(both.outcome(), ("denied".to_owned(), Some(401)));
    let resolve = [
        ("HEAD", MANIFEST, 401),
        ("POST", TOKEN, 400),
        ("GET", TOKEN, 401),
    ];
    both.requests_are(Client::Ctr, &resolve);
}
