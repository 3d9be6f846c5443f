//! A small image, written by hand as an OCI layout. Its one layer is an empty tar: a pull that ends at
//! the manifest asks for no more.

use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use std::path::Path;

/// Writes the layout of one `linux/amd64` image; its only manifest is the default one.
pub fn write(layout: &Path) {
    std::fs::create_dir_all(layout.join("blobs/sha256")).expect("a folder");
    let empty_tar = vec![0; 1024];
    let layer = blob(layout, "application/vnd.oci.image.layer.v1.tar", &empty_tar);
    let config = json!({
        "architecture": "amd64",
        "os": "linux",
        "config": {},
        "rootfs": { "type": "layers", "diff_ids": [layer["digest"]] },
    });
    let config = text_blob(layout, "application/vnd.oci.image.config.v1+json", &config);
    let kind = "application/vnd.oci.image.manifest.v1+json";
    let manifest =
        json!({ "schemaVersion": 2, "mediaType": kind, "config": config, "layers": [layer] });
    let manifest = text_blob(layout, kind, &manifest);
    let index = json!({ "schemaVersion": 2, "manifests": [manifest] });
    put(&layout.join("index.json"), index.to_string().as_bytes());
    put(
        &layout.join("oci-layout"),
        br#"{"imageLayoutVersion":"1.0.0"}"#,
    );
}

fn text_blob(layout: &Path, kind: &str, value: &Value) -> Value {
    blob(layout, kind, value.to_string().as_bytes())
}

/// Writes a blob and describes it.
fn blob(layout: &Path, kind: &str, bytes: &[u8]) -> Value {
    let hash = digest(&SHA256, bytes);
    let hash: String = hash
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    put(&layout.join("blobs/sha256").join(&hash), bytes);
    json!({ "mediaType": kind, "digest": format!("sha256:{hash}"), "size": bytes.len() })
}

fn put(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).expect("a file of the layout");
}
