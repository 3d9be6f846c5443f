//! Whose answer is it: the registry's own, or something in between?

use crate::evidence::Transaction;

/// True where the answer bears a registry's marks: its version header, its error envelope, or ACR's
/// correlation id.
pub fn is_registry_like(transaction: &Transaction) -> bool {
    transaction.correlation_id.is_some()
        || transaction
            .header("docker-distribution-api-version")
            .is_some()
        || transaction.registry_error().is_some()
}

/// True where something between us and the registry answered: a proxy's status, or a page that has
/// none of a registry's marks and says it came through a proxy or is meant for a browser.
pub fn is_proxy_page(transaction: &Transaction) -> bool {
    if transaction.status == Some(407) {
        return true;
    }
    if is_registry_like(transaction) {
        return false;
    }
    let is_html = transaction
        .header("content-type")
        .is_some_and(|kind| kind.contains("text/html"));
    let says_proxy =
        transaction.header("via").is_some() || transaction.header("proxy-authenticate").is_some();
    matches!(transaction.status, Some(403 | 502 | 503 | 504)) && (is_html || says_proxy)
}
