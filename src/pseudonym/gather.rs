//! Which names a recording holds: read from the places that say what a name is, then from all texts what
//! has the shape of an id, an address or somebody's host.

use super::{Names, addresses, hosts, texts};
use crate::event;
use crate::evidence::{Observation, Recording, TokenShown};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// Ids that everybody has: the user name that goes with a refresh token.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

/// Words in place of a user name.
const NO_USERS: &[&str] = &[NOBODY, "<token>", "acr_anon_pull", "admin", "msi", ""];

/// Members of azure.json and of other files that are names of resources.
const RESOURCES: &[&str] = &[
    "loadBalancerName",
    "primaryAvailabilitySetName",
    "primaryScaleSetName",
    "routeTableName",
    "securityGroupName",
    "subnetName",
    "vnetName",
];

pub(super) fn names(recording: &Recording) -> Names {
    let mut all = Vec::new();
    let kept = read(recording, &mut all);
    let mut names = Names {
        taken: words(&all),
        ..Names::default()
    };
    plan(&mut names, recording);
    facts(&mut names, recording);
    for one in &recording.transactions {
        url(&mut names, &one.url);
        repository_of_path(&mut names, &one.url);
        // `1.1 proxy.corp.example`: who else had the answer in hand.
        for word in one.headers.get("via").into_iter().flatten() {
            word.split([' ', ','])
                .for_each(|part| host(&mut names, part));
        }
        for (field, value) in &one.request.form {
            match field.as_str() {
                "username" => user(&mut names, value),
                "service" => host(&mut names, value),
                _ => {}
            }
        }
    }
    for token in &recording.tokens {
        claims(&mut names, token);
    }
    for text in &all {
        shapes(&mut names, text, &kept);
    }
    names
}

/// All texts that may hold a name, and the ids that stay.
fn read(recording: &Recording, all: &mut Vec<String>) -> HashSet<String> {
    let mut take = |value: serde_json::Result<Value>| {
        let mut value = value.unwrap_or_default();
        texts(&mut value, None, &mut |text| all.push(text.clone()));
    };
    take(serde_json::to_value(&recording.header));
    recording
        .facts
        .iter()
        .for_each(|one| take(serde_json::to_value(one)));
    recording
        .transactions
        .iter()
        .for_each(|one| take(serde_json::to_value(one)));
    recording
        .tokens
        .iter()
        .for_each(|one| take(serde_json::to_value(one)));
    kept_ids(recording)
}

/// Ids by which support finds a request: those of headers, and those that a message or a body calls so.
fn kept_ids(recording: &Recording) -> HashSet<String> {
    const CALLED: &[&str] = &[
        "correlationid: ",
        "correlation id: ",
        "trace id: ",
        "request id: ",
        "\"correlation_id\":\"",
        "\"trace_id\":\"",
    ];
    let mut kept = HashSet::from([NOBODY.to_owned()]);
    for one in &recording.transactions {
        kept.extend(one.correlation_id.iter().map(|id| id.to_lowercase()));
        let headers = one
            .headers
            .values()
            .flatten()
            .chain(one.request.headers.iter().map(|(_, value)| value));
        let named = |name: &str| name.to_ascii_lowercase().ends_with("request-id");
        let ids = one
            .headers
            .iter()
            .filter(|(name, _)| named(name))
            .flat_map(|(_, values)| values);
        kept.extend(ids.map(|id| id.to_lowercase()));
        let ids = one.request.headers.iter().filter(|(name, _)| named(name));
        kept.extend(ids.map(|(_, id)| id.to_lowercase()));
        for text in headers.chain(&one.body) {
            let lower = text.to_lowercase();
            for word in CALLED {
                for (at, _) in lower.match_indices(word) {
                    kept.extend(lower[at + word.len()..].get(..36).map(str::to_owned));
                }
            }
        }
    }
    for token in &recording.tokens {
        // The ids of a token itself are what Entra's sign-in log is searched by.
        kept.extend(
            ["jti", "uti"]
                .iter()
                .filter_map(|name| token.claims.get(*name)?.as_str().map(str::to_lowercase)),
        );
    }
    kept
}

