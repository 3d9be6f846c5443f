//! `/oauth2/token`: a credential becomes an access token for a scope, as the replayed client asks.

use super::challenge::Bearer;
use super::grants::{self, Arrange, Wire};
use super::{Credential, form};
use crate::evidence::Step;
use crate::plan::Flow;
use crate::secret::Secret;
use crate::transport::{Asker, Method, Recorder, Request, Stopped};
use base64::Engine;

/// The statuses after which containerd asks again by GET. 400 is there for ACR (containerd c0e00f19a).
const FALLS_BACK: [u16; 4] = [400, 401, 404, 405];

/// As the replayed client asks.
pub(super) async fn ask(
    recorder: &Recorder,
    asker: &Asker,
    challenge: &Bearer,
    credential: &Credential,
    scopes: &[String],
    flow: Flow,
) -> Result<Secret, Stopped> {
    match flow {
        Flow::Containerd => containerd(recorder, asker, challenge, credential, scopes).await,
        Flow::Docker => docker(recorder, asker, challenge, credential, scopes).await,
        Flow::Sdk => sdk(recorder, asker, challenge, credential, scopes).await,
    }
}

/// docker: GET with the account and Basic; POST with the refresh token for an identity token; no
/// fallback between the two (moby `distribution`, read at b985e231).
async fn docker(
    recorder: &Recorder,
    asker: &Asker,
    challenge: &Bearer,
    credential: &Credential,
    scopes: &[String],
) -> Result<Secret, Stopped> {
    let asker = &asker.at(Step::AccessToken);
    match credential {
        Credential::None => get(recorder, asker, challenge, scopes, None).await,
        Credential::Password { user, secret } => {
            get(
                recorder,
                asker,
                challenge,
                scopes,
                Some(Basic {
                    user,
                    secret,
                    names_account: true,
                }),
            )
            .await
        }
        Credential::Refresh(secret) => {
            let wire = wire(
                recorder,
                asker,
                challenge,
                "docker",
                form::FORM,
                Arrange::Sorted,
            );
            grants::refresh_token(&wire, secret, scopes)
                .await?
                .token
                .ok_or(Stopped)
        }
    }
}

/// containerd: POST with the password grant; where that is refused, GET with Basic; without a
/// credential GET alone.
async fn containerd(
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
    let wire = wire(
        recorder,
        asker,
        challenge,
        "containerd-client",
        form::FORM_UTF8,
        Arrange::Sorted,
    );
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
    get(
        recorder,
        asker,
        challenge,
        scopes,
        Some(Basic {
            user,
            secret,
            names_account: false,
        }),
    )
    .await
}

/// The Azure SDKs: POST with the refresh token; anonymous by an empty password grant; a password, for
/// which they have no form, by GET with Basic.
async fn sdk(
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
            get(
                recorder,
                asker,
                challenge,
                scopes,
                Some(Basic {
                    user,
                    secret,
                    names_account: false,
                }),
            )
            .await
        }
        Credential::Refresh(secret) => {
            let order = Arrange::Only(&["service", "scope", "refresh_token", "grant_type"]);
            let wire = wire(recorder, asker, challenge, form::SDK, form::FORM, order);
            grants::refresh_token(&wire, secret, scopes)
                .await?
                .token
                .ok_or(Stopped)
        }
    }
}

/// A credential for a GET.
struct Basic<'a> {
    user: &'a str,
    secret: &'a Secret,
    /// Whether the query names the account too, as docker's does.
    names_account: bool,
}

fn wire<'a>(
    recorder: &'a Recorder,
    asker: &'a Asker,
    challenge: &'a Bearer,
    client_id: &'static str,
    content_type: &'static str,
    arrange: Arrange,
) -> Wire<'a> {
    Wire {
        recorder,
        asker,
        challenge,
        client_id,
        content_type,
        arrange,
        status: std::sync::Mutex::default(),
    }
}

/// `GET realm?scope=…&service=…`, with Basic where there is a credential.
async fn get(
    recorder: &Recorder,
    asker: &Asker,
    challenge: &Bearer,
    scopes: &[String],
    basic: Option<Basic<'_>>,
) -> Result<Secret, Stopped> {
    let mut address = challenge.realm.clone();
    {
        let mut query = address.query_pairs_mut();
        if let Some(Basic {
            user,
            names_account: true,
            ..
        }) = &basic
        {
            query.append_pair("account", user);
        }
        for scope in scopes {
            query.append_pair("scope", scope);
        }
        query.append_pair("service", &challenge.service);
    }
    let mut request =
        Request::new(Method::Get, address).header("User-Agent", form::user_agent(asker.client));
    if let Some(Basic { user, secret, .. }) = basic {
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
