use super::{Kind, find, replace, search};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;

/// One secret of each kind. Put together here, so that no scanner takes this file for a leak.
pub(crate) fn one_of_each() -> Vec<(Kind, String)> {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let jwt = format!(
        "{}.{}.c2lnbmF0dXJl",
        part(r#"{"alg":"RS256"}"#),
        part(r#"{"sub":"x"}"#)
    );
    let basic = STANDARD.encode("acrwizdev:Hunter2-secret");
    vec![
        (Kind::SignedToken, jwt.clone()),
        (Kind::SignedToken, format!("Authorization: Bearer {jwt}")),
        (Kind::OpaqueToken, format!("0.A{}", "Rq4".repeat(30))),
        (
            Kind::RegistryPassword,
            format!("{}+ACR{}", "Ab3/".repeat(11).split_at(42).0, "C4x9Zq"),
        ),
        (
            Kind::ClientSecret,
            format!("k5y8Q~{}", "aB3.-_~9".repeat(5).split_at(34).0),
        ),
        (
            Kind::ServiceKey,
            format!("{}JQQJ99{}", "Ab3d".repeat(13), "Ab3d".repeat(6)),
        ),
        (
            Kind::StorageKey,
            format!("{}==", "Ab3/".repeat(22).split_at(86).0),
        ),
        (
            Kind::Signature,
            "https://w.blob.core.windows.net/x?sv=2024&sig=dGhlc2lnbmF0dXJl%2BAB%3D".into(),
        ),
        (Kind::Basic, format!("authorization: basic {basic}")),
        (
            Kind::Basic,
            format!(r#"{{"auths":{{"x.azurecr.io":{{"auth":"{basic}"}}}}}}"#),
        ),
        (Kind::Bearer, "Bearer 9f8e7d6c5b4a39281706f5e4d3".into()),
        (
            Kind::UserInfo,
            "HTTPS_PROXY=http://proxyuser:Hunter2@proxy.test:3128".into(),
        ),
        (
            Kind::PrivateKey,
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----".into(),
        ),
        (
            Kind::Named,
            r#""identitytoken": "not-a-jwt-but-secret""#.into(),
        ),
        (Kind::Named, r#""aadClientSecret":"Sim-Secret""#.into()),
        (Kind::Named, "ACR_PASSWORD=Hunter2isnotgood".into()),
        (Kind::Named, "aadClientSecret: Hunter2isnotgood".into()),
        (Kind::Named, r#"["password","Hunter2"]"#.into()),
        (
            Kind::Named,
            r#"{"ServerURL":"x","Username":"y","Secret":"Hunter2"}"#.into(),
        ),
    ]
}

#[test]
fn each_kind_is_found_plain_and_encoded() {
    for (kind, text) in one_of_each() {
        let json = serde_json::to_string(&text).unwrap();
        let twice = serde_json::to_string(&json).unwrap();
        let percent: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let html = text
            .replace('&', "&amp;")
            .replace('"', "&quot;")
            .replace('/', "&#x2F;");
        let base64 = STANDARD.encode(format!("-- {text} --"));
        let base64_twice = STANDARD.encode(&base64);
        for form in [
            text,
            json,
            twice,
            percent.replace('+', "%20"),
            html,
            base64,
            base64_twice,
        ] {
            let found = search(&form);
            assert!(found.kinds.contains(&kind), "{kind:?} in {form}: {found:?}");
        }
    }
}

#[test]
fn what_is_no_secret_is_left_alone() {
    for text in [
        "Bearer realm=\"https://acrwizdev.azurecr.io/oauth2/token\",service=\"acrwizdev.azurecr.io\"",
        "Bearer (redacted credential, 930 characters)",
        r#"["password","(redacted password, 34 characters)"]"#,
        "x?sv=(redacted query-value, 10 characters)&sig=(redacted query-value, 9 characters)",
        "acr-probe run IMAGE --secret admin=env:ACR_PASSWORD",
        "az acr login --name acrwizdev --password $ACR_PASSWORD",
        r#"{"grant_type":"access_token","jti":"fc68795b-6074-4b7e-bc64-2b0463b18bf7"}"#,
        "the password is wrong, or it was renewed: ask for the new one",
        "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
        "/subscriptions/5b0c1d2e-3f4a-4b5c-8d6e-7f8091a2b3c4/resourceGroups/MC_rg-cicd_aks-wiz-dev",
        "https://x.azurecr.io@evil.test/ and user@example.com",
        r#"{"redactions":[{"what":"access_token","count":5}]}"#,
        "Basic authentication is off",
        "3. refresh-token: `POST https://x.azurecr.io/oauth2/exchange2`",
        "secret: pull-secret-of-the-team",
        "",
    ] {
        let found = search(text);
        assert!(found.is_clean(), "{text}: {found:?}");
    }
}

#[test]
fn what_is_replaced_is_the_secret_alone() {
    let shown = replace(
        "http://user:Hunter2@proxy.test and sig=abcdefghijk&x=1",
        |kind, secret| format!("[{} {}]", kind.name(), secret.len()),
    );
    assert_eq!(
        shown,
        "http://user:[password in an address 7]@proxy.test and sig=[shared access signature 11]&x=1"
    );
}

#[test]
fn encodings_without_end_are_said_to_be_too_deep() {
    let mut text = "nothing to see here".to_owned();
    for _ in 0..20 {
        text = STANDARD.encode(text);
    }
    let found = search(&text);
    assert!(found.too_deep && !found.is_clean(), "{found:?}");
}

proptest! {
    #[test]
    fn any_text_is_searched_without_a_fault(text in "\\PC*") {
        let hits = find(&text);
        for hit in &hits {
            prop_assert!(text.get(hit.range.clone()).is_some());
        }
        let _ = search(&text);
    }

    #[test]
    fn any_mixture_of_signs_that_matter(text in "[eyJA0.=:\"'%&;\\\\/+@sigpasword,\\[ \\n-]{0,120}") {
        let _ = search(&text);
        prop_assert!(find(&replace(&text, |_, _| String::new())).len() <= text.len());
    }
}