fn words(texts: &[String]) -> HashSet<String> {
    let is_of = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | ':');
    let words = texts
        .iter()
        .flat_map(|text| text.split(move |sign| !is_of(sign)));
    let parts = words.clone().flat_map(|word| word.split(':'));
    let trimmed = words.chain(parts).map(|word| word.trim_matches(['.', ':']));
    trimmed.map(str::to_lowercase).collect()
}

fn plan(names: &mut Names, recording: &Recording) {
    let header = &recording.header;
    for target in &header.targets {
        host(names, &target.registry);
        if target.registry.is_empty() {
            unread(names, &target.image);
        }
        repository(names, &target.repository);
        for pod in &target.pods {
            plain(names, "namespace", "namespace", &pod.namespace);
            plain(names, "pod", "pod", &pod.name);
            let account = pod.service_account.as_deref().unwrap_or_default();
            plain(names, "service account", "account", account);
            pod.pull_secrets
                .iter()
                .for_each(|name| plain(names, "pull secret", "pull-secret", name));
        }
    }
    plain(
        names,
        "node",
        "node",
        header.node.name.as_deref().unwrap_or_default(),
    );
    plain(
        names,
        "node pool",
        "pool",
        header.node.pool.as_deref().unwrap_or_default(),
    );
    let cluster = header.node.cluster.as_deref().unwrap_or_default();
    plain(names, "cluster", "cluster", cluster);
    for principal in &header.principals {
        user(
            names,
            principal.identity.user_name.as_deref().unwrap_or_default(),
        );
        home(names, &principal.source);
        home(names, &principal.name);
    }
}

/// A reference that could not be taken apart: what stands before tag or digest names somebody's too.
fn unread(names: &mut Names, image: &str) {
    let name = image.split('@').next().unwrap_or_default();
    let mut parts: Vec<&str> = name.split('/').collect();
    if let Some(last) = parts.last_mut() {
        *last = last.split(':').next().unwrap_or_default();
    }
    let is_host = |part: &&str| part.contains('.') || part.contains(':');
    let rest = usize::from(parts.first().is_some_and(is_host));
    parts[..rest].iter().for_each(|part| host(names, part));
    repository(names, &parts[rest..].join("/"));
}

fn facts(names: &mut Names, recording: &Recording) {
    for fact in &recording.facts {
        match &fact.observation {
            Observation::Dns(dns) => {
                host(names, &dns.host);
                dns.aliases.iter().for_each(|alias| host(names, alias));
            }
            Observation::Connect(connect) => {
                host(names, &connect.host);
                url(names, connect.proxy.as_deref().unwrap_or_default());
            }
            Observation::Tls(tls) => {
                host(names, &tls.host);
                for certificate in &tls.chain {
                    certificate.names.iter().for_each(|name| host(names, name));
                }
            }
            Observation::Clock(clock) => host(names, &clock.host),
            Observation::File(file) => {
                home(names, &file.path);
                members(names, &file.shown);
            }
            Observation::Withheld(withheld) => {
                url(names, &withheld.destination);
                host(names, &withheld.destination);
            }
            Observation::Credential(shown) => {
                home(names, &shown.from);
                user(names, shown.user_name.as_deref().unwrap_or_default());
                host(names, shown.key.as_deref().unwrap_or_default());
                shown.near.iter().for_each(|key| host(names, key));
            }
            Observation::Exec(exec) => home(names, &exec.program),
            Observation::Event(pasted) => {
                home(names, &pasted.from);
                told(names, &event::read_kept(&pasted.said));
            }
        }
    }
}

/// What a pasted text names.
fn told(names: &mut Names, reading: &event::Reading) {
    for one in &reading.events {
        host(names, one.registry.as_deref().unwrap_or_default());
        repository(names, one.repository.as_deref().unwrap_or_default());
    }
    reading.images.iter().for_each(|image| unread(names, image));
}

