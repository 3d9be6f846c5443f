//! What the pod's event will say, from what was replayed: the texts of containerd, one per credential
//! that the kubelet tries, in its order (containerd `core/remotes/docker`, read at 301026e5; the list
//! is the kubelet's).
//!
//! The kubelet of an AKS node tries the credential of its plugin and then, because the plugin's answer
//! also holds an empty entry, nobody. Where the plugin failed only the second is left.

use super::case::Judged;
use super::outcome::{Outcome, Verdict};
use crate::challenge::{self, ChallengeReading};
use crate::evidence::{Cell, Step, Transaction};

/// What the event of a pod that this principal pulls for will say; none where it can pull, or where the
/// evidence does not reach so far.
pub fn predict(cells: &[Judged<'_>], this: &Judged<'_>) -> Option<String> {
    let is_replayed = this.outcome.verdict != Verdict::Granted && !this.outcome.is_of_content();
    if !this.cell.is_pull() || !is_replayed {
        return None;
    }
    let image = &this.cell.target.image;
    let mut tails: Vec<String> = this
        .attempts
        .iter()
        .filter_map(|one| tail(image, one, is_presented(this, one)))
        .collect();
    if is_node(&this.cell) && this.attempts.len() < 2 {
        tails.push(tail(image, anonymous(cells, &this.cell)?, false)?);
    }
    let wrapped = |tail: String| {
        format!(
            "failed to pull and unpack image \"{image}\": failed to resolve reference \"{image}\": {tail}"
        )
    };
    let texts: Vec<String> = tails.into_iter().map(wrapped).collect();
    match texts.len() {
        0 => None,
        1 => texts.into_iter().next(),
        _ => Some(format!("[{}]", texts.join(", "))),
    }
}

/// The kubelet by its own plugin, whose answer holds the empty entry too.
pub(super) fn is_node(cell: &Cell<'_>) -> bool {
    cell.principal.name == "kubelet" || cell.principal.kind == "credential-provider"
}

/// False where the attempt had no credential to present: the plugin gave none, or an empty one.
fn is_presented(this: &Judged<'_>, outcome: &Outcome<'_>) -> bool {
    let reached_token = outcome.stopped_at >= Some(Step::AccessToken);
    let has_basic = outcome.transaction.is_some_and(sends_credential);
    reached_token && (has_basic || this.cell.principal.name == "kubelet")
}

pub(super) fn sends_credential(transaction: &Transaction) -> bool {
    let has_header = transaction
        .request
        .headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    has_header || !transaction.request.form.is_empty()
}

/// The anonymous row of the same target: what the last attempt will meet.
pub(super) fn anonymous<'a>(cells: &'a [Judged<'a>], cell: &Cell<'_>) -> Option<&'a Outcome<'a>> {
    let same = |other: &&Judged<'_>| {
        other.cell.principal.kind == "anonymous"
            && other.cell.target.image == cell.target.image
            && other.cell.is_pull()
    };
    cells.iter().find(same).map(|other| &other.outcome)
}

/// containerd's words for one attempt; none where it was not replayed so far.
fn tail(image: &str, outcome: &Outcome<'_>, presented: bool) -> Option<String> {
    let answer = outcome.transaction?;
    match (outcome.stopped_at?, outcome.status?) {
        (Step::AccessToken, 200) | (Step::Manifest, 401) => Some(format!(
            "pull access denied, repository does not exist or may require authorization: server message: {}: authorization failed",
            server_message(answer)
        )),
        (Step::AccessToken, status) => {
            let kind = if presented { "oauth" } else { "anonymous" };
            Some(format!(
                "failed to authorize: failed to fetch {kind} token: unexpected status from {} request to {}: {}",
                answer.method,
                answer.url,
                status_in_words(status)
            ))
        }
        (Step::Manifest, 404) => Some(format!("{image}: not found")),
        (Step::Challenge | Step::Manifest, status) => Some(format!(
            "unexpected status from {} request to {}: {}",
            answer.method,
            answer.url,
            status_in_words(status)
        )),
        _ => None,
    }
}

fn server_message(answer: &Transaction) -> String {
    match challenge::read(answer.header_lines("www-authenticate")) {
        ChallengeReading::Bearer(challenge) => challenge
            .error
            .unwrap_or_else(|| "insufficient_scope".into()),
        _ => "insufficient_scope".into(),
    }
}

/// Go's `Response.Status`: the number and its name.
fn status_in_words(status: u16) -> String {
    let name = match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        407 => "Proxy Authentication Required",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    };
    format!("{status} {name}").trim_end().to_owned()
}
