//! Typed views of claims: whose token, for whom, until when. Entra tokens and the registry's own.
//!
//! Every claim may be missing and every value may have an unexpected type; a view then shows nothing
//! rather than failing. All of it is unverified. There is no clock here: ask with the time observed.

use serde_json::{Map, Value};
use url::Url;

use super::member;

pub use super::audience::{AudienceKind, audience_kind};
pub use super::lifetime::{Lifetime, lifetime};

/// Issuer of all of the registry's own tokens.
const REGISTRY_ISSUER: &str = "Azure Container Registry";
/// Subject of tokens given to those who present nothing.
const ANONYMOUS_SUBJECT: &str = "acr_anon_pull";
/// Entra's hosts in `iss`: v1 and v2, public, US government, China.
const ENTRA_HOSTS: [&str; 6] = [
    "sts.windows.net",
    "sts.chinacloudapi.cn",
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.partner.microsoftonline.cn",
    "login.chinacloudapi.cn",
];
/// What a federated credential has as its audience, in the clouds.
const FEDERATION_AUDIENCES: [&str; 3] = [
    "api://azureadtokenexchange",
    "api://azureadtokenexchangeusgov",
    "api://azureadtokenexchangechina",
];
/// What sort of token the claims are those of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// An identity token of Entra.
    Entra,
    /// The registry's refresh token: proves who, grants no repository.
    AcrRefresh,
    /// The registry's access token.
    AcrAccess,
    /// The registry's access token for those who present nothing.
    AcrAnonymous,
    /// A token to be shown to Entra, such as that of a Kubernetes service account.
    Assertion,
    /// Anything else.
    Other,
}

impl TokenKind {
    /// The word in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Entra => "entra",
            Self::AcrRefresh => "acr-refresh",
            Self::AcrAccess => "acr-access",
            Self::AcrAnonymous => "acr-anonymous",
            Self::Assertion => "assertion",
            Self::Other => "other",
        }
    }
}

/// Tells the sort of token from its claims.
#[must_use]
pub fn kind(claims: &Map<String, Value>) -> TokenKind {
    let issuer = issuer(claims).unwrap_or_default();
    if issuer == REGISTRY_ISSUER {
        return registry_kind(claims);
    }
    if is_entra(&issuer) {
        return TokenKind::Entra;
    }
    if is_assertion(claims) {
        return TokenKind::Assertion;
    }
    TokenKind::Other
}

fn registry_kind(claims: &Map<String, Value>) -> TokenKind {
    if subject(claims).as_deref() == Some(ANONYMOUS_SUBJECT) {
        return TokenKind::AcrAnonymous;
    }
    match text(claims, "grant_type").as_deref() {
        Some("refresh_token") => TokenKind::AcrRefresh,
        Some("access_token") => TokenKind::AcrAccess,
        _ if member(claims, "access").is_some() => TokenKind::AcrAccess,
        _ if permissions(claims).is_some() || has_aad_identity(claims) => TokenKind::AcrRefresh,
        _ => TokenKind::Other,
    }
}

fn is_entra(issuer: &str) -> bool {
    let Ok(url) = Url::parse(issuer) else {
        return false;
    };
    url.scheme() == "https"
        && url
            .host_str()
            .is_some_and(|host| ENTRA_HOSTS.contains(&host))
}

fn is_assertion(claims: &Map<String, Value>) -> bool {
    let service_account =
        subject(claims).is_some_and(|subject| subject.starts_with("system:serviceaccount:"));
    service_account
        || audience(claims)
            .iter()
            .any(|a| FEDERATION_AUDIENCES.contains(&&*a.to_ascii_lowercase()))
}

/// `aud`, a text or a list of texts.
#[must_use]
pub fn audience(claims: &Map<String, Value>) -> Vec<String> {
    words(claims.get("aud"))
}

/// `iss`.
#[must_use]
pub fn issuer(claims: &Map<String, Value>) -> Option<String> {
    text(claims, "iss")
}

/// `sub`.
#[must_use]
pub fn subject(claims: &Map<String, Value>) -> Option<String> {
    text(claims, "sub")
}

/// `oid`: the principal's object id in Entra. The registry's own tokens carry it as `sub`.
#[must_use]
pub fn object_id(claims: &Map<String, Value>) -> Option<String> {
    text(claims, "oid")
}

