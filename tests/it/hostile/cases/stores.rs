//! Credentials and tokens that are not what they seem.

use super::Case;
use crate::hostile::world::answers;

/// A credential of another registry, and tokens that claim to be for us.
pub fn all() -> Vec<Case> {
    let stored = |name: &str, key: &str, finding| {
        // {"aud":"acrwizdev.azurecr.io","grant_type":"refresh_token"}, without a signature.
        let token = "eyJhbGciOiJub25lIn0.eyJhdWQiOiJhY3J3aXpkZXYuYXp1cmVjci5pbyIsImdyYW50X3R5cGUiOiJyZWZyZXNoX3Rva2VuIn0.Y2FuYXJ5";
        let world = format!(
            "[probe.files]\n\"/work/config.json\" = '''{{\"auths\": {{{key:?}: {{\"identitytoken\": {token:?}}}}}}}'''\n"
        );
        Case::new(name, &format!("docker config: {key}"), world, finding)
            .by("docker-config:/work/config.json")
            .demo()
    };
    vec![
        stored(
            "credential of another registry",
            "other.azurecr.io",
            "credential-key-mismatch",
        ),
        stored(
            "credential of a look-alike",
            "acrwizdev.azurecr.io.evil.test",
            "credential-key-mismatch",
        ),
        stored(
            "credential under a wildcard",
            "*.azurecr.io",
            "credential-key-mismatch",
        ),
        Case::new(
            "token claiming to be for us",
            "the token endpoint gives pull, push, delete; the manifest is refused",
            forged_access_token(),
            "artifact-cache-credential",
        )
        .by("kubelet")
        .shown_to_their_own(),
        Case::new(
            "identity token for another audience",
            "IMDS gives a token for https://management.azure.com",
            "[imds]\naudience = \"https://management.azure.com\"\n".to_owned(),
            "granted",
        )
        .by("kubelet")
        .with(&["--action", "pull"])
        .shown_to_their_own(),
    ]
}

fn forged_access_token() -> String {
    use base64::Engine;
    let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let claims = r#"{"iss":"Azure Container Registry","aud":"acrwizdev.azurecr.io","exp":9999999999,"access":[{"type":"repository","name":"guestbook","actions":["pull","push","delete"]}]}"#;
    let token = format!(
        "{}.{}.{}",
        encode(r#"{"alg":"none"}"#),
        encode(claims),
        encode("canary")
    );
    let given = answers("token", 200, &format!("{{\"access_token\":\"{token}\"}}"));
    given + &answers("manifest", 401, r#"{"errors":[{"code":"UNAUTHORIZED"}]}"#)
}
