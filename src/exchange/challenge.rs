//! The unauthenticated request, and the gate that its answer must pass before a credential moves.

use super::form;
use crate::challenge::{self, ChallengeReading};
use crate::evidence::{Step, Target};
use crate::transport::{Answer, Asker, Method, Recorder, Request, Stopped};
use url::Url;

/// What an unauthenticated request met.
#[derive(Clone)]
pub(super) enum Challenged {
    /// It was answered: this registry asks nobody for a credential here.
    Open,
    /// A challenge whose realm may see a credential.
    Bearer(Bearer),
}

/// A challenge that was read and judged.
#[derive(Clone)]
pub(super) struct Bearer {
    /// The token endpoint.
    pub realm: Url,
    /// The registry's own name.
    pub service: String,
    /// The scope it asks for.
    pub scope: Option<String>,
}

/// `GET /v2/`.
pub(super) async fn ping(
    recorder: &Recorder,
    asker: Asker,
    registry: &str,
) -> Result<Challenged, Stopped> {
    let request = Request::new(Method::Get, address(registry, "/v2/")?)
        .header("User-Agent", form::user_agent(asker.client));
    let answer = recorder.send(&asker, request).await?;
    judge(recorder, &asker, registry, &answer)
}

/// The manifest without a credential, as containerd begins: there is no ping.
pub(super) async fn manifest(
    recorder: &Recorder,
    asker: Asker,
    target: &Target,
) -> Result<Challenged, Stopped> {
    let path = format!("/v2/{}/manifests/{}", target.repository, target.reference);
    let request = Request::new(Method::Head, address(&target.registry, &path)?)
        .header("User-Agent", form::user_agent(asker.client))
        .header("Accept", form::ACCEPT);
    let answer = recorder.send(&asker, request).await?;
    judge(recorder, &asker, &target.registry, &answer)
}

/// An address on the registry itself.
pub(super) fn address(registry: &str, path: &str) -> Result<Url, Stopped> {
    // The reference was parsed and its host judged: this holds.
    Url::parse(&format!("https://{registry}{path}")).map_err(|_| Stopped)
}

fn judge(
    recorder: &Recorder,
    asker: &Asker,
    registry: &str,
    answer: &Answer,
) -> Result<Challenged, Stopped> {
    if answer.status == 200
        && answer
            .header_lines("docker-distribution-api-version")
            .next()
            .is_some()
    {
        return Ok(Challenged::Open);
    }
    if answer.status != 401 {
        return Err(Stopped);
    }
    let ChallengeReading::Bearer(found) = challenge::read(answer.header_lines("www-authenticate"))
    else {
        return Err(Stopped);
    };
    let (Some(realm), Some(service)) = (found.realm, found.service) else {
        return Err(Stopped);
    };
    let realm = recorder
        .trust()
        .realm(registry, &realm, &service)
        .map_err(|breach| recorder.withhold(&asker.place, Step::Challenge, breach))?;
    Ok(Challenged::Bearer(Bearer {
        realm,
        service,
        scope: found.scope,
    }))
}
