//! What each file of `testdata/docker` must give.

pub(super) const ONE: &str = "ci-token \"Stored-canary-1\"";
const NULL_USER: &str = "token Stored-canary-1 of Some(\"00000000-0000-0000-0000-000000000000\")";
pub(super) const NOBODY: &str = "nothing near []";

/// The beginning of what docker would use, by fixture.
pub(super) const CHOICES: &[(&str, &str)] = &[
    ("password", ONE),
    ("members", ONE),
    ("auth-before-members", ONE),
    ("colons-in-password", "ci-token \"Stored-canary-:1:2\""),
    ("newline-in-password", "ci-token \"Stored-canary-1\\n\""),
    ("line-break-in-auth", ONE),
    ("zero-bytes", ONE),
    ("any-case-members", ONE),
    ("identity-token", NULL_USER),
    ("identity-token-alone", "token Stored-canary-1 of None"),
    (
        "identity-token-and-password",
        "token Stored-canary-1 of Some(\"ci-token\")",
    ),
    ("registry-token", "registry token"),
    ("registry-token-and-password", ONE),
    (
        "acr-refresh-token-expired",
        "00000000-0000-0000-0000-000000000000 \"eyJ",
    ),
    ("empty", "empty"),
    ("null", "empty"),
    ("email-only", "empty"),
    (
        "empty-with-store",
        "docker-credential-desktop by credsStore",
    ),
    (
        "store-before-auths",
        "docker-credential-desktop by credsStore",
    ),
    (
        "helper-before-store",
        "docker-credential-acr-env by credHelpers",
    ),
    ("helper-of-another", ONE),
    (
        "helper-under-address",
        "nothing near [\"https://acrwizdev.azurecr.io\"]",
    ),
    ("helper-without-name", ONE),
    ("helper-with-path", "malformed: the helper's name"),
    ("key-https", ONE),
    ("key-v1", ONE),
    ("key-host-v1", ONE),
    ("key-v1-no-slash", ONE),
    ("key-exact-before-converted", ONE),
    ("key-upper-case", "nothing near [\"AcrWizDev.azurecr.io\"]"),
    ("key-port", "nothing near [\"acrwizdev.azurecr.io:443\"]"),
    (
        "key-privatelink",
        "nothing near [\"acrwizdev.privatelink.azurecr.io\"]",
    ),
    ("key-final-dot", "nothing near [\"acrwizdev.azurecr.io.\"]"),
    ("key-blank", "nothing near [\" acrwizdev.azurecr.io\"]"),
    ("key-name-alone", "nothing near [\"acrwizdev\"]"),
    ("key-of-another", NOBODY),
    ("key-look-alike", NOBODY),
    (
        "key-with-password",
        "nothing near [\"https://…@AcrWizDev.azurecr.io\"]",
    ),
    ("key-repository", ONE),
    ("key-wildcard", NOBODY),
    ("auths-empty", NOBODY),
    ("not-base64", "malformed: auth is not"),
    ("plain-text", "malformed: auth is plain user:password"),
    ("unpadded", "malformed: auth is base64 without its final ="),
    ("url-form", "malformed: auth is not standard base64"),
    ("base64-twice", "malformed: auth is base64 twice"),
    ("no-colon", "malformed: auth has no colon"),
    ("token-alone", "malformed: auth is base64 of a token alone"),
    ("token-as-it-is", "malformed: auth is a token as it is"),
    ("no-user", "malformed: auth has no user name"),
    (
        "no-password",
        "malformed: it has a user name and no password",
    ),
    (
        "user-alone",
        "malformed: it has a user name and no password",
    ),
    (
        "password-alone",
        "malformed: it has a password and no user name",
    ),
    (
        "binary",
        "malformed: auth is base64 of something that is not text",
    ),
    ("auth-not-text", "malformed: auth is not a string"),
    ("entry-not-object", "malformed: the entry is not an object"),
    ("another-is-malformed", ONE),
];

/// What is said of a file that is no docker config, by fixture.
pub(super) const FAULTS: &[(&str, &str)] = &[
    ("file-no-auths", "none of auths"),
    ("file-expose-token", "--expose-token"),
    ("file-old-form", ".dockercfg"),
    ("file-secret", "pull-secret:FILE"),
    ("file-not-json", "line 2"),
    ("file-byte-order-mark", "byte-order mark"),
    ("file-empty", "empty"),
    ("file-array", "not an object"),
    ("file-auths-array", "auths is not an object"),
    ("file-store-not-text", "credsStore is not a string"),
    ("file-helper-not-text", "credHelpers"),
];
