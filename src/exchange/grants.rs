//! The two grants that the crate oauth2 can express: `password` and `refresh_token`.
//!
//! What it cannot, in one place: `/oauth2/exchange` (its grant types are fixed by method), `GET` on a
//! token endpoint (it always posts), a password grant without a user name, and Basic as ACR wants it
//! (it percent-encodes both halves first, which breaks passwords with `+`, `/` or `=`). Those are
//! built by hand in [`super::refresh_token`] and [`super::access_token`].
//!
//! The crate writes the fields in its own order and always adds `client_id`; [`Arrange`] puts them as
//! the replayed client does. What was answered is read from the recorded answer, since the crate loses
//! status and body of what it cannot parse.

use super::challenge::Bearer;
use super::form;
use crate::secret::Secret;
use crate::transport::{Asker, Method, Recorder, Request, Stopped};
use oauth2::basic::{
    BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AccessToken, AuthType, Client, ClientId, EndpointNotSet, EndpointSet, ErrorResponse,
    HttpRequest, HttpResponse, RefreshToken, ResourceOwnerPassword, ResourceOwnerUsername, Scope,
    StandardRevocableToken, TokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};
use std::sync::Mutex;
use std::time::Duration;

/// How the replayed client writes the form.
pub(super) enum Arrange {
    /// Sorted by name, as Go's `url.Values.Encode` does: containerd.
    Sorted,
    /// These names in this order and no others: the SDKs send no `client_id`.
    Only(&'static [&'static str]),
}

/// What a grant came to.
pub(super) struct Granted {
    /// The status that was answered.
    pub status: u16,
    /// The access token, if there was one.
    pub token: Option<Secret>,
}

/// `grant_type=password`.
pub(super) async fn password(
    wire: &Wire<'_>,
    user: &str,
    secret: &Secret,
    scopes: &[String],
) -> Result<Granted, Stopped> {
    let client = wire.client()?;
    let user = ResourceOwnerUsername::new(user.to_owned());
    let secret = ResourceOwnerPassword::new(secret.expose().to_owned());
    let request = client
        .exchange_password(&user, &secret)
        .add_scopes(joined(scopes))
        .add_extra_param("service", wire.challenge.service.clone());
    wire.granted(request.request_async(&|request| wire.carry(request)).await)
}

/// `grant_type=refresh_token`.
pub(super) async fn refresh_token(
    wire: &Wire<'_>,
    token: &Secret,
    scopes: &[String],
) -> Result<Granted, Stopped> {
    let client = wire.client()?;
    let token = RefreshToken::new(token.expose().to_owned());
    let request = client
        .exchange_refresh_token(&token)
        .add_scopes(joined(scopes))
        .add_extra_param("service", wire.challenge.service.clone());
    wire.granted(request.request_async(&|request| wire.carry(request)).await)
}

fn joined(scopes: &[String]) -> impl Iterator<Item = Scope> + '_ {
    scopes.iter().cloned().map(Scope::new)
}

/// Where a grant is sent and how it is written.
pub(super) struct Wire<'a> {
    pub recorder: &'a Recorder,
    pub asker: &'a Asker,
    pub challenge: &'a Bearer,
    pub client_id: &'static str,
    pub content_type: &'static str,
    pub arrange: Arrange,
    pub status: Mutex<Option<u16>>,
}

impl Wire<'_> {
    fn client(&self) -> Result<AcrClient, Stopped> {
        let realm = TokenUrl::new(self.challenge.realm.to_string()).map_err(|_| Stopped)?;
        let id = ClientId::new(self.client_id.to_owned());
        Ok(Client::new(id)
            .set_auth_type(AuthType::RequestBody)
            .set_token_uri(realm))
    }

    /// Carries the crate's request through the recorder.
    async fn carry(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        let fields = url::form_urlencoded::parse(request.body())
            .into_owned()
            .collect();
        let sent = Request::new(Method::Post, self.challenge.realm.clone())
            .header("User-Agent", form::user_agent(self.asker.client))
            .header("Content-Type", self.content_type)
            .form(self.arrange.apply(fields));
        let answer = self
            .recorder
            .send(self.asker, sent)
            .await
            .map_err(|Stopped| NoAnswer)?;
        *crate::evidence::redact::lock(&self.status) = Some(answer.status);
        let response = http::Response::builder()
            .status(answer.status)
            .body(answer.body);
        response.map_err(|_| NoAnswer)
    }

    /// The status is the recorded one; the crate gives the token where it could read one.
    fn granted<E>(&self, parsed: Result<AcrToken, E>) -> Result<Granted, Stopped> {
        let status = crate::evidence::redact::lock(&self.status).ok_or(Stopped)?;
        let token = parsed
            .ok()
            .map(|token| Secret::new(token.access_token.secret().clone()));
        Ok(Granted { status, token })
    }
}

impl Arrange {
    fn apply(&self, mut fields: Vec<(String, String)>) -> Vec<(String, String)> {
        match self {
            Self::Sorted => {
                fields.sort_by(|one, other| one.0.cmp(&other.0));
                fields
            }
            Self::Only(names) => names
                .iter()
                .filter_map(|name| fields.iter().find(|(own, _)| own == name).cloned())
                .collect(),
        }
    }
}

/// The recorder got no answer; the evidence says why.
#[derive(Debug, thiserror::Error)]
#[error("no answer")]
struct NoAnswer;

type AcrClient = Client<
    AcrErrors,
    AcrToken,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// ACR's answer: a token and nothing else, against RFC 6749, which wants `token_type`.
#[derive(Debug, Serialize, Deserialize)]
struct AcrToken {
    access_token: AccessToken,
    #[serde(default = "bearer")]
    token_type: BasicTokenType,
}

fn bearer() -> BasicTokenType {
    BasicTokenType::Bearer
}

impl TokenResponse for AcrToken {
    type TokenType = BasicTokenType;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &BasicTokenType {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        None
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        None
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        None
    }
}

/// ACR's refusals, which are not RFC 6749's either. Their words are in the recorded body.
#[derive(Debug, Serialize, Deserialize)]
struct AcrErrors {}

impl std::fmt::Display for AcrErrors {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("refused")
    }
}

impl ErrorResponse for AcrErrors {}
