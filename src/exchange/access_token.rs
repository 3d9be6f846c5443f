//! `/oauth2/token`: a credential becomes an access token for a scope, as the replayed client asks.

use super::challenge::Bearer;
use super::grants::{self, Arrange, Wire};
use super::{Credential, form};
use crate::evidence::Step;
use crate::secret::Secret;
use crate::transport::{Asker, Method, Recorder, Request, Stopped};
use base64::Engine;

/// The statuses after which containerd asks again by GET. 400 is there for ACR (containerd c0e00f19a).
const FALLS_BACK: [u16; 4] = [400, 401, 404, 405];

/// containerd: POST with the password grant; where that is refused, GET with Basic; without a
/// credential GET alone.
pub(super) async fn containerd(
    recorder: &Recorder,
    asker: &Asker,
    challenge: &Bearer,
    credential: &Credential,
    scopes: &[String],
) -> Result<Secret, Stopped> {
    let asker = &asker.at(Step::AccessToken);
    let (user, secret) = match credential {
        Credential::None => return get(recorder, asker, challenge, scopes, None).await,
        Credential::Password { user, secret } => (user.as_str(), secret),
        // An empty user name is how containerd marks an identity token.
        Credential::Refresh(secret) => ("", secret),
    };
    let wire = Wire {
        recorder,
        asker,
        challenge,
        client_id: "containerd-client",
        content_type: form::FORM_UTF8,
        arrange: Arrange::Sorted,
        status: std::sync::Mutex::default(),
    };
    let granted = if user.is_empty() {
        grants::refresh_token(&wire, secret, scopes).await?
    } else {
        grants::password(&wire, user, secret, scopes).await?
    };
    if granted.status == 200 {
        return granted.token.ok_or(Stopped);
    }
    if !FALLS_BACK.contains(&granted.status) || (granted.status == 405 && user.is_empty()) {
        return Err(Stopped);
    }
    get(recorder, asker, challenge, scopes, Some((user, secret))).await
}

/// The Azure SDKs: POST with the refresh token; anonymous by an empty password grant; a password, for
/// which they have no form, by GET with Basic.
pub(super) async fn sdk(
    recorder: &Recorder,
    asker: &Asker,
    challenge: &Bearer,
    credential: &Credential,
    scopes: &[String],
) -> Result<Secret, Stopped> {
    let asker = &asker.at(Step::AccessToken);
    match credential {
        Credential::None => anonymous_post(recorder, asker, challenge, scopes).await,
        Credential::Password { user, secret } => {
            get(recorder, asker, challenge, scopes, Some((user, secret))).await
        }
        Credential::Refresh(secret) => {
            let wire = Wire {
                recorder,
                asker,
                challenge,
                client_id: form::SDK,
                content_type: form::FORM,
                arrange: Arrange::Only(&["service", "scope", "refresh_token", "grant_type"]),
                status: std::sync::Mutex::default(),
            };
            grants::refresh_token(&wire, secret, scopes)
                .await?
                .token
                .ok_or(Stopped)
        }
    }
}

/// `GET realm?scope=…&service=…`, with Basic where there is a credential.
async fn get(
    recorder: &Recorder,
    asker: &Asker,
    challenge: &Bearer,
    scopes: &[String],
    basic: Option<(&str, &Secret)>,
) -> Result<Secret, Stopped> {
    let mut address = challenge.realm.clone();
    {
        let mut query = address.query_pairs_mut();
        for scope in scopes {
            query.append_pair("scope", scope);
        }
        query.append_pair("service", &challenge.service);
    }
    let mut request =
        Request::new(Method::Get, address).header("User-Agent", form::user_agent(asker.client));
    if let Some((user, secret)) = basic {
        let pair = Secret::new(format!("{user}:{}", secret.expose()));
        let encoded = Secret::new(base64::engine::general_purpose::STANDARD.encode(pair.expose()));
        recorder.learn(&encoded);
        request = request.header("Authorization", format!("Basic {}", encoded.expose()));
    }
    let answer = recorder.send(asker, request).await?;
    if answer.status != 200 {
        return Err(Stopped);
    }
    // ACR sends access_token, other registries token: on a GET containerd takes either.
    let token = answer
        .member("access_token")
        .or_else(|| answer.member("token"));
    token
        .filter(|token| !token.is_empty())
        .map(Secret::new)
        .ok_or(Stopped)
}

/// The SDKs' anonymous form: a password grant with an empty refresh token and no user
/// (recorded in azure-sdk-for-net, 2022-03).
async fn anonymous_post(
    recorder: &Recorder,
    asker: &Asker,
    challenge: &Bearer,
    scopes: &[String],
) -> Result<Secret, Stopped> {
    let scope = scopes.join(" ");
    let fields = form::fields([
        ("service", challenge.service.as_str()),
        ("scope", &scope),
        ("refresh_token", ""),
        ("grant_type", "password"),
    ]);
    let request = Request::new(Method::Post, challenge.realm.clone())
        .header("User-Agent", form::user_agent(asker.client))
        .header("Content-Type", form::FORM)
        .form(fields);
    let answer = recorder.send(asker, request).await?;
    if answer.status != 200 {
        return Err(Stopped);
    }
    answer
        .member("access_token")
        .filter(|token| !token.is_empty())
        .map(Secret::new)
        .ok_or(Stopped)
}