/// `appid` (v1) or `azp` (v2): the client id.
#[must_use]
pub fn app_id(claims: &Map<String, Value>) -> Option<String> {
    text(claims, "appid").or_else(|| text(claims, "azp"))
}

/// `tid` of Entra's tokens, `tenant` of the registry's.
#[must_use]
pub fn tenant(claims: &Map<String, Value>) -> Option<String> {
    text(claims, "tid").or_else(|| text(claims, "tenant"))
}

/// `xms_mirid`: the Azure resource id of a managed identity.
#[must_use]
pub fn resource_id(claims: &Map<String, Value>) -> Option<String> {
    text(claims, "xms_mirid")
}

/// `upn`, `unique_name` or `preferred_username`: a person's name; service principals have none.
#[must_use]
pub fn user_name(claims: &Map<String, Value>) -> Option<String> {
    ["upn", "unique_name", "preferred_username"]
        .into_iter()
        .find_map(|name| text(claims, name))
}

/// Whether a refresh token carries `aad_identity`, with whatever value: so Microsoft's acr-cli
/// (Azure/acr-cli `internal/api/acrsdk.go`) tells that the registry decides by repository (ABAC).
#[must_use]
pub fn has_aad_identity(claims: &Map<String, Value>) -> bool {
    claims.contains_key("aad_identity")
}

/// `permissions` of a refresh token: rights on the registry as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permissions {
    /// `read`, `write`, `delete`, `*`.
    pub actions: Vec<String>,
    /// What is taken away again; `null` on the wire is empty here.
    pub not_actions: Vec<String>,
}

/// Reads `permissions` in either dialect; none where the claim is missing or no object.
#[must_use]
pub fn permissions(claims: &Map<String, Value>) -> Option<Permissions> {
    let permissions = member(claims, "permissions")?.as_object()?;
    Some(Permissions {
        actions: words(member(permissions, "actions")),
        not_actions: words(member(permissions, "notActions")),
    })
}

