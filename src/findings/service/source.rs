//! Repositories that are a cache of another registry: what an answer at the manifest says of the source
//! behind the cache rule, and what else of the registry is served.
//!
//! Microsoft documents that such answers name the source registry and the cache rule; no public capture
//! of a pull shows one whole, so words are looked for and not sentences.

use crate::challenge::{self, ChallengeReading};
use crate::evidence::{Step, Transaction};
use crate::findings::case::Case;
use crate::findings::registry::seen;
use serde_json::Value;

/// What speaks of a cache rule and of what lies behind it.
const WORDS: [&str; 5] = [
    "source registry",
    "upstream registry",
    "cache rule",
    "credential set",
    "credentialset",
];

/// The answer of the manifest that stopped this cell.
pub(super) fn answer<'a>(case: &Case<'a>, statuses: &[u16]) -> Option<&'a Transaction> {
    let answer = case.decisive().filter(|one| one.step == Step::Manifest)?;
    let decided = case.stop() == Some(Step::Manifest) && !case.this.outcome.is_of_content();
    (decided && statuses.contains(&answer.status?)).then_some(answer)
}

/// That answer where it has words, or the same refusal of a GET beside it.
pub(super) fn spoken<'a>(case: &Case<'a>, answer: &'a Transaction) -> Option<&'a Transaction> {
    let beside = seen::with_words(case).filter(|one| one.status == answer.status);
    [Some(answer), beside].into_iter().flatten().find(|one| {
        one.body
            .as_deref()
            .is_some_and(|body| !body.trim().is_empty())
    })
}

/// True where an answer speaks of a source behind a cache rule.
pub(in crate::findings) fn names_source(answer: &Transaction) -> bool {
    let body = answer.body.as_deref().unwrap_or_default();
    let body = body.to_ascii_lowercase();
    WORDS.iter().any(|words| body.contains(words))
}

/// The repository that an error's detail names in place of the one asked for: the source's.
pub(super) fn foreign_name(case: &Case<'_>, answer: &Transaction) -> Option<String> {
    let body = answer.json()?;
    let details = body.get("errors")?.get(0)?.get("detail")?.as_array()?;
    let name = |one: &Value| {
        let name = one.get("Name").or_else(|| one.get("name"))?;
        name.as_str().map(str::to_owned)
    };
    let asked = &case.this.cell.target.repository;
    details.iter().filter_map(name).find(|name| name != asked)
}

/// True where the registry says that the token lacks something: then it is no source's refusal.
pub(super) fn is_about_the_token(answer: &Transaction) -> bool {
    match challenge::read(answer.header_lines("www-authenticate")) {
        ChallengeReading::Bearer(found) => found.error.is_some(),
        _ => false,
    }
}

/// Another repository of this registry that it serves the same row, be the image there or not.
pub(super) fn served_beside<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    let own = case.this.cell;
    let is_served = |one: &&Transaction| matches!(one.status, Some(200 | 404));
    let others = case.all.iter().filter(|other| {
        other.cell.principal.name == own.principal.name
            && other.cell.target.registry == own.target.registry
            && other.cell.target.repository != own.target.repository
    });
    let mut answers = others.filter_map(|other| other.trace.last(Step::Manifest));
    answers
        .find(is_served)
        .or_else(|| seen::sibling_manifest(case).filter(is_served))
}

/// What was served beside it, in a sentence.
pub(super) fn served_in_words(served: &Transaction) -> String {
    match served.experiment {
        Some(_) => seen::experiment_in_words(served),
        None => format!(
            "Another repository of the same registry is served to the same row. {}",
            seen::answer_in_words(served)
        ),
    }
}
