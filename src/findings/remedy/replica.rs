//! Replicas of a registry: their state, and how one is taken out of the way.

use super::quote::{in_comment, shell_word};
use super::{Observed, Remedy, RemedyKind, say};

/// Which replicas there are, and how they are.
#[must_use]
pub fn replicas(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "{}az acr replication list -r {} --query '[].{{region:name,state:provisioningState,status:status.displayStatus,routed:regionEndpointEnabled}}' -o table\n",
        o.cloud_line(),
        shell_word(o.registry_name)
    );
    Remedy::new(RemedyKind::Ask, say::REGISTRY_READER, say::READS_ONLY, text)
}

/// The global login server in place of the regional one, until the replica has caught up.
#[must_use]
pub fn use_global(o: &Observed<'_>, global: &str) -> Remedy {
    let image = o.image.replacen(o.login_server, global, 1);
    Remedy::new(
        RemedyKind::Check,
        "whoever owns the deployment",
        "with new pods",
        format!(
            "acr-probe run {} --principal {}\n# granted there: write {} in the image's name until the replica has caught up\n",
            shell_word(&image),
            shell_word(o.principal),
            in_comment(global)
        ),
    )
}

/// No more requests of the global login server to that replica; its data goes on being synchronised.
#[must_use]
pub fn replica_out(o: &Observed<'_>, region: &str) -> Remedy {
    let text = format!(
        "# the replica of {} only; the global login server then leads elsewhere, and data goes on being copied\n\
         {}az acr replication update -r {} -n {} --region-endpoint-enabled false\n",
        in_comment(region),
        o.cloud_line(),
        shell_word(o.registry_name),
        shell_word(region)
    );
    Remedy::new(
        RemedyKind::Az,
        say::REGISTRY_CONTRIBUTOR,
        say::MINUTES,
        text,
    )
}
