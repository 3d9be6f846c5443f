//! The allow-lists: names whose values are safe to show. What is not here is replaced.

/// Headers of requests and answers; `x-ms-…` are allowed as a family.
pub(super) const HEADERS: &[&str] = &[
    "accept",
    "accept-encoding",
    "access-control-expose-headers",
    "cache-control",
    "client-request-id",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "docker-content-digest",
    "docker-distribution-api-version",
    "etag",
    "expires",
    "host",
    "metadata",
    "p3p",
    "pragma",
    "proxy-authenticate",
    "retry-after",
    "server",
    "strict-transport-security",
    "transfer-encoding",
    "user-agent",
    "vary",
    "via",
    "www-authenticate",
    "x-cache",
    "x-content-type-options",
    "x-xss-protection",
];

/// Query keys. A blob's signature (`sig`) and all that signs with it are not here.
pub(super) const QUERY: &[&str] = &[
    "account", "api-version", "client_id", "grant_type", "last", "msi_res_id", "n", "object_id", "offline_token", "resource",
    "scope", "service",
];

/// Form fields.
pub(super) const FORM: &[&str] = &[
    "access_type", "client_assertion_type", "client_id", "client_info", "grant_type", "resource", "scope", "service",
    "tenant", "username",
];

/// Form fields that are secrets, so that the mark can say which.
pub(super) const FORM_SECRETS: &[&str] =
    &["access_token", "client_assertion", "client_secret", "password", "refresh_token"];

/// Members of JSON bodies, at any depth.
pub(super) const MEMBERS: &[&str] = &[
    "Action", "Class", "Name", "Tag", "Type", "action", "architecture", "artifactType", "class", "client_id", "code",
    "config", "correlation_id", "detail", "digest", "error", "error_codes", "error_description", "error_uri", "errors",
    "expires_in", "expires_on", "ext_expires_in", "layers", "manifests", "mediaType", "message", "name", "not_before",
    "os", "os.version", "platform", "refresh_in", "resource", "schemaVersion", "size", "suberror", "tag", "tags",
    "timestamp", "token_type", "trace_id", "type", "variant",
];
