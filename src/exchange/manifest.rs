//! The manifest, asked with the access token. Its answer decides a pull; nothing is downloaded.

use super::challenge::address;
use super::form;
use crate::evidence::{Step, Target};
use crate::plan::Flow;
use crate::secret::Secret;
use crate::transport::{Asker, Method, Recorder, Request, Stopped};

/// How a flow's client asks for it.
pub(super) fn method(flow: Flow) -> Method {
    match flow {
        Flow::Containerd | Flow::Docker => Method::Head,
        Flow::Sdk => Method::Get,
    }
}

/// HEAD as containerd and docker do, GET as the SDKs do. What is found has a digest.
pub(super) async fn ask(
    recorder: &Recorder,
    asker: &Asker,
    target: &Target,
    flow: Flow,
    token: &Secret,
) -> Result<Option<String>, Stopped> {
    let path = format!("/v2/{}/manifests/{}", target.repository, target.reference);
    let request = Request::new(method(flow), address(&target.registry, &path)?)
        .header("User-Agent", form::user_agent(asker.client))
        .header("Accept", form::ACCEPT)
        .header("Authorization", format!("Bearer {}", token.expose()));
    let answer = recorder.send(&asker.at(Step::Manifest), request).await?;
    if (200..300).contains(&answer.status) {
        Ok(answer
            .header_lines("docker-content-digest")
            .next()
            .map(str::to_owned))
    } else {
        Err(Stopped)
    }
}