fn text(claims: &Map<String, Value>, name: &str) -> Option<String> {
    let text = claims.get(name)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// A list of texts, or one text; whatever is no text is left out.
fn words(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(word)) => vec![word.clone()],
        Some(Value::Array(words)) => words
            .iter()
            .filter_map(|word| word.as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::token::access::access;

    fn map(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    /// The claims of a published token.
    fn published(fixture: &str) -> Map<String, Value> {
        let fixture: Value = serde_json::from_str(fixture).unwrap();
        assert!(fixture["source"].as_str().unwrap().starts_with("https://"));
        map(fixture["claims"].clone())
    }

    macro_rules! token {
        ($name:literal) => {
            published(include_str!(concat!(
                "../../testdata/tokens/",
                $name,
                ".json"
            )))
        };
    }

    /// One line for a set of claims, so that the table below can be read.
    fn told(claims: &Map<String, Value>) -> String {
        let rights = permissions(claims).map(|p| (p.actions.join(","), p.not_actions.len()));
        let granted = access(claims).granted_actions("repository", "hello-world");
        let span = lifetime(claims).span().unwrap_or_default();
        let tenant = if tenant(claims).is_some() {
            "tenant"
        } else {
            "-"
        };
        format!(
            "{} {span} {tenant} {rights:?} {granted:?}",
            kind(claims).as_str()
        )
    }

    #[test]
    fn published_tokens() {
        let check =
            |claims: Map<String, Value>, expected: &str| assert_eq!(told(&claims), expected);
        check(
            token!("acr-refresh-2017-documented"),
            r#"acr-refresh 2089 tenant Some(("*", 0)) []"#,
        );
        check(
            token!("acr-access-2017-documented"),
            "acr-access 4500 - None []",
        );
        check(
            token!("acr-refresh-2021-service-principal"),
            r#"acr-refresh 11700 - Some(("read,write,delete", 0)) []"#,
        );
        check(
            token!("acr-access-2021-service-principal"),
            r#"acr-access 4500 - None ["metadata_read"]"#,
        );
        check(
            token!("acr-anonymous-2021-catalog"),
            "acr-anonymous 1200 - None []",
        );
        check(
            token!("acr-anonymous-2022-delete-asked"),
            r#"acr-anonymous 1200 - None ["pull"]"#,
        );
        check(
            token!("entra-2021-service-principal"),
            "entra 3900 tenant None []",
        );
    }

    #[test]
    fn published_catalog_grants() {
        for claims in [
            token!("acr-access-2017-documented"),
            token!("acr-anonymous-2021-catalog"),
        ] {
            assert!(access(&claims).grants("registry", "catalog", "*"));
            assert!(!access(&claims).grants("repository", "hello-world", "pull"));
        }
        assert!(!access(&token!("acr-anonymous-2022-delete-asked")).grants(
            "repository",
            "library/hello-world",
            "delete"
        ));
    }

    #[test]
    fn kinds() {
        let check = |claims: Value, expected: &str| {
            assert_eq!(kind(&map(claims.clone())).as_str(), expected, "{claims}");
        };
        check(json!({}), "other");
        check(json!({"iss": 1}), "other");
        check(json!({"iss": "Azure Container Registry"}), "other");
        check(
            json!({"iss": "Azure Container Registry", "permissions": {}}),
            "acr-refresh",
        );
        check(
            json!({"iss": "Azure Container Registry", "aad_identity": "x"}),
            "acr-refresh",
        );
        check(
            json!({"iss": "Azure Container Registry", "access": null}),
            "acr-access",
        );
        check(
            json!({"iss": "Azure Container Registry", "grant_type": "access_token"}),
            "acr-access",
        );
        check(
            json!({"iss": "Azure Container Registry", "sub": "acr_anon_pull"}),
            "acr-anonymous",
        );
        check(json!({"iss": "https://sts.windows.net/t/"}), "entra");
        check(
            json!({"iss": "https://login.microsoftonline.com/t/v2.0"}),
            "entra",
        );
        check(
            json!({"iss": "https://login.microsoftonline.com.example/t/v2.0"}),
            "other",
        );
        check(json!({"iss": "http://sts.windows.net/t/"}), "other");
        check(
            json!({"iss": "https://oidc.example/", "sub": "system:serviceaccount:ns:app"}),
            "assertion",
        );
        check(
            json!({"iss": "https://oidc.example/", "aud": ["api://AzureADTokenExchange"]}),
            "assertion",
        );
        check(
            json!({"iss": "https://sts.windows.net/t/", "aud": "api://AzureADTokenExchange"}),
            "entra",
        );
    }

    #[test]
    fn people_and_principals() {
        let claims = map(json!({
            "aud": "a", "oid": "o", "azp": "p", "tid": "t", "tenant": "other", "unique_name": "me@example",
            "xms_mirid": "/subscriptions/s", "sub": "", "iss": null,
        }));
        assert_eq!(audience(&claims), ["a"]);
        let views = [object_id, app_id, tenant, user_name, resource_id].map(|view| view(&claims));
        assert_eq!(
            views,
            ["o", "p", "t", "me@example", "/subscriptions/s"].map(|text| Some(text.to_owned()))
        );
        assert_eq!((subject(&claims), issuer(&claims)), (None, None));
        assert_eq!(audience(&map(json!({"aud": ["a", 1, "b"]}))), ["a", "b"]);
        assert!(audience(&map(json!({}))).is_empty());
    }

    #[test]
    fn permissions_in_both_dialects() {
        let check = |claims: Value, expected: Option<(&[&str], &[&str])>| {
            let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
            let expected = expected.map(|(actions, not_actions)| Permissions {
                actions: owned(actions),
                not_actions: owned(not_actions),
            });
            assert_eq!(permissions(&map(claims.clone())), expected, "{claims}");
        };
        check(json!({}), None);
        check(json!({"permissions": null}), None);
        check(json!({"permissions": {}}), Some((&[], &[])));
        check(
            json!({"permissions": {"actions": ["read"], "notActions": null}}),
            Some((&["read"], &[])),
        );
        check(
            json!({"permissions": {"Actions": ["read"], "NotActions": ["delete"]}}),
            Some((&["read"], &["delete"])),
        );
    }

    proptest! {
        #[test]
        fn any_claim_is_looked_at(name in "(iss|sub|aud|exp|nbf|oid|tid|access|permissions|grant_type)", text in any::<String>(), number in any::<f64>()) {
            for value in [json!(text), json!(number), json!([text]), json!({ "Actions": text })] {
                let claims = map(json!({ &name: value }));
                let _ = told(&claims);
            }
        }
    }
}
