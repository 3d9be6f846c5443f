//! For whom an identity token was made, as far as a registry cares.
//!
//! Whether the registry accepts it is its own policy (`azureADAuthenticationAsArmPolicy`), and seen
//! from its answer.

use url::Url;

const REGISTRY_HOST: &str = "containerregistry.azure.net";
/// The Entra application behind [`REGISTRY_HOST`]; v2 tokens name it in `aud`.
const REGISTRY_APPLICATION: &str = "6a0ec4d3-30cb-4a83-91c0-ae56bc0e3d26";
const ARM_HOSTS: [&str; 6] = [
    "management.azure.com",
    "management.core.windows.net",
    "management.core.usgovcloudapi.net",
    "management.core.chinacloudapi.cn",
    "management.usgovcloudapi.net",
    "management.chinacloudapi.cn",
];

/// For whom an identity token was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AudienceKind {
    /// Azure Container Registry, by address or application id: always accepted.
    Acr,
    /// Azure Resource Manager: accepted unless the registry's policy forbids it.
    Arm,
    /// Something else.
    Foreign,
}

/// Sorts one value of `aud`.
#[must_use]
pub fn audience_kind(audience: &str) -> AudienceKind {
    if audience.eq_ignore_ascii_case(REGISTRY_APPLICATION) {
        return AudienceKind::Acr;
    }
    match bare_host(audience).as_deref() {
        Some(REGISTRY_HOST) => AudienceKind::Acr,
        Some(host) if ARM_HOSTS.contains(&host) => AudienceKind::Arm,
        _ => AudienceKind::Foreign,
    }
}

/// The host of `https://host` or `https://host/`; none for anything that says more than that.
fn bare_host(audience: &str) -> Option<String> {
    let url = Url::parse(audience).ok()?;
    let more = url.port().is_some()
        || url.path() != "/"
        || url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some();
    (url.scheme() == "https" && !more).then(|| url.host_str().map(str::to_owned))?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn audiences() {
        let check = |audience: &str, expected: AudienceKind| {
            assert_eq!(audience_kind(audience), expected, "{audience}")
        };
        check("https://containerregistry.azure.net", AudienceKind::Acr);
        check("https://containerregistry.azure.net/", AudienceKind::Acr);
        check("6A0EC4D3-30cb-4a83-91c0-ae56bc0e3d26", AudienceKind::Acr);
        check("https://management.azure.com/", AudienceKind::Arm);
        check("https://management.azure.com", AudienceKind::Arm);
        check("https://Management.core.windows.net/", AudienceKind::Arm);
        check(
            "https://management.core.usgovcloudapi.net",
            AudienceKind::Arm,
        );
        check(
            "https://management.core.chinacloudapi.cn/",
            AudienceKind::Arm,
        );
        check("https://management.usgovcloudapi.net", AudienceKind::Arm);
        check("https://management.chinacloudapi.cn", AudienceKind::Arm);
        check("https://vault.azure.net", AudienceKind::Foreign);
        check("https://r.azurecr.io", AudienceKind::Foreign);
        check("http://management.azure.com", AudienceKind::Foreign);
        check(
            "https://management.azure.com/.default",
            AudienceKind::Foreign,
        );
        check(
            "https://management.azure.com.example",
            AudienceKind::Foreign,
        );
        check("", AudienceKind::Foreign);
    }

    proptest! {
        #[test]
        fn any_text_is_sorted(text in any::<String>(), host in "[a-z.]{1,20}") {
            let _ = audience_kind(&text);
            let without = audience_kind(&format!("https://{host}"));
            prop_assert_eq!(without, audience_kind(&format!("https://{host}/")));
        }
    }
}
