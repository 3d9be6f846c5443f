use super::Redactor;
use crate::secret::Secret;

#[test]
fn only_known_query_keys_keep_their_value() {
    let redactor = Redactor::default();
    let url =
        url::Url::parse("https://x.azurecr.io/oauth2/token?scope=repository%3Aa%3Apull&sig=abcdef")
            .unwrap();
    let shown = redactor.url(&url);
    assert_eq!(
        shown,
        "https://x.azurecr.io/oauth2/token?scope=repository%3Aa%3Apull&sig=(redacted query-value, 6 characters)"
    );
}

#[test]
fn user_info_in_an_address_goes() {
    let url = url::Url::parse("https://name:pass@x.azurecr.io:444/v2/").unwrap();
    let shown = Redactor::default().url(&url);
    assert!(
        !shown.contains("pass@") && shown.ends_with("@x.azurecr.io:444/v2/"),
        "{shown}"
    );
}

#[test]
fn a_known_secret_is_found_in_every_form() {
    let redactor = Redactor::default();
    redactor.learn(&Secret::new("p+ss/w=rd canary"));
    for form in super::forms("p+ss/w=rd canary") {
        let shown = redactor.text(&format!("before {form} after"));
        assert!(!shown.contains(&form), "{form} in {shown}");
    }
}

#[test]
fn authorization_keeps_its_scheme_alone() {
    let shown = Redactor::default().header("Authorization", "Basic dXNlcjpwYXNz");
    assert_eq!(shown, "Basic (redacted credential, 12 characters)");
}

#[test]
fn what_other_programs_write_loses_what_looks_like_a_key() {
    let shown = |text: &str| Redactor::default().foreign_text(text);
    let said = "exchange for 3f6d2c1e-5b7a-4c0d-9e21-7a1c0b9d4e55 at https://x.azurecr.io/oauth2/exchange failed: 401";
    assert_eq!(shown(said), said);
    assert_eq!(
        shown("with canary7Qm3xZ9pLk2VtR8sWdY4!"),
        "with (redacted key-like-word, 26 characters)!"
    );
}

#[test]
fn tokens_in_text_are_cut_out() {
    let shown =
        Redactor::default().text("Bearer eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2lnbmF0dXJl, then more");
    assert_eq!(shown, "Bearer (redacted token, 44 characters), then more");
}

#[test]
fn what_a_registry_makes_up_leaves_the_evidence_clean() {
    use base64::Engine;
    let redactor = Redactor::default();
    for (kind, text) in crate::shapes::one_of_each() {
        let encoded = base64::engine::general_purpose::STANDARD.encode(&text);
        for body in [text.clone(), encoded] {
            let shown = redactor.text(&format!("the registry says: {body} and more"));
            let found = crate::shapes::search(&shown);
            assert!(found.is_clean(), "{kind:?}: {shown}: {found:?}");
        }
    }
}

#[test]
fn headers_are_kept_by_name() {
    let shown = |name: &str| Redactor::default().header(name, "a value");
    for name in [
        "X-Ms-Correlation-Request-Id",
        "x-ms-ratelimit-remaining-calls-per-second",
        "Date",
    ] {
        assert_eq!(shown(name), "a value");
    }
    for name in [
        "x-ms-token-aad-access-token",
        "Set-Cookie",
        "x-ms-authorization-auxiliary",
    ] {
        assert_eq!(shown(name), "(redacted header, 7 characters)");
    }
}

#[test]
fn a_query_without_a_key_goes() {
    let url = url::Url::parse("https://x.blob.core.windows.net/a?c2lnbmF0dXJl").unwrap();
    assert_eq!(
        Redactor::default().url(&url),
        "https://x.blob.core.windows.net/a?(redacted query-value, 12 characters)"
    );
}
