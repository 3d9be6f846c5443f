//! Which messages are worth reading: most lines of a journal are not.

use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// A message without any of these speaks of no pull.
const WORTH: &[&str] = &[
    "fromacr",
    "toolarge",
    "dockercredential",
    "docker-credential",
    "pull",
    "azurecr",
    "oauth2",
    "unauthorized",
    "x509",
    "aadsts",
    "169.254",
    "identity",
    "denied",
    "connectivity_",
    "toomanyrequests",
    "tags",
    "registry",
    "manifest",
    "imageref",
    "imagename",
    "image:",
    "token",
    "credential",
    "cmk_error",
    "roleassignment",
    "operationexpired",
    "admin",
    "principal",
    "$",
];

/// Any of these beside a fault shows that a registry was asked.
const CONTEXT: &[&str] = &[
    "fromacr",
    "repositorydoesnotexist",
    "code:unauthorized",
    "code:denied",
    "azurecr",
    "/v2/",
    "/oauth2/",
    "aka.ms/acr",
    "anonymoustoken",
    "oauthtoken",
    "authtoken",
    "pullimage",
    "pullandunpack",
    "registry",
    "manifest",
    "errorresponsefromdaemon",
    "unauthorized:authentication",
    "docker",
    "failedtopull",
    "pullaccess",
];

static OF_A_PULL: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(WORTH).ok());
static OF_A_REGISTRY: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(CONTEXT).ok());

/// False where a squeezed text cannot speak of a pull.
pub(super) fn is_of_a_pull(squeezed: &str) -> bool {
    holds_any(&OF_A_PULL, WORTH, squeezed)
}

/// True where it shows that a registry was asked.
pub(super) fn is_of_a_registry(squeezed: &str) -> bool {
    holds_any(&OF_A_REGISTRY, CONTEXT, squeezed)
}

/// All words in one pass.
fn holds_any(at_once: &Option<AhoCorasick>, words: &[&str], text: &str) -> bool {
    match at_once {
        Some(at_once) => at_once.is_match(text),
        None => words.iter().any(|word| text.contains(word)),
    }
}
