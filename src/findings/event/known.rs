//! The causes that 401 texts share.

use super::causes::{Cause, cause};

pub(super) const EXCHANGE: Cause = cause(
    "no-role-assignment",
    "its exchange failed",
    "refresh-token 401",
);
pub(super) const PROPAGATION: Cause = cause(
    "role-propagation",
    "the role is too young",
    "401 now, granted with --wait 10m",
);
pub(super) const OTHER_IDENTITY: Cause = cause(
    "wrong-identity-assigned",
    "another identity has the role",
    "refresh-token 401; the other granted",
);
pub(super) const PRINCIPAL_ID: Cause = cause(
    "wrong-principal-id",
    "the role is on a client id",
    "refresh-token 401; appid is not oid",
);
pub(super) const TENANT: Cause = cause(
    "wrong-tenant",
    "it is of another tenant",
    "refresh-token 401; a foreign tid",
);
pub(super) const ARM: Cause = cause(
    "arm-audience-disabled",
    "a token for ARM was sent",
    "granted; 401 with --arm-audience",
);
pub(super) const ABAC: Cause = cause(
    "abac-mode-legacy-role",
    "ABAC: AcrPull does not count",
    "access-token 401, or not in token",
);
pub(super) const PASSWORD: Cause = cause(
    "bad-password",
    "the password is wrong",
    "access-token 401 with that password",
);
pub(super) const EXPIRED: Cause = cause(
    "secret-expired",
    "the secret ran out",
    "AADSTS7000222 as service-principal",
);
pub(super) const ADMIN: Cause = cause(
    "admin-disabled",
    "the admin user is off",
    "access-token 401 as admin alone",
);
pub(super) const TOKEN: Cause = cause(
    "token-disabled",
    "the token is off or renewed",
    "access-token 401 with that token",
);
pub(super) const STALE: Cause = cause(
    "acr-refresh-token-expired",
    "a stored token is too old",
    "docker-config: exp is past",
);
pub(super) const KEY: Cause = cause(
    "credential-key-mismatch",
    "stored under another key",
    "docker-config untried",
);
pub(super) const SERVER: Cause = cause(
    "login-server-mismatch",
    "the host is not its login server",
    "service differs from the host",
);
pub(super) const MISSING: Cause = cause("repo-or-tag-missing", "it is not there", "manifest 404");
pub(super) const UNUSED: Cause = cause(
    "credential-provider-not-used",
    "nobody asked it",
    "kubelet granted",
);
pub(super) const PATTERN: Cause = cause(
    "login-server-not-matched",
    "the host pattern misses",
    "kubelet granted",
);
pub(super) const SECRET: Cause = cause(
    "pull-secret-not-referenced",
    "pod names no secret",
    "pull-secret:FILE granted",
);
pub(super) const IMDS: Cause = cause(
    "imds-unreachable",
    "no Entra token",
    "identity-token: no answer",
);
pub(super) const CLIENT: Cause = cause(
    "client-flow-differs",
    "this client asks otherwise",
    "granted",
);
pub(super) const PLATFORM: Cause = cause(
    "platform-mismatch",
    "the line about it is missing",
    "missing at manifest",
);
pub(super) const SCOPE_MAP: Cause = cause(
    "scope-map-missing-action",
    "its scope map lacks the action",
    "not in token",
);
pub(super) const REDUCED: Cause = cause(
    "reduced-grant",
    "the token holds less than asked",
    "access-token 200, not in token",
);
pub(super) const ANONYMOUS: Cause = cause(
    "anonymous-pull-disabled",
    "nobody is logged in",
    "anonymous 401, others granted",
);
pub(super) const CACHE_CREDENTIAL: Cause = cause(
    "artifact-cache-credential",
    "a cache rule's own credential",
    "access-token 200, manifest 401",
);
pub(super) const CACHE_PATH: Cause = cause(
    "artifact-cache-path",
    "a cache rule's path leads nowhere",
    "access-token 200, manifest 401",
);
pub(super) const HUB: Cause = cause(
    "reference-parse",
    "without a host it went to Docker Hub",
    "granted with the login server",
);
pub(super) const UNEXPLAINED: Cause = cause(
    "unexplained",
    "the text does not say",
    "the step that refuses",
);
