//! The rows: who asks, whose credential it is as far as plan, stores and tokens say, and why a row has
//! nothing to present.

use super::model::Principal;
use crate::evidence::{
    CredentialForm, CredentialShown, Fact, Identity, Observation, Recording, TokenShown,
    Transaction, Untried,
};
use crate::token::claims;

pub(super) fn principals(recording: &Recording) -> Vec<Principal<'_>> {
    let row = |planned| {
        let planned: &crate::evidence::PlannedPrincipal = planned;
        Principal {
            name: &planned.name,
            kind: &planned.kind,
            source: &planned.source,
            identity: identity(recording, planned),
            expires: expires(recording, planned),
            untried: planned
                .untried
                .clone()
                .or_else(|| left_with_nothing(recording, planned)),
        }
    };
    recording.header.principals.iter().map(row).collect()
}

/// Why a row whose credential was looked for turned out to have none.
fn left_with_nothing(
    recording: &Recording,
    planned: &crate::evidence::PlannedPrincipal,
) -> Option<Untried> {
    let own = |fact: &&Fact| fact.place.principal.as_deref() == Some(planned.name.as_str());
    let mut facts = recording.facts.iter().filter(own);
    let because = facts.find_map(|fact| match &fact.observation {
        Observation::Exec(exec) => exec
            .fault
            .as_ref()
            .map(|fault| format!("{}: {fault}", exec.program)),
        Observation::Credential(shown) if !shown.form.is_presented() => Some(in_words(shown)),
        _ => None,
    })?;
    let presented = recording
        .transactions
        .iter()
        .any(|one| one.place.principal.as_deref() == Some(planned.name.as_str()));
    (!presented).then_some(Untried {
        because,
        flag: String::new(),
    })
}

fn in_words(shown: &CredentialShown) -> String {
    let what = match shown.form {
        CredentialForm::Absent => "has no entry for this registry",
        CredentialForm::Empty => "has an empty entry for this registry",
        CredentialForm::Malformed => "has an entry for this registry that cannot be used",
        CredentialForm::RegistryToken => {
            "has a registrytoken alone, which container runtimes ignore"
        }
        CredentialForm::Unsupported => "cannot be asked here",
        CredentialForm::Password | CredentialForm::IdentityToken | CredentialForm::Anonymous => {
            "has a credential"
        }
    };
    match &shown.because {
        Some(because) => format!("{} {what}: {because}", shown.from),
        None => format!("{} {what}", shown.from),
    }
}

/// What the plan knew, completed by what stores and the Entra token say.
fn identity(recording: &Recording, planned: &crate::evidence::PlannedPrincipal) -> Identity {
    let mut identity = planned.identity.clone();
    for fact in recording
        .facts
        .iter()
        .filter(|fact| fact.place.principal.as_deref() == Some(planned.name.as_str()))
    {
        if let Observation::Credential(shown) = &fact.observation {
            identity.user_name = identity.user_name.or_else(|| shown.user_name.clone());
        }
    }
    let tokens = tokens(recording, planned);
    for token in tokens.into_iter().filter(|token| token.kind == "entra") {
        identity.object_id = claims::object_id(&token.claims).or(identity.object_id);
        identity.client_id = claims::app_id(&token.claims).or(identity.client_id);
        identity.tenant_id = claims::tenant(&token.claims).or(identity.tenant_id);
        identity.resource_id = claims::resource_id(&token.claims).or(identity.resource_id);
    }
    identity
}

/// The tokens of a row, experiments left out: those that answers carried and those that came with a fact.
fn tokens<'a>(
    recording: &'a Recording,
    planned: &crate::evidence::PlannedPrincipal,
) -> Vec<&'a TokenShown> {
    let own = |transaction: &&Transaction| {
        transaction.experiment.is_none()
            && transaction.place.principal.as_deref() == Some(planned.name.as_str())
    };
    let of_answers = recording
        .transactions
        .iter()
        .filter(own)
        .filter_map(|one| recording.token_in(one));
    let facts = recording
        .facts
        .iter()
        .filter(|fact| fact.place.principal.as_deref() == Some(planned.name.as_str()));
    let of_facts = facts.filter_map(|fact| {
        recording
            .tokens
            .iter()
            .find(|token| token.fact.as_deref() == Some(&fact.id))
    });
    of_answers.chain(of_facts).collect()
}

/// When the credential itself ends: the Entra token or the registry's refresh token, whichever is first.
/// An access token's hour says nothing about the credential.
fn expires(recording: &Recording, planned: &crate::evidence::PlannedPrincipal) -> Option<String> {
    let is_credential = |token: &&TokenShown| token.kind == "entra" || token.kind == "acr-refresh";
    let ends = tokens(recording, planned)
        .into_iter()
        .filter(is_credential)
        .filter_map(|token| claims::lifetime(&token.claims).expires);
    let time = time::OffsetDateTime::from_unix_timestamp(ends.min()?).ok()?;
    time.format(&time::format_description::well_known::Rfc3339)
        .ok()
}
