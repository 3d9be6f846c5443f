//! Tokens in the shapes of public recordings, marked as simulated, and the
//! reading of our own ones. *Not* a JWT library: a token of anybody else is
//! simply not ours.
//!
//! Claims, their order and their spans: (R) azure-sdk-for-python
//! `test_auth_flow` 2021 (Entra), azure-sdk-for-net 2021 and 2022 (anonymous).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

use super::ids;
use super::stated_registry::{AbacRefresh, KeyCase, Mode};
use super::world::{Moment, World};

/// In the shape of a libtrust fingerprint: twelve groups of four.
const KID: &str = "SIMU:LATE:DTOK:ENNO:TREA:LSIM:ULAT:EDTO:KENN:OTRE:ALSI:MULA";

/// The issuer of every ACR token (R).
pub const ISSUER: &str = "Azure Container Registry";

/// One element of `access`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    pub kind: String,
    pub name: String,
    pub actions: Vec<String>,
}

/// What an access token is made of.
pub struct Access<'a> {
    pub subject: &'a str,
    pub audience: &'a str,
    /// `None` leaves the claim out.
    pub access: Option<Vec<Granted>>,
    pub case: KeyCase,
    pub version: &'a str,
    /// Seconds until it expires; negative is past.
    pub lives: i64,
}

/// An ACR refresh token (R): iat = nbf = now − 900 s, exp = now + 3 h.
pub fn refresh(
    world: &World,
    moment: Moment,
    object: &str,
    audience: &str,
    words: &[&str],
    lives: i64,
) -> String {
    let registry = &world.stated().registry;
    let mut claims = times(world, moment, object, lives);
    claims.insert("aud".into(), json!(audience));
    claims.insert("version".into(), json!("1.0"));
    claims.insert("rid".into(), json!(rid(world, object, audience)));
    claims.insert("grant_type".into(), json!("refresh_token"));
    let abac = registry.mode == Mode::Abac;
    if abac {
        claims.insert("aad_identity".into(), json!(object));
    }
    if !abac || registry.abac_refresh == AbacRefresh::Besides {
        claims.insert(
            "permissions".into(),
            json!({"actions": words, "notActions": null}),
        );
    }
    claims.insert("roles".into(), json!([]));
    seal(world, claims)
}

/// An ACR access token [R for Entra and anonymous principals].
pub fn access(world: &World, moment: Moment, of: Access) -> String {
    let mut claims = times(world, moment, of.subject, of.lives);
    claims.insert("aud".into(), json!(of.audience));
    claims.insert("version".into(), json!(of.version));
    claims.insert("rid".into(), json!(rid(world, of.subject, of.audience)));
    if let Some(access) = of.access {
        let elements: Vec<Value> = access
            .into_iter()
            .map(|one| element(one, of.case))
            .collect();
        claims.insert("access".into(), Value::Array(elements));
    }
    claims.insert("roles".into(), json!([]));
    claims.insert("grant_type".into(), json!("access_token"));
    seal(world, claims)
}

/// Whom an Entra token is for.
pub struct Subject<'a> {
    pub client: &'a str,
    pub object: &'a str,
    pub tenant: &'a str,
    /// A managed identity, by its resource id.
    pub resource: Option<&'a str>,
}

