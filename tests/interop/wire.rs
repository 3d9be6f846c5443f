//! Two clients' requests, key by key.

use crate::token_service::Seen;
use std::fmt;

/// Values that are new with each token: compared by kind and length, as the log masks them.
const SECRET: [&str; 4] = ["password", "refresh_token", "access_token", "authorization"];

/// One thing that two clients sent differently.
#[derive(Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it is, and who alone sent it.
    pub what: String,
    probe: String,
    client: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {:?} | {:?}", self.what, self.probe, self.client)
    }
}

/// All differences of two requests, the probe's first. Everything that was sent is compared but the
/// order of header lines and the spelling of their names.
pub fn differences(probe: &Seen, client: &Seen) -> Vec<Difference> {
    let mut found = Vec::new();
    value(&mut found, "method", &probe.method, &client.method);
    value(&mut found, "path", &probe.path, &client.path);
    pairs(&mut found, "query", &probe.query, &client.query);
    pairs(&mut found, "form", &probe.form, &client.form);
    let ours = lower_case(&probe.headers);
    let theirs = lower_case(&client.headers);
    names(&mut found, "header", &ours, &theirs);
    found
}

/// The names of differences, for a comparison with those that are known.
pub fn named(differences: &[Difference]) -> Vec<&str> {
    differences.iter().map(|one| one.what.as_str()).collect()
}

type Pair = (String, String);

fn value(found: &mut Vec<Difference>, what: &str, probe: &str, client: &str) {
    if probe != client {
        found.push(Difference {
            what: what.to_owned(),
            probe: probe.to_owned(),
            client: client.to_owned(),
        });
    }
}

/// Names, values and their order.
fn pairs(found: &mut Vec<Difference>, kind: &str, probe: &[Pair], client: &[Pair]) {
    names(found, kind, probe, client);
    let order = |own: &[Pair], other: &[Pair]| {
        let common = own.iter().map(|(name, _)| name.as_str());
        let common = common.filter(|name| get(other, name).is_some());
        common.collect::<Vec<_>>().join(", ")
    };
    let order = (order(probe, client), order(client, probe));
    value(found, &format!("{kind} order"), &order.0, &order.1);
}

fn names(found: &mut Vec<Difference>, kind: &str, probe: &[Pair], client: &[Pair]) {
    for (name, ours) in probe {
        match get(client, name) {
            Some(theirs) => value(
                found,
                &format!("{kind} {name}"),
                &shown(name, ours),
                &shown(name, theirs),
            ),
            None => value(found, &format!("{kind} {name}, probe only"), ours, ""),
        }
    }
    for (name, theirs) in client {
        if get(probe, name).is_none() {
            value(found, &format!("{kind} {name}, client only"), "", theirs);
        }
    }
}

fn get<'a>(pairs: &'a [Pair], name: &str) -> Option<&'a str> {
    let mut all = pairs.iter().filter(|(own, _)| own == name);
    all.next().map(|(_, value)| value.as_str())
}

/// Of a secret, scheme, kind and length, without the hash at its end.
fn shown(name: &str, value: &str) -> String {
    match value.rsplit_once(':') {
        Some((rest, _)) if SECRET.contains(&name) => rest.to_owned(),
        _ => value.to_owned(),
    }
}

/// In lower case and by name; lines of one name joined, as a receiver may.
fn lower_case(headers: &[Pair]) -> Vec<Pair> {
    let mut lines: Vec<Pair> = Vec::new();
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        match lines.iter_mut().find(|(own, _)| *own == name) {
            Some((_, whole)) => *whole = format!("{whole}, {value}"),
            None => lines.push((name, value.clone())),
        }
    }
    lines.sort();
    lines
}

fn request(form: &str, authorization: &str) -> Seen {
    let form = url::form_urlencoded::parse(form.as_bytes()).into_owned();
    Seen {
        scheme: "https".to_owned(),
        method: "POST".to_owned(),
        path: "/oauth2/token".to_owned(),
        status: 200,
        query: vec![],
        form: form.collect(),
        fields: vec![],
        headers: vec![("Authorization".to_owned(), authorization.to_owned())],
    }
}

/// The comparison is of no use if it sees nothing.
#[test]
fn what_differs_is_seen() {
    let one = request("client_id=a&scope=b&password=text:9:01", "Basic text:5:aa");
    let seen = |form: &str, authorization: &str| {
        let found = differences(&one, &request(form, authorization));
        named(&found).join("; ")
    };
    let same = "client_id=a&scope=b&password=text:9:02";
    assert_eq!(seen(same, "Basic text:5:bb"), "");
    assert_eq!(seen(same, "Bearer text:5:bb"), "header authorization");
    let turned = "scope=b&client_id=a&password=text:9:02";
    assert_eq!(seen(turned, "Basic text:5:aa"), "form order");
    let other = "client_id=z&scope=b&account=x";
    let expected = "form client_id; form password, probe only; form account, client only";
    assert_eq!(seen(other, "Basic text:5:aa"), expected);
}
