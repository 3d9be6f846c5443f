//! Whose words these are.

/// What only that client says, in a squeezed text.
const SAYS: &[(&str, &[&str])] = &[
    (
        "acr-credential-provider",
        &[
            "isnotfromacr",
            "validaadchallenge",
            "failedtoreceivechallenge",
            "tokenexchangerequest",
            "acr-credential-provider",
            "externalregistrycredentialprovider",
            "pullingimagewithoutcredentials",
        ],
    ),
    (
        "az",
        &[
            "connectivity_",
            "aadauthorizationtokens",
            "rejectedtokenexchange",
            "roleassignmentforacr",
            "specifiedfqdn",
            "azacrlogin",
            "azacrcheck-health",
            "registryloginserver",
            "cannotperformcredentialoperations",
            "retrievecontainerregistrycredentials",
        ],
    ),
    ("kaniko", &["kaniko", "errorcheckingpushpermissions"]),
    (
        "container-instances",
        &["inaccessibleimage", "containergroup"],
    ),
    ("container-apps", &["template.containers", "containerapp"]),
    ("app-service", &["dockerapiexception"]),
    ("nerdctl", &["nerdctl", "rh.authorizer.authorize"]),
    ("buildkit", &["buildkit", "buildx", "failedtosolve"]),
    (
        "crictl",
        &["crictl", "fata[0000]pullingimage", "fata[0001]pullingimage"],
    ),
    ("ctr", &["ctr:"]),
    ("docker", &["errorresponsefromdaemon"]),
    (
        "containerd",
        &[
            "failedtopullandunpack",
            "httpreadseeker",
            "anonymoustoken",
            "oauthtoken",
            "failedtoresolvereference",
            "failedtoresolveimage",
            "containerd[",
        ],
    ),
    ("buildah", &["buildah", "creatingbuildcontainer"]),
    ("skopeo", &["skopeo", "level=fatal", "fata[0000]"]),
    (
        "podman",
        &[
            "podman",
            "tryingtopull",
            "error:initializingsource",
            "unabletoretrieveauthtoken",
        ],
    ),
    (
        "cri-o",
        &[
            "initializingsource",
            "readingmanifest",
            "pingingcontainerregistry",
        ],
    ),
    (
        "docker",
        &["loginattemptto", "dockerd[", "inthemanifestlistentries"],
    ),
    (
        "crane",
        &[
            "nomatchingcredentialswerefound",
            "fallingbackonget",
            "headresponseshavenobody",
        ],
    ),
    (
        "helm",
        &[
            "helmpull",
            "helminstall",
            "helmupgrade",
            "installationfailed",
            "upgradefailed",
            "retrievelistoftags",
            "error:unexpectedstatusfrom",
        ],
    ),
    ("oras", &["responsestatuscode"]),
    (
        "docker",
        &[
            "dockerlogin",
            "dockerpull",
            "dockerpush",
            "denied:",
            "toomanyrequests:",
        ],
    ),
    ("kubelet", &["kubelet", "failedtopullimage"]),
];

/// Clients that are called by name at a prompt.
const CALLED: [&str; 13] = [
    "docker", "podman", "skopeo", "buildah", "helm", "crane", "oras", "az", "ctr", "crictl",
    "nerdctl", "kaniko", "cosign",
];

/// The client that a message shows.
pub(super) fn said_by(squeezed: &str) -> Option<&'static str> {
    let says = |words: &[&str]| words.iter().any(|word| squeezed.contains(word));
    if squeezed.contains("unauthorized:authenticationrequired;[map[") {
        return Some("crane");
    }
    let of_a_library = [
        "initializingsource",
        "readingmanifest",
        "pingingcontainerregistry",
    ];
    if squeezed.contains("failedtopullimage") && says(&of_a_library) {
        return Some("cri-o");
    }
    if squeezed.contains("fata[") && squeezed.contains("docker://") {
        return Some("skopeo");
    }
    SAYS.iter()
        .find(|(_, words)| says(words))
        .map(|(name, _)| *name)
}

/// The client that was called on this line: `$ docker pull …`.
pub(super) fn called(text: &str) -> Option<&'static str> {
    let line = text.trim_start();
    let line = line
        .strip_prefix("$ ")
        .or_else(|| line.strip_prefix("# "))
        .or_else(|| line.strip_prefix("> "))?;
    let line = line
        .trim_start()
        .strip_prefix("sudo ")
        .unwrap_or(line.trim_start());
    let word = line.split_whitespace().next()?;
    CALLED.iter().copied().find(|name| *name == word)
}

/// Of two, the one that says more: a provider speaks for others, and others use containerd's words.
pub(super) fn nearer(
    own: Option<&'static str>,
    said: Option<&'static str>,
) -> Option<&'static str> {
    match (own, said) {
        (Some("acr-credential-provider"), Some("kubelet")) => own,
        (None | Some("kubelet" | "acr-credential-provider"), Some(said)) => Some(said),
        (Some("containerd"), Some(said @ ("buildkit" | "nerdctl" | "ctr" | "crictl"))) => {
            Some(said)
        }
        (own, _) => own,
    }
}