/// An Entra token, v1 claims [R/C]; `lives` seconds from now.
pub fn entra(world: &World, moment: Moment, of: &Subject, audience: &str, lives: i64) -> String {
    let now = world.seconds(moment);
    let issuer = format!("https://sts.windows.net/{}/", of.tenant);
    let mut claims = Map::new();
    claims.insert("aud".into(), json!(audience));
    claims.insert("iss".into(), json!(issuer));
    claims.insert("iat".into(), json!(now - 300));
    claims.insert("nbf".into(), json!(now - 300));
    claims.insert("exp".into(), json!(now + lives));
    claims.insert("aio".into(), json!("simulated"));
    claims.insert("appid".into(), json!(of.client));
    claims.insert(
        "appidacr".into(),
        json!(if of.resource.is_some() { "2" } else { "1" }),
    );
    claims.insert("idp".into(), json!(issuer));
    claims.insert("oid".into(), json!(of.object));
    claims.insert("rh".into(), json!("simulated"));
    claims.insert("sub".into(), json!(of.object));
    claims.insert("tid".into(), json!(of.tenant));
    claims.insert("uti".into(), json!(""));
    claims.insert("ver".into(), json!("1.0"));
    if let Some(resource) = of.resource {
        claims.insert("xms_mirid".into(), json!(resource));
    }
    let header = json!({"typ": "JWT", "alg": "RS256", "x5t": "simulated-entra-key", "kid": "simulated-entra-key"});
    let id = seal_id(world, &claims);
    claims.insert("uti".into(), json!(id));
    let text = unsigned(&header, &Value::Object(claims));
    let signature: Vec<u8> = b"simulated".iter().copied().cycle().take(256).collect();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The claims of an ACR token that this world minted.
pub fn open(world: &World, token: &str) -> Option<Map<String, Value>> {
    let (text, signature) = token.rsplit_once('.')?;
    let claims = claims_of(token)?;
    let signed = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let ours = claims.get("iss")?.as_str() == Some(ISSUER)
        && claims.get("jti")?.as_str() == Some(seal_id(world, &claims).as_str())
        && signed == world.scenario.signer().sign(text);
    ours.then_some(claims)
}

/// The claims of an Entra token that this world minted.
pub fn open_entra(world: &World, token: &str) -> Option<Map<String, Value>> {
    let claims = claims_of(token)?;
    let ours = claims.get("uti")?.as_str() == Some(seal_id(world, &claims).as_str());
    ours.then_some(claims)
}

/// Whether a text has the form of a token at all.
pub fn looks_like_token(text: &str) -> bool {
    claims_of(text).is_some()
}

/// An id to tell tokens apart without showing them; empty for other texts.
pub fn id_of(token: &str) -> String {
    let claims = claims_of(token);
    let id = claims
        .as_ref()
        .and_then(|claims| claims.get("jti").or(claims.get("uti")));
    id.and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The payload of any token, unverified.
pub fn claims_of(token: &str) -> Option<Map<String, Value>> {
    let mut parts = token.split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(payload).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn times(world: &World, moment: Moment, subject: &str, lives: i64) -> Map<String, Value> {
    let now = world.seconds(moment);
    let start = now.min(now + lives) - 900;
    let mut claims = Map::new();
    claims.insert("jti".into(), json!(""));
    claims.insert("sub".into(), json!(subject));
    claims.insert("nbf".into(), json!(start));
    claims.insert("exp".into(), json!(now + lives));
    claims.insert("iat".into(), json!(start));
    claims.insert("iss".into(), json!(ISSUER));
    claims
}

fn element(one: Granted, case: KeyCase) -> Value {
    match case {
        KeyCase::Lower => json!({"type": one.kind, "name": one.name, "actions": one.actions}),
        KeyCase::Capitalised => json!({"Type": one.kind, "Name": one.name, "Actions": one.actions}),
    }
}

fn rid(world: &World, subject: &str, audience: &str) -> String {
    ids::hex32(&["rid", world.scenario.name(), subject, audience])
}

fn seal(world: &World, mut claims: Map<String, Value>) -> String {
    let signer = world.scenario.signer();
    let id = seal_id(world, &claims);
    claims.insert("jti".into(), json!(id));
    let mut header = json!({"alg": "RS256", "typ": "JWT", "kid": KID});
    if !signer.chain().is_empty() {
        header["x5c"] = json!(signer.chain());
    }
    let text = unsigned(&header, &Value::Object(claims));
    let signature = signer.sign(&text);
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The id follows from all other claims but the times: equal in every run, and
/// wrong as soon as a claim was changed.
fn seal_id(world: &World, claims: &Map<String, Value>) -> String {
    let timeless = claims
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "jti" | "uti" | "iat" | "nbf" | "exp"));
    let text: Vec<String> = timeless
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    ids::guid(&["token", world.scenario.name(), &text.join("&")])
}

fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}