/// Of a file's shown members, those that name something.
fn members(names: &mut Names, shown: &Map<String, Value>) {
    let text = |name: &str| shown.get(name).and_then(Value::as_str).unwrap_or_default();
    plain(
        names,
        "resource group",
        "resource-group",
        text("resourceGroup"),
    );
    RESOURCES
        .iter()
        .for_each(|name| plain(names, "resource", "resource", text(name)));
    service_account(names, text("subject"));
    if shown.contains_key("type") {
        plain(names, "namespace", "namespace", text("namespace"));
        plain(names, "pull secret", "pull-secret", text("name"));
    }
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        // User and password are out of it, and their mark is no part of an address.
        host(names, text(name).rsplit('@').next().unwrap_or_default());
    }
    for name in text("NO_PROXY").split(',') {
        host(names, name.trim().trim_start_matches(['*', '.']));
    }
    let auths = shown.get("auths").and_then(Value::as_array);
    for key in auths.into_iter().flatten().filter_map(Value::as_str) {
        url(names, key);
        host(names, key);
    }
}

fn claims(names: &mut Names, token: &TokenShown) {
    let text = |name: &str| {
        token
            .claims
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    for name in [
        "upn",
        "unique_name",
        "preferred_username",
        "email",
        "name",
        "given_name",
        "family_name",
    ] {
        user(names, text(name));
    }
    plain(names, "application", "application", text("app_displayname"));
    let subject = text("sub");
    service_account(names, subject);
    if token.kind.starts_with("acr-") && !subject.contains([':', '/']) {
        user(names, subject);
    }
    for name in ["iss", "idp", "aud"] {
        url(names, text(name));
    }
    let entries = ["access", "Access"]
        .iter()
        .filter_map(|name| token.claims.get(*name)?.as_array());
    for entry in entries.flatten() {
        let member =
            |name: &str, other: &str| entry.get(name).or(entry.get(other)).and_then(Value::as_str);
        if member("type", "Type") == Some("repository") {
            repository(names, member("name", "Name").unwrap_or_default());
        }
    }
}

/// What tells by its shape what it is.
fn shapes(names: &mut Names, text: &str, kept: &HashSet<String>) {
    for id in guids(text).filter(|id| !kept.contains(&id.to_lowercase())) {
        names.name("id", id, |number| {
            format!("{number:08x}-0000-4000-8000-{number:012x}")
        });
    }
    for id in long_ids(text) {
        names.name("long id", id, |number| format!("{number:032x}"));
    }
    for address in addresses::in_text(text) {
        addresses::name(names, address);
    }
    for word in hosts::in_text(text) {
        host(names, word);
    }
    for (at, start) in text.match_indices("repository:") {
        let rest = &text[at + start.len()..];
        repository(
            names,
            rest.split([':', '"', ' ', '\'']).next().unwrap_or_default(),
        );
    }
    resource_id(names, text);
}

fn guids(text: &str) -> impl Iterator<Item = &str> {
    let is_of = |sign: char| sign.is_ascii_hexdigit() || sign == '-';
    text.split(move |sign| !is_of(sign)).filter_map(|word| {
        // `%2F` before it leaves an F.
        let word = if word.len() > 36 {
            word.get(word.len() - 36..)?
        } else {
            word
        };
        let groups: Vec<usize> = word.split('-').map(str::len).collect();
        (groups == [8, 4, 4, 4, 12]).then_some(word)
    })
}

/// 128 bits in hexadecimal, as registries are numbered.
fn long_ids(text: &str) -> impl Iterator<Item = &str> {
    text.split(|sign: char| !sign.is_ascii_alphanumeric())
        .filter(|word| word.len() == 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .filter(|word| word.bytes().any(|byte| byte.is_ascii_digit()))
}

/// `/subscriptions/…/resourceGroups/NAME/providers/A/B/NAME`.
fn resource_id(names: &mut Names, text: &str) {
    let segments: Vec<&str> = text.split(['/', '"', '\'', ' ', ',']).collect();
    for at in 0..segments.len() {
        let word = segments[at].to_ascii_lowercase();
        let segment = |offset: usize| segments.get(at + offset).copied().unwrap_or_default();
        match word.as_str() {
            "resourcegroups" => plain(names, "resource group", "resource-group", segment(1)),
            "providers" if segment(1).contains('.') => {
                plain(names, "resource", "resource", segment(3));
                // A part of a resource has a type and a name of its own.
                plain(names, "resource", "resource", segment(5));
            }
            _ => {}
        }
    }
}

fn url(names: &mut Names, text: &str) {
    if let Some(name) = url::Url::parse(text)
        .ok()
        .as_ref()
        .and_then(url::Url::host_str)
    {
        host(names, name);
    }
}

/// A host, with or without port and path.
fn host(names: &mut Names, text: &str) {
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let name = text.split(['/', ':', ' ']).next().unwrap_or_default();
    let is_of = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '.' | '_');
    if hosts::is_public(name) || !name.chars().all(is_of) || name.starts_with('.') {
        return;
    }
    let pseudonym = hosts::pseudonym(names, name);
    names.whole("host name", name, pseudonym);
}

/// A repository, part by part: a slash stays a slash.
fn repository(names: &mut Names, text: &str) {
    let is_of =
        |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '.' | '_' | '/' | '*');
    if text.is_empty() || !text.chars().all(is_of) {
        return;
    }
    let parts: Vec<String> = text
        .split('/')
        .map(|part| match part {
            "*" | "library" | "" => part.to_owned(),
            _ => names.name("repository", part, |number| format!("repo{number}")),
        })
        .collect();
    if parts.len() > 1 {
        names.whole("repository path", text, parts.join("/"));
    }
}

