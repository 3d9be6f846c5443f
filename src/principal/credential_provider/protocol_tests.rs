//! Requests and answers of plugins.

use super::super::fixtures;
use super::*;
use proptest::prelude::*;

const V1: &str = VERSIONS[0];

fn answer(auth: &Value) -> Response {
    let text = json!({"kind": "CredentialProviderResponse", "apiVersion": V1, "cacheKeyType": "Registry",
                      "cacheDuration": "1h0m0s", "auth": auth});
    response(text.to_string().as_bytes(), V1).unwrap()
}

fn patterns(found: Vec<&Auth>) -> Vec<&str> {
    found
        .into_iter()
        .map(|auth| auth.pattern.as_str())
        .collect()
}

#[test]
fn the_request() {
    let annotations = BTreeMap::from([("k".to_owned(), "v".to_owned())]);
    let token = Secret::new("t");
    let said = |version| request("a.azurecr.io/x", version, Some(&token), &annotations);
    assert_eq!(
        said(V1).expose(),
        "{\"kind\":\"CredentialProviderRequest\",\"apiVersion\":\"credentialprovider.kubelet.k8s.io/v1\",\
         \"image\":\"a.azurecr.io/x\",\"serviceAccountToken\":\"t\",\"serviceAccountAnnotations\":{\"k\":\"v\"}}\n"
    );
    assert!(!said(VERSIONS[1]).expose().contains("serviceAccount"));
    assert!(
        !request("i", V1, None, &annotations)
            .expose()
            .contains("serviceAccount")
    );
}

#[test]
fn every_match_in_the_keyrings_order() {
    let found = answer(&json!({
        "*.azurecr.*": {"username": "", "password": ""},
        "acrwizdev.azurecr.io": {"username": "u", "password": "p"},
        "acrwizdev.azurecr.io/team": {"username": "u", "password": "p"},
        "other.azurecr.io": {"username": "u", "password": "p"},
        "*.azurecr.io": {"username": "u", "password": "p"},
    }));
    assert_eq!(
        patterns(found.for_image("acrwizdev.azurecr.io/team/app:1")),
        [
            "acrwizdev.azurecr.io/team",
            "acrwizdev.azurecr.io",
            "*.azurecr.io",
            "*.azurecr.*"
        ]
    );
    assert_eq!(
        patterns(found.for_image("third.azurecr.cn/x")),
        ["*.azurecr.*"]
    );
    assert!(found.for_image("r.westeurope.geo.azurecr.io/x").is_empty());
    assert!(found.auth.last().unwrap().is_anonymous());
}

#[test]
fn keys_are_normalised() {
    let found = answer(&json!({
        "https://a.azurecr.io/v2/": {"username": "1", "password": "p"},
        "http://a.azurecr.io/v1/team": {"username": "2", "password": "p"},
        "a b": {"username": "3", "password": "p"},
    }));
    let users: Vec<_> = found.for_image("a.azurecr.io/team/x");
    let users: Vec<_> = users.iter().map(|auth| auth.username.as_str()).collect();
    assert_eq!(users, ["2", "1"]);
}

#[test]
fn several_plugins_are_one_keyring() {
    let one = answer(&json!({"a.azurecr.io": {"username": "first", "password": ""}}));
    let two = answer(
        &json!({"a.azurecr.io": {"username": "second"}, "a.azurecr.io/x": {"username": "third"}}),
    );
    let found = lookup([&one, &two], "a.azurecr.io/x");
    let users: Vec<_> = found.iter().map(|auth| auth.username.as_str()).collect();
    assert_eq!(users, ["third", "first", "second"]);
}

#[test]
fn what_is_wrong_is_named() {
    let fault = |text: &str| response(text.as_bytes(), V1).unwrap_err().to_string();
    let with = |more: &str| {
        format!("{{\"kind\":\"CredentialProviderResponse\",\"apiVersion\":\"{V1}\",{more}}}")
    };
    assert!(fault(" \n").contains("nothing"));
    assert!(fault("I0101 {\"password\":\"canary-1\"").contains("line 1"));
    assert!(fault("[]").contains("not a JSON object"));
    assert!(fault("{}").contains("apiVersion"));
    assert!(fault(&format!("{{\"apiVersion\":\"{V1}\",\"kind\":\"Pod\"}}")).contains("\"Pod\""));
    for (more, named) in [
        ("\"auth\":{}", "cacheKeyType"),
        ("\"cacheKeyType\":\"registry\"", "cacheKeyType"),
        (
            "\"cacheKeyType\":\"Image\",\"cacheDuration\":\"soon\"",
            "cacheDuration",
        ),
        ("\"cacheKeyType\":\"Image\",\"auth\":[]", "auth is not"),
        (
            "\"cacheKeyType\":\"Image\",\"auth\":{\"a\":\"canary-2\"}",
            "auth[\"a\"]",
        ),
        (
            "\"cacheKeyType\":\"Image\",\"auth\":{\"a\":{\"password\":7}}",
            "auth[\"a\"].password",
        ),
    ] {
        let said = fault(&with(more));
        assert!(said.contains(named) && !said.contains("canary"), "{said}");
    }
}

#[test]
fn an_empty_answer_and_unknown_members() {
    let text = format!(
        "{{\"kind\":\"CredentialProviderResponse\",\"apiVersion\":\"{V1}\",\"cacheKeyType\":\"Registry\",\
         \"auth\":{{\"a\":{{\"identitytoken\":\"t\"}}}},\"extra\":1}}"
    );
    let found = response(text.as_bytes(), V1).unwrap();
    assert_eq!(found.unknown, ["extra", "auth[\"a\"].identitytoken"]);
    assert_eq!(found.cache_duration, None);
    assert!(answer(&Value::Null).for_image("a.azurecr.io/x").is_empty());
}

/// What the scripts of the test data print, read without running them.
#[test]
fn the_answers_of_the_plugins_in_the_test_data() {
    let script = std::fs::read_to_string(fixtures::path("ok-two-entries")).unwrap();
    let line = script.lines().find(|line| line.starts_with('{')).unwrap();
    let found = response(line.as_bytes(), V1).unwrap();
    assert_eq!(
        patterns(found.for_image("acrwizdev.azurecr.io/guestbook:1")),
        ["acrwizdev.azurecr.io", "*.azurecr.*"]
    );
    assert!(matches!(
        response(line.as_bytes(), VERSIONS[1]),
        Err(ResponseFault::ApiVersion { .. })
    ));
    let garbage = b"I0101 starting up {\"password\":\"canary-garbage\"\n\xff\x00";
    assert!(matches!(
        response(garbage, V1),
        Err(ResponseFault::NotJson { .. })
    ));
}

#[test]
fn a_password_is_not_in_debug() {
    let found = answer(&json!({"a": {"username": "u", "password": "canary-3"}}));
    assert!(!format!("{found:?}").contains("canary-3"));
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        let _ = response(&bytes, V1);
    }

    #[test]
    fn any_key_is_survived(key in "\\PC{0,16}|[*.:/%a-]{0,12}|/v[12]/\\PC{0,4}") {
        let _ = answer(&json!({key: {}})).for_image("a.azurecr.io/x");
    }
}
