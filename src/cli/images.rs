//! Which images are asked for: those typed, those of a list, and those that pods want. Each is asked for
//! once, with the pods that want it.

use crate::error::Error;
use crate::event::Reading;
use crate::evidence::{PodShown, Target};
use crate::files::Surroundings;
use crate::findings::event::image;
use crate::reference::{Reference, ReferenceError};
use crate::trust::Trust;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// No list of images and no `kubectl get pods -A -o json` of one cluster is larger.
const LARGEST: u64 = 256 * 1024 * 1024;

/// The images of a run.
#[derive(Debug, Default)]
pub(super) struct Images {
    /// Each once, in the order in which they were named.
    pub targets: Vec<Target>,
    /// What was left out of lists, by host.
    left_out: BTreeMap<String, usize>,
}

impl Images {
    /// Images that the user typed: a reference without a host is kept, so that its row can say why it
    /// goes elsewhere.
    ///
    /// # Errors
    /// One sentence for a reference that cannot be read at all.
    pub fn typed(&mut self, images: &[String]) -> Result<(), Error> {
        for image in images {
            let target = match Reference::parse(image) {
                Ok(reference) => of(reference),
                Err(ReferenceError::NoHost { .. }) => without_host(image),
                Err(error) => return Err(Error::Usage(error.to_string())),
            };
            self.add(target, None);
        }
        Ok(())
    }

    /// Images of a list, one a line; empty lines and `#` comments are passed over.
    ///
    /// # Errors
    /// One sentence that names the line.
    pub fn listed(
        &mut self,
        path: &Path,
        trust: &Trust,
        surroundings: &Surroundings,
    ) -> Result<(), Error> {
        let text = read(path, surroundings)?;
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong =
                |error: ReferenceError| Error::file(path, format!("line {}: {error}", index + 1));
            self.of_list(line, None, trust).map_err(wrong)?;
        }
        Ok(())
    }

    /// Images that pods want, from `kubectl get pods -o json`.
    ///
    /// # Errors
    /// One sentence where it is not that. A pod's own odd image is counted as left out.
    pub fn of_pods(
        &mut self,
        path: &Path,
        trust: &Trust,
        surroundings: &Surroundings,
    ) -> Result<(), Error> {
        let text = read(path, surroundings)?;
        let read: Value = serde_json::from_str(&text).map_err(|error| {
            Error::file(
                path,
                format!(
                    "it is not JSON (line {}); use kubectl get pods -o json",
                    error.line()
                ),
            )
        })?;
        let one = [read.clone()];
        let pods = match read["kind"].as_str() {
            Some("Pod") => &one[..],
            _ => read["items"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default(),
        };
        if pods.is_empty() {
            return Err(Error::file(
                path,
                "it holds no pods; use kubectl get pods -A -o json",
            ));
        }
        for pod in pods {
            for image in images_of(pod) {
                if self.of_list(&image, Some(shown(pod)), trust).is_err() {
                    *self.left_out.entry("(unreadable)".to_owned()).or_default() += 1;
                }
            }
        }
        Ok(())
    }

    /// Images of the pulls that a pasted text tells of. One without a host is kept, as if it were typed: its
    /// row says where it went.
    pub fn of_events(&mut self, reading: &Reading, trust: &Trust) {
        for event in &reading.events {
            match (image(event), &event.hostless) {
                // What it names was parsed when it was read.
                (Some(image), _) => drop(self.of_list(&image, None, trust)),
                (None, Some(image)) => self.add(without_host(image), None),
                (None, None) => {}
            }
        }
    }

    fn of_list(
        &mut self,
        image: &str,
        pod: Option<PodShown>,
        trust: &Trust,
    ) -> Result<(), ReferenceError> {
        match Reference::parse(image) {
            Ok(reference) if trust.knows(&reference.registry) => self.add(of(reference), pod),
            Ok(reference) => *self.left_out.entry(reference.registry).or_default() += 1,
            Err(ReferenceError::NoHost { .. }) => {
                *self.left_out.entry("docker.io".to_owned()).or_default() += 1
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn add(&mut self, target: Target, pod: Option<PodShown>) {
        let at = self
            .targets
            .iter()
            .position(|known| known.image == target.image);
        let at = at.unwrap_or_else(|| {
            self.targets.push(target);
            self.targets.len() - 1
        });
        let pods = &mut self.targets[at].pods;
        pods.extend(pod.filter(|pod| !pods.contains(pod)));
    }

    /// What was left out, in one sentence; none where nothing was.
    pub fn note(&self) -> Option<String> {
        if self.left_out.is_empty() {
            return None;
        }
        let total: usize = self.left_out.values().sum();
        let hosts: Vec<String> = self
            .left_out
            .iter()
            .map(|(host, count)| format!("{host} ({count})"))
            .collect();
        Some(format!(
            "{total} images on hosts that are no Azure registry were left out: {}",
            hosts.join(", ")
        ))
    }
}

fn of(reference: Reference) -> Target {
    let Reference {
        registry,
        repository,
        reference,
        raw,
    } = reference;
    Target {
        image: raw,
        registry,
        repository,
        reference,
        pods: vec![],
    }
}

/// `guestbook:v1`: a container client would look for it on Docker Hub.
fn without_host(image: &str) -> Target {
    Target {
        image: image.to_owned(),
        registry: String::new(),
        repository: image.to_owned(),
        reference: String::new(),
        pods: vec![],
    }
}

fn images_of(pod: &Value) -> Vec<String> {
    let kinds = ["initContainers", "containers", "ephemeralContainers"];
    let containers = kinds
        .into_iter()
        .filter_map(|kind| pod["spec"][kind].as_array())
        .flatten();
    let mut images: Vec<String> = containers
        .filter_map(|one| one["image"].as_str())
        .map(str::to_owned)
        .collect();
    images.dedup();
    images
}

fn shown(pod: &Value) -> PodShown {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let secrets = pod["spec"]["imagePullSecrets"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    PodShown {
        namespace: text(&pod["metadata"]["namespace"]).unwrap_or_else(|| "default".to_owned()),
        name: text(&pod["metadata"]["name"]).unwrap_or_default(),
        service_account: text(&pod["spec"]["serviceAccountName"]),
        pull_secrets: secrets
            .iter()
            .filter_map(|one| text(&one["name"]))
            .collect(),
    }
}

fn read(path: &Path, surroundings: &Surroundings) -> Result<String, Error> {
    if path == Path::new("-") {
        let mut text = String::new();
        let read = std::io::stdin()
            .lock()
            .take(LARGEST)
            .read_to_string(&mut text);
        return read.map(|_| text).map_err(|error| Error::file(path, error));
    }
    let bytes = surroundings
        .read_up_to(path, LARGEST)
        .map_err(|error| Error::file(path, error))?;
    String::from_utf8(bytes).map_err(|_| Error::file(path, "it is not UTF-8 text"))
}
