//! A recording made by hand, and what the rules make of it.

use crate::evidence::{Recording, parse_lines};
use crate::findings::judge::diagnose;
use serde_json::{Value, json};

pub(super) const REGISTRY: &str = "r.azurecr.io";

/// A recording in the making: one image, one registry, whose challenge is in order.
pub(in crate::findings) struct World {
    principals: Vec<Value>,
    asks: Vec<&'static str>,
    evidence: Vec<Value>,
    next: usize,
}

impl World {
    /// A pull and nothing else is asked.
    pub fn new() -> Self {
        Self::asking(&["pull"])
    }

    /// These actions are asked.
    pub fn asking(asks: &[&'static str]) -> Self {
        let world = Self {
            principals: vec![],
            asks: asks.to_vec(),
            evidence: vec![],
            next: 1,
        };
        let bearer =
            format!("Bearer realm=\"https://{REGISTRY}/oauth2/token\",service=\"{REGISTRY}\"");
        world.answer(
            "challenge",
            json!({"status": 401, "registry": REGISTRY, "headers": {"www-authenticate": [bearer]}}),
        )
    }

    /// A row.
    pub fn row(mut self, name: &str, kind: &str, more: Value) -> Self {
        let mut row = json!({"name": name, "kind": kind, "source": "test", "identity": {}});
        merge(&mut row, more);
        self.principals.push(row);
        self
    }

    /// A request with its answer.
    pub fn answer(mut self, step: &str, more: Value) -> Self {
        let mut one = json!({
            "line": "transaction", "run": "x", "id": format!("t{}", self.next), "step": step, "experiment": null,
            "client": "c", "connection": null, "method": "POST", "url": format!("https://{REGISTRY}/oauth2/token"),
            "request": {"headers": []}, "status": 401, "headers": {}, "body": null, "started_ms": 0.0, "elapsed_ms": 0.0,
            "correlation_id": null,
        });
        merge(&mut one, more);
        self.next += 1;
        self.evidence.push(one);
        self
    }

    /// The token that the last answer carried.
    pub fn token(mut self, kind: &str, claims: Value) -> Self {
        self.evidence.push(json!({
            "line": "token", "run": "x", "transaction": format!("t{}", self.next - 1), "kind": kind, "verified": false,
            "fingerprint": "f", "header": {}, "claims": claims,
        }));
        self
    }

    /// A fact of a row at the identity token.
    pub fn fact(mut self, what: &str, data: Value, principal: &str) -> Self {
        self.evidence.push(json!({
            "line": "fact", "run": "x", "id": format!("f{}", self.evidence.len()), "step": "identity-token", "what": what,
            "data": data, "principal": principal,
        }));
        self
    }

    /// The token that came with the last fact.
    pub fn fact_token(mut self, kind: &str, claims: Value) -> Self {
        let fact = self.evidence.last().map(|one| one["id"].clone());
        self.evidence.push(json!({
            "line": "token", "run": "x", "fact": fact, "kind": kind, "verified": false, "fingerprint": "f", "header": {},
            "claims": claims,
        }));
        self
    }

    /// A fact of the registry that all rows share.
    pub fn registry_fact(mut self, what: &str, data: Value) -> Self {
        self.evidence.push(json!({
            "line": "fact", "run": "x", "id": format!("f{}", self.evidence.len()), "step": "challenge", "what": what,
            "data": data, "registry": REGISTRY,
        }));
        self
    }

    /// Entra's answer with a token of these claims.
    pub fn entra(self, principal: &str, claims: Value) -> Self {
        let mut all = json!({"aud": "https://containerregistry.azure.net", "tid": "tenant-1", "exp": 4_000_000_000_i64});
        merge(&mut all, claims);
        let body = json!({"access_token": "(redacted)"}).to_string();
        self.answer(
            "identity-token",
            json!({"status": 200, "principal": principal, "body": body}),
        )
        .token("entra", all)
    }

    /// The exchange.
    pub fn exchange(self, principal: &str, status: u16, more: Value) -> Self {
        let body = (status == 200).then(|| json!({"refresh_token": "(redacted)"}).to_string());
        let mut all =
            json!({"status": status, "principal": principal, "registry": REGISTRY, "body": body});
        merge(&mut all, more);
        self.answer("refresh-token", all)
    }

    /// The access token for an action, with what it grants.
    pub fn access(self, principal: &str, action: &str, granted: &[&str]) -> Self {
        let scope = format!("repository:app:{action}");
        let body = json!({"access_token": "(redacted)"}).to_string();
        self.answer(
            "access-token",
            json!({"status": 200, "principal": principal, "registry": REGISTRY, "scope": scope, "body": body}),
        )
        .token("acr-access", json!({"access": [{"type": "repository", "name": "app", "actions": granted}]}))
    }

    /// An experiment at the token endpoint, with what its token carries.
    pub fn varied(self, principal: &str, factor: &str, granted: &[&str]) -> Self {
        let scope = format!("repository:app:{factor}");
        self.answer(
            "access-token",
            json!({"status": 200, "principal": principal, "registry": REGISTRY, "scope": scope, "experiment": factor, "varied": true}),
        )
        .token("acr-access", json!({"access": [{"type": "repository", "name": "app", "actions": granted}]}))
    }

    /// The manifest was found.
    pub fn manifest(self, principal: &str) -> Self {
        let more = json!({"status": 200, "headers": {"docker-content-digest": ["sha256:0"]}, "principal": principal, "registry": REGISTRY, "scope": "repository:app:pull"});
        self.answer("manifest", more)
    }

    fn recording(&self) -> Recording {
        let asks: Vec<Value> = self.asks.iter().map(|one| json!({"action": one})).collect();
        let header = json!({
            "line": "header", "run": "x", "schema": crate::evidence::SCHEMA, "version": "0", "flow": "containerd",
            "observed_at": "2026-11-23T20:00:00Z", "timeout_seconds": 5, "required": [], "asks": asks,
            "targets": [{"image": "r.azurecr.io/app:1", "registry": REGISTRY, "repository": "app", "reference": "1"}],
            "principals": self.principals,
        });
        let lines: String = std::iter::once(&header)
            .chain(&self.evidence)
            .map(|one| format!("{one}\n"))
            .collect();
        let recording = parse_lines(&lines).expect("made by hand").remove(0);
        // A run that came to its end: what is not here was not asked.
        Recording {
            complete: true,
            ..recording
        }
    }

    /// Checks the finding about a row: its rule, confidence (`!` for proven, `?` for possible) and alternatives.
    pub fn check(&self, principal: &str, expected: &str, alternatives: &[&str]) {
        let recording = self.recording();
        let diagnosis = diagnose(&recording);
        let finding = diagnosis
            .findings
            .iter()
            .find(|one| one.principals.iter().any(|own| own == principal))
            .expect("a finding");
        let mark = match finding.confidence.name() {
            "proven" => "!",
            "possible" => "?",
            _ => "",
        };
        assert_eq!(
            format!("{}{mark}", finding.rule),
            expected,
            "{}",
            finding.summary
        );
        let mut found: Vec<&str> = finding.alternatives.iter().map(|one| one.rule).collect();
        found.sort_unstable();
        assert_eq!(found, alternatives, "{}", finding.summary);
        assert!(
            finding
                .alternatives
                .iter()
                .all(|one| !one.separate_by.is_empty())
        );
    }

    /// The sentence of the finding about a row.
    pub fn summary(&self, principal: &str) -> String {
        let recording = self.recording();
        let diagnosis = diagnose(&recording);
        let mut about = diagnosis.findings.into_iter();
        about
            .find(|one| one.principals.iter().any(|own| own == principal))
            .map(|one| one.summary)
            .unwrap_or_default()
    }
}

fn merge(into: &mut Value, more: Value) {
    let (Value::Object(into), Value::Object(more)) = (into, more) else {
        panic!("objects");
    };
    into.extend(more);
}
