//! A pod as `kubectl get pod NAME -o json` prints it.

use serde_json::Value;

/// What matters of it for a pull.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pod {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// The node it was given to; none where it waits for one.
    pub node: Option<String>,
    /// The images that are not pulled; all of them where none says so.
    pub images: Vec<String>,
    /// The pull secrets it references, in the kubelet's order.
    pub pull_secrets: Vec<String>,
}

/// Reasons of a container that waits for its image (kubernetes `pkg/kubelet/images/types.go`).
const WAITS_FOR_IMAGE: [&str; 5] = [
    "ImagePullBackOff",
    "ErrImagePull",
    "ErrImageNeverPull",
    "RegistryUnavailable",
    "InvalidImageName",
];

impl Pod {
    /// Reads kubectl's answer.
    ///
    /// # Errors
    /// One sentence where it is no pod.
    pub fn read(text: &[u8]) -> Result<Self, String> {
        let value: Value =
            serde_json::from_slice(text).map_err(|_| "kubectl's answer is not JSON".to_owned())?;
        if value["kind"] != "Pod" {
            return Err("kubectl's answer is not a pod".to_owned());
        }
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let waiting = waiting(&value["status"]);
        Ok(Self {
            name: text(&value["metadata"]["name"]).unwrap_or_default(),
            namespace: text(&value["metadata"]["namespace"]).unwrap_or_default(),
            node: text(&value["spec"]["nodeName"]),
            images: images(&value["spec"], &waiting),
            pull_secrets: each(&value["spec"], "imagePullSecrets")
                .filter_map(|one| text(&one["name"]))
                .collect(),
        })
    }
}

fn each<'a>(value: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    value[list].as_array().into_iter().flatten()
}

/// Names of the containers that wait for their image.
fn waiting(status: &Value) -> Vec<&str> {
    let lists = [
        "initContainerStatuses",
        "containerStatuses",
        "ephemeralContainerStatuses",
    ];
    let all = lists.iter().flat_map(|list| each(status, list));
    let waits = all.filter(|one| {
        let reason = one["state"]["waiting"]["reason"].as_str();
        reason.is_some_and(|reason| WAITS_FOR_IMAGE.contains(&reason))
    });
    waits.filter_map(|one| one["name"].as_str()).collect()
}

fn images(spec: &Value, waiting: &[&str]) -> Vec<String> {
    let lists = ["initContainers", "containers", "ephemeralContainers"];
    let mut images: Vec<String> = Vec::new();
    for container in lists.iter().flat_map(|list| each(spec, list)) {
        let is_meant = waiting.is_empty()
            || container["name"]
                .as_str()
                .is_some_and(|name| waiting.contains(&name));
        let Some(image) = container["image"].as_str().filter(|_| is_meant) else {
            continue;
        };
        if !images.iter().any(|one| one == image) {
            images.push(image.to_owned());
        }
    }
    images
}
