//! `[registry.inferred]`: shapes that no public recording shows and that are not
//! worth a key of their own in `[registry]`. Each has a sentence for the report.
//! *Not* where they are used: `exchange_endpoint`, `token_endpoint`, `manifests`.

use serde::Deserialize;

/// Statuses and texts that are only presumed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StatedInferred {
    /// Exchange with a wrong tenant or service, a foreign or ARM audience, an expired
    /// or foreign token.
    pub exchange_disorder: u16,
    /// Exchange without a service, a token or a known `grant_type`.
    pub exchange_incomplete: u16,
    /// A token for another `service`.
    pub token_wrong_service: u16,
    /// A token form without a known `grant_type` or its token.
    pub token_incomplete: u16,
    /// The word for an expired access token, or one of another kind, at the resource.
    pub expired_bearer: String,
    /// Whether MANIFEST_UNKNOWN has the detail of distribution's source.
    pub manifest_detail: bool,
    /// A quarantined manifest.
    pub quarantined: u16,
    /// Whether 401 of `/oauth2/*` carries `Www-Authenticate`.
    pub oauth_challenge: bool,
    /// Whether a 429 has the JSON envelope, or no body.
    pub throttle_body: bool,
}

impl Default for StatedInferred {
    fn default() -> Self {
        StatedInferred {
            exchange_disorder: 401,
            exchange_incomplete: 400,
            token_wrong_service: 401,
            token_incomplete: 400,
            expired_bearer: "invalid_token".to_owned(),
            manifest_detail: true,
            quarantined: 403,
            oauth_challenge: false,
            throttle_body: true,
        }
    }
}

impl StatedInferred {
    /// One sentence for each shape that any world uses.
    pub fn sentences(&self) -> Vec<String> {
        let yes = |yes| if yes { "with" } else { "without" };
        vec![
            format!(
                "wrong tenant, foreign audience and expired Entra tokens at /oauth2/exchange: {} with the body of an identity without a role (registry.inferred.exchange_disorder)",
                self.exchange_disorder
            ),
            format!(
                "incomplete forms: {} at /oauth2/exchange, {} at /oauth2/token (registry.inferred.exchange_incomplete, token_incomplete)",
                self.exchange_incomplete, self.token_incomplete
            ),
            format!(
                "a token for another service: {} (registry.inferred.token_wrong_service); one without a service is issued",
                self.token_wrong_service
            ),
            format!(
                "an expired access token at the resource: 401 {} (registry.inferred.expired_bearer)",
                self.expired_bearer
            ),
            format!(
                "MANIFEST_UNKNOWN comes {} a detail (registry.inferred.manifest_detail)",
                yes(self.manifest_detail)
            ),
            format!(
                "401 of /oauth2/* comes {} a Www-Authenticate (registry.inferred.oauth_challenge)",
                yes(self.oauth_challenge)
            ),
        ]
    }
}
