//! What was seen of an identity at the exchange: the questions and the words that the rules of a
//! refused exchange have in common.

use crate::evidence::{Step, Transaction};
use crate::findings::case::Case;
use crate::findings::outcome::Verdict;
use crate::token::claims::{self, AudienceKind, Lifetime};
use url::Url;

pub(in crate::findings) use super::varied::{
    action_of, at_global, experiment_in_words, identity_in_words, other_identity, own_tenant,
    second_action, sibling, sibling_manifest, with_words, without_credential,
};

/// Why the whole set of missing rights is out where the identity itself passes.
pub(super) const PASSES_OTHERWISE: &str =
    "the same identity passes the exchange when one thing is varied";

/// True at the stop that many causes share: the exchange refused an Entra identity with 401.
pub(super) fn is_refused_at_exchange(case: &Case<'_>) -> bool {
    case.is_entra() && case.is_at(Step::RefreshToken, 401)
}

/// True where that refusal can be about a right: with a token for something else the registry does not
/// come to that question.
pub(super) fn is_about_a_right(case: &Case<'_>) -> bool {
    is_refused_at_exchange(case) && audience(case) != Some(AudienceKind::Foreign)
}

/// For whom this cell's Entra token is; where it could not be decoded, for whom it was asked.
pub(super) fn audience(case: &Case<'_>) -> Option<AudienceKind> {
    let answer = case.identity_answer()?;
    let decoded = case.identity_claims().map(claims::audience);
    let named = decoded.and_then(|all| all.into_iter().next());
    let audience = named.or_else(|| asked(answer, "resource"))?;
    Some(claims::audience_kind(&audience))
}

/// A query parameter of the request.
pub(in crate::findings) fn asked(transaction: &Transaction, name: &str) -> Option<String> {
    let url = Url::parse(&transaction.url).ok()?;
    let value = url.query_pairs().find(|(own, _)| own == name)?.1;
    (!value.is_empty()).then(|| value.into_owned())
}

/// A field of the form that was sent.
pub(super) fn sent<'a>(transaction: &'a Transaction, name: &str) -> Option<&'a str> {
    let field = transaction
        .request
        .form
        .iter()
        .find(|(own, _)| own == name)?;
    Some(field.1.as_str())
}

/// The exchange of an experiment that varied the audience to this kind.
pub(super) fn exchange_with<'a>(
    case: &Case<'a>,
    kind: AudienceKind,
    status: u16,
) -> Option<&'a Transaction> {
    case.experiments(Step::RefreshToken).find(|one| {
        let varied = one.experiment.as_deref().unwrap_or_default();
        one.status == Some(status)
            && varied
                .strip_prefix("audience ")
                .is_some_and(|audience| claims::audience_kind(audience) == kind)
    })
}

/// Other rows at the same registry whose exchange passed.
pub(super) fn passed_fellows<'a>(case: &Case<'a>) -> impl Iterator<Item = Case<'a>> + use<'a> {
    let (recording, all) = (case.recording, case.all);
    let (registry, own) = (
        case.this.cell.target.registry.as_str(),
        case.this.cell.principal.name.as_str(),
    );
    all.iter()
        .filter(move |one| one.cell.target.registry == registry && one.cell.principal.name != own)
        .map(move |this| Case {
            recording,
            all,
            this,
        })
        .filter(|fellow| exchange(fellow).is_some_and(|one| one.status == Some(200)))
}

/// Another identity (not this one under another name) that the registry exchanges.
pub(super) fn passed_other_identity<'a>(case: &Case<'a>) -> Option<Case<'a>> {
    let own = object_id(case);
    passed_fellows(case).find(|fellow| own.is_none() || object_id(fellow) != own)
}

/// This very identity, passing with another audience or in another row.
pub(super) fn passes_otherwise<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    let varied = case
        .experiments(Step::RefreshToken)
        .find(|one| one.status == Some(200));
    varied.or_else(|| {
        let own = object_id(case)?;
        let twin = passed_fellows(case).find(|one| object_id(one).as_ref() == Some(&own))?;
        exchange(&twin)
    })
}

/// The exchange this cell stands on.
pub(super) fn exchange<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    case.this.trace.last(Step::RefreshToken)
}

/// `oid` of the Entra token.
pub(super) fn object_id(case: &Case<'_>) -> Option<String> {
    case.identity_claims().and_then(claims::object_id)
}

