//! Manifests and blobs for whoever is allowed to read them. *Not* the permission.
//!
//! NAME_UNKNOWN, BLOB_UNKNOWN (R); MANIFEST_UNKNOWN (L), its detail inferred from
//! distribution's source; 307 to storage (D), storage's 400 [L Azure/acr#217].

use serde_json::{Value, json};

use super::content::{self, Document, INDEX, MANIFEST, Tagged};
use super::http::{Answer, Presented, Request};
use super::registry_answers::{data_error, data_ok};
use super::stated_registry::{StatedRepository, UnknownRepository};
use super::world::{Moment, World};

/// 404 for a repository (R).
pub fn name_unknown(repository: &str) -> Value {
    json!({"code": "NAME_UNKNOWN", "message": "repository name not known to registry", "detail": {"name": repository}})
}

/// A manifest by tag or digest.
pub fn manifest(
    world: &World,
    request: &Request,
    moment: Moment,
    repository: &str,
    reference: &str,
) -> Answer {
    let registry = &world.stated().registry;
    let not_found = |error: &Value| data_error(world, moment, request, 404, error);
    let Some(stated) = registry.repositories.get(repository) else {
        return match registry.unknown_repository {
            UnknownRepository::NameUnknown => not_found(&name_unknown(repository)),
            UnknownRepository::ManifestUnknown => not_found(&unknown(world, reference)),
        };
    };
    if stated.quarantined.iter().any(|tag| tag == reference) {
        let error = json!({"code": "DENIED", "message": "manifest is quarantined", "detail": null});
        return data_error(
            world,
            moment,
            request,
            registry.inferred.quarantined,
            &error,
        );
    }
    let Some(document) = find(repository, stated, reference) else {
        return not_found(&unknown(world, reference));
    };
    if !is_accepted(request, document.media_type) {
        let kind = if document.media_type == INDEX {
            "OCI index"
        } else {
            "OCI manifest"
        };
        let message = format!("{kind} found, but accept header does not support {kind}s"); // [C] distribution
        return not_found(&json!({"code": "MANIFEST_UNKNOWN", "message": message}));
    }
    let headers = vec![
        ("Docker-Content-Digest", document.digest.clone()),
        ("Etag", format!("\"{}\"", document.digest)),
    ];
    data_ok(
        world,
        moment,
        request,
        200,
        headers,
        document.media_type,
        document.bytes,
    )
}

/// A blob: 307 to storage, or 404.
pub fn blob(
    world: &World,
    request: &Request,
    moment: Moment,
    repository: &str,
    digest: &str,
) -> Answer {
    let known = all(world, repository).flat_map(|(_, content)| content.blobs);
    if !known.into_iter().any(|blob| blob.digest == digest) {
        let error = json!({"code": "BLOB_UNKNOWN", "message": "blob unknown to registry"});
        return data_error(world, moment, request, 404, &error);
    }
    let host = &world.stated().registry.blob_host;
    let hexadecimal = digest.trim_start_matches("sha256:");
    let location = format!(
        "https://{host}/simulated/docker/registry/v2/blobs/sha256/{hexadecimal}/data?sv=2018-03-28&sig=simulated"
    );
    data_ok(
        world,
        moment,
        request,
        307,
        vec![("Location", location)],
        "",
        Vec::new(),
    )
}

/// The storage host. A Bearer that follows the redirect is refused (L).
pub fn storage(world: &World, request: &Request, moment: Moment) -> Answer {
    let opening = |status| {
        Answer::new(status)
            .header("Server", "Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0")
            .header("Date", world.date(moment))
    };
    if request.presented() != Presented::Nothing {
        let body = "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>InvalidAuthenticationInfo</Code>\
                    <Message>Authentication information is not given in the correct format. Check the value of Authorization header.</Message></Error>";
        return opening(400)
            .header("Content-Type", "application/xml")
            .sized(body);
    }
    let hexadecimal = request.path().rsplit('/').nth(1).unwrap_or_default();
    let wanted = format!("sha256:{hexadecimal}");
    let names = world.stated().registry.repositories.keys();
    let mut blobs = names
        .flat_map(|name| all(world, name))
        .flat_map(|(_, content)| content.blobs);
    match blobs.find(|blob| blob.digest == wanted) {
        Some(blob) => opening(200)
            .header("Content-Type", "application/octet-stream")
            .sized(blob.bytes),
        None => opening(404)
            .header("x-ms-error-code", "BlobNotFound")
            .sized(""),
    }
}

fn unknown(world: &World, reference: &str) -> Value {
    if reference.starts_with("sha256:") {
        let message = format!("manifest {reference} is not found"); // inferred
        return json!({"code": "MANIFEST_UNKNOWN", "message": message});
    }
    let message = format!("manifest tagged by \"{reference}\" is not found");
    match world.stated().registry.inferred.manifest_detail {
        true => {
            json!({"code": "MANIFEST_UNKNOWN", "message": message, "detail": {"Tag": reference}})
        }
        false => json!({"code": "MANIFEST_UNKNOWN", "message": message}),
    }
}

fn find(name: &str, stated: &StatedRepository, reference: &str) -> Option<Document> {
    if !reference.starts_with("sha256:") {
        return content::tagged(name, reference, stated)?
            .manifests
            .into_iter()
            .next();
    }
    let tags = stated
        .tags
        .keys()
        .filter(|tag| !stated.dangling.contains(tag));
    let mut documents = tags
        .filter_map(|tag| content::tagged(name, tag, stated))
        .flat_map(|tagged| tagged.manifests);
    documents.find(|document| document.digest == reference)
}

fn all<'a>(world: &'a World, name: &'a str) -> impl Iterator<Item = (&'a str, Tagged)> {
    let stated = world.stated().registry.repositories.get(name);
    stated.into_iter().flat_map(move |stated| {
        let whole = stated
            .tags
            .keys()
            .filter(|tag| !stated.no_layers.contains(tag));
        whole.filter_map(move |tag| Some((tag.as_str(), content::tagged(name, tag, stated)?)))
    })
}

fn is_accepted(request: &Request, media_type: &str) -> bool {
    let accepts: Vec<&str> = request
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("accept"))
        .flat_map(|(_, value)| value.split(','))
        .map(|value| value.split(';').next().unwrap_or_default().trim())
        .collect();
    let takes = |wanted: &str| accepts.contains(&wanted);
    debug_assert!(media_type == INDEX || media_type == MANIFEST);
    accepts.is_empty() || takes(media_type) || takes("*/*") || takes("application/*")
}
