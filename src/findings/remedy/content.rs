//! Remedies for the image itself and for the way to its layers.

use super::quote::{in_comment, shell_word};
use super::{Observed, Remedy, RemedyKind, say};

/// Which platforms the image has.
#[must_use]
pub fn show_platforms(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "{}az acr manifest show -r {} -n {} --query 'manifests[].platform' -o json\n",
        o.cloud_line(),
        shell_word(o.registry_name),
        shell_word(&reference(o))
    );
    Remedy::new(
        RemedyKind::Ask,
        "anyone who may pull it",
        say::READS_ONLY,
        text,
    )
}

/// Builds for the platform that is lacking, or keeps the pods off it.
#[must_use]
pub fn build_for(o: &Observed<'_>, wanted: &str) -> Remedy {
    let text = format!(
        "Build {image} for every platform in use, {wanted} among them (docker buildx build --platform LIST --push), or copy it with \
         all of its platforms (az acr import). Until then keep the pods on nodes that fit: nodeSelector with kubernetes.io/os and \
         kubernetes.io/arch.",
        image = in_comment(o.image),
        wanted = in_comment(wanted)
    );
    Remedy::new(
        RemedyKind::Note,
        "whoever builds and pushes the image; whoever owns the deployment",
        "with the next push, or for new pods",
        text,
    )
}

/// What is left in the repository.
#[must_use]
pub fn list_manifests(o: &Observed<'_>) -> Remedy {
    let (name, repository) = (shell_word(o.registry_name), shell_word(o.repository));
    let text = format!(
        "{cloud}az acr manifest list-metadata -r {name} -n {repository} --query '[].{{digest:digest,tags:tags}}' -o table\n\
         az acr manifest list-deleted -r {name} -n {repository} -o table   # with soft delete: what can be restored\n",
        cloud = o.cloud_line(),
    );
    Remedy::new(
        RemedyKind::Ask,
        "anyone who may read metadata there (AcrPull, or Repository Reader in ABAC mode)",
        say::READS_ONLY,
        text,
    )
}

/// Pushes what is gone.
#[must_use]
pub fn push_again(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "Push {} again; a client that believes the layers to be there sends them again after the tag was deleted. From then on \
         delete by tag, not by manifest, and exempt what runs from the purge.",
        in_comment(o.image)
    );
    Remedy::new(
        RemedyKind::Note,
        "whoever pushes to the registry (AcrPush, or Repository Writer in ABAC mode)",
        say::AT_ONCE,
        text,
    )
}

/// Whether the image is held back, and by what.
#[must_use]
pub fn ask_held_back(o: &Observed<'_>) -> Remedy {
    let name = shell_word(o.registry_name);
    let text = format!(
        "{cloud}az acr show -n {name} --query policies.quarantinePolicy.status -o tsv\n\
         az acr repository show -n {name} --image {image} --query changeableAttributes -o json   # readEnabled false: locked\n",
        cloud = o.cloud_line(),
        image = shell_word(&reference(o))
    );
    Remedy::new(RemedyKind::Ask, say::REGISTRY_READER, say::READS_ONLY, text)
}

/// Lets the image out.
#[must_use]
pub fn release(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "Let the scanner release {image}, or give whoever must see it before that the role AcrQuarantineReader; a locked image is \
         unlocked with az acr repository update --read-enabled true. Switching the quarantine policy off lets every image out.",
        image = in_comment(o.image)
    );
    Remedy::new(
        RemedyKind::Note,
        "whoever runs the scanner (AcrQuarantineWriter); Owner of the registry for the policy",
        say::AT_ONCE,
        text,
    )
}

/// Can the layers' host be reached?
#[must_use]
pub fn check_layers_host(o: &Observed<'_>, host: &str) -> Remedy {
    let text = format!(
        "{cloud}az acr show-endpoints -n {name} -o json   # where the layers of this registry are\n\
         getent hosts {host}   # from the client's own network namespace\n\
         curl -sS -m 10 -o /dev/null -w '%{{http_code}} %{{remote_ip}}\\n' {url}\n\
         # any status means reachable; 000 means no answer\n",
        cloud = o.cloud_line(),
        name = shell_word(o.registry_name),
        host = shell_word(host),
        url = shell_word(&format!("https://{host}/"))
    );
    Remedy::new(
        RemedyKind::Check,
        "anyone on the node; anyone signed in to az",
        say::READS_ONLY,
        text,
    )
}

/// Lets the layers through.
#[must_use]
pub fn open_layers_host(host: &str) -> Remedy {
    let text = format!(
        "Let HTTPS out to {host}. Behind *.blob.core.windows.net stand many accounts, and each replica has its own: a registry of \
         the Premium tier can have data endpoints of its own name instead (az acr update --data-endpoint-enabled true), one for \
         each replica's region.",
        host = in_comment(host)
    );
    Remedy::new(
        RemedyKind::Note,
        "network administrator; Contributor on the registry for data endpoints",
        say::MINUTES,
        text,
    )
}

/// Where the private zone is, and to which networks it is linked.
#[must_use]
pub fn ask_private_zone(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "getent hosts {host}   # in the client's own network namespace; then: dig {host} CNAME\n\
         {cloud}az network private-endpoint-connection list --id {scope} -o table\n\
         # ZONE_GROUP: the resource group of the zone; see: az network private-dns zone list -o table\n\
         az network private-dns record-set a list -g \"${{ZONE_GROUP:?}}\" -z {zone} -o table\n\
         az network private-dns link vnet list -g \"${{ZONE_GROUP:?}}\" -z {zone} -o table\n",
        host = shell_word(o.login_server),
        cloud = o.cloud_line(),
        scope = o.scope(),
        zone = private_zone(o)
    );
    Remedy::new(
        RemedyKind::Ask,
        "anyone on the node; Reader on registry and zone",
        say::READS_ONLY,
        text,
    )
}

/// Lets the client's network use the private zone.
#[must_use]
pub fn link_private_zone(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "# ZONE_GROUP: resource group of the zone; VNET_ID: resource id of the virtual network whose resolver is asked\n\
         {cloud}az network private-dns link vnet create -g \"${{ZONE_GROUP:?}}\" -z {zone} \\\n  \
         -n acr-link -v \"${{VNET_ID:?}}\" -e false\n\
         # a resolver of one's own must forward azurecr.io to 168.63.129.16 from a linked network\n",
        cloud = o.cloud_line(),
        zone = private_zone(o)
    );
    Remedy::new(
        RemedyKind::Az,
        "network administrator (Private DNS Zone Contributor)",
        "within minutes, after the old answer's time to live",
        text,
    )
}

fn private_zone(o: &Observed<'_>) -> String {
    format!("privatelink.{}", o.cloud.suffix())
}

/// `guestbook:v1`, `guestbook@sha256:…`: the reference without its registry.
fn reference(o: &Observed<'_>) -> String {
    let own = o
        .image
        .strip_prefix(o.login_server)
        .and_then(|rest| rest.split_once('/'));
    own.map_or_else(|| o.repository.to_owned(), |(_, rest)| rest.to_owned())
}
