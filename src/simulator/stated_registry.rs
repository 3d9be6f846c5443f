//! What a scenario says about its registry. Settings marked *inferred* stand for
//! shapes that no public recording shows; `Scenario::assumptions` lists them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::stated::yes;
use super::stated_inferred::StatedInferred;

/// `[registry]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedRegistry {
    /// The login server, and the `service` of its challenge.
    pub host: String,
    /// Other names it answers under (regional endpoints).
    #[serde(default)]
    pub also: Vec<String>,
    #[serde(default = "tenant")]
    pub tenant: String,
    #[serde(default)]
    pub mode: Mode,
    #[serde(default)]
    pub anonymous_pull: bool,
    /// Whether Entra tokens for Azure Resource Manager are accepted.
    #[serde(default = "yes")]
    pub arm_audience: bool,
    #[serde(default)]
    pub admin: StatedAdmin,
    #[serde(default)]
    pub repositories: BTreeMap<String, StatedRepository>,
    #[serde(default)]
    pub challenge: StatedChallenge,
    pub firewall: Option<StatedFirewall>,
    /// The storage host blobs are redirected to.
    #[serde(default = "blob_host")]
    pub blob_host: String,
    /// *Inferred.* What POST `grant_type=password` with a user name gets.
    #[serde(default)]
    pub post_password: PostPassword,
    /// *Inferred.* What a principal with no right for what it asks gets.
    #[serde(default)]
    pub no_right_at_token: NoRight,
    /// *Inferred.* Exchange of an identity without a role in ABAC mode: 200, or 401.
    #[serde(default = "yes")]
    pub abac_exchange_without_role: bool,
    /// *Inferred.* How `aad_identity` stands in an ABAC refresh token.
    #[serde(default)]
    pub abac_refresh: AbacRefresh,
    /// *Inferred.* Key case in access tokens of admin, tokens, Basic principals.
    #[serde(default)]
    pub basic_claims: KeyCase,
    /// *Inferred.* Framing of errors of `/oauth2/*`.
    #[serde(default)]
    pub oauth_errors: Framing,
    /// Logged both ways: an envelope (2026), an empty body (older).
    #[serde(default)]
    pub exchange_refusal: Refusal,
    /// *Inferred.* The code for a manifest of an unknown repository.
    #[serde(default)]
    pub unknown_repository: UnknownRepository,
    /// *Inferred.* Repository Reader and the like also work in RBAC mode.
    #[serde(default)]
    pub repository_roles_in_rbac: bool,
    #[serde(default)]
    pub inferred: StatedInferred,
}

/// `properties.roleAssignmentMode`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    #[default]
    Rbac,
    Abac,
}

/// The admin user; its name is the registry's.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedAdmin {
    #[serde(default)]
    pub enabled: bool,
    #[serde(default)]
    pub passwords: Vec<String>,
}

/// A repository.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedRepository {
    /// Tag to platforms: one is a manifest, several are an index.
    #[serde(default)]
    pub tags: BTreeMap<String, Vec<String>>,
    /// Tags whose digest answers 404.
    #[serde(default)]
    pub dangling: Vec<String>,
    /// Tags whose image is quarantined (*inferred* shape: 403 DENIED).
    #[serde(default)]
    pub quarantined: Vec<String>,
    /// Tags whose layers are gone.
    #[serde(default)]
    pub no_layers: Vec<String>,
}

/// Departures of the challenge.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedChallenge {
    #[serde(default)]
    pub kind: ChallengeKind,
    /// Raw header values, for `kind = "raw"`.
    #[serde(default)]
    pub raw: Vec<String>,
    pub realm: Option<String>,
    pub service: Option<String>,
}

/// Which challenge is given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChallengeKind {
    #[default]
    Normal,
    Missing,
    BasicOnly,
    Broken,
    TwoHeaders,
    NoRealm,
    Raw,
}

/// The firewall's 403.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedFirewall {
    #[serde(default)]
    pub pattern: FirewallPattern,
    /// The address it names.
    pub address: String,
    /// *Inferred.* `none` leaves the header out.
    #[serde(default = "json")]
    pub content_type: String,
    /// Apostrophes as `\u0027`, as some captures show.
    #[serde(default)]
    pub escaped: bool,
    #[serde(default = "yes")]
    pub correlation: bool,
}

/// Where the 403 is given: at `/oauth2/*` only (A) or already at `/v2/` (B).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum FirewallPattern {
    #[default]
    A,
    B,
}

/// POST `grant_type=password`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum PostPassword {
    #[default]
    #[serde(rename = "400")]
    BadRequest,
    #[serde(rename = "401")]
    Unauthorized,
    #[serde(rename = "accepted")]
    Accepted,
}

/// The answer to a principal without the right asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum NoRight {
    #[default]
    #[serde(rename = "empty-access")]
    EmptyAccess,
    #[serde(rename = "missing-access")]
    MissingAccess,
    #[serde(rename = "empty-actions")]
    EmptyActions,
    #[serde(rename = "401")]
    Unauthorized,
}

/// `aad_identity` instead of `permissions`, or besides them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AbacRefresh {
    #[default]
    Instead,
    Besides,
}

/// `type/name/actions` or `Type/Name/Actions`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyCase {
    #[default]
    Lower,
    Capitalised,
}

/// How an error body is framed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Framing {
    #[default]
    Length,
    Chunked,
}

/// The body of a refused exchange.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    #[default]
    Envelope,
    Empty,
}

/// The error code for a manifest of an unknown repository.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UnknownRepository {
    #[default]
    NameUnknown,
    ManifestUnknown,
}

fn tenant() -> String {
    "a4b1c2d3-0e5f-4a6b-8c7d-9e0f1a2b3c4d".to_owned()
}

fn blob_host() -> String {
    "wusmanaged42.blob.core.windows.net".to_owned()
}

fn json() -> String {
    "application/json; charset=utf-8".to_owned()
}
