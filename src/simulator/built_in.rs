//! The scenarios that are part of the program, the incident first.

macro_rules! shipped {
    ($($name:literal)*) => {
        /// Name and text of each.
        pub const ALL: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("../../testdata/scenarios/", $name, ".toml")))),*
        ];
    };
}

shipped! {
    "guestbook"
    "guestbook-fixed"
    "no-role-assignment-empty-body"
    "wrong-identity-assigned"
    "arm-audience-disabled"
    "wrong-audience"
    "foreign-audience"
    "wrong-tenant"
    "reduced-grant"
    "abac-mode-legacy-role"
    "abac-condition"
    "access-token-refused"
    "excess-privilege"
    "anonymous-pull"
    "bad-password"
    "azure-json-service-principal"
    "secret-expired"
    "bad-username"
    "malformed-credential"
    "token-too-large"
    "admin-disabled"
    "identity-not-found"
    "multiple-identities"
    "imds-unreachable"
    "imds-timeout"
    "imds-throttled"
    "azure-json-unusable"
    "azure-json-denied"
    "tag-missing"
    "repository-missing"
    "platform-mismatch"
    "dangling-tag"
    "quarantined"
    "data-endpoint-blocked"
    "dns-nxdomain"
    "private-dns"
    "registry-unreachable"
    "registry-connect-timeout"
    "registry-timeout"
    "tls-interception"
    "tls-name-mismatch"
    "firewall"
    "firewall-at-challenge"
    "proxy-in-the-way"
    "throttled"
    "service-error"
    "clock-skew"
    "not-a-registry"
    "challenge-unusable"
    "realm-elsewhere"
    "insecure-realm"
    "redirect-refused"
    "look-alike-registry"
    "role-propagation"
    "docker-config-key-mismatch"
    "docker-config-other-registries"
    "docker-config-expired-token"
    "docker-config-empty-entry"
    "docker-config-malformed"
    "docker-config-stray-bytes"
    "credhelper-missing"
    "stale-docker-credential"
    "login-server-capitals"
    "pull-secret-good"
    "pull-secret-wrong-key"
    "provider-not-matched"
    "provider-missing-binary"
    "token-disabled"
    "protocol-mismatch"
    "many-principals"
    "artifact-cache-credential"
    "unexplained"
}

/// The text of one.
pub fn text(name: &str) -> Option<&'static str> {
    let mut all = ALL.iter();
    all.find(|(known, _)| *known == name).map(|(_, text)| *text)
}
