//! Every shipped scenario refuses where it says, seen through one identity's steps.

use super::super::answer::imds;
use super::super::built_in;
use super::super::faults::{Tally, apply};
use super::super::http::Manner;
use super::*;

/// The kubelet identity's steps: IMDS, challenge, exchange, token, manifest.
struct Walk<'a> {
    world: &'a World,
    tally: Tally,
    steps: Vec<String>,
}

impl Walk<'_> {
    fn ask(&mut self, step: &str, request: &Request, expected: u16) -> Option<Answer> {
        let is_imds = step == "imds";
        let usual = match is_imds {
            true => imds(self.world, request, moment()),
            false => answer(self.world, request, moment()),
        };
        let answer = match self.tally.take(self.world, request, is_imds) {
            Some(fault) => apply(self.world, moment(), request, fault, usual),
            None => usual,
        };
        let silent = answer.manner != Manner::Whole || !answer.delay.is_zero();
        let said = if silent {
            "late".to_owned()
        } else {
            answer.status.to_string()
        };
        if said == expected.to_string() {
            return Some(answer);
        }
        self.steps.push(format!("{step} {said}"));
        None
    }

    fn go(&mut self) -> Option<()> {
        let registry = self.world.stated().registry.clone();
        let host = &registry.host;
        let id = &self.world.stated().identity.first()?.client_id;
        let known = format!("/metadata/identity/oauth2/token?resource={ACR}&client_id={id}");
        let mut asked = request("GET", &known, &[("Metadata", "true")], "");
        asked.host = "169.254.169.254".to_owned();
        let token = self.ask("imds", &asked, 200)?;
        let token = member(&token, "access_token");
        let at = |method, target: &str, headers: &[(&str, &str)], body: &str| Request {
            host: host.clone(),
            ..request(method, target, headers, body)
        };
        self.ask("challenge", &at("GET", "/v2/", &[], ""), 401)?;
        let form = format!("grant_type=access_token&service={host}&access_token={token}");
        let refresh = self.ask("exchange", &at("POST", "/oauth2/exchange", &[], &form), 200)?;
        let refresh = member(&refresh, "refresh_token");
        let form = format!(
            "grant_type=refresh_token&service={host}&scope=repository:guestbook:pull&refresh_token={refresh}"
        );
        let access = self.ask("token", &at("POST", "/oauth2/token", &[], &form), 200)?;
        let bearer = format!("Bearer {}", member(&access, "access_token"));
        let argument = self.world.scenario.probe().arguments.first()?.clone();
        let (name, tag) = argument.split_once('/')?.1.split_once(':')?;
        let manifest = format!("/v2/{name}/manifests/{tag}");
        let found = self.ask(
            "manifest",
            &at("HEAD", &manifest, &[("Authorization", &bearer)], ""),
            200,
        )?;
        let digest = header(&found, "Docker-Content-Digest").first()?.clone();
        let by_digest = format!("/v2/{name}/manifests/{digest}");
        self.ask(
            "digest",
            &at("GET", &by_digest, &[("Authorization", &bearer)], ""),
            200,
        )?;
        Some(())
    }
}

fn walk(name: &str) -> String {
    let world = World {
        scenario: Scenario::built_in(name).expect("a scenario"),
    };
    let mut walk = Walk {
        world: &world,
        tally: Tally::default(),
        steps: Vec::new(),
    };
    let done = walk.go();
    match (done, walk.steps.first()) {
        (Some(()), _) => "granted".to_owned(),
        (None, Some(step)) => step.clone(),
        (None, None) => "no identity".to_owned(),
    }
}

#[test]
fn scenarios_refuse_where_they_say() {
    let expected = |name: &str| match name {
        "guestbook"
        | "debug-pod"
        | "no-role-assignment-empty-body"
        | "wrong-identity-assigned"
        | "foreign-audience"
        | "wrong-tenant"
        | "pull-secret-not-referenced"
        | "reference-parse"
        | "anonymous-pull"
        | "role-propagation"
        | "identity-not-named" => "exchange 401",
        "wrong-audience" => "imds 400",
        "imds-throttled" => "imds 429",
        "reduced-grant"
        | "abac-mode-legacy-role"
        | "abac-condition"
        | "artifact-cache-credential"
        | "artifact-cache-path" => "manifest 401",
        "upstream-throttled" => "manifest 429",
        "access-token-refused" | "client-flow-differs" => "token 401",
        "azure-json-service-principal"
        | "secret-expired"
        | "bad-username"
        | "malformed-credential"
        | "token-too-large" => "no identity",
        "tag-missing" => "manifest 404",
        "repository-missing" => "manifest 401", // this walk asks for guestbook's scope
        "dangling-tag" => "digest 404",
        "quarantined" => "manifest 403",
        "private-dns" | "firewall" => "exchange 403",
        "firewall-at-challenge" | "proxy-in-the-way" => "challenge 403",
        "registry-timeout" => "challenge late",
        "throttled" => "token 429",
        "service-error" => "exchange 503",
        "not-a-registry" => "challenge 200",
        "redirect-refused" => "exchange 307",
        "unexplained" => "token 451",
        "sovereign-cloud" | "conditional-access" | "entra-unreachable" => "no identity",
        of_entra
            if of_entra.starts_with("service-principal-")
                || of_entra.starts_with("workload-identity-") =>
        {
            "no identity"
        }
        // Files, names, sockets, certificates, other principals: not on this walk.
        _ => "granted",
    };
    for (name, _) in built_in::ALL {
        let came_to = walk(name);
        // A world without an identity has nobody to walk as.
        let is_empty = came_to == "no identity" && expected(name) == "granted";
        assert!(
            is_empty || came_to == expected(name),
            "{name}: {came_to}, not {}",
            expected(name)
        );
    }
}
