//! The credential is stored under another name than the image asks for, or not at all.

use super::{goes_on_anonymously, is_pull_secret, keys_in_words, left_by_entry, renew};
use crate::evidence::{CredentialForm, CredentialShown};
use crate::findings::case::Case;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// No entry fits; one may nearly.
pub static RULE: Rule = Rule {
    name: "credential-key-mismatch",
    family: Family::Stored,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the stored entry is under another key than the image's registry",
    page: include_str!("credential_key_mismatch.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    let Some((fact, shown)) =
        left_by_entry(case).filter(|(_, shown)| shown.form == CredentialForm::Absent)
    else {
        return Answer::Silent;
    };
    if shown.near.is_empty() {
        return Answer::Consistent(
            Confidence::Possible,
            Because::new("nothing is stored for this registry")
                .with_fact(Some(fact))
                .separated_by("the file that the client really reads"),
        );
    }
    Answer::Confirmed(
        Because::new("the only entries that resemble this registry are under other keys")
            .with_fact(Some(fact)),
    )
}

fn tell(case: &Case<'_>) -> Telling {
    match left_by_entry(case) {
        Some((_, shown)) if !shown.near.is_empty() => nearly(case, shown),
        Some((_, shown)) => nothing(case, shown),
        None => Telling::error("nothing is stored for this registry"),
    }
}

fn nearly(case: &Case<'_>, shown: &CredentialShown) -> Telling {
    let host = &case.this.cell.target.registry;
    let near: Vec<String> = shown.near.iter().map(|key| format!("\"{key}\"")).collect();
    let near = near.join(", ");
    Telling::error(format!(
        "{} has no entry \"{host}\", only {near}",
        shown.from
    ))
    .advise(format!("store the credential under exactly \"{host}\""))
    .explain(format!(
        "{} The resembling {near} in {} was not used, and no client uses it. {}",
        rule_of_the_client(case),
        shown.from,
        goes_on_anonymously(case)
    ))
    .explain(
        "Whoever picked a key that only nearly fits would send one registry's password to another.",
    )
    .remedy([renew::renew(case)])
}

/// Nobody says that there should be one: an error only for a row that the run is about.
fn nothing(case: &Case<'_>, shown: &CredentialShown) -> Telling {
    let host = &case.this.cell.target.registry;
    let telling = if case.recording.is_required(&case.this.cell) {
        Telling::error(format!("{} holds no entry for {host}", shown.from))
    } else {
        Telling::info(format!(
            "{} was not tried: {} holds no entry for {host}",
            case.principal(),
            shown.from
        ))
    };
    let has = keys_in_words(case)
        .map(|keys| format!(" The file's keys are {keys}."))
        .unwrap_or_default();
    telling
        .advise("sign in to this registry, or name the file that the client reads")
        .explain(format!(
            "{} holds nothing for {host}, nor under a key that resembles it.{has} {}",
            shown.from,
            goes_on_anonymously(case)
        ))
        .remedy([renew::renew(case)])
}

fn rule_of_the_client(case: &Case<'_>) -> &'static str {
    if is_pull_secret(case) {
        "The kubelet takes a key that equals the image's registry label by label (* stands for one label); case and port count."
    } else {
        "docker takes the key that equals the image's registry letter for letter, with or without https:// and a path; case and \
         port count."
    }
}
