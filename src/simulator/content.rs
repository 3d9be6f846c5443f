//! Small images, the same in every run: config, one empty layer, manifest, index.
//! *Not* anything a container could run.

use serde_json::json;

use super::ids::digest_of;
use super::stated_registry::StatedRepository;

pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";

/// Bytes with their digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub digest: String,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

/// What a tag stands for: the first manifest is the tag's.
#[derive(Debug, Clone, Default)]
pub struct Tagged {
    pub manifests: Vec<Document>,
    pub blobs: Vec<Document>,
}

/// The content of a tag, if it is stated.
pub fn tagged(name: &str, tag: &str, repository: &StatedRepository) -> Option<Tagged> {
    let platforms = repository.tags.get(tag)?;
    let mut content = Tagged::default();
    let default = vec!["linux/amd64".to_owned()];
    let platforms = if platforms.is_empty() {
        &default
    } else {
        platforms
    };
    for platform in platforms {
        image(name, tag, platform, &mut content);
    }
    if platforms.len() > 1 {
        let index = index(platforms, &content.manifests);
        content.manifests.insert(0, index);
    }
    Some(content)
}

fn image(name: &str, tag: &str, platform: &str, content: &mut Tagged) {
    let (os, architecture) = platform.split_once('/').unwrap_or(("linux", platform));
    let layer = document(LAYER, vec![0; 1024]); // an empty tar archive
    let config = json!({
        "architecture": architecture,
        "os": os,
        "config": {"Labels": {"simulated": format!("{name}:{tag}")}},
        "rootfs": {"type": "layers", "diff_ids": [layer.digest]},
    });
    let config = document(CONFIG, config.to_string().into_bytes());
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "digest": config.digest, "size": config.bytes.len()},
        "layers": [{"mediaType": LAYER, "digest": layer.digest, "size": layer.bytes.len()}],
    });
    content
        .manifests
        .push(document(MANIFEST, manifest.to_string().into_bytes()));
    content.blobs.extend([config, layer]);
}

fn index(platforms: &[String], manifests: &[Document]) -> Document {
    let entries = platforms.iter().zip(manifests).map(|(platform, manifest)| {
        let (os, architecture) = platform.split_once('/').unwrap_or(("linux", platform));
        json!({
            "mediaType": MANIFEST,
            "digest": manifest.digest,
            "size": manifest.bytes.len(),
            "platform": {"architecture": architecture, "os": os},
        })
    });
    let index =
        json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries.collect::<Vec<_>>()});
    document(INDEX, index.to_string().into_bytes())
}

fn document(media_type: &'static str, bytes: Vec<u8>) -> Document {
    Document {
        digest: digest_of(&bytes),
        media_type,
        bytes,
    }
}
