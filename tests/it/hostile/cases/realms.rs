//! Challenges that name a place for tokens which is not the registry's own.

use super::Case;
use crate::hostile::world::realm;

/// Every one.
pub fn all() -> Vec<Case> {
    let names =
        |name: &str, address: &str, finding| Case::new(name, address, realm(address), finding);
    vec![
        names(
            "realm elsewhere",
            "https://tokens.evil.test/oauth2/token",
            "realm-elsewhere",
        ),
        names(
            "realm on a look-alike suffix",
            "https://acrwizdev.azurecr.io.evil.test/oauth2/token",
            "realm-elsewhere",
        ),
        names(
            "realm of another registry",
            "https://other.azurecr.io/oauth2/token",
            "realm-elsewhere",
        ),
        names(
            "realm with the name inside",
            "https://xacrwizdev.azurecr.io/oauth2/token",
            "realm-elsewhere",
        ),
        names(
            "realm in clear",
            "http://acrwizdev.azurecr.io/oauth2/token",
            "insecure-realm",
        ),
        names(
            "realm of another scheme",
            "ftp://acrwizdev.azurecr.io/oauth2/token",
            "insecure-realm",
        ),
        names(
            "realm with user info",
            "https://acrwizdev.azurecr.io@tokens.evil.test/oauth2/token",
            "realm-elsewhere",
        ),
        names(
            "realm with user info of its own",
            "https://u:p@acrwizdev.azurecr.io/oauth2/token",
            "realm-elsewhere",
        ),
        names(
            "realm with a backslash",
            "https://tokens.evil.test\\@acrwizdev.azurecr.io/oauth2/token",
            "realm-elsewhere",
        ),
        names(
            "realm on an odd port",
            "https://acrwizdev.azurecr.io:8443/oauth2/token",
            "realm-elsewhere",
        ),
        names(
            "realm with a final dot",
            "https://acrwizdev.azurecr.io./oauth2/token",
            "realm-elsewhere",
        ),
        names(
            "realm at this machine",
            "https://127.0.0.1:TRAP_PORT/oauth2/token",
            "realm-elsewhere",
        ),
        names(
            "realm at the metadata service",
            "https://169.254.169.254/metadata/identity/oauth2/token",
            "realm-elsewhere",
        ),
        names(
            "realm at the metadata service in clear",
            "http://169.254.169.254/metadata/identity/oauth2/token",
            "insecure-realm",
        ),
        names(
            "realm at a private address",
            "https://10.0.0.7/oauth2/token",
            "realm-elsewhere",
        ),
        names(
            "realm at a number",
            "https://2130706433:TRAP_PORT/oauth2/token",
            "realm-elsewhere",
        ),
        names(
            "realm that is no address",
            "acrwizdev.azurecr.io/oauth2/token",
            "realm-elsewhere",
        ),
        Case::new(
            "service of another registry",
            "service=\"other.azurecr.io\"",
            "[registry.challenge]\nservice = \"other.azurecr.io\"\n".to_owned(),
            "realm-elsewhere",
        ),
        Case::new(
            "two challenges",
            "one for the registry, one for evil.test",
            two_challenges(),
            "challenge-unusable",
        ),
        Case::new(
            "realm twice",
            "realm=own, realm=evil.test",
            realm_twice(),
            "challenge-unusable",
        ),
    ]
}

fn two_challenges() -> String {
    let one = |host: &str| {
        format!("Bearer realm=\"https://{host}/oauth2/token\",service=\"acrwizdev.azurecr.io\"")
    };
    let raw = [one("acrwizdev.azurecr.io"), one("tokens.evil.test")];
    format!("[registry.challenge]\nkind = \"raw\"\nraw = {raw:?}\n")
}

fn realm_twice() -> String {
    let raw = "Bearer realm=\"https://acrwizdev.azurecr.io/oauth2/token\",realm=\"https://tokens.evil.test/\",service=\"acrwizdev.azurecr.io\"";
    format!("[registry.challenge]\nkind = \"raw\"\nraw = [{raw:?}]\n")
}