/// The object id for a sentence.
pub(super) fn object_in_words(case: &Case<'_>) -> String {
    object_id(case).unwrap_or_else(|| "its object id (oid of its Entra token)".into())
}

/// True where the registry lets this row do something with this repository, be the image there or not:
/// by its own cells, or by the experiment with another action.
pub(super) fn is_granted_something(case: &Case<'_>) -> bool {
    granted_beside(case).is_some() || second_action(case).is_some()
}

/// The token of another cell of this row and image that the registry grants something of it.
pub(super) fn granted_beside<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    let mut granted = case.here().iter().filter(|other| {
        other.cell.principal.name == case.principal()
            && (other.outcome.is_allowed() || other.outcome.verdict == Verdict::Missing)
    });
    granted.find_map(|other| other.trace.last(Step::AccessToken))
}

/// What Entra said about this identity: audience, tenant, ids, lifetime.
pub(super) fn token_in_words(case: &Case<'_>) -> String {
    let Some(claims) = case.identity_claims() else {
        return "Entra gave this identity a token; it could not be decoded, so its audience, tenant and lifetime are unknown.".into();
    };
    let audience = claims::audience(claims);
    let kind = audience.first().map(|one| claims::audience_kind(one));
    let audience_said = match kind {
        Some(AudienceKind::Acr) => "for the registry's own audience".to_owned(),
        Some(AudienceKind::Arm) => "for Azure Resource Manager".to_owned(),
        Some(AudienceKind::Foreign) => format!("for the audience {}", audience.join(", ")),
        None => "without an audience".to_owned(),
    };
    let tenant = claims::tenant(claims).unwrap_or_else(|| "unknown".into());
    let application = claims::app_id(claims)
        .map(|id| format!(", application {id}"))
        .unwrap_or_default();
    format!(
        "Entra gave object {} a token {audience_said}, tenant {tenant}{application}, {} (decoded, not verified).",
        claims::object_id(claims).unwrap_or_else(|| "of unknown id".into()),
        lifetime_in_words(&claims::lifetime(claims), case.now()),
    )
}

fn lifetime_in_words(lifetime: &Lifetime, now: i64) -> String {
    if lifetime.not_yet_valid_at(now) {
        return "not valid yet by the registry's clock".into();
    }
    match lifetime.seconds_left(now) {
        Some(left) if left >= 2 * 3600 => format!(
            "valid for another {} h by the registry's clock",
            left / 3600
        ),
        Some(left) if left > 0 => format!(
            "valid for another {} min by the registry's clock",
            left / 60
        ),
        Some(left) => format!("expired {} min ago by the registry's clock", -left / 60),
        None => "of unknown lifetime".to_owned(),
    }
}

/// What was answered, in the answering service's own words, with the id that its support asks for.
pub(in crate::findings) fn answer_in_words(transaction: &Transaction) -> String {
    let path = Url::parse(&transaction.url)
        .map(|url| url.path().to_owned())
        .unwrap_or_default();
    let asked = format!("{} {path}", transaction.method);
    let Some(status) = transaction.status else {
        return format!("{asked} got no answer.");
    };
    let said = transaction
        .registry_error()
        .or_else(|| transaction.identity_error())
        .map(|(code, message)| format!(", {code}: \"{message}\""))
        .unwrap_or_else(|| {
            if transaction.body.is_none() {
                " and no body".into()
            } else {
                String::new()
            }
        });
    // The registry's own messages end in the id; once is enough.
    let correlation = transaction
        .correlation_id
        .as_deref()
        .filter(|id| !said.contains(id))
        .map(|id| format!(" (correlation id {id})"))
        .unwrap_or_default();
    format!("{asked} was answered {status}{said}{correlation}.")
}

/// The refusal of the exchange, and how far it reaches.
pub(super) fn refusal_in_words(case: &Case<'_>) -> String {
    let said = exchange(case).map(answer_in_words).unwrap_or_default();
    format!("{said} No repository was asked for yet, so later steps are untested.")
}

/// Why the pod's event tells another story.
pub(in crate::findings) fn event_in_words(case: &Case<'_>) -> Option<&'static str> {
    (case.principal() == "kubelet").then_some(
        "A pod's event then says \"anonymous\": the kubelet, left without a credential, lets the container runtime pull with none, \
         and only that last 401 is reported.",
    )
}
