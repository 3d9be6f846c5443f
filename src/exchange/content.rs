//! The content: once per target, after a granted pull, the manifest is read by its digest, its
//! platforms are compared, and one layer is asked for by HEAD. Its redirect is followed once, without
//! the credential. Nothing is downloaded, and what is met here belongs to every principal that may pull.

use super::challenge::address;
use super::lanes::in_lanes;
use super::{CellIndex, Walk, form};
use crate::evidence::{Place, Platform, Step};
use crate::secret::Secret;
use crate::transport::{Asker, Method, Request, Stopped};
use serde_json::Value;

/// A pull that the registry granted, with what reads the same image again.
pub(super) struct Granted {
    pub cell: CellIndex,
    pub token: Secret,
    /// What the manifest's answer said its digest is.
    pub digest: Option<String>,
}

/// Checks each target once, with the first principal of the plan that may pull it, as soon as that is known.
pub(super) async fn run(walk: &Walk<'_>) {
    let Some(platform) = &walk.plan.platform else {
        return;
    };
    let targets = 0..walk.plan.targets.len();
    let pulled = targets.filter_map(|target| {
        let cell = walk.first_pull(target)?;
        Some((walk.asker(cell).lane, target))
    });
    in_lanes(pulled, async |lane, target| {
        let pulls = &walk.shared.pulls[target];
        if let Some(granted) = pulls.first(walk.plan.principals.len()).await {
            // Where it stopped is in the evidence.
            let _ = Check::of(walk, &granted, lane).run(platform).await;
        }
    })
    .await;
}

/// The check of one target.
struct Check<'a> {
    walk: &'a Walk<'a>,
    granted: &'a Granted,
    asker: Asker,
    /// The lane to where layers are.
    storage: usize,
}

impl<'a> Check<'a> {
    fn of(walk: &'a Walk<'a>, granted: &'a Granted, storage: usize) -> Self {
        let target = &walk.plan.targets[granted.cell.target];
        let place = Place {
            registry: Some(target.registry.clone()),
            target: Some(target.image.clone()),
            content: true,
            ..Place::default()
        };
        let asker = Asker {
            place,
            client: form::CONTENT,
            step: Step::Manifest,
            ..walk.asker(granted.cell)
        };
        Self {
            walk,
            granted,
            asker,
            storage,
        }
    }

    async fn run(&self, platform: &Platform) -> Result<(), Stopped> {
        let digest = self.granted.digest.as_deref().ok_or(Stopped)?;
        let mut manifest = self.manifest(digest).await?;
        if let Some(entries) = Platform::entries(&manifest) {
            let fitting = entries.into_iter().find(|entry| entry.fits(platform));
            manifest = self.manifest(&fitting.ok_or(Stopped)?.digest).await?;
        }
        let blob = smallest_blob(&manifest).ok_or(Stopped)?;
        self.blob(&blob).await
    }

    /// A manifest by digest.
    async fn manifest(&self, digest: &str) -> Result<Value, Stopped> {
        let request = self
            .request(Method::Get, "manifests", digest)?
            .header("Accept", form::ACCEPT)
            .header("Authorization", self.bearer());
        let answer = self.walk.recorder.send(&self.asker, request).await?;
        if answer.status != 200 {
            return Err(Stopped);
        }
        serde_json::from_slice(&answer.body).map_err(|_| Stopped)
    }

    /// Where a blob is, and whether that place can be reached.
    async fn blob(&self, digest: &str) -> Result<(), Stopped> {
        let asker = self.asker.at(Step::Blob);
        let request = self
            .request(Method::Head, "blobs", digest)?
            .header("Authorization", self.bearer());
        let asked = request.url.clone();
        let answer = self.walk.recorder.send(&asker, request).await?;
        if !(300..400).contains(&answer.status) {
            return Ok(());
        }
        let location = answer
            .header_lines("location")
            .next()
            .and_then(|location| asked.join(location).ok())
            .ok_or(Stopped)?;
        if location.host() == asked.host() {
            return Ok(());
        }
        if let Err(breach) = self.walk.recorder.trust().layer(&location) {
            return Err(self
                .walk
                .recorder
                .withhold(&asker.place, Step::Blob, breach));
        }
        // No credential goes along: its address is its credential, and a Bearer would be refused.
        let request = Request::new(Method::Head, location)
            .header("User-Agent", form::user_agent(form::CONTENT));
        let asker = Asker {
            lane: self.storage,
            ..asker
        };
        self.walk.recorder.send(&asker, request).await.map(|_| ())
    }

    fn request(&self, method: Method, kind: &str, digest: &str) -> Result<Request, Stopped> {
        if !is_digest(digest) {
            return Err(Stopped);
        }
        let target = &self.walk.plan.targets[self.granted.cell.target];
        let path = format!("/v2/{}/{kind}/{digest}", target.repository);
        let request = Request::new(method, address(&target.registry, &path)?);
        Ok(request.header("User-Agent", form::user_agent(form::CONTENT)))
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.granted.token.expose())
    }
}

/// `sha256:…`: a digest comes from an answer and goes into a path.
fn is_digest(text: &str) -> bool {
    text.split_once(':').is_some_and(|(algorithm, hash)| {
        !algorithm.is_empty()
            && algorithm.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && (32..=128).contains(&hash.len())
            && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// The smallest layer that the registry itself holds, else the configuration. Foreign layers are
/// fetched from elsewhere by design.
fn smallest_blob(manifest: &Value) -> Option<String> {
    let digest = |one: &Value| Some(one.get("digest")?.as_str()?.to_owned());
    let is_own = |one: &&Value| {
        let kind = one.get("mediaType").and_then(Value::as_str).unwrap_or("");
        one.get("urls").is_none() && !kind.contains("foreign") && !kind.contains("nondistributable")
    };
    let layers = manifest.get("layers").and_then(Value::as_array);
    let smallest = layers
        .into_iter()
        .flatten()
        .filter(is_own)
        .min_by_key(|one| one.get("size").and_then(Value::as_u64).unwrap_or(u64::MAX));
    smallest
        .and_then(digest)
        .or_else(|| manifest.get("config").and_then(digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_layers_are_passed_over() {
        let manifest = serde_json::json!({
            "config": {"digest": "sha256:c"},
            "layers": [
                {"digest": "sha256:f", "size": 1, "mediaType": "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"},
                {"digest": "sha256:b", "size": 9},
                {"digest": "sha256:a", "size": 5},
            ],
        });
        assert_eq!(smallest_blob(&manifest).as_deref(), Some("sha256:a"));
        let none = serde_json::json!({"config": {"digest": "sha256:c"}, "layers": []});
        assert_eq!(smallest_blob(&none).as_deref(), Some("sha256:c"));
    }

    #[test]
    fn only_digests_go_into_a_path() {
        assert!(is_digest(&format!("sha256:{}", "0a".repeat(32))));
        for bad in ["", "sha256:", "sha256:../../x", "v1", "sha256:zz"] {
            assert!(!is_digest(bad), "{bad}");
        }
    }
}
