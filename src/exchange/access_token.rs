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
    let request = Asking {
        recorder,
        asker: asker.at(Step::AccessToken),
        challenge,
        scopes,
    };
    match flow {
        Flow::Containerd => request.containerd(credential).await,
        Flow::Docker => request.docker(credential).await,
        Flow::Sdk => request.sdk(credential).await,
    }
}

/// What is asked for, and of whom.
struct Asking<'a> {
    recorder: &'a Recorder,
    asker: Asker,
    challenge: &'a Bearer,
    scopes: &'a [String],
}

/// A credential for a GET.
struct Basic<'a> {
    user: &'a str,
    secret: &'a Secret,
    /// Whether the query names the account too, as docker's does.
    names_account: bool,
}

impl Asking<'_> {
    /// docker: GET with the account and Basic; POST with the refresh token for an identity token; no
    /// fallback between the two (moby `distribution`, read at b985e231).
    async fn docker(&self, credential: &Credential) -> Result<Secret, Stopped> {
        match credential {
            Credential::None => self.get(None).await,
            Credential::Password { user, secret } => {
                self.get(Some(Basic {
                    user,
                    secret,
                    names_account: true,
                }))
                .await
            }
            Credential::Refresh(secret) => {
                let wire = self.wire("docker", form::FORM, Arrange::Sorted);
                let granted = grants::refresh_token(&wire, secret, self.scopes).await?;
                granted.token.ok_or(Stopped)
            }
        }
    }

    /// containerd: POST with the password grant; where that is refused, GET with Basic; without a
    /// credential GET alone.
    async fn containerd(&self, credential: &Credential) -> Result<Secret, Stopped> {
        let (user, secret) = match credential {
            Credential::None => return self.get(None).await,
            Credential::Password { user, secret } => (user.as_str(), secret),
            // An empty user name is how containerd marks an identity token.
            Credential::Refresh(secret) => ("", secret),
        };
        let wire = self.wire("containerd-client", form::FORM_UTF8, Arrange::Sorted);
        let granted = if user.is_empty() {
            grants::refresh_token(&wire, secret, self.scopes).await?
        } else {
            grants::password(&wire, user, secret, self.scopes).await?
        };
        if granted.status == 200 {
            return granted.token.ok_or(Stopped);
        }
        if !FALLS_BACK.contains(&granted.status) || (granted.status == 405 && user.is_empty()) {
            return Err(Stopped);
        }
        self.get(Some(Basic {
            user,
            secret,
            names_account: false,
        }))
        .await
    }

    /// The Azure SDKs: POST with the refresh token; anonymous by an empty password grant; a password,
    /// for which they have no form, by GET with Basic.
    async fn sdk(&self, credential: &Credential) -> Result<Secret, Stopped> {
        match credential {
            Credential::None => self.anonymous_post().await,
            Credential::Password { user, secret } => {
                self.get(Some(Basic {
                    user,
                    secret,
                    names_account: false,
                }))
                .await
            }
            Credential::Refresh(secret) => {
                let order = Arrange::Only(&["service", "scope", "refresh_token", "grant_type"]);
                let wire = self.wire(form::SDK, form::FORM, order);
                let granted = grants::refresh_token(&wire, secret, self.scopes).await?;
                granted.token.ok_or(Stopped)
            }
        }
    }

    fn wire(
        &self,
        client_id: &'static str,
        content_type: &'static str,
        arrange: Arrange,
    ) -> Wire<'_> {
        Wire {
            recorder: self.recorder,
            asker: &self.asker,
            challenge: self.challenge,
            client_id,
            content_type,
            arrange,
            status: std::sync::Mutex::default(),
        }
    }

    /// `GET realm?scope=…&service=…`, with Basic where there is a credential.
    async fn get(&self, basic: Option<Basic<'_>>) -> Result<Secret, Stopped> {
        let account = basic.as_ref().filter(|one| one.names_account);
        let address = self.address(account.map(|one| one.user));
        let mut request = Request::new(Method::Get, address)
            .header("User-Agent", form::user_agent(self.asker.client));
        if let Some(Basic { user, secret, .. }) = basic {
            let pair = Secret::new(format!("{user}:{}", secret.expose()));
            let encoded =
                Secret::new(base64::engine::general_purpose::STANDARD.encode(pair.expose()));
            self.recorder.learn(&encoded);
            request = request.header("Authorization", format!("Basic {}", encoded.expose()));
        }
        let answer = self.recorder.send(&self.asker, request).await?;
        // ACR sends access_token, other registries token: on a GET containerd takes either.
        form::token(&answer, &["access_token", "token"])
    }

    fn address(&self, account: Option<&str>) -> url::Url {
        let mut address = self.challenge.realm.clone();
        let mut query = address.query_pairs_mut();
        if let Some(user) = account {
            query.append_pair("account", user);
        }
        for scope in self.scopes {
            query.append_pair("scope", scope);
        }
        query.append_pair("service", &self.challenge.service);
        drop(query);
        address
    }

    /// The SDKs' anonymous form: a password grant with an empty refresh token and no user
    /// (recorded in azure-sdk-for-net, 2022-03).
    async fn anonymous_post(&self) -> Result<Secret, Stopped> {
        let scope = self.scopes.join(" ");
        let fields = form::fields([
            ("service", self.challenge.service.as_str()),
            ("scope", &scope),
            ("refresh_token", ""),
            ("grant_type", "password"),
        ]);
        let request = Request::new(Method::Post, self.challenge.realm.clone())
            .header("User-Agent", form::user_agent(self.asker.client))
            .header("Content-Type", form::FORM)
            .form(fields);
        let answer = self.recorder.send(&self.asker, request).await?;
        form::token(&answer, &["access_token"])
    }
}