fn repository_of_path(names: &mut Names, address: &str) {
    let Some((_, path)) = address.split_once("/v2/") else {
        return;
    };
    let ends = ["/manifests/", "/blobs/", "/tags/", "/referrers/"];
    if let Some(end) = ends.iter().filter_map(|end| path.find(end)).min() {
        repository(names, &path[..end]);
    }
}

fn user(names: &mut Names, text: &str) {
    let is_shown = !NO_USERS.contains(&text) && !text.starts_with("(redacted");
    if !is_shown || guids(text).next().is_some() {
        return;
    }
    if text.contains('@') {
        names.name("user", text, |number| format!("user{number}@example.com"));
    } else {
        names.name("user", text, |number| format!("user{number}"));
    }
}

/// The user whose folder a path is in.
fn home(names: &mut Names, path: &str) {
    for (start, end) in [("/home/", '/'), ("/Users/", '/'), ("\\Users\\", '\\')] {
        let Some((_, rest)) = path.split_once(start) else {
            continue;
        };
        let Some((name, _)) = rest.split_once(end).filter(|(name, _)| !name.is_empty()) else {
            continue;
        };
        user(names, name);
        let shown = names.name("user", name, |number| format!("user{number}"));
        let whole = format!("{start}{name}{end}");
        names.whole("home folder", &whole, format!("{start}{shown}{end}"));
    }
}

/// `system:serviceaccount:NAMESPACE:NAME`.
fn service_account(names: &mut Names, subject: &str) {
    let Some((namespace, name)) = subject
        .strip_prefix("system:serviceaccount:")
        .and_then(|rest| rest.split_once(':'))
    else {
        return;
    };
    plain(names, "namespace", "namespace", namespace);
    plain(names, "service account", "account", name);
    let shown = |part: &str| names.shown(part).unwrap_or(part).to_owned();
    let (namespace, name) = (shown(namespace), shown(name));
    names.whole(
        "subject",
        subject,
        format!("system:serviceaccount:{namespace}:{name}"),
    );
}

fn plain(names: &mut Names, kind: &'static str, word: &str, original: &str) {
    if !["", "default"].contains(&original)
        && !original.starts_with("(redacted")
        && guids(original).next().is_none()
    {
        names.name(kind, original, |number| format!("{word}-{number}"));
    }
}
